/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-tcp-setup.h"
#include "cluster-test-bench.h"

#include "ns3/config.h"
#include "ns3/double.h"
#include "ns3/fabric-frame-error-model.h"
#include "ns3/fabric-link.h"
#include "ns3/fabric-port.h"
#include "ns3/fabric-time.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"
#include "ns3/test.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>
#include <vector>

/**
 * @ingroup cluster-tests
 * Messages over TCP and iWARP through random losses, reordering and cuts.
 */

using namespace ns3;
using namespace ns3::cluster;
using namespace ns3::cluster::tests;

namespace
{

/** Environment variable: how many nets each transport has; and then a line about each is printed.
 */
constexpr const char* RUNS_VARIABLE = "WEFT_PROPERTY_RUNS";

/**
 * Four servers under two leaves and two spines send each other messages of random sizes, over
 * cables that lose frames, and sometimes over paths on which they overtake each other. Sometimes a
 * server is cut off for good. Whatever happens:
 *
 * - each message is received at most once, with its size, in the order sent between two servers;
 * - each message is confirmed or fails, exactly once; if it is confirmed, it was received;
 * - if no server is cut off, none fails;
 * - the books of the network balance, and the simulation ends.
 */
class TcpPropertyTestCase : public TestCase
{
  public:
    /** @param law ns-3's congestion control @param framing of messages */
    TcpPropertyTestCase(const std::string& law, const std::string& framing)
        : TestCase(law + ", " + framing),
          m_law(law),
          m_framing(framing)
    {
    }

  private:
    static constexpr uint32_t DEFAULT_RUNS = 30;
    static constexpr uint32_t SERVERS = 4;
    static constexpr uint32_t MESSAGES = 12;

    /** A message that was sent. */
    struct Sent
    {
        uint32_t source;      ///< server
        uint32_t destination; ///< server
        uint64_t bytes;       ///< size
        int64_t at;           ///< when, ps
    };

    void DoRun() override
    {
        const char* text = std::getenv(RUNS_VARIABLE);
        const uint32_t runs = text ? std::strtoul(text, nullptr, 10) : DEFAULT_RUNS;
        m_random = CreateObject<UniformRandomVariable>();
        m_random->SetStream(23);
        uint64_t failures = 0;
        for (m_run = 0; m_run < runs; ++m_run)
        {
            RunOne();
            failures += IsStatusFailure();
            if (IsStatusFailure())
            {
                break;
            }
        }
        if (runs >= DEFAULT_RUNS) // fewer may see too little
        {
            NS_TEST_EXPECT_MSG_GT(m_retransmissions, runs, "there was something to repair");
            NS_TEST_EXPECT_MSG_GT(m_reordered, runs, "and to put in order");
            NS_TEST_EXPECT_MSG_GT(m_failed, 0, "some connections were cut off");
        }
        if (text)
        {
            std::printf("property\t%s\t%u\t%lu\n",
                        GetName().c_str(),
                        m_run,
                        static_cast<unsigned long>(failures));
        }
    }

    /** One net. */
    void RunOne()
    {
        auto stack = MakeTcpStack(m_law, m_framing);
        stack.loadBalancer = ObjectFactory(m_random->GetValue() < 0.5 ? "ns3::fabric::EcmpHash"
                                                                      : "ns3::fabric::RandomSpray");
        TestBench bench("leaf-spine:leaves=2,spines=2,hosts=2,delay=1us,rate=100Gbps", stack);
        bench.cluster->AssignStreams(int64_t{m_run} * 1000);
        Disturb(bench);
        const bool cuts = m_random->GetValue() < 0.2;
        if (cuts)
        {
            const auto link =
                bench.cluster->GetPort(m_random->GetInteger(0, SERVERS - 1), 0)->GetLink();
            Simulator::Schedule(MicroSeconds(m_random->GetInteger(0, 400)),
                                [link] { link->SetUp(false); });
        }
        const auto messages = SendAll(bench);
        Simulator::Stop(Seconds(200)); // beyond the last try of TCP
        Simulator::Run();
        Check(bench, messages, cuts);
        Config::Reset();
    }

    /** Have all cables of servers lose frames. */
    void Disturb(TestBench& bench)
    {
        const double rate = m_random->GetValue(0, 0.02);
        for (uint32_t server = 0; server < SERVERS; ++server)
        {
            const auto errors = CreateObject<fabric::RandomFrameErrorModel>();
            errors->SetAttribute("FrameLossRate", DoubleValue(rate));
            errors->AssignStreams(int64_t{m_run} * 1000 + 900 + server);
            const auto link = bench.cluster->GetPort(server, 0)->GetLink();
            link->SetErrorModel(0, errors);
            link->SetErrorModel(1, errors);
        }
    }

