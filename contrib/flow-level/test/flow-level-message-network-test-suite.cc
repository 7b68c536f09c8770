/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/cluster-builder.h"
#include "ns3/cluster-ideal-times.h"
#include "ns3/cluster-topology-spec.h"
#include "ns3/enum.h"
#include "ns3/fabric-time.h"
#include "ns3/flow-level-message-network.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

/**
 * @ingroup flow-level-tests
 * Messages as flows against closed forms, and against packets on the same cluster.
 */

using namespace ns3;
using namespace ns3::cluster;
using namespace ns3::flowlevel;

namespace
{

constexpr const char* FLOWS = "ns3::flowlevel::FlowMessageNetwork";
constexpr const char* PACKETS = "ns3::cluster::PacketMessageNetwork";

/** A cluster with a network, and notes of when messages arrived and were confirmed. */
class Bench
{
  public:
    /** @param topology compact description @param type of the network @param balancer of switches
     */
    Bench(const std::string& topology,
          const std::string& type = FLOWS,
          const std::string& balancer = "ns3::fabric::EcmpHash")
    {
        fabric::UsePicoseconds();
        std::vector<TopologyError> errors;
        const auto graph = GenerateTopology(topology, errors);
        NS_ABORT_MSG_IF(!graph, errors[0].Format(topology));
        NetworkStack stack;
        stack.messageNetwork.SetTypeId(type);
        stack.loadBalancer.SetTypeId(balancer);
        const ClusterBuilder builder(stack);
        cluster = builder.Build(*graph);
        cluster->AssignStreams(100);
        network = builder.BuildNetwork(cluster, 7);
        for (uint32_t i = 0; i < network->GetNAccelerators(); ++i)
        {
            m_recorders.push_back(std::make_unique<Recorder>(*this, i));
            network->SetHandler(i, m_recorders.back().get());
        }
    }

    ~Bench()
    {
        network->Dispose();
        Simulator::Destroy();
        cluster->Dispose();
    }

    /** Send a message at a time, ps. */
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
        Simulator::ScheduleWithContext(network->GetNodeId(source),
                                       TimeStep(at),
                                       [this, message]() { network->Send(message); });
    }

    Ptr<Cluster> cluster;                 ///< the cluster
    Ptr<ClusterNetwork> network;          ///< the messages
    std::map<uint64_t, int64_t> received; ///< by tag, ps
    std::map<uint64_t, int64_t> sent;     ///< by tag, ps
    std::vector<uint64_t> order;          ///< tags in the order of arrival
    uint32_t nFailed{0};                  ///< messages given up
    bool contextsRight{true};             ///< each event had the context of its accelerator's node

  private:
    /** The user at one accelerator. */
    class Recorder : public MessageHandler
    {
      public:
        Recorder(Bench& bench, uint32_t accelerator)
            : m_bench(bench),
              m_accelerator(accelerator)
        {
        }

        void MessageSent(const Message& message) override
        {
            CheckContext();
            m_bench.sent[message.tag] = fabric::NowTicks();
        }

        void MessageReceived(const Message& message) override
        {
            CheckContext();
            m_bench.received[message.tag] = fabric::NowTicks();
            m_bench.order.push_back(message.tag);
        }

        void MessageFailed(const Message&, const std::string&) override
        {
            CheckContext();
            ++m_bench.nFailed;
        }

      private:
        void CheckContext() const
        {
            m_bench.contextsRight =
                m_bench.contextsRight &&
                Simulator::GetContext() == m_bench.network->GetNodeId(m_accelerator);
        }

        Bench& m_bench;         ///< the bench
        uint32_t m_accelerator; ///< ours
    };

    std::vector<std::unique_ptr<Recorder>> m_recorders; ///< by accelerator
};

constexpr const char* STAR =
    "leaf-spine:leaves=1,spines=0,hosts=4,accelerators=1,rate=100Gbps,delay=500ns";
constexpr const char* CLOS =
    "leaf-spine:leaves=2,spines=4,hosts=4,accelerators=1,rate=100Gbps,delay=500ns";

