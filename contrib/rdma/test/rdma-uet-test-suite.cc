/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-loss-setup.h"

#include "ns3/boolean.h"
#include "ns3/random-variable-stream.h"
#include "ns3/rdma-bitmap-spray.h"
#include "ns3/rdma-opcode.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <map>
#include <set>
#include <tuple>

/**
 * @ingroup rdma-tests
 * Ultra Ethernet's packet delivery. Unless said otherwise: 100 Gb/s, 1 us, frames of 4150 bytes
 * (332 ns) with 4086 of payload, all others 64 bytes (5.12 ns).
 */

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

constexpr uint64_t PAYLOAD = 4086; ///< message bytes of a full packet
constexpr Ticks RTO = 100 * US;    ///< timeout
constexpr uint32_t FIRST = 0;      ///< first PSN

/** Trims chosen packets on their way, as a switch would; the time on the link stays. */
class TrimmingModel : public fabric::FrameErrorModel
{
  public:
    std::map<uint32_t, uint32_t> trims; ///< how often, by PSN
    bool lastHop{false};                ///< whether the last switch is to have done it
    double lossRate{0};                 ///< share of other frames that is lost
    double trimRate{0};                 ///< share of data frames that is trimmed
    Ptr<UniformRandomVariable> random;  ///< draws for the rates

  private:
    bool DoIsLost(const fabric::Frame& frame) override
    {
        auto& mutableFrame = const_cast<fabric::Frame&>(frame);
        const bool data = frame.kind == fabric::FrameKind::ROCE && HasPayload(frame.roce.opcode);
        auto found = trims.find(frame.roce.psn);
        if (data && found != trims.end() && found->second > 0)
        {
            --found->second;
            mutableFrame.trimmed = true;
            mutableFrame.lastHop = lastHop;
            return false;
        }
        if (random && data && random->GetValue() < trimRate)
        {
            mutableFrame.trimmed = true;
            return false;
        }
        return random && random->GetValue() < lossRate;
    }
};

/** Two hosts that speak Ultra Ethernet. */
class UetBench : public LossSetup
{
  public:
    /** @param reliability with its attributes @param chain links @param selector of paths */
    explicit UetBench(const std::string& reliability = "ns3::rdma::UetRud[Rto=100us]",
                      const ChainOptions& options = ChainOptions(),
                      const std::string& selector = "ns3::rdma::ObliviousSpray")
        : LossSetup({reliability, selector}, FIRST, options)
    {
        chain.nic[0]->TraceConnectWithoutContext("DataSent",
                                                 MakeCallback(&UetBench::NoteData, this));
    }

    /** @return what is trimmed from now on, in place of what is lost */
    TrimmingModel& Trim()
    {
        chain.link[0]->SetErrorModel(0, m_trims);
        return *m_trims;
    }

    /** A data frame that left. */
    struct Sent
    {
        Ticks at;         ///< when
        uint32_t psn;     ///< which
        bool ackRequest;  ///< AR
        bool syn;         ///< SYN
        bool again;       ///< retransmission
        uint16_t entropy; ///< path
    };

    std::vector<Sent> sent; ///< data frames

  private:
    /** Note a frame. */
    void NoteData(const QueuePair&, const fabric::Frame& frame)
    {
        sent.push_back({frame.sentAt,
                        frame.roce.psn,
                        frame.roce.ackRequest,
                        frame.roce.syn,
                        frame.roce.again,
                        frame.entropy});
    }

    Ptr<TrimmingModel> m_trims{CreateObject<TrimmingModel>()}; ///< see Trim
};

/** A flow alone, and what its frames say. */
class UetFlowTestCase : public TestCase
{
  public:
    UetFlowTestCase()
        : TestCase("RUD: closed form, coalesced ACKs, AR and SYN, paths")
    {
    }

