/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_JOB_LEDGER_H
#define WORKLOAD_JOB_LEDGER_H

#include "workload-job-graph.h"
#include "workload-rank-ledger.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <tuple>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * One collective of one group, from the first rank that joined to the last that was done.
 */
struct CollectiveRecord
{
    uint32_t group{0};                 ///< index of the group
    Dimension dimension{};             ///< what it was for
    collective::CollectiveType type{}; ///< what it was
    uint64_t bytes{0};                 ///< size, as collective::Operation::bytes
    uint32_t step{0};                  ///< step of the job, from 0
    uint32_t sequence{0};              ///< number within the step and group, from 0
    fabric::Ticks firstStart{0};       ///< when the first rank joined
    fabric::Ticks lastStart{0};        ///< when the last rank joined
    fabric::Ticks lastFinish{0};       ///< when the last rank was done
};

/**
 * @ingroup llm-workload
 * Sums over collectives of one dimension and type in one step.
 */
struct CollectiveTotals
{
    uint64_t count{0};  ///< collectives
    double bytes{0};    ///< sum of their sizes
    double busBytes{0}; ///< sum of size x bus factor (collective::GetBusFactor)
    double seconds{0};  ///< sum of times from the last rank's start to the last rank's end
};

/**
 * @ingroup llm-workload
 * Watches a whole job and keeps the accounts of all ranks.
 *
 * It sees across ranks what no rank can know, namely whether the partners of a communication have
 * joined, and changes nothing: ranks never read it.
 */
class JobLedger
{
  public:
    /**
     * @param job the job; must outlive the ledger
     * @param nSteps steps that will run
     */
    JobLedger(const JobGraph& job, uint32_t nSteps);

    /** @param rank who @param now begin of its next step */
    void StepStarted(uint32_t rank, fabric::Ticks now);
    /** @param rank who @param step which step it was @param now its end */
    void StepFinished(uint32_t rank, uint32_t step, fabric::Ticks now);

    /** @param rank who @param step its step @param operation what it starts @param now when */
    void OperationStarted(uint32_t rank,
                          uint32_t step,
                          OperationGraph::Index operation,
                          fabric::Ticks now);
    /** @param rank who @param step its step @param operation what it has done @param now when */
    void OperationFinished(uint32_t rank,
                           uint32_t step,
                           OperationGraph::Index operation,
                           fabric::Ticks now);

    /** @param rank a rank @param step a step that it has finished @return its account */
    const RankAccount& GetAccount(uint32_t rank, uint32_t step) const;

    /** @return number of steps that all ranks but services have finished */
    uint32_t GetNFinishedSteps() const;

    /** @param step a finished step @return when the last rank was done with it */
    fabric::Ticks GetStepEnd(uint32_t step) const;

    /** @return when the first rank that is no service began */
    fabric::Ticks GetStart() const;

    /** @param step a step @param dimension what for @param type which @return the sums */
    const CollectiveTotals& GetTotals(uint32_t step,
                                      Dimension dimension,
                                      collective::CollectiveType type) const;

    /** @param step a step @param group a group @param type which @return sum of size x bus factor
     * of its collectives */
    double GetBusBytes(uint32_t step, uint32_t group, collective::CollectiveType type) const;

    /**
     * @param rank a rank that takes part in a collective that is under way
     * @param step its step
     * @param operation the collective
     * @return members of the group that have not joined yet
     */
    std::vector<uint32_t> GetMissingRanks(uint32_t rank,
                                          uint32_t step,
                                          OperationGraph::Index operation) const;

    /** @param callback whom to tell of each collective that all its ranks have done */
    void SetCollectiveCallback(std::function<void(const CollectiveRecord&)> callback);

  private:
    /** A collective under way. */
    struct Instance
    {
        CollectiveRecord record;      ///< so far
        uint32_t nStarted{0};         ///< ranks that joined
        uint32_t nFinished{0};        ///< ranks that are done
        std::vector<uint32_t> joined; ///< the ranks that joined, until all have
        std::vector<uint32_t> early;  ///< ranks that were done before all had joined
    };

    /** Collectives of a group, the oldest one under way first. */
    struct GroupState
    {
        uint64_t first{0};              ///< number of the oldest one since the start of the job
        std::deque<Instance> instances; ///< from the oldest one on
    };

    /** Messages of one sender, receiver and tag that one side has begun and the other not. */
    struct Flow
    {
        uint64_t nSent{0};     ///< sends begun
        uint64_t nReceives{0}; ///< receives begun
    };

    void CountDelay(uint32_t rank,
                    OperationGraph::Index operation,
                    int32_t difference,
                    fabric::Ticks now);
    Instance& FindInstance(uint32_t rank, uint32_t step, OperationGraph::Index operation);
    void CollectiveStarted(uint32_t rank,
                           uint32_t step,
                           OperationGraph::Index operation,
                           fabric::Ticks now);
    void CollectiveFinished(uint32_t rank,
                            uint32_t step,
                            OperationGraph::Index operation,
                            fabric::Ticks now);
    void Close(uint32_t group);
    Flow& FindFlow(uint32_t rank, OperationGraph::Index operation);

    const JobGraph& m_job;                 ///< what runs
    uint32_t m_nWorkers;                   ///< ranks that count
    uint32_t m_nSteps;                     ///< steps that will run
    std::vector<RankLedger> m_ledgers;     ///< by rank
    std::vector<RankAccount> m_accounts;   ///< by step and rank
    std::vector<uint32_t> m_nDone;         ///< by step: ranks that have finished it
    std::vector<fabric::Ticks> m_stepEnds; ///< by step: end of the last rank
    fabric::Ticks m_start{fabric::NEVER};  ///< begin of the first rank
    std::vector<GroupState> m_groups;      ///< by group
    std::map<std::tuple<uint32_t, uint32_t, uint32_t>, Flow> m_flows; ///< by from, to, tag
    std::map<std::tuple<uint32_t, uint32_t, uint8_t>, double>
        m_busBytes;                         ///< by step, group and type: see GetBusBytes
    std::vector<CollectiveTotals> m_totals; ///< by step, dimension and type
    std::function<void(const CollectiveRecord&)> m_callback; ///< told of finished collectives
};

} // namespace ns3::workload

#endif /* WORKLOAD_JOB_LEDGER_H */
