/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-loss-setup.h"

#include "ns3/rdma-opcode.h"
#include "ns3/simulator.h"
#include "ns3/test.h"

#include <memory>
#include <string>
#include <vector>

/**
 * @ingroup rdma-tests
 * RUDI of Ultra Ethernet. 100 Gb/s, 1 us, frames of 4150 bytes (332 ns) with 4086 of payload, all
 * others 64 bytes (5.12 ns).
 */

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

constexpr Ticks RTO = 100 * US; ///< timeout
const std::string RUDI = "ns3::rdma::UetRudi[Rto=100us|RetryCount=2|MaxBackoff=7]";

/** A READ of ten packets, of which one is lost. */
class RudiReadTestCase : public TestCase
{
  public:
    /** @param firstPsn of the requests */
    explicit RudiReadTestCase(uint32_t firstPsn)
        : TestCase("READ: loss of single frames, first PSN " + std::to_string(firstPsn)),
          m_first(firstPsn)
    {
    }

  private:
    /** Fetch. @param lost opcode, -1 for none @param k which @param at completion
     * @param executed requests @param stack of the hosts */
    void Run(const std::string& name,
             int lost,
             uint32_t k,
             Ticks at,
             uint32_t executed,
             const Stack& stack = Stack(RUDI))
    {
        LossSetup setup(stack, m_first);
        if (lost >= 0)
        {
            setup.saboteur->targets = {{Saboteur::Target::DATA, (m_first + k) & 0xffffff, 1, lost}};
        }
        NS_TEST_ASSERT_MSG_EQ(setup.a->PostSend(Read(10 * 4086, 5)), true, name);
        Simulator::Run();
        const uint32_t again = lost < 0 ? 0 : 1;
        NS_TEST_EXPECT_MSG_EQ(setup.saboteur->lost, again, name << ": as arranged");
        NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 1, name << ": completed once");
        NS_TEST_EXPECT_MSG_EQ(setup.sender.sent[0].completion.bytes, 40'860, name << ": bytes");
        NS_TEST_EXPECT_MSG_EQ(
            (setup.sender.sent[0].completion.status == CompletionStatus::SUCCESS), true, name);
        NS_TEST_EXPECT_MSG_EQ(setup.sender.sent[0].at, at, name << ": time");
        NS_TEST_EXPECT_MSG_EQ(setup.Receiver().readsServed, executed, name << ": executed");
        NS_TEST_EXPECT_MSG_EQ(setup.Receiver().responsesSent, executed, name << ": answered");
        NS_TEST_EXPECT_MSG_EQ(setup.Sender().dataRepeated, again, name << ": again");
        NS_TEST_EXPECT_MSG_EQ(setup.Sender().timeouts, again, name << ": timeouts");
        NS_TEST_EXPECT_MSG_EQ(setup.Sender().acksSent, 0, name << ": no more is said");
        NS_TEST_EXPECT_MSG_EQ(setup.a->GetNPending(), 0, name << ": done");
        NS_TEST_EXPECT_MSG_EQ(
            setup.a->GetReliability()->GetBytesInFlight(), 0, name << ": nothing in flight");
        NS_TEST_EXPECT_MSG_EQ(setup.receiver.placed.size(), 0, name << ": nobody is told");
    }

    void DoRun() override
    {
        // Ten requests leave one behind the other, A each; the first is there at A + P, and ten
        // responses of S follow, which is longer than A.
        Run("nothing lost", -1, 0, A + P + 10 * S + P, 10);
        // Request k left at k A, leaves again RTO later, and is alone.
        const auto late = [](uint32_t k) { return k * A + RTO + A + P + S + P; };
        for (const uint32_t k : {0, 5, 9})
        {
            const std::string name = std::to_string(k);
            Run("request " + name, OP_READ_REQUEST, k, late(k), 10);
            Run("response " + name, OP_READ_RESPONSE_ONLY, k, late(k), 11);
        }
        // The window is one of the data that come back: here one packet, and each waits for the
        // one before.
        const std::string law = "ns3::rdma::NoCongestionControl[Window=4086]";
        Run("window of one packet", -1, 0, 10 * (A + P + S + P), 10, Stack(RUDI, "", law));
    }

