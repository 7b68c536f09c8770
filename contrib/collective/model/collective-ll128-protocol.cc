/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-ll128-protocol.h"

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(Ll128Protocol);

TypeId
Ll128Protocol::GetTypeId()
{
    static TypeId tid = AddAttributes(
        TypeId("ns3::collective::Ll128Protocol")
            .SetParent<Protocol>()
            .SetGroupName("Collective")
            .AddConstructor<Ll128Protocol>(),
        {128, 120, 614400, 1, NanoSeconds(14000), NanoSeconds(1300), NanoSeconds(1300)});
    return tid;
}

} // namespace ns3::collective
