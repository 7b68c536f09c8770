/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_NET_REDUCE_ENGINE_H
#define FABRIC_NET_REDUCE_ENGINE_H

#include "fabric-pool-engine.h"

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * The engine of NetReduce (Liu et al., ASPLOS 2023): a PoolEngine that stands between the hosts of
 * a ring of RoCEv2 connections. The hosts under a switch are a ring; what member i sends to the
 * next one, i + 1, goes on as the sum over all members. So a frame that i repeats is for i + 1, and
 * an acknowledgment of i + 1 is passed on to i.
 */
class NetReduceEngine : public PoolEngine
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    NetReduceEngine();
    ~NetReduceEngine() override;

  private:
    uint16_t GetResendPlace(const Tree& tree, uint16_t place) const override;
    void DoControl(Tree& tree, const Frame& frame) override;

    /** @return the next member after a child, or the one before, around the ring of this switch */
    static uint16_t FindNeighbour(const Tree& tree, uint16_t place, bool next);
};

} // namespace ns3::fabric

#endif /* FABRIC_NET_REDUCE_ENGINE_H */
