/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_IDEAL_NETWORK_H
#define COLLECTIVE_IDEAL_NETWORK_H

#include "ns3/cluster-message-network.h"
#include "ns3/nstime.h"
#include "ns3/random-variable-stream.h"

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace ns3::collective::test
{

/**
 * The alpha-beta network: each accelerator has one full-duplex port, a message occupies the
 * sender's port and, one latency later, the receiver's, for its size over the rate; both ports
 * serve in FIFO order. The sender hears of the arrival at once.
 *
 * With jitter, each message is late by a random time instead of by ports, but messages of one
 * (source, destination, channel) keep their order.
 */
class IdealNetwork : public cluster::MessageNetwork
{
  public:
    /** What the network is like. */
    struct Shape
    {
        uint32_t nAccelerators{2}; ///< number of accelerators
        uint32_t perServer{1};     ///< number of them in each server
        Time latency{0};           ///< alpha
        Time perByte{0};           ///< beta
        Time jitter{0};            ///< largest random latency; 0: none
        int64_t stream{7};         ///< random stream of the jitter
    };

    /** @return the TypeId */
    static TypeId GetTypeId();

    /** @param shape what the network is like */
    void SetShape(const Shape& shape);

    /** Let all messages from now on fail. */
    void Break();

    uint32_t GetNAccelerators() const override;
    uint32_t GetNodeId(uint32_t accelerator) const override;
    uint32_t GetDomain(uint32_t accelerator) const override;
    DataRate GetScaleOutRate(uint32_t accelerator) const override;
    DataRate GetScaleUpRate(uint32_t accelerator) const override;
    double GetScaleOutEfficiency() const override;
    uint32_t FindGroup(const std::vector<uint32_t>& members,
                       const std::string& scheme,
                       std::string& reason) override;

    /** @param n groups that can be made, of different members; as many as asked for otherwise */
    void LimitGroups(uint32_t n);

    /** @param accelerator who @return bytes that it sent */
    uint64_t GetBytesSent(uint32_t accelerator) const;

    /** @param accelerator who @return largest number of its messages that were not confirmed */
    uint32_t GetMostInFlight(uint32_t accelerator) const;

  private:
    void DoSend(const cluster::Message& message) override;

    /** A member of a group has sent: the result comes alpha + beta bytes after the last one. */
    void SendToGroup(const cluster::Message& message);
    /** The result is at a member. */
    void ResultArrives(cluster::Message message);

    /** The first bit is at the receiver's port. */
    void HeadArrives(cluster::Message message);
    /** The last bit is in. */
    void TailArrives(cluster::Message message);
    /** The sender hears of it. */
    void Confirm(cluster::Message message);
    /** The sender hears that the message is lost. */
    void Fail(cluster::Message message);

    Shape m_shape;                        ///< what the network is like
    bool m_broken{false};                 ///< messages fail
    std::vector<Time> m_outFree;          ///< when the sending half of a port is free
    std::vector<Time> m_inFree;           ///< when the receiving half of a port is free
    std::vector<uint64_t> m_bytesSent;    ///< by accelerator
    std::vector<uint32_t> m_inFlight;     ///< by accelerator
    std::vector<uint32_t> m_mostInFlight; ///< by accelerator
    std::map<std::tuple<uint32_t, uint32_t, uint32_t>, Time>
        m_lastArrival;                           ///< by flow, jitter only
    Ptr<UniformRandomVariable> m_random;         ///< jitter
    uint32_t m_mostGroups{UINT32_MAX};           ///< that can be made
    std::vector<std::vector<uint32_t>> m_groups; ///< members
    std::map<std::pair<uint32_t, uint64_t>, std::vector<cluster::Message>>
        m_contributions; ///< by group and tag
};

} // namespace ns3::collective::test

#endif /* COLLECTIVE_IDEAL_NETWORK_H */
