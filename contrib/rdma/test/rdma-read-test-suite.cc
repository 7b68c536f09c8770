/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-loss-setup.h"

#include "ns3/fabric-marker.h"
#include "ns3/object-factory.h"
#include "ns3/rdma-data-requests.h"
#include "ns3/rdma-opcode.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

constexpr Ticks G = 2 * US;               ///< NAK generation
constexpr Ticks R = 4 * US;               ///< NAK reaction
constexpr Ticks RTO = 8 * Ticks{4096000}; ///< AckTimeout 3

const std::string GO_BACK_N = "ns3::rdma::GoBackN[AckTimeout=3]"; ///< responses of the request
const std::string SELECTIVE = "ns3::rdma::SelectiveRepeat";       ///< responses of their own

/** @return a FETCH_ADD @param operand what to add @param wrId of the request */
WorkRequest
FetchAdd(uint64_t operand, uint64_t wrId = 0)
{
    WorkRequest request = Write(0, wrId, 0x2000);
    request.verb = Verb::FETCH_ADD;
    request.operand = operand;
    return request;
}

/** A READ of ten packets whose frames are lost, with go-back-N. */
class ReadLossTestCase : public TestCase
{
  public:
    /** @param firstPsn of the request */
    explicit ReadLossTestCase(uint32_t firstPsn)
        : TestCase("READ, go-back-N: loss of single frames, first PSN " + std::to_string(firstPsn)),
          m_first(firstPsn)
    {
    }

  private:
    /** What is expected of a run. */
    struct Expected
    {
        Ticks fct;          ///< completion
        uint32_t requests;  ///< READ requests served
        uint32_t responses; ///< packets of responses sent
        uint32_t timeouts;  ///< at the requester
    };

    /** Fetch ten packets. @param what is lost, PSNs counted from 0 @param expected what happens */
    void Run(const std::string& name, std::vector<Saboteur::Target> what, const Expected& expected)
    {
        LossSetup setup(GO_BACK_N, m_first);
        for (auto& target : what)
        {
            target.psn = (target.psn + m_first) & 0xffffff;
        }
        setup.saboteur->targets = what;
        NS_TEST_ASSERT_MSG_EQ(setup.a->PostSend(Read(10 * 4086, 5)), true, name);
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(setup.saboteur->lost, what.size(), name << ": as arranged");
        NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 1, name << ": completed once");
        NS_TEST_EXPECT_MSG_EQ(setup.sender.sent[0].completion.wrId, 5, name << ": it");
        NS_TEST_EXPECT_MSG_EQ(setup.sender.sent[0].completion.bytes, 40'860, name << ": bytes");
        NS_TEST_EXPECT_MSG_EQ(setup.sender.sent[0].at, expected.fct, name << ": time");
        NS_TEST_EXPECT_MSG_EQ(setup.receiver.placed.size(), 0, name << ": nobody is told");
        NS_TEST_EXPECT_MSG_EQ(setup.Receiver().readsServed, expected.requests, name << ": served");
        NS_TEST_EXPECT_MSG_EQ(
            setup.Receiver().responsesSent, expected.responses, name << ": responses");
        NS_TEST_EXPECT_MSG_EQ(setup.Sender().timeouts, expected.timeouts, name << ": timeouts");
        NS_TEST_EXPECT_MSG_EQ(setup.Sender().acksSent, 0, name << ": nobody acknowledges them");
        NS_TEST_EXPECT_MSG_EQ(setup.a->GetNPending(), 0, name << ": done");
    }

