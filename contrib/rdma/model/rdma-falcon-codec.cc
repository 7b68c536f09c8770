/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-falcon-codec.h"

#include "rdma-falcon-headers.h"
#include "rdma-udp-carrier.h"

#include "ns3/fabric-address.h"

#include <algorithm>
#include <vector>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(FalconCodec);

using fabric::Frame;

namespace
{

constexpr uint64_t PSP_FALCON = 252;           ///< next header
constexpr uint64_t PSP_LENGTH = 1;             ///< of the header, in 8 bytes behind the first 8
constexpr uint64_t PSP_OFFSET = 1;             ///< where encryption would begin, in 4 bytes
constexpr uint64_t PSP_VERSION_2 = 2 << 2 | 1; ///< AES-GMAC-128, no cookie, a bit that is always 1

/** What stands in front of the security parameter index. */
constexpr uint64_t PSP_START =
    PSP_FALCON << 24 | PSP_LENGTH << 16 | PSP_OFFSET << 8 | PSP_VERSION_2;

} // namespace

TypeId
FalconCodec::GetTypeId()
{
    static TypeId tid = TypeId("ns3::rdma::FalconCodec")
                            .SetParent<RoceCodec>()
                            .SetGroupName("Rdma")
                            .AddConstructor<FalconCodec>();
    return tid;
}

FalconCodec::FalconCodec() = default;

FalconCodec::~FalconCodec() = default;

Ptr<Packet>
FalconCodec::Encode(const Frame& frame) const
{
    if (frame.kind != fabric::FrameKind::ROCE || !HasFalconFormat(frame.roce.opcode))
    {
        return RoceCodec::Encode(frame);
    }
    ByteWriter out;
    out.Put(PSP_START, 4);
    out.Put(frame.roce.destinationQp, 4);
    out.Put(frame.sentAt, 8);
    PutFalcon(out, frame);
    const AesBlock icv =
        m_seal.GetIcv(frame.roce.destinationQp, frame.sentAt, out.data.data(), out.data.size());
    out.data.insert(out.data.end(), icv.begin(), icv.end());
    auto packet = Create<Packet>(out.data.data(), out.data.size());
    PutUdpCarrier(packet, frame, PSP_UDP_PORT);
    CutTrimmed(packet, frame);
    Finish(packet, frame, fabric::MacOf(frame.destination), fabric::ETHERTYPE_IPV4);
    return packet;
}

bool
FalconCodec::Decode(Ptr<const Packet> packet, Frame& frame) const
{
    auto rest = packet->Copy();
    Frame decoded{};
    if (!Start(rest, decoded))
    {
        return false;
    }
    if (!IsUdpCarrier(rest, decoded.protocol, PSP_UDP_PORT))
    {
        return RoceCodec::Decode(packet, frame);
    }
    if (!GetUdpCarrier(rest, decoded) || rest->GetSize() < PSP_HEADER_BYTES + PSP_ICV_BYTES)
    {
        return false;
    }
    auto bytes = CopyBytes(rest);
    const std::vector<uint8_t> tail(bytes.end() - PSP_ICV_BYTES, bytes.end());
    bytes.resize(bytes.size() - PSP_ICV_BYTES);
    ByteReader in(bytes);
    const bool known = in.Get(4) == PSP_START;
    const auto index = static_cast<uint32_t>(in.Get(4));
    const uint64_t vector = in.Get(8);
    const AesBlock icv = m_seal.GetIcv(index, vector, bytes.data(), bytes.size());
    decoded.sentAt = static_cast<int64_t>(vector);
    if (!known || decoded.sentAt < 0 || !std::equal(icv.begin(), icv.end(), tail.begin()) ||
        !GetFalcon(in, decoded) || decoded.roce.destinationQp != index)
    {
        return false;
    }
    Assign(decoded, frame);
    return true;
}

} // namespace ns3::rdma
