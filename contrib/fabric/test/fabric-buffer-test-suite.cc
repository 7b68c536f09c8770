/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-test-net.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/fabric-asic-preset.h"
#include "ns3/fabric-headroom.h"
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

/** A star with a SonicBuffer whose headroom is fixed. */
struct CarvedStar : public Star
{
    /** @param n hosts @param size memory, bytes @param headroom of each lossless group, bytes */
    CarvedStar(uint32_t n,
               uint64_t size,
               uint64_t headroom,
               const std::string& rate = "400Gbps",
               Time delay = NanoSeconds(500))
        : Star(n, rate, delay),
          buffer(CreateObject<SonicBuffer>())
    {
        buffer->SetAttribute("Size", UintegerValue(size));
        buffer->SetAttribute("ComputeHeadroom", BooleanValue(false));
        buffer->SetAttribute("FixedHeadroom", UintegerValue(headroom));
        sw->SetBufferPolicy(buffer);
    }

    /** The host keeps a class paused. */
    void Block(uint32_t host, uint8_t priority)
    {
        hosts[host]->port->PausePeer(priority);
    }

    /** Host `from` sends n frames to host `to`, from 3 us on: all pauses are in force by then. */
    void SendLater(uint32_t from, uint32_t to, uint32_t n, uint32_t bytes, uint8_t priority)
    {
        TestHost* host = hosts[from].get();
        Simulator::Schedule(MicroSeconds(3), &TestHost::Saturate, host, to, n, bytes, priority);
    }

    Ptr<SonicBuffer> buffer; ///< memory of the switch
};

/** Base of the cases: the books agree. */
class BufferTestCase : public TestCase
{
  public:
    using TestCase::TestCase;

  protected:
    /** Assert the identities of the memory. */
    void CheckBooks(const SonicBuffer& buffer)
    {
        std::string why;
        NS_TEST_EXPECT_MSG_EQ(buffer.CheckIdentities(why), true, why);
    }
};

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

/** The least headroom never drops, a frame less does: rates and lengths of data centres. */
class HeadroomRangeTestCase : public BufferTestCase
{
  public:
    /** @param gbps rate @param metres length of the cable */
    HeadroomRangeTestCase(uint32_t gbps, uint32_t metres)
        : BufferTestCase("Least headroom at " + std::to_string(gbps) + "Gbps, " +
                         std::to_string(metres) + " m"),
          m_gbps(gbps),
          m_metres(metres)
    {
    }

  private:
    static constexpr uint32_t FRAME = 4158; ///< RoCEv2 frame of MTU 4096

    void DoRun() override
    {
        HeadroomParameters parameters;
        parameters.bitRate = m_gbps * 1'000'000'000ULL;
        parameters.propagation = m_metres * 5000; // 5 ns per metre
        parameters.peerFrameBytes = FRAME;
        const uint64_t least = MinimumHeadroom(parameters);
        if (m_gbps == 800 && m_metres == 2000)
        {
            // By hand: frame of 4178 B 41.78 ns, PFC frame of 84 B 0.84 ns, cable 10 us:
            // 0.84 + 41.78 + 20,000 ns = 20,042.62 ns = 479.72 frames: 480 frames, 2 MB.
            NS_TEST_EXPECT_MSG_EQ(least, 480 * FRAME, "by hand");
        }
        NS_TEST_EXPECT_MSG_EQ(Drops(least), 0, "least headroom");
        NS_TEST_EXPECT_MSG_EQ(Drops(least - FRAME), 2, "one frame less, for each of two senders");
        // The inverse: this cable is short enough, one with a frame more in flight is not.
        const Ticks longest = LongestLosslessDelay(least, parameters);
        NS_TEST_EXPECT_MSG_GT_OR_EQ(longest, parameters.propagation, "longest cable");
        NS_TEST_EXPECT_MSG_LT(LongestLosslessDelay(least - FRAME, parameters),
                              parameters.propagation,
                              "longest cable with a frame less");
    }

