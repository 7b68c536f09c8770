/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-trace.h"

#include "workload-text-fields.h"

namespace ns3::workload
{

uint32_t
Trace::AddLabel(const std::string& label)
{
    if (label.empty())
    {
        return 0;
    }
    const auto [at, isNew] = m_labelIndex.try_emplace(label, static_cast<uint32_t>(labels.size()));
    if (isNew)
    {
        labels.push_back(label);
    }
    return at->second;
}

uint32_t
Trace::AddGroup(const std::string& name, const std::vector<uint32_t>& ranks, Dimension dimension)
{
    const auto [at, isNew] =
        m_groupIndex.try_emplace({name, ranks}, static_cast<uint32_t>(groups.size()));
    if (isNew)
    {
        groups.push_back({name, dimension, ranks});
    }
    return at->second;
}

uint64_t
Trace::GetNOperations() const
{
    uint64_t n = 0;
    for (const auto& rank : ranks)
    {
        n += rank.operations.size();
    }
    return n;
}

void
Trace::Report(FindingLog& log,
              Finding::Severity severity,
              const std::string& kind,
              uint32_t rank,
              uint32_t operation,
              const std::string& message) const
{
    const auto& what = ranks[rank].operations[operation];
    if (!files.empty())
    {
        log.SetFile(files[ranks[rank].file]);
    }
    const std::string text = Describe(rank, operation) + ": " + message;
    if (hasLines)
    {
        log.Add(severity, kind, what.line, what.column, text);
    }
    else
    {
        log.AddAtByte(severity, kind, what.line, text);
    }
}

std::string
Trace::Describe(uint32_t rank, uint32_t operation) const
{
    const auto& what = ranks[rank].operations[operation];
    std::string text = "rank " + std::to_string(rank);
    if (!hasLines)
    {
        text += ", node " + std::to_string(what.node);
    }
    return labels[what.label].empty() ? text : text + ", " + Quote(labels[what.label]);
}

} // namespace ns3::workload
