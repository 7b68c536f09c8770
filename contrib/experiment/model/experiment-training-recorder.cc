/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-training-recorder.h"

#include "ns3/fabric-time.h"

namespace ns3::experiment
{

TrainingRecorder::TrainingRecorder(ResultStore& store,
                                   const RecordScenario& record,
                                   Ptr<cluster::Cluster> cluster,
                                   Ptr<cluster::MessageNetwork> network,
                                   Ptr<workload::ReplayEngine> replay)
    : m_store(store),
      m_messages(record.messages),
      m_devices(store, cluster),
      m_network(network),
      m_job(store, replay, 0)
{
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
    if (m_messages)
    {
        m_network->TraceDisconnectWithoutContext(
            "Send", MakeCallback(&TrainingRecorder::MessageSent, this));
        m_network->TraceDisconnectWithoutContext(
            "Received", MakeCallback(&TrainingRecorder::MessageReceived, this));
    }
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
    m_devices.Sample();
}

void
TrainingRecorder::Finish()
{
    m_devices.Finish();
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

} // namespace ns3::experiment
