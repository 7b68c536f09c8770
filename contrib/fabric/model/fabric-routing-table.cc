/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-routing-table.h"

#include <functional>
#include <numeric>
#include <utility>

namespace ns3::fabric
{

FabricAddress
FabricDirectory::Add(uint32_t leaf)
{
    if (leaf >= m_slots.size())
    {
        m_slots.resize(leaf + 1, 0);
    }
    m_places.push_back({leaf, m_slots[leaf]++});
    return m_places.size() - 1;
}

namespace
{
/** @param group the group whose live ports to find @param down ports whose link is down */
void
Refresh(PortGroup& group, const std::vector<bool>& down)
{
    std::vector<uint16_t> live;
    for (const uint16_t port : group.all)
    {
        if (port >= down.size() || !down[port])
        {
            live.push_back(port);
        }
    }
    group.SetLive(std::move(live));
}
} // namespace

void
PortGroup::SetLive(std::vector<uint16_t> ports)
{
    ++version;
    live = std::move(ports);
    ends.clear();
    total = 0;
    std::vector<uint32_t> ofLive;
    for (std::size_t i = 0; i < all.size() && ofLive.size() < live.size(); ++i)
    {
        if (all[i] == live[ofLive.size()])
        {
            ofLive.push_back(weights.empty() ? 1 : weights[i]);
        }
    }
    const bool even =
        std::adjacent_find(ofLive.begin(), ofLive.end(), std::not_equal_to<>()) == ofLive.end();
    for (const uint32_t weight : ofLive)
    {
        total += even ? 1 : weight;
        if (!even)
        {
            ends.push_back(total);
        }
    }
    sole = live.size() == 1 ? live.front() : NO_PORT;
}

void
RoutingTable::SetDirectory(Ptr<const FabricDirectory> directory)
{
    m_directory = directory;
}

void
RoutingTable::SetLeaf(uint32_t leaf)
{
    m_leaf = leaf;
}

void
RoutingTable::SetHostPort(uint32_t slot, uint16_t port)
{
    if (slot >= m_hostGroups.size())
    {
        m_hostGroups.resize(slot + 1);
        m_soleOfSlot.resize(slot + 1, PortGroup::NO_PORT);
    }
    m_hostGroups[slot].all = {port};
    Refresh(m_hostGroups[slot], m_down);
    m_soleOfSlot[slot] = m_hostGroups[slot].sole;
}

uint32_t
RoutingTable::AddGroup(const std::vector<uint16_t>& ports, const std::vector<uint32_t>& weights)
{
    PortGroup group;
    group.all = ports;
    group.weights = weights;
    const uint32_t divisor = std::accumulate(
        weights.begin(), weights.end(), 0U, [](uint32_t a, uint32_t b) { return std::gcd(a, b); });
    for (uint32_t& weight : group.weights)
    {
        weight /= std::max(divisor, 1U);
    }
    for (uint32_t id = 0; id < m_groups.size(); ++id)
    {
        if (m_groups[id].all == group.all && m_groups[id].weights == group.weights)
        {
            return id;
        }
    }
    group.id = static_cast<uint32_t>(m_groups.size());
    m_groups.push_back(std::move(group));
    Refresh(m_groups.back(), m_down);
    return m_groups.size() - 1;
}

void
RoutingTable::SetGroup(uint32_t leaf, uint32_t group)
{
    if (leaf >= m_groupOfLeaf.size())
    {
        m_groupOfLeaf.resize(leaf + 1, NONE);
        m_soleOfLeaf.resize(leaf + 1, PortGroup::NO_PORT);
    }
    m_groupOfLeaf[leaf] = group;
    m_soleOfLeaf[leaf] = m_groups[group].sole;
}

void
RoutingTable::ClearRoutes()
{
    m_groupOfLeaf.clear();
    m_soleOfLeaf.clear();
}

void
RoutingTable::SetPortState(uint16_t port, bool up)
{
    if (port >= m_down.size())
    {
        m_down.resize(port + 1, false);
    }
    if (m_down[port] == !up)
    {
        return;
    }
    m_down[port] = !up;
    for (auto& group : m_groups)
    {
        Refresh(group, m_down);
    }
    for (std::size_t slot = 0; slot < m_hostGroups.size(); ++slot)
    {
        Refresh(m_hostGroups[slot], m_down);
        m_soleOfSlot[slot] = m_hostGroups[slot].sole;
    }
    for (std::size_t leaf = 0; leaf < m_groupOfLeaf.size(); ++leaf)
    {
        const uint32_t group = m_groupOfLeaf[leaf];
        m_soleOfLeaf[leaf] = group != NONE ? m_groups[group].sole : PortGroup::NO_PORT;
    }
}

} // namespace ns3::fabric
