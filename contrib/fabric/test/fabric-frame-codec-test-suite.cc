/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/fabric-address.h"
#include "ns3/fabric-ethernet-codec.h"
#include "ns3/fabric-pfc-header.h"
#include "ns3/test.h"

#include <cstdio>
#include <sstream>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::fabric;

namespace
{

/** @return the bytes of a packet in hexadecimal */
std::string
Hex(Ptr<const Packet> packet)
{
    std::vector<uint8_t> bytes(packet->GetSize());
    packet->CopyData(bytes.data(), packet->GetSize());
    std::string text;
    for (auto byte : bytes)
    {
        char digits[3];
        std::snprintf(digits, sizeof(digits), "%02x", byte);
        text += digits;
    }
    return text;
}

/** @return a packet of the given bytes */
Ptr<Packet>
FromBytes(const std::vector<uint8_t>& bytes)
{
    return Create<Packet>(bytes.data(), bytes.size());
}

/** PFC frames: every byte, and back. */
class PfcCodecTestCase : public TestCase
{
  public:
    PfcCodecTestCase()
        : TestCase("PFC frames are IEEE 802.1Qbb byte by byte")
    {
    }

  private:
    void DoRun() override
    {
        auto codec = CreateObject<EthernetCodec>();
        Frame frame{};
        frame.kind = FrameKind::PFC;
        frame.bytes = 64;
        frame.source = 0x00010203;
        frame.destination = BROADCAST_ADDRESS;
        frame.pfc.enabledClasses = 0x48; // classes 3 and 6
        frame.pfc.quanta[3] = 0xffff;    // XOFF
        frame.pfc.quanta[6] = 0;         // XON
        auto packet = codec->Encode(frame);
        // 802.3 Annex 31D: destination, source, type 8808, opcode 0101, vector, times for
        // classes 0..7, pad to 60 bytes: 60 - 14 - 20 = 26 zeros.
        NS_TEST_EXPECT_MSG_EQ(Hex(packet),
                              "0180c2000001"
                              "025700010203"
                              "8808"
                              "0101"
                              "0048"
                              "000000000000ffff0000000000000000" +
                                  std::string(52, '0'),
                              "PFC bytes");
        Frame back{};
        NS_TEST_ASSERT_MSG_EQ(codec->Decode(packet, back), true, "decodes");
        NS_TEST_EXPECT_MSG_EQ((back.kind == FrameKind::PFC), true, "kind");
        NS_TEST_EXPECT_MSG_EQ(back.bytes, 64, "size with FCS");
        NS_TEST_EXPECT_MSG_EQ(back.source, frame.source, "source");
        NS_TEST_EXPECT_MSG_EQ(back.destination, BROADCAST_ADDRESS, "destination");
        NS_TEST_EXPECT_MSG_EQ(+back.pfc.enabledClasses, 0x48, "classes");
        NS_TEST_EXPECT_MSG_EQ((back.pfc.quanta == frame.pfc.quanta), true, "quanta");

        std::ostringstream text;
        PfcHeader(frame.pfc).Print(text);
        NS_TEST_EXPECT_MSG_EQ(text.str(), "PFC 3=65535 6=0", "Print");

        // A switch port has no attachment: its PFC still has a unicast source, and comes back.
        frame.source = BROADCAST_ADDRESS;
        packet = codec->Encode(frame);
        NS_TEST_EXPECT_MSG_EQ(Hex(packet).substr(12, 12), "0257ffffffff", "source without address");
        NS_TEST_ASSERT_MSG_EQ(codec->Decode(packet, back), true, "decodes");
        NS_TEST_EXPECT_MSG_EQ(back.source, BROADCAST_ADDRESS, "source without address");
    }
};

/** Ordinary packets behind an Ethernet header. */
class PacketCodecTestCase : public TestCase
{
  public:
    PacketCodecTestCase()
        : TestCase("ns-3 packets travel behind an Ethernet II header")
    {
    }

