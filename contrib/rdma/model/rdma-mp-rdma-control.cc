/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-mp-rdma-control.h"

#include "ns3/double.h"

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(MpRdmaControl);

TypeId
MpRdmaControl::GetTypeId()
{
    static TypeId tid = TypeId("ns3::rdma::MpRdmaControl")
                            .SetParent<WindowLaw>()
                            .SetGroupName("Rdma")
                            .AddConstructor<MpRdmaControl>()
                            .AddAttribute("RestartAfter",
                                          "Round trips without anything to send after which the "
                                          "window is the first again. Default: the paper's.",
                                          DoubleValue(3),
                                          MakeDoubleAccessor(&MpRdmaControl::m_restartAfter),
                                          MakeDoubleChecker<double>(0));
    return tid;
}

MpRdmaControl::MpRdmaControl() = default;

MpRdmaControl::~MpRdmaControl() = default;

void
MpRdmaControl::DoStart()
{
    WindowLaw::DoStart();
    m_firstWindow = GetWindowBytes();
    m_rtt = GetBaseRtt();
    m_idle = false;
}

void
MpRdmaControl::DoSent(const Sent& sent)
{
    WindowLaw::DoSent(sent);
    if (m_idle)
    {
        m_idle = false;
        if (static_cast<double>(sent.now - m_idleSince) >
            m_restartAfter * static_cast<double>(m_rtt))
        {
            SetWindowBytes(m_firstWindow, m_rtt);
        }
    }
}

void
MpRdmaControl::NoteIdle(Ticks now)
{
    m_idle = true;
    m_idleSince = now;
}

void
MpRdmaControl::DoAck(const Ack& ack)
{
    m_rtt = ack.rtt;
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
