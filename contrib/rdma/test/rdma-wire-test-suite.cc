/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/fabric-address.h"
#include "ns3/fabric-bolt-stamper.h"
#include "ns3/rdma-aeth-header.h"
#include "ns3/rdma-bth-header.h"
#include "ns3/rdma-icrc.h"
#include "ns3/rdma-imm-dt-header.h"
#include "ns3/rdma-opcode.h"
#include "ns3/rdma-reth-header.h"
#include "ns3/rdma-roce-codec.h"
#include "ns3/rdma-sack-header.h"
#include "ns3/rdma-syndrome.h"
#include "ns3/test.h"

#include <cstdio>
#include <sstream>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::rdma;
using ns3::fabric::Ecn;
using ns3::fabric::Frame;
using ns3::fabric::FrameKind;

namespace
{

/** @return bytes written in hexadecimal */
std::vector<uint8_t>
Bytes(const std::string& hex)
{
    std::vector<uint8_t> bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    {
        bytes.push_back(static_cast<uint8_t>(std::stoul(hex.substr(i, 2), nullptr, 16)));
    }
    return bytes;
}

/** @return the bytes of a packet */
std::vector<uint8_t>
BytesOf(Ptr<const Packet> packet)
{
    std::vector<uint8_t> bytes(packet->GetSize());
    packet->CopyData(bytes.data(), packet->GetSize());
    return bytes;
}

/** @return bytes in hexadecimal */
std::string
Hex(const std::vector<uint8_t>& bytes)
{
    std::string text;
    for (auto byte : bytes)
    {
        char digits[3];
        std::snprintf(digits, sizeof(digits), "%02x", byte);
        text += digits;
    }
    return text;
}

/** @return the ICRC of an IPv4 packet that ends before its ICRC, in the byte order of the wire */
std::string
IcrcHex(const std::vector<uint8_t>& packet)
{
    const uint32_t icrc = RoceIcrc(packet.data(), packet.size());
    return Hex({static_cast<uint8_t>(icrc),
                static_cast<uint8_t>(icrc >> 8),
                static_cast<uint8_t>(icrc >> 16),
                static_cast<uint8_t>(icrc >> 24)});
}

/** CRC and ICRC against published values. */
class IcrcTestCase : public TestCase
{
  public:
    IcrcTestCase()
        : TestCase("CRC-32 check value and two published ICRC vectors")
    {
    }

  private:
    void DoRun() override
    {
        // The check value that zlib and every catalogue of CRCs give for CRC-32.
        const std::string digits = "123456789";
        const auto* data = reinterpret_cast<const uint8_t*>(digits.data());
        NS_TEST_EXPECT_MSG_EQ(Crc32(data, 9), 0xcbf43926, "check value");
        NS_TEST_EXPECT_MSG_EQ(Crc32(data + 4, 5, Crc32(data, 4)), 0xcbf43926, "in two pieces");
        NS_TEST_EXPECT_MSG_EQ(Crc32(data, 0), 0, "of nothing");

        // CNP captured on a ConnectX-4 Lx (test data of scapy, test/contrib/roce.uts), from the
        // IPv4 header to the 16 reserved bytes. ICRC in the capture: 82 fd 00 2a.
        const auto cnp = Bytes("45c2003c718c4000401191610a0011010a001201"
                               "000012b700280000"
                               "8100ffff4000011800000000" +
                               std::string(32, '0'));
        NS_TEST_EXPECT_MSG_EQ(IcrcHex(cnp), "82fd002a", "CNP of a ConnectX-4 Lx");

        // UC SEND Only, 20 bytes of which 2 are padding (the same file). IPv4 checksum b4d5, UDP
        // checksum aca2, ICRC 78 f3 53 f3.
        const auto send = Bytes("45010040047840004011b4d5c0a80007c0a80007"
                                "c00012b7002caca2"
                                "2460ffff000000d300cf1710"
                                "4630818be28935d90e9a95505401be885e500000");
        NS_TEST_EXPECT_MSG_EQ(send.size(), 60, "hexadecimal read");
        NS_TEST_EXPECT_MSG_EQ(IcrcHex(send), "78f353f3", "UC SEND Only");

        // What changes on the way does not change the ICRC; the rest does.
        for (std::size_t i = 0; i < send.size(); ++i)
        {
            auto changed = send;
            changed[i] ^= 0x01;
            const bool variant =
                i == 1 || i == 8 || i == 10 || i == 11 || i == 26 || i == 27 || i == 32;
            NS_TEST_EXPECT_MSG_EQ((IcrcHex(changed) == "78f353f3"), variant, "byte " << i);
        }
    }
};

/** Headers byte by byte, and back. */
class HeaderTestCase : public TestCase
{
  public:
    HeaderTestCase()
        : TestCase("InfiniBand headers are exact and their own inverses")
    {
    }