  private:
    void DoRun() override
    {
        for (const uint32_t links : {1, 4})
        {
            ChainOptions options;
            options.links = links;
            UetBench bench("ns3::rdma::UetRud", options);
            bench.a->PostSend(Write(64 * PAYLOAD, 9, 0x1234));
            Simulator::Run();
            NS_TEST_ASSERT_MSG_EQ(bench.sender.sent.size(), 1, "one completion");
            NS_TEST_ASSERT_MSG_EQ(bench.sender.sent[0].at,
                                  (63 + links) * S + 2 * links * US + links * A,
                                  "closed form");
            const auto& placed = bench.receiver.placed;
            NS_TEST_ASSERT_MSG_EQ(placed.size(), 1, "one message");
            NS_TEST_ASSERT_MSG_EQ(placed[0].at, (63 + links) * S + links * US, "placed");
            NS_TEST_ASSERT_MSG_EQ(placed[0].placement.bytes, 64 * PAYLOAD, "its bytes");
            NS_TEST_ASSERT_MSG_EQ(placed[0].placement.remoteAddress, 0x1234, "its address");
            NS_TEST_ASSERT_MSG_EQ(placed[0].placement.number, 0, "the first");
            // The first, then when more than 16384 - 1 bytes are new: each fifth packet (5 x 4086);
            // 1 + 12 x 5 = 61. The last one asks.
            NS_TEST_ASSERT_MSG_EQ(bench.chain.nic[1]->GetCounters().acksSent, 14, "ACKs");
            std::set<uint16_t> paths;
            uint32_t asked = 0;
            // The first ACK is back after links (S + A) + 2 links us.
            const Ticks heard = links * (S + A) + 2 * links * US;
            for (const auto& frame : bench.sent)
            {
                asked += frame.ackRequest;
                paths.insert(frame.entropy);
                // A port takes frames one ahead.
                if (frame.at < heard || frame.at > heard + S)
                {
                    NS_TEST_ASSERT_MSG_EQ(frame.syn, (frame.at < heard), "until the first ACK");
                }
                NS_TEST_ASSERT_MSG_EQ(frame.again, false, "none again");
            }
            NS_TEST_ASSERT_MSG_EQ(asked, 1, "AR on the last");
            NS_TEST_ASSERT_MSG_EQ(paths.size(), 64, "each on a path of its own");
        }
        RunIdle();
    }

    /** An idle context closes after 1 ms, and opens again with SYN. */
    void RunIdle()
    {
        UetBench bench;
        bench.a->PostSend(Write(1));
        Simulator::Schedule(TimeStep(500 * US), &QueuePair::PostSend, bench.a, Write(1));
        Simulator::Schedule(TimeStep(2 * MS), &QueuePair::PostSend, bench.a, Write(1));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(bench.sent.size(), 3, "three packets");
        NS_TEST_ASSERT_MSG_EQ(bench.sent[0].syn, true, "opens");
        NS_TEST_ASSERT_MSG_EQ(bench.sent[1].syn, false, "is open");
        NS_TEST_ASSERT_MSG_EQ(bench.sent[2].syn, true, "opens again");
    }
};

/** Trimmed packets. */
class UetTrimTestCase : public TestCase
{
  public:
    UetTrimTestCase()
        : TestCase("RUD: a trimmed packet is sent again at once, path to blame or not")
    {
    }

  private:
    void DoRun() override
    {
        for (const bool lastHop : {false, true})
        {
            UetBench bench(
                "ns3::rdma::UetRud", ChainOptions(), "ns3::rdma::BitmapSpray[NackPenalty=4]");
            bench.Trim().trims[FIRST] = 1;
            bench.Trim().lastHop = lastHop;
            bench.a->PostSend(Write(PAYLOAD));
            Simulator::Run();
            // There, NACK back, there again, ACK back.
            NS_TEST_ASSERT_MSG_EQ(bench.sender.sent.size(), 1, "completed");
            NS_TEST_ASSERT_MSG_EQ(bench.sender.sent[0].at, 2 * (S + A) + 4 * US, "at once");
            NS_TEST_ASSERT_MSG_EQ(bench.receiver.placed.size(), 1, "once");
            NS_TEST_ASSERT_MSG_EQ(bench.sent[1].again, true, "a retransmission");
            NS_TEST_ASSERT_MSG_EQ(bench.sent[1].ackRequest, true, "that asks");
            const auto& counters = bench.chain.nic[0]->GetCounters();
            NS_TEST_ASSERT_MSG_EQ(counters.naksReceived, 1, "a NACK");
            NS_TEST_ASSERT_MSG_EQ(counters.timeouts, 0, "no timeout");
            NS_TEST_ASSERT_MSG_EQ(bench.chain.nic[1]->GetCounters().trimmedReceived, 1, "trimmed");
            uint32_t penalties = 0;
            auto selector = DynamicCast<BitmapSpray>(bench.a->GetPathSelector());
            for (uint32_t path = 0; path < selector->GetNPaths(); ++path)
            {
                penalties += selector->GetPenalty(path);
            }
            NS_TEST_ASSERT_MSG_EQ(penalties, (lastHop ? 0 : 4), "the path's fault");
        }
        RunUnordered();
    }

