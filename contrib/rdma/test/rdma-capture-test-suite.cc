/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-test-net.h"
#include "rdma-test-tshark.h"

#include "ns3/fabric-marker.h"
#include "ns3/fabric-pcap-helper.h"
#include "ns3/object-factory.h"
#include "ns3/pcap-file-wrapper.h"
#include "ns3/pointer.h"
#include "ns3/rdma-opcode.h"
#include "ns3/rdma-roce-codec.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <cmath>
#include <iostream>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

/**
 * A WRITE of ten packets with congestion marks, a lost packet, and a pause, captured at both hosts.
 */
class CaptureTestCase : public TestCase
{
  public:
    CaptureTestCase()
        : TestCase("tshark decodes every frame of a WRITE with loss, marks and a pause")
    {
    }

  private:
    static constexpr uint32_t FIRST_PSN = 0xfffffc; ///< the PSNs wrap behind the fourth packet

    void DoRun() override
    {
        const std::string prefix = CreateTempDirFilename("write");
        Simulate(prefix);
        const std::string sender = prefix + "-0-0.pcap";
        const std::string receiver = prefix + "-1-0.pcap";
        // 15 data frames, 10 ACKs, a NAK and 2 CNPs at each end, and 2 PFC frames at the sender,
        // but one of the data frames never gets to the receiver.
        CheckWithCodec(sender, 30);
        CheckWithCodec(receiver, 27);
        if (OutputOf("command -v tshark").empty())
        {
            std::cout << "tshark is not installed: captures were decoded by our own codec only\n";
            return;
        }
        CheckSender(sender);
        CheckReceiver(receiver);
    }

    /** Make the captures. */
    void Simulate(const std::string& prefix)
    {
        ChainOptions options;
        options.links = 2;
        options.interframe = 20;
        options.dataOverhead = 0;
        options.ackBytes = 0;
        options.mtu = 1024;
        Chain chain(options);
        for (auto& nic : chain.nic)
        {
            nic->SetAttribute("CongestionControl", StringValue("ns3::rdma::DcqcnVendor"));
        }
        // the switch marks every ECN-capable frame
        ObjectFactory marker("ns3::fabric::RedMarker");
        marker.Set("Kmin", UintegerValue(0));
        marker.Set("Kmax", UintegerValue(0));
        chain.node[2]->GetObject<fabric::Switch>()->SetMarkerFactory(marker);
        // the sixth packet is lost behind the switch, once
        auto saboteur = CreateObject<Saboteur>();
        saboteur->targets = {{Saboteur::Target::DATA, (FIRST_PSN + 5) & 0xffffff, 1}};
        chain.link[1]->SetAttribute("ErrorModel", PointerValue(saboteur));
        auto [a, b] = chain.Connect(FIRST_PSN, 0);
        Recorder user[2];
        a->SetHandler(&user[0]);
        b->SetHandler(&user[1]);

        fabric::FabricPcapHelper pcap(CreateObject<RoceCodec>());
        pcap.EnablePcap(prefix, chain.port[0]);
        pcap.EnablePcap(prefix, chain.port[1]);
        // The switch pauses host 0 from 0 to 5 us.
        auto left = DynamicCast<fabric::Port>(chain.node[2]->GetDevice(0));
        Simulator::ScheduleNow(&fabric::Port::PausePeer, left, 3);
        Simulator::Schedule(MicroSeconds(5), &fabric::Port::ResumePeer, left, 3);
        auto queuePair = a;
        Simulator::Schedule(MicroSeconds(2),
                            [queuePair]
                            { queuePair->PostSend(Write(10 * 1024 - 3, 77, 0x1234'5678'0000)); });
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(user[0].sent.size(), 1, "completed");
        NS_TEST_ASSERT_MSG_EQ(user[1].placed.size(), 1, "placed");
    }

    /** Decode all frames by our own codec. */
    void CheckWithCodec(const std::string& name, uint32_t frames)
    {
        auto file = CreateObject<PcapFileWrapper>();
        file->Open(name, std::ios::in | std::ios::binary);
        NS_TEST_ASSERT_MSG_EQ(file->Fail(), false, name);
        RoceCodec codec;
        uint32_t n = 0;
        Time at;
        for (auto packet = file->Read(at); packet && !file->Eof(); packet = file->Read(at), ++n)
        {
            fabric::Frame frame{};
            NS_TEST_EXPECT_MSG_EQ(codec.Decode(packet, frame), true, "frame " << n);
            NS_TEST_EXPECT_MSG_EQ((frame.kind != fabric::FrameKind::PACKET), true, "frame " << n);
        }
        NS_TEST_EXPECT_MSG_EQ(n, frames, name);
    }