    void DoRun() override
    {
        const auto lose = [](uint32_t psn, int opcode) {
            return Saboteur::Target{Saboteur::Target::DATA, psn, 1, opcode};
        };
        // The request arrives at A + P, and its ten responses are back 10 S + P later.
        const Ticks whole = A + P + 10 * S + P;
        Run("nothing lost", {}, {whole, 1, 10, 0});
        Run("request", {lose(0, OP_READ_REQUEST)}, {RTO + whole, 1, 10, 1});
        // Response k lost: response k + 1 is here at A + 2 P + (k + 2) S and shows it. The rest is
        // asked for G + R later; by then all ten have been sent.
        const auto again = [](uint32_t k) { return A + 2 * P + (k + 2) * S + G + R; };
        Run("first", {lose(0, OP_READ_RESPONSE_FIRST)}, {again(0) + A + P + 10 * S + P, 2, 20, 0});
        Run("sixth", {lose(5, OP_READ_RESPONSE_MIDDLE)}, {again(5) + A + P + 5 * S + P, 2, 15, 0});
        // The last one: the timer runs from the response before, and one packet is asked for.
        Run("last",
            {lose(9, OP_READ_RESPONSE_LAST)},
            {A + P + 9 * S + P + RTO + A + P + S + P, 2, 11, 1});
        // The sixth lost once more, now the first of its response: there is one repetition for it,
        // and then the timer, from when the request left again.
        Run("sixth twice",
            {lose(5, OP_READ_RESPONSE_MIDDLE), lose(5, OP_READ_RESPONSE_FIRST)},
            {again(5) + RTO + A + P + 5 * S + P, 3, 20, 1});
    }

    uint32_t m_first; ///< first PSN
};

/** What comes behind a READ: order, acknowledgments, limit and fence. */
class ReadOrderTestCase : public TestCase
{
  public:
    ReadOrderTestCase()
        : TestCase("READ: order, fence and limit")
    {
    }

  private:
    void DoRun() override
    {
        CheckWriteBehind();
        CheckLossBefore();
        CheckLimit();
        CheckFence();
        CheckBothWays();
    }

