/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-queue-pair.h"

#include "rdma-cnp-generator.h"
#include "rdma-nic.h"
#include "rdma-opcode.h"
#include "rdma-pinned-path.h"
#include "rdma-syndrome.h"

#include "ns3/abort.h"
#include "ns3/pointer.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::rdma
{

using fabric::Frame;

NS_OBJECT_ENSURE_REGISTERED(QueuePair);

TypeId
QueuePair::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::QueuePair")
            .SetParent<Object>()
            .SetGroupName("Rdma")
            .AddConstructor<QueuePair>()
            .AddAttribute("PathMtu",
                          "Message bytes of a full packet. InfiniBand has 256, 512, 1024, 2048 and "
                          "4096; any other size up to that of an IPv4 packet works too (jumbo).",
                          UintegerValue(4096),
                          MakeUintegerAccessor(&QueuePair::m_pathMtu),
                          MakeUintegerChecker<uint32_t>(256, 65464))
            .AddAttribute("Reliability",
                          "The reliability scheme.",
                          TypeId::ATTR_GET,
                          PointerValue(),
                          MakePointerAccessor(&QueuePair::GetReliability),
                          MakePointerChecker<Reliability>())
            .AddAttribute("CongestionControl",
                          "The congestion control.",
                          TypeId::ATTR_GET,
                          PointerValue(),
                          MakePointerAccessor(&QueuePair::GetCongestionControl),
                          MakePointerChecker<CongestionControl>())
            .AddAttribute("PathSelector",
                          "The path selector.",
                          TypeId::ATTR_GET,
                          PointerValue(),
                          MakePointerAccessor(&QueuePair::GetPathSelector),
                          MakePointerChecker<PathSelector>());
    return tid;
}

QueuePair::QueuePair() = default;

QueuePair::~QueuePair() = default;

void
QueuePair::DoDispose()
{
    m_state = ERROR;
    m_timer.at = NEVER;
    for (Ptr<Object> part : {Ptr<Object>(m_reliability),
                             Ptr<Object>(m_congestionControl),
                             Ptr<Object>(m_pathSelector)})
    {
        if (part)
        {
            part->Dispose();
        }
    }
    if (m_echoSignals)
    {
        fabric::FramePool::ReleaseSignals(m_echoSignals);
        m_echoSignals = nullptr;
    }
    m_handler = nullptr;
    m_nic = nullptr;
    m_port = nullptr;
    m_scheduler = nullptr;
    Object::DoDispose();
}

// ---- the user

void
QueuePair::SetHandler(CompletionHandler* handler)
{
    m_handler = handler;
}

void
QueuePair::SetCookie(uint64_t cookie)
{
    m_cookie = cookie;
}

void
QueuePair::SetTrafficClass(uint8_t priority, uint8_t dscp)
{
    NS_ABORT_MSG_IF(m_state != RESET, "the class of a connected queue pair cannot change");
    NS_ABORT_MSG_IF(priority >= fabric::N_CLASSES || dscp > 63,
                    "no class " << +priority << " or no DSCP " << +dscp);
    m_transmit.priority = priority;
    m_dscp = dscp;
}

void
QueuePair::PinPath(uint16_t entropy)
{
    m_pathSelector->Dispose();
    auto pinned = CreateObject<PinnedPath>();
    pinned->SetEntropy(entropy);
    m_pathSelector = pinned;
}

