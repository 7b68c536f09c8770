/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_PANAMA_REDUCTION_H
#define RDMA_PANAMA_REDUCTION_H

#include "rdma-timed-reduction.h"

#include <cstdint>
#include <vector>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Worker of PANAMA (Gebara et al., In-network Aggregation for Shared Machine Learning Clusters,
 * MLSys 2021): the group's data is spread over several trees, and the window of each tree follows
 * ECN marks as that of DCTCP does, so that the group shares links fairly with other traffic.
 *
 * The law is DCTCP's (Alizadeh et al., SIGCOMM 2010), for chunks: once a window the share F of
 * marked results enters alpha = (1 - g) alpha + g F, and a window with marks shrinks by alpha / 2;
 * without marks it grows by one chunk. The window slides
 * from the first chunk without a result, so that members whose windows are apart do not wait for
 * each other. Slow start doubles the window until the first mark. PANAMA's
 * results are the acknowledgments; where the paper leaves parameters open, DCTCP's are used.
 */
class PanamaReduction : public TimedReduction
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    PanamaReduction();
    ~PanamaReduction() override;

    TypeId GetEngineTypeId() const override;

    /** @param tree a tree of the group, from 0 @return its window, chunks */
    double GetWindow(uint32_t tree) const;

  private:
    /** The window of a tree. */
    struct Window
    {
        double chunks{0};     ///< that may be under way
        double alpha{1};      ///< share of marked results, smoothed
        uint32_t nResults{0}; ///< in this round
        uint32_t nMarked{0};  ///< of them marked
        uint32_t left{0};     ///< results until the round is over
        bool slowStart{true}; ///< no mark yet
    };

    bool IsInOrder() const override;
    Shape GetShape() const override;
    void DoJoin() override;
    bool MaySend(const Stream& stream) const override;
    void NotifyResult(Stream& stream, uint32_t chunk, bool marked) override;
    void NotifyTimeout(Stream& stream) override;

    /** A window's worth of results has come. */
    static void EndRound(Window& window);

    uint32_t m_initialWindow;      ///< chunks
    double m_gain;                 ///< g
    std::vector<Window> m_windows; ///< by tree
};

} // namespace ns3::rdma

#endif /* RDMA_PANAMA_REDUCTION_H */
