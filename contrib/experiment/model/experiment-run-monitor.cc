/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-run-monitor.h"

#include "experiment-format.h"

#include "ns3/simulator.h"

#include <algorithm>
#include <iostream>
#include <sstream>
#include <unistd.h>

namespace ns3::experiment
{

namespace
{

using std::chrono::duration;

constexpr double POLL_SECONDS = 0.1;       ///< wall time between two looks
constexpr double CHECKPOINT_SECONDS = 1.0; ///< wall time between two savings
constexpr double TERMINAL_SECONDS = 0.2;   ///< wall time between two lines on a terminal
constexpr double PLAIN_SECONDS = 5.0;      ///< wall time between two lines elsewhere
constexpr double FIRST_LINE_SECONDS = 0.5; ///< shorter runs print nothing

} // namespace

const char*
RunMonitor::NameOf(Outcome outcome)
{
    switch (outcome)
    {
    case COMPLETE:
        return "complete";
    case INTERRUPTED:
        return "interrupted";
    case STALLED:
        break;
    }
    return "stalled";
}

RunMonitor::RunMonitor(Work work, std::ostream* out, bool isTerminal)
    : m_work(std::move(work)),
      m_out(out),
      m_isTerminal(isTerminal),
      m_interval(MicroSeconds(1))
{
}

RunMonitor
RunMonitor::ForStderr(Work work, bool quiet)
{
    return RunMonitor(std::move(work), quiet ? nullptr : &std::cerr, isatty(STDERR_FILENO) == 1);
}

RunMonitor::Outcome
RunMonitor::Run()
{
    Interrupt interrupt;
    m_interrupt = &interrupt;
    m_start = Clock::now();
    m_lastPoll = m_start;
    m_lastReport = m_start;
    m_lastCheckpoint = m_start;
    m_firstEvent = Simulator::GetEventCount();
    for (std::size_t i = 0; i < m_periodics.size(); ++i)
    {
        m_periodics[i].event =
            Simulator::Schedule(m_periodics[i].interval, &RunMonitor::DoPeriodic, this, i);
    }
    m_poll = Simulator::Schedule(m_interval, &RunMonitor::Poll, this);
    Simulator::Run();
    m_interrupt = nullptr;
    if (m_out && m_isTerminal && m_lineLength > 0)
    {
        *m_out << '\r' << std::string(m_lineLength, ' ') << '\r' << std::flush;
    }
    return m_finished ? COMPLETE : m_interrupted ? INTERRUPTED : STALLED;
}

void
RunMonitor::Finish()
{
    m_finished = true;
    Simulator::Stop();
}

void
RunMonitor::GiveUp()
{
    Simulator::Stop();
}

void
RunMonitor::Watch(Ptr<cluster::Cluster> cluster)
{
    if (const auto detector = cluster->GetDeadlockDetector(); detector->GetInterval() > Time(0))
    {
        AddPeriodic(detector->GetInterval(), [detector] { detector->Look(); });
    }
    if (const auto watch = cluster->GetProgressWatch(); watch->GetInterval() > Time(0))
    {
        AddPeriodic(watch->GetInterval(),
                    [this, watch]
                    {
                        watch->Look();
                        if (!watch->GetReason().empty())
                        {
                            GiveUp();
                        }
                    });
    }
}

double
RunMonitor::GetWallSeconds() const
{
    return duration<double>(Clock::now() - m_start).count();
}

uint64_t
RunMonitor::GetNEvents() const
{
    return Simulator::GetEventCount() - m_firstEvent - m_nOwnEvents;
}

void
RunMonitor::Poll()
{
    ++m_nOwnEvents;
    if (m_interrupt->IsRequested())
    {
        m_interrupted = true;
        Simulator::Stop();
        return;
    }
    if (IsStalled())
    {
        Simulator::Stop();
        return;
    }
    const auto now = Clock::now();
    const double elapsed = std::max(duration<double>(now - m_lastPoll).count(), 1e-6);
    const double change = std::clamp(POLL_SECONDS / elapsed, 0.1, 10.0);
    const auto ticks = static_cast<int64_t>(static_cast<double>(m_interval.GetTimeStep()) * change);
    m_interval = Time(std::clamp<int64_t>(ticks, 1000, Seconds(1).GetTimeStep()));
    m_lastPoll = now;
    const double shown = duration<double>(now - m_lastReport).count();
    const bool first = m_lastReport == m_start;
    if (m_out &&
        shown >= (m_isTerminal ? (first ? FIRST_LINE_SECONDS : TERMINAL_SECONDS) : PLAIN_SECONDS))
    {
        Report(now);
    }
    if (m_work.checkpoint && duration<double>(now - m_lastCheckpoint).count() >= CHECKPOINT_SECONDS)
    {
        m_work.checkpoint();
        m_lastCheckpoint = Clock::now();
    }
    m_poll = Simulator::Schedule(m_interval, &RunMonitor::Poll, this);
}

void
RunMonitor::AddPeriodic(Time interval, std::function<void()> task)
{
    m_periodics.push_back({interval, std::move(task), EventId()});
}

void
RunMonitor::DoPeriodic(std::size_t index)
{
    ++m_nOwnEvents;
    Periodic& periodic = m_periodics[index];
    periodic.task();
    if (IsStalled())
    {
        Simulator::Stop();
        return;
    }
    periodic.event = Simulator::Schedule(periodic.interval, &RunMonitor::DoPeriodic, this, index);
}

bool
RunMonitor::IsStalled()
{
    const uint64_t foreign = GetNEvents();
    const bool quiet = foreign == m_lastForeign;
    m_lastForeign = foreign;
    if (!quiet)
    {
        return false; // the search below is not for every time
    }
    // Only with our own events out of the list can it be seen whether there are others.
    std::vector<std::pair<EventId*, Time>> own;
    auto take = [&own](EventId& event)
    {
        if (!event.IsExpired())
        {
            own.emplace_back(&event, Simulator::GetDelayLeft(event));
            Simulator::Remove(event);
        }
    };
    take(m_poll);
    for (auto& periodic : m_periodics)
    {
        take(periodic.event);
    }
    if (Simulator::IsFinished())
    {
        return true;
    }
    for (auto& [event, left] : own)
    {
        const bool isPoll = event == &m_poll;
        std::size_t index = 0;
        while (!isPoll && &m_periodics[index].event != event)
        {
            ++index;
        }
        *event = isPoll ? Simulator::Schedule(left, &RunMonitor::Poll, this)
                        : Simulator::Schedule(left, &RunMonitor::DoPeriodic, this, index);
    }
    return false;
}

void
RunMonitor::Report(Clock::time_point now)
{
    const double elapsed = duration<double>(now - m_start).count();
    const double sinceLast = duration<double>(now - m_lastReport).count();
    const double fraction = std::clamp(m_work.fraction ? m_work.fraction() : 0.0, 0.0, 1.0);
    const uint64_t count = m_work.hops ? m_work.hops() : GetNEvents();
    std::ostringstream line;
    line << FormatPercent(fraction, 0);
    if (m_work.detail)
    {
        line << "  " << m_work.detail();
    }
    line << "  simulated " << FormatSeconds(Simulator::Now().GetSeconds()) << "  "
         << FormatCount(static_cast<double>(count - m_lastCount) / sinceLast)
         << (m_work.hops ? " packet-hops/s" : " events/s");
    if (fraction > 0.01)
    {
        const auto left = static_cast<uint64_t>(elapsed * (1 - fraction) / fraction + 0.5);
        line << "  ETA " << left / 60 << ":" << (left % 60 < 10 ? "0" : "") << left % 60;
    }
    const std::string text = line.str();
    if (m_isTerminal)
    {
        const std::size_t blank = m_lineLength > text.size() ? m_lineLength - text.size() : 0;
        *m_out << '\r' << text << std::string(blank, ' ') << std::flush;
        m_lineLength = text.size();
    }
    else
    {
        *m_out << text << std::endl;
    }
    m_lastReport = now;
    m_lastCount = count;
}

} // namespace ns3::experiment
