/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-test-net.h"

#include "ns3/double.h"
#include "ns3/fabric-adaptive.h"
#include "ns3/fabric-drill.h"
#include "ns3/fabric-let-flow.h"
#include "ns3/fabric-spray.h"
#include "ns3/simulator.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <array>
#include <set>

using namespace ns3;
using namespace ns3::fabric;
using namespace ns3::fabric::tests;

namespace
{

constexpr uint16_t N_PORTS = 8; ///< ports of the switch of the tests

/** A switch with eight ports, queues of which can be filled. */
class Bench
{
  public:
    /** @param balancer the balancer under test */
    explicit Bench(Ptr<LoadBalancer> balancer)
        : star(N_PORTS, "100Gbps", NanoSeconds(500)),
          balancer(balancer)
    {
        balancer->AssignStreams(11);
        balancer->Setup(*star.sw);
        for (uint16_t port = 0; port < N_PORTS; ++port)
        {
            group.all.push_back(port);
        }
        group.SetLive(group.all);
    }

    /**
     * @param flow a flow
     * @param destination where it goes
     * @param bytes of the frame
     * @return the port of its next frame
     */
    uint16_t Select(uint16_t flow, FabricAddress destination = 2, uint32_t bytes = 1000)
    {
        Frame frame{};
        frame.source = 1;
        frame.destination = destination;
        frame.entropy = flow;
        frame.priority = 3;
        frame.bytes = bytes;
        return balancer->Select(frame, group);
    }

    /** Keep frames in the queue of a port: its class 1 is paused by the peer. */
    void Fill(uint16_t port, uint32_t frames)
    {
        auto& device = star.sw->GetPort(port);
        for (uint32_t i = 0; i < frames; ++i)
        {
            device.Enqueue(star.hosts[port]->Make(port, 1000, 1, i));
        }
    }

    Star star;                  ///< the switch and its peers
    Ptr<LoadBalancer> balancer; ///< under test
    PortGroup group;            ///< all ports
};

/** Sprays spread evenly. */
class SprayTestCase : public TestCase
{
  public:
    SprayTestCase()
        : TestCase("Random and round-robin spray")
    {
    }

  private:
    void DoRun() override
    {
        // Random: 8,000 frames on 8 ports, 1,000 each; standard deviation
        // sqrt(8000 / 8 * 7 / 8) = 29.6: within five of them.
        const auto random = Count(CreateObject<RandomSpray>(), 8000);
        for (const uint32_t count : random)
        {
            NS_TEST_EXPECT_MSG_EQ_TOL(count, 1000, 148, "random spray");
        }
        // Round robin: after any number of frames the counts differ by at most one.
        for (const uint32_t frames : {1, 7, 8, 9, 801})
        {
            const auto robin = Count(CreateObject<RoundRobinSpray>(), frames);
            const auto [least, most] = std::minmax_element(robin.begin(), robin.end());
            NS_TEST_EXPECT_MSG_LT(*most - *least, 2, "round robin after " << frames);
        }
        // A port that dies is skipped, and the round goes on with the others.
        Bench bench(CreateObject<RoundRobinSpray>());
        bench.Select(0);
        bench.group.SetLive({0, 1, 2});
        std::array<uint32_t, N_PORTS> counts{};
        for (int i = 0; i < 300; ++i)
        {
            ++counts[bench.Select(0)];
        }
        NS_TEST_EXPECT_MSG_EQ(counts[0] + counts[1] + counts[2], 300, "only live ports");
        NS_TEST_EXPECT_MSG_EQ(counts[0], 100, "evenly");
        Simulator::Destroy();
    }

    /** @return frames per port */
    std::array<uint32_t, N_PORTS> Count(Ptr<LoadBalancer> balancer, uint32_t frames)
    {
        Bench bench(balancer);
        std::array<uint32_t, N_PORTS> counts{};
        for (uint32_t i = 0; i < frames; ++i)
        {
            ++counts[bench.Select(5)];
        }
        Simulator::Destroy();
        return counts;
    }
};

/** Flowlets move only after a gap. */
class LetFlowTestCase : public TestCase
{
  public:
    LetFlowTestCase()
        : TestCase("LetFlow")
    {
    }

