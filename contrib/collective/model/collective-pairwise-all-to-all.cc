/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-pairwise-all-to-all.h"

#include "ns3/uinteger.h"

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(PairwiseAllToAll);

namespace
{

/** One rank's schedule: lane 0 sends, lane 1 receives. */
class PairwiseSchedule : public Schedule
{
  public:
    PairwiseSchedule(uint32_t nRanks, uint32_t rank, uint64_t bytes, uint32_t exchanges)
        : m_nRanks(nRanks),
          m_rank(rank),
          m_bytes(bytes),
          m_exchanges(exchanges)
    {
    }

    uint32_t
    GetNLanes() const override
    {
        return 2;
    }

    uint64_t
    GetNSteps(uint32_t lane) const override
    {
        return m_nRanks - 1;
    }

    void
    GetStep(uint32_t lane, uint64_t index, Step& step) const override
    {
        const uint64_t n = m_nRanks;
        if (lane == 0)
        {
            const uint64_t peer = (m_rank + index + 1) % n;
            step.Reset(StepAction::SEND, peer, 0, index);
            const uint64_t over = index < m_exchanges ? 0 : index - m_exchanges + 1;
            step.after[0] = {0, over};
            step.after[1] = {1, over};
            const auto part = Part{0, m_bytes}.Divide(peer, n);
            step.Add(Buffer::MAIN, part.offset, part.bytes);
            return;
        }
        const uint64_t peer = (m_rank + n - index - 1) % n;
        step.Reset(StepAction::RECEIVE, peer, 0, index);
        const uint64_t size = Part{0, m_bytes}.Divide(m_rank, n).bytes;
        step.Add(Buffer::OUTPUT, peer * size, size);
    }

  private:
    const uint32_t m_nRanks;    ///< number of ranks
    const uint32_t m_rank;      ///< whose schedule it is
    const uint64_t m_bytes;     ///< size of the buffer
    const uint32_t m_exchanges; ///< how many steps may overlap
};

} // namespace

TypeId
PairwiseAllToAll::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::collective::PairwiseAllToAll")
            .SetParent<Algorithm>()
            .SetGroupName("Collective")
            .AddConstructor<PairwiseAllToAll>()
            .AddAttribute("Exchanges",
                          "Number of exchanges with different peers that may be under way at once, "
                          "at least 1: an exchange begins when all but so many minus one of those "
                          "before it are over at this rank.",
                          UintegerValue(1),
                          MakeUintegerAccessor(&PairwiseAllToAll::m_exchanges),
                          MakeUintegerChecker<uint32_t>(1));
    return tid;
}

bool
PairwiseAllToAll::DoSupports(CollectiveType type) const
{
    return type == CollectiveType::ALL_TO_ALL;
}

std::unique_ptr<Schedule>
PairwiseAllToAll::DoBuild(const Communicator& communicator,
                          const Operation& operation,
                          uint32_t rank) const
{
    return std::make_unique<PairwiseSchedule>(
        communicator.GetSize(), rank, operation.bytes, m_exchanges);
}

} // namespace ns3::collective
