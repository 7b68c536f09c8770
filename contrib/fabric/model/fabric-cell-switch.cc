/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-cell-switch.h"

#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(CellSwitch);

TypeId
CellSwitch::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::CellSwitch")
            .SetParent<ScheduledSwitch>()
            .SetGroupName("Fabric")
            .AddConstructor<CellSwitch>()
            .AddAttribute("CellBytes",
                          "Most bytes of a frame in a cell. Default: 256, as of Jericho's cells; "
                          "larger ones are faster to simulate.",
                          UintegerValue(256),
                          MakeUintegerAccessor(&CellSwitch::m_cellBytes),
                          MakeUintegerChecker<uint32_t>(32))
            .AddAttribute("HeaderBytes",
                          "Bytes of a cell's header.",
                          UintegerValue(8),
                          MakeUintegerAccessor(&CellSwitch::m_headerBytes),
                          MakeUintegerChecker<uint32_t>(0, 256));
    return tid;
}

CellSwitch::CellSwitch() = default;

CellSwitch::~CellSwitch() = default;

void
CellSwitch::Dispatch(Voq& voq, Frame* frame, const PortGroup& ports)
{
    if (GetRoutingTable().GetDirectory().Find(voq.destination).leaf == GetRoutingTable().GetLeaf())
    {
        Inject(frame, ports.live.front()); // within the line card
        return;
    }
    uint32_t left = frame->bytes;
    for (uint32_t index = 0; left > 0; ++index)
    {
        const uint32_t bytes = std::min(left, m_cellBytes);
        left -= bytes;
        Frame* cell = MakePiece(voq, *frame, bytes + m_headerBytes);
        cell->fabric.value = index;
        cell->fabric.carried = left == 0 ? frame : nullptr;
        SendPiece(cell, Spray(*cell, ports));
    }
}

uint16_t
CellSwitch::ForwardPiece(const Frame& piece, const PortGroup& ports)
{
    return Spray(piece, ports);
}

} // namespace ns3::fabric
