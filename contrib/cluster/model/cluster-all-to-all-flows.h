/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_ALL_TO_ALL_FLOWS_H
#define CLUSTER_ALL_TO_ALL_FLOWS_H

#include "cluster-flow-generator.h"

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * "all-to-all": every accelerator sends to every other one, all at the same time. In the list,
 * accelerator i's flows to i + 1 come first, then those to i + 2 and so on.
 */
class AllToAllFlows : public FlowGenerator
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    AllToAllFlows();
    ~AllToAllFlows() override;

  private:
    void DoCheck(const FlowSites& sites, std::vector<TopologyError>& errors) const override;
    double DoEstimate(const FlowSites& sites) const override;
    void DoGenerate(const FlowSites& sites, std::vector<Flow>& flows) override;

    uint64_t m_size; ///< bytes of each flow
};

} // namespace ns3::cluster

#endif /* CLUSTER_ALL_TO_ALL_FLOWS_H */
