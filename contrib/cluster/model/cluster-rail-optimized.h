/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_RAIL_OPTIMIZED_H
#define CLUSTER_RAIL_OPTIMIZED_H

#include "cluster-topology-generator.h"

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * Rail-optimised two-tier Clos (as in NVIDIA's DGX SuperPOD reference architecture): every server
 * has Rails NICs, and servers form groups (scalable units). NIC r of every server of a group is
 * linked to leaf r of the group, so that equal accelerators of a group are one switch apart. Every
 * leaf is linked to every spine by LinksPerPair links.
 *
 * Spines = 0 leaves the rails apart ("rail-only"): traffic between rails, and between groups, must
 * then go through the scale-up domain.
 *
 * The default is one DGX A100 scalable unit cut to 4 servers: 8 rails, 8 accelerators.
 *
 * Names: server-S, leaf-G-R (group G, rail R), spine-S. Tiers 1 and 2; the group of a server or
 * leaf is its group. The attribute Nics does not count here: a server has one NIC for each rail.
 */
class RailOptimized : public TopologyGenerator
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

  private:
    void DoCheck(std::vector<TopologyError>& errors) const override;
    uint32_t DoGetNics() const override;
    uint64_t DoCountAttachments() const override;
    void DoGenerate(TopologyGraph& graph) const override;

    /** @return servers of a group */
    uint32_t GetServersPerGroup() const;

    uint32_t m_servers;         ///< servers
    uint32_t m_serversPerGroup; ///< servers of a group, 0: all
    uint32_t m_rails;           ///< rails
    uint32_t m_spines;          ///< spines
    uint32_t m_linksPerPair;    ///< links between a leaf and a spine
};

} // namespace ns3::cluster

#endif /* CLUSTER_RAIL_OPTIMIZED_H */
