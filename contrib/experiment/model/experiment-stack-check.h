/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_STACK_CHECK_H
#define EXPERIMENT_STACK_CHECK_H

#include "ns3/cluster-builder.h"

#include <string>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * Find combinations that make no sense before they are run: a congestion control that waits for
 * signals which the switches do not give, or that compares records of one path with those of
 * another; parts that work only together.
 *
 * To be asked when the defaults of attributes are set.
 *
 * @param devices what the cluster is to be made of
 * @return the reason, or empty if nothing is wrong
 */
std::string CheckStack(const cluster::NetworkStack& devices);

/**
 * @ingroup experiment
 * @param network the network of a run
 * @param hasFaults whether something is to go wrong during the run
 * @return why this asks for packets and the network has none, or empty if nothing is wrong
 */
std::string CheckFaults(const cluster::ClusterNetwork& network, bool hasFaults);

} // namespace ns3::experiment

#endif /* EXPERIMENT_STACK_CHECK_H */
