/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-buffer-policy.h"

#include "fabric-switch.h"

#include <numeric>
#include <sstream>

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(BufferPolicy);

TypeId
BufferPolicy::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::BufferPolicy").SetParent<Object>().SetGroupName("Fabric");
    return tid;
}

void
BufferPolicy::Setup(Switch& owner)
{
    m_ingress.assign(owner.GetNPorts() * N_CLASSES, 0);
    m_egress.assign(owner.GetNPorts() * N_CLASSES, 0);
    DoSetup(owner);
}

void
BufferPolicy::DoPrefetch(Slot ingress, Slot egress) const
{
}

std::string
BufferPolicy::DoCheck(const Switch& owner) const
{
    return "";
}

bool
BufferPolicy::CheckIdentities(std::string& why) const
{
    const uint64_t ingress = std::accumulate(m_ingress.begin(), m_ingress.end(), uint64_t{0});
    const uint64_t egress = std::accumulate(m_egress.begin(), m_egress.end(), uint64_t{0});
    if (ingress != m_occupancy || egress != m_occupancy)
    {
        std::ostringstream text;
        text << "buffer occupancy is " << m_occupancy << " B, but " << ingress
             << " B by ingress and " << egress << " B by egress";
        why = text.str();
        return false;
    }
    return DoCheckIdentities(why);
}

} // namespace ns3::fabric
