/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-tcp-stream.h"

#include "ns3/assert.h"
#include "ns3/callback.h"
#include "ns3/tcp-rx-buffer.h"
#include "ns3/uinteger.h"

namespace ns3::cluster
{

TcpStream::TcpStream(Owner& owner, Ptr<Socket> socket, Ptr<StreamFraming> framing)
    : m_owner(owner),
      m_socket(socket),
      m_framing(framing)
{
    UintegerValue bytes;
    socket->GetAttribute("SndBufSize", bytes);
    m_bufferBytes = static_cast<uint32_t>(bytes.Get());
    socket->SetConnectCallback(MakeNullCallback<void, Ptr<Socket>>(),
                               MakeCallback(&TcpStream::NotConnected, this));
    socket->SetCloseCallbacks(MakeCallback(&TcpStream::Closed, this),
                              MakeCallback(&TcpStream::Broken, this));
    socket->SetSendCallback(MakeCallback(&TcpStream::Writable, this));
    socket->SetRecvCallback(MakeCallback(&TcpStream::Readable, this));
    bool connected =
        socket->TraceConnectWithoutContext("Tx", MakeCallback(&TcpStream::CountSent, this));
    connected =
        socket->TraceConnectWithoutContext("Rx", MakeCallback(&TcpStream::CountReceived, this)) &&
        connected;
    connected = socket->TraceConnectWithoutContext("CongState",
                                                   MakeCallback(&TcpStream::CountLoss, this)) &&
                connected;
    NS_ASSERT_MSG(connected, "a TCP socket without the trace sources of one");
}

TcpStream::~TcpStream()
{
    const auto none = MakeNullCallback<void, Ptr<Socket>>();
    m_socket->SetConnectCallback(none, none);
    m_socket->SetCloseCallbacks(none, none);
    m_socket->SetSendCallback(MakeNullCallback<void, Ptr<Socket>, uint32_t>());
    m_socket->SetRecvCallback(none);
    m_socket->TraceDisconnectWithoutContext("Tx", MakeCallback(&TcpStream::CountSent, this));
    m_socket->TraceDisconnectWithoutContext("Rx", MakeCallback(&TcpStream::CountReceived, this));
    m_socket->TraceDisconnectWithoutContext("CongState", MakeCallback(&TcpStream::CountLoss, this));
}

void
TcpStream::Fill()
{
    while (!m_failed)
    {
        const Ptr<Packet> packet = m_framing->Pull(m_socket->GetTxAvailable());
        if (!packet)
        {
            return;
        }
        const int taken = m_socket->Send(packet);
        NS_ASSERT_MSG(taken == static_cast<int>(packet->GetSize()), "the socket had room");
    }
}

void
TcpStream::Writable(Ptr<Socket>, uint32_t)
{
    // What was written and is not in the buffer any more is acknowledged.
    const uint64_t waiting = m_bufferBytes - m_socket->GetTxAvailable();
    const uint64_t pulled = m_framing->GetPulled();
    if (pulled > waiting)
    {
        m_framing->Acknowledge(pulled - waiting);
    }
    Fill();
}

void
TcpStream::Readable(Ptr<Socket> socket)
{
    while (!m_failed)
    {
        const Ptr<Packet> packet = socket->Recv();
        if (!packet || packet->GetSize() == 0)
        {
            return;
        }
        m_framing->Push(packet);
    }
}

void
TcpStream::Fail(const std::string& reason)
{
    if (!m_failed)
    {
        m_failed = true;
        m_owner.StreamFailed(*this, reason);
    }
}

void
TcpStream::NotConnected(Ptr<Socket>)
{
    Fail("no TCP connection came about");
}

void
TcpStream::Broken(Ptr<Socket>)
{
    Fail("TCP gave the connection up");
}

void
TcpStream::Closed(Ptr<Socket>)
{
    Fail("the TCP connection was closed");
}

void
TcpStream::CountSent(Ptr<const Packet> packet, const TcpHeader& header, Ptr<const TcpSocketBase>)
{
    if (packet->GetSize() == 0)
    {
        return;
    }
    const SequenceNumber32 begin = header.GetSequenceNumber();
    const SequenceNumber32 end = begin + packet->GetSize();
    if (m_anySent && begin < m_sent)
    {
        ++m_counters.retransmissions;
    }
    if (!m_anySent || end > m_sent)
    {
        m_sent = end;
    }
    m_anySent = true;
}

void
TcpStream::CountReceived(Ptr<const Packet> packet,
                         const TcpHeader& header,
                         Ptr<const TcpSocketBase> socket)
{
    if (packet->GetSize() > 0)
    {
        ++m_counters.dataReceived;
        m_counters.outOfOrder +=
            header.GetSequenceNumber() > socket->GetRxBuffer()->NextRxSequence();
    }
}

void
TcpStream::CountLoss(TcpSocketState::TcpCongState_t, TcpSocketState::TcpCongState_t now)
{
    m_counters.timeouts += now == TcpSocketState::CA_LOSS;
}

} // namespace ns3::cluster
