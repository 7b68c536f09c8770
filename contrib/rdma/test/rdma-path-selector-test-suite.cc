/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/nstime.h"
#include "ns3/rdma-bitmap-spray.h"
#include "ns3/rdma-mixed-spray.h"
#include "ns3/rdma-oblivious-spray.h"
#include "ns3/rdma-pinned-path.h"
#include "ns3/rdma-plb.h"
#include "ns3/rdma-reps.h"
#include "ns3/rdma-rtt-paths.h"
#include "ns3/simulator.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <set>
#include <vector>

using namespace ns3;
using namespace ns3::rdma;

namespace
{

constexpr Ticks US = 1'000'000; ///< a microsecond
constexpr int64_t STREAM = 5;   ///< random stream of every selector here

/** @return an acknowledgment of a packet that took 10 us */
PathSelector::Feedback
Feedback(uint16_t entropy, bool ecnEcho, Ticks now = 20 * US, Ticks rtt = 10 * US)
{
    return {now, rtt, 1000, entropy, ecnEcho};
}

/** @return a selector over so many paths, started */
template <typename T>
Ptr<T>
MakeSet(uint32_t paths)
{
    auto selector = CreateObject<T>();
    selector->SetAttribute("Paths", UintegerValue(paths));
    selector->AssignStreams(STREAM);
    selector->Start(2, 3);
    return selector;
}

/** The draws of a selector whose set has a power of two of paths, drawn again beside it. */
class Mirror
{
  public:
    /** @param paths of the set */
    explicit Mirror(uint32_t paths)
        : m_mask(paths - 1),
          m_random(CreateObject<UniformRandomVariable>())
    {
        m_random->SetStream(STREAM);
        upper = m_random->GetInteger(0, 0xffff) & ~m_mask;
        order = m_random->GetInteger(0, m_mask);
    }

    /** Draw the order of the next round. */
    void NextRound()
    {
        order = m_random->GetInteger(0, m_mask);
    }

    uint32_t upper{0}; ///< bits of the entropy above the path
    uint32_t order{0}; ///< of this round

  private:
    uint32_t m_mask;                     ///< bits of the path
    Ptr<UniformRandomVariable> m_random; ///< draws
};

/** Oblivious spraying. */
class ObliviousSprayTestCase : public TestCase
{
  public:
    ObliviousSprayTestCase()
        : TestCase("oblivious spray: each path once in a round, in a new order each round")
    {
    }

  private:
    void DoRun() override
    {
        auto spray = MakeSet<ObliviousSpray>(8);
        Mirror mirror(8);
        for (uint32_t round = 0; round < 20; ++round)
        {
            for (uint32_t i = 0; i < 8; ++i)
            {
                NS_TEST_ASSERT_MSG_EQ(spray->Select(8 * round + i, false),
                                      mirror.upper + (i ^ mirror.order),
                                      "round " << round << ", packet " << i);
            }
            mirror.NextRound();
        }

        // 5 paths: numbers 5 to 7 of the three bits are stepped over.
        auto odd = MakeSet<ObliviousSpray>(5);
        for (uint32_t round = 0; round < 20; ++round)
        {
            std::set<uint32_t> seen;
            for (uint32_t i = 0; i < 5; ++i)
            {
                seen.insert(odd->ToPath(odd->Select(0, false)));
            }
            NS_TEST_ASSERT_MSG_EQ(seen.size(), 5, "each once in round " << round);
            NS_TEST_ASSERT_MSG_EQ(*seen.rbegin(), 4, "the highest is number 4");
        }

        auto one = MakeSet<ObliviousSpray>(1);
        NS_TEST_ASSERT_MSG_EQ(one->Select(0, false), one->Select(1, false), "a set of one");
    }
};

/** Penalties. */
class BitmapSprayTestCase : public TestCase
{
  public:
    BitmapSprayTestCase()
        : TestCase("bitmap: ECN costs a path 1 turn, a NACK 4, a loss 15, 15 at most")
    {
    }

