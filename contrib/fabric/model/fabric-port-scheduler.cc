/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-port-scheduler.h"

#include "ns3/uinteger.h"

#include <istream>
#include <iterator>
#include <ostream>
#include <sstream>

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(PortScheduler);
NS_OBJECT_ENSURE_REGISTERED(StrictPriorityScheduler);
NS_OBJECT_ENSURE_REGISTERED(DwrrScheduler);

namespace
{
/**
 * @param classes a set of classes, not empty
 * @return the highest of them
 */
uint8_t
Highest(uint8_t classes)
{
    return 31 - __builtin_clz(classes);
}
} // namespace

TypeId
PortScheduler::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::PortScheduler").SetParent<Object>().SetGroupName("Fabric");
    return tid;
}

TypeId
StrictPriorityScheduler::GetTypeId()
{
    static TypeId tid = TypeId("ns3::fabric::StrictPriorityScheduler")
                            .SetParent<PortScheduler>()
                            .SetGroupName("Fabric")
                            .AddConstructor<StrictPriorityScheduler>();
    return tid;
}

uint8_t
StrictPriorityScheduler::DoSelect(const ClassQueues& queues, uint8_t ready)
{
    return Highest(ready);
}

bool
StrictPriorityScheduler::DoPrecedes(uint8_t newcomer, uint8_t chosen) const
{
    return newcomer > chosen;
}

TypeId
DwrrScheduler::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::DwrrScheduler")
            .SetParent<PortScheduler>()
            .SetGroupName("Fabric")
            .AddConstructor<DwrrScheduler>()
            .AddAttribute("Quantum",
                          "Bytes that a class of weight 1 may send per round; at least the largest "
                          "frame, so that every turn sends something.",
                          UintegerValue(9216),
                          MakeUintegerAccessor(&DwrrScheduler::m_quantum),
                          MakeUintegerChecker<uint32_t>(64))
            .AddAttribute(
                "Weights",
                "Shares of classes 0 to 7, eight numbers 0..255 joined by commas; a class "
                "of weight 0 goes before all others by strict priority.",
                ClassWeightsValue(ClassWeights{{1, 1, 1, 1, 1, 1, 0, 0}}),
                MakeClassWeightsAccessor(&DwrrScheduler::m_weights),
                MakeClassWeightsChecker());
    return tid;
}

uint8_t
DwrrScheduler::DoSelect(const ClassQueues& queues, uint8_t ready)
{
    if (const uint8_t strict = ready & m_weights.GetStrict())
    {
        return Highest(strict);
    }
    while (true)
    {
        if (ready & (1U << m_current))
        {
            if (!m_granted)
            {
                m_deficits[m_current] += uint64_t{m_weights.share[m_current]} * m_quantum;
                m_granted = true;
            }
            const uint32_t bytes = queues.Front(m_current)->bytes;
            if (bytes <= m_deficits[m_current])
            {
                m_deficits[m_current] -= bytes;
                return m_current;
            }
        }
        else
        {
            m_deficits[m_current] = 0; // a class that has nothing to send saves nothing up
        }
        m_current = (m_current + 1) % N_CLASSES;
        m_granted = false;
    }
}

bool
DwrrScheduler::DoPrecedes(uint8_t newcomer, uint8_t chosen) const
{
    const bool chosenIsStrict = m_weights.share[chosen] == 0;
    return m_weights.share[newcomer] == 0 && (!chosenIsStrict || newcomer > chosen);
}

ATTRIBUTE_HELPER_CPP(ClassWeights);

std::ostream&
operator<<(std::ostream& os, const ClassWeights& weights)
{
    for (uint8_t priority = 0; priority < N_CLASSES; ++priority)
    {
        os << (priority ? "," : "") << +weights.share[priority];
    }
    return os;
}

std::istream&
operator>>(std::istream& is, ClassWeights& weights)
{
    // all of it, so that what is wrong is a failure and not a remainder
    std::istringstream text(
        std::string{std::istreambuf_iterator<char>(is), std::istreambuf_iterator<char>()});
    is.clear(std::ios_base::eofbit);
    for (uint8_t priority = 0; priority < N_CLASSES; ++priority)
    {
        unsigned share = 0;
        char comma = ',';
        if (priority > 0)
        {
            text >> comma;
        }
        text >> share;
        if (text.fail() || comma != ',' || share > 255)
        {
            is.setstate(std::ios_base::failbit);
            return is;
        }
        weights.share[priority] = share;
    }
    if (text.peek() != std::istringstream::traits_type::eof())
    {
        is.setstate(std::ios_base::failbit);
    }
    return is;
}

} // namespace ns3::fabric
