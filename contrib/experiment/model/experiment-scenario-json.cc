/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-scenario-json.h"

#include "experiment-json-writer.h"
#include "experiment-quantity.h"

#include <algorithm>
#include <sstream>

namespace ns3::experiment
{

namespace
{

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

std::string
WriteScenarioJson(const Scenario& scenario)
{
    std::ostringstream out;
    JsonWriter json(out);
    json.BeginObject();
    json.Field("name", scenario.name);
    json.Field("seed", scenario.seed);
    WriteCluster(json, scenario.cluster);
    json.BeginObject("network");
    json.Field("stack", scenario.network.stack.name);
    json.Field("marker", scenario.network.stack.marker);
    json.Field("loadBalancer", scenario.network.loadBalancer);
    json.Field("routeController", scenario.network.stack.routeController);
    json.Field("trafficEngineer", scenario.network.stack.trafficEngineer);
    WriteSettings(json, "settings", scenario.network.stack.settings);
    json.EndObject();
    WriteJob(json, scenario.job);
    if (!scenario.otherJobs.empty())
    {
        json.BeginArray("otherJobs");
        for (const auto& other : scenario.otherJobs)
        {
            json.BeginObject();
            json.Field("name", other.name);
            json.Field("arrival_ps", other.arrival.GetPicoSeconds());
            WriteJob(json, other);
            json.EndObject();
        }
        json.EndArray();
    }
    WriteSettings(json, "collectives", scenario.collectives);
    json.BeginArray("faults");
    for (const auto& fault : scenario.faultTexts)
    {
        json.Value(fault);
    }
    json.EndArray();
    json.BeginObject("record");
    json.Field("messages", scenario.record.messages);
    json.Field("sampleInterval_ps", scenario.record.sampleInterval.GetPicoSeconds());
    json.EndObject();
    WriteSettings(json, "attributes", scenario.attributes);
    json.EndObject();
    return out.str();
}

} // namespace ns3::experiment