  private:
    void DoRun() override
    {
        auto codec = CreateObject<EthernetCodec>();
        std::vector<uint8_t> bytes(100);
        for (std::size_t i = 0; i < bytes.size(); ++i)
        {
            bytes[i] = static_cast<uint8_t>(i);
        }
        bytes[0] = 0x45;
        bytes[1] = 26 << 2 | 3; // DSCP 26, CE
        Frame frame{};
        frame.kind = FrameKind::PACKET;
        frame.bytes = 14 + 100 + 4;
        frame.source = 7;
        frame.destination = 0x12345678;
        frame.protocol = ETHERTYPE_IPV4;
        frame.packet = FromBytes(bytes);
        auto packet = codec->Encode(frame);
        NS_TEST_EXPECT_MSG_EQ(packet->GetSize() + ETHERNET_FCS_BYTES, frame.bytes, "size");
        NS_TEST_EXPECT_MSG_EQ(Hex(packet).substr(0, 28), "0257123456780257000000070800", "header");
        NS_TEST_EXPECT_MSG_EQ(frame.packet->GetSize(), 100, "what is carried is left alone");
        Frame back{};
        back.next = &frame;
        NS_TEST_ASSERT_MSG_EQ(codec->Decode(packet, back), true, "decodes");
        NS_TEST_EXPECT_MSG_EQ((back.kind == FrameKind::PACKET), true, "kind");
        NS_TEST_EXPECT_MSG_EQ(back.bytes, frame.bytes, "size");
        NS_TEST_EXPECT_MSG_EQ(back.source, 7, "source");
        NS_TEST_EXPECT_MSG_EQ(back.destination, 0x12345678, "destination");
        NS_TEST_EXPECT_MSG_EQ(back.protocol, ETHERTYPE_IPV4, "EtherType");
        NS_TEST_EXPECT_MSG_EQ(+back.dscp, 26, "DSCP");
        NS_TEST_EXPECT_MSG_EQ((back.ecn == Ecn::CE), true, "ECN");
        NS_TEST_EXPECT_MSG_EQ(Hex(back.packet), Hex(frame.packet), "what is carried");
        NS_TEST_EXPECT_MSG_EQ((back.next == &frame), true, "list link left alone");

        // IPv6: version 4 bit, traffic class 8 bit. 0x6a 0x50: class 0xa5 = DSCP 41, ECT(1).
        bytes[0] = 0x6a;
        bytes[1] = 0x50;
        frame.protocol = ETHERTYPE_IPV6;
        frame.packet = FromBytes(bytes);
        NS_TEST_ASSERT_MSG_EQ(codec->Decode(codec->Encode(frame), back), true, "decodes");
        NS_TEST_EXPECT_MSG_EQ(+back.dscp, 41, "DSCP");
        NS_TEST_EXPECT_MSG_EQ((back.ecn == Ecn::ECT1), true, "ECN");

        // A short packet is padded to the minimum; broadcast is broadcast.
        frame.destination = BROADCAST_ADDRESS;
        frame.protocol = 0x0806;
        frame.packet = FromBytes(std::vector<uint8_t>(28, 0xaa));
        packet = codec->Encode(frame);
        NS_TEST_EXPECT_MSG_EQ(
            packet->GetSize() + ETHERNET_FCS_BYTES, ETHERNET_MIN_FRAME_BYTES, "minimum size");
        NS_TEST_ASSERT_MSG_EQ(codec->Decode(packet, back), true, "decodes");
        NS_TEST_EXPECT_MSG_EQ(back.destination, BROADCAST_ADDRESS, "broadcast");
        NS_TEST_EXPECT_MSG_EQ(back.packet->GetSize(), 46, "packet and padding");
        NS_TEST_EXPECT_MSG_EQ(+back.dscp, 0, "no IP, no DSCP");
    }
};

/** Bytes that are no frame of ours. */
class BadBytesCodecTestCase : public TestCase
{
  public:
    BadBytesCodecTestCase()
        : TestCase("what is no frame is refused and leaves the caller's frame alone")
    {
    }

  private:
    void DoRun() override
    {
        auto codec = CreateObject<EthernetCodec>();
        Frame pfc{};
        pfc.kind = FrameKind::PFC;
        std::vector<uint8_t> good(60);
        codec->Encode(pfc)->CopyData(good.data(), good.size());

        Frame back{};
        back.bytes = 12345;
        auto refuse = [&](std::vector<uint8_t> bytes, const char* what)
        {
            NS_TEST_EXPECT_MSG_EQ(codec->Decode(FromBytes(bytes), back), false, what);
            NS_TEST_EXPECT_MSG_EQ(back.bytes, 12345, what);
        };
        refuse({}, "nothing");
        refuse(std::vector<uint8_t>(good.begin(), good.begin() + 13), "part of a header");
        refuse(std::vector<uint8_t>(good.begin(), good.begin() + 33), "part of a PFC body");
        auto bytes = good;
        bytes[15] = 0x02; // opcode 0x0102
        refuse(bytes, "another MAC control opcode");
        bytes = good;
        bytes[16] = 1; // class-enable vector 0x0100
        refuse(bytes, "a reserved class");
        bytes = good;
        bytes[6] = 0x01; // group address as source
        refuse(bytes, "a source that is a group");
        bytes = good;
        bytes[7] = 0x58;
        refuse(bytes, "a source that is no attachment");
        bytes = good;
        bytes[0] = 0x00;
        refuse(bytes, "a destination that is no attachment");
    }
};

/** The suite. */
class FrameCodecTestSuite : public TestSuite
{
  public:
    FrameCodecTestSuite()
        : TestSuite("weft-fabric-frame-codec", TestSuite::Type::UNIT)
    {
        AddTestCase(new PfcCodecTestCase);
        AddTestCase(new PacketCodecTestCase);
        AddTestCase(new BadBytesCodecTestCase);
    }
};

FrameCodecTestSuite g_frameCodecTestSuite; ///< registers the suite

} // namespace
