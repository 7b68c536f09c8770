/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-timed-reduction.h"

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(TimedReduction);

TypeId
TimedReduction::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::TimedReduction")
            .SetParent<ReductionWorker>()
            .SetGroupName("Rdma")
            .AddAttribute("Timeout",
                          "Time without the result of a chunk after which its contribution is sent "
                          "again (SwitchML: 1 ms).",
                          TimeValue(MilliSeconds(1)),
                          MakeTimeAccessor(&TimedReduction::m_timeout),
                          MakeTimeChecker(TimeStep(1)));
    return tid;
}

TimedReduction::TimedReduction()
    : m_alarm(new TickAlarm(this))
{
}

TimedReduction::~TimedReduction()
{
    m_alarm->Detach();
    m_alarm->Unref();
}

void
TimedReduction::DoDispose()
{
    m_alarm->Detach();
    ReductionWorker::DoDispose();
}

void
TimedReduction::DoJoin()
{
    m_alarm->SetContext(GetNodeId());
    m_repeats.resize(GetStreams().size());
}

bool
TimedReduction::DoHasNext(Stream& stream, Ticks now)
{
    auto& repeats = m_repeats[stream.index];
    while (!repeats.IsEmpty() && !IsOutstanding(stream, repeats[0]))
    {
        repeats.Pop();
    }
    return !repeats.IsEmpty() || (HasReady(stream) && MaySend(stream));
}

bool
TimedReduction::DoNext(Stream& stream, ReductionFields& fields, Ticks now)
{
    if (!DoHasNext(stream, now))
    {
        return false;
    }
    auto& repeats = m_repeats[stream.index];
    if (!repeats.IsEmpty())
    {
        const uint32_t chunk = repeats.Pop();
        fields = Describe(stream, chunk);
        fields.repeated = true;
        ++stream.sent[chunk % stream.sent.size()];
        ++Count().sent;
        ++Count().repeated;
    }
    else
    {
        TakeReady(stream, fields);
    }
    const uint8_t times = stream.sent[fields.chunk % stream.sent.size()];
    m_timers.Push({now + m_timeout.GetTimeStep(), stream.index, fields.chunk, times});
    m_alarm->SetNoLater(m_timers[0].at);
    return true;
}

void
TimedReduction::Repeat(Stream& stream, uint32_t chunk)
{
    m_repeats[stream.index].Push(chunk);
}

void
TimedReduction::Tick()
{
    const Ticks now = fabric::NowTicks();
    while (!m_timers.IsEmpty())
    {
        const Timer timer = m_timers[0];
        Stream& stream = GetStreams()[timer.stream];
        const bool valid = IsOutstanding(stream, timer.chunk) &&
                           stream.sent[timer.chunk % stream.sent.size()] == timer.times;
        if (valid && timer.at > now)
        {
            m_alarm->SetNoLater(timer.at);
            return;
        }
        m_timers.Pop();
        if (!valid)
        {
            continue;
        }
        ++Count().timeouts;
        NotifyTimeout(stream);
        Repeat(stream, timer.chunk);
        Kick(stream);
    }
}

void
TimedReduction::DoReceive(Stream& stream, const fabric::Frame& frame)
{
    if (frame.reduction.type != ReductionFields::RESULT)
    {
        return;
    }
    const bool marked = frame.reduction.congested || frame.ecn == fabric::Ecn::CE;
    const uint32_t chunk = frame.reduction.chunk;
    if (Accept(stream, frame))
    {
        Count().marked += marked ? 1 : 0;
        NotifyResult(stream, chunk, marked);
    }
}

bool
TimedReduction::MaySend(const Stream& stream) const
{
    return true;
}

void
TimedReduction::NotifyResult(Stream& stream, uint32_t chunk, bool marked)
{
}

void
TimedReduction::NotifyTimeout(Stream& stream)
{
}

} // namespace ns3::rdma
