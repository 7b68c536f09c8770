/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-oblivious-spray.h"

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(ObliviousSpray);

TypeId
ObliviousSpray::GetTypeId()
{
    static TypeId tid = TypeId("ns3::rdma::ObliviousSpray")
                            .SetParent<EntropySet>()
                            .SetGroupName("Rdma")
                            .AddConstructor<ObliviousSpray>();
    return tid;
}

ObliviousSpray::ObliviousSpray() = default;

ObliviousSpray::~ObliviousSpray() = default;

uint16_t
ObliviousSpray::DoSelect(uint64_t, bool)
{
    return ToEntropy(Walk());
}

} // namespace ns3::rdma
