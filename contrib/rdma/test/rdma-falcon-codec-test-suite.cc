/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-codec-test-case.h"

#include "ns3/rdma-falcon-codec.h"
#include "ns3/rdma-falcon-format.h"
#include "ns3/rdma-frame-sizes.h"
#include "ns3/rdma-opcode.h"
#include "ns3/rdma-psp-seal.h"
#include "ns3/rdma-syndrome.h"

#include <algorithm>
#include <random>

/**
 * @ingroup rdma-tests
 * Bytes of Falcon's frames.
 */

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

using Bytes = std::vector<uint8_t>;

constexpr int64_t UNIT = int64_t{1} << 17;           ///< of T1 and T2
constexpr std::size_t PSP = 14 + 20 + 8;             ///< where PSP's header begins in a frame
constexpr std::size_t BODY = PSP + 16;               ///< where Falcon's does
constexpr std::size_t ICV = PSP_ICV_BYTES;           ///< at the end
constexpr uint32_t DATA = 14 + 20 + 8 + 16 + 16 + 4; ///< around Falcon and RDMA

/** @return a BACK, sent 100 units after the packet that caused it and 20 after that came */
fabric::Frame
MakeAck()
{
    auto ack = MakeFrame(OP_ACKNOWLEDGE, 0, DATA + 32);
    ack.sentAt = 1000 * UNIT;
    ack.roce.psn = 0x100;
    ack.roce.msn = 0x200;
    ack.roce.syndrome = 16;
    ack.roce.echoedSentAt = 900 * UNIT;
    ack.roce.echoedHold = 20 * UNIT;
    ack.roce.echoedEntropy = 0xabcd;
    ack.roce.echoedHops = 2;
    ack.roce.echoedCe = true;
    return ack;
}

/** @return the same as an EACK with bits in all words of a bitmap of data */
fabric::Frame
MakeExtended()
{
    auto ack = MakeAck();
    ack.bytes += 40;
    ack.roce.payloadBytes = SACK_BITMAP_BYTES;
    ack.roce.sackBitmap = 0x8000000000000001;
    ack.roce.sackPsn = 2;
    ack.roce.outOfOrder = 3;
    ack.roce.again = true;
    return ack;
}

/** @return the same as a NACK: no receive for a packet of a pull request, wait 0.64 ms */
fabric::Frame
MakeNack()
{
    auto nack = MakeAck();
    nack.bytes += 8;
    nack.roce.syndrome = SYNDROME_RNR | 12;
    nack.roce.sackPsn = 0x100;
    nack.roce.psn = 0xabcdef;
    nack.roce.hasImmediate = true;
    nack.roce.response = true;
    return nack;
}

/** @return a packet of a WRITE */
fabric::Frame
MakeWrite()
{
    auto frame = MakeFrame(OP_WRITE_FIRST, 5, DATA + 28 + 28 + 8);
    frame.sentAt = 0x0102030405060708;
    frame.roce.msn = 0x765432;
    frame.roce.ackRequest = true;
    frame.roce.remoteAddress = 0x1122334455667788;
    frame.roce.remoteKey = 0x0badcafe;
    frame.roce.dmaLength = 4096;
    return frame;
}

/** The integrity check value, against published vectors. */
class PspSealTestCase : public TestCase
{
  public:
    PspSealTestCase()
        : TestCase("AES-128 and AES-GMAC-128: published vectors")
    {
    }

