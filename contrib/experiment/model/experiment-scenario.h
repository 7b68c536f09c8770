/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_SCENARIO_H
#define EXPERIMENT_SCENARIO_H

#include "experiment-cluster-reader.h"
#include "experiment-job-reader.h"
#include "experiment-network-reader.h"

#include "ns3/cluster-fault.h"
#include "ns3/nstime.h"

#include <optional>
#include <string>
#include <vector>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * What to record besides the tables that are always there.
 */
struct RecordScenario
{
    bool messages{false};   ///< a row for each message between accelerators
    Time sampleInterval{0}; ///< distance of samples of the switch ports, 0: none
};

/**
 * @ingroup experiment
 * A scenario file, read and checked: plain data.
 */
struct Scenario
{
    std::string file;                          ///< the file
    std::string name;                          ///< for people to read
    uint32_t seed{1};                          ///< seed of all random numbers
    ClusterScenario cluster;                   ///< machines and cables
    NetworkScenario network;                   ///< the network stack
    JobScenario job;                           ///< what is trained
    std::vector<std::string> faultTexts;       ///< faults as the user described them
    std::vector<Ptr<cluster::Fault>> faults;   ///< what goes wrong
    std::vector<JobScenario> otherJobs;        ///< what is trained on other accelerators
    std::vector<AttributeSetting> collectives; ///< algorithms and costs of collectives
    RecordScenario record;                     ///< what is recorded
    std::vector<AttributeSetting> attributes;  ///< defaults of attributes, in the order of the file

    /** @return all jobs, in their order */
    std::vector<JobScenario*> GetJobs();

    /** @return accelerators that are storage of any job, in increasing order */
    std::vector<uint32_t> GetTargets() const;

    /** @return whether storage has a class of its own in the network */
    bool HasStorageClass() const;

    /** @return everything that decides the result, as JSON: the record of a run */
    std::string ToJson() const;
};

/**
 * @ingroup experiment
 * Read a scenario file.
 *
 * @param path the file; files that it names are looked for in its directory
 * @param diagnostics where to report what is wrong
 * @return the scenario, or nothing if anything is wrong
 */
std::optional<Scenario> ReadScenario(const std::string& path, Diagnostics& diagnostics);

/**
 * @ingroup experiment
 * @return what a scenario file may hold, from the code that reads it
 */
std::vector<KeyDescription> DescribeScenario();

/**
 * @ingroup experiment
 * @return the reference of scenario files in Markdown: docs/scenario-reference.md
 */
std::string WriteScenarioReference();

} // namespace ns3::experiment

#endif /* EXPERIMENT_SCENARIO_H */