    /** @param headroom bytes @return frames dropped by the switch */
    uint64_t Drops(uint64_t headroom)
    {
        // Nothing drains while the headroom fills: the receiver is paused before, for longer.
        CarvedStar star(3,
                        3 * (headroom + 18'796) + 500'000,
                        headroom,
                        std::to_string(m_gbps) + "Gbps",
                        NanoSeconds(5 * m_metres));
        star.Block(0, 3);
        const uint32_t frames = 30 + headroom / FRAME;
        const Time start = MicroSeconds(100);
        for (uint32_t i = 1; i <= 2; ++i)
        {
            Simulator::Schedule(
                start, &TestHost::Saturate, star.hosts[i].get(), 0, frames, FRAME, 3);
        }
        const Time filled = start + NanoSeconds(frames * 8 * 4178 / m_gbps + 15 * m_metres);
        Simulator::Schedule(filled, &Port::ResumePeer, star.hosts[0]->port, 3);
        Simulator::Run();
        const uint64_t drops = star.sw->GetNLosslessDrops();
        NS_TEST_EXPECT_MSG_EQ(
            star.hosts[0]->arrivals.size() + drops, 2 * frames, "every frame arrives or is lost");
        NS_TEST_EXPECT_MSG_EQ(star.buffer->GetOccupancy(), 0, "the memory is empty");
        CheckBooks(*star.buffer);
        Simulator::Destroy();
        return drops;
    }

    uint32_t m_gbps;   ///< rate of the links
    uint32_t m_metres; ///< their length
};

/** The longest lossless link of each ASIC: L = buf 8 v / 2C. */
class LongestLinkTestCase : public BufferTestCase
{
  public:
    /** @param preset the ASIC */
    explicit LongestLinkTestCase(const AsicPreset& preset)
        : BufferTestCase("Longest lossless link of " + preset.name),
          m_preset(preset)
    {
    }

  private:
    void DoRun() override
    {
        // Figures of DCP (SIGCOMM 2025), table 1, for one lossless class: 64 MB / 32 ports 4.1 km,
        // Tomahawk 5 2.62 km, Spectrum-4 2.56 km. By hand, v = 2e8 m/s:
        // 64 MiB / 32 x 8 x 2e8 / (2 x 400e9) = 4194 m; 167.5 MB / 64: 2618 m; 158.2 MB / 64: 2472
        // m; 8 GiB / 12 at 400 Gb/s: 1,431,656 m.
        const double closed = m_preset.bytesPerPort * 8.0 * 2e8 / (2.0 * m_preset.bitRate);
        const double published = m_preset.name == "tomahawk-5"   ? 2620
                                 : m_preset.name == "spectrum-4" ? 2560
                                 : m_preset.ports == 32          ? 4100
                                                                 : 1'431'656;
        NS_TEST_EXPECT_MSG_EQ_TOL(closed, published, 0.04 * published, "closed form");
        // All memory of a port but the guarantee of the class is headroom; frames of whole cells.
        const uint32_t frame = 4158 / m_preset.cellBytes * m_preset.cellBytes;
        HeadroomParameters parameters;
        parameters.bitRate = m_preset.bitRate;
        parameters.peerFrameBytes = frame;
        const uint64_t headroom = m_preset.bytesPerPort - 18'796 - 2 * frame;
        const Ticks longest = LongestLosslessDelay(headroom, parameters);
        const double metres = longest / 5000.0;
        NS_TEST_EXPECT_MSG_EQ_TOL(metres, closed, 0.03 * closed, "longest link");
        if (m_preset.ports > 64)
        {
            return; // a thousand kilometres: too many frames for a quick test
        }
        NS_TEST_EXPECT_MSG_EQ(Drops(headroom, frame, longest), 0, "as long as that");
        NS_TEST_EXPECT_MSG_GT(Drops(headroom, frame, longest + longest / 33), 0, "3 % longer");
    }

