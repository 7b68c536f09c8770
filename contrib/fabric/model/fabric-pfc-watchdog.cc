/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-pfc-watchdog.h"

#include "fabric-buffer-policy.h"
#include "fabric-compat.h"
#include "fabric-port.h"
#include "fabric-switch.h"

#include "ns3/enum.h"
#include "ns3/simulator.h"
#include "ns3/trace-source-accessor.h"

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(PfcWatchdog);

TypeId
PfcWatchdog::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::PfcWatchdog")
            .SetParent<Object>()
            .SetGroupName("Fabric")
            .AddConstructor<PfcWatchdog>()
            .AddAttribute("DetectionTime",
                          "A queue that was paused and sent nothing for so long is in a storm. "
                          "Default: 200 ms, SONiC's.",
                          TimeValue(MilliSeconds(200)),
                          MakeTimeAccessor(&PfcWatchdog::m_detection),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("RestorationTime",
                          "A storm is over when no PFC frame has paused the class for so long. "
                          "Default: 200 ms, SONiC's.",
                          TimeValue(MilliSeconds(200)),
                          MakeTimeAccessor(&PfcWatchdog::m_restoration),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("PollInterval",
                          "Distance of the looks at the queues. Default: 200 ms, SONiC's.",
                          TimeValue(MilliSeconds(200)),
                          MakeTimeAccessor(&PfcWatchdog::m_interval),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("Action",
                          "What to do about a storm: Drop the frames of the queue, Forward them in "
                          "spite of the pause, or Alert, which does nothing.",
                          EnumValue(PfcWatchdog::DROP),
                          compat::MakeEnumAccessorFor<PfcWatchdog::Action>(&PfcWatchdog::m_action),
                          MakeEnumChecker(PfcWatchdog::DROP,
                                          "Drop",
                                          PfcWatchdog::FORWARD,
                                          "Forward",
                                          PfcWatchdog::ALERT,
                                          "Alert"))
            .AddTraceSource("Storm",
                            "A storm was detected (true) or is over (false): port, class.",
                            MakeTraceSourceAccessor(&PfcWatchdog::m_stormTrace),
                            "ns3::fabric::PfcWatchdog::StormTracedCallback");
    return tid;
}

void
PfcWatchdog::Setup(Switch& owner)
{
    m_switch = &owner;
    m_queues.assign(owner.GetNPorts() * N_CLASSES, {});
    for (uint16_t port = 0; port < owner.GetNPorts(); ++port)
    {
        owner.GetPort(port).TraceConnectWithoutContext(
            "PfcRx", MakeCallback(&PfcWatchdog::PauseChanged, this));
    }
}

void
PfcWatchdog::DoDispose()
{
    m_poll.Cancel();
    m_switch = nullptr;
    Object::DoDispose();
}

bool
PfcWatchdog::IsStorm(uint16_t port, uint8_t priority) const
{
    return m_queues[BufferPolicy::SlotOf(port, priority)].storm;
}

uint64_t
PfcWatchdog::GetNDropped() const
{
    uint64_t dropped = 0;
    for (uint32_t slot = 0; slot < m_queues.size(); ++slot)
    {
        const Watch& watch = m_queues[slot];
        dropped += watch.dropped;
        if (watch.storm)
        {
            const Port& port = m_switch->GetPort(slot / N_CLASSES);
            dropped += port.GetCounters().dropFrames[slot % N_CLASSES] - watch.dropsBefore;
        }
    }
    return dropped;
}

void
PfcWatchdog::PauseChanged(uint8_t priority, bool paused)
{
    if (paused)
    {
        Arm();
    }
}

void
PfcWatchdog::Arm()
{
    if (m_poll.IsExpired() && m_switch)
    {
        const Ticks interval = m_interval.GetTimeStep();
        m_poll = Simulator::Schedule(
            TimeStep(interval - NowTicks() % interval), &PfcWatchdog::Poll, this);
    }
}

void
PfcWatchdog::Poll()
{
    bool again = false;
    for (uint16_t port = 0; port < m_switch->GetNPorts(); ++port)
    {
        const uint8_t paused = m_switch->GetPort(port).GetPausedClasses();
        for (uint8_t priority = 0; priority < N_CLASSES; ++priority)
        {
            Watch& watch = m_queues[BufferPolicy::SlotOf(port, priority)];
            if (watch.storm)
            {
                Restore(port, priority, watch);
            }
            else if (m_switch->GetBufferPolicy()->IsLossless(priority))
            {
                Detect(port, priority, watch);
            }
            again |= watch.storm;
        }
        again |= paused != 0;
    }
    if (again)
    {
        Arm();
    }
}

void
PfcWatchdog::Detect(uint16_t port, uint8_t priority, Watch& watch)
{
    const Port& device = m_switch->GetPort(port);
    const Ticks now = NowTicks();
    const uint64_t sent = device.GetTxFrames(priority);
    const bool blocked = (device.GetPausedClasses() & (1U << priority)) &&
                         device.GetQueues().GetFrames(priority) > 0;
    if (!blocked || sent != watch.txFrames)
    {
        watch.txFrames = sent;
        watch.stuckSince = NEVER;
        return;
    }
    if (watch.stuckSince == NEVER)
    {
        watch.stuckSince = now;
    }
    if (now - watch.stuckSince >= m_detection.GetTimeStep())
    {
        watch.storm = true;
        watch.xoffs = device.GetPauseReceiver().GetXoffs(priority);
        watch.quietSince = now;
        watch.dropsBefore = device.GetCounters().dropFrames[priority];
        ++m_nStorms;
        m_stormTrace(port, priority, true);
        Contain(port, priority, true);
    }
}

void
PfcWatchdog::Restore(uint16_t port, uint8_t priority, Watch& watch)
{
    const Port& device = m_switch->GetPort(port);
    const Ticks now = NowTicks();
    const uint64_t xoffs = device.GetPauseReceiver().GetXoffs(priority);
    if (xoffs != watch.xoffs || device.GetPauseReceiver().GetPausedUntil(priority) > now)
    {
        watch.xoffs = xoffs;
        watch.quietSince = now;
    }
    if (now - watch.quietSince >= m_restoration.GetTimeStep())
    {
        watch.storm = false;
        watch.stuckSince = NEVER;
        watch.dropped += device.GetCounters().dropFrames[priority] - watch.dropsBefore;
        ++m_nRestored;
        m_stormTrace(port, priority, false);
        Contain(port, priority, false);
    }
}

void
PfcWatchdog::Contain(uint16_t port, uint8_t priority, bool contain)
{
    Port& device = m_switch->GetPort(port);
    if (m_action == DROP)
    {
        device.DiscardClass(priority, contain);
    }
    else if (m_action == FORWARD)
    {
        device.GetPauseReceiver().Ignore(priority, contain);
    }
}

} // namespace ns3::fabric
