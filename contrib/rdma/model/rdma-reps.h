/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_REPS_H
#define RDMA_REPS_H

#include "rdma-entropy-set.h"

#include "ns3/nstime.h"

#include <array>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Recycled entropy packet spraying (T. Bonato et al., "REPS: Recycled Entropy Packet Spraying for
 * Adaptive Load Balancing and Failure Mitigation", 2024). The path of a packet that was
 * acknowledged without an ECN mark is good: it is noted in a small ring, and the next packet takes
 * the oldest one noted and not yet used; without one it takes a random path.
 *
 * After a loss the sender freezes: paths of the ring are used again and again, used ones too, and
 * no new ones explored, since a random path may lead to the failed link. When FreezeTime is over,
 * the ring is emptied and the next packets explore random paths, ExplorePackets of them at least.
 *
 * Deliberate difference: the end of the freeze is noted when the next packet leaves, not at an
 * acknowledgment.
 */
class Reps : public EntropySet
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Reps();
    ~Reps() override;

    /** @return whether it reuses paths after a loss */
    bool IsFrozen() const
    {
        return m_frozen;
    }

  private:
    static constexpr uint32_t RING = 8; ///< size of the ring, as published

    void DoStart(uint32_t localQpn, uint32_t remoteQpn) override;
    uint16_t DoSelect(uint64_t sequence, bool retransmission) override;
    void DoAck(const Feedback& feedback) override;
    void DoTimeout(Ticks now) override;
    void DoLoss(Ticks now, uint16_t entropy) override;

    /** A packet was lost. @param now the time */
    void Freeze(Ticks now);

    std::array<uint16_t, RING> m_ring{}; ///< good paths
    uint32_t m_head{0};                  ///< where the next good path is noted
    uint32_t m_noted{0};                 ///< entries of the ring that were ever written
    uint32_t m_unused{0};                ///< entries before the head that are not used yet
    uint32_t m_explore{0};               ///< packets that are still to take random paths
    uint32_t m_explorePackets{0};        ///< how many explore after a freeze
    bool m_frozen{false};                ///< after a loss
    Ticks m_frozenUntil{0};              ///< end of the freeze
    Time m_freezeTime;                   ///< length of a freeze
};

} // namespace ns3::rdma

#endif /* RDMA_REPS_H */
