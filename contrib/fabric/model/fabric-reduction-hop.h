/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_REDUCTION_HOP_H
#define FABRIC_REDUCTION_HOP_H

#include "fabric-frame.h"
#include "fabric-ring-buffer.h"
#include "fabric-time.h"

#include <cstdint>

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * One end of a reliable hop of an aggregation tree, between a switch and a neighbour or a member:
 * what is sent arrives once and in order. Links keep the order of frames, so that go-back-N loses
 * nothing but the frames under way behind a lost one.
 *
 * Every frame tells which one is expected next from the other end; where no frame goes that way, an
 * acknowledgment of its own does, for every AckEvery frames or after AckDelay. A gap is reported at
 * once; a lost report or last frame is made good after the retry time. After MAX_RETRIES of these
 * in a row the hop is dead and sends no more.
 *
 * The user asks Next for what to send, be it new or again, and does so until there is nothing left
 * whenever it has appended or received something and when the deadline has come.
 */
class ReductionHop
{
  public:
    /** Retry times without progress before the hop is given up. */
    static constexpr uint32_t MAX_RETRIES = 100;

    /** How acknowledgments and repetitions are timed. */
    struct Settings
    {
        Ticks retryTime{0};   ///< without progress before everything is sent again
        Ticks ackDelay{0};    ///< of an acknowledgment without data
        uint32_t ackEvery{1}; ///< frames that are worth one at once
    };

    /** @param settings how it is timed */
    void Setup(const Settings& settings)
    {
        m_settings = settings;
    }

    /** @param fields a contribution or result to be sent */
    void Append(const ReductionFields& fields);

    /** @return whether Next has data, new or again */
    bool HasData(Ticks now) const;

    /** @return whether Next has something */
    bool HasNext(Ticks now) const;

    /**
     * @param [out] fields what to send next
     * @param now the current time
     * @return whether there is something
     */
    bool Next(ReductionFields& fields, Ticks now);

    /**
     * A frame has arrived.
     *
     * @param fields what it says
     * @param now the current time
     * @return whether it is new data in its order, for the user to look at
     */
    bool Receive(const ReductionFields& fields, Ticks now);

    /** @return when HasNext will be true if nothing happens until then, or NEVER */
    Ticks GetDeadline() const;

    /** @return data frames that were sent again */
    uint64_t GetNRepeated() const
    {
        return m_nRepeated;
    }

    /** @return data frames that were not confirmed yet, sent or not */
    uint32_t GetNPending() const
    {
        return m_pending.GetSize();
    }

  private:
    /** @return when everything is to be sent again, or NEVER */
    Ticks GetRetryTime() const
    {
        return m_cursor > 0 && m_retries < MAX_RETRIES ? m_progressAt + m_settings.retryTime
                                                       : NEVER;
    }

    /** @return whether an acknowledgment of its own is due */
    bool OwesAck(Ticks now) const;

    Settings m_settings;                   ///< timing
    RingBuffer<ReductionFields> m_pending; ///< appended and not confirmed
    uint32_t m_first{0};                   ///< sequence of the first of them
    uint32_t m_cursor{0};                  ///< how many of them have been sent
    uint32_t m_sentOnce{0};                ///< sequence after the last one that was ever sent
    uint32_t m_expected{0};                ///< sequence of the next frame of the other end
    uint32_t m_owed{0};                    ///< frames not acknowledged yet
    bool m_ackNow{false};                  ///< a repeated frame came: say where we are
    bool m_gap{false};                     ///< a frame is missing
    bool m_gapTold{false};                 ///< and the other end has been told
    Ticks m_progressAt{0};                 ///< when a frame was sent or confirmed last, in order
    Ticks m_ackAt{NEVER};                  ///< when what is owed is due
    uint32_t m_retries{0};                 ///< in a row without progress
    uint64_t m_nRepeated{0};               ///< sent again
};

} // namespace ns3::fabric

#endif /* FABRIC_REDUCTION_HOP_H */
