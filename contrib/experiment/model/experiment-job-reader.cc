/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-job-reader.h"

#include "experiment-attribute-section.h"
#include "experiment-model-reader.h"
#include "experiment-quantity.h"

#include "ns3/workload-gpt-job.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>

namespace ns3::experiment
{

namespace
{

constexpr uint32_t MANY = 1U << 24; ///< more of anything in a job is a typing error

/** Read "accelerator": the name of a preset, or figures. */
void
ReadAccelerator(YamlSection& job, workload::Accelerator& accelerator)
{
    const auto presets = workload::Accelerator::GetPresetNames();
    std::string preset;
    const YamlNode* node = job.IsDescribing() ? nullptr : job.Get("accelerator");
    if (!node || node->kind == YamlNode::Kind::SCALAR)
    {
        preset = "a100";
        if (!job.IsDescribing())
        {
            job.Choice("accelerator", "", preset, presets);
        }
        accelerator = workload::Accelerator::Preset(preset).value_or(workload::Accelerator());
    }
    if (!job.IsDescribing() && (!node || node->kind == YamlNode::Kind::SCALAR))
    {
        return;
    }
    YamlSection section = job.Section(
        "accelerator",
        "What each rank computes on. A text instead of a mapping is the name of a preset (default "
        "a100; see job.accelerator.preset).",
        YamlSection::OPTIONAL,
        "the name of an accelerator, or a mapping");
    section.Choice("preset",
                   "A published accelerator, whose figures the other keys may change.",
                   preset,
                   presets);
    accelerator = workload::Accelerator::Preset(preset).value_or(accelerator);
    section.Text("name", "Name, for people to read.", accelerator.name);
    section.Real("peakFlops",
                 "Dense FP16/BF16 matrix operations per second, without sparsity.",
                 accelerator.peakFlops,
                 1e6,
                 1e21);
    section.Real(
        "memoryRate", "Rate of its memory, bytes per second.", accelerator.memoryRate, 1e6, 1e18);
    section.Real("memoryBytes",
                 "Capacity of its memory, bytes; 0: not known, and not checked.",
                 accelerator.memoryBytes,
                 0,
                 1e15);
    section.Finish();
    if (section.IsPresent() && (accelerator.peakFlops <= 0 || accelerator.memoryRate <= 0))
    {
        job.Fail("accelerator", "expected a preset, or both peakFlops and memoryRate");
    }
}

/** Read the batch. */
void
ReadBatch(YamlSection& job, workload::Parallelism& parallelism)
{
    uint32_t microBatches = 1;
    job.Integer(
        "microBatch", "Samples in a micro-batch of one replica.", parallelism.microBatch, 1, MANY);
    job.Integer("microBatches",
                "Micro-batches of one replica in a step. Alternative to globalBatch.",
                microBatches,
                1,
                1U << 16);
    parallelism.globalBatch = 0;
    job.Integer("globalBatch",
                "Samples in a step of all replicas. Default: microBatch x microBatches x data.",
                parallelism.globalBatch,
                1,
                MANY);
    if (job.Has("globalBatch") && job.Has("microBatches"))
    {
        job.Fail("globalBatch",
                 "both globalBatch and microBatches are given, expected one of them");
    }
    const uint64_t product =
        uint64_t{parallelism.microBatch} * microBatches * uint64_t{parallelism.data};
    if (parallelism.globalBatch == 0)
    {
        if (product > MANY)
        {
            job.Fail("microBatches",
                     "the batch has " + std::to_string(product) + " samples, expected at most " +
                         std::to_string(MANY));
        }
        parallelism.globalBatch = static_cast<uint32_t>(std::min<uint64_t>(product, MANY));
    }
}

/** Read "parallelism" and the batch. */
void
ReadParallelism(YamlSection& job, JobScenario& scenario)
{
    auto& parallelism = scenario.parallelism;
    YamlSection section =
        job.Section("parallelism",
                    "How the job is spread over ranks. Rank r runs on accelerator "
                    "r; tensor ranks are numbered fastest, then context, then data, then "
                    "pipeline, as Megatron-LM does.",
                    YamlSection::REQUIRED);
    section.Integer("tensor", "Ranks that share each layer, T.", parallelism.tensor, 1, MANY);
    section.Integer("pipeline", "Pipeline stages, P.", parallelism.pipeline, 1, MANY);
    section.Integer("data",
                    "Replicas, D. T x P x D x C must be the number of accelerators.",
                    parallelism.data,
                    1,
                    MANY);
    section.Integer("context",
                    "Ranks that share out each sequence, C (ring attention).",
                    parallelism.context,
                    1,
                    MANY);
    section.Integer("expert",
                    "Ranks that share out the experts of a layer, E: consecutive ones of the T x C "
                    "x D ranks of a stage.",
                    parallelism.expert,
                    1,
                    MANY);
    section.Boolean("expertRelay",
                    "A token crosses once to each group of experts (mixture.groups; E / groups "
                    "ranks each) that it goes to, and is passed on inside, as in DeepSeek-V3.",
                    parallelism.expertRelay);
    section.Boolean("sequenceParallel",
                    "Tensor ranks share the norms too: Reduce-Scatter and All-Gather instead of "
                    "All-Reduce.",
                    parallelism.sequenceParallel);
    section.Boolean(
        "recompute", "Full activation recomputation in the backward pass.", parallelism.recompute);
    section.Boolean("scatterGather",
                    "Stages exchange 1/T of an activation per rank.",
                    parallelism.scatterGather);
    section.Finish();
    scenario.parallelismPosition = section.GetPosition();
    ReadBatch(job, parallelism);
}

/** Read "memory": what to do if the job does not fit. */
void
ReadMemoryCheck(YamlSection& job, JobScenario& scenario)
{
    const std::vector<std::string> names{"warn", "refuse", "ignore"};
    std::string name = names[0];
    job.Choice("memory",
               "What to do if parameters, gradients, optimizer and activations are more than the "
               "memory of an accelerator: warn, refuse to run, or ignore it.",
               name,
               names);
    scenario.memoryCheck = name == "refuse"   ? JobScenario::REFUSE
                           : name == "ignore" ? JobScenario::IGNORE
                                              : JobScenario::WARN;
}

/** Read "sharding": what replicas share out, by the name that frameworks have for it. */
void
ReadSharding(YamlSection& job, JobScenario& scenario)
{
    const std::vector<std::string> names{"none", "zero-1", "zero-2", "zero-3", "fsdp"};
    std::string name;
    job.Choice("sharding",
               "What the replicas share out: the optimizer's state (zero-1), gradients too "
               "(zero-2), parameters too (zero-3, which PyTorch calls fsdp). Another name for "
               "options.zeroStage. Default: none.",
               name,
               names);
    const auto at = std::find(names.begin(), names.end(), name);
    if (at == names.end())
    {
        return;
    }
    constexpr const char* attribute = "ns3::workload::GptJob::ZeroStage";
    for (const auto& setting : scenario.settings)
    {
        if (setting.name == attribute)
        {
            job.Fail("sharding",
                     "both sharding and options.zeroStage are given, expected one of them");
        }
    }
    scenario.settings.push_back(
        {attribute, std::to_string(std::min<std::ptrdiff_t>(3, at - names.begin()))});
}

/**
 * Open a file that a key names.
 *
 * @param section that has the key
 * @param key the key
 * @param file its value
 * @param directory what the file is relative to
 * @param [out] path the file with its directory
 * @return the open file; not open if it cannot be read, which was reported
 */
std::ifstream
OpenFile(YamlSection& section,
         const std::string& key,
         const std::string& file,
         const std::string& directory,
         std::string& path)
{
    path = (std::filesystem::path(directory) / file).lexically_normal().string();
    std::error_code code;
    std::ifstream in;
    if (std::filesystem::is_regular_file(path, code))
    {
        in.open(path);
    }
    if (!in.is_open())
    {
        section.Fail(key, "there is no file " + Quote(path));
    }
    return in;
}

/** Read "routing", the model being known. */
void
ReadRouting(YamlSection& job, const std::string& directory, bool sound, JobScenario& scenario)
{
    using Popularity = workload::ExpertPopularity;
    const std::vector<std::string> kinds{"even", "random", "zipf", "table"};
    std::string kind = kinds[0];
    std::string file;
    auto& popularity = scenario.popularity;
    YamlSection section = job.Section("routing", "Which experts tokens choose.");
    section.Choice("kind",
                   "even: every expert gets as much from every rank. random: each token chooses "
                   "for itself, all experts alike. zipf: the n-th expert of a layer has a weight "
                   "of 1 / n^exponent, in another order in each layer. table: as measured. All "
                   "but even make exchanges and computations uneven.",
                   kind,
                   kinds);
    section.Real("exponent", "Exponent of zipf.", popularity.exponent, 0, 100);
    section.Text("table",
                 "CSV file for kind table, relative to this file, with the header "
                 "layer,expert,tokens; layers and experts from 0, layer * for the others.",
                 file);
    section.Finish();
    popularity.kind = static_cast<Popularity::Kind>(
        std::min<std::ptrdiff_t>(std::find(kinds.begin(), kinds.end(), kind) - kinds.begin(), 3));
    if (!section.IsPresent() || !sound)
    {
        return;
    }
    const auto& shape = scenario.shape;
    if (popularity.kind != Popularity::EVEN && shape.moe.experts == 0)
    {
        section.Fail("kind", "the model has no experts");
        return;
    }
    if (section.Has("exponent") && popularity.kind != Popularity::ZIPF)
    {
        section.Fail("exponent", "only the kind zipf has an exponent");
    }
    if (section.Has("table") != (popularity.kind == Popularity::TABLE))
    {
        section.Fail(section.Has("table") ? "table" : "kind",
                     section.Has("table") ? "only the kind table has a table"
                                          : "the kind table needs a table");
        return;
    }
    if (popularity.kind == Popularity::TABLE)
    {
        std::string path;
        std::ifstream in = OpenFile(section, "table", file, directory, path);
        if (in.is_open())
        {
            std::vector<workload::Finding> findings;
            popularity = Popularity::Read(
                in, path, shape.layers, shape.moe.experts, shape.moe.topK, findings);
            AddFindings(findings, section.GetDiagnostics());
        }
    }
}

/** Read "times" or "efficiency", the model and its split being known. */
void
ReadTimes(YamlSection& job, const std::string& directory, bool sound, JobScenario& scenario)
{
    std::string file;
    double efficiency = 0.45;
    job.Text("times",
             "CSV file of measured times of the model's parts, relative to this file; see the "
             "documentation of the llm-workload module.",
             file);
    job.Real("efficiency",
             "Share of the accelerator's peak that matrix products reach, where there are no "
             "measured times. The default is in the middle of what published trainings report.",
             efficiency,
             0.001,
             1);
    std::string bound = "operations";
    job.Choice("bound",
               "What computation times that are not measured follow from: operations, or roofline "
               "(operations or the rate of the memory, whichever takes longer).",
               bound,
               {"operations", "roofline"});
    if (job.Has("times") && job.Has("bound"))
    {
        job.Fail("bound", "both times and bound are given, expected one of them");
        return;
    }
    if (job.Has("times") && job.Has("efficiency"))
    {
        job.Fail("efficiency", "both times and efficiency are given, expected one of them");
        return;
    }
    if (!sound)
    {
        return;
    }
    if (file.empty())
    {
        const bool isRoofline = bound == "roofline";
        scenario.times =
            isRoofline
                ? workload::LayerTimes::FromRoofline(
                      scenario.shape, scenario.parallelism, scenario.accelerator, efficiency)
                : workload::LayerTimes::FromFlops(
                      scenario.shape, scenario.parallelism, scenario.accelerator, efficiency);
        scenario.timesSource = (isRoofline ? "roofline at " : "operation counts at ") +
                               FormatReal(efficiency) + " of the peak of " +
                               scenario.accelerator.name;
        return;
    }
    std::string path;
    std::ifstream in = OpenFile(job, "times", file, directory, path);
    if (!in.is_open())
    {
        return;
    }
    std::vector<workload::Finding> findings;
    const auto table = workload::LayerTimesTable::Read(in, path, findings);
    if (!workload::HasError(findings))
    {
        scenario.times =
            table.Apply(scenario.shape, scenario.parallelism, scenario.accelerator, findings);
        scenario.timesSource = "measured, " + path;
    }
    AddFindings(findings, job.GetDiagnostics());
}

} // namespace

void
AddFindings(const std::vector<workload::Finding>& findings, Diagnostics& diagnostics)
{
    for (const auto& finding : findings)
    {
        const Position where{finding.file, finding.line, finding.column};
        if (finding.severity == workload::Finding::ERROR)
        {
            diagnostics.Add(where, finding.message);
        }
        else
        {
            diagnostics.AddNote(where, finding.message);
        }
    }
}

namespace
{

/** Read all keys of a job. */
JobScenario
ReadKeys(YamlSection& job, const std::string& directory)
{
    JobScenario scenario;
    Diagnostics& diagnostics = job.GetDiagnostics();
    const std::size_t before = diagnostics.GetN();
    scenario.position = job.GetPosition();
    scenario.trace = ReadTrace(job, directory);
    const bool traced = scenario.trace.has_value();
    if (traced)
    {
        scenario.timesSource = "of the trace " + scenario.trace->source;
    }
    if (!traced || job.IsDescribing())
    {
        ReadModel(job, scenario.shape);
        ReadAccelerator(job, scenario.accelerator);
        ReadParallelism(job, scenario);
        const bool sound = diagnostics.GetN() == before && job.IsPresent();
        for (const auto& problem :
             sound ? scenario.parallelism.Check(scenario.shape) : std::vector<std::string>())
        {
            diagnostics.Add(scenario.parallelismPosition, problem);
        }
        YamlSection options = job.Section("options", "How the training framework works.");
        scenario.settings = ReadAttributeKeys(
            options, workload::GptJob::GetTypeId(), workload::GptJob::GetTypeId());
        options.Finish();
        ReadSharding(job, scenario);
        ReadMemoryCheck(job, scenario);
        ReadRouting(job, directory, sound && diagnostics.GetN() == before, scenario);
        ReadTimes(job, directory, sound && diagnostics.GetN() == before, scenario);
    }
    scenario.storage = ReadStorage(job);
    if (traced && scenario.storage.given)
    {
        job.Fail("storage", "a trace has no state that is known, expected a model");
    }
    scenario.placement = ReadPlacement(job);
    scenario.computation = ReadComputation(job);
    job.Integer("steps", "Training steps to simulate.", scenario.steps, 1, 100000);
    job.Integer("warmUpSteps",
                "Steps at the start that the averages leave out; if there are no others, the last "
                "step counts.",
                scenario.warmUpSteps,
                0,
                100000);
    return scenario;
}

} // namespace

JobScenario
ReadJob(YamlSection& root, const std::string& directory)
{
    YamlSection job =
        root.Section("job",
                     "The training job.",
                     root.Has("jobs") ? YamlSection::OPTIONAL : YamlSection::REQUIRED);
    if (!job.IsPresent() && !job.IsDescribing())
    {
        return {};
    }
    auto scenario = ReadKeys(job, directory);
    job.Finish();
    return scenario;
}

std::vector<JobScenario>
ReadJobs(YamlSection& root, const std::string& directory)
{
    std::vector<JobScenario> jobs;
    root.List("jobs",
              "Several jobs that share the cluster, instead of job: each with the keys of job and "
              "these. They take accelerators that are free, by their placement, in this order.",
              [&](YamlSection& element)
              {
                  std::string name = "job " + std::to_string(jobs.size());
                  Time arrival(0);
                  element.Text("name", "Name of the job, for people to read.", name);
                  element.Duration("arrival", "When it begins.", arrival);
                  if (element.IsDescribing())
                  {
                      return;
                  }
                  jobs.push_back(ReadKeys(element, directory));
                  jobs.back().name = name;
                  jobs.back().arrival = arrival;
                  jobs.back().placement.given = true;
              });
    if (root.Has("jobs") && root.Has("job"))
    {
        root.Fail("jobs", "both job and jobs are given, expected one of them");
    }
    else if (root.Has("jobs") && jobs.empty())
    {
        root.Fail("jobs", "expected at least one job");
    }
    return jobs;
}

} // namespace ns3::experiment