/** A message alone. */
class AloneTestCase : public TestCase
{
  public:
    AloneTestCase()
        : TestCase("a message alone takes what its packets would take")
    {
    }

  private:
    void DoRun() override
    {
        for (const uint64_t bytes : {0, 1, 64, 4096, 40'960, 40'961, 10'000'000})
        {
            Bench bench(CLOS);
            bench.Send(0, 0, 5, bytes, 1);
            Simulator::Run();
            Message message;
            message.source = 0;
            message.destination = 5;
            message.bytes = bytes;
            const auto ideal = IdealTimes(*bench.cluster).Get(message);
            // The fluid gives a last packet that is not full no header of its own: 82 bytes and up
            // to 3 of padding, 6.8 ns at 100 Gb/s.
            const bool whole = bytes <= 4096 || bytes % 4096 == 0;
            const int64_t tolerance = whole ? 2 : 6802;
            NS_TEST_ASSERT_MSG_EQ_TOL(bench.received[1], ideal->arrival, tolerance, bytes);
            NS_TEST_ASSERT_MSG_EQ_TOL(bench.sent[1], ideal->acknowledged, tolerance, bytes);
            NS_TEST_ASSERT_MSG_EQ(bench.contextsRight, true, "contexts");
        }
    }
};

/** Flows that share cables. */
class SharingTestCase : public TestCase
{
  public:
    SharingTestCase()
        : TestCase("flows share, messages of a flow follow each other")
    {
    }

  private:
    void DoRun() override
    {
        // A full frame is 4,096 bytes of 4,178 on the cable (preamble, gap and headers: 82): 334.24
        // ns at 100 Gb/s. On the way: store-and-forward of one frame at the switch, 2 x 500 ns, and
        // the 16 bytes of RETH of the first packet, 1.28 ns, on each cable.
        constexpr int64_t FRAME = 334'240;
        constexpr int64_t LATENCY = FRAME + 2 * (500'000 + 1280);
        constexpr uint64_t BYTES = 1000 * 4096;
        Bench bench(STAR);
        bench.Send(0, 0, 3, BYTES, 1);
        bench.Send(0, 1, 3, BYTES, 2);
        bench.Send(0, 2, 3, 2 * BYTES, 3);
        // A flow of its own, and one behind the first in its flow
        bench.Send(0, 3, 0, BYTES, 4);
        bench.Send(0, 3, 0, BYTES, 5);
        Simulator::Run();
        // A third each until 3 x 1,000 frames are through; then the third flow has the cable.
        constexpr int64_t TOLERANCE = 100; // ps: rates are whole bit/s
        NS_TEST_ASSERT_MSG_EQ_TOL(bench.received[1], 3000 * FRAME + LATENCY, TOLERANCE, "third");
        NS_TEST_ASSERT_MSG_EQ_TOL(bench.received[2], 3000 * FRAME + LATENCY, TOLERANCE, "third");
        NS_TEST_ASSERT_MSG_EQ_TOL(bench.received[3], 4000 * FRAME + LATENCY, TOLERANCE, "rest");
        NS_TEST_ASSERT_MSG_EQ_TOL(bench.received[4], 1000 * FRAME + LATENCY, TOLERANCE, "alone");
        NS_TEST_ASSERT_MSG_EQ_TOL(bench.received[5], 2000 * FRAME + LATENCY, TOLERANCE, "behind");
        NS_TEST_ASSERT_MSG_EQ(bench.network->GetNPending(), 0, "all confirmed");
        NS_TEST_ASSERT_MSG_EQ(bench.nFailed, 0, "none failed");
    }
};

/** A short message behind a long one does not overtake it. */
class OrderTestCase : public TestCase
{
  public:
    OrderTestCase()
        : TestCase("messages of a flow arrive in order")
    {
    }

  private:
    void DoRun() override
    {
        Bench bench(CLOS);
        bench.Send(0, 0, 5, 4096, 1);
        bench.Send(0, 0, 5, 0, 2);
        bench.Send(0, 0, 5, 1, 3);
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ((bench.order == std::vector<uint64_t>{1, 2, 3}), true, "in order");
    }
};

/** Ways of flows. */
class PathsTestCase : public TestCase
{
  public:
    PathsTestCase()
        : TestCase("hashed flows meet, even ones do not")
    {
    }

