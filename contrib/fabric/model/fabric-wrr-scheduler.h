/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_WRR_SCHEDULER_H
#define FABRIC_WRR_SCHEDULER_H

#include "fabric-port-scheduler.h"

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * Weighted round robin (Katevenis, Sidiropoulos and Courcoubetis, JSAC 1991): in each round a class
 * sends as many frames as its weight, whatever their size; classes of weight 0 are served first, by
 * strict priority. Shares of the bandwidth are as the weights only if frames are of one size: see
 * DwrrScheduler.
 */
class WrrScheduler : public PortScheduler
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

  private:
    uint8_t DoSelect(const ClassQueues& queues, uint8_t ready) override;
    bool DoPrecedes(uint8_t newcomer, uint8_t chosen) const override;

    ClassWeights m_weights; ///< frames per round
    uint8_t m_current{0};   ///< class whose turn it is
    uint8_t m_sent{0};      ///< frames that it has sent in its turn
};

} // namespace ns3::fabric

#endif /* FABRIC_WRR_SCHEDULER_H */
