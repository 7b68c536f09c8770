/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-entropy-set.h"

#include "ns3/uinteger.h"

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(EntropySet);

TypeId
EntropySet::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::EntropySet")
            .SetParent<PathSelector>()
            .SetGroupName("Rdma")
            .AddAttribute("Paths",
                          "Entropy values that a queue pair spreads its packets over, 1 to 65536. "
                          "Default: that of the Ultra Ethernet Consortium's reference model; "
                          "Stellar (SIGCOMM 2025) uses 128.",
                          UintegerValue(64),
                          MakeUintegerAccessor(&EntropySet::m_paths),
                          MakeUintegerChecker<uint32_t>(1, 65536));
    return tid;
}

EntropySet::EntropySet()
    : m_random(CreateObject<UniformRandomVariable>())
{
}

EntropySet::~EntropySet() = default;

int64_t
EntropySet::AssignStreams(int64_t stream)
{
    m_random->SetStream(stream);
    return 1;
}

void
EntropySet::DoStart(uint32_t, uint32_t)
{
    uint32_t mask = 0;
    while (mask < m_paths - 1)
    {
        mask = 2 * mask + 1;
    }
    m_mask = mask;
    m_upper = m_random->GetInteger(0, 0xffff) & ~mask;
    m_order = m_random->GetInteger(0, mask);
    m_index = 0;
}

uint32_t
EntropySet::Walk()
{
    // Where the number of paths is no power of two, numbers that are none are stepped over.
    while (true)
    {
        if (m_index > m_mask)
        {
            m_index = 0;
            m_order = m_random->GetInteger(0, m_mask);
        }
        const uint32_t path = m_index ^ m_order;
        ++m_index;
        if (path < m_paths)
        {
            return path;
        }
    }
}

uint32_t
EntropySet::DrawPath()
{
    return m_random->GetInteger(0, m_paths - 1);
}

} // namespace ns3::rdma
