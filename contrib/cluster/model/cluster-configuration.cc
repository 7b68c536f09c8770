/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-configuration.h"

#include "cluster-channel-dependencies.h"
#include "cluster-cluster.h"
#include "cluster-packet-message-network.h"
#include "cluster-traffic-engineer.h"

#include "ns3/fabric-credit-control.h"
#include "ns3/fabric-dynamic-threshold.h"
#include "ns3/fabric-headroom.h"
#include "ns3/fabric-load-balancer.h"
#include "ns3/fabric-marker.h"
#include "ns3/fabric-scheduled-switch.h"
#include "ns3/fabric-sonic-buffer.h"

#include <algorithm>
#include <sstream>

namespace ns3::cluster
{

using fabric::N_CLASSES;

namespace
{

/** What a memory does for lossless classes, whatever its type. */
struct LosslessMemory
{
    uint64_t loneThreshold{0};      ///< what a lone ingress may hold before it pauses, bytes
    uint32_t maxFrame{0};           ///< largest frame it is made for, bytes
    std::vector<uint64_t> headroom; ///< by port, bytes
};

/** @return what the memory of a switch does for lossless classes; no ports if it is another type */
LosslessMemory
Inspect(const fabric::Switch& device)
{
    LosslessMemory memory;
    const auto inspect = [&memory, &device](const auto& policy)
    {
        memory.loneThreshold = policy.GetLoneThreshold(device);
        memory.maxFrame = policy.GetMaxFrame();
        for (uint16_t p = 0; p < device.GetNPorts(); ++p)
        {
            memory.headroom.push_back(policy.GetPortHeadroom(device.GetPort(p)));
        }
    };
    const auto policy = device.GetBufferPolicy();
    if (const auto dynamic = DynamicCast<fabric::DynamicThreshold>(policy))
    {
        inspect(*dynamic);
    }
    else if (const auto sonic = DynamicCast<fabric::SonicBuffer>(policy))
    {
        inspect(*sonic);
    }
    return memory;
}

/** @return bit c is set if class c is lossless at a switch */
uint8_t
GetLossless(const fabric::Switch& device)
{
    uint8_t classes = 0;
    for (uint8_t c = 0; device.GetBufferPolicy() && c < N_CLASSES; ++c)
    {
        classes |= device.GetBufferPolicy()->IsLossless(c) ? 1U << c : 0;
    }
    return classes;
}

/** @return why ECN comes too late at a switch, or nothing */
std::string
CheckMarking(const fabric::Switch& device, const LosslessMemory& memory)
{
    const ObjectFactory& factory = device.GetMarkerFactory();
    if (!factory.IsTypeIdSet() || memory.headroom.empty())
    {
        return "";
    }
    for (uint16_t p = 0; p < device.GetNPorts(); ++p)
    {
        const auto red = DynamicCast<fabric::RedMarker>(factory.Create<fabric::Marker>());
        if (!red)
        {
            return "";
        }
        red->Setup(device.GetPort(p).GetBitRate());
        if (red->GetThresholds().kmax > memory.loneThreshold)
        {
            return "port " + std::to_string(p) +
                   " marks every frame from Kmax = " + std::to_string(red->GetThresholds().kmax) +
                   " B on, but a single sender is paused by PFC at " +
                   std::to_string(memory.loneThreshold) +
                   " B already: lower Kmin and Kmax, or give the buffer more size or alpha";
        }
    }
    return "";
}

/** @return why the headroom of a switch is not enough, or nothing */
std::string
CheckHeadroom(const fabric::Switch& device, const LosslessMemory& memory)
{
    for (uint16_t p = 0; p < memory.headroom.size(); ++p)
    {
        const fabric::Port& port = device.GetPort(p);
        if (!port.GetLink())
        {
            continue;
        }
        const auto parameters = fabric::GetHeadroomParameters(port, memory.maxFrame);
        const uint64_t least = fabric::MinimumHeadroom(parameters);
        if (memory.headroom[p] < least)
        {
            return "port " + std::to_string(p) + " has " + std::to_string(memory.headroom[p]) +
                   " B of headroom for a lossless class, but rate, cable and frames of " +
                   std::to_string(memory.maxFrame) + " B need " + std::to_string(least) +
                   " B: frames may be dropped";
        }
    }
    return "";
}

/** @return what is doubtful about the credits of a device, or nothing */
std::string
CheckCredits(const fabric::Port& port)
{
    const auto credits = port.GetCredits();
    if (!credits || credits->GetLaneBytes() >= credits->GetFullRateBytes())
    {
        return "";
    }
    // Not more than the credit per round trip; near the rate of the link frames of our own, which
    // delay the credit, take their share.
    const double trip = static_cast<double>(credits->GetRoundTrip());
    const double bits = 8.0 * static_cast<double>(credits->GetLaneBytes());
    const double most = std::min(bits * 1e12 / trip, static_cast<double>(port.GetBitRate()));
    std::ostringstream text;
    text << "credit for " << credits->GetLaneBytes() << " B by virtual lane and a round trip of "
         << trip / 1000 << " ns: a lane has at most " << most / 1e9 << " of "
         << static_cast<double>(port.GetBitRate()) / 1e9 << " Gb/s; expected "
         << credits->GetFullRateBytes() << " B for all of it";
    return text.str();
}

/** @return name of a kind of flow control */
const char*
NameOf(fabric::Port::FlowControl kind)
{
    return kind == fabric::Port::PFC ? "PFC" : kind == fabric::Port::PAUSE ? "PAUSE" : "credits";
}

/** @return whether frames that bounce get to a class that is not lossless, from any that is */
bool
EscalatesToLossy(const fabric::Switch& device)
{
    const uint8_t lossless = GetLossless(device);
    const auto& next = device.GetBounceClasses().share;
    for (uint8_t c = 0; c < N_CLASSES; ++c)
    {
        uint8_t at = c;
        for (uint8_t bounces = 0; bounces < N_CLASSES; ++bounces)
        {
            at = next[at];
        }
        if ((lossless & (1U << c)) && (lossless & (1U << at)))
        {
            return false;
        }
    }
    return true;
}

} // namespace

std::vector<std::string>
FindDoubts(const Cluster& cluster)
{
    std::vector<std::string> doubts;
    std::vector<std::string> reasons; // without the names of switches
    const auto add = [&doubts, &reasons](const std::string& where, const std::string& why)
    {
        if (!why.empty() && std::find(reasons.begin(), reasons.end(), why) == reasons.end())
        {
            reasons.push_back(why);
            doubts.push_back(where + ": " + why);
        }
    };
    const auto& graph = cluster.GetGraph();
    bool lossless = false;
    bool escalates = true;
    for (uint32_t v = 0; v < graph.GetVertices().size(); ++v)
    {
        const auto device = cluster.GetSwitch(v);
        if (device && GetLossless(*device) != 0)
        {
            lossless = true;
            escalates &= EscalatesToLossy(*device);
            const LosslessMemory memory = Inspect(*device);
            const std::string where = "switch " + graph.GetVertex(v).name;
            add(where, CheckMarking(*device, memory));
            add(where, CheckHeadroom(*device, memory));
        }
    }
    for (uint32_t e = 0; e < graph.GetEdges().size(); ++e)
    {
        const auto& edge = graph.GetEdge(e);
        const std::string link = "link " + graph.GetVertex(edge.a.vertex).name + " - " +
                                 graph.GetVertex(edge.b.vertex).name;
        const auto near = cluster.GetPort(edge.a.vertex, edge.a.port);
        const auto far = cluster.GetPort(edge.b.vertex, edge.b.port);
        add(link, CheckCredits(*near));
        add(link, CheckCredits(*far));
        if (near->GetFlowControl() != far->GetFlowControl())
        {
            add(link,
                std::string("flow control is ") + NameOf(near->GetFlowControl()) +
                    " at one end and " + NameOf(far->GetFlowControl()) +
                    " at the other: they stop each other's classes wrongly, or not at all");
        }
        const auto a = cluster.GetSwitch(edge.a.vertex);
        const auto b = cluster.GetSwitch(edge.b.vertex);
        const uint8_t different = a && b ? GetLossless(*a) ^ GetLossless(*b) : 0;
        for (uint8_t c = 0; c < N_CLASSES; ++c)
        {
            if (different & (1U << c))
            {
                add(link,
                    "class " + std::to_string(c) +
                        " is lossless at one end, but not at the other, which drops its frames "
                        "and pauses nobody");
            }
        }
    }
    if (lossless && !escalates)
    {
        ShortestPaths paths(graph, {}, cluster.GetPathRule());
        const std::string cycle = ChannelDependencies(graph, paths).DescribeCycle();
        if (!cycle.empty())
        {
            add("routes",
                "a lossless class can deadlock, its pauses may wait for each other: " + cycle +
                    "; up-down routing avoids it, or another class after each bounce");
        }
    }
    return doubts;
}

std::string
CheckBonds(const Cluster& cluster, const ClusterNetwork& network)
{
    if (!cluster.GetGraph().HasBonds())
    {
        return "";
    }
    const std::string prefix = "NIC ports share an address (bond), of which ";
    if (network.GetInstanceTypeId() != PacketMessageNetwork::GetTypeId())
    {
        return prefix + network.GetInstanceTypeId().GetName() +
               " does not know; expected a stack of RDMA queue pairs";
    }
    if (cluster.GetTrafficEngineer())
    {
        return prefix + "paths that are chosen centrally do not know; expected hashed paths";
    }
    for (const auto& device : cluster.GetSwitches())
    {
        const auto balancer = device ? device->GetLoadBalancer() : nullptr;
        if (DynamicCast<fabric::ScheduledSwitch>(device) || (balancer && balancer->SeesAllFrames()))
        {
            return prefix + "load balancing from leaf to leaf does not know; expected one that "
                            "looks at the switch's own ports";
        }
    }
    return "";
}

} // namespace ns3::cluster
