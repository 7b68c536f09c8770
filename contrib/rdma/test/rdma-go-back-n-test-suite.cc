/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-loss-setup.h"

#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/double.h"
#include "ns3/pointer.h"
#include "ns3/rdma-go-back-n.h"
#include "ns3/rdma-opcode.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <functional>

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

constexpr Ticks G = 2 * US;               ///< NAK generation
constexpr Ticks R = 4 * US;               ///< NAK reaction
constexpr Ticks RTO = 8 * Ticks{4096000}; ///< AckTimeout 3

/** A chain whose loss is arranged, with short timeouts. */
struct Setup : LossSetup
{
    /** @param sendPsn first PSN of host 0 @param reliability attributes of the scheme */
    explicit Setup(uint32_t sendPsn = 0, const std::string& reliability = "AckTimeout=3")
        : LossSetup("ns3::rdma::GoBackN[" + reliability + "]", sendPsn)
    {
    }
};

/** Loss of single frames of a message of ten packets. */
class GoBackNLossTestCase : public LossTestCase
{
  public:
    /** @param firstPsn of the message */
    explicit GoBackNLossTestCase(uint32_t firstPsn)
        : LossTestCase("ns3::rdma::GoBackN[AckTimeout=3]", firstPsn)
    {
    }

  private:
    void DoRun() override
    {
        using T = Saboteur::Target;
        // Without loss: packet k (from 0) leaves at k S, its ACK arrives at k S + LOOP.
        Run("nothing lost", {}, {9 * S + LOOP, 0, 0, 0, 0, 0});

        // Packet k lost: packet k + 1 arrives at (k + 2) S + P, the NAK leaves G later and
        // arrives A + P after that, and R later the sender goes back; by then all ten were sent.
        // The 10 - k packets from k on are sent again.
        const auto back = [](uint32_t k) { return (k + 2) * S + P + G + A + P + R; };
        Run("first", {{T::DATA, 0, 1}}, {back(0) + 9 * S + LOOP, 10, 9, 0, 1, 0});
        Run("middle", {{T::DATA, 5, 1}}, {back(5) + 4 * S + LOOP, 5, 4, 0, 1, 0});
        Run("last but one", {{T::DATA, 8, 1}}, {back(8) + S + LOOP, 2, 1, 0, 1, 0});

        // The last one: nothing shows the gap. The timer was set anew by the ACK of packet 8.
        const Ticks ack8 = 8 * S + LOOP;
        Run("last", {{T::DATA, 9, 1}}, {ack8 + RTO + LOOP, 1, 0, 0, 0, 1});

        // ACKs are cumulative: only the last one is missed.
        Run("ACK in the middle", {{T::ACK, 5, 1}}, {9 * S + LOOP, 0, 0, 0, 0, 0});
        Run("last ACK", {{T::ACK, 9, 1}}, {ack8 + RTO + LOOP, 1, 0, 1, 0, 1});
        // The last three: packets 7, 8 and 9 come again as duplicates, and the first of them is
        // answered by the present state, which acknowledges all.
        Run("last three ACKs",
            {{T::ACK, 7, 1}, {T::ACK, 8, 1}, {T::ACK, 9, 1}},
            {6 * S + LOOP + RTO + LOOP, 3, 0, 3, 0, 1});

        // No second NAK for the same gap: the timer, set anew by the ACK of packet 4, helps.
        const Ticks ack4 = 4 * S + LOOP;
        Run("NAK", {{T::DATA, 5, 1}, {T::NAK, 5, 1}}, {ack4 + RTO + 4 * S + LOOP, 5, 4, 0, 1, 1});
        // Nor if the packet is lost again: the timer runs from when it was sent again. The four
        // behind it are out of order twice.
        Run("packet twice", {{T::DATA, 5, 2}}, {back(5) + RTO + 4 * S + LOOP, 10, 8, 0, 1, 1});
        // Two gaps, one after the other: packet 7 is lost when it is sent the second time, when
        // packet 5 leaves at back(5) and packet 8 arrives 4 S + P later.
        Run("two gaps",
            {{T::DATA, 5, 1}, {T::DATA, 7, 2}},
            {back(5) + 4 * S + P + G + A + P + R + 2 * S + LOOP, 5 + 3, 3 + 2, 0, 2, 0});
    }
};

/** Nobody answers. */
class RetryExhaustionTestCase : public TestCase
{
  public:
    RetryExhaustionTestCase()
        : TestCase("The queue pair fails when retries are exhausted")
    {
    }

