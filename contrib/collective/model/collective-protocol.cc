/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-protocol.h"

#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(Protocol);

TypeId
Protocol::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::collective::Protocol").SetParent<Object>().SetGroupName("Collective");
    return tid;
}

TypeId
Protocol::AddAttributes(TypeId tid, const Defaults& defaults)
{
    return tid
        .AddAttribute("LineBytes",
                      "Bytes of a line: data and flags.",
                      UintegerValue(defaults.lineBytes),
                      MakeUintegerAccessor(&Protocol::m_lineBytes),
                      MakeUintegerChecker<uint64_t>(1, 65536))
        .AddAttribute("DataBytes",
                      "Bytes of data in a line; at most LineBytes, more count as so many.",
                      UintegerValue(defaults.dataBytes),
                      MakeUintegerAccessor(&Protocol::m_dataBytes),
                      MakeUintegerChecker<uint64_t>(1, 65536))
        .AddAttribute("SlotBytes",
                      "Size of a slot of the receiver's buffer, bytes with flags (the default is "
                      "an eighth of NCCL's buffer of a connection).",
                      UintegerValue(defaults.slotBytes),
                      MakeUintegerAccessor(&Protocol::m_slotBytes),
                      MakeUintegerChecker<uint64_t>(1))
        .AddAttribute("SliceSlots",
                      "Slots that one message (a slice) may fill; the engine's number of Slots is "
                      "divided by it (the default is NCCL's for all-reduce, all-gather and "
                      "reduce-scatter).",
                      UintegerValue(defaults.sliceSlots),
                      MakeUintegerAccessor(&Protocol::m_sliceSlots),
                      MakeUintegerChecker<uint32_t>(1, 64))
        .AddAttribute("LaunchLatency",
                      "Time from the post of an operation to its first step, in addition to the "
                      "engine's (the default is NCCL's base latency of rings).",
                      TimeValue(defaults.launchLatency),
                      MakeTimeAccessor(&Protocol::m_launchLatency),
                      MakeTimeChecker(Time(0)))
        .AddAttribute("ScaleUpLatency",
                      "Time that a message inside a server takes longer than network and engine "
                      "say (the default is NCCL's for a hop over NVLink less that of LL).",
                      TimeValue(defaults.scaleUpLatency),
                      MakeTimeAccessor(&Protocol::m_scaleUpLatency),
                      MakeTimeChecker(Time(0)))
        .AddAttribute("ScaleOutLatency",
                      "The same for a message between servers (the default is NCCL's for a hop of "
                      "a ring over the network less that of LL).",
                      TimeValue(defaults.scaleOutLatency),
                      MakeTimeAccessor(&Protocol::m_scaleOutLatency),
                      MakeTimeChecker(Time(0)));
}

Protocol::~Protocol() = default;

uint64_t
Protocol::GetWireBytes(uint64_t bytes) const
{
    const uint64_t data = std::min(m_dataBytes, m_lineBytes);
    return (bytes / data + (bytes % data != 0 ? 1 : 0)) * m_lineBytes;
}

double
Protocol::GetEfficiency() const
{
    return static_cast<double>(std::min(m_dataBytes, m_lineBytes)) / m_lineBytes;
}

uint64_t
Protocol::GetMessageSize() const
{
    const uint64_t lines = m_slotBytes * m_sliceSlots / m_lineBytes;
    return std::max<uint64_t>(lines, 1) * std::min(m_dataBytes, m_lineBytes);
}

uint32_t
Protocol::GetSliceSlots() const
{
    return m_sliceSlots;
}

Time
Protocol::GetLaunchLatency() const
{
    return m_launchLatency;
}

Time
Protocol::GetStepLatency(bool isLocal) const
{
    return isLocal ? m_scaleUpLatency : m_scaleOutLatency;
}

} // namespace ns3::collective
