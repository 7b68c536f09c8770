/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_TCP_STREAM_H
#define CLUSTER_TCP_STREAM_H

#include "cluster-stream-framing.h"

#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"
#include "ns3/tcp-header.h"
#include "ns3/tcp-socket-base.h"

#include <cstdint>
#include <string>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * One end of a TCP connection that carries messages: moves bytes between the framing and ns-3's
 * socket, and counts what the connection does.
 */
class TcpStream : public SimpleRefCount<TcpStream>
{
  public:
    /** What TCP did at this end. */
    struct Counters
    {
        uint64_t dataReceived{0};    ///< segments with data that arrived
        uint64_t outOfOrder{0};      ///< of these, ahead of one that was missing
        uint64_t retransmissions{0}; ///< segments with data sent again, whole or in part
        uint64_t timeouts{0};        ///< times that the retransmission timer found a loss
    };

    /** Who is told when the connection is over. */
    class Owner
    {
      public:
        virtual ~Owner() = default;

        /** The connection has failed. @param reason for people to read */
        virtual void StreamFailed(TcpStream& stream, const std::string& reason) = 0;
    };

    /**
     * @param owner who is told when the connection is over
     * @param socket of the connection; its callbacks are set
     * @param framing of this end, opened or accepted already
     */
    TcpStream(Owner& owner, Ptr<Socket> socket, Ptr<StreamFraming> framing);
    ~TcpStream();

    TcpStream(const TcpStream&) = delete;
    TcpStream& operator=(const TcpStream&) = delete;

    /** Give the socket what the framing has, as far as it has room. */
    void Fill();

    /** The connection is of no use any more: tell the owner, once. @param reason why */
    void Fail(const std::string& reason);

    /** @return the framing of this end */
    StreamFraming& GetFraming() const
    {
        return *m_framing;
    }

    /** @return what TCP did */
    const Counters& GetCounters() const
    {
        return m_counters;
    }

  private:
    /** Bytes were acknowledged, or the connection has come about. */
    void Writable(Ptr<Socket> socket, uint32_t available);
    /** Bytes have arrived. */
    void Readable(Ptr<Socket> socket);
    /** The connection could not be set up. */
    void NotConnected(Ptr<Socket> socket);
    /** The connection was given up. */
    void Broken(Ptr<Socket> socket);
    /** The connection was closed by the other end. */
    void Closed(Ptr<Socket> socket);
    /** A segment is sent. */
    void CountSent(Ptr<const Packet> packet, const TcpHeader& header, Ptr<const TcpSocketBase>);
    /** A segment has arrived. */
    void CountReceived(Ptr<const Packet> packet,
                       const TcpHeader& header,
                       Ptr<const TcpSocketBase> socket);
    /** The state of the congestion machine changes. */
    void CountLoss(TcpSocketState::TcpCongState_t before, TcpSocketState::TcpCongState_t now);

    Owner& m_owner;               ///< who is told
    Ptr<Socket> m_socket;         ///< ns-3's
    Ptr<StreamFraming> m_framing; ///< of this end
    uint32_t m_bufferBytes{0};    ///< of the socket, for what is not acknowledged
    bool m_failed{false};         ///< the owner has been told
    SequenceNumber32 m_sent;      ///< first sequence number that was not sent
    bool m_anySent{false};        ///< a segment with data was sent
    Counters m_counters;          ///< what TCP did
};

} // namespace ns3::cluster

#endif /* CLUSTER_TCP_STREAM_H */
