/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_ONE_FLOWS_H
#define CLUSTER_ONE_FLOWS_H

#include "cluster-flow-generator.h"

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * "one": a single flow.
 */
class OneFlows : public FlowGenerator
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    OneFlows();
    ~OneFlows() override;

  private:
    void DoCheck(const FlowSites& sites, std::vector<TopologyError>& errors) const override;
    double DoEstimate(const FlowSites& sites) const override;
    void DoGenerate(const FlowSites& sites, std::vector<Flow>& flows) override;

    uint32_t m_source;      ///< sender
    uint32_t m_destination; ///< receiver
    uint64_t m_size;        ///< bytes
};

} // namespace ns3::cluster

#endif /* CLUSTER_ONE_FLOWS_H */