    /** @return the messages, by tag */
    std::vector<Sent> SendAll(TestBench& bench)
    {
        std::vector<Sent> messages;
        for (uint32_t tag = 0; tag < MESSAGES; ++tag)
        {
            const uint32_t source = m_random->GetInteger(0, SERVERS - 1);
            const uint32_t shift = m_random->GetInteger(1, SERVERS - 1);
            const uint64_t bytes =
                m_random->GetValue() < 0.2 ? 0 : m_random->GetInteger(1, 300'000);
            const int64_t at = int64_t{m_random->GetInteger(0, 300)} * 1'000'000;
            messages.push_back({source, (source + shift) % SERVERS, bytes, at});
        }
        for (uint32_t tag = 0; tag < MESSAGES; ++tag)
        {
            const Sent& message = messages[tag];
            bench.Send(message.at, message.source, message.destination, message.bytes, tag);
        }
        return messages;
    }

    /** Assert the promises. */
    void Check(TestBench& bench, const std::vector<Sent>& messages, bool cut)
    {
        const std::string net = "net " + std::to_string(m_run);
        std::vector<uint32_t> received(MESSAGES);
        std::vector<uint32_t> ended(MESSAGES);
        std::map<std::pair<uint32_t, uint32_t>, std::pair<int64_t, uint64_t>> last;
        for (const auto& outcome : bench.outcomes)
        {
            const uint64_t tag = outcome.message.tag;
            const Sent& message = messages[tag];
            if (!outcome.received)
            {
                const bool failed = !outcome.failure.empty();
                ++ended[tag];
                m_failed += failed;
                NS_TEST_EXPECT_MSG_EQ((failed && !cut), false, net << ": " << outcome.failure);
                NS_TEST_EXPECT_MSG_EQ(
                    (failed || received[tag] == 1), true, net << ": confirmed, not received");
                continue;
            }
            ++received[tag];
            NS_TEST_EXPECT_MSG_EQ(outcome.message.bytes, message.bytes, net << ": size");
            const std::pair<int64_t, uint64_t> order{message.at, tag};
            const auto pair = std::make_pair(message.source, message.destination);
            const auto before = last.find(pair);
            NS_TEST_EXPECT_MSG_EQ(
                (before == last.end() || before->second < order), true, net << ": order");
            last[pair] = order;
        }
        for (uint32_t tag = 0; tag < MESSAGES; ++tag)
        {
            NS_TEST_EXPECT_MSG_EQ(ended[tag], 1, net << ": confirmed or failed once");
            NS_TEST_EXPECT_MSG_LT(received[tag], 2, net << ": received once at most");
        }
        NS_TEST_EXPECT_MSG_EQ(bench.network->GetNPending(), 0, net << ": all is over");
        NS_TEST_EXPECT_MSG_EQ(bench.cluster->CheckInvariants().size(), 0, net << ": invariants");
        const auto health = bench.cluster->GetHealth();
        m_retransmissions += health.retransmissions;
        m_reordered += health.outOfOrder;
    }

    std::string m_law;                   ///< ns-3's congestion control
    std::string m_framing;               ///< type
    Ptr<UniformRandomVariable> m_random; ///< of everything but the losses
    uint32_t m_run{0};                   ///< number of the net
    uint64_t m_retransmissions{0};       ///< of all nets
    uint64_t m_reordered{0};             ///< segments out of order, of all nets
    uint64_t m_failed{0};                ///< messages, of all nets
};

/** Suite: promises of TCP and iWARP on random nets. */
class ClusterTcpPropertyTestSuite : public TestSuite
{
  public:
    ClusterTcpPropertyTestSuite()
        : TestSuite("weft-cluster-tcp-property", TestSuite::Type::UNIT)
    {
        AddTestCase(new TcpPropertyTestCase("ns3::TcpNewReno", "LengthFraming"));
        AddTestCase(new TcpPropertyTestCase("ns3::TcpCubic", "LengthFraming"));
        AddTestCase(new TcpPropertyTestCase("ns3::TcpNewReno", "IwarpFraming"));
    }

  private:
    void DoSetup() override
    {
        fabric::UsePicoseconds();
    }
};

ClusterTcpPropertyTestSuite g_clusterTcpPropertyTestSuite; ///< registers the suite

} // namespace
