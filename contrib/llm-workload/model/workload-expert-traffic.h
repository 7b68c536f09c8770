/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_EXPERT_TRAFFIC_H
#define WORKLOAD_EXPERT_TRAFFIC_H

#include "workload-expert-popularity.h"
#include "workload-model-shape.h"
#include "workload-parallelism.h"
#include "workload-volumes.h"

#include "ns3/collective-types.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * Which rank sends how much to which other one when tokens choose their experts: the parts of the
 * uneven exchanges of one layer, for the ranks of one stage.
 *
 * Each rank draws experts for its tokens, by their weights and without taking one twice; with
 * limited groups it draws the groups first, by the weights of all their experts together. (In
 * DeepSeek-V3 a group counts by its two best experts for the token.) A rank draws for at most
 * MOST_DRAWN tokens, each of which then stands for several.
 *
 * Without relay a token goes once to each of its experts. With expertRelay it goes once to each
 * group that has some of them, to the rank at the sender's place, and from there once to each rank
 * of the group that has some.
 */
class ExpertTraffic
{
  public:
    /// Tokens of a rank for which experts are drawn, at most.
    static constexpr uint64_t MOST_DRAWN = 1024;

    /** An exchange between ranks. */
    enum Exchange : uint8_t
    {
        DIRECT, ///< in the group of ranks that share out the experts
        RELAY,  ///< among groups of experts, between ranks at the same place
        WITHIN, ///< within a group of experts, behind RELAY
        N_EXCHANGES
    };

    /**
     * @param shape the model
     * @param parallelism how it is split
     * @param sizes bytes per element
     * @param weights of the experts of the layer
     * @param random where draws are from
     */
    ExpertTraffic(const ModelShape& shape,
                  const Parallelism& parallelism,
                  const ElementSizes& sizes,
                  const std::vector<double>& weights,
                  const Ptr<UniformRandomVariable>& random);

    /**
     * @param exchange which
     * @param rank rank within the stage
     * @param back whether on the way back from the experts
     * @return parts that the rank sends and receives, by place in the group
     */
    std::shared_ptr<const collective::ExchangeSizes> GetSizes(Exchange exchange,
                                                              uint32_t rank,
                                                              bool back) const;

    /** @param rank rank within the stage @return what its experts do, as a multiple of the even
     *          share */
    double GetLoad(uint32_t rank) const;

    /** @return copies of tokens that one rank sends to another one, by place in the group */
    uint64_t GetCopies(Exchange exchange, uint32_t rank, uint32_t to) const;

  private:
    void Draw(uint32_t rank, uint64_t tokens);
    /** @return one of those that are open, by weight */
    template <typename IsOpen>
    uint32_t DrawOpen(const std::vector<double>& cumulative, const IsOpen& isOpen);

    void Choose();

    uint32_t m_topK;                             ///< experts of a token
    uint32_t m_nExperts;                         ///< experts of a layer
    uint32_t m_nGroups;                          ///< groups of experts, at least 1
    uint32_t m_topGroups;                        ///< groups of a token
    uint32_t m_size;                             ///< ranks that share out the experts
    bool m_relay;                                ///< Parallelism::expertRelay
    uint64_t m_dispatchBytes;                    ///< of a token
    uint64_t m_combineBytes;                     ///< of a token
    std::vector<double> m_cumulative;            ///< weights of experts up to each one
    std::vector<double> m_groupCumulative;       ///< likewise of groups
    Ptr<UniformRandomVariable> m_random;         ///< draws
    std::vector<uint32_t> m_chosen;              ///< experts of the token under way
    std::vector<uint32_t> m_chosenGroups;        ///< its groups
    std::vector<uint64_t> m_copies[N_EXCHANGES]; ///< by rank and place in the group
    std::vector<double> m_loads;                 ///< by rank
};

} // namespace ns3::workload

#endif /* WORKLOAD_EXPERT_TRAFFIC_H */
