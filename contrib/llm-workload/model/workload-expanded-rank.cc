/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-expanded-rank.h"

#include <algorithm>
#include <cmath>

namespace ns3::workload
{

using collective::Step;
using collective::StepAction;

ExpandedRank::ExpandedRank(const RankProgram& program, const Settings& settings)
    : m_program(program),
      m_settings(settings),
      m_graph(std::make_shared<OperationGraph>(StreamOrder::AS_READY))
{
    m_expanded.groups = program.groups;
    m_expanded.exchanges = program.exchanges;
    const auto& graph = *program.graph;
    for (Index i = 0; i < graph.GetN(); ++i)
    {
        if (graph.GetKind(i) == OperationKind::COMPUTE &&
            graph.GetStream(i) != OperationGraph::UNLIMITED)
        {
            m_reductionStream =
                std::max(m_reductionStream, static_cast<uint16_t>(graph.GetStream(i) + 1));
        }
    }
}

uint32_t
ExpandedRank::PeerSlotOf(uint32_t rank)
{
    const auto [at, isNew] =
        m_peerSlots.try_emplace(rank, static_cast<uint32_t>(m_expanded.peers.size()));
    if (isNew)
    {
        m_expanded.peers.push_back(rank);
    }
    return at->second;
}

void
ExpandedRank::Copy(Index i, bool isSpelled)
{
    const auto& graph = *m_program.graph;
    const auto& label = graph.GetLabel(i);
    const auto stream = graph.GetStream(i);
    const auto dimension = graph.GetDimension(i);
    const auto peer = [&] { return PeerSlotOf(m_program.peers[graph.GetSlot(i)]); };
    Index copy = 0;
    switch (graph.GetKind(i))
    {
    case OperationKind::COMPUTE:
    {
        const auto load = graph.GetLoadSlot(i);
        const double factor = load == OperationGraph::NO_LOAD ? 1 : m_program.loads[load];
        const auto duration = static_cast<double>(graph.GetDuration(i)) * factor;
        copy = m_graph->AddCompute(label, stream, std::llround(duration));
        break;
    }
    case OperationKind::DELAY:
        copy = m_graph->AddDelay(label, stream, graph.GetDuration(i));
        break;
    case OperationKind::SEND:
        copy =
            m_graph->AddSend(label, stream, dimension, peer(), graph.GetTag(i), graph.GetBytes(i));
        break;
    case OperationKind::RECEIVE:
        copy = m_graph->AddReceive(
            label, stream, dimension, peer(), graph.GetTag(i), graph.GetBytes(i));
        break;
    case OperationKind::COLLECTIVE:
        copy = isSpelled ? m_graph->AddDelay(label, stream, 0)
                         : m_graph->AddCollective(label,
                                                  stream,
                                                  dimension,
                                                  graph.GetCollective(i),
                                                  graph.GetSlot(i),
                                                  graph.GetBytes(i),
                                                  graph.GetDetail(i));
        break;
    }
    m_first.push_back(copy);
    m_last.push_back(copy);
}

void
ExpandedRank::Spell(Index i,
                    const collective::Schedule& schedule,
                    const collective::Communicator& communicator,
                    const std::function<uint32_t(const Step&)>& tagOf)
{
    std::vector<Lane> lanes(schedule.GetNLanes());
    AddSteps(i, schedule, communicator, tagOf, lanes);
    OrderSteps(m_first[i], schedule, lanes);
    const auto exit =
        m_graph->AddDelay(m_program.graph->GetLabel(i), m_program.graph->GetStream(i), 0);
    m_graph->AddDependency(exit, m_first[i]);
    for (const auto& lane : lanes)
    {
        if (!lane.sends && !lane.complete.empty())
        {
            m_graph->AddDependency(exit, lane.complete.back());
        }
        // Of a lane that sends, those before the last ones are over when these begin.
        const std::size_t n = lane.sends ? lane.steps.size() : 0;
        for (std::size_t k = n - std::min<std::size_t>(n, m_settings.slots); k < n; ++k)
        {
            m_graph->AddDependency(exit, lane.steps[k]);
        }
    }
    m_last[i] = exit;
}

void
ExpandedRank::AddSteps(Index i,
                       const collective::Schedule& schedule,
                       const collective::Communicator& communicator,
                       const std::function<uint32_t(const Step&)>& tagOf,
                       std::vector<Lane>& lanes)
{
    const auto& graph = *m_program.graph;
    const auto& label = graph.GetLabel(i);
    const auto stream = graph.GetStream(i);
    const auto dimension = graph.GetDimension(i);
    Step step;
    for (uint32_t number = 0; number < lanes.size(); ++number)
    {
        auto& lane = lanes[number];
        for (uint64_t k = 0; k < schedule.GetNSteps(number); ++k)
        {
            schedule.GetStep(number, k, step);
            lane.sends = step.action == StepAction::SEND;
            for (const auto& dependency : step.after)
            {
                lanes[dependency.lane].isAwaited |= dependency.count > 0;
            }
            if (step.action == StepAction::COPY || step.action == StepAction::COMBINE)
            {
                AddLocalStep(step, label, stream, lane);
                continue;
            }
            const auto peer = PeerSlotOf(communicator.GetAccelerator(step.peer));
            const auto tag = tagOf(step);
            lane.steps.push_back(
                lane.sends ? m_graph->AddSend(label, stream, dimension, peer, tag, step.bytes)
                           : m_graph->AddReceive(label, stream, dimension, peer, tag, step.bytes));
            if (!lane.sends)
            {
                Complete(lane, step);
            }
        }
    }
    for (auto& lane : lanes)
    {
        for (std::size_t k = 0; lane.sends && lane.isAwaited && k < lane.steps.size(); ++k)
        {
            const auto join = m_graph->AddDelay(label, stream, 0);
            m_graph->AddDependency(join, lane.steps[k]);
            if (k > 0)
            {
                m_graph->AddDependency(join, lane.complete[k - 1]);
            }
            lane.complete.push_back(join);
        }
    }
}

OperationGraph::Index
ExpandedRank::AddReduction(uint64_t bytes)
{
    constexpr double ticksPerSecond = 1e12;
    constexpr double bits = 8;
    const double seconds =
        static_cast<double>(bytes) * bits / static_cast<double>(m_settings.reductionRate);
    return m_graph->AddCompute(
        "reduction", m_reductionStream, std::llround(seconds * ticksPerSecond));
}

void
ExpandedRank::AddLocalStep(const Step& step, const std::string& label, uint16_t stream, Lane& lane)
{
    const bool takesTime = step.action == StepAction::COMBINE && m_settings.reductionRate > 0;
    lane.steps.push_back(takesTime ? AddReduction(step.bytes)
                                   : m_graph->AddDelay(label, stream, 0));
    lane.complete.push_back(lane.steps.back());
}

void
ExpandedRank::Complete(Lane& lane, const Step& step)
{
    const std::size_t k = lane.steps.size() - 1;
    const bool isBehind = k > 0 && lane.complete[k - 1] != lane.steps[k - 1];
    if (step.action == StepAction::REDUCE && m_settings.reductionRate > 0)
    {
        const auto reduction = AddReduction(step.bytes);
        m_graph->AddDependency(reduction, lane.steps[k]);
        if (isBehind)
        {
            m_graph->AddDependency(reduction, lane.complete[k - 1]);
        }
        lane.complete.push_back(reduction);
        return;
    }
    if (!isBehind)
    {
        lane.complete.push_back(lane.steps[k]); // the receive before it is over when it begins
        return;
    }
    const auto join = m_graph->AddDelay("copy", 0, 0);
    m_graph->AddDependency(join, lane.steps[k]);
    m_graph->AddDependency(join, lane.complete[k - 1]);
    lane.complete.push_back(join);
}

void
ExpandedRank::OrderSteps(Index entry,
                         const collective::Schedule& schedule,
                         std::vector<Lane>& lanes)
{
    Step step;
    for (uint32_t number = 0; number < lanes.size(); ++number)
    {
        auto& lane = lanes[number];
        lane.needed.assign(lanes.size(), 0);
        for (std::size_t k = 0; k < lane.steps.size(); ++k)
        {
            schedule.GetStep(number, k, step);
            // A send begins when there is room for it, a receive when the one before it is over.
            const std::size_t behind = lane.sends ? m_settings.slots : 1;
            m_graph->AddDependency(lane.steps[k], k < behind ? entry : lane.steps[k - behind]);
            // What a send has been given to the network for is not known here: its end counts.
            std::vector<bool> isNew(lanes.size(), false);
            for (const auto& dependency : step.after)
            {
                auto& needed = lane.needed[dependency.lane];
                isNew[dependency.lane] = isNew[dependency.lane] || dependency.count > needed;
                needed = std::max(needed, dependency.count);
            }
            for (uint32_t other = 0; other < lanes.size(); ++other)
            {
                // A send also waits for what the sends before it waited for, so that they begin in
                // order; receives inherit it.
                if (lane.needed[other] > 0 && (lane.sends || isNew[other]))
                {
                    m_graph->AddDependency(lane.steps[k],
                                           lanes[other].complete[lane.needed[other] - 1]);
                }
            }
        }
    }
}

RankProgram
ExpandedRank::Finish()
{
    const auto& graph = *m_program.graph;
    for (Index i = 0; i < graph.GetN(); ++i)
    {
        for (auto next = graph.SuccessorsBegin(i); next != graph.SuccessorsEnd(i); ++next)
        {
            m_graph->AddDependency(m_first[*next], m_last[i]);
        }
    }
    m_graph->Seal();
    m_expanded.graph = m_graph;
    return std::move(m_expanded);
}

} // namespace ns3::workload
