/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-queue-pair.h"

#include "rdma-cnp-generator.h"
#include "rdma-nic.h"
#include "rdma-one-sided.h"
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
                          MakeUintegerChecker<uint16_t>(256, 65464))
            .AddAttribute("MaxRdAtomic",
                          "READs and atomics that may be outstanding, of either end; both must "
                          "agree (max_rd_atomic and max_dest_rd_atomic). Default: what current "
                          "ConnectX report as max_qp_rd_atom.",
                          UintegerValue(16),
                          MakeUintegerAccessor(&QueuePair::m_maxRdAtomic),
                          MakeUintegerChecker<uint8_t>(1, 255))
            .AddAttribute("MaxRate",
                          "Rate that the queue pair is held to, whatever congestion control "
                          "allows, preamble and gap included; 0 for none.",
                          DataRateValue(DataRate(0)),
                          MakeDataRateAccessor(&QueuePair::SetMaxRate),
                          MakeDataRateChecker())
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
    m_oneSided.reset();
    m_frames.Dispose();
    m_handler = nullptr;
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
    m_frames.SetDscp(dscp);
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
    NS_ABORT_MSG_IF(!m_scheduler, "a queue pair belongs to a NIC: see Nic::CreateQueuePair");
    m_frames.Connect(address, m_qpn, qpn);
    GetNic().PlaceInBond(*this);
    m_state = READY;
    const uint64_t first = FirstSequence(sendPsn);
    m_sendQueue.Start(m_pathMtu, first);

    UintegerValue interframe;
    GetPort().GetAttribute("InterframeBytes", interframe);
    m_pacer.SetInterframe(interframe.Get());
    const uint32_t frameBytes = GetNic().GetFrameSizes().GetData(OP_WRITE_MIDDLE, m_pathMtu);

    CongestionControl::Context context;
    context.lineRate = GetPort().GetBitRate();
    context.mtuBytes = m_pathMtu;
    context.frameBytes = frameBytes + static_cast<uint32_t>(interframe.Get());
    context.nodeId = GetPort().GetNode()->GetId();
    m_congestionControl->Start(context, this);
    m_usesCnp = m_congestionControl->UsesCnp();
    m_usesCredit = m_congestionControl->UsesCredit();
    if (m_usesCredit)
    {
        GetNic().MakeCreditPacer(m_portIndex);
    }
    m_scheduler->RaiseQuantum(GetNic().GetFrameSizes().GetData(OP_WRITE_ONLY_IMM, m_pathMtu) +
                              m_congestionControl->GetSignalRequest().GetWireBytes());
    m_pathSelector->Start(m_qpn, qpn);
    m_reliability->Start(
        *this, m_sendQueue, *m_congestionControl, first, FirstSequence(receivePsn));
    if (m_reliability->IsUnordered())
    {
        m_sendQueue.SetSelfContained();
    }
    if (m_reliability->GetResponseStyle() == ResponseStyle::OF_REQUEST)
    {
        m_sendQueue.SetCountsResponses();
    }
    if (m_reliability->SplitsReads())
    {
        m_sendQueue.SetSplitsReads();
    }
}

void
QueuePair::ConnectAsResponses(const QueuePair& owner)
{
    m_pathMtu = owner.m_pathMtu;
    m_maxRate = owner.m_maxRate;
    m_transmit.priority = owner.m_transmit.priority;
    m_frames.SetDscp(owner.m_frames.GetDscp());
    m_frames.SetResponses();
    if (const auto pinned = DynamicCast<PinnedPath>(owner.m_pathSelector))
    {
        PinPath(pinned->GetEntropy());
    }
    Connect(owner.GetRemoteAddress(), owner.GetRemoteQpn());
}

bool
QueuePair::PostSend(const WorkRequest& request)
{
    if (m_state != READY || (request.verb >= Verb::READ_RESPONSE && !IsOfResponses()))
    {
        return false;
    }
    if (!m_reliability->Carries(request.verb) ||
        (request.verb == Verb::READ && request.bytes > MAX_WIRE_MESSAGE_BYTES))
    {
        return false;
    }
    if (AsksForData(request.verb))
    {
        GetOneSided();
    }
    if (m_oneSided && m_oneSided->GetRequests().MustHold(request))
    {
        m_oneSided->GetRequests().Hold(request);
        return true;
    }
    Post(request);
    UpdateReadiness();
    if (!GetPort().IsLinkUp())
    {
        GetNic().WatchLink(m_portIndex);
    }
    return true;
}