  private:
    void DoRun() override
    {
        auto spray = MakeSet<BitmapSpray>(4);
        Mirror mirror(4);
        for (uint32_t i = 0; i < 4; ++i)
        {
            NS_TEST_ASSERT_MSG_EQ(spray->Select(i, false), mirror.upper + (i ^ mirror.order), i);
        }
        // The second path of the next round gets a mark. The round is 0, (1 left out), 2, 3 and
        // then the one after it is complete again.
        mirror.NextRound();
        const uint32_t path = 1 ^ mirror.order;
        spray->NotifyAck(Feedback(mirror.upper + path, true));
        NS_TEST_ASSERT_MSG_EQ(+spray->GetPenalty(path), 1, "for a mark");
        for (const uint32_t i : {0, 2, 3})
        {
            NS_TEST_ASSERT_MSG_EQ(spray->Select(i, false), mirror.upper + (i ^ mirror.order), i);
        }
        NS_TEST_ASSERT_MSG_EQ(+spray->GetPenalty(path), 0, "paid");
        mirror.NextRound();
        for (uint32_t i = 0; i < 4; ++i)
        {
            NS_TEST_ASSERT_MSG_EQ(spray->Select(i, false), mirror.upper + (i ^ mirror.order), i);
        }

        // Good acknowledgments cost nothing; NACK 4; two losses would be 34 and are 15.
        const uint16_t bad = mirror.upper + 2;
        spray->NotifyAck(Feedback(bad, false));
        NS_TEST_ASSERT_MSG_EQ(+spray->GetPenalty(2), 0, "for a good one");
        spray->NotifyNack(Feedback(bad, false));
        NS_TEST_ASSERT_MSG_EQ(+spray->GetPenalty(2), 4, "for a NACK");
        spray->NotifyLoss(0, bad);
        spray->NotifyLoss(0, bad);
        NS_TEST_ASSERT_MSG_EQ(+spray->GetPenalty(2), 15, "at most");
        // Whatever the order, it is out for at least 15 rounds of 3 packets.
        for (uint32_t i = 0; i < 45; ++i)
        {
            NS_TEST_ASSERT_MSG_NE(spray->ToPath(spray->Select(i, false)), 2, "packet " << i);
        }

        // All penalised: a whole round is stepped over, and only the first one met pays.
        for (uint32_t p = 0; p < 4; ++p)
        {
            spray->NotifyLoss(0, mirror.upper + p);
        }
        spray->Select(0, false);
        uint32_t sum = 0;
        for (uint32_t p = 0; p < 4; ++p)
        {
            sum += spray->GetPenalty(p);
        }
        NS_TEST_ASSERT_MSG_EQ(sum, 59, "4 times 15 less 1");
    }
};

/** Recycling. */
class RepsTestCase : public TestCase
{
  public:
    RepsTestCase()
        : TestCase("REPS: good paths in order, random ones else; frozen after a loss")
    {
    }

