/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-atp-engine.h"

#include <algorithm>

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(AtpEngine);

TypeId
AtpEngine::GetTypeId()
{
    static TypeId tid = TypeId("ns3::fabric::AtpEngine")
                            .SetParent<ReductionEngine>()
                            .SetGroupName("Fabric")
                            .AddConstructor<AtpEngine>();
    return tid;
}

AtpEngine::AtpEngine() = default;

AtpEngine::~AtpEngine() = default;

std::unique_ptr<ReductionEngine::Tree>
AtpEngine::MakeTree(const ReductionNode& node)
{
    m_aggregators.resize(GetNSlots());
    return std::make_unique<Tree>();
}

uint32_t
AtpEngine::GetReservation(const ReductionNode& node) const
{
    return 0;
}

std::string
AtpEngine::DoCheck(const ReductionNode& node) const
{
    return node.children.size() > 64 && !node.relays
               ? "a switch of the tree has more than 64 children"
               : "";
}

AtpEngine::Aggregator&
AtpEngine::FindAggregator(const Tree& tree, uint32_t chunk)
{
    // The chunks of a job, which are numbered through its trees, do not collide with each other.
    const ReductionNode& node = tree.node;
    const uint64_t number = uint64_t{chunk} * node.nTrees + (node.tree - node.firstTree);
    return m_aggregators[(MixBits(node.firstTree + GOLDEN_GAMMA) + number) % m_aggregators.size()];
}

void
AtpEngine::Free(Aggregator& aggregator)
{
    aggregator.isTaken = false;
    UseSlots(-1);
}

void
AtpEngine::Bypass(const Tree& tree, ReductionFields fields, const Frame& like)
{
    fields.unaggregated = true;
    fields.congested |= like.ecn == Ecn::CE;
    SendUp(tree, fields, Envelope(like), false);
}

void
AtpEngine::DoContribution(Tree& tree, const Frame& frame)
{
    const ReductionFields& fields = frame.reduction;
    if (tree.node.relays)
    {
        PassUp(tree, frame);
        return;
    }
    if (fields.unaggregated)
    {
        Bypass(tree, fields, frame);
        return;
    }
    Aggregator& aggregator = FindAggregator(tree, fields.chunk);
    if (fields.repeated)
    {
        if (Holds(aggregator, fields))
        {
            ++Count().flushed;
            Bypass(tree, aggregator.fields, frame);
            Free(aggregator);
        }
        Bypass(tree, fields, frame);
        return;
    }
    if (aggregator.isTaken && !Holds(aggregator, fields))
    {
        ++Count().collisions;
        Bypass(tree, fields, frame);
        return;
    }
    Add(tree, aggregator, frame);
}

void
AtpEngine::Add(Tree& tree, Aggregator& aggregator, const Frame& frame)
{
    const ReductionFields& fields = frame.reduction;
    const uint64_t bit = 1ULL << fields.place;
    if (!aggregator.isTaken)
    {
        aggregator.fields = fields;
        aggregator.fields.scope = tree.node.scope;
        aggregator.fields.places = bit;
        aggregator.seen = bit;
        aggregator.missing = tree.node.children.size();
        aggregator.isTaken = true;
        UseSlots(1);
    }
    else if (aggregator.seen & bit)
    {
        ++Count().duplicates;
        return;
    }
    else
    {
        aggregator.fields.sum += fields.sum;
        aggregator.fields.contributions += fields.contributions;
        aggregator.fields.payloadBytes =
            std::max(aggregator.fields.payloadBytes, fields.payloadBytes);
        aggregator.fields.congested |= fields.congested;
        aggregator.fields.places |= bit;
        aggregator.seen |= bit;
    }
    aggregator.fields.congested |= frame.ecn == Ecn::CE;
    if (--aggregator.missing == 0)
    {
        NotifyAggregate(aggregator.fields);
        SendUp(tree, aggregator.fields, Envelope(frame), true);
    }
}

void
AtpEngine::DoResult(Tree& tree, const Frame& frame)
{
    ReductionFields fields = frame.reduction;
    fields.congested |= frame.ecn == Ecn::CE;
    const Envelope envelope(frame);
    if (tree.node.relays)
    {
        SendDown(tree, fields.place, fields, envelope, false);
        return;
    }
    Aggregator& aggregator = FindAggregator(tree, fields.chunk);
    if (Holds(aggregator, fields))
    {
        Free(aggregator);
    }
    if (fields.unaggregated)
    {
        // For one member that has missed it, whose number the hop sequence is.
        const uint16_t place = tree.placeOf[fields.hopSequence];
        SendDown(tree, place, ForChild(tree, place, fields), envelope, false);
        return;
    }
    for (uint16_t place = 0; place < tree.node.children.size(); ++place)
    {
        SendDown(tree, place, ForChild(tree, place, fields), envelope, false);
    }
}

} // namespace ns3::fabric