  private:
    void DoRun() override
    {
        // FIPS 197, appendix C.1.
        AesBlock key;
        AesBlock text;
        for (uint8_t i = 0; i < 16; ++i)
        {
            key[i] = i;
            text[i] = i * 0x11;
        }
        const AesBlock cipher = {0x69,
                                 0xc4,
                                 0xe0,
                                 0xd8,
                                 0x6a,
                                 0x7b,
                                 0x04,
                                 0x30,
                                 0xd8,
                                 0xcd,
                                 0xb7,
                                 0x80,
                                 0x70,
                                 0xb4,
                                 0xc5,
                                 0x5a};
        NS_TEST_EXPECT_MSG_EQ((PspSeal(key).Encrypt(text) == cipher), true, "AES-128");
        // Test case 1 of the GCM specification: nothing at all.
        const AesBlock nothing = {0x58,
                                  0xe2,
                                  0xfc,
                                  0xce,
                                  0xfa,
                                  0x7e,
                                  0x30,
                                  0x61,
                                  0x36,
                                  0x7f,
                                  0x1d,
                                  0x57,
                                  0xa4,
                                  0xe7,
                                  0x45,
                                  0x5a};
        NS_TEST_EXPECT_MSG_EQ(
            (PspSeal(AesBlock{}).GetIcv(0, 0, nullptr, 0) == nothing), true, "no data");
        // IEEE 802.1AE, annex C.1.1: 70 bytes, so that the last block is cut.
        key = {0xad,
               0x7a,
               0x2b,
               0xd0,
               0x3e,
               0xac,
               0x83,
               0x5a,
               0x6f,
               0x62,
               0x0f,
               0xdc,
               0xb5,
               0x06,
               0xb3,
               0x45};
        Bytes data = {0xd6, 0x09, 0xb1, 0xf0, 0x56, 0x63, 0x7a, 0x0d, 0x46, 0xdf,
                      0x99, 0x8d, 0x88, 0xe5, 0x22, 0x2a, 0xb2, 0xc2, 0x84, 0x65,
                      0x12, 0x15, 0x35, 0x24, 0xc0, 0x89, 0x5e, 0x81, 0x08, 0x00};
        for (uint8_t i = 0x0f; i <= 0x34; ++i)
        {
            data.push_back(i);
        }
        data.insert(data.end(), {0x00, 0x01});
        const AesBlock icv = {0xf0,
                              0x94,
                              0x78,
                              0xa9,
                              0xb0,
                              0x90,
                              0x07,
                              0xd0,
                              0x6f,
                              0x46,
                              0xe9,
                              0xb6,
                              0xa1,
                              0xda,
                              0x25,
                              0xdd};
        const PspSeal seal(key);
        NS_TEST_ASSERT_MSG_EQ(data.size(), 70, "as published");
        NS_TEST_EXPECT_MSG_EQ(
            (seal.GetIcv(0x12153524, 0xc0895e81b2c28465, data.data(), data.size()) == icv),
            true,
            "70 bytes");
    }
};

/** Every kind of frame, there and back. */
class FalconCodecTestCase : public CodecTestCase
{
  public:
    FalconCodecTestCase()
        : CodecTestCase("sizes, and there and back")
    {
    }

  private:
    /** @param frame a frame */
    void Check(const fabric::Frame& frame)
    {
        const auto back = ThereAndBack(FalconCodec(), frame);
        NS_TEST_EXPECT_MSG_EQ(back.sentAt, frame.sentAt, "when it was sent");
        if (frame.roce.opcode == OP_ACKNOWLEDGE || frame.roce.opcode == OP_TRIM_NAK)
        {
            CompareEchoes(frame.roce, back.roce);
        }
    }

    void DoRun() override
    {
        RunSizes();
        RunPush();
        RunPull();
        RunAnswers();
    }

