/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-codec-test-case.h"

#include "ns3/fabric-frame.h"
#include "ns3/rdma-frame-sizes.h"
#include "ns3/rdma-opcode.h"
#include "ns3/rdma-syndrome.h"
#include "ns3/rdma-uet-codec.h"
#include "ns3/test.h"

#include <vector>

/**
 * @ingroup rdma-tests
 * Bytes of Ultra Ethernet frames.
 */

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

/** Every kind of frame, there and back. */
class UetCodecTestCase : public CodecTestCase
{
  public:
    UetCodecTestCase()
        : CodecTestCase("sizes, there and back, and what is refused")
    {
    }

  private:
    void DoRun() override
    {
        // 14 + 20 + 8 + 16 + 44 + payload + 4 + 4; 14 + 20 + 8 + 32 + 4 + 4; 66 with 16.
        FrameSizes sizes;
        sizes.SetFormat(FrameSizes::ULTRA_ETHERNET);
        NS_TEST_ASSERT_MSG_EQ(sizes.GetData(OP_WRITE_FIRST, 4096), 4206, "data");
        NS_TEST_ASSERT_MSG_EQ(sizes.GetData(OP_FETCH_ADD, 0), 122, "FETCH_ADD");
        NS_TEST_ASSERT_MSG_EQ(sizes.GetData(OP_COMPARE_SWAP, 0), 146, "COMPARE_SWAP");
        NS_TEST_ASSERT_MSG_EQ(sizes.GetData(OP_ATOMIC_ACKNOWLEDGE, 0), 118, "their result");
        NS_TEST_ASSERT_MSG_EQ(sizes.GetAck(12), 82, "ACK");
        NS_TEST_ASSERT_MSG_EQ(sizes.GetControl(), 66, "NACK and control packets");
        sizes.SetDataOverhead(64);
        sizes.SetAck(64);
        NS_TEST_ASSERT_MSG_EQ(sizes.GetData(OP_WRITE_FIRST, 4096), 4160, "overridden");
        NS_TEST_ASSERT_MSG_EQ(sizes.GetControl(), 64, "overridden");

        for (uint8_t opcode = OP_SEND_FIRST; opcode <= OP_WRITE_ONLY_IMM; ++opcode)
        {
            auto frame = MakeFrame(opcode, 101, 110 + 101);
            frame.roce.remoteAddress = 0x1122334455667788;
            frame.roce.dmaLength = 0xfedcba98;
            frame.roce.remoteKey = 0x0badcafe;
            frame.roce.msn = 0x765432;
            frame.roce.credit = 0x89abcdef;
            frame.roce.syn = opcode % 2;
            frame.roce.again = opcode % 3 == 0;
            frame.roce.ackRequest = opcode % 3 == 1;
            frame.roce.hasImmediate = HasImmediate(opcode);
            frame.roce.immediate = HasImmediate(opcode) ? 0x01020304 : 0;
            frame.roce.solicited = IsLast(opcode);
            ThereAndBack(frame);
        }
        auto ack = MakeFrame(OP_ACKNOWLEDGE, 0, 82);
        ack.roce.syndrome = SYNDROME_ACK;
        ThereAndBack(ack);
        ack.roce.echoedCe = true;
        ack.roce.payloadBytes = SACK_BITMAP_BYTES;
        ack.roce.sackBitmap = 0x8000000000000001;
        ack.roce.sackPsn = 0xabcdef + 200;
        ack.roce.outOfOrder = 17;
        ThereAndBack(ack);
        ack.roce.psn = 0xfffff0; // across the wrap
        ack.roce.sackPsn = 0x10;
        ThereAndBack(ack);
        auto nak = MakeFrame(OP_ACKNOWLEDGE, 0, 82);
        nak.roce.syndrome = SYNDROME_NAK_SEQUENCE_ERROR;
        ThereAndBack(nak);
        auto trimmed = MakeFrame(OP_TRIM_NAK, 0, 66);
        trimmed.roce.syndrome = SYNDROME_NAK_TRIMMED_LAST_HOP;
        trimmed.roce.echoedCe = true;
        ThereAndBack(trimmed);
        for (const uint8_t opcode : {OP_PROBE, OP_CREDIT})
        {
            auto control = MakeFrame(opcode, 0, 66);
            control.roce.syndrome = SYNDROME_ACK;
            control.roce.credit = 0x00fedcba;
            ThereAndBack(control);
        }
        RunReads();
        RunRudi();
        RunBytes();
    }

