/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/cluster-scale-up-domain.h"
#include "ns3/config.h"
#include "ns3/fabric-time.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"

#include <map>
#include <memory>
#include <numeric>
#include <tuple>
#include <vector>

/**
 * @ingroup cluster-tests
 * The scale-up domain against closed forms, to the picosecond. Everywhere the rate is 800 Gb/s, 10
 * ps a byte, and the latency 1 us.
 */

using namespace ns3;
using namespace ns3::cluster;

namespace
{

constexpr int64_t LATENCY = 1'000'000; // ps
constexpr int64_t PER_BYTE = 10;       // ps
constexpr int64_t MB = 1'000'000;      // bytes

/** A domain of 8 accelerators that notes what arrives when. */
class Bench : public ScaleUpUser
{
  public:
    explicit Bench(const std::string& rate = "800Gbps", uint32_t accelerators = 8)
    {
        fabric::UsePicoseconds();
        domain = CreateObject<ScaleUpDomain>();
        domain->SetAttribute("Rate", StringValue(rate));
        domain->SetAttribute("Latency", TimeValue(MicroSeconds(1)));
        domain->Setup(0, accelerators, this);
    }

    ~Bench() override
    {
        domain->Dispose();
        Simulator::Destroy();
    }

    /** Send a message at a time. */
    void Send(int64_t at,
              uint32_t source,
              uint32_t destination,
              uint64_t bytes,
              uint64_t tag,
              uint32_t channel = 0)
    {
        Message message;
        message.source = source;
        message.destination = destination;
        message.bytes = bytes;
        message.tag = tag;
        message.channel = channel;
        Simulator::ScheduleWithContext(
            0,
            TimeStep(at),
            [this, message]() { domain->Send(message.source, message.destination, message); });
    }

    void TransferArrived(const Message& message) override
    {
        arrivals[message.tag] = fabric::NowTicks();
        order.push_back(message.tag);
    }

    Ptr<ScaleUpDomain> domain;            ///< the domain
    std::map<uint64_t, int64_t> arrivals; ///< by tag
    std::vector<uint64_t> order;          ///< tags in the order of arrival
};

/** One transfer at a time, and transfers that share nothing. */
class AloneTestCase : public TestCase
{
  public:
    AloneTestCase()
        : TestCase("uncontended transfers")
    {
    }

