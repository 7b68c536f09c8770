/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_SWEEP_H
#define COLLECTIVE_SWEEP_H

#include "collective-engine.h"
#include "collective-types.h"

#include "ns3/nstime.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace ns3::collective
{

/**
 * @ingroup collective
 * Measures a collective over a range of sizes as nccl-tests do: for each size all ranks run it some
 * times to warm up, meet at a barrier, run it again and again, each rank beginning the next one
 * when it is done with the one before, and meet at a barrier. The time of a size is the mean over
 * the ranks of the time of a run.
 *
 * Each rank keeps its own books and goes from size to size by itself.
 */
class CollectiveSweep : public OperationHandler
{
  public:
    /** What is measured. */
    struct Settings
    {
        CollectiveType type{CollectiveType::ALL_REDUCE}; ///< the collective; not BARRIER
                                                         ///< or ALL_TO_ALL_V
        std::vector<uint64_t> sizes;                     ///< Operation::bytes of each point
        uint32_t warmUps{0};                             ///< runs before the clock starts
        uint32_t iterations{1};                          ///< runs that are measured, at least 1
        uint32_t root{0};                                ///< rank, for BROADCAST and REDUCE
        uint8_t priority{3};                             ///< class on the wire
    };

    /** What was measured for a size. */
    struct Point
    {
        uint64_t bytes{0};            ///< Operation::bytes
        uint32_t nRanks{0};           ///< ranks that have measured it so far
        double seconds{0};            ///< mean over these of the time of a run
        double algorithmBandwidth{0}; ///< bytes / seconds
        double busBandwidth{0};       ///< the former times GetBusFactor
        std::string algorithm;        ///< TypeId name of the algorithm that was used
        std::string protocol;         ///< TypeId name of its protocol; empty for plain messages
        uint32_t nChannels{0};        ///< channels that it used
    };

    /**
     * Sizes as nccl-tests take them: a buffer that is divided among the ranks has a whole number of
     * elements for each rank.
     *
     * @param type the collective
     * @param bytes wanted size
     * @param nRanks number of ranks
     * @param elementBytes size of an element
     * @return the largest size that is possible and not larger, or the smallest possible
     */
    static uint64_t RoundSize(CollectiveType type,
                              uint64_t bytes,
                              uint32_t nRanks,
                              uint32_t elementBytes);

    /**
     * @param engine what does the collectives; must outlive this object's use
     * @param communicator who takes part
     * @param settings what is measured
     */
    CollectiveSweep(Ptr<CollectiveEngine> engine, uint32_t communicator, Settings settings);

    ~CollectiveSweep() override;

    /** @param callback called at the event at which the last rank has measured everything */
    void SetFinishedCallback(std::function<void()> callback);

    /** Let all ranks begin now. */
    void Start();

    /** @return runs that are over, of all ranks */
    uint64_t GetNRunsDone() const;

    /** @return runs that there will be, of all ranks */
    uint64_t GetNRuns() const;

    /** @return whether all ranks have measured everything */
    bool IsFinished() const;

    /** @return reason of the first failure, empty if nothing failed */
    const std::string& GetFailure() const;

    /** @return what was measured for a size so far */
    Point GetPoint(uint32_t index) const;

    void OperationCompleted(uint32_t accelerator, const Operation& operation) override;
    void OperationFailed(uint32_t accelerator,
                         const Operation& operation,
                         const std::string& reason) override;

  private:
    /** Where a rank is. */
    struct Rank
    {
        uint32_t size{0};            ///< index of the size
        uint32_t run{0};             ///< number of the run: warm-ups first
        Time start;                  ///< when it began the first run that counts
        std::vector<double> seconds; ///< by size: mean time of a run
    };

    /** Trace sink: note how it was done. */
    void NoteFinished(const OperationRecord& record);
    /** Post the next operation of a rank. */
    void PostRun(uint32_t rank);
    /** Let a rank come to a barrier. */
    void PostBarrier(uint32_t rank);

    Ptr<CollectiveEngine> m_engine;   ///< what does the collectives
    const uint32_t m_communicator;    ///< who takes part
    const Settings m_settings;        ///< what is measured
    std::vector<Rank> m_ranks;        ///< books of each rank
    std::vector<Point> m_choices;     ///< by size: how it was done
    std::function<void()> m_finished; ///< whom to tell of the end
    std::string m_failure;            ///< the first one
};

} // namespace ns3::collective

#endif /* COLLECTIVE_SWEEP_H */
