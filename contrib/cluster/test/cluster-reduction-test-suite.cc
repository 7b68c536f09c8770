/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-reduction-bench.h"

#include "ns3/config.h"
#include "ns3/fabric-reduction-engine.h"
#include "ns3/fabric-switch.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <initializer_list>
#include <string>
#include <vector>

/**
 * @ingroup cluster-tests
 * Reductions in the network, frame by frame: times in closed form, and every scheme under loss,
 * with several jobs and without room.
 */

using namespace ns3;
using namespace ns3::cluster;
using cluster::tests::ReductionBench;
using fabric::ReductionUse;
using Counters = fabric::ReductionEngine::Counters;

namespace
{

/** A scheme, and what its frames are like. */
struct Scheme
{
    std::string name;      ///< TypeId name of the worker
    uint32_t payloadBytes; ///< data of a frame
    uint32_t headerBytes;  ///< of a frame, FCS included
    uint32_t copies;       ///< of a slot, in the switch
    bool acknowledges;     ///< the window moves with an acknowledgment, not with the result
};

/** Schemes whose results come straight from the root switch. */
const std::vector<Scheme> SCHEMES = {
    {"ns3::rdma::SharpReduction", 4096, 78, 1, false},
    {"ns3::rdma::SwitchMlReduction", 1024, 58, 2, false},
    {"ns3::rdma::NetReduceReduction", 4096, 62, 2, true},
    {"ns3::rdma::PanamaReduction", 1024, 58, 2, false},
};

/** The one whose results come from a host. */
const Scheme ATP{"ns3::rdma::AtpReduction", 1024, 62, 0, false};

constexpr int64_t DELAY = 1'000'000; ///< of a link, ps
constexpr int64_t PS_PER_BYTE = 20;  ///< at 400 Gb/s
constexpr uint32_t INTERFRAME = 20;  ///< preamble and gap, bytes

/** Sets attributes for a test, and gives them back their declared defaults. */
class Defaults
{
  public:
    /** @param settings names and values */
    Defaults(std::initializer_list<std::pair<std::string, std::string>> settings)
    {
        fabric::UsePicoseconds();
        for (const auto& [name, value] : settings)
        {
            Config::SetDefault(name, StringValue(value));
            m_names.push_back(name);
        }
    }

    ~Defaults()
    {
        for (const auto& name : m_names)
        {
            const std::size_t end = name.rfind("::");
            TypeId::AttributeInformation info;
            TypeId::LookupByName(name.substr(0, end))
                .LookupAttributeByName(name.substr(end + 2), &info);
            Config::SetDefault(name, *info.originalInitialValue);
        }
    }

  private:
    std::vector<std::string> m_names; ///< what was set
};

/** @return accelerators 0 to n-1 */
std::vector<uint32_t>
FirstOf(uint32_t n)
{
    std::vector<uint32_t> all;
    for (uint32_t i = 0; i < n; ++i)
    {
        all.push_back(i);
    }
    return all;
}

/** @return time that a frame needs on a link, ps */
int64_t
Serialize(const Scheme& scheme, uint32_t payload)
{
    return PS_PER_BYTE * (std::max(64U, payload + scheme.headerBytes) + INTERFRAME);
}

/**
 * Times without contention. All members post at once, so that the contributions of a chunk come to
 * each switch at the same time; a frame that takes s on a link, which delays it by d, takes s + d
 * from link to link.
 */
class TimesTestCase : public TestCase
{
  public:
    explicit TimesTestCase(const Scheme& scheme)
        : TestCase("times of " + scheme.name),
          m_scheme(scheme)
    {
    }

  private:
    /** @return when the last result was there */
    int64_t Measure(const std::string& spec,
                    uint32_t nMembers,
                    uint64_t bytes,
                    ReductionUse use = ReductionUse::SUM_TO_ALL)
    {
        ReductionBench bench(spec, m_scheme.name);
        const uint32_t group = bench.MakeGroup(FirstOf(nMembers));
        bench.PostAll(0, group, bytes, use);
        NS_TEST_EXPECT_MSG_EQ(bench.Run(), "", spec);
        NS_TEST_EXPECT_MSG_EQ(bench.GetNRepeated(group), 0U, "nothing is sent again");
        return bench.GetEnd();
    }

