/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-scenario.h"

#include "experiment-attribute-check.h"
#include "experiment-attribute-section.h"
#include "experiment-json-writer.h"
#include "experiment-program-options.h"
#include "experiment-quantity.h"

#include "ns3/collective-engine.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

namespace ns3::experiment
{

namespace
{

/** Read "attributes". */
void
ReadAttributes(YamlSection& root, std::vector<AttributeSetting>& settings)
{
    root.Describe(
        {"attributes",
         "a mapping of ns3::Type::Attribute to value",
         "",
         "Defaults of attributes of any class of ns-3 or Weft, for what has no key of its "
         "own. They win over what the other keys set. Values are checked as the attribute "
         "asks. --PrintAttributes=ns3::Type lists what there is."});
    const YamlNode* node = root.Get("attributes");
    if (!node)
    {
        return;
    }
    if (node->kind != YamlNode::Kind::MAPPING)
    {
        root.Fail("attributes", node->Describe() + ", expected ns3::Type::Attribute: value");
        return;
    }
    for (const auto& entry : node->entries)
    {
        if (entry.value.kind != YamlNode::Kind::SCALAR)
        {
            root.GetDiagnostics().Add(entry.value.position,
                                      entry.value.Describe() + ", expected a value for " +
                                          entry.key);
            continue;
        }
        const std::string error = CheckAttributeDefault(entry.key, entry.value.text);
        if (!error.empty())
        {
            root.GetDiagnostics().Add(entry.position, error);
        }
        settings.push_back({entry.key, entry.value.text});
    }
}

/** Read "faults". */
void
ReadFaults(YamlSection& root, Scenario& scenario)
{
    std::vector<Position> positions;
    root.TextList("faults",
                  "What goes wrong, as KIND:parameter=value,...; --help of flows lists the kinds.",
                  scenario.faultTexts,
                  positions);
    if (!root.GetDiagnostics().IsEmpty())
    {
        return; // there may be no cluster to compare with
    }
    for (std::size_t i = 0; i < scenario.faultTexts.size(); ++i)
    {
        std::vector<cluster::TopologyError> errors;
        if (const auto fault =
                cluster::CreateFault(scenario.faultTexts[i], scenario.cluster.graph, errors))
        {
            scenario.faults.push_back(fault);
        }
        for (const auto& error : errors)
        {
            root.GetDiagnostics().Add(positions[i], "fault: " + error.message);
        }
    }
}

/** Read "record". */
void
ReadRecord(YamlSection& root, RecordScenario& record)
{
    YamlSection section =
        root.Section("record", "What to record besides the tables that are always there.");
    section.Boolean("messages",
                    "A row for each message between accelerators (table message).",
                    record.messages);
    section.Duration("sampleInterval",
                     "Distance of samples of every switch port (table port_sample); 0 for none.",
                     record.sampleInterval);
    section.Finish();
    if (record.sampleInterval > Time(0) && record.sampleInterval < NanoSeconds(100))
    {
        section.Fail("sampleInterval",
                     "'" + FormatTime(record.sampleInterval) +
                         "' is out of range, expected 0 or a time from 100ns");
    }
}

/** Report accelerators that do not exist. */
void
CheckRanks(const Scenario& scenario, const JobScenario& job, Diagnostics& diagnostics)
{
    const uint32_t n = scenario.cluster.graph.GetNAccelerators();
    const auto check = [&](const std::vector<uint32_t>& accelerators, const Position& position)
    {
        const auto most = std::max_element(accelerators.begin(), accelerators.end());
        if (most != accelerators.end() && *most >= n)
        {
            diagnostics.Add(position,
                            "accelerator " + std::to_string(*most) +
                                " is not one of the cluster's, 0 to " + std::to_string(n - 1));
        }
    };
    check(job.placement.accelerators, job.placement.position);
    for (const auto accelerator : job.placement.accelerators)
    {
        const auto& targets = job.storage.accelerators;
        if (std::find(targets.begin(), targets.end(), accelerator) != targets.end())
        {
            diagnostics.Add(job.placement.position,
                            "accelerator " + std::to_string(accelerator) + " is storage");
        }
    }
    for (const auto& straggler : job.computation.stragglers)
    {
        check(straggler.accelerators, straggler.position);
    }
}

/** Report what does not fit together. */
void
CrossCheck(const Scenario& scenario, const JobScenario& job, Diagnostics& diagnostics)
{
    CheckRanks(scenario, job, diagnostics);
    if (job.trace)
    {
        return; // what a trace needs is known when it is read
    }
    const uint64_t ranks = job.parallelism.GetNRanks();
    const uint64_t accelerators =
        scenario.cluster.graph.GetNAccelerators() - scenario.GetTargets().size();
    const auto& split = job.parallelism;
    const auto& placement = job.placement;
    if (placement.given ? ranks > accelerators : ranks != accelerators)
    {
        diagnostics.Add(job.parallelismPosition,
                        (split.context > 1 ? "tensor x pipeline x data x context = "
                                           : "tensor x pipeline x data = ") +
                            std::to_string(split.tensor) + " x " + std::to_string(split.pipeline) +
                            " x " + std::to_string(split.data) +
                            (split.context > 1 ? " x " + std::to_string(split.context) : "") +
                            " = " + std::to_string(ranks) +
                            (placement.given ? ", expected at most the " : ", expected the ") +
                            std::to_string(accelerators) + " accelerators of the cluster" +
                            (scenario.GetTargets().empty() ? "" : " that are no storage"));
    }
}

/** Read a scenario, or describe one. */
void
ReadRoot(YamlSection& root, const std::string& directory, Scenario& scenario)
{
    root.Text(
        "name", "Name of the scenario, for people to read. Default: the file.", scenario.name);
    root.Integer("seed",
                 "Seed of all random numbers; the option --seed wins.",
                 scenario.seed,
                 1,
                 ProgramOptions::LARGEST_SEED);
    scenario.cluster = ReadCluster(root, directory);
    scenario.network = ReadNetwork(root);
    scenario.job = ReadJob(root, directory);
    if (auto jobs = ReadJobs(root, directory); !jobs.empty())
    {
        scenario.job = jobs.front();
        scenario.otherJobs.assign(jobs.begin() + 1, jobs.end());
    }
    for (auto* const job : scenario.GetJobs())
    {
        if (job->storage.given)
        {
            FindTargets(scenario.cluster.graph, job->storage, root.GetDiagnostics());
            AddStorageClass(job->storage, scenario.network.stack);
        }
    }
    YamlSection collectives = root.Section("collectives", "Algorithms and costs of collectives.");
    scenario.collectives = ReadAttributeKeys(collectives,
                                             collective::CollectiveEngine::GetTypeId(),
                                             collective::CollectiveEngine::GetTypeId());
    collectives.Finish();
    ReadFaults(root, scenario);
    ReadRecord(root, scenario.record);
    ReadAttributes(root, scenario.attributes);
    root.Finish();
}

/** Write settings of attributes. */
void
WriteSettings(JsonWriter& json,
              const std::string& key,
              const std::vector<AttributeSetting>& settings)
{
    json.BeginObject(key);
    for (const auto& setting : settings)
    {
        json.Field(setting.name, setting.value);
    }
    json.EndObject();
}

/** Write the dimensions of the model. */
void
WriteShape(JsonWriter& json, const workload::ModelShape& shape)
{
    json.BeginObject("model");
    json.Field("name", shape.name);
    json.Field("hidden", shape.hidden);
    json.Field("layers", shape.layers);
    json.Field("heads", shape.heads);
    json.Field("kvHeads", shape.kvHeads);
    json.Field("ffn", shape.ffn);
    json.Field("vocabulary", shape.vocabulary);
    json.Field("sequence", shape.sequence);
    json.Field("gatedMlp", shape.gatedMlp);
    json.Field("biases", shape.biases);
    json.Field("learnedPositions", shape.learnedPositions);
    json.Field("tiedEmbeddings", shape.tiedEmbeddings);
    json.BeginObject("mixture");
    json.Field("experts", shape.moe.experts);
    json.Field("topK", shape.moe.topK);
    json.Field("ffn", shape.moe.ffn);
    json.Field("shared", shape.moe.shared);
    json.Field("denseLayers", shape.moe.denseLayers);
    json.Field("routerBias", shape.moe.routerBias);
    json.Field("groups", shape.moe.groups);
    json.Field("topGroups", shape.moe.topGroups);
    json.EndObject();
    json.BeginObject("latentAttention");
    json.Field("queryRank", shape.latent.queryRank);
    json.Field("kvRank", shape.latent.kvRank);
    json.Field("keyWidth", shape.latent.keyWidth);
    json.Field("ropeWidth", shape.latent.ropeWidth);
    json.Field("valueWidth", shape.latent.valueWidth);
    json.EndObject();
    json.EndObject();
}

/** Write which experts tokens choose. */
void
WritePopularity(JsonWriter& json, const workload::ExpertPopularity& popularity)
{
    using Popularity = workload::ExpertPopularity;
    if (popularity.kind == Popularity::EVEN)
    {
        return;
    }
    json.BeginObject("routing");
    json.Field("kind",
               popularity.kind == Popularity::RANDOM ? "random"
               : popularity.kind == Popularity::ZIPF ? "zipf"
                                                     : "table");
    if (popularity.kind == Popularity::ZIPF)
    {
        json.Field("exponent", popularity.exponent);
    }
    for (const auto& [layer, weights] : popularity.table)
    {
        const bool isAny = layer == Popularity::ANY_LAYER;
        json.BeginArray(isAny ? "other layers" : "layer " + std::to_string(layer));
        for (const auto weight : weights)
        {
            json.Value(std::max(weight, 0.0));
        }
        json.EndArray();
    }
    json.EndObject();
}

/** Write where ranks are, and what makes their computations longer. */
void
WriteRanks(JsonWriter& json, const JobScenario& job)
{
    if (job.placement.given)
    {
        json.BeginObject("placement");
        if (job.placement.accelerators.empty())
        {
            json.Field("policy",
                       workload::GetPlacementNames()[static_cast<uint8_t>(job.placement.policy)]);
        }
        json.BeginArray("accelerators");
        for (const auto accelerator : job.placement.accelerators)
        {
            json.Value(accelerator);
        }
        json.EndArray();
        json.EndObject();
    }
    const auto& computation = job.computation;
    json.BeginObject("computation");
    json.Field("launchLatency_ps", computation.launchLatency.GetPicoSeconds());
    json.Field("deviation", computation.deviation);
    json.Field("sharingSlowdown", computation.sharingSlowdown);
    json.BeginArray("stragglers");
    for (const auto& straggler : computation.stragglers)
    {
        json.BeginObject();
        json.Field("slowdown", straggler.slowdown);
        json.Field("random", straggler.random);
        json.BeginArray("accelerators");
        for (const auto accelerator : straggler.accelerators)
        {
            json.Value(accelerator);
        }
        json.EndArray();
        json.EndObject();
    }
    json.EndArray();
    json.EndObject();
}

/** Write what a job reads and writes. */
void
WriteStorage(JsonWriter& json, const StorageScenario& storage)
{
    if (!storage.given)
    {
        return;
    }
    const auto& options = storage.options;
    json.BeginObject("storage");
    json.BeginArray("accelerators");
    for (const auto accelerator : storage.accelerators)
    {
        json.Value(accelerator);
    }
    json.EndArray();
    json.Field("stripes", options.stripes);
    json.Field("chunkBytes", options.chunkBytes);
    json.Field("readRate", options.readRate);
    json.Field("writeRate", options.writeRate);
    json.Field("bytesPerSample", options.sampleBytes);
    json.Field("prefetch", options.prefetch);
    json.Field("checkpointEvery", options.checkpointEvery);
    json.Field("asynchronous", options.asynchronous);
    json.Field("copyRate", options.copyRate);
    json.Field("class", uint32_t{options.priority});
    json.EndObject();
}

/** Write the job. */
void
WriteJob(JsonWriter& json, const JobScenario& job)
{
    json.BeginObject("job");
    if (job.arrival > Time(0))
    {
        json.Field("arrival_ps", job.arrival.GetPicoSeconds());
    }
    WriteRanks(json, job);
    json.Field("steps", job.steps);
    json.Field("warmUpSteps", job.warmUpSteps);
    json.Field("timesSource", job.timesSource);
    if (job.trace)
    {
        json.Field("trace", job.trace->source);
        json.Field("repairSequenceParallel", job.trace->options.repairSequenceParallel);
        json.Field("replicas", job.trace->scaling.replicas);
        json.EndObject();
        return;
    }
    WriteShape(json, job.shape);
    const auto& split = job.parallelism;
    json.BeginObject("parallelism");
    json.Field("tensor", split.tensor);
    json.Field("pipeline", split.pipeline);
    json.Field("data", split.data);
    json.Field("context", split.context);
    json.Field("expert", split.expert);
    json.Field("expertRelay", split.expertRelay);
    json.Field("sequenceParallel", split.sequenceParallel);
    json.Field("recompute", split.recompute);
    json.Field("scatterGather", split.scatterGather);
    json.EndObject();
    WritePopularity(json, job.popularity);
    json.Field("microBatch", split.microBatch);
    json.Field("globalBatch", split.globalBatch);
    json.BeginObject("accelerator");
    json.Field("name", job.accelerator.name);
    json.Field("peakFlops", job.accelerator.peakFlops);
    json.Field("memoryRate", job.accelerator.memoryRate);
    json.Field("memoryBytes", job.accelerator.memoryBytes);
    json.EndObject();
    json.BeginObject("times_ps");
    for (const auto& [name, part] : {std::pair{"embedding", &job.times.embedding},
                                     std::pair{"attention", &job.times.attention},
                                     std::pair{"mlp", &job.times.mlp},
                                     std::pair{"experts", &job.times.experts},
                                     std::pair{"output", &job.times.output}})
    {
        json.BeginArray(name);
        json.Value(part->forward);
        json.Value(part->inputGradient);
        json.Value(part->weightGradient);
        json.EndArray();
    }
    json.Field("optimizer", job.times.optimizer);
    json.EndObject();
    WriteSettings(json, "options", job.settings);
    WriteStorage(json, job.storage);
    json.EndObject();
}

/** Write the graph of the cluster: servers, switches and links, in full. */
void
WriteCluster(JsonWriter& json, const ClusterScenario& scenario)
{
    const auto& graph = scenario.graph;
    json.BeginObject("cluster");
    json.Field("description", scenario.description);
    json.BeginArray("servers");
    for (const auto& vertex : graph.GetVertices())
    {
        if (vertex.kind == cluster::TopologyGraph::Kind::SERVER)
        {
            json.Value(vertex.name + " accelerators=" + std::to_string(vertex.accelerators.size()) +
                       " scaleUpRate=" + std::to_string(vertex.scaleUp.bitRate) +
                       "bps scaleUpLatency=" + std::to_string(vertex.scaleUp.latency) + "ps");
        }
    }
    json.EndArray();
    json.BeginArray("switches");
    for (const auto& vertex : graph.GetVertices())
    {
        if (vertex.kind == cluster::TopologyGraph::Kind::SWITCH)
        {
            json.Value(vertex.name + " tier=" + std::to_string(vertex.tier));
        }
    }
    json.EndArray();
    json.BeginArray("links");
    for (const auto& edge : graph.GetEdges())
    {
        json.Value(graph.GetVertices()[edge.a.vertex].name + " " +
                   graph.GetVertices()[edge.b.vertex].name +
                   " rate=" + std::to_string(edge.link.bitRate) +
                   "bps delay=" + std::to_string(edge.link.delay) +
                   "ps lossRate=" + FormatReal(edge.link.lossRate));
    }
    json.EndArray();
    json.EndObject();
}

} // namespace

std::vector<JobScenario*>
Scenario::GetJobs()
{
    std::vector<JobScenario*> jobs{&job};
    for (auto& other : otherJobs)
    {
        jobs.push_back(&other);
    }
    return jobs;
}

std::vector<uint32_t>
Scenario::GetTargets() const
{
    auto targets = job.storage.accelerators;
    for (const auto& other : otherJobs)
    {
        const auto& more = other.storage.accelerators;
        targets.insert(targets.end(), more.begin(), more.end());
    }
    std::sort(targets.begin(), targets.end());
    targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
    return targets;
}

bool
Scenario::HasStorageClass() const
{
    const auto hasClass = [](const JobScenario& job)
    { return job.storage.given && job.storage.HasOwnClass(); };
    return hasClass(job) || std::any_of(otherJobs.begin(), otherJobs.end(), hasClass);
}

std::string
Scenario::ToJson() const
{
    std::ostringstream out;
    JsonWriter json(out);
    json.BeginObject();
    json.Field("name", name);
    json.Field("seed", seed);
    WriteCluster(json, cluster);
    json.BeginObject("network");
    json.Field("stack", network.stack.name);
    json.Field("marker", network.stack.marker);
    json.Field("loadBalancer", network.loadBalancer);
    json.Field("routeController", network.stack.routeController);
    json.Field("trafficEngineer", network.stack.trafficEngineer);
    WriteSettings(json, "settings", network.stack.settings);
    json.EndObject();
    WriteJob(json, job);
    if (!otherJobs.empty())
    {
        json.BeginArray("otherJobs");
        for (const auto& other : otherJobs)
        {
            json.BeginObject();
            json.Field("name", other.name);
            json.Field("arrival_ps", other.arrival.GetPicoSeconds());
            WriteJob(json, other);
            json.EndObject();
        }
        json.EndArray();
    }
    WriteSettings(json, "collectives", collectives);
    json.BeginArray("faults");
    for (const auto& fault : faultTexts)
    {
        json.Value(fault);
    }
    json.EndArray();
    json.BeginObject("record");
    json.Field("messages", record.messages);
    json.Field("sampleInterval_ps", record.sampleInterval.GetPicoSeconds());
    json.EndObject();
    WriteSettings(json, "attributes", attributes);
    json.EndObject();
    return out.str();
}

std::optional<Scenario>
ReadScenario(const std::string& path, Diagnostics& diagnostics)
{
    const auto node = ReadYamlFile(path, path, diagnostics);
    if (!node)
    {
        return std::nullopt;
    }
    YamlSection root(node.get(), "", diagnostics);
    if (!root.IsPresent())
    {
        return std::nullopt;
    }
    Scenario scenario;
    scenario.file = path;
    scenario.name = std::filesystem::path(path).stem().string();
    ReadRoot(root, std::filesystem::path(path).parent_path().string(), scenario);
    if (diagnostics.IsEmpty())
    {
        CrossCheck(scenario, scenario.job, diagnostics);
        for (const auto& job : scenario.otherJobs)
        {
            CrossCheck(scenario, job, diagnostics);
        }
    }
    return diagnostics.IsEmpty() ? std::optional<Scenario>(std::move(scenario)) : std::nullopt;
}

std::vector<KeyDescription>
DescribeScenario()
{
    std::vector<KeyDescription> keys;
    Diagnostics diagnostics;
    Scenario scenario;
    YamlSection root(nullptr, "", diagnostics, &keys);
    ReadRoot(root, "", scenario);
    return keys;
}

std::string
WriteScenarioReference()
{
    std::ostringstream out;
    out << "# Scenario reference\n\n"
           "All keys of a scenario file, with what they may hold and their defaults. Made by\n"
           "`./weft run train --reference`; a test compares this file with the program.\n\n"
           "Quantities are texts with a unit. Rates: bps, kbps, Mbps, Gbps, Tbps and, in bytes, "
           "B/s\nto TB/s. Times: ps, ns, us, ms, s, min, h, d. Sizes: B, kB, MB, GB, TB (powers of "
           "1000)\nand KiB, MiB, GiB, TiB (powers of 1024).\n";
    bool inTable = false;
    for (const auto& key : DescribeScenario())
    {
        if (key.help.empty())
        {
            out << "\n### " << key.path << ", " << key.form << "\n";
            inTable = false;
            continue;
        }
        const bool isTop = key.path.find('.') == std::string::npos;
        if (isTop && (key.form == "a mapping" || key.path == "attributes"))
        {
            out << "\n## " << key.path << "\n\n" << key.help << "\n";
            inTable = false;
            continue;
        }
        if (!inTable)
        {
            out << "\n| key | what it holds | default | meaning |\n|---|---|---|---|\n";
            inTable = true;
        }
        out << "| `" << key.path << "` | " << key.form << " | "
            << (key.defaultText.empty() ? "" : "`" + key.defaultText + "`") << " | " << key.help
            << " |\n";
    }
    return out.str();
}

} // namespace ns3::experiment
