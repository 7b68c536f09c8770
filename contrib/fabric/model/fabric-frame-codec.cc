/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-frame-codec.h"

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(FrameCodec);

TypeId
FrameCodec::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::FrameCodec").SetParent<Object>().SetGroupName("Fabric");
    return tid;
}

FrameCodec::~FrameCodec() = default;

} // namespace ns3::fabric
