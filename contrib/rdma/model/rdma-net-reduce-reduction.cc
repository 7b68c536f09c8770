/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-net-reduce-reduction.h"

#include "ns3/fabric-net-reduce-engine.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(NetReduceReduction);

TypeId
NetReduceReduction::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::NetReduceReduction")
            .SetParent<ReductionWorker>()
            .SetGroupName("Rdma")
            .AddConstructor<NetReduceReduction>()
            .AddAttribute("RetryTime",
                          "Time without an acknowledgment after which everything not acknowledged "
                          "is sent again. Own choice; RoCEv2 NICs have 4.096 us times a power of "
                          "two.",
                          TimeValue(MilliSeconds(1)),
                          MakeTimeAccessor(&NetReduceReduction::m_retryTime),
                          MakeTimeChecker(TimeStep(1)))
            .AddAttribute("AckEvery",
                          "Results that are acknowledged together, within a transfer; at most a "
                          "quarter of the slots. Own choice.",
                          UintegerValue(8),
                          MakeUintegerAccessor(&NetReduceReduction::m_ackEvery),
                          MakeUintegerChecker<uint32_t>(1));
    return tid;
}

NetReduceReduction::NetReduceReduction()
    : m_alarm(new TickAlarm(this))
{
}

NetReduceReduction::~NetReduceReduction()
{
    m_alarm->Detach();
    m_alarm->Unref();
}

void
NetReduceReduction::DoDispose()
{
    m_alarm->Detach();
    ReductionWorker::DoDispose();
}

TypeId
NetReduceReduction::GetEngineTypeId() const
{
    return fabric::NetReduceEngine::GetTypeId();
}

ReductionWorker::Shape
NetReduceReduction::GetShape() const
{
    // A RoCEv2 WRITE of one path MTU: Ethernet 18, IPv4 20, UDP 8, BTH 12, ICRC 4.
    return {1, 512, 4096, 18 + 20 + 8 + 12 + 4};
}

void
NetReduceReduction::DoJoin()
{
    m_alarm->SetContext(GetNodeId());
    m_connections.resize(GetStreams().size());
}

bool
NetReduceReduction::OwesAck(const Stream& stream, const Connection& connection) const
{
    const uint32_t quarter = stream.chunks.size() / 4;
    const uint32_t every = std::min(m_ackEvery, std::max(1U, quarter));
    return connection.ackNow || (connection.gap && !connection.gapTold) || connection.owed >= every;
}

bool
NetReduceReduction::DoHasNext(Stream& stream, Ticks now)
{
    const Connection& connection = m_connections[stream.index];
    return OwesAck(stream, connection) || connection.cursor < connection.pending.GetSize() ||
           (HasReady(stream) && connection.pending.GetSize() < stream.chunks.size());
}

bool
NetReduceReduction::DoNext(Stream& stream, ReductionFields& fields, Ticks now)
{
    Connection& connection = m_connections[stream.index];
    if (OwesAck(stream, connection))
    {
        fields = ReductionFields{};
        fields.type = ReductionFields::CONTROL;
        fields.tree = stream.end.tree;
        fields.place = stream.end.place;
        fields.hopAck = connection.expected;
        fields.missing = connection.gap && !connection.gapTold;
        connection.gapTold = connection.gap;
        connection.ackNow = false;
        connection.owed = 0;
        return true;
    }
    const bool again = connection.cursor < connection.pending.GetSize();
    if (again)
    {
        fields = connection.pending[connection.cursor];
        fields.repeated = true;
        ++Count().repeated;
    }
    else if (connection.pending.GetSize() < stream.chunks.size() && TakeReady(stream, fields))
    {
        connection.pending.Push(fields);
    }
    else
    {
        return false;
    }
    if (connection.cursor++ == 0)
    {
        connection.progressAt = now;
        m_alarm->SetNoLater(now + m_retryTime.GetTimeStep());
    }
    return true;
}

void
NetReduceReduction::DoReceive(Stream& stream, const fabric::Frame& frame)
{
    Connection& connection = m_connections[stream.index];
    if (frame.reduction.type == ReductionFields::CONTROL)
    {
        TakeAck(connection, frame.reduction);
    }
    else
    {
        TakeResult(stream, connection, frame);
    }
}

void
NetReduceReduction::TakeAck(Connection& connection, const ReductionFields& fields)
{
    const uint32_t confirmed = fields.hopAck - connection.first;
    if (confirmed > 0 && confirmed <= connection.pending.GetSize())
    {
        for (uint32_t i = 0; i < confirmed; ++i)
        {
            connection.pending.Pop();
        }
        connection.first += confirmed;
        connection.cursor -= std::min(connection.cursor, confirmed);
        connection.progressAt = fabric::NowTicks();
    }
    if (fields.missing && fields.hopAck == connection.first)
    {
        connection.cursor = 0;
    }
}

void
NetReduceReduction::TakeResult(Stream& stream, Connection& connection, const fabric::Frame& frame)
{
    const auto ahead = static_cast<int32_t>(frame.reduction.chunk - connection.expected);
    if (ahead != 0)
    {
        ++Count().duplicates;
        connection.gap |= ahead > 0;
        connection.ackNow |= ahead < 0;
        return;
    }
    const uint64_t before = GetNPending();
    ++connection.expected;
    ++connection.owed;
    connection.gap = false;
    connection.gapTold = false;
    Accept(stream, frame);
    // The last packet of a message asks for an acknowledgment.
    connection.ackNow |= GetNPending() < before;
}

void
NetReduceReduction::Tick()
{
    const Ticks now = fabric::NowTicks();
    for (auto& stream : GetStreams())
    {
        Connection& connection = m_connections[stream.index];
        if (connection.cursor == 0)
        {
            continue;
        }
        const Ticks due = connection.progressAt + m_retryTime.GetTimeStep();
        if (due <= now)
        {
            ++Count().timeouts;
            connection.cursor = 0;
            Kick(stream);
        }
        else
        {
            m_alarm->SetNoLater(due);
        }
    }
}

} // namespace ns3::rdma
