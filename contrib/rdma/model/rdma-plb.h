/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_PLB_H
#define RDMA_PLB_H

#include "rdma-path-selector.h"

#include "ns3/nstime.h"
#include "ns3/random-variable-stream.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Protective load balancing (M. A. Qureshi et al., "PLB: Congestion Signals are Simple and
 * Effective for Network Load Balancing", SIGCOMM 2022), with the law and defaults of Linux
 * (net/ipv4/tcp_plb.c) and the delay signal of Falcon: one path at a time, and a random new one
 * when the present one was congested for some round-trip times in a row.
 *
 * A round is over when a packet is acknowledged that left after its start. It was congested if at
 * least CongestedFraction of its acknowledgments carried an ECN echo, or had an RTT above
 * DelayLimit. After IdleRounds congested rounds in a row the path changes if nothing is in flight,
 * after CongestedRounds in any case. A timeout changes the path, too (ChangeAtTimeout: Linux's
 * tcp_write_timeout; D. Wetherall et al., "Improving Network Availability with Protective ReRoute",
 * SIGCOMM 2023); after it congestion changes none for SuspendTime, and up to twice as long at
 * random.
 *
 * Deliberate difference: counts acknowledgments, not bytes acknowledged.
 */
class Plb : public PathSelector
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Plb();
    ~Plb() override;

    bool NeedsEcn() const override;

    int64_t AssignStreams(int64_t stream) override;

    /** @return congested rounds in a row */
    uint32_t GetCongestedRounds() const
    {
        return m_rounds;
    }

  private:
    void DoStart(uint32_t localQpn, uint32_t remoteQpn) override;
    uint16_t DoSelect(uint64_t sequence, bool retransmission) override;
    void DoAck(const Feedback& feedback) override;
    void DoTimeout(Ticks now) override;

    /** Take another path, at random. */
    void ChangePath();

    /** Judge the round that is over. @param feedback the acknowledgment that ends it */
    void EndRound(const Feedback& feedback);

    Ptr<UniformRandomVariable> m_random; ///< draws
    double m_congestedFraction{0};       ///< of acknowledgments, that makes a round congested
    uint32_t m_congestedRounds{0};       ///< after which the path changes
    uint32_t m_idleRounds{0};            ///< after which it changes if nothing is in flight
    Time m_delayLimit;                   ///< RTT that is a sign of congestion, 0 for none
    Time m_suspendTime;                  ///< rest after a timeout
    bool m_changeAtTimeout{true};        ///< see ChangeAtTimeout

    uint16_t m_entropy{0};   ///< the path
    uint32_t m_acks{0};      ///< acknowledgments in this round
    uint32_t m_congested{0}; ///< of these, with a sign of congestion
    uint32_t m_rounds{0};    ///< congested rounds in a row
    Ticks m_roundStart{0};   ///< start of this round
    Ticks m_suspendedTo{0};  ///< end of the rest
};

} // namespace ns3::rdma

#endif /* RDMA_PLB_H */
