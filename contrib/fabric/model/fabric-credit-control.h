/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_CREDIT_CONTROL_H
#define FABRIC_CREDIT_CONTROL_H

#include "fabric-frame.h"
#include "fabric-port-scheduler.h"
#include "fabric-time.h"

#include "ns3/nstime.h"
#include "ns3/object.h"

#include <array>
#include <string>

namespace ns3::fabric
{

class CreditTimerEvent;
class Port;

/** Bytes of a credit frame, destination address to FCS. */
constexpr uint32_t CREDIT_FRAME_BYTES = 64;

/**
 * @ingroup fabric
 * Credit-based flow control of a port, both sides of it: the link level of InfiniBand (InfiniBand
 * Architecture vol. 1, 7.9) and the CBFC of Ultra Ethernet, with absolute counters.
 *
 * The receiver has a buffer of its own for each virtual lane (VL). It tells the sender a limit
 * (InfiniBand: FCCL): the bytes that the sender may have sent since the link came up, that is those
 * received (ABR) and what is free. The sender starts a frame only if the limit leaves room for a
 * frame of the largest size. Nothing can be dropped, whatever the length of the link; a buffer of B
 * bytes limits the rate of a lane to B per round trip.
 *
 * Limits are told as soon as they have grown by a quantum. While it has sent something new, or is
 * out of credit, the sender tells its total (FCTBS) every RefreshInterval. The receiver takes it
 * for what it has received, which makes good for frames that were lost on the cable, and answers
 * with its limits, which makes good for credit frames that were. Counters have 32 bits on the wire
 * and wrap around.
 *
 * Classes (service levels) are mapped to virtual lanes; classes that share a lane share its
 * credits.
 *
 * Differences from both: bytes instead of blocks (InfiniBand: 64 B, counters of 12 bit); credit
 * frames of 64 B instead of link packets or ordered sets of 8 B; a sender that has nothing to tell
 * is silent, where real ones repeat themselves for ever.
 */
class CreditControl : public Object
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    CreditControl();
    ~CreditControl() override;

    // ---- configuration

    /** @param lanes virtual lane of each class; what is above 7 counts modulo 8 */
    void SetSlToVl(ClassWeights lanes);

    /** @return virtual lane of each class */
    ClassWeights GetSlToVl() const
    {
        return m_slToVl;
    }

    /** @return virtual lane of a class */
    uint8_t GetLane(uint8_t priority) const
    {
        return m_slToVl.share[priority];
    }

    /** @return bit v is set if some class uses lane v */
    uint8_t GetLanes() const;

    /** @return largest frame, bytes */
    uint32_t GetMaxFrame() const
    {
        return m_maxFrame;
    }

    /** @return buffer of each lane, bytes: as configured, or what the full rate of the link takes
     */
    uint64_t GetLaneBytes() const;

    /** @return least credit with which a lane has the full rate of the link, bytes */
    uint64_t GetFullRateBytes() const;

    /** @return least time from the start of a frame of MaxFrame until its credit is back */
    Ticks GetRoundTrip() const;

    /** @return why the port cannot send or receive as it is, for people to read; empty if it can */
    std::string Check() const;

    // ---- called by the port

    /** @param port the port; to be called first */
    void SetPort(Port& port);

    /** The simulation starts. */
    void Begin();

    /** The link came up: count from 0, and tell the peer our limits. */
    void LinkUp();

    /** The link went down. */
    void LinkDown();

    /** The port is gone. */
    void Detach();

    /** @return the credit frame that waits */
    Frame* MakeFrame();

    /** A credit frame came. @param fields what it says */
    void Receive(const CreditFields& fields);

    // ---- as a sender

    /** A frame is handed to the link. @param frame the frame */
    void FrameStarts(const Frame& frame);

    /** It was taken back. @param frame the frame */
    void FrameRevoked(const Frame& frame);

    /** @return how long a class has had no credit so far */
    Ticks GetBlockedTicks(uint8_t priority) const;

    /** @return how often a class ran out of credit since the link came up */
    uint64_t GetNStalls(uint8_t priority) const
    {
        return m_tx[GetLane(priority)].stalls;
    }

    /** @return bytes that may have been sent in the lane of a class, as far as we know */
    uint64_t GetLimit(uint8_t priority) const
    {
        return m_tx[GetLane(priority)].limit;
    }

    // ---- as a receiver

    /**
     * A frame came.
     *
     * @param frame the frame
     * @return false if its sender had no credit for it: there is no room, it is lost
     */
    bool FrameCame(const Frame& frame);

    /** The owner holds another frame in the place of one that came. */
    void Hold(uint8_t priority, uint32_t bytes)
    {
        m_rx[GetLane(priority)].held += bytes;
    }

    /** A frame that came has left the buffer. */
    void FrameGone(uint8_t priority, uint32_t bytes);

    /** @return the limit that was told for the lane of a class */
    uint64_t GetAdvertised(uint8_t priority) const
    {
        return m_rx[GetLane(priority)].advertised;
    }

    /** The refresh event. */
    void Refresh();

  protected:
    void DoDispose() override;

  private:
    /** A lane on the sending side. */
    struct Sender
    {
        uint64_t sent{0};   ///< bytes sent since the link came up
        uint64_t limit{0};  ///< bytes that may be sent
        uint64_t told{0};   ///< bytes sent when the peer was told last
        uint64_t stalls{0}; ///< blockades
        Ticks since{0};     ///< begin of the present blockade
        Ticks total{0};     ///< length of those that are over
    };

    /** A lane on the receiving side. */
    struct Receiver
    {
        uint64_t received{0};   ///< bytes received since the link came up
        uint64_t advertised{0}; ///< limit told last
        int64_t held{0};        ///< bytes in the buffer, and copies of them
    };

    /** @return bit c is set for the classes of a lane */
    uint8_t ClassesOf(uint8_t lane) const;

    /** Block or free the classes of a lane, as its credit is. @return whether they were freed */
    bool Update(uint8_t lane);

    /** @return the limit of a lane now: never less than what was told */
    uint64_t LimitOf(uint8_t lane) const;

    /** The peer's limits came. */
    void ApplyLimits(const CreditFields& fields);

    /** The peer's totals came, ReceiveLatency ago: all it had sent before has been received. */
    void ApplyTotals(CreditFields fields, uint32_t epoch);

    /** Have a credit frame sent. @param what TELL_LIMITS or TELL_TOTALS */
    void Tell(uint8_t what);

    /** Schedule the refresh event. */
    void Arm();

    std::array<Sender, N_CLASSES> m_tx;   ///< by lane
    std::array<Receiver, N_CLASSES> m_rx; ///< by lane
    Port* m_port{nullptr};                ///< the port
    CreditTimerEvent* m_event;            ///< refresh event, reference counted
    uint64_t m_laneBytes{0};              ///< buffer of a lane, since the start
    uint32_t m_room{0};                   ///< growth of a limit that is told, since the start
    uint32_t m_epoch{0};                  ///< counts the times that the link came up or went down
    bool m_armed{false};                  ///< the refresh event is scheduled
    bool m_running{false};                ///< the simulation has started, and the link is up

    uint64_t m_bytes;      ///< attribute: buffer of a lane; 0: computed
    uint32_t m_maxFrame;   ///< attribute
    uint32_t m_quantum;    ///< attribute
    Time m_refresh;        ///< attribute
    ClassWeights m_slToVl; ///< attribute
};

} // namespace ns3::fabric

#endif /* FABRIC_CREDIT_CONTROL_H */
