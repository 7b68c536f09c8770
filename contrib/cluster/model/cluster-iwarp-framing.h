/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_IWARP_FRAMING_H
#define CLUSTER_IWARP_FRAMING_H

#include "cluster-iwarp-header.h"
#include "cluster-stream-framing.h"

#include "ns3/event-id.h"
#include "ns3/nstime.h"

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * iWARP: RDMA messages over a TCP stream, by MPA (RFC 5044), DDP (RFC 5041) and RDMAP (RFC 5040).
 *
 * The opener sends an MPA request, whose 16 bytes of private data say what the stream is for, and
 * waits for the reply; then messages follow. With Verb Write a message is an RDMA Write into a
 * buffer of the receiver, which is not told of it, and behind that a Send of 16 bytes (size and
 * tag), which tells; STag is the number of the message modulo 2^32, the offset begins at 0. With
 * Verb Send a message is one Send of these 16 bytes and the message. Segments fill packets:
 * MULPDU = segment size - 6 - segment size mod 4.
 *
 * Neither markers nor CRCs are negotiated, as NICs that keep FPDUs in packets do without; the CRC
 * field is there and 0. TCP here merges what waits, so that FPDUs behind a short one begin within a
 * packet (RFC 5044, Appendix A allows that). Advertising buffers takes no packets.
 */
class IwarpFraming : public StreamFraming
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /** How a message is sent. */
    enum Verb : uint8_t
    {
        WRITE, ///< RDMA Write, then a Send that tells
        SEND,  ///< Send
    };

    IwarpFraming();
    ~IwarpFraming() override;

    static constexpr uint32_t NEGOTIATION_BYTES = 20; ///< MPA request or reply without private data

  private:
    Ptr<Packet> DoPull(uint32_t room) override;
    void DoRead(ByteStream& stream) override;
    double DoGetEfficiency(uint32_t segmentBytes) const override;

    /** @return message bytes that a full FPDU carries */
    static uint32_t GetFullPayload(uint32_t segmentBytes, IwarpHeader::Operation operation);

    /** @return MPA request or reply @param privateBytes private data that follow */
    static Ptr<Packet> MakeNegotiation(bool request, uint16_t privateBytes);

    /** @return the next FPDU of the current message, null if there is no room for it */
    Ptr<Packet> PullFpdu(uint32_t room);

    /** @return false if it has not arrived whole, or is not what it must be */
    bool ReadNegotiation(ByteStream& stream);

    /** @return false if none has arrived whole, or it is not what it must be */
    bool ReadFpdu(ByteStream& stream);

    /** Take in an FPDU. @param header its headers @param stream begins with its payload
     * @return false if it is not what must come next */
    bool TakeFpdu(const IwarpHeader& header, ByteStream& stream);

    /** The other end broke the rules. @return false */
    bool Break(const std::string& reason);

    /** The reply to the request has not come in time. */
    void GiveUp();

    Time m_replyTimeout;        ///< most from the request, given to TCP, to the reply
    EventId m_giveUp;           ///< when the reply is too late
    Verb m_verb;                ///< how a message is sent
    bool m_requested{false};    ///< the request is sent, or read
    bool m_replied{false};      ///< the reply is read, or sent
    bool m_broken{false};       ///< the other end broke the rules
    bool m_written{false};      ///< the RDMA Write of the current message is complete
    uint64_t m_offset{0};       ///< bytes of the current RDMA Write or Send so far
    uint32_t m_messages{0};     ///< messages complete
    uint64_t m_writtenBytes{0}; ///< receiver: of the RDMA Write of the current message
    Item m_arriving;            ///< receiver: message that arrives by Send
};

} // namespace ns3::cluster

#endif /* CLUSTER_IWARP_FRAMING_H */
