/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_SHARP_ENGINE_H
#define FABRIC_SHARP_ENGINE_H

#include "fabric-reduction-engine.h"
#include "fabric-reduction-hop.h"

#include <memory>
#include <vector>

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * Aggregation node after SHARP: every hop of the tree is a reliable connection of its own, so that
 * a lost frame costs a round trip of one hop and no switch ever sees a contribution twice. A tree
 * has its slots for itself; a chunk holds one until its result has passed.
 *
 * Source: Graham et al., "Scalable Hierarchical Aggregation and Reduction Protocol (SHARP)
 * Streaming-Aggregation Hardware Design and Evaluation", ISC 2020; NVIDIA publishes neither the
 * frames nor the timers. The connections are go-back-N, as InfiniBand's reliable connections are,
 * with acknowledgments on the frames of the other direction.
 */
class SharpEngine : public ReductionEngine
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    SharpEngine();
    ~SharpEngine() override;

    /** @return frames that this switch sent again */
    uint64_t GetNRepeated() const;

  protected:
    void DoDispose() override;

  private:
    /** A chunk in the making. */
    struct Slot
    {
        ReductionFields fields; ///< what has been added up
        uint32_t missing{0};    ///< children that have not sent theirs
        bool isTaken{false};    ///< there is a chunk
    };

    /** A tree. */
    struct SharpTree : Tree
    {
        std::vector<Slot> slots;        ///< by chunk modulo their number
        std::vector<ReductionHop> hops; ///< by child; the last one leads to the parent
        Envelope envelope;              ///< of the last frame that came
    };

    std::unique_ptr<Tree> MakeTree(const ReductionNode& node) override;
    void DoContribution(Tree& tree, const Frame& frame) override;
    void DoResult(Tree& tree, const Frame& frame) override;
    void DoControl(Tree& tree, const Frame& frame) override;
    void DoRemove(Tree& tree) override;

    /** A result goes down to all children. */
    void Distribute(SharpTree& tree, const ReductionFields& result);

    /** Send what a hop has to send. */
    void Drain(SharpTree& tree, std::size_t hop);

    /** A frame has come over a hop. @return whether it is new and in order */
    bool Hear(SharpTree& tree, std::size_t hop, const Frame& frame);

    /** Event: some hop has to repeat or acknowledge. */
    void Tick();

    using TickAlarm = Alarm<SharpEngine, &SharpEngine::Tick>;

    Time m_retryTime;                 ///< see ReductionHop
    Time m_ackDelay;                  ///< see ReductionHop
    uint32_t m_ackEvery;              ///< see ReductionHop
    std::vector<SharpTree*> m_active; ///< all trees
    TickAlarm* m_alarm;               ///< event, reference counted
};

} // namespace ns3::fabric

#endif /* FABRIC_SHARP_ENGINE_H */
