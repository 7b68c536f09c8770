/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-simple-protocol.h"

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(SimpleProtocol);

TypeId
SimpleProtocol::GetTypeId()
{
    static TypeId tid =
        AddAttributes(TypeId("ns3::collective::SimpleProtocol")
                          .SetParent<Protocol>()
                          .SetGroupName("Collective")
                          .AddConstructor<SimpleProtocol>(),
                      {1, 1, 524288, 2, NanoSeconds(8400), NanoSeconds(2800), NanoSeconds(11300)});
    return tid;
}

} // namespace ns3::collective
