/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-configuration.h"

#include "cluster-channel-dependencies.h"
#include "cluster-cluster.h"

#include "ns3/fabric-dynamic-threshold.h"
#include "ns3/fabric-headroom.h"
#include "ns3/fabric-marker.h"
#include "ns3/fabric-sonic-buffer.h"

#include <algorithm>

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
    for (uint32_t v = 0; v < graph.GetVertices().size(); ++v)
    {
        const auto device = cluster.GetSwitch(v);
        if (device && GetLossless(*device) != 0)
        {
            lossless = true;
            const LosslessMemory memory = Inspect(*device);
            const std::string where = "switch " + graph.GetVertex(v).name;
            add(where, CheckMarking(*device, memory));
            add(where, CheckHeadroom(*device, memory));
        }
    }
    for (const auto& edge : graph.GetEdges())
    {
        const auto a = cluster.GetSwitch(edge.a.vertex);
        const auto b = cluster.GetSwitch(edge.b.vertex);
        const uint8_t different = a && b ? GetLossless(*a) ^ GetLossless(*b) : 0;
        for (uint8_t c = 0; c < N_CLASSES; ++c)
        {
            if (different & (1U << c))
            {
                add("link " + graph.GetVertex(edge.a.vertex).name + " - " +
                        graph.GetVertex(edge.b.vertex).name,
                    "class " + std::to_string(c) +
                        " is lossless at one end, but not at the other, which drops its frames "
                        "and pauses nobody");
            }
        }
    }
    if (lossless)
    {
        ShortestPaths paths(graph, {}, cluster.GetPathRule());
        const std::string cycle = ChannelDependencies(graph, paths).DescribeCycle();
        if (!cycle.empty())
        {
            add("routes",
                "a lossless class can deadlock, its pauses may wait for each other: " + cycle +
                    "; up-down routing avoids it");
        }
    }
    return doubts;
}

} // namespace ns3::cluster
