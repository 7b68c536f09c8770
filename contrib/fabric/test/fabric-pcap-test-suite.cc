/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-test-net.h"

#include "ns3/fabric-address.h"
#include "ns3/fabric-ethernet-codec.h"
#include "ns3/fabric-pcap-helper.h"
#include "ns3/pcap-file-wrapper.h"
#include "ns3/simulator.h"
#include "ns3/test.h"

#include <fstream>

using namespace ns3;
using namespace ns3::fabric;

namespace
{

/** What a capture of a port holds. */
class PcapTestCase : public TestCase
{
  public:
    PcapTestCase()
        : TestCase("a capture holds every frame of a port, stamped to the nanosecond")
    {
    }

  private:
    void DoRun() override
    {
        UsePicoseconds();
        Ptr<Port> ports[2];
        for (uint32_t i = 0; i < 2; ++i)
        {
            ports[i] = CreateObject<Port>();
            ports[i]->SetDataRate(DataRate("800Gbps"));
            CreateObject<Node>()->AddDevice(ports[i]);
            ports[i]->SetFabricAddress(i);
        }
        auto link = fabric::tests::Connect(ports[0], ports[1], NanoSeconds(5));

        const std::string prefix = CreateTempDirFilename("capture");
        FabricPcapHelper pcap;
        pcap.SetSnapLength(70);
        pcap.EnablePcap(prefix, ports[1], true);
        // A packet of 100 bytes from 0 to 1: 118 + 20 bytes at 800 Gb/s are 1.38 ns, and 5 ns of
        // cable: there at 6.38 ns. Port 1 pauses class 3 of its peer at 1 us, and resumes it at
        // 1.1 us.
        Simulator::Schedule(NanoSeconds(0),
                            [&] { ports[0]->Send(Create<Packet>(100), MacOf(1), ETHERTYPE_IPV6); });
        Simulator::Schedule(NanoSeconds(1000), &Port::PausePeer, ports[1], 3);
        Simulator::Schedule(NanoSeconds(1100), &Port::ResumePeer, ports[1], 3);
        Simulator::Run();
        const std::string filename = PcapHelper().GetFilenameFromDevice(prefix, ports[1]);
        Simulator::Destroy();
        ports[0] = ports[1] = nullptr; // and with the last port goes its file
        link = nullptr;

        // The file's header, and a header for each frame: 24 + 16 + 70 + 2 (16 + 60).
        std::ifstream whole(filename, std::ios::binary | std::ios::ate);
        NS_TEST_EXPECT_MSG_EQ(whole.tellg(), 262, "frames cut to the snap length");

        auto file = CreateObject<PcapFileWrapper>();
        file->Open(filename, std::ios::in | std::ios::binary);
        NS_TEST_ASSERT_MSG_EQ(file->Fail(), false, filename);
        NS_TEST_EXPECT_MSG_EQ(file->GetMagic(), 0xa1b23c4d, "nanosecond pcap");
        NS_TEST_EXPECT_MSG_EQ(file->GetDataLinkType(), 1, "Ethernet");
        NS_TEST_EXPECT_MSG_EQ(file->GetSnapLen(), 70, "snap length");
        EthernetCodec codec;
        Frame frame{};
        Time at;
        auto packet = file->Read(at);
        NS_TEST_ASSERT_MSG_EQ(file->Eof(), false, "first frame");
        NS_TEST_EXPECT_MSG_EQ(at, NanoSeconds(6), "received");
        NS_TEST_EXPECT_MSG_EQ(codec.Decode(packet, frame), true, "first frame");
        NS_TEST_EXPECT_MSG_EQ(frame.protocol, ETHERTYPE_IPV6, "first frame");
        for (int i = 0; i < 2; ++i)
        {
            packet = file->Read(at);
            NS_TEST_ASSERT_MSG_EQ(file->Eof(), false, "PFC " << i);
            NS_TEST_EXPECT_MSG_EQ(at, NanoSeconds(1000 + 100 * i), "PFC sent");
            NS_TEST_EXPECT_MSG_EQ(codec.Decode(packet, frame), true, "PFC " << i);
            NS_TEST_EXPECT_MSG_EQ((frame.kind == FrameKind::PFC), true, "PFC " << i);
            NS_TEST_EXPECT_MSG_EQ(+frame.pfc.enabledClasses, 8, "PFC " << i);
            NS_TEST_EXPECT_MSG_EQ((frame.pfc.quanta[3] > 0), (i == 0), "XOFF, then XON");
        }
        file->Read(at);
        NS_TEST_EXPECT_MSG_EQ(file->Eof(), true, "nothing else");
    }
};

/** The suite. */
class FabricPcapTestSuite : public TestSuite
{
  public:
    FabricPcapTestSuite()
        : TestSuite("weft-fabric-pcap", TestSuite::Type::SYSTEM)
    {
        AddTestCase(new PcapTestCase);
    }
};

FabricPcapTestSuite g_fabricPcapTestSuite; ///< registers the suite

} // namespace
