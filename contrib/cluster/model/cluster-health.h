/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_HEALTH_H
#define CLUSTER_HEALTH_H

#include "ns3/fabric-frame.h"
#include "ns3/nstime.h"

#include <array>
#include <cstdint>
#include <string>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * How the network of a cluster fared so far: totals over all its devices and links.
 */
struct ClusterHealth
{
    bool movesPackets{true}; ///< whether there were frames at all (see ClusterNetwork)
    std::array<uint64_t, fabric::N_CLASSES> dropFrames{}; ///< frames dropped by ports and switches,
                                                          ///< for whatever reason, by class
    std::array<uint64_t, fabric::N_CLASSES> dropBytes{};  ///< their bytes
    uint64_t losslessDrops{0};   ///< of these, frames of a lossless class that found no buffer
    uint64_t noRouteDrops{0};    ///< of these, frames without a way to their destination
    uint64_t cableLosses{0};     ///< frames lost on cables: errors, or the link went down
    uint64_t framesForwarded{0}; ///< frames handed on by switches
    uint64_t framesTrimmed{0};   ///< of these, cut down to their headers
    uint64_t framesHopped{0};    ///< frames that arrived at the far end of a link, PFC apart
    uint64_t ecnMarks{0};        ///< frames that switches marked CE
    uint64_t cnpsSent{0};        ///< congestion notifications sent by NICs
    uint64_t notices{0};         ///< what switches told sources: see fabric::BoltStamper
    uint64_t pfcXoffs{0};        ///< PFC frames sent that pause a class
    uint64_t pfcXons{0};         ///< PFC frames sent that only resume
    uint64_t creditStalls{0};    ///< times that a virtual lane ran out of credit
    uint64_t framesBounced{0};   ///< frames that changed their class on a bounce
    uint64_t pfcStorms{0};       ///< PFC storms that watchdogs detected
    uint64_t pfcStormsOver{0};   ///< of these, those that are over
    uint64_t watchdogDrops{0};   ///< frames that watchdogs dropped
    std::string deadlock;        ///< cycle of the first PFC deadlock found; empty: none was
    Time deadlockAt;             ///< when it was found
    uint32_t stuckQueues{0};     ///< queues that were stuck then
    std::string standstill;      ///< why nothing moves any more; empty: it does
    Time pausedTime;             ///< time that classes were kept from sending, by pauses or want of
                                 ///< credit, summed over classes and ports
    Time longestPausedTime;      ///< of the class and port that was paused longest in sum
    uint64_t dataReceived{0};    ///< data frames that arrived at NICs
    uint64_t outOfOrder{0};      ///< of these, ahead of one that was missing
    uint64_t retransmissions{0}; ///< data frames sent again
    uint64_t naks{0};            ///< NAKs sent, sequence errors
    uint64_t timeouts{0};        ///< retransmission timers that expired
    uint64_t queuePairErrors{0}; ///< queue pairs that failed
    uint64_t peakBufferBytes{0}; ///< largest occupancy of the memory of a switch
    uint32_t routeComputations{0}; ///< times that routes were computed anew after changes of links
    uint32_t pathComputations{0};  ///< times that paths of connections were computed
    double pathUtilization{0};     ///< of the most loaded link, by the last of them
    double pathBound{0};           ///< the least it could be if connections were divisible
};

/**
 * @ingroup cluster
 * Who knows more of how the network fares than its devices do: a transport outside the NICs.
 */
class HealthSource
{
  public:
    virtual ~HealthSource() = default;

    /** @param [in,out] health totals to add ours to */
    virtual void AddHealth(ClusterHealth& health) const = 0;
};

} // namespace ns3::cluster

#endif /* CLUSTER_HEALTH_H */