    uint32_t m_first; ///< first PSN
};

/** A target that answers late. */
class RudiQueueTestCase : public TestCase
{
  public:
    RudiQueueTestCase()
        : TestCase("READ: answers that come late are waited for")
    {
    }

  private:
    /** READ 1,000 packets: the last of the requests, which leave at once, waits 332 us.
     * @param stack of the hosts @return the hosts afterwards */
    std::unique_ptr<LossSetup> Run(const std::string& stack)
    {
        auto setup = std::make_unique<LossSetup>(Stack(stack));
        setup->a->PostSend(Read(1000 * 4086, 5));
        Simulator::Run();
        return setup;
    }

    void DoRun() override
    {
        // Round trips grow by S - A with each packet, nearly one for one with time: the smoothed
        // one is 8 (S - A) behind, the mean deviation that much, and four of them are far ahead.
        const auto adaptive = Run(RUDI);
        NS_TEST_ASSERT_MSG_EQ(adaptive->sender.sent.size(), 1, "completed once");
        NS_TEST_EXPECT_MSG_EQ(
            adaptive->sender.sent[0].at, A + P + 1000 * S + P, "nothing but the data");
        NS_TEST_EXPECT_MSG_EQ(adaptive->Sender().timeouts, 0, "nothing is lost");
        NS_TEST_EXPECT_MSG_EQ(adaptive->Receiver().readsServed, 1000, "once each");

        const auto constant = Run("ns3::rdma::UetRudi[Rto=100us|Adaptive=false]");
        NS_TEST_ASSERT_MSG_EQ(constant->sender.sent.size(), 1, "completed once");
        NS_TEST_EXPECT_MSG_GT(constant->Sender().timeouts, 0, "as if lost");
        NS_TEST_EXPECT_MSG_GT(constant->Receiver().readsServed, 1000, "some twice");
    }
};

/** WRITEs, what comes twice, what is trimmed, and what is refused. */
class RudiTargetTestCase : public TestCase
{
  public:
    RudiTargetTestCase()
        : TestCase("target without memory, trimming, refusals")
    {
    }

  private:
    void DoRun() override
    {
        CheckWrite();
        CheckDuplicates();
        CheckTrims();
        CheckRefusals();
    }