    /** Requests and responses of RUDI: 14 + 20 + 8 + 8 + 44 + payload + 4 + 4. */
    void RunRudi()
    {
        FrameSizes sizes;
        sizes.SetFormat(FrameSizes::ULTRA_ETHERNET_RUDI);
        NS_TEST_ASSERT_MSG_EQ(sizes.GetData(OP_READ_REQUEST, 0), 102, "READ");
        NS_TEST_ASSERT_MSG_EQ(sizes.GetData(OP_READ_RESPONSE_ONLY, 4096), 4198, "its data");
        NS_TEST_ASSERT_MSG_EQ(sizes.GetAck(), 64, "58, and padding");
        NS_TEST_ASSERT_MSG_EQ(sizes.GetControl(), 66, "NACK");
        auto request = MakeFrame(OP_READ_REQUEST, 0, 102);
        request.roce.remoteAddress = 0x1122334455667788;
        request.roce.dmaLength = 4096;
        request.roce.msn = 0x765432;
        request.roce.again = true;
        request.roce.ackRequest = true;
        ThereAndBack(request, true);
        auto response = MakeFrame(OP_READ_RESPONSE_ONLY, 101, 102 + 101);
        response.roce.response = true;
        response.roce.echoedCe = true;
        ThereAndBack(response, true);
        auto write = MakeFrame(OP_WRITE_MIDDLE, 101, 102 + 101);
        write.roce.remoteAddress = 0x1122334455667788;
        ThereAndBack(write, true);
        auto done = MakeFrame(OP_ACKNOWLEDGE, 0, 64);
        done.roce.syndrome = SYNDROME_ACK;
        ThereAndBack(done, true);

        // Behind 14 + 20 + 8 bytes: type 4 << 11 | next 3 << 7 | AR 8 | RETX 16 = 0x2198; the
        // number of the queue pair, 0x123456, and the packet ID, 0xabcdef.
        auto codec = CreateObject<UetCodec>();
        codec->SetRudi(true);
        const auto packet = codec->Encode(request);
        std::vector<uint8_t> bytes(packet->GetSize());
        packet->CopyData(bytes.data(), bytes.size());
        const std::vector<uint8_t> head(bytes.begin() + 42, bytes.begin() + 51);
        const std::vector<uint8_t> expected = {
            0x21, 0x98, 0x12, 0x34, 0x56, 0xab, 0xcd, 0xef, 0x02};
        NS_TEST_ASSERT_MSG_EQ((head == expected), true, "header, and opcode READ");
        const auto answer = codec->Encode(done); // type 5 << 11, nothing follows
        answer->CopyData(bytes.data(), 44);
        NS_TEST_ASSERT_MSG_EQ(+bytes[42], 0x28, "type of responses");
        NS_TEST_ASSERT_MSG_EQ(+bytes[43], 0, "without data");
    }

    /** A READ, its response, and what acknowledges that. */
    void RunReads()
    {
        auto request = MakeFrame(OP_READ_REQUEST, 0, 110);
        request.roce.remoteAddress = 0x1122334455667788;
        request.roce.dmaLength = 0x7fffffff;
        request.roce.solicited = true;
        ThereAndBack(request);
        for (uint8_t opcode = OP_READ_RESPONSE_FIRST; opcode <= OP_READ_RESPONSE_ONLY; ++opcode)
        {
            auto frame = MakeFrame(opcode, 101, 110 + 101);
            frame.roce.response = true;
            frame.roce.solicited = IsLast(opcode);
            frame.roce.immediate = 77;
            ThereAndBack(frame);
        }
        // 4 and 8 bytes behind the semantic header, 4, 16 and 16, and 8.
        auto add = MakeFrame(OP_FETCH_ADD, 0, 110 + 12);
        add.roce.remoteAddress = 0x1122334455667788;
        add.roce.solicited = true;
        add.roce.operandHigh = 0x01020304;
        add.roce.operandLow = 0x05060708;
        ThereAndBack(add);
        const auto bytes = Encode(add);
        NS_TEST_ASSERT_MSG_EQ(+bytes[58], 4, "fetching atomic");
        NS_TEST_ASSERT_MSG_EQ(+bytes[102], 2, "sum");
        NS_TEST_ASSERT_MSG_EQ(+bytes[103], 7, "of 64 bits");
        NS_TEST_ASSERT_MSG_EQ(+bytes[106], 1, "operand");
        NS_TEST_ASSERT_MSG_EQ(+bytes[113], 8, "operand");
        auto swap = MakeFrame(OP_COMPARE_SWAP, 0, 110 + 36);
        swap.roce.solicited = true;
        swap.roce.operandLow = 17;
        swap.roce.compare = 0xfedcba9876543210;
        ThereAndBack(swap);
        NS_TEST_ASSERT_MSG_EQ(+Encode(swap)[102], 13, "compare and swap");
        auto original = MakeFrame(OP_ATOMIC_ACKNOWLEDGE, 0, 110 + 8);
        original.roce.response = true;
        original.roce.solicited = true;
        original.roce.original = 0x1020304050607080;
        original.roce.immediate = 77;
        ThereAndBack(original);

        auto ack = MakeFrame(OP_ACKNOWLEDGE, 0, 82);
        ack.roce.syndrome = SYNDROME_ACK;
        ack.roce.response = true;
        ThereAndBack(ack);
        auto credit = MakeFrame(OP_CREDIT, 0, 66);
        credit.roce.response = true;
        ThereAndBack(credit);
    }

