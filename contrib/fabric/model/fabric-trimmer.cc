/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-trimmer.h"

#include "fabric-switch.h"

#include "ns3/uinteger.h"

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(Trimmer);

TypeId
Trimmer::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::Trimmer")
            .SetParent<Object>()
            .SetGroupName("Fabric")
            .AddConstructor<Trimmer>()
            .AddAttribute("Classes",
                          "Bit c is set if frames of class c are trimmed instead of dropped. "
                          "Lossless classes must not be: they are paused. Default: none.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&Trimmer::m_classes),
                          MakeUintegerChecker<uint32_t>(0, 255))
            .AddAttribute("Size",
                          "Bytes of a trimmed frame, destination address to FCS, 64 or more. "
                          "Default: the least that Ultra Ethernet allows (SONiC's: 128).",
                          UintegerValue(64),
                          MakeUintegerAccessor(&Trimmer::m_size),
                          MakeUintegerChecker<uint32_t>(64, 9216))
            .AddAttribute("Threshold",
                          "Queue of the class at the egress port above which arriving frames are "
                          "trimmed, bytes; 0: only when the packet memory does not admit them.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&Trimmer::m_threshold),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute("TrimmedClass",
                          "Class of a trimmed frame, 0..7. Default: SONiC's queue 6.",
                          UintegerValue(6),
                          MakeUintegerAccessor(&Trimmer::m_trimmedClass),
                          MakeUintegerChecker<uint8_t>(0, N_CLASSES - 1))
            .AddAttribute("Dscp",
                          "DSCP of a trimmed frame, 0..63. Default: SONiC's.",
                          UintegerValue(48),
                          MakeUintegerAccessor(&Trimmer::m_dscp),
                          MakeUintegerChecker<uint8_t>(0, 63))
            .AddAttribute("LastHopDscp",
                          "DSCP of a frame trimmed at the last switch of its way, 0..63: Ultra "
                          "Ethernet tells receivers by it that the path is not to blame.",
                          UintegerValue(49),
                          MakeUintegerAccessor(&Trimmer::m_lastHopDscp),
                          MakeUintegerChecker<uint8_t>(0, 63));
    return tid;
}

void
Trimmer::Trim(Frame& frame, bool lastHop) const
{
    frame.trimmed = true;
    frame.lastHop = lastHop;
    frame.bytes = m_size;
    frame.priority = m_trimmedClass;
    frame.dscp = lastHop ? m_lastHopDscp : m_dscp;
}

std::string
Trimmer::Check(const Switch& owner) const
{
    const auto policy = owner.GetBufferPolicy();
    for (uint8_t priority = 0; priority < N_CLASSES; ++priority)
    {
        if (policy && (m_classes & (1U << priority)) && policy->IsLossless(priority))
        {
            return "class " + std::to_string(priority) +
                   " is lossless, but Trimmer::Classes has it trimmed: a class is either paused or "
                   "trimmed";
        }
    }
    return "";
}

} // namespace ns3::fabric
