/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-test-net.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/fabric-adaptive.h"
#include "ns3/fabric-drill.h"
#include "ns3/fabric-ecmp-hash.h"
#include "ns3/fabric-let-flow.h"
#include "ns3/fabric-spray.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <array>

using namespace ns3;
using namespace ns3::fabric;
using namespace ns3::fabric::tests;

namespace
{

/** @return a balancer, set up at a switch of its own */
template <typename T>
Ptr<T>
MakeAtSwitch(const std::vector<std::pair<std::string, std::string>>& attributes)
{
    auto node = CreateObject<Node>();
    auto owner = CreateObject<Switch>();
    node->AggregateObject(owner);
    auto balancer = CreateObject<T>();
    for (const auto& [name, value] : attributes)
    {
        balancer->SetAttribute(name, StringValue(value));
    }
    balancer->AssignStreams(3);
    balancer->Setup(*owner);
    return balancer;
}

/** Hash fields: what goes in, and what QPs then do. */
class HashFieldsTestCase : public TestCase
{
  public:
    HashFieldsTestCase()
        : TestCase("Hash fields and queue pairs")
    {
    }

  private:
    static constexpr uint32_t LINKS = 16;   ///< links to choose from, and NICs
    static constexpr uint32_t TRIALS = 600; ///< as many as the table was made with

    void DoRun() override
    {
        CheckFields();
        // Queue pairs per NIC, and the load of the most loaded of 16 links over the mean, from a
        // simulation of balls in bins (16 q balls in 16 bins, 600 runs): 3.12 with a standard
        // deviation of 0.75 for q = 1, so 0.031 for the mean of 600; less for the others.
        const std::array<std::pair<uint32_t, double>, 7> table = {
            {{1, 3.12}, {2, 2.44}, {4, 1.97}, {8, 1.68}, {16, 1.47}, {32, 1.32}, {64, 1.22}}};
        for (const auto& [qps, expected] : table)
        {
            const double seen = MeasureImbalance("source,destination,entropy,qp", qps);
            NS_TEST_EXPECT_MSG_EQ_TOL(seen, expected, 0.04 * expected, qps << " QPs, E-ECMP");
        }
        // Without the QP in the hash all QPs of a NIC, which share a source port, share a path.
        const double plain = MeasureImbalance("source,destination,entropy", 16);
        NS_TEST_EXPECT_MSG_EQ_TOL(plain, 3.12, 0.125, "16 QPs, ECMP");
    }

    /** A change of a field changes the choice if, and only if, the field is hashed. */
    void CheckFields()
    {
        const std::array<std::string, 5> names = {
            "source", "destination", "entropy", "qp", "class"};
        for (const auto& hashed : names)
        {
            auto hash = MakeAtSwitch<EcmpHash>({{"Fields", hashed}});
            for (std::size_t changed = 0; changed < names.size(); ++changed)
            {
                const std::size_t ports = CountPorts(*hash, changed);
                // 100 values on 16 ports use nearly all of them; 8 classes at least 2 ports
                // (probability of one port 16^-7).
                if (hashed == names[changed])
                {
                    NS_TEST_EXPECT_MSG_GT(ports, 1, hashed);
                }
                else
                {
                    NS_TEST_EXPECT_MSG_EQ(ports, 1, names[changed] << " hashed by " << hashed);
                }
            }
        }
        auto hash = CreateObject<EcmpHash>();
        StringValue text;
        hash->GetAttribute("Fields", text);
        NS_TEST_EXPECT_MSG_EQ(text.Get(), "source,destination,entropy", "default");
        for (const char* bad : {"", "sport", "source,", "source, qp"})
        {
            NS_TEST_EXPECT_MSG_EQ(
                hash->SetAttributeFailSafe("Fields", StringValue(bad)), false, "'" << bad << "'");
        }
    }

    /** @return number of ports that frames use which differ in one field */
    std::size_t CountPorts(EcmpHash& hash, std::size_t field)
    {
        const PortGroup group = MakeGroup({});
        std::vector<bool> used(LINKS, false);
        for (uint32_t i = 0; i < 100; ++i)
        {
            Frame frame{};
            frame.kind = FrameKind::ROCE;
            frame.source = field == 0 ? i : 0;
            frame.destination = field == 1 ? i : 0;
            frame.entropy = field == 2 ? i : 0;
            frame.roce.destinationQp = field == 3 ? i : 0;
            frame.priority = field == 4 ? i % 8 : 0;
            used[hash.Select(frame, group)] = true;
        }
        return std::count(used.begin(), used.end(), true);
    }

