/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-test-bench.h"

#include "ns3/collective-tag.h"
#include "ns3/fabric-time.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::collective;
using ns3::collective::test::IdealNetwork;
using ns3::collective::test::TestBench;

namespace
{

/** @return a network of n accelerators, 4 per server, with 1 us latency and 80 Gb/s */
IdealNetwork::Shape
GetShape(uint32_t n)
{
    IdealNetwork::Shape shape;
    shape.nAccelerators = n;
    shape.perServer = 4;
    shape.latency = MicroSeconds(1);
    shape.perByte = PicoSeconds(100);
    return shape;
}

/**
 * Many collectives of all types on overlapping communicators, posted at random times and in an
 * order of its own by each rank, with random latencies: all complete with the right data.
 */
class DisorderTestCase : public TestCase
{
  public:
    DisorderTestCase(uint32_t seed, bool credits)
        : TestCase("random order " + std::to_string(seed) + (credits ? " with credits" : "")),
          m_seed(seed),
          m_credits(credits)
    {
    }

  private:
    void DoRun() override
    {
        auto random = CreateObject<UniformRandomVariable>();
        random->SetStream(m_seed);
        auto shape = GetShape(12);
        shape.jitter = MicroSeconds(20);
        TestBench bench(shape);
        bench.engine->SetAttribute("ReceiverCredits", StringValue(m_credits ? "true" : "false"));
        bench.engine->SetAttribute("Slots", UintegerValue(1 + m_seed % 3));
        bench.SetAlgorithm(CollectiveType::ALL_REDUCE, "RingAllReduce[Channels=2|ChunkSize=10]");
        bench.engine->AddCommunicator({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
        bench.engine->AddCommunicator({11, 3, 7});
        bench.engine->AddCommunicator({4, 5, 6, 7, 0, 1, 2});
        const std::vector<CollectiveType> types{CollectiveType::ALL_REDUCE,
                                                CollectiveType::REDUCE_SCATTER,
                                                CollectiveType::ALL_GATHER,
                                                CollectiveType::BROADCAST,
                                                CollectiveType::REDUCE,
                                                CollectiveType::ALL_TO_ALL,
                                                CollectiveType::BARRIER};
        uint32_t nPosts = 0;
        for (uint32_t sequence = 0; sequence < 30; ++sequence)
        {
            Operation operation;
            operation.type = types[sequence % types.size()];
            operation.communicator = random->GetInteger(0, 2);
            operation.sequence = sequence;
            operation.bytes =
                operation.type == CollectiveType::BARRIER ? 0 : random->GetInteger(1, 400);
            const auto& communicator = bench.engine->GetCommunicator(operation.communicator);
            operation.root = random->GetInteger(0, communicator.GetSize() - 1);
            operation.cookie = 1000 + sequence;
            bench.Watch(operation);
            for (uint32_t rank = 0; rank < communicator.GetSize(); ++rank)
            {
                bench.PostAt(NanoSeconds(random->GetInteger(0, 200000)),
                             communicator.GetAccelerator(rank),
                             operation);
                ++nPosts;
            }
        }
        NS_TEST_ASSERT_MSG_EQ(bench.Run(), "", "data");
        NS_TEST_ASSERT_MSG_EQ(bench.events.size(), nPosts, "all complete, once");
        NS_TEST_ASSERT_MSG_EQ(bench.engine->GetNPending(), 0, "none is left");
        for (const auto& event : bench.events)
        {
            NS_TEST_ASSERT_MSG_EQ(event.failure, "", "none fails");
            NS_TEST_ASSERT_MSG_EQ(
                event.operation.cookie, 1000 + event.operation.sequence, "the cookie comes back");
        }
    }

    const uint32_t m_seed; ///< of the random numbers
    const bool m_credits;  ///< use receiver credits
};

/** Posts without a sequence number are matched by their order at each rank. */
class AutoSequenceTestCase : public TestCase
{
  public:
    AutoSequenceTestCase()
        : TestCase("automatic sequence numbers")
    {
    }

  private:
    void DoRun() override
    {
        TestBench bench(GetShape(4));
        Operation operation;
        operation.communicator = bench.AddWorld();
        // Rank 0 posts all three at once, the others one after the other.
        for (uint32_t k = 0; k < 3; ++k)
        {
            operation.bytes = 400 * (k + 1);
            Operation numbered = operation;
            numbered.sequence = k;
            bench.Watch(numbered);
            bench.PostAt(Time(0), 0, operation);
            for (uint32_t rank = 1; rank < 4; ++rank)
            {
                bench.PostAt(MicroSeconds(3 * k + rank), rank, operation);
            }
        }
        NS_TEST_ASSERT_MSG_EQ(bench.Run(), "", "data");
        NS_TEST_ASSERT_MSG_EQ(bench.events.size(), 12, "all complete");
        std::map<uint32_t, uint64_t> bytesOfSequence{{0, 400}, {1, 800}, {2, 1200}};
        for (const auto& event : bench.events)
        {
            NS_TEST_ASSERT_MSG_EQ(event.operation.bytes,
                                  bytesOfSequence[event.operation.sequence],
                                  "the handler is told the number");
        }
    }
};

/** Nobody leaves an all-reduce before the last rank has come; nothing to do takes no time. */
class PostTimesTestCase : public TestCase
{
  public:
    PostTimesTestCase()
        : TestCase("late ranks and empty operations")
    {
    }

  private:
    void DoRun() override
    {
        LateRank();
        NothingToDo();
    }

    /** Rank 2 of 4 comes 1 ms late. */
    void LateRank()
    {
        TestBench bench(GetShape(4));
        Operation operation;
        operation.communicator = bench.AddWorld();
        operation.bytes = 4000;
        for (uint32_t rank = 0; rank < 4; ++rank)
        {
            bench.PostAt(rank == 2 ? MilliSeconds(1) : Time(0), rank, operation);
        }
        bench.Run();
        NS_TEST_ASSERT_MSG_EQ(bench.events.size(), 4, "all complete");
        for (const auto& event : bench.events)
        {
            // Its data needs 3 steps to pass all others.
            NS_TEST_ASSERT_MSG_GT_OR_EQ(event.at, MicroSeconds(1003), "not before the last");
        }
        // Afterwards the ring waits for what the late rank sends: all of the 6 steps of 1100 ns.
        NS_TEST_ASSERT_MSG_EQ(bench.GetEnd(), MicroSeconds(1000) + NanoSeconds(6600), "end");
    }

    /** A communicator of one rank, and no bytes. */
    void NothingToDo()
    {
        TestBench bench(GetShape(4));
        const uint32_t alone = bench.engine->AddCommunicator({2});
        const uint32_t world = bench.AddWorld();
        Operation operation;
        operation.communicator = alone;
        operation.bytes = 100;
        bench.PostAt(MicroSeconds(1), 2, operation);
        operation.type = CollectiveType::BARRIER;
        operation.bytes = 0;
        bench.PostAt(MicroSeconds(2), 2, operation);
        operation.type = CollectiveType::BROADCAST;
        operation.communicator = world;
        bench.PostAt(MicroSeconds(3), 2, operation);
        bench.Run();
        NS_TEST_ASSERT_MSG_EQ(bench.events.size(), 3, "all complete");
        for (uint32_t k = 0; k < 3; ++k)
        {
            NS_TEST_ASSERT_MSG_EQ(bench.events[k].at, MicroSeconds(k + 1), "at once");
        }
        NS_TEST_ASSERT_MSG_EQ(bench.network->GetBytesSent(2), 0, "no message");
    }
};

/** Send and Receive meet by peer, tag and order, whoever is first. */
class PointToPointTestCase : public TestCase
{
  public:
    PointToPointTestCase()
        : TestCase("send and receive")
    {
    }

  private:
    /** @return a SEND or RECEIVE */
    static Operation Make(CollectiveType type, uint32_t peer, uint32_t tag, uint64_t bytes)
    {
        Operation operation;
        operation.type = type;
        operation.peer = peer;
        operation.tag = tag;
        operation.bytes = bytes;
        return operation;
    }

    /** @return time of the first event of an accelerator with this cookie */
    static Time Find(const TestBench& bench, uint64_t cookie)
    {
        for (const auto& event : bench.events)
        {
            if (event.operation.cookie == cookie)
            {
                return event.at;
            }
        }
        return Time(-1);
    }

    void DoRun() override
    {
        Times(false);
        Times(true);
        Order();
        WrongSize();
    }

    /** Times with a late Receive and a late Send. */
    void Times(bool credits)
    {
        TestBench bench(GetShape(8));
        bench.engine->SetAttribute("ReceiverCredits", StringValue(credits ? "true" : "false"));
        auto send = Make(CollectiveType::SEND, 5, 9, 10000);
        send.cookie = 1;
        auto receive = Make(CollectiveType::RECEIVE, 0, 9, 10000);
        receive.cookie = 2;
        bench.PostAt(Time(0), 0, send);
        bench.PostAt(MicroSeconds(10), 5, receive);
        send.cookie = 3;
        receive.cookie = 4;
        bench.PostAt(MicroSeconds(30), 5, receive);
        bench.PostAt(MicroSeconds(40), 0, send);
        bench.Run();
        NS_TEST_ASSERT_MSG_EQ(bench.events.size(), 4, "all complete");
        // A message takes 1 us + 10000 * 100 ps = 2 us. Without credits the first one waits at the
        // receiver; with credits it waits at the sender for one that comes at 10 + 1 us.
        NS_TEST_ASSERT_MSG_EQ(Find(bench, 1), MicroSeconds(credits ? 13 : 2), "first send");
        NS_TEST_ASSERT_MSG_EQ(Find(bench, 2), MicroSeconds(credits ? 13 : 10), "first receive");
        NS_TEST_ASSERT_MSG_EQ(Find(bench, 3), MicroSeconds(42), "second send");
        NS_TEST_ASSERT_MSG_EQ(Find(bench, 4), MicroSeconds(42), "second receive");
    }

    /** Equal (peer, tag): in order of posting. Other tags and peers do not disturb. */
    void Order()
    {
        TestBench bench(GetShape(8));
        for (uint32_t k = 0; k < 5; ++k)
        {
            bench.PostAt(NanoSeconds(k), 1, Make(CollectiveType::SEND, 2, 7, 100 + k));
            bench.PostAt(NanoSeconds(k), 1, Make(CollectiveType::SEND, 2, 8, 200 + k));
            bench.PostAt(NanoSeconds(k), 3, Make(CollectiveType::SEND, 2, 7, 300 + k));
            // Two Receives before the messages, three after.
            const Time at = k < 2 ? Time(0) : MicroSeconds(50);
            bench.PostAt(at, 2, Make(CollectiveType::RECEIVE, 3, 7, 300 + k));
            bench.PostAt(at, 2, Make(CollectiveType::RECEIVE, 1, 8, 200 + k));
            bench.PostAt(at, 2, Make(CollectiveType::RECEIVE, 1, 7, 100 + k));
        }
        bench.Run();
        NS_TEST_ASSERT_MSG_EQ(bench.events.size(), 30, "all complete");
        for (const auto& event : bench.events)
        {
            NS_TEST_ASSERT_MSG_EQ(event.failure, "", "sizes match");
        }
        NS_TEST_ASSERT_MSG_EQ(bench.engine->GetNPending(), 0, "none is left");
    }

    /** A Receive of another size fails and says why. */
    void WrongSize()
    {
        TestBench bench(GetShape(8));
        bench.PostAt(Time(0), 1, Make(CollectiveType::SEND, 2, 7, 100));
        bench.PostAt(Time(0), 2, Make(CollectiveType::RECEIVE, 1, 7, 99));
        bench.Run();
        NS_TEST_ASSERT_MSG_EQ(bench.events.size(), 2, "both are told");
        for (const auto& event : bench.events)
        {
            NS_TEST_ASSERT_MSG_EQ(
                event.failure,
                (event.accelerator == 1
                     ? std::string()
                     : std::string("accelerator 1 sent 100 bytes with tag 7, expected 99")),
                "reason");
        }
    }
};

/** A message that the network gives up fails the operation of its sender, once, with the reason. */
class FailureTestCase : public TestCase
{
  public:
    FailureTestCase()
        : TestCase("failing network")
    {
    }

  private:
    void DoRun() override
    {
        TestBench bench(GetShape(4));
        bench.network->Break();
        bench.SetAlgorithm(CollectiveType::ALL_REDUCE, "RingAllReduce[Channels=2|ChunkSize=10]");
        Operation operation;
        operation.communicator = bench.AddWorld();
        operation.bytes = 1000;
        bench.PostAll(operation);
        operation.type = CollectiveType::SEND;
        operation.peer = 3;
        bench.PostAt(Time(0), 0, operation);
        bench.Run();
        NS_TEST_ASSERT_MSG_EQ(bench.events.size(), 5, "each operation once");
        for (const auto& event : bench.events)
        {
            NS_TEST_ASSERT_MSG_EQ(event.failure, "the network is broken", "reason");
            NS_TEST_ASSERT_MSG_EQ(event.at, MicroSeconds(1), "when the network says so");
        }
        NS_TEST_ASSERT_MSG_EQ(bench.engine->GetNPending(), 0, "none is left");
    }
};

/** Ranks that post different sizes are told, instead of going on with wrong data. */
class DisagreementTestCase : public TestCase
{
  public:
    DisagreementTestCase()
        : TestCase("ranks that disagree")
    {
    }

  private:
    void DoRun() override
    {
        for (const bool isEarly : {false, true})
        {
            TestBench bench(GetShape(2));
            Operation operation;
            operation.type = CollectiveType::BROADCAST;
            operation.communicator = bench.AddWorld();
            operation.bytes = 1000;
            bench.PostAt(Time(0), 0, operation);
            operation.bytes = 999;
            bench.PostAt(isEarly ? MicroSeconds(5) : Time(0), 1, operation);
            bench.Run();
            NS_TEST_ASSERT_MSG_EQ(bench.events.size(), 2, "both are told");
            for (const auto& event : bench.events)
            {
                NS_TEST_ASSERT_MSG_EQ(event.failure,
                                      (event.accelerator == 0
                                           ? std::string()
                                           : std::string("rank 0 sent 1000 bytes where rank 1 "
                                                         "expected 999: they posted different "
                                                         "operations")),
                                      "reason");
            }
            NS_TEST_ASSERT_MSG_EQ(bench.engine->GetNPending(), 0, "none is left");
        }
    }
};

/** No lane has more messages under way than there are slots. */
class SlotsTestCase : public TestCase
{
  public:
    SlotsTestCase()
        : TestCase("slots")
    {
    }

  private:
    void DoRun() override
    {
        for (const uint32_t slots : {1, 3, 8})
        {
            TestBench bench(GetShape(4));
            bench.engine->SetAttribute("Slots", UintegerValue(slots));
            bench.SetAlgorithm(CollectiveType::BROADCAST, "RingBroadcast[Channels=2|ChunkSize=10]");
            Operation operation;
            operation.type = CollectiveType::BROADCAST;
            operation.communicator = bench.AddWorld();
            operation.bytes = 1000;
            bench.PostAll(operation);
            bench.Run();
            NS_TEST_ASSERT_MSG_EQ(bench.events.size(), 4, "all complete");
            // Two channels, 50 chunks each, all of which the root could send at once.
            NS_TEST_ASSERT_MSG_EQ(bench.network->GetMostInFlight(0), 2 * slots, "in flight");
        }
    }
};

/** Messages of a channel take its connections in turns. */
class ConnectionsTestCase : public TestCase
{
  public:
    ConnectionsTestCase()
        : TestCase("connections")
    {
    }

  private:
    void DoRun() override
    {
        TestBench bench(GetShape(2));
        bench.engine->SetAttribute("Connections", UintegerValue(4));
        bench.SetAlgorithm(CollectiveType::BROADCAST, "RingBroadcast[ChunkSize=100]");
        bench.network->TraceConnectWithoutContext(
            "Send", MakeCallback(&ConnectionsTestCase::NoteSend, this));
        Operation operation;
        operation.type = CollectiveType::BROADCAST;
        operation.communicator = bench.AddWorld();
        operation.bytes = 1000;
        bench.PostAll(operation);
        bench.Run();
        NS_TEST_ASSERT_MSG_EQ(bench.events.size(), 2, "all complete");
        // 10 chunks over 4 connections: 3, 3, 2, 2.
        const std::map<uint32_t, uint32_t> expected{{GetNetworkChannel(0, 0, 0), 3},
                                                    {GetNetworkChannel(0, 0, 1), 3},
                                                    {GetNetworkChannel(0, 0, 2), 2},
                                                    {GetNetworkChannel(0, 0, 3), 2}};
        NS_TEST_ASSERT_MSG_EQ((m_nMessages == expected), true, "messages of each connection");
        // The largest of all fields are different from all others.
        NS_TEST_ASSERT_MSG_EQ(GetNetworkChannel(65535, 255, 63), 0x7F0000FF, "63, 65536, 255");
    }

    /** Trace sink. */
    void NoteSend(const cluster::Message& message)
    {
        ++m_nMessages[message.channel];
    }

    std::map<uint32_t, uint32_t> m_nMessages; ///< by channel of the network
};

/** The fields of a tag do not touch each other. */
class TagTestCase : public TestCase
{
  public:
    TagTestCase()
        : TestCase("message tags")
    {
    }

  private:
    void DoRun() override
    {
        MessageTag tag;
        tag.communicator = 0xABCD;
        tag.sequence = 0x1234;
        tag.channel = 0xEF;
        tag.key = MAX_KEYS - 1;
        // 0xABCD << 46 | 0x1234 << 30 | 0xEF << 22 | 0x3FFFFF
        NS_TEST_ASSERT_MSG_EQ(tag.Pack(), 0x2AF3448D3BFFFFFFULL, "bits");
        const auto same = MessageTag::Unpack(tag.Pack());
        NS_TEST_ASSERT_MSG_EQ(same.pointToPoint, false, "kind");
        NS_TEST_ASSERT_MSG_EQ(same.credit, false, "credit");
        NS_TEST_ASSERT_MSG_EQ(same.communicator, 0xABCD, "communicator");
        NS_TEST_ASSERT_MSG_EQ(same.sequence, 0x1234, "sequence");
        NS_TEST_ASSERT_MSG_EQ(same.channel, 0xEF, "channel");
        NS_TEST_ASSERT_MSG_EQ(same.key, MAX_KEYS - 1, "key");
        tag.credit = true;
        NS_TEST_ASSERT_MSG_EQ(tag.Pack(), 0x6AF3448D3BFFFFFFULL, "bit 62");
        MessageTag send;
        send.pointToPoint = true;
        send.key = UINT32_MAX;
        NS_TEST_ASSERT_MSG_EQ(send.Pack(), 0x80000000FFFFFFFFULL, "bit 63");
        NS_TEST_ASSERT_MSG_EQ(MessageTag::Unpack(send.Pack()).pointToPoint, true, "kind");
        NS_TEST_ASSERT_MSG_EQ(MessageTag::Unpack(send.Pack()).key, UINT32_MAX, "user's tag");
    }
};

/** What users may get wrong is refused with a reason. */
class BadParametersTestCase : public TestCase
{
  public:
    BadParametersTestCase()
        : TestCase("bad parameters")
    {
    }

  private:
    void DoRun() override
    {
        auto engine = CreateObject<CollectiveEngine>();
        NS_TEST_ASSERT_MSG_EQ(engine->CheckAlgorithms(), "", "the defaults are good");
        const std::string ring = "ns3::collective::RingAllReduce";
        engine->SetAttribute("AllReduce", StringValue(ring + "[Channels=64|ChunkSize=1]"));
        NS_TEST_ASSERT_MSG_EQ(engine->CheckAlgorithms(), "", "attributes of an attribute");
        NS_TEST_ASSERT_MSG_EQ(
            engine->SetAttributeFailSafe("AllReduce", StringValue("ns3::UniformRandomVariable")),
            false,
            "no algorithm");
        engine->SetAttribute("AllToAll", StringValue(ring));
        NS_TEST_ASSERT_MSG_EQ(
            engine->CheckAlgorithms(), ring + " does no all-to-all", "for another collective");
        engine->Dispose();
        NS_TEST_ASSERT_MSG_EQ(Communicator::Check({3, 1, 2}, 4), "", "good");
        NS_TEST_ASSERT_MSG_EQ(
            Communicator::Check({}, 4), "a communicator needs at least one accelerator", "empty");
        NS_TEST_ASSERT_MSG_EQ(Communicator::Check({1, 4}, 4),
                              "accelerator 4 does not exist, expected 0 to 3",
                              "range");
        NS_TEST_ASSERT_MSG_EQ(Communicator::Check({1, 2, 1}, 4),
                              "accelerator 1 is listed twice in a communicator",
                              "twice");
    }
};

/** The unit test suite of the engine. */
class EngineTestSuite : public TestSuite
{
  public:
    EngineTestSuite()
        : TestSuite("weft-collective-engine", TestSuite::Type::UNIT)
    {
        fabric::UsePicoseconds();
        for (uint32_t seed = 1; seed <= 10; ++seed)
        {
            AddTestCase(new DisorderTestCase(seed, false));
            AddTestCase(new DisorderTestCase(seed, true));
        }
        AddTestCase(new AutoSequenceTestCase());
        AddTestCase(new PostTimesTestCase());
        AddTestCase(new PointToPointTestCase());
        AddTestCase(new FailureTestCase());
        AddTestCase(new DisagreementTestCase());
        AddTestCase(new SlotsTestCase());
        AddTestCase(new ConnectionsTestCase());
        AddTestCase(new TagTestCase());
        AddTestCase(new BadParametersTestCase());
    }
};

EngineTestSuite g_engineTestSuite; ///< registers the suite

} // namespace
