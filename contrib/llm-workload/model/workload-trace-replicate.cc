/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-trace-replicate.h"

#include <algorithm>
#include <optional>

namespace ns3::workload
{

namespace
{

/** A row of ranks in a grid. */
struct Row
{
    uint32_t distance; ///< between members
    uint32_t size;     ///< members

    /** @return the members of the row through a rank */
    std::vector<uint32_t> Through(uint32_t rank) const
    {
        const uint32_t first = rank - rank / distance % size * distance;
        std::vector<uint32_t> members;
        for (uint32_t i = 0; i < size; ++i)
        {
            members.push_back(first + i * distance);
        }
        return members;
    }
};

/** @return the row that a group is, if it is one that divides so many ranks */
std::optional<Row>
FindRow(const std::vector<uint32_t>& members, uint32_t nRanks)
{
    const auto size = static_cast<uint32_t>(members.size());
    const uint32_t distance = size > 1 ? members[1] - members[0] : 1;
    if (size == 0 || (size > 1 && members[1] <= members[0]) || distance > nRanks)
    {
        return std::nullopt;
    }
    const Row row{distance, size};
    if (nRanks % (uint64_t{distance} * size) != 0 || row.Through(members[0]) != members)
    {
        return std::nullopt;
    }
    return row;
}

} // namespace

bool
ReplicateRank(Trace& trace, uint32_t traced, uint32_t nRanks, FindingLog& log)
{
    std::vector<std::optional<Row>> rows;
    for (const auto& group : trace.groups)
    {
        rows.push_back(FindRow(group.ranks, nRanks));
    }
    const auto& operations = trace.ranks[traced].operations;
    for (uint32_t i = 0; i < operations.size(); ++i)
    {
        const auto& operation = operations[i];
        const auto refuse = [&](const std::string& why)
        {
            trace.Report(log,
                         Finding::ERROR,
                         "rank that others cannot be like",
                         traced,
                         i,
                         why + ": the other ranks cannot be assumed alike");
            return false;
        };
        if (operation.kind == OperationKind::SEND || operation.kind == OperationKind::RECEIVE)
        {
            return refuse("a message to another rank");
        }
        if (operation.kind != OperationKind::COLLECTIVE)
        {
            continue;
        }
        const auto& group = trace.groups[operation.group];
        if (!rows[operation.group])
        {
            return refuse("group '" + group.name + "' is no row of a grid of " +
                          std::to_string(nRanks) + " ranks");
        }
        if (operation.sizes &&
            std::any_of(operation.sizes->sent.begin(),
                        operation.sizes->sent.end(),
                        [&](uint64_t bytes) { return bytes != operation.sizes->sent.front(); }))
        {
            return refuse("an all-to-all of uneven parts");
        }
    }
    const auto model = trace.ranks[traced];
    const auto groups = trace.groups;
    trace.ranks.assign(nRanks, model);
    for (uint32_t rank = 0; rank < nRanks; ++rank)
    {
        for (auto& operation : trace.ranks[rank].operations)
        {
            if (operation.kind == OperationKind::COLLECTIVE)
            {
                const auto members = rows[operation.group]->Through(rank);
                const auto& group = groups[operation.group];
                // One name may stand for many groups: a name of its own for each.
                const std::string name =
                    members == group.ranks
                        ? group.name
                        : group.name + " of rank " + std::to_string(members.front());
                operation.group = trace.AddGroup(name, members, group.dimension);
            }
        }
    }
    return true;
}

} // namespace ns3::workload
