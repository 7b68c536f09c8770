/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-flow-run.h"

#include "experiment-device-recorder.h"
#include "experiment-format.h"
#include "experiment-program-options.h"
#include "experiment-stack-check.h"

#include "ns3/cluster-configuration.h"
#include "ns3/cluster-ideal-times.h"
#include "ns3/fabric-pcap-helper.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <set>

namespace ns3::experiment
{

namespace
{

constexpr double PICOSECONDS = 1e12; // a division by it gives the nearest decimal number

} // namespace

FlowRun::FlowRun(const FlowPlan& plan)
    : m_plan(plan),
      m_created(std::chrono::steady_clock::now())
{
}

FlowRun::~FlowRun()
{
    m_runner.reset();
    Simulator::Destroy();
    for (const Ptr<Object>& object : {Ptr<Object>(m_network), Ptr<Object>(m_cluster)})
    {
        if (object)
        {
            object->Dispose();
        }
    }
}

std::string
FlowRun::Build(const NetworkStack& stack, int64_t stream)
{
    const auto isRead = [](const auto& flow) { return flow.verb == cluster::MessageVerb::READ; };
    const auto& flows = m_plan.flows;
    const bool fetches = std::all_of(flows.begin(), flows.end(), isRead);
    if (const std::string reason = CheckStack(stack, fetches); !reason.empty())
    {
        return reason;
    }
    m_doubts = FindStackDoubts(stack);
    const cluster::ClusterBuilder builder(stack.GetDevices());
    m_cluster = builder.Build(m_plan.graph);
    stream += m_cluster->AssignStreams(stream);
    m_network = builder.BuildNetwork(m_cluster, stream);
    const auto& vertices = m_plan.graph.GetVertices();
    for (uint32_t vertex = 0; vertex < vertices.size(); ++vertex)
    {
        const auto device = m_cluster->GetSwitch(vertex);
        const std::string error = device ? device->Check() : "";
        if (!error.empty())
        {
            return "switch '" + vertices[vertex].name + "': " + error;
        }
    }
    if (const std::string reason = cluster::CheckBonds(*m_cluster, *m_network); !reason.empty())
    {
        return reason;
    }
    if (const std::string reason = CheckFaults(*m_network, !m_plan.faults.empty()); !reason.empty())
    {
        return reason;
    }
    for (const auto& fault : m_plan.faults)
    {
        fault->Schedule(m_cluster);
    }
    m_runner = std::make_unique<cluster::FlowRunner>(m_network, m_plan.flows);
    if (const std::string reason = CheckVerbs(); !reason.empty())
    {
        return reason;
    }
    const bool reads = std::any_of(flows.begin(), flows.end(), isRead);
    if (const std::string doubt = reads ? FindReadDoubt(stack) : ""; !doubt.empty())
    {
        m_doubts.push_back(doubt);
    }
    return "";
}

std::string
FlowRun::CheckVerbs() const
{
    for (uint32_t i = 0; i < m_plan.flows.size(); ++i)
    {
        const auto& flow = m_plan.flows[i];
        if (flow.verb == cluster::MessageVerb::WRITE)
        {
            continue;
        }
        cluster::Message message;
        message.source = flow.source;
        message.destination = flow.destination;
        message.channel = m_runner->GetChannel(i);
        message.verb = flow.verb;
        if (const std::string reason = m_network->CheckVerb(message); !reason.empty())
        {
            return "flow " + std::to_string(i) + " is a " +
                   cluster::MessageVerb::GetName(flow.verb) + ", and " + reason;
        }
    }
    return "";
}

bool
FlowRun::MovesPackets() const
{
    return m_network->MovesPackets();
}

std::vector<std::string>
FlowRun::GetWarnings() const
{
    auto warnings = m_doubts;
    for (auto& doubt : cluster::FindDoubts(*m_cluster))
    {
        warnings.push_back(std::move(doubt));
    }
    return warnings;
}

std::vector<uint32_t>
FlowRun::GetPorts(const cluster::TopologyGraph::AcceleratorPlace& place) const
{
    std::vector<uint32_t> ports;
    for (const uint32_t port : m_plan.graph.GetVertex(place.server).accelerators[place.index].ports)
    {
        const auto bond = m_plan.graph.GetBond(place.server, port);
        ports.insert(ports.end(), bond.begin(), bond.end());
    }
    return ports;
}

void
FlowRun::Capture(const std::vector<uint32_t>& accelerators, const std::string& directory) const
{
    fabric::FabricPcapHelper pcap; // bytes of what the port sends: its NIC knows
    std::set<std::string> files;   // accelerators may share ports
    for (uint32_t accelerator : accelerators)
    {
        const auto& place = m_cluster->GetAccelerators()[accelerator];
        const auto& server = m_plan.graph.GetVertex(place.server);
        for (uint32_t port : GetPorts(place))
        {
            const std::string file =
                directory + "/" + server.name + "-" + std::to_string(port) + ".pcap";
            if (files.insert(file).second)
            {
                pcap.EnablePcap(file, m_cluster->GetPort(place.server, port), true, true);
            }
        }
    }
}

void
FlowRun::SampleQueues(Time interval)
{
    m_sampler = std::make_unique<QueueSampler>(*m_cluster, interval);
}

void
FlowRun::Run(ResultStore& store, bool quiet)
{
    RunMonitor::Work work;
    work.fraction = [this]
    {
        const uint64_t total = m_runner->GetBytesTotal();
        const uint64_t done = m_runner->GetBytesReceived();
        return total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 0.0;
    };
    work.detail = [this]
    {
        return FormatInteger(m_runner->GetNFinished()) + " of " +
               FormatInteger(m_plan.flows.size()) + " flows";
    };
    work.hops = [this] { return m_cluster->GetHealth().framesHopped; };
    RunMonitor monitor = RunMonitor::ForStderr(work, quiet);
    monitor.Watch(m_cluster);
    if (m_sampler)
    {
        monitor.AddPeriodic(m_sampler->GetInterval(), [this] { m_sampler->Sample(); });
    }
    m_runner->Start([&monitor] { monitor.Finish(); });
    m_summary.setupSeconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - m_created).count();
    const auto outcome = monitor.Run();
    RecordFlows(store);
    DeviceRecorder(store, m_cluster).Finish();
    SumUp(monitor, outcome);
    for (const auto& metric : m_summary.GetMetrics(m_plan))
    {
        store.Add(metric);
    }
    RunEndRow end;
    end.status = m_summary.status;
    end.setupSeconds = m_summary.setupSeconds;
    end.wallSeconds = m_summary.wallSeconds;
    end.nEvents = m_summary.nEvents;
    end.packetHops = m_summary.health.framesHopped;
    end.simulatedTime = Simulator::Now().GetPicoSeconds();
    store.EndRun(end);
}