    /** Messages that overtake each other. */
    void RunUnordered()
    {
        // Two messages of two packets; the first packet of all comes last: the second message is
        // told first, the sender completes both together, in order.
        UetBench bench;
        bench.Trim().trims[FIRST] = 1;
        bench.a->PostSend(Write(2 * PAYLOAD, 1, 100));
        bench.a->PostSend(Write(2 * PAYLOAD, 2, 200));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(bench.receiver.placed.size(), 2, "two messages");
        NS_TEST_ASSERT_MSG_EQ(bench.receiver.placed[0].placement.number, 1, "the second first");
        NS_TEST_ASSERT_MSG_EQ(bench.receiver.placed[0].placement.remoteAddress, 200, "its address");
        NS_TEST_ASSERT_MSG_EQ(bench.receiver.placed[0].at, 4 * S + US, "when it is there");
        // NACK at S + A + 2 us; the link is free since 4 S; again S and 1 us.
        NS_TEST_ASSERT_MSG_EQ(bench.receiver.placed[1].at, 2 * S + A + 3 * US, "the first");
        NS_TEST_ASSERT_MSG_EQ(bench.receiver.placed[1].placement.number, 0, "its number");
        NS_TEST_ASSERT_MSG_EQ(bench.sender.sent.size(), 2, "two completions");
        NS_TEST_ASSERT_MSG_EQ(bench.sender.sent[0].completion.wrId, 1, "in order");
        NS_TEST_ASSERT_MSG_EQ(bench.sender.sent[1].completion.wrId, 2, "in order");
    }
};

/** Lost packets. */
class UetLossTestCase : public TestCase
{
  public:
    UetLossTestCase()
        : TestCase("RUD: timeout of the packet alone")
    {
    }

  private:
    void DoRun() override
    {
        RunOne();
        RunAck();
    }

    /** The third of ten is lost: it alone is sent again, RTO after it left. */
    void RunOne()
    {
        UetBench bench;
        bench.saboteur->targets = {{Saboteur::Target::DATA, FIRST + 2, 1}};
        bench.a->PostSend(Write(10 * PAYLOAD));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(bench.sender.sent.size(), 1, "completed");
        // The timer was set for the first packet, and looks again when the third is due.
        NS_TEST_ASSERT_MSG_EQ(bench.sender.sent[0].at, 2 * S + RTO + S + A + 2 * US, "RTO later");
        NS_TEST_ASSERT_MSG_EQ(bench.chain.nic[0]->GetCounters().dataRepeated, 1, "only it");
        NS_TEST_ASSERT_MSG_EQ(bench.chain.nic[0]->GetCounters().timeouts, 1, "one timeout");
        NS_TEST_ASSERT_MSG_EQ(bench.chain.nic[1]->GetCounters().outOfOrder, 7, "seven early");
    }

    /** An ACK that is lost: the packet comes again, and is answered. */
    void RunAck()
    {
        UetBench ack;
        ack.saboteur->targets = {{Saboteur::Target::ACK, FIRST, 1}};
        ack.a->PostSend(Write(PAYLOAD));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(ack.sender.sent.size(), 1, "completed");
        NS_TEST_ASSERT_MSG_EQ(ack.sender.sent[0].at, RTO + S + A + 2 * US, "RTO later");
        NS_TEST_ASSERT_MSG_EQ(ack.receiver.placed.size(), 1, "once");
        NS_TEST_ASSERT_MSG_EQ(ack.chain.nic[1]->GetCounters().duplicates, 1, "a duplicate");
    }
};

/** SLEEK. */
class UetSleekTestCase : public TestCase
{
  public:
    UetSleekTestCase()
        : TestCase("SLEEK: recovery by what came early, and by a probe")
    {
    }

  private:
    void DoRun() override
    {
        RunEarly();
        RunTail();
    }

