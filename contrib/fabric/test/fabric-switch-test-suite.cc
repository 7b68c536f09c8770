/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-test-net.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/fabric-address.h"
#include "ns3/fabric-ecmp-hash.h"
#include "ns3/fabric-marker.h"
#include "ns3/fabric-port-scheduler.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/string.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cmath>

using namespace ns3;
using namespace ns3::fabric;
using namespace ns3::fabric::tests;

namespace
{

/** Marking probability by queue length. */
class RedMarkerTestCase : public TestCase
{
  public:
    RedMarkerTestCase()
        : TestCase("RED marks by the law of DCQCN")
    {
    }

  private:
    void DoRun() override
    {
        // 100 and 400 KB at 25 Gb/s are 400 and 1600 KB at 100 Gb/s.
        auto marker = CreateObject<RedMarker>();
        marker->AssignStreams(1);
        marker->Setup(100'000'000'000);
        NS_TEST_EXPECT_MSG_EQ(marker->GetThresholds().kmin, 400'000, "Kmin in proportion");
        NS_TEST_EXPECT_MSG_EQ(marker->GetThresholds().kmax, 1'600'000, "Kmax in proportion");
        Frame frame{};
        constexpr int N = 20'000;
        const auto count = [&](uint64_t queue)
        {
            int marks = 0;
            for (int i = 0; i < N; ++i)
            {
                marks += marker->IsMarked(frame, queue);
            }
            return marks;
        };
        NS_TEST_EXPECT_MSG_EQ(count(400'000), 0, "nothing up to Kmin");
        NS_TEST_EXPECT_MSG_EQ(count(1'600'001), N, "everything above Kmax");
        // Halfway: 0.2 / 2 = 0.1; mean 2000, standard deviation sqrt(20000 * 0.1 * 0.9) = 42.4;
        // within five of them.
        NS_TEST_EXPECT_MSG_EQ_TOL(count(1'000'000), 2000, 212, "halfway");
        // Step marking: Kmin = Kmax.
        auto step = CreateObject<RedMarker>();
        step->SetAttribute("Kmin", UintegerValue(5000));
        step->SetAttribute("Kmax", UintegerValue(5000));
        step->SetAttribute("ReferenceRate", DataRateValue(DataRate(0)));
        step->Setup(100'000'000'000);
        NS_TEST_EXPECT_MSG_EQ(step->IsMarked(frame, 5000), false, "at the step");
        NS_TEST_EXPECT_MSG_EQ(step->IsMarked(frame, 5001), true, "above the step");
    }
};

/** Marks are set where the queue is, at dequeue, and only on ECN-capable frames. */
class EcnTestCase : public TestCase
{
  public:
    EcnTestCase()
        : TestCase("Marks at dequeue")
    {
    }

  private:
    void DoRun() override
    {
        // 30 frames of 1000 B wait in the switch, since the receiver has paused their class. After
        // the pause no frame comes any more: frame k (0..29) leaves while 30 - k wait, itself
        // included. Step at 10,000 B: marked if that is more than 10: frames 0..19.
        Star star(2, "100Gbps", NanoSeconds(500));
        ObjectFactory factory("ns3::fabric::RedMarker");
        factory.Set("Kmin", UintegerValue(10'000));
        factory.Set("Kmax", UintegerValue(10'000));
        factory.Set("ReferenceRate", DataRateValue(DataRate(0)));
        star.sw->SetMarkerFactory(factory);
        star.hosts[0]->port->PausePeer(3);
        Simulator::Schedule(MicroSeconds(2), &TestHost::Send, star.hosts[1].get(), 0, 30, 1000, 3);
        Simulator::Schedule(MicroSeconds(10), &Port::ResumePeer, star.hosts[0]->port, 3);
        Simulator::Run();
        const auto& arrivals = star.hosts[0]->arrivals;
        NS_TEST_ASSERT_MSG_EQ(arrivals.size(), 30, "all frames");
        for (uint32_t k = 0; k < arrivals.size(); ++k)
        {
            NS_TEST_EXPECT_MSG_EQ((arrivals[k].ecn == Ecn::CE), (k <= 19), "frame " << k);
        }
        NS_TEST_EXPECT_MSG_EQ(star.sw->GetPort(0).GetCounters().ecnMarks, 20, "counted");
        Simulator::Destroy();
    }
};

/** ECMP: spread, stability, polarisation. */
class EcmpTestCase : public TestCase
{
  public:
    EcmpTestCase()
        : TestCase("ECMP hash")
    {
    }

  private:
    void DoRun() override
    {
        // 1000 flows on 16 links: the most loaded link has 1.224 times the mean (mean of the
        // maximum of a multinomial, by simulation of balls in bins).
        PortGroup group;
        for (uint16_t port = 0; port < 16; ++port)
        {
            group.all.push_back(port);
        }
        group.SetLive(group.all);
        constexpr uint32_t SEEDS = 300;
        double sum = 0;
        uint32_t used = 0;
        for (uint32_t seed = 0; seed < SEEDS; ++seed)
        {
            auto hash = MakeHash(seed, true);
            std::array<uint32_t, 16> load{};
            std::array<bool, 16> few{};
            for (uint32_t flow = 0; flow < 1000; ++flow)
            {
                Frame frame{};
                frame.source = flow % 50;
                frame.destination = 50 + flow / 50;
                frame.entropy = 49152 + flow * 7 % 16384;
                const uint16_t port = hash->Select(frame, group);
                NS_TEST_ASSERT_MSG_EQ(hash->Select(frame, group), port, "stable");
                ++load[port];
                if (flow < 16)
                {
                    few[port] = true;
                }
            }
            sum += *std::max_element(load.begin(), load.end()) / (1000.0 / 16);
            used += std::count(few.begin(), few.end(), true);
        }
        NS_TEST_EXPECT_MSG_EQ_TOL(sum / SEEDS, 1.224, 0.03, "most over mean load");
        // 16 flows on 16 links use 16 (1 - (15/16)^16) = 10.30 of them.
        NS_TEST_EXPECT_MSG_EQ_TOL(used / double{SEEDS}, 10.30, 0.3, "links used by 16 flows");

        // Two switches of one seed choose alike unless the node counts.
        auto a = MakeHash(7, false);
        auto b = MakeHash(7, false);
        auto c = MakeHash(7, true);
        auto d = MakeHash(7, true);
        uint32_t alike = 0;
        uint32_t seeded = 0;
        for (uint32_t flow = 0; flow < 1600; ++flow)
        {
            Frame frame{};
            frame.source = 1;
            frame.destination = 2;
            frame.entropy = flow;
            alike += a->Select(frame, group) == b->Select(frame, group);
            seeded += c->Select(frame, group) == d->Select(frame, group);
        }
        NS_TEST_EXPECT_MSG_EQ(alike, 1600, "polarised");
        // Independent choices agree in 1/16 of the cases: 100, standard deviation 9.7.
        NS_TEST_EXPECT_MSG_EQ_TOL(seeded, 100, 49, "independent");
        Simulator::Destroy();
    }

    /** @return a hash at a switch of its own */
    Ptr<LoadBalancer> MakeHash(uint32_t seed, bool byNode)
    {
        auto node = CreateObject<Node>();
        auto owner = CreateObject<Switch>();
        node->AggregateObject(owner);
        auto hash = CreateObject<EcmpHash>();
        hash->SetAttribute("Seed", UintegerValue(seed));
        hash->SetAttribute("SeedByNode", BooleanValue(byNode));
        hash->Setup(*owner);
        return hash;
    }
};

/** Strict priority and deficit weighted round robin. */
class SchedulerTestCase : public TestCase
{
  public:
    SchedulerTestCase()
        : TestCase("Schedulers")
    {
    }

  private:
    void DoRun() override
    {
        // Strict: 10 frames of each of classes 1, 4 and 6, offered in that order; the first frame
        // of class 1 is on the wire before the others are there.
        TestHost* receiver = Run(nullptr, {{1, 10, 1000}, {4, 10, 1000}, {6, 10, 1000}});
        std::string order;
        for (const auto& arrival : receiver->arrivals)
        {
            order += static_cast<char>('0' + arrival.priority);
        }
        NS_TEST_EXPECT_MSG_EQ(order,
                              "1" + std::string(10, '6') + std::string(10, '4') +
                                  std::string(9, '1'),
                              "strict priority");
        Finish();

        // DWRR 1 : 3 between classes 1 and 2 of 1500 and 500 B frames, class 7 strict. While both
        // are waiting, bytes / weight differ by at most one quantum (9216) and what each class may
        // carry over to its next turn, less than a frame: 1500 and 500 / 3.
        auto dwrr = CreateObject<DwrrScheduler>();
        dwrr->SetAttribute("Weights", StringValue("1,1,3,1,1,1,0,0"));
        receiver = Run(dwrr, {{7, 5, 1000}, {1, 400, 1500}, {2, 2000, 500}});
        double served1 = 0;
        double served2 = 0;
        double worst = 0;
        uint32_t position = 0;
        uint32_t lastStrict = 0;
        for (const auto& arrival : receiver->arrivals)
        {
            ++position;
            served1 += arrival.priority == 1 ? 1500 : 0;
            served2 += arrival.priority == 2 ? 500 / 3.0 : 0;
            lastStrict = arrival.priority == 7 ? position : lastStrict;
            if (served2 < 2000 * 500 / 3.0 && served1 < 400 * 1500)
            {
                worst = std::max(worst, std::abs(served1 - served2));
            }
        }
        NS_TEST_EXPECT_MSG_EQ(receiver->arrivals.size(), 2405, "all frames");
        NS_TEST_EXPECT_MSG_EQ(lastStrict, 5, "class 7 before all others");
        NS_TEST_EXPECT_MSG_LT(
            worst, 9216 + 1500 + 500 / 3.0, "fair within a quantum and two frames");
        NS_TEST_EXPECT_MSG_GT(worst, 0, "both were served");
        Finish();

        // Weights that are none are refused.
        NS_TEST_EXPECT_MSG_EQ(
            dwrr->SetAttributeFailSafe("Weights", StringValue("1,2,3")), false, "too few weights");
        NS_TEST_EXPECT_MSG_EQ(
            dwrr->SetAttributeFailSafe("Weights", StringValue("1,1,1,1,1,1,1,256")),
            false,
            "weight out of range");
    }

    /** Frames of one class. */
    struct Load
    {
        uint8_t priority; ///< the class
        uint32_t n;       ///< how many
        uint32_t bytes;   ///< size of each
    };

    /** @return the receiver, after all frames have arrived */
    TestHost* Run(Ptr<PortScheduler> scheduler, const std::vector<Load>& loads)
    {
        m_a = std::make_unique<TestHost>("100Gbps");
        m_b = std::make_unique<TestHost>("100Gbps");
        m_a->port->SetFabricAddress(0);
        m_b->port->SetFabricAddress(1);
        if (scheduler)
        {
            m_a->port->SetScheduler(scheduler);
        }
        Connect(m_a->port, m_b->port, NanoSeconds(5));
        // At the first event, when the node has been initialised.
        Simulator::Schedule(NanoSeconds(1),
                            [this, loads]()
                            {
                                for (const auto& load : loads)
                                {
                                    m_a->Send(1, load.n, load.bytes, load.priority);
                                }
                            });
        Simulator::Run();
        return m_b.get();
    }

    /** Release what Run has made. */
    void Finish()
    {
        Simulator::Destroy();
        m_a.reset();
        m_b.reset();
    }

    std::unique_ptr<TestHost> m_a; ///< sender
    std::unique_ptr<TestHost> m_b; ///< receiver
};

/** Frames without a way are dropped and counted. */
class NoRouteTestCase : public TestCase
{
  public:
    NoRouteTestCase()
        : TestCase("Unknown destination, dead link")
    {
    }

  private:
    void DoRun() override
    {
        Star star(3, "100Gbps", NanoSeconds(500));
        star.hosts[0]->Send(99, 2, 1000);
        Simulator::Schedule(MicroSeconds(1), &Link::SetUp, star.links[2], false);
        Simulator::Schedule(MicroSeconds(2), &TestHost::Send, star.hosts[0].get(), 2, 3, 1000, 3);
        Simulator::Schedule(MicroSeconds(4), &Link::SetUp, star.links[2], true);
        Simulator::Schedule(MicroSeconds(5), &TestHost::Send, star.hosts[0].get(), 2, 1, 1000, 3);
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(star.sw->GetCounters().dropsNoRoute, 5, "2 unknown, 3 dead");
        NS_TEST_EXPECT_MSG_EQ(star.hosts[2]->arrivals.size(), 1, "after the link is up again");
        Simulator::Destroy();
    }
};

/** ns-3's TCP, with ARP, over the same devices. */
class TcpTestCase : public TestCase
{
  public:
    TcpTestCase()
        : TestCase("ns-3 TCP over a switch")
    {
    }

  private:
    static constexpr uint32_t TOTAL = 5'000'000; ///< bytes to transfer

    void DoRun() override
    {
        // 3 hosts, so that the flooding of ARP requests has somebody else to reach.
        Star star(3, "10Gbps", MicroSeconds(5));
        InternetStackHelper internet;
        for (uint32_t i = 0; i < 3; ++i)
        {
            auto node = star.hosts[i]->node;
            internet.Install(node);
            auto ipv4 = node->GetObject<Ipv4>();
            const uint32_t interface = ipv4->AddInterface(star.hosts[i]->port);
            ipv4->AddAddress(interface, Ipv4InterfaceAddress(Ipv4Of(i), Ipv4Mask("255.0.0.0")));
            ipv4->SetUp(interface);
        }
        auto listener = Socket::CreateSocket(star.hosts[1]->node, TcpSocketFactory::GetTypeId());
        listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), 5000));
        listener->Listen();
        listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                    MakeCallback(&TcpTestCase::Accepted, this));
        m_sender = Socket::CreateSocket(star.hosts[0]->node, TcpSocketFactory::GetTypeId());
        m_sender->SetSendCallback(MakeCallback(&TcpTestCase::Fill, this));
        m_sender->Connect(InetSocketAddress(Ipv4Of(1), 5000));
        Simulator::Stop(Seconds(5));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(m_received, TOTAL, "every byte arrives");
        // 5 MB at 10 Gb/s take 4 ms; with slow start from 10 segments at 20 us RTT well below 20.
        NS_TEST_EXPECT_MSG_LT(m_lastByteAt, MilliSeconds(20), "at a useful rate");
        NS_TEST_EXPECT_MSG_EQ(star.BytesInside(), 0, "nothing is left");
        m_sender = nullptr;
        m_accepted = nullptr;
        Simulator::Destroy();
    }

    /** Keep the socket's buffer full. */
    void Fill(Ptr<Socket> socket, uint32_t available)
    {
        while (m_sent < TOTAL && socket->GetTxAvailable() > 0)
        {
            const uint32_t bytes = std::min(TOTAL - m_sent, socket->GetTxAvailable());
            const int taken = socket->Send(Create<Packet>(bytes));
            if (taken <= 0)
            {
                return;
            }
            m_sent += taken;
        }
    }

    /** A connection has come in. */
    void Accepted(Ptr<Socket> socket, const Address& from)
    {
        m_accepted = socket;
        socket->SetRecvCallback(MakeCallback(&TcpTestCase::Read, this));
    }

    /** Take what has arrived. */
    void Read(Ptr<Socket> socket)
    {
        while (auto packet = socket->Recv())
        {
            m_received += packet->GetSize();
            m_lastByteAt = Simulator::Now();
        }
    }

    Ptr<Socket> m_sender;   ///< sending socket
    Ptr<Socket> m_accepted; ///< receiving socket
    uint32_t m_sent{0};     ///< bytes given to the socket
    uint32_t m_received{0}; ///< bytes taken from the socket
    Time m_lastByteAt;      ///< when the last of them came
};

/** Suite: the switch. */
class FabricSwitchTestSuite : public TestSuite
{
  public:
    FabricSwitchTestSuite()
        : TestSuite("weft-fabric-switch", TestSuite::Type::UNIT)
    {
        AddTestCase(new RedMarkerTestCase);
        AddTestCase(new EcnTestCase);
        AddTestCase(new EcmpTestCase);
        AddTestCase(new SchedulerTestCase);
        AddTestCase(new NoRouteTestCase);
        AddTestCase(new TcpTestCase);
    }

  private:
    void DoSetup() override
    {
        UsePicoseconds();
    }
};

FabricSwitchTestSuite g_fabricSwitchTestSuite; ///< registers the suite

} // namespace
