/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-mailbox.h"

#include "collective-engine.h"

#include "ns3/abort.h"
#include "ns3/simulator.h"

namespace ns3::collective
{

CollectiveMailbox::CollectiveMailbox(CollectiveEngine& engine, uint32_t accelerator)
    : m_engine(engine),
      m_accelerator(accelerator)
{
}

void
CollectiveMailbox::Post(const Operation& operation, OperationHandler* handler)
{
    NS_ABORT_MSG_IF(operation.peer == m_accelerator ||
                        operation.peer >= m_engine.m_network->GetNAccelerators(),
                    "accelerator " << m_accelerator << " and accelerator " << operation.peer
                                   << " cannot send to each other");
    Entry entry;
    entry.handler = handler;
    entry.record.accelerator = m_accelerator;
    entry.record.nRanks = 2;
    entry.record.operation = operation;
    entry.record.posted = Simulator::Now();
    ++m_nPending;
    m_engine.m_startedTrace(entry.record);
    const Key key{operation.peer, operation.tag};
    const uint32_t node = m_engine.m_network->GetNodeId(m_accelerator);
    if (operation.type == CollectiveType::SEND)
    {
        m_sends[key].push_back(entry);
        Simulator::ScheduleWithContext(node,
                                       m_engine.m_launchLatency + m_engine.m_stepLatency,
                                       &CollectiveMailbox::TransmitIfPermitted,
                                       this,
                                       operation);
        return;
    }
    if (m_engine.m_receiverCredits)
    {
        MessageTag tag;
        tag.pointToPoint = true;
        tag.key = operation.tag;
        m_engine.SendCredit(m_accelerator, operation.peer, tag);
    }
    const auto messages = m_unexpected.find(key);
    if (messages == m_unexpected.end())
    {
        m_receives[key].push_back(entry);
        return;
    }
    Simulator::ScheduleWithContext(
        node, Time(0), &CollectiveMailbox::FinishReceive, this, entry, messages->second.front());
    messages->second.pop_front();
    if (messages->second.empty())
    {
        m_unexpected.erase(messages);
    }
}

uint64_t
CollectiveMailbox::GetNPending() const
{
    return m_nPending;
}

void
CollectiveMailbox::TransmitIfPermitted(const Operation& operation)
{
    if (!m_engine.m_receiverCredits)
    {
        Transmit(operation);
        return;
    }
    const Key key{operation.peer, operation.tag};
    const auto credits = m_credits.find(key);
    if (credits == m_credits.end())
    {
        m_waiting[key].push_back(operation);
        return;
    }
    if (--credits->second == 0)
    {
        m_credits.erase(credits);
    }
    Transmit(operation);
}

void
CollectiveMailbox::CreditReceived(Key key)
{
    const auto waiting = m_waiting.find(key);
    if (waiting == m_waiting.end())
    {
        ++m_credits[key];
        return;
    }
    const Operation operation = waiting->second.front();
    waiting->second.pop_front();
    if (waiting->second.empty())
    {
        m_waiting.erase(waiting);
    }
    Transmit(operation);
}

void
CollectiveMailbox::Transmit(const Operation& operation)
{
    MessageTag tag;
    tag.pointToPoint = true;
    tag.key = operation.tag;
    cluster::Message message;
    message.source = m_accelerator;
    message.destination = operation.peer;
    message.bytes = operation.bytes;
    message.tag = tag.Pack();
    message.channel = POINT_TO_POINT_CHANNEL;
    message.priority = operation.priority;
    m_engine.m_network->Send(message);
}

void
CollectiveMailbox::MessageSent(const cluster::Message& message, const MessageTag& tag)
{
    auto entry = Take(m_sends, {message.destination, tag.key});
    --m_nPending;
    m_engine.Finish(entry.record, entry.handler);
}

void
CollectiveMailbox::MessageReceived(const cluster::Message& message, const MessageTag& tag)
{
    const Key key{message.source, tag.key};
    if (tag.credit)
    {
        CreditReceived(key);
        return;
    }
    if (m_receives.find(key) == m_receives.end())
    {
        m_unexpected[key].push_back(message.bytes);
        return;
    }
    FinishReceive(Take(m_receives, key), message.bytes);
}

void
CollectiveMailbox::MessageFailed(const cluster::Message& message,
                                 const MessageTag& tag,
                                 const std::string& reason)
{
    // A lost permission fails the Receive that gave it.
    auto& queues = tag.credit ? m_receives : m_sends;
    auto entry = Take(queues, {message.destination, tag.key});
    --m_nPending;
    if (entry.handler)
    {
        entry.handler->OperationFailed(m_accelerator, entry.record.operation, reason);
    }
}

void
CollectiveMailbox::FinishReceive(const Entry& entry, uint64_t bytes)
{
    --m_nPending;
    const auto& operation = entry.record.operation;
    if (bytes == operation.bytes)
    {
        auto record = entry.record;
        m_engine.Finish(record, entry.handler);
    }
    else if (entry.handler)
    {
        entry.handler->OperationFailed(m_accelerator,
                                       operation,
                                       "accelerator " + std::to_string(operation.peer) + " sent " +
                                           std::to_string(bytes) + " bytes with tag " +
                                           std::to_string(operation.tag) + ", expected " +
                                           std::to_string(operation.bytes));
    }
}

CollectiveMailbox::Entry
CollectiveMailbox::Take(std::map<Key, std::deque<Entry>>& queues, Key key)
{
    const auto queue = queues.find(key);
    NS_ABORT_MSG_IF(queue == queues.end(), "no message is under way to or from " << key.first);
    auto entry = std::move(queue->second.front());
    queue->second.pop_front();
    if (queue->second.empty())
    {
        queues.erase(queue);
    }
    return entry;
}

} // namespace ns3::collective
