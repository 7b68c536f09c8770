/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-scenario.h"

#include "experiment-attribute-check.h"
#include "experiment-attribute-section.h"
#include "experiment-program-options.h"
#include "experiment-quantity.h"
#include "experiment-scenario-json.h"

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
    return WriteScenarioJson(*this);
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
