/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_MAILBOX_H
#define COLLECTIVE_MAILBOX_H

#include "collective-tag.h"
#include "collective-types.h"

#include "ns3/cluster-message-network.h"

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>

namespace ns3::collective
{

class CollectiveEngine;

/**
 * @ingroup collective
 * Send and Receive at one accelerator. The n-th Send to a peer with a tag meets the n-th Receive
 * there with this one as peer and the same tag.
 *
 * A Send needs no Receive to be posted, the message waits at the receiver; unless the engine asks
 * for receiver credits, then it waits at the sender. A Send is one message of
 * the network, because nothing at either end could start with a part of it.
 */
class CollectiveMailbox
{
  public:
    /**
     * @param engine the engine
     * @param accelerator whose mail it is
     */
    CollectiveMailbox(CollectiveEngine& engine, uint32_t accelerator);

    /**
     * @param operation a SEND or RECEIVE
     * @param handler whom to tell of the end, may be null
     */
    void Post(const Operation& operation, OperationHandler* handler);

    /** @return operations posted and neither completed nor failed */
    uint64_t GetNPending() const;

    /** A message of ours is confirmed. */
    void MessageSent(const cluster::Message& message, const MessageTag& tag);
    /** A message for us is here. */
    void MessageReceived(const cluster::Message& message, const MessageTag& tag);
    /** A message of ours was given up. */
    void MessageFailed(const cluster::Message& message,
                       const MessageTag& tag,
                       const std::string& reason);

  private:
    /** A posted operation. */
    struct Entry
    {
        OperationRecord record;             ///< what and when
        OperationHandler* handler{nullptr}; ///< whom to tell
    };

    using Key = std::pair<uint32_t, uint32_t>; ///< (peer, tag)

    /** Event: the launch and step latency of a Send are over. */
    void TransmitIfPermitted(const Operation& operation);

    /** Give the message of a Send to the network. */
    void Transmit(const Operation& operation);

    /** The permission for a message has come. */
    void CreditReceived(Key key);

    /** A Receive has met its message. */
    void FinishReceive(const Entry& entry, uint64_t bytes);

    /** Take the oldest entry of a queue. */
    static Entry Take(std::map<Key, std::deque<Entry>>& queues, Key key);

    CollectiveEngine& m_engine;                       ///< what accelerators have in common
    const uint32_t m_accelerator;                     ///< who we are
    std::map<Key, std::deque<Entry>> m_sends;         ///< not confirmed
    std::map<Key, std::deque<Operation>> m_waiting;   ///< sends without permission
    std::map<Key, uint64_t> m_credits;                ///< permissions that no send waits for
    std::map<Key, std::deque<Entry>> m_receives;      ///< no message yet
    std::map<Key, std::deque<uint64_t>> m_unexpected; ///< sizes of messages without a Receive yet
    uint64_t m_nPending{0};                           ///< posted and not over
};

} // namespace ns3::collective

#endif /* COLLECTIVE_MAILBOX_H */