  private:
    /** Serialize, compare, deserialize, serialize again. */
    template <typename H>
    H RoundTrip(const H& header, const std::string& hex, const std::string& print)
    {
        auto packet = Create<Packet>();
        packet->AddHeader(header);
        NS_TEST_EXPECT_MSG_EQ(Hex(BytesOf(packet)), hex, "bytes");
        H back;
        packet->RemoveHeader(back);
        auto again = Create<Packet>();
        again->AddHeader(back);
        NS_TEST_EXPECT_MSG_EQ(Hex(BytesOf(again)), hex, "bytes after a round trip");
        std::ostringstream text;
        back.Print(text);
        NS_TEST_EXPECT_MSG_EQ(text.str(), print, "Print");
        return back;
    }

    void DoRun() override
    {
        BthHeader::Fields bth;
        bth.opcode = OP_WRITE_ONLY;
        bth.solicited = true;
        bth.padCount = 3;
        bth.partitionKey = 0x1234;
        bth.fecn = true;
        bth.destinationQp = 0xabcdef;
        bth.ackRequest = true;
        bth.psn = 0xfffffe;
        // SE 1, M 1, pad 3, version 0: 0xf0; F 1, B 0: 0x80; A 1: 0x80.
        RoundTrip(BthHeader(bth),
                  "0af0123480abcdef80fffffe",
                  "RDMA WRITE Only qp=11259375 psn=16777214 SE FECN A");
        bth = {};
        bth.opcode = OP_CNP;
        bth.becn = true;
        bth.destinationQp = 0x118;
        auto back = RoundTrip(BthHeader(bth), "8140ffff4000011800000000", "CNP qp=280 psn=0 BECN");
        NS_TEST_EXPECT_MSG_EQ(back.GetFields().migrated, true, "M");
        NS_TEST_EXPECT_MSG_EQ(back.GetFields().becn, true, "B");

        auto reth = RoundTrip(RethHeader(0x0123456789abcdefULL, 0xdeadbeef, 0x7fffffff),
                              "0123456789abcdefdeadbeef7fffffff",
                              "address=81985529216486895 key=3735928559 length=2147483647");
        NS_TEST_EXPECT_MSG_EQ(reth.GetAddress(), 0x0123456789abcdefULL, "address");
        auto aeth = RoundTrip(AethHeader(0x60, 0xfedcba), "60fedcba", "syndrome=96 msn=16702650");
        NS_TEST_EXPECT_MSG_EQ(+aeth.GetSyndrome(), 0x60, "syndrome");
        auto immediate = RoundTrip(ImmDtHeader(0x01020304), "01020304", "immediate=16909060");
        NS_TEST_EXPECT_MSG_EQ(immediate.GetImmediate(), 0x01020304, "immediate");
        auto sack = RoundTrip(SackHeader::Of(0xfedcba), "00fedcba", "psn=16702650");
        NS_TEST_EXPECT_MSG_EQ(sack.GetPsn(), 0xfedcba, "packet");
    }
};

/** A frame whose fields are all set to something that its opcode carries. */
Frame
MakeFrame(uint8_t opcode, uint32_t payloadBytes)
{
    Frame frame{};
    frame.kind = FrameKind::ROCE;
    frame.bytes = RoceFrameBytes(opcode, HasPayload(opcode) ? payloadBytes : 0);
    frame.source = 5;
    frame.destination = 0x00fffffd; // the last attachment of 10.0.0.0/8
    frame.entropy = 0xc123;
    frame.dscp = 26;
    frame.priority = 3;
    frame.ecn = Ecn::ECT0;
    frame.hops = 3;
    auto& roce = frame.roce;
    roce.opcode = opcode;
    roce.destinationQp = 0x123456;
    roce.psn = 0xabcdef;
    roce.ackRequest = true;
    roce.solicited = true;
    if (HasPayload(opcode))
    {
        roce.payloadBytes = payloadBytes;
    }
    if (HasReth(opcode))
    {
        roce.remoteAddress = 0x1122334455667788ULL;
        roce.dmaLength = 0x90abcdef;
        roce.remoteKey = 0x13579bdf;
    }
    if (HasAeth(opcode))
    {
        roce.syndrome = 0x1f;
        roce.msn = 0x654321;
    }
    if (HasImmediate(opcode))
    {
        roce.immediate = 0x0badcafe;
    }
    if (IsAtomic(opcode))
    {
        roce.remoteAddress = 0x1122334455667788;
        roce.remoteKey = 0x13579bdf;
        roce.operandHigh = 0x01234567;
        roce.operandLow = 0x89abcdef;
        roce.compare = 0xfedcba9876543210;
    }
    if (opcode == OP_ATOMIC_ACKNOWLEDGE)
    {
        roce.original = 0x0011223344556677;
    }
    if (opcode == OP_NOTICE)
    {
        roce.rateMbps = 400'000;
        roce.drainTime = 0x0123456789;
    }
    roce.response = IsResponse(opcode) || opcode == OP_NOTICE;
    roce.becn = opcode == OP_CNP;
    return frame;
}

/** Frame sizes against the table of the reference. */
class FrameSizeTestCase : public TestCase
{
  public:
    FrameSizeTestCase()
        : TestCase("sizes of RoCEv2 frames")
    {
    }

