/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_ROUTE_CONTROLLER_H
#define CLUSTER_ROUTE_CONTROLLER_H

#include "cluster-cluster.h"
#include "cluster-routes.h"

#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * The routing protocol of a cluster, as far as its result and its delay go: when links between
 * switches, or those of bonded NIC ports, fail or come back, all switches have new next hops
 * ConvergenceTime later: shortest paths over the links that are up, and weights that fit them where
 * the load balancer is weighted.
 *
 * Without it routes are those of the whole graph for ever; a switch then still avoids its own dead
 * ports at once, but sends frames towards failures further on.
 *
 * The messages of the protocol take no bandwidth. Changes during the delay are part of the same
 * computation, which sees the links as they are when it is made.
 */
class RouteController : public Object
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    RouteController();
    ~RouteController() override;

    /** @param cluster the network to look after, which must outlive the object; before the start */
    void Setup(const Cluster& cluster);

    /** @return number of times that routes were computed */
    uint32_t GetNComputations() const;

    /** TracedCallback signature: number of links between switches that are down. */
    typedef void (*ComputedTracedCallback)(uint32_t down);

  protected:
    void DoDispose() override;

  private:
    /** A link has changed its state. */
    void LinkChanged();

    /** Compute routes and have each switch take them at an event of its own. */
    void Compute();

    const Cluster* m_cluster{nullptr};   ///< the network
    std::vector<uint32_t> m_edges;       ///< links between switches and of bonded ports
    Time m_convergenceTime;              ///< from a change to new routes
    EventId m_event;                     ///< the next computation
    uint32_t m_nComputations{0};         ///< computations
    TracedCallback<uint32_t> m_computed; ///< trace: routes were computed
};

} // namespace ns3::cluster

#endif /* CLUSTER_ROUTE_CONTROLLER_H */
