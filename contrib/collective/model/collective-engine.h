/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_ENGINE_H
#define COLLECTIVE_ENGINE_H

#include "collective-algorithm.h"
#include "collective-communicator.h"
#include "collective-cpu-relay.h"
#include "collective-library.h"
#include "collective-types.h"

#include "ns3/cluster-message-network.h"
#include "ns3/data-rate.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/traced-callback.h"

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace ns3::collective
{

class CollectiveAgent;
struct MessageTag;

/**
 * @ingroup collective
 * The communication library of a simulated job: turns collectives and pairs of Send and Receive
 * into messages on a cluster::MessageNetwork and into reductions.
 *
 * One object serves a whole simulation, but its state is kept per accelerator (CollectiveAgent),
 * and an accelerator goes on only by what it posted itself and by messages that came to it. Ranks
 * may post at any time and in any order; messages that come before the post are kept.
 *
 * Use: SetNetwork, AddCommunicator for each group, then Post in the context of each accelerator's
 * node.
 */
class CollectiveEngine : public Object
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    CollectiveEngine();
    ~CollectiveEngine() override;

    /**
     * @param network what moves the bytes; the engine becomes the handler of all its accelerators.
     *        To be called once, before anything else.
     */
    void SetNetwork(Ptr<cluster::MessageNetwork> network);

    /** @return what moves the bytes */
    Ptr<cluster::MessageNetwork> GetNetwork() const;

    /**
     * Add a group. Check it with Communicator::Check before if it comes from a user.
     *
     * @param accelerators accelerator of each rank
     * @return id of the communicator: 0, 1, ... in the order of the calls; at most 65,536
     */
    uint32_t AddCommunicator(std::vector<uint32_t> accelerators);

    /** @param id id of a communicator @return the communicator */
    const Communicator& GetCommunicator(uint32_t id) const;

    /** @return number of communicators */
    uint32_t GetNCommunicators() const;

    /**
     * Say whether the algorithms that the attributes (Library, AllReduce, ...) name do what they
     * are for, and whether their settings are good.
     *
     * @return what is wrong with one of them, for people to read; empty if nothing is
     */
    std::string CheckAlgorithms() const;

    /**
     * @param type a collective
     * @param algorithm how it is to be done from now on, instead of what the attribute says; null
     *        for as the library chooses
     */
    void SetAlgorithm(CollectiveType type, Ptr<Algorithm> algorithm);

    /** @param type a collective @return how it is done */
    Ptr<const Algorithm> GetAlgorithm(CollectiveType type) const;

    /**
     * Take part in a collective, or send or receive one message.
     *
     * To be called in the context of the accelerator's node.
     *
     * @param accelerator who takes part; a member of the operation's communicator
     * @param operation what to do
     * @param handler whom to tell of the end (never before Post returns); may be null
     */
    void Post(uint32_t accelerator, const Operation& operation, OperationHandler* handler);

    /** @return operations posted and neither completed nor failed */
    uint64_t GetNPending() const;

    /** TracedCallback signature for the start and end of participations. */
    typedef void (*OperationTracedCallback)(const OperationRecord& record);

    /**
     * TracedCallback signature for steps.
     *
     * @param accelerator who did the step
     * @param operation of which collective
     * @param step the step
     */
    typedef void (*StepTracedCallback)(uint32_t accelerator,
                                       const Operation& operation,
                                       const Step& step);

  protected:
    void DoDispose() override;

  private:
    friend class CollectiveAgent;
    friend class CollectiveMailbox;

    /** @param tid the TypeId @return it, with an attribute for the algorithm of each collective */
    static TypeId AddAlgorithmAttributes(TypeId tid);

    /** Add one of them. */
    template <CollectiveType TYPE>
    static void AddAlgorithmAttribute(TypeId& tid, const char* name);

    /** Setter of these attributes. */
    template <CollectiveType TYPE>
    void SetAlgorithmAttribute(Ptr<Algorithm> algorithm);

    /** Getter of these attributes. */
    template <CollectiveType TYPE>
    Ptr<Algorithm> GetAlgorithmAttribute() const;

    /**
     * Send the permission for a message.
     *
     * @param receiver accelerator that gives it
     * @param sender accelerator that gets it
     * @param tag the tag of the message that it is for
     */
    void SendCredit(uint32_t receiver, uint32_t sender, MessageTag tag);

    /** An operation is complete: fill in the record, and tell everybody. */
    void Finish(OperationRecord& record, OperationHandler* handler);

    Ptr<cluster::MessageNetwork> m_network;   ///< what moves the bytes
    std::deque<Communicator> m_communicators; ///< by id; never move: schedules point here
    std::vector<std::unique_ptr<CollectiveAgent>> m_agents;      ///< by accelerator
    std::array<Ptr<Algorithm>, N_COLLECTIVE_TYPES> m_algorithms; ///< attributes, by type, or null
    Ptr<Library> m_library;                                      ///< chooses where these are null
    Ptr<CpuRelay> m_relay;    ///< what messages between vendors pass, or null
    Time m_launchLatency;     ///< from Post to the first step
    Time m_stepLatency;       ///< from a step's last dependency to its message
    DataRate m_reductionRate; ///< of an accelerator; 0: infinite
    uint32_t m_connections;   ///< of a channel between two ranks
    bool m_receiverCredits;   ///< senders wait for permission
    uint8_t m_creditPriority; ///< class of the permissions
    uint32_t m_slots;         ///< unconfirmed messages per sending lane
    TracedCallback<const OperationRecord&> m_startedTrace;  ///< trace: a rank joined
    TracedCallback<const OperationRecord&> m_finishedTrace; ///< trace: a rank is done
    TracedCallback<uint32_t, const Operation&, const Step&> m_stepSentTrace; ///< trace: message out
    TracedCallback<uint32_t, const Operation&, const Step&>
        m_stepReceivedTrace; ///< trace: message in and reduced
};

} // namespace ns3::collective

#endif /* COLLECTIVE_ENGINE_H */