    /** Ethernet 14, IPv4 20, UDP 8, PSP 16 and 16, frame check sequence 4: 78, and what is in it.
     */
    void RunSizes()
    {
        FrameSizes sizes;
        sizes.SetFormat(FrameSizes::FALCON);
        // Push data 28 (base 24, reserved and length 4), RBTH 12.
        NS_TEST_EXPECT_MSG_EQ(sizes.GetData(OP_WRITE_MIDDLE, 4096), DATA + 28 + 28 + 4096, "RETH");
        NS_TEST_EXPECT_MSG_EQ(sizes.GetData(OP_WRITE_LAST, 5), DATA + 28 + 28 + 8, "padded");
        NS_TEST_EXPECT_MSG_EQ(
            sizes.GetData(OP_WRITE_ONLY_IMM, 0), DATA + 28 + 36, "RETH, SETH, ImmDt");
        NS_TEST_EXPECT_MSG_EQ(sizes.GetData(OP_SEND_FIRST, 0), DATA + 28 + 20, "SETH, OETH");
        NS_TEST_EXPECT_MSG_EQ(sizes.GetData(OP_SEND_LAST_IMM, 0), DATA + 28 + 24, "and ImmDt");
        // Pull request 32 (base 24, reserved and length 4, reserved 4), RBTH 12, SETH 4, STETH 12.
        NS_TEST_EXPECT_MSG_EQ(sizes.GetData(OP_READ_REQUEST, 0), DATA + 32 + 28 + 16, "RETH");
        NS_TEST_EXPECT_MSG_EQ(sizes.GetData(OP_FETCH_ADD, 0), DATA + 32 + 28 + 28, "AtomicETH");
        // Pull data 24, RBTH 12, STETH 12.
        NS_TEST_EXPECT_MSG_EQ(
            sizes.GetData(OP_READ_RESPONSE_ONLY, 4096), DATA + 24 + 24 + 4096, "data of a READ");
        NS_TEST_EXPECT_MSG_EQ(
            sizes.GetData(OP_ATOMIC_ACKNOWLEDGE, 0), DATA + 24 + 24 + 8, "AtomicAckETH");
        NS_TEST_EXPECT_MSG_EQ(sizes.GetAck(), DATA + 32, "BACK");
        NS_TEST_EXPECT_MSG_EQ(sizes.GetNak(), DATA + 40, "NACK");
        NS_TEST_EXPECT_MSG_EQ(sizes.GetControl(), DATA + 40, "NACK");
        sizes.SetDataOverhead(64);
        sizes.SetAck(64);
        NS_TEST_EXPECT_MSG_EQ(sizes.GetData(OP_WRITE_FIRST, 4096), 4160, "overridden");
        NS_TEST_EXPECT_MSG_EQ(sizes.GetNak(), 64, "overridden");
    }

    /** SEND and WRITE. */
    void RunPush()
    {
        FrameSizes sizes;
        sizes.SetFormat(FrameSizes::FALCON);
        for (uint8_t opcode = OP_SEND_FIRST; opcode <= OP_WRITE_ONLY_IMM; ++opcode)
        {
            for (const uint32_t payload : {0, 101, 102, 103, 104})
            {
                const bool write = opcode >= OP_WRITE_FIRST;
                auto frame = MakeFrame(opcode, payload, sizes.GetData(opcode, payload));
                frame.roce.msn = 0x765432;
                frame.roce.ackRequest = opcode % 2;
                frame.roce.solicited = IsLast(opcode);
                frame.roce.immediate = HasImmediate(opcode) ? 0x01020304 : 0;
                frame.roce.remoteAddress = write ? 0x1122334455667788 : 0x55667788; // or offset
                frame.roce.remoteKey = write ? 0x0badcafe : 0;
                frame.roce.dmaLength = write ? 0xfedcba98 : 0;
                Check(frame);
            }
        }
    }

    /** READs, atomics, and what they bring back. */
    void RunPull()
    {
        FrameSizes sizes;
        sizes.SetFormat(FrameSizes::FALCON);
        auto read = MakeFrame(OP_READ_REQUEST, 0, sizes.GetData(OP_READ_REQUEST, 0));
        read.roce.remoteAddress = 0x1122334455667788;
        read.roce.remoteKey = 0x0badcafe;
        read.roce.dmaLength = 4095;
        read.roce.solicited = true;
        Check(read);
        // The data's packet: RBTH 12, STETH 12, 4095 and a byte of padding.
        const auto bytes = EncodeFrame(FalconCodec(), read);
        NS_TEST_EXPECT_MSG_EQ((bytes[BODY + 26] << 8 | bytes[BODY + 27]), 4120, "request length");
        for (const uint8_t opcode : {OP_FETCH_ADD, OP_COMPARE_SWAP})
        {
            auto atomic = MakeFrame(opcode, 0, sizes.GetData(opcode, 0));
            atomic.roce.remoteAddress = 0x1122334455667788;
            atomic.roce.remoteKey = 0x0badcafe;
            atomic.roce.operandHigh = 0x01020304;
            atomic.roce.operandLow = 0x05060708;
            atomic.roce.compare = 0xfedcba9876543210;
            atomic.roce.solicited = true;
            Check(atomic);
            NS_TEST_EXPECT_MSG_EQ(+EncodeFrame(FalconCodec(), atomic)[BODY + 27],
                                  32,
                                  "RBTH 12, AtomicAckETH 8, STETH 12");
        }
        for (const uint8_t opcode : {OP_READ_RESPONSE_FIRST,
                                     OP_READ_RESPONSE_MIDDLE,
                                     OP_READ_RESPONSE_LAST,
                                     OP_READ_RESPONSE_ONLY})
        {
            auto data = MakeFrame(opcode, 101, sizes.GetData(opcode, 101));
            data.roce.response = true;
            data.roce.msn = 0x765432;
            data.roce.remoteAddress = 0x1122334455667788;
            data.roce.immediate = 77;
            data.roce.solicited = IsLast(opcode);
            Check(data);
        }
        auto result = MakeFrame(OP_ATOMIC_ACKNOWLEDGE, 0, sizes.GetData(OP_ATOMIC_ACKNOWLEDGE, 0));
        result.roce.response = true;
        result.roce.original = 0x1020304050607080;
        result.roce.immediate = 77;
        Check(result);
    }

