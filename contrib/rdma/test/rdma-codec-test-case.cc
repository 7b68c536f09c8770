/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-codec-test-case.h"

namespace ns3::rdma::tests
{

fabric::Frame
MakeFrame(uint8_t opcode, uint32_t payloadBytes, uint32_t bytes)
{
    fabric::Frame frame{};
    frame.kind = fabric::FrameKind::ROCE;
    frame.source = 4;
    frame.destination = 9;
    frame.entropy = 0xabcd;
    frame.dscp = 26;
    frame.priority = 3;
    frame.ecn = fabric::Ecn::ECT0;
    frame.hops = 2;
    frame.bytes = bytes;
    frame.roce.opcode = opcode;
    frame.roce.payloadBytes = payloadBytes;
    frame.roce.destinationQp = 0x123456;
    frame.roce.psn = 0xabcdef;
    return frame;
}

std::vector<uint8_t>
EncodeFrame(const fabric::FrameCodec& codec, const fabric::Frame& frame)
{
    const auto packet = codec.Encode(frame);
    std::vector<uint8_t> bytes(packet->GetSize());
    packet->CopyData(bytes.data(), bytes.size());
    return bytes;
}

bool
DecodeFrame(const fabric::FrameCodec& codec,
            const std::vector<uint8_t>& bytes,
            fabric::Frame& frame)
{
    return codec.Decode(Create<Packet>(bytes.data(), bytes.size()), frame);
}

bool
IsFrame(const fabric::FrameCodec& codec, const std::vector<uint8_t>& bytes)
{
    fabric::Frame frame{};
    return DecodeFrame(codec, bytes, frame);
}

fabric::Frame
CodecTestCase::ThereAndBack(const fabric::FrameCodec& codec, const fabric::Frame& frame)
{
    const auto packet = codec.Encode(frame);
    const std::string what = "opcode " + std::to_string(frame.roce.opcode);
    NS_TEST_EXPECT_MSG_EQ(packet->GetSize() + 4, frame.bytes, what);
    fabric::Frame back{};
    NS_TEST_EXPECT_MSG_EQ(codec.Decode(packet, back), true, what);
    const auto& a = frame.roce;
    const auto& b = back.roce;
    NS_TEST_EXPECT_MSG_EQ(back.source, 4, what);
    NS_TEST_EXPECT_MSG_EQ(back.destination, 9, what);
    NS_TEST_EXPECT_MSG_EQ(back.entropy, frame.entropy, what);
    NS_TEST_EXPECT_MSG_EQ(+back.hops, 2, what);
    NS_TEST_EXPECT_MSG_EQ(+back.priority, 3, what);
    NS_TEST_EXPECT_MSG_EQ(+b.opcode, +a.opcode, what);
    NS_TEST_EXPECT_MSG_EQ(b.psn, a.psn, what);
    NS_TEST_EXPECT_MSG_EQ(b.destinationQp, a.destinationQp, what);
    NS_TEST_EXPECT_MSG_EQ(b.payloadBytes, a.payloadBytes, what);
    NS_TEST_EXPECT_MSG_EQ(+b.syndrome, +a.syndrome, what);
    NS_TEST_EXPECT_MSG_EQ(b.echoedCe, a.echoedCe, what);
    NS_TEST_EXPECT_MSG_EQ(b.remoteAddress, a.remoteAddress, what); // or the bitmap
    NS_TEST_EXPECT_MSG_EQ(b.dmaLength, a.dmaLength, what);         // or its last packet
    NS_TEST_EXPECT_MSG_EQ(b.remoteKey, a.remoteKey, what);         // or the count
    NS_TEST_EXPECT_MSG_EQ(b.msn, a.msn, what);
    NS_TEST_EXPECT_MSG_EQ(b.compare, a.compare, what); // or the credit
    NS_TEST_EXPECT_MSG_EQ(b.immediate, a.immediate, what);
    NS_TEST_EXPECT_MSG_EQ(b.hasImmediate, a.hasImmediate, what);
    NS_TEST_EXPECT_MSG_EQ(b.solicited, a.solicited, what);
    NS_TEST_EXPECT_MSG_EQ(b.ackRequest, a.ackRequest, what);
    NS_TEST_EXPECT_MSG_EQ((b.response == a.response), true, what);
    NS_TEST_EXPECT_MSG_EQ(b.syn, a.syn, what);
    NS_TEST_EXPECT_MSG_EQ(b.again, a.again, what);
    return back;
}

void
CodecTestCase::CompareEchoes(const fabric::RoceFields& a, const fabric::RoceFields& b)
{
    const std::string what = "opcode " + std::to_string(a.opcode);
    NS_TEST_EXPECT_MSG_EQ(b.echoedSentAt, a.echoedSentAt, what);
    NS_TEST_EXPECT_MSG_EQ(b.echoedHold, a.echoedHold, what);
    NS_TEST_EXPECT_MSG_EQ(b.echoedEntropy, a.echoedEntropy, what);
    NS_TEST_EXPECT_MSG_EQ(+b.echoedHops, +a.echoedHops, what);
}

} // namespace ns3::rdma::tests
