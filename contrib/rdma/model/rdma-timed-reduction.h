/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_TIMED_REDUCTION_H
#define RDMA_TIMED_REDUCTION_H

#include "rdma-alarm.h"
#include "rdma-reduction-worker.h"
#include "rdma-ring-buffer.h"

#include "ns3/nstime.h"

#include <cstdint>
#include <vector>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Member of a group that waits a fixed time for each result and sends its contribution again if
 * none has come: end-to-end recovery, for engines that acknowledge nothing.
 */
class TimedReduction : public ReductionWorker
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    TimedReduction();
    ~TimedReduction() override;

  protected:
    void DoDispose() override;
    void DoReceive(Stream& stream, const fabric::Frame& frame) override;
    void DoJoin() override;

    /** Send a chunk again. @param chunk one that is outstanding */
    void Repeat(Stream& stream, uint32_t chunk);

  private:
    /** When a chunk has been under way for too long. */
    struct Timer
    {
        Ticks at{0};        ///< when
        uint32_t stream{0}; ///< tree
        uint32_t chunk{0};  ///< chunk
        uint8_t times{0};   ///< times that it had been sent
    };

    bool DoHasNext(Stream& stream, Ticks now) override;
    bool DoNext(Stream& stream, ReductionFields& fields, Ticks now) override;

    /** @return whether the next chunk may be sent, slots apart */
    virtual bool MaySend(const Stream& stream) const;

    /** A result has come. @param marked whether it tells of congestion */
    virtual void NotifyResult(Stream& stream, uint32_t chunk, bool marked);

    /** A result has not come in time. */
    virtual void NotifyTimeout(Stream& stream);

    /** Event: some chunk has been under way for too long. */
    void Tick();

    using TickAlarm = Alarm<TimedReduction, &TimedReduction::Tick>;

    Time m_timeout;                              ///< for a result
    RingBuffer<Timer> m_timers;                  ///< in the order of time
    std::vector<RingBuffer<uint32_t>> m_repeats; ///< by tree: chunks to be sent again
    TickAlarm* m_alarm;                          ///< event, reference counted
};

} // namespace ns3::rdma

#endif /* RDMA_TIMED_REDUCTION_H */
