/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-gpt-graph-writer.h"

#include "workload-gpt-job.h"

#include <algorithm>

namespace ns3::workload
{

namespace
{

/** @return where a value stands in a list, to which it is added if need be */
template <typename T>
uint32_t
FindOrAdd(std::vector<T>& values, const T& value)
{
    const auto at = std::find(values.begin(), values.end(), value);
    const auto slot = static_cast<uint32_t>(at - values.begin());
    if (at == values.end())
    {
        values.push_back(value);
    }
    return slot;
}

} // namespace

GptGraphWriter::GptGraphWriter(bool hasTensorGroup)
    : m_graph(std::make_shared<OperationGraph>()),
      m_hasTensorGroup(hasTensorGroup)
{
}

GptGraphWriter::Index
GptGraphWriter::Compute(const std::string& label, fabric::Ticks time, uint32_t load)
{
    const auto compute = m_graph->AddCompute(label, GptJob::COMPUTE, time, load);
    for (const auto communication : m_now->pending)
    {
        m_graph->AddDependency(compute, communication);
    }
    m_now->pending.clear();
    m_now->lastCompute = compute;
    return compute;
}

void
GptGraphWriter::Tensor(const char* label, collective::CollectiveType type, uint64_t bytes)
{
    if (m_hasTensorGroup)
    {
        Communicate(m_graph->AddCollective(
            label, GptJob::TENSOR, Dimension::TENSOR, type, SlotOf(GptGroups::TENSOR), bytes));
    }
}

void
GptGraphWriter::Communicate(Index communication)
{
    AfterAll(communication);
    m_now->pending.assign(1, communication);
}

void
GptGraphWriter::AfterAll(Index operation)
{
    if (m_now->lastCompute)
    {
        m_graph->AddDependency(operation, *m_now->lastCompute);
    }
    for (const auto before : m_now->pending)
    {
        m_graph->AddDependency(operation, before);
    }
}

GptGraphWriter::Thread&
GptGraphWriter::Now()
{
    return *m_now;
}

void
GptGraphWriter::Use(Thread& thread)
{
    m_now = &thread;
}

OperationGraph&
GptGraphWriter::GetGraph()
{
    return *m_graph;
}

uint32_t
GptGraphWriter::SlotOf(GptGroups::Kind group)
{
    return FindOrAdd(m_groups, group);
}

uint32_t
GptGraphWriter::SlotOf(const Peer& peer)
{
    return FindOrAdd(m_peers, peer);
}

uint32_t
GptGraphWriter::SlotOf(const Parts& parts)
{
    return FindOrAdd(m_exchanges, parts);
}

uint32_t
GptGraphWriter::LoadSlotOf(uint32_t layer)
{
    return FindOrAdd(m_loads, layer);
}

const std::vector<GptGroups::Kind>&
GptGraphWriter::GetGroups() const
{
    return m_groups;
}

const std::vector<GptGraphWriter::Peer>&
GptGraphWriter::GetPeers() const
{
    return m_peers;
}

const std::vector<GptGraphWriter::Parts>&
GptGraphWriter::GetExchanges() const
{
    return m_exchanges;
}

const std::vector<uint32_t>&
GptGraphWriter::GetLoads() const
{
    return m_loads;
}

std::shared_ptr<const OperationGraph>
GptGraphWriter::Finish()
{
    m_graph->Seal();
    return m_graph;
}

} // namespace ns3::workload
