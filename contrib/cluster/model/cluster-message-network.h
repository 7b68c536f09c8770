/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_MESSAGE_NETWORK_H
#define CLUSTER_MESSAGE_NETWORK_H

#include "cluster-message-verb.h"

#include "ns3/data-rate.h"
#include "ns3/fabric-frame.h"
#include "ns3/object.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3::cluster
{

/**
 * Groups have numbers from here on: what is sent to one is added up or copied by the network.
 */
constexpr uint32_t FIRST_GROUP = 0x80000000;

/** No group. */
constexpr uint32_t NO_GROUP = UINT32_MAX;

/**
 * @ingroup cluster
 * Bytes to move from one accelerator to another.
 */
struct Message
{
    uint32_t source{0};      ///< accelerator that posts it, or group that has the result
    uint32_t destination{0}; ///< accelerator at the other end, or group
    uint64_t bytes{0};       ///< how many; 0 is a message too (a signal)
    uint64_t tag{0};         ///< the user's; delivered unchanged with the message
    uint32_t channel{0};     ///< messages of one (source, destination, channel) arrive in the order
                             ///< sent; different channels may take different paths
    uint8_t priority{3};     ///< class on the wire where the way leads over the scale-out fabric
    MessageVerb::Value verb{MessageVerb::WRITE}; ///< which way the bytes go, and for what
    fabric::ReductionUse use{fabric::ReductionUse::SUM_TO_ALL}; ///< to a group: what becomes of it
    uint32_t root{0}; ///< to a group: place of the member that `use` speaks of
};

/**
 * @ingroup cluster
 * The user of a MessageNetwork at one accelerator. Calls come in the context of that accelerator's
 * node.
 */
class MessageHandler
{
  public:
    virtual ~MessageHandler() = default;

    /**
     * A message of ours is out and confirmed: its buffer may be used again. Of a READ or an atomic
     * operation: what it asked for is here; the other end does not hear of it.
     */
    virtual void MessageSent(const Message& message) = 0;

    /** A message for us has arrived whole. */
    virtual void MessageReceived(const Message& message) = 0;

    /** A message of ours was given up. @param reason for people to read */
    virtual void MessageFailed(const Message& message, const std::string& reason) = 0;
};

/**
 * @ingroup cluster
 * The one thing that jobs and collectives know of a network: move these bytes from accelerator a to
 * accelerator b, and say so at both ends.
 *
 * Accelerators are numbered 0 to N-1, server by server. Send must be called in the context of the
 * source's node (an event of that node); handlers of different accelerators share nothing.
 */
class MessageNetwork : public Object
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    ~MessageNetwork() override;

    /** @return number of accelerators */
    virtual uint32_t GetNAccelerators() const = 0;

    /** @return id of the node (server) that an accelerator is in: the context of its events */
    virtual uint32_t GetNodeId(uint32_t accelerator) const = 0;

    /** @return index of the scale-up domain (server) that an accelerator is in, from 0 */
    virtual uint32_t GetDomain(uint32_t accelerator) const = 0;

    /** @return rate of an accelerator's share of the scale-out fabric, all its NIC ports together
     */
    virtual DataRate GetScaleOutRate(uint32_t accelerator) const = 0;

    /** @return rate of an accelerator's port into the scale-up domain; 0 if there is none */
    virtual DataRate GetScaleUpRate(uint32_t accelerator) const = 0;

    /**
     * @return share of the wire rate left for message bytes on the scale-out fabric, 0..1: payload
     *         over wire size of a full frame, preamble and gap included (0.9804 for RoCEv2 with
     *         MTU 4096)
     */
    virtual double GetScaleOutEfficiency() const = 0;

    /**
     * Find, or make, a group whose data the network itself adds up or copies.
     *
     * What a member sends to the group meets the messages with the same tag of the other members;
     * all must send it, with the same bytes, use and root. When the result is here, a member hears
     * both that its message was sent and that one of the group was received, with the same tag:
     * data for those who are to have it, the knowledge that it is done for the others.
     *
     * @param members accelerators
     * @param scheme how: TypeId name of a rdma::ReductionWorker or of ScaleUpReduction
     * @param [out] reason why there is no such group, for people to read
     * @return the group, from FIRST_GROUP on, or NO_GROUP
     */
    virtual uint32_t FindGroup(const std::vector<uint32_t>& members,
                               const std::string& scheme,
                               std::string& reason);

    /**
     * @param accelerator whose events to hear of
     * @param handler the user; must outlive the network's use, null to stop
     */
    void SetHandler(uint32_t accelerator, MessageHandler* handler);

    /** @param message what to move; source and destination differ and are below GetNAccelerators */
    void Send(const Message& message);

    /** @return messages sent and neither confirmed nor failed at their source yet */
    uint64_t GetNPending() const;

    /** TracedCallback signature for messages. */
    typedef void (*MessageTracedCallback)(const Message& message);
    /** TracedCallback signature for failed messages. */
    typedef void (*FailedTracedCallback)(const Message& message, const std::string& reason);

  protected:
    void DoDispose() override;

    /** To be called by the implementation, in the context of the source's node. */
    void NotifySent(const Message& message);
    /** To be called by the implementation, in the context of the destination's node. */
    void NotifyReceived(const Message& message);
    /** To be called by the implementation, in the context of the source's node. */
    void NotifyFailed(const Message& message, const std::string& reason);

  private:
    /** Move the bytes and call the Notify functions. */
    virtual void DoSend(const Message& message) = 0;

    std::vector<MessageHandler*> m_handlers;        ///< by accelerator
    uint64_t m_pending{0};                          ///< sent, not yet confirmed or failed
    TracedCallback<const Message&> m_sendTrace;     ///< trace: Send was called
    TracedCallback<const Message&> m_sentTrace;     ///< trace: confirmed at the source
    TracedCallback<const Message&> m_receivedTrace; ///< trace: arrived at the destination
    TracedCallback<const Message&, const std::string&> m_failedTrace; ///< trace: given up
};

} // namespace ns3::cluster

#endif /* CLUSTER_MESSAGE_NETWORK_H */
