/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-step-metrics.h"

#include "workload-replay-engine.h"

#include "ns3/collective-engine.h"
#include "ns3/collective-in-network.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>

namespace ns3::workload
{

using collective::CollectiveType;

namespace
{

constexpr double SECONDS_PER_TICK = 1e-12;

/**
 * @return highest bus bandwidth of a group: within one server the rate of a scale-up port, else the
 *         scale-out rates of the members of the server with the fewest, together, but no more than
 *         a scale-up port where a server has several members
 */
double
LimitOf(const ReplayEngine& engine, const CommunicationGroup& group)
{
    const auto network = engine.GetCollectiveEngine()->GetNetwork();
    std::map<uint32_t, double> scaleOut;
    std::map<uint32_t, uint32_t> members;
    double scaleUp = std::numeric_limits<double>::infinity();
    for (const auto rank : group.ranks)
    {
        const uint32_t accelerator = engine.GetAccelerator(rank);
        const uint32_t domain = network->GetDomain(accelerator);
        scaleOut[domain] +=
            static_cast<double>(network->GetScaleOutRate(accelerator).GetBitRate()) / 8;
        ++members[domain];
        scaleUp = std::min(
            scaleUp, static_cast<double>(network->GetScaleUpRate(accelerator).GetBitRate()) / 8);
    }
    if (members.size() == 1)
    {
        return scaleUp;
    }
    double limit = std::numeric_limits<double>::infinity();
    bool hasNeighbours = false;
    for (const auto& [domain, rate] : scaleOut)
    {
        limit = std::min(limit, rate * network->GetScaleOutEfficiency());
        hasNeighbours = hasNeighbours || members[domain] > 1;
    }
    return hasNeighbours && scaleUp > 0 ? std::min(limit, scaleUp) : limit;
}

/**
 * @return the limit of the groups of a dimension that did a collective, bytes/s: that of all bytes,
 *         one group after the other, if the groups' limits differ
 */
double
LimitOf(const ReplayEngine& engine,
        Dimension dimension,
        CollectiveType type,
        uint32_t firstStep,
        uint32_t endStep)
{
    const auto& groups = engine.GetJob().groups;
    double least = std::numeric_limits<double>::infinity();
    double most = 0;
    double bytes = 0;
    double seconds = 0;
    for (uint32_t i = 0; i < groups.size(); ++i)
    {
        double ofGroup = 0;
        for (uint32_t step = firstStep; groups[i].dimension == dimension && step < endStep; ++step)
        {
            ofGroup += engine.GetLedger().GetBusBytes(step, i, type);
        }
        if (ofGroup > 0)
        {
            const double limit = LimitOf(engine, groups[i]);
            least = std::min(least, limit);
            most = std::max(most, limit);
            bytes += ofGroup;
            seconds += ofGroup / limit;
        }
    }
    return most == 0 ? 0 : least == most ? least : bytes / seconds;
}

CollectiveMetrics
MeasureCollectives(const ReplayEngine& engine,
                   Dimension dimension,
                   CollectiveType type,
                   uint32_t firstStep,
                   uint32_t endStep)
{
    CollectiveTotals sum;
    for (uint32_t step = firstStep; step < endStep; ++step)
    {
        const auto& totals = engine.GetLedger().GetTotals(step, dimension, type);
        sum.count += totals.count;
        sum.bytes += totals.bytes;
        sum.busBytes += totals.busBytes;
        sum.seconds += totals.seconds;
    }
    CollectiveMetrics metrics;
    if (sum.count == 0)
    {
        return metrics;
    }
    const auto n = static_cast<double>(sum.count);
    metrics.count = sum.count / (endStep - firstStep);
    metrics.bytes = sum.bytes / n;
    metrics.seconds = sum.seconds / n;
    // What accelerators can do among themselves is no limit for switches that add up: every byte
    // passes a port once.
    const auto algorithm = engine.GetCollectiveEngine()->GetAlgorithm(type);
    if (!DynamicCast<const collective::InNetwork>(algorithm))
    {
        metrics.limit = LimitOf(engine, dimension, type, firstStep, endStep);
    }
    if (sum.seconds > 0)
    {
        metrics.busBandwidth = sum.busBytes / sum.seconds;
    }
    if (metrics.limit > 0)
    {
        metrics.closedFormSeconds = sum.busBytes / n / metrics.limit;
    }
    if (metrics.closedFormSeconds > 0)
    {
        metrics.gap = metrics.seconds / metrics.closedFormSeconds - 1;
    }
    return metrics;
}

/** Fill in the parts of a step's time. */
void
AddAccounts(StepMetrics& metrics, const JobLedger& ledger, uint32_t firstStep)
{
    RankAccount sum;
    for (uint32_t step = firstStep; step < firstStep + metrics.nMeasuredSteps; ++step)
    {
        for (uint32_t rank = 0; rank < metrics.nRanks; ++rank)
        {
            sum += ledger.GetAccount(rank, step);
        }
    }
    const double scale =
        SECONDS_PER_TICK / (static_cast<double>(metrics.nRanks) * metrics.nMeasuredSteps);
    metrics.computeSeconds = static_cast<double>(sum.compute) * scale;
    double known = metrics.computeSeconds;
    for (uint32_t d = 0; d < N_DIMENSIONS; ++d)
    {
        metrics.exposedSeconds[d] = static_cast<double>(sum.exposed[d]) * scale;
        metrics.waitingSeconds[d] = static_cast<double>(sum.waiting[d]) * scale;
        known += metrics.exposedSeconds[d] + metrics.waitingSeconds[d];
    }
    // A rank that is done early has nothing to do until the last one is: that is in no account.
    metrics.idleSeconds = metrics.stepSeconds - known;
    metrics.bubbleSeconds =
        metrics.idleSeconds + metrics.waitingSeconds[static_cast<uint8_t>(Dimension::PIPELINE)];
    if (metrics.computeSeconds > 0)
    {
        metrics.bubbleOfCompute = metrics.bubbleSeconds / metrics.computeSeconds;
    }
}

} // namespace

double
StepMetrics::GetExposedSeconds() const
{
    return std::accumulate(exposedSeconds.begin(), exposedSeconds.end(), 0.0);
}

StepFacts
StepFacts::Of(const ModelShape& shape, const Parallelism& parallelism, double peakFlops)
{
    return {shape.GetModelFlops(parallelism.globalBatch),
            static_cast<double>(parallelism.globalBatch) * shape.sequence,
            peakFlops};
}

StepMetrics
ComputeStepMetrics(const ReplayEngine& engine, const StepFacts& facts, uint32_t nWarmUpSteps)
{
    const auto& ledger = engine.GetLedger();
    const uint32_t nSteps = ledger.GetNFinishedSteps();
    StepMetrics metrics;
    metrics.nRanks = engine.GetJob().GetNWorkers();
    if (nSteps == 0)
    {
        return metrics;
    }
    const uint32_t first = std::min(nWarmUpSteps, nSteps - 1);
    metrics.nWarmUpSteps = first;
    metrics.nMeasuredSteps = nSteps - first;
    metrics.minStepSeconds = std::numeric_limits<double>::infinity();
    const auto startOf = [&ledger](uint32_t step)
    { return step == 0 ? ledger.GetStart() : ledger.GetStepEnd(step - 1); };
    for (uint32_t step = first; step < nSteps; ++step)
    {
        const double seconds =
            static_cast<double>(ledger.GetStepEnd(step) - startOf(step)) * SECONDS_PER_TICK;
        metrics.minStepSeconds = std::min(metrics.minStepSeconds, seconds);
        metrics.maxStepSeconds = std::max(metrics.maxStepSeconds, seconds);
    }
    metrics.stepSeconds = static_cast<double>(ledger.GetStepEnd(nSteps - 1) - startOf(first)) *
                          SECONDS_PER_TICK / metrics.nMeasuredSteps;
    metrics.modelFlops = facts.modelFlops;
    if (metrics.stepSeconds > 0)
    {
        metrics.tokensPerSecond = facts.tokens / metrics.stepSeconds;
        if (facts.peakFlops > 0)
        {
            metrics.mfu =
                facts.modelFlops / (metrics.stepSeconds * metrics.nRanks * facts.peakFlops);
        }
    }
    AddAccounts(metrics, ledger, first);

    const auto measure = [&](Dimension dimension, CollectiveType type, CollectiveType other)
    {
        // Both may occur: with sequence parallelism, only the loss is reduced by an All-Reduce.
        const auto one = MeasureCollectives(engine, dimension, type, first, nSteps);
        const auto two = MeasureCollectives(engine, dimension, other, first, nSteps);
        return static_cast<double>(one.count) * one.bytes >=
                       static_cast<double>(two.count) * two.bytes
                   ? one
                   : two;
    };
    metrics.gradients =
        measure(Dimension::DATA, CollectiveType::ALL_REDUCE, CollectiveType::REDUCE_SCATTER);
    metrics.tensor =
        measure(Dimension::TENSOR, CollectiveType::ALL_REDUCE, CollectiveType::ALL_GATHER);
    return metrics;
}

} // namespace ns3::workload
