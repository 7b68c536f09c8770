/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-training-recorder.h"

#include "experiment-sum.h"

#include "ns3/collective-types.h"
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
