/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-packet-fields.h"

#include "fabric-ethernet-codec.h"

#include "ns3/ipv4-header.h"
#include "ns3/ipv6-header.h"
#include "ns3/node.h"

#include <array>

namespace ns3::fabric
{

namespace
{
constexpr uint8_t PROTOCOL_TCP = 6;
constexpr uint8_t PROTOCOL_UDP = 17;
constexpr uint32_t IPV6_HEADER_BYTES = 40;
constexpr uint32_t LONGEST_IPV4_HEADER_BYTES = 60;

/** The bytes of a packet as far as they were copied. */
struct HeaderBytes
{
    std::array<uint8_t, LONGEST_IPV4_HEADER_BYTES + 4> data{}; ///< copied bytes
    uint32_t size{0};                                          ///< how many

    /** @return source port folded with destination port, 0 if they are not there */
    uint16_t FoldPorts(uint8_t protocol, uint32_t offset) const
    {
        if ((protocol != PROTOCOL_TCP && protocol != PROTOCOL_UDP) || offset + 4 > size)
        {
            return 0;
        }
        const uint16_t source = data[offset] << 8 | data[offset + 1];
        const uint16_t destination = data[offset + 2] << 8 | data[offset + 3];
        return source ^ static_cast<uint16_t>(destination << 7 | destination >> 9);
    }
};
} // namespace

PacketFields
InspectPacket(Ptr<const Packet> packet, uint16_t etherType)
{
    PacketFields fields;
    HeaderBytes bytes;
    bytes.size = packet->CopyData(bytes.data.data(), bytes.data.size());
    if (etherType == ETHERTYPE_IPV4 && bytes.size >= 20)
    {
        fields.ecn = static_cast<Ecn>(bytes.data[1] & 3);
        fields.dscp = bytes.data[1] >> 2;
        const bool firstFragment = ((bytes.data[6] & 0x1f) | bytes.data[7]) == 0;
        const bool moreFragments = bytes.data[6] & 0x20;
        if (firstFragment && !moreFragments)
        {
            fields.entropy = bytes.FoldPorts(bytes.data[9], (bytes.data[0] & 0x0f) * 4);
        }
    }
    else if (etherType == ETHERTYPE_IPV6 && bytes.size >= IPV6_HEADER_BYTES)
    {
        const uint8_t trafficClass = bytes.data[0] << 4 | bytes.data[1] >> 4;
        fields.ecn = static_cast<Ecn>(trafficClass & 3);
        fields.dscp = trafficClass >> 2;
        fields.entropy = bytes.FoldPorts(bytes.data[6], IPV6_HEADER_BYTES);
    }
    return fields;
}

void
MarkPacketCe(Ptr<Packet> packet, uint16_t etherType)
{
    if (etherType == ETHERTYPE_IPV4)
    {
        Ipv4Header header;
        if (packet->RemoveHeader(header))
        {
            if (Node::ChecksumEnabled())
            {
                header.EnableChecksum();
            }
            header.SetEcn(Ipv4Header::ECN_CE);
            packet->AddHeader(header);
        }
    }
    else if (etherType == ETHERTYPE_IPV6)
    {
        Ipv6Header header;
        if (packet->RemoveHeader(header))
        {
            header.SetEcn(Ipv6Header::ECN_CE);
            packet->AddHeader(header);
        }
    }
}

} // namespace ns3::fabric
