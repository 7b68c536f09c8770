/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/collective-communicator.h"
#include "ns3/collective-schedule.h"
#include "ns3/collective-types.h"
#include "ns3/test.h"

#include <algorithm>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::collective;

namespace
{

/** @return a communicator of accelerators 0 .. nServers * perServer - 1 */
Communicator
Make(uint32_t nServers, uint32_t perServer)
{
    std::vector<uint32_t> accelerators;
    std::vector<uint32_t> domains;
    for (uint32_t k = 0; k < nServers * perServer; ++k)
    {
        accelerators.push_back(k);
        domains.push_back(k / perServer);
    }
    return Communicator(0, accelerators, domains);
}

/** Members, ranks and servers of a communicator in an order of its own. */
class MembersTestCase : public TestCase
{
  public:
    MembersTestCase()
        : TestCase("members")
    {
    }

  private:
    void DoRun() override
    {
        // Servers 2, 0, 2, 1, 0 in this order.
        const Communicator communicator(7, {9, 1, 8, 4, 0}, {2, 0, 2, 1, 0});
        NS_TEST_ASSERT_MSG_EQ(communicator.GetId(), 7, "id");
        NS_TEST_ASSERT_MSG_EQ(communicator.GetSize(), 5, "size");
        NS_TEST_ASSERT_MSG_EQ(communicator.GetRank(8), 2, "rank");
        NS_TEST_ASSERT_MSG_EQ(communicator.GetAccelerator(2), 8, "accelerator");
        NS_TEST_ASSERT_MSG_EQ(communicator.GetRank(5), Communicator::NO_RANK, "no member");
        NS_TEST_ASSERT_MSG_EQ(communicator.GetRank(10), Communicator::NO_RANK, "no member");
        const std::vector<std::vector<uint32_t>> servers{{0, 2}, {1, 4}, {3}};
        NS_TEST_ASSERT_MSG_EQ((communicator.GetServers() == servers), true, "servers");
        NS_TEST_ASSERT_MSG_EQ(communicator.GetPlace(4).first, 1, "server of rank 4");
        NS_TEST_ASSERT_MSG_EQ(communicator.GetPlace(4).second, 1, "place in it");
        NS_TEST_ASSERT_MSG_EQ(communicator.GetNRings(), 1, "the smallest server has one rank");
        const auto& ring = communicator.GetRing(0).ranks;
        NS_TEST_ASSERT_MSG_EQ(ring.size(), 5, "all ranks");
        // Ranks of a server follow each other.
        const auto at = [&](uint32_t rank)
        { return std::find(ring.begin(), ring.end(), rank) - ring.begin(); };
        NS_TEST_ASSERT_MSG_EQ(std::abs(at(0) - at(2)), 1, "server 2");
        NS_TEST_ASSERT_MSG_EQ(std::abs(at(1) - at(4)), 1, "server 0");
    }
};

/** Rings visit everybody once, leave each server once, and spread over the NICs and rails. */
class RingTestCase : public TestCase
{
  public:
    RingTestCase()
        : TestCase("rings")
    {
    }

  private:
    void DoRun() override
    {
        for (uint32_t nServers = 1; nServers <= 7; ++nServers)
        {
            for (uint32_t perServer = 1; perServer <= 8; ++perServer)
            {
                CheckRings(nServers, perServer);
            }
        }
        // The order itself, 2 servers of 3: ring 1 leaves server 0 by its rank 1 and comes in by
        // rank 2, the next rail; server 1 the other way round.
        const std::vector<uint32_t> expected{2, 0, 1, 4, 3, 5};
        NS_TEST_ASSERT_MSG_EQ((Make(2, 3).GetRing(1).ranks == expected), true, "order");
    }

