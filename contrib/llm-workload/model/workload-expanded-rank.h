/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_EXPANDED_RANK_H
#define WORKLOAD_EXPANDED_RANK_H

#include "workload-job-graph.h"

#include "ns3/collective-communicator.h"
#include "ns3/collective-schedule.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * The program of one rank while CollectiveExpansion spells out its collectives: copies operations,
 * puts the steps of schedules in the place of collectives, and turns streams into dependencies.
 */
class ExpandedRank
{
  public:
    using Index = OperationGraph::Index;

    /** What decides how steps follow each other. */
    struct Settings
    {
        uint64_t slots{8};         ///< unconfirmed messages of a lane
        uint64_t reductionRate{0}; ///< bit/s; 0: reductions take no time
    };

    /** @param program what is expanded @param settings how steps follow each other */
    ExpandedRank(const RankProgram& program, const Settings& settings);

    /**
     * Append an operation of the program; to be called for all, in order.
     *
     * @param i the operation
     * @param isSpelled whether it is a collective whose steps will come instead
     */
    void Copy(Index i, bool isSpelled);

    /**
     * Put the steps of a schedule in the place of a collective.
     *
     * @param i the collective
     * @param schedule of this rank
     * @param communicator who takes part; its accelerators are ranks of the job
     * @param tagOf tag of a step's message
     */
    void Spell(Index i,
               const collective::Schedule& schedule,
               const collective::Communicator& communicator,
               const std::function<uint32_t(const collective::Step&)>& tagOf);

    /** @return the program; nothing may be called any more */
    RankProgram Finish();

  private:
    /** A lane of a schedule as operations. */
    struct Lane
    {
        bool sends{false};              ///< what it does
        bool isAwaited{false};          ///< sends: a step waits for some of them
        std::vector<Index> steps{};     ///< the messages
        std::vector<Index> complete{};  ///< what says that a step and those before it are over
        std::vector<uint64_t> needed{}; ///< by lane: steps that the last one waited for
    };

    uint32_t PeerSlotOf(uint32_t rank);
    void AddSteps(Index i,
                  const collective::Schedule& schedule,
                  const collective::Communicator& communicator,
                  const std::function<uint32_t(const collective::Step&)>& tagOf,
                  std::vector<Lane>& lanes);
    Index AddReduction(uint64_t bytes);
    void AddLocalStep(const collective::Step& step,
                      const std::string& label,
                      uint16_t stream,
                      Lane& lane);
    void Complete(Lane& lane, const collective::Step& step);
    void OrderSteps(Index entry, const collective::Schedule& schedule, std::vector<Lane>& lanes);

    const RankProgram& m_program;             ///< what is expanded
    Settings m_settings;                      ///< how steps follow each other
    std::shared_ptr<OperationGraph> m_graph;  ///< what comes of it
    RankProgram m_expanded;                   ///< with its slots
    std::map<uint32_t, uint32_t> m_peerSlots; ///< by rank
    std::vector<Index> m_first;               ///< by old operation: the new one that begins it
    std::vector<Index> m_last;                ///< by old operation: the new one that ends it
    uint16_t m_reductionStream{0};            ///< processor that reduces
};

} // namespace ns3::workload

#endif /* WORKLOAD_EXPANDED_RANK_H */
