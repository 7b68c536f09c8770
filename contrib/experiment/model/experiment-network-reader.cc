/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-network-reader.h"

#include "experiment-attribute-check.h"
#include "experiment-quantity.h"

#include "ns3/type-id.h"

#include <algorithm>
#include <cctype>

namespace ns3::experiment
{

namespace
{

/** @return whether a text is a class or a lane, 0 to 7 */
bool
IsClass(const std::string& text)
{
    return text.size() == 1 && text[0] >= '0' && text[0] < '0' + fabric::N_CLASSES;
}

/**
 * Read the name of a class.
 *
 * @param section the section
 * @param key the key
 * @param help what it is
 * @param bases what the class must be derived from, one of them
 * @param [in,out] value full name of the class
 */
void
ReadClass(YamlSection& section,
          const std::string& key,
          const std::string& help,
          const std::vector<std::string>& bases,
          std::string& value)
{
    std::vector<std::string> types;
    for (const auto& base : bases)
    {
        const auto derived = ListTypes(base);
        types.insert(types.end(), derived.begin(), derived.end());
    }
    std::vector<std::string> choices;
    for (const auto& type : types)
    {
        choices.push_back(GetShortTypeName(type));
    }
    std::sort(choices.begin(), choices.end());
    std::string name;
    const YamlNode* node = section.IsDescribing() ? nullptr : section.Get(key);
    if (node && node->kind == YamlNode::Kind::SCALAR && node->text.rfind("ns3::", 0) == 0)
    {
        std::string error;
        for (const auto& base : bases)
        {
            const std::string fault = CheckTypeName(node->text, base);
            if (fault.empty())
            {
                value = node->text;
                return;
            }
            error = error.empty() ? fault : error;
        }
        section.Fail(key, error);
        return;
    }
    section.Choice(key, help, name, choices);
    for (const auto& type : types)
    {
        value = GetShortTypeName(type) == name ? type : value;
    }
}

/** Read the name of a class that an attribute names. */
void
ReadClassSetting(YamlSection& section,
                 const std::string& key,
                 const std::string& help,
                 const std::string& base,
                 const std::string& attribute,
                 std::vector<AttributeSetting>& settings)
{
    std::string name;
    ReadClass(section, key, help, {base}, name);
    if (!name.empty())
    {
        settings.push_back({attribute, name});
    }
}

/** Read "ecn". */
void
ReadEcn(YamlSection& network, NetworkStack& stack)
{
    auto& settings = stack.settings;
    YamlSection section =
        network.Section("ecn", "When switches mark frames (RED). Defaults: those of the stack.");
    bool enabled = !stack.marker.empty();
    section.Boolean(
        "enabled", "Whether switches mark at all. Default: as the stack says.", enabled);
    std::string marker = stack.marker.empty() ? "ns3::fabric::RedMarker" : stack.marker;
    ReadClass(section,
              "marker",
              "What marks frames. Default: that of the stack, or red-marker.",
              {"ns3::fabric::Marker"},
              marker);
    stack.marker = enabled ? marker : "";
    uint64_t kmin = 100'000;
    uint64_t kmax = 400'000;
    double pmax = 0.2;
    section.Size("kmin",
                 "Queue up to which nothing is marked, at every port rate alike.",
                 kmin,
                 0,
                 uint64_t{1} << 40);
    section.Size("kmax",
                 "Queue above which everything is marked, at every port rate alike.",
                 kmax,
                 0,
                 uint64_t{1} << 40);
    section.Real("pmax", "Probability of a mark at kmax.", pmax, 0, 1);
    section.Finish();
    if (!section.IsPresent())
    {
        return;
    }
    for (const char* key : {"kmin", "kmax", "pmax"})
    {
        if (section.Has(key) && marker != "ns3::fabric::RedMarker")
        {
            section.Fail(key, "is of red-marker alone, expected attributes of the other marker");
            return;
        }
    }
    if (section.Has("kmin") != section.Has("kmax"))
    {
        network.Fail("ecn", "one of kmin and kmax is given, expected both or neither");
        return;
    }
    if (section.Has("kmin"))
    {
        if (kmin > kmax)
        {
            section.Fail("kmin", "is above kmax, expected it not to be");
        }
        settings.push_back({"ns3::fabric::RedMarker::Kmin", std::to_string(kmin)});
        settings.push_back({"ns3::fabric::RedMarker::Kmax", std::to_string(kmax)});
        settings.push_back({"ns3::fabric::RedMarker::ReferenceRate", "0bps"});
    }
    if (section.Has("pmax"))
    {
        settings.push_back({"ns3::fabric::RedMarker::Pmax", FormatReal(pmax)});
    }
}

/** Read "buffer". */
void
ReadBuffer(YamlSection& network, NetworkStack& stack)
{
    YamlSection section = network.Section("buffer", "Packet memory of a switch.");
    ReadClass(section,
              "policy",
              "How it is carved: sonic-buffer has pools by ingress and egress, and cells. Default: "
              "dynamic-threshold.",
              {"ns3::fabric::BufferPolicy"},
              stack.bufferPolicy);
    std::string asic;
    section.Choice("asic",
                   "Memory and profile of a real switching ASIC, carved by sonic-buffer; --help of "
                   "flows says what each is. Size and alpha win over it.",
                   asic,
                   fabric::AsicPreset::GetNames());
    uint64_t size = uint64_t{64} << 20;
    double alpha = 0.125;
    section.Size("size", "Its size.", size, 1 << 16, uint64_t{1} << 40);
    section.Real("alpha",
                 "Share of the free memory that a lossless class may hold per ingress port.",
                 alpha,
                 1.0 / 1024,
                 1024);
    section.Finish();
    if (const auto* preset = fabric::AsicPreset::Find(asic))
    {
        if (section.Has("policy") && stack.bufferPolicy != "ns3::fabric::SonicBuffer")
        {
            section.Fail("policy", "cannot hold the profile of an asic, expected sonic-buffer");
        }
        stack.UseAsic(*preset);
    }
    if (section.Has("size"))
    {
        stack.settings.push_back({"ns3::fabric::DynamicThreshold::Size", std::to_string(size)});
        stack.settings.push_back({"ns3::fabric::SonicBuffer::Size", std::to_string(size)});
        stack.settings.push_back({"ns3::fabric::CreditBuffer::Size", std::to_string(size)});
        stack.settings.push_back({"ns3::fabric::SonicBuffer::SizePerPort", "0"});
    }
    if (section.Has("alpha"))
    {
        stack.settings.push_back({"ns3::fabric::DynamicThreshold::Alpha", FormatReal(alpha)});
        stack.settings.push_back({"ns3::fabric::SonicBuffer::Alpha", FormatReal(alpha)});
    }
}

/** Read "watchdog". */
void
ReadWatchdog(YamlSection& network, NetworkStack& stack)
{
    YamlSection section = network.Section(
        "watchdog", "PFC watchdog of the switches, which contains PFC storms. Default: none.");
    std::string action = "drop";
    Time detection = MilliSeconds(200);
    Time restoration = MilliSeconds(200);
    Time poll = MilliSeconds(200);
    section.Choice("action",
                   "What to do with the frames of a queue in a storm; alert only counts it.",
                   action,
                   {"drop", "forward", "alert"});
    section.Duration("detectionTime", "Time stuck that makes a storm.", detection);
    section.Duration("restorationTime", "Time without PFC frames that ends a storm.", restoration);
    section.Duration("pollInterval", "Distance of the looks at the queues.", poll);
    section.Finish();
    for (const auto& [key, time] : {std::pair{"detectionTime", detection},
                                    std::pair{"restorationTime", restoration},
                                    std::pair{"pollInterval", poll}})
    {
        if (time < NanoSeconds(1))
        {
            section.Fail(key,
                         "'" + FormatTime(time) + "' is out of range, expected a time from 1ns");
        }
    }
    if (!section.IsPresent())
    {
        return;
    }
    stack.pfcWatchdog = true;
    action[0] = static_cast<char>(std::toupper(action[0]));
    const std::string type = "ns3::fabric::PfcWatchdog::";
    stack.settings.push_back({type + "Action", action});
    stack.settings.push_back({type + "DetectionTime", FormatTime(detection)});
    stack.settings.push_back({type + "RestorationTime", FormatTime(restoration)});
    stack.settings.push_back({type + "PollInterval", FormatTime(poll)});
}

/** Read "flowControl". @return what it says, or what a stack does without it */
std::string
ReadFlowControl(YamlSection& network, NetworkStack& stack)
{
    std::string kind = "pfc";
    network.Choice("flowControl",
                   "What makes the class of RoCE lossless: pauses of the class (pfc), of the whole "
                   "link (pause, IEEE 802.3x), credits (cbfc, as InfiniBand and Ultra Ethernet "
                   "have them), or nothing.",
                   kind,
                   NetworkStack::GetFlowControls());
    if (network.Has("flowControl"))
    {
        stack.UseFlowControl(kind);
    }
    return kind;
}

/** Read "credits". */
void
ReadCredits(YamlSection& network, const std::string& flowControl, NetworkStack& stack)
{
    YamlSection section = network.Section("credits", "Credits of the links, with cbfc.");
    uint64_t bytes = 0;
    uint64_t quantum = 4096;
    Time refresh = MicroSeconds(26);
    std::vector<std::string> lanes;
    std::vector<Position> positions;
    section.Size("bytes",
                 "Buffer of a port for each virtual lane; what the full rate of the link takes if "
                 "it is not given.",
                 bytes,
                 9216,
                 INT32_MAX);
    section.Size("quantum", "Bytes free again that the peer is told of.", quantum, 1, 1 << 30);
    section.Duration("refreshInterval", "Time after which all is told again.", refresh);
    section.TextList(
        "lanes",
        "Virtual lane of each class from 0 to 7; a lane for each class if it is not given.",
        lanes,
        positions);
    section.Finish();
    if (section.IsPresent() && flowControl != "cbfc")
    {
        network.Fail("credits", "are of no use, expected flowControl: cbfc");
        return;
    }
    const std::string type = "ns3::fabric::CreditControl::";
    if (section.Has("bytes"))
    {
        stack.settings.push_back({type + "Bytes", std::to_string(bytes)});
    }
    if (section.Has("quantum"))
    {
        stack.settings.push_back({type + "Quantum", std::to_string(quantum)});
    }
    if (section.Has("refreshInterval"))
    {
        if (refresh < NanoSeconds(1))
        {
            section.Fail("refreshInterval",
                         "'" + FormatTime(refresh) + "' is out of range, expected a time from 1ns");
        }
        stack.settings.push_back({type + "RefreshInterval", FormatTime(refresh)});
    }
    if (section.Has("lanes"))
    {
        const bool good = std::all_of(lanes.begin(), lanes.end(), IsClass);
        if (!good || lanes.size() != fabric::N_CLASSES)
        {
            section.Fail("lanes", "is no list of eight lanes from 0 to 7, expected one");
            return;
        }
        std::string list;
        for (const auto& lane : lanes)
        {
            list += (list.empty() ? "" : ",") + lane;
        }
        stack.settings.push_back({type + "SlToVl", list});
    }
}

/** Read "escalation". */
void
ReadEscalation(YamlSection& network, const std::string& flowControl, NetworkStack& stack)
{
    std::vector<std::string> names;
    std::vector<Position> positions;
    network.TextList("escalation",
                     "Classes, lossless like that of RoCE, in which a frame goes on after its "
                     "first bounce (from above, and up again), its second and so on; after the "
                     "last in class 0, which is lossy. Avoids deadlocks where routes bounce.",
                     names,
                     positions);
    if (!network.Has("escalation"))
    {
        return;
    }
    std::vector<uint8_t> classes;
    for (const auto& name : names)
    {
        const bool good = IsClass(name) && name != "0" && name != "3";
        const uint8_t priority = good ? static_cast<uint8_t>(name[0] - '0') : 0;
        if (!good || std::find(classes.begin(), classes.end(), priority) != classes.end())
        {
            network.Fail("escalation",
                         "names '" + name + "', expected different classes of 1, 2, 4, 5, 6, 7");
            return;
        }
        classes.push_back(priority);
    }
    if (classes.empty() || flowControl == "none")
    {
        network.Fail("escalation",
                     classes.empty() ? "is empty, expected a class for the first bounce"
                                     : "is of no use without flow control, expected pfc or cbfc");
        return;
    }
    stack.UseEscalation(classes);
}

/** With credits, the packet memory is theirs, and there are no pauses to watch. */
void
CheckCreditBuffer(YamlSection& network, const NetworkStack& stack)
{
    if (stack.bufferPolicy != "ns3::fabric::CreditBuffer")
    {
        network.Fail("buffer", "is carved for pauses, expected credit-buffer with cbfc");
    }
    if (stack.pfcWatchdog)
    {
        network.Fail("watchdog", "finds no pauses to watch with cbfc, expected none");
    }
}

/** Read "controller". */
void
ReadController(YamlSection& network, NetworkStack& stack)
{
    YamlSection section = network.Section(
        "controller",
        "What looks after routes while the job runs. Default: nothing does; switches avoid their "
        "own dead ports, and send towards failures further on.");
    std::string paths = "hashed";
    Time convergence = MilliSeconds(100);
    Time reaction = MilliSeconds(100);
    Time interval = Seconds(30);
    Time setup = Seconds(0);
    section.Choice("paths",
                   "How connections come onto their paths: hashed; or chosen centrally, so that "
                   "links share the load, and pinned in the switches, or brought about by source "
                   "ports that switches hash that way.",
                   paths,
                   {"hashed", "pinned", "source-ports"});
    section.Duration("convergenceTime",
                     "From the failure or repair of a link to new routes in all switches.",
                     convergence);
    section.Duration("reactionTime",
                     "From the failure or repair of a link to new paths of connections.",
                     reaction);
    section.Duration(
        "interval", "Between periodic computations of paths after a change; 0 for none.", interval);
    section.Duration("setupTime", "From a new connection to its path.", setup);
    section.Finish();
    if (!section.IsPresent())
    {
        return;
    }
    for (const char* key : {"reactionTime", "interval", "setupTime"})
    {
        if (section.Has(key) && paths == "hashed")
        {
            section.Fail(key, "is of central paths, expected paths to be pinned or source-ports");
            return;
        }
    }
    const std::string error = stack.UseController(paths == "hashed"   ? "routes"
                                                  : paths == "pinned" ? "pinned-paths"
                                                                      : paths);
    if (!error.empty())
    {
        if (section.Has("paths"))
        {
            section.Fail("paths", error);
        }
        else
        {
            network.Fail("controller", error);
        }
    }
    const std::string engineer = "ns3::cluster::TrafficEngineer::";
    stack.settings.push_back(
        {"ns3::cluster::RouteController::ConvergenceTime", FormatTime(convergence)});
    stack.settings.push_back({engineer + "ReactionTime", FormatTime(reaction)});
    stack.settings.push_back({engineer + "Interval", FormatTime(interval)});
    stack.settings.push_back({engineer + "SetupDelay", FormatTime(setup)});
}

/** Read what the NICs do. */
void
ReadTransport(YamlSection& section, std::vector<AttributeSetting>& settings)
{
    ReadClassSetting(
        section,
        "congestionControl",
        "Congestion control of each queue pair. Default: that of the stack. Here and below, "
        "the full name of a class works too.",
        "ns3::rdma::CongestionControl",
        "ns3::rdma::Nic::CongestionControl",
        settings);
    ReadClassSetting(section,
                     "reliability",
                     "Reliability scheme of each queue pair. Default: that of the stack.",
                     "ns3::rdma::Reliability",
                     "ns3::rdma::Nic::Reliability",
                     settings);
    ReadClassSetting(section,
                     "pathSelection",
                     "What chooses the entropy of each packet. Default: that of the stack.",
                     "ns3::rdma::PathSelector",
                     "ns3::rdma::Nic::PathSelector",
                     settings);
}

/** A stack without queue pairs does without what RDMA's NICs do: refuse keys of no effect. */
void
RefuseTransport(YamlSection& section, const NetworkStack& stack)
{
    for (const char* key : {"congestionControl", "reliability", "pathSelection"})
    {
        if (section.Has(key))
        {
            section.Fail(key,
                         "is of RDMA queue pairs and would have no effect under the stack '" +
                             stack.name + "', expected " +
                             (stack.messageNetwork == "ns3::cluster::TcpMessageNetwork"
                                  ? "attributes of ns3::TcpL4Protocol and ns3::TcpSocketBase"
                                  : "a stack of packets"));
        }
    }
}

} // namespace

NetworkScenario
ReadNetwork(YamlSection& root)
{
    NetworkScenario scenario;
    std::string name = "rocev2-dcqcn";
    YamlSection section = root.Section(
        "network", "The network stack: a named one, and what is to be different from it.");
    scenario.position = section.GetPosition();
    section.Choice("stack",
                   "The named stack to start from; --help of train says what each is.",
                   name,
                   NetworkStack::GetNames());
    scenario.stack = *NetworkStack::Find(name);
    auto& settings = scenario.stack.settings;
    ReadTransport(section, settings);
    const bool tcp = scenario.stack.messageNetwork == "ns3::cluster::TcpMessageNetwork";
    if (scenario.stack.messageNetwork != "ns3::cluster::PacketMessageNetwork")
    {
        RefuseTransport(section, scenario.stack);
    }
    scenario.loadBalancer = "ns3::fabric::EcmpHash";
    ReadClass(section,
              "loadBalancing",
              "What chooses among equal paths at a switch, or the switches of a scheduled fabric. "
              "Default: ecmp-hash.",
              {"ns3::fabric::LoadBalancer", "ns3::fabric::ScheduledSwitch"},
              scenario.loadBalancer);
    scenario.stack.UseLoadBalancing(scenario.loadBalancer);
    std::string routing = "shortest";
    section.Choice("routing",
                   "Which paths routes take: the shortest, or the shortest that go up and then "
                   "down, without which failures may let PFC deadlock.",
                   routing,
                   {"shortest", "up-down"});
    scenario.stack.upDownRouting = routing == "up-down";
    uint32_t mtu = 4096;
    section.Integer("mtu", "Message bytes of a full packet.", mtu, 256, 9000);
    if (section.Has("mtu"))
    {
        settings.push_back({"ns3::rdma::QueuePair::PathMtu", std::to_string(mtu)});
        if (tcp)
        {
            settings.push_back({"ns3::TcpSocket::SegmentSize", std::to_string(mtu)});
        }
    }
    const std::string flowControl = ReadFlowControl(section, scenario.stack);
    ReadCredits(section, flowControl, scenario.stack);
    ReadEscalation(section, flowControl, scenario.stack);
    ReadEcn(section, scenario.stack);
    ReadBuffer(section, scenario.stack);
    ReadWatchdog(section, scenario.stack);
    if (flowControl == "cbfc")
    {
        CheckCreditBuffer(section, scenario.stack);
    }
    ReadController(section, scenario.stack);
    if (scenario.stack.trafficEngineer)
    {
        scenario.loadBalancer = scenario.stack.loadBalancer; // pins, perhaps
    }
    section.Boolean(
        "allowSenseless", NetworkStack::GetSenselessHelp(), scenario.stack.allowSenseless);
    section.Finish();
    const auto original = NetworkStack::Find(name);
    scenario.changed = settings.size() != original->settings.size() ||
                       scenario.stack.marker != original->marker ||
                       scenario.stack.bufferPolicy != original->bufferPolicy ||
                       scenario.stack.upDownRouting || section.Has("loadBalancing");
    return scenario;
}

} // namespace ns3::experiment
