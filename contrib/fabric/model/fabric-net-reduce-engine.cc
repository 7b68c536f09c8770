/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-net-reduce-engine.h"

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(NetReduceEngine);

TypeId
NetReduceEngine::GetTypeId()
{
    static TypeId tid = TypeId("ns3::fabric::NetReduceEngine")
                            .SetParent<PoolEngine>()
                            .SetGroupName("Fabric")
                            .AddConstructor<NetReduceEngine>();
    return tid;
}

NetReduceEngine::NetReduceEngine() = default;

NetReduceEngine::~NetReduceEngine() = default;

uint16_t
NetReduceEngine::FindNeighbour(const Tree& tree, uint16_t place, bool next)
{
    const auto& children = tree.node.children;
    const std::size_t n = children.size();
    std::size_t other = place;
    do
    {
        other = (other + (next ? 1 : n - 1)) % n;
    } while (!children[other].isMember);
    return other;
}

uint16_t
NetReduceEngine::GetResendPlace(const Tree& tree, uint16_t place) const
{
    return tree.node.children[place].isMember ? FindNeighbour(tree, place, true) : place;
}

void
NetReduceEngine::DoControl(Tree& tree, const Frame& frame)
{
    const uint16_t before = FindNeighbour(tree, frame.reduction.place, false);
    SendDown(tree, before, frame.reduction, Envelope(frame), false);
}

} // namespace ns3::fabric
