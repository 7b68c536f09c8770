/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-pool-engine.h"

#include <algorithm>

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(PoolEngine);

TypeId
PoolEngine::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::PoolEngine").SetParent<ReductionEngine>().SetGroupName("Fabric");
    return tid;
}

PoolEngine::PoolEngine() = default;

PoolEngine::~PoolEngine() = default;

std::unique_ptr<ReductionEngine::Tree>
PoolEngine::MakeTree(const ReductionNode& node)
{
    auto tree = std::make_unique<PoolTree>();
    tree->slots.resize(2 * node.slots);
    return tree;
}

uint32_t
PoolEngine::GetReservation(const ReductionNode& node) const
{
    return 2 * node.slots;
}

uint16_t
PoolEngine::GetResendPlace(const Tree& tree, uint16_t place) const
{
    return place;
}

void
PoolEngine::DoContribution(Tree& base, const Frame& frame)
{
    auto& tree = static_cast<PoolTree&>(base);
    const ReductionFields& fields = frame.reduction;
    Slot& slot = tree.slots[fields.chunk % tree.slots.size()];
    const auto age = static_cast<int32_t>(fields.chunk - slot.fields.chunk);
    if (slot.state == State::EMPTY || age > 0)
    {
        slot.fields = fields;
        slot.fields.sum = 0;
        slot.fields.contributions = 0;
        slot.fields.payloadBytes = 0;
        slot.fields.repeated = false;
        slot.fields.congested = false;
        slot.seen.assign(tree.node.children.size(), false);
        slot.missing = tree.node.children.size();
        slot.state = State::ADDING;
    }
    else if (age < 0 || slot.seen[fields.place])
    {
        ++Count().duplicates;
        if (age == 0)
        {
            Repeat(tree, slot, frame);
        }
        return;
    }
    slot.seen[fields.place] = true;
    slot.fields.sum += fields.sum;
    slot.fields.contributions += fields.contributions;
    slot.fields.payloadBytes = std::max(slot.fields.payloadBytes, fields.payloadBytes);
    slot.fields.congested |= fields.congested || frame.ecn == Ecn::CE;
    if (--slot.missing > 0)
    {
        return;
    }
    NotifyAggregate(slot.fields);
    if (IsRoot(tree))
    {
        Distribute(tree, slot, frame, true);
    }
    else
    {
        slot.state = State::SENT;
        SendUp(tree, slot.fields, Envelope(frame), true);
    }
}

void
PoolEngine::Repeat(PoolTree& tree, Slot& slot, const Frame& frame)
{
    ReductionFields again = slot.fields;
    again.repeated = true;
    if (slot.state == State::DONE)
    {
        const uint16_t place = GetResendPlace(tree, frame.reduction.place);
        SendDown(tree, place, ForChild(tree, place, again), Envelope(frame), false);
    }
    else if (slot.state == State::SENT)
    {
        SendUp(tree, again, Envelope(frame), false);
    }
}

void
PoolEngine::DoResult(Tree& base, const Frame& frame)
{
    auto& tree = static_cast<PoolTree&>(base);
    Slot& slot = tree.slots[frame.reduction.chunk % tree.slots.size()];
    if (slot.state != State::SENT || slot.fields.chunk != frame.reduction.chunk)
    {
        ++Count().duplicates;
        return;
    }
    slot.fields = frame.reduction;
    slot.fields.repeated = false;
    slot.fields.congested |= frame.ecn == Ecn::CE;
    Distribute(tree, slot, frame, false);
}

void
PoolEngine::Distribute(PoolTree& tree, Slot& slot, const Frame& frame, bool delayed)
{
    slot.state = State::DONE;
    slot.fields.type = ReductionFields::RESULT;
    const Envelope envelope(frame);
    for (uint16_t place = 0; place < tree.node.children.size(); ++place)
    {
        SendDown(tree, place, ForChild(tree, place, slot.fields), envelope, delayed);
    }
}

} // namespace ns3::fabric
