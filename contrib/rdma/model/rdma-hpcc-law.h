/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_HPCC_LAW_H
#define RDMA_HPCC_LAW_H

#include "rdma-window-law.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * The sender of HPCC (Li et al., SIGCOMM 2019, algorithm 1, functions ComputeWind and NewAck), for
 * any way to learn the utilization U of the busiest link of the path.
 *
 * On each acknowledgment, with the reference window Wc: if U >= Eta, or MaxStage additive steps
 * have been made, W = Wc / (U / Eta) + W_AI; else W = Wc + W_AI. Once per round trip, when
 * something is acknowledged that left after the last time, Wc becomes W and the count of additive
 * steps is brought up to date. W is at most what the line rate carries in BaseRtt, T, and packets
 * leave at rate W / T.
 */
class HpccLaw : public WindowLaw
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    HpccLaw();
    ~HpccLaw() override;

    /** @return the reference window, message bytes */
    double GetReferenceWindow() const
    {
        return m_reference;
    }

  protected:
    void DoStart() override;

    /** @param utilization of the busiest link: 1 is full, without queue */
    void Control(double utilization);

  private:
    /** @return flows on a link with which W_AI keeps queues empty, unless it is given */
    virtual uint32_t DoGetFlows() const;

    double m_eta{0};                ///< utilization aimed at
    uint32_t m_maxStage{0};         ///< additive steps before a multiplicative one
    uint64_t m_additiveIncrease{0}; ///< W_AI, message bytes; 0: see attribute
    double m_step{0};               ///< W_AI in use, message bytes
    double m_most{0};               ///< largest window, message bytes
    double m_reference{0};          ///< Wc
    uint32_t m_stage{0};            ///< additive steps made
    uint64_t m_roundEnd{0};         ///< mark of the AckClock: end of this round trip
};

} // namespace ns3::rdma

#endif /* RDMA_HPCC_LAW_H */
