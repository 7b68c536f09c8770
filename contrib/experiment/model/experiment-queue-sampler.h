/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_QUEUE_SAMPLER_H
#define EXPERIMENT_QUEUE_SAMPLER_H

#include "experiment-flow-summary.h"

#include "ns3/cluster-cluster.h"
#include "ns3/fabric-port.h"
#include "ns3/nstime.h"

#include <optional>
#include <vector>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * Looks at the queues of all switch ports at regular times and keeps the longest of each time. Of
 * very many samples every second one is forgotten, and later ones come half as often.
 */
class QueueSampler
{
  public:
    /**
     * @param cluster whose switches; must outlive the sampler
     * @param interval between two samples, for whoever calls Sample
     */
    QueueSampler(const cluster::Cluster& cluster, Time interval);

    /** @return time between two calls of Sample */
    Time GetInterval() const
    {
        return m_interval;
    }

    /** Look at all queues. */
    void Sample();

    /** @return distribution of the longest queue over time, bytes; nothing without samples */
    std::optional<Distribution> GetDistribution() const;

  private:
    Time m_interval;                        ///< between two calls
    std::vector<Ptr<fabric::Port>> m_ports; ///< of all switches
    std::vector<double> m_samples;          ///< longest queue at each time, bytes
    uint64_t m_every{1};                    ///< calls per sample
    uint64_t m_calls{0};                    ///< calls so far
};

} // namespace ns3::experiment

#endif /* EXPERIMENT_QUEUE_SAMPLER_H */
