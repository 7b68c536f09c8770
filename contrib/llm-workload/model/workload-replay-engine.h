/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_REPLAY_ENGINE_H
#define WORKLOAD_REPLAY_ENGINE_H

#include "workload-job-graph.h"
#include "workload-job-ledger.h"
#include "workload-step-window.h"

#include "ns3/collective-engine.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ns3::workload
{

class RankPlayer;

/**
 * @ingroup llm-workload
 * Runs a job: plays the operation graph of every rank on a collective engine, for a number of
 * steps.
 *
 * A rank begins its next step as soon as it is done with the one before; nothing but the job's own
 * communication holds ranks together. Computations take the time that the graph says, whatever else
 * runs on the accelerator.
 *
 * Use: SetCollectiveEngine, SetJob, Start, Simulator::Run; then IsFinished, or DescribeUnfinished
 * for the reason why not, and GetLedger or ComputeStepMetrics.
 */
class ReplayEngine : public Object
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    ReplayEngine();
    ~ReplayEngine() override;

    /** @param engine what does the communication; it has its network already */
    void SetCollectiveEngine(Ptr<collective::CollectiveEngine> engine);

    /** @return what does the communication */
    Ptr<collective::CollectiveEngine> GetCollectiveEngine() const;

    /**
     * Set what to run. To be called once, after SetCollectiveEngine. Adds the job's groups to the
     * collective engine.
     *
     * @param job a job in which JobGraph::Check finds nothing
     * @param accelerators accelerator of each rank, no accelerator twice; empty: rank r on
     *        accelerator r
     */
    void SetJob(std::shared_ptr<const JobGraph> job, std::vector<uint32_t> accelerators = {});

    /**
     * Let all computations of a rank take longer: a straggler, or slower hardware. To be called
     * before Start.
     *
     * @param rank a rank
     * @param factor what its durations are multiplied by, above 0
     */
    void SetSlowdown(uint32_t rank, double factor);

    /**
     * @param stream first random stream to use, for the variation of computation
     * @return number of streams used: one per rank
     */
    int64_t AssignStreams(int64_t stream);

    /** @return what is run */
    const JobGraph& GetJob() const;

    /** @param rank a rank @return where it runs */
    uint32_t GetAccelerator(uint32_t rank) const;

    /** @param group index of a group of the job @return its id at the collective engine */
    uint32_t GetCommunicator(uint32_t group) const;

    /** @return number of steps to run */
    uint32_t GetNSteps() const;

    /** @param delay when the ranks begin, from now */
    void Start(Time delay = Time(0));

    /** @return whether all ranks have done all steps */
    bool IsFinished() const;

    /** @return number of operations that failed */
    uint64_t GetNFailed() const;

    /** @return number of operations done by all ranks: a measure of progress */
    uint64_t GetNOperationsDone() const;

    /** @return number of operations that all ranks have to do in all steps */
    uint64_t GetNOperations() const;

    /**
     * Say what the ranks that are not finished wait for, to be called when nothing moves any more.
     *
     * @param maximum say no more than so many lines
     * @return for people to read, one line per operation that does not end, those first that other
     *         ranks wait for
     */
    std::vector<std::string> DescribeUnfinished(std::size_t maximum = 20) const;

    /** @return the accounts of the ranks */
    const JobLedger& GetLedger() const;

    /** @name For RankPlayer */
    ///@{
    fabric::Ticks GetLaunchLatency() const;
    double GetDeviation() const;
    double GetSharingSlowdown() const;
    void NotifyStepStarted(uint32_t rank, uint32_t step);
    void NotifyStepFinished(uint32_t rank, uint32_t step);
    void NotifyRankFinished();
    void NotifyOperationStarted(uint32_t rank, uint32_t step, OperationGraph::Index operation);
    void NotifyOperationFinished(uint32_t rank, uint32_t step, OperationGraph::Index operation);
    void NotifyOperationFailed(uint32_t rank,
                               uint32_t step,
                               OperationGraph::Index operation,
                               const std::string& reason);
    ///@}

    /**
     * TracedCallback signature for operations.
     *
     * @param rank who
     * @param step its step, from 0
     * @param operation index in the rank's graph
     */
    typedef void (*OperationTracedCallback)(uint32_t rank,
                                            uint32_t step,
                                            OperationGraph::Index operation);

    /**
     * TracedCallback signature for failed operations.
     *
     * @param rank who
     * @param step its step, from 0
     * @param operation index in the rank's graph
     * @param reason for people to read
     */
    typedef void (*FailedTracedCallback)(uint32_t rank,
                                         uint32_t step,
                                         OperationGraph::Index operation,
                                         const std::string& reason);

    /**
     * TracedCallback signature for steps of ranks.
     *
     * @param rank who
     * @param step the step, from 0
     */
    typedef void (*StepTracedCallback)(uint32_t rank, uint32_t step);

    /**
     * TracedCallback signature for finished collectives.
     *
     * @param record the collective
     */
    typedef void (*CollectiveTracedCallback)(const CollectiveRecord& record);

    /** TracedCallback signature for the end of the job. */
    typedef void (*FinishedTracedCallback)();

  protected:
    void DoDispose() override;

  private:
    std::string Describe(uint32_t rank, const StepWindow::Play& play) const;
    std::string DescribeCollective(uint32_t rank, const StepWindow::Play& play) const;

    uint32_t m_nSteps;                                  ///< steps to run
    Time m_launchLatency;                               ///< before each computation
    double m_deviation;                                 ///< relative, of computations
    double m_sharingSlowdown;                           ///< of computation beside communication
    Ptr<collective::CollectiveEngine> m_engine;         ///< what does the communication
    std::shared_ptr<const JobGraph> m_job;              ///< what is run
    std::vector<uint32_t> m_accelerators;               ///< by rank
    std::vector<uint32_t> m_communicators;              ///< by group
    std::vector<std::unique_ptr<RankPlayer>> m_players; ///< by rank
    std::unique_ptr<JobLedger> m_ledger;                ///< accounts
    uint64_t m_nRanksFinished{0};                       ///< ranks that did all steps
    uint64_t m_nOperations{0};                          ///< of all ranks and steps
    uint64_t m_nOperationsDone{0};                      ///< operations done by all ranks
    uint64_t m_nFailed{0};                              ///< operations that failed
    TracedCallback<uint32_t, uint32_t, OperationGraph::Index>
        m_operationStartedTrace; ///< trace: an operation began
    TracedCallback<uint32_t, uint32_t, OperationGraph::Index>
        m_operationFinishedTrace; ///< trace: an operation ended
    TracedCallback<uint32_t, uint32_t, OperationGraph::Index, const std::string&>
        m_operationFailedTrace;                             ///< trace: an operation was given up
    TracedCallback<uint32_t, uint32_t> m_stepFinishedTrace; ///< trace: a rank is done with a step
    TracedCallback<const CollectiveRecord&> m_collectiveTrace; ///< trace: a collective is done
    TracedCallback<> m_finishedTrace;                          ///< trace: the job is done
};

} // namespace ns3::workload

#endif /* WORKLOAD_REPLAY_ENGINE_H */
