/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_HEALTH_REPORT_H
#define EXPERIMENT_HEALTH_REPORT_H

#include "experiment-result-store.h"

#include "ns3/cluster-health.h"

#include <ostream>
#include <vector>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * Print how the network fared, for people.
 *
 * @param health the totals
 * @param out where to print
 */
void PrintHealth(const cluster::ClusterHealth& health, std::ostream& out);

/**
 * @ingroup experiment
 * Add the figures of the network to those of a run, by the keys that all programs have.
 *
 * @param health the totals
 * @param [in,out] rows where to add
 */
void AddHealthMetrics(const cluster::ClusterHealth& health, std::vector<MetricRow>& rows);

} // namespace ns3::experiment

#endif /* EXPERIMENT_HEALTH_REPORT_H */
