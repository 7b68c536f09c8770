/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-test-net.h"

#include "ns3/fabric-int-stamper.h"
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
        const std::string two = "ns3::fabric::IntStamper,ns3::fabric::IntStamper";
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
        AddTestCase(new ListTestCase);
    }
};

SignalsTestSuite g_signalsTestSuite; ///< the suite

} // namespace
