/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-path-selector.h"

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(PathSelector);

uint16_t
ConnectionEntropy(uint32_t a, uint32_t b)
{
    uint64_t product = uint64_t{a} * b;
    product ^= product >> 20;
    product ^= product >> 40;
    const uint32_t flowLabel = product & 0xfffff;
    const uint32_t low = (flowLabel & 0x3fff) ^ (flowLabel >> 14);
    return low | 0xc000;
}

TypeId
PathSelector::GetTypeId()
{
    static TypeId tid = TypeId("ns3::rdma::PathSelector").SetParent<Object>().SetGroupName("Rdma");
    return tid;
}

PathSelector::PathSelector() = default;

PathSelector::~PathSelector() = default;

void
PathSelector::Start(uint32_t localQpn, uint32_t remoteQpn)
{
    DoStart(localQpn, remoteQpn);
}

bool
PathSelector::NeedsEcn() const
{
    return false;
}

int64_t
PathSelector::AssignStreams(int64_t)
{
    return 0;
}

void
PathSelector::DoAck(const Feedback&)
{
}

void
PathSelector::DoNack(const Feedback&)
{
}

void
PathSelector::DoTimeout(Ticks)
{
}

void
PathSelector::DoLoss(Ticks, uint16_t)
{
}

} // namespace ns3::rdma
