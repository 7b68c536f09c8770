/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_STACK_FIT_H
#define EXPERIMENT_STACK_FIT_H

#include "experiment-network-stack.h"

#include "ns3/cluster-topology-graph.h"

#include <vector>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * What follows from the network that a stack is used on: its longest round trip without queues T,
 * and the time D that the fullest queue of a switch takes on the slowest cable. By the dynamic
 * thresholds a lossless class may fill a n / (1 + a n) of the packet memory through n ingress
 * ports, all ports but one of the largest switch, and a lossy one a / (1 + a) of it, with a = Alpha
 * or LossyAlpha; without thresholds all of it.
 *
 * - Timeouts of selective repeat: RtoHigh = T + D (the rule of TLT, EuroSys 2021, and of IRN, which
 *   asks for no less), RtoLow in IRN's proportion to it, 100 to 320.
 * - BaseRtt of Ultra Ethernet (Nscc, Rccc, CreditPacer, UetRud) = T. Its stacks mark from 0.2 to
 * 0.8 of what 400 Gb/s carry in T, and trim above all of it. Rto of UetRud and UetRudi is 1.2 T and
 * six queues of T each, as in the consortium's reference model, and no less than there.
 * - BaseRtt of all other laws (WindowLaw, PintStamper), which must be no less than T: T if that is
 *   longer than their default.
 *
 * Stacks without packets, and TCP, have no such settings.
 *
 * @param stack the stack; applied, and what the user changes too, since the memory counts
 * @param graph the network
 * @return the settings, to be applied before those of the user
 */
std::vector<AttributeSetting> FitStack(const NetworkStack& stack,
                                       const cluster::TopologyGraph& graph);

} // namespace ns3::experiment

#endif /* EXPERIMENT_STACK_FIT_H */