  private:
    void DoRun() override
    {
        // 14 + 20 + 8 + 12 + payload + 4 + 4 = payload + 62
        NS_TEST_EXPECT_MSG_EQ(RoceFrameBytes(OP_WRITE_MIDDLE, 1024), 1086, "MTU 1024");
        NS_TEST_EXPECT_MSG_EQ(RoceFrameBytes(OP_WRITE_MIDDLE, 2048), 2110, "MTU 2048");
        NS_TEST_EXPECT_MSG_EQ(RoceFrameBytes(OP_WRITE_MIDDLE, 4096), 4158, "MTU 4096");
        NS_TEST_EXPECT_MSG_EQ(RoceFrameBytes(OP_WRITE_ONLY, 4096), 4174, "RETH adds 16");
        NS_TEST_EXPECT_MSG_EQ(RoceFrameBytes(OP_WRITE_ONLY_IMM, 4096), 4178, "ImmDt adds 4");
        NS_TEST_EXPECT_MSG_EQ(RoceFrameBytes(OP_READ_RESPONSE_FIRST, 4096), 4162, "AETH adds 4");
        NS_TEST_EXPECT_MSG_EQ(RoceFrameBytes(OP_READ_REQUEST, 4096), 78, "READ request");
        NS_TEST_EXPECT_MSG_EQ(RoceFrameBytes(OP_FETCH_ADD, 0), 90, "AtomicETH adds 28");
        NS_TEST_EXPECT_MSG_EQ(RoceFrameBytes(OP_ATOMIC_ACKNOWLEDGE, 0), 74, "AtomicAckETH 8");
        NS_TEST_EXPECT_MSG_EQ(RoceFrameBytes(OP_ACKNOWLEDGE, 0), 66, "ACK");
        NS_TEST_EXPECT_MSG_EQ(RoceFrameBytes(OP_ACKNOWLEDGE, SACK_BYTES), 70, "and a PSN");
        NS_TEST_EXPECT_MSG_EQ(
            RoceFrameBytes(OP_ACKNOWLEDGE, SACK_BITMAP_BYTES), 78, "and a bitmap");
        NS_TEST_EXPECT_MSG_EQ(RoceFrameBytes(OP_CNP, 0), 78, "CNP");
        NS_TEST_EXPECT_MSG_EQ(RoceFrameBytes(OP_NOTICE, 0), 78, "notice of a switch");
        NS_TEST_EXPECT_MSG_EQ(fabric::BoltStamper::NOTICE_BYTES, 78, "as the switch counts it");
        NS_TEST_EXPECT_MSG_EQ(RoceFrameBytes(OP_SEND_ONLY, 1), 66, "padded to 4");
        NS_TEST_EXPECT_MSG_EQ(RoceFrameBytes(OP_SEND_ONLY, 0), 64, "the Ethernet minimum");
    }
};

/** Encode and decode every opcode. */
class RoceCodecTestCase : public TestCase
{
  public:
    RoceCodecTestCase()
        : TestCase("encode and decode are inverses for every opcode and padding")
    {
    }

