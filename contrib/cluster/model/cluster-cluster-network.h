/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_CLUSTER_NETWORK_H
#define CLUSTER_CLUSTER_NETWORK_H

#include "cluster-cluster.h"
#include "cluster-message-network.h"
#include "cluster-scale-up-domain.h"

#include "ns3/ptr.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * A MessageNetwork among the accelerators of a Cluster. Messages within a server go through its
 * scale-up domain; how the others cross the scale-out fabric is up to the subclass.
 */
class ClusterNetwork : public MessageNetwork, private ScaleUpUser
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

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

    // Inherited
    uint32_t GetNAccelerators() const override;
    uint32_t GetNodeId(uint32_t accelerator) const override;
    uint32_t GetDomain(uint32_t accelerator) const override;
    DataRate GetScaleOutRate(uint32_t accelerator) const override;
    DataRate GetScaleUpRate(uint32_t accelerator) const override;

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

    /** @return whether frames of a NIC port reach another one */
    bool HasPath(const TopologyGraph::Attachment& source,
                 const TopologyGraph::Attachment& destination) const;

    /** Report a message as failed in an event of its own. */
    void FailLater(const Message& message, const std::string& reason);

  private:
    void DoSend(const Message& message) final;
    void TransferArrived(const Message& message) override;

    /** The cluster is known now. */
    virtual void DoSetup() = 0;

    /** Move the bytes between two servers and call the Notify functions. */
    virtual void DoSendOut(const Message& message) = 0;

    /** The event of FailLater. */
    void Fail(Message message, std::string reason);

    Ptr<Cluster> m_cluster;            ///< cluster
    std::vector<Endpoint> m_endpoints; ///< by accelerator
};

} // namespace ns3::cluster

#endif /* CLUSTER_CLUSTER_NETWORK_H */
