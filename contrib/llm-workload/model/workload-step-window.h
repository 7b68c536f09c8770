/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_STEP_WINDOW_H
#define WORKLOAD_STEP_WINDOW_H

#include "workload-operation-graph.h"

#include <cstdint>
#include <deque>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * The steps of one rank that are under way, and which of their operations may begin. Used by
 * RankPlayer. It knows nothing of time.
 *
 * Without streams of their own timing there is one step at a time. With them, operations of steps
 * to come may begin already, and some of steps before may still be left (see StreamTiming).
 */
class StepWindow
{
  public:
    using Index = OperationGraph::Index;

    /** An operation of a step. */
    struct Play
    {
        uint32_t step{0};   ///< which step, from 0
        Index operation{0}; ///< which operation

        bool operator==(const Play& other) const
        {
            return step == other.step && operation == other.operation;
        }
    };

    /**
     * @param graph what is played; sealed, must outlive the object
     * @param nSteps how often
     */
    StepWindow(const OperationGraph& graph, uint32_t nSteps);

    /** @return the step that the rank is in, from 0; the number of steps after the last one */
    uint32_t GetStep() const;

    /** Begin the present step. To be called once for each, unless there are no more. */
    void BeginStep();

    /** @return whether the present step, which has begun, is over */
    bool IsStepDone() const;

    /** Go on to the next step. @return whether there is one */
    bool EndStep();

    /** @return whether nothing is left of any step that was begun */
    bool IsEmpty() const;

    /** @return operations not done yet, of the steps that are open */
    uint64_t GetNLeft() const;

    /** @return whether an operation may begin */
    bool HasReady() const;

    /** @return the next operation to begin, which is no longer ready */
    Play TakeReady();

    /** @param play an operation that may begin before all others */
    void PutReady(Play play);

    /** @param play an operation that is done; makes others ready */
    void Complete(Play play);

  private:
    /** A step with operations that are not done. */
    struct Step
    {
        Index left{0};               ///< operations of ordinary streams that are not done
        std::vector<uint32_t> waits; ///< by operation: what it waits for
        std::vector<Index> timed;    ///< by timed stream: operations that are not done
    };

    /** A stream with a timing. */
    struct Stream
    {
        StreamTiming timing;        ///< its timing
        std::vector<Index> members; ///< its operations
        bool inOrder{false};        ///< they run one after the other
    };

    /// Not the number of a timed stream.
    static constexpr uint16_t ORDINARY = UINT16_MAX;
    /// What an operation waits for that is not played: for ever.
    static constexpr uint32_t NEVER = 1U << 31;

    void FindStreams();
    void Open(uint32_t number);
    void OpenTimed(uint32_t number, Step& step);
    void OpenGates();
    void OpenGate(uint32_t number, Index operation);
    void CompleteTimed(uint32_t number, uint16_t stream);
    void Decrement(uint32_t number, Index operation);
    Step& Find(uint32_t number);
    const Step& Find(uint32_t number) const;
    void Retire();

    const OperationGraph& m_graph;    ///< what is played
    uint32_t m_nSteps;                ///< how often
    uint32_t m_step{0};               ///< the present step
    uint32_t m_first{0};              ///< number of the oldest open step
    std::deque<Step> m_open;          ///< open steps, from the oldest on
    std::vector<uint32_t> m_spare;    ///< memory of a step that is over
    std::vector<Play> m_ready;        ///< may begin, the next one last
    std::vector<Stream> m_streams;    ///< timed streams
    std::vector<uint16_t> m_streamOf; ///< by operation: number of its timed stream, or ORDINARY;
                                      ///< empty if there are none
    uint32_t m_ahead{0};              ///< largest StreamTiming::ahead
};

} // namespace ns3::workload

#endif /* WORKLOAD_STEP_WINDOW_H */
