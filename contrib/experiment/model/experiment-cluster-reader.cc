/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-cluster-reader.h"

#include "experiment-attribute-section.h"
#include "experiment-quantity.h"
#include "experiment-suggestion.h"

#include "ns3/cluster-topology-generator.h"
#include "ns3/cluster-topology-reader.h"
#include "ns3/cluster-topology-spec.h"
#include "ns3/string.h"

#include <filesystem>
#include <optional>

namespace ns3::experiment
{

namespace
{

using cluster::TopologyError;
using cluster::TopologyGraph;

/** Reports errors of a topology that has no positions of its own. */
void
AddErrors(const std::vector<TopologyError>& errors, const Position& where, Diagnostics& diagnostics)
{
    for (const auto& error : errors)
    {
        Position position = where;
        if (error.position.line > 0)
        {
            position.line = error.position.line;
            position.column = error.position.column;
        }
        diagnostics.Add(position, error.message);
    }
}

/** Set attributes of a generator from the keys of a section. */
void
ReadParameters(YamlSection& section, const Ptr<cluster::TopologyGenerator>& generator)
{
    for (const auto& setting : ReadAttributeKeys(
             section, generator->GetInstanceTypeId(), cluster::TopologyGenerator::GetTypeId()))
    {
        generator->SetAttribute(setting.name.substr(setting.name.rfind(':') + 1),
                                StringValue(setting.value));
    }
}

/** @return the names of generators, separated by commas */
std::string
GeneratorNames()
{
    std::string names;
    for (const auto& name : cluster::GetTopologyNames())
    {
        names += (names.empty() ? "" : ", ") + name;
    }
    return names;
}

/** Read a mapping with "generator". */
void
ReadGenerated(YamlSection& section, ClusterScenario& scenario)
{
    std::string name;
    section.Choice("generator",
                   "The regular topology to generate. Its parameters are further keys of cluster.",
                   name,
                   cluster::GetTopologyNames(),
                   YamlSection::REQUIRED);
    if (section.IsDescribing())
    {
        return; // DescribeGenerators does the rest
    }
    if (name.empty())
    {
        return;
    }
    const std::size_t before = section.GetDiagnostics().GetN();
    std::vector<TopologyError> errors;
    const auto generator = cluster::CreateTopologyGenerator(name, errors);
    ReadParameters(section, generator);
    section.Finish();
    if (section.GetDiagnostics().GetN() > before)
    {
        return;
    }
    scenario.description = name;
    if (auto graph = generator->Generate(errors))
    {
        scenario.graph = std::move(*graph);
    }
    AddErrors(errors, section.GetPosition(), section.GetDiagnostics());
}

/** A server, while its links are still to come. */
struct ExplicitServer
{
    uint32_t vertex{0};       ///< its vertex
    uint32_t accelerators{1}; ///< how many it has
    Position position;        ///< where it was written
};

/** @return a position as the graph keeps it */
cluster::SourcePosition
ToSource(const Position& position)
{
    return {position.line, position.column};
}

/** Read one element of "servers". */
ExplicitServer
ReadServer(YamlSection& element, TopologyGraph& graph)
{
    std::string name;
    ExplicitServer server;
    DataRate rate(2'400'000'000'000);
    Time latency = NanoSeconds(500);
    element.Text("name", "Name of the server, unique.", name, YamlSection::REQUIRED);
    element.Integer(
        "accelerators",
        "Accelerators in the server. With A accelerators and N links, accelerator i uses "
        "the links from i N/A to (i+1) N/A - 1, or shares link i N/A if A > N.",
        server.accelerators,
        1,
        1024);
    element.Rate("scaleUpRate",
                 "Rate of an accelerator's port into the scale-up domain, each direction.",
                 rate);
    element.Duration("scaleUpLatency", "One-way latency through the scale-up domain.", latency);
    if (!element.IsDescribing())
    {
        server.position = element.GetPosition();
        server.vertex = graph.AddServer(name, ToSource(server.position));
        graph.SetScaleUp(server.vertex, {rate.GetBitRate(), latency.GetPicoSeconds()});
    }
    return server;
}

/** Read one element of "switches". */
void
ReadSwitch(YamlSection& element, TopologyGraph& graph)
{
    std::string name;
    uint32_t tier = 1;
    element.Text("name", "Name of the switch, unique.", name, YamlSection::REQUIRED);
    element.Integer("tier", "Distance from the servers: 1 for a leaf.", tier, 1, 16);
    if (!element.IsDescribing())
    {
        graph.AddSwitch(name, tier, TopologyGraph::NONE, ToSource(element.GetPosition()));
    }
}

/** @return names of all vertices */
std::vector<std::string>
NamesOf(const TopologyGraph& graph)
{
    std::vector<std::string> names;
    for (const auto& vertex : graph.GetVertices())
    {
        names.push_back(vertex.name);
    }
    return names;
}

/** Read one element of "links". */
void
ReadLink(YamlSection& element, TopologyGraph& graph)
{
    std::string from;
    std::string to;
    DataRate rate(400'000'000'000);
    Time delay = MicroSeconds(1);
    uint32_t count = 1;
    TopologyGraph::LinkProperties link;
    element.Text("from", "Name of a server or switch.", from, YamlSection::REQUIRED);
    element.Text("to", "Name of another server or switch.", to, YamlSection::REQUIRED);
    element.Rate("rate", "Rate of the link.", rate);
    element.Duration("delay", "Propagation delay, 5 ns/m of cable.", delay);
    element.Real("lossRate", "Probability that a frame is lost on the cable.", link.lossRate, 0, 1);
    element.Integer("count", "Number of such links.", count, 1, 1024);
    if (element.IsDescribing())
    {
        return;
    }
    link.bitRate = rate.GetBitRate();
    link.delay = delay.GetPicoSeconds();
    bool known = true;
    for (const auto& [key, name] : {std::pair{"from", from}, std::pair{"to", to}})
    {
        const bool found = graph.Find(name) != TopologyGraph::NONE;
        if (!name.empty() && !found)
        {
            element.Fail(key,
                         "there is no server or switch " + Quote(name) + "; " +
                             Suggest(name, NamesOf(graph)));
        }
        known = known && found;
    }
    for (uint32_t i = 0; known && i < count; ++i)
    {
        graph.AddLink(
            graph.Find(from), graph.Find(to), link, ToSource(element.GetPosition("from")));
    }
}

/** Give each accelerator of a server its links. */
void
AssignPorts(const ExplicitServer& server, TopologyGraph& graph, Diagnostics& diagnostics)
{
    const auto ports = static_cast<uint32_t>(graph.GetVertices()[server.vertex].edges.size());
    const uint32_t n = server.accelerators;
    if (ports == 0)
    {
        return; // TopologyGraph::Validate reports servers without a link
    }
    if (ports % n != 0 && n % ports != 0)
    {
        diagnostics.Add(server.position,
                        "server " + Quote(graph.GetVertices()[server.vertex].name) + " has " +
                            std::to_string(n) + " accelerators and " + std::to_string(ports) +
                            " links, expected one number to divide the other");
        return;
    }
    for (uint32_t i = 0; i < n; ++i)
    {
        std::vector<uint32_t> own;
        for (uint32_t port = i * ports / n; port < std::max((i + 1) * ports / n, i * ports / n + 1);
             ++port)
        {
            own.push_back(port);
        }
        graph.AddAccelerator(server.vertex, own);
    }
}

/** Read a mapping with "servers", "switches" and "links". */
void
ReadExplicit(YamlSection& section, ClusterScenario& scenario)
{
    const std::size_t before = section.GetDiagnostics().GetN();
    TopologyGraph graph;
    std::vector<ExplicitServer> servers;
    section.List(
        "servers",
        "The servers, instead of a generator.",
        [&graph, &servers](YamlSection& element) { servers.push_back(ReadServer(element, graph)); },
        YamlSection::REQUIRED);
    section.List("switches",
                 "The switches.",
                 [&graph](YamlSection& element) { ReadSwitch(element, graph); });
    section.List(
        "links",
        "The cables.",
        [&graph](YamlSection& element) { ReadLink(element, graph); },
        YamlSection::REQUIRED);
    if (section.IsDescribing())
    {
        return;
    }
    section.Finish();
    for (const auto& server : servers)
    {
        AssignPorts(server, graph, section.GetDiagnostics());
    }
    if (section.GetDiagnostics().GetN() > before)
    {
        return;
    }
    AddErrors(graph.Validate(), section.GetPosition(), section.GetDiagnostics());
    scenario.description = "explicit graph";
    scenario.graph = std::move(graph);
}

void ReadClusterSection(YamlSection& section,
                        const std::string& directory,
                        ClusterScenario& scenario,
                        bool included);

/** Read a file that holds the cluster. @param name as the user wrote it, at a place */
void
ReadFromFile(const std::string& name,
             const Position& where,
             const std::string& directory,
             ClusterScenario& scenario,
             Diagnostics& diagnostics)
{
    const auto path = (std::filesystem::path(directory) / name).lexically_normal();
    std::error_code code;
    if (!std::filesystem::is_regular_file(path, code))
    {
        diagnostics.Add(where,
                        "there is no file " + Quote(path.string()) +
                            ", expected a cluster (.yaml), a topology file of the HPCC family, or "
                            "a topology such as fat-tree:k=8 (known: " +
                            GeneratorNames() + ")");
        return;
    }
    const std::string extension = path.extension().string();
    if (extension == ".yaml" || extension == ".yml" || extension == ".json")
    {
        if (const auto node = ReadYamlFile(path.string(), path.string(), diagnostics))
        {
            YamlSection section(node.get(), "", diagnostics);
            if (section.IsPresent())
            {
                ReadClusterSection(section, path.parent_path().string(), scenario, true);
            }
        }
        return;
    }
    std::vector<TopologyError> errors;
    if (auto graph = cluster::TopologyReader::ReadFile(path.string(), errors))
    {
        scenario.graph = std::move(*graph);
    }
    scenario.description = path.string();
    AddErrors(errors, {path.string(), 0, 0}, diagnostics);
}

/** Read the mapping of a cluster, in the scenario or in a file of its own. */
void
ReadClusterSection(YamlSection& section,
                   const std::string& directory,
                   ClusterScenario& scenario,
                   bool included)
{
    if (section.IsDescribing() || section.Has("generator"))
    {
        ReadGenerated(section, scenario);
    }
    if (section.IsDescribing() || section.Has("file"))
    {
        std::string file;
        section.Text("file",
                     "Instead of a generator: a file that describes the cluster, relative to this "
                     "one. YAML (.yaml, .yml, .json) with the keys of cluster, else a topology.txt "
                     "of the HPCC family or SimAI.",
                     file);
        if (!file.empty() && included)
        {
            section.Fail("file", "a file named by another file cannot name a third");
        }
        else if (!file.empty())
        {
            ReadFromFile(
                file, section.GetPosition("file"), directory, scenario, section.GetDiagnostics());
        }
        if (!section.IsDescribing())
        {
            section.Finish();
        }
    }
    if (section.IsDescribing() || section.Has("servers") || section.Has("links"))
    {
        if (section.IsDescribing() || !section.Has("generator"))
        {
            ReadExplicit(section, scenario);
        }
    }
    else if (!section.Has("generator") && !section.Has("file"))
    {
        section.GetDiagnostics().Add(section.GetPosition(),
                                     "cluster says nothing of its topology, expected one of the "
                                     "keys generator, file, servers");
    }
}

/** Describe the parameters of all generators. */
void
DescribeGenerators(YamlSection& root, YamlSection& section)
{
    for (const auto& name : cluster::GetTopologyNames())
    {
        std::vector<TopologyError> errors;
        root.Describe({"cluster", "generator: " + name, "", ""});
        ReadParameters(section, cluster::CreateTopologyGenerator(name, errors));
    }
}

} // namespace

ClusterScenario
ReadCluster(YamlSection& root, const std::string& directory)
{
    ClusterScenario scenario;
    Diagnostics& diagnostics = root.GetDiagnostics();
    const YamlNode* node = root.IsDescribing() ? nullptr : root.Get("cluster");
    if (node && node->kind == YamlNode::Kind::SCALAR)
    {
        scenario.position = node->position;
        if (!cluster::IsTopologySpec(node->text))
        {
            ReadFromFile(node->text, node->position, directory, scenario, diagnostics);
            return scenario;
        }
        std::vector<TopologyError> errors;
        if (auto graph = cluster::GenerateTopology(node->text, errors))
        {
            scenario.graph = std::move(*graph);
        }
        scenario.description = node->text;
        for (const auto& error : errors)
        {
            Position position = node->position;
            position.column += error.position.column > 0 ? error.position.column - 1 : 0;
            diagnostics.Add(position, error.message);
        }
        return scenario;
    }
    YamlSection section = root.Section(
        "cluster",
        "The machines and the network between them. A text instead of a mapping is the name of a "
        "file (see cluster.file), or a generator with its parameters: fat-tree:k=8,rate=400Gbps.",
        YamlSection::REQUIRED);
    scenario.position = section.GetPosition();
    if (section.IsPresent() || section.IsDescribing())
    {
        ReadClusterSection(section, directory, scenario, false);
    }
    if (root.IsDescribing())
    {
        DescribeGenerators(root, section);
    }
    return scenario;
}

} // namespace ns3::experiment
