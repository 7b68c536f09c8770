/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-credit-control.h"

#include "fabric-headroom.h"
#include "fabric-link.h"
#include "fabric-port.h"
#include "fabric-wheel-simulator-impl.h"

#include "ns3/event-impl.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::fabric
{

namespace
{

constexpr uint8_t TELL_LIMITS = 1; ///< bit of Port::m_pfcPending
constexpr uint8_t TELL_TOTALS = 2; ///< another

} // namespace

/** The refresh timer, scheduled again and again. */
class CreditTimerEvent : public EventImpl
{
  public:
    /** @param control whom to call */
    explicit CreditTimerEvent(CreditControl* control)
        : m_control(control)
    {
    }

    /** The owner is gone. */
    void Detach()
    {
        m_control = nullptr;
    }

  private:
    void Notify() override
    {
        if (m_control)
        {
            m_control->Refresh();
        }
    }

    CreditControl* m_control; ///< to call, or null
};

NS_OBJECT_ENSURE_REGISTERED(CreditControl);

TypeId
CreditControl::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::CreditControl")
            .SetParent<Object>()
            .SetGroupName("Fabric")
            .AddConstructor<CreditControl>()
            .AddAttribute("Bytes",
                          "Buffer of the port for each virtual lane, bytes, at least MaxFrame; 0: "
                          "as much as the full rate of the link takes.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&CreditControl::m_bytes),
                          MakeUintegerChecker<uint64_t>(0, INT32_MAX))
            .AddAttribute("MaxFrame",
                          "Largest frame, bytes. The sender waits for credit for one.",
                          UintegerValue(9216),
                          MakeUintegerAccessor(&CreditControl::m_maxFrame),
                          MakeUintegerChecker<uint32_t>(64, 65536))
            .AddAttribute("Quantum",
                          "Bytes that must be free again before the peer is told, no more than "
                          "what Bytes has beyond MaxFrame. A credit frame takes 84 bytes of the "
                          "other direction.",
                          UintegerValue(4096),
                          MakeUintegerAccessor(&CreditControl::m_quantum),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("RefreshInterval",
                          "Time after which a sender tells what it has sent, and is told its "
                          "limits, in case that frames were lost. InfiniBand: at most 65,536 "
                          "symbol times, 26 us with lanes of 25 Gb/s.",
                          TimeValue(MicroSeconds(26)),
                          MakeTimeAccessor(&CreditControl::m_refresh),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute(
                "SlToVl",
                "Virtual lane 0..7 of each class, eight numbers joined by commas; the "
                "same at both ends. InfiniBand maps service levels to virtual lanes "
                "this way.",
                ClassWeightsValue(ClassWeights{{0, 1, 2, 3, 4, 5, 6, 7}}),
                MakeClassWeightsAccessor(&CreditControl::SetSlToVl, &CreditControl::GetSlToVl),
                MakeClassWeightsChecker());
    return tid;
}

CreditControl::CreditControl()
    : m_event(new CreditTimerEvent(this))
{
}

CreditControl::~CreditControl()
{
    m_event->Detach();
    m_event->Unref();
}

void
CreditControl::DoDispose()
{
    Detach();
    Object::DoDispose();
}

void
CreditControl::Detach()
{
    m_event->Detach();
    m_running = false;
    ++m_epoch;
}

void
CreditControl::SetPort(Port& port)
{
    m_port = &port;
}

void
CreditControl::SetSlToVl(ClassWeights lanes)
{
    for (uint8_t& lane : lanes.share)
    {
        lane %= N_CLASSES;
    }
    m_slToVl = lanes;
}

uint8_t
CreditControl::GetLanes() const
{
    uint8_t lanes = 0;
    for (const uint8_t lane : m_slToVl.share)
    {
        lanes |= 1U << lane;
    }
    return lanes;
}

uint64_t
CreditControl::GetFullRateBytes() const
{
    // What is sent in the time from the start of a frame until its credit is back: the frame, the
    // cable, our pipeline, our own frame on the wire, the credit frame, the cable. A quantum may be
    // missing from the limit, and the sender wants room for a whole frame.
    HeadroomParameters parameters;
    parameters.bitRate = m_port->GetBitRate();
    parameters.propagation = m_port->GetLink() ? m_port->GetLink()->GetDelay().GetTimeStep() : 0;
    parameters.receiveLatency = m_port->GetReceiveLatency();
    parameters.peerFrameBytes = m_maxFrame;
    parameters.ownFrameBytes = m_maxFrame;
    parameters.interframeBytes = m_port->GetInterframeBytes();
    return MinimumHeadroom(parameters) + m_quantum + 2 * m_maxFrame;
}

Ticks
CreditControl::GetRoundTrip() const
{
    const Ticks cable = m_port->GetLink() ? m_port->GetLink()->GetDelay().GetTimeStep() : 0;
    return m_port->GetSerialization(m_maxFrame) + cable + m_port->GetReceiveLatency() +
           m_port->GetSerialization(CREDIT_FRAME_BYTES) + cable;
}

uint64_t
CreditControl::GetLaneBytes() const
{
    return m_bytes > 0 ? m_bytes : GetFullRateBytes();
}

std::string
CreditControl::Check() const
{
    if (GetLaneBytes() < m_maxFrame)
    {
        return "has credit for " + std::to_string(GetLaneBytes()) +
               " B by virtual lane, less than a frame of CreditControl::MaxFrame = " +
               std::to_string(m_maxFrame) + " B: nothing could be sent to it";
    }
    const auto peer = m_port->GetPeer();
    const auto other = peer ? peer->GetCredits() : nullptr;
    if (peer && !other)
    {
        return "gives credit to a peer that has none to give: expected the same Port::FlowControl "
               "at both ends";
    }
    if (other && other->m_slToVl.share != m_slToVl.share)
    {
        return "and its peer map classes to virtual lanes differently: expected the same "
               "CreditControl::SlToVl at both ends";
    }
    return "";
}

void
CreditControl::Begin()
{
    m_laneBytes = GetLaneBytes();
    // A lane whose buffer is empty must be worth a frame even if the last quantum is not told.
    const uint64_t spare = m_laneBytes - std::min<uint64_t>(m_maxFrame, m_laneBytes);
    m_room = static_cast<uint32_t>(std::max<uint64_t>(std::min<uint64_t>(m_quantum, spare), 1));
    if (m_port->IsLinkUp())
    {
        LinkUp();
    }
    else
    {
        LinkDown();
    }
}

uint8_t
CreditControl::ClassesOf(uint8_t lane) const
{
    uint8_t classes = 0;
    for (uint8_t priority = 0; priority < N_CLASSES; ++priority)
    {
        classes |= GetLane(priority) == lane ? 1U << priority : 0;
    }
    return classes;
}

bool
CreditControl::Update(uint8_t lane)
{
    Sender& tx = m_tx[lane];
    const uint8_t classes = ClassesOf(lane);
    const bool blocked = m_port->m_pausedClasses & classes;
    const bool enough = tx.sent + m_maxFrame <= tx.limit;
    if (enough != blocked || classes == 0)
    {
        return false;
    }
    m_port->m_pausedClasses ^= classes;
    m_port->UpdateStopped();
    if (enough)
    {
        tx.total += NowTicks() - tx.since;
    }
    else
    {
        ++tx.stalls;
        tx.since = NowTicks();
    }
    for (uint8_t priority = 0; priority < N_CLASSES; ++priority)
    {
        if (classes & (1U << priority))
        {
            m_port->m_pfcRx(priority, !enough);
        }
    }
    return enough;
}

void
CreditControl::FrameStarts(const Frame& frame)
{
    const uint8_t lane = GetLane(frame.priority);
    m_tx[lane].sent += frame.bytes;
    Update(lane);
    Arm();
}

void
CreditControl::FrameRevoked(const Frame& frame)
{
    const uint8_t lane = GetLane(frame.priority);
    m_tx[lane].sent -= frame.bytes;
    Update(lane);
}

Ticks
CreditControl::GetBlockedTicks(uint8_t priority) const
{
    const Sender& tx = m_tx[GetLane(priority)];
    const bool blocked = m_running && m_port->m_pausedClasses & (1U << priority);
    return tx.total + (blocked ? NowTicks() - tx.since : 0);
}

void
CreditControl::Receive(const CreditFields& fields)
{
    if (!m_running)
    {
        return;
    }
    if (!fields.totals)
    {
        ApplyLimits(fields);
        return;
    }
    // Frames that it counts may still be in our pipeline.
    const Ticks latency = m_port->GetReceiveLatency();
    if (latency == 0)
    {
        ApplyTotals(fields, m_epoch);
        return;
    }
    Simulator::ScheduleWithContext(m_port->m_nodeId,
                                   TimeStep(latency),
                                   &CreditControl::ApplyTotals,
                                   Ptr<CreditControl>(this),
                                   fields,
                                   m_epoch);
}

void
CreditControl::ApplyLimits(const CreditFields& fields)
{
    bool freed = false;
    for (uint8_t lane = 0; lane < N_CLASSES; ++lane)
    {
        if (fields.lanes & (1U << lane))
        {
            // The counters on the wire have 32 bits; limits only grow.
            uint64_t& limit = m_tx[lane].limit;
            const uint32_t growth = fields.counts[lane] - static_cast<uint32_t>(limit);
            limit += growth <= INT32_MAX ? growth : 0;
            freed |= Update(lane);
        }
    }
    if (freed)
    {
        m_port->Kick();
    }
}

void
CreditControl::ApplyTotals(CreditFields fields, uint32_t epoch)
{
    if (epoch != m_epoch)
    {
        return; // the link went down since then
    }
    for (uint8_t lane = 0; lane < N_CLASSES; ++lane)
    {
        if (fields.lanes & (1U << lane))
        {
            uint64_t& received = m_rx[lane].received;
            const uint32_t lost = fields.counts[lane] - static_cast<uint32_t>(received);
            received += lost <= INT32_MAX ? lost : 0;
        }
    }
    Tell(TELL_LIMITS);
}

bool
CreditControl::FrameCame(const Frame& frame)
{
    Receiver& rx = m_rx[GetLane(frame.priority)];
    rx.received += frame.bytes;
    if (rx.received > rx.advertised)
    {
        return false;
    }
    rx.held += frame.bytes;
    return true;
}

uint64_t
CreditControl::LimitOf(uint8_t lane) const
{
    const Receiver& rx = m_rx[lane];
    const auto limit = static_cast<int64_t>(rx.received + m_laneBytes) - rx.held;
    return std::max<int64_t>(limit, static_cast<int64_t>(rx.advertised));
}

void
CreditControl::FrameGone(uint8_t priority, uint32_t bytes)
{
    const uint8_t lane = GetLane(priority);
    m_rx[lane].held -= bytes;
    if (LimitOf(lane) >= m_rx[lane].advertised + m_room)
    {
        Tell(TELL_LIMITS);
    }
}

void
CreditControl::Tell(uint8_t what)
{
    if (m_running && !(m_port->m_pfcPending & what))
    {
        m_port->m_pfcPending |= what;
        m_port->Kick();
    }
}

Frame*
CreditControl::MakeFrame()
{
    const uint8_t what = m_port->m_pfcPending & TELL_LIMITS ? TELL_LIMITS : TELL_TOTALS;
    Frame* frame = m_port->m_pool->Allocate();
    frame->kind = FrameKind::CREDIT;
    frame->bytes = CREDIT_FRAME_BYTES;
    frame->destination = BROADCAST_ADDRESS;
    frame->source = m_port->m_address;
    frame->credit = CreditFields{};
    frame->credit.totals = what == TELL_TOTALS;
    frame->credit.lanes = GetLanes(); // all of them: it costs nothing
    for (uint8_t lane = 0; lane < N_CLASSES; ++lane)
    {
        if (what == TELL_LIMITS)
        {
            m_rx[lane].advertised = LimitOf(lane);
            frame->credit.counts[lane] = static_cast<uint32_t>(m_rx[lane].advertised);
        }
        else
        {
            m_tx[lane].told = m_tx[lane].sent;
            frame->credit.counts[lane] = static_cast<uint32_t>(m_tx[lane].sent);
        }
    }
    m_port->m_pfcPending &= ~what;
    return frame;
}

void
CreditControl::Arm()
{
    if (!m_armed)
    {
        m_armed = true;
        ScheduleAgain(m_port->m_nodeId, m_refresh.GetTimeStep(), m_event);
    }
}

void
CreditControl::Refresh()
{
    m_armed = false;
    bool news = false;
    for (uint8_t lane = 0; m_running && lane < N_CLASSES; ++lane)
    {
        const bool blocked = m_port->m_pausedClasses & ClassesOf(lane);
        news |= blocked || m_tx[lane].told != m_tx[lane].sent;
    }
    if (news)
    {
        Tell(TELL_TOTALS);
        Arm();
    }
}

void
CreditControl::LinkUp()
{
    ++m_epoch;
    m_running = true;
    for (uint8_t lane = 0; lane < N_CLASSES; ++lane)
    {
        Sender& tx = m_tx[lane];
        tx.sent = tx.limit = tx.told = 0;
        m_rx[lane].received = m_rx[lane].advertised = 0;
        Update(lane);
    }
    Tell(TELL_LIMITS);
    Arm();
}

void
CreditControl::LinkDown()
{
    ++m_epoch;
    for (uint8_t lane = 0; lane < N_CLASSES; ++lane)
    {
        m_tx[lane].limit = m_tx[lane].sent + m_maxFrame; // what is down is not out of credit
        Update(lane);
    }
    m_running = false;
    m_port->m_pfcPending = 0;
}

} // namespace ns3::fabric
