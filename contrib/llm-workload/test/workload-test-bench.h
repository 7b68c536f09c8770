/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_TEST_BENCH_H
#define WORKLOAD_TEST_BENCH_H

#include "../../collective/test/collective-ideal-network.h"

#include "ns3/fabric-time.h"
#include "ns3/workload-model-shape.h"
#include "ns3/workload-replay-engine.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace ns3::workload::test
{

using collective::test::IdealNetwork;

/// A microsecond in ticks.
constexpr fabric::Ticks US = 1'000'000;

/** An ideal network, a collective engine and a replay engine. */
class Bench
{
  public:
    /**
     * @param job what to run, one rank per accelerator
     * @param nSteps steps
     * @param shape what the network is like; the number of accelerators is the job's
     */
    Bench(JobGraph job, uint32_t nSteps, IdealNetwork::Shape shape);
    ~Bench();

    Ptr<IdealNetwork> network; ///< the network
    Ptr<ReplayEngine> engine;  ///< the replay engine
};

/**
 * @param graphs by rank
 * @return a job of which each rank has its own graph; all ranks are in group 0, and peer slot s is
 *         the s-th of the other ranks
 */
JobGraph MakeJob(const std::vector<std::shared_ptr<OperationGraph>>& graphs);

/** @param n how many @return empty graphs */
std::vector<std::shared_ptr<OperationGraph>> MakeGraphs(uint32_t n);

/** @param layers how many @return a model so small that its step is played at once */
ModelShape MakeSmallShape(uint32_t layers);

} // namespace ns3::workload::test

#endif /* WORKLOAD_TEST_BENCH_H */
