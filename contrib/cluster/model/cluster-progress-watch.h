/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_PROGRESS_WATCH_H
#define CLUSTER_PROGRESS_WATCH_H

#include "ns3/nstime.h"
#include "ns3/object.h"

#include <cstdint>
#include <string>

namespace ns3::cluster
{

class Cluster;

/**
 * @ingroup cluster
 * Notices that a network stands still for ever: frames wait in queues that are paused or out of
 * credit, and for the time of Patience not one frame has arrived anywhere. Pauses are refreshed and
 * timers run, so that the simulation itself would never end: a PFC storm without a watchdog, or a
 * deadlock. A network that is silent because nobody sends does not stand still, whatever a job
 * computes meanwhile; nor does one where a fault is still to begin or to end.
 *
 * It is an observer, see DeadlockDetector. Whoever runs the simulation calls Look each Interval.
 */
class ProgressWatch : public Object
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /** @param cluster what to look at; must outlive the object */
    void Setup(const Cluster& cluster);

    /** Something will happen to the network. @param at when */
    void Expect(Time at);

    /** @return time between two looks; 0: never */
    Time GetInterval() const;

    /** Look whether the network stands still. */
    void Look();

    /** @return for how long it has stood still and what waits, for people to read; empty: it does
     *          not */
    const std::string& GetReason() const
    {
        return m_reason;
    }

  private:
    /** @return frames that have arrived anywhere */
    uint64_t CountArrivals() const;

    /** @return the queues that wait, for people to read; empty if none does */
    std::string DescribeWaits() const;

    const Cluster* m_cluster{nullptr}; ///< what to look at
    Time m_patience;                   ///< attribute
    Time m_expected;                   ///< when the last thing known happens to the network
    Time m_movedAt;                    ///< last look that found something new
    uint64_t m_arrivals{0};            ///< at that look
    std::string m_reason;              ///< see GetReason
};

} // namespace ns3::cluster

#endif /* CLUSTER_PROGRESS_WATCH_H */