    /** BACK, EACK, NACK. */
    void RunAnswers()
    {
        Check(MakeAck());
        auto ack = MakeAck();
        ack.roce.response = true;
        Check(ack);
        Check(MakeExtended());
        auto extended = MakeExtended();
        extended.roce.response = true;
        Check(extended);
        auto requests = MakeExtended();
        requests.roce.hasImmediate = true;
        requests.roce.sackPsn = 0;
        requests.roce.outOfOrder = 0;
        requests.roce.syn = true;
        Check(requests);
        auto empty = MakeExtended();
        empty.roce.sackBitmap = 0;
        empty.roce.sackPsn = 0;
        empty.roce.outOfOrder = 0;
        empty.roce.syn = true;
        Check(empty);
        Check(MakeNack());
        auto invalid = MakeNack();
        invalid.roce.syndrome = SYNDROME_NAK_INVALID_REQUEST;
        invalid.roce.hasImmediate = false;
        Check(invalid);
        auto trimmed = MakeNack();
        trimmed.roce.opcode = OP_TRIM_NAK;
        trimmed.roce.syndrome = SYNDROME_NAK_TRIMMED_LAST_HOP;
        Check(trimmed);

        // T1 has 32 bits: an acknowledgment of 700 s, whose packet was sent before T1 wrapped.
        auto late = MakeAck();
        late.sentAt = ((int64_t{1} << 32) + 10) * UNIT;
        late.roce.echoedSentAt = late.sentAt - 90 * UNIT;
        Check(late);
        // Times between units are told as those before.
        late.roce.echoedSentAt += UNIT - 1;
        const auto back = [&]
        {
            fabric::Frame frame{};
            DecodeFrame(FalconCodec(), EncodeFrame(FalconCodec(), late), frame);
            return frame;
        }();
        NS_TEST_EXPECT_MSG_EQ(back.roce.echoedSentAt, late.sentAt - 90 * UNIT, "131.072 ns");

        // What is not Falcon's is RoCEv2's: a notification.
        auto cnp = MakeFrame(OP_CNP, 0, FrameSizes::GetCnp());
        ThereAndBack(FalconCodec(), cnp);
    }
};

/** Frames byte by byte, and what is refused. */
class FalconBytesTestCase : public CodecTestCase
{
  public:
    FalconBytesTestCase()
        : CodecTestCase("bytes by hand, damaged bytes, any bytes")
    {
    }

  private:
    /** @param frame a frame @return what is behind UDP */
    static Bytes Payload(const fabric::Frame& frame)
    {
        const auto bytes = EncodeFrame(FalconCodec(), frame);
        return {bytes.begin() + PSP, bytes.end()};
    }

    /** @param frame a frame @param expected what is behind UDP @param what it is */
    void CheckBytes(const fabric::Frame& frame, const Bytes& expected, const std::string& what)
    {
        const auto bytes = Payload(frame);
        NS_TEST_ASSERT_MSG_EQ(bytes.size(), expected.size(), what);
        for (std::size_t i = 0; i < bytes.size(); ++i)
        {
            NS_TEST_EXPECT_MSG_EQ(+bytes[i], +expected[i], what << ": byte " << i);
        }
    }

    void DoRun() override
    {
        RunWrite();
        RunAnswers();
        RunDamage();
        RunAny();
    }

