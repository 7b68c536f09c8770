/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-tcp-setup.h"
#include "cluster-test-bench.h"

#include "ns3/boolean.h"
#include "ns3/cluster-tcp-message-network.h"
#include "ns3/config.h"
#include "ns3/fabric-frame-error-model.h"
#include "ns3/fabric-link.h"
#include "ns3/fabric-port.h"
#include "ns3/fabric-time.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"

#include <algorithm>
#include <string>
#include <vector>

/**
 * @ingroup cluster-tests
 * Messages over ns-3's TCP, plain and as iWARP.
 */

using namespace ns3;
using namespace ns3::cluster;
using namespace ns3::cluster::tests;

namespace
{

constexpr int64_t US = 1'000'000;            ///< ps
constexpr int64_t MS = 1'000'000'000;        ///< ps
constexpr int64_t PER_BYTE = 80;             ///< ps at 100 Gb/s
constexpr int64_t DELAY = 10 * US;           ///< of a link
constexpr int64_t SYN = 86 * PER_BYTE;       ///< 20 IP, 20 TCP, 8 options, 18 Ethernet, 20 gap
constexpr int64_t ACK = 84 * PER_BYTE;       ///< shortest frame and gap
constexpr int64_t SEGMENT = 4174 * PER_BYTE; ///< 4096 bytes, 40 IP and TCP, 18 Ethernet, 20 gap
constexpr int64_t ROUND_TRIP = 2 * SEGMENT + 2 * ACK + 4 * DELAY; ///< of a segment and its ACK

/** @return a switch with some hosts at 100 Gb/s */
std::string
Star(uint32_t hosts, const std::string& delay = "10us")
{
    return "leaf-spine:leaves=1,spines=1,hosts=" + std::to_string(hosts) + ",delay=" + delay +
           ",rate=100Gbps";
}

/** An idle path, to the ps. */
class IdlePathTestCase : public TestCase
{
  public:
    IdlePathTestCase()
        : TestCase("an idle path: handshake, slow start, a window that is open already")
    {
    }

  private:
    void DoRun() override
    {
        // Two links of 10 us and a switch. 75 segments with the opening and the record in them.
        constexpr uint64_t segments = 75;
        TestBench bench(Star(2), MakeTcpStack("ns3::TcpNewReno", "LengthFraming"));
        bench.Send(0, 0, 1, segments * 4096 - 32, 1);
        bench.Send(MS, 0, 1, segments * 4096 - 16, 2);
        bench.Send(2 * MS, 0, 1, 0, 3);
        Simulator::Stop(MilliSeconds(20));
        Simulator::Run();
        // SYN and SYN-ACK over two links each; the data follow the ACK on the first one
        constexpr int64_t first = 4 * SYN + 4 * DELAY + ACK;
        // Each ACK opens the window by a segment: 10, 20, 40 in round trips of 40.7 us, which have
        // room for 121 at line rate; the fifth of the fourth round trip is the last.
        constexpr int64_t last = first + 3 * ROUND_TRIP + 4 * SEGMENT;
        constexpr int64_t across = 2 * SEGMENT + 2 * DELAY;
        NS_TEST_EXPECT_MSG_EQ(bench.ReceivedAt(1), last + across, "in slow start");
        NS_TEST_EXPECT_MSG_EQ(bench.SentAt(1), last + ROUND_TRIP, "acknowledged");
        // The window is 85 segments now; ns-3 sends 1 ps after it is given something.
        NS_TEST_EXPECT_MSG_EQ(bench.ReceivedAt(2), MS + 1 + 74 * SEGMENT + across, "at line rate");
        // 16 bytes: 94 with headers and gap
        NS_TEST_EXPECT_MSG_EQ(
            bench.ReceivedAt(3), 2 * MS + 1 + 2 * 94 * PER_BYTE + 2 * DELAY, "a signal");
        NS_TEST_EXPECT_MSG_EQ(bench.network->GetNConnections(), 1, "one connection");
        NS_TEST_EXPECT_MSG_EQ(bench.network->GetNPending(), 0, "all is over");
        NS_TEST_EXPECT_MSG_EQ_TOL(
            bench.network->GetScaleOutEfficiency(), 4096.0 / 4174, 1e-12, "headers and gap");
        const auto health = bench.cluster->GetHealth();
        NS_TEST_EXPECT_MSG_EQ(health.dataReceived, 75 + 75 + 1, "segments");
        NS_TEST_EXPECT_MSG_EQ(health.retransmissions, 0, "none again");
        const auto& counters = bench.cluster->GetPort(0, 0)->GetCounters();
        NS_TEST_EXPECT_MSG_GT(counters.txFrames[3], 75 + 75 + 1, "the data and the ACK");
        NS_TEST_EXPECT_MSG_LT(counters.txFrames[0], 2, "ns-3.37 sends the SYN in class 0");
        Config::Reset();
    }
};

/** iWARP on an idle path, to the ps. */
class IwarpPathTestCase : public TestCase
{
  public:
    IwarpPathTestCase()
        : TestCase("iWARP on an idle path")
    {
    }

