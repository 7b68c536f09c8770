/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-bruck-all-to-all.h"

#include "collective-exchange-schedule.h"

#include <utility>
#include <vector>

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(BruckAllToAll);

TypeId
BruckAllToAll::GetTypeId()
{
    static TypeId tid = TypeId("ns3::collective::BruckAllToAll")
                            .SetParent<Algorithm>()
                            .SetGroupName("Collective")
                            .AddConstructor<BruckAllToAll>();
    return tid;
}

bool
BruckAllToAll::DoSupports(CollectiveType type) const
{
    return type == CollectiveType::ALL_TO_ALL;
}

std::unique_ptr<Schedule>
BruckAllToAll::DoBuild(const Communicator& communicator,
                       const Operation& operation,
                       uint32_t rank) const
{
    const uint32_t n = communicator.GetSize();
    const Part whole{0, operation.bytes};
    const uint64_t ownSize = whole.Divide(rank, n).bytes;
    const uint64_t slotSize = whole.Divide(0, n).bytes;
    std::vector<Exchange> rounds;
    for (uint32_t distance = 1; distance < n; distance *= 2)
    {
        Exchange round;
        round.sendTo = (rank + distance) % n;
        round.receiveFrom = (rank + n - distance) % n;
        round.inPlace = true;
        for (uint32_t j = distance; j < n; ++j)
        {
            if ((j & distance) == 0)
            {
                continue;
            }
            // Of the way of j ranks, `done` lie behind the part.
            const uint32_t done = j & (distance - 1);
            const auto sent = whole.Divide((rank + j - done) % n, n);
            round.sent.push_back({done == 0 ? Buffer::MAIN : Buffer::SCRATCH,
                                  done == 0 ? sent.offset : j * slotSize,
                                  sent.bytes});
            if (j < 2 * distance)
            {
                round.received.push_back({Buffer::OUTPUT, (rank + n - j) % n * ownSize, ownSize});
            }
            else
            {
                const auto received = whole.Divide((round.receiveFrom + j - done) % n, n);
                round.received.push_back({Buffer::SCRATCH, j * slotSize, received.bytes});
            }
        }
        rounds.push_back(std::move(round));
    }
    return std::make_unique<ExchangeSchedule>(std::move(rounds));
}

} // namespace ns3::collective
