/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_FLOW_GENERATOR_H
#define CLUSTER_FLOW_GENERATOR_H

#include "cluster-flow.h"
#include "cluster-topology-graph.h"

#include "ns3/nstime.h"
#include "ns3/object.h"

#include <optional>
#include <string>
#include <vector>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * Plug-in point: makes a list of flows between the accelerators of a cluster from a few parameters,
 * which are attributes. A traffic pattern is a subclass with its own TypeId whose name ends in
 * "Flows".
 */
class FlowGenerator : public Object
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    FlowGenerator();
    ~FlowGenerator() override;

    /**
     * @param sites the accelerators
     * @param [out] errors what is wrong with the parameters, in terms of attribute names
     * @return the flows by start time, or nothing if there are errors
     */
    std::optional<std::vector<Flow>> Generate(const FlowSites& sites,
                                              std::vector<TopologyError>& errors);

    /**
     * Fix the random streams.
     *
     * @param stream first stream number to use
     * @return number of streams used
     */
    virtual int64_t AssignStreams(int64_t stream);

  protected:
    /** @param errors where to add @param message what is wrong */
    static void AddError(std::vector<TopologyError>& errors, const std::string& message);

    /**
     * @param source accelerator
     * @param destination accelerator
     * @param bytes size
     * @param after time after Start
     * @return a flow of the class of this generator
     */
    Flow MakeFlow(uint32_t source, uint32_t destination, uint64_t bytes, int64_t after = 0) const;

  private:
    /**
     * @param sites the accelerators, two at least
     * @param errors where to report what is wrong; nothing reported means that DoGenerate may run
     */
    virtual void DoCheck(const FlowSites& sites, std::vector<TopologyError>& errors) const = 0;

    /** @param sites the accelerators @return about how many flows there will be */
    virtual double DoEstimate(const FlowSites& sites) const = 0;

    /** @param sites the accelerators @param flows where to add flows; DoCheck found no fault */
    virtual void DoGenerate(const FlowSites& sites, std::vector<Flow>& flows) = 0;

    Time m_start;              ///< start of the first flow
    uint8_t m_priority;        ///< class on the wire
    MessageVerb::Value m_verb; ///< which way the bytes go
};

} // namespace ns3::cluster

#endif /* CLUSTER_FLOW_GENERATOR_H */
