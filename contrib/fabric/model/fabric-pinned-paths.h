/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_PINNED_PATHS_H
#define FABRIC_PINNED_PATHS_H

#include "fabric-ecmp-hash.h"
#include "fabric-flat-table.h"

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * Explicit next hops: an exact-match table says where the frames of a flow go, as a controller has
 * pinned them (see cluster::TrafficEngineer). Flows that are not in the table, and those whose port
 * is down or no longer leads there, are hashed.
 *
 * A flow is named by source, destination and destination queue pair: what switches can match with a
 * user-defined field, as for E-ECMP. Acknowledgments are of the opposite flow, which nobody pins.
 */
class PinnedPaths : public EcmpHash
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    PinnedPaths();
    ~PinnedPaths() override;

    /**
     * @param source address of the sender
     * @param destination address of the receiver
     * @param queuePair number of the destination queue pair
     * @param port where the flow goes from now on
     */
    void Pin(FabricAddress source, FabricAddress destination, uint32_t queuePair, uint16_t port);

    /** Hash a flow from now on. */
    void Unpin(FabricAddress source, FabricAddress destination, uint32_t queuePair);

  private:
    static constexpr uint16_t NONE = UINT16_MAX; ///< no pin

    uint16_t DoSelect(const Frame& frame, const PortGroup& ports) override;

    /** @return the key of a flow */
    static uint64_t KeyOf(FabricAddress source, FabricAddress destination, uint32_t queuePair);

    /** Where a flow goes. */
    struct Entry
    {
        uint16_t port{NONE}; ///< port
    };

    FlatTable<Entry> m_pins; ///< by key
};

} // namespace ns3::fabric

#endif /* FABRIC_PINNED_PATHS_H */
