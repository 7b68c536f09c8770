/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-switch-ml-reduction.h"

#include "ns3/fabric-switch-ml-engine.h"

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(SwitchMlReduction);

TypeId
SwitchMlReduction::GetTypeId()
{
    static TypeId tid = TypeId("ns3::rdma::SwitchMlReduction")
                            .SetParent<TimedReduction>()
                            .SetGroupName("Rdma")
                            .AddConstructor<SwitchMlReduction>();
    return tid;
}

SwitchMlReduction::SwitchMlReduction() = default;

SwitchMlReduction::~SwitchMlReduction() = default;

TypeId
SwitchMlReduction::GetEngineTypeId() const
{
    return fabric::SwitchMlEngine::GetTypeId();
}

ReductionWorker::Shape
SwitchMlReduction::GetShape() const
{
    // Ethernet 18, IPv4 20, UDP 8, and 12 for job, slot, copy and offset. 512 slots are the paper's
    // at 100 Gb/s.
    return {1, 512, 1024, 18 + 20 + 8 + 12};
}

} // namespace ns3::rdma
