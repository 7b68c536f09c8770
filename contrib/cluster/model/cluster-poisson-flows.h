/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_POISSON_FLOWS_H
#define CLUSTER_POISSON_FLOWS_H

#include "cluster-flow-generator.h"

#include "ns3/random-variable-stream.h"

#include <string>

namespace ns3::cluster
{

class SizeDistribution;

/**
 * @ingroup cluster
 * "poisson": flows arrive as a Poisson process, between pairs drawn at random, with sizes drawn
 * from a distribution. Their rate of arrival is Load * (sum of the accelerators' rates) / (mean
 * size). Load counts message bytes; headers come on top.
 */
class PoissonFlows : public FlowGenerator
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    PoissonFlows();
    ~PoissonFlows() override;

    int64_t AssignStreams(int64_t stream) override;

  private:
    void DoCheck(const FlowSites& sites, std::vector<TopologyError>& errors) const override;
    double DoEstimate(const FlowSites& sites) const override;
    void DoGenerate(const FlowSites& sites, std::vector<Flow>& flows) override;

    /** @param [out] errors why there is none @return the distribution that Cdf names */
    std::optional<SizeDistribution> LoadSizes(std::vector<TopologyError>& errors) const;

    /** @return flows per second */
    double GetArrivalRate(const FlowSites& sites, const SizeDistribution& sizes) const;

    std::string m_cdf;                         ///< name or file of the distribution
    double m_load;                             ///< share of the rate
    Time m_duration;                           ///< how long flows arrive
    Ptr<ExponentialRandomVariable> m_arrivals; ///< times between arrivals
    Ptr<UniformRandomVariable> m_pairs;        ///< draws source and destination
    Ptr<UniformRandomVariable> m_sizes;        ///< draws sizes
};

} // namespace ns3::cluster

#endif /* CLUSTER_POISSON_FLOWS_H */
