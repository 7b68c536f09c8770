/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_REDUCTION_GROUPS_H
#define CLUSTER_REDUCTION_GROUPS_H

#include "cluster-aggregation-planner.h"
#include "cluster-cluster.h"
#include "cluster-message-network.h"
#include "cluster-reduction-groups-user.h"

#include "ns3/fabric-reduction-engine.h"
#include "ns3/object.h"
#include "ns3/rdma-reduction-port.h"
#include "ns3/rdma-reduction-worker.h"
#include "ns3/type-id.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * Reductions in the network: the management of groups of accelerators, with their aggregation trees
 * in the switches and their workers at the NICs.
 *
 * A group is set up when it is first asked for, without time and packets, as the connections of
 * PacketMessageNetwork are: in reality a manager (SHARP's aggregation manager) does it before the
 * job starts. A group whose trees have a dead link, or that has failed, gets new trees when it is
 * asked for again while nothing of it is under way.
 *
 * Messages need not be posted in the same order by all members: the order in which tags are first
 * seen is that of the group. It is known to all members at once, which is likewise not a matter of
 * packets.
 */
class ReductionGroups : public Object, private rdma::ReductionHandler
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    ReductionGroups();
    ~ReductionGroups() override;

    /** @param cluster the network @param user who hears of messages; must outlive the use */
    void Setup(Ptr<Cluster> cluster, ReductionGroupsUser* user);

    /** A member of a group, as it is asked for. */
    struct Member
    {
        uint32_t accelerator{0};                      ///< who
        std::vector<TopologyGraph::Attachment> ports; ///< its NIC ports: tree t uses t modulo them
    };

    /**
     * @param members the members
     * @param scheme TypeId name of a rdma::ReductionWorker
     * @param [out] reason why there is none
     * @return the group, see MessageNetwork::FindGroup
     */
    uint32_t Find(const std::vector<Member>& members,
                  const std::string& scheme,
                  std::string& reason);

    /** @param message from a member to its group @return why not; empty if it is under way */
    std::string Post(const Message& message);

    /** @param group a group @return its trees */
    const std::vector<AggregationTree>& GetTrees(uint32_t group) const;

    /** @param group a group @return the numbers of its trees */
    const std::vector<uint32_t>& GetTreeNumbers(uint32_t group) const;

    /** @param group a group @param member place in it @return the end of it there */
    Ptr<rdma::ReductionWorker> GetWorker(uint32_t group, uint32_t member) const;

  protected:
    void DoDispose() override;

  private:
    /** Where a tag stands in a group. */
    struct Order
    {
        uint32_t ordinal{0}; ///< place in the order
        uint32_t posted{0};  ///< members that have sent it
        Message first;       ///< the first of them
    };

    /** A group. */
    struct Group
    {
        std::vector<Member> members;                     ///< who
        TypeId scheme;                                   ///< of the workers
        std::vector<AggregationTree> trees;              ///< over which switches
        std::vector<uint32_t> numbers;                   ///< by tree: its number
        std::vector<Ptr<rdma::ReductionWorker>> workers; ///< by member
        std::vector<std::unique_ptr<rdma::ReductionEndpoint>>
            servers;                         ///< by tree, if there are any
        std::map<uint32_t, uint32_t> places; ///< by accelerator: which member
        std::map<uint64_t, Order> orders;    ///< by tag
        uint32_t nOrdinals{0};               ///< tags seen
    };

    /** Make trees and workers. @return why that is not possible, or nothing */
    std::string Build(Group& group);

    /** Compute the trees of a group. @return why there are none, or nothing */
    std::string PlanTrees(Group& group, const rdma::ReductionWorker& worker);

    /** Give the switches a tree. @return why one has no room, or nothing */
    std::string InstallTree(const Group& group,
                            std::size_t tree,
                            const rdma::ReductionWorker& worker);

    /** Make the workers of a group. @param first the one made already */
    void MakeWorkers(Group& group, Ptr<rdma::ReductionWorker> first);

    /** Undo Build. */
    void TearDown(Group& group);

    /** @return whether a group has to be built anew, and can be */
    bool IsBroken(const Group& group) const;

    /** @return by vertex: whether there is an engine for a scheme, or may be */
    std::vector<bool> FindEngines(const rdma::ReductionWorker& worker) const;

    /** @return by edge: whether it is down */
    std::vector<bool> FindDown() const;

    /** @return what the switches of a tree have to know of it, by node */
    static std::vector<fabric::ReductionNode> Describe(const AggregationTree& tree, bool hasServer);

    /** @return what the endpoints at a NIC port have in common */
    rdma::ReductionPort& GetPort(const TopologyGraph::Attachment& place);

    /** @return NIC port of a member for a tree */
    static TopologyGraph::Attachment GetPlace(const Member& member, std::size_t tree)
    {
        return member.ports[tree % member.ports.size()];
    }

    void TransferCompleted(rdma::ReductionWorker& worker,
                           const rdma::ReductionTransfer& transfer) override;
    void TransferFailed(rdma::ReductionWorker& worker,
                        const rdma::ReductionTransfer& transfer,
                        const std::string& reason) override;

    /** @return the message of a transfer, taken out */
    Message Take(const rdma::ReductionTransfer& transfer);

    Ptr<Cluster> m_cluster;                        ///< the network
    ReductionGroupsUser* m_user{nullptr};          ///< who hears of messages
    std::string m_engineTiers;                     ///< of switches that may have engines
    std::unique_ptr<AggregationPlanner> m_planner; ///< computes trees
    std::map<std::pair<std::vector<uint32_t>, std::string>, uint32_t> m_byMembers; ///< groups
    std::vector<std::unique_ptr<Group>> m_groups;                                  ///< by number
    std::vector<std::unique_ptr<rdma::ReductionPort>> m_ports;                     ///< by address
    std::map<uint64_t, Message> m_messages; ///< under way, by cookie
    uint64_t m_nextCookie{0};               ///< of the next message
    uint32_t m_nextTree{0};                 ///< number of the next tree
};

} // namespace ns3::cluster

#endif /* CLUSTER_REDUCTION_GROUPS_H */
