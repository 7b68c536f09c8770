/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_SCENARIO_JSON_H
#define EXPERIMENT_SCENARIO_JSON_H

#include "experiment-scenario.h"

#include <string>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * @param scenario a scenario
 * @return everything that decides the result, as JSON
 */
std::string WriteScenarioJson(const Scenario& scenario);

} // namespace ns3::experiment

#endif /* EXPERIMENT_SCENARIO_JSON_H */