    /** Each packet of a WRITE has its response; the target tells nobody. */
    void CheckWrite()
    {
        LossSetup setup(RUDI);
        setup.saboteur->targets = {{Saboteur::Target::ACK, 1, 1}};
        setup.a->PostSend(Write(3 * 4086, 7));
        Simulator::Run();
        // The second packet left at S; its response was lost, and it is executed again.
        NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 1, "completed once");
        NS_TEST_EXPECT_MSG_EQ(setup.sender.sent[0].at, S + RTO + LOOP, "time");
        NS_TEST_EXPECT_MSG_EQ(setup.Receiver().dataReceived, 4, "executed");
        NS_TEST_EXPECT_MSG_EQ(setup.Receiver().acksSent, 4, "answered");
        NS_TEST_EXPECT_MSG_EQ(setup.Receiver().duplicates, 0, "which it does not know");
        NS_TEST_EXPECT_MSG_EQ(setup.receiver.placed.size(), 0, "nobody is told");
    }

    /** Requests on their way come twice: each is executed twice, and completes once. */
    void CheckDuplicates()
    {
        ChainOptions options;
        options.meddler = true;
        LossSetup setup(RUDI, 0, options);
        setup.chain.meddler->SetRule(
            [](fabric::Frame& frame, std::vector<Ticks>& delays)
            {
                if (!frame.roce.response)
                {
                    delays.push_back(0);
                }
            });
        setup.a->PostSend(Read(3 * 4086, 0));
        setup.a->PostSend(Read(1, 1));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 2, "completed once");
        NS_TEST_EXPECT_MSG_EQ(setup.Sender().dataSent, 4, "requests");
        NS_TEST_EXPECT_MSG_EQ(setup.Receiver().readsServed, 8, "executed twice");
        NS_TEST_EXPECT_MSG_EQ(setup.Receiver().responsesSent, 8, "answered twice");
        NS_TEST_EXPECT_MSG_EQ(setup.Sender().duplicates, 4, "which the initiator knows");
    }

    /** A READ and a WRITE whose data are trimmed once leave again without a timeout. */
    void CheckTrims()
    {
        for (const Verb verb : {Verb::READ, Verb::WRITE})
        {
            ChainOptions options;
            options.meddler = true;
            LossSetup setup(RUDI, 0, options);
            bool trimmed = false;
            setup.chain.meddler->SetRule(
                [&trimmed](fabric::Frame& frame, std::vector<Ticks>&)
                {
                    if (!trimmed && frame.roce.payloadBytes > 0)
                    {
                        trimmed = true;
                        frame.trimmed = true;
                        frame.bytes = 64;
                    }
                });
            auto request = Read(4086, 0);
            request.verb = verb;
            setup.a->PostSend(request);
            Simulator::Run();
            // Twice S + A on the way to the meddler and from there, both ways; the first time S is
            // A behind it, on one of the four links.
            NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 1, "completed once");
            NS_TEST_EXPECT_MSG_EQ(
                setup.sender.sent[0].at, 2 * (2 * S + 2 * A + 4 * P) - (S - A), "time");
            NS_TEST_EXPECT_MSG_EQ(setup.Sender().timeouts, 0, "no timeout");
            NS_TEST_EXPECT_MSG_EQ(setup.Sender().dataRepeated, 1, "again");
        }
    }

    /** What is not idempotent is not taken. */
    void CheckRefusals()
    {
        LossSetup setup(RUDI);
        for (const Verb verb : {Verb::SEND,
                                Verb::SEND_WITH_IMMEDIATE,
                                Verb::WRITE_WITH_IMMEDIATE,
                                Verb::FETCH_ADD,
                                Verb::COMPARE_SWAP})
        {
            auto request = Write(8, 0, 0x1000);
            request.verb = verb;
            NS_TEST_EXPECT_MSG_EQ(
                setup.a->PostSend(request), false, "verb " << static_cast<int>(verb));
        }
        NS_TEST_EXPECT_MSG_EQ(setup.a->PostSend(Read(8, 0)), true, "READ");
        NS_TEST_EXPECT_MSG_EQ(setup.a->PostSend(Write(8, 0)), true, "WRITE");
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(setup.sender.sent.size(), 2, "which complete");
    }
};

/** READs that nobody answers. */
class RudiExhaustionTestCase : public TestCase
{
  public:
    RudiExhaustionTestCase()
        : TestCase("READ: retries end in failure")
    {
    }

  private:
    void DoRun() override
    {
        // It leaves at 0, RTO and 3 RTO, and waits for 4 RTO more.
        LossSetup setup(RUDI);
        setup.saboteur->targets = {{Saboteur::Target::DATA, 0, 100, OP_READ_REQUEST}};
        setup.a->PostSend(Read(4086, 5));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 1, "reported");
        NS_TEST_EXPECT_MSG_EQ(setup.sender.sent[0].at, 7 * RTO, "when");
        NS_TEST_EXPECT_MSG_EQ(
            (setup.sender.sent[0].completion.status == CompletionStatus::RETRY_EXCEEDED),
            true,
            "with the reason");
        NS_TEST_EXPECT_MSG_EQ(setup.saboteur->lost, 3, "times that it was sent");
        NS_TEST_EXPECT_MSG_EQ(setup.Receiver().readsServed, 0, "never executed");
    }
};

/** The suite. */
class RdmaUetRudiTestSuite : public TestSuite
{
  public:
    RdmaUetRudiTestSuite()
        : TestSuite("weft-rdma-uet-rudi", TestSuite::Type::UNIT)
    {
        AddTestCase(new RudiReadTestCase(0));
        AddTestCase(new RudiReadTestCase(0xfffffb));
        AddTestCase(new RudiQueueTestCase);
        AddTestCase(new RudiTargetTestCase);
        AddTestCase(new RudiExhaustionTestCase);
        AddTestCase(new ExhaustionTestCase(Stack(RUDI), 7 * RTO, 3));
    }
};

RdmaUetRudiTestSuite g_rdmaUetRudiTestSuite; ///< registers the suite

} // namespace
