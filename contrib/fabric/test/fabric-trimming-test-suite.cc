/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-test-net.h"

#include "ns3/double.h"
#include "ns3/fabric-trimmer.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <memory>
#include <vector>

using namespace ns3;
using namespace ns3::fabric;
using namespace ns3::fabric::tests;

namespace
{

/** A host that keeps the trimmed frames that it gets. */
class TrimHost : public TestHost
{
  public:
    /** A trimmed frame. */
    struct Trimmed
    {
        Ticks at;           ///< when it arrived
        uint32_t psn;       ///< which
        uint32_t bytes;     ///< its size
        uint8_t priority;   ///< its class
        uint8_t dscp;       ///< its DSCP
        bool lastHop;       ///< who trimmed it
        FabricAddress from; ///< from whom
    };

    TrimHost()
        : TestHost("100Gbps", 0)
    {
    }

    void ReceiveFrame(Port& from, Frame* frame) override
    {
        if (frame->trimmed)
        {
            trimmed.push_back({NowTicks(),
                               frame->roce.psn,
                               frame->bytes,
                               frame->priority,
                               frame->dscp,
                               frame->lastHop,
                               frame->source});
        }
        TestHost::ReceiveFrame(from, frame);
    }

    std::vector<Trimmed> trimmed; ///< trimmed frames
};

/** Two senders and a receiver that keeps trimmed frames around a switch, 100 Gb/s, no gap. */
class TrimNet
{
  public:
    TrimNet()
        : star(2, "100Gbps", MicroSeconds(1), 0)
    {
        auto port = CreateObject<Port>();
        port->SetDataRate(DataRate("100Gbps"));
        port->SetAttribute("InterframeBytes", UintegerValue(0));
        star.node->AddDevice(port);
        const uint16_t index = star.sw->AddPort(port);
        receiver.port->SetFabricAddress(star.directory->Add(0));
        star.sw->GetRoutingTable().SetHostPort(2, index);
        star.links.push_back(Connect(receiver.port, port, MicroSeconds(1)));
        // address 3 is at another leaf, beyond the same port
        star.directory->Add(1);
        auto& routes = star.sw->GetRoutingTable();
        routes.SetGroup(1, routes.AddGroup({index}));
    }

    /**
     * No class is lossless and each may hold `bytes` at an egress port: 3 ports of 8 classes have
     * that guaranteed, and nothing is shared.
     */
    void LimitQueues(uint32_t bytes)
    {
        auto policy = CreateObject<DynamicThreshold>();
        policy->SetAttribute("LosslessClasses", UintegerValue(0));
        policy->SetAttribute("Guarantee", UintegerValue(bytes));
        policy->SetAttribute("Size", UintegerValue(3 * 8 * bytes + 1));
        star.sw->SetBufferPolicy(policy);
    }

    /** @return whether what came in and was made is what left, was dropped or waits, by class */
    bool BooksAgree() const
    {
        for (uint8_t c = 0; c < N_CLASSES; ++c)
        {
            int64_t balance = star.sw->GetCounters().bytesMade[c];
            for (uint16_t i = 0; i < star.sw->GetNPorts(); ++i)
            {
                const Port& port = star.sw->GetPort(i);
                const auto counters = port.GetCounters();
                balance += counters.rxBytes[c];
                balance -=
                    counters.txBytes[c] + counters.dropBytes[c] + port.GetQueues().GetBytes(c);
            }
            if (balance != 0)
            {
                return false;
            }
        }
        return true;
    }

    TrimHost receiver; ///< address 2, and what is sent to 3
    Star star;         ///< the switch and the senders, 0 and 1
};

/**
 * Each sender sends three frames of 1000 bytes, 80,000 ps each, that are at the switch
 * at 1.08, 1.16 and 1.24 us. What waits when a frame comes: 0, 0 (the port chooses the second at
 * once for the end of the first), 0, 0, 1000, 2000 bytes. So only the sixth, PSN 2 of host 1, meets
 * 2000 bytes.
 */
class TrimTestCase : public TestCase
{
  public:
    TrimTestCase()
        : TestCase("Trimming: which frame, how, and when it arrives")
    {
    }