    /** Recovery by what came early. */
    void RunEarly()
    {
        // A window of 40 packets; packet 10 of 200 is lost. It is sent again when an ACK says that
        // 40 packets came early (1.5 windows, but the first window at most), long before the RTO.
        UetBench bench("ns3::rdma::UetRud[Rto=50ms|Sleek=true|BaseRtt=3us]");
        Window(bench, 40);
        bench.saboteur->targets = {{Saboteur::Target::DATA, FIRST + 10, 1}};
        bench.a->PostSend(Write(200 * PAYLOAD));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(bench.sender.sent.size(), 1, "completed");
        NS_TEST_ASSERT_MSG_LT(bench.sender.sent[0].at, 200 * S + 30 * US, "without a timeout");
        NS_TEST_ASSERT_MSG_EQ(bench.chain.nic[0]->GetCounters().timeouts, 0, "no timeout");
        Ticks again = 0;
        for (const auto& frame : bench.sent)
        {
            if (frame.again && frame.psn == FIRST + 10)
            {
                again = frame.at;
            }
        }
        // 40 early ones: packets 11 to 50, the last of them is there at 51 S + 1 us. The ACK for it
        // is one of each five.
        NS_TEST_ASSERT_MSG_GT(again, 51 * S + US + A + US, "40 came early");
        NS_TEST_ASSERT_MSG_LT(again, 57 * S + US + A + US, "and were told of soon");
    }

    /** Recovery by a probe. */
    void RunTail()
    {
        // The last packet is lost: nothing comes early. The last ACK is that of packet 6 of 10 (1 +
        // 5); three base RTTs later a probe leaves.
        UetBench tail("ns3::rdma::UetRud[Rto=50ms|Sleek=true|BaseRtt=3us]");
        Window(tail, 40);
        tail.saboteur->targets = {{Saboteur::Target::DATA, FIRST + 9, 1}};
        tail.a->PostSend(Write(10 * PAYLOAD));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(tail.sender.sent.size(), 1, "completed");
        NS_TEST_ASSERT_MSG_LT(tail.sender.sent[0].at, 50 * US, "by the probe");
        NS_TEST_ASSERT_MSG_EQ(tail.chain.nic[0]->GetCounters().timeouts, 0, "no timeout");
        NS_TEST_ASSERT_MSG_EQ(tail.receiver.placed.size(), 1, "once");
    }

    /** Give the sender a static window. */
    static void Window(UetBench& bench, uint64_t packets)
    {
        bench.a->GetCongestionControl()->SetAttribute("Window", UintegerValue(packets * PAYLOAD));
        // It is read at the start: connect anew with the same attributes.
        for (auto& nic : bench.chain.nic)
        {
            nic->SetAttribute("CongestionControl",
                              StringValue("ns3::rdma::NoCongestionControl[Window=" +
                                          std::to_string(packets * PAYLOAD) + "]"));
        }
        std::tie(bench.a, bench.b) = bench.chain.Connect(FIRST);
        bench.a->SetHandler(&bench.sender);
        bench.b->SetHandler(&bench.receiver);
    }
};

/** SEND, immediate data, messages without bytes. */
class UetVerbsTestCase : public TestCase
{
  public:
    UetVerbsTestCase()
        : TestCase("RUD: messages that need a receive wait for one")
    {
    }

  private:
    void DoRun() override
    {
        UetBench bench;
        WorkRequest send;
        send.verb = Verb::SEND;
        send.bytes = 3 * PAYLOAD;
        WorkRequest immediate;
        immediate.verb = Verb::WRITE_WITH_IMMEDIATE;
        immediate.bytes = 0;
        immediate.immediate = 77;
        bench.a->PostSend(send);
        bench.a->PostSend(immediate);
        bench.a->PostSend(Write(0));
        Simulator::Schedule(TimeStep(100 * US), &QueuePair::PostReceive, bench.b, 41);
        Simulator::Schedule(TimeStep(200 * US), &QueuePair::PostReceive, bench.b, 42);
        Simulator::Run();
        const auto& placed = bench.receiver.placed;
        NS_TEST_ASSERT_MSG_EQ(placed.size(), 3, "three messages");
        NS_TEST_ASSERT_MSG_EQ((placed[0].placement.verb == Verb::WRITE), true, "needs none");
        NS_TEST_ASSERT_MSG_EQ(placed[0].placement.bytes, 0, "no bytes");
        NS_TEST_ASSERT_MSG_EQ((placed[1].placement.verb == Verb::SEND), true, "first receive");
        NS_TEST_ASSERT_MSG_EQ(placed[1].at, 100 * US, "when it is posted");
        NS_TEST_ASSERT_MSG_EQ(placed[1].placement.receiveId, 41, "its id");
        NS_TEST_ASSERT_MSG_EQ(placed[1].placement.bytes, 3 * PAYLOAD, "its bytes");
        NS_TEST_ASSERT_MSG_EQ(placed[2].at, 200 * US, "second receive");
        NS_TEST_ASSERT_MSG_EQ(placed[2].placement.immediate, 77, "immediate data");
        NS_TEST_ASSERT_MSG_EQ(placed[2].placement.receiveId, 42, "its id");
        NS_TEST_ASSERT_MSG_EQ(bench.sender.sent.size(), 3, "three completions");
    }
};