void
QueuePair::Connect(fabric::FabricAddress address,
                   uint32_t qpn,
                   uint32_t sendPsn,
                   uint32_t receivePsn)
{
    NS_ABORT_MSG_IF(m_state != RESET, "queue pair " << m_qpn << " is connected already");
    NS_ABORT_MSG_IF(!m_nic, "a queue pair belongs to a NIC: see Nic::CreateQueuePair");
    m_remoteAddress = address;
    m_remoteQpn = qpn;
    m_controlEntropy = ConnectionEntropy(m_qpn, qpn);
    m_state = READY;
    const uint64_t first = FirstSequence(sendPsn);
    m_sendQueue.Start(m_pathMtu, first);

    UintegerValue interframe;
    m_port->GetAttribute("InterframeBytes", interframe);
    m_interframeBytes = interframe.Get();
    const uint32_t frameBytes = m_nic->GetFrameSizes().GetData(OP_WRITE_MIDDLE, m_pathMtu);

    CongestionControl::Context context;
    context.lineRate = m_port->GetBitRate();
    context.mtuBytes = m_pathMtu;
    context.frameBytes = frameBytes + m_interframeBytes;
    context.nodeId = m_port->GetNode()->GetId();
    m_congestionControl->Start(context, this);
    m_usesCnp = m_congestionControl->UsesCnp();
    m_usesCredit = m_congestionControl->UsesCredit();
    if (m_usesCredit)
    {
        m_nic->MakeCreditPacer(m_portIndex);
    }
    m_scheduler->RaiseQuantum(m_nic->GetFrameSizes().GetData(OP_WRITE_ONLY_IMM, m_pathMtu) +
                              m_congestionControl->GetSignalRequest().GetWireBytes());
    m_pathSelector->Start(m_qpn, qpn);
    m_reliability->Start(
        *this, m_sendQueue, *m_congestionControl, first, FirstSequence(receivePsn));
    if (m_reliability->IsUnordered())
    {
        m_sendQueue.SetSelfContained();
    }
}

bool
QueuePair::PostSend(const WorkRequest& request)
{
    if (m_state != READY)
    {
        return false;
    }
    m_sendQueue.Post(request, m_reliability->CountRequest());
    if (!m_active)
    {
        m_active = true;
        m_congestionControl->NotifyActive();
    }
    UpdateReadiness();
    return true;
}

void
QueuePair::PostReceive(uint64_t receiveId)
{
    m_responder.PostReceive(receiveId);
    m_reliability->NotifyReceivePosted();
}

void
QueuePair::SetReceiveQueue(Ptr<ReceiveQueue> receives)
{
    NS_ABORT_MSG_IF(m_responder.GetNReceives() > 0, "receives were posted before");
    m_responder.SetReceiveQueue(receives);
}

Ptr<CongestionControl>
QueuePair::GetCongestionControl() const
{
    return m_congestionControl;
}

Ptr<Reliability>
QueuePair::GetReliability() const
{
    return m_reliability;
}

Ptr<PathSelector>
QueuePair::GetPathSelector() const
{
    return m_pathSelector;
}

// ---- the NIC

void
QueuePair::Install(Nic& nic,
                   uint32_t qpn,
                   uint16_t portIndex,
                   Ptr<Reliability> reliability,
                   Ptr<CongestionControl> congestionControl,
                   Ptr<PathSelector> pathSelector)
{
    m_nic = &nic;
    m_qpn = qpn;
    m_portIndex = portIndex;
    m_port = &nic.GetPort(portIndex);
    m_scheduler = &nic.GetTransmitScheduler(portIndex);
    m_transmit.priority = nic.GetDataClass();
    m_dscp = nic.GetDataDscp();
    m_reliability = reliability;
    m_congestionControl = congestionControl;
    m_pathSelector = pathSelector;
}

void
QueuePair::PrefetchState() const
{
    constexpr std::size_t LINE = 64;
    const auto* begin = reinterpret_cast<const char*>(&m_state);
    const auto* end = reinterpret_cast<const char*>(&m_handler);
    for (const char* line = begin; line < end; line += LINE)
    {
        __builtin_prefetch(line);
    }
}

void
QueuePair::PrefetchParts() const
{
    constexpr std::size_t LINE = 64;
    const auto* reliability = reinterpret_cast<const char*>(PeekPointer(m_reliability));
    __builtin_prefetch(reliability);
    __builtin_prefetch(reliability + LINE);
    __builtin_prefetch(reliability + 2 * LINE);
    __builtin_prefetch(PeekPointer(m_congestionControl));
    __builtin_prefetch(PeekPointer(m_pathSelector));
    __builtin_prefetch(m_scheduler);
}

