/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-test-bench.h"

#include "ns3/cluster-routes.h"
#include "ns3/config.h"
#include "ns3/fabric-time.h"
#include "ns3/object-factory.h"
#include "ns3/rdma-go-back-n.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <set>

/**
 * @ingroup cluster-tests
 * Nodes, routes and messages of whole clusters.
 *
 * Times: all links 400 Gb/s, 20 ps a byte, and 1 us. A WRITE that fits a packet makes a frame of 78
 * bytes more than the payload (Ethernet 14, IPv4 20, UDP 8, BTH 12, RETH 16, ICRC 4, FCS 4), and 20
 * of preamble and gap; later packets have no RETH. An ACK has 66 + 20 bytes.
 */

using namespace ns3;
using namespace ns3::cluster;
using namespace ns3::cluster::tests;

namespace
{

constexpr int64_t US = 1'000'000;      // ps
constexpr int64_t PER_BYTE = 20;       // ps at 400 Gb/s
constexpr int64_t ACK = 86 * PER_BYTE; // ps
constexpr uint32_t MTU = 4096;         // bytes

/** One message alone, against the closed form, between hosts 2, 4 and 6 links apart. */
class ClosedFormTestCase : public TestCase
{
  public:
    ClosedFormTestCase()
        : TestCase("message completion times")
    {
    }

  private:
    void DoRun() override
    {
        // The first frame is the longest: the others stay right behind it at every hop. It needs
        // L (t1 + p); each of the n - 1 others adds its own time once.
        for (const auto& [destination, links] : {std::pair(1U, 2), {2U, 4}, {4U, 6}, {15U, 6}})
        {
            for (const uint64_t packets : {1, 2, 256})
            {
                for (const uint64_t last : {1U, 100U, MTU})
                {
                    TestBench bench("fat-tree:k=4");
                    bench.Send(0, 0, destination, (packets - 1) * MTU + last, 42);
                    Simulator::Run();
                    const int64_t first = (packets == 1 ? last : MTU) + 98;
                    // payload is padded to 4 bytes
                    const int64_t pad = (4 - last % 4) % 4;
                    const int64_t rest =
                        packets == 1 ? pad : (packets - 2) * (MTU + 82) + last + pad + 82;
                    const int64_t received =
                        packets == 1 ? links * ((first + pad) * PER_BYTE + US)
                                     : links * (first * PER_BYTE + US) + rest * PER_BYTE;
                    NS_TEST_EXPECT_MSG_EQ(bench.ReceivedAt(42),
                                          received,
                                          packets << " packets over " << links << " links");
                    NS_TEST_EXPECT_MSG_EQ(bench.SentAt(42),
                                          received + links * (ACK + US),
                                          packets << " packets over " << links << " links");
                    NS_TEST_EXPECT_MSG_EQ(bench.network->GetNPending(), 0, "nothing pending");
                    NS_TEST_EXPECT_MSG_EQ(bench.outcomes.size(), 2, "received and confirmed");
                    NS_TEST_EXPECT_MSG_EQ(bench.cluster->CheckInvariants().size(), 0, "books");
                }
            }
        }
    }
};

/** Messages within a server, without bytes, of another class, and what the network says of itself.
 */
class KindsTestCase : public TestCase
{
  public:
    KindsTestCase()
        : TestCase("kinds of messages")
    {
    }

