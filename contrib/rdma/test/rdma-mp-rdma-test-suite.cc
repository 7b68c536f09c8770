/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-law-bench.h"
#include "rdma-loss-setup.h"

#include "ns3/rdma-ack-clocked-paths.h"
#include "ns3/rdma-mp-rdma-control.h"
#include "ns3/rdma-mp-rdma.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"

#include <algorithm>

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

constexpr Ticks RTO = 100 * US; ///< MinRto: round trips are far below

/** Losses of single frames of a message of ten packets. */
class MpRdmaLossTestCase : public LossTestCase
{
  public:
    MpRdmaLossTestCase()
        : LossTestCase({"ns3::rdma::MpRdma[BitmapPackets=64]", "ns3::rdma::AckClockedPaths"}, 0)
    {
    }

  private:
    using T = Saboteur::Target;

    void DoRun() override
    {
        Run("nothing lost", {}, {9 * S + LOOP, 0, 0, 0, 0, 0});
        // All behind packet 5 fit into the bitmap: 100 us after the last progress, the ACK of 4,
        // it is sent again, and no other.
        Run("within the bitmap", {{T::DATA, 5, 1}}, {4 * S + LOOP + RTO + LOOP, 1, 4, 0, 0, 1});
        // Packets 6 and 7 fit, 8 is answered by a NAK at 8 S + LOOP, 9 by nothing. 5, 8 and 9 are
        // sent again.
        const std::string small = "ns3::rdma::MpRdma[BitmapPackets=3|TransmitWindow=10]";
        Run("beyond the bitmap",
            {{T::DATA, 5, 1}},
            {8 * S + LOOP + 2 * S + LOOP, 3, 4, 0, 1, 0},
            small);
        // The NAK is lost: the timeout.
        Run("NAK",
            {{T::DATA, 5, 1}, {T::NAK, 5, 1}},
            {4 * S + LOOP + RTO + 2 * S + LOOP, 3, 4, 0, 1, 1},
            small);
    }
};

/** Paths that are behind. */
class MpRdmaPathTestCase : public TestCase
{
  public:
    MpRdmaPathTestCase()
        : TestCase("MP-RDMA: a path that is too far behind is given up")
    {
    }

  private:
    /** @param delta see MpRdma @return packets on the path of the first packet, which is 20 us
     * longer than the others, of 200 */
    uint32_t Run(uint32_t delta)
    {
        ChainOptions options;
        options.meddler = true;
        LossSetup setup(
            {"ns3::rdma::MpRdma[BitmapPackets=1024|Delta=" + std::to_string(delta) + "]",
             "ns3::rdma::AckClockedPaths[ProbeChance=0]",
             "ns3::rdma::MpRdmaControl[InitialWindow=40860]"},
            0,
            options);
        uint32_t slow = UINT32_MAX;
        uint32_t onSlow = 0;
        setup.chain.meddler->SetRule(
            [&](fabric::Frame& frame, std::vector<Ticks>& delays)
            {
                if (frame.roce.payloadBytes < 4086)
                {
                    return;
                }
                slow = slow == UINT32_MAX ? frame.entropy : slow;
                if (frame.entropy == slow)
                {
                    ++onSlow;
                    delays[0] = 20 * US;
                }
            });
        setup.a->PostSend(Write(200 * 4086));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(setup.sender.sent.size(), 1, "completed");
        const auto scheme = DynamicCast<MpRdma>(setup.a->GetReliability());
        m_nDropped = scheme->GetNDropped();
        NS_TEST_EXPECT_MSG_EQ(setup.Sender().dataRepeated, 0, "nothing again");
        return onSlow;
    }

