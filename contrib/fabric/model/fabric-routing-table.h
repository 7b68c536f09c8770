/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_ROUTING_TABLE_H
#define FABRIC_ROUTING_TABLE_H

#include "fabric-frame.h"

#include "ns3/simple-ref-count.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * Where the attachments are: for each fabric address its leaf switch, and its slot there. One
 * object is shared by all switches of a fabric, so that their own tables are by leaf and not by
 * host.
 */
class FabricDirectory : public SimpleRefCount<FabricDirectory>
{
  public:
    /** Place of an attachment. */
    struct Place
    {
        uint32_t leaf{UINT32_MAX}; ///< leaf switch, 0..number of leaves - 1
        uint32_t slot{UINT32_MAX}; ///< index among the attachments of that leaf
    };

    /**
     * @param leaf leaf that an attachment is at
     * @return the address of the new attachment: 0, 1, 2 ... in the order of the calls
     */
    FabricAddress Add(uint32_t leaf);

    /** @return place of an attachment; leaf UINT32_MAX if there is no such address */
    Place Find(FabricAddress address) const
    {
        return address < m_places.size() ? m_places[address] : Place{};
    }

    /** @return number of attachments */
    uint32_t GetN() const
    {
        return m_places.size();
    }

    /** @return number of leaves */
    uint32_t GetNLeaves() const
    {
        return m_slots.size();
    }

  private:
    std::vector<Place> m_places;   ///< by address
    std::vector<uint32_t> m_slots; ///< attachments per leaf
};

/**
 * @ingroup fabric
 * Ports on equally short paths, those whose link is up apart, and how much of the traffic each of
 * them should have.
 */
struct PortGroup
{
    /** There is no sole port. */
    static constexpr uint16_t NO_PORT = UINT16_MAX;

    std::vector<uint16_t> all;     ///< as routing set them
    std::vector<uint16_t> live;    ///< those whose link is up, in the same order
    uint32_t total{0};             ///< sum of the weights of the live ports
    uint32_t id{0};                ///< number of the group at its switch
    uint16_t sole{NO_PORT};        ///< the live port, if there is just one
    uint32_t version{0};           ///< grows when the live ports change
    std::vector<uint32_t> ends;    ///< by live port: sum of the weights up to and with it; empty if
                                   ///< they are equal, which counts as 1 for each
    std::vector<uint32_t> weights; ///< by port of `all`; empty if they are equal

    /**
     * Divides 0..total - 1 among the live ports by their weights.
     *
     * @param offset a number below total; there must be a live port
     * @return the port whose part it is in
     */
    uint16_t At(uint32_t offset) const
    {
        if (ends.empty())
        {
            return live[offset];
        }
        return live[std::upper_bound(ends.begin(), ends.end(), offset) - ends.begin()];
    }

    /** @param i index of a live port @return its weight */
    uint32_t GetWeight(std::size_t i) const
    {
        return ends.empty() ? 1 : ends[i] - (i > 0 ? ends[i - 1] : 0);
    }

    /** @param ports the live ports from now on, some of `all` in the same order */
    void SetLive(std::vector<uint16_t> ports);
};

/**
 * @ingroup fabric
 * Next hops of one switch: a group of ports for each destination leaf, and a port for each
 * attachment of its own if it is a leaf.
 */
class RoutingTable
{
  public:
    /** @param directory where the attachments are */
    void SetDirectory(Ptr<const FabricDirectory> directory);

    /** @param leaf this switch is that leaf */
    void SetLeaf(uint32_t leaf);

    /** @param slot slot at this leaf @param port where that attachment is plugged in */
    void SetHostPort(uint32_t slot, uint16_t port);

    /**
     * @param ports ports on equally short paths
     * @param weights shares of the traffic by port, 1 to 65535 each; none: equal shares
     * @return id of the group; equal groups have equal ids
     */
    uint32_t AddGroup(const std::vector<uint16_t>& ports,
                      const std::vector<uint32_t>& weights = {});

    /** @param leaf a destination @param group id of the group of ports that lead there */
    void SetGroup(uint32_t leaf, uint32_t group);

    /** Forget where all leaves are (a control plane that computes routes anew); groups remain. */
    void ClearRoutes();

    /** @param port a port @param up whether its link carries frames */
    void SetPortState(uint16_t port, bool up);

    /**
     * @param destination an attachment
     * @return the ports that lead there, or null if it is unknown or no path is known
     */
    const PortGroup* Find(FabricAddress destination) const
    {
        const FabricDirectory::Place place = m_directory->Find(destination);
        if (place.leaf == m_leaf)
        {
            return place.slot < m_hostGroups.size() ? &m_hostGroups[place.slot] : nullptr;
        }
        const uint32_t group = place.leaf < m_groupOfLeaf.size() ? m_groupOfLeaf[place.leaf] : NONE;
        return group != NONE ? &m_groups[group] : nullptr;
    }

    /**
     * The common case of Find, in a table that is a fraction of the size: large networks have more
     * tables than fit into the processor's caches.
     *
     * @param destination an attachment
     * @return the only live port that leads there, or PortGroup::NO_PORT if there are several or
     * none
     */
    uint16_t FindSole(FabricAddress destination) const
    {
        const FabricDirectory::Place place = m_directory->Find(destination);
        if (place.leaf == m_leaf)
        {
            return place.slot < m_soleOfSlot.size() ? m_soleOfSlot[place.slot] : PortGroup::NO_PORT;
        }
        return place.leaf < m_soleOfLeaf.size() ? m_soleOfLeaf[place.leaf] : PortGroup::NO_PORT;
    }

    /** @param destination an attachment @return whether it is plugged in at this switch */
    bool IsOwn(FabricAddress destination) const
    {
        return m_directory->Find(destination).leaf == m_leaf;
    }

    /** @return number of different groups */
    uint32_t GetNGroups() const
    {
        return m_groups.size();
    }

    /** @return whether this switch is a leaf */
    bool IsLeaf() const
    {
        return m_leaf < NONE - 1;
    }

    /** @return this switch as a leaf, if it is one */
    uint32_t GetLeaf() const
    {
        return m_leaf;
    }

    /** @return where the attachments are */
    const FabricDirectory& GetDirectory() const
    {
        return *m_directory;
    }

  private:
    static constexpr uint32_t NONE = UINT32_MAX; ///< no group, no leaf

    Ptr<const FabricDirectory> m_directory; ///< where the attachments are
    uint32_t m_leaf{NONE - 1};              ///< this switch as a leaf; matches no place otherwise
    std::vector<PortGroup> m_hostGroups;    ///< by slot: the one port of an attachment
    std::vector<uint32_t> m_groupOfLeaf;    ///< by destination leaf
    std::vector<PortGroup> m_groups;        ///< different groups
    std::vector<uint16_t> m_soleOfSlot;     ///< by slot: PortGroup::sole
    std::vector<uint16_t> m_soleOfLeaf;     ///< by destination leaf: PortGroup::sole
    std::vector<bool> m_down;               ///< ports whose link is down
};

} // namespace ns3::fabric

#endif /* FABRIC_ROUTING_TABLE_H */
