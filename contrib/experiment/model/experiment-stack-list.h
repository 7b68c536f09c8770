/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_STACK_LIST_H
#define EXPERIMENT_STACK_LIST_H

#include "experiment-network-stack.h"

#include <vector>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * The list of named stacks: a new stack is added here. What one stack sets, every stack sets:
 * NetworkStack::Apply gives the others the declared default of it.
 *
 * @return all stacks there are, in the order of the help of programs
 */
const std::vector<NetworkStack>& GetStackList();

} // namespace ns3::experiment

#endif /* EXPERIMENT_STACK_LIST_H */