    /** A frame as it must be: -1 is a field that is not there. */
    struct Row
    {
        int64_t time;     ///< stamp, ns
        int64_t bytes;    ///< without frame check sequence
        int64_t opcode;   ///< BTH opcode; -1 for PFC
        int64_t psn;      ///< BTH PSN
        int64_t syndrome; ///< AETH syndrome
        int64_t msn;      ///< AETH MSN
        int64_t dscp;     ///< IP DSCP
        int64_t ecn;      ///< IP ECN
        int64_t pause;    ///< PFC pause time of class 3
    };

    /** Compare a capture with what must be in it. */
    void CheckRows(const std::string& file, const std::vector<Row>& expected)
    {
        const Table table = Dissect(file,
                                    {"frame.time_epoch",
                                     "frame.len",
                                     "infiniband.bth.opcode",
                                     "infiniband.bth.psn",
                                     "infiniband.aeth.syndrome",
                                     "infiniband.aeth.msn",
                                     "ip.dsfield.dscp",
                                     "ip.dsfield.ecn",
                                     "macc.cbfc.pause_time.c3",
                                     "macc.opcode",
                                     "macc.cbfc.enbv",
                                     "udp.dstport",
                                     "infiniband.bth.destqp",
                                     "_ws.malformed"});
        NS_TEST_ASSERT_MSG_EQ(table.size(), expected.size(), file);
        for (std::size_t i = 0; i < table.size(); ++i)
        {
            const auto& row = expected[i];
            const auto& cells = table[i];
            const auto time = static_cast<int64_t>(std::llround(std::stod(cells[0]) * 1e9));
            const bool isPfc = row.opcode < 0;
            NS_TEST_EXPECT_MSG_EQ(time, row.time, "time of frame " << i);
            NS_TEST_EXPECT_MSG_EQ(NumberOf(cells[1]), row.bytes, "size of frame " << i);
            NS_TEST_EXPECT_MSG_EQ(NumberOf(cells[2]), row.opcode, "opcode of frame " << i);
            NS_TEST_EXPECT_MSG_EQ(NumberOf(cells[3]), row.psn, "PSN of frame " << i);
            NS_TEST_EXPECT_MSG_EQ(NumberOf(cells[4]), row.syndrome, "syndrome of frame " << i);
            NS_TEST_EXPECT_MSG_EQ(NumberOf(cells[5]), row.msn, "MSN of frame " << i);
            NS_TEST_EXPECT_MSG_EQ(NumberOf(cells[6]), row.dscp, "DSCP of frame " << i);
            NS_TEST_EXPECT_MSG_EQ(NumberOf(cells[7]), row.ecn, "ECN of frame " << i);
            NS_TEST_EXPECT_MSG_EQ(NumberOf(cells[8]), row.pause, "pause of frame " << i);
            NS_TEST_EXPECT_MSG_EQ(NumberOf(cells[9]), (isPfc ? 0x0101 : -1), "PFC opcode " << i);
            NS_TEST_EXPECT_MSG_EQ(NumberOf(cells[10]), (isPfc ? 8 : -1), "PFC classes " << i);
            NS_TEST_EXPECT_MSG_EQ(NumberOf(cells[11]), (isPfc ? -1 : 4791), "UDP port " << i);
            NS_TEST_EXPECT_MSG_EQ(NumberOf(cells[12]), (isPfc ? -1 : 2), "queue pair " << i);
            NS_TEST_EXPECT_MSG_EQ(cells[13], "", "frame " << i << " is well-formed");
        }
    }

    /** @return a data frame of the message: index 0 to 9 @param at ns @param ecn at the place */
    static Row Data(double at, uint32_t index, int64_t ecn)
    {
        const int64_t opcode = index == 0   ? OP_WRITE_FIRST
                               : index == 9 ? OP_WRITE_LAST
                                            : OP_WRITE_MIDDLE;
        const int64_t psn = (FIRST_PSN + index) & 0xffffff;
        return {
            static_cast<int64_t>(at), index == 0 ? 1098 : 1082, opcode, psn, -1, -1, 26, ecn, -1};
    }

    /** @return an acknowledgment of a packet @param at ns @param syndrome AETH syndrome */
    static Row Ack(double at, uint32_t index, int64_t syndrome, int64_t ecn)
    {
        const int64_t psn = (FIRST_PSN + index) & 0xffffff;
        const int64_t msn = index == 9 ? 1 : 0;
        return {static_cast<int64_t>(at), 62, OP_ACKNOWLEDGE, psn, syndrome, msn, 26, ecn, -1};
    }

    /** @return a congestion notification @param at ns */
    static Row Cnp(double at, int64_t ecn)
    {
        return {static_cast<int64_t>(at), 74, OP_CNP, 0, -1, -1, 48, ecn, -1};
    }

    /** @return a PFC frame @param at ns @param pause of class 3 */
    static Row Pfc(double at, int64_t pause)
    {
        return {static_cast<int64_t>(at), 60, -1, -1, -1, -1, -1, -1, pause};
    }

