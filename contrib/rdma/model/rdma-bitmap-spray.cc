/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-bitmap-spray.h"

#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(BitmapSpray);

TypeId
BitmapSpray::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::BitmapSpray")
            .SetParent<EntropySet>()
            .SetGroupName("Rdma")
            .AddConstructor<BitmapSpray>()
            .AddAttribute("EcnPenalty",
                          "Penalty of a path for an ECN mark, turns. Default here and below: that "
                          "of the Ultra Ethernet Consortium's reference model.",
                          UintegerValue(1),
                          MakeUintegerAccessor(&BitmapSpray::m_ecnPenalty),
                          MakeUintegerChecker<uint8_t>(0, 127))
            .AddAttribute("NackPenalty",
                          "Penalty of a path for a negative acknowledgment, turns.",
                          UintegerValue(4),
                          MakeUintegerAccessor(&BitmapSpray::m_nackPenalty),
                          MakeUintegerChecker<uint8_t>(0, 127))
            .AddAttribute("LossPenalty",
                          "Penalty of a path for a lost packet, turns.",
                          UintegerValue(15),
                          MakeUintegerAccessor(&BitmapSpray::m_lossPenalty),
                          MakeUintegerChecker<uint8_t>(0, 127))
            .AddAttribute("MaxPenalty",
                          "The most penalty that a path can have, turns.",
                          UintegerValue(15),
                          MakeUintegerAccessor(&BitmapSpray::m_maxPenalty),
                          MakeUintegerChecker<uint8_t>(0, 127));
    return tid;
}

BitmapSpray::BitmapSpray() = default;

BitmapSpray::~BitmapSpray() = default;

void
BitmapSpray::DoStart(uint32_t localQpn, uint32_t remoteQpn)
{
    EntropySet::DoStart(localQpn, remoteQpn);
    m_penalties.assign(GetNPaths(), 0);
}

uint16_t
BitmapSpray::DoSelect(uint64_t, bool)
{
    uint32_t path = Walk();
    if (m_penalties[path] > 0)
    {
        --m_penalties[path];
        for (uint32_t skips = 0; skips < GetNPaths(); ++skips)
        {
            path = Walk();
            if (m_penalties[path] == 0)
            {
                break;
            }
        }
    }
    return ToEntropy(path);
}

void
BitmapSpray::DoAck(const Feedback& feedback)
{
    if (feedback.ecnEcho)
    {
        Penalize(feedback.entropy, m_ecnPenalty);
    }
}

void
BitmapSpray::DoNack(const Feedback& feedback)
{
    Penalize(feedback.entropy, m_nackPenalty);
}

void
BitmapSpray::DoLoss(Ticks, uint16_t entropy)
{
    Penalize(entropy, m_lossPenalty);
}

void
BitmapSpray::Penalize(uint16_t entropy, uint8_t penalty)
{
    const uint32_t path = ToPath(entropy);
    if (path < GetNPaths())
    {
        m_penalties[path] = std::min<uint8_t>(m_penalties[path] + penalty, m_maxPenalty);
    }
}

} // namespace ns3::rdma
