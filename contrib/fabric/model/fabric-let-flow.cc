/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-let-flow.h"

#include "fabric-switch.h"

#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(LetFlow);

TypeId
LetFlow::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::LetFlow")
            .SetParent<LoadBalancer>()
            .SetGroupName("Fabric")
            .AddConstructor<LetFlow>()
            .AddAttribute("Gap",
                          "Silence of a flow after which it may take another port. Default: of "
                          "ConWeave's simulations of LetFlow at 100 Gb/s (SIGCOMM 2023).",
                          TimeValue(MicroSeconds(100)),
                          MakeTimeAccessor(&LetFlow::m_gap),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("TableSize",
                          "Entries of the flow table; flows that share one are taken for one.",
                          UintegerValue(65536),
                          MakeUintegerAccessor(&LetFlow::m_tableSize),
                          MakeUintegerChecker<uint32_t>(1));
    return tid;
}

LetFlow::LetFlow()
    : m_random(CreateObject<UniformRandomVariable>())
{
}

int64_t
LetFlow::AssignStreams(int64_t stream)
{
    m_random->SetStream(stream);
    return 1;
}

void
LetFlow::DoSetup(Switch& owner)
{
    m_table.Resize(m_tableSize);
    m_salt = MixBits(owner.GetNodeId() + GOLDEN_GAMMA);
}

uint16_t
LetFlow::DoSelect(const Frame& frame, const PortGroup& ports)
{
    FlowTable::Entry& entry = m_table.At(FlowHash(frame, m_salt));
    const Ticks now = NowTicks();
    const auto& live = ports.live;
    const bool isNew = entry.last < 0 || now - entry.last > m_gap.GetTimeStep() ||
                       std::find(live.begin(), live.end(), entry.port) == live.end();
    if (isNew)
    {
        entry.port = ports.At(m_random->GetInteger(0, ports.total - 1));
    }
    entry.last = now;
    return entry.port;
}

} // namespace ns3::fabric
