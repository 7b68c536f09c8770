/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-sweep.h"

#include "ns3/abort.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <utility>

namespace ns3::collective
{

uint64_t
CollectiveSweep::RoundSize(CollectiveType type,
                           uint64_t bytes,
                           uint32_t nRanks,
                           uint32_t elementBytes)
{
    const bool isDivided = type == CollectiveType::REDUCE_SCATTER ||
                           type == CollectiveType::ALL_GATHER || type == CollectiveType::ALL_TO_ALL;
    const uint64_t unit = static_cast<uint64_t>(elementBytes) * (isDivided ? nRanks : 1);
    return std::max<uint64_t>(bytes / unit, 1) * unit;
}

CollectiveSweep::CollectiveSweep(Ptr<CollectiveEngine> engine,
                                 uint32_t communicator,
                                 Settings settings)
    : m_engine(engine),
      m_communicator(communicator),
      m_settings(std::move(settings))
{
    NS_ABORT_MSG_IF(m_settings.sizes.empty() || m_settings.iterations == 0 ||
                        m_settings.type >= CollectiveType::ALL_TO_ALL_V,
                    "a sweep without sizes, iterations, or a collective that moves data");
    m_ranks.resize(engine->GetCommunicator(communicator).GetSize());
    m_choices.resize(m_settings.sizes.size());
    m_engine->TraceConnectWithoutContext("Finished",
                                         MakeCallback(&CollectiveSweep::NoteFinished, this));
}

CollectiveSweep::~CollectiveSweep()
{
    m_engine->TraceDisconnectWithoutContext("Finished",
                                            MakeCallback(&CollectiveSweep::NoteFinished, this));
}

void
CollectiveSweep::NoteFinished(const OperationRecord& record)
{
    const auto& operation = record.operation;
    if (record.rank == 0 && operation.type == m_settings.type &&
        operation.communicator == m_communicator)
    {
        auto& choice = m_choices[m_ranks[0].size];
        choice.algorithm = record.algorithm;
        choice.protocol = record.protocol;
        choice.nChannels = record.nChannels;
    }
}

void
CollectiveSweep::SetFinishedCallback(std::function<void()> callback)
{
    m_finished = std::move(callback);
}

void
CollectiveSweep::Start()
{
    const auto& communicator = m_engine->GetCommunicator(m_communicator);
    for (uint32_t rank = 0; rank < m_ranks.size(); ++rank)
    {
        const uint32_t accelerator = communicator.GetAccelerator(rank);
        Simulator::ScheduleWithContext(m_engine->GetNetwork()->GetNodeId(accelerator),
                                       Time(0),
                                       m_settings.warmUps > 0 ? &CollectiveSweep::PostRun
                                                              : &CollectiveSweep::PostBarrier,
                                       this,
                                       rank);
    }
}

void
CollectiveSweep::PostRun(uint32_t rank)
{
    Operation operation;
    operation.type = m_settings.type;
    operation.communicator = m_communicator;
    operation.bytes = m_settings.sizes[m_ranks[rank].size];
    operation.root = m_settings.root;
    operation.priority = m_settings.priority;
    m_engine->Post(m_engine->GetCommunicator(m_communicator).GetAccelerator(rank), operation, this);
}

void
CollectiveSweep::PostBarrier(uint32_t rank)
{
    Operation operation;
    operation.type = CollectiveType::BARRIER;
    operation.communicator = m_communicator;
    operation.priority = m_settings.priority;
    m_engine->Post(m_engine->GetCommunicator(m_communicator).GetAccelerator(rank), operation, this);
}

void
CollectiveSweep::OperationCompleted(uint32_t accelerator, const Operation& operation)
{
    const uint32_t index = m_engine->GetCommunicator(m_communicator).GetRank(accelerator);
    auto& rank = m_ranks[index];
    if (operation.type == CollectiveType::BARRIER)
    {
        // The one before the first run that counts.
        rank.start = Simulator::Now();
        PostRun(index);
        return;
    }
    ++rank.run;
    const uint32_t nRuns = m_settings.warmUps + m_settings.iterations;
    if (rank.run < nRuns)
    {
        if (rank.run == m_settings.warmUps)
        {
            PostBarrier(index);
        }
        else
        {
            PostRun(index);
        }
        return;
    }
    rank.seconds.push_back((Simulator::Now() - rank.start).GetSeconds() / m_settings.iterations);
    ++rank.size;
    if (rank.size < m_settings.sizes.size())
    {
        rank.run = 0;
        if (m_settings.warmUps > 0)
        {
            PostRun(index);
        }
        else
        {
            PostBarrier(index);
        }
    }
    else if (m_finished && IsFinished())
    {
        m_finished();
    }
}

void
CollectiveSweep::OperationFailed(uint32_t accelerator,
                                 const Operation& operation,
                                 const std::string& reason)
{
    if (m_failure.empty())
    {
        m_failure = GetTypeName(operation.type) + " of " + std::to_string(operation.bytes) +
                    " bytes failed at accelerator " + std::to_string(accelerator) + ": " + reason;
    }
}

uint64_t
CollectiveSweep::GetNRunsDone() const
{
    uint64_t nDone = 0;
    for (const auto& rank : m_ranks)
    {
        const bool isOver = rank.size == m_settings.sizes.size();
        nDone += rank.size * (m_settings.warmUps + m_settings.iterations) + (isOver ? 0 : rank.run);
    }
    return nDone;
}

uint64_t
CollectiveSweep::GetNRuns() const
{
    return m_ranks.size() * m_settings.sizes.size() * (m_settings.warmUps + m_settings.iterations);
}

bool
CollectiveSweep::IsFinished() const
{
    return std::all_of(m_ranks.begin(),
                       m_ranks.end(),
                       [this](const Rank& rank) { return rank.size == m_settings.sizes.size(); });
}

const std::string&
CollectiveSweep::GetFailure() const
{
    return m_failure;
}

CollectiveSweep::Point
CollectiveSweep::GetPoint(uint32_t index) const
{
    Point point = m_choices[index];
    point.bytes = m_settings.sizes[index];
    for (const auto& rank : m_ranks)
    {
        if (index < rank.seconds.size())
        {
            ++point.nRanks;
            point.seconds += rank.seconds[index];
        }
    }
    if (point.seconds > 0)
    {
        point.seconds /= point.nRanks;
        point.algorithmBandwidth = point.bytes / point.seconds;
        point.busBandwidth =
            point.algorithmBandwidth * GetBusFactor(m_settings.type, m_ranks.size());
    }
    return point;
}

} // namespace ns3::collective
