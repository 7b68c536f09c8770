/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-csig-control.h"

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(CsigControl);

using fabric::CsigType;

TypeId
CsigControl::GetTypeId()
{
    static TypeId tid = TypeId("ns3::rdma::CsigControl")
                            .SetParent<HpccLaw>()
                            .SetGroupName("Rdma")
                            .AddConstructor<CsigControl>();
    return tid;
}

CsigControl::CsigControl() = default;

CsigControl::~CsigControl() = default;

void
CsigControl::Ask(CsigType type)
{
    fabric::SignalRequest request;
    request.kinds = fabric::SIGNAL_CSIG;
    request.csigType = type;
    RequestSignals(request);
}

uint32_t
CsigControl::DoGetFlows() const
{
    return 25;
}

void
CsigControl::DoStart()
{
    m_share = 0;
    m_delay = 0;
    Ask(CsigType::MAX_UTILIZATION);
    HpccLaw::DoStart();
}

void
CsigControl::DoSent(const Sent& sent)
{
    HpccLaw::DoSent(sent);
    Ask(GetSignalRequest().csigType == CsigType::MAX_UTILIZATION ? CsigType::MAX_HOP_DELAY
                                                                 : CsigType::MAX_UTILIZATION);
}

void
CsigControl::DoAck(const Ack& ack)
{
    GetAckClock().Acked(ack.ackedBytes);
    if (!ack.signals || !ack.signals->csig.isSet)
    {
        return;
    }
    const bool isShare = ack.signals->request.csigType == CsigType::MAX_UTILIZATION;
    (isShare ? m_share : m_delay) = ack.signals->csig.value;
    Control(m_share + m_delay / static_cast<double>(GetBaseRtt()));
}

} // namespace ns3::rdma