  private:
    void DoRun() override
    {
        // FPDUs of 4096 bytes carry 4096 - 6 - 14 = 4076; with the Send of 40 bytes the message is
        // 9 segments and 40 bytes of a tenth.
        TestBench bench(Star(2), MakeTcpStack("ns3::TcpNewReno", "IwarpFraming"));
        bench.Send(0, 0, 1, 9 * 4076, 1);
        Simulator::Stop(MilliSeconds(20));
        Simulator::Run();
        constexpr int64_t connected = 4 * SYN + 4 * DELAY + ACK;
        // MPA request and reply: 36 and 20 bytes, 114 and 98 with headers and gap
        constexpr int64_t request = 2 * 114 * PER_BYTE + 2 * DELAY;
        // each end sends the ACK of what it got before its answer
        constexpr int64_t reply = ACK + 2 * 98 * PER_BYTE + 2 * DELAY;
        constexpr int64_t begin = connected + request + reply + ACK;
        constexpr int64_t at = begin + 9 * SEGMENT + 2 * DELAY;
        // the last frame: 40 bytes, 118 on the link; on the second link it waits for the one before
        constexpr int64_t expected = at + SEGMENT + 118 * PER_BYTE;
        NS_TEST_EXPECT_MSG_EQ(bench.ReceivedAt(1), expected, "in one window");
        NS_TEST_EXPECT_MSG_EQ_TOL(bench.network->GetScaleOutEfficiency(),
                                  4076.0 / 4096 * 4096 / 4174,
                                  1e-12,
                                  "headers of iWARP too");
        Config::Reset();
    }
};

/** One segment is lost. */
class FastRetransmitTestCase : public TestCase
{
  public:
    FastRetransmitTestCase()
        : TestCase("a lost segment is sent again after three duplicate ACKs")
    {
    }

  private:
    void DoRun() override
    {
        TestBench bench(Star(2), MakeTcpStack("ns3::TcpNewReno", "LengthFraming"));
        // frames of the sender: SYN, ACK, ten segments; the third of these is lost
        const auto errors = CreateObject<fabric::ListFrameErrorModel>();
        errors->SetList({4});
        const auto port = bench.cluster->GetPort(0, 0);
        const auto link = port->GetLink();
        link->SetErrorModel(link->GetPort(0) == port ? 0 : 1, errors);
        bench.Send(0, 0, 1, 10 * 4096 - 32, 1);
        Simulator::Stop(MilliSeconds(20));
        Simulator::Run();
        // The ACKs of segments 4, 5 and 6 are duplicates of that of segment 2. They carry a SACK
        // block, 12 bytes with padding: 70 bytes and a gap, 6 more than the shortest frame.
        constexpr int64_t third =
            4 * SYN + 4 * DELAY + ACK + 5 * SEGMENT + ROUND_TRIP + 2 * 6 * PER_BYTE;
        NS_TEST_EXPECT_MSG_EQ(
            bench.ReceivedAt(1), third + 2 * SEGMENT + 2 * DELAY, "sent again at once");
        const auto health = bench.cluster->GetHealth();
        NS_TEST_EXPECT_MSG_EQ(health.retransmissions, 1, "one segment");
        NS_TEST_EXPECT_MSG_EQ(health.outOfOrder, 7, "segments 4 to 10");
        NS_TEST_EXPECT_MSG_EQ(health.timeouts, 0, "no timer");
        Config::Reset();
    }
};

/** The last segment is lost. */
class TimeoutTestCase : public TestCase
{
  public:
    TimeoutTestCase()
        : TestCase("a lost last segment is sent again by the timer")
    {
    }