  private:
    void DoRun() override
    {
        auto codec = CreateObject<RoceCodec>();
        for (int opcode = 0; opcode < 256; ++opcode)
        {
            if (!IsKnownOpcode(opcode) || opcode == OP_READ_ACKNOWLEDGE)
            {
                continue; // the latter: below
            }
            for (uint32_t payload : {0, 1, 2, 3, 4, 1021, 4096, 9000})
            {
                Check(*codec, MakeFrame(opcode, payload));
            }
        }
        auto frame = MakeFrame(OP_ACKNOWLEDGE, 0);
        frame.hops = 0;
        frame.dscp = 48;
        frame.priority = 6;
        frame.ecn = Ecn::CE;
        frame.entropy = 0;
        Check(*codec, frame);

        // Selective acknowledgments: 4 or 12 bytes more.
        frame.roce.syndrome = SYNDROME_NAK_SEQUENCE_ERROR;
        frame.roce.sackPsn = 0xfedcba;
        frame.roce.payloadBytes = SACK_BYTES;
        frame.bytes = 70;
        Check(*codec, frame);
        frame.roce.sackBitmap = 0x8000000000000005;
        frame.roce.payloadBytes = SACK_BITMAP_BYTES;
        frame.bytes = 78;
        Check(*codec, frame);

        // Of READ responses: another opcode on the wire.
        NS_TEST_EXPECT_MSG_EQ(+BytesOf(codec->Encode(frame))[42], 0x11, "acknowledge");
        frame.roce.response = true;
        NS_TEST_EXPECT_MSG_EQ(+BytesOf(codec->Encode(frame))[42], 0x1e, "of a response");
        Check(*codec, frame);
    }

    /** One frame there and back. */
    void Check(const RoceCodec& codec, const Frame& frame)
    {
        const std::string what =
            OpcodeName(frame.roce.opcode) + " " + std::to_string(frame.roce.payloadBytes);
        auto packet = codec.Encode(frame);
        NS_TEST_EXPECT_MSG_EQ(packet->GetSize() + 4, frame.bytes, what);
        Frame back{};
        NS_TEST_ASSERT_MSG_EQ(codec.Decode(packet, back), true, what);
        NS_TEST_EXPECT_MSG_EQ((back.kind == FrameKind::ROCE), true, what);
        NS_TEST_EXPECT_MSG_EQ(back.bytes, frame.bytes, what);
        NS_TEST_EXPECT_MSG_EQ(back.source, frame.source, what);
        NS_TEST_EXPECT_MSG_EQ(back.destination, frame.destination, what);
        NS_TEST_EXPECT_MSG_EQ(back.entropy, frame.entropy, what);
        NS_TEST_EXPECT_MSG_EQ(+back.priority, +frame.priority, what);
        NS_TEST_EXPECT_MSG_EQ(+back.dscp, +frame.dscp, what);
        NS_TEST_EXPECT_MSG_EQ((back.ecn == frame.ecn), true, what);
        NS_TEST_EXPECT_MSG_EQ(+back.hops, +frame.hops, what);
        NS_TEST_EXPECT_MSG_EQ(+back.roce.opcode, +frame.roce.opcode, what);
        NS_TEST_EXPECT_MSG_EQ(back.roce.destinationQp, frame.roce.destinationQp, what);
        NS_TEST_EXPECT_MSG_EQ(back.roce.psn, frame.roce.psn, what);
        NS_TEST_EXPECT_MSG_EQ(back.roce.ackRequest, frame.roce.ackRequest, what);
        NS_TEST_EXPECT_MSG_EQ(back.roce.solicited, frame.roce.solicited, what);
        NS_TEST_EXPECT_MSG_EQ(back.roce.becn, frame.roce.becn, what);
        NS_TEST_EXPECT_MSG_EQ(back.roce.payloadBytes, frame.roce.payloadBytes, what);
        NS_TEST_EXPECT_MSG_EQ(back.roce.remoteAddress, frame.roce.remoteAddress, what);
        NS_TEST_EXPECT_MSG_EQ(back.roce.remoteKey, frame.roce.remoteKey, what);
        NS_TEST_EXPECT_MSG_EQ(back.roce.dmaLength, frame.roce.dmaLength, what);
        NS_TEST_EXPECT_MSG_EQ(+back.roce.syndrome, +frame.roce.syndrome, what);
        NS_TEST_EXPECT_MSG_EQ(back.roce.msn, frame.roce.msn, what);
        NS_TEST_EXPECT_MSG_EQ(back.roce.immediate, frame.roce.immediate, what);
        NS_TEST_EXPECT_MSG_EQ(back.roce.compare, frame.roce.compare, what);
        NS_TEST_EXPECT_MSG_EQ(+back.roce.response, +frame.roce.response, what);
    }
};

/** Whole frames byte by byte, and damaged ones. */
class RoceBytesTestCase : public TestCase
{
  public:
    RoceBytesTestCase()
        : TestCase("bytes of a WRITE and a CNP; damaged frames are refused")
    {
    }

