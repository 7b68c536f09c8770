/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_DEADLOCK_DETECTOR_H
#define CLUSTER_DEADLOCK_DETECTOR_H

#include "ns3/fabric-port.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3::cluster
{

class Cluster;

/**
 * @ingroup cluster
 * Finds PFC deadlocks: switches that wait for each other's pauses to end, for ever.
 *
 * An egress queue (port, class) of a switch is *stuck* if it is paused by another switch which will
 * never resume it: all frames that the other holds from this port and class wait in queues that are
 * stuck themselves. The stuck queues are the largest set for which that holds, found by taking out
 * the others one after another; a queue that waits for a host, whose pause may end any time, is not
 * in it. In a set that is not empty there is a cycle, which is named. Pauses that are only slow to
 * end are never taken for a deadlock.
 *
 * It is an observer: it reads the state of many nodes at one moment and changes nothing. Whoever
 * runs the simulation calls Look each Interval.
 */
class DeadlockDetector : public Object
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /** @param cluster what to look at; must outlive the detector */
    void Setup(const Cluster& cluster);

    /** @return time between two looks */
    Time GetInterval() const;

    /** Look for a deadlock now, and note the first one. */
    void Look();

    /** @return whether one was found */
    bool IsFound() const
    {
        return !m_cycle.empty();
    }

    /** @return when it was found; 0 if none was */
    Time GetFoundAt() const;

    /** @return the waits of the cycle for people to read, one after the other; empty if none */
    const std::string& GetCycle() const
    {
        return m_cycle;
    }

    /** @return number of queues that were stuck when it was found */
    uint32_t GetNStuck() const;

    /** TracedCallback signature: the cycle, for people to read. */
    typedef void (*FoundTracedCallback)(const std::string& cycle);

  private:
    /** An egress queue that is kept paused by another switch. */
    struct Wait
    {
        uint32_t vertex;               ///< switch that waits
        uint16_t port;                 ///< its egress port
        uint8_t priority;              ///< class
        bool stuck{true};              ///< not taken out yet
        std::vector<uint32_t> waitsOn; ///< other waits that would have to end before
    };

    /**
     * @param port a port whose class may not send @param priority the class
     * @return whether the peer keeps it so: has not told it to go on by a frame on its way
     */
    static bool IsKept(const fabric::Port& port, uint8_t priority);

    /** @return the queues that other switches keep paused */
    std::vector<Wait> ListWaits() const;

    /**
     * Find the queues at the peer that hold frames of a wait.
     *
     * @param [in,out] wait gets the waits that it waits on; not stuck if one of the queues is free
     * @param waits all waits
     */
    void FindHolders(Wait& wait, const std::vector<Wait>& waits) const;

    /** @param waits with at least one that is stuck @return a cycle of them */
    static std::vector<uint32_t> FindCycle(const std::vector<Wait>& waits);

    const Cluster* m_cluster{nullptr};          ///< what to look at
    Time m_interval;                            ///< between two looks
    Time m_foundAt;                             ///< when the first was found
    uint32_t m_nStuck{0};                       ///< queues stuck then
    std::string m_cycle;                        ///< its cycle
    TracedCallback<const std::string&> m_found; ///< trace: the first was found
};

} // namespace ns3::cluster

#endif /* CLUSTER_DEADLOCK_DETECTOR_H */
