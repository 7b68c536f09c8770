/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_RCCC_H
#define RDMA_RCCC_H

#include "rdma-congestion-control.h"
#include "rdma-credit-account.h"

#include "ns3/nstime.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * The sending half of RCCC, the receiver-credit congestion control of Ultra Ethernet (UET
 * specification 1.0, 3.6.14; EQDS, NSDI 2022): a packet may leave while credit is left and less
 * than MaxWindowBdp of the bandwidth-delay product is in flight. Each data packet tells the
 * receiver how much credit the sender wants, since the start: what it was granted, and what waits
 * less what credit is left. The receiving half is CreditPacer.
 *
 * When there is something to send after a pause, the sender starts with as much speculative credit
 * as the greatest window. It lapses at the first acknowledgment, NACK or credit.
 *
 * Constants of the consortium's reference model (uet-htsim, uec.cpp). Deliberate difference: what
 * is asked for is not divided by the number of active senders of the NIC.
 */
class Rccc : public CongestionControl
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Rccc();
    ~Rccc() override;

  private:
    void DoStart() override;
    bool DoUsesCredit() const override;
    void DoActive() override;
    void DoSent(const Sent& sent) override;
    void DoAck(const Ack& ack) override;
    void DoNack(const Nack& nack) override;
    void DoCredit(Ticks now, uint32_t granted) override;
    uint32_t DoGetCreditTarget(uint64_t backlog) const override;

    CreditAccount m_account;  ///< credit
    Time m_baseRtt;           ///< RTT of the longest path without queues
    double m_maxWindowBdp{0}; ///< greatest window over BDP
};

} // namespace ns3::rdma

#endif /* RDMA_RCCC_H */
