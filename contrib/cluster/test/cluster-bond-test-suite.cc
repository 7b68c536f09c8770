/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-test-bench.h"

#include "ns3/cluster-configuration.h"
#include "ns3/cluster-fault.h"
#include "ns3/cluster-route-controller.h"
#include "ns3/cluster-topology-spec.h"
#include "ns3/fabric-port.h"
#include "ns3/nstime.h"
#include "ns3/rdma-nic.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::cluster;
using namespace ns3::cluster::tests;

namespace
{

constexpr int64_t US = 1'000'000; ///< ticks

/** Two servers, each with one NIC at both leaves, which meet in a spine. */
constexpr const char* FABRIC = "leaf-spine:leaves=2,bond=2,spines=1,hosts=2,rate=100Gbps,delay=1us";

/** @return queue pairs in turn over the ports, quick timeouts, routes 10 us after a failure */
NetworkStack
BondStack()
{
    NetworkStack stack;
    stack.nic.Set("BondUse", StringValue("RoundRobin"));
    stack.nic.Set("Reliability", StringValue("ns3::rdma::GoBackN[AckTimeout=4]"));
    stack.routeController.SetTypeId("ns3::cluster::RouteController");
    stack.routeController.Set("ConvergenceTime", TimeValue(MicroSeconds(10)));
    return stack;
}

/** A bench with faults. */
class BondBench : public TestBench
{
  public:
    /** @param faults what goes wrong @param stack the network @param fabric the cluster */
    explicit BondBench(const std::vector<std::string>& faults,
                       const NetworkStack& stack = BondStack(),
                       const std::string& fabric = FABRIC)
        : TestBench(fabric, stack)
    {
        for (const auto& text : faults)
        {
            std::vector<TopologyError> errors;
            const auto fault = CreateFault(text, cluster->GetGraph(), errors);
            NS_ABORT_MSG_IF(!fault, errors.front().message);
            fault->Schedule(cluster);
        }
    }

    /** @return bytes of class 3 that a server has sent by a port */
    uint64_t SentBy(uint32_t server, uint32_t port) const
    {
        return cluster->GetPort(server, port)->GetCounters().txBytes[3];
    }

    /** @return number of messages that arrived, were confirmed, and failed */
    std::array<uint32_t, 3> Count() const
    {
        std::array<uint32_t, 3> n{};
        for (const auto& outcome : outcomes)
        {
            ++n[!outcome.failure.empty() ? 2 : outcome.received ? 0 : 1];
        }
        return n;
    }
};

// First packet of a WRITE 4194 bytes with preamble and gap, the others 4178; 100 Gb/s.
constexpr int64_t FIRST = 335'520; ///< ps
constexpr int64_t OTHER = 334'240; ///< ps
constexpr uint64_t PACKETS = 100;  ///< of a message
constexpr uint64_t BYTES = PACKETS * 4096;

/** One address, all ports used; half the rate by one of them. */
class BondRateTestCase : public TestCase
{
  public:
    BondRateTestCase()
        : TestCase("two ports with one address: closed forms with both and with one")
    {
    }

  private:
    void DoRun() override
    {
        Addresses();
        // Each of two messages by a port of its own: 2 links, as if it were alone.
        const int64_t alone = 2 * FIRST + int64_t{PACKETS - 1} * OTHER + 2 * US;
        {
            BondBench bench({});
            bench.Send(0, 0, 1, BYTES, 1, 0);
            bench.Send(0, 0, 1, BYTES, 2, 1);
            Simulator::Run();
            NS_TEST_EXPECT_MSG_EQ(bench.ReceivedAt(1), alone, "by port 0");
            NS_TEST_EXPECT_MSG_EQ(bench.ReceivedAt(2), alone, "by port 1");
            NS_TEST_EXPECT_MSG_EQ(bench.SentBy(0, 0), bench.SentBy(0, 1), "both ports");
        }
        Simulator::Destroy();
        // Both by the port that is left, in turn: the second link, which begins when the first
        // packet is there, carries two first packets and 198 others without a gap.
        const int64_t shared = FIRST + 2 * FIRST + int64_t{2 * PACKETS - 2} * OTHER + 2 * US;
        for (const std::string dead : {"leaf-0", "leaf-1"})
        {
            BondBench bench({"link-failure:from=server-0,to=" + dead});
            bench.Send(20 * US, 0, 1, BYTES, 1, 0);
            bench.Send(20 * US, 0, 1, BYTES, 2, 1);
            Simulator::Run();
            const int64_t last = std::max(bench.ReceivedAt(1), bench.ReceivedAt(2)) - 20 * US;
            NS_TEST_EXPECT_MSG_EQ(last, shared, dead << " cannot be reached");
            NS_TEST_EXPECT_MSG_EQ(bench.SentBy(0, dead == "leaf-0" ? 0 : 1), 0, "the dead port");
            NS_TEST_EXPECT_MSG_EQ(bench.cluster->CheckInvariants().size(), 0, "books");
            Simulator::Destroy();
        }
    }

