/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_FAT_TREE_H
#define CLUSTER_FAT_TREE_H

#include "cluster-topology-generator.h"

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * Three-tier fat-tree of switches with K ports (Al-Fares, Loukissas, Vahdat: "A Scalable, Commodity
 * Data Center Network Architecture", SIGCOMM 2008): K pods of K/2 edge and K/2 aggregation
 * switches, and (K/2)^2 core switches. K/2 NIC links at every edge switch make K^3/4 NICs and full
 * bisection; there are 5K^2/4 switches, and (K/2)^2 shortest paths between hosts of different pods.
 *
 * Core switch c is linked to aggregation switch c / (K/2) of every pod.
 *
 * Oversubscription o puts o*K/2 NICs on an edge switch, whose up-links stay K/2.
 *
 * Names: server-S, edge-P-E, agg-P-A (pod P), core-C. Tiers 1, 2, 3; the group of a vertex is its
 * pod.
 */
class FatTree : public TopologyGenerator
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

  private:
    /** @return NIC links at an edge switch; meaningful if DoCheck found no fault */
    uint32_t GetNicsPerEdge() const;

    void DoCheck(std::vector<TopologyError>& errors) const override;
    uint64_t DoCountAttachments() const override;
    void DoGenerate(TopologyGraph& graph) const override;

    uint32_t m_k;              ///< ports of a switch
    double m_oversubscription; ///< NIC links over up-links of an edge switch
};

} // namespace ns3::cluster

#endif /* CLUSTER_FAT_TREE_H */
