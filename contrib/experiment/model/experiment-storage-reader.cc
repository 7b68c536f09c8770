/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-storage-reader.h"

#include "experiment-quantity.h"
#include "experiment-rank-reader.h"

#include <algorithm>

namespace ns3::experiment
{

namespace
{

constexpr uint32_t ROCE_CLASS = 3;        ///< what everything else is in
constexpr uint32_t CNP_CLASS = 6;         ///< from here on classes are those of the network itself
constexpr uint32_t MOST_STEPS = 1U << 16; ///< more is a typing error

/** Read a rate of a medium. @return bytes/s; 0 if the key is not there */
double
ReadRate(YamlSection& section, const std::string& key, const std::string& help)
{
    DataRate rate(0);
    section.Rate(key, help, rate);
    return static_cast<double>(rate.GetBitRate()) / 8;
}

/** Read "input" and "checkpoint". */
void
ReadTraffic(YamlSection& section, workload::StorageOptions& options)
{
    YamlSection input = section.Section(
        "input", "Samples are read: by tensor rank 0 of first and last stage, before each step.");
    input.Size("bytesPerSample",
               "Bytes of a sample.",
               options.sampleBytes,
               1,
               uint64_t{1} << 40,
               YamlSection::REQUIRED);
    input.Integer(
        "prefetch", "Steps whose samples are read ahead.", options.prefetch, 0, MOST_STEPS);
    input.Finish();
    YamlSection checkpoint = section.Section(
        "checkpoint",
        "Parameters and the optimizer's state are written: once, by ranks that share the work as "
        "job.sharding says.");
    checkpoint.Integer("every",
                       "Steps from checkpoint to checkpoint.",
                       options.checkpointEvery,
                       1,
                       MOST_STEPS,
                       YamlSection::REQUIRED);
    checkpoint.Boolean("asynchronous",
                       "Only the copy of the state holds the step up; it is written while the next "
                       "steps run, and before the step of the next checkpoint begins.",
                       options.asynchronous);
    options.copyRate =
        ReadRate(checkpoint,
                 "copyRate",
                 "Asynchronous: rate at which a rank copies its state to the host's memory. "
                 "Default: it takes no time.");
    checkpoint.Finish();
    if (checkpoint.Has("copyRate") && !options.asynchronous)
    {
        checkpoint.Fail("copyRate", "only asynchronous checkpoints are copied");
    }
    if (section.IsPresent() && !input.IsPresent() && !checkpoint.IsPresent())
    {
        section.GetDiagnostics().Add(section.GetPosition(),
                                     "storage without traffic, expected input or checkpoint");
    }
}

/** @return value of the last setting of an attribute, or a default */
std::string
FindSetting(const NetworkStack& stack, const std::string& name, const std::string& defaultValue)
{
    std::string value = defaultValue;
    for (const auto& setting : stack.settings)
    {
        value = setting.name == name ? setting.value : value;
    }
    return value;
}

} // namespace

bool
StorageScenario::HasOwnClass() const
{
    return options.priority != ROCE_CLASS;
}

StorageScenario
ReadStorage(YamlSection& job)
{
    StorageScenario storage;
    auto& options = storage.options;
    options.priority = 4;
    options.chunkBytes = uint64_t{4} << 20;
    YamlSection section = job.Section("storage",
                                      "Storage that samples are read from and checkpoints are "
                                      "written to, in a class of its own.");
    section.TextList("servers",
                     "Names of servers of the cluster whose accelerators are the storage targets: "
                     "each with its NIC ports.",
                     storage.servers,
                     storage.serverPositions);
    storage.accelerators =
        ReadNumbers(section,
                    "accelerators",
                    "Instead: the accelerators of the cluster that are targets, such as 64-67.");
    storage.acceleratorsPosition = section.GetPosition("accelerators");
    section.Integer("stripes",
                    "Targets that what a rank reads or writes is spread over.",
                    options.stripes,
                    1,
                    workload::GptStorage::MOST_STRIPES);
    section.Size("chunk", "Largest message.", options.chunkBytes, 4096, uint64_t{1} << 30);
    options.readRate = ReadRate(
        section, "readRate", "Rate at which the medium of a target reads. Default: no limit.");
    options.writeRate =
        ReadRate(section, "writeRate", "Rate at which it writes. Default: no limit.");
    section.Integer("class",
                    "Class on the wire, as lossless as that of RoCE, 3; 3: no class of its own.",
                    options.priority,
                    0,
                    CNP_CLASS - 1);
    section.Integer("weight",
                    "Weight of the class in the schedulers of the switches (DWRR).",
                    storage.weight,
                    1,
                    255);
    section.Integer(
        "otherWeight", "Weight of each of the other classes there.", storage.otherWeight, 1, 255);
    ReadTraffic(section, options);
    section.Finish();
    storage.given = section.IsPresent();
    storage.position = section.GetPosition();
    if (!storage.given || section.IsDescribing())
    {
        return storage;
    }
    if (section.Has("servers") == section.Has("accelerators"))
    {
        section.Fail("servers", "expected one of servers and accelerators");
    }
    if (options.priority == ROCE_CLASS && (section.Has("weight") || section.Has("otherWeight")))
    {
        section.Fail("class", "class 3 has everything else too, expected another one for weights");
    }
    return storage;
}

void
FindTargets(const cluster::TopologyGraph& graph, StorageScenario& storage, Diagnostics& diagnostics)
{
    const auto accelerators = graph.GetAccelerators();
    for (std::size_t i = 0; i < storage.servers.size(); ++i)
    {
        const std::size_t before = storage.accelerators.size();
        for (uint32_t a = 0; a < accelerators.size(); ++a)
        {
            if (graph.GetVertex(accelerators[a].server).name == storage.servers[i])
            {
                storage.accelerators.push_back(a);
            }
        }
        if (storage.accelerators.size() == before)
        {
            diagnostics.Add(storage.serverPositions[i],
                            "there is no server " + Quote(storage.servers[i]) +
                                " with accelerators in the cluster");
        }
    }
    const Position& where =
        storage.servers.empty() ? storage.acceleratorsPosition : storage.position;
    auto sorted = storage.accelerators;
    std::sort(sorted.begin(), sorted.end());
    if (const auto twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end())
    {
        diagnostics.Add(where, "target " + std::to_string(*twice) + " stands there twice");
    }
    if (!sorted.empty() && sorted.back() >= accelerators.size())
    {
        diagnostics.Add(where,
                        "accelerator " + std::to_string(sorted.back()) +
                            " is not one of the cluster's, 0 to " +
                            std::to_string(accelerators.size() - 1));
    }
    storage.options.targets = static_cast<uint32_t>(storage.accelerators.size());
    for (const auto& problem : storage.options.Check())
    {
        diagnostics.Add(storage.position, problem + " targets");
    }
}

void
AddStorageClass(const StorageScenario& storage, NetworkStack& stack)
{
    const uint32_t priority = storage.options.priority;
    if (!storage.HasOwnClass())
    {
        return;
    }
    for (const char* type : {"DynamicThreshold", "SonicBuffer"})
    {
        const std::string name = std::string("ns3::fabric::") + type + "::LosslessClasses";
        uint32_t classes = std::stoul(FindSetting(stack, name, std::to_string(1U << ROCE_CLASS)));
        if (classes & (1U << ROCE_CLASS))
        {
            classes |= 1U << priority;
        }
        stack.settings.push_back({name, std::to_string(classes)});
    }
    std::string weights;
    for (uint32_t c = 0; c < fabric::N_CLASSES; ++c)
    {
        const uint32_t weight = c >= CNP_CLASS  ? 0
                                : c == priority ? storage.weight
                                                : storage.otherWeight;
        weights += (c == 0 ? "" : ",") + std::to_string(weight);
    }
    stack.settings.push_back({"ns3::fabric::DwrrScheduler::Weights", weights});
}

} // namespace ns3::experiment