    /** An ACK does not overtake responses, and completions keep the order. */
    void CheckWriteBehind()
    {
        LossSetup setup(GO_BACK_N);
        setup.a->PostSend(Read(10 * 4086, 0));
        setup.a->PostSend(Write(4086, 1));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 2, "both");
        NS_TEST_ASSERT_MSG_EQ(setup.receiver.placed.size(), 1, "the WRITE");
        NS_TEST_EXPECT_MSG_EQ(setup.receiver.placed[0].placement.number, 1, "counts the READ");
        NS_TEST_EXPECT_MSG_EQ(setup.receiver.placed[0].at, A + S + P, "right behind the request");
        const Ticks data = A + P + 10 * S + P;
        NS_TEST_EXPECT_MSG_EQ(setup.sender.sent[0].at, data, "READ");
        NS_TEST_EXPECT_MSG_EQ(setup.sender.sent[1].at, data + A, "the ACK left after the data");
        NS_TEST_EXPECT_MSG_EQ(setup.Sender().dataRepeated, 0, "nothing seemed lost");
    }

    /** The response of a READ is lost, with a WRITE behind it. */
    void CheckLossBefore()
    {
        LossSetup lossy(GO_BACK_N);
        lossy.saboteur->targets = {{Saboteur::Target::DATA, 0, 1, OP_READ_RESPONSE_ONLY}};
        lossy.a->PostSend(Read(4086, 0));
        lossy.a->PostSend(Write(4086, 1));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(lossy.sender.sent.size(), 2, "both");
        // The ACK, late, comes behind the response; both requests are sent again.
        const Ticks shown = A + P + S + A + P;
        NS_TEST_EXPECT_MSG_EQ(
            lossy.sender.sent[0].at, shown + G + R + A + P + S + P, "asked for again");
        NS_TEST_EXPECT_MSG_EQ(lossy.Sender().dataRepeated, 2, "READ and WRITE");
        NS_TEST_EXPECT_MSG_EQ(lossy.receiver.placed.size(), 1, "the WRITE is placed once");
        NS_TEST_EXPECT_MSG_EQ(lossy.Sender().timeouts, 0, "no timeout");
    }

    /** Two READs at a time. */
    void CheckLimit()
    {
        for (const std::string& scheme : {GO_BACK_N, SELECTIVE})
        {
            ChainOptions options;
            Chain chain(options);
            for (auto& nic : chain.nic)
            {
                nic->SetAttribute("Reliability", StringValue(scheme));
            }
            auto [a, b] = chain.Connect();
            Recorder recorder;
            a->SetHandler(&recorder);
            a->SetAttribute("MaxRdAtomic", UintegerValue(2));
            b->SetAttribute("MaxRdAtomic", UintegerValue(2));
            const auto departures = Watch(chain.nic[0]);
            for (uint32_t i = 0; i < 3; ++i)
            {
                a->PostSend(Read(4086, i));
            }
            a->PostSend(Write(4086, 3));
            NS_TEST_EXPECT_MSG_EQ(a->GetNOutstandingReads(), 2, "the third waits");
            NS_TEST_EXPECT_MSG_EQ(a->GetNPending(), 4, "all are pending");
            Simulator::Run();
            NS_TEST_ASSERT_MSG_EQ(recorder.sent.size(), 4, "all complete");
            NS_TEST_ASSERT_MSG_EQ(departures->size(), 4, "a packet each");
            // With a sequence of their own, responses leave behind the ACK of the request.
            const Ticks first = A + P + (scheme == SELECTIVE ? A : 0) + S + P;
            NS_TEST_EXPECT_MSG_EQ(recorder.sent[0].at, first, "first");
            NS_TEST_EXPECT_MSG_EQ((*departures)[1].at, A, "the second behind the first");
            NS_TEST_EXPECT_MSG_GT((*departures)[2].at, first - 1, "the third then");
            NS_TEST_EXPECT_MSG_LT((*departures)[2].at, first + 2 * A + 1, "at once");
            for (uint32_t i = 0; i < 4; ++i)
            {
                NS_TEST_EXPECT_MSG_EQ(recorder.sent[i].completion.wrId, i, "in order");
            }
        }
    }

    /** A WRITE that waits for a READ. */
    void CheckFence()
    {
        LossSetup setup(GO_BACK_N);
        const auto departures = Watch(setup.chain.nic[0]);
        setup.a->PostSend(Read(4086, 0));
        WorkRequest write = Write(4086, 1);
        write.fence = true;
        setup.a->PostSend(write);
        setup.a->PostSend(Write(4086, 2));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(departures->size(), 3, "a packet each");
        const Ticks data = A + P + S + P;
        NS_TEST_EXPECT_MSG_EQ((*departures)[1].at, data, "with the data");
        NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 3, "all complete");
        NS_TEST_EXPECT_MSG_EQ(setup.sender.sent[1].at, data + LOOP, "then");
    }

    /** The responder sends of its own besides: frame by frame in turn. */
    void CheckBothWays()
    {
        LossSetup setup(GO_BACK_N);
        setup.b->PostSend(Write(40 * 4086, 9));
        setup.a->PostSend(Read(10 * 4086, 0));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 1, "READ");
        NS_TEST_ASSERT_MSG_EQ(setup.receiver.sent.size(), 1, "WRITE");
        // The fourth packet of the WRITE is on the wire at A + P, 1.005 us, and the fifth is chosen
        // then or before; from there on the two alternate.
        NS_TEST_EXPECT_MSG_LT(setup.sender.sent[0].at, (5 + 20) * S + P + 1, "half the link");
        NS_TEST_EXPECT_MSG_GT(setup.sender.sent[0].at, (4 + 19) * S + P - 1, "and no more");
        NS_TEST_EXPECT_MSG_EQ(setup.receiver.sent[0].at, 50 * S + 2 * P + A, "all in all");
    }
};

/** READ where responses have a sequence and acknowledgments of their own. */
class ReadSelectiveTestCase : public TestCase
{
  public:
    ReadSelectiveTestCase()
        : TestCase("READ, selective repeat: loss of single frames")
    {
    }

