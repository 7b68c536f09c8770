/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_PACKET_MESSAGE_NETWORK_H
#define CLUSTER_PACKET_MESSAGE_NETWORK_H

#include "cluster-cluster-network.h"
#include "cluster-message-order.h"

#include "ns3/ptr.h"
#include "ns3/rdma-queue-pair.h"
#include "ns3/rdma-ring-buffer.h"
#include "ns3/rdma-verbs.h"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * Messages as packets: between servers through queue pairs of the NICs, packet by packet; between
 * accelerators of one server through its scale-up domain.
 *
 * Each (source, destination, channel, verb, priority) between servers is a connection of its own, a
 * queue pair at either end, made when its first message is sent. It uses the NIC port of the
 * accelerator at each end; an accelerator with several ports uses port (channel modulo their
 * number). A message is one work request, mostly an RDMA WRITE; its tag travels as the remote
 * address, so that the far end needs no other knowledge of it. It is received when its last packet
 * is accepted, and confirmed at the source when that is acknowledged.
 *
 * The exchange of queue pair numbers, in reality a matter of a separate management network before
 * the job starts, takes no time and no packets: the first message sets up both ends at once. This
 * is the one thing done across nodes without a link; everything else happens at events of the node
 * concerned.
 *
 * The data of a message of the NIC's own class (DataClass) has the NIC's DSCP, that of class c
 * otherwise 8 c (class selector c, RFC 2474).
 *
 * A connection may have several queue pairs (QueuePairs), as collective libraries do so that the
 * switches' hash has more flows to spread. Its messages then go over them in turn, each whole or
 * each split over all, or to the one with the fewest bytes outstanding; the far end puts them back
 * in order, and they are confirmed in order. Queue pair i uses port (channel + i) modulo their
 * number. With DisjointPaths the UDP source ports of the queue pairs are chosen such that their
 * paths share as few links as possible.
 *
 * Under transports that complete messages in any order, the far end puts them back in order too.
 *
 * When a queue pair fails, all its messages fail, with the reason, and so do later ones of the
 * connection, whatever the number of its queue pairs: it is not set up again. So do messages
 * between NICs without a path. A message may be received and fail all the same, if its
 * acknowledgment is what was lost.
 */
class PacketMessageNetwork : public ClusterNetwork, private rdma::CompletionHandler
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /** How messages use the queue pairs of their connection. */
    enum QueuePairUse : uint8_t
    {
        ROUND_ROBIN, ///< each message whole, over the queue pairs in turn
        SPLIT,       ///< each message split over all of them
        LEAST_BYTES, ///< each message whole, over the one with the fewest bytes outstanding
    };

    PacketMessageNetwork();
    ~PacketMessageNetwork() override;

    /**
     * Fix the random streams of the connections made from now on, in the order in which they are
     * made. Each takes as many as its path selector needs.
     *
     * @param stream first stream number to use
     * @return 0: how many are used is known only at the end of the run, so they should come last
     */
    int64_t AssignStreams(int64_t stream) override;

    // Inherited
    uint32_t GetNConnections() const override;
    double GetScaleOutEfficiency() const override;

  protected:
    void DoDispose() override;

  private:
    /** A message of a connection with several queue pairs that is not confirmed yet. */
    struct Pending
    {
        uint64_t tag{0};   ///< the user's
        uint64_t bytes{0}; ///< of the message
        uint32_t parts{0}; ///< not acknowledged yet
    };

    /** One queue pair of a connection, seen from both ends. */
    struct Lane
    {
        Ptr<rdma::QueuePair> queuePair; ///< at the source
        uint64_t outstanding{0};        ///< source: bytes posted and not acknowledged
    };

    /** Queue pairs between two accelerators. */
    struct Connection
    {
        uint32_t source{0};                 ///< accelerator
        uint32_t relay{0};                  ///< accelerator whose NIC it uses; often the source
        uint32_t destination{0};            ///< accelerator
        uint32_t channel{0};                ///< channel
        uint8_t priority{0};                ///< class
        rdma::Verb verb{rdma::Verb::WRITE}; ///< of its messages
        std::string failure;                ///< why it does not work, empty if it does
        std::vector<Lane> lanes;            ///< its queue pairs
        uint64_t nPosted{0};                ///< source: messages sent, if there are several lanes
        rdma::RingBuffer<Pending> pending;  ///< source: the last of them, if there are several
        MessageOrder order; ///< destination, if there are several or they complete in any order
    };

    void DoSetup() override;
    std::string DoCheckVerb(MessageVerb::Value verb) const override;
    void DoSendOut(const Message& message) override;
    void SendCompleted(rdma::QueuePair& queuePair, const rdma::Completion& completion) override;
    void MessagePlaced(rdma::QueuePair& queuePair, const rdma::Placement& placement) override;

    /** @return the connection of a message, made if it is the first one */
    Connection& FindConnection(const Message& message);

    /** Make the queue pairs of a connection, unless there is no path. */
    void Connect(Connection& connection, uint32_t index);

    /** Make both queue pairs of a lane, unless there is no path. @param lane its number */
    void ConnectLane(Connection& connection, uint64_t cookie, uint32_t lane);

    /** Pin the lanes of a connection to paths of their own. @param first attachments of lane 0 */
    void SpreadLanes(Connection& connection);

    /** @return a new queue pair of a server with the class and user of a connection */
    Ptr<rdma::QueuePair> MakeQueuePair(uint32_t server,
                                       uint32_t port,
                                       const Connection& connection,
                                       uint64_t cookie);

    /** @return attachments at both ends of a lane */
    std::pair<TopologyGraph::Attachment, TopologyGraph::Attachment> GetEnds(
        const Connection& connection,
        uint32_t lane) const;

    /** Send a message of a connection with several lanes. */
    void SendOverLanes(Connection& connection, const Message& message);

    /** @return false if the queue pair has failed @param number of the message */
    bool Post(rdma::Verb verb, Lane& lane, uint64_t number, uint64_t bytes, uint64_t tag);

    /** All messages of a connection with several lanes fail. */
    void FailConnection(Connection& connection, const std::string& reason);

    /** @return the message that a completion or placement speaks of */
    static Message MessageOf(const Connection& connection, uint64_t bytes, uint64_t tag);

    std::vector<std::unordered_map<uint64_t, uint32_t>>
        m_connectionsOf;                   ///< by source: by GetConnectionKey
    std::vector<Connection> m_connections; ///< by index, which is the queue pairs' cookie
    double m_efficiency{0};                ///< message bytes over link bytes
    uint32_t m_queuePairs{1};              ///< of a connection
    QueuePairUse m_queuePairUse;           ///< how messages use them
    bool m_disjointPaths{false};           ///< whether their paths are chosen
    bool m_streamsAssigned{false};         ///< AssignStreams was called
    int64_t m_nextStream{0};               ///< random stream of the next connection
};

} // namespace ns3::cluster

#endif /* CLUSTER_PACKET_MESSAGE_NETWORK_H */
