/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-test-net.h"

#include "ns3/double.h"
#include "ns3/fabric-csig-stamper.h"
#include "ns3/fabric-grant-stamper.h"
#include "ns3/fabric-int-stamper.h"
#include "ns3/fabric-pint-stamper.h"
#include "ns3/fabric-share-grant-stamper.h"
#include "ns3/fabric-signals.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <vector>

using namespace ns3;
using namespace ns3::fabric;
using namespace ns3::fabric::tests;

namespace
{

/** A host that keeps the signals of the frames that it gets. */
class SignalHost : public TestHost
{
  public:
    /** @param rate rate of the port */
    explicit SignalHost(const std::string& rate)
        : TestHost(rate, 0)
    {
    }

    void ReceiveFrame(Port& from, Frame* frame) override
    {
        if (frame->signals)
        {
            signals.push_back(*frame->signals);
        }
        TestHost::ReceiveFrame(from, frame);
    }

    /** Queue n frames of `bytes` on the wire, each with a request. */
    void SendAsking(FabricAddress to, uint32_t n, uint32_t bytes, const SignalRequest& request)
    {
        for (uint32_t i = 0; i < n; ++i)
        {
            Frame* frame = Make(to, bytes - request.GetWireBytes(), 3, i);
            FramePool::AttachSignals(frame, request);
            port->Enqueue(frame);
        }
    }

    std::vector<FrameSignals> signals; ///< of the frames that arrived
};

/** Space for signals is pooled, owned by one frame, and counted in the frame's size. */
class PoolTestCase : public TestCase
{
  public:
    PoolTestCase()
        : TestCase("Signals are attached, echoed and given back")
    {
    }

  private:
    void DoRun() override
    {
        auto pool = CreateObject<FramePool>();
        Frame* data = pool->Allocate();
        NS_TEST_ASSERT_MSG_EQ((data->signals == nullptr), true, "a frame has none at first");
        data->bytes = 1000;
        SignalRequest request;
        request.kinds = SIGNAL_INT;
        FrameSignals* signals = FramePool::AttachSignals(data, request);
        // HPCC: 2 bytes and 8 for each of 5 hops
        NS_TEST_ASSERT_MSG_EQ(data->bytes, 1042, "INT adds 42 bytes");
        NS_TEST_ASSERT_MSG_EQ((data->signals == signals), true, "attached");
        signals->nHops = 3;

        Frame* ack = pool->Allocate();
        ack->bytes = 66;
        FramePool::EchoSignals(ack, FramePool::DetachSignals(data));
        NS_TEST_ASSERT_MSG_EQ((data->signals == nullptr), true, "no longer the frame's");
        NS_TEST_ASSERT_MSG_EQ((ack->signals == signals), true, "moved, not copied");
        NS_TEST_ASSERT_MSG_EQ(ack->bytes, 108, "the echo needs the same space");
        FramePool::Release(data);
        NS_TEST_ASSERT_MSG_EQ(pool->GetNSignalsOutstanding(), 1, "the echo is alive");
        FramePool::Release(ack);
        NS_TEST_ASSERT_MSG_EQ(pool->GetNSignalsOutstanding(), 0, "given back with its frame");

        Frame* next = pool->Allocate();
        FrameSignals* again = FramePool::AttachSignals(next, request);
        NS_TEST_ASSERT_MSG_EQ((again == signals), true, "memory is used again");
        NS_TEST_ASSERT_MSG_EQ(+again->nHops, 0, "and empty");
        NS_TEST_ASSERT_MSG_EQ(again->echoed, false, "and writable");
        FramePool::Release(next);

        request.kinds = SIGNAL_PINT | SIGNAL_CSIG | SIGNAL_GRANT;
        NS_TEST_ASSERT_MSG_EQ(request.GetWireBytes(), 1 + 8 + 2, "PINT, CSIG, grant");
        request.csigExpanded = false;
        NS_TEST_ASSERT_MSG_EQ(request.GetWireBytes(), 1 + 4 + 2, "with a compact CSIG tag");
    }
};

/** Two senders of three frames each: every figure of the records. */
class IntTestCase : public TestCase
{
  public:
    IntTestCase()
        : TestCase("INT records of a port with a queue")
    {
    }

