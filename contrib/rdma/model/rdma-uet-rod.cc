/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-uet-rod.h"

#include "rdma-opcode.h"
#include "rdma-queue-pair.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(UetRod);

TypeId
UetRod::GetTypeId()
{
    static TypeId tid = TypeId("ns3::rdma::UetRod")
                            .SetParent<GoBackN>()
                            .SetGroupName("Rdma")
                            .AddConstructor<UetRod>();
    return tid;
}

UetRod::UetRod() = default;

UetRod::~UetRod() = default;

ReliabilityAbilities
UetRod::GetAbilities() const
{
    return {false, true, true};
}

ResponseStyle
UetRod::GetResponseStyle() const
{
    return ResponseStyle::OWN_SEQUENCE;
}

void
UetRod::DoStart(uint64_t firstExpected)
{
    GoBackN::DoStart(firstExpected);
    SetWatches();
}

void
UetRod::DoReceiveTrimmed(const fabric::Frame& frame)
{
    ReceiveOutOfOrder(frame, ToSequence(frame.roce.psn, GetExpected()));
}

void
UetRod::DoLeave(fabric::Frame& frame, uint64_t sequence)
{
    frame.roce.again = sequence < m_sentEnd;
    m_sentEnd = std::max(m_sentEnd, sequence + 1);
    if (GetQueuePair().UsesCredit() && !IsAtomic(frame.roce.opcode)) // which has no room for it
    {
        frame.roce.credit =
            GetQueuePair().GetCreditTarget(GetUnsentBytes() + frame.roce.payloadBytes);
    }
}

} // namespace ns3::rdma
