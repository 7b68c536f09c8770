/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-nic-limits.h"

#include "rdma-nic.h"
#include "rdma-opcode.h"
#include "rdma-transmit-scheduler.h"

#include "ns3/boolean.h"
#include "ns3/fabric-frame-pool.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::rdma
{

using fabric::Frame;

NS_OBJECT_ENSURE_REGISTERED(NicLimits);

TypeId
NicLimits::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::NicLimits")
            .SetParent<Object>()
            .SetGroupName("Rdma")
            .AddConstructor<NicLimits>()
            .AddAttribute("CacheEntries",
                          "Contexts of queue pairs that fit on the chip; 0 for any number. What "
                          "vendors build in they do not publish.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&NicLimits::m_cacheEntries),
                          MakeUintegerChecker<uint32_t>(0, 1U << 24))
            .AddAttribute("MissPenalty",
                          "Time to fetch a context that is not there. Default: ours, a round trip "
                          "over PCIe.",
                          TimeValue(NanoSeconds(800)),
                          MakeTimeAccessor(&NicLimits::m_missPenalty),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("MessageRate",
                          "Messages that may be sent per second; 0 for any number.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&NicLimits::m_messageRate),
                          MakeUintegerChecker<uint64_t>(0, 1'000'000'000'000))
            .AddAttribute("BusRate",
                          "Rate at which message bytes are fetched from the host (PCIe, without "
                          "its own headers); 0 for any.",
                          DataRateValue(DataRate(0)),
                          MakeDataRateAccessor(&NicLimits::m_busRate),
                          MakeDataRateChecker())
            .AddAttribute("BusShared",
                          "Whether message bytes that arrive take part of BusRate.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&NicLimits::m_busShared),
                          MakeBooleanChecker())
            .AddAttribute("Rate",
                          "Rate of all ports of the NIC together, preamble and gap included; 0 for "
                          "the sum of their rates.",
                          DataRateValue(DataRate(0)),
                          MakeDataRateAccessor(&NicLimits::m_rate),
                          MakeDataRateChecker());
    return tid;
}

NicLimits::NicLimits()
    : m_alarm(new Alarm<NicLimits, &NicLimits::Wake>(this))
{
}

NicLimits::~NicLimits()
{
    m_alarm->Detach();
    m_alarm->Unref();
}

void
NicLimits::DoDispose()
{
    m_alarm->Set(NEVER);
    for (auto& state : m_ports)
    {
        if (state.held)
        {
            fabric::FramePool::Release(state.held);
        }
    }
    m_ports.clear();
    Object::DoDispose();
}

bool
NicLimits::IsActive() const
{
    return m_cacheEntries > 0 || m_messageRate > 0 || m_busRate.GetBitRate() > 0 ||
           m_rate.GetBitRate() > 0;
}

void
NicLimits::AddPort(fabric::Port& port, uint32_t context)
{
    m_ports.push_back({&port, nullptr, 0});
    m_alarm->SetContext(context);
    if (m_cacheEntries > 0 && !m_cache)
    {
        m_cache = std::make_unique<ContextCache>(m_cacheEntries);
    }
}

Ticks
NicLimits::GetFreeAt(const PortState& state) const
{
    return std::max({m_busAt, m_rateAt, state.until});
}

Frame*
NicLimits::Pull(uint16_t index, TransmitScheduler& scheduler, uint8_t eligible, Ticks at)
{
    PortState& state = m_ports[index];
    const Ticks free = GetFreeAt(state);
    if (free > at)
    {
        m_alarm->SetNoLater(free);
        return nullptr;
    }
    Frame* frame = state.held;
    if (frame && !(eligible & (1U << frame->priority)))
    {
        return nullptr; // the port asks again when its class may send
    }
    if (!frame)
    {
        frame = scheduler.Pull(eligible, at);
        if (!frame)
        {
            return nullptr;
        }
        if (m_cache && !m_cache->Use(scheduler.GetServed()->GetQpn() - Nic::FIRST_QPN))
        {
            ++m_misses;
            state.until = at + m_missPenalty.GetTimeStep();
        }
    }
    if (m_messageRate > 0 && IsFirst(frame->roce.opcode))
    {
        state.until = std::max(state.until, m_messagesAt);
    }
    state.held = state.until > at ? frame : nullptr;
    if (state.held)
    {
        m_alarm->SetNoLater(state.until);
        return nullptr;
    }
    frame->sentAt = at;
    Charge(*frame, at, *state.port);
    return frame;
}

bool
NicLimits::WillPull(uint16_t index, TransmitScheduler& scheduler, uint8_t eligible, Ticks at)
{
    const PortState& state = m_ports[index];
    const Ticks free = GetFreeAt(state);
    if (free > at)
    {
        m_alarm->SetNoLater(free);
        return false;
    }
    return state.held ? (eligible & (1U << state.held->priority)) != 0
                      : scheduler.WillPull(eligible, at);
}

void
NicLimits::Charge(const Frame& frame, Ticks at, const fabric::Port& port)
{
    const uint8_t opcode = frame.roce.opcode;
    if (m_messageRate > 0 && IsFirst(opcode))
    {
        constexpr Ticks second = 1'000'000'000'000;
        m_messagesAt = at + second / static_cast<Ticks>(m_messageRate);
    }
    if (m_busRate.GetBitRate() > 0 && opcode != OP_ACKNOWLEDGE)
    {
        m_busAt = std::max(m_busAt, at) +
                  fabric::SerializationTicks(frame.roce.payloadBytes, m_busRate.GetBitRate());
    }
    if (m_rate.GetBitRate() > 0)
    {
        m_rateAt = at + fabric::SerializationTicks(frame.bytes + port.GetInterframeBytes(),
                                                   m_rate.GetBitRate());
    }
}

void
NicLimits::NoteArrival(uint32_t payloadBytes)
{
    if (m_busShared && m_busRate.GetBitRate() > 0)
    {
        m_busAt = std::max(m_busAt, fabric::NowTicks()) +
                  fabric::SerializationTicks(payloadBytes, m_busRate.GetBitRate());
    }
}

void
NicLimits::Wake()
{
    for (auto& state : m_ports)
    {
        state.port->Kick();
    }
}

} // namespace ns3::rdma
