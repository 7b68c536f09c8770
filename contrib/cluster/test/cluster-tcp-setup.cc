/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-tcp-setup.h"

#include "ns3/config.h"
#include "ns3/object-factory.h"
#include "ns3/string.h"

#include <utility>
#include <vector>

namespace ns3::cluster::tests
{

NetworkStack
MakeTcpStack(const std::string& law, const std::string& framing, const std::string& marker)
{
    const std::vector<std::pair<std::string, std::string>> defaults = {
        {"ns3::TcpL4Protocol::SocketType", law},
        {"ns3::TcpSocket::SegmentSize", "4096"},
        {"ns3::TcpSocket::SndBufSize", "2097152"},
        {"ns3::TcpSocket::RcvBufSize", "2097152"},
        {"ns3::TcpSocket::DelAckCount", "1"},
        {"ns3::TcpSocket::ConnTimeout", "4ms"},
        {"ns3::TcpSocketBase::MinRto", "4ms"},
        {"ns3::TcpSocketBase::ClockGranularity", "1us"},
        {"ns3::TcpSocketBase::Timestamp", "false"},
        {"ns3::TcpSocketBase::UseEcn", marker.empty() ? "Off" : "On"},
        {"ns3::fabric::Port::Mtu", "9216"},
        {"ns3::fabric::Port::PacketClassByPriority", "true"},
        {"ns3::fabric::Port::PacketQueueLimit", "67108864"},
        {"ns3::fabric::DynamicThreshold::LosslessClasses", "0"},
    };
    for (const auto& [name, value] : defaults)
    {
        Config::SetDefault(name, StringValue(value));
    }
    NetworkStack stack;
    stack.messageNetwork = ObjectFactory("ns3::cluster::TcpMessageNetwork");
    stack.messageNetwork.Set("Framing", StringValue("ns3::cluster::" + framing));
    if (!marker.empty())
    {
        stack.marker = ObjectFactory("ns3::fabric::RedMarker");
        stack.marker.Set("Kmin", StringValue(marker));
        stack.marker.Set("Kmax", StringValue(marker));
        stack.marker.Set("Pmax", StringValue("1"));
        stack.marker.Set("ReferenceRate", StringValue("0bps"));
    }
    return stack;
}

} // namespace ns3::cluster::tests
