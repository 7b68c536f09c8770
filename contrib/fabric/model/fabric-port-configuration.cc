/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// What a port is made of, and its counters. How frames pass is in fabric-port.cc.

#include "fabric-class-shaper.h"
#include "fabric-credit-control.h"
#include "fabric-ethernet-codec.h"
#include "fabric-link.h"
#include "fabric-port-scheduler.h"
#include "fabric-port-wake-event.h"
#include "fabric-port.h"

namespace ns3::fabric
{

Port::Port()
    : m_wakeEvent(new PortWakeEvent(*this)),
      m_pauseTx(*this),
      m_pauseRx(*this),
      m_shaper(new ClassShaper(*this)),
      m_scheduler(CreateObject<StrictPriorityScheduler>())
{
}

Port::~Port()
{
    m_wakeEvent->Detach();
    m_wakeEvent->Unref();
    m_shaper->Detach();
    m_shaper->Unref();
}

void
Port::DoInitialize()
{
    RequirePicoseconds();
    if (!m_codec)
    {
        m_codec = CreateObject<EthernetCodec>();
    }
    if (m_credits)
    {
        m_credits->Begin();
    }
    NetDevice::DoInitialize();
}

void
Port::DoDispose()
{
    m_wakeEvent->Detach();
    m_shaper->Detach();
    if (m_credits)
    {
        m_credits->Dispose();
    }
    m_owner = nullptr;
    m_tx = nullptr;
    m_link = nullptr;
    m_linkUp = false;
    m_node = nullptr;
    m_scheduler = nullptr;
    m_codec = nullptr;
    m_rxCallback = ReceiveCallback();
    m_promiscCallback = PromiscReceiveCallback();
    NetDevice::DoDispose();
}

void
Port::SetOwner(PortOwner* owner)
{
    m_owner = owner;
    m_ownerMakesFrames = owner && owner->MakesFrames();
}

void
Port::SetOwnerIndex(uint16_t index)
{
    m_ownerIndex = index;
}

void
Port::SetReceiveLatency(Time latency)
{
    m_receiveLatency = latency;
    if (m_link)
    {
        m_link->PortChanged(m_end);
    }
}

Time
Port::GetReceiveLatencyTime() const
{
    return m_receiveLatency;
}

void
Port::SetShapedRates(const ClassRates& rates)
{
    m_shapedRates = rates;
    m_shaper->Configure(m_shapedRates, m_shapingBurst);
    UpdateStart();
}

ClassRates
Port::GetShapedRates() const
{
    return m_shapedRates;
}

void
Port::SetShapingBurst(uint64_t bytes)
{
    m_shapingBurst = bytes;
    m_shaper->Configure(m_shapedRates, m_shapingBurst);
}

uint64_t
Port::GetShapingBurst() const
{
    return m_shapingBurst;
}

void
Port::UpdateStart()
{
    m_startsSpecially = m_headerTicks > 0 || m_shaper->IsActive() || m_credits;
}

void
Port::SetFlowControl(FlowControl kind)
{
    m_flowControl = kind;
    if (kind == CBFC && !m_credits)
    {
        m_credits = CreateObject<CreditControl>();
        m_credits->SetPort(*this);
        m_rxTraced = true; // to count what arrives
    }
    else if (kind != CBFC)
    {
        m_credits = nullptr;
    }
    UpdateStart();
}

void
Port::SetCutThrough(uint32_t headerBytes)
{
    m_cutThroughBytes = headerBytes;
    if (m_link)
    {
        m_link->PortChanged(m_end);
    }
}

void
Port::PeerCutsThrough(uint32_t headerBytes)
{
    m_headerTicks = headerBytes ? GetSerialization(headerBytes) : 0;
    UpdateStart();
}

void
Port::SetScheduler(Ptr<PortScheduler> scheduler)
{
    if (scheduler)
    {
        m_scheduler = scheduler;
    }
}

void
Port::SetFrameCodec(Ptr<FrameCodec> codec)
{
    m_codec = codec;
}

void
Port::SetFramePool(Ptr<FramePool> pool)
{
    m_pool = pool;
}

Ptr<FrameCodec>
Port::GetFrameCodec() const
{
    return m_codec;
}

Ptr<Link>
Port::GetLink() const
{
    return m_link;
}

Ptr<Port>
Port::GetPeer() const
{
    return m_link ? m_link->GetPort(1 - m_end) : nullptr;
}

void
Port::LinkAttached(Ptr<Link> link, std::size_t end, LinkDirection& direction)
{
    m_link = link;
    m_tx = &direction;
    m_end = end;
}

Time
Port::GetPausedTime(uint8_t priority) const
{
    return TimeStep(m_credits ? m_credits->GetBlockedTicks(priority)
                              : m_pauseRx.GetPausedTicks(priority));
}

Port::Counters
Port::GetCounters() const
{
    Counters counters;
    for (uint8_t priority = 0; priority < N_CLASSES; ++priority)
    {
        const ClassTraffic& mine = m_queues.GetTraffic(priority);
        counters.txFrames[priority] = mine.txFrames;
        counters.txBytes[priority] = mine.txBytes;
        counters.rxFrames[priority] = mine.rxFrames;
        counters.rxBytes[priority] = mine.rxBytes;
    }
    counters.dropFrames = m_dropFrames;
    counters.dropBytes = m_dropBytes;
    counters.pfcTxXoff = m_pauseTx.GetNXoff();
    counters.pfcTxXon = m_pauseTx.GetNXon();
    counters.pfcRxXoff = m_pauseRx.GetNXoff();
    counters.pfcRxXon = m_pauseRx.GetNXon();
    counters.ecnMarks = m_ecnMarks;
    return counters;
}

} // namespace ns3::fabric
