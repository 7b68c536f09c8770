/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-message-network.h"

#include "ns3/assert.h"
#include "ns3/trace-source-accessor.h"

namespace ns3::cluster
{

NS_OBJECT_ENSURE_REGISTERED(MessageNetwork);

TypeId
MessageNetwork::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::cluster::MessageNetwork")
            .SetParent<Object>()
            .SetGroupName("Cluster")
            .AddTraceSource("Send",
                            "A message was handed to the network.",
                            MakeTraceSourceAccessor(&MessageNetwork::m_sendTrace),
                            "ns3::cluster::MessageNetwork::MessageTracedCallback")
            .AddTraceSource("Sent",
                            "A message is confirmed at its source.",
                            MakeTraceSourceAccessor(&MessageNetwork::m_sentTrace),
                            "ns3::cluster::MessageNetwork::MessageTracedCallback")
            .AddTraceSource("Received",
                            "A message has arrived whole at its destination.",
                            MakeTraceSourceAccessor(&MessageNetwork::m_receivedTrace),
                            "ns3::cluster::MessageNetwork::MessageTracedCallback")
            .AddTraceSource("Failed",
                            "A message was given up, with the reason.",
                            MakeTraceSourceAccessor(&MessageNetwork::m_failedTrace),
                            "ns3::cluster::MessageNetwork::FailedTracedCallback");
    return tid;
}

MessageNetwork::~MessageNetwork() = default;

void
MessageNetwork::DoDispose()
{
    m_handlers.clear();
    Object::DoDispose();
}

uint32_t
MessageNetwork::FindGroup(const std::vector<uint32_t>& members,
                          const std::string& scheme,
                          std::string& reason)
{
    reason = GetInstanceTypeId().GetName() + " adds nothing up in the network";
    return NO_GROUP;
}

void
MessageNetwork::SetHandler(uint32_t accelerator, MessageHandler* handler)
{
    NS_ASSERT_MSG(accelerator < GetNAccelerators(), "no accelerator " << accelerator);
    if (m_handlers.size() < GetNAccelerators())
    {
        m_handlers.resize(GetNAccelerators(), nullptr);
    }
    m_handlers[accelerator] = handler;
}

void
MessageNetwork::Send(const Message& message)
{
    NS_ASSERT_MSG(
        message.source < GetNAccelerators() &&
            (message.destination < GetNAccelerators() || message.destination >= FIRST_GROUP),
        "message from " << message.source << " to " << message.destination << " of "
                        << GetNAccelerators() << " accelerators");
    NS_ASSERT_MSG(message.source != message.destination, "message to oneself");
    ++m_pending;
    m_sendTrace(message);
    DoSend(message);
}

uint64_t
MessageNetwork::GetNPending() const
{
    return m_pending;
}

void
MessageNetwork::NotifySent(const Message& message)
{
    --m_pending;
    m_sentTrace(message);
    if (message.source < m_handlers.size() && m_handlers[message.source])
    {
        m_handlers[message.source]->MessageSent(message);
    }
}

void
MessageNetwork::NotifyReceived(const Message& message)
{
    m_receivedTrace(message);
    if (message.destination < m_handlers.size() && m_handlers[message.destination])
    {
        m_handlers[message.destination]->MessageReceived(message);
    }
}

void
MessageNetwork::NotifyFailed(const Message& message, const std::string& reason)
{
    --m_pending;
    m_failedTrace(message, reason);
    if (message.source < m_handlers.size() && m_handlers[message.source])
    {
        m_handlers[message.source]->MessageFailed(message, reason);
    }
}

} // namespace ns3::cluster
