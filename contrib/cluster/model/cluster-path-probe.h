/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_PATH_PROBE_H
#define CLUSTER_PATH_PROBE_H

#include "cluster-cluster.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * Which way frames would go: asks the hash of each switch, as the library of Alibaba's HPN does to
 * find source ports whose connections share no link (K. Qian et al., "Alibaba HPN: A Data Center
 * Network for Large Language Model Training", SIGCOMM 2024).
 *
 * To be used while the simulation runs, since switches fix their hash when they start. It answers
 * for the links that are up at that time.
 */
class PathProbe
{
  public:
    /** @param cluster whose switches to ask */
    explicit PathProbe(const Cluster& cluster);

    /**
     * @param source attachment of the sender
     * @param destination attachment of the receiver
     * @param entropy UDP source port of the frames
     * @param queuePair number of the destination queue pair, for switches that hash it
     * @return edges from the source to the destination, in order; nothing if there is no path, or a
     *         switch chooses by more than the frame (see fabric::LoadBalancer::IsStateless)
     */
    std::optional<std::vector<uint32_t>> Trace(fabric::FabricAddress source,
                                               fabric::FabricAddress destination,
                                               uint16_t entropy,
                                               uint32_t queuePair = 0) const;

    /**
     * Find UDP source ports for connections that share as few links as possible: each is the first
     * one, from 0xC000 on, whose path has no link between switches in common with those before it,
     * or else the one of the Candidates tried that has the fewest.
     *
     * @param source attachment of the sender
     * @param destination attachment of the receiver
     * @param n how many
     * @return the source ports; nothing where Trace says nothing
     */
    std::optional<std::vector<uint16_t>> FindDisjoint(fabric::FabricAddress source,
                                                      fabric::FabricAddress destination,
                                                      uint32_t n) const;

    /**
     * The inverse of Trace: a source port that makes the hashes of all switches yield a wanted
     * path, as RePaC computes (Zhang et al., "Hashing linearity enables relative path control in
     * data centers", USENIX ATC 2021). RePaC uses the linearity of the hash of an ASIC; ours is not
     * linear, so the ports are tried in turn.
     *
     * @param source attachment of the sender
     * @param destination attachment of the receiver
     * @param path edges from the source to the destination, in order
     * @param queuePair number of the destination queue pair, for switches that hash it
     * @return the first UDP source port from 0xC000 to 0xFFFF that does, if there is one
     */
    std::optional<uint16_t> FindEntropy(fabric::FabricAddress source,
                                        fabric::FabricAddress destination,
                                        const std::vector<uint32_t>& path,
                                        uint32_t queuePair = 0) const;

    static constexpr uint32_t CANDIDATES = 4096; ///< source ports tried for each connection

  private:
    const Cluster& m_cluster; ///< whose switches to ask
};

} // namespace ns3::cluster

#endif /* CLUSTER_PATH_PROBE_H */
