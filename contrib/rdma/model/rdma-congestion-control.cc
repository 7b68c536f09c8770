/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-congestion-control.h"

#include "ns3/abort.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(CongestionControl);

TypeId
CongestionControl::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::CongestionControl").SetParent<Object>().SetGroupName("Rdma");
    return tid;
}

CongestionControl::CongestionControl() = default;

CongestionControl::~CongestionControl() = default;

void
CongestionControl::DoDispose()
{
    m_listener = nullptr;
    Object::DoDispose();
}

int64_t
CongestionControl::AssignStreams(int64_t)
{
    return 0;
}

void
CongestionControl::Start(const Context& context, Listener* listener)
{
    NS_ABORT_MSG_IF(context.lineRate == 0, "a congestion control needs the rate of its port");
    m_context = context;
    m_rate = context.lineRate;
    m_window = UNLIMITED_WINDOW;
    DoStart();
    m_listener = listener;
}

bool
CongestionControl::UsesCnp() const
{
    return DoUsesCnp();
}

bool
CongestionControl::NeedsEcn() const
{
    return DoNeedsEcn();
}

void
CongestionControl::SetRate(uint64_t rate)
{
    const uint64_t before = m_rate;
    m_rate = std::clamp<uint64_t>(rate, 1, m_context.lineRate);
    if (m_rate != before && m_listener)
    {
        m_listener->RateChanged(before);
    }
}

void
CongestionControl::SetWindow(uint64_t window)
{
    const uint64_t before = m_window;
    m_window = window;
    if (m_window != before && m_listener)
    {
        m_listener->WindowChanged(before);
    }
}

void
CongestionControl::DoStart()
{
}

bool
CongestionControl::DoUsesCnp() const
{
    return false;
}

bool
CongestionControl::UsesCredit() const
{
    return DoUsesCredit();
}

void
CongestionControl::SetHasCredit(bool hasCredit)
{
    const bool news = hasCredit && !m_hasCredit;
    m_hasCredit = hasCredit;
    if (news && m_listener)
    {
        m_listener->WindowChanged(m_window);
    }
}

bool
CongestionControl::DoUsesCredit() const
{
    return false;
}

void
CongestionControl::DoCredit(Ticks, uint32_t)
{
}

uint32_t
CongestionControl::DoGetCreditTarget(uint64_t) const
{
    return 0;
}

bool
CongestionControl::DoNeedsEcn() const
{
    return DoUsesCnp();
}

void
CongestionControl::DoActive()
{
}

void
CongestionControl::DoIdle()
{
}

void
CongestionControl::DoSent(const Sent&)
{
}

void
CongestionControl::DoAck(const Ack&)
{
}

void
CongestionControl::DoNack(const Nack&)
{
}

void
CongestionControl::DoCnp(const Cnp&)
{
}

void
CongestionControl::DoNotice(const Notice&)
{
}

void
CongestionControl::DoBacklog(uint64_t)
{
}

void
CongestionControl::DoLoss(const Loss&)
{
}

void
CongestionControl::DoTimeout(Ticks)
{
}

} // namespace ns3::rdma
