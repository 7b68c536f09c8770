/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_ASTRA_SIM_FILES_H
#define EXPERIMENT_ASTRA_SIM_FILES_H

#include "experiment-attribute-setting.h"
#include "experiment-diagnostics.h"

#include <string>
#include <vector>

namespace ns3::experiment
{

/** @param path a file that describes a network @return whether its name says that it is ASTRA-sim's
 */
bool IsAstraSimNetwork(const std::string& path);

/**
 * @ingroup experiment
 * Read a network file of ASTRA-sim's analytical network (YAML: topology, npus_count, bandwidth in
 * GB/s, which it counts as 2^30 bytes, and latency in ns, lists with an entry per dimension), and
 * say which topology comes nearest. The first dimension becomes the scale-up domain of a server,
 * with as many accelerators; a second one rails, each a switch. A rail's cables have its bandwidth
 * and latency; a message in the scale-up domain takes one latency in a Ring or FullyConnected, two
 * in a Switch, as there. What is not the same becomes a note.
 *
 * @param path the file
 * @param diagnostics errors, and notes about what differs
 * @return a description as cluster::GenerateTopology takes it; empty if there was an error
 */
std::string ReadAstraSimNetwork(const std::string& path, Diagnostics& diagnostics);

/**
 * @ingroup experiment
 * What a system file of ASTRA-sim says that has a meaning here.
 */
struct AstraSimSystem
{
    std::vector<AttributeSetting> settings; ///< of the collective engine
    double peakFlops{0};                    ///< operations/s, if its roofline is on; else 0
    double memoryRate{0};                   ///< bytes/s of memory, likewise
};

/**
 * @ingroup experiment
 * Read a system file of ASTRA-sim (JSON): how collectives are done, the delay of an endpoint, the
 * roofline. Keys that have no meaning here become notes.
 *
 * @param path the file
 * @param diagnostics errors, and notes about what differs
 * @return what it says; useless if there was an error
 */
AstraSimSystem ReadAstraSimSystem(const std::string& path, Diagnostics& diagnostics);

} // namespace ns3::experiment

#endif /* EXPERIMENT_ASTRA_SIM_FILES_H */
