/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-sharp-engine.h"

#include "ns3/abort.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(SharpEngine);

TypeId
SharpEngine::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::SharpEngine")
            .SetParent<ReductionEngine>()
            .SetGroupName("Fabric")
            .AddConstructor<SharpEngine>()
            .AddAttribute("RetryTime",
                          "Time without an acknowledgment after which a hop sends everything "
                          "again; a gap is reported at once. The default is some round trips of a "
                          "hop of 100 m. Own choice: NVIDIA publishes none.",
                          TimeValue(MicroSeconds(50)),
                          MakeTimeAccessor(&SharpEngine::m_retryTime),
                          MakeTimeChecker(TimeStep(1)))
            .AddAttribute("AckDelay",
                          "Time after which a hop sends an acknowledgment of its own if no frame "
                          "has gone the other way. Own choice.",
                          TimeValue(MicroSeconds(10)),
                          MakeTimeAccessor(&SharpEngine::m_ackDelay),
                          MakeTimeChecker(TimeStep(1)))
            .AddAttribute("AckEvery",
                          "Frames that are worth an acknowledgment of their own at once. Own "
                          "choice.",
                          UintegerValue(64),
                          MakeUintegerAccessor(&SharpEngine::m_ackEvery),
                          MakeUintegerChecker<uint32_t>(1));
    return tid;
}

SharpEngine::SharpEngine()
    : m_alarm(new TickAlarm(this))
{
}

SharpEngine::~SharpEngine()
{
    m_alarm->Detach();
    m_alarm->Unref();
}

void
SharpEngine::DoDispose()
{
    m_alarm->Detach();
    m_active.clear();
    ReductionEngine::DoDispose();
}

std::unique_ptr<ReductionEngine::Tree>
SharpEngine::MakeTree(const ReductionNode& node)
{
    auto tree = std::make_unique<SharpTree>();
    tree->slots.resize(node.slots);
    tree->hops.resize(node.children.size() + 1);
    for (auto& hop : tree->hops)
    {
        hop.Setup({m_retryTime.GetTimeStep(), m_ackDelay.GetTimeStep(), m_ackEvery});
    }
    m_alarm->SetContext(GetNodeId());
    m_active.push_back(tree.get());
    return tree;
}

void
SharpEngine::DoRemove(Tree& tree)
{
    m_active.erase(std::find(m_active.begin(), m_active.end(), &tree));
}

uint64_t
SharpEngine::GetNRepeated() const
{
    uint64_t n = 0;
    for (const SharpTree* tree : m_active)
    {
        for (const auto& hop : tree->hops)
        {
            n += hop.GetNRepeated();
        }
    }
    return n;
}

bool
SharpEngine::Hear(SharpTree& tree, std::size_t hop, const Frame& frame)
{
    tree.envelope = Envelope(frame);
    const bool isNew = tree.hops[hop].Receive(frame.reduction, NowTicks());
    if (!isNew && frame.reduction.type != ReductionFields::CONTROL)
    {
        ++Count().duplicates;
    }
    return isNew;
}

void
SharpEngine::DoContribution(Tree& base, const Frame& frame)
{
    auto& tree = static_cast<SharpTree&>(base);
    const ReductionFields& fields = frame.reduction;
    if (Hear(tree, fields.place, frame))
    {
        Slot& slot = tree.slots[fields.chunk % tree.slots.size()];
        if (!slot.isTaken)
        {
            slot.isTaken = true;
            slot.missing = tree.node.children.size();
            slot.fields = fields;
        }
        else
        {
            NS_ABORT_MSG_IF(slot.fields.chunk != fields.chunk,
                            "chunk " << fields.chunk << " came before the result of "
                                     << slot.fields.chunk);
            slot.fields.sum += fields.sum;
            slot.fields.contributions += fields.contributions;
            slot.fields.payloadBytes = std::max(slot.fields.payloadBytes, fields.payloadBytes);
        }
        if (--slot.missing == 0)
        {
            NotifyAggregate(slot.fields);
            if (IsRoot(tree))
            {
                slot.isTaken = false;
                slot.fields.type = ReductionFields::RESULT;
                Distribute(tree, slot.fields);
            }
            else
            {
                tree.hops.back().Append(slot.fields);
                Drain(tree, tree.hops.size() - 1);
            }
        }
    }
    Drain(tree, fields.place);
}

void
SharpEngine::DoResult(Tree& base, const Frame& frame)
{
    auto& tree = static_cast<SharpTree&>(base);
    const std::size_t parent = tree.hops.size() - 1;
    if (Hear(tree, parent, frame))
    {
        tree.slots[frame.reduction.chunk % tree.slots.size()].isTaken = false;
        Distribute(tree, frame.reduction);
    }
    Drain(tree, parent);
}

void
SharpEngine::DoControl(Tree& base, const Frame& frame)
{
    auto& tree = static_cast<SharpTree&>(base);
    const bool fromParent = !IsRoot(tree) && frame.ingressPort == tree.node.parentPort;
    const std::size_t hop = fromParent ? tree.hops.size() - 1 : frame.reduction.place;
    Hear(tree, hop, frame);
    Drain(tree, hop);
}

void
SharpEngine::Distribute(SharpTree& tree, const ReductionFields& result)
{
    for (uint16_t place = 0; place < tree.node.children.size(); ++place)
    {
        tree.hops[place].Append(ForChild(tree, place, result));
        Drain(tree, place);
    }
}

void
SharpEngine::Drain(SharpTree& tree, std::size_t hop)
{
    const bool up = hop == tree.node.children.size();
    ReductionFields fields;
    while (tree.hops[hop].Next(fields, NowTicks()))
    {
        fields.tree = tree.node.tree;
        const bool isSum = fields.type != ReductionFields::CONTROL && (up || IsRoot(tree));
        if (up)
        {
            SendUp(tree, fields, tree.envelope, isSum);
        }
        else
        {
            SendDown(tree, hop, fields, tree.envelope, isSum);
        }
    }
    m_alarm->SetNoLater(std::max(tree.hops[hop].GetDeadline(), NowTicks()));
}

void
SharpEngine::Tick()
{
    for (SharpTree* tree : m_active)
    {
        for (std::size_t hop = 0; hop < tree->hops.size(); ++hop)
        {
            Drain(*tree, hop);
        }
    }
}

} // namespace ns3::fabric