  private:
    void DoRun() override
    {
        Setup setup(0, "AckTimeout=3|RetryCount=2");
        setup.saboteur->targets = {{Saboteur::Target::DATA, 0, 100}};
        std::vector<CompletionStatus> errors;
        setup.chain.nic[0]->TraceConnectWithoutContext(
            "QpError",
            Callback<void, const QueuePair&, CompletionStatus>(
                std::function<void(const QueuePair&, CompletionStatus)>(
                    [&](const QueuePair&, CompletionStatus status) { errors.push_back(status); })));
        setup.a->PostSend(Write(4086, 1));
        setup.a->PostSend(Write(4086, 2));
        setup.a->PostSend(Write(0, 3));
        Simulator::Run();
        // Sent at 0, again after the NAK that packet 1 provokes, again when the timer expires;
        // when it expires once more that is the end. Packets 1 and 2 are out of order each time.
        NS_TEST_EXPECT_MSG_EQ(setup.saboteur->lost, 3, "attempts");
        NS_TEST_EXPECT_MSG_EQ(setup.Sender().timeouts, 2, "timeouts");
        NS_TEST_EXPECT_MSG_EQ(setup.Receiver().outOfOrder, 6, "the others");
        NS_TEST_EXPECT_MSG_EQ(setup.Receiver().naksSent, 1, "one NAK");
        NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 3, "all requests end");
        const CompletionStatus expected[] = {
            CompletionStatus::RETRY_EXCEEDED, CompletionStatus::FLUSHED, CompletionStatus::FLUSHED};
        for (uint32_t i = 0; i < 3; ++i)
        {
            NS_TEST_EXPECT_MSG_EQ(setup.sender.sent[i].completion.wrId, i + 1, "in order");
            NS_TEST_EXPECT_MSG_EQ((setup.sender.sent[i].completion.status == expected[i]),
                                  true,
                                  "reason of request " << i + 1);
        }
        NS_TEST_EXPECT_MSG_EQ(setup.receiver.placed.size(), 0, "nothing arrived");
        NS_TEST_EXPECT_MSG_EQ(
            (errors == std::vector{CompletionStatus::RETRY_EXCEEDED}), true, "trace");
        NS_TEST_EXPECT_MSG_EQ(setup.a->PostSend(Write(1)), false, "no more work");
        NS_TEST_EXPECT_MSG_EQ(setup.Sender().qpErrors, 1, "counted");
        NS_TEST_EXPECT_MSG_EQ(setup.Sender().messagesFailed, 3, "counted");
    }
};

/** When exactly the queue pair fails, by timeouts alone. */
class RetryTimesTestCase : public TestCase
{
  public:
    RetryTimesTestCase()
        : TestCase("Timeouts come RTO apart")
    {
    }

  private:
    void DoRun() override
    {
        Setup setup;
        setup.saboteur->targets = {{Saboteur::Target::DATA, 0, 100}};
        setup.a->PostSend(Write(100, 1));
        Simulator::Run();
        // RetryCount is 7: sent at 0, RTO, ... 7 RTO, given up at 8 RTO.
        NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 1, "it ends");
        NS_TEST_EXPECT_MSG_EQ(setup.sender.sent[0].at, 8 * RTO, "when");
        NS_TEST_EXPECT_MSG_EQ(setup.Sender().dataSent, 8, "attempts");

        // Progress starts the count again: each of four packets lost seven times.
        Setup other;
        other.saboteur->targets = {{Saboteur::Target::DATA, 0, 7},
                                   {Saboteur::Target::DATA, 1, 7},
                                   {Saboteur::Target::DATA, 2, 7},
                                   {Saboteur::Target::DATA, 3, 7}};
        for (uint64_t id = 0; id < 4; ++id)
        {
            other.a->PostSend(Write(100, id));
        }
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(other.saboteur->lost, 28, "lost");
        NS_TEST_EXPECT_MSG_EQ(other.receiver.placed.size(), 4, "all arrive");
        NS_TEST_EXPECT_MSG_EQ(other.a->IsReady(), true, "no failure");
    }
};

/** SENDs that come before the receive. */
class RnrTestCase : public TestCase
{
  public:
    RnrTestCase()
        : TestCase("Receiver not ready")
    {
    }

  private:
    /** @return a request */
    static WorkRequest Request(Verb verb, uint64_t bytes)
    {
        WorkRequest request = Write(bytes, 1);
        request.verb = verb;
        request.immediate = 11;
        return request;
    }

