/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_RTT_PATHS_H
#define RDMA_RTT_PATHS_H

#include "rdma-entropy-set.h"

#include "ns3/nstime.h"

#include <vector>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Spraying weighted by the round-trip time of each path, as Amazon's Scalable Reliable Datagram
 * chooses among the paths of a connection (L. Shalev et al., "A Cloud-Optimized Transport Protocol
 * for Elastic and Scalable HPC", IEEE Micro 2020). 64 paths at a time is what they use (B.
 * Bouffler, "In the search for performance, there's more than one way to build a network", AWS HPC
 * Blog), and the default of Paths. The paper gives no law; this one is ours: each packet draws
 * Choices paths at random and takes the one whose smoothed RTT is the least. A path that was not
 * measured lately counts as the best, so that it is tried again. A loss doubles the estimate of its
 * path, or the latest estimate of any path if it has none.
 */
class RttPaths : public EntropySet
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    RttPaths();
    ~RttPaths() override;

    /** @param path number of a path @return its smoothed RTT, 0 if it was never measured */
    Ticks GetEstimate(uint32_t path) const
    {
        return m_estimates[path].rtt;
    }

  private:
    /** What is known of a path. */
    struct Estimate
    {
        Ticks rtt{0}; ///< smoothed RTT, 0 if it was never measured
        Ticks at{0};  ///< when it was measured last
    };

    void DoStart(uint32_t localQpn, uint32_t remoteQpn) override;
    uint16_t DoSelect(uint64_t sequence, bool retransmission) override;
    void DoAck(const Feedback& feedback) override;
    void DoLoss(Ticks now, uint16_t entropy) override;

    uint32_t m_choices{0};             ///< paths drawn for each packet
    double m_gain{0};                  ///< weight of a new sample
    Time m_forgetAfter;                ///< age at which an estimate is worth nothing
    Ticks m_latestRtt{0};              ///< the estimate that was updated last
    std::vector<Estimate> m_estimates; ///< by path
};

} // namespace ns3::rdma

#endif /* RDMA_RTT_PATHS_H */