  private:
    void DoRun() override
    {
        auto codec = CreateObject<RoceCodec>();
        auto frame = MakeFrame(OP_WRITE_ONLY, 2);
        auto bytes = BytesOf(codec->Encode(frame));
        // IPv4 total length 20 + 8 + 12 + 16 + 4 + 4 = 64; TOS 26 << 2 | 2 = 6a; TTL 61. Checksum:
        // 456a + 0040 + 0000 + 4000 + 3d11 + 0a00 + 0006 + 0aff + fffe = 1d7be; d7be + 1 = d7bf;
        // its complement is 2840. UDP length 44.
        NS_TEST_EXPECT_MSG_EQ(Hex({bytes.begin(), bytes.end() - 4}),
                              "025700fffffd025700000005"
                              "0800"
                              "456a00400000400"
                              "03d1128400a0000060afffffe"
                              "c12312b7002c0000"
                              "0ae0ffff0012345680abcdef"
                              "112233445566778813579bdf90abcdef"
                              "00000000",
                              "WRITE Only of 2 bytes");
        NS_TEST_EXPECT_MSG_EQ(Hex({bytes.end() - 4, bytes.end()}),
                              IcrcHex({bytes.begin() + 14, bytes.end() - 4}),
                              "ICRC");

        frame = MakeFrame(OP_CNP, 0);
        frame.roce.ackRequest = frame.roce.solicited = false;
        bytes = BytesOf(codec->Encode(frame));
        NS_TEST_EXPECT_MSG_EQ(Hex({bytes.begin() + 42, bytes.end() - 4}),
                              "8140ffff4012345600abcdef" + std::string(32, '0'),
                              "CNP");

        // What a switch says of its queue: flags 1 (of a READ response), 400,000 Mb/s = 61a80 hex,
        // and the time in ns.
        frame = MakeFrame(OP_NOTICE, 0);
        frame.roce.ackRequest = frame.roce.solicited = false;
        bytes = BytesOf(codec->Encode(frame));
        NS_TEST_EXPECT_MSG_EQ(Hex({bytes.begin() + 42, bytes.end() - 4}),
                              "c040ffff0012345600abcdef"
                              "00010000"
                              "00061a80"
                              "0000000123456789",
                              "notice");

        Damage(*codec, MakeFrame(OP_WRITE_LAST_IMM, 5));
        Damage(*codec, MakeFrame(OP_NOTICE, 0));
        Damage(*codec, MakeFrame(OP_CNP, 0));

        // Kinds other than RoCE go to the Ethernet codec.
        Frame pfc{};
        pfc.kind = FrameKind::PFC;
        pfc.pfc.enabledClasses = 8;
        Frame back{};
        NS_TEST_ASSERT_MSG_EQ(codec->Decode(codec->Encode(pfc), back), true, "PFC");
        NS_TEST_EXPECT_MSG_EQ((back.kind == FrameKind::PFC), true, "PFC");
        NS_TEST_EXPECT_MSG_EQ(+back.pfc.enabledClasses, 8, "PFC");
    }

    /** Change every single byte, and cut the frame at every length. */
    void Damage(const RoceCodec& codec, const Frame& frame)
    {
        const auto good = BytesOf(codec.Encode(frame));
        Frame back{};
        for (std::size_t i = 0; i < good.size(); ++i)
        {
            auto bytes = good;
            bytes[i] ^= 0x10;
            const bool decoded = codec.Decode(Create<Packet>(bytes.data(), bytes.size()), back);
            // Another EtherType, IP version, protocol or port: no RoCE, but a packet. The UDP
            // checksum and the reserved bits of the BTH are free; all else is checked.
            const bool packet = decoded && back.kind == FrameKind::PACKET;
            const bool other = i == 12 || i == 13 || i == 14 || i == 23 || i == 36 || i == 37;
            const bool unchecked = i == 40 || i == 41 || i == 46;
            NS_TEST_EXPECT_MSG_EQ(packet, other, OpcodeName(frame.roce.opcode) << " byte " << i);
            NS_TEST_EXPECT_MSG_EQ(decoded, (other || unchecked), "byte " << i);
        }
        for (std::size_t size = 42; size < good.size(); ++size)
        {
            NS_TEST_EXPECT_MSG_EQ(
                codec.Decode(Create<Packet>(good.data(), size), back), false, "cut to " << size);
        }
    }
};

/** The suite. */
class RdmaWireTestSuite : public TestSuite
{
  public:
    RdmaWireTestSuite()
        : TestSuite("weft-rdma-wire", TestSuite::Type::UNIT)
    {
        AddTestCase(new IcrcTestCase);
        AddTestCase(new HeaderTestCase);
        AddTestCase(new FrameSizeTestCase);
        AddTestCase(new RoceCodecTestCase);
        AddTestCase(new RoceBytesTestCase);
    }
};

RdmaWireTestSuite g_rdmaWireTestSuite; ///< registers the suite

} // namespace
