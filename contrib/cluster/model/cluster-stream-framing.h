/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_STREAM_FRAMING_H
#define CLUSTER_STREAM_FRAMING_H

#include "cluster-byte-stream.h"

#include "ns3/object.h"
#include "ns3/packet.h"
#include "ns3/rdma-ring-buffer.h"

#include <array>
#include <cstdint>
#include <string>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * How messages are put into a byte stream and found in it again: base class, one object at each end
 * of a stream. The end that opened it sends messages, the other one receives them; either may send
 * bytes.
 *
 * The user moves the bytes: it pulls what is to be sent, pushes what has arrived, and says how much
 * the other end has acknowledged.
 */
class StreamFraming : public Object
{
  public:
    /** What a stream is for: the first that is said on it. */
    struct Opening
    {
        uint32_t source{0};      ///< accelerator that sends
        uint32_t destination{0}; ///< accelerator that receives
        uint32_t channel{0};     ///< channel
        uint8_t priority{0};     ///< class
    };

    /** A message. */
    struct Item
    {
        uint64_t bytes{0}; ///< its size
        uint64_t tag{0};   ///< the user's
    };

    /** Who moves the bytes. */
    class User
    {
      public:
        virtual ~User() = default;

        /** The other end said what the stream is for. */
        virtual void StreamOpened(const Opening& opening) = 0;
        /** A message has arrived whole. */
        virtual void ItemArrived(const Item& item) = 0;
        /** All bytes of a message are acknowledged. */
        virtual void ItemAcknowledged(const Item& item) = 0;
        /** There is something to pull that was not there before. */
        virtual void StreamReady() = 0;
        /** The other end broke the rules of the framing. @param reason for people to read */
        virtual void StreamBroken(const std::string& reason) = 0;
    };

    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    ~StreamFraming() override;

    /**
     * Be the end that opens the stream.
     *
     * @param user who moves the bytes; must outlive the object's use
     * @param opening what the stream is for
     * @param segmentBytes stream bytes of a full packet
     */
    void Open(User* user, const Opening& opening, uint32_t segmentBytes);

    /** Be the other end. @param user who moves the bytes; must outlive the object's use */
    void Accept(User* user);

    /** @param item a message to send, after those before it */
    void Post(const Item& item);

    /**
     * @param room bytes that the stream takes now
     * @return the next bytes to send, at most that many; null if there are none that fit
     */
    Ptr<Packet> Pull(uint32_t room);

    /** @param packet the next bytes that arrived */
    void Push(Ptr<Packet> packet);

    /** @param bytes of the stream, since its start, that the other end has */
    void Acknowledge(uint64_t bytes);

    /** @return bytes pulled since the start */
    uint64_t GetPulled() const
    {
        return m_pulled;
    }

    /**
     * Take back a message that is not acknowledged: the oldest.
     *
     * @param [out] item the message
     * @return false if there is none
     */
    bool Abandon(Item& item);

    /**
     * @param segmentBytes stream bytes of a full packet
     * @return message bytes over stream bytes of a long message, 0..1
     */
    double GetEfficiency(uint32_t segmentBytes) const;

    /** Bytes of the encoding of an Opening or an Item. */
    static constexpr uint32_t RECORD_BYTES = 16;

    using Record = std::array<uint8_t, RECORD_BYTES>; ///< encoding of an Opening or an Item

    /** @return the encoding, big endian: source, destination, channel, class and three zeros */
    static Record Encode(const Opening& opening);

    /** @return the encoding, big endian: bytes, tag */
    static Record Encode(const Item& item);

    /** @return what Encode made a record of */
    static Opening DecodeOpening(const Record& record);

    /** @return what Encode made a record of */
    static Item DecodeItem(const Record& record);

  protected:
    void DoDispose() override;

    /** @return who moves the bytes */
    User* GetUser() const
    {
        return m_user;
    }

    /** @return what the stream is for, at the end that opened it */
    const Opening& GetOpening() const
    {
        return m_opening;
    }

    /** @return stream bytes of a full packet, at the end that opened it */
    uint32_t GetSegmentBytes() const
    {
        return m_segmentBytes;
    }

    /** @return whether this end opened the stream */
    bool IsOpener() const
    {
        return m_opener;
    }

    /** @return the first message whose last byte has not been pulled, or null */
    const Item* GetCurrent() const
    {
        return m_waiting.IsEmpty() ? nullptr : &m_waiting[0];
    }

    /** The packet that DoPull is about to return ends the current message. */
    void EndCurrent();

  private:
    /** See Pull. */
    virtual Ptr<Packet> DoPull(uint32_t room) = 0;
    /** Read what is complete of what has arrived. @param stream the bytes */
    virtual void DoRead(ByteStream& stream) = 0;
    /** See GetEfficiency. */
    virtual double DoGetEfficiency(uint32_t segmentBytes) const = 0;

    /** A message with all bytes pulled. */
    struct Pulled
    {
        Item item;       ///< the message
        uint64_t end{0}; ///< stream bytes up to its last
    };

    User* m_user{nullptr};             ///< who moves the bytes
    Opening m_opening;                 ///< what the stream is for
    uint32_t m_segmentBytes{0};        ///< stream bytes of a full packet
    bool m_opener{false};              ///< we opened the stream
    bool m_ends{false};                ///< the packet being pulled ends the current message
    uint64_t m_pulled{0};              ///< bytes pulled
    rdma::RingBuffer<Item> m_waiting;  ///< messages with bytes to pull
    rdma::RingBuffer<Pulled> m_flying; ///< messages with all bytes pulled, not acknowledged
    ByteStream m_stream;               ///< arrived and not read
};

} // namespace ns3::cluster

#endif /* CLUSTER_STREAM_FRAMING_H */
