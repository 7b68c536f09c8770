/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-stamper.h"

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(Stamper);

TypeId
Stamper::GetTypeId()
{
    static TypeId tid = TypeId("ns3::fabric::Stamper").SetParent<Object>().SetGroupName("Fabric");
    return tid;
}

void
Stamper::DoSetup()
{
}

void
Stamper::DoStamp(Frame&, const Departure&)
{
}

bool
Stamper::DoSeesArrivals() const
{
    return false;
}

Frame*
Stamper::DoObserve(Frame&, const Arrival&)
{
    return nullptr;
}

} // namespace ns3::fabric