    /** Integrity check values are those that OpenSSL computes of these bytes. */
    void RunWrite()
    {
        CheckBytes(MakeWrite(),
                   {
                       0xfc, 0x01, 0x01, 0x09, // 252, 8 more bytes, 4 in the clear, version 2 and 1
                       0x00, 0x12, 0x34, 0x56, // SPI: the connection
                       0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, // IV: when it was sent
                       0x10, 0x12, 0x34, 0x56,                         // version 1, connection
                       0x00, 0x00, 0x00, 0x4b, // function; 010 RDMA, 0101 push data, 1 AR
                       0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // bases
                       0x00, 0x76, 0x54, 0x32,                         // PSN
                       0x00, 0xab, 0xcd, 0xef,                         // RSN
                       0x00, 0x00, 0x00, 0x24, // length: RBTH 12, RETH 16, 5 and 3 of padding
                       0x10, 0x00, 0x0c, 0x06, // version 1; 11 padding, no SE; WRITE First
                       0x12, 0x34, 0x56, 0x00, // queue pair
                       0x00, 0xab, 0xcd, 0xef, // sequence number
                       0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, // address
                       0x0b, 0xad, 0xca, 0xfe, 0x00, 0x00, 0x10, 0x00, // key, length
                       0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // payload, padding
                       0x77, 0x35, 0x1c, 0x03, 0xde, 0x28, 0x83, 0x83, // ICV
                       0xd4, 0x0d, 0xff, 0x7d, 0x64, 0x41, 0x08, 0x8e,
                   },
                   "WRITE");
        const auto bytes = EncodeFrame(FalconCodec(), MakeWrite());
        NS_TEST_EXPECT_MSG_EQ((bytes[36] << 8 | bytes[37]), 1000, "UDP port");
        NS_TEST_EXPECT_MSG_EQ((bytes[38] << 8 | bytes[39]), 8 + 96, "UDP length");
        auto cut = MakeWrite();
        cut.trimmed = true;
        cut.bytes = 64;
        NS_TEST_EXPECT_MSG_EQ(EncodeFrame(FalconCodec(), cut).size(), 60, "trimmed");
    }

    /** EACK and NACK. */
    void RunAnswers()
    {
        CheckBytes(MakeExtended(),
                   {
                       0xfc, 0x01, 0x01, 0x09, 0x00, 0x12, 0x34, 0x56, // PSP
                       0x00, 0x00, 0x00, 0x00, 0x07, 0xd0, 0x00, 0x00, // 1000 x 2^17 ps
                       0x10, 0x12, 0x34, 0x56,                         // version 1, connection
                       0x00, 0x00, 0x00, 0x14,                         // 1010 EACK
                       0x00, 0x00, 0x01, 0x00,                         // base of the window of data
                       0x00, 0x00, 0x02, 0x00,                         // of requests
                       0x00, 0x00, 0x03, 0x84,                         // T1: 900
                       0x00, 0x00, 0x03, 0xd4,                         // T2: 980
                       0x28, 0x00, 0x02, 0x00, // 0010 hops, 10000 level, 1 marked, 9 reserved
                       0x00, 0x02, 0xaf, 0x36, // 0xabcd x 4, 10 data out of the window
                       0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // data acknowledged
                       0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, //
                       0x00, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00, 0x02, // data received, upper half
                       0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, // lower half
                       0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // requests
                       0x1b, 0xeb, 0xc2, 0xc0, 0xf1, 0xd0, 0x4d, 0xa4, // ICV
                       0x17, 0xaa, 0xe6, 0x7b, 0xf6, 0x49, 0xaa, 0xbd,
                   },
                   "EACK");
        CheckBytes(MakeNack(),
                   {
                       0xfc, 0x01, 0x01, 0x09, 0x00, 0x12, 0x34, 0x56, // PSP
                       0x00, 0x00, 0x00, 0x00, 0x07, 0xd0, 0x00, 0x00, //
                       0x11, 0x12, 0x34, 0x56, // version 1, 1 of pull data, connection
                       0x00, 0x00, 0x00, 0x10, // 1000 NACK
                       0x00, 0x00, 0x01, 0x00, // base of the window of data
                       0x00, 0x00, 0x02, 0x00, // of requests
                       0x00, 0x00, 0x03, 0x84, // T1
                       0x00, 0x00, 0x03, 0xd4, // T2
                       0x20, 0x00, 0x02, 0x00, // 0010 hops, no level, 1 marked
                       0x00, 0x00, 0xab, 0xcd, // entropy
                       0x00, 0xab, 0xcd, 0xef, // PSN
                       0x02, 0x0c, 0x80, 0x2c, // RNR, code 12; window of requests; the syndrome
                       0xc4, 0xd6, 0xbc, 0x4e, 0xec, 0xb1, 0x34, 0xe5, // ICV
                       0x2c, 0xd4, 0x01, 0xa4, 0x65, 0x89, 0x99, 0x0a,
                   },
                   "NACK");
    }