void
QueuePair::Post(const WorkRequest& request)
{
    const uint32_t number = m_reliability->CountRequest();
    m_sendQueue.Post(request, number);
    if (AsksForData(request.verb))
    {
        const bool split = request.verb == Verb::READ && m_reliability->SplitsReads();
        const uint64_t packets = (request.bytes + m_pathMtu - 1) / m_pathMtu;
        m_oneSided->GetRequests().NotePosted(number, split && packets > 1 ? packets : 1);
        if (m_reliability->GetResponseStyle() == ResponseStyle::OWN_SEQUENCE)
        {
            m_oneSided->StartWatch();
        }
    }
    if (!m_active)
    {
        m_active = true;
        m_congestionControl->NotifyActive();
    }
}

void
QueuePair::SetMaxRate(DataRate rate)
{
    m_maxRate = rate.GetBitRate() > 0 ? rate.GetBitRate() : UINT64_MAX;
    if (m_state == READY)
    {
        PaceAnew();
    }
}

void
QueuePair::Reset()
{
    NS_ABORT_MSG_IF(m_inCall, "a queue pair cannot be reset in the middle of a call");
    Close();
    for (Ptr<Object> part : {Ptr<Object>(m_reliability),
                             Ptr<Object>(m_congestionControl),
                             Ptr<Object>(m_pathSelector)})
    {
        part->Dispose();
    }
    m_oneSided.reset();
    m_hasResponses = false;
    m_sendQueue = SendQueue();
    m_responder = Responder();
    m_pacer = Pacer();
    const uint8_t priority = m_transmit.priority;
    m_transmit = TransmitState();
    m_transmit.priority = priority;
    GetNic().RenewStack(*this);
    m_state = RESET;
}

void
QueuePair::Close()
{
    if (m_state == READY)
    {
        Shut(CompletionStatus::FLUSHED);
    }
    m_state = ERROR;
    if (m_oneSided && m_oneSided->GetChannel())
    {
        m_oneSided->GetChannel()->Close();
    }
    m_scheduler->Remove(*this);
    GetNic().GetTimers().Remove(*this);
    if (m_usesCredit)
    {
        GetNic().GetCreditPacer(m_portIndex).Remove(*this);
    }
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
QueuePair::Install(Nic& nic, uint32_t qpn, uint16_t portIndex)
{
    m_frames.Install(nic, nic.GetPort(portIndex));
    m_frames.SetDscp(nic.GetDataDscp());
    m_qpn = qpn;
    m_portIndex = portIndex;
    m_scheduler = &nic.GetTransmitScheduler(portIndex);
    m_transmit.priority = nic.GetDataClass();
}

void
QueuePair::MoveToPort(uint16_t portIndex)
{
    Nic& nic = GetNic();
    m_scheduler->Remove(*this);
    m_portIndex = portIndex;
    m_frames.Install(nic, nic.GetPort(portIndex));
    m_scheduler = &nic.GetTransmitScheduler(portIndex);
    if (m_state != READY)
    {
        return;
    }
    m_scheduler->RaiseQuantum(nic.GetFrameSizes().GetData(OP_WRITE_ONLY_IMM, m_pathMtu) +
                              m_congestionControl->GetSignalRequest().GetWireBytes());
    if (m_oneSided && m_oneSided->GetChannel())
    {
        m_oneSided->GetChannel()->MoveToPort(portIndex);
    }
    UpdateReadiness();
}

void
QueuePair::SetStack(Ptr<Reliability> reliability,
                    Ptr<CongestionControl> congestionControl,
                    Ptr<PathSelector> pathSelector)
{
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
        ++GetNic().m_counters.discarded;
        return;
    }
    if (frame.roce.response && !IsOfResponses())
    {
        ReceiveResponse(frame);
        return;
    }
    m_inCall = true;
    switch (frame.roce.opcode)
    {
    case OP_ACKNOWLEDGE:
        if (IsAck(frame.roce.syndrome))
        {
            ++GetNic().m_counters.acksReceived;
        }
        GetNic().m_ackSignals = frame.signals;
        m_reliability->ReceiveAck(frame);
        GetNic().m_ackSignals = nullptr;
        break;
    case OP_CNP:
        ++GetNic().m_counters.cnpsReceived;
        if (!GetNic().m_cnpRxTrace.IsEmpty())
        {
            GetNic().m_cnpRxTrace(*this);
        }
        m_congestionControl->NotifyCnp({fabric::NowTicks()});
        if (m_oneSided && m_oneSided->GetChannel())
        {
            m_oneSided->GetChannel()->m_congestionControl->NotifyCnp({fabric::NowTicks()});
        }
        break;
    case OP_NOTICE:
        ReceiveNotice(frame);
        break;
    case OP_PROBE:
        if (m_usesCredit)
        {
            GetNic().GetCreditPacer(m_portIndex).NotifyArrival(*this, frame);
        }
        [[fallthrough]];
    case OP_TRIM_NAK:
        m_reliability->ReceiveControl(frame);
        break;
    case OP_CREDIT:
        m_congestionControl->NotifyCredit(fabric::NowTicks(), frame.roce.credit);
        break;
    default:
        NoteData(frame);
        if (m_usesCredit)
        {
            GetNic().GetCreditPacer(m_portIndex).NotifyArrival(*this, frame);
        }
        if (frame.trimmed)
        {
            ++GetNic().m_counters.trimmedReceived;
            m_reliability->ReceiveTrimmed(frame);
            break;
        }
        m_reliability->ReceiveData(frame);
        break;
    }
    m_inCall = false;
    UpdateReadiness();
}

