/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-operation-graph.h"

#include "ns3/assert.h"

#include <algorithm>

namespace ns3::workload
{

OperationGraph::OperationGraph(StreamOrder order)
    : m_order(order)
{
}

StreamOrder
OperationGraph::GetStreamOrder() const
{
    return m_order;
}

OperationGraph::Index
OperationGraph::AddDelay(const std::string& label,
                         uint16_t stream,
                         fabric::Ticks duration,
                         Dimension dimension)
{
    NS_ASSERT_MSG(duration >= 0, "A delay cannot take less than no time");
    return Add(OperationKind::DELAY,
               label,
               stream,
               dimension,
               static_cast<uint64_t>(duration),
               NO_LOAD,
               0);
}

OperationGraph::Index
OperationGraph::AddCompute(const std::string& label,
                           uint16_t stream,
                           fabric::Ticks duration,
                           uint32_t loadSlot)
{
    NS_ASSERT_MSG(duration >= 0, "A computation cannot take less than no time");
    if (loadSlot != NO_LOAD)
    {
        m_nLoadSlots = std::max(m_nLoadSlots, loadSlot + 1);
    }
    return Add(OperationKind::COMPUTE,
               label,
               stream,
               Dimension::OTHER,
               static_cast<uint64_t>(duration),
               loadSlot,
               0);
}

OperationGraph::Index
OperationGraph::AddCollective(const std::string& label,
                              uint16_t stream,
                              Dimension dimension,
                              collective::CollectiveType type,
                              uint32_t groupSlot,
                              uint64_t bytes,
                              uint32_t detail)
{
    if (m_nCollectives.size() <= groupSlot)
    {
        m_nCollectives.resize(groupSlot + 1U, 0);
    }
    const uint32_t sequence = m_nCollectives[groupSlot]++;
    const Index index =
        Add(OperationKind::COLLECTIVE, label, stream, dimension, bytes, groupSlot, sequence);
    m_collectives[index] = type;
    m_details[index] = detail;
    if (type == collective::CollectiveType::ALL_TO_ALL_V)
    {
        m_nExchangeSlots = std::max(m_nExchangeSlots, detail + 1);
    }
    return index;
}

OperationGraph::Index
OperationGraph::AddSend(const std::string& label,
                        uint16_t stream,
                        Dimension dimension,
                        uint32_t peerSlot,
                        uint32_t tag,
                        uint64_t bytes)
{
    m_nPeerSlots = std::max(m_nPeerSlots, peerSlot + 1);
    return Add(OperationKind::SEND, label, stream, dimension, bytes, peerSlot, tag);
}

OperationGraph::Index
OperationGraph::AddReceive(const std::string& label,
                           uint16_t stream,
                           Dimension dimension,
                           uint32_t peerSlot,
                           uint32_t tag,
                           uint64_t bytes)
{
    m_nPeerSlots = std::max(m_nPeerSlots, peerSlot + 1);
    return Add(OperationKind::RECEIVE, label, stream, dimension, bytes, peerSlot, tag);
}

OperationGraph::Index
OperationGraph::Add(OperationKind kind,
                    const std::string& label,
                    uint16_t stream,
                    Dimension dimension,
                    uint64_t value,
                    uint32_t slot,
                    uint32_t tag)
{
    NS_ASSERT_MSG(!m_sealed, "The graph is sealed");
    const Index index = GetN();
    m_kinds.push_back(kind);
    m_dimensions.push_back(dimension);
    m_collectives.push_back(collective::CollectiveType::ALL_REDUCE);
    m_labels.push_back(InternLabel(label));
    m_streams.push_back(stream);
    m_values.push_back(value);
    m_slots.push_back(slot);
    m_tags.push_back(tag);
    m_details.push_back(0);
    if (m_order == StreamOrder::AS_READY)
    {
        return index;
    }
    if (m_lastOfStream.size() <= stream)
    {
        m_lastOfStream.resize(stream + 1U, 0);
    }
    if (m_lastOfStream[stream] > 0)
    {
        m_edges.push_back({m_lastOfStream[stream] - 1, index});
    }
    m_lastOfStream[stream] = index + 1;
    return index;
}

uint16_t
OperationGraph::InternLabel(const std::string& label)
{
    if (const auto known = m_labelIndex.find(label); known != m_labelIndex.end())
    {
        return known->second;
    }
    if (m_labelNames.size() == UINT16_MAX)
    {
        return UINT16_MAX - 1; // so many different names say nothing: the rest shares the last one
    }
    const auto index = static_cast<uint16_t>(m_labelNames.size());
    m_labelIndex.emplace(label, index);
    m_labelNames.push_back(label);
    return index;
}

void
OperationGraph::AddDependency(Index operation, Index on)
{
    NS_ASSERT_MSG(!m_sealed, "The graph is sealed");
    m_edges.push_back({on, operation});
}

void
OperationGraph::SetTiming(uint16_t stream, const StreamTiming& timing)
{
    NS_ASSERT_MSG(!m_sealed, "The graph is sealed");
    NS_ASSERT_MSG(timing.every > 0, "A stream is played in some steps");
    if (m_timings.size() <= stream)
    {
        m_timings.resize(stream + 1U);
    }
    m_timings[stream] = timing;
    const auto at = std::lower_bound(m_timedStreams.begin(), m_timedStreams.end(), stream);
    if (at == m_timedStreams.end() || *at != stream)
    {
        m_timedStreams.insert(at, stream);
    }
}

const StreamTiming&
OperationGraph::GetTiming(uint16_t stream) const
{
    static const StreamTiming ordinary;
    return stream < m_timings.size() ? m_timings[stream] : ordinary;
}

const std::vector<uint16_t>&
OperationGraph::GetTimedStreams() const
{
    return m_timedStreams;
}

bool
OperationGraph::IsTimed(Index operation) const
{
    return std::binary_search(m_timedStreams.begin(), m_timedStreams.end(), m_streams[operation]);
}

uint32_t
OperationGraph::GetNPlayed(Index operation, uint32_t nSteps) const
{
    return nSteps / GetTiming(m_streams[operation]).every;
}

std::vector<OperationGraph::Index>
OperationGraph::Seal()
{
    NS_ASSERT_MSG(!m_sealed, "The graph is sealed already");
    BuildSuccessors();
    m_sealed = true;
    return FindCycle();
}

void
OperationGraph::BuildSuccessors()
{
    const Index n = GetN();
    m_firstSuccessor.assign(n + 1U, 0);
    m_nPredecessors.assign(n, 0);
    for (const auto& edge : m_edges)
    {
        NS_ASSERT_MSG(edge.from < n && edge.to < n, "Dependency on an unknown operation");
        ++m_firstSuccessor[edge.from + 1];
        ++m_nPredecessors[edge.to];
    }
    for (Index i = 0; i < n; ++i)
    {
        m_firstSuccessor[i + 1] += m_firstSuccessor[i];
    }
    m_successors.resize(m_edges.size());
    std::vector<Index> next(m_firstSuccessor.begin(), m_firstSuccessor.end() - 1);
    for (const auto& edge : m_edges)
    {
        m_successors[next[edge.from]++] = edge.to;
    }
    std::vector<Edge>().swap(m_edges);
    std::vector<Index>().swap(m_lastOfStream);
    m_labelIndex.clear();
}

std::vector<OperationGraph::Index>
OperationGraph::FindCycle() const
{
    // Take away what can run; what is left waits, directly or not, for a cycle.
    std::vector<uint32_t> waits = m_nPredecessors;
    std::vector<Index> ready;
    for (Index i = 0; i < GetN(); ++i)
    {
        if (waits[i] == 0)
        {
            ready.push_back(i);
        }
    }
    std::size_t done = 0;
    while (!ready.empty())
    {
        const Index i = ready.back();
        ready.pop_back();
        ++done;
        for (auto next = SuccessorsBegin(i); next != SuccessorsEnd(i); ++next)
        {
            if (--waits[*next] == 0)
            {
                ready.push_back(*next);
            }
        }
    }
    if (done == GetN())
    {
        return {};
    }
    // Walk backwards along predecessors that are left: sooner or later one comes again.
    std::vector<Index> predecessor(GetN(), 0);
    for (Index i = 0; i < GetN(); ++i)
    {
        if (waits[i] > 0)
        {
            for (auto next = SuccessorsBegin(i); next != SuccessorsEnd(i); ++next)
            {
                predecessor[*next] = i;
            }
        }
    }
    Index at = 0;
    while (waits[at] == 0)
    {
        ++at;
    }
    std::vector<bool> seen(GetN(), false);
    while (!seen[at])
    {
        seen[at] = true;
        at = predecessor[at];
    }
    std::vector<Index> cycle;
    const Index start = at;
    do
    {
        cycle.push_back(at);
        at = predecessor[at];
    } while (at != start);
    std::reverse(cycle.begin(), cycle.end());
    return cycle;
}

bool
OperationGraph::IsSealed() const
{
    return m_sealed;
}

OperationGraph::Index
OperationGraph::GetN() const
{
    return static_cast<Index>(m_kinds.size());
}

OperationKind
OperationGraph::GetKind(Index operation) const
{
    return m_kinds[operation];
}

const std::string&
OperationGraph::GetLabel(Index operation) const
{
    return m_labelNames[m_labels[operation]];
}

uint16_t
OperationGraph::GetStream(Index operation) const
{
    return m_streams[operation];
}

Dimension
OperationGraph::GetDimension(Index operation) const
{
    return m_dimensions[operation];
}

fabric::Ticks
OperationGraph::GetDuration(Index operation) const
{
    return static_cast<fabric::Ticks>(m_values[operation]);
}

uint64_t
OperationGraph::GetBytes(Index operation) const
{
    return m_values[operation];
}

collective::CollectiveType
OperationGraph::GetCollective(Index operation) const
{
    return m_collectives[operation];
}

uint32_t
OperationGraph::GetSlot(Index operation) const
{
    return m_slots[operation];
}

uint32_t
OperationGraph::GetTag(Index operation) const
{
    return m_tags[operation];
}

uint32_t
OperationGraph::GetLoadSlot(Index operation) const
{
    return m_slots[operation];
}

uint32_t
OperationGraph::GetDetail(Index operation) const
{
    return m_details[operation];
}

uint32_t
OperationGraph::GetSequence(Index operation) const
{
    return m_tags[operation];
}

uint32_t
OperationGraph::GetNCollectives(uint32_t groupSlot) const
{
    return m_nCollectives[groupSlot];
}

uint32_t
OperationGraph::GetNPredecessors(Index operation) const
{
    return m_nPredecessors[operation];
}

const OperationGraph::Index*
OperationGraph::SuccessorsBegin(Index operation) const
{
    return m_successors.data() + m_firstSuccessor[operation];
}

const OperationGraph::Index*
OperationGraph::SuccessorsEnd(Index operation) const
{
    return m_successors.data() + m_firstSuccessor[operation + 1];
}

uint32_t
OperationGraph::GetNGroupSlots() const
{
    return static_cast<uint32_t>(m_nCollectives.size());
}

uint32_t
OperationGraph::GetNPeerSlots() const
{
    return m_nPeerSlots;
}

uint32_t
OperationGraph::GetNLoadSlots() const
{
    return m_nLoadSlots;
}

uint32_t
OperationGraph::GetNExchangeSlots() const
{
    return m_nExchangeSlots;
}

} // namespace ns3::workload
