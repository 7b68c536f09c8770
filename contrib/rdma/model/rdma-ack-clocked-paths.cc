/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-ack-clocked-paths.h"

#include "ns3/double.h"

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(AckClockedPaths);

TypeId
AckClockedPaths::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::AckClockedPaths")
            .SetParent<PathSelector>()
            .SetGroupName("Rdma")
            .AddConstructor<AckClockedPaths>()
            .AddAttribute("ProbeChance",
                          "Probability, once per round trip, that an acknowledgment gives a new "
                          "path, 0 to 1. Default: that of the paper's experiments (NSDI 2018, "
                          "3.5).",
                          DoubleValue(0.01),
                          MakeDoubleAccessor(&AckClockedPaths::m_probeChance),
                          MakeDoubleChecker<double>(0, 1));
    return tid;
}

AckClockedPaths::AckClockedPaths()
    : m_random(CreateObject<UniformRandomVariable>())
{
}

AckClockedPaths::~AckClockedPaths() = default;

int64_t
AckClockedPaths::AssignStreams(int64_t stream)
{
    m_random->SetStream(stream);
    return 1;
}

void
AckClockedPaths::DoStart(uint32_t, uint32_t)
{
}

uint16_t
AckClockedPaths::Draw()
{
    return 0xc000 | m_random->GetInteger(0, 0x3fff);
}

void
AckClockedPaths::ForgetUnused()
{
    while (!m_ready.IsEmpty())
    {
        m_ready.Pop();
    }
    m_mayRepeat = false;
}

uint16_t
AckClockedPaths::DoSelect(uint64_t, bool)
{
    if (!m_ready.IsEmpty())
    {
        return m_ready.Pop();
    }
    if (m_mayRepeat)
    {
        m_mayRepeat = false;
        return m_last;
    }
    return Draw();
}

void
AckClockedPaths::DoAck(const Feedback& feedback)
{
    if (m_dropNext)
    {
        m_dropNext = false;
        return;
    }
    bool probe = false;
    if (feedback.now >= m_nextProbe && m_probeChance > 0)
    {
        m_nextProbe = feedback.now + feedback.rtt;
        probe = m_random->GetValue() < m_probeChance;
    }
    m_last = probe ? Draw() : feedback.entropy;
    m_mayRepeat = true;
    m_ready.Push(m_last);
}

void
AckClockedPaths::DoTimeout(Ticks)
{
    ForgetUnused();
}

} // namespace ns3::rdma