  private:
    /** Fetch ten packets. @param what is lost @param fct completion @param repeated responses */
    void Run(const std::string& name,
             const std::vector<Saboteur::Target>& what,
             Ticks fct,
             uint32_t repeated)
    {
        LossSetup setup(SELECTIVE);
        setup.saboteur->targets = what;
        setup.a->PostSend(Read(10 * 4086, 5));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(setup.saboteur->lost, what.size(), name << ": as arranged");
        NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 1, name << ": completed once");
        NS_TEST_EXPECT_MSG_EQ(setup.sender.sent[0].at, fct, name << ": time");
        NS_TEST_EXPECT_MSG_EQ(setup.Receiver().readsServed, 1, name << ": served once");
        NS_TEST_EXPECT_MSG_EQ(
            setup.Receiver().dataRepeated, repeated, name << ": by the responder");
        NS_TEST_EXPECT_MSG_EQ(setup.Receiver().dataSent, 10 + repeated, name << ": responses");
        NS_TEST_EXPECT_MSG_EQ(setup.a->GetNPending(), 0, name << ": done");
        NS_TEST_EXPECT_MSG_EQ(
            setup.b->GetResponses().GetNPending(), 0, name << ": the responder knows");
    }

    void DoRun() override
    {
        const auto lose = [](uint32_t psn, int opcode) {
            return Saboteur::Target{Saboteur::Target::DATA, psn, 1, opcode};
        };
        // The request arrives at A + P; its ACK goes before the responses.
        const Ticks begin = A + P + A;
        Run("nothing lost", {}, begin + 10 * S + P, 0);
        // Response 5: response 6 shows it, the NACK is at the responder A + P later, when all ten
        // have left.
        const Ticks nack = begin + 7 * S + P + A + P;
        Run("sixth", {lose(5, OP_READ_RESPONSE_MIDDLE)}, nack + S + P, 1);
        // The last one: RtoLow after the ACK of the one before; then it comes again.
        const Ticks ack = begin + 9 * S + P + A + P;
        Run("last", {lose(9, OP_READ_RESPONSE_LAST)}, ack + 100 * US + S + P, 1);
        // Its ACK: the requester has the data, and does not notice.
        Run("last ACK", {{Saboteur::Target::ACK, 9, 1}}, begin + 10 * S + P, 1);
    }
};

/** The responder paces responses, and heeds notifications. */
class ReadRateTestCase : public TestCase
{
  public:
    ReadRateTestCase()
        : TestCase("READ: rate of the responder, congestion notifications")
    {
    }

  private:
    void DoRun() override
    {
        // Frames of 4150 bytes at 25 Gb/s are 1328 ns apart.
        constexpr Ticks SLOW = 1'328'000;
        for (const std::string& scheme : {GO_BACK_N, SELECTIVE})
        {
            LossSetup setup(scheme);
            setup.b->SetAttribute("MaxRate", StringValue("25Gbps"));
            setup.a->PostSend(Read(10 * 4086));
            Simulator::Run();
            NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 1, scheme << ": completed");
            // Where the ACK of the request goes first, the next response makes up for that.
            NS_TEST_EXPECT_MSG_EQ(
                setup.sender.sent[0].at, A + P + 9 * SLOW + S + P, scheme << ": paced");
            CheckNotifications(scheme);
        }
    }

    /** A switch marks all: the requester notifies the responder, which slows down. */
    void CheckNotifications(const std::string& scheme)
    {
        ChainOptions options;
        options.links = 2;
        Chain chain(options);
        for (auto& nic : chain.nic)
        {
            nic->SetAttribute("Reliability", StringValue(scheme));
            nic->SetAttribute("CongestionControl", StringValue("ns3::rdma::DcqcnVendor"));
        }
        ObjectFactory marker("ns3::fabric::RedMarker");
        marker.Set("Kmin", UintegerValue(0));
        marker.Set("Kmax", UintegerValue(0));
        chain.node[2]->GetObject<fabric::Switch>()->SetMarkerFactory(marker);
        auto [a, b] = chain.Connect();
        Recorder recorder;
        a->SetHandler(&recorder);
        a->PostSend(Read(1000 * 4086));
        uint64_t rate = 0;
        Simulator::Schedule(MicroSeconds(200),
                            [&, b = b]() {
                                rate = scheme == SELECTIVE ? b->GetResponses().GetRate()
                                                           : b->GetRate();
                            });
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(recorder.sent.size(), 1, scheme << ": completed");
        NS_TEST_EXPECT_MSG_GT(chain.nic[0]->GetCounters().cnpsSent, 10, scheme << ": notified");
        NS_TEST_EXPECT_MSG_EQ(chain.nic[1]->GetCounters().cnpsReceived,
                              chain.nic[0]->GetCounters().cnpsSent,
                              scheme << ": heard");
        NS_TEST_EXPECT_MSG_LT(rate, 10'000'000'000, scheme << ": below a tenth of the link");
        NS_TEST_EXPECT_MSG_GT(rate, 0, scheme << ": but not stopped");
    }
};