    void DoRun() override
    {
        const std::string clos = "leaf-spine:leaves=2,spines=2,hosts=3";
        // No acknowledgments of their own, which would be in the way of data; one tree, and a
        // window that does not have to grow first.
        const Defaults none{{"ns3::rdma::ReductionWorker::Trees", "1"},
                            {"ns3::rdma::PanamaReduction::InitialWindow", "1000"},
                            {"ns3::rdma::NetReduceReduction::AckEvery", "1000"},
                            {"ns3::rdma::SharpReduction::AckDelay", "1s"},
                            {"ns3::fabric::SharpEngine::AckDelay", "1s"},
                            {"ns3::rdma::SharpReduction::RetryTime", "2s"},
                            {"ns3::fabric::SharpEngine::RetryTime", "2s"},
                            {"ns3::rdma::SharpReduction::AckEvery", "100000"},
                            {"ns3::fabric::SharpEngine::AckEvery", "100000"}};
        const int64_t empty = Serialize(m_scheme, 0) + DELAY;
        const int64_t full = Serialize(m_scheme, m_scheme.payloadBytes);
        // A barrier goes up two links and down two; under one leaf, one and one.
        NS_TEST_EXPECT_MSG_EQ(Measure(clos, 6, 0), 4 * empty, "barrier");
        NS_TEST_EXPECT_MSG_EQ(Measure(clos, 3, 0), 2 * empty, "barrier under a leaf");
        // Frames follow each other without a gap.
        const uint64_t bytes = 40ULL * m_scheme.payloadBytes;
        NS_TEST_EXPECT_MSG_EQ(
            Measure(clos, 6, bytes), 4 * (full + DELAY) + 39 * full, "all-reduce");
        NS_TEST_EXPECT_MSG_EQ(Measure(clos, 6, bytes, ReductionUse::COPY_FROM_ROOT),
                              4 * (full + DELAY) + 39 * full,
                              "multicast");
        // The last frame is smaller, but catches up nowhere: it follows a full one on every link.
        const int64_t last = Serialize(m_scheme, 1000);
        NS_TEST_EXPECT_MSG_EQ(Measure(clos, 6, m_scheme.payloadBytes + 1000),
                              4 * (full + DELAY) + last,
                              "a full frame and a part");
        MeasureSlots(clos, full);
        MeasureAdder(full);
    }

    /**
     * With s slots, the result of a chunk lets the next one of its slot go: n chunks take n/s round
     * trips R = 4 (s_f + d), and the last of a round comes s - 1 frames after the first. Where an
     * acknowledgment has to come back over two links, it is part of all rounds but the last.
     */
    void MeasureSlots(const std::string& clos, int64_t full)
    {
        for (const int64_t slots : {1, 4, 7})
        {
            const Defaults few{{"ns3::rdma::ReductionWorker::Slots", std::to_string(slots)}};
            const int64_t round = 4 * (full + DELAY);
            const int64_t ack = m_scheme.acknowledges ? 2 * (Serialize(m_scheme, 0) + DELAY) : 0;
            const uint64_t bytes = 10ULL * slots * m_scheme.payloadBytes;
            NS_TEST_EXPECT_MSG_EQ(Measure(clos, 6, bytes),
                                  10 * round + 9 * ack + (slots - 1) * full,
                                  "with " << slots << " slots");
        }
    }

    /**
     * An engine that adds at rate r: k chunks of n contributions of b bytes take k n b / r from the
     * arrival of the first, if that is longer than the frames take to arrive; then the latency.
     */
    void MeasureAdder(int64_t full)
    {
        const Defaults slow{{"ns3::fabric::ReductionEngine::Rate", "200Gbps"},
                            {"ns3::fabric::ReductionEngine::Latency", "300ns"}};
        const int64_t add = 40 * m_scheme.payloadBytes; // 8 bits at 200 Gb/s: 40 ps
        NS_TEST_EXPECT_MSG_EQ(
            Measure("leaf-spine:leaves=1,spines=1,hosts=4", 4, 20ULL * m_scheme.payloadBytes),
            2 * (full + DELAY) + 20 * 4 * add + 300'000,
            "slow adder");
    }

    const Scheme m_scheme; ///< which scheme
};

/** Frames are lost everywhere: each member gets the right sum once all the same. */
class LossTestCase : public TestCase
{
  public:
    /** @param scheme TypeId name @param spec topology @param n members */
    LossTestCase(const std::string& scheme, const std::string& spec, uint32_t n)
        : TestCase(scheme + " on " + spec + " under loss"),
          m_scheme(scheme),
          m_spec(spec),
          m_n(n)
    {
    }

