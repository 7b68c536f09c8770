/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-no-marker.h"

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(NoMarker);

TypeId
NoMarker::GetTypeId()
{
    static TypeId tid = TypeId("ns3::fabric::NoMarker")
                            .SetParent<Marker>()
                            .SetGroupName("Fabric")
                            .AddConstructor<NoMarker>();
    return tid;
}

bool
NoMarker::DoIsMarked(const Frame& frame, uint64_t queueBytes)
{
    return false;
}

} // namespace ns3::fabric
