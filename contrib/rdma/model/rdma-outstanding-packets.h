/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_OUTSTANDING_PACKETS_H
#define RDMA_OUTSTANDING_PACKETS_H

#include "ns3/fabric-time.h"

#include <cstdint>
#include <memory>

namespace ns3::rdma
{

using fabric::Ticks;

/**
 * @ingroup rdma
 * What a sender knows of each packet from the oldest one missing to the highest one sent: when it
 * left, on which path, and whether it has arrived or counts as lost. For schemes that send single
 * packets again and judge paths; 24 bytes a packet, and no memory before the first one.
 */
class OutstandingPackets
{
  public:
    /** What is believed of a packet. */
    enum class State : uint8_t
    {
        SENT,    ///< in the network
        ARRIVED, ///< acknowledged, packets before it are not
        LOST,    ///< waits to be sent again
    };

    /** A packet. */
    struct Packet
    {
        Ticks sentAt;     ///< when it left last
        uint32_t payload; ///< its message bytes
        uint16_t entropy; ///< its path then
        State state;      ///< what is believed of it
    };

    /** @param begin sequence number of the first packet */
    void Start(uint64_t begin);

    /** @return the oldest packet that has not arrived */
    uint64_t GetBegin() const
    {
        return m_begin;
    }

    /** @return one past the highest packet that was sent */
    uint64_t GetEnd() const
    {
        return m_end;
    }

    /** @param sequence a packet @return whether it was sent, and some before it or itself not
     * arrived */
    bool Contains(uint64_t sequence) const
    {
        return sequence - m_begin < m_end - m_begin;
    }

    /** @param sequence a packet that is contained @return what is known of it */
    const Packet& Get(uint64_t sequence) const
    {
        return m_packets[sequence & (m_capacity - 1)];
    }

    /** @return message bytes of packets in the network */
    uint64_t GetBytesInFlight() const
    {
        return m_bytesInFlight;
    }

    /** @return packets that wait to be sent again */
    uint32_t GetNLost() const
    {
        return m_nLost;
    }

    /** @return packets that have arrived while some before them have not */
    uint32_t GetNArrived() const
    {
        return m_nArrived;
    }

    /** @return the lowest packet that waits to be sent again; there is one */
    uint64_t FindLost();

    /**
     * A packet leaves: the one after the highest, or one that was lost.
     *
     * @param sequence the packet
     * @param payload its message bytes
     * @param entropy its path
     * @param now the time
     */
    void Send(uint64_t sequence, uint32_t payload, uint16_t entropy, Ticks now);

    /** @param sequence a packet that is contained has arrived @return message bytes that is news of
     */
    uint32_t Arrive(uint64_t sequence);

    /** @param begin all packets before it have arrived @return message bytes that is news of */
    uint64_t ArriveUpTo(uint64_t begin);

    /** @param sequence a packet in the network that counts as lost from now on */
    void Lose(uint64_t sequence);

  private:
    static constexpr uint64_t INITIAL_CAPACITY = 64; ///< packets; a power of two

    /** @param sequence a packet @return what is known of it */
    Packet& At(uint64_t sequence)
    {
        return m_packets[sequence & (m_capacity - 1)];
    }

    /** Double the capacity. */
    void Grow();

    std::unique_ptr<Packet[]> m_packets; ///< by sequence number modulo the capacity
    uint64_t m_capacity{0};              ///< packets, 0 or a power of two
    uint64_t m_begin{0};                 ///< oldest packet not arrived
    uint64_t m_end{0};                   ///< one past the highest sent
    uint64_t m_lostFrom{0};              ///< no packet before it is lost
    uint64_t m_bytesInFlight{0};         ///< of packets in the network
    uint32_t m_nLost{0};                 ///< packets lost
    uint32_t m_nArrived{0};              ///< packets arrived beyond the oldest missing
};

} // namespace ns3::rdma

#endif /* RDMA_OUTSTANDING_PACKETS_H */