void
QueuePair::NoteData(Frame& frame)
{
    ++GetNic().m_counters.dataReceived;
    if (frame.ecn == fabric::Ecn::CE)
    {
        ReceiveMark(frame);
    }
    if (frame.signals)
    {
        m_frames.KeepSignals(frame);
    }
}

Frame*
QueuePair::MakeFrame(Ticks now)
{
    if (m_hasResponses && (m_responseTurn || !m_reliability->CanSend()))
    {
        return MakeResponse(now);
    }
    m_responseTurn = true;
    Frame* frame = m_frames.NewFrame();
    uint64_t sequence;
    const bool again = m_reliability->Prepare(frame->roce, sequence);
    frame->entropy = m_pathSelector->Select(sequence, again);
    if (m_congestionControl->GetSignalRequest().kinds & fabric::SIGNAL_BOLT)
    {
        m_congestionControl->NotifyBacklog(m_sendQueue.GetEndByte() -
                                           m_sendQueue.GetOffset(sequence));
    }
    Dress(*frame, now);
    m_reliability->NotifyLeaves(*frame, sequence);
    Leave(*frame, now, again);
    return frame;
}

void
QueuePair::Dress(Frame& frame, Ticks now) const
{
    frame.bytes = GetNic().GetFrameSizes().GetData(frame.roce.opcode, frame.roce.payloadBytes);
    frame.priority = m_transmit.priority;
    frame.dscp = m_frames.GetDscp();
    frame.sentAt = now;
    if (m_congestionControl->GetSignalRequest().kinds)
    {
        fabric::FramePool::AttachSignals(&frame, m_congestionControl->GetSignalRequest())
            ->bolt.sourceQp = m_qpn;
    }
}

void
QueuePair::Leave(const Frame& frame, Ticks now, bool again)
{
    Nic& nic = GetNic();
    const uint32_t payload = frame.roce.payloadBytes;
    ++nic.m_counters.dataSent;
    nic.m_counters.dataBytesSent += frame.bytes;
    nic.m_counters.payloadBytesSent += payload;
    if (again)
    {
        ++nic.m_counters.dataRepeated;
        nic.m_counters.payloadBytesRepeated += payload;
        if (!nic.m_retransmitTrace.IsEmpty())
        {
            nic.m_retransmitTrace(*this, frame.roce.psn);
        }
    }
    if (!nic.m_dataSentTrace.IsEmpty())
    {
        nic.m_dataSentTrace(*this, frame);
    }
    m_congestionControl->NotifySent({now,
                                     m_reliability->GetBytesInFlight(),
                                     payload,
                                     m_pacer.NoteFrame(frame.bytes),
                                     frame.entropy,
                                     again});
    m_transmit.notBefore =
        m_pacer.Advance(now, m_transmit.notBefore, GetPace(), GetPort().GetBitRate());
}

void
QueuePair::HandleTimer()
{
    m_inCall = true;
    m_reliability->HandleTimer();
    m_inCall = false;
    UpdateReadiness();
}

} // namespace ns3::rdma
