/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-replay-summary.h"

#include "experiment-format.h"
#include "experiment-health-report.h"
#include "experiment-json-writer.h"
#include "experiment-sum.h"
#include "experiment-version.h"

#include <algorithm>
#include <map>
#include <sstream>
#include <tuple>

namespace ns3::experiment
{

namespace
{

using workload::Dimension;
using workload::OperationKind;
using workload::StepMetrics;

constexpr double SECONDS = 1e-12; ///< in a tick

/** @return a time and its share of the step */
std::vector<std::string>
TimeRow(const std::string& name, double seconds, const StepMetrics& metrics)
{
    return {name,
            FormatSeconds(seconds),
            metrics.stepSeconds > 0 ? FormatPercent(seconds / metrics.stepSeconds) : ""};
}

/** Print where the time of a step went. */
void
PrintTimes(const StepMetrics& metrics, std::ostream& out)
{
    TextTable table({TextTable::LEFT, TextTable::RIGHT, TextTable::RIGHT});
    table.AddRow(TimeRow("computing", metrics.computeSeconds, metrics));
    table.AddRow(TimeRow("exposed communication", metrics.GetExposedSeconds(), metrics));
    table.AddRow(TimeRow("waiting for other ranks", Sum(metrics.waitingSeconds), metrics));
    table.AddRow(TimeRow("idle", std::max(metrics.idleSeconds, 0.0), metrics));
    out << "\nTime of a step, mean over ranks\n";
    table.Print(out, 2);
}

/** @return "all-reduce", with the dimension behind it if it is known */
std::string
NameOf(const ReplaySummary::Totals& totals)
{
    const std::string type = collective::GetTypeName(totals.type);
    return totals.dimension == Dimension::OTHER
               ? type
               : type + " (" + workload::NameOf(totals.dimension) + ")";
}

/** Print how collectives did. */
void
PrintCollectives(const std::vector<ReplaySummary::Totals>& all, std::ostream& out)
{
    std::vector<TextTable::Align> alignment(7, TextTable::RIGHT);
    alignment[0] = TextTable::LEFT;
    TextTable table(alignment);
    table.AddRow({"", "number", "mean size", "mean wait", "mean time", "algbw", "busbw"});
    for (const auto& totals : all)
    {
        const auto n = static_cast<double>(totals.count);
        const bool timed = totals.seconds > 0;
        table.AddRow({NameOf(totals),
                      FormatInteger(totals.count),
                      FormatBytes(totals.bytes / n),
                      FormatSeconds(totals.waiting / n),
                      FormatSeconds(totals.seconds / n),
                      timed ? FormatByteRate(totals.bytes / totals.seconds) : "",
                      timed ? FormatByteRate(totals.busBytes / totals.seconds) : ""});
    }
    out << "\nCollectives: wait from the first rank to the last one, time from there to the end\n";
    table.Print(out, 2);
}

/** What a rank moves, by what it is called. */
using Volume = std::map<std::string, std::pair<uint64_t, uint64_t>>;

/** @return what a program moves */
Volume
VolumeOf(const workload::OperationGraph& graph)
{
    Volume volume;
    for (workload::OperationGraph::Index i = 0; i < graph.GetN(); ++i)
    {
        std::string what;
        switch (graph.GetKind(i))
        {
        case OperationKind::COLLECTIVE:
            what = collective::GetTypeName(graph.GetCollective(i));
            break;
        case OperationKind::SEND:
            what = "send";
            break;
        case OperationKind::RECEIVE:
            what = "receive";
            break;
        default:
            continue;
        }
        auto& [count, bytes] =
            volume[std::string(workload::NameOf(graph.GetDimension(i))) + " " + what];
        ++count;
        bytes += graph.GetBytes(i);
    }
    return volume;
}

/** @return numbers as "0-3, 8" */
std::string
FormatRanks(const std::vector<uint32_t>& ranks)
{
    std::string text;
    for (std::size_t i = 0; i < ranks.size();)
    {
        std::size_t last = i;
        while (last + 1 < ranks.size() && ranks[last + 1] == ranks[last] + 1)
        {
            ++last;
        }
        text += (text.empty() ? "" : ", ") + std::to_string(ranks[i]) +
                (last > i ? "-" + std::to_string(ranks[last]) : "");
        i = last + 1;
    }
    return text;
}

} // namespace

std::string
ReplayPlan::ToJson() const
{
    std::ostringstream out;
    JsonWriter json(out);
    json.BeginObject();
    json.Field("topology", topology);
    json.Field("trace", traceSource);
    json.Field("format", trace.format);
    json.Field("stack", stack);
    json.Field("seed", seed);
    json.Field("steps", steps);
    json.EndObject();
    return out.str();
}

void
ReplaySummary::Add(const workload::CollectiveRecord& record, uint32_t nRanks)
{
    auto at =
        std::find_if(totals.begin(),
                     totals.end(),
                     [&record](const Totals& known)
                     { return known.type == record.type && known.dimension == record.dimension; });
    if (at == totals.end())
    {
        Totals fresh;
        fresh.type = record.type;
        fresh.dimension = record.dimension;
        at = totals.insert(totals.end(), fresh);
    }
    ++at->count;
    at->bytes += static_cast<double>(record.bytes);
    at->busBytes +=
        static_cast<double>(record.bytes) * collective::GetBusFactor(record.type, nRanks);
    at->seconds += static_cast<double>(record.lastFinish - record.lastStart) * SECONDS;
    at->waiting += static_cast<double>(record.lastStart - record.firstStart) * SECONDS;
    if (collectives.size() < MOST_COLLECTIVES)
    {
        collectives.push_back(record);
    }
}

void
ReplaySummary::Print(const ReplayPlan& plan, std::ostream& out) const
{
    if (metrics.nMeasuredSteps > 0)
    {
        out << "Step time " << FormatSeconds(metrics.stepSeconds)
            << (status == "complete" ? "" : " (run " + status + ")") << "\n";
    }
    else
    {
        out << "No step was finished (run " << status << ")\n";
    }
    for (const auto& line : trouble)
    {
        out << "  " << line << "\n";
    }
    uint64_t nOperations = 0;
    for (const auto& rank : plan.trace.job->ranks)
    {
        nOperations += rank.graph->GetN();
    }
    out << "\n"
        << plan.traceSource << " (" << plan.trace.format << "): " << plan.trace.job->ranks.size()
        << " ranks, " << FormatInteger(nOperations) << " operations";
    if (nMessages > 0)
    {
        out << ", " << FormatInteger(nMessages) << " messages of " << FormatBytes(messageBytes)
            << " in all";
    }
    out << "\n"
        << plan.topology << ": " << plan.graph.GetNAccelerators() << " accelerators in "
        << plan.graph.GetNServers() << " servers, " << plan.graph.GetNAttachments()
        << " NIC ports, " << plan.graph.GetNSwitches() << " switches, " << plan.stack << ", seed "
        << plan.seed << "\n"
        << finishedSteps << " of " << plan.steps << " steps finished\n";
    if (metrics.nMeasuredSteps > 0)
    {
        PrintTimes(metrics, out);
    }
    if (!totals.empty())
    {
        PrintCollectives(totals, out);
    }
    PrintHealth(health, out);
    const auto hops = static_cast<double>(health.framesHopped);
    out << "\nSimulation: " << FormatSeconds(simulatedSeconds) << " in "
        << FormatSeconds(wallSeconds) << " of wall time (set-up " << FormatSeconds(setupSeconds)
        << "), " << FormatInteger(health.framesHopped) << " packet-hops, "
        << FormatCount(wallSeconds > 0 ? hops / wallSeconds : 0) << " packet-hops/s\n";
    if (!database.empty())
    {
        out << "Results: " << database << "\n";
    }
}

std::vector<MetricRow>
ReplaySummary::GetMetrics() const
{
    std::vector<MetricRow> rows;
    const auto add = [&rows](const std::string& name, double value) {
        rows.push_back({name, value});
    };
    add("finished_steps", finishedSteps);
    add("messages", static_cast<double>(nMessages));
    add("message_bytes", messageBytes);
    if (metrics.nMeasuredSteps > 0)
    {
        add("step_time_s", metrics.stepSeconds);
        add("step_time_min_s", metrics.minStepSeconds);
        add("step_time_max_s", metrics.maxStepSeconds);
        add("compute_time_s", metrics.computeSeconds);
        add("exposed_communication_time_s", metrics.GetExposedSeconds());
        add("waiting_time_s", Sum(metrics.waitingSeconds));
        add("idle_time_s", std::max(metrics.idleSeconds, 0.0));
    }
    AddHealthMetrics(health, rows);
    add("simulated_time_s", simulatedSeconds);
    return rows;
}

std::string
ReplaySummary::ToJson(const ReplayPlan& plan) const
{
    std::ostringstream out;
    JsonWriter json(out);
    json.BeginObject();
    json.Field("program", "replay");
    json.Field("version", GetWeftVersion());
    json.Field("trace", plan.traceSource);
    json.Field("format", plan.trace.format);
    json.Field("topology", plan.topology);
    json.Field("stack", plan.stack);
    json.Field("seed", plan.seed);
    json.Field("status", status);
    json.Field("ranks", static_cast<uint64_t>(plan.trace.job->ranks.size()));
    json.Field("accelerators", plan.graph.GetNAccelerators());
    for (const auto& row : GetMetrics())
    {
        json.Field(row.name, row.value);
    }
    json.BeginArray("collectives");
    for (const auto& record : collectives)
    {
        const auto& group = plan.trace.job->groups[record.group];
        json.BeginObject();
        json.Field("group", group.name);
        json.Field("ranks", static_cast<uint64_t>(group.ranks.size()));
        json.Field("type", collective::GetTypeName(record.type));
        json.Field("dimension", workload::NameOf(record.dimension));
        json.Field("bytes", record.bytes);
        json.Field("step", record.step);
        json.Field("sequence", record.sequence);
        json.Field("first_start_s", static_cast<double>(record.firstStart) * SECONDS);
        json.Field("last_start_s", static_cast<double>(record.lastStart) * SECONDS);
        json.Field("last_finish_s", static_cast<double>(record.lastFinish) * SECONDS);
        json.EndObject();
    }
    json.EndArray();
    json.Field("wall_time_s", wallSeconds);
    json.Field("setup_s", setupSeconds);
    json.Field("events", nEvents);
    json.BeginArray("trouble");
    for (const auto& line : trouble)
    {
        json.Value(line);
    }
    json.EndArray();
    json.EndObject();
    return out.str();
}

void
PrintVolumes(const workload::JobGraph& job, std::ostream& out)
{
    std::map<const workload::OperationGraph*, Volume> byGraph; // ranks often share one
    std::map<Volume, std::vector<uint32_t>> byVolume;
    for (uint32_t rank = 0; rank < job.ranks.size(); ++rank)
    {
        const auto* const graph = job.ranks[rank].graph.get();
        const auto [at, isNew] = byGraph.try_emplace(graph);
        if (isNew)
        {
            at->second = VolumeOf(*graph);
        }
        byVolume[at->second].push_back(rank);
    }
    std::vector<std::pair<std::vector<uint32_t>, const Volume*>> ordered;
    for (const auto& [volume, ranks] : byVolume)
    {
        ordered.emplace_back(ranks, &volume);
    }
    std::sort(ordered.begin(), ordered.end());
    TextTable table({TextTable::LEFT, TextTable::LEFT, TextTable::RIGHT, TextTable::RIGHT});
    table.AddRow({"ranks", "what", "number", "bytes"});
    for (const auto& [ranks, volume] : ordered)
    {
        std::string text = FormatRanks(ranks);
        for (const auto& [what, sums] : *volume)
        {
            table.AddRow({text, what, FormatInteger(sums.first), FormatInteger(sums.second)});
            text.clear();
        }
        if (volume->empty())
        {
            table.AddRow({text, "nothing", "", ""});
        }
    }
    out << "Volumes of a rank in a step (collectives: size of the whole tensor)\n";
    table.Print(out, 2);
}

} // namespace ns3::experiment