  private:
    void DoRun() override
    {
        {
            Bench bench;
            bench.Send(0, 0, 1, MB, 1);
            bench.Send(0, 1, 0, MB, 2); // the other direction
            bench.Send(0, 2, 3, 3 * MB, 3);
            bench.Send(5, 4, 5, 0, 4); // no bytes: latency alone
            bench.Send(0, 6, 7, 1, 5);
            Simulator::Run();
            NS_TEST_ASSERT_MSG_EQ(bench.arrivals[1], LATENCY + PER_BYTE * MB, "1 MB");
            NS_TEST_ASSERT_MSG_EQ(bench.arrivals[2], LATENCY + PER_BYTE * MB, "full duplex");
            NS_TEST_ASSERT_MSG_EQ(bench.arrivals[3], LATENCY + PER_BYTE * 3 * MB, "3 MB");
            NS_TEST_ASSERT_MSG_EQ(bench.arrivals[4], 5 + LATENCY, "0 bytes");
            NS_TEST_ASSERT_MSG_EQ(bench.arrivals[5], LATENCY + PER_BYTE, "1 byte");
            NS_TEST_ASSERT_MSG_EQ(bench.domain->GetCounters().bytesSent, 5 * MB + 1, "sent");
            NS_TEST_ASSERT_MSG_EQ(bench.domain->GetCounters().bytesArrived, 5 * MB + 1, "arrived");
            NS_TEST_ASSERT_MSG_EQ(bench.domain->GetNComputations(), 0, "no contention");
        }
        {
            // 7 bytes at 3 Gb/s: 56 / 3 ns = 18,666.67 ps, rounded up
            Bench bench("3Gbps");
            bench.Send(0, 0, 1, 7, 1);
            // 1 TB at 3 Gb/s: 8e12 / 3e9 s = 2,666.67 s: 128-bit arithmetic
            bench.Send(0, 2, 3, 1'000'000'000'000, 2);
            Simulator::Run();
            NS_TEST_ASSERT_MSG_EQ(bench.arrivals[1], LATENCY + 18'667, "rounded up");
            NS_TEST_ASSERT_MSG_EQ(bench.arrivals[2], LATENCY + 2'666'666'666'666'667, "1 TB");
        }
    }
};

/** n to 1 and 1 to n share one port. */
class IncastTestCase : public TestCase
{
  public:
    IncastTestCase()
        : TestCase("incast and outcast")
    {
    }

  private:
    void DoRun() override
    {
        for (const bool incast : {true, false})
        {
            for (uint32_t n = 1; n <= 7; ++n)
            {
                Bench bench("840Gbps"); // divisible by 1 to 7
                for (uint32_t i = 1; i <= n; ++i)
                {
                    bench.Send(0, incast ? i : 0, incast ? 0 : i, 21 * MB, i);
                }
                Simulator::Run();
                for (uint32_t i = 1; i <= n; ++i)
                {
                    // n * 21e6 * 8 / 840e9 s = n * 200 us
                    NS_TEST_ASSERT_MSG_EQ(bench.arrivals[i],
                                          LATENCY + n * 200'000'000,
                                          "transfer " << i << " of " << n);
                }
            }
        }
        // Different sizes: 1, 2 and 4 MB to one. Shares of 1/3 until 3 MB have passed, when the
        // first is done; of 1/2 until the second has its last MB, 5 MB in; then the third alone.
        Bench bench;
        bench.Send(0, 1, 0, 1 * MB, 1);
        bench.Send(0, 2, 0, 2 * MB, 2);
        bench.Send(0, 3, 0, 4 * MB, 3);
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ_TOL(bench.arrivals[1], LATENCY + 30 * MB, 2, "first");
        NS_TEST_ASSERT_MSG_EQ_TOL(bench.arrivals[2], LATENCY + 50 * MB, 2, "second");
        NS_TEST_ASSERT_MSG_EQ_TOL(bench.arrivals[3], LATENCY + 70 * MB, 2, "third");
    }
};

/** Max-min shares where transfers meet others at both ports. */
class MaxMinTestCase : public TestCase
{
  public:
    MaxMinTestCase()
        : TestCase("max-min fairness")
    {
    }

  private:
    void DoRun() override
    {
        {
            // To 2: B (from 0), C (from 3) and D (from 4), a third each. From 0: A gets the two
            // thirds that B leaves. A: 4 MB at 2/3: 60 us. B, C, D: 2 MB at 1/3: 60 us.
            Bench bench;
            bench.Send(0, 0, 1, 4 * MB, 'A');
            bench.Send(0, 0, 2, 2 * MB, 'B');
            bench.Send(0, 3, 2, 2 * MB, 'C');
            bench.Send(0, 4, 2, 2 * MB, 'D');
            Simulator::Run();
            for (const char tag : {'A', 'B', 'C', 'D'})
            {
                NS_TEST_ASSERT_MSG_EQ_TOL(bench.arrivals[tag], LATENCY + 60 * MB, 2, tag);
            }
        }
        {
            // B joins A at the egress of 0 after 40 us, with half each until B's 1 MB is out after
            // 20 us more; A has then 10 - 4 - 1 = 5 MB left and the port for itself: 110 us.
            Bench bench;
            bench.Send(0, 0, 1, 10 * MB, 'A');
            bench.Send(40 * MB, 0, 2, 1 * MB, 'B');
            Simulator::Run();
            NS_TEST_ASSERT_MSG_EQ(bench.arrivals['B'], LATENCY + 60 * MB, "late and short");
            NS_TEST_ASSERT_MSG_EQ(bench.arrivals['A'], LATENCY + 110 * MB, "early and long");
        }
        {
            // All-to-all: each of 8 ports sends 7 * 1 MB and gets as much: 70 us for all
            Bench bench("560Gbps"); // 1/7: 80 Gb/s, 100 ps a byte
            for (uint32_t i = 0; i < 8; ++i)
            {
                for (uint32_t j = 0; j < 8; ++j)
                {
                    if (i != j)
                    {
                        bench.Send(0, i, j, MB, i * 8 + j);
                    }
                }
            }
            Simulator::Run();
            NS_TEST_ASSERT_MSG_EQ(bench.order.size(), 56, "all arrived");
            for (const auto& [tag, at] : bench.arrivals)
            {
                NS_TEST_ASSERT_MSG_EQ(at, LATENCY + 100 * MB, "pair " << tag);
            }
            NS_TEST_ASSERT_MSG_EQ((bench.domain->GetNComputations() <= 2),
                                  true,
                                  "what starts together is computed together");
        }
    }
};

/** Messages of a channel in order, channels beside each other. */
class ChannelTestCase : public TestCase
{
  public:
    ChannelTestCase()
        : TestCase("channels and order")
    {
    }

  private:
    void DoRun() override
    {
        {
            // Channel 0: long, none, short; they take turns, and the empty one waits its turn.
            Bench bench;
            bench.Send(0, 0, 1, 5 * MB, 1);
            bench.Send(0, 0, 1, 0, 2);
            bench.Send(0, 0, 1, 1 * MB, 3);
            Simulator::Run();
            NS_TEST_ASSERT_MSG_EQ(bench.order.size(), 3, "all");
            NS_TEST_ASSERT_MSG_EQ(bench.arrivals[1], LATENCY + 50 * MB, "first");
            NS_TEST_ASSERT_MSG_EQ(bench.arrivals[2], LATENCY + 50 * MB, "empty");
            NS_TEST_ASSERT_MSG_EQ(bench.arrivals[3], LATENCY + 60 * MB, "last");
            for (uint64_t i = 0; i < 3; ++i)
            {
                NS_TEST_ASSERT_MSG_EQ(bench.order[i], i + 1, "order");
            }
        }
        {
            // Two channels share: 1 MB of channel 1 passes 5 MB of channel 0 at half the rate.
            Bench bench;
            bench.Send(0, 0, 1, 5 * MB, 1, 0);
            bench.Send(0, 0, 1, 1 * MB, 2, 1);
            Simulator::Run();
            NS_TEST_ASSERT_MSG_EQ(bench.arrivals[2], LATENCY + 20 * MB, "short, other channel");
            NS_TEST_ASSERT_MSG_EQ(bench.arrivals[1], LATENCY + 60 * MB, "long");
        }
        {
            // Ring of 8, 2 channels, 1,000 chunks of 1,000 bytes each: every port carries 2 MB at
            // full rate; shares are computed when the second channel joins and when one falls
            // silent, not for every chunk.
            Bench bench;
            for (uint32_t i = 0; i < 8; ++i)
            {
                for (uint32_t channel = 0; channel < 2; ++channel)
                {
                    for (uint64_t chunk = 0; chunk < 1000; ++chunk)
                    {
                        const uint64_t tag = (i * 2 + channel) * 1000 + chunk;
                        bench.Send(0, i, (i + 1) % 8, 1000, tag, channel);
                    }
                }
            }
            Simulator::Run();
            NS_TEST_ASSERT_MSG_EQ(bench.order.size(), 16'000, "all");
            for (uint64_t stream = 0; stream < 16; ++stream)
            {
                NS_TEST_ASSERT_MSG_EQ(
                    bench.arrivals[stream * 1000 + 999], LATENCY + PER_BYTE * 2 * MB, "last chunk");
                NS_TEST_ASSERT_MSG_EQ(
                    bench.arrivals[stream * 1000], LATENCY + PER_BYTE * 2000, "first chunk");
            }
            NS_TEST_ASSERT_MSG_EQ((bench.domain->GetNComputations() <= 4), true, "few");
        }
    }
};

/**
 * Sums and copies by the switch, alone and in competition. Everywhere the last byte leaves after
 * 10 ps a byte at full rate; the result is there 2 latencies and the 3 ns of the switch later.
 */
class ReductionTestCase : public TestCase
{
  public:
    ReductionTestCase()
        : TestCase("sums and copies by the switch")
    {
    }

  private:
    static constexpr int64_t WAY = 2 * LATENCY + 3000; ///< ps
    using Use = fabric::ReductionUse;

    /** A domain whose switch reduces, with groups of the first n accelerators. */
    class Switch : public ReductionGroupsUser
    {
      public:
        /** @param rate of the adders */
        explicit Switch(const std::string& rate = "0bps")
        {
            Config::SetDefault("ns3::cluster::ScaleUpReduction::Latency",
                               TimeValue(NanoSeconds(3)));
            Config::SetDefault("ns3::cluster::ScaleUpReduction::Rate", StringValue(rate));
            bench = std::make_unique<Bench>();
            Config::Reset();
            reduction = bench->domain->GetReduction();
            reduction->SetUser(this);
            for (uint32_t n = 1; n <= 8; ++n)
            {
                std::vector<uint32_t> members(n);
                std::iota(members.begin(), members.end(), 0);
                reduction->AddGroup(FIRST_SCALE_UP_GROUP + n, members);
            }
        }

        /** All n members of a group send, one after the other. @param apart ps between them */
        void Send(int64_t at,
                  uint32_t n,
                  uint64_t bytes,
                  uint64_t tag,
                  Use use,
                  uint32_t root,
                  int64_t apart = 0)
        {
            for (uint32_t member = 0; member < n; ++member)
            {
                Message message;
                message.source = member;
                message.destination = FIRST_SCALE_UP_GROUP + n;
                message.bytes = bytes;
                message.tag = tag;
                message.use = use;
                message.root = root;
                Simulator::ScheduleWithContext(0,
                                               TimeStep(at + member * apart),
                                               [this, message]()
                                               { refusal = reduction->Post(message); });
            }
        }

        void GroupCompleted(const Message& message) override
        {
            ++nCompleted[message.tag];
            ends[message.tag] = fabric::NowTicks();
        }

        void GroupFailed(const Message&, const std::string&) override {}

        std::unique_ptr<Bench> bench;            ///< the domain
        Ptr<ScaleUpReduction> reduction;         ///< its switch
        std::string refusal;                     ///< of the last Post of Send
        std::string other;                       ///< of another Post
        std::map<uint64_t, int64_t> ends;        ///< by tag: when the last member had the result
        std::map<uint64_t, uint32_t> nCompleted; ///< by tag: members that have the result
    };

    void DoRun() override
    {
        CheckAlone();
        CheckShared();
        CheckAdders();
    }

    /** Nothing else in the domain. */
    void CheckAlone()
    {
        for (const Use use : {Use::SUM_TO_ALL, Use::SUM_TO_ROOT, Use::COPY_FROM_ROOT})
        {
            Switch alone;
            alone.Send(0, 8, MB, 1, use, 3);
            Simulator::Run();
            NS_TEST_ASSERT_MSG_EQ(alone.ends[1], PER_BYTE * MB + WAY, "1 MB");
            NS_TEST_ASSERT_MSG_EQ(alone.nCompleted[1], 8U, "each member once");
        }
        // The last of 8 members comes after 7 * 2 us, and no bytes are a barrier.
        {
            Switch late;
            late.Send(0, 8, 0, 1, Use::SUM_TO_ALL, 0, 2 * LATENCY);
            Simulator::Run();
            NS_TEST_ASSERT_MSG_EQ(late.ends[1], 14 * LATENCY + WAY, "barrier");
        }
        // Sums to each of 8 members, and copies from each: each port moves 8 MB in one direction.
        for (const Use use : {Use::SUM_TO_ROOT, Use::COPY_FROM_ROOT})
        {
            Switch parts;
            for (uint32_t root = 0; root < 8; ++root)
            {
                parts.Send(0, 8, MB, root, use, root);
            }
            Simulator::Run();
            for (uint32_t root = 0; root < 8; ++root)
            {
                NS_TEST_ASSERT_MSG_EQ(parts.ends[root], 8 * PER_BYTE * MB + WAY, "8 parts");
            }
        }
        // What one member sends has to be what the others send: at 5 ps member 0 sends other bytes.
        {
            Switch mixed;
            mixed.Send(0, 2, MB, 1, Use::SUM_TO_ALL, 0, 10);
            Message other;
            other.destination = FIRST_SCALE_UP_GROUP + 2;
            other.tag = 1;
            Simulator::ScheduleWithContext(
                0, TimeStep(5), [&mixed, other]() { mixed.other = mixed.reduction->Post(other); });
            Simulator::Run();
            NS_TEST_ASSERT_MSG_EQ(
                mixed.other,
                "accelerator 0 sends 0 bytes to a group where accelerator 0 sends "
                "1000000: they posted different operations",
                "refused");
            NS_TEST_ASSERT_MSG_EQ(mixed.refusal, "", "the others go on");
            NS_TEST_ASSERT_MSG_EQ(mixed.ends[1], 10 + PER_BYTE * MB + WAY, "and end");
        }
    }

    /** Others use the ports too. */
    void CheckShared()
    {
        // A transfer from member 0 to an outsider halves the rate of the group until it is over:
        // both have moved 1 MB after 20 ps a byte, then the group has 1 MB to go at full rate.
        {
            Switch shared;
            shared.Send(0, 4, 2 * MB, 1, Use::SUM_TO_ALL, 0);
            shared.bench->Send(0, 0, 7, MB, 9);
            shared.bench->Send(0, 5, 6, MB, 8); // shares nothing
            Simulator::Run();
            NS_TEST_ASSERT_MSG_EQ(shared.ends[1], 3 * PER_BYTE * MB + WAY, "group");
            NS_TEST_ASSERT_MSG_EQ(
                shared.bench->arrivals[9], 2 * PER_BYTE * MB + LATENCY, "transfer");
            NS_TEST_ASSERT_MSG_EQ(shared.bench->arrivals[8], PER_BYTE * MB + LATENCY, "the other");
        }
        // A sum to member 0 and a transfer to member 1 do not meet at an ingress port; from an
        // outsider to member 0 they do.
        {
            Switch toOne;
            toOne.Send(0, 4, MB, 1, Use::SUM_TO_ROOT, 0);
            toOne.bench->Send(0, 7, 1, MB, 9);
            Simulator::Run();
            NS_TEST_ASSERT_MSG_EQ(toOne.ends[1], PER_BYTE * MB + WAY, "not in the way");
        }
        {
            Switch meets;
            meets.Send(0, 4, MB, 1, Use::SUM_TO_ROOT, 0);
            meets.bench->Send(0, 7, 0, MB, 9);
            Simulator::Run();
            NS_TEST_ASSERT_MSG_EQ(meets.ends[1], 2 * PER_BYTE * MB + WAY, "in the way");
        }
    }

    /** Adders of 3.2 Tb/s take 4 contributions at 800 Gb/s, 8 at half of that; copies do not add.
     */
    void CheckAdders()
    {
        for (const auto& [n, use, factor] : {std::tuple{8U, Use::SUM_TO_ALL, 2},
                                             std::tuple{8U, Use::COPY_FROM_ROOT, 1},
                                             std::tuple{4U, Use::SUM_TO_ALL, 1},
                                             std::tuple{2U, Use::SUM_TO_ROOT, 1}})
        {
            Switch slow("3200Gbps");
            slow.Send(0, n, MB, 1, use, 0);
            Simulator::Run();
            NS_TEST_ASSERT_MSG_EQ(slow.ends[1], factor * PER_BYTE * MB + WAY, n << " members");
        }
    }
};

/** The suite. */
class ScaleUpTestSuite : public TestSuite
{
  public:
    ScaleUpTestSuite();
};

ScaleUpTestSuite::ScaleUpTestSuite()
    : TestSuite("weft-cluster-scale-up", TestSuite::Type::UNIT)
{
    AddTestCase(new AloneTestCase);
    AddTestCase(new IncastTestCase);
    AddTestCase(new MaxMinTestCase);
    AddTestCase(new ChannelTestCase);
    AddTestCase(new ReductionTestCase);
}

ScaleUpTestSuite g_scaleUpTestSuite; ///< registers the suite

} // namespace
