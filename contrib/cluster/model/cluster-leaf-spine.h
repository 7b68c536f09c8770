/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_LEAF_SPINE_H
#define CLUSTER_LEAF_SPINE_H

#include "cluster-topology-generator.h"

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * Two-tier Clos: every leaf is linked to every spine by LinksPerPair links. Oversubscription
 * follows from the numbers: Hosts * Nics * Rate over Spines * LinksPerPair * FabricRate.
 *
 * Without spines, and with one leaf, it is a single switch.
 *
 * Names: server-S, leaf-L, spine-S. Tiers 1 and 2; the group of a server or leaf is its leaf.
 */
class LeafSpine : public TopologyGenerator
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

  private:
    void DoCheck(std::vector<TopologyError>& errors) const override;
    uint64_t DoCountAttachments() const override;
    void DoGenerate(TopologyGraph& graph) const override;

    uint32_t m_leaves;       ///< leaves
    uint32_t m_spines;       ///< spines
    uint32_t m_hosts;        ///< servers of a leaf
    uint32_t m_bond;         ///< ports of a NIC, on a leaf each
    uint32_t m_linksPerPair; ///< links between a leaf and a spine
};

} // namespace ns3::cluster

#endif /* CLUSTER_LEAF_SPINE_H */
