/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-credit-buffer.h"

#include "fabric-credit-control.h"
#include "fabric-port.h"
#include "fabric-switch.h"

#include "ns3/abort.h"
#include "ns3/uinteger.h"

#include <numeric>
#include <sstream>

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(CreditBuffer);

TypeId
CreditBuffer::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::CreditBuffer")
            .SetParent<BufferPolicy>()
            .SetGroupName("Fabric")
            .AddConstructor<CreditBuffer>()
            .AddAttribute("Size",
                          "Packet memory of the switch, bytes; the lanes of all ports must fit.",
                          UintegerValue(64ULL << 20),
                          MakeUintegerAccessor(&CreditBuffer::m_size),
                          MakeUintegerChecker<uint64_t>());
    return tid;
}

bool
CreditBuffer::IsLossless(uint8_t priority) const
{
    return true;
}

std::string
CreditBuffer::DoCheck(const Switch& owner) const
{
    uint64_t reserved = 0;
    for (uint16_t i = 0; i < owner.GetNPorts(); ++i)
    {
        const Port& port = owner.GetPort(i);
        const CreditControl* credits = port.GetCredits();
        const std::string where = "port " + std::to_string(i) + " ";
        if (!credits)
        {
            return where + "has no credits, as credit-buffer needs: set Port::FlowControl to Cbfc";
        }
        const auto peer = port.GetPeer();
        const std::string mine = credits->Check();
        const std::string theirs = mine.empty() && peer ? peer->GetCredits()->Check() : "";
        if (!mine.empty() || !theirs.empty())
        {
            return mine.empty() ? "the peer of " + where + theirs : where + mine;
        }
        reserved += credits->GetLaneBytes() * __builtin_popcount(credits->GetLanes());
    }
    if (reserved <= m_size)
    {
        return "";
    }
    std::ostringstream text;
    text << "the lanes of " << owner.GetNPorts() << " ports take " << reserved
         << " B, but the buffer has only " << m_size
         << " B: more CreditBuffer::Size, fewer lanes (CreditControl::SlToVl) or less "
            "CreditControl::Bytes";
    return text.str();
}

void
CreditBuffer::DoSetup(Switch& owner)
{
    const std::string error = DoCheck(owner);
    NS_ABORT_MSG_IF(!error.empty(), error);
    m_used.assign(owner.GetNPorts() * N_CLASSES, 0);
}

bool
CreditBuffer::DoAdmit(uint32_t bytes, Slot ingress, Slot egress, Signal& signal)
{
    // It has had credit, see CreditControl::FrameCame; or it is a copy that shares its bytes.
    m_used[ingress] += bytes;
    return true;
}

BufferPolicy::Signal
CreditBuffer::DoRelease(uint32_t bytes, Slot ingress, Slot egress)
{
    m_used[ingress] -= bytes;
    return Signal::CREDIT;
}

bool
CreditBuffer::DoCheckIdentities(std::string& why) const
{
    const uint64_t used = std::accumulate(m_used.begin(), m_used.end(), uint64_t{0});
    if (used == GetOccupancy())
    {
        return true;
    }
    why = "occupancy " + std::to_string(GetOccupancy()) + " B, by port and class " +
          std::to_string(used) + " B";
    return false;
}

} // namespace ns3::fabric