void
FlowRun::RecordFlows(ResultStore& store)
{
    cluster::IdealTimes ideals(*m_cluster);
    const auto& results = m_runner->GetResults();
    int64_t first = INT64_MAX;
    int64_t last = 0;
    for (uint32_t i = 0; i < results.size(); ++i)
    {
        const auto& flow = m_plan.flows[i];
        const auto& result = results[i];
        cluster::Message message;
        message.source = flow.source;
        message.destination = flow.destination;
        message.bytes = flow.bytes;
        message.channel = m_runner->GetChannel(i);
        message.verb = flow.verb;
        const auto ideal = ideals.Get(message);
        FlowSummary::Result row;
        if (ideal)
        {
            row.ideal = ideal->acknowledged / PICOSECONDS;
        }
        if (result.receivedAt >= 0)
        {
            row.received = (result.receivedAt - flow.start) / PICOSECONDS;
        }
        if (result.finished && !result.failed)
        {
            row.fct = (result.sentAt - flow.start) / PICOSECONDS;
            ++m_summary.nComplete;
            m_summary.bytesComplete += flow.bytes;
            first = std::min(first, flow.start);
            last = std::max(last, result.sentAt);
        }
        m_summary.nFailed += result.failed;
        m_summary.results.push_back(row);
        FlowRow record;
        record.index = i;
        record.source = flow.source;
        record.destination = flow.destination;
        record.priority = flow.priority;
        record.verb = cluster::MessageVerb::GetName(flow.verb);
        record.bytes = flow.bytes;
        record.start = flow.start;
        record.received = result.receivedAt;
        record.acknowledged = result.sentAt;
        record.ideal = ideal ? ideal->acknowledged : -1;
        store.Add(record);
    }
    m_summary.makespan = m_summary.nComplete > 0 ? (last - first) / PICOSECONDS : 0;
}

void
FlowRun::SumUp(const RunMonitor& monitor, RunMonitor::Outcome outcome)
{
    m_summary.status = RunMonitor::NameOf(outcome);
    m_summary.health = m_cluster->GetHealth();
    m_summary.health.movesPackets = m_network->MovesPackets();
    m_summary.wallSeconds = monitor.GetWallSeconds();
    m_summary.nEvents = monitor.GetNEvents();
    m_summary.simulatedSeconds = Simulator::Now().GetSeconds();
    if (m_sampler)
    {
        m_summary.longestQueue = m_sampler->GetDistribution();
    }
    m_summary.trouble = m_cluster->CheckInvariants();
    if (!m_summary.health.deadlock.empty())
    {
        m_summary.trouble.push_back("PFC deadlock: " + m_summary.health.deadlock);
    }
    for (const auto& reason : m_runner->GetFailureReasons())
    {
        m_summary.trouble.push_back("flows were given up: " + reason);
    }
    if (!m_summary.trouble.empty() && outcome != RunMonitor::INTERRUPTED)
    {
        m_summary.status = "failed";
    }
    if (!m_summary.health.standstill.empty())
    {
        m_summary.trouble.push_back(m_summary.health.standstill);
    }
}

FlowSummary&
FlowRun::GetSummary()
{
    return m_summary;
}

int
FlowRun::GetExitCode() const
{
    return m_summary.status == "complete"      ? EXIT_OK
           : m_summary.status == "interrupted" ? EXIT_INTERRUPTED
                                               : EXIT_FAILED;
}

} // namespace ns3::experiment
