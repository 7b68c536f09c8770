/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-training-recorder.h"

#include "ns3/collective-types.h"
#include "ns3/fabric-time.h"

#include <numeric>

namespace ns3::experiment
{

namespace
{

/** @return sum over an array */
template <typename A>
auto
Sum(const A& values)
{
    return std::accumulate(values.begin(), values.end(), typename A::value_type{});
}

/** @return time that the peer kept classes of a port paused, summed over classes, ps */
int64_t
PausedTime(const fabric::Port& port)
{
    int64_t paused = 0;
    for (uint8_t priority = 0; priority < fabric::N_CLASSES; ++priority)
    {
        paused += port.GetPausedTime(priority).GetPicoSeconds();
    }
    return paused;
}

} // namespace

TrainingRecorder::TrainingRecorder(ResultStore& store,
                                   const RecordScenario& record,
                                   Ptr<cluster::Cluster> cluster,
                                   Ptr<cluster::MessageNetwork> network,
                                   Ptr<workload::ReplayEngine> replay)
    : m_store(store),
      m_messages(record.messages),
      m_cluster(cluster),
      m_network(network),
      m_replay(replay)
{
    m_replay->TraceConnectWithoutContext("StepFinished",
                                         MakeCallback(&TrainingRecorder::StepFinished, this));
    m_replay->TraceConnectWithoutContext("CollectiveFinished",
                                         MakeCallback(&TrainingRecorder::CollectiveFinished, this));
    if (m_messages)
    {
        m_network->TraceConnectWithoutContext("Send",
                                              MakeCallback(&TrainingRecorder::MessageSent, this));
        m_network->TraceConnectWithoutContext(
            "Received", MakeCallback(&TrainingRecorder::MessageReceived, this));
    }
}

TrainingRecorder::~TrainingRecorder()
{
    m_replay->TraceDisconnectWithoutContext("StepFinished",
                                            MakeCallback(&TrainingRecorder::StepFinished, this));
    m_replay->TraceDisconnectWithoutContext(
        "CollectiveFinished", MakeCallback(&TrainingRecorder::CollectiveFinished, this));
    if (m_messages)
    {
        m_network->TraceDisconnectWithoutContext(
            "Send", MakeCallback(&TrainingRecorder::MessageSent, this));
        m_network->TraceDisconnectWithoutContext(
            "Received", MakeCallback(&TrainingRecorder::MessageReceived, this));
    }
}

void
TrainingRecorder::StepFinished(uint32_t rank, uint32_t step)
{
    const auto& account = m_replay->GetLedger().GetAccount(rank, step);
    m_store.Add(RankStepRow{rank,
                            step,
                            account.end - account.start,
                            account.compute,
                            Sum(account.exposed),
                            Sum(account.waiting),
                            account.idle});
}

void
TrainingRecorder::CollectiveFinished(const workload::CollectiveRecord& record)
{
    const auto& group = m_replay->GetJob().groups[record.group];
    CollectiveRow row;
    row.group = group.name;
    row.dimension = workload::NameOf(record.dimension);
    row.type = collective::GetTypeName(record.type);
    row.step = record.step;
    row.sequence = record.sequence;
    row.ranks = static_cast<uint32_t>(group.ranks.size());
    row.bytes = record.bytes;
    row.firstStart = record.firstStart;
    row.lastStart = record.lastStart;
    row.lastFinish = record.lastFinish;
    const double seconds = static_cast<double>(record.lastFinish - record.lastStart) * 1e-12;
    row.busBandwidth = seconds > 0 ? static_cast<double>(record.bytes) *
                                         collective::GetBusFactor(record.type, row.ranks) / seconds
                                   : 0;
    m_store.Add(row);
}

void
TrainingRecorder::MessageSent(const cluster::Message& message)
{
    m_underway[{message.source, message.destination, message.channel}].push_back(
        {message.bytes, fabric::NowTicks()});
}

void
TrainingRecorder::MessageReceived(const cluster::Message& message)
{
    auto& queue = m_underway[{message.source, message.destination, message.channel}];
    if (queue.empty())
    {
        return; // sent before the recorder listened
    }
    m_store.Add(MessageRow{message.source,
                           message.destination,
                           message.channel,
                           message.bytes,
                           queue.front().sent,
                           fabric::NowTicks()});
    queue.pop_front();
}

void
TrainingRecorder::Sample()
{
    const auto& vertices = m_cluster->GetGraph().GetVertices();
    for (uint32_t vertex = 0; vertex < vertices.size(); ++vertex)
    {
        const auto device = m_cluster->GetSwitch(vertex);
        if (!device)
        {
            continue;
        }
        for (uint16_t i = 0; i < device->GetNPorts(); ++i)
        {
            const auto& port = device->GetPort(i);
            m_store.Add(PortSampleRow{fabric::NowTicks(),
                                      vertices[vertex].name,
                                      i,
                                      port.GetQueues().GetBytes(),
                                      Sum(port.GetCounters().txBytes),
                                      port.GetCounters().ecnMarks,
                                      PausedTime(port)});
        }
    }
}

void
TrainingRecorder::Finish()
{
    const auto nVertices = static_cast<uint32_t>(m_cluster->GetGraph().GetVertices().size());
    for (uint32_t vertex = 0; vertex < nVertices; ++vertex)
    {
        WritePorts(vertex);
        WriteSwitch(vertex);
        WriteNic(vertex);
    }
    for (const auto& [lane, queue] : m_underway)
    {
        for (const auto& message : queue)
        {
            m_store.Add(MessageRow{std::get<0>(lane),
                                   std::get<1>(lane),
                                   std::get<2>(lane),
                                   message.bytes,
                                   message.sent,
                                   -1});
        }
    }
    m_underway.clear();
}

void
TrainingRecorder::WritePorts(uint32_t vertex)
{
    const auto& graph = m_cluster->GetGraph();
    const auto& self = graph.GetVertices()[vertex];
    for (uint32_t i = 0; i < self.edges.size(); ++i)
    {
        const auto port = m_cluster->GetPort(vertex, i);
        const auto& counters = port->GetCounters();
        PortRow row;
        row.node = self.name;
        row.port = i;
        row.peer = graph.GetVertices()[graph.GetFarEnd(self.edges[i], vertex).vertex].name;
        row.bitRate = port->GetBitRate();
        row.txFrames = Sum(counters.txFrames);
        row.txBytes = Sum(counters.txBytes);
        row.rxFrames = Sum(counters.rxFrames);
        row.rxBytes = Sum(counters.rxBytes);
        row.drops = Sum(counters.dropFrames);
        row.ecnMarks = counters.ecnMarks;
        row.pfcSent = counters.pfcTxXoff;
        row.pfcReceived = counters.pfcRxXoff;
        row.paused = PausedTime(*port);
        m_store.Add(row);
    }
}

void
TrainingRecorder::WriteSwitch(uint32_t vertex)
{
    const auto device = m_cluster->GetSwitch(vertex);
    if (!device)
    {
        return;
    }
    const auto& counters = device->GetCounters();
    SwitchRow row;
    row.node = m_cluster->GetGraph().GetVertices()[vertex].name;
    row.framesForwarded = counters.framesForwarded;
    row.dropsNoRoute = counters.dropsNoRoute;
    row.dropsHopLimit = counters.dropsHopLimit;
    row.dropsBuffer = Sum(counters.dropsBuffer);
    row.dropsLossless = device->GetNLosslessDrops();
    row.peakBytes = device->GetBufferPolicy() ? device->GetBufferPolicy()->GetPeakOccupancy() : 0;
    m_store.Add(row);
}

void
TrainingRecorder::WriteNic(uint32_t vertex)
{
    const auto nic = m_cluster->GetNic(vertex);
    if (!nic)
    {
        return;
    }
    const auto& counters = nic->GetCounters();
    NicRow row;
    row.node = m_cluster->GetGraph().GetVertices()[vertex].name;
    row.queuePairs = nic->GetNQueuePairs();
    row.dataFrames = counters.dataSent;
    row.retransmissions = counters.dataRepeated;
    row.timeouts = counters.timeouts;
    row.naksSent = counters.naksSent;
    row.naksReceived = counters.naksReceived;
    row.acksSent = counters.acksSent;
    row.cnpsSent = counters.cnpsSent;
    row.cnpsReceived = counters.cnpsReceived;
    row.outOfOrder = counters.outOfOrder;
    row.duplicates = counters.duplicates;
    m_store.Add(row);
}

} // namespace ns3::experiment
