/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-rccc.h"

#include "ns3/double.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(Rccc);

TypeId
Rccc::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::Rccc")
            .SetParent<CongestionControl>()
            .SetGroupName("Rdma")
            .AddConstructor<Rccc>()
            .AddAttribute("BaseRtt",
                          "Round-trip time of the longest path without queues, above 0. Default: "
                          "the reference model's network at 400 Gb/s, three tiers at 1 us a link.",
                          TimeValue(NanoSeconds(12507)),
                          MakeTimeAccessor(&Rccc::m_baseRtt),
                          MakeTimeChecker(TimeStep(1)))
            .AddAttribute("MaxWindowBdp",
                          "Most bytes in flight, most credit held, and speculative credit, over "
                          "what the line rate carries in BaseRtt.",
                          DoubleValue(1.5),
                          MakeDoubleAccessor(&Rccc::m_maxWindowBdp),
                          MakeDoubleChecker<double>(0.1, 100));
    return tid;
}

Rccc::Rccc() = default;

Rccc::~Rccc() = default;

void
Rccc::DoStart()
{
    const auto& context = GetContext();
    const double bdp = m_baseRtt.GetSeconds() * static_cast<double>(context.lineRate) / 8 *
                       context.mtuBytes / context.frameBytes;
    const auto window = std::max<uint64_t>(context.mtuBytes, m_maxWindowBdp * bdp);
    SetWindow(window);
    m_account.Start(window);
    SetHasCredit(false);
}

bool
Rccc::DoUsesCredit() const
{
    return true;
}

void
Rccc::DoActive()
{
    m_account.Activate();
    SetHasCredit(m_account.GetCredit() > 0);
}

void
Rccc::DoSent(const Sent& sent)
{
    m_account.Spend(sent.payloadBytes);
    SetHasCredit(m_account.GetCredit() > 0);
}

void
Rccc::DoAck(const Ack& ack)
{
    m_account.StopSpeculating();
    SetHasCredit(m_account.GetCredit() > 0);
}

void
Rccc::DoNack(const Nack& nack)
{
    m_account.StopSpeculating();
    SetHasCredit(m_account.GetCredit() > 0);
}

void
Rccc::DoCredit(Ticks, uint32_t granted)
{
    m_account.Grant(granted);
    SetHasCredit(m_account.GetCredit() > 0);
}

uint32_t
Rccc::DoGetCreditTarget(uint64_t backlog) const
{
    return m_account.GetTarget(backlog, GetContext().mtuBytes);
}

} // namespace ns3::rdma
