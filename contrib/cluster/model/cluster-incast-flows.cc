/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-incast-flows.h"

#include "ns3/uinteger.h"

namespace ns3::cluster
{

NS_OBJECT_ENSURE_REGISTERED(IncastFlows);

TypeId
IncastFlows::GetTypeId()
{
    static TypeId tid = TypeId("ns3::cluster::IncastFlows")
                            .SetParent<FlowGenerator>()
                            .SetGroupName("Cluster")
                            .AddConstructor<IncastFlows>()
                            .AddAttribute("N",
                                          "Number of senders.",
                                          UintegerValue(8),
                                          MakeUintegerAccessor(&IncastFlows::m_n),
                                          MakeUintegerChecker<uint32_t>(1))
                            .AddAttribute("Dst",
                                          "Receiver, number of an accelerator.",
                                          UintegerValue(0),
                                          MakeUintegerAccessor(&IncastFlows::m_destination),
                                          MakeUintegerChecker<uint32_t>())
                            .AddAttribute("Size",
                                          "Bytes of each flow.",
                                          UintegerValue(1 << 20),
                                          MakeUintegerAccessor(&IncastFlows::m_size),
                                          MakeUintegerChecker<uint64_t>());
    return tid;
}

IncastFlows::IncastFlows() = default;

IncastFlows::~IncastFlows() = default;

void
IncastFlows::DoCheck(const FlowSites& sites, std::vector<TopologyError>& errors) const
{
    const std::size_t n = sites.bitRates.size();
    if (m_n > n - 1)
    {
        AddError(errors,
                 "N is " + std::to_string(m_n) + ", expected at most " + std::to_string(n - 1) +
                     " senders in a cluster of " + std::to_string(n) + " accelerators");
    }
    if (m_destination >= n)
    {
        AddError(errors,
                 "Dst is " + std::to_string(m_destination) + ", expected an accelerator 0 to " +
                     std::to_string(n - 1));
    }
}

double
IncastFlows::DoEstimate(const FlowSites& sites) const
{
    return m_n;
}

void
IncastFlows::DoGenerate(const FlowSites& sites, std::vector<Flow>& flows)
{
    const uint64_t n = sites.bitRates.size();
    for (uint64_t i = 0; i < m_n; ++i)
    {
        const uint64_t source = (m_destination + 1 + i * (n - 1) / m_n) % n;
        flows.push_back(MakeFlow(static_cast<uint32_t>(source), m_destination, m_size));
    }
}

} // namespace ns3::cluster
