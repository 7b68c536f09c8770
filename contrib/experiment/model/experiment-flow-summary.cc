/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-flow-summary.h"

#include "experiment-format.h"
#include "experiment-health-report.h"
#include "experiment-json-writer.h"
#include "experiment-version.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numeric>
#include <sstream>
#include <unordered_map>

namespace ns3::experiment
{

namespace
{

constexpr uint64_t SMALLEST_BIN = 10'000; ///< largest size of the first bin, bytes
constexpr double NANOSECONDS = 1e9;

/** Collects the flows of a bin. */
struct BinBuilder
{
    std::vector<double> fct;      ///< s
    std::vector<double> slowdown; ///< of those with an ideal time

    /** @param result a complete flow */
    void Add(const FlowSummary::Result& result)
    {
        fct.push_back(*result.fct);
        if (result.ideal && *result.ideal > 0)
        {
            slowdown.push_back(*result.fct / *result.ideal);
        }
    }

    /** @return the bin, of one flow at least */
    FlowSummary::Bin Build(uint64_t from, uint64_t to) const
    {
        FlowSummary::Bin bin;
        bin.from = from;
        bin.to = to;
        bin.count = fct.size();
        bin.fct = Distribution::Of(fct);
        if (!slowdown.empty())
        {
            bin.slowdown = Distribution::Of(slowdown);
        }
        return bin;
    }
};

/** @return number of the bin of a size: 0 for up to 10 kB, then one for each power of ten */
std::size_t
BinOf(uint64_t bytes)
{
    std::size_t bin = 0;
    for (uint64_t limit = SMALLEST_BIN; bytes > limit && limit < UINT64_MAX / 10; limit *= 10)
    {
        ++bin;
    }
    return bin;
}

/** @return a number with four digits in all */
std::string
FormatFactor(double value)
{
    char text[32];
    const int digits = value < 10 ? 3 : value < 100 ? 2 : value < 1000 ? 1 : 0;
    std::snprintf(text, sizeof(text), "%.*f", digits, value);
    return text;
}

/** @return cells of a row of the table of flows */
std::vector<std::string>
RowOf(const std::string& name, const FlowSummary::Bin& bin)
{
    std::vector<std::string> cells = {name, FormatInteger(bin.count)};
    for (double seconds : {bin.fct.mean, bin.fct.median, bin.fct.p95, bin.fct.p99, bin.fct.max})
    {
        cells.push_back(FormatSeconds(seconds));
    }
    const auto& slowdown = bin.slowdown;
    for (double factor : {slowdown.mean, slowdown.median, slowdown.p95, slowdown.p99, slowdown.max})
    {
        cells.push_back(FormatFactor(factor));
    }
    return cells;
}

/** Write a distribution, with a key before each figure. */
void
WriteDistribution(JsonWriter& json,
                  const std::string& prefix,
                  const Distribution& d,
                  const std::string& unit)
{
    json.Field(prefix + "_mean" + unit, d.mean);
    json.Field(prefix + "_p50" + unit, d.median);
    json.Field(prefix + "_p95" + unit, d.p95);
    json.Field(prefix + "_p99" + unit, d.p99);
    json.Field(prefix + "_max" + unit, d.max);
}

/** @return the value for JSON, which has null for what is not a number */
double
OrNan(const std::optional<double>& value)
{
    return value.value_or(std::numeric_limits<double>::quiet_NaN());
}

/** @return the IP address that the HPCC family gives to a node, in hexadecimal */
std::string
HpccAddress(uint32_t node)
{
    char text[16];
    std::snprintf(text, sizeof(text), "%08x", 0x0b000001 + (node / 256 << 16) + (node % 256 << 8));
    return text;
}

/** @return ids of the accelerators' nodes in the HPCC family's files */
std::vector<uint32_t>
HpccNodes(const cluster::TopologyGraph& graph)
{
    const std::string host = "host-"; // how the reader of topology.txt names the hosts
    std::vector<uint32_t> nodes;
    for (const auto& place : graph.GetAccelerators())
    {
        const auto& name = graph.GetVertex(place.server).name;
        nodes.push_back(name.compare(0, host.size(), host) == 0
                            ? static_cast<uint32_t>(std::stoul(name.substr(host.size())))
                            : static_cast<uint32_t>(nodes.size()));
    }
    return nodes;
}

} // namespace

std::string
FlowPlan::ToJson() const
{
    std::ostringstream out;
    JsonWriter json(out);
    json.BeginObject();
    json.Field("topology", topology);
    json.Field("flows", flowSource);
    json.Field("stack", stack);
    json.Field("load_balancing", loadBalancing);
    json.Field("asic", asic);
    json.Field("faults", faultSource);
    json.Field("seed", seed);
    json.Field("n_flows", static_cast<uint64_t>(flows.size()));
    json.EndObject();
    return out.str();
}

Distribution
Distribution::Of(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    const auto percentile = [&values](double share)
    {
        const auto rank = static_cast<std::size_t>(std::ceil(share * values.size()));
        return values[std::max<std::size_t>(rank, 1) - 1];
    };
    Distribution d;
    d.mean = std::accumulate(values.begin(), values.end(), 0.0) / values.size();
    d.median = percentile(0.5);
    d.p95 = percentile(0.95);
    d.p99 = percentile(0.99);
    d.max = values.back();
    return d;
}

std::vector<FlowSummary::Bin>
FlowSummary::GetBins(const FlowPlan& plan) const
{
    std::vector<BinBuilder> builders;
    for (std::size_t i = 0; i < results.size(); ++i)
    {
        if (results[i].fct)
        {
            const std::size_t bin = BinOf(plan.flows[i].bytes);
            builders.resize(std::max(builders.size(), bin + 1));
            builders[bin].Add(results[i]);
        }
    }
    std::vector<Bin> bins;
    uint64_t from = 0;
    uint64_t to = SMALLEST_BIN;
    for (const auto& builder : builders)
    {
        if (!builder.fct.empty())
        {
            bins.push_back(builder.Build(from, to));
        }
        from = to + 1;
        to = to < UINT64_MAX / 10 ? to * 10 : UINT64_MAX;
    }
    return bins;
}

std::optional<FlowSummary::Bin>
FlowSummary::GetWhole(const FlowPlan& plan) const
{
    BinBuilder builder;
    uint64_t from = UINT64_MAX;
    uint64_t to = 0;
    for (std::size_t i = 0; i < results.size(); ++i)
    {
        if (results[i].fct)
        {
            builder.Add(results[i]);
            from = std::min(from, plan.flows[i].bytes);
            to = std::max(to, plan.flows[i].bytes);
        }
    }
    return builder.fct.empty() ? std::nullopt : std::optional<Bin>(builder.Build(from, to));
}

double
FlowSummary::GetGoodput() const
{
    return makespan > 0 ? static_cast<double>(bytesComplete) / makespan : 0;
}

double
FlowSummary::GetFairness() const
{
    double sum = 0;
    double squares = 0;
    std::size_t n = 0;
    for (const auto& result : results)
    {
        if (result.fct && result.ideal && *result.fct > 0)
        {
            const double rate = *result.ideal / *result.fct;
            sum += rate;
            squares += rate * rate;
            ++n;
        }
    }
    return n > 0 ? sum * sum / (static_cast<double>(n) * squares) : 0;
}

void
FlowSummary::Print(const FlowPlan& plan, std::ostream& out) const
{
    out << FormatInteger(nComplete) << " of " << FormatInteger(plan.flows.size())
        << " flows complete in " << FormatSeconds(makespan) << ", goodput "
        << FormatByteRate(GetGoodput()) << (status == "complete" ? "" : " (run " + status + ")")
        << "\n";
    for (const auto& line : trouble)
    {
        out << "  " << line << "\n";
    }
    out << "\n"
        << plan.flowSource << " on " << plan.topology << ": " << plan.graph.GetNAccelerators()
        << " accelerators in " << plan.graph.GetNServers() << " servers, "
        << plan.graph.GetNAttachments() << " NIC ports, " << plan.graph.GetNSwitches()
        << " switches, " << plan.stack << ", seed " << plan.seed << "\n";
    if (const auto whole = GetWhole(plan))
    {
        std::vector<TextTable::Align> alignment(12, TextTable::RIGHT);
        alignment[0] = TextTable::LEFT;
        TextTable table(alignment);
        table.AddRow({"size",
                      "flows",
                      "FCT mean",
                      "p50",
                      "p95",
                      "p99",
                      "max",
                      "slowdown mean",
                      "p50",
                      "p95",
                      "p99",
                      "max"});
        for (const auto& bin : GetBins(plan))
        {
            table.AddRow(RowOf("up to " + FormatBytes(static_cast<double>(bin.to)), bin));
        }
        table.AddRow(RowOf("all", *whole));
        out << "\nFlow completion time, and slowdown against the same flow alone\n";
        table.Print(out, 2);
    }
    PrintHealth(health, out);
    const double hops = static_cast<double>(health.framesHopped);
    out << "\nSimulation: " << FormatSeconds(simulatedSeconds) << " in "
        << FormatSeconds(wallSeconds) << " of wall time (set-up " << FormatSeconds(setupSeconds)
        << "), " << FormatInteger(health.framesHopped) << " packet-hops, "
        << FormatCount(wallSeconds > 0 ? hops / wallSeconds : 0) << " packet-hops/s\n";
    if (!directory.empty())
    {
        out << "Results: " << directory << "/results.sqlite, " << directory << "/fct.txt\n";
    }
}

std::vector<MetricRow>
FlowSummary::GetMetrics(const FlowPlan& plan) const
{
    std::vector<MetricRow> rows;
    rows.push_back({"flows", static_cast<double>(plan.flows.size())});
    rows.push_back({"complete_flows", static_cast<double>(nComplete)});
    rows.push_back({"failed_flows", static_cast<double>(nFailed)});
    rows.push_back({"makespan_s", makespan});
    rows.push_back({"complete_bytes", static_cast<double>(bytesComplete)});
    rows.push_back({"goodput_bytes_per_s", GetGoodput()});
    if (const auto whole = GetWhole(plan))
    {
        rows.push_back({"fct_mean_s", whole->fct.mean});
        rows.push_back({"fct_p50_s", whole->fct.median});
        rows.push_back({"fct_p95_s", whole->fct.p95});
        rows.push_back({"fct_p99_s", whole->fct.p99});
        rows.push_back({"fct_max_s", whole->fct.max});
        rows.push_back({"slowdown_mean", whole->slowdown.mean});
        rows.push_back({"slowdown_p50", whole->slowdown.median});
        rows.push_back({"slowdown_p95", whole->slowdown.p95});
        rows.push_back({"slowdown_p99", whole->slowdown.p99});
        rows.push_back({"slowdown_max", whole->slowdown.max});
    }
    AddHealthMetrics(health, rows);
    rows.push_back({"simulated_time_s", simulatedSeconds});
    return rows;
}

std::string
FlowSummary::ToJson(const FlowPlan& plan) const
{
    std::ostringstream out;
    JsonWriter json(out);
    json.BeginObject();
    json.Field("program", "flows");
    json.Field("version", GetWeftVersion());
    json.Field("topology", plan.topology);
    json.Field("flow_list", plan.flowSource);
    json.Field("stack", plan.stack);
    json.Field("load_balancing", plan.loadBalancing);
    json.Field("seed", plan.seed);
    json.Field("status", status);
    json.Field("accelerators", plan.graph.GetNAccelerators());
    for (const auto& row : GetMetrics(plan))
    {
        json.Field(row.name, row.value);
    }
    json.BeginArray("by_size");
    for (const auto& bin : GetBins(plan))
    {
        json.BeginObject();
        json.Field("from_bytes", bin.from);
        json.Field("to_bytes", bin.to);
        json.Field("flows", bin.count);
        WriteDistribution(json, "fct", bin.fct, "_s");
        WriteDistribution(json, "slowdown", bin.slowdown, "");
        json.EndObject();
    }
    json.EndArray();
    json.BeginArray("fct_s");
    for (const auto& result : results)
    {
        json.Value(OrNan(result.fct));
    }
    json.EndArray();
    json.BeginArray("ideal_fct_s");
    for (const auto& result : results)
    {
        json.Value(OrNan(result.ideal));
    }
    json.EndArray();
    json.Field("wall_time_s", wallSeconds);
    json.Field("setup_s", setupSeconds);
    json.Field("events", nEvents);
    const double hops = static_cast<double>(health.framesHopped);
    json.Field("packet_hops_per_s", wallSeconds > 0 ? hops / wallSeconds : 0.0);
    json.BeginArray("trouble");
    for (const auto& line : trouble)
    {
        json.Value(line);
    }
    json.EndArray();
    json.EndObject();
    return out.str();
}

std::string
FlowSummary::ToFctText(const FlowPlan& plan) const
{
    constexpr uint32_t firstPort = 10000;
    constexpr uint32_t destinationPort = 100;
    const auto nodes = HpccNodes(plan.graph);
    std::vector<std::pair<double, std::size_t>> order;
    std::vector<uint32_t> ports(results.size());
    std::unordered_map<uint64_t, uint32_t> nextPort; // only looked up, never walked through
    for (std::size_t i = 0; i < results.size(); ++i)
    {
        const auto& flow = plan.flows[i];
        ports[i] =
            firstPort + nextPort[static_cast<uint64_t>(flow.source) << 32 | flow.destination]++;
        if (results[i].fct)
        {
            order.emplace_back(flow.start * 1e-12 + *results[i].fct, i);
        }
    }
    std::sort(order.begin(), order.end());
    std::ostringstream out;
    for (const auto& [at, i] : order)
    {
        const auto& flow = plan.flows[i];
        out << HpccAddress(nodes[flow.source]) << " " << HpccAddress(nodes[flow.destination]) << " "
            << (ports[i] & 0xffff) << " " << destinationPort << " " << flow.bytes << " "
            << flow.start / 1000 << " " << std::llround(*results[i].fct * NANOSECONDS) << " "
            << std::llround(results[i].ideal.value_or(0) * NANOSECONDS) << "\n";
    }
    return out.str();
}

} // namespace ns3::experiment
