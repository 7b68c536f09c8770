/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// What a switch is made of: attributes, parts and set-up. How frames pass is in fabric-switch.cc.

#include "fabric-dynamic-threshold.h"
#include "fabric-ecmp-hash.h"
#include "fabric-reduction-engine.h"
#include "fabric-switch.h"

#include "ns3/abort.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/pointer.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <numeric>

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(Switch);

TypeId
Switch::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::Switch")
            .SetParent<Object>()
            .SetGroupName("Fabric")
            .AddConstructor<Switch>()
            .AddAttribute("BufferPolicy",
                          "The packet memory; a DynamicThreshold if none is given.",
                          PointerValue(),
                          MakePointerAccessor(&Switch::SetBufferPolicy, &Switch::GetBufferPolicy),
                          MakePointerChecker<BufferPolicy>())
            .AddAttribute("LoadBalancer",
                          "Chooses among equal paths; an EcmpHash if none is given.",
                          PointerValue(),
                          MakePointerAccessor(&Switch::SetLoadBalancer, &Switch::GetLoadBalancer),
                          MakePointerChecker<LoadBalancer>())
            .AddAttribute("PfcWatchdog",
                          "Contains PFC storms; nobody does if none is given.",
                          PointerValue(),
                          MakePointerAccessor(&Switch::SetPfcWatchdog, &Switch::GetPfcWatchdog),
                          MakePointerChecker<PfcWatchdog>())
            .AddAttribute("HopLimit",
                          "Most switches that a frame may pass: the initial TTL of RoCEv2 packets. "
                          "Beyond, it is dropped.",
                          UintegerValue(64),
                          MakeUintegerAccessor(&Switch::m_hopLimit),
                          MakeUintegerChecker<uint8_t>(1))
            .AddAttribute("CutThroughBytes",
                          "Cut-through: bytes of a frame that must have arrived, preamble and gap "
                          "apart, before it may leave; 0, the default, is store-and-forward. Only "
                          "frames from ports than which no port of the switch is faster are cut "
                          "through. Real switches need 64 to 256.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&Switch::SetCutThrough, &Switch::GetCutThrough),
                          MakeUintegerChecker<uint32_t>(0, 9216))
            .AddAttribute(
                "PipelineLatency",
                "Time between the arrival of a frame, or of its header, and when it can "
                "leave; 0.3 to 1 us in data centre ASICs. If above 0 it becomes the "
                "ReceiveLatency of all ports.",
                TimeValue(Time(0)),
                MakeTimeAccessor(&Switch::SetPipelineLatency, &Switch::GetPipelineLatency),
                MakeTimeChecker(Time(0)))
            .AddAttribute("Stampers",
                          "Who writes signals into frames at each port: types derived from "
                          "Stamper, joined by commas, or none. They write into frames whose sender "
                          "asks for it, as congestion controls do that need it.",
                          StamperListValue(StamperList()),
                          MakeStamperListAccessor(&Switch::SetStampers, &Switch::GetStampers),
                          MakeStamperListChecker())
            .AddAttribute("Trimmer",
                          "Who trims frames that find no room; a Trimmer with its default "
                          "attributes, which trims nothing, if none is given.",
                          PointerValue(),
                          MakePointerAccessor(&Switch::SetTrimmer, &Switch::GetTrimmer),
                          MakePointerChecker<Trimmer>())
            .AddAttribute("BounceClasses",
                          "Class in which a frame of each class goes on after it came from a "
                          "higher tier and leaves to one again, eight numbers joined by commas. "
                          "Lossless classes that follow each other, and a lossy one after the "
                          "last, cannot deadlock. By default a frame keeps its class.",
                          ClassWeightsValue(ClassWeights{{0, 1, 2, 3, 4, 5, 6, 7}}),
                          MakeClassWeightsAccessor(&Switch::m_bounceClasses),
                          MakeClassWeightsChecker())
            .AddTraceSource("Trim",
                            "A frame was trimmed: what remains of it, and the bytes that it had.",
                            MakeTraceSourceAccessor(&Switch::m_trimTrace),
                            "ns3::fabric::Switch::TrimTracedCallback")
            .AddTraceSource("Occupancy",
                            "Bytes in the packet memory, after each admission and release.",
                            MakeTraceSourceAccessor(&Switch::m_occupancy),
                            "ns3::fabric::Switch::OccupancyTracedCallback");
    return tid;
}

Switch::Switch()
    : m_trimmer(CreateObject<Trimmer>())
{
}

Switch::~Switch() = default;

void
Switch::NotifyNewAggregate()
{
    if (auto node = GetObject<Node>())
    {
        m_nodeId = node->GetId();
    }
    Object::NotifyNewAggregate();
}