    void DoRun() override
    {
        constexpr Ticks wait = 10 * US; // code 1
        {
            // Three packets; refused at S + P; the NAK arrives at LOOP; sent again wait later,
            // refused again, and a third time, now with a receive posted at 20 us:
            // the first packet arrives the third time at 2 (LOOP + wait) + S + P = 26 us.
            Setup setup(0, "AckTimeout=3|RnrTimer=1");
            setup.a->PostSend(Request(Verb::SEND, 3 * 4086));
            Simulator::Schedule(MicroSeconds(20), &QueuePair::PostReceive, setup.b, 33);
            Simulator::Run();
            NS_TEST_ASSERT_MSG_EQ(setup.receiver.placed.size(), 1, "arrived");
            NS_TEST_EXPECT_MSG_EQ(setup.receiver.placed[0].placement.receiveId, 33, "receive");
            NS_TEST_EXPECT_MSG_EQ(setup.receiver.placed[0].placement.bytes, 3 * 4086, "bytes");
            NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 1, "completed");
            NS_TEST_EXPECT_MSG_EQ(
                setup.sender.sent[0].at, 2 * (LOOP + wait) + 2 * S + LOOP, "when");
            NS_TEST_EXPECT_MSG_EQ(setup.Receiver().rnrNaksSent, 2, "RNR NAKs");
            NS_TEST_EXPECT_MSG_EQ(setup.Sender().rnrNaksReceived, 2, "RNR NAKs");
            NS_TEST_EXPECT_MSG_EQ(setup.Receiver().naksSent, 0, "no NAK for those behind");
            NS_TEST_EXPECT_MSG_EQ(setup.Receiver().outOfOrder, 4, "those behind, twice");
            NS_TEST_EXPECT_MSG_EQ(setup.Sender().dataRepeated, 6, "three, twice");
            NS_TEST_EXPECT_MSG_EQ(setup.Sender().timeouts, 0, "no timeout while waiting");
        }
        {
            // Immediate data needs the receive at the last packet only.
            Setup setup(0, "AckTimeout=3|RnrTimer=1");
            setup.a->PostSend(Request(Verb::WRITE_WITH_IMMEDIATE, 3 * 4086));
            Simulator::Schedule(MicroSeconds(5), &QueuePair::PostReceive, setup.b, 33);
            Simulator::Run();
            NS_TEST_ASSERT_MSG_EQ(setup.receiver.placed.size(), 1, "arrived");
            NS_TEST_EXPECT_MSG_EQ(setup.receiver.placed[0].placement.immediate, 11, "immediate");
            NS_TEST_EXPECT_MSG_EQ(setup.Sender().dataRepeated, 1, "the last packet");
            NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 1, "completed");
            NS_TEST_EXPECT_MSG_EQ(setup.sender.sent[0].at, 2 * S + LOOP + wait + LOOP, "when");
        }
        {
            // Two attempts after the first; the third RNR NAK is the end.
            Setup setup(0, "AckTimeout=3|RnrTimer=1|RnrRetryCount=2");
            setup.a->PostSend(Request(Verb::SEND, 4086));
            Simulator::Run();
            NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 1, "it ends");
            NS_TEST_EXPECT_MSG_EQ(
                (setup.sender.sent[0].completion.status == CompletionStatus::RNR_RETRY_EXCEEDED),
                true,
                "reason");
            NS_TEST_EXPECT_MSG_EQ(setup.sender.sent[0].at, 3 * LOOP + 2 * wait, "when");
        }
        {
            // 7: no end.
            Setup setup(0, "AckTimeout=3|RnrTimer=1|RnrRetryCount=7");
            setup.a->PostSend(Request(Verb::SEND, 4086));
            Simulator::Schedule(MilliSeconds(1), &QueuePair::PostReceive, setup.b, 33);
            Simulator::Run();
            // Attempt k (from 0) arrives at k (LOOP + wait) + S + P; the first at 1 ms or later
            // is number 81: 81 * 12.33712 us + 1.332 us = 1000.64 us.
            NS_TEST_EXPECT_MSG_EQ(setup.receiver.placed.size(), 1, "arrived");
            NS_TEST_EXPECT_MSG_EQ(setup.Receiver().rnrNaksSent, 81, "RNR NAKs");
        }
    }
};

/** How many acknowledgments there are. */
class CoalescingTestCase : public TestCase
{
  public:
    CoalescingTestCase()
        : TestCase("ACK coalescing")
    {
    }

