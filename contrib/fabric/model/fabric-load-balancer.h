/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_LOAD_BALANCER_H
#define FABRIC_LOAD_BALANCER_H

#include "fabric-frame.h"
#include "fabric-routing-table.h"

#include "ns3/object.h"

namespace ns3::fabric
{

class Switch;

/**
 * @ingroup fabric
 * Plug-in point: chooses the egress port of a frame among those on shortest paths. Each switch has
 * its own object.
 */
class LoadBalancer : public Object
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /** @param owner the switch that asks; called once, before the first frame */
    void Setup(Switch& owner)
    {
        DoSetup(owner);
    }

    /**
     * @return whether Select depends on the frame and the ports alone and changes nothing, so that
     *         anybody may ask beforehand which way a frame would go
     */
    virtual bool IsStateless() const;

    /**
     * Not asked when a group has one live port.
     *
     * @param frame the frame, with its ingress port noted
     * @param ports the live ports of the group, at least two
     * @return one of them
     */
    uint16_t Select(const Frame& frame, const PortGroup& ports)
    {
        return DoSelect(frame, ports);
    }

    /**
     * @param stream first stream number to use
     * @return number of streams used
     */
    virtual int64_t AssignStreams(int64_t stream);

  private:
    /** @param owner the switch that asks */
    virtual void DoSetup(Switch& owner);

    /** @param frame the frame @param ports live ports, at least two @return one of them */
    virtual uint16_t DoSelect(const Frame& frame, const PortGroup& ports) = 0;
};

/**
 * @ingroup fabric
 * Equal-cost multi-path: a hash of source, destination and entropy (the UDP source port of RoCEv2,
 * the ports of TCP or UDP), mixed with the seed of the switch, picks the port. All frames of a flow
 * take the same way.
 *
 * Switches of equal seed make equal choices, tier after tier, and use only a part of the paths
 * (hash polarisation); by default the seed is drawn from the id of the switch's node.
 *
 * The hash is the finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014); the published hash
 * functions of switch ASICs are proprietary.
 */
class EcmpHash : public LoadBalancer
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    bool IsStateless() const override;

  private:
    void DoSetup(Switch& owner) override;
    uint16_t DoSelect(const Frame& frame, const PortGroup& ports) override;

    bool m_seedByNode;  ///< whether the node id is mixed into the seed
    uint32_t m_seed;    ///< configured seed
    uint64_t m_salt{0}; ///< what goes into the hash
};

} // namespace ns3::fabric

#endif /* FABRIC_LOAD_BALANCER_H */