    void DoRun() override
    {
        // Ten packets are outstanding and come back in 4.7 us: when the first is acknowledged, 24
        // us after it left, others are some 40 packets ahead.
        NS_TEST_EXPECT_MSG_EQ(Run(8), 1, "never again");
        NS_TEST_EXPECT_MSG_EQ(m_nDropped, 1, "once");
        NS_TEST_EXPECT_MSG_GT(Run(1000), 1, "again, if that is not too far");
        NS_TEST_EXPECT_MSG_EQ(m_nDropped, 0, "never");
    }

    uint32_t m_nDropped{0}; ///< of the last run
};

/** The paths that acknowledgments give. */
class AckClockedPathsTestCase : public TestCase
{
  public:
    AckClockedPathsTestCase()
        : TestCase("ACK-clocked paths: the path that is acknowledged is used again")
    {
    }

  private:
    void DoRun() override
    {
        fabric::UsePicoseconds();
        auto paths = CreateObject<AckClockedPaths>();
        paths->SetAttribute("ProbeChance", StringValue("0"));
        paths->AssignStreams(4);
        paths->Start(2, 3);
        // The draws of the selector, drawn again beside it.
        auto mirror = CreateObject<UniformRandomVariable>();
        mirror->SetStream(4);
        const auto draw = [mirror] { return 0xc000 | mirror->GetInteger(0, 0x3fff); };
        const auto select = [paths] { return uint32_t{paths->Select(0, false)}; };
        NS_TEST_EXPECT_MSG_EQ(select(), draw(), "the first window: at random");
        NS_TEST_EXPECT_MSG_EQ(select(), draw(), "each packet");
        const auto ack = [paths](uint16_t path) {
            paths->NotifyAck({0, 10 * US, 1000, path, false});
        };
        ack(0xc001);
        ack(0xc002);
        NS_TEST_EXPECT_MSG_EQ(paths->GetNReady(), 2, "two wait");
        NS_TEST_EXPECT_MSG_EQ(select(), 0xc001, "in order");
        NS_TEST_EXPECT_MSG_EQ(select(), 0xc002, "in order");
        NS_TEST_EXPECT_MSG_EQ(select(), 0xc002, "the window has grown: the last one");
        NS_TEST_EXPECT_MSG_EQ(select(), draw(), "once; then at random");
        ack(0xc003);
        paths->ForgetUnused();
        NS_TEST_EXPECT_MSG_EQ(select(), draw(), "it let nothing leave");
        paths->DropNext();
        ack(0xc004);
        NS_TEST_EXPECT_MSG_EQ(select(), draw(), "given up");
        ack(0xc005);
        NS_TEST_EXPECT_MSG_EQ(select(), 0xc005, "the next one is not");
        ack(0xc006);
        paths->NotifyTimeout(0);
        NS_TEST_EXPECT_MSG_EQ(select(), draw(), "a timeout forgets all");
        paths->SetAttribute("ProbeChance", StringValue("1"));
        ack(0xc007);
        mirror->GetValue(); // whether to probe
        NS_TEST_EXPECT_MSG_EQ(select(), draw(), "a new path");
        ack(0xc008);
        NS_TEST_EXPECT_MSG_EQ(select(), 0xc008, "no other in the same round trip, 10 us");
        paths->NotifyAck({10 * US - 1, 10 * US, 1000, 0xc009, false});
        NS_TEST_EXPECT_MSG_EQ(select(), 0xc009, "nor at its end");
        paths->NotifyAck({10 * US, 10 * US, 1000, 0xc00a, false});
        mirror->GetValue();
        NS_TEST_EXPECT_MSG_EQ(select(), draw(), "but in the next");
    }
};

/** The law, step by step. */
class MpRdmaControlTestCase : public TestCase
{
  public:
    MpRdmaControlTestCase()
        : TestCase("MP-RDMA: the window at each acknowledgment")
    {
    }

