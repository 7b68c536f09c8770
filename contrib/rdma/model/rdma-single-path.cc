/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-single-path.h"

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(SinglePath);

TypeId
SinglePath::GetTypeId()
{
    static TypeId tid = TypeId("ns3::rdma::SinglePath")
                            .SetParent<PathSelector>()
                            .SetGroupName("Rdma")
                            .AddConstructor<SinglePath>();
    return tid;
}

SinglePath::SinglePath() = default;

SinglePath::~SinglePath() = default;

void
SinglePath::DoStart(uint32_t localQpn, uint32_t remoteQpn)
{
    m_entropy = ConnectionEntropy(localQpn, remoteQpn);
}

uint16_t
SinglePath::DoSelect(uint64_t, bool)
{
    return m_entropy;
}

} // namespace ns3::rdma
