/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_NSCC_RCCC_H
#define RDMA_NSCC_RCCC_H

#include "rdma-credit-account.h"
#include "rdma-nscc.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * NSCC and RCCC together: a packet may leave while NSCC's window has room and receiver credit is
 * left. What is asked of the receiver is limited to the window and a packet. See Nscc, whose
 * TrustReceiver belongs to it, and Rccc.
 */
class NsccRccc : public Nscc
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    NsccRccc();
    ~NsccRccc() override;

  private:
    void DoStart() override;
    bool DoUsesCredit() const override;
    void DoActive() override;
    void DoSent(const Sent& sent) override;
    void DoAck(const Ack& ack) override;
    void DoNack(const Nack& nack) override;
    void DoCredit(Ticks now, uint32_t granted) override;
    uint32_t DoGetCreditTarget(uint64_t backlog) const override;

    CreditAccount m_account; ///< credit
};

} // namespace ns3::rdma

#endif /* RDMA_NSCC_RCCC_H */
