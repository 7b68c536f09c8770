/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_RUN_MONITOR_H
#define EXPERIMENT_RUN_MONITOR_H

#include "experiment-interrupt.h"

#include "ns3/cluster-cluster.h"
#include "ns3/event-id.h"
#include "ns3/nstime.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * Runs the simulation and watches over it: says how far it is, ends it when the user wants, and
 * notices when nothing can happen any more.
 *
 * It looks at the simulation about ten times a second of wall time, by events of its own whose
 * distance in simulated time it adapts. These events change no result: the order of all others
 * stays the same.
 *
 * Progress goes to stderr: one line that is written again and again on a terminal, otherwise a
 * plain line every few seconds.
 */
class RunMonitor
{
  public:
    /** How a run ended. */
    enum Outcome
    {
        COMPLETE,    ///< Finish was called
        INTERRUPTED, ///< SIGINT or SIGTERM
        STALLED,     ///< no event is left and Finish was not called, or GiveUp was
    };

    /** @param outcome how a run ended @return the word for it, as summaries and databases have it
     */
    static const char* NameOf(Outcome outcome);

    /** What a run does, as far as the monitor asks. */
    struct Work
    {
        std::function<double()> fraction;    ///< share of the work that is done, 0..1
        std::function<std::string()> detail; ///< what is being done: "step 2/3"; may be empty
        std::function<uint64_t()> hops;      ///< packet-hops so far; may be empty
        std::function<void()>
            checkpoint; ///< called about once a second, to save results; may be empty
    };

    /**
     * @param work what the run does
     * @param out where progress goes; null for none
     * @param isTerminal whether out is a terminal
     */
    RunMonitor(Work work, std::ostream* out, bool isTerminal);

    /** @return a monitor that writes to stderr unless quiet */
    static RunMonitor ForStderr(Work work, bool quiet);

    /**
     * Run the simulation until Finish is called, the user interrupts it, or nothing is left to do.
     *
     * @return how it ended
     */
    Outcome Run();

    /**
     * Do something at regular simulated times while the simulation goes on. To be called before
     * Run. Tasks that are due at the same time are done in the order added, before other events of
     * that time that are scheduled later.
     *
     * @param interval distance in simulated time, greater than 0
     * @param task what to do; must change nothing, but may call Finish or GiveUp
     */
    void AddPeriodic(Time interval, std::function<void()> task);

    /**
     * Look for deadlocks, and for a network that stands still, in which case the run is given up.
     * To be called before Run.
     *
     * @param cluster the network
     */
    void Watch(Ptr<cluster::Cluster> cluster);

    /** The work is done: end the run at the current event. */
    void Finish();

    /** The work will never be done: end the run at the current event. */
    void GiveUp();

    /** @return wall time of Run so far, s */
    double GetWallSeconds() const;

    /** @return events that Run has executed, without those of the monitor itself */
    uint64_t GetNEvents() const;

  private:
    using Clock = std::chrono::steady_clock;

    /** A task that comes again and again. */
    struct Periodic
    {
        Time interval;              ///< distance in simulated time
        std::function<void()> task; ///< what to do
        EventId event;              ///< the next time
    };

    /** Look at the simulation, and come again. */
    void Poll();

    /** Do a task. @param index which */
    void DoPeriodic(std::size_t index);

    /**
     * Called at each event of our own.
     *
     * @return whether no event but our own is left, so that nothing can happen any more
     */
    bool IsStalled();

    /** Write a line of progress. @param now the wall time */
    void Report(Clock::time_point now);

    Work m_work;                        ///< what the run does
    std::ostream* m_out;                ///< where progress goes, or null
    bool m_isTerminal;                  ///< whether to rewrite one line
    Interrupt* m_interrupt{nullptr};    ///< while running: whether the user wants to stop
    Time m_interval;                    ///< simulated time between two polls
    Clock::time_point m_start;          ///< wall time at the start
    Clock::time_point m_lastPoll;       ///< wall time of the last poll
    Clock::time_point m_lastReport;     ///< wall time of the last line
    Clock::time_point m_lastCheckpoint; ///< wall time of the last checkpoint
    uint64_t m_firstEvent{0};           ///< event count of the simulator at the start
    std::vector<Periodic> m_periodics;  ///< tasks
    EventId m_poll;                     ///< the next look
    uint64_t m_nOwnEvents{0};           ///< events of our own
    uint64_t m_lastForeign{UINT64_MAX}; ///< events of others at our last event
    uint64_t m_lastCount{0};            ///< hops or events at the last line
    std::size_t m_lineLength{0};        ///< characters of the line on the terminal
    bool m_finished{false};             ///< Finish was called
    bool m_interrupted{false};          ///< the user interrupted
};

} // namespace ns3::experiment

#endif /* EXPERIMENT_RUN_MONITOR_H */
