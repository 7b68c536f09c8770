/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// The ns3::NetDevice side of a port: how an ordinary ns-3 protocol stack uses it.

#include "fabric-address.h"
#include "fabric-ethernet-codec.h"
#include "fabric-link.h"
#include "fabric-packet-fields.h"
#include "fabric-port.h"

#include "ns3/abort.h"
#include "ns3/mac48-address.h"
#include "ns3/node.h"
#include "ns3/socket.h"

#include <algorithm>

namespace ns3::fabric
{

void
Port::SetFabricAddress(FabricAddress address)
{
    m_address = address;
    m_mac = MacOf(address);
}

DataRate
Port::GetDataRate() const
{
    return DataRate(m_bitRate);
}

void
Port::SetDataRate(DataRate rate)
{
    NS_ABORT_MSG_IF(rate.GetBitRate() == 0, "the rate of a port must be greater than 0");
    m_bitRate = rate.GetBitRate();
    constexpr uint64_t ticksPerSecond = 8'000'000'000'000; // for a byte at 1 bit/s
    const uint64_t ticks = m_bitRate > 0 ? ticksPerSecond / m_bitRate : 0;
    const bool whole = ticks > 0 && ticks * m_bitRate == ticksPerSecond && ticks <= UINT32_MAX;
    m_ticksPerByte = whole ? ticks : 0;
}

bool
Port::Send(Ptr<Packet> packet, const Address& dest, uint16_t protocolNumber)
{
    return SendFrom(packet, m_mac, dest, protocolNumber);
}

bool
Port::SendFrom(Ptr<Packet> packet,
               const Address& source,
               const Address& dest,
               uint16_t protocolNumber)
{
    m_macTx(packet);
    SocketPriorityTag tag;
    const bool tagged = m_packetClassByPriority && packet->PeekPacketTag(tag);
    const uint8_t priority = tagged ? tag.GetPriority() % N_CLASSES : m_packetClass;
    FabricAddress destination;
    const uint32_t bytes = std::max(packet->GetSize() + ETHERNET_HEADER_BYTES + ETHERNET_FCS_BYTES,
                                    ETHERNET_MIN_FRAME_BYTES);
    if (!m_linkUp || !AddressOf(Mac48Address::ConvertFrom(dest), destination) ||
        m_queues.GetBytes(priority) + bytes > m_packetLimit)
    {
        m_macTxDrop(packet);
        return false;
    }
    Frame* frame = m_pool->Allocate();
    frame->kind = FrameKind::PACKET;
    frame->bytes = bytes;
    frame->destination = destination;
    frame->source = m_address;
    frame->priority = priority;
    frame->protocol = protocolNumber;
    const PacketFields fields = InspectPacket(packet, protocolNumber);
    frame->ecn = fields.ecn;
    frame->dscp = fields.dscp;
    frame->entropy = fields.entropy;
    frame->sentAt = NowTicks();
    frame->packet = packet;
    Enqueue(frame);
    return true;
}

void
Port::DeliverPacket(Frame* frame)
{
    // Copy: a flooded frame shares its packet with the copies sent elsewhere.
    Ptr<Packet> packet = frame->packet->Copy();
    if (frame->ecn == Ecn::CE)
    {
        MarkPacketCe(packet, frame->protocol);
    }
    const uint16_t protocol = frame->protocol;
    const Mac48Address source = MacOf(frame->source);
    const Mac48Address destination = MacOf(frame->destination);
    PacketType type = PACKET_OTHERHOST;
    if (frame->destination == BROADCAST_ADDRESS)
    {
        type = PACKET_BROADCAST;
    }
    else if (frame->destination == m_address)
    {
        type = PACKET_HOST;
    }
    FramePool::Release(frame);
    if (!m_promiscCallback.IsNull())
    {
        m_macPromiscRx(packet);
        m_promiscCallback(this, packet, protocol, source, destination, type);
    }
    if (type != PACKET_OTHERHOST && !m_rxCallback.IsNull())
    {
        m_macRx(packet);
        m_rxCallback(this, packet, protocol, source);
    }
}

void
Port::SetIfIndex(const uint32_t index)
{
    m_ifIndex = index;
}

uint32_t
Port::GetIfIndex() const
{
    return m_ifIndex;
}

Ptr<Channel>
Port::GetChannel() const
{
    return m_link;
}

void
Port::SetAddress(Address address)
{
    FabricAddress attachment;
    NS_ABORT_MSG_UNLESS(AddressOf(Mac48Address::ConvertFrom(address), attachment),
                        "the MAC address of a port follows from its fabric address");
    SetFabricAddress(attachment);
}

Address
Port::GetAddress() const
{
    return m_mac;
}

bool
Port::SetMtu(const uint16_t mtu)
{
    m_mtu = mtu;
    return true;
}

uint16_t
Port::GetMtu() const
{
    return m_mtu;
}

bool
Port::IsLinkUp() const
{
    return m_linkUp;
}

void
Port::AddLinkChangeCallback(Callback<void> callback)
{
    m_linkChange.ConnectWithoutContext(callback);
}

bool
Port::IsBroadcast() const
{
    return true;
}

Address
Port::GetBroadcast() const
{
    return Mac48Address::GetBroadcast();
}

bool
Port::IsMulticast() const
{
    return true;
}

Address
Port::GetMulticast(Ipv4Address multicastGroup) const
{
    return Mac48Address::GetMulticast(multicastGroup);
}

Address
Port::GetMulticast(Ipv6Address address) const
{
    return Mac48Address::GetMulticast(address);
}

bool
Port::IsBridge() const
{
    return false;
}

bool
Port::IsPointToPoint() const
{
    return true;
}

Ptr<Node>
Port::GetNode() const
{
    return m_node;
}

void
Port::SetNode(Ptr<Node> node)
{
    m_node = node;
    m_nodeId = node->GetId();
    m_pool = FramePool::Of(node);
}

bool
Port::NeedsArp() const
{
    return true;
}

void
Port::SetReceiveCallback(ReceiveCallback cb)
{
    m_rxCallback = cb;
}

void
Port::SetPromiscReceiveCallback(PromiscReceiveCallback cb)
{
    m_promiscCallback = cb;
}

bool
Port::SupportsSendFrom() const
{
    return false;
}

} // namespace ns3::fabric