    /** What others see of a bonded NIC. */
    void Addresses()
    {
        BondBench bench({});
        for (uint32_t server = 0; server < 2; ++server)
        {
            NS_TEST_EXPECT_MSG_EQ(bench.cluster->GetAddress(server, 0),
                                  bench.cluster->GetAddress(server, 1),
                                  "one address");
            NS_TEST_EXPECT_MSG_EQ(
                bench.network->GetScaleOutRate(server).GetBitRate(), 200'000'000'000, "two ports");
        }
        NS_TEST_EXPECT_MSG_NE(
            bench.cluster->GetAddress(0, 0), bench.cluster->GetAddress(1, 0), "of two servers");
        NS_TEST_EXPECT_MSG_EQ(bench.network->GetNAccelerators(), 2, "one each");
        NS_TEST_EXPECT_MSG_EQ(CheckBonds(*bench.cluster, *bench.network), "", "supported");
        Simulator::Destroy();
        // Sixty-four connections hashed over two ports: a deviation of four is one sigma.
        NetworkStack hashed = BondStack();
        hashed.nic.Set("BondUse", StringValue("Hash"));
        BondBench many({}, hashed);
        for (uint32_t channel = 0; channel < 64; ++channel)
        {
            many.Send(0, 0, 1, 4096, channel, channel);
        }
        Simulator::Run();
        const uint64_t first = many.SentBy(0, 0) / 4000;
        NS_TEST_EXPECT_MSG_GT(first, 20, "port 0");
        NS_TEST_EXPECT_MSG_LT(first, 44, "port 0");
        NS_TEST_EXPECT_MSG_EQ(many.Count()[1], 64, "all confirmed");
        Simulator::Destroy();
    }
};

/** A port, a cable and a leaf fail in the middle of messages and come back. */
class BondFailoverTestCase : public TestCase
{
  public:
    BondFailoverTestCase()
        : TestCase("all traffic by the other port while one is dead, and back; nothing is lost")
    {
    }

  private:
    void DoRun() override
    {
        const std::string end = ",start=100us,duration=400us";
        const std::string port = "link-failure:from=server-0,to=leaf-1" + end;
        const std::vector<std::vector<std::string>> faults = {
            {port},
            {"link-failure:from=server-1,to=leaf-1" + end},
            {port,
             "link-failure:from=server-1,to=leaf-1" + end,
             "link-failure:from=leaf-1,to=spine-0" + end},
        };
        for (std::size_t i = 0; i < faults.size(); ++i)
        {
            BondBench bench(faults[i]);
            for (uint32_t message = 0; message < 20; ++message)
            {
                // 1 MiB takes 85.6 us of a port: ten each keep both busy for 856 us and more
                bench.Send(0, 0, 1, 1 << 20, message, message % 2);
            }
            std::array<uint64_t, 3> before{};
            std::array<uint64_t, 3> after{};
            for (std::size_t k = 0; k < 3; ++k)
            {
                // from 60 us after the failure to its end; after its end
                const int64_t times[] = {160 * US, 499 * US, 600 * US};
                Simulator::Schedule(TimeStep(times[k]),
                                    [&, k]
                                    {
                                        before[k] = bench.SentBy(0, 0);
                                        after[k] = bench.SentBy(0, 1);
                                    });
            }
            Simulator::Run();
            const auto counts = bench.Count();
            NS_TEST_EXPECT_MSG_EQ(counts[0], 20, "all arrive, case " << i);
            NS_TEST_EXPECT_MSG_EQ(counts[1], 20, "and are confirmed");
            NS_TEST_EXPECT_MSG_EQ(counts[2], 0, "none is given up");
            for (uint64_t message = 0; message < 20; ++message)
            {
                const auto arrived = std::count_if(
                    bench.outcomes.begin(),
                    bench.outcomes.end(),
                    [message](const Outcome& o) { return o.received && o.message.tag == message; });
                NS_TEST_EXPECT_MSG_EQ(arrived, 1, "message " << message);
            }
            NS_TEST_EXPECT_MSG_EQ(bench.cluster->CheckInvariants().size(), 0, "books");
            // The last byte of 20 MiB: 20 x 85.6 us of two ports, one of which is off for 400 us.
            const int64_t last = bench.outcomes.back().at;
            NS_TEST_EXPECT_MSG_GT(last, (856 + 200) * US, "not faster than the ports");
            NS_TEST_EXPECT_MSG_LT(last, (856 + 200 + 300) * US, "nor much slower");
            const auto nic = bench.cluster->GetNic(0);
            if (i != 1)
            {
                NS_TEST_EXPECT_MSG_EQ(after[1] - after[0], 0, "nothing by the dead port");
                // 339 us at 100 Gb/s are 4.2 MB, with preamble and gap
                NS_TEST_EXPECT_MSG_GT(before[1] - before[0], 4'100'000, "all by the other");
                NS_TEST_EXPECT_MSG_EQ(nic->GetNPortChanges(), 2, "one queue pair, there and back");
            }
            else
            {
                NS_TEST_EXPECT_MSG_EQ(nic->GetNPortChanges(), 0, "the other NIC has failed");
            }
            NS_TEST_EXPECT_MSG_GT(bench.SentBy(0, 1), after[2] + 1'000'000, "by both again");
            Simulator::Destroy();
        }
        NoticesLate();
    }

