/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-test-net.h"

#include "ns3/double.h"
#include "ns3/random-variable-stream.h"
#include "ns3/rdma-opcode.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"

#include <array>
#include <cstdlib>
#include <iostream>

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

/** Environment variable: how many nets each transport has, where that is not 100; and then a line
 * about each is printed. */
constexpr const char* RUNS_VARIABLE = "WEFT_PROPERTY_RUNS";

/** A transport of the property test. A new one is a line in the list at the end of this file. */
struct Transport
{
    std::string name;           ///< of the test case
    std::string reliability;    ///< scheme with attributes that make its timers short
    double disturbance;         ///< share of the losses and repetitions that it must survive
    bool survivesReordering;    ///< it makes progress though many packets overtake each other
    bool isUnordered{false};    ///< messages may complete in any order
    bool hasAtomics{true};      ///< it has FETCH_ADD and COMPARE_SWAP
    bool knowsTrims{false};     ///< it knows of packets without payload
    uint32_t leastWindow{1};    ///< packets, with which it makes progress
    bool onlyRepeatable{false}; ///< it has READ and WRITE alone, and tells nobody of a WRITE
    std::string law{};          ///< congestion control; empty: random windows
};

/**
 * Two hosts send each other messages of random verbs and sizes, with random windows, over a box
 * that loses, repeats, delays and so reorders frames, and sometimes trims them or cuts the link for
 * good, and over links that damage them; sometimes a host loses its own link for good. Whatever
 * happens:
 *
 * - each message is placed at most once, in the order posted if the transport promises that, with
 * its size, address or receive, and immediate data;
 * - each request completes exactly once, in the order posted;
 * - a request that completes with success was placed (where the target remembers anything), or
 * brought its data;
 * - atomics are executed once each, in the order posted;
 * - a queue pair that fails completes all its requests, the first with the reason;
 * - a link that is not cut fails no queue pair;
 * - the simulation ends.
 */
class PropertyTestCase : public TestCase
{
  public:
    /** @param transport what is tested @param seeds how many nets */
    PropertyTestCase(const Transport& transport, uint32_t seeds)
        : TestCase(transport.name),
          m_transport(transport),
          m_seeds(seeds)
    {
    }

  private:
    /** One end of the connection. */
    struct End
    {
        Ptr<QueuePair> queuePair;          ///< it
        std::vector<WorkRequest> requests; ///< posted
        Recorder recorder;                 ///< what its user was told
        uint64_t nReceives{0};             ///< receives posted for the peer's requests
    };

    /** What happened in all nets. */
    struct Totals
    {
        uint64_t data{0};                  ///< data frames that left
        uint64_t repeated{0};              ///< of those, again
        uint64_t early{0};                 ///< came out of order
        uint64_t duplicates{0};            ///< came again
        uint64_t damaged{0};               ///< were damaged
        uint64_t trimmed{0};               ///< came without payload
        uint64_t failed{0};                ///< queue pairs
        std::array<uint64_t, 7> succeeded; ///< requests, by verb
    };

    void DoRun() override
    {
        Totals totals{};
        for (m_seed = 0; m_seed < m_seeds && !IsStatusFailure(); ++m_seed)
        {
            m_random = CreateObject<UniformRandomVariable>();
            m_random->SetStream(1000 + m_seed);
            RunOne(totals);
        }
        if (std::getenv(RUNS_VARIABLE))
        {
            std::cout << "property\t" << GetName() << "\t" << m_seed << "\t" << IsStatusFailure()
                      << "\t" << totals.data << "\t" << totals.repeated << std::endl;
        }
        NS_TEST_EXPECT_MSG_GT(totals.repeated, m_seeds, "the test repeats packets");
        NS_TEST_EXPECT_MSG_GT(totals.early, 0, "reorders them");
        NS_TEST_EXPECT_MSG_GT(totals.duplicates, 0, "sends them twice");
        NS_TEST_EXPECT_MSG_GT(totals.damaged, 0, "damages them");
        NS_TEST_EXPECT_MSG_EQ((totals.trimmed > 0), m_transport.knowsTrims, "trims them");
        NS_TEST_EXPECT_MSG_GT(totals.failed, 0, "and fails queue pairs");
        for (std::size_t verb = 0; verb < totals.succeeded.size(); ++verb)
        {
            const bool possible = Carries(static_cast<Verb>(verb));
            NS_TEST_EXPECT_MSG_EQ((totals.succeeded[verb] > 0), possible, "verb " << verb);
        }
    }