  private:
    void DoRun() override
    {
        TestBench bench(Star(2), MakeTcpStack("ns3::TcpNewReno", "LengthFraming"));
        const auto errors = CreateObject<fabric::ListFrameErrorModel>();
        errors->SetList({11});
        const auto port = bench.cluster->GetPort(0, 0);
        const auto link = port->GetLink();
        link->SetErrorModel(link->GetPort(0) == port ? 0 : 1, errors);
        bench.Send(0, 0, 1, 10 * 4096 - 32, 1);
        Simulator::Stop(MilliSeconds(40));
        Simulator::Run();
        // The timer starts anew at the ACK of the ninth segment; it is at its least, 4 ms.
        constexpr int64_t ninth = 4 * SYN + 4 * DELAY + ACK + 8 * SEGMENT + ROUND_TRIP;
        NS_TEST_EXPECT_MSG_EQ(
            bench.ReceivedAt(1), ninth + 4 * MS + 2 * SEGMENT + 2 * DELAY, "after 4 ms");
        NS_TEST_EXPECT_MSG_EQ(bench.cluster->GetHealth().timeouts, 1, "once");
        Config::Reset();
    }
};

/** Random losses, and the same again. */
class LossTestCase : public TestCase
{
  public:
    explicit LossTestCase(const std::string& law, const std::string& framing)
        : TestCase(law + ", " + framing + ": every message arrives, in order, whatever is lost"),
          m_law(law),
          m_framing(framing)
    {
    }

  private:
    /** @return what became of the messages @param [out] health of the network */
    std::vector<Outcome> RunOnce(ClusterHealth& health)
    {
        TestBench bench(Star(4, "1us"), MakeTcpStack(m_law, m_framing));
        for (uint32_t server = 0; server < 4; ++server)
        {
            const auto errors = CreateObject<fabric::RandomFrameErrorModel>();
            errors->SetAttribute("FrameLossRate", StringValue("0.005"));
            errors->AssignStreams(server);
            const auto link = bench.cluster->GetPort(server, 0)->GetLink();
            link->SetErrorModel(0, errors);
            link->SetErrorModel(1, errors);
        }
        for (uint32_t i = 0; i < 24; ++i)
        {
            bench.Send(i * 20 * US, i % 4, (i + 1) % 4, i % 6 == 5 ? 0 : 50'000 * i, i);
        }
        Simulator::Stop(Seconds(2));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(bench.network->GetNPending(), 0, "all is over");
        NS_TEST_EXPECT_MSG_EQ(bench.cluster->CheckInvariants().size(), 0, "invariants");
        health = bench.cluster->GetHealth();
        return bench.outcomes;
    }

    void DoRun() override
    {
        ClusterHealth health;
        const auto outcomes = RunOnce(health);
        NS_TEST_EXPECT_MSG_EQ(outcomes.size(), 48, "each received and confirmed");
        std::vector<int64_t> last(4, -1);
        for (const auto& outcome : outcomes)
        {
            NS_TEST_EXPECT_MSG_EQ(outcome.failure, "", "none fails");
            if (outcome.received)
            {
                const auto tag = static_cast<int64_t>(outcome.message.tag);
                NS_TEST_EXPECT_MSG_GT(tag, last[outcome.message.source], "in the order sent");
                last[outcome.message.source] = tag;
                const uint64_t size = tag % 6 == 5 ? 0 : 50'000 * outcome.message.tag;
                NS_TEST_EXPECT_MSG_EQ(outcome.message.bytes, size, "size");
            }
        }
        NS_TEST_EXPECT_MSG_GT(health.cableLosses, 10, "there was something to repair");
        NS_TEST_EXPECT_MSG_GT(health.retransmissions, 10, "and it was");
        ClusterHealth again;
        const auto second = RunOnce(again);
        NS_TEST_ASSERT_MSG_EQ(second.size(), outcomes.size(), "the same again");
        for (std::size_t i = 0; i < second.size(); ++i)
        {
            NS_TEST_EXPECT_MSG_EQ(second[i].at, outcomes[i].at, "to the ps");
        }
        NS_TEST_EXPECT_MSG_EQ(again.retransmissions, health.retransmissions, "the same losses");
        Config::Reset();
    }

    std::string m_law;     ///< ns-3's congestion control
    std::string m_framing; ///< type
};

/** DCTCP: two flows into one link that marks. */
class DctcpTestCase : public TestCase
{
  public:
    DctcpTestCase()
        : TestCase("ECN: DCTCP holds the queue at the marking threshold")
    {
    }

