/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-container-switch.h"

#include "ns3/uinteger.h"

#include <algorithm>
#include <numeric>

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(ContainerSwitch);

TypeId
ContainerSwitch::GetTypeId()
{
    static TypeId tid = TypeId("ns3::fabric::ContainerSwitch")
                            .SetParent<ScheduledSwitch>()
                            .SetGroupName("Fabric")
                            .AddConstructor<ContainerSwitch>()
                            .AddAttribute("ContainerBytes",
                                          "Bytes of frames after which a container is full.",
                                          UintegerValue(16384),
                                          MakeUintegerAccessor(&ContainerSwitch::m_containerBytes),
                                          MakeUintegerChecker<uint32_t>(1))
                            .AddAttribute("HeaderBytes",
                                          "Bytes that a frame gets in the fabric.",
                                          UintegerValue(8),
                                          MakeUintegerAccessor(&ContainerSwitch::m_headerBytes),
                                          MakeUintegerChecker<uint32_t>(0, 256));
    return tid;
}

ContainerSwitch::ContainerSwitch() = default;

ContainerSwitch::~ContainerSwitch() = default;

void
ContainerSwitch::Dispatch(Voq& voq, Frame* frame, const PortGroup& ports)
{
    if (GetRoutingTable().GetDirectory().Find(voq.destination).leaf == GetRoutingTable().GetLeaf())
    {
        Inject(frame, ports.live.front()); // within the line card
        return;
    }
    if (voq.containerBytes >= m_containerBytes)
    {
        ++voq.container;
        voq.containerBytes = 0;
    }
    voq.containerBytes += frame->bytes;
    Frame* piece = MakePiece(voq, *frame, frame->bytes + m_headerBytes);
    piece->entropy = static_cast<uint16_t>(voq.container);
    piece->fabric.carried = frame;
    SendPiece(piece, ports.sole != PortGroup::NO_PORT ? ports.sole : ForwardPiece(*piece, ports));
}

uint16_t
ContainerSwitch::ForwardPiece(const Frame& piece, const PortGroup& ports)
{
    // Tier by tier a digit of the container's number, so that n * n containers take all paths of
    // two tiers once; queues start at different ones.
    uint32_t number = piece.entropy + (MixBits(piece.fabric.key) & UINT16_MAX);
    for (uint8_t tier = 1; tier < piece.hops; ++tier)
    {
        number /= ports.total;
    }
    return ports.At(number % ports.total * GetStride(ports) % ports.total);
}

uint32_t
ContainerSwitch::GetStride(const PortGroup& ports)
{
    if (ports.ends.empty())
    {
        return 1;
    }
    if (ports.id >= m_strides.size())
    {
        m_strides.resize(ports.id + 1);
    }
    Stride& stride = m_strides[ports.id];
    if (stride.total != ports.total)
    {
        // Steps of about the golden section, which leave out no turn, keep the turns of a port
        // apart.
        stride.total = ports.total;
        stride.step = std::max<uint32_t>(1, ports.total * 0.618);
        while (std::gcd(stride.step, stride.total) != 1)
        {
            ++stride.step;
        }
    }
    return stride.step;
}

} // namespace ns3::fabric
