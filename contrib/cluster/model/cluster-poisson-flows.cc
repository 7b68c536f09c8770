/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-poisson-flows.h"

#include "cluster-size-distribution.h"

#include "ns3/double.h"
#include "ns3/string.h"

#include <cmath>
#include <fstream>
#include <numeric>

namespace ns3::cluster
{

NS_OBJECT_ENSURE_REGISTERED(PoissonFlows);

TypeId
PoissonFlows::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::cluster::PoissonFlows")
            .SetParent<FlowGenerator>()
            .SetGroupName("Cluster")
            .AddConstructor<PoissonFlows>()
            .AddAttribute(
                "Cdf",
                "Distribution of sizes: websearch, fb-hadoop, ali-storage, or a file with "
                "lines of bytes and percent.",
                StringValue("websearch"),
                MakeStringAccessor(&PoissonFlows::m_cdf),
                MakeStringChecker())
            .AddAttribute("Load",
                          "Message bytes as a share of the accelerators' rates, more than 0.",
                          DoubleValue(0.5),
                          MakeDoubleAccessor(&PoissonFlows::m_load),
                          MakeDoubleChecker<double>(0, 10))
            .AddAttribute("Duration",
                          "How long flows arrive.",
                          TimeValue(MilliSeconds(1)),
                          MakeTimeAccessor(&PoissonFlows::m_duration),
                          MakeTimeChecker(Time(0)));
    return tid;
}

PoissonFlows::PoissonFlows()
    : m_arrivals(CreateObject<ExponentialRandomVariable>()),
      m_pairs(CreateObject<UniformRandomVariable>()),
      m_sizes(CreateObject<UniformRandomVariable>())
{
}

PoissonFlows::~PoissonFlows() = default;

int64_t
PoissonFlows::AssignStreams(int64_t stream)
{
    m_arrivals->SetStream(stream);
    m_pairs->SetStream(stream + 1);
    m_sizes->SetStream(stream + 2);
    return 3;
}

std::optional<SizeDistribution>
PoissonFlows::LoadSizes(std::vector<TopologyError>& errors) const
{
    if (auto builtIn = SizeDistribution::Find(m_cdf))
    {
        return builtIn;
    }
    std::ifstream file(m_cdf);
    if (!file || file.peek() == std::ifstream::traits_type::eof())
    {
        std::string known;
        for (const auto& name : SizeDistribution::GetNames())
        {
            known += name + ", ";
        }
        AddError(errors,
                 "Cdf is '" + m_cdf + "', expected " + known + "or a file that can be read");
        return std::nullopt;
    }
    std::vector<TopologyError> fileErrors;
    auto sizes = SizeDistribution::Read(file, fileErrors);
    for (const auto& error : fileErrors)
    {
        AddError(errors, error.Format(m_cdf));
    }
    return sizes;
}

double
PoissonFlows::GetArrivalRate(const FlowSites& sites, const SizeDistribution& sizes) const
{
    const double bitRate = std::accumulate(sites.bitRates.begin(), sites.bitRates.end(), 0.0);
    return m_load * bitRate / (8 * sizes.GetMean());
}

void
PoissonFlows::DoCheck(const FlowSites& sites, std::vector<TopologyError>& errors) const
{
    LoadSizes(errors);
    if (m_load <= 0)
    {
        AddError(errors, "Load is 0, expected more");
    }
    if (m_duration.IsZero())
    {
        AddError(errors, "Duration is 0, expected more");
    }
}

double
PoissonFlows::DoEstimate(const FlowSites& sites) const
{
    std::vector<TopologyError> none;
    return GetArrivalRate(sites, *LoadSizes(none)) * m_duration.GetSeconds();
}

void
PoissonFlows::DoGenerate(const FlowSites& sites, std::vector<Flow>& flows)
{
    std::vector<TopologyError> none;
    const SizeDistribution sizes = *LoadSizes(none);
    const double mean = 1e12 / GetArrivalRate(sites, sizes); // ps
    const auto end = static_cast<double>(m_duration.GetPicoSeconds());
    const uint32_t n = sites.bitRates.size();
    for (double at = m_arrivals->GetValue(mean, 0); at < end; at += m_arrivals->GetValue(mean, 0))
    {
        const uint32_t source = m_pairs->GetInteger(0, n - 1);
        const uint32_t other = m_pairs->GetInteger(0, n - 2);
        const uint32_t destination = other < source ? other : other + 1;
        const uint64_t bytes = sizes.GetQuantile(m_sizes->GetValue(0, 1));
        flows.push_back(MakeFlow(source, destination, bytes, static_cast<int64_t>(at)));
    }
}

} // namespace ns3::cluster
