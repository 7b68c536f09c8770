/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_STACK_CHECK_H
#define EXPERIMENT_STACK_CHECK_H

#include "experiment-network-stack.h"

#include "ns3/cluster-cluster-network.h"

#include <string>
#include <vector>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * Find combinations that make no sense before they are run. Some cannot work: parts that work only
 * together, credit that nobody asks for, a path chosen centrally for packets that take many. Others
 * run, but not as what they are made for: a congestion control that waits for signals which the
 * switches do not give, or compares records of one path with those of another; packets that
 * overtake each other with a reliability scheme that takes those for lost; trimming with one that
 * takes no notice of it. NetworkStack::allowSenseless lets these be run.
 *
 * To be asked when the defaults of attributes are set.
 *
 * @param stack the stack
 * @param fetches whether all that is to be moved is READ: receivers need not hear of messages
 * @return the reason and what was expected, or empty if nothing is wrong
 */
std::string CheckStack(const NetworkStack& stack, bool fetches = false);

/**
 * @ingroup experiment
 * @param stack a stack for which CheckStack found nothing
 * @return what makes no sense in it and was allowed
 */
std::vector<std::string> FindStackDoubts(const NetworkStack& stack);

/**
 * @ingroup experiment
 * @param stack a stack
 * @return why its congestion control does not serve the answers to READs, or empty if it does
 */
std::string FindReadDoubt(const NetworkStack& stack);

/**
 * @ingroup experiment
 * @param network the network of a run
 * @param hasFaults whether something is to go wrong during the run
 * @return why this asks for packets and the network has none, or empty if nothing is wrong
 */
std::string CheckFaults(const cluster::ClusterNetwork& network, bool hasFaults);

} // namespace ns3::experiment

#endif /* EXPERIMENT_STACK_CHECK_H */
