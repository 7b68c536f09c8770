/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-dissemination-barrier.h"

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(DisseminationBarrier);

namespace
{

/** One rank's schedule: lane 0 sends, lane 1 receives. */
class DisseminationSchedule : public Schedule
{
  public:
    DisseminationSchedule(uint32_t nRanks, uint32_t rank)
        : m_nRanks(nRanks),
          m_rank(rank)
    {
    }

    uint32_t GetNLanes() const override
    {
        return 2;
    }

    uint64_t GetNSteps(uint32_t lane) const override
    {
        uint64_t nSteps = 0;
        while ((1ULL << nSteps) < m_nRanks)
        {
            ++nSteps;
        }
        return nSteps;
    }

    void GetStep(uint32_t lane, uint64_t index, Step& step) const override
    {
        const uint64_t distance = 1ULL << index;
        if (lane == 0)
        {
            step.Reset(StepAction::SEND, (m_rank + distance) % m_nRanks, 0, index);
            step.after[0] = {1, index};
        }
        else
        {
            step.Reset(StepAction::RECEIVE, (m_rank + m_nRanks - distance) % m_nRanks, 0, index);
        }
    }

  private:
    const uint32_t m_nRanks; ///< number of ranks
    const uint32_t m_rank;   ///< whose schedule it is
};

} // namespace

TypeId
DisseminationBarrier::GetTypeId()
{
    static TypeId tid = TypeId("ns3::collective::DisseminationBarrier")
                            .SetParent<Algorithm>()
                            .SetGroupName("Collective")
                            .AddConstructor<DisseminationBarrier>();
    return tid;
}

bool
DisseminationBarrier::DoSupports(CollectiveType type) const
{
    return type == CollectiveType::BARRIER;
}

std::unique_ptr<Schedule>
DisseminationBarrier::DoBuild(const Communicator& communicator,
                              const Operation& operation,
                              uint32_t rank) const
{
    return std::make_unique<DisseminationSchedule>(communicator.GetSize(), rank);
}

} // namespace ns3::collective
