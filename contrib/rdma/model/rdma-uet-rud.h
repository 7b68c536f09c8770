/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_UET_RUD_H
#define RDMA_UET_RUD_H

#include "rdma-unordered-reliability.h"

#include "ns3/nstime.h"

#include <cstdint>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Reliable unordered delivery (RUD) of Ultra Ethernet's packet delivery sublayer (UET specification
 * 1.0, 3.5), with the timers and thresholds of the consortium's reference model (uet-htsim,
 * uec.cpp). Packets may take any path and arrive in any order; their data go to their place at
 * once, and a message is complete, and the user told, when all its packets have come, whatever
 * became of messages before it.
 *
 * Receiver. An ACK says which packet is the next missing one, and in a bitmap of 64 which beyond it
 * have come, and how many. It is sent for the first packet, for AckBytes of new data, for a packet
 * marked CE, when the sender asks (AR), when the last hole closes after it asked, and for
 * duplicates. A trimmed packet is answered by a NACK that says whether the last switch cut it. A
 * message that needs a receive and finds none posted is held until there is one.
 *
 * Sender. AR is set where the sender stops: at the end of what is posted, when the window is full,
 * and on what is sent again. A packet that a NACK names is sent again at once, before new ones. A
 * packet that is not acknowledged Rto after it left is lost; without progress the timeout doubles,
 * MaxBackoff times, and after RetryCount of them the queue pair fails. If what is lost may not
 * leave (window, credit), a probe asks for an acknowledgment and credit instead, which is the
 * reference model's RTS; while nothing answers, the time to the next one doubles, and the queue
 * pair fails likewise.
 *
 * SLEEK, loss recovery without trimming (Sleek): when more bytes have come early than 1.5 windows
 * (the first window at most, five packets at least), all that are missing within a window are sent
 * again, each once, until everything sent before is acknowledged. And a probe leaves when
 * acknowledgments stop for three base RTTs, then every five; if its answer shows a queueing delay
 * below ProbeDelayLimit, nothing stands in queues and what is missing is lost: recovery begins.
 *
 * The packet delivery context needs no set-up: its first packets carry data and the SYN flag, until
 * the first acknowledgment. It closes by itself when it is idle for CloseAfter, and opens again
 * with SYN.
 *
 * AckEvery does not apply. Deliberate differences: PSNs have 24 bits; the bitmap covers what
 * arrived since the last ACK where the reference model lets it end or begin at the packet that
 * caused the ACK; a probe takes no PSN; requests complete at the sender in the order posted.
 */
class UetRud : public UnorderedReliability
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    UetRud();
    ~UetRud() override;

    ReliabilityAbilities GetAbilities() const override;

    /** @return whether the sender has not heard of the receiver since the context opened */
    bool IsOpening() const
    {
        return m_opening;
    }

    /** @return whether SLEEK sends again what is missing */
    bool IsRecovering() const
    {
        return GetUna() < m_recoveryEnd;
    }

  private:
    void DoStart(uint64_t firstExpected) override;
    void DoLeave(fabric::Frame& frame, uint64_t sequence) override;
    void DoStartTimer() override;
    void DoReceiveData(const fabric::Frame& frame) override;
    void DoReceiveTrimmed(const fabric::Frame& frame) override;
    void DoReceiveControl(const fabric::Frame& frame) override;
    void DoReceiveAck(const fabric::Frame& frame) override;
    void DoTimer() override;

    // ---- receiver

    /** Answer. @param echo of the frame that caused it */
    void Answer(const fabric::Frame& frame);

    // ---- sender

    /** @return message bytes that wait to be sent, for the first time or again */
    uint64_t GetBacklog() const;

    /** SLEEK: send again what is missing, if that is due. @param outOfOrder as the ACK says */
    void Recover(uint32_t outOfOrder);

    /** SLEEK: all sent so far that is missing is to be sent again. */
    void BeginRecovery();

    /** Have what is lost and may not leave asked for. @param now the time @return whether there is
     * hope: false after RetryCount probes that nothing answered */
    bool Ask(Ticks now);

    /** Send a probe. @param now the time */
    void Probe(Ticks now);

    uint32_t m_ackBytes{0}; ///< see AckBytes
    bool m_sleek{false};    ///< see Sleek
    Time m_rto;             ///< see Rto
    Time m_baseRtt;         ///< see BaseRtt
    Time m_probeDelayLimit; ///< see ProbeDelayLimit
    Time m_closeAfter;      ///< see CloseAfter

    // receiver
    uint64_t m_newFrom{0};     ///< lowest packet that no ACK has told of
    uint64_t m_newTo{0};       ///< highest such packet
    uint32_t m_newBytes{0};    ///< message bytes that no ACK has told of
    bool m_anyArrived{false};  ///< a packet has come
    bool m_askedInHole{false}; ///< the sender asked while packets were missing

    // sender
    uint64_t m_firstWindow{0}; ///< window at the start
    uint64_t m_recoveryEnd{0}; ///< SLEEK ends when all before it has arrived
    uint64_t m_judgedEnd{0};   ///< SLEEK has sent again what was missing before it
    bool m_opening{true};      ///< see IsOpening
    Ticks m_lastSent{0};       ///< when the last data frame left
    Ticks m_lastHeard{0};      ///< when the last acknowledgment came
    Ticks m_probedAt{0};       ///< when the last probe left
    Ticks m_askAgainAt{0};     ///< when the next probe for what may not leave is due
    uint32_t m_unanswered{0};  ///< such probes since the last sign of the receiver
};

} // namespace ns3::rdma

#endif /* RDMA_UET_RUD_H */
