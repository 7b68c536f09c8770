/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_STORAGE_READER_H
#define EXPERIMENT_STORAGE_READER_H

#include "experiment-network-stack.h"
#include "experiment-yaml-section.h"

#include "ns3/cluster-topology-graph.h"
#include "ns3/workload-gpt-storage.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * Where a job has its storage, and what it does with it.
 */
struct StorageScenario
{
    bool given{false};                     ///< there is storage
    std::vector<std::string> servers;      ///< names of the servers whose accelerators are targets
    std::vector<Position> serverPositions; ///< where these stand
    std::vector<uint32_t> accelerators;    ///< targets; those of the servers, once they are found
    Position acceleratorsPosition;         ///< where they stand
    workload::StorageOptions options;      ///< what is read and written
    uint32_t weight{1};                    ///< of the class in the schedulers of all ports
    uint32_t otherWeight{1};               ///< of the other classes
    Position position;                     ///< where it is described

    /** @return whether it has a class of its own on the wire */
    bool HasOwnClass() const;
};

/** @param job the section of the job @return its key "storage" */
StorageScenario ReadStorage(YamlSection& job);

/**
 * @ingroup experiment
 * Find the targets in the cluster.
 *
 * @param graph the cluster
 * @param [in,out] storage whose servers are looked up
 * @param diagnostics where to report what is not there
 */
void FindTargets(const cluster::TopologyGraph& graph,
                 StorageScenario& storage,
                 Diagnostics& diagnostics);

/**
 * @ingroup experiment
 * Give storage its class in the network: as lossless as the class of RoCE, and with its weight at
 * every port.
 *
 * @param storage what is to have a class
 * @param [in,out] stack whose settings are extended
 */
void AddStorageClass(const StorageScenario& storage, NetworkStack& stack);

} // namespace ns3::experiment

#endif /* EXPERIMENT_STORAGE_READER_H */
