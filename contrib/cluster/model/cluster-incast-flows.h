/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_INCAST_FLOWS_H
#define CLUSTER_INCAST_FLOWS_H

#include "cluster-flow-generator.h"

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * "incast": several accelerators send to one at the same time. The senders are spread evenly over
 * the cluster: sender i of N among A accelerators is accelerator Dst + 1 + i (A - 1) / N, modulo A.
 */
class IncastFlows : public FlowGenerator
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    IncastFlows();
    ~IncastFlows() override;

  private:
    void DoCheck(const FlowSites& sites, std::vector<TopologyError>& errors) const override;
    double DoEstimate(const FlowSites& sites) const override;
    void DoGenerate(const FlowSites& sites, std::vector<Flow>& flows) override;

    uint32_t m_n;           ///< senders
    uint32_t m_destination; ///< receiver
    uint64_t m_size;        ///< bytes of each flow
};

} // namespace ns3::cluster

#endif /* CLUSTER_INCAST_FLOWS_H */
