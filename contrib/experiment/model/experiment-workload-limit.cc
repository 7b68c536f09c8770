/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-workload-limit.h"

#include "experiment-format.h"

#include "ns3/rdma-frame-sizes.h"
#include "ns3/rdma-opcode.h"
#include "ns3/rdma-queue-pair.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <vector>

namespace ns3::experiment
{

namespace
{

constexpr double PICOSECONDS = 1e12;

/** What the ports of an accelerator must carry in a direction. */
struct Load
{
    uint64_t bytes{0};        ///< message bytes
    int64_t first{INT64_MAX}; ///< earliest start, ps
};

/** @return message bytes per byte on the link, at the PathMtu that is set */
double
GetPayloadShare()
{
    UintegerValue mtu;
    CreateObject<rdma::QueuePair>()->GetAttribute("PathMtu", mtu);
    constexpr double preambleAndGap = 20;
    const auto payload = static_cast<uint32_t>(mtu.Get());
    return payload / (rdma::FrameSizes().GetData(rdma::OP_WRITE_MIDDLE, payload) + preambleAndGap);
}

/** @param place an accelerator @return rate of its ports, bit/s */
double
GetRate(const cluster::TopologyGraph& graph, const cluster::TopologyGraph::AcceleratorPlace& place)
{
    std::vector<uint32_t> ports;
    for (const uint32_t port : graph.GetVertex(place.server).accelerators[place.index].ports)
    {
        const auto bond = graph.GetBond(place.server, port);
        ports.insert(ports.end(), bond.begin(), bond.end());
    }
    double rate = 0;
    for (const auto& edge : graph.GetEdges())
    {
        for (uint32_t port : ports)
        {
            if ((edge.a.vertex == place.server && edge.a.port == port) ||
                (edge.b.vertex == place.server && edge.b.port == port))
            {
                rate += static_cast<double>(edge.link.bitRate);
            }
        }
    }
    return rate;
}

} // namespace

WorkloadLimit
WorkloadLimit::Of(const FlowPlan& plan, const FlowSummary& summary)
{
    WorkloadLimit limit;
    int64_t begin = INT64_MAX;
    std::vector<Load> out(plan.graph.GetNAccelerators());
    std::vector<Load> in(plan.graph.GetNAccelerators());
    for (const auto& flow : plan.flows)
    {
        begin = std::min(begin, flow.start);
        const bool fetched = flow.verb != cluster::MessageVerb::WRITE;
        const uint32_t from = fetched ? flow.destination : flow.source;
        const uint32_t to = fetched ? flow.source : flow.destination;
        for (Load* load : {&out[from], &in[to]})
        {
            load->bytes += flow.bytes;
            load->first = std::min(load->first, flow.start);
        }
    }
    const double share = GetPayloadShare();
    const auto places = plan.graph.GetAccelerators();
    const auto consider = [&](const Load& load, uint32_t accelerator, const char* what)
    {
        const double rate = load.bytes > 0 ? GetRate(plan.graph, places[accelerator]) : 0;
        if (rate <= 0)
        {
            return; // nothing to carry, or not over the network
        }
        const double carry = static_cast<double>(load.bytes) * 8 / (rate * share);
        const double seconds = (load.first - begin) / PICOSECONDS + carry;
        if (seconds > limit.seconds)
        {
            limit.seconds = seconds;
            limit.reason = "accelerator " + std::to_string(accelerator) + " has to " + what + " " +
                           FormatBytes(static_cast<double>(load.bytes)) + " at " +
                           FormatByteRate(rate * share / 8);
        }
    };
    for (uint32_t i = 0; i < out.size(); ++i)
    {
        consider(out[i], i, "send");
        consider(in[i], i, "receive");
    }
    for (std::size_t i = 0; i < summary.results.size(); ++i)
    {
        const double seconds =
            (plan.flows[i].start - begin) / PICOSECONDS + summary.results[i].ideal.value_or(0);
        if (seconds > limit.seconds)
        {
            limit.seconds = seconds;
            limit.reason = "flow " + std::to_string(i) + " takes " +
                           FormatSeconds(summary.results[i].ideal.value_or(0)) + " alone";
        }
    }
    return limit;
}

} // namespace ns3::experiment
