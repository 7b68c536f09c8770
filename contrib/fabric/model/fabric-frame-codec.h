/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_FRAME_CODEC_H
#define FABRIC_FRAME_CODEC_H

#include "fabric-frame.h"

#include "ns3/object.h"
#include "ns3/packet.h"

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * Turns decoded frames into the bytes that would be on the wire, and back.
 *
 * Bytes run from the destination MAC address to the last byte before the frame check sequence,
 * which is left out as in captures of real network interfaces: the packet is 4 bytes shorter than
 * Frame::bytes.
 *
 * What no byte on the wire says is not restored by Decode: Frame::pool, next, ingressPort and
 * sentAt. Signals (FrameSignals) have no bytes: a frame that carries some is longer than its bytes
 * by what they add, and nobody sees them in a capture.
 */
class FrameCodec : public Object
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    ~FrameCodec() override;

    /**
     * @param frame a frame of a kind that the codec knows
     * @return its bytes, without frame check sequence
     */
    virtual Ptr<Packet> Encode(const Frame& frame) const = 0;

    /**
     * @param packet bytes of a frame, without frame check sequence
     * @param [out] frame the frame: fields that the bytes do not hold are zero, but for `pool` and
     *              `next`, which are left alone. Unchanged if the result is false.
     * @return false if the bytes are no frame of a kind that the codec knows
     */
    virtual bool Decode(Ptr<const Packet> packet, Frame& frame) const = 0;
};

} // namespace ns3::fabric

#endif /* FABRIC_FRAME_CODEC_H */