  private:
    void DoRun() override
    {
        // 40 frames 100 us apart: the gap of 100 us is not exceeded, one port. Then 40 frames
        // 100.001 us apart: a new random port each time; all alike has probability 8^-39.
        auto letFlow = CreateObject<LetFlow>();
        m_bench = std::make_unique<Bench>(letFlow);
        for (int i = 0; i < 40; ++i)
        {
            Simulator::Schedule(
                MicroSeconds(100) * (i + 1), &LetFlowTestCase::Note, this, &m_steady);
            Simulator::Schedule(
                MilliSeconds(10) + NanoSeconds(100'001) * i, &LetFlowTestCase::Note, this, &m_gaps);
        }
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(m_steady.size(), 1, "no gap, one port");
        NS_TEST_EXPECT_MSG_GT(m_gaps.size(), 3, "gaps, several ports");
        // A dead port is left at once.
        const uint16_t port = m_bench->Select(7);
        auto live = m_bench->group.live;
        live.erase(std::find(live.begin(), live.end(), port));
        m_bench->group.SetLive(live);
        NS_TEST_EXPECT_MSG_NE(m_bench->Select(7), port, "left");
        Simulator::Destroy();
        m_bench.reset();
    }

    /** Note the port of the next frame. */
    void Note(std::set<uint16_t>* ports)
    {
        ports->insert(m_bench->Select(7));
    }

    std::unique_ptr<Bench> m_bench; ///< switch and balancer
    std::set<uint16_t> m_steady;    ///< ports of the steady part
    std::set<uint16_t> m_gaps;      ///< ports of the part with gaps
};

/** Balancers that look at queues take the short ones. */
class QueueAwareTestCase : public TestCase
{
  public:
    QueueAwareTestCase()
        : TestCase("DRILL and adaptive routing")
    {
    }

  private:
    void DoRun() override
    {
        // Class 1 of all ports is paused from 0.5 us on; frames of it wait there.
        // Port 5 alone has none: adaptive routing by queue takes it always.
        auto adaptive = CreateObject<Adaptive>();
        adaptive->SetAttribute("Band", UintegerValue(4096));
        auto counts = Run(adaptive, {9, 9, 9, 9, 9, 0, 9, 9}, 100);
        NS_TEST_EXPECT_MSG_EQ(counts[5], 100, "the empty port");

        // All queues are alike, and each choice counts as 1000 B = 1 band: of eight frames at one
        // time each port gets one.
        adaptive = CreateObject<Adaptive>();
        adaptive->SetAttribute("UseWeight", DoubleValue(1));
        adaptive->SetAttribute("Band", UintegerValue(1000));
        counts = Run(adaptive, {}, 8);
        NS_TEST_EXPECT_MSG_EQ(*std::max_element(counts.begin(), counts.end()), 1, "in turn");

        // By flowlet: all frames of a flow take one port, although another is emptier by then.
        adaptive = CreateObject<Adaptive>();
        adaptive->SetAttribute("Gap", TimeValue(MicroSeconds(10)));
        counts = Run(adaptive, {}, 50);
        NS_TEST_EXPECT_MSG_EQ(*std::max_element(counts.begin(), counts.end()), 50, "one flowlet");

        // DRILL without memory takes the emptiest port if it is among two samples: probability
        // 1 - (7/8)^2 = 0.2344; of 4000: mean 937.5, standard deviation 26.8; five of them.
        auto drill = CreateObject<Drill>();
        drill->SetAttribute("Memory", UintegerValue(0));
        counts = Run(drill, {0, 1, 2, 3, 4, 5, 6, 7}, 4000);
        NS_TEST_EXPECT_MSG_EQ_TOL(counts[0], 937.5, 134, "best of two samples");
        // Port 7, the fullest, only if it is drawn twice: 4000 / 64 = 62.5, deviation 7.8.
        NS_TEST_EXPECT_MSG_EQ_TOL(counts[7], 62.5, 39, "worst of two samples");
        // With memory the emptiest port is kept once it was drawn; not to have drawn it in 200
        // choices has probability (7/8)^400.
        drill = CreateObject<Drill>();
        counts = Run(drill, {0, 1, 2, 3, 4, 5, 6, 7}, 4000);
        NS_TEST_EXPECT_MSG_GT(counts[0], 3800, "the best is remembered");
    }

    /**
     * @param balancer under test
     * @param frames that wait in the queue of each port
     * @param n number of choices for one flow at one time
     * @return how often each port was chosen
     */
    std::array<uint32_t, N_PORTS> Run(Ptr<LoadBalancer> balancer,
                                      const std::vector<uint32_t>& frames,
                                      uint32_t n)
    {
        Bench bench(balancer);
        for (const auto& host : bench.star.hosts)
        {
            host->port->PausePeer(1);
        }
        std::array<uint32_t, N_PORTS> counts{};
        Simulator::Schedule(MicroSeconds(2),
                            [&]()
                            {
                                for (uint16_t port = 0; port < frames.size(); ++port)
                                {
                                    bench.Fill(port, frames[port]);
                                }
                                for (uint32_t i = 0; i < n; ++i)
                                {
                                    ++counts[bench.Select(1)];
                                }
                            });
        Simulator::Stop(MicroSeconds(3));
        Simulator::Run();
        Simulator::Destroy();
        return counts;
    }
};

/** Adaptive routing gives each port the same to each leaf, while queues are alike. */
class LeastSentTestCase : public TestCase
{
  public:
    LeastSentTestCase()
        : TestCase("Adaptive routing: the port with the least sent to a leaf")
    {
    }

  private:
    void DoRun() override
    {
        CheckLeaves();
        CheckMemory();
    }

    /** Turns are by destination leaf, and by bytes. */
    void CheckLeaves()
    {
        // A frame of 1000 B and one of 100 B to leaf 0, then 1000 B to leaf 1, 80 times. With turns
        // by frames each leaf would have ports of its own. By bytes each port gets 80 * 1100 / 8 =
        // 11,000 B to leaf 0, to within the largest frame, and 10,000 B to leaf 1, exactly.
        Bench bench(CreateObject<Adaptive>());
        const FabricAddress other = bench.star.directory->Add(1);
        std::array<uint32_t, N_PORTS> first{};
        std::array<uint32_t, N_PORTS> second{};
        for (uint32_t i = 0; i < 80; ++i)
        {
            first[bench.Select(1)] += 1000;
            first[bench.Select(1, 2, 100)] += 100;
            second[bench.Select(2, other)] += 1000;
        }
        for (uint16_t port = 0; port < N_PORTS; ++port)
        {
            NS_TEST_EXPECT_MSG_EQ_TOL(first[port], 11000.0, 1000.0, "leaf 0, port " << port);
            NS_TEST_EXPECT_MSG_EQ(second[port], 10000, "leaf 1, port " << port);
        }
        Simulator::Destroy();
    }

    /** What a port has missed is made up for by Memory at most. */
    void CheckMemory()
    {
        // Port 0 is down while 70 frames take the 7 others, 10 each. When it is back it is 10,000 B
        // behind, of which 3000 count: the next 3 frames are its own, and then each port has one
        // of 8.
        auto adaptive = CreateObject<Adaptive>();
        adaptive->SetAttribute("Memory", UintegerValue(3000));
        Bench bench(adaptive);
        bench.group.SetLive({1, 2, 3, 4, 5, 6, 7});
        std::array<uint32_t, N_PORTS> counts{};
        for (uint32_t i = 0; i < 70; ++i)
        {
            ++counts[bench.Select(1)];
        }
        const std::array<uint32_t, N_PORTS> tens{0, 10, 10, 10, 10, 10, 10, 10};
        NS_TEST_EXPECT_MSG_EQ((counts == tens), true, "ten on each port that is up");
        bench.group.SetLive(bench.group.all);
        for (uint32_t i = 0; i < 3; ++i)
        {
            NS_TEST_EXPECT_MSG_EQ(bench.Select(1), 0, "frame " << i << " after the repair");
        }
        std::set<uint16_t> ports;
        for (uint32_t i = 0; i < N_PORTS; ++i)
        {
            ports.insert(bench.Select(1));
        }
        NS_TEST_EXPECT_MSG_EQ(ports.size(), N_PORTS, "in turn again");
        Simulator::Destroy();
    }
};

/** Suite: load balancers. */
class FabricLoadBalancerTestSuite : public TestSuite
{
  public:
    FabricLoadBalancerTestSuite()
        : TestSuite("weft-fabric-load-balancer", TestSuite::Type::UNIT)
    {
        AddTestCase(new SprayTestCase);
        AddTestCase(new LetFlowTestCase);
        AddTestCase(new QueueAwareTestCase);
        AddTestCase(new LeastSentTestCase);
    }

  private:
    void DoSetup() override
    {
        UsePicoseconds();
    }
};

FabricLoadBalancerTestSuite g_fabricLoadBalancerTestSuite; ///< registers the suite

} // namespace
