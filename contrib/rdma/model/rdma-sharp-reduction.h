/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_SHARP_REDUCTION_H
#define RDMA_SHARP_REDUCTION_H

#include "rdma-alarm.h"
#include "rdma-reduction-worker.h"

#include "ns3/fabric-reduction-hop.h"
#include "ns3/nstime.h"

#include <vector>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Member of a group reduced by fabric::SharpEngine: its hop to the leaf switch is as reliable as
 * those between switches, so it never repeats anything end to end.
 */
class SharpReduction : public ReductionWorker
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    SharpReduction();
    ~SharpReduction() override;

    TypeId GetEngineTypeId() const override;

  protected:
    void DoDispose() override;

  private:
    Shape GetShape() const override;
    void DoJoin() override;
    bool DoHasNext(Stream& stream, Ticks now) override;
    bool DoNext(Stream& stream, ReductionFields& fields, Ticks now) override;
    void DoReceive(Stream& stream, const fabric::Frame& frame) override;

    /** Event: a hop has to repeat or acknowledge. */
    void Tick();

    using TickAlarm = Alarm<SharpReduction, &SharpReduction::Tick>;

    Time m_retryTime;                         ///< see fabric::ReductionHop
    Time m_ackDelay;                          ///< see fabric::ReductionHop
    uint32_t m_ackEvery;                      ///< see fabric::ReductionHop
    std::vector<fabric::ReductionHop> m_hops; ///< by tree
    TickAlarm* m_alarm;                       ///< event, reference counted
};

} // namespace ns3::rdma

#endif /* RDMA_SHARP_REDUCTION_H */
