/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_ENTROPY_SET_H
#define RDMA_ENTROPY_SET_H

#include "rdma-path-selector.h"

#include "ns3/random-variable-stream.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * A path selector with a fixed set of entropy values, drawn for each queue pair: what all schemes
 * share that spread the packets of a queue pair.
 *
 * The paths are numbered from 0. The number is the low bits of the entropy; the bits above are
 * random, and stay, so that queue pairs between the same hosts have different sets. A path number
 * is not a path of the network: two may be hashed to the same links.
 *
 * Source: the multipath engines of the Ultra Ethernet Consortium's reference model (uet-htsim,
 * uec_mp.cpp).
 */
class EntropySet : public PathSelector
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    EntropySet();
    ~EntropySet() override;

    int64_t AssignStreams(int64_t stream) override;

    /** @return number of paths */
    uint32_t GetNPaths() const
    {
        return m_paths;
    }

    /** @param path number of a path @return its entropy */
    uint16_t ToEntropy(uint32_t path) const
    {
        return m_upper | path;
    }

    /** @param entropy of a path @return its number */
    uint32_t ToPath(uint16_t entropy) const
    {
        return entropy & m_mask;
    }

  protected:
    void DoStart(uint32_t localQpn, uint32_t remoteQpn) override;

    /**
     * @return the path whose turn it is: each of them once in a round; the order of a round is that
     *         of the numbers, exclusive-or a number drawn for the round
     */
    uint32_t Walk();

    /** @return a path drawn at random, all with equal probability */
    uint32_t DrawPath();

  private:
    Ptr<UniformRandomVariable> m_random; ///< draws
    uint32_t m_paths{0};                 ///< number of paths
    uint32_t m_index{0};                 ///< place in the round
    uint16_t m_mask{0};                  ///< bits of the entropy that number the path
    uint16_t m_upper{0};                 ///< the other bits
    uint16_t m_order{0};                 ///< order of the round
};

} // namespace ns3::rdma

#endif /* RDMA_ENTROPY_SET_H */
