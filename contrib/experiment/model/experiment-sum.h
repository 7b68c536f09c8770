/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_SUM_H
#define EXPERIMENT_SUM_H

#include <numeric>

namespace ns3::experiment
{

/** @return sum over the elements of an array, of their type @param values the array */
template <typename A>
typename A::value_type
Sum(const A& values)
{
    return std::accumulate(values.begin(), values.end(), typename A::value_type{});
}

} // namespace ns3::experiment

#endif /* EXPERIMENT_SUM_H */
