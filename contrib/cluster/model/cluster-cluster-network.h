/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_CLUSTER_NETWORK_H
#define CLUSTER_CLUSTER_NETWORK_H

#include "cluster-cluster.h"
#include "cluster-message-network.h"
#include "cluster-reduction-groups-user.h"
#include "cluster-scale-up-domain.h"

#include "ns3/ptr.h"

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace ns3::cluster
{

class ReductionGroups;

/**
 * @ingroup cluster
 * A MessageNetwork among the accelerators of a Cluster. Messages within a server go through its
 * scale-up domain; how the others cross the scale-out fabric is up to the subclass, but for those
 * to groups: those that add up in the scale-out fabric ReductionGroups has, those of a server's
 * scale-up switch (scheme ScaleUpReduction) its domain, all members being in that server.
 *
 * An accelerator need not use its own NIC: with Relay a message first goes to another accelerator
 * of the server, through the scale-up domain and whole, and leaves by that one's NIC, as in NCCL's
 * PXN. For a destination and a channel it is always the same: one on the rail (switch) of the far
 * NIC, else, if the own NIC has no path, the first that has one.
 */
class ClusterNetwork : public MessageNetwork, private ScaleUpUser, private ReductionGroupsUser
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /** Which messages leave by the NIC of another accelerator of the server. */
    enum RelayUse : uint8_t
    {
        NEVER,       ///< none
        UNREACHABLE, ///< those that cannot go by the own NIC
        RAILS,       ///< these, and those to another rail than the own one
    };

    ClusterNetwork();
    ~ClusterNetwork() override;

    /** @param cluster whose accelerators exchange messages; before anything else */
    void Setup(Ptr<Cluster> cluster);

    /**
     * Fix the random streams.
     *
     * @param stream first stream number to use
     * @return how many are used; 0 if that is known only at the end of the run, so the network's
     *         should come last
     */
    virtual int64_t AssignStreams(int64_t stream);

    /** @return whether there are packets, so that faults, queues and marks mean something */
    virtual bool MovesPackets() const;

    /**
     * @param message a message between accelerators
     * @return why it cannot be moved as its verb says, for people to read; empty if it can
     */
    std::string CheckVerb(const Message& message) const;

    /** @return number of connections between servers made so far, if it makes any */
    virtual uint32_t GetNConnections() const;

    // Inherited
    uint32_t GetNAccelerators() const override;
    uint32_t GetNodeId(uint32_t accelerator) const override;
    uint32_t GetDomain(uint32_t accelerator) const override;
    DataRate GetScaleOutRate(uint32_t accelerator) const override;
    DataRate GetScaleUpRate(uint32_t accelerator) const override;
    uint32_t FindGroup(const std::vector<uint32_t>& members,
                       const std::string& scheme,
                       std::string& reason) override;

    /** @return who manages the groups */
    Ptr<ReductionGroups> GetGroups() const;

  protected:
    /** An accelerator. */
    struct Endpoint
    {
        uint32_t server{0};              ///< vertex of the server
        uint32_t index{0};               ///< index within the server
        uint32_t domain{0};              ///< number of the server among the servers
        uint32_t nodeId{0};              ///< node of the server
        std::vector<uint32_t> ports;     ///< NIC ports that it uses
        uint64_t scaleOutRate{0};        ///< its share of these ports, bit/s
        ScaleUpDomain* scaleUp{nullptr}; ///< domain of the server, or null
    };

    void DoDispose() override;

    /** @return the cluster */
    const Ptr<Cluster>& GetCluster() const;

    /** @return an accelerator */
    const Endpoint& GetEndpoint(uint32_t accelerator) const;

    /**
     * @param accelerator with at least one NIC port
     * @param choice a number, of which its ports are chosen modulo their number
     * @return the NIC port
     */
    TopologyGraph::Attachment GetAttachment(uint32_t accelerator, uint32_t choice) const;

    /**
     * @param source accelerator of a message
     * @param destination accelerator of the message
     * @param channel of the message
     * @return accelerator whose NIC the message leaves by; often the source
     */
    uint32_t GetRelay(uint32_t source, uint32_t destination, uint32_t channel) const;

    /** @return what tells the connections of one source apart: destination, channel, priority */
    static uint64_t GetConnectionKey(const Message& message);

    /** @return whether frames of a NIC port reach another one */
    bool HasPath(const TopologyGraph::Attachment& source,
                 const TopologyGraph::Attachment& destination) const;

    /** Report a message as failed in an event of its own. */
    void FailLater(const Message& message, const std::string& reason);

  private:
    void DoSend(const Message& message) final;
    void TransferArrived(const Message& message) override;
    void GroupCompleted(const Message& message) override;
    void GroupFailed(const Message& message, const std::string& reason) override;

    /** @param verb not WRITE @return see CheckVerb, wherever the accelerators are */
    virtual std::string DoCheckVerb(MessageVerb::Value verb) const;

    /** The cluster is known now. */
    virtual void DoSetup() = 0;

    /** Move the bytes from the relay to the other server and call the Notify functions. */
    virtual void DoSendOut(const Message& message) = 0;

    /** As GetRelay, not from memory. */
    uint32_t FindRelay(uint32_t source, uint32_t destination, uint32_t channel) const;

    /** @return what a NIC port is cabled to */
    uint32_t GetPeer(const TopologyGraph::Attachment& port) const;

    /** @return whether two NIC ports are on the same switch, or cabled to each other */
    bool ShareRail(const TopologyGraph::Attachment& a, const TopologyGraph::Attachment& b) const;

    /** As FindGroup, of a scale-up switch. */
    uint32_t FindScaleUpGroup(const std::vector<uint32_t>& members, std::string& reason);

    /** The event of FailLater. */
    void Fail(Message message, std::string reason);

    Ptr<Cluster> m_cluster;                                    ///< cluster
    Ptr<ReductionGroups> m_groups;                             ///< reductions in the network
    std::vector<Endpoint> m_endpoints;                         ///< by accelerator
    std::map<std::vector<uint32_t>, uint32_t> m_scaleUpGroups; ///< by members
    RelayUse m_relayUse;                                       ///< who leaves by another one's NIC
    mutable std::vector<std::unordered_map<uint64_t, uint32_t>>
        m_relays; ///< by source: those found so far, by destination and channel
};

} // namespace ns3::cluster

#endif /* CLUSTER_CLUSTER_NETWORK_H */
