/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-port.h"

#include "fabric-ethernet-codec.h"
#include "fabric-link.h"
#include "fabric-port-scheduler.h"

#include "ns3/boolean.h"
#include "ns3/data-rate.h"
#include "ns3/event-impl.h"
#include "ns3/pointer.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(Port);

/** The wake-up of a port at the end of a frame, scheduled again and again. */
class PortWakeEvent : public EventImpl
{
  public:
    /** @param port the port to wake */
    explicit PortWakeEvent(Port& port)
        : m_port(&port)
    {
    }

    /** The port is gone. */
    void
    Detach()
    {
        m_port = nullptr;
    }

  private:
    void
    Notify() override
    {
        if (m_port)
        {
            m_port->Wake();
        }
    }

    Port* m_port; ///< the port, null once it is gone
};

TypeId
Port::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::Port")
            .SetParent<NetDevice>()
            .SetGroupName("Fabric")
            .AddConstructor<Port>()
            .AddAttribute("DataRate",
                          "Nominal rate of the link, greater than 0; the same at both ends.",
                          DataRateValue(DataRate("400Gbps")),
                          MakeDataRateAccessor(&Port::SetDataRate, &Port::GetDataRate),
                          MakeDataRateChecker())
            .AddAttribute(
                "InterframeBytes",
                "Preamble, start delimiter and inter-packet gap, in bytes of link time per "
                "frame (IEEE 802.3: 7 + 1 + 12).",
                UintegerValue(20),
                MakeUintegerAccessor(&Port::m_interframeBytes),
                MakeUintegerChecker<uint32_t>(0, 1000))
            .AddAttribute("ReceiveLatency",
                          "Time between the last bit of a frame and its delivery to the owner: the "
                          "pipeline of a switch (0.3-1 us in data centre ASICs) or of a NIC.",
                          TimeValue(Time(0)),
                          MakeTimeAccessor(&Port::m_receiveLatency),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("PauseQuanta",
                          "Pause time that a PFC frame asks for, in 512 bit times (IEEE 802.1Qbb); "
                          "refreshed after half of it.",
                          UintegerValue(65535),
                          MakeUintegerAccessor(&Port::SetPauseQuanta, &Port::GetPauseQuanta),
                          MakeUintegerChecker<uint16_t>(1, 65535))
            .AddAttribute(
                "PauseResponseTime",
                "Time between the arrival of a PFC frame and its effect. IEEE 802.3 Annex "
                "31B allows 905 quanta at 400 Gb/s; the default is a MAC that obeys at "
                "the next frame boundary.",
                TimeValue(Time(0)),
                MakeTimeAccessor(&Port::m_pauseResponse),
                MakeTimeChecker(Time(0)))
            .AddAttribute("Mtu",
                          "Largest ns-3 packet that the device takes, bytes.",
                          UintegerValue(1500),
                          MakeUintegerAccessor(&Port::SetMtu, &Port::GetMtu),
                          MakeUintegerChecker<uint16_t>(68))
            .AddAttribute("PacketClass",
                          "Priority class of ordinary ns-3 packets, 0..7.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&Port::m_packetClass),
                          MakeUintegerChecker<uint8_t>(0, N_CLASSES - 1))
            .AddAttribute(
                "PacketQueueLimit",
                "Bytes of ordinary ns-3 packets that may wait in a host's port; what comes "
                "beyond is dropped.",
                UintegerValue(1 << 20),
                MakeUintegerAccessor(&Port::m_packetLimit),
                MakeUintegerChecker<uint32_t>())
            .AddAttribute("Scheduler",
                          "Chooses among the class queues; strict priority if none is given.",
                          PointerValue(),
                          MakePointerAccessor(&Port::SetScheduler),
                          MakePointerChecker<PortScheduler>())
            .AddTraceSource("MacTx",
                            "An ns-3 packet was handed to the device.",
                            MakeTraceSourceAccessor(&Port::m_macTx),
                            "ns3::Packet::TracedCallback")
            .AddTraceSource("MacTxDrop",
                            "An ns-3 packet was dropped by the device before sending.",
                            MakeTraceSourceAccessor(&Port::m_macTxDrop),
                            "ns3::Packet::TracedCallback")
            .AddTraceSource("MacPromiscRx",
                            "An ns-3 packet arrived, for whomever.",
                            MakeTraceSourceAccessor(&Port::m_macPromiscRx),
                            "ns3::Packet::TracedCallback")
            .AddTraceSource("MacRx",
                            "An ns-3 packet for this device arrived.",
                            MakeTraceSourceAccessor(&Port::m_macRx),
                            "ns3::Packet::TracedCallback")
            .AddTraceSource("PhyTxBegin",
                            "The bytes of a frame that starts to be sent.",
                            MakeTraceSourceAccessor(&Port::m_phyTxBegin),
                            "ns3::Packet::TracedCallback")
            .AddTraceSource("PhyTxDrop",
                            "The bytes of a frame that the port dropped.",
                            MakeTraceSourceAccessor(&Port::m_phyTxDrop),
                            "ns3::Packet::TracedCallback")
            .AddTraceSource("PhyRxEnd",
                            "The bytes of a frame that arrived whole.",
                            MakeTraceSourceAccessor(&Port::m_phyRxEnd),
                            "ns3::Packet::TracedCallback")
            .AddTraceSource("Sniffer",
                            "The bytes of every frame sent and received.",
                            MakeTraceSourceAccessor(&Port::m_sniffer),
                            "ns3::Packet::TracedCallback")
            .AddTraceSource("PromiscSniffer",
                            "The bytes of every frame sent and received.",
                            MakeTraceSourceAccessor(&Port::m_promiscSniffer),
                            "ns3::Packet::TracedCallback")
            .AddTraceSource("FrameEnqueue",
                            "A frame has to wait in a class queue.",
                            MakeTraceSourceAccessor(&Port::m_frameEnqueue),
                            "ns3::fabric::Port::FrameTracedCallback")
            .AddTraceSource("FrameTx",
                            "A frame starts to be sent.",
                            MakeTraceSourceAccessor(&Port::m_frameTx),
                            "ns3::fabric::Port::FrameTracedCallback")
            .AddTraceSource("FrameRx",
                            "A frame arrived whole.",
                            MakeTraceSourceAccessor(&Port::m_frameRx),
                            "ns3::fabric::Port::FrameTracedCallback")
            .AddTraceSource("FrameDrop",
                            "A frame was dropped, with the reason.",
                            MakeTraceSourceAccessor(&Port::m_frameDrop),
                            "ns3::fabric::Port::DropTracedCallback")
            .AddTraceSource("EcnMark",
                            "A frame that leaves by this port was marked CE.",
                            MakeTraceSourceAccessor(&Port::m_ecnMark),
                            "ns3::fabric::Port::FrameTracedCallback")
            .AddTraceSource("PfcTx",
                            "This port paused (true) or resumed (false) a class of its peer.",
                            MakeTraceSourceAccessor(&Port::m_pfcTx),
                            "ns3::fabric::Port::PauseTracedCallback")
            .AddTraceSource("PfcRx",
                            "A class of this port was paused (true) by its peer, or may send again "
                            "(false).",
                            MakeTraceSourceAccessor(&Port::m_pfcRx),
                            "ns3::fabric::Port::PauseTracedCallback");
    return tid;
}

