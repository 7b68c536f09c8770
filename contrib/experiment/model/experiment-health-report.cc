/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-health-report.h"

#include "experiment-format.h"

#include <numeric>

namespace ns3::experiment
{

namespace
{

/** @return frames dropped in all classes */
uint64_t
CountDrops(const cluster::ClusterHealth& health)
{
    return std::accumulate(health.dropFrames.begin(), health.dropFrames.end(), uint64_t{0});
}

} // namespace

void
PrintHealth(const cluster::ClusterHealth& health, std::ostream& out)
{
    out << "\nNetwork\n";
    if (!health.movesPackets)
    {
        out << "  simulated as flows, which share the cables fairly: without packets nothing is\n"
               "  dropped, marked or paused\n";
        return;
    }
    TextTable table({TextTable::LEFT, TextTable::RIGHT, TextTable::LEFT});
    table.AddRow({"frames dropped",
                  FormatInteger(CountDrops(health)),
                  health.losslessDrops > 0
                      ? FormatInteger(health.losslessDrops) + " of a lossless class: not well"
                      : ""});
    if (health.framesTrimmed > 0)
    {
        table.AddRow({"frames trimmed", FormatInteger(health.framesTrimmed), ""});
    }
    table.AddRow({"frames lost on cables", FormatInteger(health.cableLosses), ""});
    table.AddRow(
        {"retransmissions",
         FormatInteger(health.retransmissions),
         FormatInteger(health.naks) + " NAKs, " + FormatInteger(health.timeouts) + " timeouts"});
    const double marked = health.framesHopped > 0 ? static_cast<double>(health.ecnMarks) /
                                                        static_cast<double>(health.framesHopped)
                                                  : 0;
    table.AddRow({"ECN marks",
                  FormatInteger(health.ecnMarks),
                  FormatPercent(marked, 2) + " of packet-hops"});
    table.AddRow({"CNPs", FormatInteger(health.cnpsSent), ""});
    if (health.notices > 0)
    {
        table.AddRow(
            {"notices of switches", FormatInteger(health.notices), "to sources of frames"});
    }
    const bool hasCredits = health.creditStalls > 0;
    table.AddRow({hasCredits ? "out of credit" : "PFC pauses",
                  FormatInteger(hasCredits ? health.creditStalls : health.pfcXoffs),
                  "paused for " + FormatSeconds(health.pausedTime.GetSeconds()) +
                      " in all, the longest port and class for " +
                      FormatSeconds(health.longestPausedTime.GetSeconds())});
    if (health.framesBounced > 0)
    {
        table.AddRow(
            {"bounced frames", FormatInteger(health.framesBounced), "moved to another class"});
    }
    if (health.pfcStorms > 0)
    {
        table.AddRow({"PFC storms",
                      FormatInteger(health.pfcStorms),
                      FormatInteger(health.pfcStormsOver) + " over; watchdogs dropped " +
                          FormatInteger(health.watchdogDrops) + " frames"});
    }
    if (!health.deadlock.empty())
    {
        table.AddRow(
            {"PFC deadlock",
             FormatInteger(health.stuckQueues) + " queues",
             "found at " + FormatSeconds(health.deadlockAt.GetSeconds()) + ": " + health.deadlock});
    }
    table.AddRow(
        {"fullest switch memory", FormatBytes(static_cast<double>(health.peakBufferBytes)), ""});
    if (health.routeComputations > 0)
    {
        table.AddRow({"new routes", FormatInteger(health.routeComputations), ""});
    }
    if (health.pathComputations > 0)
    {
        table.AddRow({"central paths",
                      FormatInteger(health.pathComputations),
                      "fullest link by demands " + FormatPercent(health.pathUtilization, 0) +
                          ", bound " + FormatPercent(health.pathBound, 0)});
    }
    if (health.queuePairErrors > 0)
    {
        table.AddRow({"failed queue pairs", FormatInteger(health.queuePairErrors), ""});
    }
    table.Print(out, 2);
}

void
AddHealthMetrics(const cluster::ClusterHealth& health, std::vector<MetricRow>& rows)
{
    const auto add = [&rows](const std::string& name, uint64_t value) {
        rows.push_back({name, static_cast<double>(value)});
    };
    add("dropped_frames", CountDrops(health));
    add("lossless_dropped_frames", health.losslessDrops);
    add("trimmed_frames", health.framesTrimmed);
    add("cable_lost_frames", health.cableLosses);
    add("retransmitted_frames", health.retransmissions);
    add("naks", health.naks);
    add("timeouts", health.timeouts);
    add("ecn_marks", health.ecnMarks);
    add("cnps", health.cnpsSent);
    add("switch_notices", health.notices);
    add("pfc_pauses", health.pfcXoffs);
    add("credit_stalls", health.creditStalls);
    add("bounced_frames", health.framesBounced);
    rows.push_back({"pfc_paused_time_s", health.pausedTime.GetSeconds()});
    rows.push_back({"pfc_longest_paused_time_s", health.longestPausedTime.GetSeconds()});
    add("pfc_deadlocked_queues", health.stuckQueues);
    add("pfc_storms", health.pfcStorms);
    add("pfc_watchdog_dropped_frames", health.watchdogDrops);
    add("peak_buffer_bytes", health.peakBufferBytes);
    add("failed_queue_pairs", health.queuePairErrors);
    add("packet_hops", health.framesHopped);
    add("route_computations", health.routeComputations);
    add("path_computations", health.pathComputations);
    rows.push_back({"path_utilization", health.pathUtilization});
    rows.push_back({"path_utilization_bound", health.pathBound});
}

} // namespace ns3::experiment
