/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_NETWORK_READER_H
#define EXPERIMENT_NETWORK_READER_H

#include "experiment-network-stack.h"
#include "experiment-yaml-section.h"

#include <string>
#include <vector>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * The network stack of a scenario.
 */
struct NetworkScenario
{
    NetworkStack stack;       ///< the named stack, with the changes of the scenario
    bool changed{false};      ///< whether the scenario differs from the named stack
    std::string loadBalancer; ///< fabric::LoadBalancer or fabric::ScheduledSwitch
    Position position;        ///< where it is described, or should be
};

/**
 * @ingroup experiment
 * Read the key "network" of a scenario.
 *
 * @param root the section that has the key
 * @return the network; useless if there were errors
 */
NetworkScenario ReadNetwork(YamlSection& root);

} // namespace ns3::experiment

#endif /* EXPERIMENT_NETWORK_READER_H */