    /** @return mean over trials of the most loaded link's load over the mean load */
    double MeasureImbalance(const std::string& fields, uint32_t qps)
    {
        const PortGroup group = MakeGroup({});
        double sum = 0;
        for (uint32_t trial = 0; trial < TRIALS; ++trial)
        {
            auto hash =
                MakeAtSwitch<EcmpHash>({{"Fields", fields}, {"Seed", std::to_string(trial)}});
            std::array<uint32_t, LINKS> load{};
            for (uint32_t flow = 0; flow < LINKS * qps; ++flow)
            {
                Frame frame{};
                frame.kind = FrameKind::ROCE;
                frame.source = flow % LINKS;
                frame.destination = 1000 + flow % LINKS;
                frame.entropy = 49152;
                frame.roce.destinationQp = 17 + flow / LINKS;
                ++load[hash->Select(frame, group)];
            }
            sum += *std::max_element(load.begin(), load.end()) / static_cast<double>(qps);
        }
        Simulator::Destroy();
        return sum / TRIALS;
    }

    /** @return a group of 16 ports */
    static PortGroup MakeGroup(const std::vector<uint32_t>& weights)
    {
        PortGroup group;
        for (uint16_t port = 0; port < LINKS; ++port)
        {
            group.all.push_back(port);
        }
        group.weights = weights;
        group.SetLive(group.all);
        return group;
    }
};

/** Weights of ports, and ports that are down. */
class WeightsTestCase : public TestCase
{
  public:
    WeightsTestCase()
        : TestCase("Weights and dead ports")
    {
    }

  private:
    static constexpr uint16_t N_PORTS = 5; ///< ports of weights 1, 4, 4, 4, 4

    void DoRun() override
    {
        CheckGroup();
        // 17,000 frames of as many flows: 1,000 and 4,000 for each port; the standard deviations
        // of random choices are sqrt(17000 p (1 - p)): 30.7 and 55.3. Within five of them.
        Check(CreateObject<EcmpHash>(), 154, 277, "ECMP");
        Check(CreateObject<RandomSpray>(), 154, 277, "random spray");
        Check(CreateObject<LetFlow>(), 154, 277, "LetFlow");
        // A round of 17 frames has the turns of each port exactly.
        Check(CreateObject<RoundRobinSpray>(), 0, 0, "round robin");
        // All at one time, nothing queued: use over weight grows alike everywhere. Bands of one
        // byte; after each of 17,000 / 17 steps the shares are within a frame.
        auto adaptive = CreateObject<Adaptive>();
        adaptive->SetAttribute("UseWeight", DoubleValue(1));
        adaptive->SetAttribute("Band", UintegerValue(1));
        Check(adaptive, 1, 4, "adaptive");
        // The same without use: what a port has taken to a leaf counts by its weight.
        Check(CreateObject<Adaptive>(), 1, 1, "adaptive, least sent");
        CheckSlowPort();
    }

    /** The parts of a group. */
    void CheckGroup()
    {
        // Weights 2, 8, 8 are 1, 4, 4 in lowest terms: offset 0 is port 7's, 1..4 port 8's and
        // 5..8 port 9's. When port 8 dies: 0 and 1..4. When 7 dies too: one port, total 1.
        RoutingTable table;
        table.SetDirectory(Create<FabricDirectory>());
        const uint32_t id = table.AddGroup({7, 8, 9}, {2, 8, 8});
        NS_TEST_EXPECT_MSG_EQ(table.AddGroup({7, 8, 9}, {1, 4, 4}), id, "the same group");
        NS_TEST_EXPECT_MSG_NE(table.AddGroup({7, 8, 9}), id, "another group");
        PortGroup group;
        group.all = {7, 8, 9};
        group.weights = {1, 4, 4};
        group.SetLive(group.all);
        NS_TEST_EXPECT_MSG_EQ(group.total, 9, "sum");
        const std::array<uint16_t, 9> parts = {7, 8, 8, 8, 8, 9, 9, 9, 9};
        for (uint32_t offset = 0; offset < parts.size(); ++offset)
        {
            NS_TEST_EXPECT_MSG_EQ(group.At(offset), parts[offset], "offset " << offset);
        }
        group.SetLive({7, 9});
        NS_TEST_EXPECT_MSG_EQ(group.total, 5, "sum of the live ports");
        NS_TEST_EXPECT_MSG_EQ(group.At(0), 7, "its part");
        NS_TEST_EXPECT_MSG_EQ(group.At(1), 9, "next part");
        NS_TEST_EXPECT_MSG_EQ(group.At(4), 9, "last part");
        group.SetLive({8, 9});
        NS_TEST_EXPECT_MSG_EQ(group.total, 2, "equal weights count as 1");
        NS_TEST_EXPECT_MSG_EQ(group.At(1), 9, "the second");
    }

