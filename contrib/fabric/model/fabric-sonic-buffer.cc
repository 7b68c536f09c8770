/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-sonic-buffer.h"

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

NS_OBJECT_ENSURE_REGISTERED(SonicBuffer);

TypeId
SonicBuffer::GetTypeId()
{
    // Defaults without another source are those that SONiC ships for a 64-port Tomahawk 5 switch
    // (sonic-buildimage, Arista-7060X6-64PE-O128S2: buffers_defaults_t1.j2, pg_profile_lookup.ini).
    static TypeId tid =
        TypeId("ns3::fabric::SonicBuffer")
            .SetParent<BufferPolicy>()
            .SetGroupName("Fabric")
            .AddConstructor<SonicBuffer>()
            .AddAttribute("Size",
                          "Packet memory of the switch, bytes. Default: 64 MiB, as of a Tomahawk 3 "
                          "or Tofino 2 (32 x 400 Gb/s).",
                          UintegerValue(64ULL << 20),
                          MakeUintegerAccessor(&SonicBuffer::m_size),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute("SizePerPort",
                          "Packet memory for each port of the switch, bytes, as of a chassis that "
                          "brings memory with each line card; 0: Size counts.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&SonicBuffer::m_sizePerPort),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute("CellBytes",
                          "Bytes of a cell; a frame takes whole cells. 1: frames take their size. "
                          "Broadcom Tomahawk: 254.",
                          UintegerValue(1),
                          MakeUintegerAccessor(&SonicBuffer::m_cell),
                          MakeUintegerChecker<uint32_t>(1, 4096))
            .AddAttribute("LosslessClasses",
                          "Bit c is set if class c is lossless. Default: class 3 alone, RoCE's "
                          "usual one.",
                          UintegerValue(1U << 3),
                          MakeUintegerAccessor(&SonicBuffer::m_losslessClasses),
                          MakeUintegerChecker<uint32_t>(0, 255))
            .AddAttribute("Alpha",
                          "Share of the free ingress pool that a lossless priority group may hold, "
                          "greater than 0; 2 to the power of SONiC's dynamic_th. Default: 1/8, as "
                          "of Azure's switches (Bai et al., NSDI 2023).",
                          DoubleValue(0.125),
                          MakeDoubleAccessor(&SonicBuffer::m_alpha),
                          MakeDoubleChecker<double>(1e-6, 1e6))
            .AddAttribute("LossyIngressAlpha",
                          "The same for a lossy priority group. Default: 8, SONiC's dynamic_th 3: "
                          "the egress side limits first.",
                          DoubleValue(8),
                          MakeDoubleAccessor(&SonicBuffer::m_lossyIngressAlpha),
                          MakeDoubleChecker<double>(1e-6, 1e6))
            .AddAttribute("LossyAlpha",
                          "Share of the free egress lossy pool that a lossy queue may hold, "
                          "greater than 0. Default: 1/2, as of Azure's switches (Bai et al., NSDI "
                          "2023).",
                          DoubleValue(0.5),
                          MakeDoubleAccessor(&SonicBuffer::m_lossyAlpha),
                          MakeDoubleChecker<double>(1e-6, 1e6))
            .AddAttribute("Guarantee",
                          "Bytes guaranteed to a lossless priority group. Default: 18,796, 74 "
                          "cells of a Tomahawk 5.",
                          UintegerValue(18796),
                          MakeUintegerAccessor(&SonicBuffer::m_guarantee),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute("LossyIngressGuarantee",
                          "Bytes guaranteed to a lossy priority group.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&SonicBuffer::m_lossyIngressGuarantee),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute("EgressGuarantee",
                          "Bytes of the egress lossy side guaranteed to a lossy queue. Default: "
                          "1,778, 7 cells of a Tomahawk 5.",
                          UintegerValue(1778),
                          MakeUintegerAccessor(&SonicBuffer::m_egressGuarantee),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute("LossyPoolShare",
                          "Size of the egress lossy pool as a part of the shared ingress pool, "
                          "above 0 to 1. Default: 14/18, as of Azure's switches (Bai et al., NSDI "
                          "2023: 14 MB and 18 MB).",
                          DoubleValue(14.0 / 18.0),
                          MakeDoubleAccessor(&SonicBuffer::m_lossyPoolShare),
                          MakeDoubleChecker<double>(1e-6, 1))
            .AddAttribute("Xon",
                          "A paused peer may resume when its group holds no more than this of the "
                          "shared pool, whatever the threshold, bytes.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&SonicBuffer::m_xon),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute("XonOffset",
                          "A paused peer may resume when its group is so far below the threshold, "
                          "bytes. Default: 3,556, 14 cells of a Tomahawk 5.",
                          UintegerValue(3556),
                          MakeUintegerAccessor(&SonicBuffer::m_xonOffset),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute("ComputeHeadroom",
                          "Whether the headroom (SONiC's xoff) of a group follows from rate, cable "
                          "and frame size by SONiC's formula. Otherwise it is FixedHeadroom.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&SonicBuffer::m_computeHeadroom),
                          MakeBooleanChecker())
            .AddAttribute("FixedHeadroom",
                          "Headroom of a lossless priority group, bytes, unless it is computed.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&SonicBuffer::m_fixedHeadroom),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute("HeadroomPool",
                          "Size of a headroom pool that all groups share (SONiC's xoff of the "
                          "ingress pool), bytes; 0: see HeadroomOversubscription.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&SonicBuffer::m_headroomPoolSize),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute("HeadroomOversubscription",
                          "The headroom of all groups over the size of the pool that they share "
                          "(SONiC's over_subscribe_ratio), at least 1; 0: each has its own, and "
                          "nothing is dropped whatever happens at once.",
                          DoubleValue(0),
                          MakeDoubleAccessor(&SonicBuffer::m_oversubscription),
                          MakeDoubleChecker<double>(0, 1000))
            .AddAttribute("MaxFrame",
                          "Largest frame on the links, bytes, for the computed headroom.",
                          UintegerValue(9216),
                          MakeUintegerAccessor(&SonicBuffer::m_maxFrame),
                          MakeUintegerChecker<uint32_t>(64))
            .AddAttribute("SmallPacketPercent",
                          "Share of small packets, which fill cells badly, for the computed "
                          "headroom, per cent. Default: 100, as of SONiC.",
                          UintegerValue(100),
                          MakeUintegerAccessor(&SonicBuffer::m_smallPackets),
                          MakeUintegerChecker<uint32_t>(0, 100));
    return tid;
}

bool
SonicBuffer::IsLossless(uint8_t priority) const
{
    return m_losslessClasses & (1U << priority);
}

uint64_t
SonicBuffer::HeadroomOf(const Port& port) const
{
    if (!m_computeHeadroom || !port.GetLink())
    {
        return m_fixedHeadroom;
    }
    const HeadroomParameters parameters = GetHeadroomParameters(port, m_maxFrame);
    SonicHeadroom formula;
    formula.cellBytes = m_cell;
    formula.smallPacketPercent = m_cell > 1 ? m_smallPackets : 0;
    return formula.Compute(parameters);
}

SonicBuffer::Carving
SonicBuffer::Carve(const Switch& owner) const
{
    Carving carving;
    const uint16_t nPorts = owner.GetNPorts();
    carving.size = m_sizePerPort > 0 ? m_sizePerPort * nPorts : m_size;
    uint32_t nLossless = 0;
    for (uint8_t priority = 0; priority < N_CLASSES; ++priority)
    {
        nLossless += IsLossless(priority);
    }
    for (uint16_t i = 0; i < nPorts; ++i)
    {
        carving.guarantees +=
            nLossless * m_guarantee + (N_CLASSES - nLossless) * m_lossyIngressGuarantee;
        carving.headroomOfPort.push_back(nLossless > 0 ? HeadroomOf(owner.GetPort(i)) : 0);
        carving.headroomLimits += nLossless * carving.headroomOfPort.back();
    }
    carving.headroom = carving.headroomLimits;
    if (m_headroomPoolSize > 0)
    {
        carving.headroom = m_headroomPoolSize;
    }
    else if (m_oversubscription > 0)
    {
        carving.headroom = static_cast<uint64_t>(static_cast<double>(carving.headroomLimits) /
                                                 std::max(m_oversubscription, 1.0));
    }
    return carving;
}

uint64_t
SonicBuffer::GetPortHeadroom(const Port& port) const
{
    return HeadroomOf(port);
}

uint32_t
SonicBuffer::GetMaxFrame() const
{
    return m_maxFrame;
}

uint64_t
SonicBuffer::GetLoneThreshold(const Switch& owner) const
{
    // it holds x of the ingress pool B when x = alpha (B - x)
    const Carving carving = Carve(owner);
    const double shared = static_cast<double>(carving.size) -
                          static_cast<double>(carving.guarantees + carving.headroom);
    return m_guarantee + static_cast<uint64_t>(std::max(shared, 0.0) * m_alpha / (1 + m_alpha));
}

std::string
SonicBuffer::DoCheck(const Switch& owner) const
{
    const Carving carving = Carve(owner);
    if (carving.guarantees + carving.headroom < carving.size)
    {
        return "";
    }
    std::ostringstream text;
    text << "guarantees of " << carving.guarantees << " B and headroom of " << carving.headroom
         << " B for " << owner.GetNPorts() << " ports leave nothing of the buffer of "
         << carving.size << " B to be shared: more SonicBuffer::Size, shorter cables, or a "
         << "SonicBuffer::HeadroomPool";
    return text.str();
}

void
SonicBuffer::DoSetup(Switch& owner)
{
    const std::string error = DoCheck(owner);
    NS_ABORT_MSG_IF(!error.empty(), error);
    const Carving carving = Carve(owner);
    m_groups.assign(owner.GetNPorts() * N_CLASSES, {});
    m_queues.assign(owner.GetNPorts() * N_CLASSES, {});
    for (uint32_t slot = 0; slot < m_groups.size(); ++slot)
    {
        m_groups[slot].headroomLimit =
            IsLossless(slot % N_CLASSES) ? carving.headroomOfPort[slot / N_CLASSES] : 0;
    }
    m_sharedHeadroom = m_headroomPoolSize > 0 || m_oversubscription > 0;
    m_headroom.size = m_sharedHeadroom ? carving.headroom : 0;
    m_ingress.size = carving.size - carving.guarantees - carving.headroom;
    m_egressLossy.size =
        static_cast<uint64_t>(m_lossyPoolShare * static_cast<double>(m_ingress.size));
    m_egressLossless.size = carving.size;
}

bool
SonicBuffer::MayTake(const Pool& pool, uint64_t holds, uint64_t more, double alpha)
{
    const uint64_t free = pool.GetFree();
    return more <= free && static_cast<double>(holds + more) <= alpha * static_cast<double>(free);
}

bool
SonicBuffer::TakeHeadroom(Account& group, uint64_t cells, Signal& signal)
{
    // A group that holds nothing would never be resumed, since resuming happens when a frame
    // leaves.
    const bool holdsSome = group.guaranteed + group.shared + group.headroom > 0;
    const bool fits = group.headroom + cells <= group.headroomLimit &&
                      (!m_sharedHeadroom || cells <= m_headroom.GetFree());
    if (!group.paused && (holdsSome || fits))
    {
        group.paused = true;
        signal = Signal::XOFF;
    }
    if (fits)
    {
        group.headroom += cells;
        m_headroom.used += m_sharedHeadroom ? cells : 0;
    }
    return fits;
}

bool
SonicBuffer::DoAdmit(uint32_t bytes, Slot ingress, Slot egress, Signal& signal)
{
    const uint64_t cells = ToCells(bytes);
    const bool lossless = IsLossless(ingress % N_CLASSES);
    Account& group = m_groups[ingress];
    Account& queue = m_queues[egress];
    Pool& egressPool = lossless ? m_egressLossless : m_egressLossy;
    // What is guaranteed may end amid a frame; the rest of the frame is in the pool then.
    const uint64_t egressGuarantee = lossless ? 0 : m_egressGuarantee;
    const uint64_t ofQueue = std::min<uint64_t>(cells, egressGuarantee - queue.guaranteed);
    const uint64_t ofEgressPool = cells - ofQueue;
    if (!lossless && ofEgressPool > 0 &&
        !MayTake(egressPool, queue.shared, ofEgressPool, m_lossyAlpha))
    {
        return false;
    }
    const uint64_t guarantee = lossless ? m_guarantee : m_lossyIngressGuarantee;
    const uint64_t ofGroup = std::min<uint64_t>(cells, guarantee - group.guaranteed);
    const uint64_t ofPool = cells - ofGroup;
    if (ofPool == 0 ||
        (group.headroom == 0 &&
         MayTake(m_ingress, group.shared, ofPool, lossless ? m_alpha : m_lossyIngressAlpha)))
    {
        group.guaranteed += ofGroup;
        group.shared += ofPool;
        m_ingress.used += ofPool;
    }
    else if (!lossless || !TakeHeadroom(group, cells, signal))
    {
        return false;
    }
    queue.guaranteed += ofQueue;
    queue.shared += ofEgressPool;
    egressPool.used += ofEgressPool;
    return true;
}

void
SonicBuffer::Withdraw(Account& account, Pool& pool, uint64_t cells)
{
    const uint64_t headroom = std::min(cells, account.headroom);
    account.headroom -= headroom;
    m_headroom.used -= m_sharedHeadroom ? headroom : 0;
    cells -= headroom;
    const uint64_t shared = std::min(cells, account.shared);
    account.shared -= shared;
    pool.used -= shared;
    account.guaranteed -= cells - shared;
}

BufferPolicy::Signal
SonicBuffer::DoRelease(uint32_t bytes, Slot ingress, Slot egress)
{
    const uint64_t cells = ToCells(bytes);
    const bool lossless = IsLossless(ingress % N_CLASSES);
    Account& group = m_groups[ingress];
    Withdraw(group, m_ingress, cells);
    Withdraw(m_queues[egress], lossless ? m_egressLossless : m_egressLossy, cells);
    if (group.paused && group.headroom == 0)
    {
        const auto threshold =
            static_cast<uint64_t>(m_alpha * static_cast<double>(m_ingress.GetFree()));
        if (group.shared <= m_xon || group.shared + m_xonOffset <= threshold)
        {
            group.paused = false;
            return Signal::XON;
        }
    }
    return Signal::NONE;
}

bool
SonicBuffer::DoCheckIdentities(std::string& why) const
{
    uint64_t byGroup = 0;
    uint64_t shared = 0;
    uint64_t headroom = 0;
    uint64_t byQueue = 0;
    uint64_t egressLossy = 0;
    uint64_t egressLossless = 0;
    bool within = true;
    for (Slot slot = 0; slot < m_groups.size(); ++slot)
    {
        const bool lossless = IsLossless(slot % N_CLASSES);
        const Account& group = m_groups[slot];
        const Account& queue = m_queues[slot];
        byGroup += group.guaranteed + group.shared + group.headroom;
        shared += group.shared;
        headroom += group.headroom;
        byQueue += queue.guaranteed + queue.shared;
        (lossless ? egressLossless : egressLossy) += queue.shared;
        within &= group.guaranteed <= (lossless ? m_guarantee : m_lossyIngressGuarantee);
        within &= group.headroom <= group.headroomLimit && queue.headroom == 0;
        within &= queue.guaranteed <= (lossless ? 0 : m_egressGuarantee);
        // bytes in cells: all of them or more
        within &= group.guaranteed + group.shared + group.headroom >= GetIngressBytes(slot);
        within &= queue.guaranteed + queue.shared >= GetEgressBytes(slot);
    }
    for (const Pool* pool : {&m_ingress, &m_headroom, &m_egressLossy, &m_egressLossless})
    {
        within &= pool->used <= pool->size;
    }
    const bool cells = m_cell > 1 ? byGroup >= GetOccupancy() : byGroup == GetOccupancy();
    if (within && cells && byGroup == byQueue && shared == m_ingress.used &&
        (m_sharedHeadroom ? headroom : 0) == m_headroom.used && egressLossy == m_egressLossy.used &&
        egressLossless == m_egressLossless.used)
    {
        return true;
    }
    std::ostringstream text;
    text << "occupancy " << GetOccupancy() << " B, in cells " << byGroup << " B by ingress and "
         << byQueue << " B by egress; ingress pool " << m_ingress.used << " of " << m_ingress.size
         << " B, by group " << shared << " B; headroom pool " << m_headroom.used << " of "
         << m_headroom.size << " B, by group " << headroom << " B; egress lossy pool "
         << m_egressLossy.used << " of " << m_egressLossy.size << " B, by queue " << egressLossy
         << " B; egress lossless pool " << m_egressLossless.used << " B, by queue "
         << egressLossless << " B" << (within ? "" : "; an account or a pool exceeds its limit");
    why = text.str();
    return false;
}

const SonicBuffer::Pool&
SonicBuffer::GetIngressPool() const
{
    return m_ingress;
}

const SonicBuffer::Pool&
SonicBuffer::GetHeadroomPool() const
{
    return m_headroom;
}

const SonicBuffer::Pool&
SonicBuffer::GetEgressLossyPool() const
{
    return m_egressLossy;
}

const SonicBuffer::Pool&
SonicBuffer::GetEgressLosslessPool() const
{
    return m_egressLossless;
}

uint64_t
SonicBuffer::GetHeadroomLimit(Slot ingress) const
{
    return m_groups[ingress].headroomLimit;
}

uint64_t
SonicBuffer::GetHeadroomUsed(Slot ingress) const
{
    return m_groups[ingress].headroom;
}

uint64_t
SonicBuffer::GetIngressShared(Slot ingress) const
{
    return m_groups[ingress].shared;
}

uint64_t
SonicBuffer::GetEgressShared(Slot egress) const
{
    return m_queues[egress].shared;
}

bool
SonicBuffer::IsPaused(Slot ingress) const
{
    return m_groups[ingress].paused;
}

} // namespace ns3::fabric
