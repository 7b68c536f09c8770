/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-wrr-scheduler.h"

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(WrrScheduler);

TypeId
WrrScheduler::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::WrrScheduler")
            .SetParent<PortScheduler>()
            .SetGroupName("Fabric")
            .AddConstructor<WrrScheduler>()
            .AddAttribute("Weights",
                          "Frames per round of classes 0 to 7, eight numbers 0..255 joined by "
                          "commas; a class of weight 0 goes before all others by strict priority.",
                          ClassWeightsValue(ClassWeights{{1, 1, 1, 1, 1, 1, 0, 0}}),
                          MakeClassWeightsAccessor(&WrrScheduler::m_weights),
                          MakeClassWeightsChecker());
    return tid;
}

uint8_t
WrrScheduler::DoSelect(const ClassQueues& queues, uint8_t ready)
{
    if (const uint8_t strict = ready & m_weights.GetStrict())
    {
        return 31 - __builtin_clz(strict);
    }
    while (!(ready & (1U << m_current)) || m_sent >= m_weights.share[m_current])
    {
        m_current = (m_current + 1) % N_CLASSES;
        m_sent = 0;
    }
    ++m_sent;
    return m_current;
}

bool
WrrScheduler::DoPrecedes(uint8_t newcomer, uint8_t chosen) const
{
    const bool chosenIsStrict = m_weights.share[chosen] == 0;
    return m_weights.share[newcomer] == 0 && (!chosenIsStrict || newcomer > chosen);
}

} // namespace ns3::fabric
