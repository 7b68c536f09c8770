/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_RANK_PLAYER_H
#define WORKLOAD_RANK_PLAYER_H

#include "workload-job-graph.h"
#include "workload-step-window.h"

#include "ns3/collective-types.h"
#include "ns3/event-id.h"
#include "ns3/fabric-time.h"
#include "ns3/random-variable-stream.h"

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace ns3::workload
{

class ReplayEngine;

/**
 * @ingroup llm-workload
 * Plays the program of one rank, step after step. Used by ReplayEngine.
 *
 * A rank goes on only by the end of its own computations and by what the collective engine tells
 * it, all in the context of its accelerator's node.
 */
class RankPlayer : public collective::OperationHandler
{
  public:
    /**
     * @param engine what it belongs to
     * @param rank which rank
     * @param accelerator where it runs
     */
    RankPlayer(ReplayEngine& engine, uint32_t rank, uint32_t accelerator);

    /** Begin the first step. To be called once, in the context of the accelerator's node. */
    void Start();

    /** @return whether all steps are done */
    bool IsFinished() const;

    /** @return accelerator where it runs */
    uint32_t GetAccelerator() const;

    /** @return the step under way, from 0; the number of steps after the last one */
    uint32_t GetStep() const;

    /** @return operations under way, in the order in which they began */
    const std::vector<StepWindow::Play>& GetRunning() const;

    /** @return operations of the steps under way that are not done yet */
    uint64_t GetNLeft() const;

    /** @return why an operation failed; empty if none did */
    const std::string& GetFailure() const;

    /** @param factor what the durations of computations are multiplied by */
    void SetSlowdown(double factor);

    /** @param stream random stream of the variation of computation */
    void SetStream(int64_t stream);

    void OperationCompleted(uint32_t accelerator, const collective::Operation& operation) override;
    void OperationFailed(uint32_t accelerator,
                         const collective::Operation& operation,
                         const std::string& reason) override;

  private:
    using Index = OperationGraph::Index;
    using Play = StepWindow::Play;

    /** A stream on which one computation runs at a time. */
    struct Processor
    {
        bool busy{false};       ///< a computation runs
        std::deque<Play> queue; ///< computations that are ready
    };

    /** A computation under way, where communication slows it down. */
    struct Kernel
    {
        Play play;              ///< which
        double left{0};         ///< what it would still take alone
        fabric::Ticks since{0}; ///< when that was so
        EventId end;            ///< its end, as things are
    };

    fabric::Ticks DurationOf(Index operation);
    void StartKernel(Play play, fabric::Ticks duration);
    void EndKernel(Play play);
    void Communicate(int32_t difference);
    bool SharesProcessor(Index operation) const;
    void StartStep();
    void Launch(Play play);
    void Post(Play play);
    bool Occupy(Play play);
    void Release(Index operation);
    void Finish(Play play);
    void Complete(Play play);
    void Drain();

    ReplayEngine& m_engine;              ///< what it belongs to
    const RankProgram& m_program;        ///< what to play
    uint32_t m_rank;                     ///< which rank
    uint32_t m_accelerator;              ///< where it runs
    uint32_t m_nodeId;                   ///< context of its events
    StepWindow m_window;                 ///< what may begin
    std::vector<Play> m_running;         ///< under way
    std::vector<Processor> m_processors; ///< by stream; StreamOrder::AS_READY only
    double m_slowdown{1};                ///< of all computations
    Ptr<NormalRandomVariable> m_noise;   ///< variation of computations
    std::vector<Kernel> m_kernels;       ///< computations that communication slows down
    int32_t m_communicating{0};          ///< communications under way
    bool m_draining{false};              ///< Drain is on the stack
    bool m_finished{false};              ///< all steps are done
    std::string m_failure;               ///< why an operation failed
};

} // namespace ns3::workload

#endif /* WORKLOAD_RANK_PLAYER_H */
