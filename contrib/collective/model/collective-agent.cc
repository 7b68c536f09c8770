/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-agent.h"

#include "ns3/abort.h"
#include "ns3/assert.h"
#include "ns3/log.h"
#include "ns3/simulator.h"

#include <algorithm>

namespace ns3::collective
{

NS_LOG_COMPONENT_DEFINE("CollectiveAgent");

CollectiveAgent::CollectiveAgent(CollectiveEngine& engine, uint32_t accelerator)
    : m_engine(engine),
      m_accelerator(accelerator),
      m_node(engine.m_network->GetNodeId(accelerator)),
      m_mailbox(engine, accelerator)
{
}

void
CollectiveAgent::Post(const Operation& operation, OperationHandler* handler)
{
    NS_LOG_FUNCTION(this << m_accelerator << GetTypeName(operation.type) << operation.bytes);
    if (operation.type >= CollectiveType::SEND)
    {
        m_mailbox.Post(operation, handler);
        return;
    }
    const auto& communicator = m_engine.GetCommunicator(operation.communicator);
    const uint32_t rank = communicator.GetRank(m_accelerator);
    NS_ABORT_MSG_IF(rank == Communicator::NO_RANK,
                    "accelerator " << m_accelerator << " is not in communicator "
                                   << operation.communicator);
    uint32_t sequence = operation.sequence;
    if (sequence == Operation::AUTO_SEQUENCE)
    {
        sequence = m_nextSequence[operation.communicator]++;
    }
    MessageTag tag;
    tag.communicator = operation.communicator;
    tag.sequence = sequence;
    auto& participation = m_participations[tag.GetCollective()];
    NS_ABORT_MSG_IF(participation.posted,
                    "accelerator " << m_accelerator << " posts sequence " << sequence
                                   << " of communicator " << operation.communicator << " twice");
    participation.posted = true;
    participation.communicator = &communicator;
    participation.handler = handler;
    participation.record.accelerator = m_accelerator;
    participation.record.rank = rank;
    participation.record.nRanks = communicator.GetSize();
    participation.record.operation = operation;
    participation.record.operation.sequence = sequence;
    participation.record.posted = Simulator::Now();
    const bool isUneven = operation.type == CollectiveType::ALL_TO_ALL_V;
    NS_ABORT_MSG_IF(
        isUneven && (!operation.sizes || operation.sizes->sent.size() != communicator.GetSize() ||
                     operation.sizes->received.size() != communicator.GetSize()),
        "an all-to-all-v of " << communicator.GetSize() << " ranks without their sizes");
    const bool isTrivial =
        operation.bytes == 0 && operation.type != CollectiveType::BARRIER && !isUneven;
    if (communicator.GetSize() > 1 && !isTrivial)
    {
        participation.Prepare(
            *m_engine.GetAlgorithm(operation.type), m_engine.m_library, *m_engine.m_network);
    }
    Time latency = m_engine.m_launchLatency;
    participation.nSlots = m_engine.m_slots;
    if (const auto& protocol = participation.protocol)
    {
        participation.record.protocol = protocol->GetInstanceTypeId().GetName();
        participation.nSlots = std::max(m_engine.m_slots / protocol->GetSliceSlots(), 1U);
        latency += protocol->GetLaunchLatency();
    }
    ++m_nPending;
    m_engine.m_startedTrace(participation.record);
    Simulator::ScheduleWithContext(
        m_node, latency, &CollectiveAgent::Start, this, tag.GetCollective());
}

uint64_t
CollectiveAgent::GetNPending() const
{
    return m_nPending + m_mailbox.GetNPending();
}

void
CollectiveAgent::Start(uint32_t collective)
{
    auto& participation = m_participations.at(collective);
    participation.started = true;
    if (!participation.obstacle.empty())
    {
        Fail(participation, participation.obstacle);
        return;
    }
    if (participation.schedule)
    {
        participation.OpenLanes();
        for (uint32_t index = 0; index < participation.lanes.size(); ++index)
        {
            Grant(participation, index);
            Advance(participation, index);
        }
    }
    FinishIfComplete(collective);
}

void
CollectiveAgent::Advance(Participation& participation, uint32_t index)
{
    if (participation.lanes[index].sends)
    {
        AdvanceSending(participation, index);
    }
    else if (participation.lanes[index].local)
    {
        AdvanceLocal(participation, index);
    }
    else
    {
        AdvanceReceiving(participation, index);
    }
}

void
CollectiveAgent::AdvanceLocal(Participation& participation, uint32_t index)
{
    auto& lane = participation.lanes[index];
    while (participation.HasReadyHead(index))
    {
        const bool adds = lane.head.action == StepAction::COMBINE;
        Process(participation, index, adds ? lane.head.bytes : 0);
    }
}

void
CollectiveAgent::AdvanceSending(Participation& participation, uint32_t index)
{
    auto& lane = participation.lanes[index];
    while (lane.inFlight < participation.nSlots && participation.HasReadyHead(index))
    {
        if (!TakeCredit(participation, lane.head))
        {
            return;
        }
        lane.loaded = false;
        ++lane.inFlight;
        ++lane.nStarted;
        const Time latency = m_engine.m_stepLatency + participation.GetProtocolLatency(lane.head);
        if (latency.IsZero())
        {
            Transmit(participation, index, lane.head);
            continue;
        }
        Simulator::ScheduleWithContext(m_node,
                                       latency,
                                       &CollectiveAgent::SendStep,
                                       this,
                                       participation.GetTag().GetCollective(),
                                       index,
                                       lane.nStarted - 1);
    }
}

void
CollectiveAgent::AdvanceReceiving(Participation& participation, uint32_t index)
{
    auto& lane = participation.lanes[index];
    while (participation.HasReadyHead(index))
    {
        if (participation.early.empty())
        {
            return;
        }
        const auto message = participation.early.find(
            Identify(participation.GetFarEnd(lane.head), lane.head.channel, lane.head.key));
        if (message == participation.early.end())
        {
            return;
        }
        const uint64_t bytes = message->second;
        participation.early.erase(message);
        Accept(participation, index, bytes);
    }
}

void
CollectiveAgent::Grant(Participation& participation, uint32_t index)
{
    auto& lane = participation.lanes[index];
    if (!m_engine.m_receiverCredits || lane.sends || lane.local)
    {
        return;
    }
    const uint64_t end = std::min<uint64_t>(lane.nSteps, lane.nComplete + participation.nSlots);
    Step step;
    for (; lane.nGranted < end; ++lane.nGranted)
    {
        participation.schedule->GetStep(index, lane.nGranted, step);
        if (step.peer == Step::NETWORK)
        {
            continue; // a result comes when all members have contributed, and needs no permission
        }
        auto tag = participation.GetTag();
        tag.channel = step.channel;
        tag.key = step.key;
        m_engine.SendCredit(m_accelerator, participation.GetFarEnd(step), tag);
    }
}

bool
CollectiveAgent::TakeCredit(Participation& participation, const Step& step) const
{
    if (!m_engine.m_receiverCredits || step.peer == Step::NETWORK)
    {
        return true;
    }
    const auto id = Identify(participation.GetFarEnd(step), step.channel, step.key);
    return participation.credits.erase(id) > 0;
}

void
CollectiveAgent::CreditReceived(const cluster::Message& message, const MessageTag& tag)
{
    auto& participation = m_participations[tag.GetCollective()];
    if (participation.failed)
    {
        return;
    }
    participation.credits.insert(Identify(message.source, tag.channel, tag.key));
    for (uint32_t index = 0; index < participation.lanes.size(); ++index)
    {
        const auto& lane = participation.lanes[index];
        if (lane.sends && lane.loaded && !lane.blocked && lane.head.channel == tag.channel)
        {
            AdvanceSending(participation, index);
        }
    }
}

void
CollectiveAgent::Accept(Participation& participation, uint32_t index, uint64_t bytes)
{
    auto& lane = participation.lanes[index];
    if (bytes != participation.GetMessageBytes(lane.head.bytes))
    {
        Fail(participation,
             "rank " + std::to_string(lane.head.peer) + " sent " + std::to_string(bytes) +
                 " bytes where rank " + std::to_string(participation.record.rank) + " expected " +
                 std::to_string(participation.GetMessageBytes(lane.head.bytes)) +
                 ": they posted different operations");
        return;
    }
    const bool reduces = lane.head.action == StepAction::REDUCE;
    Process(participation, index, reduces ? lane.head.bytes : 0);
}

void
CollectiveAgent::Process(Participation& participation, uint32_t index, uint64_t reducedBytes)
{
    auto& lane = participation.lanes[index];
    const Time delay = ReserveReduction(reducedBytes);
    const bool isFirst = lane.nComplete == lane.nStarted;
    ++lane.nStarted;
    lane.loaded = false;
    if (isFirst && (reducedBytes == 0 || delay.IsZero()))
    {
        Complete(participation, index);
        return;
    }
    // A plain copy behind a reduction of its lane waits for that one: steps complete in order.
    Simulator::ScheduleWithContext(m_node,
                                   delay,
                                   &CollectiveAgent::ReductionDone,
                                   this,
                                   participation.GetTag().GetCollective(),
                                   index);
}

Time
CollectiveAgent::ReserveReduction(uint64_t bytes)
{
    const uint64_t bitsPerSecond = m_engine.m_reductionRate.GetBitRate();
    if (bitsPerSecond == 0)
    {
        return Time(0);
    }
    m_reductionEnd = std::max(m_reductionEnd, Simulator::Now());
    if (bytes > 0)
    {
        m_reductionEnd += m_engine.m_reductionRate.CalculateBytesTxTime(bytes);
    }
    return m_reductionEnd - Simulator::Now();
}

void
CollectiveAgent::ReductionDone(uint32_t collective, uint32_t lane)
{
    auto& participation = m_participations.at(collective);
    if (!participation.failed)
    {
        Complete(participation, lane);
        FinishIfComplete(collective);
    }
}

void
CollectiveAgent::Complete(Participation& participation, uint32_t index)
{
    auto& lane = participation.lanes[index];
    if (!lane.sends && !m_engine.m_stepReceivedTrace.IsEmpty())
    {
        Step step;
        participation.schedule->GetStep(index, lane.nComplete, step);
        m_engine.m_stepReceivedTrace(m_accelerator, participation.record.operation, step);
    }
    ++lane.nComplete;
    if (lane.nComplete == lane.nSteps)
    {
        --participation.nLanesLeft;
    }
    Grant(participation, index);
    Wake(participation, index);
}

void
CollectiveAgent::Wake(Participation& participation, uint32_t index)
{
    for (uint32_t other = 0; other < participation.lanes.size(); ++other)
    {
        if (participation.lanes[other].blocked && participation.lanes[other].blockedOn == index)
        {
            Advance(participation, other);
        }
    }
}

void
CollectiveAgent::SendStep(uint32_t collective, uint32_t lane, uint64_t index)
{
    auto& participation = m_participations.at(collective);
    if (!participation.failed)
    {
        Step step;
        participation.schedule->GetStep(lane, index, step);
        Transmit(participation, lane, step);
    }
}

void
CollectiveAgent::Transmit(Participation& participation, uint32_t index, const Step& step)
{
    const auto& operation = participation.record.operation;
    NS_ASSERT_MSG(step.key < MAX_KEYS, "key " << step.key << " of a step");
    MessageTag tag = participation.GetTag();
    tag.channel = step.channel;
    tag.key = step.key;
    cluster::Message message;
    message.source = m_accelerator;
    message.destination = participation.GetFarEnd(step);
    message.bytes = participation.GetMessageBytes(step.bytes);
    message.use = step.use;
    message.root = step.root;
    message.tag = tag.Pack();
    message.channel =
        GetNetworkChannel(operation.communicator, step.channel, step.key % m_engine.m_connections);
    message.priority = operation.priority;
    m_engine.m_stepSentTrace(m_accelerator, operation, step);
    // The network answers by events, never from inside of this call.
    m_engine.m_network->Send(message);
    ++participation.lanes[index].nSent;
    Wake(participation, index);
}

void
CollectiveAgent::MessageReceived(const cluster::Message& message)
{
    const auto tag = MessageTag::Unpack(message.tag);
    if (tag.pointToPoint)
    {
        m_mailbox.MessageReceived(message, tag);
        return;
    }
    if (tag.credit)
    {
        CreditReceived(message, tag);
        return;
    }
    auto& participation = m_participations[tag.GetCollective()];
    if (participation.failed)
    {
        return;
    }
    for (uint32_t index = 0; index < participation.lanes.size(); ++index)
    {
        const auto& lane = participation.lanes[index];
        if (!lane.sends && !lane.local && lane.loaded && !lane.blocked &&
            lane.head.key == tag.key && lane.head.channel == tag.channel &&
            participation.GetFarEnd(lane.head) == message.source)
        {
            Accept(participation, index, message.bytes);
            AdvanceReceiving(participation, index);
            FinishIfComplete(tag.GetCollective());
            return;
        }
    }
    [[maybe_unused]] const bool isNew =
        participation.early.emplace(Identify(message.source, tag.channel, tag.key), message.bytes)
            .second;
    NS_ASSERT_MSG(isNew, "the same message of a collective twice");
}

void
CollectiveAgent::MessageSent(const cluster::Message& message)
{
    const auto tag = MessageTag::Unpack(message.tag);
    if (tag.credit)
    {
        return;
    }
    if (tag.pointToPoint)
    {
        m_mailbox.MessageSent(message, tag);
        return;
    }
    auto& participation = m_participations.at(tag.GetCollective());
    if (participation.failed)
    {
        return;
    }
    for (uint32_t index = 0; index < participation.lanes.size(); ++index)
    {
        auto& lane = participation.lanes[index];
        // A sending lane has a channel of its own; the head tells it even when it is used up.
        if (lane.sends && lane.head.channel == tag.channel)
        {
            --lane.inFlight;
            Complete(participation, index);
            AdvanceSending(participation, index);
            FinishIfComplete(tag.GetCollective());
            return;
        }
    }
    NS_ABORT_MSG("no lane sends on channel " << static_cast<uint32_t>(tag.channel));
}

void
CollectiveAgent::MessageFailed(const cluster::Message& message, const std::string& reason)
{
    NS_LOG_FUNCTION(this << m_accelerator << message.destination << reason);
    const auto tag = MessageTag::Unpack(message.tag);
    if (tag.pointToPoint)
    {
        m_mailbox.MessageFailed(message, tag, reason);
        return;
    }
    const auto it = m_participations.find(tag.GetCollective());
    if (it == m_participations.end() || it->second.failed)
    {
        return; // a credit whose message has come all the same, or one failure more
    }
    Fail(it->second, reason);
}

void
CollectiveAgent::Fail(Participation& participation, const std::string& reason)
{
    participation.failed = true;
    participation.early.clear();
    participation.credits.clear();
    --m_nPending;
    if (participation.handler)
    {
        participation.handler->OperationFailed(
            m_accelerator, participation.record.operation, reason);
    }
}

void
CollectiveAgent::FinishIfComplete(uint32_t collective)
{
    const auto it = m_participations.find(collective);
    if (it->second.failed || it->second.nLanesLeft > 0)
    {
        return;
    }
    NS_ASSERT_MSG(it->second.early.empty(), "messages that no step waits for");
    auto record = std::move(it->second.record);
    auto* handler = it->second.handler;
    m_participations.erase(it);
    --m_nPending;
    m_engine.Finish(record, handler);
}

uint64_t
CollectiveAgent::Identify(uint32_t accelerator, uint8_t channel, uint32_t key)
{
    return static_cast<uint64_t>(accelerator) << 32 | static_cast<uint64_t>(channel) << 22 | key;
}

} // namespace ns3::collective
