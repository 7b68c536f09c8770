/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-switch-ml-engine.h"

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(SwitchMlEngine);

TypeId
SwitchMlEngine::GetTypeId()
{
    static TypeId tid = TypeId("ns3::fabric::SwitchMlEngine")
                            .SetParent<PoolEngine>()
                            .SetGroupName("Fabric")
                            .AddConstructor<SwitchMlEngine>();
    return tid;
}

SwitchMlEngine::SwitchMlEngine() = default;

SwitchMlEngine::~SwitchMlEngine() = default;

} // namespace ns3::fabric