/** Random trims and losses in both directions. */
class UetRandomTestCase : public TestCase
{
  public:
    UetRandomTestCase()
        : TestCase("RUD and ROD: each message exactly once under random trims and losses")
    {
    }

  private:
    void DoRun() override
    {
        for (const std::string scheme :
             {"ns3::rdma::UetRud[Rto=30us|RetryCount=1000|MaxBackoff=2]",
              "ns3::rdma::UetRud[Rto=30us|RetryCount=1000|MaxBackoff=2|Sleek=true|BaseRtt=3us]",
              "ns3::rdma::UetRod[AckTimeout=3|NakGenerationDelay=0ns|NakReactionDelay=0ns]"})
        {
            const bool ordered = scheme.find("Rod") != std::string::npos;
            for (int64_t seed = 0; seed < 20; ++seed)
            {
                UetBench bench(scheme,
                               ChainOptions(),
                               ordered ? "ns3::rdma::SinglePath" : "ns3::rdma::MixedSpray");
                auto random = CreateObject<UniformRandomVariable>();
                random->SetStream(1000 + seed);
                bench.Trim().random = random;
                bench.Trim().lossRate = 0.02;
                bench.Trim().trimRate = 0.1;
                bench.chain.link[0]->SetErrorModel(1, &bench.Trim());
                constexpr uint32_t n = 40;
                for (uint32_t i = 0; i < n; ++i)
                {
                    bench.a->PostSend(Write(i % 7 * 3000, i, i));
                }
                Simulator::Stop(TimeStep(500 * MS));
                Simulator::Run();
                std::set<uint64_t> addresses;
                for (uint32_t i = 0; i < bench.receiver.placed.size(); ++i)
                {
                    const auto& placement = bench.receiver.placed[i].placement;
                    addresses.insert(placement.remoteAddress);
                    NS_TEST_ASSERT_MSG_EQ(placement.bytes, placement.number % 7 * 3000, "bytes");
                    NS_TEST_ASSERT_MSG_EQ(placement.number, placement.remoteAddress, "number");
                    if (ordered)
                    {
                        NS_TEST_ASSERT_MSG_EQ(placement.number, i, "in order");
                    }
                }
                NS_TEST_ASSERT_MSG_EQ(bench.receiver.placed.size(), n, scheme << " " << seed);
                NS_TEST_ASSERT_MSG_EQ(addresses.size(), n, "each once");
                NS_TEST_ASSERT_MSG_EQ(bench.sender.sent.size(), n, "all complete");
                for (uint32_t i = 0; i < n; ++i)
                {
                    NS_TEST_ASSERT_MSG_EQ(bench.sender.sent[i].completion.wrId, i, "in order");
                }
                NS_TEST_ASSERT_MSG_EQ(
                    bench.a->GetReliability()->GetBytesInFlight(), 0, "none left");
            }
        }
    }
};

/** The suite. */
class UetTestSuite : public TestSuite
{
  public:
    UetTestSuite()
        : TestSuite("weft-rdma-uet", TestSuite::Type::UNIT)
    {
        AddTestCase(new UetFlowTestCase);
        AddTestCase(new UetTrimTestCase);
        AddTestCase(new UetLossTestCase);
        // RTO, 2 RTO, 4 RTO, and the fourth timeout is one too many.
        AddTestCase(
            new ExhaustionTestCase("ns3::rdma::UetRud[Rto=100us|RetryCount=3]", 15 * RTO, 4));
        AddTestCase(new UetSleekTestCase);
        AddTestCase(new UetVerbsTestCase);
        AddTestCase(new UetRandomTestCase);
    }
};

UetTestSuite g_uetTestSuite; ///< registers the suite

} // namespace
