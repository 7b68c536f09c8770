/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-ecn-policy.h"

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(EcnPolicy);

TypeId
EcnPolicy::GetTypeId()
{
    static TypeId tid = TypeId("ns3::fabric::EcnPolicy").SetParent<Object>().SetGroupName("Fabric");
    return tid;
}

} // namespace ns3::fabric