  private:
    void DoRun() override
    {
        Run(true, 2, true);
        Run(false, 2, true);
        Run(false, 3, false);
    }

    /** @param threshold trim over a threshold, not for lack of memory @param to destination */
    void Run(bool threshold, FabricAddress to, bool lastHop)
    {
        TrimNet net;
        net.LimitQueues(threshold ? 100'000 : 2000);
        const auto trimmer = net.star.sw->GetTrimmer();
        trimmer->SetAttribute("Classes", UintegerValue(1U << 3));
        trimmer->SetAttribute("Threshold", UintegerValue(threshold ? 1999 : 0));
        uint32_t traced = 0;
        net.star.sw->TraceConnectWithoutContext(
            "Trim", MakeCallback(&TrimTestCase::Count, this).Bind(&traced));
        net.star.hosts[0]->Send(to, 3, 1000);
        net.star.hosts[1]->Send(to, 3, 1000);
        Simulator::Run();

        NS_TEST_ASSERT_MSG_EQ(net.receiver.arrivals.size(), 6, "nothing is lost");
        NS_TEST_ASSERT_MSG_EQ(net.receiver.trimmed.size(), 1, "one frame is trimmed");
        const auto& trimmed = net.receiver.trimmed[0];
        NS_TEST_ASSERT_MSG_EQ(trimmed.psn, 2, "its number");
        NS_TEST_ASSERT_MSG_EQ(trimmed.from, 1, "its sender");
        NS_TEST_ASSERT_MSG_EQ(trimmed.bytes, 64, "its size");
        NS_TEST_ASSERT_MSG_EQ(+trimmed.priority, 6, "its class");
        NS_TEST_ASSERT_MSG_EQ(+trimmed.dscp, (lastHop ? 49 : 48), "its DSCP");
        NS_TEST_ASSERT_MSG_EQ(trimmed.lastHop, lastHop, "its flag");
        // It goes before the two that wait, after the third: 1.08 + 3 x 0.08 us, 64 x 80 ps, 1 us.
        NS_TEST_ASSERT_MSG_EQ(trimmed.at, 1'320'000 + 5'120 + 1'000'000, "when it arrives");
        NS_TEST_ASSERT_MSG_EQ(net.receiver.arrivals.back().at,
                              1'325'120 + 2 * 80'000 + 1'000'000,
                              "when the last arrives");
        const auto& counters = net.star.sw->GetCounters();
        NS_TEST_ASSERT_MSG_EQ(counters.framesTrimmed[3], 1, "counted");
        NS_TEST_ASSERT_MSG_EQ(counters.bytesTrimmed[3], 936, "what was cut off");
        NS_TEST_ASSERT_MSG_EQ(traced, 1000, "traced, with its old size");
        NS_TEST_ASSERT_MSG_EQ(net.BooksAgree(), true, "bytes add up");
        NS_TEST_ASSERT_MSG_EQ(net.star.sw->GetBufferPolicy()->GetOccupancy(), 0, "memory is free");
        Simulator::Destroy();
    }

    /** Note the size of a trimmed frame. */
    void Count(uint32_t* total, const Frame& frame, uint32_t bytes)
    {
        *total += bytes;
    }
};

/** Frames that must be dropped all the same. */
class DropTestCase : public TestCase
{
  public:
    DropTestCase()
        : TestCase("Trimming: what is dropped all the same")
    {
    }

  private:
    void DoRun() override
    {
        Run(3, 1U << 3, 1000, 1, 64);   // no room for the trimmed frame either: 2064 bytes
        Run(6, 1U << 0, 1000, 0, 1000); // of another class
        Run(6, 0, 1000, 0, 1000);       // trimming is off
    }

    /**
     * The same traffic as above: the sixth frame finds 2000 bytes, all that the class may hold.
     *
     * @param trimmedClass class of trimmed frames
     * @param classes what is trimmed
     * @param bytes size of the frames
     * @param trimmed frames trimmed
     * @param dropped bytes dropped
     */
    void Run(uint8_t trimmedClass,
             uint32_t classes,
             uint32_t bytes,
             uint64_t trimmed,
             uint64_t dropped)
    {
        TrimNet net;
        net.LimitQueues(2 * bytes);
        net.star.sw->GetTrimmer()->SetAttribute("Classes", UintegerValue(classes));
        net.star.sw->GetTrimmer()->SetAttribute("TrimmedClass", UintegerValue(trimmedClass));
        net.star.hosts[0]->Send(2, 3, bytes);
        net.star.hosts[1]->Send(2, 3, bytes);
        Simulator::Run();
        const auto& counters = net.star.sw->GetCounters();
        NS_TEST_ASSERT_MSG_EQ(net.receiver.arrivals.size(), 5, "one is lost");
        NS_TEST_ASSERT_MSG_EQ(counters.framesTrimmed[3], trimmed, "trimmed");
        NS_TEST_ASSERT_MSG_EQ(counters.dropsBuffer[3], 1, "dropped");
        NS_TEST_ASSERT_MSG_EQ(net.star.sw->GetPort(1).GetCounters().dropBytes[3], dropped, "bytes");
        NS_TEST_ASSERT_MSG_EQ(net.BooksAgree(), true, "bytes add up");
        Simulator::Destroy();
    }
};

/** What may be trimmed, and where. */
class EligibilityTestCase : public TestCase
{
  public:
    EligibilityTestCase()
        : TestCase("Trimming: eligible frames, and the check of the configuration")
    {
    }

  private:
    void DoRun() override
    {
        auto trimmer = CreateObject<Trimmer>();
        trimmer->SetAttribute("Classes", UintegerValue(1U << 3));
        Frame frame{};
        frame.kind = FrameKind::ROCE;
        frame.priority = 3;
        frame.bytes = 65;
        NS_TEST_EXPECT_MSG_EQ(trimmer->IsEligible(frame), true, "larger than 64 bytes");
        NS_TEST_EXPECT_MSG_EQ(trimmer->IsOverThreshold(frame, UINT64_MAX), false, "no threshold");
        frame.bytes = 64;
        NS_TEST_EXPECT_MSG_EQ(trimmer->IsEligible(frame), false, "not larger");
        frame.bytes = 1000;
        frame.kind = FrameKind::PACKET;
        NS_TEST_EXPECT_MSG_EQ(trimmer->IsEligible(frame), false, "an ns-3 packet");
        frame.kind = FrameKind::ROCE;
        trimmer->Trim(frame, false);
        frame.priority = 3;
        frame.bytes = 1000;
        NS_TEST_EXPECT_MSG_EQ(trimmer->IsEligible(frame), false, "trimmed already");

        TrimNet net;
        net.star.sw->SetBufferPolicy(CreateObject<DynamicThreshold>()); // class 3 is lossless
        NS_TEST_EXPECT_MSG_EQ(net.star.sw->Check(), "", "off by default");
        net.star.sw->GetTrimmer()->SetAttribute("Classes", UintegerValue(1U << 2));
        NS_TEST_EXPECT_MSG_EQ(net.star.sw->Check(), "", "a lossy class");
        net.star.sw->SetAttribute("Trimmer", PointerValue(trimmer));
        NS_TEST_EXPECT_MSG_EQ(net.star.sw->Check().rfind("class 3 is lossless", 0), 0, "diagnosed");
    }
};

/** Packet trimming. */
class TrimmingTestSuite : public TestSuite
{
  public:
    TrimmingTestSuite()
        : TestSuite("weft-fabric-trimming", TestSuite::Type::UNIT)
    {
        UsePicoseconds();
        AddTestCase(new TrimTestCase);
        AddTestCase(new DropTestCase);
        AddTestCase(new EligibilityTestCase);
    }
};

TrimmingTestSuite g_trimmingTestSuite; ///< the suite

} // namespace