  private:
    void DoRun() override
    {
        // 100 Gb/s, no gap: a frame of 1000 bytes takes 80,000 ps. It is at the switch at 1.08 us,
        // one from each of two hosts at 1.08, 1.16 and 1.24 us. They leave at 1.08 + 0.08 k.
        //
        // What waits behind is taken when the port chooses the frame: the first on its arrival, the
        // second too (at 1.08, alone), the third when it comes (at 1.16, alone). The fourth came at
        // 1.16 and is chosen at 1.24, when the third starts and the last two have just come: 2000
        // bytes; the fifth leaves 1000 behind, the sixth none.
        Star star(1, "100Gbps", MicroSeconds(1), 0);
        std::vector<std::unique_ptr<SignalHost>> hosts;
        for (FabricAddress address = 1; address <= 3; ++address)
        {
            hosts.push_back(std::make_unique<SignalHost>("100Gbps"));
            auto port = CreateObject<Port>();
            port->SetDataRate(DataRate("100Gbps"));
            port->SetAttribute("InterframeBytes", UintegerValue(0));
            star.node->AddDevice(port);
            const uint16_t index = star.sw->AddPort(port);
            hosts.back()->port->SetFabricAddress(star.directory->Add(0));
            star.sw->GetRoutingTable().SetHostPort(address, index);
            star.links.push_back(Connect(hosts.back()->port, port, MicroSeconds(1)));
        }
        star.sw->SetAttribute("Stampers", StringValue("ns3::fabric::IntStamper"));
        SignalRequest request;
        request.kinds = SIGNAL_INT;
        hosts[0]->SendAsking(3, 3, 1000, request);
        hosts[1]->SendAsking(3, 3, 1000, request);
        Simulator::Run();

        const auto& signals = hosts[2]->signals;
        NS_TEST_ASSERT_MSG_EQ(signals.size(), 6, "all frames have arrived");
        const Ticks delays[] = {0, 80'000, 80'000, 160'000, 160'000, 240'000};
        const uint32_t queues[] = {0, 0, 0, 2000, 1000, 0};
        for (uint32_t k = 0; k < 6; ++k)
        {
            NS_TEST_ASSERT_MSG_EQ(+signals[k].nHops, 1, "one switch");
            const IntHop& hop = signals[k].hops[0];
            NS_TEST_ASSERT_MSG_EQ(hop.timestamp, 1'080'000 + 80'000 * k, "time of frame " << k);
            NS_TEST_ASSERT_MSG_EQ(hop.delay, delays[k], "delay of frame " << k);
            NS_TEST_ASSERT_MSG_EQ(hop.txBytes, 1000 * k, "bytes before frame " << k);
            NS_TEST_ASSERT_MSG_EQ(hop.queueBytes, queues[k], "bytes behind frame " << k);
            NS_TEST_ASSERT_MSG_EQ(hop.bitRate, 100'000'000'000, "rate");
            NS_TEST_ASSERT_MSG_EQ(hop.node, star.node->GetId(), "switch");
        }
        Simulator::Destroy();
    }
};

/** Calls a stamper as a port does. */
class Bench
{
  public:
    /** @param type of the stamper @param bitRate of its port @param interframe bytes */
    Bench(const std::string& type, uint64_t bitRate, uint32_t interframe)
        : stamper(ObjectFactory(type).Create<Stamper>()),
          m_pool(CreateObject<FramePool>())
    {
        stamper->Setup({7, 3, bitRate, interframe});
    }

    /** @return a frame of 1000 bytes in all that asks for something */
    Frame* Make(const SignalRequest& request)
    {
        Frame* frame = m_pool->Allocate();
        frame->bytes = 1000 - request.GetWireBytes();
        frame->hops = 2;
        FramePool::AttachSignals(frame, request);
        return frame;
    }

    /** Stamp a new frame. @return its signals */
    FrameSignals Pass(Ticks at, uint64_t queueBytes, const SignalRequest& request)
    {
        Frame* frame = Make(request);
        stamper->Stamp(*frame, {at, queueBytes});
        const FrameSignals signals = *frame->signals;
        FramePool::Release(frame);
        return signals;
    }

    Ptr<Stamper> stamper; ///< the stamper

  private:
    Ptr<FramePool> m_pool; ///< of the frames
};

/** The law of PINT, step by step. */
class PintTestCase : public TestCase
{
  public:
    PintTestCase()
        : TestCase("PINT: smoothed utilisation and its code")
    {
    }

  private:
    void DoRun() override
    {
        // 100 Gb/s and T = 10 us: B T = 125,000 bytes. Frames of 1000 bytes each 80 ns.
        Bench bench("ns3::fabric::PintStamper", 100'000'000'000, 20);
        bench.stamper->SetAttribute("BaseRtt", TimeValue(MicroSeconds(10)));
        auto pint = DynamicCast<PintStamper>(bench.stamper);
        SignalRequest request;
        request.kinds = SIGNAL_PINT;
        FrameSignals signals = bench.Pass(0, 0, request);
        NS_TEST_ASSERT_MSG_EQ(pint->GetUtilization(), 0, "nothing before the first frame");
        NS_TEST_ASSERT_MSG_EQ(signals.utilization, 1.0 / 2048, "the smallest code");
        bench.Pass(80'000, 0, request);
        // 1000 / 125,000
        NS_TEST_ASSERT_MSG_EQ_TOL(pint->GetUtilization(), 0.008, 1e-12, "one frame");
        signals = bench.Pass(160'000, 12'500, request);
        // 0.008 x 0.992 + 12,500 / 125,000 x 0.008 + 0.008 = 0.016736
        NS_TEST_ASSERT_MSG_EQ_TOL(pint->GetUtilization(), 0.016736, 1e-12, "and a queue");
        // ln(0.016736 x 2048) / ln(1.05) = 72.44: code 72, 1.05^72 / 2048 = 33.545 / 2048
        NS_TEST_ASSERT_MSG_EQ_TOL(signals.utilization, 33.545 / 2048, 1e-6, "code 72");
        // A port that is busy with a queue of B T: U -> 2.
        for (int i = 3; i < 2000; ++i)
        {
            signals = bench.Pass(80'000 * i, 125'000, request);
        }
        NS_TEST_ASSERT_MSG_EQ_TOL(pint->GetUtilization(), 2.0, 1e-5, "equilibrium");
        NS_TEST_ASSERT_MSG_EQ_TOL(signals.utilization, 2.0, 2.0 * 0.025, "within 2.5 %");
        // After a pause of T or more only the last frame counts.
        bench.Pass(80'000 * 2000 + 10'000'000, 0, request);
        NS_TEST_ASSERT_MSG_EQ_TOL(pint->GetUtilization(), 0.008, 1e-12, "forgotten");
        // 1.05^255 = 253,088
        NS_TEST_ASSERT_MSG_EQ_TOL(
            pint->Quantize(1e9), 253'088.0 / 2048, 1e-3, "the largest code, 255");

        // A larger value of an earlier hop stays.
        Frame* frame = bench.Make(request);
        frame->signals->utilization = 0.9;
        bench.stamper->Stamp(*frame, {200'000'000, 0});
        NS_TEST_ASSERT_MSG_EQ(frame->signals->utilization, 0.9, "the largest of the way");
        FramePool::Release(frame);
    }
};

/** Compare and replace. */
class CsigTestCase : public TestCase
{
  public:
    CsigTestCase()
        : TestCase("CSIG: windows, compare and replace, compact values")
    {
    }

  private:
    void DoRun() override
    {
        // 100 Gb/s, windows of 1 us: 12,500 link bytes each. Frames of 1000 + 20.
        Bench bench("ns3::fabric::CsigStamper", 100'000'000'000, 20);
        bench.stamper->SetAttribute("Window", TimeValue(MicroSeconds(1)));
        SignalRequest request;
        request.kinds = SIGNAL_CSIG;
        FrameSignals signals = bench.Pass(0, 0, request);
        NS_TEST_ASSERT_MSG_EQ(signals.csig.value, 100e9, "all is free at first");
        NS_TEST_ASSERT_MSG_EQ(signals.csig.node, 7, "locator: node");
        NS_TEST_ASSERT_MSG_EQ(signals.csig.port, 3, "locator: port");
        NS_TEST_ASSERT_MSG_EQ(+signals.csig.hop, 2, "locator: hop");
        bench.Pass(100'000, 0, request);
        bench.Pass(999'999, 0, request);
        // Window 0 had 3 x 1020 x 8 = 24,480 bits of 100,000.
        signals = bench.Pass(1'000'000, 0, request);
        NS_TEST_ASSERT_MSG_EQ_TOL(signals.csig.value, 75.52e9, 1, "3060 of 12,500 bytes were used");
        request.csigType = CsigType::MAX_UTILIZATION;
        signals = bench.Pass(1'500'000, 0, request);
        NS_TEST_ASSERT_MSG_EQ_TOL(signals.csig.value, 0.2448, 1e-12, "as a share");
        // Compact: 0.2448 x 31 = 7.6, up to 8/31. 75.52 Gb/s of 800 in 31 steps: 2.93, down to 2.
        request.csigExpanded = false;
        signals = bench.Pass(1'500'000, 0, request);
        NS_TEST_ASSERT_MSG_EQ_TOL(signals.csig.value, 8.0 / 31, 1e-12, "compact share");
        request.csigType = CsigType::MIN_AVAILABLE_BANDWIDTH;
        signals = bench.Pass(1'500'000, 0, request);
        NS_TEST_ASSERT_MSG_EQ_TOL(signals.csig.value, 1600e9 / 31, 1, "compact bandwidth");
        request.csigExpanded = true;
        // Window 1 was seen to have 4 frames; window 3 finds that window 2 was idle.
        signals = bench.Pass(3'000'000, 0, request);
        NS_TEST_ASSERT_MSG_EQ(signals.csig.value, 100e9, "a window without frames");

        RunReplace(bench);
    }

    /** A tag that was set by an earlier hop. */
    void RunReplace(Bench& bench)
    {
        SignalRequest request;
        request.kinds = SIGNAL_CSIG;
        request.csigType = CsigType::MAX_HOP_DELAY;
        Frame* frame = bench.Make(request);
        frame->signals->arrivedAt = 9'000'000;
        frame->signals->csig = {500'000, 1, 1, 1, true};
        bench.stamper->Stamp(*frame, {9'400'000, 0});
        NS_TEST_ASSERT_MSG_EQ(frame->signals->csig.value, 500'000, "400 ns here: not worse");
        NS_TEST_ASSERT_MSG_EQ(frame->signals->csig.node, 1, "locator of the worse hop");
        bench.stamper->Stamp(*frame, {9'600'000, 0});
        NS_TEST_ASSERT_MSG_EQ(frame->signals->csig.value, 600'000, "600 ns here: worse");
        NS_TEST_ASSERT_MSG_EQ(frame->signals->csig.node, 7, "our locator");
        frame->signals->echoed = true;
        bench.stamper->Stamp(*frame, {10'000'000, 0});
        NS_TEST_ASSERT_MSG_EQ(frame->signals->csig.value, 600'000, "an echo is left alone");
        frame->signals->echoed = false;
        frame->signals->csig.isSet = false;
        frame->signals->request.csigExpanded = false;
        bench.stamper->Stamp(*frame, {9'600'001, 0});
        // steps of 1 us, up
        NS_TEST_ASSERT_MSG_EQ(frame->signals->csig.value, 1'000'000, "compact delay");
        FramePool::Release(frame);
    }
};

/** Grants, period by period. */
class GrantTestCase : public TestCase
{
  public:
    GrantTestCase()
        : TestCase("Grants: what a port has to give, and who gets it")
    {
    }

  private:
    void DoRun() override
    {
        // 100 Gb/s and periods of 1 us: 12,500 bytes, 80 % of them: 10,000. Frames of 1000 bytes
        // without gap; each asks for 20 x 100 bytes.
        Bench bench("ns3::fabric::GrantStamper", 100'000'000'000, 0);
        bench.stamper->SetAttribute("Period", TimeValue(MicroSeconds(1)));
        bench.stamper->SetAttribute("TargetUtilization", DoubleValue(0.8));
        bench.stamper->SetAttribute("Unit", UintegerValue(100));
        bench.stamper->SetAttribute("Threshold", UintegerValue(1500));
        bench.stamper->Setup({7, 3, 100'000'000'000, 0}); // anew, with these
        SignalRequest request;
        request.kinds = SIGNAL_GRANT;
        request.grantHint = 20;
        for (int i = 0; i < 6; ++i)
        {
            const GrantTag grant = bench.Pass(100'000 * i, i == 3 ? 1501 : 0, request).grant;
            NS_TEST_ASSERT_MSG_EQ(grant.increase, (i < 5), "10,000 bytes are five requests; " << i);
            NS_TEST_ASSERT_MSG_EQ(+grant.hint, 20, "the hint stays");
            NS_TEST_ASSERT_MSG_EQ(grant.congested, (i == 3), "over the threshold");
        }
        // 6000 bytes left in period 0, and 1500 wait with the first frame of period 1:
        // 10,000 - (6000 + 1500) - 1500 = 1000. A request of 500 fits, of 2000 not.
        auto stamper = DynamicCast<GrantStamper>(bench.stamper);
        NS_TEST_ASSERT_MSG_EQ(bench.Pass(1'000'000, 500, request).grant.increase, false, "refused");
        NS_TEST_ASSERT_MSG_EQ_TOL(stamper->GetAvailable(), 1000, 1e-6, "what is left");
        request.grantHint = 5;
        NS_TEST_ASSERT_MSG_EQ(bench.Pass(1'100'000, 500, request).grant.increase, true, "granted");
        request.grantHint = 0;
        NS_TEST_ASSERT_MSG_EQ(
            bench.Pass(1'200'000, 500, request).grant.increase, false, "nothing was asked for");
        NS_TEST_ASSERT_MSG_EQ_TOL(stamper->GetAvailable(), 500, 1e-6, "what is left then");
        // Period 2: 3000 left in period 1 while the queue went from 1500 to 1000:
        // 10,000 - 2500 - 1000 = 6500.
        bench.Pass(2'000'000, 0, request);
        NS_TEST_ASSERT_MSG_EQ_TOL(stamper->GetAvailable(), 6500, 1e-6, "the next period");
        // Nothing came in periods 3 and 4: 10,000 - 0 - 1000.
        bench.Pass(5'000'000, 0, request);
        NS_TEST_ASSERT_MSG_EQ_TOL(stamper->GetAvailable(), 9000, 1e-6, "after idle periods");

        // A refusal of an earlier hop stays, and takes nothing.
        request.grantHint = 20;
        Frame* frame = bench.Make(request);
        frame->signals->grant = {true, false, 20};
        bench.stamper->Stamp(*frame, {5'100'000, 0});
        NS_TEST_ASSERT_MSG_EQ(frame->signals->grant.increase, false, "refused before");
        NS_TEST_ASSERT_MSG_EQ(frame->signals->grant.congested, true, "congested before");
        NS_TEST_ASSERT_MSG_EQ_TOL(stamper->GetAvailable(), 9000, 1e-6, "nothing taken");
        FramePool::Release(frame);
    }
};

/** The list of stampers as an attribute. */
class ListTestCase : public TestCase
{
  public:
    ListTestCase()
        : TestCase("Types of stampers as an attribute")
    {
    }

  private:
    void DoRun() override
    {
        auto sw = CreateObject<Switch>();
        StringValue text;
        sw->GetAttribute("Stampers", text);
        NS_TEST_ASSERT_MSG_EQ(text.Get(), "none", "none by default");
        const std::string two = "ns3::fabric::IntStamper,ns3::fabric::CsigStamper";
        NS_TEST_ASSERT_MSG_EQ(sw->SetAttributeFailSafe("Stampers", StringValue(two)), true, "two");
        sw->GetAttribute("Stampers", text);
        NS_TEST_ASSERT_MSG_EQ(text.Get(), two, "printed as given");
        for (const char* bad : {"IntStamper", "ns3::fabric::Stamper", "ns3::fabric::Port", ","})
        {
            NS_TEST_ASSERT_MSG_EQ(sw->SetAttributeFailSafe("Stampers", StringValue(bad)),
                                  false,
                                  bad << " is no stamper");
        }
        for (const char* empty : {"none", ""})
        {
            sw->SetAttribute("Stampers", StringValue(empty));
            NS_TEST_ASSERT_MSG_EQ(sw->GetStampers().types.size(), 0, "an empty list");
        }
    }
};

/** Grants that are shared, period by period. */
class ShareGrantTestCase : public TestCase
{
  public:
    ShareGrantTestCase()
        : TestCase("Grants in equal shares: what is given and taken, and from whom")
    {
    }

  private:
    void DoRun() override
    {
        // as above: 10,000 bytes a period are aimed at; frames of 1000 bytes ask for 2000
        Bench bench("ns3::fabric::ShareGrantStamper", 100'000'000'000, 0);
        bench.stamper->SetAttribute("Period", TimeValue(MicroSeconds(1)));
        bench.stamper->SetAttribute("TargetUtilization", DoubleValue(0.8));
        bench.stamper->SetAttribute("Unit", UintegerValue(100));
        bench.stamper->SetAttribute("Threshold", UintegerValue(1500));
        bench.stamper->Setup({7, 3, 100'000'000'000, 0}); // anew, with these
        auto stamper = DynamicCast<ShareGrantStamper>(bench.stamper);
        SignalRequest request;
        request.kinds = SIGNAL_GRANT;
        request.grantHint = 20;
        // Nothing arrived before: 0.4 x 10,000 are to be given, nothing is to be taken.
        NS_TEST_ASSERT_MSG_EQ_TOL(stamper->GetToGive(), 4000, 1e-6, "of what is spare");
        NS_TEST_ASSERT_MSG_EQ_TOL(stamper->GetToTake(), 0, 1e-6, "nothing to take");
        for (int i = 0; i < 6; ++i)
        {
            const GrantTag grant = bench.Pass(100'000 * i, i == 3 ? 1501 : 0, request).grant;
            NS_TEST_ASSERT_MSG_EQ(grant.increase, (i < 2), "4000 bytes are two requests; " << i);
            NS_TEST_ASSERT_MSG_EQ(grant.congested, (i == 3), "over the threshold");
        }
        // Period 1: 6000 left and 1500 wait, so 7500 arrived. F = 0.4 x 2500 - 0.226 x 1500 = 661,
        // S = 750 - 661 = 89. To give 750 of the 12,000 that were asked for, 1 of 16; to take 89:
        // marks on 178 of 7500 bytes.
        for (int i = 1; i <= 43; ++i)
        {
            const GrantTag grant = bench.Pass(1'000'000 + i, 500, request).grant;
            NS_TEST_ASSERT_MSG_EQ(grant.increase, (i % 16 == 0), "each sixteenth; " << i);
            // 42 x 178 / 7500 = 0.997 frames, 43 x 178 / 7500 = 1.02
            NS_TEST_ASSERT_MSG_EQ(grant.congested, (i == 43), "one frame in 42.1; " << i);
        }
        NS_TEST_ASSERT_MSG_EQ_TOL(stamper->GetToGive(), 750, 1e-6, "spare and shuffled");
        NS_TEST_ASSERT_MSG_EQ_TOL(stamper->GetToTake(), 89, 1e-6, "shuffled");
        // Period 2: 43,000 left while the queue went from 1500 to 1000: 42,500 arrived.
        // F = -0.4 x 32,500 - 0.226 x 1000 = -13,226; S = 0.
        request.grantHint = 0;
        bench.Pass(2'000'000, 0, request);
        NS_TEST_ASSERT_MSG_EQ_TOL(stamper->GetToGive(), 0, 1e-6, "nothing to give");
        NS_TEST_ASSERT_MSG_EQ_TOL(stamper->GetToTake(), 13'226, 1e-6, "too much came");
        // Period 5 follows periods without frames. The frame itself counts as queue.
        NS_TEST_ASSERT_MSG_EQ(bench.Pass(5'000'000, 0, request).grant.increase, false, "not asked");
        NS_TEST_ASSERT_MSG_EQ_TOL(stamper->GetToGive(), 4000 - 226, 1e-6, "spare, less the queue");
    }
};

/** Signals of frames. */
class SignalsTestSuite : public TestSuite
{
  public:
    SignalsTestSuite()
        : TestSuite("weft-fabric-signals", TestSuite::Type::UNIT)
    {
        UsePicoseconds();
        AddTestCase(new PoolTestCase);
        AddTestCase(new IntTestCase);
        AddTestCase(new PintTestCase);
        AddTestCase(new CsigTestCase);
        AddTestCase(new GrantTestCase);
        AddTestCase(new ShareGrantTestCase);
        AddTestCase(new ListTestCase);
    }
};

SignalsTestSuite g_signalsTestSuite; ///< the suite

} // namespace