  private:
    void DoRun() override
    {
        // 2 servers of 4 accelerators and 2 NICs: accelerators 0 and 1 share NIC 0
        TestBench bench("leaf-spine:leaves=1,spines=0,hosts=2,nics=2,accelerators=4,"
                        "scale-up-rate=800Gbps,scale-up-latency=300ns");
        NS_TEST_ASSERT_MSG_EQ(bench.network->GetNAccelerators(), 8, "accelerators");
        NS_TEST_ASSERT_MSG_EQ(bench.network->GetDomain(3), 0, "first server");
        NS_TEST_ASSERT_MSG_EQ(bench.network->GetDomain(4), 1, "second server");
        NS_TEST_ASSERT_MSG_EQ(
            bench.network->GetScaleUpRate(0), DataRate("800Gbps"), "scale-up rate");
        NS_TEST_ASSERT_MSG_EQ(
            bench.network->GetScaleOutRate(0), DataRate("200Gbps"), "half of a NIC");
        // 4096 of 4096 + 62 + 20
        NS_TEST_ASSERT_MSG_EQ_TOL(bench.network->GetScaleOutEfficiency(), 0.98037, 1e-5, "RoCEv2");

        bench.Send(0, 0, 3, 1'000'000, 1);      // 10 ps a byte inside
        bench.Send(0, 0, 4, 0, 2);              // 98 bytes over two links, no payload
        bench.Send(50 * US, 7, 0, 64, 3, 5, 0); // another class
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(bench.ReceivedAt(1), 10 * US + 300'000, "inside the server");
        NS_TEST_ASSERT_MSG_EQ(bench.SentAt(1), 10 * US + 300'000, "confirmed at arrival");
        NS_TEST_ASSERT_MSG_EQ(bench.ReceivedAt(2), 2 * (98 * PER_BYTE + US), "no bytes");
        NS_TEST_ASSERT_MSG_EQ(
            bench.ReceivedAt(3), 50 * US + 2 * (162 * PER_BYTE + US), "other class");
        NS_TEST_ASSERT_MSG_EQ(bench.network->GetNConnections(), 2, "between servers");
        const auto& counters = bench.cluster->GetPort(1, 1)->GetCounters();
        NS_TEST_ASSERT_MSG_EQ(counters.txFrames[0], 1, "class on the wire, NIC of accelerator 7");
        for (const Outcome& outcome : bench.outcomes)
        {
            if (outcome.message.tag == 3)
            {
                NS_TEST_ASSERT_MSG_EQ(outcome.message.source, 7, "source");
                NS_TEST_ASSERT_MSG_EQ(outcome.message.destination, 0, "destination");
                NS_TEST_ASSERT_MSG_EQ(outcome.message.bytes, 64, "bytes");
                NS_TEST_ASSERT_MSG_EQ(outcome.message.channel, 5, "channel");
                NS_TEST_ASSERT_MSG_EQ(+outcome.message.priority, 0, "class");
            }
        }
    }
};

/** Several ports of an accelerator: one for each channel in turn. */
class PortsTestCase : public TestCase
{
  public:
    PortsTestCase()
        : TestCase("ports by channel")
    {
    }

  private:
    void DoRun() override
    {
        TestBench bench("leaf-spine:leaves=1,spines=0,hosts=2,nics=2,accelerators=1");
        NS_TEST_ASSERT_MSG_EQ(bench.network->GetScaleOutRate(0), DataRate("800Gbps"), "two ports");
        bench.Send(0, 0, 1, MTU, 1, 0);
        bench.Send(0, 0, 1, MTU, 2, 1);
        bench.Send(0, 0, 1, MTU, 3, 2);
        Simulator::Run();
        const int64_t alone = 2 * ((MTU + 98) * PER_BYTE + US);
        NS_TEST_ASSERT_MSG_EQ(bench.ReceivedAt(1), alone, "port 0");
        NS_TEST_ASSERT_MSG_EQ(bench.ReceivedAt(2), alone, "port 1 at the same time");
        NS_TEST_ASSERT_MSG_EQ(
            bench.ReceivedAt(3), alone + (MTU + 98) * PER_BYTE, "port 0 after the first");
    }
};

/** Every pair of accelerators exchanges messages; what is sent arrives, once, and in order. */
class AllToAllTestCase : public TestCase
{
  public:
    explicit AllToAllTestCase(const std::string& spec)
        : TestCase("all to all on " + spec),
          m_spec(spec)
    {
    }

  private:
    /** @return all receptions and confirmations of a run */
    std::vector<Outcome> RunOnce()
    {
        TestBench bench(m_spec);
        bench.cluster->AssignStreams(1);
        bench.network->AssignStreams(1000);
        const uint32_t n = bench.network->GetNAccelerators();
        for (uint32_t i = 0; i < n; ++i)
        {
            for (uint32_t j = 0; j < n; ++j)
            {
                for (uint64_t k = 0; i != j && k < 2; ++k)
                {
                    // 20,000 bytes, then a short one on the same channel
                    bench.Send(0, i, j, k == 0 ? 20'000 : 10, (uint64_t{i} * n + j) * 2 + k);
                }
            }
        }
        Simulator::Run();
        const std::size_t messages = std::size_t{n} * (n - 1) * 2;
        NS_TEST_EXPECT_MSG_EQ(bench.outcomes.size(), 2 * messages, "received and confirmed");
        NS_TEST_EXPECT_MSG_EQ(bench.network->GetNPending(), 0, "nothing pending");
        for (const auto& violation : bench.cluster->CheckInvariants())
        {
            NS_TEST_EXPECT_MSG_EQ(violation, "", "an invariant does not hold");
        }
        std::set<uint64_t> seen;
        for (const Outcome& outcome : bench.outcomes)
        {
            NS_TEST_EXPECT_MSG_EQ(outcome.failure, "", "a message failed");
            if (!outcome.received)
            {
                continue;
            }
            const uint64_t tag = outcome.message.tag;
            NS_TEST_EXPECT_MSG_EQ(outcome.message.source, tag / 2 / n, "source");
            NS_TEST_EXPECT_MSG_EQ(outcome.message.destination, tag / 2 % n, "destination");
            NS_TEST_EXPECT_MSG_EQ(outcome.message.bytes, (tag % 2 ? 10 : 20'000), "bytes");
            NS_TEST_EXPECT_MSG_EQ(seen.insert(tag).second, true, "received twice");
            NS_TEST_EXPECT_MSG_EQ((tag % 2 == 0 || seen.count(tag - 1) == 1), true, "overtaken");
        }
        const ClusterHealth health = bench.cluster->GetHealth();
        NS_TEST_EXPECT_MSG_EQ(health.losslessDrops, 0, "drops");
        NS_TEST_EXPECT_MSG_EQ(health.retransmissions, 0, "repeated");
        NS_TEST_EXPECT_MSG_EQ(bench.cluster->GetFramePool()->GetNOutstanding(), 0, "frames leak");
        return bench.outcomes;
    }

    void DoRun() override
    {
        const auto first = RunOnce();
        const auto second = RunOnce();
        NS_TEST_ASSERT_MSG_EQ(first.size(), second.size(), "two runs");
        for (std::size_t i = 0; i < first.size(); ++i)
        {
            NS_TEST_ASSERT_MSG_EQ(first[i].at, second[i].at, "two runs differ");
            NS_TEST_ASSERT_MSG_EQ(first[i].message.tag, second[i].message.tag, "two runs differ");
        }
    }

    std::string m_spec; ///< description
};

/** Many connections spread over all equal paths; one keeps to one. */
class EcmpTestCase : public TestCase
{
  public:
    EcmpTestCase()
        : TestCase("paths used")
    {
    }

  private:
    /** @return frames sent by leaf 0 on each of its 8 up-links */
    std::vector<uint64_t> Uplinks(uint32_t channels)
    {
        TestBench bench("leaf-spine:leaves=2,spines=4,hosts=2,links-per-pair=2");
        for (uint32_t channel = 0; channel < channels; ++channel)
        {
            bench.Send(0, 0, 2, MTU, channel, channel);
        }
        Simulator::Run();
        std::vector<uint64_t> frames;
        for (uint32_t port = 2; port < 10; ++port) // after the two hosts
        {
            frames.push_back(bench.cluster->GetPort(4, port)->GetCounters().txFrames[3]);
        }
        return frames;
    }

    void DoRun() override
    {
        uint64_t used = 0;
        for (const uint64_t frames : Uplinks(1))
        {
            used += frames > 0;
        }
        NS_TEST_ASSERT_MSG_EQ(used, 1, "one connection, one path");
        // 200 balls in 8 bins: that one stays empty has a chance of 8 (7/8)^200 = 2e-11
        uint64_t sum = 0;
        for (const uint64_t frames : Uplinks(200))
        {
            NS_TEST_ASSERT_MSG_EQ((frames > 0), true, "an up-link is not used");
            sum += frames;
        }
        NS_TEST_ASSERT_MSG_EQ(sum, 200, "frames up");
    }
};

/** Flood ports: a spanning tree with all hosts. */
class FloodTestCase : public TestCase
{
  public:
    explicit FloodTestCase(const std::string& spec)
        : TestCase("flooding on " + spec),
          m_spec(spec)
    {
    }

  private:
    void DoRun() override
    {
        const TopologyGraph graph = MakeGraph(m_spec);
        const auto flood = FindFloodPorts(graph);
        // Follow a broadcast of each host: it must reach every other NIC port exactly once.
        for (const auto& from : graph.GetAttachments())
        {
            std::vector<uint32_t> copies(graph.GetVertices().size(), 0);
            const uint32_t edge = graph.GetVertex(from.server).edges[from.port];
            std::vector<std::pair<uint32_t, uint32_t>> queue; // switch, edge it came by
            queue.emplace_back(graph.GetFarEnd(edge, from.server).vertex, edge);
            for (std::size_t i = 0; i < queue.size(); ++i)
            {
                const auto [v, by] = queue[i];
                NS_TEST_ASSERT_MSG_EQ((queue.size() < 10'000), true, "a loop");
                ++copies[v];
                if (graph.GetVertex(v).kind == TopologyGraph::Kind::SERVER)
                {
                    continue;
                }
                for (const uint16_t port : flood[v])
                {
                    const uint32_t out = graph.GetVertex(v).edges[port];
                    if (out != by)
                    {
                        queue.emplace_back(graph.GetFarEnd(out, v).vertex, out);
                    }
                }
            }
            for (uint32_t v = 0; v < copies.size(); ++v)
            {
                const auto& vertex = graph.GetVertex(v);
                const bool server = vertex.kind == TopologyGraph::Kind::SERVER;
                const auto expected =
                    server ? static_cast<uint32_t>(vertex.edges.size()) - (v == from.server) : 1;
                NS_TEST_ASSERT_MSG_EQ(copies[v], expected, "copies at " << vertex.name);
            }
        }
    }

    std::string m_spec; ///< description
};

/** Messages that leave by the NIC of another accelerator of the server. */
class RelayTestCase : public TestCase
{
  public:
    RelayTestCase()
        : TestCase("relays")
    {
    }

  private:
    /** @return when a message of 240,000 bytes is received, ps */
    int64_t Measure(const std::string& spec,
                    const std::string& relay,
                    uint32_t source,
                    uint32_t destination)
    {
        TestBench bench(spec);
        bench.network->SetAttribute("Relay", StringValue(relay));
        bench.Send(0, source, destination, 240000, 1);
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(bench.network->GetNPending(), 0, "confirmed");
        NS_TEST_EXPECT_MSG_GT(bench.SentAt(1), bench.ReceivedAt(1), "confirmed by the far end");
        return bench.ReceivedAt(1);
    }

    void DoRun() override
    {
        const std::string rails = "rail-optimized:servers=3,rails=2,spines=";
        // Through the scale-up domain: 500 ns, and 240,000 bytes at 2.4 Tb/s: 800 ns.
        const int64_t local = 1300000;
        for (const std::string spines : {"0", "2"})
        {
            const int64_t sameRail = Measure(rails + spines, "Never", 1, 3);
            NS_TEST_ASSERT_MSG_EQ(
                Measure(rails + spines, "Rails", 1, 3), sameRail, "its own rail needs no relay");
            NS_TEST_ASSERT_MSG_EQ(Measure(rails + spines, "Rails", 0, 3),
                                  sameRail + local,
                                  "relayed by accelerator 1");
        }
        NS_TEST_ASSERT_MSG_EQ(Measure(rails + "0", "Unreachable", 0, 3),
                              Measure(rails + "0", "Never", 1, 3) + local,
                              "no other path");
        NS_TEST_ASSERT_MSG_EQ(Measure(rails + "2", "Unreachable", 0, 3),
                              Measure(rails + "2", "Never", 0, 3),
                              "there is a path over the spines");
    }
};

/** What becomes of messages that cannot get through. */
class FailureTestCase : public TestCase
{
  public:
    FailureTestCase()
        : TestCase("failures")
    {
    }

  private:
    void DoRun() override
    {
        {
            // rails without spines: no way from NIC 0 to NIC 1
            TestBench bench("rail-optimized:servers=2,rails=2,spines=0");
            bench.network->SetAttribute("Relay", StringValue("Never"));
            bench.Send(0, 0, 2, 100, 1);
            bench.Send(0, 0, 3, 100, 2);
            Simulator::Run();
            NS_TEST_ASSERT_MSG_NE(bench.SentAt(1), -1, "same rail");
            NS_TEST_ASSERT_MSG_EQ(bench.ReceivedAt(2), -1, "other rail");
            NS_TEST_ASSERT_MSG_EQ(
                bench.outcomes[0].failure, "there is no path between the NICs", "reason");
            NS_TEST_ASSERT_MSG_EQ(bench.network->GetNPending(), 0, "failed is not pending");
        }
        {
            // The link of the destination is cut before the message arrives: with 4.096 us of
            // timeout and 2 retries the queue pair gives up, with all its messages; other
            // connections go on.
            ObjectFactory reliability;
            reliability.SetTypeId(rdma::GoBackN::GetTypeId());
            reliability.Set("AckTimeout", UintegerValue(4));
            reliability.Set("RetryCount", UintegerValue(2));
            NetworkStack stack;
            stack.nic.Set("Reliability", ObjectFactoryValue(reliability));
            TestBench bench("leaf-spine:leaves=1,spines=0,hosts=3", stack);
            const uint32_t edge = bench.cluster->GetGraph().GetVertex(1).edges[0];
            Simulator::Schedule(MicroSeconds(2),
                                [&]() { bench.cluster->GetLink(edge)->SetUp(false); });
            bench.Send(0, 0, 1, 1'000'000, 1);
            bench.Send(0, 0, 1, 1, 2);
            bench.Send(0, 0, 2, 1'000'000, 3);
            bench.Send(10'000 * US, 0, 1, 1, 4);
            Simulator::Run();
            NS_TEST_ASSERT_MSG_NE(bench.SentAt(3), -1, "the other destination");
            NS_TEST_ASSERT_MSG_EQ(bench.SentAt(1), -1, "lost");
            NS_TEST_ASSERT_MSG_EQ(bench.network->GetNPending(), 0, "all are reported");
            std::set<std::string> reasons;
            for (const Outcome& outcome : bench.outcomes)
            {
                if (!outcome.failure.empty())
                {
                    reasons.insert(std::to_string(outcome.message.tag) + " " + outcome.failure);
                }
            }
            NS_TEST_ASSERT_MSG_EQ(reasons.size(), 3, "three failed");
            NS_TEST_ASSERT_MSG_EQ(*reasons.begin(),
                                  "1 " + rdma::ToString(rdma::CompletionStatus::RETRY_EXCEEDED),
                                  "the first");
            NS_TEST_ASSERT_MSG_EQ(*std::next(reasons.begin()),
                                  "2 " + rdma::ToString(rdma::CompletionStatus::FLUSHED),
                                  "behind it");
            NS_TEST_ASSERT_MSG_EQ(*reasons.rbegin(), "4 the queue pair has failed before", "later");
            const ClusterHealth health = bench.cluster->GetHealth();
            NS_TEST_ASSERT_MSG_EQ(health.queuePairErrors, 1, "failed queue pairs");
            NS_TEST_ASSERT_MSG_EQ((health.cableLosses + health.noRouteDrops > 0), true, "losses");
            NS_TEST_ASSERT_MSG_EQ((health.timeouts > 0), true, "timeouts");
            NS_TEST_ASSERT_MSG_EQ(bench.cluster->CheckInvariants().size(), 0, "books");
        }
    }
};

/** A packet memory that cannot hold the headroom is found before the start. */
class ConfigurationTestCase : public TestCase
{
  public:
    ConfigurationTestCase()
        : TestCase("impossible configuration")
    {
    }

  private:
    void DoRun() override
    {
        NS_TEST_ASSERT_MSG_EQ(
            TestBench("fat-tree:k=4").cluster->CheckConfiguration().size(), 0, "defaults");
        NetworkStack stack;
        stack.bufferPolicy.Set("Size", UintegerValue(100'000));
        TestBench bench("leaf-spine:leaves=2,spines=1,hosts=2", stack);
        const auto faults = bench.cluster->CheckConfiguration();
        NS_TEST_ASSERT_MSG_EQ(faults.size(), 3, "every switch");
        NS_TEST_ASSERT_MSG_EQ(faults[0].rfind("switch leaf-0: ", 0), 0, faults[0]);

        Config::SetDefault("ns3::fabric::Trimmer::Classes", UintegerValue(1U << 3));
        TestBench trimming("leaf-spine:leaves=2,spines=1,hosts=2");
        Config::SetDefault("ns3::fabric::Trimmer::Classes", UintegerValue(0));
        const auto trimmed = trimming.cluster->CheckConfiguration();
        NS_TEST_ASSERT_MSG_EQ(trimmed.size(), 3, "a lossless class is trimmed");
        NS_TEST_ASSERT_MSG_EQ(
            trimmed[0].rfind("switch leaf-0: class 3 is lossless", 0), 0, trimmed[0]);
    }
};

/** Losses on a cable are made good, and counted. */
class LossTestCase : public TestCase
{
  public:
    LossTestCase()
        : TestCase("losses on cables")
    {
    }

  private:
    void DoRun() override
    {
        TopologyGraph graph;
        graph.AddServer("a");
        graph.AddServer("b");
        graph.AddSwitch("s", 1);
        graph.AddLink(0, 2, {400'000'000'000, US, 0.02, 0});
        graph.AddLink(1, 2, {400'000'000'000, US, 0, 0});
        graph.AddAccelerator(0, {0});
        graph.AddAccelerator(1, {0});
        TestBench bench(graph);
        NS_TEST_ASSERT_MSG_EQ((bench.cluster->AssignStreams(7) > 0), true, "streams");
        for (uint64_t tag = 0; tag < 10; ++tag)
        {
            bench.Send(0, 0, 1, 100 * MTU, tag);
        }
        Simulator::Run();
        NS_TEST_ASSERT_MSG_NE(bench.SentAt(9), -1, "the last message");
        const ClusterHealth health = bench.cluster->GetHealth();
        NS_TEST_ASSERT_MSG_EQ((health.cableLosses > 5), true, "2 % of 2,000 frames and ACKs");
        NS_TEST_ASSERT_MSG_EQ((health.retransmissions > 0), true, "repeated");
        NS_TEST_ASSERT_MSG_EQ((health.naks > 0), true, "NAKs");
        NS_TEST_ASSERT_MSG_EQ(bench.cluster->CheckInvariants().size(), 0, "books");
    }
};

/** The suite. */
class ClusterNetworkTestSuite : public TestSuite
{
  public:
    ClusterNetworkTestSuite();
};

ClusterNetworkTestSuite::ClusterNetworkTestSuite()
    : TestSuite("weft-cluster-network", TestSuite::Type::UNIT)
{
    AddTestCase(new ClosedFormTestCase);
    AddTestCase(new KindsTestCase);
    AddTestCase(new PortsTestCase);
    for (const auto* spec : {"fat-tree:k=4",
                             "fat-tree:k=2",
                             "fat-tree:k=4,oversubscription=1.5",
                             "leaf-spine:leaves=3,spines=2,hosts=3,links-per-pair=2,rate=100Gbps",
                             "leaf-spine:leaves=5,spines=1,hosts=1",
                             "rail-optimized:servers=4,servers-per-group=2,rails=3,spines=1"})
    {
        AddTestCase(new AllToAllTestCase(spec));
        AddTestCase(new FloodTestCase(spec));
    }
    AddTestCase(new EcmpTestCase);
    AddTestCase(new RelayTestCase);
    AddTestCase(new FailureTestCase);
    AddTestCase(new ConfigurationTestCase);
    AddTestCase(new LossTestCase);
}

ClusterNetworkTestSuite g_clusterNetworkTestSuite; ///< registers the suite

} // namespace
