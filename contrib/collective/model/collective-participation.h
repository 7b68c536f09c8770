/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_PARTICIPATION_H
#define COLLECTIVE_PARTICIPATION_H

#include "collective-algorithm.h"
#include "collective-communicator.h"
#include "collective-engine.h"
#include "collective-schedule.h"
#include "collective-tag.h"

#include "ns3/cluster-message-network.h"

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace ns3::collective
{

/**
 * @ingroup collective
 * One collective at one rank: its schedule, and how far that is done. Knows which steps may begin;
 * what beginning one means is the CollectiveAgent's business.
 */
struct Participation
{
    /** Where the execution of a lane stands. */
    struct Lane
    {
        Step head;             ///< the step to be started next, if loaded
        bool loaded{false};    ///< head is valid
        bool sends{false};     ///< a sending lane
        bool local{false};     ///< a lane without messages
        bool blocked{false};   ///< head waits for blockedOn to get on
        uint32_t blockedOn{0}; ///< lane
        uint32_t inFlight{0};  ///< messages of a sending lane that are not confirmed
        uint64_t nSteps{0};    ///< number of steps
        uint64_t nStarted{0};  ///< messages sent or soon to be, or received
        uint64_t nSent{0};     ///< messages of a sending lane that the network has
        uint64_t nComplete{0}; ///< steps that are complete
        uint64_t nGranted{0};  ///< messages of a receiving lane that may be sent to us
    };

    /**
     * Build the schedule, and make its groups in the network.
     *
     * Where the network cannot make a group, the fallback of the plan is tried; for an algorithm
     * that the user chose that is the library. Without one, obstacle says why it cannot.
     *
     * @param algorithm how the collective is done
     * @param library what does it otherwise; may be the algorithm itself
     * @param network which makes groups
     */
    void Prepare(const Algorithm& algorithm,
                 Ptr<const Algorithm> library,
                 cluster::MessageNetwork& network);

    /** Load the first step of all lanes. */
    void OpenLanes();

    /**
     * Load the head of a lane.
     *
     * @param index the lane
     * @return whether the lane has a step left whose dependencies are met; blocks it if they are
     *         not
     */
    bool HasReadyHead(uint32_t index);

    /** @return accelerator or group at the other end of a step */
    uint32_t GetFarEnd(const Step& step) const;

    /** @return size of the message with so many bytes of data */
    uint64_t GetMessageBytes(uint64_t bytes) const;

    /** @return time that the protocol adds to a message */
    Time GetProtocolLatency(const Step& step) const;

    /** @return the tag of the messages; without channel and key */
    MessageTag GetTag() const;

    const Communicator* communicator{nullptr}; ///< who takes part
    OperationRecord record;                    ///< what and when
    OperationHandler* handler{nullptr};        ///< whom to tell
    bool posted{false};                        ///< not so if only messages have come
    bool started{false};                       ///< lanes are running
    bool failed{false};                        ///< kept only to swallow what still comes
    uint32_t nLanesLeft{0};                    ///< lanes that are not complete
    std::unique_ptr<Schedule> schedule;        ///< what to do; null if there is nothing to do
    Ptr<const Protocol> protocol;              ///< how messages go; null: as they are
    uint32_t nSlots{0};                        ///< unconfirmed messages of a sending lane, at most
    std::vector<uint32_t> groups;              ///< of the schedule, as the network numbers them
    std::string obstacle;                      ///< why the network cannot make them
    std::vector<Lane> lanes;                   ///< how far it is done
    std::map<uint64_t, uint64_t> early;        ///< sizes of messages that no lane waits for yet
    std::set<uint64_t> credits;                ///< messages that we may send and have not

  private:
    /** Make the groups of the schedule. @return why that is not possible, or nothing */
    std::string FindGroups(cluster::MessageNetwork& network);
};

} // namespace ns3::collective

#endif /* COLLECTIVE_PARTICIPATION_H */