    /** @return frames dropped with a cable of a delay */
    uint64_t Drops(uint64_t headroom, uint32_t frame, Ticks delay)
    {
        Star star(2, std::to_string(m_preset.bitRate) + "bps", TimeStep(delay));
        auto buffer = CreateObject<SonicBuffer>();
        for (const auto& [name, value] : m_preset.settings)
        {
            NS_TEST_EXPECT_MSG_EQ(
                buffer->SetAttributeFailSafe(name, StringValue(value)), true, name);
        }
        buffer->SetAttribute("Size", UintegerValue(2 * m_preset.bytesPerPort));
        buffer->SetAttribute("HeadroomPool", UintegerValue(0));
        buffer->SetAttribute("HeadroomOversubscription", DoubleValue(0));
        buffer->SetAttribute("ComputeHeadroom", BooleanValue(false));
        buffer->SetAttribute("FixedHeadroom", UintegerValue(headroom));
        star.sw->SetBufferPolicy(buffer);
        star.hosts[0]->port->PausePeer(3);
        Simulator::Schedule(MicroSeconds(100),
                            &TestHost::Saturate,
                            star.hosts[1].get(),
                            0,
                            headroom / frame + 100,
                            frame,
                            3);
        Simulator::Stop(MicroSeconds(400));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(+star.hosts[1]->port->GetPausedClasses(), 8, "the sender is paused");
        CheckBooks(*buffer);
        const uint64_t drops = star.sw->GetNLosslessDrops();
        Simulator::Destroy();
        return drops;
    }

    AsicPreset m_preset; ///< the ASIC
};

/** Every preset gives a memory that works with all ports of its switch. */
class PresetTestCase : public BufferTestCase
{
  public:
    PresetTestCase()
        : BufferTestCase("Presets")
    {
    }

  private:
    void DoRun() override
    {
        NS_TEST_EXPECT_MSG_EQ(AsicPreset::GetAll().size(), 5, "presets");
        NS_TEST_EXPECT_MSG_EQ((AsicPreset::Find("tomahawk-4") == nullptr), true, "not there");
        for (const auto& preset : AsicPreset::GetAll())
        {
            NS_TEST_ASSERT_MSG_EQ(AsicPreset::Find(preset.name), &preset, "by name");
            NS_TEST_EXPECT_MSG_EQ(preset.source.empty(), false, "a source is given");
            Star star(preset.ports, std::to_string(preset.bitRate) + "bps", NanoSeconds(250));
            auto buffer = CreateObject<SonicBuffer>();
            for (const auto& [name, value] : preset.settings)
            {
                buffer->SetAttribute(name, StringValue(value));
            }
            NS_TEST_EXPECT_MSG_EQ(buffer->Check(*star.sw), "", preset.name);
            buffer->Setup(*star.sw);
            // the whole memory, but for what the division by the ports lost
            NS_TEST_EXPECT_MSG_EQ_TOL(static_cast<double>(buffer->GetEgressLosslessPool().size),
                                      static_cast<double>(preset.bytesPerPort * preset.ports),
                                      preset.ports,
                                      "memory of " << preset.name);
            // Most of the memory is to be shared.
            NS_TEST_EXPECT_MSG_GT(buffer->GetIngressPool().size,
                                  buffer->GetEgressLosslessPool().size / 2,
                                  "shared part of " << preset.name);
            Simulator::Destroy();
        }
    }
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
        for (const uint32_t gbps : {100, 400, 800})
        {
            for (const uint32_t metres : {5, 40, 300, 2000})
            {
                AddTestCase(new HeadroomRangeTestCase(gbps, metres));
            }
        }
        for (const auto& preset : AsicPreset::GetAll())
        {
            AddTestCase(new LongestLinkTestCase(preset));
        }
        AddTestCase(new PresetTestCase);
    }

  private:
    void DoSetup() override
    {
        UsePicoseconds();
    }
};

FabricBufferTestSuite g_fabricBufferTestSuite; ///< registers the suite

} // namespace
