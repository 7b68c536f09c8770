/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_WINDOW_LAW_H
#define RDMA_WINDOW_LAW_H

#include "rdma-ack-clock.h"
#include "rdma-congestion-control.h"

#include "ns3/nstime.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * What the laws share that control a window: its first value, its least value, windows below one
 * packet, and round trips counted by what is acknowledged. A law that wants signals of switches
 * requests them before it calls DoStart of this class, as they take bytes of the link.
 *
 * The window is in message bytes, and fractional. From one packet on it is what may be in flight.
 * Below one packet, one packet is in flight at a time and leaves RTT / window after the one before
 * (Swift, SIGCOMM 2020, section 3.5), so that very many senders can share a link.
 */
class WindowLaw : public CongestionControl
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    WindowLaw();
    ~WindowLaw() override;

    /** @return the window, message bytes; may be below one packet */
    double GetWindowBytes() const
    {
        return m_bytes;
    }

  protected:
    void DoStart() override;
    void DoSent(const Sent& sent) override;

    /** @return time of a round trip without queues, as configured */
    Ticks GetBaseRtt() const
    {
        return m_baseRtt.GetTimeStep();
    }

    /** @return message bytes that the line rate carries in a time @param time the time */
    double GetLineRateBytes(Ticks time) const;

    /** @return round trips by what is acknowledged; sent bytes are counted here */
    AckClock& GetAckClock()
    {
        return m_clock;
    }

    /**
     * @param ack an acknowledgment
     * @return whether the window, not the port or the user, was what held back data before it: a
     * window that is not used must not grow
     */
    bool IsLimiting(const Ack& ack) const
    {
        return ack.bytesInFlight + ack.ackedBytes + GetContext().mtuBytes > m_bytes;
    }

    /**
     * Set window, and the rate: the line rate, or less below one packet.
     *
     * @param bytes the window; held to least and most
     * @param rtt round trip time for the pace below one packet
     */
    void SetWindowBytes(double bytes, Ticks rtt);

    /**
     * Set window, and the rate that sends one window in a time.
     *
     * @param bytes the window; held to least and most
     * @param time the time
     * @param slack bytes beyond it that may be in flight, so that it is the pace that counts: few
     * senders' windows are whole numbers of packets
     */
    void SetPacedWindowBytes(double bytes, Ticks time, uint32_t slack = 0);

    double m_minPackets{1}; ///< least window, packets; an attribute of the laws

  private:
    /** @return message bytes per byte on the link, of full packets with the signals asked for */
    double GetPayloadShare() const;

    /** @param bytes a window @return within least and most */
    double Hold(double bytes) const;

    /** @param bytes a window @param time a time @return rate that sends one in the other, bit/s */
    uint64_t GetPace(double bytes, Ticks time) const;

    Time m_baseRtt;              ///< round trip without queues
    uint64_t m_initialWindow{0}; ///< first window, bytes; 0 for the line rate
    double m_bytes{0};           ///< the window
    AckClock m_clock;            ///< round trips
};

} // namespace ns3::rdma

#endif /* RDMA_WINDOW_LAW_H */