    /** The rings of equal servers. */
    void CheckRings(uint32_t nServers, uint32_t perServer)
    {
        const std::string where = std::to_string(nServers) + " x " + std::to_string(perServer);
        const auto communicator = Make(nServers, perServer);
        const uint32_t n = nServers * perServer;
        NS_TEST_ASSERT_MSG_EQ(communicator.GetNRings(), (nServers == 1 ? 1 : perServer), where);
        std::vector<uint32_t> nOut(n, 0);
        std::vector<uint32_t> nIn(n, 0);
        uint32_t nCrossRail = 0;
        for (uint32_t channel = 0; channel < communicator.GetNRings(); ++channel)
        {
            const auto& ring = communicator.GetRing(channel);
            auto sorted = ring.ranks;
            std::sort(sorted.begin(), sorted.end());
            for (uint32_t k = 0; k < n; ++k)
            {
                NS_TEST_ASSERT_MSG_EQ(sorted[k], k, where << ": everybody once");
                NS_TEST_ASSERT_MSG_EQ(ring.positions[ring.ranks[k]], k, where << ": positions");
                const uint32_t from = ring.ranks[k];
                const uint32_t to = ring.ranks[(k + 1) % n];
                if (nServers > 1 && from / perServer != to / perServer)
                {
                    ++nOut[from];
                    ++nIn[to];
                    nCrossRail += from % perServer != to % perServer ? 1 : 0;
                }
            }
            if (nServers > 1)
            {
                // Channel c leaves the first server by its rank c.
                NS_TEST_ASSERT_MSG_EQ(nOut[channel], 1, where << ": channel " << channel);
            }
        }
        for (uint32_t rank = 0; rank < n && nServers > 1; ++rank)
        {
            NS_TEST_ASSERT_MSG_EQ(nOut[rank], 1, where << ": each NIC sends for one ring");
            NS_TEST_ASSERT_MSG_EQ(nIn[rank], 1, where << ": each NIC receives for one ring");
        }
        // Two rails cannot be alternated around an odd number of servers.
        const bool isOddCycle = nServers % 2 == 1 && nServers > 1 && perServer == 2;
        NS_TEST_ASSERT_MSG_EQ(nCrossRail, (isOddCycle ? 2 : 0), where << ": hops across rails");
    }
};

/** Division into parts is complete and even. */
class PartTestCase : public TestCase
{
  public:
    PartTestCase()
        : TestCase("parts")
    {
    }

  private:
    void DoRun() override
    {
        for (uint64_t bytes = 0; bytes <= 40; ++bytes)
        {
            for (uint64_t count = 1; count <= 12; ++count)
            {
                uint64_t next = 100;
                for (uint64_t index = 0; index < count; ++index)
                {
                    const auto part = Part{100, bytes}.Divide(index, count);
                    NS_TEST_ASSERT_MSG_EQ(part.offset, next, "no gap");
                    NS_TEST_ASSERT_MSG_EQ(
                        (part.bytes == bytes / count || part.bytes == bytes / count + 1),
                        true,
                        "even");
                    next += part.bytes;
                }
                NS_TEST_ASSERT_MSG_EQ(next, 100 + bytes, "complete");
            }
        }
        // Sizes whose product with the index exceeds 64 bit: 2^63 in 100000 parts.
        const auto last = Part{0, 1ULL << 63}.Divide(99999, 100000);
        NS_TEST_ASSERT_MSG_EQ(last.offset + last.bytes, 1ULL << 63, "large");
    }
};

/** Factors of bus bandwidth of nccl-tests. */
class BusFactorTestCase : public TestCase
{
  public:
    BusFactorTestCase()
        : TestCase("bus bandwidth")
    {
    }

  private:
    void DoRun() override
    {
        NS_TEST_ASSERT_MSG_EQ(GetBusFactor(CollectiveType::ALL_REDUCE, 8), 1.75, "2 * 7 / 8");
        NS_TEST_ASSERT_MSG_EQ(GetBusFactor(CollectiveType::ALL_REDUCE, 2), 1, "2 * 1 / 2");
        for (const auto type : {CollectiveType::REDUCE_SCATTER,
                                CollectiveType::ALL_GATHER,
                                CollectiveType::ALL_TO_ALL})
        {
            NS_TEST_ASSERT_MSG_EQ(GetBusFactor(type, 8), 0.875, "7 / 8");
        }
        for (const auto type :
             {CollectiveType::BROADCAST, CollectiveType::REDUCE, CollectiveType::SEND})
        {
            NS_TEST_ASSERT_MSG_EQ(GetBusFactor(type, 8), 1, "as it is");
        }
        NS_TEST_ASSERT_MSG_EQ(GetTypeName(CollectiveType::BARRIER), "barrier", "name");
        NS_TEST_ASSERT_MSG_EQ(GetTypeName(CollectiveType::RECEIVE), "receive", "name");
    }
};

/** The unit test suite of communicators and what else is a value. */
class CommunicatorTestSuite : public TestSuite
{
  public:
    CommunicatorTestSuite()
        : TestSuite("weft-collective-communicator", TestSuite::Type::UNIT)
    {
        AddTestCase(new MembersTestCase());
        AddTestCase(new RingTestCase());
        AddTestCase(new PartTestCase());
        AddTestCase(new BusFactorTestCase());
    }
};

CommunicatorTestSuite g_communicatorTestSuite; ///< registers the suite

} // namespace