  private:
    /** @return ACKs for messages of the given packets */
    uint64_t Acks(uint32_t every,
                  const std::vector<uint32_t>& messages,
                  const std::string& congestionControl = "ns3::rdma::NoCongestionControl")
    {
        Chain chain{ChainOptions()};
        for (auto& nic : chain.nic)
        {
            nic->SetAttribute(
                "Reliability",
                StringValue("ns3::rdma::GoBackN[AckEvery=" + std::to_string(every) + "]"));
            nic->SetAttribute("CongestionControl", StringValue(congestionControl));
        }
        auto [a, b] = chain.Connect();
        Recorder sender;
        a->SetHandler(&sender);
        for (const uint32_t packets : messages)
        {
            a->PostSend(Write(packets * 4086));
        }
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(sender.sent.size(), messages.size(), "all complete");
        NS_TEST_EXPECT_MSG_EQ(chain.nic[0]->GetCounters().timeouts, 0, "nothing waits");
        NS_TEST_EXPECT_MSG_EQ(chain.nic[0]->GetCounters().acksReceived,
                              chain.nic[1]->GetCounters().acksSent,
                              "none lost");
        return chain.nic[1]->GetCounters().acksSent;
    }

    void DoRun() override
    {
        NS_TEST_EXPECT_MSG_EQ(Acks(1, {10}), 10, "each");
        NS_TEST_EXPECT_MSG_EQ(Acks(4, {10}), 3, "packets 3, 7 and 9");
        NS_TEST_EXPECT_MSG_EQ(Acks(4, {8}), 2, "packets 3 and 7");
        NS_TEST_EXPECT_MSG_EQ(Acks(64, {4096}), 64, "one of 64");
        NS_TEST_EXPECT_MSG_EQ(Acks(64, {1, 1, 1}), 3, "each message");
        NS_TEST_EXPECT_MSG_EQ(Acks(4, {3, 3}), 3, "packets 2, 3 and 5");
        // A window of three packets: the third asks, or nothing would ever be acknowledged.
        NS_TEST_EXPECT_MSG_EQ(
            Acks(64, {12}, "ns3::rdma::NoCongestionControl[Window=12258]"), 4, "each window");
    }
};

/** What arrives is what was sent, whatever is lost. */
class ExactlyOnceTestCase : public ExchangeTestCase
{
  public:
    ExactlyOnceTestCase()
        : ExchangeTestCase("Exactly once and in order under random loss")
    {
    }

  private:
    void DoRun() override
    {
        uint64_t lost = 0;
        uint64_t repeated = 0;
        for (uint32_t seed = 0; seed < 60; ++seed)
        {
            // Losses of 0 to 11 percent in both directions, messages both ways, the PSN wraps.
            Setup setup(0xffffff - seed,
                        "AckTimeout=3|AckEvery=" + std::to_string(1 + seed % 3) +
                            "|NakGenerationDelay=" + std::to_string(seed % 2) +
                            "us|NakReactionDelay=" + std::to_string(seed % 5) + "us");
            auto errors = CreateObject<fabric::RandomFrameErrorModel>();
            errors->SetAttribute("FrameLossRate", DoubleValue(0.01 * (seed % 12)));
            errors->AssignStreams(100 + seed);
            setup.chain.link[0]->SetAttribute("ErrorModel", PointerValue(errors));
            Exchange(setup);
            lost += setup.chain.link[0]->GetNLost();
            repeated += setup.Sender().dataRepeated;
        }
        NS_TEST_EXPECT_MSG_EQ((lost > 500 && repeated > 1000), true, "the test tests something");
    }
};

/** Goodput under random loss. */
class GoodputTestCase : public TestCase
{
  public:
    /** @param loss probability per data frame @param packets of the message */
    GoodputTestCase(double loss, uint64_t packets)
        : TestCase("Goodput at a loss of " + std::to_string(loss)),
          m_loss(loss),
          m_packets(packets)
    {
    }

  private:
    void DoRun() override
    {
        const GoodputRun run("ns3::rdma::GoBackN[AckTimeout=2]", m_loss, m_packets);
        NS_TEST_ASSERT_MSG_EQ(run.completed, true, "with success");

        // A loss costs the packets sent from the lost one until the sender goes back: two slots
        // (the lost packet and the next, which shows the gap), twice 1 us, the NAK of 6.88 ns,
        // generation 2 us and reaction 4 us are 8183.84 ns or 93 slots. Between two losses
        // (1 - p) / p packets arrive on average: goodput (1 - p) / (1 - p + p W). Packets lost
        // again right after the sender went back wait for the timer, 16.4 us or 185 slots.
        const double window = 93 + m_loss * 185;
        const double expected = (1 - m_loss) / (1 - m_loss + m_loss * window);
        NS_TEST_EXPECT_MSG_EQ_TOL(run.goodput, expected, 0.05 * expected, "share of the line rate");
    }