void
QueuePair::ReceiveFrame(Frame& frame)
{
    if (m_state != READY)
    {
        ++m_nic->m_counters.discarded;
        return;
    }
    m_inCall = true;
    switch (frame.roce.opcode)
    {
    case OP_ACKNOWLEDGE:
        if (IsAck(frame.roce.syndrome))
        {
            ++m_nic->m_counters.acksReceived;
        }
        m_ackSignals = frame.signals;
        m_reliability->ReceiveAck(frame);
        m_ackSignals = nullptr;
        break;
    case OP_CNP:
        ++m_nic->m_counters.cnpsReceived;
        if (!m_nic->m_cnpRxTrace.IsEmpty())
        {
            m_nic->m_cnpRxTrace(*this);
        }
        m_congestionControl->NotifyCnp({fabric::NowTicks()});
        break;
    case OP_PROBE:
        if (m_usesCredit)
        {
            m_nic->GetCreditPacer(m_portIndex).NotifyArrival(*this, frame);
        }
        [[fallthrough]];
    case OP_TRIM_NAK:
        m_reliability->ReceiveControl(frame);
        break;
    case OP_CREDIT:
        m_congestionControl->NotifyCredit(fabric::NowTicks(), frame.roce.credit);
        break;
    default:
        ++m_nic->m_counters.dataReceived;
        if (frame.ecn == fabric::Ecn::CE)
        {
            ReceiveMark(frame);
        }
        if (frame.signals)
        {
            KeepSignals(frame);
        }
        if (m_usesCredit)
        {
            m_nic->GetCreditPacer(m_portIndex).NotifyArrival(*this, frame);
        }
        if (frame.trimmed)
        {
            ++m_nic->m_counters.trimmedReceived;
            m_reliability->ReceiveTrimmed(frame);
            break;
        }
        m_reliability->ReceiveData(frame);
        break;
    }
    m_inCall = false;
    UpdateReadiness();
}

Frame*
QueuePair::MakeFrame(Ticks now)
{
    Frame* frame = NewFrame();
    fabric::RoceFields& roce = frame->roce;
    uint64_t sequence;
    const bool again = m_reliability->Prepare(roce, sequence);
    frame->bytes = m_nic->GetFrameSizes().GetData(roce.opcode, roce.payloadBytes);
    frame->entropy = m_pathSelector->Select(sequence, again);
    frame->priority = m_transmit.priority;
    frame->dscp = m_dscp;
    frame->sentAt = now;
    if (m_congestionControl->GetSignalRequest().kinds)
    {
        fabric::FramePool::AttachSignals(frame, m_congestionControl->GetSignalRequest());
    }

    m_reliability->NotifyLeaves(*frame, sequence);

    Nic::Counters& counters = m_nic->m_counters;
    ++counters.dataSent;
    counters.dataBytesSent += frame->bytes;
    counters.payloadBytesSent += roce.payloadBytes;
    if (again)
    {
        ++counters.dataRepeated;
        counters.payloadBytesRepeated += roce.payloadBytes;
        if (!m_nic->m_retransmitTrace.IsEmpty())
        {
            m_nic->m_retransmitTrace(*this, roce.psn);
        }
    }
    if (!m_nic->m_dataSentTrace.IsEmpty())
    {
        m_nic->m_dataSentTrace(*this, *frame);
    }

    m_lastBytes = frame->bytes + m_interframeBytes;
    m_congestionControl->NotifySent({now,
                                     m_reliability->GetBytesInFlight(),
                                     roce.payloadBytes,
                                     m_lastBytes,
                                     frame->entropy,
                                     again});
    // What other queue pairs made this one wait is made up for, by one packet at most.
    const Ticks gap = GetGap();
    m_pacedFrom = std::min(now, std::max(m_transmit.notBefore, now - gap));
    m_transmit.notBefore = std::max(m_blockedUntil, m_pacedFrom + gap);
    return frame;
}

void
QueuePair::HandleTimer()
{
    m_inCall = true;
    m_reliability->HandleTimer();
    m_inCall = false;
    UpdateReadiness();
}

// ---- the reliability scheme

void
QueuePair::SetTimer(Ticks at)
{
    m_nic->GetTimers().Set(*this, at);
}

void
QueuePair::UpdateReadiness()
{
    if (m_inCall || m_transmit.inRing)
    {
        return;
    }
    const bool waiting = m_transmit.place != UINT32_MAX;
    if (waiting ? m_transmit.notBefore <= fabric::NowTicks() : CanSend())
    {
        m_scheduler->Update(*this);
    }
}

void
QueuePair::BlockUntil(Ticks at)
{
    m_blockedUntil = at;
    PaceAnew();
}