void
Switch::DoInitialize()
{
    if (!m_buffer)
    {
        SetBufferPolicy(CreateObject<DynamicThreshold>());
    }
    if (!m_balancer)
    {
        SetLoadBalancer(CreateObject<EcmpHash>());
    }
    m_trims = m_trimmer->IsEnabled();
    m_leadsUp.resize(m_ports.size(), false);
    for (uint8_t priority = 0; priority < N_CLASSES; ++priority)
    {
        m_escalates |= m_bounceClasses.share[priority] != priority;
    }
    m_buffer->Setup(*this);
    m_balancer->Setup(*this);
    m_asksRoute = m_balancer->SeesAllFrames();
    if (m_watchdog)
    {
        m_watchdog->Setup(*this);
    }
    for (Port* port : m_ports)
    {
        m_routes.SetPortState(port->GetOwnerIndex(), port->IsLinkUp());
    }
    SetUpInspection();
    for (Port* port : m_ports)
    {
        m_exits.push_back({port, port->GetDirection()});
    }
    m_foresees = m_balancer->IsStateless();
    if (m_floodAll)
    {
        m_floodPorts.resize(m_ports.size());
        std::iota(m_floodPorts.begin(), m_floodPorts.end(), 0);
    }
    m_started = true;
    Object::DoInitialize();
}

void
Switch::SetUpInspection()
{
    for (Port* port : m_ports)
    {
        if (m_markerFactory.IsTypeIdSet())
        {
            auto marker = m_markerFactory.Create<Marker>();
            marker->Setup(port->GetBitRate());
            if (m_stream >= 0)
            {
                m_stream += marker->AssignStreams(m_stream);
            }
            m_inspectsArriving |= marker->IsAtEnqueue();
            m_markers.push_back(marker);
        }
        for (const auto& type : m_stamperList.types)
        {
            auto stamper = ObjectFactory(type).Create<Stamper>();
            stamper->Setup(
                {m_nodeId, port->GetOwnerIndex(), port->GetBitRate(), port->GetInterframeBytes()});
            m_inspectsArriving |= stamper->SeesArrivals();
            m_stampers.push_back(stamper);
        }
    }
    m_inspects = !m_markers.empty() || !m_stampers.empty();
    auto agent = CreateObject<EcnAgent>();
    if (agent->IsEnabled() && !m_markers.empty())
    {
        agent->Setup(*this);
        m_ecnAgent = agent;
    }
}

void
Switch::DoDispose()
{
    for (Port* port : m_ports)
    {
        port->SetOwner(nullptr);
    }
    m_ports.clear();
    m_exits.clear();
    m_markers.clear();
    m_stampers.clear();
    if (m_ecnAgent)
    {
        m_ecnAgent->Dispose();
        m_ecnAgent = nullptr;
    }
    m_inspects = false;
    m_inspectsArriving = false;
    if (m_watchdog)
    {
        m_watchdog->Dispose();
        m_watchdog = nullptr;
    }
    m_buffer = nullptr;
    if (m_balancer)
    {
        m_balancer->Dispose();
        m_balancer = nullptr;
    }
    m_trimmer = nullptr;
    if (m_reduction)
    {
        m_reduction->Dispose();
        m_reduction = nullptr;
    }
    Object::DoDispose();
}

uint16_t
Switch::AddPort(Ptr<Port> port)
{
    NS_ABORT_MSG_IF(m_started, "ports must be added before the switch starts");
    NS_ABORT_MSG_IF(m_ports.size() >= UINT16_MAX, "a switch has at most 65535 ports");
    m_ports.push_back(PeekPointer(port));
    const uint16_t index = m_ports.size() - 1;
    port->SetOwner(this);
    port->SetOwnerIndex(index);
    port->SetHoldsFrames();
    if (m_pipelineLatency.IsStrictlyPositive())
    {
        port->SetReceiveLatency(m_pipelineLatency);
    }
    if (m_cutThroughBytes > 0)
    {
        SetUpCutThrough();
    }
    return index;
}

void
Switch::SetPipelineLatency(Time latency)
{
    m_pipelineLatency = latency;
    for (Port* port : m_ports)
    {
        port->SetReceiveLatency(latency);
    }
}

Time
Switch::GetPipelineLatency() const
{
    return m_pipelineLatency;
}

void
Switch::SetCutThrough(uint32_t headerBytes)
{
    m_cutThroughBytes = headerBytes;
    SetUpCutThrough();
}

uint32_t
Switch::GetCutThrough() const
{
    return m_cutThroughBytes;
}

void
Switch::SetUpCutThrough()
{
    uint64_t fastest = 0;
    for (const Port* port : m_ports)
    {
        fastest = std::max(fastest, port->GetBitRate());
    }
    for (Port* port : m_ports)
    {
        // A frame must not leave faster than it comes in.
        port->SetCutThrough(port->GetBitRate() == fastest ? m_cutThroughBytes : 0);
    }
}

