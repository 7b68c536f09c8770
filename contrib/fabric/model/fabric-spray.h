/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_SPRAY_H
#define FABRIC_SPRAY_H

#include "fabric-load-balancer.h"

#include "ns3/random-variable-stream.h"

#include <vector>

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * Packet spraying by the switch: each frame takes a random port, whatever flow it belongs to (Dixit
 * et al., INFOCOM 2013). Frames of a flow overtake each other, so that the transport must accept
 * them in any order.
 */
class RandomSpray : public LoadBalancer
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    RandomSpray();

    bool KeepsOrder() const override;
    int64_t AssignStreams(int64_t stream) override;

  private:
    uint16_t DoSelect(const Frame& frame, const PortGroup& ports) override;

    Ptr<UniformRandomVariable> m_random; ///< draws
};

/**
 * @ingroup fabric
 * Packet spraying by the switch: the frames that have the same choice of ports take them in turn,
 * in an order that is shuffled anew for each round, so that switches do not fall into step. Each
 * port gets the same number of frames, to within one; with weights, a port of weight w has w turns
 * in a round, spread over it.
 */
class RoundRobinSpray : public LoadBalancer
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    RoundRobinSpray();

    bool KeepsOrder() const override;
    int64_t AssignStreams(int64_t stream) override;

  private:
    /** A round of a group of ports. */
    struct Round
    {
        std::vector<uint16_t> order; ///< the live ports, shuffled, as often as their weight
        std::size_t next{0};         ///< whose turn it is
        uint32_t version{0};         ///< of the live ports
    };

    uint16_t DoSelect(const Frame& frame, const PortGroup& ports) override;

    /** @param ports a group @param [out] order the turns of a new round */
    void Shuffle(const PortGroup& ports, std::vector<uint16_t>& order);

    std::vector<Round> m_rounds;         ///< by id of the group
    Ptr<UniformRandomVariable> m_random; ///< draws
};

} // namespace ns3::fabric

#endif /* FABRIC_SPRAY_H */
