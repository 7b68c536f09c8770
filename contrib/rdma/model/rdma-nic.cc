/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-nic.h"

#include "rdma-congestion-control.h"
#include "rdma-falcon-codec.h"
#include "rdma-go-back-n.h"
#include "rdma-no-congestion-control.h"
#include "rdma-opcode.h"
#include "rdma-path-selector.h"
#include "rdma-roce-codec.h"
#include "rdma-single-path.h"
#include "rdma-uet-codec.h"

#include "ns3/abort.h"
#include "ns3/fabric-compat.h"
#include "ns3/fabric-frame-pool.h"
#include "ns3/object-vector.h"
#include "ns3/simulator.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

namespace ns3::rdma
{

using fabric::Frame;
using fabric::FramePool;
using fabric::Port;

NS_OBJECT_ENSURE_REGISTERED(Nic);

namespace
{

/** @return a factory of a type with its default attributes */
template <typename T>
ObjectFactory
FactoryOf()
{
    ObjectFactory factory;
    factory.SetTypeId(T::GetTypeId());
    return factory;
}

/** @param factory a factory @return what it makes, which must be a T */
template <typename T>
Ptr<T>
Make(const ObjectFactory& factory)
{
    auto object = factory.Create()->GetObject<T>();
    NS_ABORT_MSG_IF(!object,
                    factory.GetTypeId().GetName() << " is no " << T::GetTypeId().GetName());
    return object;
}

} // namespace

TypeId
Nic::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::Nic")
            .SetParent<Object>()
            .SetGroupName("Rdma")
            .AddConstructor<Nic>()
            .AddAttribute("Reliability",
                          "Reliability scheme of new queue pairs: type and attributes.",
                          ObjectFactoryValue(FactoryOf<GoBackN>()),
                          MakeObjectFactoryAccessor(&Nic::m_reliabilityFactory),
                          MakeObjectFactoryChecker())
            .AddAttribute("CongestionControl",
                          "Congestion control of new queue pairs: type and attributes.",
                          ObjectFactoryValue(FactoryOf<NoCongestionControl>()),
                          MakeObjectFactoryAccessor(&Nic::m_congestionControlFactory),
                          MakeObjectFactoryChecker())
            .AddAttribute("PathSelector",
                          "Path selector of new queue pairs: type and attributes.",
                          ObjectFactoryValue(FactoryOf<SinglePath>()),
                          MakeObjectFactoryAccessor(&Nic::m_pathSelectorFactory),
                          MakeObjectFactoryChecker())
            .AddAttribute("CnpGenerator",
                          "Notification point of new ports: type and attributes.",
                          ObjectFactoryValue(FactoryOf<CnpGenerator>()),
                          MakeObjectFactoryAccessor(&Nic::m_cnpGeneratorFactory),
                          MakeObjectFactoryChecker())
            .AddAttribute("CreditPacer",
                          "What shares receiver credit out at each port, where congestion control "
                          "uses it: type and attributes.",
                          ObjectFactoryValue(FactoryOf<CreditPacer>()),
                          MakeObjectFactoryAccessor(&Nic::m_creditPacerFactory),
                          MakeObjectFactoryChecker())
            .AddAttribute("Limits",
                          "What the NIC can do at most, besides the rate of its ports: type and "
                          "attributes. Before ports are added.",
                          ObjectFactoryValue(FactoryOf<NicLimits>()),
                          MakeObjectFactoryAccessor(&Nic::SetLimits),
                          MakeObjectFactoryChecker())
            .AddAttribute("DataClass",
                          "Priority class of data frames, 0 to 7. Default: the usual class of "
                          "RoCE.",
                          UintegerValue(3),
                          MakeUintegerAccessor(&Nic::m_dataClass),
                          MakeUintegerChecker<uint8_t>(0, fabric::N_CLASSES - 1))
            .AddAttribute("AckClass",
                          "Priority class of ACKs and NAKs, 0 to 7; 8: that of the data they "
                          "answer.",
                          UintegerValue(CLASS_OF_DATA),
                          MakeUintegerAccessor(&Nic::m_ackClass),
                          MakeUintegerChecker<uint8_t>(0, CLASS_OF_DATA))
            .AddAttribute("CnpClass",
                          "Priority class of CNPs, 0 to 7. Default: that of NVIDIA NICs.",
                          UintegerValue(6),
                          MakeUintegerAccessor(&Nic::m_cnpClass),
                          MakeUintegerChecker<uint8_t>(0, fabric::N_CLASSES - 1))
            .AddAttribute("DataDscp",
                          "DSCP of data frames, 0 to 63.",
                          UintegerValue(26),
                          MakeUintegerAccessor(&Nic::m_dataDscp),
                          MakeUintegerChecker<uint8_t>(0, 63))
            .AddAttribute("AckDscp",
                          "DSCP of ACKs and NAKs, 0 to 63, if AckClass is not 8.",
                          UintegerValue(26),
                          MakeUintegerAccessor(&Nic::m_ackDscp),
                          MakeUintegerChecker<uint8_t>(0, 63))
            .AddAttribute("CnpDscp",
                          "DSCP of CNPs, 0 to 63. Default: that of NVIDIA NICs.",
                          UintegerValue(48),
                          MakeUintegerAccessor(&Nic::m_cnpDscp),
                          MakeUintegerChecker<uint8_t>(0, 63))
            .AddAttribute("WireFormat",
                          "Headers of the frames: RoCEv2, those of Ultra Ethernet transport over "
                          "UDP, or those of RDMA over OCP Falcon over PSP, for the reliability "
                          "Falcon. It decides their sizes, and their bytes in pcap files.",
                          EnumValue(FrameSizes::ROCE),
                          fabric::compat::MakeEnumAccessorFor<FrameSizes::Format>(
                              &Nic::SetWireFormat, &Nic::GetWireFormat),
                          MakeEnumChecker(FrameSizes::ROCE,
                                          "RoCEv2",
                                          FrameSizes::ULTRA_ETHERNET,
                                          "UltraEthernet",
                                          FrameSizes::ULTRA_ETHERNET_RUDI,
                                          "UltraEthernetRudi",
                                          FrameSizes::FALCON,
                                          "Falcon"))
            .AddAttribute("DataOverheadBytes",
                          "Bytes of every data frame besides its payload, for comparison with "
                          "closed forms; 0 for the real headers of RoCEv2.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&Nic::SetDataOverhead),
                          MakeUintegerChecker<uint32_t>(0, 1500))
            .AddAttribute("AckFrameBytes",
                          "Bytes of an ACK or NAK frame, for comparison with closed forms; 0 for "
                          "the real size, 66.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&Nic::SetAckBytes),
                          MakeUintegerChecker<uint32_t>(0, 1500))
            .AddAttribute("ResponseTimeout",
                          "Where the responder repeats responses: time without any packet of them "
                          "after which a queue pair with READs or atomics outstanding fails; known "
                          "to 50 us. Default: what go-back-N takes with its defaults, eight times "
                          "67.1 ms.",
                          TimeValue(MicroSeconds(536'871)),
                          MakeTimeAccessor(&Nic::m_responseTimeout),
                          MakeTimeChecker(MicroSeconds(50)))
            .AddAttribute("LinkTimeout",
                          "Time without link after which the queue pairs of a port that have "
                          "anything to send, or wait for an answer, fail; known to 1 ms. A port "
                          "whose address another one shares waits for that. Default: what "
                          "go-back-N takes with its defaults, eight times 67.1 ms.",
                          TimeValue(MicroSeconds(536'871)),
                          MakeTimeAccessor(&Nic::m_linkTimeout),
                          MakeTimeChecker(MilliSeconds(1)))
            .AddAttribute("BondUse",
                          "Which port of several that share an address a queue pair uses while all "
                          "are up: by a hash of both queue pair numbers and addresses (Hash, "
                          "default: the layer 3+4 policy of bonding drivers), or the next one for "
                          "each (RoundRobin, the queue affinity of NVIDIA's NICs).",
                          EnumValue(Nic::HASH),
                          fabric::compat::MakeEnumAccessorFor<BondUse>(&Nic::m_bondUse),
                          MakeEnumChecker(Nic::HASH, "Hash", Nic::ROUND_ROBIN, "RoundRobin"))
            .AddAttribute("FailoverTime",
                          "From the loss or return of the signal at a port that shares its address "
                          "to its queue pairs using another port, or it again. Default: at once, "
                          "by interrupt; a driver that polls takes its period (Linux: miimon, "
                          "usually 100 ms).",
                          TimeValue(Time(0)),
                          MakeTimeAccessor(&Nic::m_failoverTime),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("QueuePairs",
                          "The queue pairs, in the order of their numbers.",
                          ObjectVectorValue(),
                          MakeObjectVectorAccessor(&Nic::m_queuePairs),
                          MakeObjectVectorChecker<QueuePair>())
            .AddTraceSource(
                "DataSent",
                "A data frame is made, new or again; its sentAt says when it leaves: now "
                "or right after the frame on the wire.",
                MakeTraceSourceAccessor(&Nic::m_dataSentTrace),
                "ns3::rdma::Nic::DataTracedCallback")
            .AddTraceSource("Retransmit",
                            "A data frame leaves that was sent before; with its PSN.",
                            MakeTraceSourceAccessor(&Nic::m_retransmitTrace),
                            "ns3::rdma::Nic::PsnTracedCallback")
            .AddTraceSource("NakTx",
                            "A NAK or RNR NAK is sent.",
                            MakeTraceSourceAccessor(&Nic::m_nakTxTrace),
                            "ns3::rdma::Nic::NakTracedCallback")
            .AddTraceSource("NakRx",
                            "A NAK or RNR NAK has arrived.",
                            MakeTraceSourceAccessor(&Nic::m_nakRxTrace),
                            "ns3::rdma::Nic::NakTracedCallback")
            .AddTraceSource("CnpTx",
                            "A congestion notification is sent.",
                            MakeTraceSourceAccessor(&Nic::m_cnpTxTrace),
                            "ns3::rdma::Nic::QueuePairTracedCallback")
            .AddTraceSource("CnpRx",
                            "A congestion notification has arrived.",
                            MakeTraceSourceAccessor(&Nic::m_cnpRxTrace),
                            "ns3::rdma::Nic::QueuePairTracedCallback")
            .AddTraceSource("NoticeRx",
                            "A switch says how long its queue is that a frame of ours joins.",
                            MakeTraceSourceAccessor(&Nic::m_noticeRxTrace),
                            "ns3::rdma::Nic::QueuePairTracedCallback")
            .AddTraceSource("Timeout",
                            "The retransmission timer of a queue pair expired.",
                            MakeTraceSourceAccessor(&Nic::m_timeoutTrace),
                            "ns3::rdma::Nic::QueuePairTracedCallback")
            .AddTraceSource("RateChange",
                            "Congestion control changed the rate; old and new, bit/s.",
                            MakeTraceSourceAccessor(&Nic::m_rateTrace),
                            "ns3::rdma::Nic::ChangeTracedCallback")
            .AddTraceSource("WindowChange",
                            "Congestion control changed the window; old and new, bytes.",
                            MakeTraceSourceAccessor(&Nic::m_windowTrace),
                            "ns3::rdma::Nic::ChangeTracedCallback")
            .AddTraceSource("Rtt",
                            "An acknowledgment gave a round-trip time.",
                            MakeTraceSourceAccessor(&Nic::m_rttTrace),
                            "ns3::rdma::Nic::RttTracedCallback")
            .AddTraceSource("QpError",
                            "A queue pair failed, with the reason.",
                            MakeTraceSourceAccessor(&Nic::m_qpErrorTrace),
                            "ns3::rdma::Nic::ErrorTracedCallback")
            .AddTraceSource("MessageSent",
                            "A work request ended at its sender, with success or not.",
                            MakeTraceSourceAccessor(&Nic::m_messageSentTrace),
                            "ns3::rdma::Nic::CompletionTracedCallback")
            .AddTraceSource("MessageReceived",
                            "A message has arrived whole at the responder.",
                            MakeTraceSourceAccessor(&Nic::m_messageReceivedTrace),
                            "ns3::rdma::Nic::PlacementTracedCallback");
    return tid;
}

Nic::Nic() = default;

Nic::~Nic() = default;

void
Nic::DoDispose()
{
    for (auto& queuePair : m_queuePairs)
    {
        queuePair->Dispose();
    }
    m_queuePairs.clear();
    m_tombstone = nullptr;
    if (m_limits)
    {
        m_limits->Dispose();
    }
    for (auto& entry : m_ports)
    {
        entry.port->SetOwner(nullptr);
        if (entry.creditPacer)
        {
            entry.creditPacer->Dispose();
        }
    }
    m_ports.clear();
    m_codec = nullptr;
    Object::DoDispose();
}

Ptr<fabric::FrameCodec>
Nic::MakeCodec() const
{
    switch (m_sizes.GetFormat())
    {
    case FrameSizes::FALCON:
        return CreateObject<FalconCodec>();
    case FrameSizes::ULTRA_ETHERNET:
    case FrameSizes::ULTRA_ETHERNET_RUDI:
    {
        auto codec = CreateObject<UetCodec>();
        codec->SetRudi(m_sizes.GetFormat() == FrameSizes::ULTRA_ETHERNET_RUDI);
        return codec;
    }
    default:
        return CreateObject<RoceCodec>();
    }
}

uint16_t
Nic::AddPort(Ptr<Port> port)
{
    NS_ABORT_MSG_IF(!port->GetNode(), "a port needs its node before it joins a NIC");
    NS_ABORT_MSG_IF(m_ports.size() > UINT16_MAX, "too many ports");
    const uint16_t index = m_ports.size();
    const uint32_t context = port->GetNode()->GetId();
    PortEntry entry;
    entry.port = port;
    entry.scheduler = std::make_unique<TransmitScheduler>(*port);
    entry.scheduler->SetContext(context);
    entry.cnpGenerator = Make<CnpGenerator>(m_cnpGeneratorFactory);
    entry.first = index;
    m_ports.push_back(std::move(entry));
    if (m_limits)
    {
        m_limits->AddPort(*port, context);
    }
    m_timers.SetContext(context);
    if (!m_codec)
    {
        m_codec = MakeCodec();
    }
    port->SetFrameCodec(m_codec);
    port->SetOwner(this);
    port->SetOwnerIndex(index);
    return index;
}

void
Nic::MakeCreditPacer(uint16_t port)
{
    PortEntry& entry = m_ports[m_ports[port].first];
    if (!entry.creditPacer)
    {
        entry.creditPacer = Make<CreditPacer>(m_creditPacerFactory);
        entry.creditPacer->Setup(GetLiveRate(port), entry.port->GetNode()->GetId());
    }
}

void
Nic::SetFrameClient(uint16_t port, FrameClient* client)
{
    m_ports[port].client = client;
}

uint16_t
Nic::GetNPorts() const
{
    return m_ports.size();
}

Ptr<QueuePair>
Nic::CreateQueuePair(uint16_t port)
{
    NS_ABORT_MSG_IF(port >= m_ports.size(),
                    "no port " << port << " at a NIC of " << m_ports.size() << " ports");
    const uint32_t qpn = FIRST_QPN + m_queuePairs.size();
    NS_ABORT_MSG_IF(qpn > 0xffffff, "queue pair numbers have 24 bits: a NIC has no more");
    auto queuePair = CreateObject<QueuePair>();
    queuePair->Install(*this, qpn, port);
    RenewStack(*queuePair);
    m_queuePairs.push_back(queuePair);
    return queuePair;
}

void
Nic::RenewStack(QueuePair& queuePair)
{
    queuePair.SetStack(Make<Reliability>(m_reliabilityFactory),
                       Make<CongestionControl>(m_congestionControlFactory),
                       Make<PathSelector>(m_pathSelectorFactory));
}

void
Nic::DestroyQueuePair(Ptr<QueuePair> queuePair)
{
    const uint32_t index = queuePair->GetQpn() - FIRST_QPN;
    NS_ABORT_MSG_IF(index >= m_queuePairs.size() || m_queuePairs[index] != queuePair,
                    "no such queue pair at this NIC");
    queuePair->Close();
    if (!m_tombstone)
    {
        m_tombstone = CreateObject<QueuePair>();
        m_tombstone->Install(*this, 0, 0);
        m_tombstone->Close();
    }
    m_queuePairs[index] = m_tombstone;
    ++m_nDestroyed;
    // It may be in the middle of a call.
    Simulator::ScheduleNow(&QueuePair::Dispose, queuePair);
}

Ptr<QueuePair>
Nic::MakeResponseChannel(const QueuePair& owner)
{
    auto channel = CreateObject<QueuePair>();
    channel->Install(*this, owner.GetQpn(), owner.GetPortIndex());
    RenewStack(*channel);
    channel->ConnectAsResponses(owner);
    return channel;
}

uint32_t
Nic::GetNQueuePairs() const
{
    return m_queuePairs.size() - m_nDestroyed;
}

Ptr<QueuePair>
Nic::GetQueuePair(uint32_t qpn) const
{
    const uint32_t index = qpn - FIRST_QPN;
    return index < m_queuePairs.size() && m_queuePairs[index] != m_tombstone ? m_queuePairs[index]
                                                                             : nullptr;
}

void
Nic::ReceiveFrame(Port& port, Frame* frame)
{
    const uint32_t index = frame->roce.destinationQp - FIRST_QPN;
    if (frame->kind != fabric::FrameKind::ROCE || index >= m_queuePairs.size() ||
        frame->destination != port.GetFabricAddress())
    {
        if (FrameClient* client = m_ports[port.GetOwnerIndex()].client;
            client && frame->kind == fabric::FrameKind::REDUCTION)
        {
            client->ReceiveFrame(*frame);
            FramePool::Release(frame);
            return;
        }
        ++m_counters.discarded;
        port.Drop(frame, "NO_QUEUE_PAIR");
        return;
    }
    if (m_limits && HasPayload(frame->roce.opcode) && !frame->trimmed)
    {
        m_limits->NoteArrival(frame->roce.payloadBytes);
    }
    m_queuePairs[index]->ReceiveFrame(*frame);
    FramePool::Release(frame);
}

void
Nic::Prefetch(const Port& port, const Frame& frame) const
{
    const uint32_t index = frame.roce.destinationQp - FIRST_QPN;
    if (index < m_queuePairs.size())
    {
        __builtin_prefetch(&m_ports[port.GetOwnerIndex()]);
        __builtin_prefetch(&m_counters.dataReceived);
        m_queuePairs[index]->PrefetchState();
    }
}

void
Nic::PrefetchDeep(const Port& port, const Frame& frame) const
{
    const uint32_t index = frame.roce.destinationQp - FIRST_QPN;
    if (index < m_queuePairs.size())
    {
        m_queuePairs[index]->PrefetchParts();
    }
}

void
Nic::PrefetchPull(const Port& port, bool deep) const
{
    const TransmitScheduler& scheduler = *m_ports[port.GetOwnerIndex()].scheduler;
    if (deep)
    {
        scheduler.PrefetchNext();
    }
    else
    {
        __builtin_prefetch(&scheduler);
        __builtin_prefetch(&m_counters);
    }
}

bool
Nic::MakesFrames() const
{
    return true;
}

inline bool
Nic::WillPullQueuePairs(uint16_t index, uint8_t eligible, Ticks at)
{
    if (m_limits)
    {
        return m_limits->WillPull(index, *m_ports[index].scheduler, eligible, at);
    }
    return m_ports[index].scheduler->WillPull(eligible, at);
}

inline Frame*
Nic::PullQueuePairs(uint16_t index, uint8_t eligible, Ticks at)
{
    if (m_limits)
    {
        return m_limits->Pull(index, *m_ports[index].scheduler, eligible, at);
    }
    return m_ports[index].scheduler->Pull(eligible, at);
}

Frame*
Nic::PullFrame(Port& port, uint8_t eligible, Ticks at)
{
    const uint16_t index = port.GetOwnerIndex();
    return m_ports[index].client ? PullInTurn(index, eligible, at)
                                 : PullQueuePairs(index, eligible, at);
}

Frame*
Nic::PullInTurn(uint16_t index, uint8_t eligible, Ticks at)
{
    PortEntry& entry = m_ports[index];
    const bool queuePairs = WillPullQueuePairs(index, eligible, at);
    if (entry.client->WillPull(eligible, at) && (entry.clientsTurn || !queuePairs))
    {
        entry.clientsTurn = false;
        return entry.client->Pull(eligible, at);
    }
    entry.clientsTurn = true;
    return queuePairs ? PullQueuePairs(index, eligible, at) : nullptr;
}

bool
Nic::WillPull(Port& port, uint8_t eligible, Ticks at)
{
    const uint16_t index = port.GetOwnerIndex();
    FrameClient* client = m_ports[index].client;
    return WillPullQueuePairs(index, eligible, at) || (client && client->WillPull(eligible, at));
}

void
Nic::SetLimits(ObjectFactory factory)
{
    NS_ABORT_MSG_IF(!m_ports.empty(), "the limits of a NIC are set before it has ports");
    m_limits = Make<NicLimits>(factory);
    if (!m_limits->IsActive())
    {
        m_limits = nullptr;
    }
}

void
Nic::SetWireFormat(FrameSizes::Format format)
{
    m_sizes.SetFormat(format);
}

FrameSizes::Format
Nic::GetWireFormat() const
{
    return m_sizes.GetFormat();
}

void
Nic::SetDataOverhead(uint32_t bytes)
{
    m_sizes.SetDataOverhead(bytes);
}

void
Nic::SetAckBytes(uint32_t bytes)
{
    m_sizes.SetAck(bytes);
}

} // namespace ns3::rdma
