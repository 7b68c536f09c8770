/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-training-summary.h"

#include "experiment-format.h"
#include "experiment-health-report.h"
#include "experiment-json-writer.h"
#include "experiment-sum.h"
#include "experiment-version.h"

#include "ns3/workload-parallelism.h"

#include <algorithm>
#include <sstream>

namespace ns3::experiment
{

namespace
{

using workload::CollectiveMetrics;
using workload::Dimension;
using workload::StepMetrics;

/** @return a time and its share of the step */
std::vector<std::string>
TimeRow(const std::string& name, double seconds, const StepMetrics& metrics)
{
    return {name, FormatSeconds(seconds), FormatPercent(seconds / metrics.stepSeconds)};
}

/** @return the name of a dimension in a key: tp, pp, dp, ... */
std::string
KeyOf(uint32_t dimension)
{
    std::string key = workload::NameOf(static_cast<Dimension>(dimension));
    for (char& c : key)
    {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return key;
}

/** Print where the time of a step went. */
void
PrintTimes(const StepMetrics& metrics, std::ostream& out)
{
    TextTable table({TextTable::LEFT, TextTable::RIGHT, TextTable::RIGHT});
    table.AddRow(TimeRow("computing", metrics.computeSeconds, metrics));
    table.AddRow(TimeRow("exposed communication", metrics.GetExposedSeconds(), metrics));
    for (uint32_t i = 0; i < workload::N_DIMENSIONS; ++i)
    {
        if (metrics.exposedSeconds[i] > 0)
        {
            table.AddRow(TimeRow(std::string("  ") + workload::NameOf(static_cast<Dimension>(i)),
                                 metrics.exposedSeconds[i],
                                 metrics));
        }
    }
    table.AddRow(TimeRow("waiting for other ranks", Sum(metrics.waitingSeconds), metrics));
    for (uint32_t i = 0; i < workload::N_DIMENSIONS; ++i)
    {
        if (metrics.waitingSeconds[i] > 0)
        {
            table.AddRow(TimeRow(std::string("  ") + workload::NameOf(static_cast<Dimension>(i)),
                                 metrics.waitingSeconds[i],
                                 metrics));
        }
    }
    // What is left of the mean step: negative by a hair where ranks begin their steps apart.
    table.AddRow(TimeRow("idle", std::max(metrics.idleSeconds, 0.0), metrics));
    if (metrics.waitingSeconds[static_cast<uint8_t>(Dimension::PIPELINE)] > 0)
    {
        table.AddRow(TimeRow(
            "pipeline bubble (PP waiting, idle)", std::max(metrics.bubbleSeconds, 0.0), metrics));
    }
    out << "\nTime of a step, mean over ranks\n";
    table.Print(out, 2);
}

/** Print what the memory of an accelerator has to hold. */
void
PrintMemory(const workload::MemoryUse& use,
            const workload::Accelerator& accelerator,
            std::ostream& out)
{
    if (use.GetTotal() == 0)
    {
        return;
    }
    out << "Memory: " << FormatBytes(static_cast<double>(use.GetTotal()));
    if (accelerator.memoryBytes > 0)
    {
        out << " of " << FormatBytes(accelerator.memoryBytes);
    }
    out << " (parameters " << FormatBytes(static_cast<double>(use.parameters)) << ", gradients "
        << FormatBytes(static_cast<double>(use.gradients)) << ", optimizer "
        << FormatBytes(static_cast<double>(use.optimizer)) << ", activations "
        << FormatBytes(static_cast<double>(use.activations)) << ")\n";
}

/** Print how each of several jobs did. */
void
PrintJobs(const std::vector<JobSummary>& jobs, std::ostream& out)
{
    TextTable table({TextTable::LEFT,
                     TextTable::RIGHT,
                     TextTable::RIGHT,
                     TextTable::RIGHT,
                     TextTable::RIGHT,
                     TextTable::RIGHT,
                     TextTable::RIGHT});
    table.AddRow({"", "ranks", "arrival", "steps", "step time", "MFU", "exposed"});
    for (const auto& job : jobs)
    {
        const auto& metrics = job.metrics;
        table.AddRow({job.name,
                      FormatInteger(metrics.nRanks),
                      FormatSeconds(job.arrivalSeconds),
                      FormatInteger(job.finishedSteps),
                      metrics.nMeasuredSteps > 0 ? FormatSeconds(metrics.stepSeconds) : "",
                      metrics.nMeasuredSteps > 0 ? FormatPercent(metrics.mfu) : "",
                      metrics.nMeasuredSteps > 0
                          ? FormatPercent(metrics.GetExposedSeconds() / metrics.stepSeconds)
                          : ""});
    }
    out << "\nJobs; below, the first one\n";
    table.Print(out, 2);
}

/** Print how collectives did. */
void
PrintCollectives(const StepMetrics& metrics, std::ostream& out)
{
    TextTable table({TextTable::LEFT,
                     TextTable::RIGHT,
                     TextTable::RIGHT,
                     TextTable::RIGHT,
                     TextTable::RIGHT,
                     TextTable::RIGHT,
                     TextTable::RIGHT});
    table.AddRow({"", "per step", "mean size", "mean time", "busbw", "limit", "over closed form"});
    for (const auto& [name, collective] : {std::pair{"gradients (DP)", &metrics.gradients},
                                           std::pair{"activations (TP)", &metrics.tensor}})
    {
        if (collective->count > 0)
        {
            table.AddRow({name,
                          FormatInteger(collective->count),
                          FormatBytes(collective->bytes),
                          FormatSeconds(collective->seconds),
                          FormatByteRate(collective->busBandwidth),
                          collective->limit > 0 ? FormatByteRate(collective->limit) : "none",
                          collective->limit > 0 ? FormatPercent(collective->gap) : ""});
        }
    }
    out << "\nCollectives\n";
    table.Print(out, 2);
}

/** Write the figures of a kind of collective. */
void
WriteCollective(JsonWriter& json, const std::string& key, const CollectiveMetrics& metrics)
{
    json.BeginObject(key);
    json.Field("count_per_step", metrics.count);
    json.Field("mean_bytes", metrics.bytes);
    json.Field("mean_time_s", metrics.seconds);
    json.Field("busbw_bytes_per_s", metrics.busBandwidth);
    json.Field("busbw_limit_bytes_per_s", metrics.limit);
    json.Field("closed_form_time_s", metrics.closedFormSeconds);
    json.Field("gap_to_closed_form", metrics.gap);
    json.EndObject();
}

} // namespace

void
TrainingSummary::Print(const Scenario& scenario, std::ostream& out) const
{
    const auto& split = scenario.job.parallelism;
    const auto& graph = scenario.cluster.graph;
    if (metrics.nMeasuredSteps > 0)
    {
        out << "Step time " << FormatSeconds(metrics.stepSeconds);
        if (!scenario.job.trace)
        {
            out << ", MFU " << FormatPercent(metrics.mfu) << ", "
                << FormatCount(metrics.tokensPerSecond) << " tokens/s";
        }
        out << (status == "complete" ? "" : " (run " + status + ")") << "\n";
    }
    else
    {
        out << "No step was finished (run " << status << ")\n";
    }
    for (const auto& line : trouble)
    {
        out << "  " << line << "\n";
    }
    out << "\n" << scenario.name << ": ";
    if (scenario.job.trace)
    {
        out << scenario.job.trace->source << "\n";
    }
    else
    {
        out << scenario.job.shape.name << ", TP " << split.tensor << " x PP " << split.pipeline
            << " x DP " << split.data
            << (split.context > 1 ? " x CP " + std::to_string(split.context) : "")
            << (split.expert > 1 ? " (EP " + std::to_string(split.expert) + ")" : "") << ", "
            << split.GetNMicroBatches() << " micro-batches of " << split.microBatch << ", sequence "
            << scenario.job.shape.sequence << "\n";
    }
    out << graph.GetNAccelerators() << " accelerators in " << graph.GetNServers() << " servers, "
        << nicPorts << " NIC ports, " << graph.GetNSwitches() << " switches ("
        << scenario.cluster.description << "), " << scenario.network.stack.name
        << (scenario.network.changed ? " with changes" : "") << "\n"
        << "Compute times: " << scenario.job.timesSource << "\n";
    PrintMemory(memory, scenario.job.accelerator, out);
    out << finishedSteps << " of " << scenario.job.steps << " steps finished, "
        << metrics.nMeasuredSteps << " measured after " << metrics.nWarmUpSteps << " to warm up\n";
    if (jobs.size() > 1)
    {
        PrintJobs(jobs, out);
    }
    if (metrics.nMeasuredSteps > 0)
    {
        PrintTimes(metrics, out);
        PrintCollectives(metrics, out);
        for (const auto& job : jobs)
        {
            job.storage.Print(jobs.size() > 1 ? job.name : "", out);
        }
    }
    PrintHealth(health, out);
    out << "\nSimulation: " << FormatSeconds(simulatedSeconds) << " in "
        << FormatSeconds(wallSeconds) << " of wall time (set-up " << FormatSeconds(setupSeconds)
        << "), " << FormatInteger(health.framesHopped) << " packet-hops, "
        << FormatCount(wallSeconds > 0 ? static_cast<double>(health.framesHopped) / wallSeconds : 0)
        << " packet-hops/s\n";
    if (!database.empty())
    {
        out << "Results: " << database << "\n";
    }
}

std::vector<MetricRow>
TrainingSummary::GetMetrics() const
{
    std::vector<MetricRow> rows;
    auto add = [&rows](const std::string& name, double value) { rows.push_back({name, value}); };
    add("finished_steps", finishedSteps);
    add("measured_steps", metrics.nMeasuredSteps);
    if (metrics.nMeasuredSteps > 0)
    {
        add("step_time_s", metrics.stepSeconds);
        add("step_time_min_s", metrics.minStepSeconds);
        add("step_time_max_s", metrics.maxStepSeconds);
        add("mfu", metrics.mfu);
        add("tokens_per_s", metrics.tokensPerSecond);
        add("model_flops_per_step", metrics.modelFlops);
        add("compute_time_s", metrics.computeSeconds);
        add("exposed_communication_time_s", metrics.GetExposedSeconds());
        for (uint32_t i = 0; i < workload::N_DIMENSIONS; ++i)
        {
            add("exposed_" + KeyOf(i) + "_time_s", metrics.exposedSeconds[i]);
            add("waiting_" + KeyOf(i) + "_time_s", metrics.waitingSeconds[i]);
        }
        add("waiting_time_s", Sum(metrics.waitingSeconds));
        add("idle_time_s", std::max(metrics.idleSeconds, 0.0));
        add("bubble_time_s", metrics.bubbleSeconds);
        add("busbw_bytes_per_s", metrics.gradients.busBandwidth);
        add("busbw_limit_bytes_per_s", metrics.gradients.limit);
    }
    for (std::size_t i = 0; jobs.size() > 1 && i < jobs.size(); ++i)
    {
        const std::string prefix = "job_" + std::to_string(i) + "_";
        add(prefix + "finished_steps", jobs[i].finishedSteps);
        if (jobs[i].metrics.nMeasuredSteps > 0)
        {
            add(prefix + "step_time_s", jobs[i].metrics.stepSeconds);
            add(prefix + "mfu", jobs[i].metrics.mfu);
        }
        jobs[i].storage.AddMetrics(prefix, rows);
    }
    if (!jobs.empty())
    {
        jobs[0].storage.AddMetrics("", rows);
    }
    if (memory.GetTotal() > 0)
    {
        add("memory_parameters_bytes", static_cast<double>(memory.parameters));
        add("memory_gradients_bytes", static_cast<double>(memory.gradients));
        add("memory_optimizer_bytes", static_cast<double>(memory.optimizer));
        add("memory_activations_bytes", static_cast<double>(memory.activations));
    }
    AddHealthMetrics(health, rows);
    add("simulated_time_s", simulatedSeconds);
    return rows;
}

std::string
TrainingSummary::ToJson(const Scenario& scenario) const
{
    std::ostringstream out;
    JsonWriter json(out);
    json.BeginObject();
    json.Field("program", "train");
    json.Field("version", GetWeftVersion());
    json.Field("scenario", scenario.name);
    json.Field("seed", scenario.seed);
    json.Field("status", status);
    json.Field("model", scenario.job.shape.name);
    json.Field("accelerators", scenario.cluster.graph.GetNAccelerators());
    json.Field("stack", scenario.network.stack.name);
    for (const auto& row : GetMetrics())
    {
        json.Field(row.name, row.value);
    }
    if (metrics.nMeasuredSteps > 0)
    {
        WriteCollective(json, "gradient_collective", metrics.gradients);
        WriteCollective(json, "tensor_collective", metrics.tensor);
    }
    json.Field("wall_time_s", wallSeconds);
    json.Field("setup_s", setupSeconds);
    json.Field("events", nEvents);
    json.Field("packet_hops_per_s",
               wallSeconds > 0 ? static_cast<double>(health.framesHopped) / wallSeconds : 0.0);
    json.BeginArray("trouble");
    for (const auto& line : trouble)
    {
        json.Value(line);
    }
    json.EndArray();
    json.EndObject();
    return out.str();
}

} // namespace ns3::experiment
