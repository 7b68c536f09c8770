/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-permutation-flows.h"

#include "ns3/uinteger.h"

#include <numeric>
#include <utility>

namespace ns3::cluster
{

NS_OBJECT_ENSURE_REGISTERED(PermutationFlows);

TypeId
PermutationFlows::GetTypeId()
{
    static TypeId tid = TypeId("ns3::cluster::PermutationFlows")
                            .SetParent<FlowGenerator>()
                            .SetGroupName("Cluster")
                            .AddConstructor<PermutationFlows>()
                            .AddAttribute("Size",
                                          "Bytes of each flow.",
                                          UintegerValue(1 << 20),
                                          MakeUintegerAccessor(&PermutationFlows::m_size),
                                          MakeUintegerChecker<uint64_t>());
    return tid;
}

PermutationFlows::PermutationFlows()
    : m_random(CreateObject<UniformRandomVariable>())
{
}

PermutationFlows::~PermutationFlows() = default;

int64_t
PermutationFlows::AssignStreams(int64_t stream)
{
    m_random->SetStream(stream);
    return 1;
}

void
PermutationFlows::DoCheck(const FlowSites& sites, std::vector<TopologyError>& errors) const
{
}

double
PermutationFlows::DoEstimate(const FlowSites& sites) const
{
    return static_cast<double>(sites.bitRates.size());
}

void
PermutationFlows::DoGenerate(const FlowSites& sites, std::vector<Flow>& flows)
{
    // Sattolo's algorithm: each cyclic permutation is equally likely.
    std::vector<uint32_t> to(sites.bitRates.size());
    std::iota(to.begin(), to.end(), 0);
    for (uint32_t i = to.size() - 1; i > 0; --i)
    {
        std::swap(to[i], to[m_random->GetInteger(0, i - 1)]);
    }
    for (uint32_t from = 0; from < to.size(); ++from)
    {
        flows.push_back(MakeFlow(from, to[from], m_size));
    }
}

} // namespace ns3::cluster
