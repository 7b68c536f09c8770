/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-carved-star.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/fabric-sonic-buffer.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <cmath>

using namespace ns3;
using namespace ns3::fabric;
using namespace ns3::fabric::tests;

namespace
{

/** The parts add up to the memory, to the byte. */
class CarvingTestCase : public BufferTestCase
{
  public:
    CarvingTestCase()
        : BufferTestCase("How the memory is carved")
    {
    }

  private:
    void DoRun() override
    {
        // Three ports, classes 3 and 4 lossless: 6 lossless groups of 10,000 B guarantee and
        // 50,000 B headroom, 18 lossy groups of 1,000 B. Guarantees 60,000 + 18,000 = 78,000 B,
        // headroom 300,000 B; of 1,000,000 B are left 622,000 B, half of them for the lossy pool.
        CarvedStar star(3, 1'000'000, 50'000);
        star.buffer->SetAttribute("LosslessClasses", UintegerValue(0x18));
        star.buffer->SetAttribute("Guarantee", UintegerValue(10'000));
        star.buffer->SetAttribute("LossyIngressGuarantee", UintegerValue(1000));
        star.buffer->SetAttribute("LossyPoolShare", DoubleValue(0.5));
        star.buffer->Setup(*star.sw);
        NS_TEST_EXPECT_MSG_EQ(star.buffer->GetIngressPool().size, 622'000, "ingress pool");
        NS_TEST_EXPECT_MSG_EQ(star.buffer->GetEgressLossyPool().size, 311'000, "lossy pool");
        NS_TEST_EXPECT_MSG_EQ(star.buffer->GetEgressLosslessPool().size, 1'000'000, "lossless");
        NS_TEST_EXPECT_MSG_EQ(star.buffer->GetHeadroomPool().size, 0, "each has its own");
        const auto lossless = BufferPolicy::SlotOf(1, 4);
        NS_TEST_EXPECT_MSG_EQ(star.buffer->GetHeadroomLimit(lossless), 50'000, "headroom");
        NS_TEST_EXPECT_MSG_EQ(
            star.buffer->GetHeadroomLimit(BufferPolicy::SlotOf(1, 5)), 0, "of a lossy class");
        // Shared by a factor of 2: 150,000 B of headroom, 150,000 B more to be shared.
        star.buffer->SetAttribute("HeadroomOversubscription", DoubleValue(2));
        star.buffer->Setup(*star.sw);
        NS_TEST_EXPECT_MSG_EQ(star.buffer->GetHeadroomPool().size, 150'000, "a pool of half");
        NS_TEST_EXPECT_MSG_EQ(star.buffer->GetIngressPool().size, 772'000, "more to be shared");
        NS_TEST_EXPECT_MSG_EQ(star.buffer->GetHeadroomLimit(lossless), 50'000, "same limit");
        // A size given wins over the ratio.
        star.buffer->SetAttribute("HeadroomPool", UintegerValue(100'000));
        star.buffer->Setup(*star.sw);
        NS_TEST_EXPECT_MSG_EQ(star.buffer->GetIngressPool().size, 822'000, "100 kB of headroom");
        // Memory by port: 3 x 200,000 B = 600,000 B, less 178,000 B.
        star.buffer->SetAttribute("SizePerPort", UintegerValue(200'000));
        star.buffer->Setup(*star.sw);
        NS_TEST_EXPECT_MSG_EQ(star.buffer->GetIngressPool().size, 422'000, "memory by port");
        // 178,000 B are reserved: one byte must be left.
        star.buffer->SetAttribute("SizePerPort", UintegerValue(0));
        star.buffer->SetAttribute("Size", UintegerValue(178'001));
        NS_TEST_EXPECT_MSG_EQ(star.buffer->Check(*star.sw), "", "just enough");
        star.buffer->SetAttribute("Size", UintegerValue(178'000));
        const std::string why = star.buffer->Check(*star.sw);
        NS_TEST_EXPECT_MSG_NE(why.find("78000 B and headroom of 100000 B"), std::string::npos, why);
        Simulator::Destroy();
    }
};

/** N groups that cannot drain hold alpha B / (1 + alpha N) of the shared pool each. */
class GroupShareTestCase : public BufferTestCase
{
  public:
    /** @param n senders @param alpha share @param cell bytes of a cell */
    GroupShareTestCase(uint32_t n, double alpha, uint32_t cell)
        : BufferTestCase("Share of " + std::to_string(n) + " groups, cells of " +
                         std::to_string(cell) + " B"),
          m_n(n),
          m_alpha(alpha),
          m_cell(cell)
    {
    }

  private:
    void DoRun() override
    {
        constexpr uint32_t FRAME = 1000;
        CarvedStar star(m_n + 1, 4 << 20, 100'000);
        star.buffer->SetAttribute("Alpha", DoubleValue(m_alpha));
        star.buffer->SetAttribute("CellBytes", UintegerValue(m_cell));
        star.Block(0, 3);
        for (uint32_t i = 1; i <= m_n; ++i)
        {
            star.SendLater(i, 0, 5000, FRAME, 3);
        }
        Simulator::Stop(MicroSeconds(200));
        Simulator::Run();
        const double size = star.buffer->GetIngressPool().size;
        const double expected = m_alpha * size / (1 + m_alpha * m_n);
        for (uint32_t i = 1; i <= m_n; ++i)
        {
            const auto slot = BufferPolicy::SlotOf(i, 3);
            // one frame less, and with cells up to one cell per frame more on the wire of it
            NS_TEST_EXPECT_MSG_EQ_TOL(static_cast<double>(star.buffer->GetIngressShared(slot)),
                                      expected,
                                      star.buffer->ToCells(FRAME),
                                      "share of sender " << i);
            NS_TEST_EXPECT_MSG_EQ(star.buffer->IsPaused(slot), true, "paused");
        }
        NS_TEST_EXPECT_MSG_EQ(star.sw->GetNLosslessDrops(), 0, "nothing dropped");
        CheckBooks(*star.buffer);
        // Everything drains, to the last cell.
        star.hosts[0]->port->ResumePeer(3);
        Simulator::Stop(MilliSeconds(2));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(star.hosts[0]->arrivals.size(), m_n * 5000, "all arrive");
        NS_TEST_EXPECT_MSG_EQ(star.buffer->GetIngressPool().used, 0, "ingress pool is empty");
        NS_TEST_EXPECT_MSG_EQ(star.buffer->GetEgressLosslessPool().used, 0, "egress as well");
        NS_TEST_EXPECT_MSG_EQ(star.buffer->GetOccupancy(), 0, "nothing is held");
        CheckBooks(*star.buffer);
        Simulator::Destroy();
    }

    uint32_t m_n;    ///< senders
    double m_alpha;  ///< share
    uint32_t m_cell; ///< bytes of a cell
};

/** M lossy queues that cannot drain hold alpha B / (1 + alpha M) of the egress lossy pool each. */
class QueueShareTestCase : public BufferTestCase
{
  public:
    /** @param m queues @param alpha share */
    QueueShareTestCase(uint32_t m, double alpha)
        : BufferTestCase("Share of " + std::to_string(m) + " lossy queues"),
          m_m(m),
          m_alpha(alpha)
    {
    }

  private:
    void DoRun() override
    {
        // Hosts 0..m-1 take nothing of class 1; host m+i sends to host i.
        constexpr uint32_t FRAME = 1000;
        CarvedStar star(2 * m_m, 2 << 20, 50'000);
        star.buffer->SetAttribute("LossyAlpha", DoubleValue(m_alpha));
        for (uint32_t i = 0; i < m_m; ++i)
        {
            star.Block(i, 1);
            star.SendLater(m_m + i, i, 3000, FRAME, 1);
        }
        Simulator::Stop(MicroSeconds(200));
        Simulator::Run();
        const double size = star.buffer->GetEgressLossyPool().size;
        const double expected = m_alpha * size / (1 + m_alpha * m_m);
        for (uint32_t i = 0; i < m_m; ++i)
        {
            NS_TEST_EXPECT_MSG_EQ_TOL(
                static_cast<double>(star.buffer->GetEgressShared(BufferPolicy::SlotOf(i, 1))),
                expected,
                FRAME,
                "share of queue " << i);
        }
        // The rest is dropped, and nobody is paused for it.
        const uint64_t held = star.buffer->GetOccupancy() / FRAME;
        NS_TEST_EXPECT_MSG_EQ(star.sw->GetCounters().dropsBuffer[1], 3000 * m_m - held, "dropped");
        NS_TEST_EXPECT_MSG_EQ(star.hosts[m_m]->port->GetCounters().pfcRxXoff, 0, "no pause");
        CheckBooks(*star.buffer);
        Simulator::Destroy();
    }

    uint32_t m_m;   ///< queues
    double m_alpha; ///< share
};

/** Lossy traffic that fills the ingress pool lowers the threshold of the lossless group. */
class MixedTestCase : public BufferTestCase
{
  public:
    MixedTestCase()
        : BufferTestCase("Lossy and lossless in one ingress pool")
    {
    }

  private:
    void DoRun() override
    {
        // Egress lossy pool as large as the ingress pool, B. The lossy queue alone takes u = B / 2
        // (alpha 1, ingress alpha 8: the egress side limits). A lossless group then stops at
        // x = 1/8 (B - u - x) = 1/9 (B - u) = B / 18, instead of B / 9.
        CarvedStar star(4, 2 << 20, 100'000);
        star.buffer->SetAttribute("LossyPoolShare", DoubleValue(1));
        star.buffer->SetAttribute("LossyAlpha", DoubleValue(1));
        star.Block(0, 1);
        star.Block(1, 3);
        star.SendLater(2, 0, 3000, 1000, 1);
        Simulator::Schedule(MicroSeconds(100), &CarvedStar::SendLater, &star, 3, 1, 3000, 1000, 3);
        Simulator::Stop(MicroSeconds(200));
        Simulator::Run();
        const double size = star.buffer->GetIngressPool().size;
        NS_TEST_EXPECT_MSG_EQ_TOL(
            static_cast<double>(star.buffer->GetEgressShared(BufferPolicy::SlotOf(0, 1))),
            size / 2,
            1000,
            "lossy queue");
        // The first 1,778 B of the queue are guaranteed by egress, but shared by ingress.
        NS_TEST_EXPECT_MSG_EQ_TOL(
            static_cast<double>(star.buffer->GetIngressShared(BufferPolicy::SlotOf(3, 3))),
            size / 18,
            1000 + 1778,
            "lossless group");
        NS_TEST_EXPECT_MSG_EQ(star.sw->GetNLosslessDrops(), 0, "nothing lossless dropped");
        CheckBooks(*star.buffer);
        Simulator::Destroy();
    }
};

/** Headroom that all groups share: enough for one, not for all at once. */
class SharedHeadroomTestCase : public BufferTestCase
{
  public:
    SharedHeadroomTestCase()
        : BufferTestCase("Shared headroom pool")
    {
    }

  private:
    void DoRun() override
    {
        // 400 Gb/s, 500 ns, frames of 4158 B: 13 frames of headroom are enough (see
        // weft-fabric-pfc). Four senders, a pool for 13 frames: one of them never loses anything,
        // all four together do. A pool for 4 x 13 frames suffices for all.
        constexpr uint64_t NEED = 13 * 4158;
        NS_TEST_EXPECT_MSG_EQ(Drops(1, NEED), 0, "one sender, headroom for one");
        NS_TEST_EXPECT_MSG_GT(Drops(4, NEED), 0, "four senders, headroom for one");
        NS_TEST_EXPECT_MSG_EQ(Drops(4, 4 * NEED), 0, "four senders, headroom for four");
        NS_TEST_EXPECT_MSG_GT(Drops(4, 4 * NEED - 1), 0, "a byte less is a frame less");
    }

    /** @param senders how many overload host 0 @param pool headroom, bytes @return drops */
    uint64_t Drops(uint32_t senders, uint64_t pool)
    {
        CarvedStar star(5, 1'000'000, 13 * 4158);
        star.buffer->SetAttribute("HeadroomPool", UintegerValue(pool));
        star.Block(0, 3);
        for (uint32_t i = 1; i <= senders; ++i)
        {
            star.SendLater(i, 0, 300, 4158, 3);
        }
        Simulator::Stop(MicroSeconds(100));
        Simulator::Run();
        CheckBooks(*star.buffer);
        const uint64_t drops = star.sw->GetNLosslessDrops();
        Simulator::Destroy();
        return drops;
    }
};

/** A frame takes whole cells. */
class CellTestCase : public BufferTestCase
{
  public:
    CellTestCase()
        : BufferTestCase("Cells")
    {
    }

  private:
    void DoRun() override
    {
        // Cells of 254 B: a frame of 255 B takes two, 508 B; of 64 B one.
        CarvedStar star(2, 1'000'000, 50'000);
        star.buffer->SetAttribute("CellBytes", UintegerValue(254));
        NS_TEST_EXPECT_MSG_EQ(star.buffer->ToCells(64), 254, "one cell");
        NS_TEST_EXPECT_MSG_EQ(star.buffer->ToCells(254), 254, "just one cell");
        NS_TEST_EXPECT_MSG_EQ(star.buffer->ToCells(255), 508, "two cells");
        star.Block(0, 3);
        star.SendLater(1, 0, 50, 255, 3);
        Simulator::Stop(MicroSeconds(50));
        Simulator::Run();
        // 50 frames: 12,750 B in 25,400 B of cells; 18,796 B of them are guaranteed.
        NS_TEST_EXPECT_MSG_EQ(star.buffer->GetOccupancy(), 12'750, "bytes");
        NS_TEST_EXPECT_MSG_EQ(star.buffer->GetEgressLosslessPool().used, 25'400, "cells");
        NS_TEST_EXPECT_MSG_EQ(
            star.buffer->GetIngressPool().used, 25'400 - 18'796, "cells that are not guaranteed");
        CheckBooks(*star.buffer);
        Simulator::Destroy();
    }
};

/** When a paused peer may resume. */
class ResumeTestCase : public BufferTestCase
{
  public:
    ResumeTestCase()
        : BufferTestCase("Xon and XonOffset")
    {
    }

  private:
    void DoRun() override
    {
        // No guarantees. A single group: threshold 1/8 of what is free. Shared pool of 900,000 B:
        // the group stops at x = 900,000 / 9 = 100,000 B, that is with 100 frames of 1000 B, and
        // takes some headroom. As it drains, with h frames held, the threshold is (900 - h) / 8
        // frames: h + 20 <= (900 - h) / 8 holds from h = 82 on (102 <= 102.25), not for 83.
        NS_TEST_EXPECT_MSG_EQ(HeldAtResume(0, 20'000), 82'000, "20 frames below the threshold");
        // An Xon of 90 frames is reached earlier.
        NS_TEST_EXPECT_MSG_EQ(HeldAtResume(90'000, 20'000), 90'000, "Xon");
    }

    /** @return bytes that the group held when its peer was told to go on */
    uint64_t HeldAtResume(uint64_t xon, uint64_t offset)
    {
        // 2 ports x 60,000 B of headroom and the pool. 51 frames of headroom are needed:
        // (1.68 + 500 + 20.4 + 500) ns in frames of 20.4 ns.
        CarvedStar star(2, 1'020'000, 60'000);
        star.buffer->SetAttribute("Guarantee", UintegerValue(0));
        star.buffer->SetAttribute("Xon", UintegerValue(xon));
        star.buffer->SetAttribute("XonOffset", UintegerValue(offset));
        star.Block(0, 3);
        star.SendLater(1, 0, 2000, 1000, 3);
        const auto slot = BufferPolicy::SlotOf(1, 3);
        uint64_t held = 0;
        Ptr<SonicBuffer> buffer = star.buffer;
        star.sw->GetPort(1).TraceConnectWithoutContext(
            "PfcTx",
            Callback<void, uint8_t, bool>(
                [&held, slot, buffer](uint8_t, bool paused)
                {
                    if (!paused && held == 0)
                    {
                        held = buffer->GetIngressShared(slot);
                    }
                }));
        Simulator::Schedule(MicroSeconds(50), &Port::ResumePeer, star.hosts[0]->port, 3);
        Simulator::Stop(MicroSeconds(100));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(star.sw->GetNLosslessDrops(), 0, "nothing dropped");
        CheckBooks(*star.buffer);
        Simulator::Destroy();
        return held;
    }
};

/** An alpha above 1 never gives more than there is. */
class LargeAlphaTestCase : public BufferTestCase
{
  public:
    /** @param policy type of the memory */
    explicit LargeAlphaTestCase(const std::string& policy)
        : BufferTestCase("Alpha of 128, " + policy),
          m_policy(policy)
    {
    }

  private:
    void DoRun() override
    {
        ObjectFactory factory;
        factory.SetTypeId("ns3::fabric::" + m_policy);
        factory.Set("Size", UintegerValue(300'000));
        factory.Set("Alpha", DoubleValue(128));
        factory.Set("ComputeHeadroom", BooleanValue(false));
        factory.Set("FixedHeadroom", UintegerValue(50'000));
        Star star(3, "400Gbps", NanoSeconds(500));
        auto buffer = factory.Create<BufferPolicy>();
        star.sw->SetBufferPolicy(buffer);
        star.hosts[0]->port->PausePeer(3);
        for (uint32_t i = 1; i <= 2; ++i)
        {
            Simulator::Schedule(
                MicroSeconds(3), &TestHost::Saturate, star.hosts[i].get(), 0, 300, 4158, 3);
        }
        Simulator::Stop(MicroSeconds(100));
        Simulator::Run();
        std::string why;
        NS_TEST_EXPECT_MSG_EQ(buffer->CheckIdentities(why), true, why);
        NS_TEST_EXPECT_MSG_LT_OR_EQ(buffer->GetOccupancy(), 300'000, "no more than there is");
        NS_TEST_EXPECT_MSG_EQ(+star.hosts[1]->port->GetPausedClasses(), 8, "paused in time");
        Simulator::Destroy();
    }

    std::string m_policy; ///< type of the memory
};

/** Suite: packet memory as SONiC carves it. */
class FabricBufferTestSuite : public TestSuite
{
  public:
    FabricBufferTestSuite()
        : TestSuite("weft-fabric-buffer", TestSuite::Type::UNIT)
    {
        AddTestCase(new CarvingTestCase);
        AddTestCase(new GroupShareTestCase(1, 0.125, 1));
        AddTestCase(new GroupShareTestCase(4, 0.125, 254));
        AddTestCase(new GroupShareTestCase(3, 1.0, 192));
        AddTestCase(new QueueShareTestCase(1, 0.5));
        AddTestCase(new QueueShareTestCase(3, 1.0));
        AddTestCase(new MixedTestCase);
        AddTestCase(new SharedHeadroomTestCase);
        AddTestCase(new CellTestCase);
        AddTestCase(new ResumeTestCase);
        AddTestCase(new LargeAlphaTestCase("SonicBuffer"));
        AddTestCase(new LargeAlphaTestCase("DynamicThreshold"));
    }

  private:
    void DoSetup() override
    {
        UsePicoseconds();
    }
};

FabricBufferTestSuite g_fabricBufferTestSuite; ///< registers the suite

} // namespace