    /** @param verb a verb @return whether the transport has it */
    bool Carries(Verb verb) const
    {
        return m_transport.onlyRepeatable ? verb == Verb::READ || verb == Verb::WRITE
                                          : m_transport.hasAtomics || !IsAtomic(verb);
    }

    /** @param most a number @return one of 0 to that */
    uint64_t Draw(uint64_t most)
    {
        return m_random->GetInteger(0, most);
    }

    /** @return a request of any verb */
    WorkRequest DrawRequest(uint64_t id, uint64_t base)
    {
        WorkRequest request = Write(Draw(4) == 0 ? Draw(1) : Draw(6000), id, base + id);
        request.verb = static_cast<Verb>(Draw(m_transport.hasAtomics ? 6 : 4));
        if (!Carries(request.verb))
        {
            request.verb = Verb::WRITE;
        }
        request.immediate = 77 * id;
        request.fence = Draw(7) == 0;
        if (IsAtomic(request.verb))
        {
            // A counter: each finds what the one before left.
            request.remoteAddress = base;
            request.operand = request.verb == Verb::FETCH_ADD ? 1 : 1'000'000 + id;
            request.compare = UINT64_MAX; // is never there
        }
        return request;
    }

    /** Let a box meddle with frames. @param chain the net @param cut whether it cuts the link */
    void Meddle(Chain& chain, bool cut)
    {
        const double loss = 0.02 * Draw(6) * m_transport.disturbance;
        const double duplication = 0.02 * Draw(6) * m_transport.disturbance;
        // What takes an overtaken packet for lost makes progress if few are.
        const double late =
            0.1 * Draw(6) * (m_transport.survivesReordering ? 1 : 0.03 * m_transport.disturbance);
        const double trims = m_transport.knowsTrims ? 0.03 * Draw(4) : 0;
        const Ticks most = 1 + Draw(8 * US);
        const Ticks cutAt = cut ? Draw(40 * US) : INT64_MAX;
        chain.meddler->SetRule(
            [=](fabric::Frame& frame, std::vector<Ticks>& delays)
            {
                if (fabric::NowTicks() >= cutAt || m_random->GetValue() < loss)
                {
                    delays.clear();
                    return;
                }
                if (frame.roce.payloadBytes > 0 && HasPayload(frame.roce.opcode) &&
                    m_random->GetValue() < trims)
                {
                    frame.trimmed = true;
                    frame.bytes = 64;
                }
                if (m_random->GetValue() < duplication)
                {
                    delays.push_back(Draw(m_transport.survivesReordering ? most : 0));
                }
                if (m_random->GetValue() < late)
                {
                    delays[0] = Draw(most);
                }
            });
        // A frame of 1 KB is damaged, and dropped unseen by the port, once in 25 times at most.
        m_errors = CreateObject<fabric::RandomFrameErrorModel>();
        m_errors->SetAttribute("BitErrorRate",
                               DoubleValue(1e-6 * Draw(5) * m_transport.disturbance));
        m_errors->AssignStreams(m_seed);
        chain.link[0]->SetErrorModel(0, m_errors);
        chain.link[0]->SetErrorModel(1, m_errors);
    }

