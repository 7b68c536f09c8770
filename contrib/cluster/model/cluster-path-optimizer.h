/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_PATH_OPTIMIZER_H
#define CLUSTER_PATH_OPTIMIZER_H

#include "ns3/random-variable-stream.h"

#include <cstdint>
#include <vector>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * Chooses paths for demands so that the most loaded link is loaded as little as possible. Knows
 * links by number and capacity alone.
 *
 * Two answers: a bound, the least possible maximum utilisation if demands could be divided among
 * their paths at will (a linear program, solved by multiplicative weights: N. Garg and J.
 * Koenemann, Faster and simpler algorithms for multicommodity flow and other fractional packing
 * problems, SIAM Journal on Computing 37(2), 2007, with the duality gap as the end); and an
 * assignment of each demand to one path, by tabu search over the demands on overloaded links (F.
 * Glover, Tabu search, ORSA Journal on Computing 1(3), 1989), which starts from one that is given,
 * and from a greedy one, and ends at the bound or when it has looked at SearchSteps moves.
 */
class PathOptimizer
{
  public:
    /** @param capacities by link, greater than 0 */
    explicit PathOptimizer(std::vector<double> capacities);

    /**
     * @param paths the paths that it may take: links of each; at least one
     * @param rate what it sends, in the unit of the capacities, 0 or more
     * @return number of the demand: 0, 1 ...
     */
    uint32_t AddDemand(std::vector<std::vector<uint32_t>> paths, double rate);

    /**
     * @param gap relative error that is allowed, greater than 0
     * @return a maximum utilisation that a division of demands reaches, at most 1 + gap times the
     *         least possible one; 0 without demands
     */
    double SolveFractional(double gap);

    /** @return by demand and path: share of the demand, as SolveFractional divided it */
    const std::vector<std::vector<double>>& GetShares() const;

    /** A demand that a start of the search says nothing about. */
    static constexpr uint32_t NONE = UINT32_MAX;

    /** @param start by demand: the path that the search starts from, or NONE */
    void SetStart(std::vector<uint32_t> start);

    /**
     * Give each demand one path.
     *
     * @param target maximum utilisation at which to stop
     * @param steps most moves to look at from each start
     * @param random draws
     * @return the maximum utilisation reached
     */
    double Assign(double target, uint64_t steps, Ptr<UniformRandomVariable> random);

    /** @return by demand: the path that Assign has given it */
    const std::vector<uint32_t>& GetAssignment() const;

  private:
    /** Something that wants a path. */
    struct Demand
    {
        std::vector<std::vector<uint32_t>> paths; ///< links of each path
        double rate;                              ///< what it sends
    };

    /** @return the largest load over capacity */
    double GetMaximum(const std::vector<double>& load) const;

    /** Put a demand on a path, or take it off. @param sign 1 or -1 */
    void Load(const Demand& demand, uint32_t path, double sign);

    /** @return penalty that a demand would add on a path: of overloaded links, then of load */
    double CostOf(const Demand& demand, uint32_t path, double target) const;

    /**
     * Give each demand in turn the path that costs least then.
     *
     * @param target maximum utilisation that is aimed at
     * @param start by demand: a path that it has beforehand, or NONE
     */
    void AssignGreedily(double target, const std::vector<uint32_t>& start);

    /** Improve the assignment. See Assign. @return the maximum utilisation reached */
    double Search(double target, uint64_t steps, Ptr<UniformRandomVariable> random);

    /** Move a demand to the best other path that it has not just left. */
    void Move(uint32_t demand,
              double target,
              const std::vector<uint64_t>& tabu,
              uint64_t move,
              Ptr<UniformRandomVariable> random);

    /** @return a demand on an overloaded link, drawn at random; none: the number of demands */
    uint32_t DrawConflict(double target, Ptr<UniformRandomVariable> random) const;

    std::vector<double> m_capacities;          ///< by link
    std::vector<Demand> m_demands;             ///< demands
    std::vector<std::vector<double>> m_shares; ///< by demand and path
    std::vector<uint32_t> m_start;             ///< by demand: path to start from; may be empty
    std::vector<uint32_t> m_assignment;        ///< by demand: path
    std::vector<double> m_load;                ///< by link: of the assignment
};

} // namespace ns3::cluster

#endif /* CLUSTER_PATH_OPTIMIZER_H */
