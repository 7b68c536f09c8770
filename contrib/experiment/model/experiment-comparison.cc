/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-comparison.h"

#include "experiment-format.h"
#include "experiment-json-writer.h"
#include "experiment-version.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <sstream>

namespace ns3::experiment
{

namespace
{

/** @return a number with three digits or more */
std::string
FormatFactor(double value)
{
    char text[32];
    std::snprintf(text, sizeof(text), "%.*f", value < 10 ? 2 : value < 100 ? 1 : 0, value);
    return text;
}

/** @return share of data frames that came ahead of a missing one */
double
GetReordering(const FlowSummary& summary)
{
    const auto& health = summary.health;
    return health.dataReceived > 0
               ? static_cast<double>(health.outOfOrder) / static_cast<double>(health.dataReceived)
               : 0;
}

/** @return frames dropped by ports and switches */
uint64_t
CountDrops(const FlowSummary& summary)
{
    uint64_t drops = 0;
    for (uint64_t frames : summary.health.dropFrames)
    {
        drops += frames;
    }
    return drops;
}

} // namespace

Comparison::Comparison(const FlowPlan& plan)
    : m_plan(plan)
{
}

void
Comparison::Add(const std::string& stack, const FlowSummary& summary)
{
    m_entries.push_back({stack, summary});
}

WorkloadLimit
Comparison::GetLimit() const
{
    WorkloadLimit least;
    for (const auto& entry : m_entries)
    {
        const auto limit = WorkloadLimit::Of(m_plan, entry.summary);
        if (least.reason.empty() || limit.seconds < least.seconds)
        {
            least = limit;
        }
    }
    return least;
}

void
Comparison::Print(std::ostream& out) const
{
    const WorkloadLimit limit = GetLimit();
    out << m_plan.flowSource << " on " << m_plan.topology << ": "
        << FormatInteger(m_plan.flows.size()) << " flows, " << m_plan.graph.GetNAccelerators()
        << " accelerators, seed " << m_plan.seed << "\n";
    out << "Limit: " << FormatSeconds(limit.seconds) << ", since " << limit.reason << "\n\n";

    std::vector<TextTable::Align> alignment(m_entries.size() + 1, TextTable::RIGHT);
    alignment[0] = TextTable::LEFT;
    TextTable table(alignment);
    const auto row =
        [&](const std::string& name, const std::function<std::string(const FlowSummary&)>& cell)
    {
        std::vector<std::string> cells = {name};
        for (const auto& entry : m_entries)
        {
            cells.push_back(cell(entry.summary));
        }
        table.AddRow(cells);
    };
    std::vector<std::string> header = {""};
    std::map<uint64_t, std::vector<std::pair<std::size_t, FlowSummary::Bin>>> bins;
    std::vector<std::optional<FlowSummary::Bin>> wholes;
    for (std::size_t i = 0; i < m_entries.size(); ++i)
    {
        header.push_back(m_entries[i].stack);
        wholes.push_back(m_entries[i].summary.GetWhole(m_plan));
        for (const auto& bin : m_entries[i].summary.GetBins(m_plan))
        {
            bins[bin.to].emplace_back(i, bin);
        }
    }
    table.AddRow(header);
    using Summary = const FlowSummary&;
    row("flows complete", [](Summary s) { return FormatInteger(s.nComplete); });
    row("all complete after", [](Summary s) { return FormatSeconds(s.makespan); });
    row("share of the limit",
        [&limit](Summary s)
        {
            const double share = s.makespan > 0 ? limit.seconds / s.makespan : 0;
            return s.nComplete == s.results.size() ? FormatPercent(share, 1) : std::string("-");
        });
    row("goodput", [](Summary s) { return FormatByteRate(s.GetGoodput()); });
    const auto distribution = [&](const std::string& name,
                                  const std::function<std::string(const FlowSummary::Bin&)>& cell)
    {
        std::vector<std::string> cells = {name};
        for (const auto& whole : wholes)
        {
            cells.push_back(whole ? cell(*whole) : "-");
        }
        table.AddRow(cells);
    };
    using Bin = const FlowSummary::Bin&;
    distribution("FCT p50", [](Bin b) { return FormatSeconds(b.fct.median); });
    distribution("FCT p95", [](Bin b) { return FormatSeconds(b.fct.p95); });
    distribution("FCT p99", [](Bin b) { return FormatSeconds(b.fct.p99); });
    distribution("FCT max", [](Bin b) { return FormatSeconds(b.fct.max); });
    distribution("slowdown p50", [](Bin b) { return FormatFactor(b.slowdown.median); });
    distribution("slowdown p95", [](Bin b) { return FormatFactor(b.slowdown.p95); });
    distribution("slowdown p99", [](Bin b) { return FormatFactor(b.slowdown.p99); });
    for (const auto& [to, cellsOf] : bins)
    {
        if (bins.size() == 1)
        {
            break; // the same as all flows
        }
        std::vector<std::string> median(m_entries.size(), "-");
        std::vector<std::string> tail(m_entries.size(), "-");
        for (const auto& [index, bin] : cellsOf)
        {
            median[index] = FormatFactor(bin.slowdown.median);
            tail[index] = FormatFactor(bin.slowdown.p99);
        }
        const std::string size = " of flows up to " + FormatBytes(static_cast<double>(to));
        median.insert(median.begin(), "slowdown p50" + size);
        tail.insert(tail.begin(), "slowdown p99" + size);
        table.AddRow(median);
        table.AddRow(tail);
    }
    row("fairness (Jain)", [](Summary s) { return FormatFactor(s.GetFairness()); });
    const auto queue = [](double bytes) { return FormatBytes(bytes); };
    row("longest queue p95",
        [&](Summary s) { return s.longestQueue ? queue(s.longestQueue->p95) : "-"; });
    row("longest queue p99",
        [&](Summary s) { return s.longestQueue ? queue(s.longestQueue->p99) : "-"; });
    row("PFC pauses", [](Summary s) { return FormatInteger(s.health.pfcXoffs); });
    row("paused, sum of ports",
        [](Summary s) { return FormatSeconds(s.health.pausedTime.GetSeconds()); });
    row("ECN marks", [](Summary s) { return FormatInteger(s.health.ecnMarks); });
    row("retransmissions", [](Summary s) { return FormatInteger(s.health.retransmissions); });
    row("frames dropped", [](Summary s) { return FormatInteger(CountDrops(s)); });
    row("out of order", [](Summary s) { return FormatPercent(GetReordering(s), 2); });
    table.Print(out, 2);
    for (const auto& entry : m_entries)
    {
        if (entry.summary.status != "complete")
        {
            out << "\n" << entry.stack << ": run " << entry.summary.status << "\n";
        }
        for (const auto& line : entry.summary.trouble)
        {
            out << "  " << line << "\n";
        }
    }
}

std::string
Comparison::ToJson() const
{
    const WorkloadLimit limit = GetLimit();
    std::ostringstream out;
    JsonWriter json(out);
    json.BeginObject();
    json.Field("program", "compare");
    json.Field("version", GetWeftVersion());
    json.Field("topology", m_plan.topology);
    json.Field("flow_list", m_plan.flowSource);
    json.Field("seed", m_plan.seed);
    json.Field("limit_s", limit.seconds);
    json.Field("limit_reason", limit.reason);
    json.BeginArray("stacks");
    for (const auto& entry : m_entries)
    {
        const FlowSummary& summary = entry.summary;
        json.BeginObject();
        json.Field("stack", entry.stack);
        json.Field("status", summary.status);
        for (const auto& row : summary.GetMetrics(m_plan))
        {
            json.Field(row.name, row.value);
        }
        json.Field("share_of_limit", summary.makespan > 0 ? limit.seconds / summary.makespan : 0.0);
        json.Field("fairness_jain", summary.GetFairness());
        json.Field("longest_queue_p95_bytes",
                   summary.longestQueue ? summary.longestQueue->p95 : 0.0);
        json.Field("longest_queue_p99_bytes",
                   summary.longestQueue ? summary.longestQueue->p99 : 0.0);
        json.Field("out_of_order_share", GetReordering(summary));
        json.BeginArray("by_size");
        for (const auto& bin : summary.GetBins(m_plan))
        {
            json.BeginObject();
            json.Field("to_bytes", bin.to);
            json.Field("flows", bin.count);
            json.Field("fct_p50_s", bin.fct.median);
            json.Field("fct_p95_s", bin.fct.p95);
            json.Field("fct_p99_s", bin.fct.p99);
            json.Field("slowdown_p50", bin.slowdown.median);
            json.Field("slowdown_p95", bin.slowdown.p95);
            json.Field("slowdown_p99", bin.slowdown.p99);
            json.EndObject();
        }
        json.EndArray();
        json.EndObject();
    }
    json.EndArray();
    json.EndObject();
    return out.str();
}

} // namespace ns3::experiment