  private:
    /** @return when the last of four messages from one leaf to the other arrives, ps */
    int64_t Run(const std::string& balancer, uint32_t& flows)
    {
        Bench bench(CLOS, FLOWS, balancer);
        for (uint32_t host = 0; host < 4; ++host)
        {
            bench.Send(0, host, 4 + host, 1000 * 4096, host);
        }
        Simulator::Run();
        int64_t last = 0;
        for (const auto& [tag, at] : bench.received)
        {
            last = std::max(last, at);
        }
        flows = DynamicCast<FlowMessageNetwork>(bench.network)->GetNFlows();
        return last;
    }

    void DoRun() override
    {
        constexpr int64_t FRAME = 334'240;
        constexpr int64_t LATENCY = 3 * FRAME + 4 * (500'000 + 1280);
        uint32_t flows = 0;
        // 4 flows divided over 4 spines: a quarter of each on each, 100 Gb/s for all of them
        const int64_t even = Run("ns3::fabric::RandomSpray", flows);
        NS_TEST_ASSERT_MSG_EQ_TOL(even, 1000 * FRAME + LATENCY, 100, "line rate");
        NS_TEST_ASSERT_MSG_EQ(flows, 4, "flows");
        // Hashed, with these random streams, the most loaded spine has m flows: m times as long. 4
        // flows on 4 spines do without a collision in 4! / 4^4 = 9 % of all cases.
        const int64_t hashed = Run("ns3::fabric::EcmpHash", flows);
        const int64_t m = (hashed - LATENCY) / (1000 * FRAME);
        NS_TEST_ASSERT_MSG_GT(m, 0, "no faster than the cable");
        NS_TEST_ASSERT_MSG_LT(m, 5, "no slower than all on one");
        NS_TEST_ASSERT_MSG_EQ_TOL(hashed, m * 1000 * FRAME + LATENCY, 100, "a whole multiple");
        NS_TEST_ASSERT_MSG_EQ(Run("ns3::fabric::EcmpHash", flows), hashed, "the same again");
    }
};

/** Flows against packets. */
class PacketsTestCase : public TestCase
{
  public:
    PacketsTestCase()
        : TestCase("flows against packets: incast and permutation")
    {
    }

  private:
    /** @return when the last message arrives, ps */
    int64_t Run(const std::string& type, bool incast)
    {
        Bench bench(STAR, type);
        const uint32_t senders = incast ? 3 : 4;
        for (uint32_t host = 0; host < senders; ++host)
        {
            bench.Send(0, host, incast ? 3 : (host + 1) % 4, 1'000'000, host);
        }
        Simulator::Run();
        int64_t last = 0;
        for (const auto& [tag, at] : bench.received)
        {
            last = std::max(last, at);
        }
        return last;
    }

    void DoRun() override
    {
        for (const bool incast : {false, true})
        {
            const auto flows = static_cast<double>(Run(FLOWS, incast));
            const auto packets = static_cast<double>(Run(PACKETS, incast));
            // Lossless and without congestion control packets keep every cable full. In the
            // permutation each cable carries also the acknowledgments of the other direction, 84
            // bytes for 4,178, which flows do not have.
            const double share = incast ? 1 : 4178.0 / (4178 + 84);
            NS_TEST_ASSERT_MSG_EQ_TOL(flows / packets, share, 0.005, "of the packets' time");
        }
    }
};

/** Tests of messages as flows. */
class FlowMessageNetworkTestSuite : public TestSuite
{
  public:
    FlowMessageNetworkTestSuite()
        : TestSuite("weft-flow-level-message-network", TestSuite::Type::UNIT)
    {
        AddTestCase(new AloneTestCase);
        AddTestCase(new SharingTestCase);
        AddTestCase(new OrderTestCase);
        AddTestCase(new PathsTestCase);
        AddTestCase(new PacketsTestCase);
    }
};

FlowMessageNetworkTestSuite g_flowMessageNetworkTestSuite; ///< registers itself

} // namespace