Port::Port()
    : m_wakeEvent(new PortWakeEvent(*this)),
      m_pauseRx(*this),
      m_pauseTx(*this)
{
}

Port::~Port()
{
    m_wakeEvent->Detach();
    m_wakeEvent->Unref();
}

void
Port::DoInitialize()
{
    RequirePicoseconds();
    if (!m_scheduler)
    {
        m_scheduler = CreateObject<StrictPriorityScheduler>();
    }
    if (!m_codec)
    {
        m_codec = CreateObject<EthernetCodec>();
    }
    NetDevice::DoInitialize();
}

void
Port::DoDispose()
{
    m_wakeEvent->Detach();
    m_owner = nullptr;
    m_linkRaw = nullptr;
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
}

void
Port::SetOwnerIndex(uint16_t index)
{
    m_ownerIndex = index;
}

void
Port::SetScheduler(Ptr<PortScheduler> scheduler)
{
    m_scheduler = scheduler;
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
Port::LinkAttached(Ptr<Link> link, std::size_t end)
{
    m_link = link;
    m_linkRaw = PeekPointer(link);
    m_end = end;
}

void
Port::LinkStateChanged(bool up)
{
    m_linkUp = up;
    if (!up)
    {
        m_pauseRx.Reset();
        m_pauseTx.Reset();
        Flush();
    }
    if (m_owner)
    {
        m_owner->LinkChanged(*this);
    }
    m_linkChange();
    if (up)
    {
        Kick();
    }
}

void
Port::Flush()
{
    for (uint8_t priority = 0; priority < N_CLASSES; ++priority)
    {
        while (m_queues.Front(priority))
        {
            Frame* frame = m_queues.Pop(priority);
            if (m_owner)
            {
                m_owner->FrameFlushed(*this, frame);
            }
            Drop(frame, "LINK_DOWN");
        }
    }
}

void
Port::Enqueue(Frame* frame)
{
    if (!m_linkUp)
    {
        if (m_owner)
        {
            m_owner->FrameFlushed(*this, frame);
        }
        Drop(frame, "LINK_DOWN");
        return;
    }
    if (NowTicks() < m_busyUntil)
    {
        if (!m_frameEnqueue.IsEmpty())
        {
            m_frameEnqueue(*frame);
        }
        m_queues.Push(frame);
        if (!m_wakePending)
        {
            ArrangeWake();
        }
        return;
    }
    m_queues.Push(frame);
    TransmitNext();
}

void
Port::Kick()
{
    if (!m_linkUp)
    {
        return;
    }
    if (NowTicks() >= m_busyUntil)
    {
        TransmitNext();
    }
    else if (!m_wakePending)
    {
        ArrangeWake();
    }
}

void
Port::Wake()
{
    m_wakePending = false;
    Kick();
}

void
Port::TransmitNext()
{
    if (Frame* frame = NextFrame())
    {
        Start(frame);
    }
}

Frame*
Port::NextFrame()
{
    if (m_pauseTx.HasPending())
    {
        return m_pauseTx.MakeFrame();
    }
    const uint8_t eligible = ~m_pauseRx.GetPaused();
    const uint8_t ready = m_queues.GetOccupied() & eligible;
    if (ready)
    {
        const bool choice = (ready & (ready - 1)) != 0;
        const uint8_t priority =
            choice ? m_scheduler->Select(m_queues, ready) : __builtin_ctz(ready);
        Frame* frame = m_queues.Pop(priority);
        if (m_owner)
        {
            m_owner->FrameDequeued(*this, frame);
        }
        return frame;
    }
    return m_owner ? m_owner->PullFrame(*this, eligible) : nullptr;
}

void
Port::Start(Frame* frame)
{
    if (frame->bytes != m_lastBytes)
    {
        m_lastBytes = frame->bytes;
        m_lastSerialization = GetSerialization(frame->bytes);
    }
    const Ticks now = NowTicks();
    m_busyUntil = now + m_lastSerialization;
    if (frame->kind != FrameKind::PFC)
    {
        ++m_counters.txFrames[frame->priority];
        m_counters.txBytes[frame->priority] += frame->bytes;
    }
    if (!m_frameTx.IsEmpty())
    {
        m_frameTx(*frame);
    }
    TraceTx(*frame);
    m_linkRaw->Transmit(m_end, frame, m_busyUntil);
    ArrangeWake();
}

void
Port::ArrangeWake()
{
    if (m_wakePending)
    {
        return;
    }
    const uint8_t eligible = ~m_pauseRx.GetPaused();
    if (m_pauseTx.HasPending() || (m_queues.GetOccupied() & eligible) ||
        (m_owner && m_owner->WillPull(*this, eligible, m_busyUntil)))
    {
        m_wakePending = true;
        m_wakeEvent->Ref(); // the simulator drops one reference after the event
        Simulator::ScheduleWithContext(m_nodeId, TimeStep(m_busyUntil - NowTicks()), m_wakeEvent);
    }
}

void
Port::FrameArrived(Frame* frame)
{
    if (!m_frameRx.IsEmpty())
    {
        m_frameRx(*frame);
    }
    TraceRx(*frame);
    if (frame->kind == FrameKind::PFC)
    {
        bool xoff = false;
        for (const uint16_t quanta : frame->pfc.quanta)
        {
            xoff |= quanta > 0;
        }
        ++(xoff ? m_counters.pfcRxXoff : m_counters.pfcRxXon);
        if (m_pauseResponse.IsZero())
        {
            m_pauseRx.Apply(frame->pfc);
        }
        else
        {
            Simulator::ScheduleWithContext(
                m_nodeId, m_pauseResponse, &Port::ApplyPause, Ptr<Port>(this), frame->pfc);
        }
        FramePool::Release(frame);
        return;
    }
    ++m_counters.rxFrames[frame->priority];
    m_counters.rxBytes[frame->priority] += frame->bytes;
    if (frame->kind == FrameKind::PACKET && m_address != BROADCAST_ADDRESS)
    {
        DeliverPacket(frame);
    }
    else if (m_owner)
    {
        m_owner->ReceiveFrame(*this, frame);
    }
    else
    {
        Drop(frame, "NO_OWNER");
    }
}

void
Port::ApplyPause(PfcFields fields)
{
    if (m_linkUp)
    {
        m_pauseRx.Apply(fields);
    }
}

void
Port::PausePeer(uint8_t priority)
{
    m_pauseTx.Pause(priority);
}

void
Port::ResumePeer(uint8_t priority)
{
    m_pauseTx.Resume(priority);
}

void
Port::SetPauseQuanta(uint16_t quanta)
{
    m_pauseTx.SetQuanta(quanta);
}

uint16_t
Port::GetPauseQuanta() const
{
    return m_pauseTx.GetQuanta();
}

Time
Port::GetPausedTime(uint8_t priority) const
{
    return TimeStep(m_pauseRx.GetPausedTicks(priority));
}

void
Port::NotifyEcnMark(const Frame& frame)
{
    ++m_counters.ecnMarks;
    if (!m_ecnMark.IsEmpty())
    {
        m_ecnMark(frame);
    }
}

void
Port::Drop(Frame* frame, const char* reason)
{
    ++m_counters.dropFrames[frame->priority];
    m_counters.dropBytes[frame->priority] += frame->bytes;
    if (!m_frameDrop.IsEmpty())
    {
        m_frameDrop(*frame, reason);
    }
    if (!m_phyTxDrop.IsEmpty())
    {
        m_phyTxDrop(m_codec->Encode(*frame));
    }
    FramePool::Release(frame);
}

void
Port::TraceTx(const Frame& frame)
{
    const bool sniffed = !m_sniffer.IsEmpty() || !m_promiscSniffer.IsEmpty();
    if (sniffed || !m_phyTxBegin.IsEmpty())
    {
        Ptr<const Packet> bytes = m_codec->Encode(frame);
        m_phyTxBegin(bytes);
        m_promiscSniffer(bytes);
        m_sniffer(bytes);
    }
}

void
Port::TraceRx(const Frame& frame)
{
    const bool sniffed = !m_sniffer.IsEmpty() || !m_promiscSniffer.IsEmpty();
    if (sniffed || !m_phyRxEnd.IsEmpty())
    {
        Ptr<const Packet> bytes = m_codec->Encode(frame);
        m_phyRxEnd(bytes);
        m_promiscSniffer(bytes);
        m_sniffer(bytes);
    }
}

} // namespace ns3::fabric
