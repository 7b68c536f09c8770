/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FLOW_LEVEL_MESSAGE_NETWORK_H
#define FLOW_LEVEL_MESSAGE_NETWORK_H

#include "flow-level-paths.h"

#include "ns3/cluster-cluster-network.h"
#include "ns3/cluster-fluid-links.h"
#include "ns3/cluster-ideal-transfer.h"
#include "ns3/random-variable-stream.h"

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

namespace ns3::flowlevel
{

/**
 * @ingroup flow-level
 * Messages as flows: between servers they share the cables of the cluster max-min fairly
 * (see cluster::FluidLinks) instead of being moved packet by packet. Thousands of times fewer
 * events, for jobs too large or too long for packets.
 *
 * Each (source, destination, channel, priority) between servers is a flow, whose messages go one
 * after the other. It uses the NIC ports that PacketMessageNetwork would use. Its way is the one
 * that the switches' hashes choose for a UDP source port drawn at random from 0xC000 to 0xFFFF, or
 * all ways at once, evenly (see Paths); it is chosen when its first message is sent.
 *
 * Cables carry message bytes at their rate times the payload share of full RoCEv2 frames. A message
 * arrives when its last byte has left its source, and the propagation, processing and
 * store-and-forward of one frame on each cable have passed: a message of whole frames alone in the
 * network takes what the packets would take, another at most a header more or less. It is confirmed
 * the way of an acknowledgment later.
 *
 * Deliberately left out: everything that packets meet and flows do not. Congestion control is
 * ideal, at once and fair, queues are empty, nothing is lost, marked or paused, priorities share
 * equally. What it says is what the topology and the paths permit. Use packets to learn what a
 * transport makes of it.
 *
 * It is the one network whose state is not of a node: its own events have no context; those that it
 * delivers have the context of the accelerator's node.
 */
class FlowMessageNetwork : public cluster::ClusterNetwork, private cluster::FluidUser
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /** Which ways flows take. */
    enum PathUse : uint8_t
    {
        AS_SWITCHES, ///< HASHED if all switches hash, EVEN otherwise
        HASHED,      ///< one way, that of the switches' hashes
        EVEN,        ///< all ways, by the weights of the switches' routes
    };

    FlowMessageNetwork();
    ~FlowMessageNetwork() override;

    /** @return flows so far */
    uint32_t GetNFlows() const;

    /** @return times that rates were computed anew */
    uint64_t GetNComputations() const;

    // Inherited
    int64_t AssignStreams(int64_t stream) override;
    double GetScaleOutEfficiency() const override;
    bool MovesPackets() const override;

  protected:
    void DoDispose() override;

  private:
    /** A flow. */
    struct Flow
    {
        std::vector<cluster::TransferHop> hops; ///< cables of its way, or of one of them
        uint64_t peak{0};                       ///< message bits/s on the slowest of them
        fabric::Ticks latency{0};               ///< from leaving to arrival, of several frames, ps
        fabric::Ticks backLatency{0};           ///< from arrival to confirmation, ps
        fabric::Ticks arrivedAt{0};             ///< when the last message arrives, ps
    };

    void DoSetup() override;
    void DoSendOut(const cluster::Message& message) override;
    void MessageLeft(uint32_t stream, const cluster::Message& message) override;

    /** @return the flow of a message, made if it is the first one; NO_FLOW if there is no way */
    uint32_t FindFlow(const cluster::Message& message);

    /** @return the number of a new flow, or NO_FLOW */
    uint32_t MakeFlow(const cluster::Message& message);

    /** @return whether flows have one way each */
    bool UsesHashes() const;

    /** @return time from leaving to arrival of a message alone, ps @param bytes its size */
    fabric::Ticks GetLatency(const Flow& flow, uint64_t bytes) const;

    /** A message is there, at its destination: the event. */
    void Arrive(cluster::Message message);

    /** A message is confirmed, at its source: the event. */
    void Confirm(cluster::Message message);

    static constexpr uint32_t NO_FLOW = UINT32_MAX; ///< there is no way

    PathUse m_pathUse;                                            ///< which ways flows take
    Ptr<UniformRandomVariable> m_entropy;                         ///< UDP source ports
    cluster::FluidLinks m_links;                                  ///< cables
    std::unique_ptr<FlowPaths> m_paths;                           ///< ways
    cluster::TransferFrames m_frames;                             ///< how messages would be cut
    std::vector<Flow> m_flows;                                    ///< by number of their stream
    std::vector<std::unordered_map<uint64_t, uint32_t>> m_flowOf; ///< by source: by destination,
                                                                  ///< channel and priority
};

} // namespace ns3::flowlevel

#endif /* FLOW_LEVEL_MESSAGE_NETWORK_H */
