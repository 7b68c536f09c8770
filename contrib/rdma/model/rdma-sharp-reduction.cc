/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-sharp-reduction.h"

#include "ns3/fabric-sharp-engine.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(SharpReduction);

TypeId
SharpReduction::GetTypeId()
{
    static TypeId tid = TypeId("ns3::rdma::SharpReduction")
                            .SetParent<ReductionWorker>()
                            .SetGroupName("Rdma")
                            .AddConstructor<SharpReduction>()
                            .AddAttribute("RetryTime",
                                          "As ns3::fabric::SharpEngine::RetryTime, at the host.",
                                          TimeValue(MicroSeconds(50)),
                                          MakeTimeAccessor(&SharpReduction::m_retryTime),
                                          MakeTimeChecker(TimeStep(1)))
                            .AddAttribute("AckDelay",
                                          "As ns3::fabric::SharpEngine::AckDelay, at the host.",
                                          TimeValue(MicroSeconds(10)),
                                          MakeTimeAccessor(&SharpReduction::m_ackDelay),
                                          MakeTimeChecker(TimeStep(1)))
                            .AddAttribute("AckEvery",
                                          "As ns3::fabric::SharpEngine::AckEvery, at the host.",
                                          UintegerValue(64),
                                          MakeUintegerAccessor(&SharpReduction::m_ackEvery),
                                          MakeUintegerChecker<uint32_t>(1));
    return tid;
}

SharpReduction::SharpReduction()
    : m_alarm(new TickAlarm(this))
{
}

SharpReduction::~SharpReduction()
{
    m_alarm->Detach();
    m_alarm->Unref();
}

void
SharpReduction::DoDispose()
{
    m_alarm->Detach();
    ReductionWorker::DoDispose();
}

TypeId
SharpReduction::GetEngineTypeId() const
{
    return fabric::SharpEngine::GetTypeId();
}

ReductionWorker::Shape
SharpReduction::GetShape() const
{
    // RoCEv2 (Ethernet 18, IPv4 20, UDP 8, BTH 12, ICRC 4) and 16 for SHARP's own header, whose
    // size NVIDIA does not publish. 512 slots of 4 KiB are 42 us at 400 Gb/s.
    return {1, 512, 4096, 18 + 20 + 8 + 12 + 4 + 16};
}

void
SharpReduction::DoJoin()
{
    m_alarm->SetContext(GetNodeId());
    m_hops.resize(GetStreams().size());
    for (auto& hop : m_hops)
    {
        hop.Setup({m_retryTime.GetTimeStep(), m_ackDelay.GetTimeStep(), m_ackEvery});
    }
}

bool
SharpReduction::DoHasNext(Stream& stream, Ticks now)
{
    return HasReady(stream) || m_hops[stream.index].HasNext(now);
}

bool
SharpReduction::DoNext(Stream& stream, ReductionFields& fields, Ticks now)
{
    auto& hop = m_hops[stream.index];
    if (!hop.HasData(now) && TakeReady(stream, fields))
    {
        hop.Append(fields);
    }
    if (!hop.Next(fields, now))
    {
        return false;
    }
    fields.tree = stream.end.tree;
    fields.place = stream.end.place;
    Count().repeated += fields.repeated ? 1 : 0;
    m_alarm->SetNoLater(std::max(hop.GetDeadline(), fabric::NowTicks()));
    return true;
}

void
SharpReduction::DoReceive(Stream& stream, const fabric::Frame& frame)
{
    auto& hop = m_hops[stream.index];
    const Ticks now = fabric::NowTicks();
    if (hop.Receive(frame.reduction, now))
    {
        Accept(stream, frame);
    }
    else if (frame.reduction.type != ReductionFields::CONTROL)
    {
        ++Count().duplicates;
    }
    m_alarm->SetNoLater(std::max(hop.GetDeadline(), now));
}

void
SharpReduction::Tick()
{
    const Ticks now = fabric::NowTicks();
    for (auto& stream : GetStreams())
    {
        Kick(stream);
        // Otherwise the next frame sets it again.
        if (const Ticks deadline = m_hops[stream.index].GetDeadline(); deadline > now)
        {
            m_alarm->SetNoLater(deadline);
        }
    }
}

} // namespace ns3::rdma
