/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/boolean.h"
#include "ns3/data-rate.h"
#include "ns3/nstime.h"
#include "ns3/rdma-dcqcn-vendor.h"
#include "ns3/rdma-dcqcn.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"

#include <cmath>
#include <functional>
#include <vector>

using namespace ns3;
using namespace ns3::rdma;
using ns3::fabric::NowTicks;

namespace
{

constexpr Ticks US = 1'000'000;

/** A law on a bench: started, with its changes of rate noted. */
template <typename L>
class Bench : public CongestionControl::Listener
{
  public:
    /** @param lineRate rate of the port, bit/s */
    explicit Bench(uint64_t lineRate)
        : m_lineRate(lineRate)
    {
        fabric::UsePicoseconds();
    }

    /** Start the law, after its attributes are set. */
    void Start()
    {
        CongestionControl::Context context;
        context.lineRate = m_lineRate;
        context.mtuBytes = 4096;
        context.frameBytes = 4178;
        context.nodeId = 3;
        law->Start(context, this);
    }

    void RateChanged(uint64_t before) override
    {
        changes.push_back(NowTicks());
        contexts.push_back(Simulator::GetContext());
    }

    void WindowChanged(uint64_t before) override {}

    /** Do something at a time of the node. */
    void At(Ticks when, std::function<void()> what)
    {
        Simulator::ScheduleWithContext(3, TimeStep(when - NowTicks()), what);
    }

    /** A CNP arrives. */
    void Cnp()
    {
        law->NotifyCnp({NowTicks()});
    }

    /** @param frameBytes size of a frame that is sent */
    void Send(uint32_t frameBytes)
    {
        CongestionControl::Sent sent{};
        sent.now = NowTicks();
        sent.frameBytes = frameBytes;
        law->NotifySent(sent);
    }

    Ptr<L> law{CreateObject<L>()};  ///< the law
    std::vector<Ticks> changes;     ///< when the rate changed
    std::vector<uint32_t> contexts; ///< context of those changes

  private:
    uint64_t m_lineRate; ///< rate of the port
};

/** The paper's law by time, step by step. */
class PaperTimerTestCase : public TestCase
{
  public:
    PaperTimerTestCase()
        : TestCase("paper: cuts, alpha, fast recovery and additive increase by the timer")
    {
    }