  private:
    void DoRun() override
    {
        // K = 65 packets, as DCTCP's authors take at 10 Gb/s; RTT of 4.7 us and more
        constexpr uint64_t threshold = 65ULL * 4154;
        TestBench bench(Star(3, "1us"),
                        MakeTcpStack("ns3::TcpDctcp", "LengthFraming", std::to_string(threshold)));
        constexpr uint64_t bytes = 40'000'000;
        bench.Send(0, 1, 0, bytes, 1);
        bench.Send(0, 2, 0, bytes, 2);
        uint64_t longest = 0;
        double sum = 0;
        const auto port = bench.cluster->GetPort(0, 0)->GetPeer();
        for (int64_t at = 2 * MS; at < 6 * MS; at += US)
        {
            Simulator::Schedule(TimeStep(at),
                                [&]
                                {
                                    longest = std::max(longest, port->GetQueues().GetBytes());
                                    sum += static_cast<double>(port->GetQueues().GetBytes());
                                });
        }
        Simulator::Stop(MilliSeconds(20));
        Simulator::Run();
        // 80 MB at 100 Gb/s x 4096 / 4174 take 6.52 ms; slow start costs some 10 RTTs.
        const double least = 2.0 * bytes * 8 / (100e9 * 4096 / 4174) * 1e12;
        const double seen = static_cast<double>(std::max(bench.SentAt(1), bench.SentAt(2)));
        NS_TEST_EXPECT_MSG_GT(seen, least, "not faster than the link");
        NS_TEST_EXPECT_MSG_LT(seen, 1.03 * least, "the link is full");
        // the one that is done first leaves the link to the other: equal shares end together
        const double apart =
            std::abs(static_cast<double>(bench.SentAt(1) - bench.SentAt(2))) / seen;
        NS_TEST_EXPECT_MSG_LT(apart, 0.1, "shared");
        // K + N packets at most (DCTCP, section 3.3), and a sawtooth below it that does not empty
        // the queue: A = sqrt(2 N (C RTT + K)) / 2 = sqrt(2 x 2 x (14 + 65)) / 2 = 9 packets
        NS_TEST_EXPECT_MSG_LT(longest, threshold + 8 * 4154, "held by the marks");
        NS_TEST_EXPECT_MSG_GT(sum / 4000, threshold - 20.0 * 4154, "and not much below");
        const auto health = bench.cluster->GetHealth();
        NS_TEST_EXPECT_MSG_GT(health.ecnMarks, 100, "marks");
        NS_TEST_EXPECT_MSG_EQ(health.retransmissions, 0, "no loss");
        Config::Reset();
    }
};

/** A cable is cut for good. */
class FailureTestCase : public TestCase
{
  public:
    FailureTestCase()
        : TestCase("TCP gives up: all messages of the connection fail")
    {
    }

  private:
    void DoRun() override
    {
        TestBench bench(Star(3, "1us"), MakeTcpStack("ns3::TcpNewReno", "LengthFraming"));
        bench.Send(0, 0, 1, 100'000'000, 1);
        bench.Send(US, 0, 1, 1000, 2);
        bench.Send(0, 0, 2, 1000, 3);
        Simulator::Schedule(MilliSeconds(1),
                            [&] { bench.cluster->GetPort(1, 0)->GetLink()->SetUp(false); });
        bench.Send(10'000 * MS, 0, 1, 1000, 4);
        bench.Send(2 * MS, 2, 1, 1000, 5); // no handshake comes about
        Simulator::Stop(Seconds(20));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_NE(bench.SentAt(3), -1, "the other connection works");
        uint32_t given = 0;
        for (const auto& outcome : bench.outcomes)
        {
            if (outcome.message.tag == 3)
            {
                continue;
            }
            NS_TEST_EXPECT_MSG_EQ(outcome.received, false, "not received");
            const std::string expected = outcome.message.tag == 5 ? "no TCP connection came about"
                                                                  : "TCP gave the connection up";
            NS_TEST_EXPECT_MSG_EQ(outcome.failure, expected, "reason of " << outcome.message.tag);
            ++given;
        }
        NS_TEST_EXPECT_MSG_EQ(given, 4, "each once");
        NS_TEST_EXPECT_MSG_EQ(bench.network->GetNPending(), 0, "nothing hangs");
        NS_TEST_EXPECT_MSG_EQ(bench.cluster->GetHealth().queuePairErrors, 2, "two connections");
        Config::Reset();
    }
};

/** The opener of an iWARP connection is cut off when its request is acknowledged. */
class NoReplyTestCase : public TestCase
{
  public:
    NoReplyTestCase()
        : TestCase("no MPA reply comes: messages fail, though TCP has nothing to send")
    {
    }

