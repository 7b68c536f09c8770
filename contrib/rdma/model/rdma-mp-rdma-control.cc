/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-mp-rdma-control.h"

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(MpRdmaControl);

TypeId
MpRdmaControl::GetTypeId()
{
    static TypeId tid = TypeId("ns3::rdma::MpRdmaControl")
                            .SetParent<WindowLaw>()
                            .SetGroupName("Rdma")
                            .AddConstructor<MpRdmaControl>();
    return tid;
}

MpRdmaControl::MpRdmaControl() = default;

MpRdmaControl::~MpRdmaControl() = default;

void
MpRdmaControl::DoAck(const Ack& ack)
{
    const double window = GetWindowBytes();
    const auto acked = static_cast<double>(ack.ackedBytes);
    if (ack.ecnEcho)
    {
        SetWindowBytes(window - acked / 2, ack.rtt);
    }
    else if (IsLimiting(ack))
    {
        SetWindowBytes(window + acked * GetContext().mtuBytes / window, ack.rtt);
    }
}

void
MpRdmaControl::DropPath()
{
    SetWindowBytes(GetWindowBytes() - GetContext().mtuBytes, GetBaseRtt());
}

void
MpRdmaControl::DoTimeout(Ticks)
{
    SetWindowBytes(GetWindowBytes() / 2, GetBaseRtt());
}

bool
MpRdmaControl::DoNeedsEcn() const
{
    return true;
}

} // namespace ns3::rdma
