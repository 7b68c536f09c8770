/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_REDUCTION_BENCH_H
#define CLUSTER_REDUCTION_BENCH_H

#include "cluster-test-bench.h"

#include "ns3/cluster-reduction-groups.h"
#include "ns3/fabric-frame.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace ns3::cluster::tests
{

/**
 * A cluster with groups that are reduced in the network. It knows the word that stands for the data
 * of each member and chunk, and checks every result that a member takes: the sum of the right
 * words, once, and data only for those who are to have it.
 */
class ReductionBench : public TestBench
{
  public:
    /** @param spec compact description of the cluster @param scheme of the groups */
    ReductionBench(const std::string& spec, const std::string& scheme);

    /** Lose frames on all links. @param rate probability @param seed random stream */
    void LoseFrames(double rate, int64_t seed);

    /** @param members accelerators @return the group; its absence is a mistake */
    uint32_t MakeGroup(const std::vector<uint32_t>& members);

    /** @return why there is no group; empty if there is */
    std::string Refuse(const std::vector<uint32_t>& members);

    /** Let all members of a group post a transfer. */
    void PostAll(int64_t at,
                 uint32_t group,
                 uint64_t bytes,
                 fabric::ReductionUse use = fabric::ReductionUse::SUM_TO_ALL,
                 uint32_t root = 0);

    /** Let one member post a transfer. @param tag what the others post has the same one */
    void PostOne(int64_t at,
                 uint32_t group,
                 uint32_t member,
                 uint64_t bytes,
                 uint64_t tag,
                 fabric::ReductionUse use = fabric::ReductionUse::SUM_TO_ALL,
                 uint32_t root = 0);

    /** Run to the end. @return the first thing that was wrong, or "" */
    std::string Run();

    /** @return when the last member had the last result */
    int64_t GetEnd() const;

    /** @return contributions that all workers of a group sent again */
    uint64_t GetNRepeated(uint32_t group) const;

    /** @return sum of a counter over all engines */
    uint64_t Count(uint64_t fabric::ReductionEngine::Counters::*counter) const;

  private:
    /** A transfer that somebody posted. */
    struct Posted
    {
        uint32_t group;           ///< to whom
        uint64_t bytes;           ///< how many
        fabric::ReductionUse use; ///< what for
        uint32_t root;            ///< of it
        std::set<uint32_t> who;   ///< members that have posted it
    };

    /** A member has taken a result. */
    void TakeResult(uint32_t member, const fabric::ReductionFields& fields);

    /** Note a mistake, if it is the first. */
    void Complain(const std::string& what);

    const std::string m_scheme;                                ///< of the groups
    std::map<uint32_t, std::vector<uint32_t>> m_members;       ///< by group
    std::map<uint32_t, uint32_t> m_groupOf;                    ///< by tree
    std::map<uint64_t, Posted> m_posted;                       ///< by tag
    std::set<std::tuple<uint32_t, uint32_t, uint32_t>> m_seen; ///< tree, chunk, member
    std::map<std::pair<uint32_t, uint32_t>, uint64_t> m_bytes; ///< by group, member: data taken
    uint64_t m_nextTag{1};                                     ///< of PostAll
    std::string m_error;                                       ///< the first mistake
};

} // namespace ns3::cluster::tests

#endif /* CLUSTER_REDUCTION_BENCH_H */