Ptr<BufferPolicy>
Switch::GetBufferPolicy() const
{
    return m_buffer;
}

void
Switch::SetBufferPolicy(Ptr<BufferPolicy> policy)
{
    NS_ABORT_MSG_IF(m_started, "the buffer policy must be set before the switch starts");
    m_buffer = policy;
    m_bufferRaw = PeekPointer(policy);
}

Ptr<PfcWatchdog>
Switch::GetPfcWatchdog() const
{
    return m_watchdog;
}

void
Switch::SetPfcWatchdog(Ptr<PfcWatchdog> watchdog)
{
    NS_ABORT_MSG_IF(m_started, "the PFC watchdog must be set before the switch starts");
    m_watchdog = watchdog;
}

Ptr<LoadBalancer>
Switch::GetLoadBalancer() const
{
    return m_balancer;
}

void
Switch::SetLoadBalancer(Ptr<LoadBalancer> balancer)
{
    NS_ABORT_MSG_IF(m_started, "the load balancer must be set before the switch starts");
    m_balancer = balancer;
    m_balancerRaw = PeekPointer(balancer);
}

Ptr<ReductionEngine>
Switch::GetReductionEngine() const
{
    return m_reduction;
}

void
Switch::SetReductionEngine(Ptr<ReductionEngine> engine)
{
    m_reduction = engine;
    if (engine)
    {
        engine->Setup(*this);
    }
}

void
Switch::SetMarkerFactory(const ObjectFactory& factory)
{
    m_markerFactory = factory;
}

Ptr<Marker>
Switch::GetMarker(uint16_t port) const
{
    return port < m_markers.size() ? m_markers[port] : nullptr;
}

Ptr<EcnAgent>
Switch::GetEcnAgent() const
{
    return m_ecnAgent;
}

void
Switch::SetStampers(const StamperList& list)
{
    NS_ABORT_MSG_IF(m_started, "stampers must be named before the switch starts");
    m_stamperList = list;
}

StamperList
Switch::GetStampers() const
{
    return m_stamperList;
}

Ptr<Stamper>
Switch::GetStamper(uint16_t port, std::size_t index) const
{
    const std::size_t each = m_stamperList.types.size();
    const std::size_t place = port * each + index;
    return index < each && place < m_stampers.size() ? m_stampers[place] : nullptr;
}

Ptr<Trimmer>
Switch::GetTrimmer() const
{
    return m_trimmer;
}

void
Switch::SetTrimmer(Ptr<Trimmer> trimmer)
{
    NS_ABORT_MSG_IF(m_started, "the trimmer must be set before the switch starts");
    if (trimmer)
    {
        m_trimmer = trimmer;
    }
}

std::string
Switch::Check() const
{
    for (const uint8_t priority : m_bounceClasses.share)
    {
        if (priority >= N_CLASSES)
        {
            return "BounceClasses names class " + std::to_string(priority) + ", expected 0 to 7";
        }
    }
    const std::string why = m_buffer ? m_buffer->Check(*this) : std::string();
    return why.empty() ? m_trimmer->Check(*this) : why;
}

void
Switch::SetUpPorts(const std::vector<bool>& up)
{
    NS_ABORT_MSG_IF(m_started, "up ports must be named before the switch starts");
    m_leadsUp = up;
}

void
Switch::SetFloodPorts(const std::vector<uint16_t>& ports)
{
    m_floodPorts = ports;
    m_floodAll = false;
}

void
Switch::SetMulticastGroup(uint32_t group, const std::vector<uint16_t>& ports)
{
    NS_ABORT_MSG_IF(group >= BROADCAST_ADDRESS - FIRST_MULTICAST_ADDRESS,
                    "no multicast group " << group);
    if (group >= m_groups.size())
    {
        m_groups.resize(group + 1);
    }
    m_groups[group] = ports;
}

int64_t
Switch::AssignStreams(int64_t stream)
{
    NS_ABORT_MSG_IF(m_started, "streams must be assigned before the switch starts");
    // One stream per port for its marker, whether it uses it or not, then the load balancer.
    m_stream = stream;
    const int64_t forMarkers = m_ports.size();
    return forMarkers + (m_balancer ? m_balancer->AssignStreams(stream + forMarkers) : 0);
}

uint64_t
Switch::GetNLosslessDrops() const
{
    uint64_t drops = 0;
    for (uint8_t priority = 0; priority < N_CLASSES; ++priority)
    {
        if (m_buffer && m_buffer->IsLossless(priority))
        {
            drops += m_counters.dropsBuffer[priority];
        }
    }
    return drops;
}

} // namespace ns3::fabric