    double m_loss;      ///< probability
    uint64_t m_packets; ///< of the message
};

/** The cable is pulled and plugged in again. */
class LinkDownTestCase : public TestCase
{
  public:
    LinkDownTestCase()
        : TestCase("A link goes down and up")
    {
    }

  private:
    void DoRun() override
    {
        // 100 packets take 33.2 us. Down from 10 to 20 us; RTO is 32.8 us.
        Setup setup;
        setup.a->PostSend(Write(100 * 4086));
        Simulator::Schedule(MicroSeconds(10), &fabric::Link::SetUp, setup.chain.link[0], false);
        Simulator::Schedule(MicroSeconds(20), &fabric::Link::SetUp, setup.chain.link[0], true);
        Simulator::Run();
        // The packet that leaves when the link comes back shows the gap.
        NS_TEST_EXPECT_MSG_EQ(setup.receiver.placed.size(), 1, "arrived");
        NS_TEST_EXPECT_MSG_EQ(setup.sender.sent.size(), 1, "completed");
        NS_TEST_EXPECT_MSG_EQ(setup.Receiver().naksSent, 1, "by NAK");
        NS_TEST_EXPECT_MSG_EQ(setup.Sender().timeouts, 0, "not by timeout");
    }
};

/** Frames that a peer like ours would not send. */
class InvalidRequestTestCase : public TestCase
{
  public:
    InvalidRequestTestCase()
        : TestCase("Invalid requests and stray frames")
    {
    }

  private:
    void DoRun() override
    {
        Setup setup;
        setup.a->PostSend(Write(10 * 4086, 1)); // lost, so that the next frame is ours
        setup.saboteur->targets = {{Saboteur::Target::DATA, 0, 1}};
        fabric::Port& port = *setup.chain.port[1];
        const auto inject = [&](uint8_t opcode, uint32_t qpn, fabric::FabricAddress address)
        {
            fabric::Frame* frame = port.GetFramePool().Allocate();
            frame->kind = fabric::FrameKind::ROCE;
            frame->destination = address;
            frame->roce.destinationQp = qpn;
            frame->roce.opcode = opcode;
            setup.chain.nic[1]->ReceiveFrame(port, frame);
        };
        const uint32_t qpn = setup.b->GetQpn();
        inject(OP_WRITE_ONLY, qpn + 1, port.GetFabricAddress());
        inject(OP_WRITE_ONLY, 0, port.GetFabricAddress());
        inject(OP_WRITE_ONLY, qpn, port.GetFabricAddress() + 1);
        NS_TEST_EXPECT_MSG_EQ(setup.Receiver().discarded, 3, "not ours");
        NS_TEST_EXPECT_MSG_EQ(setup.b->IsReady(), true, "no harm done");

        Simulator::ScheduleNow([&]() { inject(OP_WRITE_LAST, qpn, port.GetFabricAddress()); });
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ((setup.b->GetState() == QueuePair::ERROR), true, "it gives up");
        NS_TEST_EXPECT_MSG_EQ((setup.a->GetState() == QueuePair::ERROR), true, "so does the peer");
        NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 1, "the request ends");
        NS_TEST_EXPECT_MSG_EQ(
            (setup.sender.sent[0].completion.status == CompletionStatus::REMOTE_INVALID_REQUEST),
            true,
            "reason");
    }
};

/** The suite. */
class RdmaGoBackNTestSuite : public TestSuite
{
  public:
    RdmaGoBackNTestSuite()
        : TestSuite("weft-rdma-go-back-n", TestSuite::Type::UNIT)
    {
        AddTestCase(new GoBackNLossTestCase(0));
        AddTestCase(new GoBackNLossTestCase(0xfffffa)); // the wrap is inside of the message
        AddTestCase(new RetryExhaustionTestCase);
        AddTestCase(new RetryTimesTestCase);
        AddTestCase(new RnrTestCase);
        AddTestCase(new CoalescingTestCase);
        AddTestCase(new ExactlyOnceTestCase);
        AddTestCase(new GoodputTestCase(0.001, 100'000));
        AddTestCase(new GoodputTestCase(0.01, 200'000));
        AddTestCase(new LinkDownTestCase);
        AddTestCase(new InvalidRequestTestCase);
    }
};

RdmaGoBackNTestSuite g_rdmaGoBackNTestSuite; ///< registers the suite

} // namespace
