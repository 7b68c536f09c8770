/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-pairwise-all-to-all.h"

#include "ns3/uinteger.h"

#include <algorithm>
#include <array>
#include <vector>

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(PairwiseAllToAll);

namespace
{

/** One rank's schedule: lane 0 sends, lane 1 receives. */
class PairwiseSchedule : public Schedule
{
  public:
    PairwiseSchedule(uint32_t nRanks, uint32_t rank, const Operation& operation, uint32_t exchanges)
        : m_exchanges(exchanges)
    {
        const bool isUneven = operation.type == CollectiveType::ALL_TO_ALL_V;
        const Part whole{0, operation.bytes};
        std::vector<Part> sent(nRanks);
        std::vector<Part> received(nRanks);
        Part nextSent;
        Part nextReceived;
        for (uint32_t peer = 0; peer < nRanks; ++peer)
        {
            nextSent.bytes =
                isUneven ? operation.sizes->sent[peer] : whole.Divide(peer, nRanks).bytes;
            nextReceived.bytes =
                isUneven ? operation.sizes->received[peer] : whole.Divide(rank, nRanks).bytes;
            sent[peer] = nextSent;
            received[peer] = nextReceived;
            nextSent.offset += nextSent.bytes;
            nextReceived.offset += nextReceived.bytes;
        }
        for (uint32_t distance = 1; distance < nRanks; ++distance)
        {
            const uint32_t to = (rank + distance) % nRanks;
            const uint32_t from = (rank + nRanks - distance) % nRanks;
            AddTransfer(0, distance, to, sent[to], isUneven);
            AddTransfer(1, distance, from, received[from], isUneven);
        }
    }

    uint32_t GetNLanes() const override
    {
        return 2;
    }

    uint64_t GetNSteps(uint32_t lane) const override
    {
        return m_lanes[lane].size();
    }

    void GetStep(uint32_t lane, uint64_t index, Step& step) const override
    {
        const auto& transfer = m_lanes[lane][index];
        if (lane == 1)
        {
            step.Reset(StepAction::RECEIVE, transfer.peer, 0, transfer.distance);
            step.Add(Buffer::OUTPUT, transfer.part.offset, transfer.part.bytes);
            return;
        }
        step.Reset(StepAction::SEND, transfer.peer, 0, transfer.distance);
        step.Add(Buffer::MAIN, transfer.part.offset, transfer.part.bytes);
        if (transfer.distance > m_exchanges)
        {
            const uint32_t over = transfer.distance - m_exchanges;
            step.after[0] = {0, CountUpTo(0, over)};
            step.after[1] = {1, CountUpTo(1, over)};
        }
    }

  private:
    /** A part that is sent or received. */
    struct Transfer
    {
        uint32_t distance; ///< number of the exchange, from 1
        uint32_t peer;     ///< rank at the other end
        Part part;         ///< of the buffer
    };

    /** Add a step to a lane; empty ones of an all-to-all-v are no messages. */
    void AddTransfer(uint32_t lane, uint32_t distance, uint32_t peer, Part part, bool isUneven)
    {
        if (part.bytes > 0 || !isUneven)
        {
            m_lanes[lane].push_back({distance, peer, part});
        }
    }

    /** @return number of steps of a lane that belong to exchanges 1 to `distance` */
    uint64_t CountUpTo(uint32_t lane, uint32_t distance) const
    {
        const auto& transfers = m_lanes[lane];
        return std::upper_bound(transfers.begin(),
                                transfers.end(),
                                distance,
                                [](uint32_t value, const Transfer& transfer)
                                { return value < transfer.distance; }) -
               transfers.begin();
    }

    const uint32_t m_exchanges;                   ///< how many exchanges may overlap
    std::array<std::vector<Transfer>, 2> m_lanes; ///< sent, received
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
    return type == CollectiveType::ALL_TO_ALL || type == CollectiveType::ALL_TO_ALL_V;
}

std::unique_ptr<Schedule>
PairwiseAllToAll::DoBuild(const Communicator& communicator,
                          const Operation& operation,
                          uint32_t rank) const
{
    return std::make_unique<PairwiseSchedule>(communicator.GetSize(), rank, operation, m_exchanges);
}

} // namespace ns3::collective