void
QueuePair::Fail(CompletionStatus status)
{
    if (m_state != READY)
    {
        return;
    }
    m_state = ERROR;
    m_reliability->Stop();
    ++m_nic->m_counters.qpErrors;
    m_nic->m_qpErrorTrace(*this, status);
    while (!m_sendQueue.IsEmpty())
    {
        const SendMessage message = m_sendQueue.Pop();
        if (message.last)
        {
            Complete(message, status);
            status = CompletionStatus::FLUSHED;
        }
    }
    if (m_active)
    {
        m_active = false;
        m_congestionControl->NotifyIdle();
    }
}

void
QueuePair::NotifyAcknowledged(uint64_t bytes, const Echo& echo)
{
    const Ticks now = fabric::NowTicks();
    const Ticks rtt = now - echo.sentAt;
    if (!m_nic->m_rttTrace.IsEmpty())
    {
        m_nic->m_rttTrace(*this, TimeStep(rtt));
    }
    m_congestionControl->NotifyAck({now,
                                    rtt,
                                    echo.hold,
                                    bytes,
                                    m_reliability->GetBytesInFlight(),
                                    echo.entropy,
                                    echo.hops,
                                    echo.ce,
                                    m_ackSignals});
    m_pathSelector->NotifyAck({now, rtt, m_reliability->GetBytesInFlight(), echo.entropy, echo.ce});

    const uint64_t una = m_reliability->GetUna();
    while (!m_sendQueue.IsEmpty() && m_sendQueue.GetFront().GetEnd() <= una)
    {
        const SendMessage message = m_sendQueue.Pop();
        if (message.last)
        {
            Complete(message, CompletionStatus::SUCCESS);
        }
    }
    if (m_active && m_sendQueue.IsEmpty())
    {
        m_active = false;
        m_congestionControl->NotifyIdle();
    }
}

void
QueuePair::NotifyNack(uint64_t sequence, const Echo& echo, bool news)
{
    ++m_nic->m_counters.naksReceived;
    if (!m_nic->m_nakRxTrace.IsEmpty())
    {
        m_nic->m_nakRxTrace(*this, ToPsn(sequence), SYNDROME_NAK_SEQUENCE_ERROR);
    }
    if (news)
    {
        NotifyLoss(echo);
    }
}

void
QueuePair::NotifyLoss(const Echo& echo)
{
    const Ticks now = fabric::NowTicks();
    m_congestionControl->NotifyNack({now, m_reliability->GetBytesInFlight()});
    m_pathSelector->NotifyNack(
        {now, now - echo.sentAt, m_reliability->GetBytesInFlight(), echo.entropy, echo.ce});
}

void
QueuePair::NotifyTrimmed(uint64_t sequence, uint32_t bytes, const Echo& echo, bool lastHop)
{
    ++m_nic->m_counters.naksReceived;
    if (!m_nic->m_nakRxTrace.IsEmpty())
    {
        m_nic->m_nakRxTrace(
            *this, ToPsn(sequence), lastHop ? SYNDROME_NAK_TRIMMED_LAST_HOP : SYNDROME_NAK_TRIMMED);
    }
    const Ticks now = fabric::NowTicks();
    const uint64_t inFlight = m_reliability->GetBytesInFlight();
    m_congestionControl->NotifyNack({now, inFlight, bytes, true, lastHop});
    const PathSelector::Feedback feedback{now, now - echo.sentAt, inFlight, echo.entropy, echo.ce};
    if (lastHop)
    {
        m_pathSelector->NotifyAck(feedback);
    }
    else
    {
        m_pathSelector->NotifyNack(feedback);
    }
}

void
QueuePair::NotifyLoss(uint32_t bytes, uint16_t entropy)
{
    const Ticks now = fabric::NowTicks();
    m_congestionControl->NotifyLoss({now, bytes});
    m_pathSelector->NotifyLoss(now, entropy);
}

void
QueuePair::NotifyNotReady(uint64_t sequence)
{
    ++m_nic->m_counters.rnrNaksReceived;
    if (!m_nic->m_nakRxTrace.IsEmpty())
    {
        m_nic->m_nakRxTrace(*this, ToPsn(sequence), SYNDROME_RNR);
    }
}

void
QueuePair::NotifyTimeout()
{
    ++m_nic->m_counters.timeouts;
    m_nic->m_timeoutTrace(*this);
    const Ticks now = fabric::NowTicks();
    m_congestionControl->NotifyTimeout(now);
    m_pathSelector->NotifyTimeout(now);
}

