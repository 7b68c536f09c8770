/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_DRILL_H
#define FABRIC_DRILL_H

#include "fabric-load-balancer.h"

#include "ns3/random-variable-stream.h"

#include <vector>

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * DRILL(d, m) (Ghorbani et al., SIGCOMM 2017): for each packet, the shortest queue among d random
 * ports and the m best of the last time. Frames may overtake each other.
 *
 * The paper's quivers for asymmetric networks are not modelled: all ports of a group are taken as
 * equal.
 */
class Drill : public LoadBalancer
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Drill();

    bool KeepsOrder() const override;
    int64_t AssignStreams(int64_t stream) override;

  private:
    /** A port that is looked at. */
    struct Candidate
    {
        double drain;   ///< time that its queues take to drain, in bytes of the fastest port
        uint32_t order; ///< in which it was drawn
        uint16_t port;  ///< the port
    };

    /** @param port a port to look at, unless it is among them already */
    void AddCandidate(uint16_t port);

    void DoSetup(Switch& owner) override;
    uint16_t DoSelect(const Frame& frame, const PortGroup& ports) override;

    uint32_t m_samples;                              ///< d
    uint32_t m_memory;                               ///< m
    Switch* m_owner{nullptr};                        ///< the switch
    std::vector<double> m_slowness;                  ///< by port: the fastest rate over its own
    std::vector<std::vector<uint16_t>> m_remembered; ///< by id of the group: the m best
    std::vector<Candidate> m_candidates;             ///< for the frame at hand
    Ptr<UniformRandomVariable> m_random;             ///< draws
};

} // namespace ns3::fabric

#endif /* FABRIC_DRILL_H */
