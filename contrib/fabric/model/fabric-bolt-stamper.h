/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_BOLT_STAMPER_H
#define FABRIC_BOLT_STAMPER_H

#include "fabric-stamper.h"

#include "ns3/traced-callback.h"

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * The switch's part of Bolt (S. Arslan et al., "Bolt: Sub-RTT Congestion Control for Ultra-Low
 * Latency", NSDI 2023), after the authors' simulator. It looks at each data frame that is about to
 * join the queue of the port and whose sender asks for it (SIGNAL_BOLT):
 *
 * - Sub-RTT control. If at least Threshold bytes wait, the frame is refused its increase, and
 * unless a switch before has done so (BoltTag::decrease) its source is told at once, by a notice of
 * the switch's own: how long the queue takes to drain, the rate of the port, and the frame that it
 * is about. A notice does not wait for the queue that it is about.
 * - Proactive ramp-up. Otherwise, a frame of the last window of a flow (BOLT_LAST) will free room a
 *   round trip later, and leaves a token, unless its flow has only just begun (BOLT_FIRST).
 * - Supply matching. What the port could have sent and was not asked to is supply: time passes,
 * less the time that the frames which come take on the link. At most one frame of it is kept.
 * - A frame that asks for an increase (BOLT_INCREASE) keeps it if there is a token, or supply for
 *   one frame of its size, and takes that.
 *
 * Deliberate differences. Supply is counted in time on the link, preamble and gap included, which
 * makes it exact; the authors count bytes of IP and correct them. At most the largest Bolt frame
 * that the port has seen is kept of it, which is the authors' setting. A frame that the switch
 * drops causes no notice. The notice is a RoCEv2 frame of 78 bytes: Ethernet 14, IPv4 20, UDP 8,
 * BTH 12 (NOTICE_OPCODE), Bolt 16, ICRC 4, frame check sequence 4; the authors' is 41 bytes above
 * the link.
 */
class BoltStamper : public Stamper
{
  public:
    /** Size of a notice, destination address to FCS. */
    static constexpr uint32_t NOTICE_BYTES = 78;

    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    BoltStamper();
    ~BoltStamper() override;

    /** @return tokens for increases */
    uint32_t GetNTokens() const
    {
        return m_tokens;
    }

    /** @return supply: time on the link that nothing has asked for, as of the last frame */
    Ticks GetSupply() const
    {
        return m_supply;
    }

    /** @return notices made */
    uint64_t GetNNotices() const
    {
        return m_nNotices;
    }

    /**
     * TracedCallback signature for a notice.
     *
     * @param frame the frame that it is about
     * @param queueBytes bytes that wait before it
     */
    typedef void (*NoticeTracedCallback)(const Frame& frame, uint64_t queueBytes);

  private:
    bool DoSeesArrivals() const override;
    Frame* DoObserve(Frame& frame, const Arrival& arrival) override;

    /** @param frame a frame @return time that it takes on the link */
    Ticks GetLinkTime(const Frame& frame) const;

    /** Count what a frame takes of the link. @param cost its time on it @param now the time */
    void UpdateSupply(Ticks cost, Ticks now);

    /** Grant an increase, or refuse it. @param [in,out] tag of the frame @param cost its link time
     */
    void Decide(BoltTag& tag, Ticks cost);

    /** @param frame a frame @param arrival what waits before it @return the notice to its source */
    Frame* MakeNotice(const Frame& frame, const Arrival& arrival);

    uint64_t m_threshold;   ///< queue from which on sources are told, bytes
    uint32_t m_mostTokens;  ///< most tokens
    uint8_t m_noticeClass;  ///< class of notices
    uint8_t m_noticeDscp;   ///< their DSCP
    uint32_t m_tokens{0};   ///< of flows that end
    Ticks m_supply{0};      ///< link time that nothing has asked for; below 0: asked in advance
    Ticks m_packet{0};      ///< link time of the largest Bolt frame so far
    Ticks m_at{0};          ///< when supply was counted
    uint64_t m_nNotices{0}; ///< notices made
    TracedCallback<const Frame&, uint64_t> m_noticeTrace; ///< trace: a notice is made
};

} // namespace ns3::fabric

#endif /* FABRIC_BOLT_STAMPER_H */
