/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-engine.h"

#include "collective-agent.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/log.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::collective
{

NS_LOG_COMPONENT_DEFINE("CollectiveEngine");
NS_OBJECT_ENSURE_REGISTERED(CollectiveEngine);

TypeId
CollectiveEngine::GetTypeId()
{
    static TypeId tid = AddAlgorithmAttributes(
        TypeId("ns3::collective::CollectiveEngine")
            .SetParent<Object>()
            .SetGroupName("Collective")
            .AddConstructor<CollectiveEngine>()
            .AddAttribute("Library",
                          "What chooses algorithm, protocol and channels of the collectives that "
                          "have no algorithm of their own: a collective::Library. The default "
                          "takes rings, pairwise exchanges and plain messages.",
                          StringValue("ns3::collective::RingLibrary"),
                          MakePointerAccessor(&CollectiveEngine::m_library),
                          MakePointerChecker<Library>())
            .AddAttribute("Relay",
                          "What messages between accelerators of different vendors pass: a "
                          "collective::CpuRelay. Without one (the default) all accelerators are "
                          "alike.",
                          PointerValue(),
                          MakePointerAccessor(&CollectiveEngine::m_relay),
                          MakePointerChecker<CpuRelay>())
            .AddAttribute("LaunchLatency",
                          "Time from the post of an operation to its first step (start of the "
                          "kernel). The default of 0 leaves only what the network costs.",
                          TimeValue(Time(0)),
                          MakeTimeAccessor(&CollectiveEngine::m_launchLatency),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("StepLatency",
                          "Time from the moment that a step may be done to its message (flag "
                          "polling, proxy thread, doorbell); later messages of a lane overlap "
                          "with it. The default of 0 leaves only what the network costs.",
                          TimeValue(Time(0)),
                          MakeTimeAccessor(&CollectiveEngine::m_stepLatency),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("ReductionRate",
                          "Rate at which one accelerator adds received data to its own, all "
                          "channels and collectives together; 0 for infinite, the default, because "
                          "libraries reduce while they receive and faster than a port delivers.",
                          DataRateValue(DataRate(0)),
                          MakeDataRateAccessor(&CollectiveEngine::m_reductionRate),
                          MakeDataRateChecker())
            .AddAttribute("Slots",
                          "Largest number of unconfirmed messages of one sending lane (the "
                          "default is NCCL's number of steps in a channel's buffer, 8).",
                          UintegerValue(8),
                          MakeUintegerAccessor(&CollectiveEngine::m_slots),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("Connections",
                          "Connections (queue pairs) of a channel between two ranks, which its "
                          "messages take in turns, so that flow-based load balancing has more to "
                          "choose from (the default is NCCL's IB_QPS_PER_CONNECTION).",
                          UintegerValue(1),
                          MakeUintegerAccessor(&CollectiveEngine::m_connections),
                          MakeUintegerChecker<uint32_t>(1, MAX_CONNECTIONS))
            .AddAttribute("ReceiverCredits",
                          "Whether a message waits for the receiver's permission: an empty "
                          "message that the receiver sends once it has posted and has room, for "
                          "up to Slots messages of a lane ahead (NCCL's clear-to-send; it keeps "
                          "what is under way to a receiver small where the fabric has no "
                          "congestion control). Without it early messages wait at the receiver.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&CollectiveEngine::m_receiverCredits),
                          MakeBooleanChecker())
            .AddAttribute("CreditPriority",
                          "Class of these permissions on the wire, 0 to 7.",
                          UintegerValue(3),
                          MakeUintegerAccessor(&CollectiveEngine::m_creditPriority),
                          MakeUintegerChecker<uint8_t>(0, 7))
            .AddTraceSource("Started",
                            "An accelerator posted an operation.",
                            MakeTraceSourceAccessor(&CollectiveEngine::m_startedTrace),
                            "ns3::collective::CollectiveEngine::OperationTracedCallback")
            .AddTraceSource("Finished",
                            "An operation is complete at an accelerator; with its bandwidths.",
                            MakeTraceSourceAccessor(&CollectiveEngine::m_finishedTrace),
                            "ns3::collective::CollectiveEngine::OperationTracedCallback")
            .AddTraceSource("StepSent",
                            "The message of a step of a collective was given to the network.",
                            MakeTraceSourceAccessor(&CollectiveEngine::m_stepSentTrace),
                            "ns3::collective::CollectiveEngine::StepTracedCallback")
            .AddTraceSource("StepReceived",
                            "The message of a step of a collective has come and been reduced, "
                            "or own data has been copied or added.",
                            MakeTraceSourceAccessor(&CollectiveEngine::m_stepReceivedTrace),
                            "ns3::collective::CollectiveEngine::StepTracedCallback"));
    return tid;
}

TypeId
CollectiveEngine::AddAlgorithmAttributes(TypeId tid)
{
    AddAlgorithmAttribute<CollectiveType::ALL_REDUCE>(tid, "AllReduce");
    AddAlgorithmAttribute<CollectiveType::REDUCE_SCATTER>(tid, "ReduceScatter");
    AddAlgorithmAttribute<CollectiveType::ALL_GATHER>(tid, "AllGather");
    AddAlgorithmAttribute<CollectiveType::BROADCAST>(tid, "Broadcast");
    AddAlgorithmAttribute<CollectiveType::REDUCE>(tid, "Reduce");
    AddAlgorithmAttribute<CollectiveType::ALL_TO_ALL>(tid, "AllToAll");
    AddAlgorithmAttribute<CollectiveType::ALL_TO_ALL_V>(tid, "AllToAllV");
    AddAlgorithmAttribute<CollectiveType::BARRIER>(tid, "Barrier");
    return tid;
}

template <CollectiveType TYPE>
void
CollectiveEngine::AddAlgorithmAttribute(TypeId& tid, const char* name)
{
    tid.AddAttribute(name,
                     "How " + GetTypeName(TYPE) +
                         " is done: a collective::Algorithm; its attributes may follow in "
                         "brackets: Name[Attribute=value|Attribute=value]. Without one (the "
                         "default) as Library chooses.",
                     PointerValue(),
                     MakePointerAccessor(&CollectiveEngine::SetAlgorithmAttribute<TYPE>,
                                         &CollectiveEngine::GetAlgorithmAttribute<TYPE>),
                     MakePointerChecker<Algorithm>());
}

template <CollectiveType TYPE>
void
CollectiveEngine::SetAlgorithmAttribute(Ptr<Algorithm> algorithm)
{
    m_algorithms[static_cast<size_t>(TYPE)] = algorithm;
}

template <CollectiveType TYPE>
Ptr<Algorithm>
CollectiveEngine::GetAlgorithmAttribute() const
{
    return m_algorithms[static_cast<size_t>(TYPE)];
}

CollectiveEngine::CollectiveEngine() = default;

CollectiveEngine::~CollectiveEngine() = default;

void
CollectiveEngine::DoDispose()
{
    if (m_network)
    {
        for (uint32_t accelerator = 0; accelerator < m_agents.size(); ++accelerator)
        {
            m_network->SetHandler(accelerator, nullptr);
        }
    }
    m_agents.clear();
    m_algorithms.fill(nullptr);
    m_library = nullptr;
    if (m_relay)
    {
        m_relay->Dispose();
    }
    m_relay = nullptr;
    m_network = nullptr;
    Object::DoDispose();
}

void
CollectiveEngine::SetNetwork(Ptr<cluster::MessageNetwork> network)
{
    NS_LOG_FUNCTION(this << network);
    NS_ABORT_MSG_IF(m_network, "a collective engine has a network already");
    m_network = network;
    if (m_relay)
    {
        m_relay->SetNetwork(network);
        m_network = m_relay;
    }
    for (uint32_t accelerator = 0; accelerator < network->GetNAccelerators(); ++accelerator)
    {
        m_agents.push_back(std::make_unique<CollectiveAgent>(*this, accelerator));
        m_network->SetHandler(accelerator, m_agents.back().get());
    }
}

Ptr<cluster::MessageNetwork>
CollectiveEngine::GetNetwork() const
{
    return m_network;
}

uint32_t
CollectiveEngine::AddCommunicator(std::vector<uint32_t> accelerators)
{
    NS_ABORT_MSG_UNLESS(m_network, "a collective engine needs a network before communicators");
    const auto error = Communicator::Check(accelerators, m_network->GetNAccelerators());
    NS_ABORT_MSG_UNLESS(error.empty(), error);
    const uint32_t id = m_communicators.size();
    NS_ABORT_MSG_IF(id > UINT16_MAX, "more than 65536 communicators");
    std::vector<uint32_t> domains;
    domains.reserve(accelerators.size());
    uint64_t scaleOut = UINT64_MAX;
    uint64_t scaleUp = UINT64_MAX;
    for (const auto accelerator : accelerators)
    {
        domains.push_back(m_network->GetDomain(accelerator));
        scaleOut = std::min(scaleOut, m_network->GetScaleOutRate(accelerator).GetBitRate());
        scaleUp = std::min(scaleUp, m_network->GetScaleUpRate(accelerator).GetBitRate());
    }
    const MemberRates rates{scaleOut / 8.0 * m_network->GetScaleOutEfficiency(), scaleUp / 8.0};
    m_communicators.emplace_back(id, std::move(accelerators), domains, rates);
    return id;
}

const Communicator&
CollectiveEngine::GetCommunicator(uint32_t id) const
{
    NS_ABORT_MSG_IF(id >= m_communicators.size(),
                    "communicator " << id << " of " << m_communicators.size());
    return m_communicators[id];
}

uint32_t
CollectiveEngine::GetNCommunicators() const
{
    return m_communicators.size();
}

std::string
CollectiveEngine::CheckAlgorithms() const
{
    for (uint32_t index = 0; index < N_COLLECTIVE_TYPES; ++index)
    {
        const auto type = static_cast<CollectiveType>(index);
        const auto algorithm = GetAlgorithm(type);
        const auto error = algorithm->Check();
        if (!error.empty())
        {
            return error;
        }
        if (!algorithm->Supports(type))
        {
            return algorithm->GetInstanceTypeId().GetName() + " does no " + GetTypeName(type);
        }
    }
    return m_relay ? m_relay->Check() : "";
}

void
CollectiveEngine::SetAlgorithm(CollectiveType type, Ptr<Algorithm> algorithm)
{
    NS_ABORT_MSG_UNLESS(type < CollectiveType::SEND && (!algorithm || algorithm->Supports(type)),
                        "an algorithm that does no " << GetTypeName(type));
    m_algorithms[static_cast<size_t>(type)] = algorithm;
}

Ptr<const Algorithm>
CollectiveEngine::GetAlgorithm(CollectiveType type) const
{
    const auto& algorithm = m_algorithms[static_cast<size_t>(type)];
    return algorithm ? algorithm : Ptr<Algorithm>(m_library);
}

void
CollectiveEngine::Post(uint32_t accelerator, const Operation& operation, OperationHandler* handler)
{
    NS_ABORT_MSG_IF(accelerator >= m_agents.size(),
                    "accelerator " << accelerator << " of " << m_agents.size());
    m_agents[accelerator]->Post(operation, handler);
}

uint64_t
CollectiveEngine::GetNPending() const
{
    uint64_t nPending = 0;
    for (const auto& agent : m_agents)
    {
        nPending += agent->GetNPending();
    }
    return nPending;
}

void
CollectiveEngine::SendCredit(uint32_t receiver, uint32_t sender, MessageTag tag)
{
    tag.credit = true;
    cluster::Message message;
    message.source = receiver;
    message.destination = sender;
    message.tag = tag.Pack();
    message.channel = CREDIT_CHANNEL;
    message.priority = m_creditPriority;
    m_network->Send(message);
}

void
CollectiveEngine::Finish(OperationRecord& record, OperationHandler* handler)
{
    record.finished = Simulator::Now();
    const double seconds = (record.finished - record.posted).GetSeconds();
    if (seconds > 0)
    {
        record.algorithmBandwidth = record.operation.bytes / seconds;
        record.busBandwidth =
            record.algorithmBandwidth * GetBusFactor(record.operation.type, record.nRanks);
    }
    m_finishedTrace(record);
    if (handler)
    {
        handler->OperationCompleted(record.accelerator, record.operation);
    }
}

} // namespace ns3::collective
