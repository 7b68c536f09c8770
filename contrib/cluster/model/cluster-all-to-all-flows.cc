/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-all-to-all-flows.h"

#include "ns3/uinteger.h"

namespace ns3::cluster
{

NS_OBJECT_ENSURE_REGISTERED(AllToAllFlows);

TypeId
AllToAllFlows::GetTypeId()
{
    static TypeId tid = TypeId("ns3::cluster::AllToAllFlows")
                            .SetParent<FlowGenerator>()
                            .SetGroupName("Cluster")
                            .AddConstructor<AllToAllFlows>()
                            .AddAttribute("Size",
                                          "Bytes of each flow.",
                                          UintegerValue(64 << 10),
                                          MakeUintegerAccessor(&AllToAllFlows::m_size),
                                          MakeUintegerChecker<uint64_t>());
    return tid;
}

AllToAllFlows::AllToAllFlows() = default;

AllToAllFlows::~AllToAllFlows() = default;

void
AllToAllFlows::DoCheck(const FlowSites& sites, std::vector<TopologyError>& errors) const
{
}

double
AllToAllFlows::DoEstimate(const FlowSites& sites) const
{
    const auto n = static_cast<double>(sites.bitRates.size());
    return n * (n - 1);
}

void
AllToAllFlows::DoGenerate(const FlowSites& sites, std::vector<Flow>& flows)
{
    const uint32_t n = sites.bitRates.size();
    for (uint32_t shift = 1; shift < n; ++shift)
    {
        for (uint32_t source = 0; source < n; ++source)
        {
            flows.push_back(MakeFlow(source, (source + shift) % n, m_size));
        }
    }
}

} // namespace ns3::cluster
