/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-mixed-spray.h"

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(MixedSpray);

TypeId
MixedSpray::GetTypeId()
{
    static TypeId tid = TypeId("ns3::rdma::MixedSpray")
                            .SetParent<BitmapSpray>()
                            .SetGroupName("Rdma")
                            .AddConstructor<MixedSpray>();
    return tid;
}

MixedSpray::MixedSpray() = default;

MixedSpray::~MixedSpray() = default;

void
MixedSpray::DoStart(uint32_t localQpn, uint32_t remoteQpn)
{
    BitmapSpray::DoStart(localQpn, remoteQpn);
    while (!m_good.IsEmpty())
    {
        m_good.Pop();
    }
}

uint16_t
MixedSpray::DoSelect(uint64_t sequence, bool retransmission)
{
    return m_good.IsEmpty() ? BitmapSpray::DoSelect(sequence, retransmission) : m_good.Pop();
}

void
MixedSpray::DoAck(const Feedback& feedback)
{
    BitmapSpray::DoAck(feedback);
    // There are never more good paths waiting than the set has: a sender that is idle while
    // acknowledgments come in does not pile them up.
    if (!feedback.ecnEcho && m_good.GetSize() < GetNPaths())
    {
        m_good.Push(feedback.entropy);
    }
}

} // namespace ns3::rdma