/** Atomics are executed once. */
class AtomicTestCase : public TestCase
{
  public:
    AtomicTestCase()
        : TestCase("Atomics: results, and execution exactly once")
    {
    }

  private:
    void DoRun() override
    {
        for (const std::string& scheme : {GO_BACK_N, SELECTIVE, std::string("ns3::rdma::SackRack")})
        {
            CheckResults(scheme);
        }
        CheckReplay();
        CheckReplayOfMany();
        CheckRefusal();
    }

    /** Values, step by step. */
    void CheckResults(const std::string& scheme)
    {
        LossSetup setup(scheme);
        AtomicMemory& memory = setup.chain.nic[1]->GetAtomicMemory();
        memory.Set(0x2000, UINT64_MAX - 1);
        setup.a->PostSend(FetchAdd(5, 0)); // modulo 2^64: 3
        WorkRequest swap = FetchAdd(0x1234'5678'9abc'def0, 1);
        swap.verb = Verb::COMPARE_SWAP;
        swap.compare = 4; // is not there
        setup.a->PostSend(swap);
        swap.compare = 3;
        swap.wrId = 2;
        setup.a->PostSend(swap);
        setup.a->PostSend(FetchAdd(1, 3));
        Simulator::Run();
        const std::vector<uint64_t> originals = {UINT64_MAX - 1, 3, 3, 0x1234'5678'9abc'def0};
        NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 4, scheme << ": all");
        for (std::size_t i = 0; i < 4; ++i)
        {
            NS_TEST_EXPECT_MSG_EQ(setup.sender.sent[i].completion.wrId, i, scheme << ": order");
            NS_TEST_EXPECT_MSG_EQ(
                setup.sender.sent[i].completion.original, originals[i], scheme << ": was there");
        }
        NS_TEST_EXPECT_MSG_EQ(memory.Get(0x2000), 0x1234'5678'9abc'def1, scheme << ": is there");
        NS_TEST_EXPECT_MSG_EQ(setup.Receiver().atomicsServed, 4, scheme << ": executed");
        if (scheme == GO_BACK_N)
        {
            NS_TEST_EXPECT_MSG_EQ(setup.sender.sent[0].at, 2 * A + 2 * P, "there and back");
        }
    }

    /** The answer is lost: the result kept comes back. */
    void CheckReplay()
    {
        LossSetup setup(GO_BACK_N);
        setup.saboteur->targets = {{Saboteur::Target::DATA, 0, 1, OP_ATOMIC_ACKNOWLEDGE}};
        setup.a->PostSend(FetchAdd(7, 0));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 1, "completed");
        NS_TEST_EXPECT_MSG_EQ(setup.sender.sent[0].at, RTO + 2 * A + 2 * P, "after the timeout");
        NS_TEST_EXPECT_MSG_EQ(setup.sender.sent[0].completion.original, 0, "the first result");
        NS_TEST_EXPECT_MSG_EQ(setup.chain.nic[1]->GetAtomicMemory().Get(0x2000), 7, "added once");
        NS_TEST_EXPECT_MSG_EQ(setup.Receiver().atomicsServed, 1, "executed once");
        NS_TEST_EXPECT_MSG_EQ(setup.Receiver().duplicates, 1, "asked twice");
        NS_TEST_EXPECT_MSG_EQ(setup.Receiver().responsesSent, 2, "answered twice");
    }

    /** Sixteen outstanding, the first answer lost: all are asked for again. */
    void CheckReplayOfMany()
    {
        LossSetup many(GO_BACK_N);
        many.saboteur->targets = {{Saboteur::Target::DATA, 0, 1, OP_ATOMIC_ACKNOWLEDGE}};
        for (uint64_t i = 0; i < 20; ++i)
        {
            many.a->PostSend(FetchAdd(1, i));
        }
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(many.sender.sent.size(), 20, "completed");
        for (uint64_t i = 0; i < 20; ++i)
        {
            NS_TEST_EXPECT_MSG_EQ(many.sender.sent[i].completion.original, i, "each once");
        }
        NS_TEST_EXPECT_MSG_EQ(many.Receiver().atomicsServed, 20, "executed once");
    }

    /** What cannot be posted. */
    void CheckRefusal()
    {
        LossSetup setup("ns3::rdma::UetRud");
        NS_TEST_EXPECT_MSG_EQ(setup.a->PostSend(FetchAdd(7)), false, "not in Ultra Ethernet");
        NS_TEST_EXPECT_MSG_EQ(
            setup.a->PostSend(Read((uint64_t{1} << 31) + 1)), false, "more than the standard has");
        WorkRequest response = Write(1);
        response.verb = Verb::READ_RESPONSE;
        NS_TEST_EXPECT_MSG_EQ(setup.a->PostSend(response), false, "is not for users");
        NS_TEST_EXPECT_MSG_EQ(setup.a->PostSend(Read(100'000)), true, "a READ it has");
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(setup.sender.sent.size(), 1, "completes");
    }
};

/** Limit, fence and order by themselves. */
class DataRequestsTestCase : public TestCase
{
  public:
    DataRequestsTestCase()
        : TestCase("DataRequests, answers in any order")
    {
    }

  private:
    void DoRun() override
    {
        DataRequests requests(2);
        requests.NotePosted(0);
        requests.NotePosted(3);
        NS_TEST_EXPECT_MSG_EQ(requests.MustHold(Read(1)), true, "limit");
        NS_TEST_EXPECT_MSG_EQ(requests.MustHold(Write(1)), false, "a WRITE may go");
        requests.Hold(Read(1, 4));
        NS_TEST_EXPECT_MSG_EQ(requests.MustHold(Write(1)), true, "but not past a READ that waits");
        NS_TEST_EXPECT_MSG_EQ(requests.HasReleased(), false, "still");
        SendMessage message{};
        message.verb = Verb::READ;
        message.wrId = 1;
        requests.NoteAcknowledged(message);
        message.wrId = 2;
        requests.NoteAcknowledged(message);
        requests.NoteAnswer(3, 77);
        NS_TEST_EXPECT_MSG_EQ(requests.HasCompleted(), false, "the second, not the first");
        NS_TEST_EXPECT_MSG_EQ(requests.HasReleased(), true, "one may go");
        requests.NoteAnswer(0, 66);
        uint64_t original = 0;
        NS_TEST_EXPECT_MSG_EQ(requests.HasCompleted(), true, "now");
        NS_TEST_EXPECT_MSG_EQ(requests.TakeAcknowledged(original).wrId, 1, "the first");
        NS_TEST_EXPECT_MSG_EQ(original, 66, "its value");
        NS_TEST_EXPECT_MSG_EQ(requests.TakeAcknowledged(original).wrId, 2, "the second");
        NS_TEST_EXPECT_MSG_EQ(original, 77, "its value");
    }
};

/** The suite. */
class RdmaReadTestSuite : public TestSuite
{
  public:
    RdmaReadTestSuite()
        : TestSuite("weft-rdma-read", TestSuite::Type::UNIT)
    {
        AddTestCase(new ReadLossTestCase(0));
        AddTestCase(new ReadLossTestCase(0xfffffa)); // the wrap is inside of the response
        AddTestCase(new ReadOrderTestCase);
        AddTestCase(new ReadSelectiveTestCase);
        AddTestCase(new ReadRateTestCase);
        AddTestCase(new AtomicTestCase);
        AddTestCase(new DataRequestsTestCase);
    }
};

RdmaReadTestSuite g_rdmaReadTestSuite; ///< registers the suite

} // namespace