  private:
    void DoRun() override
    {
        fabric::UsePicoseconds();
        auto reps = MakeSet<Reps>(256);
        std::set<uint16_t> random;
        for (uint32_t i = 0; i < 50; ++i)
        {
            random.insert(reps->Select(i, false));
        }
        NS_TEST_ASSERT_MSG_GT(random.size(), 30, "nothing known: random paths");

        // Two good ones and a marked one: the good ones are used, once, oldest first.
        const uint16_t base = reps->ToEntropy(0);
        reps->NotifyAck(Feedback(base + 10, false));
        reps->NotifyAck(Feedback(base + 11, true));
        reps->NotifyAck(Feedback(base + 12, false));
        NS_TEST_ASSERT_MSG_EQ(reps->Select(0, false), base + 10, "the oldest");
        NS_TEST_ASSERT_MSG_EQ(reps->Select(0, false), base + 12, "the next");

        // Ten good ones in a ring of eight: the last eight remain.
        for (uint32_t i = 20; i < 30; ++i)
        {
            reps->NotifyAck(Feedback(base + i, false));
        }
        for (uint32_t i = 22; i < 30; ++i)
        {
            NS_TEST_ASSERT_MSG_EQ(reps->Select(0, false), base + i, "of the last eight");
        }

        // A loss at time 0 freezes for 10 ms: the ring, all used, goes round and round.
        reps->NotifyLoss(0, base + 25);
        NS_TEST_ASSERT_MSG_EQ(reps->IsFrozen(), true, "after a loss");
        std::vector<uint16_t> first;
        for (uint32_t i = 0; i < 8; ++i)
        {
            first.push_back(reps->Select(0, false));
        }
        NS_TEST_ASSERT_MSG_EQ(std::set<uint16_t>(first.begin(), first.end()).size(), 8, "all");
        NS_TEST_ASSERT_MSG_EQ(*std::min_element(first.begin(), first.end()), base + 22, "known");
        NS_TEST_ASSERT_MSG_EQ(*std::max_element(first.begin(), first.end()), base + 29, "known");
        for (uint32_t i = 0; i < 8; ++i)
        {
            NS_TEST_ASSERT_MSG_EQ(reps->Select(0, false), first[i], "again");
        }
        // One that proves good while frozen goes first.
        reps->NotifyAck(Feedback(base + 77, false));
        NS_TEST_ASSERT_MSG_EQ(reps->Select(0, false), base + 77, "fresh");

        // One picosecond before 10 ms it is frozen, then it forgets the ring and explores 16.
        Simulator::Schedule(TimeStep(10'000 * US - 1), &RepsTestCase::Frozen, this, reps);
        Simulator::Schedule(TimeStep(10'000 * US), &RepsTestCase::Thawed, this, reps);
        Simulator::Run();
        Simulator::Destroy();
        NS_TEST_ASSERT_MSG_EQ(m_checks, 2, "both came");
    }

    /** Just before the end of the freeze. */
    void Frozen(Ptr<Reps> reps)
    {
        reps->Select(0, false);
        NS_TEST_ASSERT_MSG_EQ(reps->IsFrozen(), true, "10 ms are not over");
        ++m_checks;
    }

    /** At the end of the freeze. */
    void Thawed(Ptr<Reps> reps)
    {
        const uint16_t base = reps->ToEntropy(0);
        std::set<uint16_t> explored;
        for (uint32_t i = 0; i < 16; ++i)
        {
            reps->NotifyAck(Feedback(base + i, false)); // good, but 16 go at random first
            explored.insert(reps->Select(0, false));
        }
        NS_TEST_ASSERT_MSG_EQ(reps->IsFrozen(), false, "10 ms are over");
        NS_TEST_ASSERT_MSG_GT(explored.size(), 12, "random");
        NS_TEST_ASSERT_MSG_GT(*explored.rbegin(), base + 15, "not those of the acknowledgments");
        NS_TEST_ASSERT_MSG_EQ(reps->Select(0, false), base + 8, "the oldest of the last eight");
        ++m_checks;
    }

    uint32_t m_checks{0}; ///< events that came
};

/** Mixed. */
class MixedSprayTestCase : public TestCase
{
  public:
    MixedSprayTestCase()
        : TestCase("mixed: good paths again in order, the bitmap's walk when there is none")
    {
    }

  private:
    void DoRun() override
    {
        auto spray = MakeSet<MixedSpray>(4);
        Mirror mirror(4);
        NS_TEST_ASSERT_MSG_EQ(spray->Select(0, false), mirror.upper + mirror.order, "walk");
        spray->NotifyAck(Feedback(mirror.upper + 3, false));
        spray->NotifyAck(Feedback(mirror.upper + 1, false));
        spray->NotifyAck(Feedback(mirror.upper + 2, true));
        NS_TEST_ASSERT_MSG_EQ(+spray->GetPenalty(2), 1, "the bitmap hears of it");
        NS_TEST_ASSERT_MSG_EQ(spray->Select(1, false), mirror.upper + 3, "the oldest good one");
        NS_TEST_ASSERT_MSG_EQ(spray->Select(2, false), mirror.upper + 1, "the next");
        std::set<uint16_t> seen;
        for (uint32_t i = 0; i < 2; ++i)
        {
            seen.insert(spray->Select(3, false)); // the walk, but not number 2
        }
        NS_TEST_ASSERT_MSG_EQ(seen.count(mirror.upper + 2), 0, "penalised");
        for (uint32_t i = 0; i < 9; ++i)
        {
            spray->NotifyAck(Feedback(mirror.upper + i % 2, false));
        }
        for (const uint32_t i : {0, 1, 0, 1})
        {
            NS_TEST_ASSERT_MSG_EQ(spray->Select(4, false), mirror.upper + i, "four wait at most");
        }
    }
};

/** RTT of each path. */
class RttPathsTestCase : public TestCase
{
  public:
    RttPathsTestCase()
        : TestCase("RTT of each path: the better of two, unknown and old ones first")
    {
    }

  private:
    void DoRun() override
    {
        fabric::UsePicoseconds();
        auto paths = MakeSet<RttPaths>(2);
        paths->SetAttribute("Choices", UintegerValue(64)); // both are drawn, but in 2^-63 of cases
        const uint16_t base = paths->ToEntropy(0);
        paths->NotifyAck(Feedback(base, false, 0, 8 * US));
        NS_TEST_ASSERT_MSG_EQ(paths->GetEstimate(0), 8 * US, "the first sample");
        NS_TEST_ASSERT_MSG_EQ(paths->Select(0, false), base + 1, "not measured yet");
        paths->NotifyAck(Feedback(base + 1, false, 0, 10 * US));
        NS_TEST_ASSERT_MSG_EQ(paths->Select(0, false), base, "8 us against 10");
        paths->NotifyAck(Feedback(base, false, 0, 40 * US));
        NS_TEST_ASSERT_MSG_EQ(paths->GetEstimate(0), 12 * US, "8 + (40 - 8) / 8");
        NS_TEST_ASSERT_MSG_EQ(paths->Select(0, false), base + 1, "12 us against 10");
        paths->NotifyLoss(0, base + 1);
        NS_TEST_ASSERT_MSG_EQ(paths->GetEstimate(1), 20 * US, "twice 10 us");
        NS_TEST_ASSERT_MSG_EQ(paths->Select(0, false), base, "12 us against 20");
        Simulator::Schedule(TimeStep(1000 * US), &RttPathsTestCase::Later, this, paths, base);
        Simulator::Schedule(
            TimeStep(1000 * US + 1), &RttPathsTestCase::Later, this, paths, base + 1);
        paths->NotifyAck(Feedback(base, false, US, 12 * US)); // this one is younger
        Simulator::Run();
        Simulator::Destroy();
        NS_TEST_ASSERT_MSG_EQ(m_checks, 2, "both came");
    }

    /** @param paths the selector @param expected its choice */
    void Later(Ptr<RttPaths> paths, uint16_t expected)
    {
        NS_TEST_ASSERT_MSG_EQ(paths->Select(0, false), expected, "after 1 ms it is forgotten");
        ++m_checks;
    }

    uint32_t m_checks{0}; ///< events that came
};

/** Protective load balancing. */
class PlbTestCase : public TestCase
{
  public:
    PlbTestCase()
        : TestCase("PLB: a new path after 12 congested rounds, or 3 and idle")
    {
    }

  private:
    /** A selector with the stage on which rounds are acknowledged. */
    struct Stage
    {
        Ptr<Plb> plb; ///< the selector
        Ticks now{0}; ///< the time
    };

    void DoRun() override
    {
        fabric::UsePicoseconds();
        Stage stage{MakePlb()};
        const uint16_t before = stage.plb->Select(0, false);
        NS_TEST_ASSERT_MSG_EQ(before, ConnectionEntropy(2, 3), "starts as a single path");
        for (uint32_t round = 1; round < 12; ++round)
        {
            Round(stage, 2, 4, 1000); // exactly half is enough
            NS_TEST_ASSERT_MSG_EQ(stage.plb->GetCongestedRounds(), round, "one more");
        }
        NS_TEST_ASSERT_MSG_EQ(stage.plb->Select(0, false), before, "11 rounds");
        Round(stage, 1, 4, 1000);
        NS_TEST_ASSERT_MSG_EQ(stage.plb->GetCongestedRounds(), 0, "a good round starts anew");
        for (uint32_t round = 0; round < 12; ++round)
        {
            Round(stage, 4, 4, 1000);
        }
        const uint16_t second = stage.plb->Select(0, false);
        NS_TEST_ASSERT_MSG_NE(second, before, "12 rounds");
        NS_TEST_ASSERT_MSG_EQ(stage.plb->GetCongestedRounds(), 0, "starts anew");

        // Three congested rounds while busy change nothing; the third while idle does.
        for (uint32_t round = 0; round < 3; ++round)
        {
            Round(stage, 4, 4, 1000);
        }
        NS_TEST_ASSERT_MSG_EQ(stage.plb->Select(0, false), second, "busy");
        Round(stage, 4, 4, 0);
        const uint16_t third = stage.plb->Select(0, false);
        NS_TEST_ASSERT_MSG_NE(third, second, "idle");

        // A timeout changes the path, as it may be dead.
        stage.plb->NotifyTimeout(stage.now);
        const uint16_t fourth = stage.plb->Select(0, false);
        NS_TEST_ASSERT_MSG_NE(fourth, third, "timeout");

        // Congestion after it does not for 60 s at least and 120 s at most.
        const Ticks timeout = stage.now;
        stage.now = timeout + 59'000'000 * US;
        for (uint32_t round = 0; round < 13; ++round)
        {
            Round(stage, 4, 4, 1000);
        }
        NS_TEST_ASSERT_MSG_EQ(stage.plb->Select(0, false), fourth, "59 s after the timeout");
        stage.now = timeout + 120'000'000 * US;
        Round(stage, 4, 4, 1000);
        NS_TEST_ASSERT_MSG_NE(stage.plb->Select(0, false), fourth, "120 s after the timeout");
        const uint16_t fifth = stage.plb->Select(0, false);
        stage.plb->SetAttribute("ChangeAtTimeout", BooleanValue(false));
        stage.plb->NotifyTimeout(stage.now);
        NS_TEST_ASSERT_MSG_EQ(stage.plb->Select(0, false), fifth, "unless the path is to stay");

        // Delay as the sign: 10 us is the limit, and above it is congestion.
        Stage delay{MakePlb()};
        delay.plb->SetAttribute("DelayLimit", TimeValue(MicroSeconds(10)));
        Round(delay, 0, 4, 1000, 10 * US);
        NS_TEST_ASSERT_MSG_EQ(delay.plb->GetCongestedRounds(), 0, "at the limit");
        Round(delay, 0, 4, 1000, 10 * US + 1);
        NS_TEST_ASSERT_MSG_EQ(delay.plb->GetCongestedRounds(), 1, "above");
        Simulator::Destroy();
    }

    /** @return a selector, started */
    static Ptr<Plb> MakePlb()
    {
        auto plb = CreateObject<Plb>();
        plb->AssignStreams(STREAM);
        plb->Start(2, 3);
        return plb;
    }

    /** A round: acknowledgments of packets sent before it, and then one sent at its start. */
    static void Round(Stage& stage,
                      uint32_t marked,
                      uint32_t acks,
                      uint64_t inFlight,
                      Ticks rtt = US)
    {
        for (uint32_t i = 0; i < acks; ++i)
        {
            const bool last = i + 1 == acks;
            const Ticks now = stage.now + (last ? rtt : rtt - 1);
            stage.plb->NotifyAck({now, rtt, inFlight, 0, i < marked});
        }
        stage.now += rtt;
    }
};

/** A path chosen by the user. */
class PinnedPathTestCase : public TestCase
{
  public:
    PinnedPathTestCase()
        : TestCase("a pinned path stays")
    {
    }

  private:
    void DoRun() override
    {
        auto pinned = CreateObject<PinnedPath>();
        pinned->SetAttribute("Entropy", UintegerValue(0x1234));
        pinned->Start(2, 3);
        NS_TEST_ASSERT_MSG_EQ(pinned->Select(0, false), 0x1234, "as set");
        pinned->NotifyTimeout(0);
        NS_TEST_ASSERT_MSG_EQ(pinned->Select(0, true), 0x1234, "after a timeout too");
    }
};

/** The suite. */
class PathSelectorTestSuite : public TestSuite
{
  public:
    PathSelectorTestSuite()
        : TestSuite("weft-rdma-path-selector", TestSuite::Type::UNIT)
    {
        AddTestCase(new ObliviousSprayTestCase);
        AddTestCase(new BitmapSprayTestCase);
        AddTestCase(new RepsTestCase);
        AddTestCase(new MixedSprayTestCase);
        AddTestCase(new RttPathsTestCase);
        AddTestCase(new PlbTestCase);
        AddTestCase(new PinnedPathTestCase);
    }
};

PathSelectorTestSuite g_pathSelectorTestSuite; ///< registers the suite

} // namespace
