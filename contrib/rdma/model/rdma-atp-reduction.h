/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_ATP_REDUCTION_H
#define RDMA_ATP_REDUCTION_H

#include "rdma-timed-reduction.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Worker of ATP (Lao et al., NSDI 2021). Every member is the parameter server of one tree, so that
 * the servers' ports are loaded alike (the paper's co-located servers).
 *
 * One window, for all trees together, follows ECN as a TCP's does: it grows by a chunk for each
 * result up to the first mark, then by one a window (additive increase), and is halved by a mark or
 * a loss, once a window; it slides from the first chunk without a result. Three results of later
 * chunks while one is missing tell of a loss; then, or after the timeout, the chunk is sent again,
 * past the aggregators to the server.
 */
class AtpReduction : public TimedReduction
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    AtpReduction();
    ~AtpReduction() override;

    TypeId GetEngineTypeId() const override;
    bool UsesServers() const override;
    std::unique_ptr<ReductionEndpoint> MakeServer(ReductionPort& port,
                                                  const ReductionServerNode& node) const override;

    /** @return the window, chunks */
    double GetWindow() const;

  private:
    /** How complete the results of a tree are. */
    struct Progress
    {
        uint32_t lowest{0}; ///< first chunk without a result, at the last one
        uint32_t later{0};  ///< results of later ones since it is that
        bool again{false};  ///< it was sent again for that
    };

    bool IsInOrder() const override;
    Shape GetShape() const override;
    void DoJoin() override;
    bool MaySend(const Stream& stream) const override;
    void NotifyResult(Stream& stream, uint32_t chunk, bool marked) override;
    void NotifyTimeout(Stream& stream) override;

    /** Halve the window, unless that was done less than a window ago. */
    void Shrink();

    /** Look for chunks that were overtaken. */
    void FindLoss(Stream& stream, uint32_t chunk);

    uint32_t m_initialWindow;         ///< chunks
    uint32_t m_threshold;             ///< later results that tell of a loss
    double m_window{0};               ///< chunks under way in all trees
    bool m_slowStart{true};           ///< no mark yet
    uint32_t m_hold{0};               ///< results until the window may shrink again
    uint64_t m_lowest{0};             ///< first chunk without a result, through all trees
    std::vector<Progress> m_progress; ///< by tree
};

} // namespace ns3::rdma

#endif /* RDMA_ATP_REDUCTION_H */