  private:
    void DoRun() override
    {
        const Defaults few{{"ns3::rdma::ReductionWorker::Slots", "8"}};
        uint64_t repeated = 0;
        for (int64_t seed = 1; seed <= 6; ++seed)
        {
            ReductionBench bench(m_spec, m_scheme);
            bench.LoseFrames(seed % 2 == 0 ? 0.05 : 0.01, seed);
            const uint32_t group = bench.MakeGroup(FirstOf(m_n));
            bench.PostAll(0, group, 50'000);
            bench.PostAll(0, group, 30'000, ReductionUse::SUM_TO_ROOT, seed % m_n);
            bench.PostAll(5'000'000, group, 30'000, ReductionUse::COPY_FROM_ROOT, 1);
            bench.PostAll(5'000'000, group, 0);
            NS_TEST_EXPECT_MSG_EQ(bench.Run(), "", "seed " << seed);
            repeated += bench.GetNRepeated(group);
        }
        NS_TEST_EXPECT_MSG_GT(repeated, 0U, "frames were lost and sent again");
    }

    const std::string m_scheme; ///< TypeId name
    const std::string m_spec;   ///< topology
    const uint32_t m_n;         ///< members
};

/** Two jobs on the same switches, whose members post at different times and in different orders. */
class TwoJobsTestCase : public TestCase
{
  public:
    explicit TwoJobsTestCase(const std::string& scheme)
        : TestCase("two jobs with " + scheme),
          m_scheme(scheme)
    {
    }

  private:
    void DoRun() override
    {
        const Defaults few{{"ns3::rdma::ReductionWorker::Slots", "16"}};
        for (int64_t seed = 1; seed <= 4; ++seed)
        {
            ReductionBench bench("leaf-spine:leaves=3,spines=2,hosts=4", m_scheme);
            bench.LoseFrames(seed > 2 ? 0.02 : 0, seed);
            const uint32_t first = bench.MakeGroup({0, 1, 4, 5, 8});
            const uint32_t second = bench.MakeGroup({2, 1, 6, 9, 11});
            for (uint32_t k = 0; k < 5; ++k)
            {
                // Every member is late by another time, and member 3 has the order reversed.
                for (uint32_t member = 0; member < 5; ++member)
                {
                    const uint32_t which = member == 3 ? 4 - k : k;
                    const int64_t at = 1'000'000 * (k + member * seed);
                    bench.PostOne(at, first, member, 20'000 + 1000 * which, 1000 + which);
                    bench.PostOne(at, second, member, 30'000 - 1000 * which, 2000 + which);
                }
            }
            NS_TEST_EXPECT_MSG_EQ(bench.Run(), "", "seed " << seed);
        }
    }

    const std::string m_scheme; ///< TypeId name
};

/** What cannot be: no slots, no engine, no link, two members behind one port; and what then can. */
class RefusalTestCase : public TestCase
{
  public:
    /** @param scheme TypeId name @param copies of a slot in the switch */
    RefusalTestCase(const std::string& scheme, uint32_t copies)
        : TestCase("groups that cannot be, with " + scheme),
          m_scheme(scheme),
          m_copies(copies)
    {
    }

  private:
    void DoRun() override
    {
        {
            // Two groups of 40 slots fit into a leaf of 100, a third one does not.
            const Defaults few{
                {"ns3::rdma::ReductionWorker::Slots", "40"},
                {"ns3::rdma::ReductionWorker::Trees", "1"},
                {"ns3::fabric::ReductionEngine::Slots", std::to_string(100 * m_copies)}};
            ReductionBench bench("leaf-spine:leaves=2,spines=3,hosts=4", m_scheme);
            const uint32_t a = bench.MakeGroup({0, 4});
            const uint32_t b = bench.MakeGroup({1, 5});
            NS_TEST_EXPECT_MSG_EQ(bench.Refuse({2, 6}),
                                  "leaf-0: a switch has " + std::to_string(20 * m_copies) +
                                      " free slots, the group needs " +
                                      std::to_string(40 * m_copies),
                                  "slots are used up");
            NS_TEST_EXPECT_MSG_EQ(bench.Refuse({0, 4}), "", "a group that is there");
            bench.PostAll(0, a, 100'000);
            bench.PostAll(0, b, 100'000);
            NS_TEST_EXPECT_MSG_EQ(bench.Run(), "", "those that are there work");
        }
        {
            const Defaults leaves{{"ns3::cluster::ReductionGroups::EngineTiers", "1"}};
            ReductionBench bench("leaf-spine:leaves=2,spines=2,hosts=2", m_scheme);
            NS_TEST_EXPECT_MSG_EQ(bench.Refuse({0, 2}),
                                  "no switches with reduction engines connect all members",
                                  "spines without engines");
            bench.PostAll(0, bench.MakeGroup({0, 1}), 100'000);
            NS_TEST_EXPECT_MSG_EQ(bench.Run(), "", "a leaf alone will do");
        }
        {
            const Defaults small{{"ns3::fabric::ReductionEngine::SlotBytes", "1000"}};
            ReductionBench bench("leaf-spine:leaves=2,spines=2,hosts=2", m_scheme);
            NS_TEST_EXPECT_MSG_NE(bench.Refuse({0, 2}), "", "slots that are too small");
        }
        {
            ReductionBench bench("leaf-spine:leaves=2,spines=2,hosts=2,accelerators=2", m_scheme);
            NS_TEST_EXPECT_MSG_EQ(bench.Refuse({0, 1, 4}), "two members share a NIC port", "ports");
        }
    }

    const std::string m_scheme; ///< TypeId name
    const uint32_t m_copies;    ///< of a slot
};

/** A link fails before a group is made, and between two of its transfers. */
class FailedLinkTestCase : public TestCase
{
  public:
    explicit FailedLinkTestCase(const std::string& scheme)
        : TestCase("failed links with " + scheme),
          m_scheme(scheme)
    {
    }

  private:
    /** Take down all links of a spine. */
    static void TakeDown(ReductionBench& bench, const std::string& name)
    {
        const auto& graph = bench.cluster->GetGraph();
        for (const uint32_t edge : graph.GetVertex(graph.Find(name)).edges)
        {
            bench.cluster->GetLink(edge)->SetUp(false);
        }
    }

    /** @return whether a tree of a group leads over a switch */
    static bool Uses(ReductionBench& bench, uint32_t group, const std::string& name)
    {
        const uint32_t vertex = bench.cluster->GetGraph().Find(name);
        for (const auto& tree : bench.network->GetGroups()->GetTrees(group))
        {
            for (const auto& node : tree.nodes)
            {
                if (node.vertex == vertex)
                {
                    return true;
                }
            }
        }
        return false;
    }

    void DoRun() override
    {
        ReductionBench bench("leaf-spine:leaves=2,spines=2,hosts=2", m_scheme);
        TakeDown(bench, "spine-0");
        uint32_t group = bench.MakeGroup(FirstOf(4));
        NS_TEST_EXPECT_MSG_EQ(Uses(bench, group, "spine-0"), false, "the dead spine");
        bench.PostAll(0, group, 50'000);
        NS_TEST_EXPECT_MSG_EQ(bench.Run(), "", "before");
        for (const uint32_t edge :
             bench.cluster->GetGraph().GetVertex(bench.cluster->GetGraph().Find("spine-0")).edges)
        {
            bench.cluster->GetLink(edge)->SetUp(true);
        }
        TakeDown(bench, "spine-1");
        group = bench.MakeGroup(FirstOf(4));
        NS_TEST_EXPECT_MSG_EQ(Uses(bench, group, "spine-1"), false, "new trees");
        bench.PostAll(0, group, 50'000);
        NS_TEST_EXPECT_MSG_EQ(bench.Run(), "", "after");
    }

    const std::string m_scheme; ///< TypeId name
};

/**
 * ATP. A frame goes up to the server and down again: over the leaf of the member, a spine, and the
 * leaf of the server, four links each way. So an empty chunk takes 8 (s + d).
 */
class AtpTestCase : public TestCase
{
  public:
    AtpTestCase()
        : TestCase("times, collisions and recovery of ATP")
    {
    }

  private:
    void DoRun() override
    {
        const std::string clos = "leaf-spine:leaves=2,spines=2,hosts=3";
        {
            ReductionBench bench(clos, ATP.name);
            bench.PostAll(0, bench.MakeGroup(FirstOf(6)), 0);
            NS_TEST_EXPECT_MSG_EQ(bench.Run(), "", "barrier");
            NS_TEST_EXPECT_MSG_EQ(bench.GetEnd(), 8 * (Serialize(ATP, 0) + DELAY), "barrier");
        }
        {
            ReductionBench bench(clos, ATP.name);
            bench.PostAll(0, bench.MakeGroup(FirstOf(6)), ATP.payloadBytes);
            NS_TEST_EXPECT_MSG_EQ(bench.Run(), "", "one chunk");
            NS_TEST_EXPECT_MSG_EQ(
                bench.GetEnd(), 8 * (Serialize(ATP, ATP.payloadBytes) + DELAY), "one chunk");
        }
        {
            // Spines need no engine: they pass frames on.
            const Defaults leaves{{"ns3::cluster::ReductionGroups::EngineTiers", "1"}};
            ReductionBench bench(clos, ATP.name);
            bench.PostAll(0, bench.MakeGroup(FirstOf(6)), 300'000);
            NS_TEST_EXPECT_MSG_EQ(bench.Run(), "", "without collisions");
            NS_TEST_EXPECT_MSG_EQ(bench.Count(&Counters::collisions), 0U, "own chunks fit");
            // Each of 293 chunks is added up at two leaves.
            NS_TEST_EXPECT_MSG_EQ(bench.Count(&Counters::aggregates), 2U * 293, "sums");
        }
        {
            // Four aggregators for two jobs: nearly everything collides, and is added by servers.
            const Defaults few{{"ns3::fabric::ReductionEngine::Slots", "4"}};
            ReductionBench bench(clos, ATP.name);
            bench.PostAll(0, bench.MakeGroup({0, 1, 3, 4}), 100'000);
            bench.PostAll(0, bench.MakeGroup({1, 2, 4, 5}), 100'000);
            NS_TEST_EXPECT_MSG_EQ(bench.Run(), "", "with collisions");
            NS_TEST_EXPECT_MSG_GT(bench.Count(&Counters::collisions), 100U, "collisions");
        }
    }
};

/** A group whose network is gone in the middle of a transfer says so, after GiveUpTime. */
class GiveUpTestCase : public TestCase
{
  public:
    explicit GiveUpTestCase(const std::string& scheme)
        : TestCase("giving up with " + scheme),
          m_scheme(scheme)
    {
    }

  private:
    void DoRun() override
    {
        const Defaults soon{{"ns3::rdma::ReductionWorker::GiveUpTime", "20ms"},
                            {"ns3::rdma::ReductionWorker::Slots", "8"}};
        ReductionBench bench("leaf-spine:leaves=2,spines=1,hosts=1", m_scheme);
        bench.PostAll(0, bench.MakeGroup(FirstOf(2)), 1'000'000);
        const auto& graph = bench.cluster->GetGraph();
        const uint32_t edge = graph.GetVertex(graph.Find("spine-0")).edges[0];
        Simulator::Schedule(MicroSeconds(30),
                            [&bench, edge]() { bench.cluster->GetLink(edge)->SetUp(false); });
        Simulator::Stop(Seconds(1));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(bench.outcomes.size(), 2U, "both hear");
        for (const auto& outcome : bench.outcomes)
        {
            NS_TEST_EXPECT_MSG_EQ(
                outcome.failure, "no result from the network for 0.020000 s", "the reason");
        }
    }

    const std::string m_scheme; ///< TypeId name
};

/** The suite. */
class ReductionTestSuite : public TestSuite
{
  public:
    ReductionTestSuite()
        : TestSuite("weft-cluster-reduction", TestSuite::Type::UNIT)
    {
        for (const auto& scheme : SCHEMES)
        {
            AddTestCase(new TimesTestCase(scheme));
            AddTestCase(new LossTestCase(scheme.name, "leaf-spine:leaves=1,spines=1,hosts=4", 4));
            AddTestCase(new LossTestCase(scheme.name, "leaf-spine:leaves=3,spines=2,hosts=2", 6));
            AddTestCase(new LossTestCase(scheme.name, "fat-tree:k=4", 8));
            AddTestCase(new TwoJobsTestCase(scheme.name));
            AddTestCase(new RefusalTestCase(scheme.name, scheme.copies));
            AddTestCase(new FailedLinkTestCase(scheme.name));
            AddTestCase(new GiveUpTestCase(scheme.name));
        }
        AddTestCase(new AtpTestCase);
        AddTestCase(new LossTestCase(ATP.name, "leaf-spine:leaves=1,spines=1,hosts=4", 4));
        AddTestCase(new LossTestCase(ATP.name, "leaf-spine:leaves=3,spines=2,hosts=2", 6));
        AddTestCase(new LossTestCase(ATP.name, "fat-tree:k=4", 8));
        AddTestCase(new TwoJobsTestCase(ATP.name));
        AddTestCase(new FailedLinkTestCase(ATP.name));
        AddTestCase(new GiveUpTestCase(ATP.name));
    }
};

ReductionTestSuite g_reductionTestSuite; ///< registers the suite

} // namespace