    /** Whatever byte changes, and wherever it ends. */
    void RunDamage()
    {
        for (const auto& frame : {MakeWrite(), MakeExtended(), MakeNack()})
        {
            const auto bytes = EncodeFrame(FalconCodec(), frame);
            NS_TEST_EXPECT_MSG_EQ(IsFrame(FalconCodec(), bytes), true, "as it was");
            for (std::size_t at = 0; at < bytes.size(); ++at)
            {
                auto wrong = bytes;
                wrong[at] ^= 0x10;
                // By another EtherType, version, protocol or port it is another packet, which is
                // nobody's to judge; the entropy may be any, and there is no UDP checksum.
                const bool other = at == 12 || at == 13 || at == 14 || at == 23 ||
                                   (at >= 34 && at < 38) || at == 40 || at == 41;
                NS_TEST_EXPECT_MSG_EQ((!IsFrame(FalconCodec(), wrong) || other), true, at);
            }
            // Shorter than that it is an ordinary packet.
            for (std::size_t end = PSP; end < bytes.size(); ++end)
            {
                const Bytes cut(bytes.begin(), bytes.begin() + end);
                NS_TEST_EXPECT_MSG_EQ(IsFrame(FalconCodec(), cut), false, "cut at " << end);
            }
        }
    }

    /** Random bytes under a right integrity check value: what is taken for a frame is one. */
    void RunAny()
    {
        const PspSeal seal{AesBlock{}};
        std::mt19937 random(1);
        uint32_t taken = 0;
        for (const auto& frame : {MakeWrite(), MakeExtended(), MakeNack()})
        {
            const auto whole = EncodeFrame(FalconCodec(), frame);
            for (uint32_t run = 0; run < 1000; ++run)
            {
                auto bytes = whole;
                for (uint32_t changes = 1 + random() % 3; changes > 0; --changes)
                {
                    bytes[PSP + random() % (bytes.size() - PSP - ICV)] = random();
                }
                Bytes psp(bytes.begin() + PSP, bytes.end() - ICV);
                const auto number = [&psp](std::size_t at, std::size_t end)
                {
                    uint64_t value = 0;
                    for (; at < end; ++at)
                    {
                        value = value << 8 | psp[at];
                    }
                    return value;
                };
                const auto icv = seal.GetIcv(
                    static_cast<uint32_t>(number(4, 8)), number(8, 16), psp.data(), psp.size());
                std::copy(icv.begin(), icv.end(), bytes.end() - ICV);
                fabric::Frame first{};
                if (DecodeFrame(FalconCodec(), bytes, first))
                {
                    ++taken;
                    fabric::Frame second{};
                    NS_TEST_EXPECT_MSG_EQ(
                        DecodeFrame(FalconCodec(), EncodeFrame(FalconCodec(), first), second),
                        true,
                        "run " << run);
                    NS_TEST_EXPECT_MSG_EQ(second.roce.psn, first.roce.psn, "run " << run);
                    NS_TEST_EXPECT_MSG_EQ(+second.roce.opcode, +first.roce.opcode, "run " << run);
                    NS_TEST_EXPECT_MSG_EQ(
                        second.roce.sackBitmap, first.roce.sackBitmap, "run " << run);
                }
            }
        }
        NS_TEST_EXPECT_MSG_GT(taken, 300, "some are");
        NS_TEST_EXPECT_MSG_LT(taken, 2700, "and some are not");
    }
};

/** The suite. */
class FalconCodecTestSuite : public TestSuite
{
  public:
    FalconCodecTestSuite()
        : TestSuite("weft-rdma-falcon-codec", TestSuite::Type::UNIT)
    {
        AddTestCase(new PspSealTestCase);
        AddTestCase(new FalconCodecTestCase);
        AddTestCase(new FalconBytesTestCase);
    }
};

FalconCodecTestSuite g_falconCodecTestSuite; ///< registers the suite

} // namespace