    // All links have 100 Gb/s (0.08 ns a byte) and 1000 ns, and 20 bytes of gap count. A full frame
    // has 1024 + 62 + 20 = 1106 bytes: 88.48 ns; the last one too, as its 1021 bytes are padded.
    // The first has 16 more: 89.76 ns. ACK 86 bytes: 6.88 ns; CNP 98: 7.84 ns; PFC 84: 6.72 ns.
    static constexpr double FULL = 88.48;
    static constexpr double FIRST = 89.76;
    static constexpr double ACK = 6.88;
    static constexpr double CNP = 7.84;

    // XOFF leaves the switch at 0, XON at 5000, and they arrive 1006.72 later: there the data,
    // posted at 2000, starts.
    static constexpr double START = 6006.72;
    // At the switch the second frame waits for the longer first one, and all others keep its pace:
    // they are at host 1 at ARRIVAL + FULL * i, the first one FULL earlier.
    static constexpr double ARRIVAL = START + 2 * FIRST + 2000;
    // The sixth is lost. The seventh shows that; the NAK leaves 2000 later, and takes 2 * 1006.88.
    // The sender takes 4000 to react.
    static constexpr double NAK = ARRIVAL + 6 * FULL + 2000;
    static constexpr double AGAIN = NAK + 2 * ACK + 2000 + 4000;

    /**
     * @return time between two frames that are sent again. 4 us after the arrival of the first CNP
     *         alpha is (255/256)^4 and DCQCN cuts the rate to 1 - alpha/2 of 100 Gb/s: 50.777 Gb/s,
     *         174.253 ns a frame
     */
    static double Gap()
    {
        return FULL / (1 - std::pow(255.0 / 256, 4) / 2);
    }

    /** The capture at host 1: data marked CE by the switch, as ours leaves unmarked. */
    void CheckReceiver(const std::string& file)
    {
        // The CNP overtakes the ACK of the frame that caused it; the next CNP may leave 4 us later.
        std::vector<Row> rows = {
            Data(ARRIVAL, 0, 3), Cnp(ARRIVAL, 2), Ack(ARRIVAL + CNP, 0, 31, 2)};
        for (uint32_t i = 1; i < 10; ++i)
        {
            const double at = ARRIVAL + FULL * i;
            if (i != 5)
            {
                rows.push_back(Data(at, i, 3));
            }
            if (i < 5)
            {
                rows.push_back(Ack(at, i, 31, 2));
            }
        }
        rows.push_back(Ack(NAK, 5, 0x60, 2));
        for (uint32_t i = 5; i < 10; ++i)
        {
            const double at = AGAIN + Gap() * (i - 5) + 2 * FULL + 2000;
            rows.push_back(Data(at, i, 3));
            if (i == 5)
            {
                rows.push_back(Cnp(at, 2));
            }
            rows.push_back(Ack(at + (i == 5 ? CNP : 0), i, 31, 2));
        }
        CheckRows(file, rows);
    }

    /** The capture at host 0: everything else marked CE on its way. */
    void CheckSender(const std::string& file)
    {
        std::vector<Row> rows = {Pfc(1006.72, 65535), Pfc(START, 0), Data(START, 0, 2)};
        for (uint32_t i = 1; i < 10; ++i)
        {
            rows.push_back(Data(START + FIRST + FULL * (i - 1), i, 2));
        }
        // The ACK behind a CNP keeps its distance on every link: 2 * (CNP + 1000) + ACK after it.
        const double cnp = ARRIVAL + 2 * CNP + 2000;
        rows.push_back(Cnp(cnp, 3));
        rows.push_back(Ack(cnp + ACK, 0, 31, 3));
        for (uint32_t i = 1; i < 5; ++i)
        {
            rows.push_back(Ack(ARRIVAL + FULL * i + 2 * ACK + 2000, i, 31, 3));
        }
        rows.push_back(Ack(NAK + 2 * ACK + 2000, 5, 0x60, 3));
        for (uint32_t i = 5; i < 10; ++i)
        {
            rows.push_back(Data(AGAIN + Gap() * (i - 5), i, 2));
        }
        for (uint32_t i = 5; i < 10; ++i)
        {
            const double at = AGAIN + Gap() * (i - 5) + 2 * FULL + 2000;
            if (i == 5)
            {
                rows.push_back(Cnp(at + 2 * CNP + 2000, 3));
                rows.push_back(Ack(at + 2 * CNP + 2000 + ACK, 5, 31, 3));
                continue;
            }
            rows.push_back(Ack(at + 2 * ACK + 2000, i, 31, 3));
        }
        CheckRows(file, rows);
    }
};

/** The suite. */
class CaptureTestSuite : public TestSuite
{
  public:
    CaptureTestSuite()
        : TestSuite("weft-rdma-capture", TestSuite::Type::SYSTEM)
    {
        AddTestCase(new CaptureTestCase);
    }
};

CaptureTestSuite g_captureTestSuite; ///< registers the suite

} // namespace
