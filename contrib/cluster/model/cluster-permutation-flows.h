/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_PERMUTATION_FLOWS_H
#define CLUSTER_PERMUTATION_FLOWS_H

#include "cluster-flow-generator.h"

#include "ns3/random-variable-stream.h"

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * "permutation": every accelerator sends one flow and receives one, at the same time. Who sends to
 * whom is drawn at random among the permutations that are one cycle, so that nobody sends to
 * itself.
 */
class PermutationFlows : public FlowGenerator
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    PermutationFlows();
    ~PermutationFlows() override;

    int64_t AssignStreams(int64_t stream) override;

  private:
    void DoCheck(const FlowSites& sites, std::vector<TopologyError>& errors) const override;
    double DoEstimate(const FlowSites& sites) const override;
    void DoGenerate(const FlowSites& sites, std::vector<Flow>& flows) override;

    uint64_t m_size;                     ///< bytes of each flow
    Ptr<UniformRandomVariable> m_random; ///< draws the permutation
};

} // namespace ns3::cluster

#endif /* CLUSTER_PERMUTATION_FLOWS_H */
