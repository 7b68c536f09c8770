/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// The bound and the division of demands that PathOptimizer finds, against the optimum of the linear
// program as lp_solve computes it.

#include "ns3/cluster-path-optimizer.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <lp_lib.h>
#include <memory>
#include <random>
#include <vector>

using namespace ns3::cluster;

namespace
{

/** Demands on links. */
struct Instance
{
    /** Something that wants a path. */
    struct Demand
    {
        std::vector<std::vector<uint32_t>> paths; ///< links of each path
        double rate;                              ///< what it sends
    };

    std::vector<double> capacities; ///< by link
    std::vector<Demand> demands;    ///< demands
};

/**
 * Least t such that shares x of the paths, which sum up to 1 for each demand, load no link with
 * more than t times its capacity.
 */
double
SolveLinearProgram(const Instance& instance)
{
    int columns = 1; // t
    for (const auto& demand : instance.demands)
    {
        columns += static_cast<int>(demand.paths.size());
    }
    const std::unique_ptr<lprec, void (*)(lprec*)> program(make_lp(0, columns), delete_lp);
    set_verbose(program.get(), NEUTRAL);
    set_add_rowmode(program.get(), TRUE);
    std::vector<std::vector<double>> load(instance.capacities.size(),
                                          std::vector<double>(columns + 1, 0));
    int column = 2;
    for (const auto& demand : instance.demands)
    {
        std::vector<double> sum(columns + 1, 0);
        for (const auto& path : demand.paths)
        {
            sum[column] = 1;
            for (const uint32_t link : path)
            {
                load[link][column] += demand.rate;
            }
            ++column;
        }
        add_constraint(program.get(), sum.data(), EQ, 1);
    }
    for (std::size_t link = 0; link < load.size(); ++link)
    {
        load[link][1] = -instance.capacities[link];
        add_constraint(program.get(), load[link].data(), LE, 0);
    }
    set_add_rowmode(program.get(), FALSE);
    std::vector<double> objective(columns + 1, 0);
    objective[1] = 1;
    set_obj_fn(program.get(), objective.data());
    EXPECT_EQ(solve(program.get()), OPTIMAL);
    return get_objective(program.get());
}

/** @return a random instance: up to 30 links, up to 40 demands with up to 6 paths of 1 to 4 links
 */
Instance
MakeRandom(std::mt19937& random)
{
    const auto draw = [&random](uint32_t low, uint32_t high)
    { return low + static_cast<uint32_t>(random() % (high - low + 1)); };
    Instance instance;
    const uint32_t links = draw(4, 30);
    for (uint32_t i = 0; i < links; ++i)
    {
        instance.capacities.push_back(draw(1, 4) * 100.0);
    }
    const uint32_t demands = draw(1, 40);
    for (uint32_t d = 0; d < demands; ++d)
    {
        Instance::Demand demand;
        demand.rate = draw(1, 400);
        const uint32_t paths = draw(1, 6);
        for (uint32_t p = 0; p < paths; ++p)
        {
            std::vector<uint32_t> path;
            const uint32_t hops = draw(1, 4);
            for (uint32_t h = 0; h < hops; ++h)
            {
                const uint32_t link = draw(0, links - 1);
                if (std::find(path.begin(), path.end(), link) == path.end())
                {
                    path.push_back(link);
                }
            }
            demand.paths.push_back(path);
        }
        instance.demands.push_back(demand);
    }
    return instance;
}

TEST(PathOptimizer, AgreesWithLinearProgram)
{
    std::mt19937 random(5);
    for (int i = 0; i < 60; ++i)
    {
        const Instance instance = MakeRandom(random);
        PathOptimizer optimizer(instance.capacities);
        for (const auto& demand : instance.demands)
        {
            optimizer.AddDemand(demand.paths, demand.rate);
        }
        constexpr double GAP = 0.02;
        const double optimum = SolveLinearProgram(instance);
        const double found = optimizer.SolveFractional(GAP);
        EXPECT_GE(found, optimum * (1 - 1e-9)) << "instance " << i;
        EXPECT_LE(found, optimum * (1 + GAP) + 1e-9) << "instance " << i;
        // The shares are a division of the demands with that maximum.
        std::vector<double> load(instance.capacities.size(), 0);
        for (std::size_t d = 0; d < instance.demands.size(); ++d)
        {
            double sum = 0;
            for (std::size_t p = 0; p < instance.demands[d].paths.size(); ++p)
            {
                const double share = optimizer.GetShares()[d][p];
                sum += share;
                for (const uint32_t link : instance.demands[d].paths[p])
                {
                    load[link] += share * instance.demands[d].rate / instance.capacities[link];
                }
            }
            EXPECT_NEAR(sum, 1, 1e-9);
        }
        EXPECT_NEAR(*std::max_element(load.begin(), load.end()), found, 1e-9 * found);
        // Whole demands cannot do better than divided ones.
        auto draws = ns3::CreateObject<ns3::UniformRandomVariable>();
        draws->SetStream(1);
        EXPECT_GE(optimizer.Assign(found, 20'000, draws), optimum * (1 - 1e-9));
    }
}

} // namespace
