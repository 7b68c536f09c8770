/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-nscc-rccc.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(NsccRccc);

TypeId
NsccRccc::GetTypeId()
{
    static TypeId tid = TypeId("ns3::rdma::NsccRccc")
                            .SetParent<Nscc>()
                            .SetGroupName("Rdma")
                            .AddConstructor<NsccRccc>();
    return tid;
}

NsccRccc::NsccRccc() = default;

NsccRccc::~NsccRccc() = default;

void
NsccRccc::DoStart()
{
    Nscc::DoStart();
    m_account.Start(static_cast<int64_t>(GetMaxWindowBytes()));
    SetHasCredit(false);
}

bool
NsccRccc::DoUsesCredit() const
{
    return true;
}

void
NsccRccc::DoActive()
{
    m_account.Activate();
    SetHasCredit(m_account.GetCredit() > 0);
}

void
NsccRccc::DoSent(const Sent& sent)
{
    Nscc::DoSent(sent);
    m_account.Spend(sent.payloadBytes);
    SetHasCredit(m_account.GetCredit() > 0);
}

void
NsccRccc::DoAck(const Ack& ack)
{
    Nscc::DoAck(ack);
    m_account.StopSpeculating();
    SetHasCredit(m_account.GetCredit() > 0);
}

void
NsccRccc::DoNack(const Nack& nack)
{
    Nscc::DoNack(nack);
    m_account.StopSpeculating();
    SetHasCredit(m_account.GetCredit() > 0);
}

void
NsccRccc::DoCredit(Ticks, uint32_t granted)
{
    m_account.Grant(granted);
    SetHasCredit(m_account.GetCredit() > 0);
}

uint32_t
NsccRccc::DoGetCreditTarget(uint64_t backlog) const
{
    return m_account.GetTarget(std::min<uint64_t>(backlog, GetWindow() + GetContext().mtuBytes),
                               GetContext().mtuBytes);
}

} // namespace ns3::rdma
