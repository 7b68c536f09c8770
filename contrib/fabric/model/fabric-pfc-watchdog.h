/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_PFC_WATCHDOG_H
#define FABRIC_PFC_WATCHDOG_H

#include "fabric-time.h"

#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <vector>

namespace ns3::fabric
{

class Switch;

/**
 * @ingroup fabric
 * PFC watchdog of a switch: contains PFC storms, as SONiC's does (SONiC, "PFC watchdog" design; the
 * standard has none).
 *
 * A queue (egress port and lossless class) is stuck if at a poll it is paused, has frames and has
 * sent none since the last poll. If it stays so for DetectionTime, that is a storm: somebody
 * downstream pauses for ever. The action is taken on this queue alone:
 *   - DROP: what waits in it and what comes for it is dropped, so that the pause does not spread.
 *   - FORWARD: pauses of the class are ignored on the port.
 *   - ALERT: the storm is only reported.
 * The queue is restored at the first poll that has seen no PFC frame pausing the class, and no
 * pause time that runs, for RestorationTime; SONiC looks at the frames alone, which are far more
 * frequent than its restoration time. SONiC's action DROP drops what the port receives in the class
 * as well; here the stuck neighbour may still send.
 *
 * It polls, at multiples of PollInterval, only while something is paused or contained: a run that
 * has nothing else to do ends.
 */
class PfcWatchdog : public Object
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /** What to do about a storm. */
    enum Action
    {
        DROP,    ///< drop the frames of the queue
        FORWARD, ///< ignore the pause
        ALERT,   ///< report it
    };

    /** Called once before the first frame. @param owner the switch, with all its ports */
    void Setup(Switch& owner);

    /** @return storms detected so far */
    uint64_t GetNStorms() const
    {
        return m_nStorms;
    }

    /** @return queues restored so far */
    uint64_t GetNRestored() const
    {
        return m_nRestored;
    }

    /** @return frames dropped by action DROP so far, those of storms that go on included */
    uint64_t GetNDropped() const;

    /** @return whether a queue is contained now */
    bool IsStorm(uint16_t port, uint8_t priority) const;

    /**
     * TracedCallback signature for the begin and the end of a storm.
     *
     * @param port index of the port at the switch
     * @param priority the class
     * @param storm whether it was detected (true) or the queue was restored (false)
     */
    typedef void (*StormTracedCallback)(uint16_t port, uint8_t priority, bool storm);

  protected:
    void DoDispose() override;

  private:
    /** What is known of a queue. */
    struct Watch
    {
        uint64_t txFrames{0};    ///< frames sent, at the last poll
        uint64_t xoffs{0};       ///< PFC frames that pause it, at the last poll
        uint64_t dropsBefore{0}; ///< drops of the port in the class when the storm was detected
        uint64_t dropped{0};     ///< frames dropped in storms that are over
        Ticks stuckSince{NEVER}; ///< poll at which it was seen stuck first
        Ticks quietSince{NEVER}; ///< last poll that saw a new PFC frame
        bool storm{false};       ///< contained
    };

    /** A class of a port was paused or may send again. */
    void PauseChanged(uint8_t priority, bool paused);

    /** Arrange the next poll, unless it is. */
    void Arm();

    /** Look at all queues. */
    void Poll();

    /** Look at a queue that is not contained. */
    void Detect(uint16_t port, uint8_t priority, Watch& watch);

    /** Look at a queue that is contained. */
    void Restore(uint16_t port, uint8_t priority, Watch& watch);

    /** Take the action, or end it. */
    void Contain(uint16_t port, uint8_t priority, bool contain);

    Switch* m_switch{nullptr};                            ///< whose queues
    Time m_detection;                                     ///< time stuck that makes a storm
    Time m_restoration;                                   ///< time without PFC frames that ends it
    Time m_interval;                                      ///< distance of polls
    Action m_action;                                      ///< what to do
    std::vector<Watch> m_queues;                          ///< by port and class
    EventId m_poll;                                       ///< next poll
    uint64_t m_nStorms{0};                                ///< detected
    uint64_t m_nRestored{0};                              ///< restored
    TracedCallback<uint16_t, uint8_t, bool> m_stormTrace; ///< trace: begin and end
};

} // namespace ns3::fabric

#endif /* FABRIC_PFC_WATCHDOG_H */
