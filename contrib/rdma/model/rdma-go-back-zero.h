/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_GO_BACK_ZERO_H
#define RDMA_GO_BACK_ZERO_H

#include "rdma-go-back-n.h"

#include <cstdint>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Go-back-0: what early RoCE NICs did (Guo et al., RDMA over Commodity Ethernet at Scale, SIGCOMM
 * 2016, 4.1). After a loss the whole message is sent again from its first packet, so that with one
 * loss in each message nothing ever arrives: the livelock of that paper.
 *
 * It differs from go-back-N at the receiver only. At a gap the receiver drops what has come of the
 * message and NAKs its first packet; it acknowledges whole messages, never a part of one, so that
 * the sender, going back to the oldest packet not acknowledged, goes back to the first one.
 *
 * Since nothing is acknowledged in the middle of a message, a window smaller than a message stops
 * the sender until the timer expires: made for congestion controls that set a rate.
 */
class GoBackZero : public GoBackN
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    GoBackZero();
    ~GoBackZero() override;

    ResponseStyle GetResponseStyle() const override;

  private:
    void DoStart(uint64_t firstExpected) override;
    void DoReceiveData(const fabric::Frame& frame) override;

    /** Expect the message from its first packet on. */
    void Rewind();

    uint64_t m_first{0};        ///< receiver: first packet of the message that is not complete
    uint64_t m_messageBytes{0}; ///< receiver: what has come of it
    uint64_t m_doneBytes{0};    ///< receiver: of its request, in messages of the wire before it
};

} // namespace ns3::rdma

#endif /* RDMA_GO_BACK_ZERO_H */
