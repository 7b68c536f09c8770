/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_UET_ROD_H
#define RDMA_UET_ROD_H

#include "rdma-go-back-n.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Reliable ordered delivery (ROD) of Ultra Ethernet's packet delivery sublayer (UET specification
 * 1.0, 3.5): packets of one path, taken in order only, and sent again from the first one missing. A
 * trimmed packet shows at once that it is missing. For selectors that keep one path.
 *
 * GoBackN, whose timer and delays are those of RoCEv2 NICs: see the attributes AckTimeout,
 * NakGenerationDelay and NakReactionDelay for what an Ultra Ethernet NIC would have. With receiver
 * credit (Rccc) each packet says how much the sender wants.
 */
class UetRod : public GoBackN
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    UetRod();
    ~UetRod() override;

    ReliabilityAbilities GetAbilities() const override;

    ResponseStyle GetResponseStyle() const override;

  private:
    void DoStart(uint64_t firstExpected) override;
    void DoReceiveTrimmed(const fabric::Frame& frame) override;
    void DoLeave(fabric::Frame& frame, uint64_t sequence) override;

    uint64_t m_sentEnd{0}; ///< one past the highest packet that left
};

} // namespace ns3::rdma

#endif /* RDMA_UET_ROD_H */