  private:
    void DoRun() override
    {
        LawBench<MpRdmaControl> bench(100'000'000'000, {{"InitialWindow", "10000"}});
        auto& law = *bench.law;
        NS_TEST_EXPECT_MSG_EQ(law.NeedsEcn(), true, "it needs marks");
        bench.Send(10'000);
        bench.Ack(1000);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 10'100, 1e-9, "10 packets: a tenth more");
        bench.Send(1000);
        bench.Ack(1000, true);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 9600, 1e-9, "half a packet less");
        bench.Ack(2000, true);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 8600, 1e-9, "of each of two");
        bench.Ack(1000);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 8600, 1e-9, "it does not limit");
        law.DropPath();
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 7600, 1e-9, "a packet less");
        law.NotifyTimeout(0);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 3800, 1e-9, "half");
        law.NotifyTimeout(0);
        law.NotifyTimeout(0);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 1000, 1e-9, "a packet at least");
        // Round trips are 10 us: after more than 30 without anything to send it is the first again.
        law.NoteIdle(bench.now);
        bench.now += 30 * US;
        bench.Send(1000);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 1000, 1e-9, "not yet");
        law.NoteIdle(bench.now);
        bench.now += 30 * US + 1;
        bench.Send(1000);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 10'000, 1e-9, "restarted");
    }
};

/** A window that is not used. */
class MpRdmaIdleTestCase : public TestCase
{
  public:
    MpRdmaIdleTestCase()
        : TestCase("MP-RDMA: use it or lose it, and restart")
    {
    }

  private:
    void DoRun() override
    {
        LossSetup setup({"ns3::rdma::MpRdma[BitmapPackets=64]",
                         "ns3::rdma::AckClockedPaths",
                         "ns3::rdma::MpRdmaControl[InitialWindow=40860]"});
        const auto law = DynamicCast<MpRdmaControl>(setup.a->GetCongestionControl());
        setup.a->PostSend(Write(10 * 4086));
        // The first acknowledgment comes, after 7.04 S, when a packet is still to be chosen; nine
        // find nothing to send: a packet less, and then 1 / w more if the packet that came,
        // what is in flight then, and one more exceed w.
        double packets = 10;
        for (uint32_t k = 2; k <= 10; ++k)
        {
            packets -= 1;
            packets += (10 - k) + 2 > packets ? 1 / packets : 0;
        }
        Simulator::Schedule(MicroSeconds(100),
                            [this, law, packets, &setup]
                            {
                                NS_TEST_EXPECT_MSG_EQ_TOL(
                                    law->GetWindowBytes(), packets * 4086, 1e-6, "lost");
                                setup.a->PostSend(Write(10 * 4086));
                            });
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 2, "both complete");
        NS_TEST_EXPECT_MSG_EQ(setup.sender.sent[0].at, 9 * S + LOOP, "the first");
        NS_TEST_EXPECT_MSG_EQ(
            setup.sender.sent[1].at, 100 * US + 9 * S + LOOP, "the second, after a pause");
    }
};

/** The suite. */
class MpRdmaTestSuite : public TestSuite
{
  public:
    MpRdmaTestSuite()
        : TestSuite("weft-rdma-mp-rdma", TestSuite::Type::UNIT)
    {
        AddTestCase(new MpRdmaLossTestCase);
        // 500 us, and twice as much, which is the most, two times.
        AddTestCase(new ExhaustionTestCase(
            {"ns3::rdma::MpRdma[RetryCount=2|MaxBackoff=1]", "ns3::rdma::AckClockedPaths"},
            2500 * US,
            3));
        AddTestCase(new MpRdmaPathTestCase);
        AddTestCase(new AckClockedPathsTestCase);
        AddTestCase(new MpRdmaControlTestCase);
        AddTestCase(new MpRdmaIdleTestCase);
        AddTestCase(new IdlePathTestCase({"ns3::rdma::MpRdma[BitmapPackets=64|TransmitWindow=1024]",
                                          "ns3::rdma::AckClockedPaths",
                                          "ns3::rdma::MpRdmaControl"}));
    }
};

MpRdmaTestSuite g_mpRdmaTestSuite; ///< registers the suite

} // namespace