  private:
    void DoRun() override
    {
        Bench<Dcqcn> bench(40'000'000'000);
        bench.Start();
        auto& law = *bench.law;
        NS_TEST_EXPECT_MSG_EQ(law.UsesCnp(), true, "needs CNPs");
        NS_TEST_EXPECT_MSG_EQ(law.GetRate(), 40'000'000'000, "starts at line rate");
        law.NotifyActive();
        const auto expect = [&](Ticks when, uint64_t rate, uint64_t target)
        {
            bench.At(
                when,
                [&, rate, target, when]
                {
                    NS_TEST_EXPECT_MSG_EQ(law.GetRate(), rate, "rate at " << when / US << " us");
                    NS_TEST_EXPECT_MSG_EQ(law.GetTargetRate(), target, "target, " << when / US);
                });
        };
        // alpha 1: both cuts halve; (1-g) 1 + g = 1.
        bench.At(100 * US, [&] { bench.Cnp(); });
        expect(100 * US + 1, 20'000'000'000, 40'000'000'000);
        bench.At(150 * US, [&] { bench.Cnp(); });
        expect(150 * US + 1, 10'000'000'000, 20'000'000'000);
        // Fast recovery 55, 110, 165, 220 us after the last CNP.
        expect(205 * US - 1, 10'000'000'000, 20'000'000'000);
        expect(205 * US + 1, 15'000'000'000, 20'000'000'000);
        expect(260 * US + 1, 17'500'000'000, 20'000'000'000);
        expect(315 * US + 1, 18'750'000'000, 20'000'000'000);
        expect(370 * US + 1, 19'375'000'000, 20'000'000'000);
        // The fifth expiry: additive increase, 40 Mb/s. (19375 + 20040) / 2 = 19707.5.
        expect(425 * US + 1, 19'707'500'000, 20'040'000'000);
        // The sixth: no hyper increase, since the byte counter has not expired.
        // (19707.5 + 20080) / 2 = 19893.75.
        expect(480 * US + 1, 19'893'750'000, 20'080'000'000);
        // A CNP 340 us after the last one: alpha has decayed floor(340/55) = 6 times.
        bench.At(490 * US,
                 [&]
                 {
                     bench.Cnp();
                     const double alpha = std::pow(255.0 / 256, 6);
                     NS_TEST_EXPECT_MSG_EQ_TOL(static_cast<double>(law.GetRate()),
                                               19'893'750'000 * (1 - alpha / 2),
                                               2,
                                               "cut with the alpha before its update");
                     NS_TEST_EXPECT_MSG_EQ_TOL(
                         law.GetAlpha(), 255.0 / 256 * alpha + 1.0 / 256, 1e-15, "alpha after");
                     NS_TEST_EXPECT_MSG_EQ(law.GetTargetRate(), 19'893'750'000, "target");
                 });
        bench.At(500 * US, [] { Simulator::Stop(); });
        Simulator::Run();
        // Each change is a CNP's or an expiry's, in the node's context: 2 + 6 + 1.
        NS_TEST_EXPECT_MSG_EQ(bench.changes.size(), 9, "changes of rate");
        for (auto context : bench.contexts)
        {
            NS_TEST_EXPECT_MSG_EQ(context, 3, "context");
        }
        Simulator::Destroy();
    }
};

/** The paper's law by volume. */
class PaperByteCounterTestCase : public TestCase
{
  public:
    PaperByteCounterTestCase()
        : TestCase("paper: byte counter, hyper increase, scaling with the line rate")
    {
    }

  private:
    void DoRun() override
    {
        // 400 Gb/s: ten times the reference rate, so steps of 400 Mb/s and 4 Gb/s.
        Bench<Dcqcn> bench(400'000'000'000);
        bench.law->SetAttribute("ByteCounter", StringValue("1000000"));
        bench.Start();
        auto& law = *bench.law;
        law.NotifyActive();
        bench.At(0,
                 [&]
                 {
                     bench.Send(2'000'000); // does not count at line rate
                     bench.Cnp();
                     bench.Cnp();
                     bench.Cnp(); // 50 Gb/s, target 100
                 });
        // Four times a million bytes: fast recovery by volume: 75, 87.5, 93.75, 96.875.
        bench.At(10 * US,
                 [&]
                 {
                     bench.Send(999'999);
                     NS_TEST_EXPECT_MSG_EQ(law.GetRate(), 50'000'000'000, "one byte to go");
                     bench.Send(1);
                     NS_TEST_EXPECT_MSG_EQ(law.GetRate(), 75'000'000'000, "byte stage 1");
                     bench.Send(1'000'000);
                     bench.Send(1'000'000);
                     bench.Send(1'000'000);
                     NS_TEST_EXPECT_MSG_EQ(law.GetRate(), 96'875'000'000, "byte stage 4");
                     NS_TEST_EXPECT_MSG_EQ(
                         law.GetTargetRate(), 100'000'000'000, "still fast recovery");
                     bench.Send(1'000'000);
                     NS_TEST_EXPECT_MSG_EQ(
                         law.GetTargetRate(), 100'400'000'000, "byte stage 5: additive");
                     for (int i = 0; i < 3; ++i)
                     {
                         bench.Send(1'000'000);
                     }
                     NS_TEST_EXPECT_MSG_EQ(
                         law.GetTargetRate(), 101'600'000'000, "byte stage 8: additive");
                 });
        // Timer stages 1..5 are additive too (the byte stage is 8): + 5 * 0.4. The sixth: min = 6,
        // hyper increase by 1 * 4 Gb/s; the seventh by 2 * 4.
        bench.At(5 * 55 * US + 1,
                 [&]
                 { NS_TEST_EXPECT_MSG_EQ(law.GetTargetRate(), 103'600'000'000, "timer stage 5"); });
        bench.At(6 * 55 * US + 1,
                 [&]
                 { NS_TEST_EXPECT_MSG_EQ(law.GetTargetRate(), 107'600'000'000, "timer stage 6"); });
        bench.At(7 * 55 * US + 1,
                 [&]
                 { NS_TEST_EXPECT_MSG_EQ(law.GetTargetRate(), 115'600'000'000, "timer stage 7"); });
        // A CNP starts all counts again: byte stage 1 is fast recovery.
        bench.At(390 * US,
                 [&]
                 {
                     bench.Send(999'999);
                     bench.Cnp();
                     const auto target = law.GetTargetRate();
                     bench.Send(999'999);
                     const auto rate = law.GetRate();
                     bench.Send(1);
                     NS_TEST_EXPECT_MSG_EQ(
                         law.GetRate(), (rate + target + 1) / 2, "mean, rounded up");
                     NS_TEST_EXPECT_MSG_EQ(law.GetTargetRate(), target, "fast recovery");
                     Simulator::Stop();
                 });
        Simulator::Run();
        Simulator::Destroy();

        Bench<Dcqcn> fixed(400'000'000'000);
        fixed.law->SetAttribute("ReferenceRate", StringValue("0bps"));
        fixed.law->SetAttribute("RecoveryStages", StringValue("1"));
        fixed.Start();
        fixed.law->NotifyActive();
        fixed.At(0,
                 [&]
                 {
                     fixed.Cnp();
                     fixed.Cnp();
                 });
        fixed.At(56 * US,
                 [&]
                 {
                     NS_TEST_EXPECT_MSG_EQ(
                         fixed.law->GetTargetRate(), 200'040'000'000, "not scaled");
                     Simulator::Stop();
                 });
        Simulator::Run();
        Simulator::Destroy();
    }
};

/** The vendor's law, step by step. */
class VendorTestCase : public TestCase
{
  public:
    VendorTestCase()
        : TestCase("vendor: clocks of alpha, cuts and increases")
    {
    }

  private:
    void DoRun() override
    {
        Bench<DcqcnVendor> bench(100'000'000'000);
        bench.Start();
        auto& law = *bench.law;
        law.NotifyActive();
        const double keep = 255.0 / 256;
        const double gain = 1.0 / 256;
        // The first CNP starts the clocks; the cut comes at their first tick, 4 us later, when
        // alpha has decayed four times.
        bench.At(10 * US, [&] { bench.Cnp(); });
        bench.At(14 * US - 1,
                 [&] { NS_TEST_EXPECT_MSG_EQ(law.GetRate(), 100'000'000'000, "not cut yet"); });
        const double alpha1 = std::pow(keep, 4);
        const double rate1 = 100e9 * (1 - alpha1 / 2);
        bench.At(14 * US + 1,
                 [&]
                 {
                     NS_TEST_EXPECT_MSG_EQ_TOL(
                         static_cast<double>(law.GetRate()), rate1, 2, "first cut");
                     NS_TEST_EXPECT_MSG_EQ(law.GetTargetRate(), 100'000'000'000, "target stays");
                     NS_TEST_EXPECT_MSG_EQ_TOL(law.GetAlpha(), alpha1, 1e-15, "alpha");
                 });
        // CNPs at 15.5 and 15.7 us: one observation for the period from 15 to 16 us, one cut at
        // 18 us (a tick of the clock that began at 10). Alpha: periods 14-15 without, 15-16 with,
        // 16-17 and 17-18 without.
        bench.At(15 * US + US / 2, [&] { bench.Cnp(); });
        bench.At(15 * US + 7 * US / 10, [&] { bench.Cnp(); });
        const double alpha2 = ((alpha1 * keep) * keep + gain) * keep * keep;
        const double rate2 = rate1 * (1 - alpha2 / 2);
        bench.At(18 * US + 1,
                 [&]
                 {
                     NS_TEST_EXPECT_MSG_EQ_TOL(
                         static_cast<double>(law.GetRate()), rate2, 3, "second cut");
                     NS_TEST_EXPECT_MSG_EQ_TOL(law.GetAlpha(), alpha2, 1e-15, "alpha");
                     NS_TEST_EXPECT_MSG_EQ(
                         law.GetTargetRate(), 100'000'000'000, "no increase between");
                 });
        // No CNP, no cut at 22 us; fast recovery 300 us after the last cut.
        bench.At(
            318 * US - 1,
            [&]
            { NS_TEST_EXPECT_MSG_EQ_TOL(static_cast<double>(law.GetRate()), rate2, 3, "no cut"); });
        const double rate3 = (rate2 + 100e9) / 2;
        bench.At(318 * US + 1,
                 [&] {
                     NS_TEST_EXPECT_MSG_EQ_TOL(
                         static_cast<double>(law.GetRate()), rate3, 4, "recovery");
                 });
        // An increase came since the last cut, so the next cut takes the target along. The clock of
        // cuts ticks at 10 + 4 k us: a CNP at 320 us leads to a cut at 322 us.
        bench.At(320 * US, [&] { bench.Cnp(); });
        bench.At(322 * US - 1,
                 [&] {
                     NS_TEST_EXPECT_MSG_EQ_TOL(
                         static_cast<double>(law.GetRate()), rate3, 4, "no tick yet");
                 });
        bench.At(322 * US + 1,
                 [&]
                 {
                     // 302 periods from 18 to 320 us without a CNP; one with, one without.
                     const double alpha3 = (alpha2 * std::pow(keep, 302) * keep + gain) * keep;
                     const double rate4 = rate3 * (1 - alpha3 / 2);
                     NS_TEST_EXPECT_MSG_EQ_TOL(
                         static_cast<double>(law.GetRate()), rate4, 5, "third cut");
                     NS_TEST_EXPECT_MSG_EQ_TOL(
                         static_cast<double>(law.GetTargetRate()), rate3, 4, "target follows");
                 });
        // Recovery, then 20 Mb/s (5 at 25 Gb/s), then 200 Mb/s each.
        uint64_t target = 0;
        bench.At(622 * US + 1, [&] { target = law.GetTargetRate(); });
        bench.At(922 * US + 1,
                 [&]
                 { NS_TEST_EXPECT_MSG_EQ(law.GetTargetRate(), target + 20'000'000, "additive"); });
        bench.At(1222 * US + 1,
                 [&]
                 { NS_TEST_EXPECT_MSG_EQ(law.GetTargetRate(), target + 220'000'000, "hyper"); });
        bench.At(1522 * US + 1,
                 [&]
                 {
                     NS_TEST_EXPECT_MSG_EQ(
                         law.GetTargetRate(), target + 420'000'000, "hyper again");
                     Simulator::Stop();
                 });
        Simulator::Run();
        Simulator::Destroy();
        RunOptions();
    }

    /** ClampTargetRate and MinDecreaseFactor. */
    void RunOptions()
    {
        Bench<DcqcnVendor> bench(100'000'000'000);
        bench.law->SetAttribute("ClampTargetRate", BooleanValue(true));
        bench.law->SetAttribute("MinDecreaseFactor", StringValue("0.8"));
        bench.Start();
        bench.law->NotifyActive();
        bench.At(0, [&] { bench.Cnp(); });
        bench.At(5 * US, [&] { bench.Cnp(); });
        bench.At(9 * US,
                 [&]
                 {
                     // alpha is near 1, which would halve: held to 0.8, twice.
                     NS_TEST_EXPECT_MSG_EQ(bench.law->GetRate(), 64'000'000'000, "held cuts");
                     NS_TEST_EXPECT_MSG_EQ(
                         bench.law->GetTargetRate(), 80'000'000'000, "clamped target");
                     Simulator::Stop();
                 });
        Simulator::Run();
        Simulator::Destroy();
    }
};

/** Lazy timers and the bounds of the rate, for both variants. */
template <typename L>
class DcqcnTimersTestCase : public TestCase
{
  public:
    /** @param name of the variant */
    explicit DcqcnTimersTestCase(const std::string& name)
        : TestCase(name + ": idle and line-rate queue pairs have no events; bounds of the rate")
    {
    }

  private:
    void DoRun() override
    {
        // At line rate, however much is sent: no event.
        Bench<L> bench(100'000'000'000);
        bench.Start();
        const auto events = [] { return Simulator::GetEventCount(); };
        auto before = events();
        bench.law->NotifyActive();
        for (int i = 0; i < 10000; ++i)
        {
            bench.Send(4178);
        }
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(events() - before, 0, "line rate");

        // Idle: a CNP and its consequences cost no event but the CNP's own.
        bench.law->NotifyIdle();
        bench.At(NowTicks() + US, [&] { bench.Cnp(); });
        before = events();
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(events() - before, 1, "idle");

        // Active again: recovers to line rate, and then the events end by themselves.
        bench.law->NotifyActive();
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(bench.law->GetRate(), 100'000'000'000, "recovered");
        NS_TEST_EXPECT_MSG_EQ(bench.law->IsLimited(), false, "recovered");
        Simulator::Destroy();

        MinRate();
        IdleEqualsActive();
    }

    /** Endless congestion. */
    void MinRate()
    {
        Bench<L> bench(100'000'000'000);
        bench.law->SetAttribute("MinRate", StringValue("123Mbps"));
        bench.Start();
        bench.law->NotifyActive();
        for (int i = 0; i < 100; ++i)
        {
            bench.At(i * 5 * US, [&] { bench.Cnp(); });
        }
        bench.At(505 * US,
                 [&]
                 {
                     NS_TEST_EXPECT_MSG_EQ(bench.law->GetRate(), 123'000'000, "least rate");
                     NS_TEST_EXPECT_MSG_EQ_TOL(bench.law->GetAlpha(), 1, 0.9, "alpha is a share");
                     Simulator::Stop();
                 });
        Simulator::Run();
        Simulator::Destroy();

        // A least rate above the line rate is no way to send faster.
        Bench<L> slow(1'000'000);
        slow.law->SetAttribute("MinRate", StringValue("123Mbps"));
        slow.Start();
        slow.law->NotifyActive();
        slow.At(0, [&] { slow.Cnp(); });
        slow.At(10 * US,
                [&]
                {
                    NS_TEST_EXPECT_MSG_EQ(slow.law->GetRate(), 1'000'000, "line rate");
                    Simulator::Stop();
                });
        Simulator::Run();
        Simulator::Destroy();
    }

    /** A queue pair that was idle for a while goes on as if it had not been. */
    void IdleEqualsActive()
    {
        Bench<L> busy(100'000'000'000);
        Bench<L> idle(100'000'000'000);
        busy.Start();
        idle.Start();
        busy.law->NotifyActive();
        idle.law->NotifyActive();
        for (Ticks when : {3, 9, 61, 66, 440})
        {
            busy.At(when * US, [&] { busy.Cnp(); });
            idle.At(when * US, [&] { idle.Cnp(); });
        }
        idle.At(5 * US, [&] { idle.law->NotifyIdle(); });
        idle.At(430 * US, [&] { idle.law->NotifyActive(); });
        idle.At(435 * US, [&] { idle.law->NotifyIdle(); });
        idle.At(2000 * US + 1, [&] { idle.law->NotifyActive(); });
        for (Ticks when : {431, 2001, 2600, 5000})
        {
            busy.At(when * US,
                    [&, when]
                    {
                        NS_TEST_EXPECT_MSG_EQ(
                            idle.law->GetRate(), busy.law->GetRate(), when << " us");
                        NS_TEST_EXPECT_MSG_EQ(
                            idle.law->GetTargetRate(), busy.law->GetTargetRate(), when << " us");
                        NS_TEST_EXPECT_MSG_EQ(
                            idle.law->GetAlpha(), busy.law->GetAlpha(), when << " us");
                        NS_TEST_EXPECT_MSG_LT(busy.law->GetRate(), 100'000'000'000, "not trivial");
                    });
        }
        busy.At(5001 * US, [] { Simulator::Stop(); });
        Simulator::Run();
        Simulator::Destroy();
    }
};

/**
 * CNPs are coalesced at one end: the receiver sends one per interval and the sender cuts at each
 * (the paper, first generation of NICs), or the receiver sends one for each marked packet and the
 * sender cuts once per period (later ones). Both cut at the same pace; a receiver of the second
 * kind with a sender of the first cuts at each packet (Bai et al., NSDI 2023, 7.2).
 */
class CoalescingTestCase : public TestCase
{
  public:
    CoalescingTestCase()
        : TestCase("CNPs coalesced by the receiver, by the sender, and by nobody")
    {
    }

  private:
    /** A marked packet each us; the receiver answers one of so many. @return the rate at the end */
    template <typename L>
    uint64_t RunMarked(uint32_t packetsPerCnp, Ticks until, const std::string& period)
    {
        Bench<L> bench(40'000'000'000);
        if (!period.empty())
        {
            bench.law->SetAttribute("RateReductionPeriod", StringValue(period));
        }
        bench.Start();
        bench.law->NotifyActive();
        for (uint32_t packet = 0; packet * US <= until; packet += packetsPerCnp)
        {
            bench.At(packet * US, [&] { bench.Cnp(); });
        }
        uint64_t rate = 0;
        bench.At(until + 1, [&] { rate = bench.law->GetRate(); });
        Simulator::Stop(TimeStep(until + 2));
        Simulator::Run();
        bench.law->Dispose();
        Simulator::Destroy();
        return rate;
    }

    void DoRun() override
    {
        // Alpha is 1 as long as CNPs come: each cut halves. The receiver: CNPs at 0, 50, 100 us.
        NS_TEST_EXPECT_MSG_EQ(
            RunMarked<Dcqcn>(50, 10 * US, ""), 20'000'000'000, "receiver: cut at 0");
        NS_TEST_EXPECT_MSG_EQ(
            RunMarked<Dcqcn>(50, 52 * US, ""), 10'000'000'000, "receiver: cut at 50 us");
        NS_TEST_EXPECT_MSG_EQ(
            RunMarked<Dcqcn>(50, 102 * US, ""), 5'000'000'000, "receiver: cut at 100 us");
        // The sender: periods of 50 us from the first CNP, cuts at their ends. The first CNP is no
        // observation: alpha is 255/256 after 1 us and then 1 - (255/256)^n / 256 after n us more.
        NS_TEST_EXPECT_MSG_EQ(
            RunMarked<DcqcnVendor>(1, 10 * US, "50us"), 40'000'000'000, "sender: not yet");
        const double first = 0.5 + std::pow(255.0 / 256, 49) / 512;
        const double second = 0.5 + std::pow(255.0 / 256, 99) / 512;
        NS_TEST_EXPECT_MSG_EQ_TOL(static_cast<double>(RunMarked<DcqcnVendor>(1, 52 * US, "50us")),
                                  40e9 * first,
                                  2,
                                  "sender: cut at 50 us");
        NS_TEST_EXPECT_MSG_EQ_TOL(static_cast<double>(RunMarked<DcqcnVendor>(1, 102 * US, "50us")),
                                  40e9 * first * second,
                                  2,
                                  "sender: cut at 100 us");
        // Nobody: 11 cuts by 10 us, 40 Gb/s / 2^11, and soon the least rate.
        NS_TEST_EXPECT_MSG_EQ(
            RunMarked<Dcqcn>(1, 10 * US, ""), 19'531'250, "nobody: a cut at each packet");
        NS_TEST_EXPECT_MSG_EQ(RunMarked<Dcqcn>(1, 52 * US, ""), 10'000'000, "nobody: least rate");
    }
};

/** The suite. */
class DcqcnTestSuite : public TestSuite
{
  public:
    DcqcnTestSuite()
        : TestSuite("weft-rdma-dcqcn", TestSuite::Type::UNIT)
    {
        AddTestCase(new PaperTimerTestCase);
        AddTestCase(new PaperByteCounterTestCase);
        AddTestCase(new VendorTestCase);
        AddTestCase(new CoalescingTestCase);
        AddTestCase(new DcqcnTimersTestCase<Dcqcn>("paper"));
        AddTestCase(new DcqcnTimersTestCase<DcqcnVendor>("vendor"));
    }
};

DcqcnTestSuite g_dcqcnTestSuite; ///< registers the suite

} // namespace
