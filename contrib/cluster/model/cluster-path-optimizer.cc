/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-path-optimizer.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace ns3::cluster
{

namespace
{

/** Loads that differ by less than this share of a capacity are taken for equal. */
constexpr double SLACK = 1e-9;

/** Most phases of the multiplicative weights; the gap ends them long before. */
constexpr uint32_t MAX_PHASES = 20'000;

} // namespace

PathOptimizer::PathOptimizer(std::vector<double> capacities)
    : m_capacities(std::move(capacities)),
      m_load(m_capacities.size(), 0)
{
}

uint32_t
PathOptimizer::AddDemand(std::vector<std::vector<uint32_t>> paths, double rate)
{
    m_demands.push_back({std::move(paths), rate});
    return static_cast<uint32_t>(m_demands.size() - 1);
}

const std::vector<std::vector<double>>&
PathOptimizer::GetShares() const
{
    return m_shares;
}

const std::vector<uint32_t>&
PathOptimizer::GetAssignment() const
{
    return m_assignment;
}

double
PathOptimizer::GetMaximum(const std::vector<double>& load) const
{
    double maximum = 0;
    for (std::size_t link = 0; link < load.size(); ++link)
    {
        maximum = std::max(maximum, load[link] / m_capacities[link]);
    }
    return maximum;
}

double
PathOptimizer::SolveFractional(double gap)
{
    // Each phase sends every demand once, by the path that is shortest under lengths that grow
    // with the use of a link. The mean of the phases is a division; the shortest paths under the
    // lengths give a lower bound of any division's maximum utilisation.
    const double step = gap / 4;
    std::vector<double> length(m_capacities.size());
    for (std::size_t link = 0; link < length.size(); ++link)
    {
        length[link] = 1 / m_capacities[link];
    }
    std::vector<double> load(m_capacities.size(), 0);
    m_shares.clear();
    for (const Demand& demand : m_demands)
    {
        m_shares.emplace_back(demand.paths.size(), 0);
    }
    // The largest step is that of the largest demand on the smallest of its links.
    double width = 0;
    for (const Demand& demand : m_demands)
    {
        for (const auto& path : demand.paths)
        {
            for (const uint32_t link : path)
            {
                width = std::max(width, demand.rate / m_capacities[link]);
            }
        }
    }
    double best = 0;
    double bound = 0;
    uint32_t phases = 0;
    uint32_t counted = 0; // phases in the mean
    do
    {
        if (phases >= 64 && (phases & (phases - 1)) == 0)
        {
            // The lengths are better now than at first: forget the phases so far.
            counted = 0;
            std::fill(load.begin(), load.end(), 0);
            for (auto& shares : m_shares)
            {
                std::fill(shares.begin(), shares.end(), 0);
            }
        }
        ++counted;
        double need = 0; // sum over demands of rate times shortest length
        ++phases;
        for (std::size_t d = 0; d < m_demands.size(); ++d)
        {
            const Demand& demand = m_demands[d];
            double shortest = std::numeric_limits<double>::infinity();
            std::size_t chosen = 0;
            for (std::size_t p = 0; p < demand.paths.size(); ++p)
            {
                double sum = 0;
                for (const uint32_t link : demand.paths[p])
                {
                    sum += length[link];
                }
                if (sum < shortest)
                {
                    shortest = sum;
                    chosen = p;
                }
            }
            need += demand.rate * shortest;
            m_shares[d][chosen] += 1;
            for (const uint32_t link : demand.paths[chosen])
            {
                load[link] += demand.rate;
                length[link] *= 1 + step * demand.rate / (m_capacities[link] * width);
            }
        }
        double volume = 0;
        for (std::size_t link = 0; link < length.size(); ++link)
        {
            volume += m_capacities[link] * length[link];
        }
        // Lengths only grow during the phase, and `need` was summed with those of the time: it is
        // no more than with the lengths at the end.
        bound = std::max(bound, need / volume);
        best = GetMaximum(load) / counted;
        if (volume > 1e100)
        {
            for (double& each : length)
            {
                each /= volume; // only their proportions matter
            }
        }
    } while (best > bound * (1 + gap) && phases < MAX_PHASES);
    for (auto& shares : m_shares)
    {
        for (double& share : shares)
        {
            share /= counted;
        }
    }
    return best;
}

void
PathOptimizer::Load(const Demand& demand, uint32_t path, double sign)
{
    for (const uint32_t link : demand.paths[path])
    {
        m_load[link] += sign * demand.rate;
    }
}

double
PathOptimizer::CostOf(const Demand& demand, uint32_t path, double target) const
{
    // What the demand adds to the sum over links of (overload)^2, and as a weak second criterion
    // to that of (load)^2, all as shares of capacities.
    double cost = 0;
    for (const uint32_t link : demand.paths[path])
    {
        const double capacity = m_capacities[link];
        const double before = m_load[link] / capacity;
        const double after = (m_load[link] + demand.rate) / capacity;
        const double overBefore = std::max(0.0, before - target);
        const double overAfter = std::max(0.0, after - target);
        cost += overAfter * overAfter - overBefore * overBefore;
        cost += 1e-6 * (after * after - before * before);
    }
    return cost;
}

void
PathOptimizer::SetStart(std::vector<uint32_t> start)
{
    m_start = std::move(start);
}

void
PathOptimizer::AssignGreedily(double target, const std::vector<uint32_t>& start)
{
    std::fill(m_load.begin(), m_load.end(), 0);
    m_assignment = start;
    m_assignment.resize(m_demands.size(), NONE);
    for (uint32_t d = 0; d < m_demands.size(); ++d)
    {
        if (m_assignment[d] != NONE)
        {
            Load(m_demands[d], m_assignment[d], 1);
        }
    }
    for (uint32_t d = 0; d < m_demands.size(); ++d)
    {
        const Demand& demand = m_demands[d];
        if (m_assignment[d] != NONE)
        {
            continue;
        }
        uint32_t chosen = 0;
        double least = std::numeric_limits<double>::infinity();
        for (uint32_t p = 0; p < demand.paths.size(); ++p)
        {
            const double cost = CostOf(demand, p, target);
            if (cost < least)
            {
                least = cost;
                chosen = p;
            }
        }
        Load(demand, chosen, 1);
        m_assignment[d] = chosen;
    }
}

uint32_t
PathOptimizer::DrawConflict(double target, Ptr<UniformRandomVariable> random) const
{
    uint32_t drawn = m_demands.size();
    uint32_t conflicts = 0;
    for (uint32_t d = 0; d < m_demands.size(); ++d)
    {
        const Demand& demand = m_demands[d];
        const auto& links = demand.paths[m_assignment[d]];
        const bool over =
            demand.paths.size() > 1 &&
            std::any_of(links.begin(),
                        links.end(),
                        [&](uint32_t link)
                        { return m_load[link] > (target + SLACK) * m_capacities[link]; });
        if (over && random->GetInteger(0, conflicts++) == 0)
        {
            drawn = d; // each of them with the same probability
        }
    }
    return drawn;
}

double
PathOptimizer::Assign(double target, uint64_t steps, Ptr<UniformRandomVariable> random)
{
    AssignGreedily(target, m_start);
    double best = Search(target, steps, random);
    if (best > target + SLACK && !m_start.empty())
    {
        const std::vector<uint32_t> first = m_assignment;
        AssignGreedily(target, {});
        const double second = Search(target, steps, random);
        if (second < best)
        {
            best = second;
        }
        else
        {
            m_assignment = first;
        }
    }
    return best;
}

double
PathOptimizer::Search(double target, uint64_t steps, Ptr<UniformRandomVariable> random)
{
    std::vector<uint32_t> bestAssignment = m_assignment;
    double best = GetMaximum(m_load);
    std::vector<std::vector<uint64_t>> tabu; // by demand and path: first move that may go there
    for (const Demand& demand : m_demands)
    {
        tabu.emplace_back(demand.paths.size(), 0);
    }
    uint64_t move = 1;
    for (uint64_t looked = 0; best > target + SLACK && looked < steps; ++move)
    {
        const uint32_t d = DrawConflict(target, random);
        if (d == m_demands.size())
        {
            break; // only demands without a choice are left
        }
        looked += m_demands[d].paths.size();
        const uint32_t old = m_assignment[d];
        Move(d, target, tabu[d], move, random);
        tabu[d][old] = move + 10 + random->GetInteger(0, 10);
        const double maximum = GetMaximum(m_load);
        if (maximum < best)
        {
            best = maximum;
            bestAssignment = m_assignment;
        }
    }
    m_assignment = bestAssignment;
    return best;
}

void
PathOptimizer::Move(uint32_t d,
                    double target,
                    const std::vector<uint64_t>& tabu,
                    uint64_t move,
                    Ptr<UniformRandomVariable> random)
{
    const Demand& demand = m_demands[d];
    const uint32_t old = m_assignment[d];
    Load(demand, old, -1);
    uint32_t chosen = old;
    double least = std::numeric_limits<double>::infinity();
    uint32_t equals = 0;
    for (uint32_t p = 0; p < demand.paths.size(); ++p)
    {
        if (p == old || tabu[p] > move)
        {
            continue;
        }
        const double cost = CostOf(demand, p, target);
        if (cost < least)
        {
            least = cost;
            chosen = p;
            equals = 1;
        }
        else if (cost == least && random->GetInteger(0, equals++) == 0)
        {
            chosen = p;
        }
    }
    Load(demand, chosen, 1);
    m_assignment[d] = chosen;
}

} // namespace ns3::cluster
