/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-reps.h"

#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(Reps);

TypeId
Reps::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::Reps")
            .SetParent<EntropySet>()
            .SetGroupName("Rdma")
            .AddConstructor<Reps>()
            .AddAttribute("FreezeTime",
                          "How long no new paths are tried after a loss. Default: that of the "
                          "Ultra Ethernet Consortium's reference model.",
                          TimeValue(MilliSeconds(10)),
                          MakeTimeAccessor(&Reps::m_freezeTime),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("ExplorePackets",
                          "Packets that take random paths after a freeze. Default: that of the "
                          "Ultra Ethernet Consortium's reference model.",
                          UintegerValue(16),
                          MakeUintegerAccessor(&Reps::m_explorePackets),
                          MakeUintegerChecker<uint32_t>());
    return tid;
}

Reps::Reps() = default;

Reps::~Reps() = default;

void
Reps::DoStart(uint32_t localQpn, uint32_t remoteQpn)
{
    EntropySet::DoStart(localQpn, remoteQpn);
    m_head = 0;
    m_noted = 0;
    m_unused = 0;
    m_explore = 0;
    m_frozen = false;
}

uint16_t
Reps::DoSelect(uint64_t, bool)
{
    if (m_frozen && fabric::NowTicks() >= m_frozenUntil)
    {
        m_frozen = false;
        m_head = 0;
        m_noted = 0;
        m_unused = 0;
        m_explore = m_explorePackets;
    }
    if (m_explore > 0)
    {
        --m_explore;
        return ToEntropy(DrawPath());
    }
    if (m_unused > 0)
    {
        const uint16_t entropy = m_ring[(m_head + RING - m_unused) % RING];
        --m_unused;
        return entropy;
    }
    if (m_frozen && m_noted > 0)
    {
        // The oldest entry, and next time the one after it.
        m_head %= m_noted;
        return m_ring[m_head++];
    }
    return ToEntropy(DrawPath());
}

void
Reps::DoAck(const Feedback& feedback)
{
    if (feedback.ecnEcho)
    {
        return;
    }
    m_head %= RING;
    m_ring[m_head++] = feedback.entropy;
    m_noted = std::max(m_noted, m_head);
    m_unused = std::min(m_unused + 1, RING);
}

void
Reps::DoTimeout(Ticks now)
{
    Freeze(now);
}

void
Reps::DoLoss(Ticks now, uint16_t)
{
    Freeze(now);
}

void
Reps::Freeze(Ticks now)
{
    if (!m_frozen && m_explore == 0)
    {
        m_frozen = true;
        m_frozenUntil = now + m_freezeTime.GetTimeStep();
    }
}

} // namespace ns3::rdma
