/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-device-recorder.h"

#include "experiment-sum.h"

#include "ns3/fabric-time.h"

namespace ns3::experiment
{

namespace
{

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

DeviceRecorder::DeviceRecorder(ResultStore& store, Ptr<cluster::Cluster> cluster)
    : m_store(store),
      m_cluster(cluster)
{
}

void
DeviceRecorder::Sample()
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
DeviceRecorder::Finish()
{
    const auto nVertices = static_cast<uint32_t>(m_cluster->GetGraph().GetVertices().size());
    for (uint32_t vertex = 0; vertex < nVertices; ++vertex)
    {
        WritePorts(vertex);
        WriteSwitch(vertex);
        WriteNic(vertex);
    }
}

void
DeviceRecorder::WritePorts(uint32_t vertex)
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
DeviceRecorder::WriteSwitch(uint32_t vertex)
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
DeviceRecorder::WriteNic(uint32_t vertex)
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
