/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_TRAFFIC_ENGINEER_H
#define CLUSTER_TRAFFIC_ENGINEER_H

#include "cluster-cluster.h"

#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/random-variable-stream.h"
#include "ns3/rdma-queue-pair.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <vector>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * Central traffic engineering: a controller that knows the topology and the connections of the job,
 * computes a path for each and brings it there. It pins it in the switches (fabric::PinnedPaths),
 * as Meta's controller and Huawei's NSLB do (Gangidi et al., RDMA over Ethernet for distributed AI
 * training at Meta scale, SIGCOMM 2024); or it leaves the switches alone and has the sender use a
 * UDP source port that their hashes lead by that path (as RePaC, see PathProbe::FindEntropy).
 *
 * A connection is taken to want its share of the slower one of the two NIC ports, all connections
 * of a port alike. Paths are shortest ones over links that are up, chosen by PathOptimizer. It
 * computes anew
 * - when connections are made (all those of one moment together), SetupDelay later; until then they
 *   are hashed;
 * - when a link between switches fails or comes back, ReactionTime later; meanwhile the switch at
 *   the failure hashes, and others send on into it;
 * - each Interval, if something has changed that it was not told of.
 *
 * The messages between controller and switches take no bandwidth.
 */
class TrafficEngineer : public Object
{
  public:
    /** How connections are brought onto their paths. */
    enum Method
    {
        PINS,         ///< entries in the tables of the switches, fabric::PinnedPaths
        SOURCE_PORTS, ///< a UDP source port that the switches hash to the path
    };

    /** What a computation came to. */
    struct Outcome
    {
        uint32_t flows{0};        ///< connections with more than one switch on their way
        double maxUtilization{0}; ///< of the most loaded link between switches, by the demands
        double bound{0};          ///< the least there could be if connections were divisible
        uint32_t computations{0}; ///< how many there were so far
        uint32_t unreachable{0};  ///< connections for whose path no source port was found
    };

    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    TrafficEngineer();
    ~TrafficEngineer() override;

    /**
     * @param cluster the network; must outlive the object
     * @param method how connections are brought onto their paths; SOURCE_PORTS needs switches that
     *        hash (see PathProbe)
     */
    void Setup(const Cluster& cluster, Method method = PINS);

    /**
     * @param source address of the sender
     * @param destination address of the receiver
     * @param queuePair number of the destination queue pair
     * @param sender the queue pair that sends; needed for SOURCE_PORTS
     */
    void AddFlow(fabric::FabricAddress source,
                 fabric::FabricAddress destination,
                 uint32_t queuePair,
                 Ptr<rdma::QueuePair> sender = nullptr);

    /**
     * Switches are about to have new routes, by which they hash anew: find new source ports after
     * this event.
     *
     * @param down number of links that are down
     */
    void RoutesComputed(uint32_t down);

    /** @return what the last computation came to */
    const Outcome& GetOutcome() const;

    /**
     * @param flow a flow, in the order of AddFlow
     * @return edges between switches that it is pinned to; none before a computation
     */
    const std::vector<uint32_t>& GetPath(uint32_t flow) const;

    /**
     * @param stream first stream number to use
     * @return number of streams used
     */
    int64_t AssignStreams(int64_t stream);

    /** TracedCallback signature for a computation. */
    typedef void (*ComputedTracedCallback)(const Outcome& outcome);

  protected:
    void DoDispose() override;

  private:
    /** A connection in one direction. */
    struct Flow
    {
        fabric::FabricAddress source;      ///< sender
        fabric::FabricAddress destination; ///< receiver
        uint32_t queuePair;                ///< destination queue pair
        Ptr<rdma::QueuePair> sender;       ///< queue pair that sends, or null
        std::vector<uint32_t> path;        ///< edges between switches
        std::vector<uint32_t> vertices;    ///< the switch that each of them leaves
    };

    /** A shortest path. */
    struct Path
    {
        std::vector<uint32_t> edges;    ///< edges between switches
        std::vector<uint32_t> vertices; ///< the switch that each of them leaves
    };

    /** A link has changed its state. */
    void LinkChanged();

    /** Compute after a delay, unless that is to happen earlier. */
    void ComputeIn(Time delay);

    /** The periodic computation. */
    void ComputePeriodically();

    /** Compute all paths and pin those that have changed. */
    void Compute();

    /** @return by edge: whether it is a link between switches that is down */
    std::vector<bool> FindDown() const;

    /** @return paths of each flow, by flow, over links that are up @param down by edge */
    std::vector<std::vector<Path>> FindPaths(const std::vector<bool>& down) const;

    /**
     * Choose among paths by planes, see PlaneAssignment, those of equal demands together.
     *
     * @param down by edge: whether it is down
     * @param flows the flows that want a path
     * @param demands by flow: bit/s
     * @param found by flow: its paths
     * @return by entry of `flows`: index of a path, or PathOptimizer::NONE
     */
    std::vector<uint32_t> ChooseByPlanes(const std::vector<bool>& down,
                                         const std::vector<uint32_t>& flows,
                                         const std::vector<double>& demands,
                                         std::vector<std::vector<Path>>& found) const;

    /** @return links of the optimizer that a path takes: 2 e + i is edge e, entered at end i */
    std::vector<uint32_t> GetLinks(const Path& path) const;

    /** Collect paths from a switch to the present destination of `paths`. */
    void Extend(class ShortestPaths& paths,
                uint32_t vertex,
                Path& path,
                std::vector<Path>& found) const;

    /** @return by flow: bit/s that it wants */
    std::vector<double> EstimateDemands() const;

    /** Bring a flow onto a path. */
    void Install(Flow& flow, const Path& path);

    /** Have the switches of a flow's old and new path change their tables. */
    void Pin(const Flow& flow, const Path& path) const;

    /** Have a flow send from a source port that leads it by a path. @return whether there is one */
    bool ChooseSourcePort(const Flow& flow, const Path& path) const;

    const Cluster* m_cluster{nullptr};         ///< the network
    Method m_method{PINS};                     ///< how connections are brought onto paths
    std::vector<Flow> m_flows;                 ///< connections
    std::vector<uint32_t> m_edges;             ///< links between switches
    Time m_setupDelay;                         ///< from a new connection to its pins
    Time m_reactionTime;                       ///< from a failure to new pins
    Time m_interval;                           ///< between periodic computations, 0: none
    double m_gap;                              ///< of the bound
    uint32_t m_maxPaths;                       ///< that are looked at for a connection
    uint64_t m_searchSteps;                    ///< of the optimizer
    bool m_stale{false};                       ///< something has changed since the last one
    EventId m_event;                           ///< next computation
    EventId m_periodic;                        ///< next periodic one
    Outcome m_outcome;                         ///< of the last computation
    Ptr<UniformRandomVariable> m_random;       ///< draws of the optimizer
    TracedCallback<const Outcome&> m_computed; ///< trace: paths were computed
};

} // namespace ns3::cluster

#endif /* CLUSTER_TRAFFIC_ENGINEER_H */
