/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_CODEC_TEST_CASE_H
#define RDMA_CODEC_TEST_CASE_H

#include "ns3/fabric-frame-codec.h"
#include "ns3/fabric-frame.h"
#include "ns3/test.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3::rdma::tests
{

/** @param opcode of the frame @param payloadBytes of the message @param bytes of the frame
 * @return a frame between attachments 4 and 9 */
fabric::Frame MakeFrame(uint8_t opcode, uint32_t payloadBytes, uint32_t bytes);

/** @param codec a codec @param frame a frame @return its bytes */
std::vector<uint8_t> EncodeFrame(const fabric::FrameCodec& codec, const fabric::Frame& frame);

/** @param codec a codec @param bytes of a frame @param [out] frame the frame
 * @return whether they are one */
bool DecodeFrame(const fabric::FrameCodec& codec,
                 const std::vector<uint8_t>& bytes,
                 fabric::Frame& frame);

/** @param codec a codec @param bytes of a frame @return whether they are one */
bool IsFrame(const fabric::FrameCodec& codec, const std::vector<uint8_t>& bytes);

/** What tests of codecs have in common. */
class CodecTestCase : public TestCase
{
  protected:
    using TestCase::TestCase;

    /** Encode, decode, compare all but the echoes. @param codec the codec @param frame a frame
     * @return what it was decoded to */
    fabric::Frame ThereAndBack(const fabric::FrameCodec& codec, const fabric::Frame& frame);

    /** Compare what acknowledgments echo. @param a a frame @param b what it was decoded to */
    void CompareEchoes(const fabric::RoceFields& a, const fabric::RoceFields& b);
};

} // namespace ns3::rdma::tests

#endif /* RDMA_CODEC_TEST_CASE_H */
