/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_SELECTIVE_REPEAT_H
#define RDMA_SELECTIVE_REPEAT_H

#include "rdma-reorder-gauge.h"
#include "rdma-ring-buffer.h"
#include "rdma-selective-reliability.h"

#include "ns3/nstime.h"

#include <cstdint>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Selective repeat after IRN (Mittal et al., Revisiting Network Support for RDMA, SIGCOMM 2018).
 *
 * Receiver: an early packet is answered by a NACK, a NAK for a sequence error with the packet
 * expected (all before it have arrived) and the packet that came.
 *
 * Sender: the first NACK begins recovery. The packet that it names is lost, and so is each that is
 * not known to have arrived while a later one is; each is sent again once, before anything new.
 * Recovery ends when everything sent before it began is acknowledged. A repeat is lost when a
 * packet that left for the first time after it has arrived (FindLostRepeats): it is sent once more.
 * What is lost with nothing behind it waits for the timer: RtoLow if fewer than RtoLowPackets are
 * outstanding, RtoHigh otherwise, from the last cumulative progress. BdpTime is IRN's flow control.
 *
 * Where packets take several paths, being overtaken does not mean to be lost. ReorderPackets and
 * ReorderTime let a packet be overtaken by that much before it counts as lost; until then early
 * packets are answered by an ACK that names them too. Both ends use the same values.
 *
 * Differences from IRN: what the paper says of repeats is that the timer brings them
 * (FindLostRepeats off); timeouts double while there is no progress (MaxBackoff 0 for IRN's); the
 * acknowledgment of a packet that is in order is sent when it asks for it (AckEvery 1, the default,
 * for IRN's). Congestion control hears of a loss once per recovery.
 */
class SelectiveRepeat : public SelectiveReliability
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    SelectiveRepeat();
    ~SelectiveRepeat() override;

    ReliabilityAbilities GetAbilities() const override;

  private:
    /** A packet that left again. */
    struct Repeat
    {
        uint64_t sequence; ///< which
        uint64_t next;     ///< first packet that left after it for the first time
    };

    /** What recovery needs to know. */
    struct Recovery : Disorder
    {
        uint64_t end{0};       ///< sender: it ends when this is acknowledged
        uint64_t judgedEnd{0}; ///< sender: what is missing before this was sent again already
        ReorderGauge arrivals; ///< receiver: what was overtaken by too much
        ReorderGauge sacks;    ///< sender: likewise

        RingBuffer<Repeat> repeats; ///< sender: what left again and is not judged, oldest first
    };

    void DoAnswer(const fabric::Frame& frame, uint64_t sequence, Arrival arrival) override;
    std::unique_ptr<Disorder> DoMakeDisorder() const override;
    void DoJudge(const fabric::Frame& frame, bool nak) override;
    void DoRepeat(uint64_t sequence) override;
    void DoExpire() override;
    Ticks DoGetTimeout() const override;

    /** @return what is out of order */
    Recovery& GetRecovery()
    {
        return static_cast<Recovery&>(GetDisorder());
    }

    /** Find repeats that are lost. @param overtaken packets before this count as overtaken */
    void JudgeRepeats(uint64_t overtaken);

    /** @param gauge which @param end one past the highest packet @return see ReorderGauge */
    uint64_t Gauge(ReorderGauge& gauge, uint64_t end) const;

    uint32_t m_rtoLowPackets{0};  ///< see RtoLowPackets
    uint32_t m_reorderPackets{0}; ///< see ReorderPackets
    bool m_findLostRepeats{true}; ///< see FindLostRepeats
    Time m_reorderTime;           ///< see ReorderTime
    Time m_rtoLow;                ///< see RtoLow
    Time m_rtoHigh;               ///< see RtoHigh
};

} // namespace ns3::rdma

#endif /* RDMA_SELECTIVE_REPEAT_H */
