/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-job-scaling.h"

#include <algorithm>
#include <set>

namespace ns3::workload
{

namespace
{

using collective::CollectiveType;

/// No job has more ranks.
constexpr uint64_t MAX_RANKS = 1ULL << 17;

/** @return names of the groups of a job, each once, for messages */
std::string
ListNames(const JobGraph& job)
{
    constexpr std::size_t most = 20;
    std::set<std::string> names;
    for (const auto& group : job.groups)
    {
        names.insert(group.name);
    }
    std::string text;
    std::size_t n = 0;
    for (const auto& name : names)
    {
        if (n++ == most)
        {
            return text + ", and " + std::to_string(names.size() - most) + " more";
        }
        text += (text.empty() ? "'" : ", '") + name + "'";
    }
    return text;
}

/** Find out which groups are data parallel. @return why that is not known, or nothing */
std::string
FindDataGroups(const JobGraph& job, const ScalingOptions& options, std::vector<bool>& isData)
{
    isData.assign(job.groups.size(), false);
    if (job.groups.empty())
    {
        return "the job has no groups, only messages: which of them are between data-parallel "
               "replicas is not known, so it cannot be given more of these";
    }
    for (const auto& name : options.dataGroups)
    {
        bool isKnown = false;
        for (std::size_t group = 0; group < job.groups.size(); ++group)
        {
            if (job.groups[group].name == name)
            {
                isData[group] = true;
                isKnown = true;
            }
        }
        if (!isKnown)
        {
            return "no group is called '" + name + "'; there are: " + ListNames(job);
        }
    }
    for (std::size_t group = 0; options.dataGroups.empty() && group < job.groups.size(); ++group)
    {
        isData[group] = job.groups[group].dimension == Dimension::DATA;
    }
    if (std::find(isData.begin(), isData.end(), true) == isData.end())
    {
        return "which groups are data parallel is not known: name them (dataGroups); there are: " +
               ListNames(job);
    }
    return "";
}

/** @return what in a rank's program does not allow larger groups, or nothing */
std::string
CheckProgram(const JobGraph& job, uint32_t rank, const std::vector<bool>& isData)
{
    const auto& program = job.ranks[rank];
    const auto& graph = *program.graph;
    for (OperationGraph::Index i = 0; i < graph.GetN(); ++i)
    {
        if (graph.GetKind(i) != OperationKind::COLLECTIVE)
        {
            continue;
        }
        const uint32_t group = program.groups[graph.GetSlot(i)];
        const auto type = graph.GetCollective(i);
        if (isData[group] &&
            (type == CollectiveType::ALL_TO_ALL || type == CollectiveType::ALL_TO_ALL_V))
        {
            return "rank " + std::to_string(rank) + ", '" + graph.GetLabel(i) +
                   "': an all-to-all of group '" + job.groups[group].name +
                   "', whose parts depend on the number of ranks: the trace does not say what more "
                   "replicas would exchange";
        }
    }
    return "";
}

} // namespace

std::string
ScaleJob(const JobGraph& job, const ScalingOptions& options, JobGraph& scaled)
{
    scaled = {};
    std::vector<bool> isData;
    std::string error = FindDataGroups(job, options, isData);
    const auto n = static_cast<uint32_t>(job.ranks.size());
    if (error.empty() && uint64_t{n} * options.replicas > MAX_RANKS)
    {
        error = std::to_string(uint64_t{n} * options.replicas) + " ranks, expected at most " +
                std::to_string(MAX_RANKS);
    }
    for (uint32_t rank = 0; rank < n && error.empty(); ++rank)
    {
        error = CheckProgram(job, rank, isData);
    }
    if (!error.empty())
    {
        return error;
    }
    // Groups of the first replica keep their places; larger ones are shared by all.
    scaled.groups = job.groups;
    scaled.ranks = job.ranks;
    for (uint32_t replica = 1; replica < options.replicas; ++replica)
    {
        std::vector<uint32_t> places;
        for (std::size_t group = 0; group < job.groups.size(); ++group)
        {
            auto moved = job.groups[group];
            for (auto& rank : moved.ranks)
            {
                rank += replica * n;
            }
            if (isData[group])
            {
                auto& members = scaled.groups[group].ranks;
                members.insert(members.end(), moved.ranks.begin(), moved.ranks.end());
                places.push_back(static_cast<uint32_t>(group));
                continue;
            }
            moved.name += " of replica " + std::to_string(replica);
            places.push_back(static_cast<uint32_t>(scaled.groups.size()));
            scaled.groups.push_back(std::move(moved));
        }
        for (auto program : job.ranks)
        {
            for (auto& group : program.groups)
            {
                group = places[group];
            }
            for (auto& peer : program.peers)
            {
                peer += replica * n;
            }
            scaled.ranks.push_back(std::move(program));
        }
    }
    return "";
}

} // namespace ns3::workload
