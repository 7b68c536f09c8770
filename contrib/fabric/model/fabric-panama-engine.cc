/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-panama-engine.h"

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(PanamaEngine);

TypeId
PanamaEngine::GetTypeId()
{
    static TypeId tid = TypeId("ns3::fabric::PanamaEngine")
                            .SetParent<PoolEngine>()
                            .SetGroupName("Fabric")
                            .AddConstructor<PanamaEngine>();
    return tid;
}

PanamaEngine::PanamaEngine() = default;

PanamaEngine::~PanamaEngine() = default;

} // namespace ns3::fabric