  private:
    void DoRun() override
    {
        TestBench bench(Star(2), MakeTcpStack("ns3::TcpNewReno", "IwarpFraming"));
        bench.Send(0, 0, 1, 1000, 1);
        bench.Send(MS, 0, 1, 1000, 2);
        // The ACK of the request arrives, then the reply, 98 bytes behind: cut between the two.
        constexpr int64_t connected = 4 * SYN + 4 * DELAY + ACK;
        constexpr int64_t acknowledged = connected + 2 * 114 * PER_BYTE + 4 * DELAY + 2 * ACK;
        Simulator::Schedule(TimeStep(acknowledged + 49 * PER_BYTE),
                            [&] { bench.cluster->GetPort(0, 0)->GetLink()->SetUp(false); });
        Simulator::Stop(Seconds(200));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(bench.outcomes.size(), 2, "both end");
        for (const auto& outcome : bench.outcomes)
        {
            NS_TEST_EXPECT_MSG_EQ(outcome.failure, "no MPA reply came", "reason");
            NS_TEST_EXPECT_MSG_EQ(outcome.at, 10'000 * MS, "10 s after the request");
        }
        NS_TEST_EXPECT_MSG_EQ(bench.network->GetNPending(), 0, "nothing hangs");
        Config::Reset();
    }
};

/** Servers with several accelerators and ports. */
class PortsTestCase : public TestCase
{
  public:
    PortsTestCase()
        : TestCase("each accelerator uses its own NIC port, in both directions")
    {
    }

  private:
    void DoRun() override
    {
        TestBench bench("rail-optimized:servers=2,rails=4,spines=0,rate=100Gbps,delay=1us",
                        MakeTcpStack("ns3::TcpCubic", "LengthFraming"));
        for (uint32_t i = 0; i < 4; ++i)
        {
            bench.Send(0, i, 4 + i, 1'000'000, i);
        }
        Simulator::Stop(MilliSeconds(20));
        Simulator::Run();
        for (uint32_t i = 0; i < 4; ++i)
        {
            NS_TEST_EXPECT_MSG_NE(bench.ReceivedAt(i), -1, "received");
            // 1,000,032 bytes are 245 segments, with SYN and ACK 247 frames one way, 246 the other
            const auto server = bench.cluster->GetAccelerators()[0].server;
            const auto counters = bench.cluster->GetPort(server, i)->GetCounters();
            NS_TEST_EXPECT_MSG_EQ(
                counters.txFrames[3] + counters.txFrames[0], 247, "data by port " << i);
            NS_TEST_EXPECT_MSG_EQ(
                counters.rxFrames[3] + counters.rxFrames[0], 246, "ACKs by port " << i);
        }
        Config::Reset();
    }
};

/** The suite. */
class ClusterTcpTestSuite : public TestSuite
{
  public:
    ClusterTcpTestSuite();
};

ClusterTcpTestSuite::ClusterTcpTestSuite()
    : TestSuite("weft-cluster-tcp", TestSuite::Type::SYSTEM)
{
    AddTestCase(new IdlePathTestCase);
    AddTestCase(new IwarpPathTestCase);
    AddTestCase(new FastRetransmitTestCase);
    AddTestCase(new TimeoutTestCase);
    AddTestCase(new LossTestCase("ns3::TcpNewReno", "LengthFraming"));
    AddTestCase(new LossTestCase("ns3::TcpCubic", "IwarpFraming"));
    AddTestCase(new LossTestCase("ns3::TcpDctcp", "IwarpFraming[Verb=Send]"));
    AddTestCase(new DctcpTestCase);
    AddTestCase(new NoReplyTestCase);
    AddTestCase(new FailureTestCase);
    AddTestCase(new PortsTestCase);
}

ClusterTcpTestSuite g_clusterTcpTestSuite; ///< registers the suite

} // namespace