    /** One net. @param [in,out] totals what happened */
    void RunOne(Totals& totals)
    {
        ChainOptions options;
        options.meddler = true;
        options.mtu = 1024;
        Chain chain(options);
        const uint64_t window =
            Draw(2) > 0 ? 0 : 1024 * (m_transport.leastWindow + Draw(7)); // 0: none
        for (auto& nic : chain.nic)
        {
            nic->SetAttribute("Reliability", StringValue(m_transport.reliability));
            nic->SetAttribute("CongestionControl",
                              StringValue(m_transport.law.empty()
                                              ? "ns3::rdma::NoCongestionControl[Window=" +
                                                    std::to_string(window) + "]"
                                              : m_transport.law));
        }
        const bool cut = m_seed % 8 == 7;
        const bool atHost = m_seed % 16 == 15; // the link of a host, which knows of it
        Meddle(chain, cut && !atHost);
        if (atHost)
        {
            Simulator::Schedule(
                TimeStep(Draw(40 * US)), &fabric::Link::SetUp, chain.link[0], false);
        }
        End ends[2];
        std::tie(ends[0].queuePair, ends[1].queuePair) =
            chain.Connect(Draw(0xffffff), Draw(0xffffff));
        for (uint32_t i = 0; i < 2; ++i)
        {
            Post(ends[i], ends[1 - i], 1000 * (i + 1));
        }
        Simulator::Stop(Seconds(10));
        Simulator::Run();
        const uint64_t sent = Sent(chain);
        Simulator::Stop(Seconds(10));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(Sent(chain), sent, "seed " << m_seed << ": it ends");
        Check(ends[0], ends[1], cut);
        Check(ends[1], ends[0], cut);
        for (uint32_t i = 0; i < 2; ++i)
        {
            Count(ends[i], chain.nic[i]->GetCounters(), totals);
        }
        for (const auto& link : chain.link)
        {
            totals.damaged += link->GetNLost();
        }
    }

    /** Add what happened at one end. */
    static void Count(const End& end, const Nic::Counters& counters, Totals& totals)
    {
        totals.data += counters.dataSent;
        totals.repeated += counters.dataRepeated;
        totals.early += counters.outOfOrder;
        totals.duplicates += counters.duplicates;
        totals.trimmed += counters.trimmedReceived;
        totals.failed += end.queuePair->IsReady() ? 0 : 1;
        for (const auto& sent : end.recorder.sent)
        {
            totals.succeeded[static_cast<std::size_t>(sent.completion.verb)] +=
                sent.completion.status == CompletionStatus::SUCCESS;
        }
    }

    /** @return data frames that left both hosts */
    static uint64_t Sent(const Chain& chain)
    {
        return chain.nic[0]->GetCounters().dataSent + chain.nic[1]->GetCounters().dataSent;
    }

    /** Post requests at one end and receives at the other, some of them late. */
    void Post(End& end, End& peer, uint64_t base)
    {
        end.queuePair->SetHandler(&end.recorder);
        const uint64_t n = 1 + Draw(20);
        for (uint64_t id = 0; id < n; ++id)
        {
            end.requests.push_back(DrawRequest(id, base));
            if (ConsumesReceive(end.requests.back().verb))
            {
                Simulator::Schedule(TimeStep(Draw(1) ? 0 : Draw(30 * US)),
                                    &QueuePair::PostReceive,
                                    peer.queuePair,
                                    peer.nReceives++);
            }
        }
        for (const WorkRequest& request : end.requests)
        {
            end.queuePair->PostSend(request);
        }
    }

