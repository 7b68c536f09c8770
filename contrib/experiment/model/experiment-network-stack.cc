/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-network-stack.h"

#include "experiment-attribute-check.h"
#include "experiment-stack-list.h"

#include "ns3/abort.h"
#include "ns3/config.h"
#include "ns3/fabric-frame.h"
#include "ns3/type-id.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <set>

namespace ns3::experiment
{

namespace
{

constexpr uint8_t ROCE_CLASS = 3; ///< class of data, see rdma::QueuePair::Priority

/** Give an attribute the default that it was declared with. @param name full name of it */
void
ResetDefault(const std::string& name)
{
    const std::size_t end = name.rfind("::");
    TypeId::AttributeInformation info;
    const bool known = TypeId::LookupByName(name.substr(0, end))
                           .LookupAttributeByName(name.substr(end + 2), &info);
    NS_ABORT_MSG_IF(!known, "a stack sets " << name << ", which does not exist");
    Config::SetDefault(name, *info.originalInitialValue);
}

} // namespace

const std::vector<NetworkStack>&
NetworkStack::GetAll()
{
    return GetStackList();
}

std::vector<std::string>
NetworkStack::GetNames()
{
    std::vector<std::string> names;
    for (const auto& stack : GetAll())
    {
        names.push_back(stack.name);
    }
    return names;
}

std::optional<NetworkStack>
NetworkStack::Find(const std::string& name)
{
    for (const auto& stack : GetAll())
    {
        if (stack.name == name)
        {
            return stack;
        }
    }
    return std::nullopt;
}

std::string
NetworkStack::GetHelpText()
{
    std::string text = "Network stacks:\n";
    for (const auto& stack : GetAll())
    {
        text += "    " + stack.name + ": " + stack.description + "\n";
    }
    return text;
}

std::string
NetworkStack::GetSenselessHelp()
{
    return "Whether to run combinations that make no sense, such as go-back-N with packets on many "
           "paths, to see what they cost.";
}

std::vector<std::string>
NetworkStack::GetFlowControls()
{
    return {"pfc", "pause", "cbfc", "none"};
}

void
NetworkStack::UseFlowControl(const std::string& kind)
{
    const std::string lossless = kind == "none" ? "0" : std::to_string(1U << ROCE_CLASS);
    settings.push_back({"ns3::fabric::DynamicThreshold::LosslessClasses", lossless});
    settings.push_back({"ns3::fabric::SonicBuffer::LosslessClasses", lossless});
    settings.push_back({"ns3::fabric::Port::FlowControl",
                        kind == "pause"  ? "Pause"
                        : kind == "cbfc" ? "Cbfc"
                                         : "Pfc"});
    if (kind == "cbfc")
    {
        bufferPolicy = "ns3::fabric::CreditBuffer";
    }
}

void
NetworkStack::UseEscalation(const std::vector<uint8_t>& classes)
{
    std::array<uint8_t, fabric::N_CLASSES> next{};
    std::iota(next.begin(), next.end(), uint8_t{0});
    uint32_t lossless = 1U << ROCE_CLASS;
    uint8_t last = ROCE_CLASS;
    for (const uint8_t priority : classes)
    {
        next[last] = priority;
        lossless |= 1U << priority;
        last = priority;
    }
    next[last] = 0;
    std::string list;
    for (const uint8_t priority : next)
    {
        list += (list.empty() ? "" : ",") + std::to_string(priority);
    }
    settings.push_back({"ns3::fabric::Switch::BounceClasses", list});
    for (const char* type : {"DynamicThreshold", "SonicBuffer"})
    {
        settings.push_back(
            {std::string("ns3::fabric::") + type + "::LosslessClasses", std::to_string(lossless)});
    }
}

void
NetworkStack::UseAsic(const fabric::AsicPreset& asic)
{
    bufferPolicy = "ns3::fabric::SonicBuffer";
    for (const auto& [attribute, value] : asic.settings)
    {
        settings.push_back({bufferPolicy + "::" + attribute, value});
    }
}

std::vector<std::string>
NetworkStack::GetLoadBalancings()
{
    std::vector<std::string> names;
    for (const char* base : {"ns3::fabric::LoadBalancer", "ns3::fabric::ScheduledSwitch"})
    {
        for (const auto& type : ListTypes(base))
        {
            names.push_back(GetShortTypeName(type));
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

void
NetworkStack::UseLoadBalancing(const std::string& type)
{
    for (const auto& balancer : ListTypes("ns3::fabric::LoadBalancer"))
    {
        loadBalancer =
            type == balancer || type == GetShortTypeName(balancer) ? balancer : loadBalancer;
    }
    for (const auto& device : ListTypes("ns3::fabric::ScheduledSwitch"))
    {
        fabricSwitch = type == device || type == GetShortTypeName(device) ? device : fabricSwitch;
    }
}

std::vector<std::string>
NetworkStack::GetControllers()
{
    return {"none", "routes", "pinned-paths", "source-ports"};
}

std::string
NetworkStack::UseController(const std::string& controller)
{
    const std::string pins = "ns3::fabric::PinnedPaths";
    const std::string hash = "ns3::fabric::EcmpHash";
    const bool hashes =
        (loadBalancer == hash || loadBalancer == pins) && fabricSwitch == "ns3::fabric::Switch";
    routeController = controller != "none";
    if (routeController && messageNetwork != "ns3::cluster::PacketMessageNetwork")
    {
        return "is for networks of packets, expected another stack";
    }
    trafficEngineer = controller == "pinned-paths" || controller == "source-ports";
    if (controller == "pinned-paths")
    {
        if (!hashes)
        {
            return "pins paths in switches that hash, expected no load balancing but "
                   "pinned-paths or ecmp-hash";
        }
        loadBalancer = pins;
    }
    if (controller == "source-ports" && (!hashes || loadBalancer == pins))
    {
        return "chooses source ports for switches that hash, expected no load balancing but "
               "ecmp-hash";
    }
    return "";
}

void
NetworkStack::Apply() const
{
    // So that one stack can be applied after another: what any of them sets begins as declared.
    std::set<std::string> names;
    for (const auto& stack : GetAll())
    {
        for (const auto& setting : stack.settings)
        {
            names.insert(setting.name);
        }
    }
    for (const auto& name : names)
    {
        ResetDefault(name);
    }
    ApplySettings(settings);
}

cluster::ShortestPaths::Rule
NetworkStack::GetPathRule() const
{
    return upDownRouting ? cluster::ShortestPaths::UP_DOWN : cluster::ShortestPaths::SHORTEST;
}

cluster::NetworkStack
NetworkStack::GetDevices() const
{
    cluster::NetworkStack devices;
    devices.bufferPolicy.SetTypeId(bufferPolicy);
    devices.loadBalancer.SetTypeId(loadBalancer);
    devices.fabricSwitch.SetTypeId(fabricSwitch);
    devices.messageNetwork.SetTypeId(messageNetwork);
    devices.pathRule = GetPathRule();
    if (pfcWatchdog)
    {
        devices.pfcWatchdog.SetTypeId("ns3::fabric::PfcWatchdog");
    }
    if (!marker.empty())
    {
        devices.marker.SetTypeId(marker);
    }
    if (routeController)
    {
        devices.routeController.SetTypeId("ns3::cluster::RouteController");
    }
    if (trafficEngineer)
    {
        devices.trafficEngineer.SetTypeId("ns3::cluster::TrafficEngineer");
    }
    return devices;
}

} // namespace ns3::experiment
