/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_SIZE_DISTRIBUTION_H
#define CLUSTER_SIZE_DISTRIBUTION_H

#include "cluster-topology-graph.h"

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * Distribution of message sizes, given by points of its cumulative distribution function with
 * straight lines between them.
 *
 * Three that many papers use are built in, with the points of the HPCC authors' traffic generator:
 * "websearch" (Alizadeh et al., DCTCP, SIGCOMM 2010), "fb-hadoop" (Roy et al., SIGCOMM 2015) and
 * "ali-storage" (Alibaba, 2019).
 */
class SizeDistribution
{
  public:
    /** A point of the cumulative distribution function. */
    struct Point
    {
        double bytes;   ///< size
        double percent; ///< share of messages that are not larger, 0 to 100
    };

    /**
     * @param points sizes ascending from 0 or more, percentages not descending from 0 to 100
     */
    explicit SizeDistribution(std::vector<Point> points);

    /**
     * @param name name of a built-in distribution, in any case, hyphens and underscores left out or
     *        not
     * @return the distribution, or nothing if there is none of that name
     */
    static std::optional<SizeDistribution> Find(std::string_view name);

    /** @return names of the built-in distributions */
    static std::vector<std::string> GetNames();

    /**
     * Read points: a line "bytes percent" for each.
     *
     * @param input the text
     * @param [out] errors what is wrong with it, with positions
     * @return the distribution, or nothing if there are errors
     */
    static std::optional<SizeDistribution> Read(std::istream& input,
                                                std::vector<TopologyError>& errors);

    /** @return mean size, bytes */
    double GetMean() const;

    /**
     * @param share 0 or more and less than 1
     * @return the size that this share of the messages does not exceed, at least 1 byte
     */
    uint64_t GetQuantile(double share) const;

  private:
    std::vector<Point> m_points; ///< the function
};

} // namespace ns3::cluster

#endif /* CLUSTER_SIZE_DISTRIBUTION_H */
