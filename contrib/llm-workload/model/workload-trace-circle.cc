/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-trace-circle.h"

#include <set>

namespace ns3::workload
{

TraceCircle::TraceCircle(const Trace& trace,
                         FindingLog& log,
                         const std::map<Reference, Reference>& partner,
                         const std::map<Instance, std::vector<Reference>>& instances)
    : m_trace(trace),
      m_log(log),
      m_partner(partner),
      m_instances(instances)
{
}

void
TraceCircle::Find()
{
    Prepare();
    while (!m_ready.empty())
    {
        const Reference at = m_ready.back();
        m_ready.pop_back();
        Arrive(at);
    }
    for (uint32_t r = 0; r < m_trace.ranks.size(); ++r)
    {
        for (uint32_t i = 0; i < m_trace.ranks[r].operations.size(); ++i)
        {
            if (!m_done[r][i])
            {
                ReportCircle({r, i});
                return;
            }
        }
    }
}

void
TraceCircle::Prepare()
{
    const std::size_t n = m_trace.ranks.size();
    m_waits.resize(n);
    m_done.resize(n);
    m_first.resize(n);
    m_next.resize(n);
    m_instanceOf.resize(n);
    for (uint32_t r = 0; r < n; ++r)
    {
        const auto& rank = m_trace.ranks[r];
        const std::size_t size = rank.operations.size();
        m_waits[r].assign(size, 0);
        m_done[r].assign(size, false);
        m_first[r].assign(size + 1, 0);
        m_next[r].resize(rank.edges.size());
        for (const auto& edge : rank.edges)
        {
            ++m_waits[r][edge.to];
            ++m_first[r][edge.from + 1];
        }
        for (std::size_t i = 0; i < size; ++i)
        {
            m_first[r][i + 1] += m_first[r][i];
        }
        auto fill = m_first[r];
        for (const auto& edge : rank.edges)
        {
            m_next[r][fill[edge.from]++] = edge.to;
        }
    }
    for (const auto& [receive, send] : m_partner)
    {
        ++m_waits[receive.rank][receive.operation]; // until the message is sent
        m_receiver[send] = receive;
    }
    for (const auto& [instance, members] : m_instances)
    {
        for (const auto& at : members)
        {
            m_instanceOf[at.rank][at.operation] = &members;
            m_missing[&members] = members.size();
        }
    }
    for (uint32_t r = 0; r < n; ++r)
    {
        for (uint32_t i = 0; i < m_waits[r].size(); ++i)
        {
            if (m_waits[r][i] == 0)
            {
                m_ready.push_back({r, i});
            }
        }
    }
}

void
TraceCircle::Arrive(const Reference& at)
{
    const auto found = m_instanceOf[at.rank].find(at.operation);
    if (found == m_instanceOf[at.rank].end())
    {
        Finish(at);
        return;
    }
    if (--m_missing[found->second] == 0)
    {
        for (const auto& member : *found->second)
        {
            Finish(member);
        }
    }
}

void
TraceCircle::Finish(const Reference& at)
{
    m_done[at.rank][at.operation] = true;
    const auto& first = m_first[at.rank];
    for (std::size_t i = first[at.operation]; i < first[at.operation + 1]; ++i)
    {
        Release({at.rank, m_next[at.rank][i]});
    }
    if (const auto receiver = m_receiver.find(at); receiver != m_receiver.end())
    {
        Release(receiver->second);
    }
}

void
TraceCircle::Release(const Reference& at)
{
    if (--m_waits[at.rank][at.operation] == 0)
    {
        m_ready.push_back(at);
    }
}

TraceCircle::Reference
TraceCircle::FindBlocker(const Reference& at) const
{
    if (m_waits[at.rank][at.operation] > 0)
    {
        const uint32_t before = m_blocker[at.rank][at.operation];
        return before != NOBODY ? Reference{at.rank, before} : m_partner.at(at);
    }
    for (const auto& member : *m_instanceOf[at.rank].at(at.operation))
    {
        if (m_waits[member.rank][member.operation] > 0)
        {
            return member;
        }
    }
    return at;
}

void
TraceCircle::ReportCircle(Reference at)
{
    m_blocker.resize(m_trace.ranks.size());
    for (uint32_t r = 0; r < m_trace.ranks.size(); ++r)
    {
        m_blocker[r].assign(m_done[r].size(), NOBODY);
        for (const auto& edge : m_trace.ranks[r].edges)
        {
            if (!m_done[r][edge.from])
            {
                m_blocker[r][edge.to] = edge.from;
            }
        }
    }
    std::set<Reference> seen;
    while (seen.insert(at).second)
    {
        at = FindBlocker(at);
    }
    const Reference start = at;
    std::string text = "waits in a circle";
    constexpr int mostSteps = 8;
    for (int i = 0; i < mostSteps; ++i)
    {
        at = FindBlocker(at);
        text += (i == 0 ? " for " : ", which waits for ");
        text += m_trace.Describe(at.rank, at.operation);
        if (!(at < start) && !(start < at))
        {
            break;
        }
    }
    m_trace.Report(m_log, Finding::ERROR, "circle", start.rank, start.operation, text);
}

} // namespace ns3::workload