    /** Compare shares with weights 1, 4, 4, 4, 4. */
    void Check(Ptr<LoadBalancer> balancer, double light, double heavy, const std::string& what)
    {
        Star star(N_PORTS, "100Gbps", NanoSeconds(500));
        balancer->AssignStreams(5);
        balancer->Setup(*star.sw);
        PortGroup group;
        group.all = {0, 1, 2, 3, 4};
        group.weights = {1, 4, 4, 4, 4};
        group.SetLive(group.all);
        auto counts = Count(*balancer, group, 17'000);
        NS_TEST_EXPECT_MSG_EQ_TOL(counts[0], 1000, light, what << ", light port");
        for (uint16_t port = 1; port < N_PORTS; ++port)
        {
            NS_TEST_EXPECT_MSG_EQ_TOL(counts[port], 4000, heavy, what << ", port " << port);
        }
        // Ports 1 and 3 die: nothing goes there any more, the others keep all of it.
        group.SetLive({0, 2, 4});
        counts = Count(*balancer, group, 900);
        NS_TEST_EXPECT_MSG_EQ(counts[1] + counts[3], 0, what << ", dead ports");
        NS_TEST_EXPECT_MSG_EQ(counts[0] + counts[2] + counts[4], 900, what << ", live ports");
        Simulator::Destroy();
    }

    /** @return frames per port, each of a flow of its own */
    static std::array<uint32_t, N_PORTS> Count(LoadBalancer& balancer,
                                               const PortGroup& group,
                                               uint32_t frames)
    {
        std::array<uint32_t, N_PORTS> counts{};
        for (uint32_t i = 0; i < frames; ++i)
        {
            Frame frame{};
            frame.source = i;
            frame.destination = 1'000'000;
            frame.bytes = 1000;
            ++counts[balancer.Select(frame, group)];
        }
        return counts;
    }

    /** Queues count by the time they take to drain. */
    void CheckSlowPort()
    {
        // Port 0 has 25 Gb/s and 2 frames waiting, which take as long as 8 at 100 Gb/s; port 1 has
        // 100 Gb/s and 5 frames, port 2 as much and 9. The best is port 1.
        const auto adaptive = CreateObject<Adaptive>();
        adaptive->SetAttribute("UseWeight", DoubleValue(0));
        adaptive->SetAttribute("Band", UintegerValue(1));
        const auto drill = CreateObject<Drill>();
        drill->SetAttribute("Samples", UintegerValue(64)); // all three, but for (2/3)^64
        for (const Ptr<LoadBalancer>& balancer :
             {Ptr<LoadBalancer>(adaptive), Ptr<LoadBalancer>(drill)})
        {
            Star star(3, "100Gbps", NanoSeconds(500));
            star.sw->GetPort(0).SetDataRate(DataRate("25Gbps"));
            balancer->AssignStreams(5);
            balancer->Setup(*star.sw);
            PortGroup group;
            group.all = {0, 1, 2};
            group.SetLive(group.all);
            for (const auto& host : star.hosts)
            {
                host->port->PausePeer(1);
            }
            uint16_t chosen = 99;
            Simulator::Schedule(MicroSeconds(2),
                                [&]()
                                {
                                    const std::array<uint32_t, 3> frames = {2, 5, 9};
                                    for (uint16_t port = 0; port < 3; ++port)
                                    {
                                        for (uint32_t i = 0; i < frames[port]; ++i)
                                        {
                                            star.sw->GetPort(port).Enqueue(
                                                star.hosts[port]->Make(port, 1000, 1, i));
                                        }
                                    }
                                    Frame frame{};
                                    frame.priority = 1;
                                    chosen = balancer->Select(frame, group);
                                });
            Simulator::Stop(MicroSeconds(3));
            Simulator::Run();
            NS_TEST_EXPECT_MSG_EQ(chosen, 1, balancer->GetInstanceTypeId().GetName());
            Simulator::Destroy();
        }
    }
};

/** Suite: hashing and weights. */
class FabricHashTestSuite : public TestSuite
{
  public:
    FabricHashTestSuite()
        : TestSuite("weft-fabric-hash", TestSuite::Type::UNIT)
    {
        AddTestCase(new HashFieldsTestCase);
        AddTestCase(new WeightsTestCase);
    }

  private:
    void DoSetup() override
    {
        UsePicoseconds();
    }
};

FabricHashTestSuite g_fabricHashTestSuite; ///< registers the suite

} // namespace
