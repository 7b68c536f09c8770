/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-port.h"

#include "fabric-class-shaper.h"
#include "fabric-credit-control.h"
#include "fabric-frame-codec.h"
#include "fabric-link-direction.h"
#include "fabric-link.h"
#include "fabric-port-scheduler.h"
#include "fabric-port-wake-event.h"
#include "fabric-wheel-simulator-impl.h"

#include <algorithm>

namespace ns3::fabric
{

void
Port::ShaperChanged()
{
    UpdateStopped();
    Kick();
}

void
Port::UpdateStopped()
{
    m_stoppedClasses = m_pausedClasses | m_shaper->GetWaiting();
}

void
Port::LinkGoesDown()
{
    if (IsAheadPending(NowTicks()))
    {
        RevokeAhead();
    }
    m_ahead = nullptr;
}

void
Port::LinkStateChanged(bool up)
{
    m_linkUp = up;
    m_refused = up ? m_discarded : 0xff;
    if (!up)
    {
        if (!m_credits)
        {
            m_pauseRx.Reset();
        }
        m_pauseTx.Reset();
        Flush(0xff, "LINK_DOWN");
    }
    if (m_credits && IsInitialized())
    {
        up ? m_credits->LinkUp() : m_credits->LinkDown();
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
Port::Flush(uint8_t classes, const char* reason)
{
    if (m_held && (classes & (1U << m_held->priority)))
    {
        Drop(m_held, reason); // it has left the queues, and the owner's memory, already
        m_held = nullptr;
    }
    for (uint8_t priority = 0; priority < N_CLASSES; ++priority)
    {
        while ((classes & (1U << priority)) && m_queues.Front(priority))
        {
            Frame* frame = Pop(priority);
            if (m_owner)
            {
                m_owner->FrameFlushed(*this, frame);
            }
            Drop(frame, reason);
        }
    }
}

void
Port::DiscardClass(uint8_t priority, bool discard)
{
    const uint8_t bit = 1U << priority;
    m_discarded = discard ? m_discarded | bit : m_discarded & ~bit;
    m_refused = m_linkUp ? m_discarded : 0xff;
    if (discard)
    {
        Flush(bit, "WATCHDOG");
    }
}

void
Port::Enqueue(Frame* frame)
{
    Enqueue(frame, NowTicks());
}

void
Port::Enqueue(Frame* frame, Ticks now)
{
    __builtin_prefetch(m_tx);
    if (m_refused & (1U << frame->priority))
    {
        if (m_owner)
        {
            m_owner->FrameFlushed(*this, frame);
        }
        Drop(frame, m_linkUp ? "WATCHDOG" : "LINK_DOWN");
        return;
    }
    if (now >= m_busyUntil)
    {
        const bool alone = !m_occupied && !m_held && !m_pfcPending;
        if (alone && !m_ownerMakesFrames && !(m_stoppedClasses & (1U << frame->priority)))
        {
            // The common case of a switch port: idle, and nothing else to send.
            if (m_owner)
            {
                m_owner->FrameDequeued(*this, frame);
            }
            Start(frame, now, now);
            if (m_pfcPending)
            {
                ArrangeWake(now);
            }
            return;
        }
        Push(frame);
        TransmitNext(now);
        return;
    }
    Push(frame);
    if (m_txTraced)
    {
        m_frameEnqueue(*frame);
    }
    if (IsAheadPending(now))
    {
        if (m_aheadPulled || m_scheduler->Precedes(frame->priority, m_ahead->priority))
        {
            RevokeAhead();
        }
        ArrangeWake(now);
    }
    else if (m_wakeAt == NEVER)
    {
        ChooseAhead(now);
        ArrangeWake(now);
    }
}

void
Port::Kick()
{
    if (!m_linkUp || m_choosing)
    {
        return; // who chooses looks for what came up meanwhile
    }
    const Ticks now = NowTicks();
    if (now >= m_busyUntil)
    {
        TransmitNext(now);
        return;
    }
    const bool ahead = IsAheadPending(now);
    if (m_pfcPending)
    {
        if (ahead)
        {
            RevokeAhead(); // the PFC frame goes first
        }
    }
    else if (!ahead && m_wakeAt == NEVER)
    {
        ChooseAhead(now);
    }
    ArrangeWake(now);
}

void
Port::Wake()
{
    if (NowTicks() != m_wakeAt)
    {
        return; // another wake-up was scheduled, for an earlier time
    }
    m_wakeAt = NEVER;
    Kick();
}

void
Port::PrefetchForWake(unsigned step) const
{
    const uint8_t ready = m_occupied & ~m_stoppedClasses;
    const uint8_t priority = ready ? 31 - __builtin_clz(ready) : 0;
    switch (step)
    {
    case 0:
        PrefetchState();
        __builtin_prefetch(&m_busyUntil);
        break;
    case 1:
        PrefetchOwner();
        m_queues.Prefetch(priority);
        __builtin_prefetch(m_tx);
        __builtin_prefetch(&m_wakeEvent);
        break;
    case 2:
        if (ready)
        {
            __builtin_prefetch(m_queues.Front(priority));
        }
        else if (m_ownerMakesFrames && m_owner)
        {
            m_owner->PrefetchPull(*this, false);
        }
        break;
    default:
        if (m_owner && ready)
        {
            m_owner->PrefetchDequeue(*this, *m_queues.Front(priority));
        }
        else if (m_owner && m_ownerMakesFrames)
        {
            m_owner->PrefetchPull(*this, true);
        }
    }
}

void
Port::TransmitNext(Ticks now)
{
    bool pulled = false;
    Frame* frame = m_pfcPending ? MakeMacFrame() : NextFrame(now, pulled);
    if (frame)
    {
        Start(frame, now, now);
        if (!m_pfcPending)
        {
            ChooseAhead(now);
        }
        ArrangeWake(now);
    }
}

void
Port::ChooseAhead(Ticks now)
{
    if (m_held && !IsHeldNext())
    {
        return; // one frame at most is held
    }
    const Ticks at = m_busyUntil;
    bool pulled = false;
    if (Frame* frame = NextFrame(at, pulled))
    {
        m_ahead = frame;
        m_aheadStart = at;
        m_aheadPulled = pulled;
        Start(frame, at, now);
        if (m_pfcPending)
        {
            RevokeAhead(); // taking it out of the memory had the peer told something
        }
    }
}

void
Port::RevokeAhead()
{
    m_tx->RecallLast();
    if (m_credits)
    {
        m_credits->FrameRevoked(*m_ahead);
    }
    ClassTraffic& traffic = m_queues.GetTraffic(m_ahead->priority);
    --traffic.txFrames;
    traffic.txBytes -= m_ahead->bytes;
    m_busyUntil = m_aheadStart;
    m_held = m_ahead;
    m_heldPulled = m_aheadPulled;
    m_ahead = nullptr;
    if (m_startsSpecially)
    {
        m_shaper->Refund(NowTicks());
        UpdateStopped();
    }
}

void
Port::YieldToPause()
{
    const Ticks now = NowTicks();
    if (IsAheadPending(now) && (m_pausedClasses & (1U << m_ahead->priority)))
    {
        RevokeAhead();
        ArrangeWake(now);
    }
}

bool
Port::IsHeldNext() const
{
    const uint8_t eligible = ~m_stoppedClasses;
    if (!m_held || !(eligible & (1U << m_held->priority)))
    {
        return false;
    }
    const uint8_t ready = m_occupied & eligible;
    if (m_heldPulled)
    {
        return ready == 0;
    }
    for (uint8_t priority = 0; priority < N_CLASSES; ++priority)
    {
        if ((ready & (1U << priority)) && m_scheduler->Precedes(priority, m_held->priority))
        {
            return false;
        }
    }
    return true;
}

Frame*
Port::NextFrame(Ticks at, bool& pulled)
{
    const uint8_t eligible = ~m_stoppedClasses;
    const uint8_t ready = m_occupied & eligible;
    if (m_held && IsHeldNext())
    {
        Frame* frame = m_held;
        pulled = m_heldPulled;
        m_held = nullptr;
        if (pulled)
        {
            frame->sentAt = at; // its owner had said another time
        }
        return frame;
    }
    if (ready)
    {
        const bool choice = (ready & (ready - 1)) != 0;
        const uint8_t priority =
            choice ? m_scheduler->Select(m_queues, ready) : __builtin_ctz(ready);
        Frame* frame = Pop(priority);
        if (m_owner)
        {
            m_owner->FrameDequeued(*this, frame);
        }
        return frame;
    }
    if (m_ownerMakesFrames && m_owner->WillPull(*this, eligible, at))
    {
        pulled = true;
        return m_owner->PullFrame(*this, eligible, at);
    }
    return nullptr;
}

void
Port::Start(Frame* frame, Ticks at, Ticks now)
{
    m_busyUntil = at + GetSerialization(frame->bytes);
    if (m_txTraced)
    {
        if (at == now)
        {
            TraceTx(*frame);
        }
        else
        {
            Simulator::ScheduleWithContext(
                m_nodeId, TimeStep(at - now), &Port::TraceAhead, Ptr<Port>(this), frame);
        }
    }
    if (!IsMacControl(frame->kind))
    {
        ClassTraffic& traffic = m_queues.GetTraffic(frame->priority);
        ++traffic.txFrames;
        traffic.txBytes += frame->bytes;
        m_tx->Push(frame, m_startsSpecially ? StartSpecially(*frame, at, now) : m_busyUntil, now);
    }
    else
    {
        m_link->TransmitPfc(m_end, frame, m_busyUntil, now);
    }
}

Ticks
Port::StartSpecially(const Frame& frame, Ticks at, Ticks now)
{
    if (m_shaper->IsActive())
    {
        m_shaper->Charge(frame.priority, frame.bytes + m_interframeBytes, at, now);
        UpdateStopped();
    }
    if (m_credits)
    {
        m_credits->FrameStarts(frame);
    }
    // The link adds what comes after the last bit; the peer takes the frame at the end of its
    // header.
    return m_headerTicks == 0 ? m_busyUntil : std::min(m_busyUntil, at + m_headerTicks);
}

void
Port::TraceAhead(Frame* frame)
{
    if (frame == m_ahead && NowTicks() == m_aheadStart)
    {
        TraceTx(*frame); // otherwise it was revoked
    }
}

void
Port::ArrangeWake(Ticks now)
{
    if (m_wakeAt <= m_busyUntil)
    {
        return;
    }
    const uint8_t eligible = ~m_stoppedClasses;
    if (m_pfcPending || (m_occupied & eligible) ||
        (m_held && (eligible & (1U << m_held->priority))) ||
        (m_ownerMakesFrames && m_owner->WillPull(*this, eligible, m_busyUntil)))
    {
        m_wakeAt = m_busyUntil;
        ScheduleAgain(m_nodeId, m_busyUntil - now, m_wakeEvent);
    }
}

void
Port::ReceiveMacFrame(Frame* frame)
{
    // What the peer must not send, since its flow control is another, is ignored.
    if (frame->kind == FrameKind::CREDIT && m_credits)
    {
        m_credits->Receive(frame->credit);
    }
    else if (frame->kind == FrameKind::PFC && !m_credits)
    {
        m_pauseRx.Receive(frame->pfc);
    }
    FramePool::Release(frame);
}

Frame*
Port::MakeMacFrame()
{
    return m_credits ? m_credits->MakeFrame() : m_pauseTx.MakeFrame();
}

void
Port::FrameArrived(Frame* frame, Ticks now)
{
    m_arrivedAt = now;
    if (m_rxTraced)
    {
        TraceRx(*frame);
    }
    if (IsMacControl(frame->kind))
    {
        ReceiveMacFrame(frame);
        return;
    }
    ClassTraffic& traffic = m_queues.GetTraffic(frame->priority);
    ++traffic.rxFrames;
    traffic.rxBytes += frame->bytes;
    if (m_rxTraced && m_credits && !CountForCredits(*frame))
    {
        Drop(frame, "NO_CREDIT");
        return;
    }
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

bool
Port::CountForCredits(const Frame& frame)
{
    const bool fits = m_credits->FrameCame(frame);
    if (fits && !m_ownerHolds)
    {
        m_credits->FrameGone(frame.priority, frame.bytes);
    }
    return fits;
}

void
Port::FreeCredits(uint8_t priority, uint32_t bytes)
{
    if (m_credits)
    {
        m_credits->FrameGone(priority, bytes);
    }
}

void
Port::HoldCredits(uint8_t priority, uint32_t bytes)
{
    if (m_credits)
    {
        m_credits->Hold(priority, bytes);
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
Port::NotifyEcnMark(const Frame& frame)
{
    ++m_ecnMarks;
    if (!m_ecnMark.IsEmpty())
    {
        m_ecnMark(frame);
    }
}

void
Port::Drop(Frame* frame, const char* reason)
{
    ++m_dropFrames[frame->priority];
    m_dropBytes[frame->priority] += frame->bytes;
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
    m_frameTx(frame);
    if (!m_phyTxBegin.IsEmpty() || !m_sniffer.IsEmpty() || !m_promiscSniffer.IsEmpty())
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
    m_frameRx(frame);
    if (!m_phyRxEnd.IsEmpty() || !m_sniffer.IsEmpty() || !m_promiscSniffer.IsEmpty())
    {
        Ptr<const Packet> bytes = m_codec->Encode(frame);
        m_phyRxEnd(bytes);
        m_promiscSniffer(bytes);
        m_sniffer(bytes);
    }
}

} // namespace ns3::fabric
