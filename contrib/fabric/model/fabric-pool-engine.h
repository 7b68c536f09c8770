/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_POOL_ENGINE_H
#define FABRIC_POOL_ENGINE_H

#include "fabric-reduction-engine.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * Engine whose trees have a pool of slots in two copies, after SwitchML (Sapio et al., NSDI 2021):
 * while the members exchange chunk c + s in one copy of a slot, the other one keeps the result of
 * chunk c for those that have missed it. A member sends chunk c + 2 s only after it has the result
 * of c + s, for which all members must have the result of c: nobody needs the old copy any more
 * when it is written over.
 *
 * Nothing is acknowledged. A contribution that comes again, because its member has waited too long
 * for the result, is not added again: if the result is there, it is sent again (see
 * GetResendPlace), if the sum has gone up, that goes up again, and otherwise nothing happens.
 *
 * Slots whose sum was marked by congestion tell so in the result.
 */
class PoolEngine : public ReductionEngine
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    PoolEngine();
    ~PoolEngine() override;

  private:
    /** Where a chunk stands. */
    enum class State : uint8_t
    {
        EMPTY,  ///< there is none
        ADDING, ///< not all children have contributed
        SENT,   ///< the sum has gone up
        DONE,   ///< the result is here
    };

    /** One copy of a slot. */
    struct Slot
    {
        ReductionFields fields;    ///< sum so far, or result
        std::vector<bool> seen;    ///< by child: has contributed
        uint32_t missing{0};       ///< children that have not
        State state{State::EMPTY}; ///< where it stands
    };

    /** A tree. */
    struct PoolTree : Tree
    {
        std::vector<Slot> slots; ///< by chunk modulo their number, which is twice the tree's slots
    };

    /** @return child that gets the result again if another one has sent its contribution again */
    virtual uint16_t GetResendPlace(const Tree& tree, uint16_t place) const;

    std::unique_ptr<Tree> MakeTree(const ReductionNode& node) override;
    uint32_t GetReservation(const ReductionNode& node) const override;
    void DoContribution(Tree& tree, const Frame& frame) override;
    void DoResult(Tree& tree, const Frame& frame) override;

    /** A contribution has come that had come before. */
    void Repeat(PoolTree& tree, Slot& slot, const Frame& frame);

    /** The result is here. @param delayed whether it comes out of the adder */
    void Distribute(PoolTree& tree, Slot& slot, const Frame& frame, bool delayed);
};

} // namespace ns3::fabric

#endif /* FABRIC_POOL_ENGINE_H */