void
QueuePair::NotifyPlaced(const Placement& placement)
{
    ++m_nic->m_counters.messagesReceived;
    if (!m_nic->m_messageReceivedTrace.IsEmpty())
    {
        m_nic->m_messageReceivedTrace(*this, placement);
    }
    if (m_handler)
    {
        m_handler->MessagePlaced(*this, placement);
    }
}

void
QueuePair::NotifyDuplicate()
{
    ++m_nic->m_counters.duplicates;
}

void
QueuePair::NotifyOutOfOrder()
{
    ++m_nic->m_counters.outOfOrder;
}

void
QueuePair::SendAcknowledgment(uint64_t sequence, uint8_t syndrome, Echo echo)
{
    m_port->Enqueue(NewAcknowledgment(sequence, syndrome, echo));
}

void
QueuePair::SendSelectiveAcknowledgment(uint64_t sequence,
                                       uint8_t syndrome,
                                       Echo echo,
                                       const Sack& sack)
{
    Frame* frame = NewAcknowledgment(sequence, syndrome, echo);
    frame->roce.sackPsn = ToPsn(sack.sequence);
    frame->roce.sackBitmap = sack.bitmap;
    frame->roce.outOfOrder = sack.outOfOrder;
    frame->roce.payloadBytes = sack.hasBitmap ? SACK_BITMAP_BYTES : SACK_BYTES;
    frame->bytes = m_nic->GetFrameSizes().GetAck(frame->roce.payloadBytes);
    m_port->Enqueue(frame);
}

void
QueuePair::SendControl(uint8_t opcode, uint64_t sequence, uint8_t syndrome, uint32_t credit)
{
    Frame* frame = NewFrame();
    frame->bytes = m_nic->GetFrameSizes().GetControl();
    frame->entropy = opcode == OP_PROBE ? m_pathSelector->Select(sequence, true) : m_controlEntropy;
    const uint8_t ackClass = m_nic->GetAckClass();
    frame->priority = ackClass < fabric::N_CLASSES ? ackClass : m_transmit.priority;
    frame->dscp = ackClass < fabric::N_CLASSES ? m_nic->GetAckDscp() : m_dscp;
    frame->sentAt = fabric::NowTicks();
    frame->roce.opcode = opcode;
    frame->roce.psn = ToPsn(sequence);
    frame->roce.syndrome = syndrome;
    frame->roce.credit = credit;
    m_port->Enqueue(frame);
}

void
QueuePair::SendTrimNak(const Frame& frame, uint64_t sequence)
{
    Frame* nak =
        NewAcknowledgment(sequence,
                          frame.lastHop ? SYNDROME_NAK_TRIMMED_LAST_HOP : SYNDROME_NAK_TRIMMED,
                          Echo(frame));
    nak->roce.opcode = OP_TRIM_NAK;
    nak->bytes = m_nic->GetFrameSizes().GetControl();
    m_port->Enqueue(nak);
}

// ---- internals

Frame*
QueuePair::NewAcknowledgment(uint64_t sequence, uint8_t syndrome, const Echo& echo)
{
    Nic::Counters& counters = m_nic->m_counters;
    const bool ack = IsAck(syndrome);
    Frame* frame = NewFrame();
    frame->bytes = m_nic->GetFrameSizes().GetAck();
    frame->entropy = m_controlEntropy;
    const uint8_t ackClass = m_nic->GetAckClass();
    frame->priority = ackClass < fabric::N_CLASSES ? ackClass : m_transmit.priority;
    frame->dscp = ackClass < fabric::N_CLASSES ? m_nic->GetAckDscp() : m_dscp;
    frame->sentAt = fabric::NowTicks();
    frame->roce.opcode = OP_ACKNOWLEDGE;
    frame->roce.psn = ToPsn(sequence);
    frame->roce.msn = m_responder.GetMsn();
    frame->roce.syndrome = syndrome;
    frame->roce.echoedSentAt = echo.sentAt;
    frame->roce.echoedEntropy = echo.entropy;
    frame->roce.echoedHold =
        static_cast<uint32_t>(std::min<Ticks>(frame->sentAt - echo.arrivedAt, UINT32_MAX));
    frame->roce.echoedHops = echo.hops;
    frame->roce.echoedCe = echo.ce || m_ceSinceAck;
    m_ceSinceAck = false;
    if (m_echoSignals)
    {
        fabric::FramePool::EchoSignals(frame, m_echoSignals);
        m_echoSignals = nullptr;
    }
    if (ack)
    {
        ++counters.acksSent;
    }
    else
    {
        ++(IsRnr(syndrome) ? counters.rnrNaksSent : counters.naksSent);
        if (!m_nic->m_nakTxTrace.IsEmpty())
        {
            m_nic->m_nakTxTrace(*this, frame->roce.psn, syndrome);
        }
    }
    return frame;
}

