/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_FAULT_H
#define CLUSTER_FAULT_H

#include "cluster-topology-graph.h"

#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/ptr.h"

#include <string>
#include <vector>

namespace ns3::cluster
{

class Cluster;

/**
 * @ingroup cluster
 * Plug-in point: something that goes wrong in a cluster at a given time, and is right again after
 * another. A kind of fault is a subclass with its own TypeId; its parameters are attributes.
 */
class Fault : public Object
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /** @return when it begins */
    Time GetStart() const;

    /** @return how long it lasts; 0: for ever */
    Time GetDuration() const;

    /**
     * @param graph the cluster it is meant for
     * @return why it cannot happen there, for people to read; empty if it can
     */
    std::string Check(const TopologyGraph& graph) const;

    /** Let it happen. @param cluster the cluster, which must live until the simulation ends */
    void Schedule(Ptr<Cluster> cluster);

  private:
    /** @see Check */
    virtual std::string DoCheck(const TopologyGraph& graph) const = 0;

    /** @param cluster the cluster @return id of the node where it happens: the context of events */
    virtual uint32_t DoGetNode(const Cluster& cluster) const = 0;

    /** It begins now. */
    virtual void DoBegin(Cluster& cluster) = 0;

    /** It ends now. */
    virtual void DoEnd(Cluster& cluster) = 0;

    Time m_start;    ///< begin
    Time m_duration; ///< length; 0: for ever
};

/**
 * @ingroup cluster
 * Make a fault from a compact description such as "pfc-storm:accelerator=3,start=1ms" (see
 * CreateFromSpec).
 *
 * @param spec the description
 * @param graph the cluster it is meant for
 * @param [out] errors what is wrong with it, at line 1 and a column of the description
 * @return the fault, or null if there are errors
 */
Ptr<Fault> CreateFault(const std::string& spec,
                       const TopologyGraph& graph,
                       std::vector<TopologyError>& errors);

/** @return the kinds of faults and their parameters, for the help of programs */
std::string GetFaultHelp();

} // namespace ns3::cluster

#endif /* CLUSTER_FAULT_H */