    /** Check what became of the requests of one end. @param cut whether the link was cut */
    void Check(const End& end, const End& peer, bool cut)
    {
        const std::string seed = "seed " + std::to_string(m_seed) + ": ";
        const auto& sent = end.recorder.sent;
        const auto& placed = peer.recorder.placed;
        NS_TEST_ASSERT_MSG_EQ(sent.size(), end.requests.size(), seed << "each completes once");
        NS_TEST_ASSERT_MSG_EQ((placed.size() <= sent.size()), true, seed << "at most once");
        std::size_t succeeded = 0;
        for (std::size_t i = 0; i < sent.size(); ++i)
        {
            NS_TEST_ASSERT_MSG_EQ(sent[i].completion.wrId, i, seed << "in order");
            const CompletionStatus status = sent[i].completion.status;
            if (status == CompletionStatus::SUCCESS)
            {
                NS_TEST_ASSERT_MSG_EQ(succeeded, i, seed << "no success behind a failure");
                ++succeeded;
            }
            else
            {
                NS_TEST_ASSERT_MSG_EQ(cut, true, seed << "no failure without a cause");
                NS_TEST_ASSERT_MSG_EQ((status == CompletionStatus::FLUSHED),
                                      (i > succeeded),
                                      seed << "the first with the reason");
            }
        }
        CheckAtomics(end, succeeded);
        std::vector<bool> isPlaced(end.requests.size(), false);
        for (std::size_t i = 0; i < placed.size(); ++i)
        {
            const Placement& placement = placed[i].placement;
            const uint64_t number = placement.number;
            NS_TEST_ASSERT_MSG_LT(number, end.requests.size(), seed << "number");
            NS_TEST_ASSERT_MSG_EQ(isPlaced[number], false, seed << "once");
            isPlaced[number] = true;
            const bool inOrder = i == 0 || number > placed[i - 1].placement.number;
            NS_TEST_ASSERT_MSG_EQ(
                (inOrder || m_transport.isUnordered), true, seed << "in the order posted");
            const WorkRequest& request = end.requests[number];
            NS_TEST_ASSERT_MSG_EQ(placement.bytes, request.bytes, seed << "size");
            NS_TEST_ASSERT_MSG_EQ((placement.verb == request.verb), true, seed << "verb");
            if (IsWrite(request.verb))
            {
                NS_TEST_ASSERT_MSG_EQ(placement.remoteAddress, request.remoteAddress, seed);
            }
            if (HasImmediateData(request.verb))
            {
                NS_TEST_ASSERT_MSG_EQ(placement.immediate, request.immediate, seed);
            }
        }
        for (std::size_t i = 0; i < succeeded; ++i)
        {
            NS_TEST_ASSERT_MSG_EQ(
                isPlaced[i],
                (!AsksForData(end.requests[i].verb) && !m_transport.onlyRepeatable),
                seed << "success means placed");
        }
    }

    /** Check what atomics brought back. @param succeeded requests, from the first on */
    void CheckAtomics(const End& end, std::size_t succeeded)
    {
        uint64_t added = 0;
        for (std::size_t i = 0; i < succeeded; ++i)
        {
            const Verb verb = end.requests[i].verb;
            if (IsAtomic(verb))
            {
                NS_TEST_ASSERT_MSG_EQ(end.recorder.sent[i].completion.original,
                                      added,
                                      "seed " << m_seed << ": each atomic once");
            }
            added += verb == Verb::FETCH_ADD ? 1 : 0;
        }
    }

    Transport m_transport;                       ///< what is tested
    uint32_t m_seeds;                            ///< nets
    uint32_t m_seed{0};                          ///< the one at hand
    Ptr<UniformRandomVariable> m_random;         ///< all choices but what is damaged
    Ptr<fabric::RandomFrameErrorModel> m_errors; ///< what is damaged
};

