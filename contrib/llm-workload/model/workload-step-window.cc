/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-step-window.h"

#include <algorithm>

namespace ns3::workload
{

StepWindow::StepWindow(const OperationGraph& graph, uint32_t nSteps)
    : m_graph(graph),
      m_nSteps(nSteps)
{
    if (!graph.GetTimedStreams().empty())
    {
        FindStreams();
    }
}

void
StepWindow::FindStreams()
{
    for (const uint16_t stream : m_graph.GetTimedStreams())
    {
        m_streams.push_back(
            {m_graph.GetTiming(stream), {}, m_graph.GetStreamOrder() == StreamOrder::AS_ADDED});
        m_ahead = std::max(m_ahead, m_streams.back().timing.ahead);
    }
    m_streamOf.assign(m_graph.GetN(), ORDINARY);
    const auto& timed = m_graph.GetTimedStreams();
    for (Index i = 0; i < m_graph.GetN(); ++i)
    {
        const auto at = std::lower_bound(timed.begin(), timed.end(), m_graph.GetStream(i));
        if (at != timed.end() && *at == m_graph.GetStream(i))
        {
            m_streamOf[i] = static_cast<uint16_t>(at - timed.begin());
            m_streams[m_streamOf[i]].members.push_back(i);
        }
    }
}

uint32_t
StepWindow::GetStep() const
{
    return m_step;
}

StepWindow::Step&
StepWindow::Find(uint32_t number)
{
    return m_open[number - m_first];
}

const StepWindow::Step&
StepWindow::Find(uint32_t number) const
{
    return m_open[number - m_first];
}

void
StepWindow::BeginStep()
{
    const uint32_t last = std::min(m_step + m_ahead, m_nSteps - 1);
    while (m_first + m_open.size() <= last)
    {
        Open(m_first + static_cast<uint32_t>(m_open.size()));
    }
    if (!m_streams.empty())
    {
        OpenGates();
        return;
    }
    // Backwards, so that the operations added first begin first.
    const auto& waits = Find(m_step).waits;
    for (Index i = m_graph.GetN(); i > 0; --i)
    {
        if (waits[i - 1] == 0)
        {
            m_ready.push_back({m_step, i - 1});
        }
    }
}

void
StepWindow::Open(uint32_t number)
{
    const Index n = m_graph.GetN();
    auto& step = m_open.emplace_back();
    step.waits.swap(m_spare);
    step.waits.resize(n);
    for (Index i = 0; i < n; ++i)
    {
        step.waits[i] = m_graph.GetNPredecessors(i);
    }
    step.left = n;
    if (!m_streams.empty())
    {
        OpenTimed(number, step);
    }
}

void
StepWindow::OpenTimed(uint32_t number, Step& step)
{
    step.timed.assign(m_streams.size(), 0);
    for (auto& waits : step.waits)
    {
        ++waits; // for its gate: see OpenGates
    }
    for (uint16_t s = 0; s < m_streams.size(); ++s)
    {
        const auto& stream = m_streams[s];
        step.left -= static_cast<Index>(stream.members.size());
        if (!stream.timing.IsPlayedIn(number))
        {
            for (const Index i : stream.members)
            {
                step.waits[i] = NEVER;
                for (auto next = m_graph.SuccessorsBegin(i); next != m_graph.SuccessorsEnd(i);
                     ++next)
                {
                    --step.waits[*next]; // it has not to wait for what is not done
                }
            }
            continue;
        }
        step.timed[s] = static_cast<Index>(stream.members.size());
        const bool isLeftBefore =
            std::any_of(m_open.begin(),
                        m_open.end() - 1,
                        [s](const Step& before) { return before.timed[s] > 0; });
        if (stream.inOrder && isLeftBefore && !stream.members.empty())
        {
            ++step.waits[stream.members.front()]; // for the end of the stream's step before
        }
    }
}

void
StepWindow::OpenGates()
{
    // Backwards, so that the operations of the present step that were added first begin first.
    const uint32_t last = std::min(m_step + m_ahead, m_nSteps - 1);
    for (uint32_t number = last; number > m_step; --number)
    {
        for (const auto& stream : m_streams)
        {
            const uint32_t ahead = stream.timing.ahead;
            const uint32_t opens = number > ahead ? number - ahead : 0;
            for (auto i = stream.members.rbegin(); opens == m_step && i != stream.members.rend();
                 ++i)
            {
                OpenGate(number, *i);
            }
        }
    }
    for (Index i = m_graph.GetN(); i > 0; --i)
    {
        const uint16_t stream = m_streamOf[i - 1];
        const uint32_t ahead = stream == ORDINARY ? 0 : m_streams[stream].timing.ahead;
        if (ahead == 0 || m_step == 0)
        {
            OpenGate(m_step, i - 1);
        }
    }
}

void
StepWindow::OpenGate(uint32_t number, Index operation)
{
    if (Find(number).waits[operation] < NEVER / 2)
    {
        Decrement(number, operation);
    }
}

void
StepWindow::Decrement(uint32_t number, Index operation)
{
    if (--Find(number).waits[operation] == 0)
    {
        m_ready.push_back({number, operation});
    }
}

bool
StepWindow::IsStepDone() const
{
    if (Find(m_step).left > 0)
    {
        return false;
    }
    for (std::size_t s = 0; s < m_streams.size(); ++s)
    {
        const uint32_t behind = m_streams[s].timing.behind;
        for (uint32_t number = m_first; number <= m_step && number + behind <= m_step; ++number)
        {
            if (Find(number).timed[s] > 0)
            {
                return false;
            }
        }
    }
    return true;
}

bool
StepWindow::EndStep()
{
    ++m_step;
    Retire();
    return m_step < m_nSteps;
}

void
StepWindow::Retire()
{
    while (m_first < m_step && !m_open.empty())
    {
        auto& step = m_open.front();
        if (std::any_of(step.timed.begin(), step.timed.end(), [](Index left) { return left > 0; }))
        {
            return;
        }
        m_spare.swap(step.waits);
        m_open.pop_front();
        ++m_first;
    }
}

bool
StepWindow::IsEmpty() const
{
    return m_open.empty();
}

uint64_t
StepWindow::GetNLeft() const
{
    uint64_t n = 0;
    for (const auto& step : m_open)
    {
        n += step.left;
        for (const Index left : step.timed)
        {
            n += left;
        }
    }
    return n;
}

bool
StepWindow::HasReady() const
{
    return !m_ready.empty();
}

StepWindow::Play
StepWindow::TakeReady()
{
    const Play play = m_ready.back();
    m_ready.pop_back();
    return play;
}

void
StepWindow::PutReady(Play play)
{
    m_ready.push_back(play);
}

void
StepWindow::Complete(Play play)
{
    const auto firstNew = m_ready.size();
    const uint16_t stream = m_streams.empty() ? ORDINARY : m_streamOf[play.operation];
    if (stream == ORDINARY)
    {
        --Find(play.step).left;
    }
    auto& waits = Find(play.step).waits;
    for (auto next = m_graph.SuccessorsBegin(play.operation);
         next != m_graph.SuccessorsEnd(play.operation);
         ++next)
    {
        if (--waits[*next] == 0)
        {
            m_ready.push_back({play.step, *next});
        }
    }
    if (stream != ORDINARY && --Find(play.step).timed[stream] == 0)
    {
        CompleteTimed(play.step, stream);
    }
    std::reverse(m_ready.begin() + static_cast<std::ptrdiff_t>(firstNew), m_ready.end());
}

void
StepWindow::CompleteTimed(uint32_t number, uint16_t stream)
{
    const auto end = m_first + static_cast<uint32_t>(m_open.size());
    for (uint32_t next = number + 1; m_streams[stream].inOrder && next < end; ++next)
    {
        if (Find(next).timed[stream] > 0)
        {
            Decrement(next, m_streams[stream].members.front());
            break;
        }
    }
    Retire();
}

} // namespace ns3::workload
