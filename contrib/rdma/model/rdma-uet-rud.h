/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_UET_RUD_H
#define RDMA_UET_RUD_H

#include "rdma-message-assembler.h"
#include "rdma-outstanding-packets.h"
#include "rdma-reliability.h"
#include "rdma-sequence-bitmap.h"
#include "rdma-verbs.h"

#include "ns3/nstime.h"

#include <cstdint>
#include <vector>

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
 * reference model's RTS.
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
class UetRud : public Reliability
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    UetRud();
    ~UetRud() override;

    bool HasAtomics() const override;

    bool IsUnordered() const override;

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
    void DoStop() override;
    uint64_t DoTakeRepeat() override;
    void DoLeave(fabric::Frame& frame, uint64_t sequence) override;
    void DoStartTimer() override;
    void DoReceiveData(const fabric::Frame& frame) override;
    void DoReceiveTrimmed(const fabric::Frame& frame) override;
    void DoReceiveControl(const fabric::Frame& frame) override;
    void DoReceiveAck(const fabric::Frame& frame) override;
    void DoReceivePosted() override;
    void DoTimer() override;

    // ---- receiver

    /** @param sequence a packet @return whether it came before */
    bool HasArrived(uint64_t sequence) const
    {
        return sequence < m_expected || m_early.Test(sequence);
    }

    /** Note a packet that came for the first time. @return whether it closed the last hole */
    bool NoteArrival(uint64_t sequence);

    /** Answer. @param echo of the frame that caused it */
    void Acknowledge(const fabric::Frame& frame);

    /** Tell the user of a message, or hold it until a receive is posted. */
    void Deliver(Placement& placement);

    // ---- sender

    /** @return message bytes that wait to be sent, for the first time or again */
    uint64_t GetBacklog() const;

    /** A packet in the network is lost, found by other means than trimming. */
    void Lose(uint64_t sequence);

    /** Enter the selective part of an ACK. @return message bytes that is news of */
    uint64_t AcknowledgeSelectively(const fabric::RoceFields& fields);

    /** SLEEK: send again what is missing, if that is due. @param outOfOrder as the ACK says */
    void Recover(uint32_t outOfOrder);

    /** SLEEK: all sent so far that is missing is to be sent again. */
    void BeginRecovery();

    /** Find what was sent too long ago. @param now the time @return when to look again */
    Ticks Expire(Ticks now);

    /** Send a probe. @param now the time */
    void Probe(Ticks now);

    uint32_t m_windowPackets{0}; ///< see WindowPackets
    uint32_t m_ackBytes{0};      ///< see AckBytes
    uint32_t m_retryCount{0};    ///< see RetryCount
    uint8_t m_maxBackoff{0};     ///< see MaxBackoff
    bool m_sleek{false};         ///< see Sleek
    Time m_rto;                  ///< see Rto
    Time m_baseRtt;              ///< see BaseRtt
    Time m_probeDelayLimit;      ///< see ProbeDelayLimit
    Time m_closeAfter;           ///< see CloseAfter

    // receiver
    uint64_t m_expected{0};           ///< next packet missing
    uint64_t m_arrivedEnd{0};         ///< one past the highest packet that came
    uint64_t m_newFrom{0};            ///< lowest packet that no ACK has told of
    uint64_t m_newTo{0};              ///< highest such packet
    uint32_t m_newBytes{0};           ///< message bytes that no ACK has told of
    bool m_anyArrived{false};         ///< a packet has come
    bool m_askedInHole{false};        ///< the sender asked while packets were missing
    SequenceBitmap m_early;           ///< packets that came beyond the next missing
    MessageAssembler m_assembler;     ///< messages
    std::vector<Placement> m_unready; ///< complete messages that found no receive

    // sender
    OutstandingPackets m_packets; ///< what was sent
    uint64_t m_firstWindow{0};    ///< window at the start
    uint64_t m_recoveryEnd{0};    ///< SLEEK ends when all before it has arrived
    uint64_t m_judgedEnd{0};      ///< SLEEK has sent again what was missing before it
    uint32_t m_retries{0};        ///< timeouts since the last progress
    bool m_opening{true};         ///< see IsOpening
    Ticks m_lastSent{0};          ///< when the last data frame left
    Ticks m_lastHeard{0};         ///< when the last acknowledgment came
    Ticks m_probedAt{0};          ///< when the last probe left
};

} // namespace ns3::rdma

#endif /* RDMA_UET_RUD_H */
