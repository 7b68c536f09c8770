/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-udp-carrier.h"

#include "ns3/fabric-address.h"
#include "ns3/fabric-ethernet-codec.h"
#include "ns3/ipv4-header.h"
#include "ns3/udp-header.h"

#include <algorithm>
#include <array>

namespace ns3::rdma
{

using fabric::Frame;

namespace
{

constexpr uint8_t IP_PROTOCOL_UDP = 17;
constexpr uint32_t IPV4_BYTES = 20;
constexpr uint32_t UDP_BYTES = 8;
constexpr uint8_t FIRST_TTL = 64;

/** @return whether an IPv4 address is that of an attachment */
bool
IsAddressOf(Ipv4Address ip, fabric::FabricAddress address)
{
    constexpr uint32_t network = 0x0a000000; // 10.0.0.0/8, where attachments are
    return ip.Get() >> 24 == network >> 24 && address == ip.Get() - network - 1 &&
           ip == fabric::Ipv4Of(address);
}

} // namespace

void
PutUdpCarrier(Ptr<Packet> packet, const Frame& frame, uint16_t port, uint32_t following)
{
    UdpHeader udp;
    udp.SetSourcePort(frame.entropy);
    udp.SetDestinationPort(port);
    udp.ForcePayloadSize(packet->GetSize() + UDP_BYTES + following);
    packet->AddHeader(udp);
    Ipv4Header ip;
    ip.EnableChecksum();
    ip.SetSource(fabric::Ipv4Of(frame.source));
    ip.SetDestination(fabric::Ipv4Of(frame.destination));
    ip.SetProtocol(IP_PROTOCOL_UDP);
    ip.SetTos(frame.dscp << 2 | static_cast<uint8_t>(frame.ecn));
    ip.SetTtl(FIRST_TTL - frame.hops);
    ip.SetDontFragment();
    ip.SetPayloadSize(packet->GetSize() + following);
    packet->AddHeader(ip);
}

void
CutTrimmed(Ptr<Packet> packet, const Frame& frame)
{
    if (frame.trimmed)
    {
        constexpr uint32_t around = fabric::ETHERNET_HEADER_BYTES + fabric::ETHERNET_FCS_BYTES;
        const uint32_t keep = frame.bytes > around ? frame.bytes - around : 0;
        packet->RemoveAtEnd(packet->GetSize() - std::min(packet->GetSize(), keep));
    }
}

bool
IsUdpCarrier(Ptr<const Packet> packet, uint16_t etherType, uint16_t port)
{
    std::array<uint8_t, IPV4_BYTES + UDP_BYTES> head;
    return etherType == fabric::ETHERTYPE_IPV4 &&
           packet->CopyData(head.data(), head.size()) == head.size() && head[0] == 0x45 &&
           head[9] == IP_PROTOCOL_UDP && (head[22] << 8 | head[23]) == port;
}

bool
GetUdpCarrier(Ptr<Packet> packet, Frame& frame)
{
    std::array<uint8_t, IPV4_BYTES + UDP_BYTES> head;
    packet->CopyData(head.data(), head.size());
    const uint32_t udpSize = head[24] << 8 | head[25];
    Ipv4Header ip;
    ip.EnableChecksum();
    packet->RemoveHeader(ip);
    const uint32_t size = ip.GetPayloadSize();
    if (!ip.IsChecksumOk() || packet->GetSize() < size || size < UDP_BYTES || udpSize != size)
    {
        return false;
    }
    packet->RemoveAtEnd(packet->GetSize() - size); // Ethernet padding
    UdpHeader udp;
    packet->RemoveHeader(udp);
    frame.kind = fabric::FrameKind::ROCE;
    frame.protocol = 0;
    frame.entropy = udp.GetSourcePort();
    frame.dscp = ip.GetTos() >> 2;
    frame.priority = frame.dscp >> 3;
    frame.ecn = static_cast<fabric::Ecn>(ip.GetTos() & 3);
    frame.hops = FIRST_TTL - ip.GetTtl();
    return ip.GetTtl() <= FIRST_TTL && IsAddressOf(ip.GetSource(), frame.source) &&
           IsAddressOf(ip.GetDestination(), frame.destination);
}

std::vector<uint8_t>
CopyBytes(Ptr<const Packet> packet)
{
    std::vector<uint8_t> bytes(packet->GetSize());
    packet->CopyData(bytes.data(), bytes.size());
    return bytes;
}

} // namespace ns3::rdma
