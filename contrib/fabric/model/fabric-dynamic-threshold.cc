/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-dynamic-threshold.h"

#include "fabric-headroom.h"
#include "fabric-link.h"
#include "fabric-port.h"
#include "fabric-switch.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <sstream>

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(DynamicThreshold);

TypeId
DynamicThreshold::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::DynamicThreshold")
            .SetParent<BufferPolicy>()
            .SetGroupName("Fabric")
            .AddConstructor<DynamicThreshold>()
            .AddAttribute("Size",
                          "Packet memory of the switch, bytes. Default: 64 MiB, as of a Tomahawk 3 "
                          "or Tofino 2 (32 x 400 Gb/s).",
                          UintegerValue(64ULL << 20),
                          MakeUintegerAccessor(&DynamicThreshold::m_size),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute("Alpha",
                          "Share of the free shared memory that a lossless class may hold per "
                          "ingress port, greater than 0. Default: 1/8, as of Azure's switches (Bai "
                          "et al., NSDI 2023) and HPCC's simulations.",
                          DoubleValue(0.125),
                          MakeDoubleAccessor(&DynamicThreshold::m_alpha),
                          MakeDoubleChecker<double>(1e-6, 1e6))
            .AddAttribute("LossyAlpha",
                          "Share of the free shared memory that a lossy class may hold per egress "
                          "port, greater than 0. Default: 1/2, as of Azure's switches (Bai et al., "
                          "NSDI 2023).",
                          DoubleValue(0.5),
                          MakeDoubleAccessor(&DynamicThreshold::m_lossyAlpha),
                          MakeDoubleChecker<double>(1e-6, 1e6))
            .AddAttribute("LosslessClasses",
                          "Bit c is set if class c is lossless. Default: class 3 alone, RoCE's "
                          "usual one.",
                          UintegerValue(1U << 3),
                          MakeUintegerAccessor(&DynamicThreshold::m_losslessClasses),
                          MakeUintegerChecker<uint32_t>(0, 255))
            .AddAttribute("Guarantee",
                          "Bytes guaranteed to a class per port, out of reach of all others. "
                          "Default: 4 KiB, as of HPCC's simulations.",
                          UintegerValue(4096),
                          MakeUintegerAccessor(&DynamicThreshold::m_guarantee),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute(
                "ResumeOffset",
                "How far below the threshold the shared part must be before a paused peer "
                "may resume, bytes. Default: 3 KiB, as of HPCC's simulations.",
                UintegerValue(3072),
                MakeUintegerAccessor(&DynamicThreshold::m_resumeOffset),
                MakeUintegerChecker<uint64_t>())
            .AddAttribute("ComputeHeadroom",
                          "Whether the headroom follows from rate, cable and frame size by SONiC's "
                          "formula. Otherwise it is FixedHeadroom.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&DynamicThreshold::m_computeHeadroom),
                          MakeBooleanChecker())
            .AddAttribute("FixedHeadroom",
                          "Headroom per port and lossless class, bytes, unless it is computed.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&DynamicThreshold::m_fixedHeadroom),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute("MaxFrame",
                          "Largest frame on the links, bytes, for the computed headroom.",
                          UintegerValue(9216),
                          MakeUintegerAccessor(&DynamicThreshold::m_maxFrame),
                          MakeUintegerChecker<uint32_t>(64));
    return tid;
}

bool
DynamicThreshold::IsLossless(uint8_t priority) const
{
    return m_losslessClasses & (1U << priority);
}

uint64_t
DynamicThreshold::HeadroomOf(const Port& port) const
{
    if (!m_computeHeadroom || !port.GetLink())
    {
        return m_fixedHeadroom;
    }
    const HeadroomParameters parameters = GetHeadroomParameters(port, m_maxFrame);
    return SonicHeadroom{}.Compute(parameters);
}

uint64_t
DynamicThreshold::GetPortHeadroom(const Port& port) const
{
    return HeadroomOf(port);
}

uint32_t
DynamicThreshold::GetMaxFrame() const
{
    return m_maxFrame;
}

uint64_t
DynamicThreshold::GetLoneThreshold(const Switch& owner) const
{
    // it holds x of the shared part B when x = alpha (B - x)
    const double shared = static_cast<double>(m_size) - static_cast<double>(GetReserved(owner));
    return m_guarantee + static_cast<uint64_t>(std::max(shared, 0.0) * m_alpha / (1 + m_alpha));
}

uint64_t
DynamicThreshold::GetReserved(const Switch& owner) const
{
    uint64_t reserved = 0;
    for (uint16_t i = 0; i < owner.GetNPorts(); ++i)
    {
        const uint64_t headroom = HeadroomOf(owner.GetPort(i));
        for (uint8_t priority = 0; priority < N_CLASSES; ++priority)
        {
            reserved += (IsLossless(priority) ? headroom : 0) + m_guarantee;
        }
    }
    return reserved;
}

std::string
DynamicThreshold::DoCheck(const Switch& owner) const
{
    const uint64_t reserved = GetReserved(owner);
    if (reserved < m_size)
    {
        return "";
    }
    std::ostringstream text;
    text << "guarantees and headroom of " << owner.GetNPorts() << " ports take " << reserved
         << " B, but the buffer has only " << m_size << " B: set DynamicThreshold::Size";
    return text.str();
}

void
DynamicThreshold::DoSetup(Switch& owner)
{
    const std::string error = DoCheck(owner);
    NS_ABORT_MSG_IF(!error.empty(), error);
    const uint16_t nPorts = owner.GetNPorts();
    uint64_t reserved = 0;
    for (uint16_t i = 0; i < nPorts; ++i)
    {
        const uint64_t headroom = HeadroomOf(owner.GetPort(i));
        for (uint8_t priority = 0; priority < N_CLASSES; ++priority)
        {
            if (IsLossless(priority))
            {
                GetAccount(SlotOf(i, priority)).headroomSize = headroom;
                reserved += headroom;
            }
            reserved += m_guarantee;
        }
    }
    m_sharedSize = m_size - reserved;
}

uint64_t
DynamicThreshold::Threshold(double alpha) const
{
    return static_cast<uint64_t>(alpha * static_cast<double>(m_sharedSize - m_sharedUsed));
}

bool
DynamicThreshold::DoAdmit(uint32_t bytes, Slot ingress, Slot egress, Signal& signal)
{
    const bool lossless = IsLossless(ingress % N_CLASSES);
    Account& account = GetAccount(lossless ? ingress : egress);
    const uint64_t threshold = Threshold(lossless ? m_alpha : m_lossyAlpha);
    const uint64_t guaranteed = std::min<uint64_t>(bytes, m_guarantee - account.guaranteed);
    const uint64_t shared = bytes - guaranteed;
    // With an alpha above 1 the threshold may exceed what is free.
    const bool fits = account.shared + shared <= threshold && shared <= m_sharedSize - m_sharedUsed;
    if (shared == 0 || (fits && account.headroom == 0))
    {
        account.guaranteed += guaranteed;
        account.shared += shared;
        m_sharedUsed += shared;
        return true;
    }
    if (!lossless)
    {
        return false;
    }
    // Over the threshold: ask the peer to stop. What is still under way has the headroom. An
    // account that holds nothing would never be resumed, since resuming happens when a frame
    // leaves.
    const bool holdsSome = account.guaranteed + account.shared + account.headroom > 0;
    if (!account.paused && (holdsSome || bytes <= account.headroomSize))
    {
        account.paused = true;
        signal = Signal::XOFF;
    }
    if (account.headroom + bytes > account.headroomSize)
    {
        return false;
    }
    account.headroom += bytes;
    return true;
}

void
DynamicThreshold::Withdraw(Account& account, uint64_t bytes)
{
    const uint64_t headroom = std::min(bytes, account.headroom);
    account.headroom -= headroom;
    bytes -= headroom;
    const uint64_t shared = std::min(bytes, account.shared);
    account.shared -= shared;
    m_sharedUsed -= shared;
    account.guaranteed -= bytes - shared;
}

BufferPolicy::Signal
DynamicThreshold::DoRelease(uint32_t bytes, Slot ingress, Slot egress)
{
    if (!IsLossless(ingress % N_CLASSES))
    {
        Withdraw(GetAccount(egress), bytes);
        return Signal::NONE;
    }
    Account& account = GetAccount(ingress);
    Withdraw(account, bytes);
    if (account.paused && account.headroom == 0)
    {
        const uint64_t threshold = Threshold(m_alpha);
        if (account.shared == 0 || account.shared + m_resumeOffset <= threshold)
        {
            account.paused = false;
            return Signal::XON;
        }
    }
    return Signal::NONE;
}

bool
DynamicThreshold::DoCheckIdentities(std::string& why) const
{
    uint64_t shared = 0;
    uint64_t total = 0;
    bool within = true;
    for (Slot slot = 0; slot < GetNSlots(); ++slot)
    {
        const Account& account = GetAccount(slot);
        shared += account.shared;
        total += account.guaranteed + account.shared + account.headroom;
        within &= account.guaranteed <= m_guarantee && account.headroom <= account.headroomSize;
    }
    if (shared == m_sharedUsed && shared <= m_sharedSize && total == GetOccupancy() && within)
    {
        return true;
    }
    std::ostringstream text;
    text << "shared part " << m_sharedUsed << " of " << m_sharedSize << " B, by account " << shared
         << " B; occupancy " << GetOccupancy() << " B, by account " << total << " B"
         << (within ? "" : "; an account exceeds its guarantee or headroom");
    why = text.str();
    return false;
}

uint64_t
DynamicThreshold::GetSharedSize() const
{
    return m_sharedSize;
}

uint64_t
DynamicThreshold::GetSharedUsed() const
{
    return m_sharedUsed;
}

uint64_t
DynamicThreshold::GetHeadroomSize(Slot ingress) const
{
    return GetAccount(ingress).headroomSize;
}

uint64_t
DynamicThreshold::GetHeadroomUsed(Slot ingress) const
{
    return GetAccount(ingress).headroom;
}

uint64_t
DynamicThreshold::GetIngressShared(Slot ingress) const
{
    return GetAccount(ingress).shared;
}

} // namespace ns3::fabric
