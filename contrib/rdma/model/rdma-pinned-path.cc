/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-pinned-path.h"

#include "ns3/uinteger.h"

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(PinnedPath);

TypeId
PinnedPath::GetTypeId()
{
    static TypeId tid = TypeId("ns3::rdma::PinnedPath")
                            .SetParent<PathSelector>()
                            .SetGroupName("Rdma")
                            .AddConstructor<PinnedPath>()
                            .AddAttribute("Entropy",
                                          "UDP source port of all data packets, 0 to 65535.",
                                          UintegerValue(0xc000),
                                          MakeUintegerAccessor(&PinnedPath::m_entropy),
                                          MakeUintegerChecker<uint16_t>());
    return tid;
}

PinnedPath::PinnedPath() = default;

PinnedPath::~PinnedPath() = default;

void
PinnedPath::DoStart(uint32_t, uint32_t)
{
}

uint16_t
PinnedPath::DoSelect(uint64_t, bool)
{
    return m_entropy;
}

} // namespace ns3::rdma
