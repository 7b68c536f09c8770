/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_LINK_FAILURE_H
#define CLUSTER_LINK_FAILURE_H

#include "cluster-fault.h"

#include <cstdint>
#include <string>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * A cable carries nothing in either direction, for ever or for Duration. What is on it is lost.
 * Both ends know at once; who else hears of it, and when, is a matter of RouteController and
 * TrafficEngineer.
 */
class LinkFailure : public Fault
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

  private:
    std::string DoCheck(const TopologyGraph& graph) const override;
    uint32_t DoGetNode(const Cluster& cluster) const override;
    void DoBegin(Cluster& cluster) override;
    void DoEnd(Cluster& cluster) override;

    /** @return the edge, or TopologyGraph::NONE */
    uint32_t FindEdge(const TopologyGraph& graph) const;

    std::string m_from; ///< name of the server or switch at one end
    std::string m_to;   ///< name of the one at the other end
    uint32_t m_index;   ///< which of several cables between them
};

} // namespace ns3::cluster

#endif /* CLUSTER_LINK_FAILURE_H */
