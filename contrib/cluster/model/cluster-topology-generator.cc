/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-topology-generator.h"

#include "ns3/assert.h"
#include "ns3/uinteger.h"

namespace ns3::cluster
{

NS_OBJECT_ENSURE_REGISTERED(TopologyGenerator);

namespace
{
constexpr uint64_t MAX_ATTACHMENTS = 1U << 20; // a mistake rather than a cluster: 20 GB of devices
} // namespace

TypeId
TopologyGenerator::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::cluster::TopologyGenerator")
            .SetParent<Object>()
            .SetGroupName("Cluster")
            .AddAttribute("Rate",
                          "Rate of the link of a NIC.",
                          DataRateValue(DataRate("400Gbps")),
                          MakeDataRateAccessor(&TopologyGenerator::m_rate),
                          MakeDataRateChecker())
            .AddAttribute("FabricRate",
                          "Rate of a link between switches; 0 means the same as Rate.",
                          DataRateValue(DataRate(0)),
                          MakeDataRateAccessor(&TopologyGenerator::m_fabricRate),
                          MakeDataRateChecker())
            .AddAttribute("Delay",
                          "Propagation delay of the link of a NIC (1 us is what most simulation "
                          "studies of such fabrics take; 5 ns/m of cable).",
                          TimeValue(MicroSeconds(1)),
                          MakeTimeAccessor(&TopologyGenerator::m_delay),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("FabricDelay",
                          "Propagation delay of a link between switches; 0 means the same as "
                          "Delay.",
                          TimeValue(Time(0)),
                          MakeTimeAccessor(&TopologyGenerator::m_fabricDelay),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("Nics",
                          "NICs of a server, all on the same leaf unless the topology has rails.",
                          UintegerValue(1),
                          MakeUintegerAccessor(&TopologyGenerator::m_nicsPerServer),
                          MakeUintegerChecker<uint32_t>(1, 64))
            .AddAttribute("Accelerators",
                          "Accelerators of a server; 0 means one for each NIC.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&TopologyGenerator::m_acceleratorsPerServer),
                          MakeUintegerChecker<uint32_t>(0, 1024))
            .AddAttribute("ScaleUpRate",
                          "Rate of an accelerator's port into the scale-up domain of its server, "
                          "each direction (default: A100, 12 NVLink 3 of 25 GB/s).",
                          DataRateValue(DataRate("2400Gbps")),
                          MakeDataRateAccessor(&TopologyGenerator::m_scaleUpRate),
                          MakeDataRateChecker())
            .AddAttribute("ScaleUpLatency",
                          "One-way latency from accelerator to accelerator through the scale-up "
                          "domain (default: near NCCL's 0.47 us for a hop over NVLink).",
                          TimeValue(NanoSeconds(500)),
                          MakeTimeAccessor(&TopologyGenerator::m_scaleUpLatency),
                          MakeTimeChecker(Time(0)));
    return tid;
}

TopologyGenerator::~TopologyGenerator() = default;

std::optional<TopologyGraph>
TopologyGenerator::Generate(std::vector<TopologyError>& errors) const
{
    const std::size_t before = errors.size();
    if (m_rate.GetBitRate() == 0)
    {
        AddError(errors, "Rate is 0");
    }
    DoCheck(errors);
    const uint32_t nics = DoGetNics();
    const uint32_t accelerators = m_acceleratorsPerServer;
    if (accelerators > 0 && nics > 0 && accelerators % nics != 0 && nics % accelerators != 0)
    {
        AddError(errors,
                 std::to_string(accelerators) + " Accelerators and " + std::to_string(nics) +
                     " NICs of a server do not divide one another");
    }
    if (GetAcceleratorsPerServer() > 1 && m_scaleUpRate.GetBitRate() == 0)
    {
        AddError(errors, "ScaleUpRate is 0, but servers have several accelerators");
    }
    if (errors.size() == before && DoCountAttachments() > MAX_ATTACHMENTS)
    {
        AddError(errors,
                 "the topology has more than " + std::to_string(MAX_ATTACHMENTS) +
                     " NICs, the most that can be generated");
    }
    if (errors.size() > before)
    {
        return std::nullopt;
    }
    std::optional<TopologyGraph> graph(std::in_place);
    DoGenerate(*graph);
    const std::vector<TopologyError> faults = graph->Validate();
    errors.insert(errors.end(), faults.begin(), faults.end());
    if (!faults.empty())
    {
        return std::nullopt;
    }
    return graph;
}

TopologyGraph::LinkProperties
TopologyGenerator::GetHostLink() const
{
    TopologyGraph::LinkProperties link;
    link.bitRate = m_rate.GetBitRate();
    link.delay = m_delay.GetPicoSeconds();
    return link;
}

TopologyGraph::LinkProperties
TopologyGenerator::GetFabricLink() const
{
    TopologyGraph::LinkProperties link = GetHostLink();
    if (m_fabricRate.GetBitRate() > 0)
    {
        link.bitRate = m_fabricRate.GetBitRate();
    }
    if (!m_fabricDelay.IsZero())
    {
        link.delay = m_fabricDelay.GetPicoSeconds();
    }
    return link;
}

uint32_t
TopologyGenerator::GetNicsPerServer() const
{
    return m_nicsPerServer;
}

uint32_t
TopologyGenerator::GetAcceleratorsPerServer() const
{
    return m_acceleratorsPerServer > 0 ? m_acceleratorsPerServer : DoGetNics();
}

uint32_t
TopologyGenerator::DoGetNics() const
{
    return m_nicsPerServer;
}

uint32_t
TopologyGenerator::AddServer(TopologyGraph& graph,
                             uint32_t index,
                             uint32_t group,
                             uint32_t nics) const
{
    const uint32_t server = graph.AddServer("server-" + std::to_string(index));
    graph.SetGroup(server, group);
    const uint32_t accelerators = GetAcceleratorsPerServer();
    for (uint32_t i = 0; i < accelerators; ++i)
    {
        std::vector<uint32_t> ports{i * nics / accelerators};
        while (ports.back() + 1 < (i + 1) * nics / accelerators)
        {
            ports.push_back(ports.back() + 1);
        }
        graph.AddAccelerator(server, ports);
    }
    if (accelerators > 1)
    {
        graph.SetScaleUp(server, {m_scaleUpRate.GetBitRate(), m_scaleUpLatency.GetPicoSeconds()});
    }
    return server;
}

void
TopologyGenerator::AddError(std::vector<TopologyError>& errors, const std::string& message)
{
    errors.push_back({message, {}});
}

uint64_t
SaturatingProduct(uint64_t a, uint64_t b)
{
    return b > 0 && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

} // namespace ns3::cluster
