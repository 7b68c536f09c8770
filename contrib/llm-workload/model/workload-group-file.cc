/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-group-file.h"

namespace ns3::workload
{

namespace
{

/** Take a list of ranks. @return null, or the element that is no rank */
const JsonValue*
TakeRanks(const JsonValue& list, std::vector<uint32_t>& ranks)
{
    constexpr uint64_t most = 1ULL << 24;
    for (const auto& element : list.elements)
    {
        const auto rank = element.AsUnsigned();
        if (!rank || *rank > most)
        {
            return &element;
        }
        ranks.push_back(static_cast<uint32_t>(*rank));
    }
    return nullptr;
}

} // namespace

GroupMembers
ReadGroupFile(std::istream& input, FindingLog& log)
{
    GroupMembers groups;
    JsonReader json(input, log);
    std::string name;
    if (!json.BeginObject())
    {
        return groups;
    }
    while (json.NextMember(name))
    {
        JsonValue list;
        if (!json.ReadValue(list))
        {
            break;
        }
        std::vector<uint32_t> ranks;
        const JsonValue* const bad = list.kind == JsonValue::ARRAY ? TakeRanks(list, ranks) : &list;
        if (bad)
        {
            log.Add(Finding::ERROR,
                    "error in a file of groups",
                    bad->line,
                    bad->column,
                    "expected " +
                        std::string(bad == &list ? "a list of ranks" : "the number of a rank"));
        }
        groups[name] = std::move(ranks);
    }
    return groups;
}

void
AddPyTorchGroups(const JsonValue& list, GroupMembers& groups)
{
    for (const auto& element : list.elements)
    {
        std::string name = element.TextOf("pg_name");
        if (const auto* const number = element.Find("pg_name");
            name.empty() && number && number->AsUnsigned())
        {
            name = number->text;
        }
        const auto* const members = element.Find("ranks");
        std::vector<uint32_t> ranks;
        if (!name.empty() && members && !TakeRanks(*members, ranks) && !ranks.empty())
        {
            groups[name] = std::move(ranks);
        }
    }
}

} // namespace ns3::workload
