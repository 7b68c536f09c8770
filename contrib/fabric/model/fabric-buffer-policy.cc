/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-buffer-policy.h"

#include "fabric-switch.h"

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
    m_books.assign(owner.GetNPorts() * N_CLASSES, {});
    DoSetup(owner);
}

std::string
BufferPolicy::DoCheck(const Switch& owner) const
{
    return "";
}

bool
BufferPolicy::CheckIdentities(std::string& why) const
{
    uint64_t ingress = 0;
    uint64_t egress = 0;
    for (const Book& book : m_books)
    {
        ingress += book.ingress;
        egress += book.egress;
    }
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
