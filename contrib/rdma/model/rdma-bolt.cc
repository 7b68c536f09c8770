/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-bolt.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <limits>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(Bolt);

TypeId
Bolt::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::Bolt")
            .SetParent<WindowLaw>()
            .SetGroupName("Rdma")
            .AddConstructor<Bolt>()
            .AddAttribute("Increase",
                          "Additive increase, packets per round trip, 0 or more. Default: the "
                          "authors' simulator.",
                          DoubleValue(1),
                          MakeDoubleAccessor(&Bolt::m_increase),
                          MakeDoubleChecker<double>(0))
            .AddAttribute("MaxDecrease",
                          "Share of the window that a loss takes, and a notice where the window is "
                          "a packet or less, 0 to 1. Default: the authors' simulator.",
                          DoubleValue(0.5),
                          MakeDoubleAccessor(&Bolt::m_maxDecrease),
                          MakeDoubleChecker<double>(0, 1))
            .AddAttribute("TargetQueue",
                          "Part of a queue that is left alone, bytes. Default: the authors' "
                          "simulator.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&Bolt::m_targetQueue),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute("MaxWindow",
                          "Most that the window may be, message bytes; 0 for what the line rate "
                          "carries in BaseRtt, as in most of the authors' simulations.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&Bolt::m_maxWindow),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute(
                "Paced",
                "Whether a window is spread over the last round trip, instead of leaving as "
                "acknowledgments come, as in the authors' simulator.",
                BooleanValue(true),
                MakeBooleanAccessor(&Bolt::m_paced),
                MakeBooleanChecker())
            .AddAttribute("MinWindow",
                          "Least window, packets, above 0. Default: the authors' 15 bytes of a "
                          "packet of 5 kB.",
                          DoubleValue(0.003),
                          MakeDoubleAccessor(&Bolt::m_minPackets),
                          MakeDoubleChecker<double>(1e-6, 1e6));
    return tid;
}

Bolt::Bolt() = default;

Bolt::~Bolt() = default;

void
Bolt::DoStart()
{
    m_rtt = 0;
    m_decreasedAt = fabric::NowTicks();
    m_roundEnd = 0;
    Say(fabric::BOLT_FIRST);
    m_mostBytes = std::numeric_limits<double>::max();
    WindowLaw::DoStart();
    m_mostBytes =
        m_maxWindow > 0 ? static_cast<double>(m_maxWindow) : GetLineRateBytes(GetBaseRtt());
    Put(GetWindowBytes());
}

void
Bolt::Say(uint8_t flags)
{
    fabric::SignalRequest request;
    request.kinds = fabric::SIGNAL_BOLT;
    request.bolt = flags;
    RequestSignals(request);
}

void
Bolt::Put(double bytes)
{
    const double held = std::min(bytes, m_mostBytes);
    if (m_paced && m_rtt > 0)
    {
        SetPacedWindowBytes(held, m_rtt, GetContext().mtuBytes);
    }
    else
    {
        SetWindowBytes(held, GetRtt());
    }
}

void
Bolt::DoIdle()
{
    m_rtt = 0; // what comes next is a new flow, with the window of the old one
}

void
Bolt::DoBacklog(uint64_t backlog)
{
    const double packet = GetContext().mtuBytes;
    const bool last = static_cast<double>(backlog) <= std::max(GetWindowBytes(), packet);
    uint8_t flags = last ? fabric::BOLT_LAST : 0;
    if (m_rtt == 0)
    {
        flags |= fabric::BOLT_FIRST;
    }
    else if (!last)
    {
        flags |= fabric::BOLT_INCREASE;
    }
    Say(flags);
}

void
Bolt::DoAck(const Ack& ack)
{
    AckClock& clock = GetAckClock();
    clock.Acked(ack.ackedBytes);
    m_rtt = std::max<Ticks>(ack.rtt, 1);
    double packets = ack.signals ? ack.signals->bolt.increases : 0;
    if (clock.IsPast(m_roundEnd))
    {
        packets += m_increase;
        m_roundEnd = clock.GetMark();
    }
    Put(GetWindowBytes() + packets * GetContext().mtuBytes);
}

double
Bolt::GetDecreaseInterval(const Notice& notice) const
{
    const Context& context = GetContext();
    const double rate = GetWindowBytes() * 8e12 / static_cast<double>(GetRtt());
    const double share = (m_rtt > 0 ? rate : static_cast<double>(context.lineRate)) /
                         static_cast<double>(notice.bitRate);
    const double queueBytes =
        static_cast<double>(notice.drainTime) * 1e-12 / 8 * static_cast<double>(notice.bitRate) -
        static_cast<double>(m_targetQueue);
    const double packets = queueBytes / context.frameBytes;
    return packets > 0 ? static_cast<double>(notice.rtt) / (packets * share)
                       : std::numeric_limits<double>::infinity();
}

void
Bolt::DoNotice(const Notice& notice)
{
    const double packet = GetContext().mtuBytes;
    if (GetWindowBytes() <= packet)
    {
        Put(GetWindowBytes() * (1 - m_maxDecrease));
        return;
    }
    if (static_cast<double>(notice.now - m_decreasedAt) >= GetDecreaseInterval(notice))
    {
        m_decreasedAt = notice.now;
        Put(GetWindowBytes() - packet);
    }
}

void
Bolt::CutForLoss(Ticks now)
{
    if (now - m_decreasedAt >= GetRtt())
    {
        m_decreasedAt = now;
        Put(GetWindowBytes() * (1 - m_maxDecrease));
    }
}

void
Bolt::DoNack(const Nack& nack)
{
    CutForLoss(nack.now);
}

void
Bolt::DoLoss(const Loss& loss)
{
    CutForLoss(loss.now);
}

void
Bolt::DoTimeout(Ticks now)
{
    CutForLoss(now);
}

} // namespace ns3::rdma
