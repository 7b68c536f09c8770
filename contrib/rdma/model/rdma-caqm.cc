/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-caqm.h"

#include "ns3/double.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cmath>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(Caqm);

namespace
{

/** Multiples of it, modulo 1, are spread evenly however many there are. */
constexpr double GOLDEN_RATIO = 0.6180339887498949;

} // namespace

TypeId
Caqm::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::Caqm")
            .SetParent<WindowLaw>()
            .SetGroupName("Rdma")
            .AddConstructor<Caqm>()
            .AddAttribute("Decrease",
                          "Share of the acknowledged bytes that a C takes off the window, above 0 "
                          "to 1: that of the switches. Default: as DCTCP if all is marked.",
                          DoubleValue(0.5),
                          MakeDoubleAccessor(&Caqm::m_decrease),
                          MakeDoubleChecker<double>(0.001, 1))
            .AddAttribute("Unit",
                          "Bytes that a hint of 1 stands for, 1 or more: that of the switches.",
                          UintegerValue(256),
                          MakeUintegerAccessor(&Caqm::m_unit),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("LeastHint",
                          "Increase asked for when the last one was refused, Units. Default: a "
                          "packet of 4 KiB.",
                          UintegerValue(16),
                          MakeUintegerAccessor(&Caqm::m_leastHint),
                          MakeUintegerChecker<uint8_t>(1))
            .AddAttribute("MostHint",
                          "Largest increase asked for, Units; not below LeastHint, at most 255, "
                          "what the field holds. Default: four packets of 4 KiB.",
                          UintegerValue(64),
                          MakeUintegerAccessor(&Caqm::m_mostHint),
                          MakeUintegerChecker<uint8_t>(1));
    return tid;
}

Caqm::Caqm() = default;

Caqm::~Caqm() = default;

void
Caqm::DoStart()
{
    m_hint = m_leastHint;
    m_requests = GetContext().nodeId; // so that flows of different hosts do not ask in step
    m_untilAsk = 0;
    Ask(m_hint); // the first frame
    WindowLaw::DoStart();
    UintegerValue initial;
    GetAttribute("InitialWindow", initial);
    const bool given = initial.Get() > 0;
    SetPacedWindowBytes(given ? static_cast<double>(initial.Get()) : GetContext().mtuBytes,
                        GetBaseRtt());
}

void
Caqm::Ask(uint8_t hint)
{
    fabric::SignalRequest request;
    request.kinds = fabric::SIGNAL_GRANT;
    request.grantHint = hint;
    RequestSignals(request);
}

void
Caqm::DoSent(const Sent& sent)
{
    WindowLaw::DoSent(sent);
    if (GetSignalRequest().grantHint > 0)
    {
        // it asked: the next request is a window later, give or take a half
        ++m_requests;
        const double turn = m_requests * GOLDEN_RATIO;
        m_untilAsk = GetWindowBytes() * (0.5 + turn - std::floor(turn));
    }
    m_untilAsk -= sent.payloadBytes;
    Ask(m_untilAsk <= 0 ? m_hint : 0);
}

bool
Caqm::IsUsed(const Ack& ack) const
{
    // on a way shorter than BaseRtt the pace holds data back, not the window
    const double share = std::min(static_cast<double>(ack.rtt) / GetBaseRtt(), 1.0);
    return static_cast<double>(ack.bytesInFlight + ack.ackedBytes + GetContext().mtuBytes) >
           share * GetWindowBytes();
}

void
Caqm::DoAck(const Ack& ack)
{
    GetAckClock().Acked(ack.ackedBytes);
    if (!ack.signals)
    {
        return;
    }
    const fabric::GrantTag& grant = ack.signals->grant;
    const uint8_t asked = ack.signals->request.grantHint;
    double bytes = GetWindowBytes();
    if (asked > 0)
    {
        const bool smooth = grant.increase && !grant.congested;
        m_hint =
            smooth ? static_cast<uint8_t>(std::min<uint32_t>(2 * asked, m_mostHint)) : m_leastHint;
        if (GetSignalRequest().grantHint > 0)
        {
            Ask(m_hint);
        }
        bytes += grant.increase && IsUsed(ack) ? static_cast<double>(asked) * m_unit : 0.0;
    }
    if (grant.congested)
    {
        bytes -= m_decrease * static_cast<double>(ack.ackedBytes);
    }
    SetPacedWindowBytes(bytes, GetBaseRtt());
}

} // namespace ns3::rdma
