/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_VERBS_H
#define RDMA_VERBS_H

#include <cstdint>
#include <string>

namespace ns3::rdma
{

class QueuePair;

/** What a work request does (InfiniBand Architecture vol. 1, 10.8). */
enum class Verb : uint8_t
{
    WRITE,                ///< put bytes at a remote address; the remote program hears nothing of it
                          ///< but by looking at its memory
    WRITE_WITH_IMMEDIATE, ///< the same, and consume a receive to hand over four bytes
    SEND,                 ///< bytes into the buffer of the receive that the remote side posted
    SEND_WITH_IMMEDIATE,  ///< the same with four bytes besides
    READ,                 ///< fetch bytes from a remote address; the remote program hears nothing
    FETCH_ADD,            ///< add to eight bytes at a remote address, and fetch what was there
    COMPARE_SWAP,         ///< fetch eight bytes at a remote address, and replace them if they are
                          ///< as expected
    READ_RESPONSE,        ///< answer to a READ; posted by the queue pair itself, never by the user
    ATOMIC_RESPONSE,      ///< answer to an atomic; likewise
};

/** @param verb a verb @return whether it carries immediate data */
constexpr bool
HasImmediateData(Verb verb)
{
    return verb == Verb::WRITE_WITH_IMMEDIATE || verb == Verb::SEND_WITH_IMMEDIATE;
}

/** @param verb a verb @return whether it uses up a receive of the remote side */
constexpr bool
ConsumesReceive(Verb verb)
{
    return verb == Verb::WRITE_WITH_IMMEDIATE || verb == Verb::SEND ||
           verb == Verb::SEND_WITH_IMMEDIATE;
}

/** @param verb a verb @return whether it is an atomic operation */
constexpr bool
IsAtomic(Verb verb)
{
    return verb == Verb::FETCH_ADD || verb == Verb::COMPARE_SWAP;
}

/** @param verb a verb @return whether it asks for an answer with data */
constexpr bool
AsksForData(Verb verb)
{
    return verb == Verb::READ || IsAtomic(verb);
}

/** @param verb a verb @return whether it is a WRITE */
constexpr bool
IsWrite(Verb verb)
{
    return verb == Verb::WRITE || verb == Verb::WRITE_WITH_IMMEDIATE;
}

/** A message to send. */
struct WorkRequest
{
    Verb verb{Verb::WRITE};    ///< what to do
    uint64_t bytes{0};         ///< size of the message; 0 is a message too; atomics: ignored
    uint64_t remoteAddress{0}; ///< WRITE: where it goes; READ, atomics: where it comes from
    uint64_t wrId{0};          ///< the user's; comes back with the completion
    uint32_t immediate{0};     ///< immediate data, for the verbs that have it
    uint32_t remoteKey{0};     ///< key of the remote memory region; carried, not checked
    uint64_t operand{0};       ///< FETCH_ADD: what to add; COMPARE_SWAP: what to put there
    uint64_t compare{0};       ///< COMPARE_SWAP: what must be there
    bool fence{false};         ///< wait for all READs and atomics before it (IBA vol. 1, 10.8.3.3)
};

/** How a work request ended (InfiniBand Architecture vol. 1, 10.10.3). */
enum class CompletionStatus : uint8_t
{
    SUCCESS,                ///< acknowledged
    RETRY_EXCEEDED,         ///< sent RetryCount times again without an answer, or no link
    RNR_RETRY_EXCEEDED,     ///< the remote side posted no receive
    REMOTE_INVALID_REQUEST, ///< the remote side refused the operation
    REMOTE_ERROR,           ///< the remote side failed to carry it out
    FLUSHED,                ///< an earlier request of the queue pair failed
};

/** @param status a status @return what it means, for people to read */
std::string ToString(CompletionStatus status);

/** The end of a work request at its sender. */
struct Completion
{
    uint64_t wrId;           ///< of the work request
    uint64_t bytes;          ///< of the work request
    Verb verb;               ///< of the work request
    CompletionStatus status; ///< how it ended
    uint64_t original{0};    ///< atomics: what was in the remote memory before
};

/** A message that has arrived whole at the responder. */
struct Placement
{
    uint64_t number;        ///< messages that its sender posted at the queue pair before it
    uint64_t bytes;         ///< size of the message
    uint64_t remoteAddress; ///< WRITE: where it was put, as the sender named it
    uint64_t receiveId;     ///< SEND and immediate: id of the receive consumed
    uint32_t immediate;     ///< immediate data, for the verbs that have it
    Verb verb;              ///< how it was sent

    uint64_t operand; ///< atomics, which only the queue pair sees: see WorkRequest
    uint64_t compare; ///< likewise
};

/**
 * @ingroup rdma
 * The user of a queue pair. Calls come at events of its node; it may post new work during a call.
 */
class CompletionHandler
{
  public:
    virtual ~CompletionHandler() = default;

    /**
     * A work request ended: it is acknowledged, or given up. After the first that is given up all
     * others follow, and the queue pair takes no more work.
     *
     * @param queuePair where it was posted
     * @param completion how it ended
     */
    virtual void SendCompleted(QueuePair& queuePair, const Completion& completion) = 0;

    /**
     * A message of the remote side is in our memory, whole, and all those before it too. It is told
     * for every message, as to a program that polls its memory, when its last packet is accepted.
     *
     * @param queuePair where it came in
     * @param placement what came
     */
    virtual void MessagePlaced(QueuePair& queuePair, const Placement& placement) = 0;

    /**
     * A receive was not used: the queue pair failed, or is reset or destroyed. Those of a shared
     * receive queue stay there.
     *
     * @param queuePair where it was posted
     * @param receiveId what PostReceive was given
     */
    virtual void ReceiveFlushed(QueuePair& queuePair, uint64_t receiveId);
};

} // namespace ns3::rdma

#endif /* RDMA_VERBS_H */