/** The suite. */
class RdmaPropertyTestSuite : public TestSuite
{
  public:
    RdmaPropertyTestSuite()
        : TestSuite("weft-rdma-property", TestSuite::Type::UNIT)
    {
        // Retries are many, or losses few, so that what fails is what cannot be helped: go-back-N
        // has seven retries, and repeats what overtakes.
        const std::vector<Transport> transports = {
            {"go-back-N",
             "ns3::rdma::GoBackN[AckTimeout=3|RnrTimer=1|NakGenerationDelay=0us|"
             "NakReactionDelay=0us]",
             0.3,
             false},
            {"go-back-N with delays, coalesced ACKs and adaptive timeouts",
             "ns3::rdma::GoBackN[AckTimeout=6|AdaptiveTimeout=1|AckEvery=3|RnrTimer=1]",
             0.3,
             false},
            // With seven retries, and each loss costing a message, it cannot survive more; and a
            // message has to fit into the window.
            {"go-back-0",
             "ns3::rdma::GoBackZero[AckTimeout=3|RnrTimer=1]",
             0.05,
             false,
             false,
             true,
             false,
             6},
            {"selective repeat",
             "ns3::rdma::SelectiveRepeat[RetryCount=30|MaxBackoff=2|RnrTimer=1]",
             1,
             true},
            {"selective repeat with thresholds and a small window",
             "ns3::rdma::SelectiveRepeat[RetryCount=30|MaxBackoff=2|RnrTimer=1|ReorderPackets=3|"
             "ReorderTime=2us|BitmapPackets=7|AckEvery=3]",
             1,
             true},
            {"SACK and RACK",
             "ns3::rdma::SackRack[RetryCount=30|MaxBackoff=2|RnrTimer=1]",
             1,
             true},
            {"SACK and RACK with a small window",
             "ns3::rdma::SackRack[RetryCount=30|MaxBackoff=2|RnrTimer=1|BitmapPackets=5|"
             "AckEvery=4]",
             1,
             true},
            {"Ultra Ethernet, unordered",
             "ns3::rdma::UetRud[Rto=20us|RetryCount=30|MaxBackoff=2]",
             1,
             true,
             true,
             false,
             true},
            {"Ultra Ethernet, unordered, with SLEEK and a small window",
             "ns3::rdma::UetRud[Rto=20us|RetryCount=30|MaxBackoff=2|Sleek=true|BaseRtt=3us|"
             "WindowPackets=7]",
             1,
             true,
             true,
             false,
             true},
            {"Ultra Ethernet, unordered, with receiver credit",
             "ns3::rdma::UetRud[Rto=20us|RetryCount=30|MaxBackoff=2]",
             1,
             true,
             true,
             false,
             true,
             1,
             false,
             "ns3::rdma::Rccc[BaseRtt=4us]"},
            {"Ultra Ethernet, unordered, with NSCC and receiver credit",
             "ns3::rdma::UetRud[Rto=20us|RetryCount=30|MaxBackoff=2]",
             1,
             true,
             true,
             false,
             true,
             1,
             false,
             "ns3::rdma::NsccRccc[BaseRtt=4us]"},
            {"Ultra Ethernet, idempotent",
             "ns3::rdma::UetRudi[Rto=20us|RetryCount=30|MaxBackoff=2]",
             1,
             true,
             true,
             false,
             true,
             1,
             true},
            {"Ultra Ethernet, idempotent, with few packets at a time",
             "ns3::rdma::UetRudi[Rto=20us|RetryCount=30|MaxBackoff=2|WindowPackets=3]",
             1,
             true,
             true,
             false,
             true,
             1,
             true},
            {"SRD",
             "ns3::rdma::Srd[MinRto=10us|InitialRto=20us|RetryCount=30|MaxBackoff=2]",
             1,
             true,
             true,
             false},
            {"SRD with a small window",
             "ns3::rdma::Srd[MinRto=10us|InitialRto=20us|RetryCount=30|MaxBackoff=2|"
             "WindowPackets=5]",
             1,
             true,
             true,
             false},
            {"Falcon",
             "ns3::rdma::Falcon[MinRto=10us|InitialRto=20us|RetryCount=30|MaxBackoff=2|RnrTimer=1|"
             "BitmapPackets=128]",
             1,
             true},
            {"Falcon with packets out of the window",
             "ns3::rdma::Falcon[MinRto=10us|InitialRto=20us|RetryCount=30|MaxBackoff=2|RnrTimer=1|"
             "BitmapPackets=4|TransmitWindow=16|AckEvery=3]",
             1,
             true},
            {"MP-RDMA",
             "ns3::rdma::MpRdma[MinRto=10us|InitialRto=20us|RetryCount=30|MaxBackoff=2|RnrTimer=1|"
             "BitmapPackets=64|TransmitWindow=1024]",
             1,
             true},
            {"MP-RDMA with packets beyond the bitmap",
             "ns3::rdma::MpRdma[MinRto=10us|InitialRto=20us|RetryCount=30|MaxBackoff=2|RnrTimer=1|"
             "BitmapPackets=4|TransmitWindow=16|Delta=2]",
             1,
             true},
            {"Ultra Ethernet, ordered",
             "ns3::rdma::UetRod[AckTimeout=3|RnrTimer=1|NakGenerationDelay=0us|"
             "NakReactionDelay=0us]",
             0.3,
             false,
             false,
             true,
             true},
        };
        const char* runs = std::getenv(RUNS_VARIABLE);
        for (const auto& transport : transports)
        {
            AddTestCase(new PropertyTestCase(transport, runs ? std::atoi(runs) : 100));
        }
    }
};

RdmaPropertyTestSuite g_rdmaPropertyTestSuite; ///< registers the suite

} // namespace
