/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-one-flows.h"

#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::cluster
{

NS_OBJECT_ENSURE_REGISTERED(OneFlows);

TypeId
OneFlows::GetTypeId()
{
    static TypeId tid = TypeId("ns3::cluster::OneFlows")
                            .SetParent<FlowGenerator>()
                            .SetGroupName("Cluster")
                            .AddConstructor<OneFlows>()
                            .AddAttribute("Src",
                                          "Sender, number of an accelerator.",
                                          UintegerValue(0),
                                          MakeUintegerAccessor(&OneFlows::m_source),
                                          MakeUintegerChecker<uint32_t>())
                            .AddAttribute("Dst",
                                          "Receiver, number of an accelerator.",
                                          UintegerValue(1),
                                          MakeUintegerAccessor(&OneFlows::m_destination),
                                          MakeUintegerChecker<uint32_t>())
                            .AddAttribute("Size",
                                          "Bytes of the flow.",
                                          UintegerValue(1 << 20),
                                          MakeUintegerAccessor(&OneFlows::m_size),
                                          MakeUintegerChecker<uint64_t>());
    return tid;
}

OneFlows::OneFlows() = default;

OneFlows::~OneFlows() = default;

void
OneFlows::DoCheck(const FlowSites& sites, std::vector<TopologyError>& errors) const
{
    const std::size_t n = sites.bitRates.size();
    if (std::max(m_source, m_destination) >= n)
    {
        AddError(errors,
                 "Src is " + std::to_string(m_source) + " and Dst " +
                     std::to_string(m_destination) + ", expected accelerators 0 to " +
                     std::to_string(n - 1));
    }
    else if (m_source == m_destination)
    {
        AddError(errors, "Src and Dst are both " + std::to_string(m_source));
    }
}

double
OneFlows::DoEstimate(const FlowSites& sites) const
{
    return 1;
}

void
OneFlows::DoGenerate(const FlowSites& sites, std::vector<Flow>& flows)
{
    flows.push_back(MakeFlow(m_source, m_destination, m_size));
}

} // namespace ns3::cluster