    /** Until the NIC notices, what it sends by the dead port is lost, and sent again. */
    void NoticesLate()
    {
        NetworkStack stack = BondStack();
        stack.nic.Set("FailoverTime", TimeValue(MicroSeconds(50)));
        BondBench bench({"link-failure:from=server-0,to=leaf-1,start=100us"}, stack);
        bench.Send(0, 0, 1, 8, 0, 0); // port 0
        bench.Send(0, 0, 1, 4 << 20, 1, 1);
        uint64_t atOnce = 0;
        uint64_t later = 0;
        Simulator::Schedule(MicroSeconds(149), [&] { atOnce = bench.SentBy(0, 0); });
        Simulator::Schedule(MicroSeconds(160), [&] { later = bench.SentBy(0, 0); });
        Simulator::Run();
        NS_TEST_EXPECT_MSG_LT(atOnce, 1000, "the first message, and no data yet");
        NS_TEST_EXPECT_MSG_GT(later, 50'000, "10 us later");
        NS_TEST_EXPECT_MSG_EQ(bench.Count()[1], 2, "confirmed");
        Simulator::Destroy();
    }
};

/** What does not know of bonds says so, and bad wiring is found. */
class BondErrorTestCase : public TestCase
{
  public:
    BondErrorTestCase()
        : TestCase("what does not go with bonds")
    {
    }

  private:
    void DoRun() override
    {
        for (const std::string balancer : {"ConWeave", "Conga"})
        {
            NetworkStack stack = BondStack();
            stack.loadBalancer.SetTypeId("ns3::fabric::" + balancer);
            TestBench bench(FABRIC, stack);
            NS_TEST_EXPECT_MSG_NE(CheckBonds(*bench.cluster, *bench.network).find("leaf to leaf"),
                                  std::string::npos,
                                  balancer);
            Simulator::Destroy();
        }
        std::vector<TopologyError> errors;
        GenerateTopology("leaf-spine:leaves=3,bond=2,spines=1", errors);
        NS_TEST_ASSERT_MSG_EQ(errors.size(), 1, "three leaves are no pairs");
        NS_TEST_EXPECT_MSG_NE(errors[0].message.find("3 Leaves are no groups of Bond = 2"),
                              std::string::npos,
                              errors[0].message);
        auto graph = MakeGraph(FABRIC);
        graph.SetNicPort(0, 0, {0, 0, TopologyGraph::NONE});
        NS_TEST_ASSERT_MSG_EQ(graph.Validate().size(), 1, "the first port is not in it");
        NS_TEST_EXPECT_MSG_NE(graph.Validate()[0].message.find("whose first port 0 is not"),
                              std::string::npos,
                              graph.Validate()[0].message);
    }
};

/** The test suite. */
class ClusterBondTestSuite : public TestSuite
{
  public:
    ClusterBondTestSuite()
        : TestSuite("weft-cluster-bond", TestSuite::Type::UNIT)
    {
        AddTestCase(new BondRateTestCase);
        AddTestCase(new BondFailoverTestCase);
        AddTestCase(new BondErrorTestCase);
    }

  private:
    void DoSetup() override
    {
        fabric::UsePicoseconds();
    }
};

ClusterBondTestSuite g_clusterBondTestSuite; ///< the suite

} // namespace
