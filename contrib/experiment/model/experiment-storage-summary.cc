/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-storage-summary.h"

#include "experiment-format.h"

#include <algorithm>

namespace ns3::experiment
{

namespace
{

/** Sum up the waiting for samples, over the steps that count. */
void
AddInput(const JobRun& job, StorageSummary& summary)
{
    const auto& replay = *job.GetReplay();
    const auto& ledger = replay.GetLedger();
    const auto metrics = job.ComputeMetrics();
    const auto dimension = static_cast<uint8_t>(workload::Dimension::INPUT);
    const uint32_t first = metrics.nWarmUpSteps;
    double sum = 0;
    for (uint32_t rank = 0; rank < metrics.nRanks && metrics.nMeasuredSteps > 0; ++rank)
    {
        double wait = 0;
        for (uint32_t step = first; step < first + metrics.nMeasuredSteps; ++step)
        {
            const auto& account = ledger.GetAccount(rank, step);
            wait += static_cast<double>(account.exposed[dimension] + account.waiting[dimension]);
        }
        wait *= 1e-12 / metrics.nMeasuredSteps;
        sum += wait;
        summary.longestInputWaitSeconds = std::max(summary.longestInputWaitSeconds, wait);
    }
    summary.inputWaitSeconds = metrics.nRanks > 0 ? sum / metrics.nRanks : 0;
    const auto& graphs = replay.GetJob();
    for (uint32_t rank = 0; rank < graphs.GetNWorkers(); ++rank)
    {
        const auto& graph = *graphs.ranks[rank].graph;
        for (workload::OperationGraph::Index i = 0; i < graph.GetN(); ++i)
        {
            if (graph.GetKind(i) == workload::OperationKind::RECEIVE &&
                graph.GetDimension(i) == workload::Dimension::INPUT)
            {
                summary.inputBytes += static_cast<double>(graph.GetBytes(i));
            }
        }
    }
}

} // namespace

StorageSummary
StorageSummary::Of(const JobRun& job)
{
    StorageSummary summary;
    const auto& storage = job.GetScenario().storage;
    summary.hasInput = storage.given && storage.options.sampleBytes > 0;
    if (summary.hasInput)
    {
        AddInput(job, summary);
    }
    for (const auto& [step, record] : job.GetCheckpoints())
    {
        ++summary.nCheckpoints;
        summary.checkpointBytes += static_cast<double>(record.bytes);
        summary.checkpointSeconds += static_cast<double>(record.end - record.start) * 1e-12;
        summary.stallSeconds += static_cast<double>(record.stall) * 1e-12;
    }
    const double n = std::max(summary.nCheckpoints, 1U);
    summary.checkpointBytes /= n;
    summary.checkpointSeconds /= n;
    summary.stallSeconds /= n;
    return summary;
}

void
StorageSummary::Print(const std::string& name, std::ostream& out) const
{
    if (!hasInput && nCheckpoints == 0)
    {
        return;
    }
    out << "\nStorage" << (name.empty() ? "" : " of " + name) << "\n";
    if (hasInput)
    {
        out << "  samples of a step: " << FormatBytes(inputBytes) << ", ranks wait "
            << FormatSeconds(inputWaitSeconds) << " for them, the longest "
            << FormatSeconds(longestInputWaitSeconds) << "\n";
    }
    if (nCheckpoints > 0)
    {
        out << "  checkpoints: " << nCheckpoints << " of " << FormatBytes(checkpointBytes)
            << ", written in " << FormatSeconds(checkpointSeconds);
        if (checkpointSeconds > 0)
        {
            out << " at " << FormatByteRate(checkpointBytes / checkpointSeconds);
        }
        out << ", each stalls a rank for " << FormatSeconds(stallSeconds) << " at most\n";
    }
}

void
StorageSummary::AddMetrics(const std::string& prefix, std::vector<MetricRow>& rows) const
{
    if (hasInput)
    {
        rows.push_back({prefix + "input_bytes", inputBytes});
        rows.push_back({prefix + "input_wait_time_s", inputWaitSeconds});
        rows.push_back({prefix + "input_longest_wait_time_s", longestInputWaitSeconds});
    }
    if (nCheckpoints > 0)
    {
        rows.push_back({prefix + "checkpoints", static_cast<double>(nCheckpoints)});
        rows.push_back({prefix + "checkpoint_bytes", checkpointBytes});
        rows.push_back({prefix + "checkpoint_time_s", checkpointSeconds});
        rows.push_back({prefix + "checkpoint_stall_time_s", stallSeconds});
    }
}

} // namespace ns3::experiment
