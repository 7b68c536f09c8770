/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-test-net.h"

#include "ns3/random-variable-stream.h"
#include "ns3/rdma-opcode.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

/** A transport of the property test. A new one is a line in the list at the end of this file. */
struct Transport
{
    std::string name;        ///< of the test case
    std::string reliability; ///< scheme with attributes that make its timers short
    double disturbance;      ///< share of the losses and repetitions that it must survive
    bool survivesReordering; ///< it makes progress though many packets overtake each other
    bool isUnordered{false}; ///< messages may complete in any order
    bool hasAtomics{true};   ///< it has FETCH_ADD and COMPARE_SWAP
};

/**
 * Two hosts send each other messages of random verbs and sizes over a box that loses, repeats,
 * delays and so reorders frames, damages them, and sometimes cuts the link for good. Whatever
 * happens:
 *
 * - each message is placed at most once, in the order posted if the transport promises that, with
 * its size, address or receive, and immediate data;
 * - each request completes exactly once, in the order posted;
 * - a request that completes with success was placed, or brought its data;
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

    void DoRun() override
    {
        m_random = CreateObject<UniformRandomVariable>();
        m_random->SetStream(17);
        uint64_t repeated = 0;
        uint64_t failed = 0;
        for (m_seed = 0; m_seed < m_seeds; ++m_seed)
        {
            RunOne(repeated, failed);
            if (IsStatusFailure())
            {
                return;
            }
        }
        NS_TEST_EXPECT_MSG_GT(repeated, m_seeds, "the test repeats packets");
        NS_TEST_EXPECT_MSG_GT(failed, 0, "and fails queue pairs");
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

    /** One net. @param [in,out] repeated packets sent again @param [in,out] failed queue pairs */
    void RunOne(uint64_t& repeated, uint64_t& failed)
    {
        ChainOptions options;
        options.meddler = true;
        options.mtu = 1024;
        Chain chain(options);
        for (auto& nic : chain.nic)
        {
            nic->SetAttribute("Reliability", StringValue(m_transport.reliability));
        }
        const double loss = 0.02 * Draw(6) * m_transport.disturbance;
        const double duplication = 0.02 * Draw(6) * m_transport.disturbance;
        const double late = m_transport.survivesReordering ? 0.1 * Draw(6) : 0;
        const Ticks most = 1 + Draw(8 * US);
        const bool cut = m_seed % 8 == 7;
        const Ticks cutAt = cut ? Draw(40 * US) : INT64_MAX;
        chain.meddler->SetRule(
            [&](fabric::Frame& frame, std::vector<Ticks>& delays)
            {
                if (fabric::NowTicks() >= cutAt || m_random->GetValue() < loss)
                {
                    delays.clear(); // lost, or damaged: the receiving port drops it unseen
                    return;
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
            repeated += chain.nic[i]->GetCounters().dataRepeated;
            failed += ends[i].queuePair->IsReady() ? 0 : 1;
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
                isPlaced[i], !AsksForData(end.requests[i].verb), seed << "success means placed");
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

    Transport m_transport;               ///< what is tested
    uint32_t m_seeds;                    ///< nets
    uint32_t m_seed{0};                  ///< the one at hand
    Ptr<UniformRandomVariable> m_random; ///< all choices
};

/** The suite. */
class RdmaPropertyTestSuite : public TestSuite
{
  public:
    RdmaPropertyTestSuite()
        : TestSuite("weft-rdma-property", TestSuite::Type::UNIT)
    {
        // Retries are many, so that what fails is what cannot be helped.
        const std::vector<Transport> transports = {
            {"go-back-N",
             "ns3::rdma::GoBackN[AckTimeout=3|RnrTimer=1|NakGenerationDelay=0us|"
             "NakReactionDelay=0us]",
             1,
             false},
            {"go-back-N with delays, coalesced ACKs and adaptive timeouts",
             "ns3::rdma::GoBackN[AckTimeout=6|AdaptiveTimeout=1|AckEvery=3|RnrTimer=1]",
             1,
             false},
            // With seven retries, and each loss costing a message, it cannot survive more.
            {"go-back-0", "ns3::rdma::GoBackZero[AckTimeout=3|RnrTimer=1]", 0.1, false},
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
             false},
            {"Ultra Ethernet, unordered, with SLEEK and a small window",
             "ns3::rdma::UetRud[Rto=20us|RetryCount=30|MaxBackoff=2|Sleek=true|BaseRtt=3us|"
             "WindowPackets=7]",
             1,
             true,
             true,
             false},
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
             1,
             false,
             false,
             false},
        };
        for (const auto& transport : transports)
        {
            AddTestCase(new PropertyTestCase(transport, 300));
        }
    }
};

RdmaPropertyTestSuite g_rdmaPropertyTestSuite; ///< registers the suite

} // namespace