void
QueuePair::RateChanged(uint64_t before)
{
    if (!m_nic->m_rateTrace.IsEmpty())
    {
        m_nic->m_rateTrace(*this, before, m_congestionControl->GetRate());
    }
    PaceAnew();
}

void
QueuePair::WindowChanged(uint64_t before)
{
    if (!m_nic->m_windowTrace.IsEmpty())
    {
        m_nic->m_windowTrace(*this, before, m_congestionControl->GetWindow());
    }
    if (!m_inCall && m_transmit.place == UINT32_MAX && CanSend())
    {
        m_scheduler->UpdateLater(*this);
    }
}

Frame*
QueuePair::NewFrame()
{
    Frame* frame = m_port->GetFramePool().Allocate();
    frame->kind = fabric::FrameKind::ROCE;
    frame->source = m_port->GetFabricAddress();
    frame->destination = m_remoteAddress;
    frame->ecn = fabric::Ecn::ECT0;
    frame->roce.destinationQp = m_remoteQpn;
    return frame;
}

Ticks
QueuePair::GetGap()
{
    const uint64_t rate = m_congestionControl->GetRate();
    if (rate >= m_port->GetBitRate())
    {
        return 0; // the port itself is the pace
    }
    if (rate != m_gapRate || m_lastBytes != m_gapBytes)
    {
        m_gapRate = rate;
        m_gapBytes = m_lastBytes;
        m_gap = fabric::SerializationTicks(m_lastBytes, rate);
    }
    return m_gap;
}

void
QueuePair::PaceAnew()
{
    m_transmit.notBefore = std::max(m_blockedUntil, m_pacedFrom + GetGap());
    if (m_transmit.place != UINT32_MAX)
    {
        m_scheduler->UpdateLater(*this);
    }
}

void
QueuePair::ReceiveMark(const Frame& frame)
{
    ++m_nic->m_counters.marksReceived;
    m_ceSinceAck = true;
    CnpGenerator& generator = m_nic->GetCnpGenerator(m_portIndex);
    if (!m_usesCnp || !generator.Request(m_qpn - Nic::FIRST_QPN, frame.source, fabric::NowTicks()))
    {
        return;
    }
    Frame* cnp = NewFrame();
    cnp->bytes = FrameSizes::GetCnp();
    cnp->entropy = m_controlEntropy;
    cnp->priority = m_nic->GetCnpClass();
    cnp->dscp = m_nic->GetCnpDscp();
    cnp->sentAt = fabric::NowTicks();
    cnp->roce.opcode = OP_CNP;
    cnp->roce.becn = true;
    ++m_nic->m_counters.cnpsSent;
    if (!m_nic->m_cnpTxTrace.IsEmpty())
    {
        m_nic->m_cnpTxTrace(*this);
    }
    m_port->Enqueue(cnp);
}

void
QueuePair::KeepSignals(Frame& frame)
{
    // Acknowledgments that are put off echo the newest.
    if (m_echoSignals)
    {
        fabric::FramePool::ReleaseSignals(m_echoSignals);
    }
    m_echoSignals = fabric::FramePool::DetachSignals(&frame);
}

void
QueuePair::Complete(const SendMessage& message, CompletionStatus status)
{
    const Completion completion{message.wrId, message.requestBytes, message.verb, status};
    if (status == CompletionStatus::SUCCESS)
    {
        ++m_nic->m_counters.messagesSent;
    }
    else
    {
        ++m_nic->m_counters.messagesFailed;
    }
    if (!m_nic->m_messageSentTrace.IsEmpty())
    {
        m_nic->m_messageSentTrace(*this, completion);
    }
    if (m_handler)
    {
        m_handler->SendCompleted(*this, completion);
    }
}

} // namespace ns3::rdma
