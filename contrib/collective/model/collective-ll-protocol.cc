/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-ll-protocol.h"

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(LlProtocol);

TypeId
LlProtocol::GetTypeId()
{
    static TypeId tid = AddAttributes(TypeId("ns3::collective::LlProtocol")
                                          .SetParent<Protocol>()
                                          .SetGroupName("Collective")
                                          .AddConstructor<LlProtocol>(),
                                      {16, 8, 65536, 1, NanoSeconds(6600), Time(0), Time(0)});
    return tid;
}

} // namespace ns3::collective
