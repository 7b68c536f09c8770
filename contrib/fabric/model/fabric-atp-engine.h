/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_ATP_ENGINE_H
#define FABRIC_ATP_ENGINE_H

#include "fabric-reduction-engine.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * The engine of ATP (Lao et al., NSDI 2021): best effort, on leaf switches. All jobs share the
 * aggregators (slots); a chunk takes the one that its job and number hash to. Every tree ends at a
 * host, the job's parameter server, which adds up whatever the switches have not:
 *
 * - A contribution whose aggregator has another chunk goes on to the server as it is (a collision).
 * - One that is sent again, because its result is late, takes what the aggregator has with it to
 * the server and goes there as it is.
 * - When all children of a switch have contributed, the sum goes on. The aggregator is kept until
 *   the result passes, which the server sends to all members by way of the same switches.
 *
 * What goes to the server tells whose data it holds: the children (ReductionFields::places) of a
 * switch of the tree (scope). So a switch has at most 64 children (ATP's bitmaps have 32 bits).
 *
 * Aggregation is in two levels, at the leaf of the members and at that of the server; switches in
 * between pass everything on.
 */
class AtpEngine : public ReductionEngine
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    AtpEngine();
    ~AtpEngine() override;

  private:
    /** A slot. */
    struct Aggregator
    {
        ReductionFields fields; ///< sum so far
        uint64_t seen{0};       ///< bit i: child i has contributed
        uint32_t missing{0};    ///< children that have not
        bool isTaken{false};    ///< there is a chunk
    };

    std::unique_ptr<Tree> MakeTree(const ReductionNode& node) override;
    uint32_t GetReservation(const ReductionNode& node) const override;
    std::string DoCheck(const ReductionNode& node) const override;
    void DoContribution(Tree& tree, const Frame& frame) override;
    void DoResult(Tree& tree, const Frame& frame) override;

    /** @return the aggregator of a chunk */
    Aggregator& FindAggregator(const Tree& tree, uint32_t chunk);

    /** @return whether an aggregator has a certain chunk */
    static bool Holds(const Aggregator& aggregator, const ReductionFields& fields)
    {
        return aggregator.isTaken && aggregator.fields.tree == fields.tree &&
               aggregator.fields.chunk == fields.chunk;
    }

    /** Give an aggregator back. */
    void Free(Aggregator& aggregator);

    /** Add a contribution to an aggregator. */
    void Add(Tree& tree, Aggregator& aggregator, const Frame& frame);

    /** Send a contribution to the server, to be added to nothing on its way. */
    void Bypass(const Tree& tree, ReductionFields fields, const Frame& like);

    std::vector<Aggregator> m_aggregators; ///< all of them
};

} // namespace ns3::fabric

#endif /* FABRIC_ATP_ENGINE_H */
