/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-credit-setup.h"

#include "ns3/fabric-ethernet-codec.h"
#include "ns3/simulator.h"
#include "ns3/test.h"

#include <algorithm>
#include <array>

using namespace ns3;
using namespace ns3::fabric;
using namespace ns3::fabric::tests;

namespace
{

/** IEEE 802.3 PAUSE: the whole link waits. */
class PortPauseTestCase : public TestCase
{
  public:
    PortPauseTestCase()
        : TestCase("802.3x port pause")
    {
    }

  private:
    void DoRun() override
    {
        // As in weft-fabric-pfc: a pause of class 3 at 0 takes effect at 1,006.72 ns, frame 10 is
        // the last before. Here frames of class 5 wait as well, until the last class is resumed.
        const PortDefaults defaults("Pause", 0);
        TestHost a("100Gbps");
        TestHost b("100Gbps");
        a.port->SetFabricAddress(0);
        b.port->SetFabricAddress(1);
        Connect(a.port, b.port, MicroSeconds(1));
        a.Saturate(1, 13, FRAME);
        b.port->PausePeer(3);
        Simulator::Schedule(MicroSeconds(2), &Port::PausePeer, b.port, 4);
        Simulator::Schedule(MicroSeconds(3), &TestHost::Send, &a, 1, 1, FRAME, 5);
        Simulator::Schedule(MicroSeconds(5), &Port::ResumePeer, b.port, 3);
        Simulator::Schedule(MicroSeconds(7), &Port::ResumePeer, b.port, 4);
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(b.arrivals.size(), 14, "all frames arrive in the end");
        NS_TEST_EXPECT_MSG_EQ(b.arrivals[10].at, 2'100'000, "last frame before the pause");
        NS_TEST_EXPECT_MSG_EQ(b.arrivals[11].at, 9'106'720, "first after both classes resumed");
        NS_TEST_EXPECT_MSG_EQ(+b.arrivals[11].priority, 5, "class 5 had to wait too");
        NS_TEST_EXPECT_MSG_EQ(
            a.port->GetPausedTime(0).GetTimeStep(), 7'000'000, "every class was paused");
        NS_TEST_EXPECT_MSG_EQ(b.port->GetCounters().pfcTxXoff, 2, "PAUSE, and once more");
        NS_TEST_EXPECT_MSG_EQ(b.port->GetCounters().pfcTxXon, 1, "one with time 0");
        Simulator::Destroy();
    }
};

/** The bytes of PAUSE and credit frames. */
class BytesTestCase : public TestCase
{
  public:
    BytesTestCase()
        : TestCase("Bytes of PAUSE and credit frames")
    {
    }

  private:
    void DoRun() override
    {
        auto pool = CreateObject<FramePool>();
        const auto codec = CreateObject<EthernetCodec>();
        Frame* frame = pool->Allocate();
        frame->kind = FrameKind::PFC;
        frame->bytes = PFC_FRAME_BYTES;
        frame->source = 7;
        frame->destination = BROADCAST_ADDRESS;
        frame->pfc = PfcFields{};
        frame->pfc.wholeLink = true;
        frame->pfc.enabledClasses = 0xff;
        frame->pfc.quanta.fill(0x1234);
        // 01:80:c2:00:00:01, our MAC, 0x8808, opcode 0x0001, pause time, zeros up to 60 B
        auto packet = codec->Encode(*frame);
        std::array<uint8_t, 60> bytes{};
        NS_TEST_ASSERT_MSG_EQ(packet->GetSize(), 60, "size without FCS");
        packet->CopyData(bytes.data(), 60);
        const std::array<uint8_t, 6> head = {0x88, 0x08, 0x00, 0x01, 0x12, 0x34};
        NS_TEST_EXPECT_MSG_EQ(
            std::equal(head.begin(), head.end(), bytes.begin() + 12), true, "PAUSE");
        NS_TEST_EXPECT_MSG_EQ(
            std::all_of(bytes.begin() + 18, bytes.end(), [](uint8_t byte) { return byte == 0; }),
            true,
            "padding");
        Frame* back = pool->Allocate();
        NS_TEST_ASSERT_MSG_EQ(codec->Decode(packet, *back), true, "decoded");
        NS_TEST_EXPECT_MSG_EQ(back->pfc.wholeLink, true, "PAUSE");
        NS_TEST_EXPECT_MSG_EQ(+back->pfc.enabledClasses, 0xff, "all classes");
        NS_TEST_EXPECT_MSG_EQ(back->pfc.quanta[7], 0x1234, "its time");
        frame->kind = FrameKind::CREDIT;
        frame->credit = CreditFields{};
        frame->credit.lanes = 0x09;
        frame->credit.totals = true;
        frame->credit.counts[0] = 0xdeadbeef;
        frame->credit.counts[3] = 258;
        packet = codec->Encode(*frame);
        NS_TEST_ASSERT_MSG_EQ(codec->Decode(packet, *back), true, "decoded");
        NS_TEST_EXPECT_MSG_EQ((back->kind == FrameKind::CREDIT), true, "credits");
        NS_TEST_EXPECT_MSG_EQ(+back->credit.lanes, 0x09, "lanes");
        NS_TEST_EXPECT_MSG_EQ(back->credit.totals, true, "totals");
        NS_TEST_EXPECT_MSG_EQ(back->credit.counts[0], 0xdeadbeef, "lane 0");
        NS_TEST_EXPECT_MSG_EQ(back->credit.counts[3], 258, "lane 3");
        // 01:80:c2:00:00:01, our MAC, 0x88b5, lanes, kind, eight counts
        NS_TEST_ASSERT_MSG_EQ(packet->GetSize(), 60, "size without FCS");
        packet->CopyData(bytes.data(), 60);
        const std::array<uint8_t, 8> start = {0x88, 0xb5, 0x09, 0x01, 0xde, 0xad, 0xbe, 0xef};
        NS_TEST_EXPECT_MSG_EQ(
            std::equal(start.begin(), start.end(), bytes.begin() + 12), true, "credits");
        FramePool::Release(frame);
        FramePool::Release(back);
    }
};

/** Suite: pauses of the whole link, and the bytes of both kinds of flow control. */
class FabricPortPauseTestSuite : public TestSuite
{
  public:
    FabricPortPauseTestSuite()
        : TestSuite("weft-fabric-port-pause", TestSuite::Type::UNIT)
    {
        AddTestCase(new PortPauseTestCase);
        AddTestCase(new BytesTestCase);
    }

  private:
    void DoSetup() override
    {
        UsePicoseconds();
    }
};

FabricPortPauseTestSuite g_fabricPortPauseTestSuite; ///< registers the suite

} // namespace
