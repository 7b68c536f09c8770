/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-kineto-timeline.h"

#include <algorithm>

namespace ns3::workload
{

namespace
{

using HostCall = KinetoFile::HostCall;

/// Ticks in a nanosecond.
constexpr uint64_t PER_NANOSECOND = 1000;
/// A kernel that waited for another one finds it among so many that ended before.
constexpr int MOST_STEPS = 10'000;

/** @return when a call of the host counts: a launch when it begins, a synchronization at its end */
int64_t
TimeOf(const HostCall& call)
{
    return call.kind == HostCall::SYNCHRONIZE ? call.end : call.start;
}

} // namespace

KinetoTimeline::KinetoTimeline(const KinetoFile& kineto, int64_t begin, TraceRank& rank)
    : m_kineto(kineto),
      m_begin(begin),
      m_rank(rank),
      m_kernels(kineto.kernels.size()),
      m_launched(kineto.kernels.size(), INT64_MIN),
      m_launches(kineto.kernels.size())
{
    m_host.time = begin;
    for (uint32_t k = 0; k < kineto.kernels.size(); ++k)
    {
        m_byEnd.push_back(k);
        if (kineto.kernels[k].correlation != 0)
        {
            m_byCorrelation.emplace(kineto.kernels[k].correlation, k);
        }
    }
    std::stable_sort(m_byEnd.begin(),
                     m_byEnd.end(),
                     [this](uint32_t a, uint32_t b)
                     { return m_kineto.kernels[a].end < m_kineto.kernels[b].end; });
    // A wait for an event right before the launch of a kernel of NCCL is part of that call.
    bool beforeNccl = false;
    for (auto call = kineto.calls.rbegin(); call != kineto.calls.rend(); ++call)
    {
        if (call->kind == HostCall::LAUNCH)
        {
            const auto kernel = m_byCorrelation.find(call->correlation);
            if (kernel != m_byCorrelation.end())
            {
                m_launched[kernel->second] = call->start;
                beforeNccl = kineto.kernels[kernel->second].call.has_value();
            }
        }
        else if (call->kind == HostCall::WAIT_EVENT && !beforeNccl)
        {
            m_waitCalls.push_back(call->start);
        }
    }
    std::reverse(m_waitCalls.begin(), m_waitCalls.end());
}

void
KinetoTimeline::Build(std::vector<TraceOperation> operations)
{
    std::vector<const HostCall*> calls;
    for (const auto& call : m_kineto.calls)
    {
        if (call.kind != HostCall::WAIT_EVENT)
        {
            calls.push_back(&call);
        }
    }
    std::stable_sort(calls.begin(),
                     calls.end(),
                     [](const HostCall* a, const HostCall* b) { return TimeOf(*a) < TimeOf(*b); });
    auto call = calls.begin();
    for (uint32_t k = 0; k < operations.size(); ++k)
    {
        for (; call != calls.end() && TimeOf(**call) <= m_kineto.kernels[k].start; ++call)
        {
            BuildCall(**call);
        }
        BuildKernel(k, std::move(operations[k]));
    }
}

void
KinetoTimeline::BuildCall(const HostCall& call)
{
    TraceOperation host;
    host.kind = OperationKind::DELAY;
    std::vector<Moment> before{m_host};
    int64_t time = std::max(TimeOf(call), m_host.time);
    if (call.kind == HostCall::LAUNCH)
    {
        const auto kernel = m_byCorrelation.find(call.correlation);
        if (kernel == m_byCorrelation.end())
        {
            return;
        }
        host.line = m_kineto.kernels[kernel->second].line;
        host.column = m_kineto.kernels[kernel->second].column;
        m_host = {AddDelay(before, time, host), time};
        m_launches[kernel->second] = m_host;
        return;
    }
    const Moment last = FindLast(call.end, [&](uint32_t k) { return m_launched[k] < call.start; });
    if (last.operation != NONE)
    {
        before.push_back(last);
        time = std::max(time, last.time);
    }
    m_host = {AddDelay(before, time, host), time};
}

template <typename Predicate>
KinetoTimeline::Moment
KinetoTimeline::FindLast(int64_t time, Predicate predicate) const
{
    auto at = std::upper_bound(m_byEnd.begin(),
                               m_byEnd.end(),
                               time,
                               [this](int64_t wanted, uint32_t k)
                               { return wanted < m_kineto.kernels[k].end; });
    for (int step = 0; at != m_byEnd.begin() && step < MOST_STEPS; ++step)
    {
        --at;
        if (m_kernels[*at].operation != NONE && predicate(*at))
        {
            return m_kernels[*at];
        }
    }
    return {};
}

uint32_t
KinetoTimeline::AddDelay(const std::vector<Moment>& before,
                         int64_t time,
                         const TraceOperation& like)
{
    int64_t latest = m_begin;
    for (const auto& moment : before)
    {
        latest = std::max(latest, moment.time);
    }
    const auto index = static_cast<uint32_t>(m_rank.operations.size());
    TraceOperation delay;
    delay.kind = OperationKind::DELAY;
    delay.value = static_cast<uint64_t>(std::max<int64_t>(time - latest, 0)) * PER_NANOSECOND;
    delay.line = like.line;
    delay.column = like.column;
    m_rank.operations.push_back(delay);
    for (const auto& moment : before)
    {
        if (moment.operation != NONE)
        {
            m_rank.edges.push_back({moment.operation, index});
        }
    }
    return index;
}

void
KinetoTimeline::BuildKernel(uint32_t k, TraceOperation operation)
{
    const auto& kernel = m_kineto.kernels[k];
    std::vector<Moment> before;
    const auto last = m_lastOfStream.find(kernel.stream);
    if (last != m_lastOfStream.end())
    {
        before.push_back(m_kernels[last->second]);
    }
    if (m_launches[k].operation != NONE)
    {
        before.push_back(m_launches[k]);
        const bool isNccl = kernel.call.has_value();
        int64_t until = m_launched[k];
        if (!isNccl)
        {
            // The last time that the host made a stream wait; not of use if a kernel of this stream
            // was launched since.
            const auto wait = std::upper_bound(m_waitCalls.begin(), m_waitCalls.end(), until);
            until = wait == m_waitCalls.begin() ? INT64_MIN : *(wait - 1);
            if (last != m_lastOfStream.end() && m_launched[last->second] > until)
            {
                until = INT64_MIN;
            }
        }
        before.push_back(FindLast(kernel.start,
                                  [&](uint32_t other) {
                                      return m_kineto.kernels[other].stream != kernel.stream &&
                                             m_launched[other] < until;
                                  }));
    }
    else
    {
        before.push_back(FindLast(kernel.start, [](uint32_t) { return true; }));
    }
    const uint32_t delay = AddDelay(before, kernel.start, operation);
    const auto index = static_cast<uint32_t>(m_rank.operations.size());
    m_rank.operations.push_back(std::move(operation));
    m_rank.edges.push_back({delay, index});
    m_kernels[k] = {index, kernel.end};
    m_lastOfStream[kernel.stream] = k;
}

} // namespace ns3::workload
