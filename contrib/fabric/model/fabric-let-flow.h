/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_LET_FLOW_H
#define FABRIC_LET_FLOW_H

#include "fabric-flow-table.h"
#include "fabric-load-balancer.h"

#include "ns3/nstime.h"
#include "ns3/random-variable-stream.h"

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * Flowlet switching: a flow that has been silent for longer than Gap takes a new random port
 * (Vanini et al., "Let it flow", NSDI 2017). Since a gap longer than the difference of the paths'
 * delays separates flowlets, frames hardly overtake each other. RoCE senders pace evenly and make
 * few gaps; with them this is close to ECMP.
 */
class LetFlow : public LoadBalancer
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    LetFlow();

    int64_t AssignStreams(int64_t stream) override;

  private:
    void DoSetup(Switch& owner) override;
    uint16_t DoSelect(const Frame& frame, const PortGroup& ports) override;

    Time m_gap;                          ///< silence that ends a flowlet
    uint32_t m_tableSize;                ///< entries of the table
    uint64_t m_salt{0};                  ///< of the hash
    FlowTable m_table;                   ///< ports of recent flows
    Ptr<UniformRandomVariable> m_random; ///< draws
};

} // namespace ns3::fabric

#endif /* FABRIC_LET_FLOW_H */
