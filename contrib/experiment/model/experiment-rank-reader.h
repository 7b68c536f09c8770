/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_RANK_READER_H
#define EXPERIMENT_RANK_READER_H

#include "experiment-yaml-section.h"

#include "ns3/nstime.h"
#include "ns3/workload-placement.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * Which accelerators the ranks of a job take.
 */
struct PlacementScenario
{
    bool given{false};                  ///< there is something in the scenario: not all
                                        ///< accelerators of the cluster need a rank
    workload::PlacementPolicy policy{}; ///< in which order ranks take what is free
    std::vector<uint32_t> accelerators; ///< instead: accelerator of each rank
    Position position;                  ///< where it stands
};

/**
 * @ingroup experiment
 * Accelerators that compute slower (or faster) than the job's times say.
 */
struct StragglerScenario
{
    std::vector<uint32_t> accelerators; ///< which; empty: random ones
    uint32_t random{0};                 ///< number of random ones
    double slowdown{1};                 ///< what computations take times as long
    Position position;                  ///< where it stands
};

/**
 * @ingroup experiment
 * What makes computations longer than the job's times say.
 */
struct ComputationScenario
{
    Time launchLatency{0};                     ///< as ReplayEngine's attribute
    double deviation{0};                       ///< likewise
    double sharingSlowdown{1};                 ///< likewise
    std::vector<StragglerScenario> stragglers; ///< slow accelerators; later ones multiply
};

/**
 * @ingroup experiment
 * Read a list of accelerators, such as 0-7,12.
 *
 * @param section that has the key
 * @param key the key
 * @param help what it is
 * @return the numbers; empty if the key is not there or wrong, which was reported
 */
std::vector<uint32_t> ReadNumbers(YamlSection& section,
                                  const std::string& key,
                                  const std::string& help);

/** @param job the section of the job @return its key "placement" */
PlacementScenario ReadPlacement(YamlSection& job);

/** @param job the section of the job @return its key "computation" */
ComputationScenario ReadComputation(YamlSection& job);

} // namespace ns3::experiment

#endif /* EXPERIMENT_RANK_READER_H */
