/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_TOPOLOGY_GENERATOR_H
#define CLUSTER_TOPOLOGY_GENERATOR_H

#include "cluster-topology-graph.h"

#include "ns3/data-rate.h"
#include "ns3/nstime.h"
#include "ns3/object.h"

#include <optional>
#include <string>
#include <vector>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * Makes the graph of a regular topology from a few parameters, which are attributes.
 *
 * A topology is a subclass with its own TypeId. It answers two questions: are the parameters
 * possible (DoCheck), and what does the graph look like (DoGenerate). The base class holds what all
 * topologies of servers have in common: rates and delays of the cables, NICs and accelerators of a
 * server, and the scale-up domain inside.
 *
 * Accelerators and NICs of a server must divide one another: with A accelerators and N NICs,
 * accelerator i uses the NICs i*N/A to (i+1)*N/A - 1, or shares NIC i*N/A if A > N.
 */
class TopologyGenerator : public Object
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    ~TopologyGenerator() override;

    /**
     * @param [out] errors what is wrong with the parameters, in terms of attribute names
     * @return the graph, or nothing if there are errors
     */
    std::optional<TopologyGraph> Generate(std::vector<TopologyError>& errors) const;

  protected:
    /** @return properties of the cable of a NIC */
    TopologyGraph::LinkProperties GetHostLink() const;

    /** @return properties of a cable between switches */
    TopologyGraph::LinkProperties GetFabricLink() const;

    /** @return NICs of a server */
    uint32_t GetNicsPerServer() const;

    /** @return accelerators of a server */
    uint32_t GetAcceleratorsPerServer() const;

    /**
     * Add a server with its accelerators and its scale-up domain; its links are still to come.
     *
     * @param graph the graph
     * @param index number of the server, which gives its name
     * @param group its pod or scalable unit
     * @param nics NIC ports that it will get
     * @return the vertex
     */
    uint32_t AddServer(TopologyGraph& graph, uint32_t index, uint32_t group, uint32_t nics) const;

    /** @param errors where to add @param message what is wrong */
    static void AddError(std::vector<TopologyError>& errors, const std::string& message);

  private:
    /**
     * Check parameters.
     *
     * @param errors where to report what is wrong; nothing reported means that DoGenerate may run
     */
    virtual void DoCheck(std::vector<TopologyError>& errors) const = 0;

    /** @return number of NICs of a server that the topology has, for the check of accelerators */
    virtual uint32_t DoGetNics() const;

    /** @return number of NIC ports in the whole topology, 2^64-1 if the number is larger */
    virtual uint64_t DoCountAttachments() const = 0;

    /** @param graph where to add vertices and edges; DoCheck found no fault */
    virtual void DoGenerate(TopologyGraph& graph) const = 0;

    DataRate m_rate;                  ///< rate of NIC links
    DataRate m_fabricRate;            ///< rate of links between switches, 0: as m_rate
    Time m_delay;                     ///< propagation delay of NIC links
    Time m_fabricDelay;               ///< propagation delay between switches, 0: as m_delay
    uint32_t m_nicsPerServer;         ///< NICs of a server
    uint32_t m_acceleratorsPerServer; ///< accelerators of a server, 0: one for each NIC
    DataRate m_scaleUpRate;           ///< rate of an accelerator's scale-up port
    Time m_scaleUpLatency;            ///< latency of the scale-up domain
};

/**
 * @ingroup cluster
 * @param a a factor
 * @param b a factor
 * @return the product, or 2^64-1 if it is larger
 */
uint64_t SaturatingProduct(uint64_t a, uint64_t b);

} // namespace ns3::cluster

#endif /* CLUSTER_TOPOLOGY_GENERATOR_H */
