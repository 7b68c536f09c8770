/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_AGENT_H
#define COLLECTIVE_AGENT_H

#include "collective-engine.h"
#include "collective-mailbox.h"
#include "collective-participation.h"

#include "ns3/cluster-message-network.h"

#include <cstdint>
#include <map>
#include <string>

namespace ns3::collective
{

/**
 * @ingroup collective
 * The part of the CollectiveEngine that lives at one accelerator: executes the accelerator's
 * schedules. All its calls and events are in the context of the accelerator's node.
 */
class CollectiveAgent : public cluster::MessageHandler
{
  public:
    /**
     * @param engine the engine; holds everything that agents have in common, none of which changes
     *        while operations are under way
     * @param accelerator the accelerator
     */
    CollectiveAgent(CollectiveEngine& engine, uint32_t accelerator);

    /**
     * Take part in an operation.
     *
     * @param operation what to do
     * @param handler whom to tell of the end, may be null
     */
    void Post(const Operation& operation, OperationHandler* handler);

    /** @return operations posted and neither completed nor failed */
    uint64_t GetNPending() const;

    void MessageSent(const cluster::Message& message) override;
    void MessageReceived(const cluster::Message& message) override;
    void MessageFailed(const cluster::Message& message, const std::string& reason) override;

  private:
    /** Event: the launch latency is over. @param collective communicator and sequence */
    void Start(uint32_t collective);

    /** Event: the step latency is over. */
    void SendStep(uint32_t collective, uint32_t lane, uint64_t index);

    /** Event: the oldest incomplete step of a receiving lane has been reduced. */
    void ReductionDone(uint32_t collective, uint32_t lane);

    /** Start as many steps of a lane as possible. */
    void Advance(Participation& participation, uint32_t index);
    /** The same for a sending lane. */
    void AdvanceSending(Participation& participation, uint32_t index);
    /** The same for a receiving lane. */
    void AdvanceReceiving(Participation& participation, uint32_t index);
    /** The same for a lane without messages. */
    void AdvanceLocal(Participation& participation, uint32_t index);

    /** Advance the lanes that wait for one that has got on. */
    void Wake(Participation& participation, uint32_t index);

    /** Permit the senders of a receiving lane as much as there is room for. */
    void Grant(Participation& participation, uint32_t index);

    /** @return whether the head of a sending lane may be sent; takes the permission if so */
    bool TakeCredit(Participation& participation, const Step& step) const;

    /** The permission for a message of ours has come. */
    void CreditReceived(const cluster::Message& message, const MessageTag& tag);

    /**
     * The message of the head of a receiving lane is here.
     *
     * @param participation the collective
     * @param index the lane
     * @param bytes size of the message; the collective fails if it is not that of the step
     */
    void Accept(Participation& participation, uint32_t index, uint64_t bytes);

    /**
     * The data of the head of a lane is here: reduce it.
     *
     * @param participation the collective
     * @param index the lane
     * @param reducedBytes bytes to add
     */
    void Process(Participation& participation, uint32_t index, uint64_t reducedBytes);

    /** Give up a collective at this rank, and tell its user. */
    void Fail(Participation& participation, const std::string& reason);

    /** A step is complete: count it, and let go the lanes that wait for it. */
    void Complete(Participation& participation, uint32_t index);

    /** Give the message of a step of a sending lane to the network. */
    void Transmit(Participation& participation, uint32_t index, const Step& step);

    /** Forget a participation whose lanes are all complete, and tell its user. */
    void FinishIfComplete(uint32_t collective);

    /** @return when a reduction of so many bytes that is requested now is done, from now on */
    Time ReserveReduction(uint64_t bytes);

    /** @return a number for a message of a collective, from its far end, channel and key */
    static uint64_t Identify(uint32_t accelerator, uint8_t channel, uint32_t key);

    CollectiveEngine& m_engine;                         ///< what agents have in common
    const uint32_t m_accelerator;                       ///< who we are
    const uint32_t m_node;                              ///< context of our events
    CollectiveMailbox m_mailbox;                        ///< Send and Receive
    std::map<uint32_t, Participation> m_participations; ///< by communicator and sequence
    std::map<uint32_t, uint32_t> m_nextSequence;        ///< by communicator
    uint64_t m_nPending{0};                             ///< collectives posted and not over
    Time m_reductionEnd;                                ///< when our last reduction is done
};

} // namespace ns3::collective

#endif /* COLLECTIVE_AGENT_H */