    /** Some fields by their place. */
    void RunBytes()
    {
        auto frame = MakeFrame(OP_WRITE_FIRST, 8, 118);
        frame.roce.syn = true;
        frame.roce.msn = 0x5678;
        frame.roce.dmaLength = 4096;
        const auto bytes = Encode(frame);
        NS_TEST_ASSERT_MSG_EQ(bytes.size(), 114, "without FCS");
        NS_TEST_ASSERT_MSG_EQ((bytes[36] << 8 | bytes[37]), 4793, "UDP port");
        NS_TEST_ASSERT_MSG_EQ((bytes[34] << 8 | bytes[35]), 0xabcd, "entropy");
        // Type 13 in 5 bits, next header 3 in 4, SYN: 01101 0011 0000100.
        NS_TEST_ASSERT_MSG_EQ((bytes[42] << 8 | bytes[43]), 0x6984, "prologue");
        NS_TEST_ASSERT_MSG_EQ(+bytes[48], 0xcd, "PSN");
        NS_TEST_ASSERT_MSG_EQ((bytes[52] << 8 | bytes[53]), 0x3456, "destination PDCID");
        NS_TEST_ASSERT_MSG_EQ(+bytes[58], 1, "WRITE");
        NS_TEST_ASSERT_MSG_EQ(+bytes[59], 1, "SOM");
        NS_TEST_ASSERT_MSG_EQ((bytes[60] << 8 | bytes[61]), 0x5678, "message ID");
        NS_TEST_ASSERT_MSG_EQ((bytes[100] << 8 | bytes[101]), 4096, "request length");

        // A changed byte behind UDP, a wrong type, a cut frame.
        for (const std::size_t at : {42, 50, 60, 101, 113})
        {
            auto wrong = bytes;
            wrong[at] ^= 0x10;
            NS_TEST_ASSERT_MSG_EQ(Decodes(wrong), false, "byte " << at);
        }
        NS_TEST_ASSERT_MSG_EQ(Decodes(bytes), true, "as it was");
        NS_TEST_ASSERT_MSG_EQ(Decodes({bytes.begin(), bytes.begin() + 70}), false, "cut");

        frame.trimmed = true;
        frame.bytes = 64;
        NS_TEST_ASSERT_MSG_EQ(Encode(frame).size(), 60, "trimmed");
    }

    /** @return bytes of a frame */
    static std::vector<uint8_t> Encode(const fabric::Frame& frame)
    {
        return EncodeFrame(*CreateObject<UetCodec>(), frame);
    }

    /** @return whether bytes are a frame */
    static bool Decodes(const std::vector<uint8_t>& bytes)
    {
        return IsFrame(*CreateObject<UetCodec>(), bytes);
    }

    /** Encode, decode, compare. */
    void ThereAndBack(const fabric::Frame& frame, bool rudi = false)
    {
        auto codec = CreateObject<UetCodec>();
        codec->SetRudi(rudi);
        CodecTestCase::ThereAndBack(*codec, frame);
    }
};

/** The suite. */
class UetCodecTestSuite : public TestSuite
{
  public:
    UetCodecTestSuite()
        : TestSuite("weft-rdma-uet-codec", TestSuite::Type::UNIT)
    {
        AddTestCase(new UetCodecTestCase);
    }
};

UetCodecTestSuite g_uetCodecTestSuite; ///< registers the suite

} // namespace
