/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-finding-log.h"

#include <algorithm>
#include <utility>

namespace ns3::workload
{

namespace
{

/// Of each kind so many are told in full.
constexpr uint64_t ENOUGH = 3;
/// So many errors are enough.
constexpr uint64_t MAX_ERRORS = 20;

} // namespace

void
FindingLog::SetFile(const std::string& file)
{
    m_file = file;
}

const std::string&
FindingLog::GetFile() const
{
    return m_file;
}

void
FindingLog::Add(Finding::Severity severity,
                const std::string& kind,
                uint64_t line,
                uint64_t column,
                const std::string& message)
{
    m_nErrors += severity == Finding::ERROR;
    auto& tally = m_kinds[kind];
    tally.severity = std::max(tally.severity, severity);
    tally.file = m_file;
    if (++tally.count <= ENOUGH)
    {
        m_findings.push_back({severity,
                              m_file,
                              static_cast<uint32_t>(std::min<uint64_t>(line, UINT32_MAX)),
                              static_cast<uint32_t>(std::min<uint64_t>(column, UINT32_MAX)),
                              message});
    }
}

void
FindingLog::AddAtByte(Finding::Severity severity,
                      const std::string& kind,
                      uint64_t offset,
                      const std::string& message)
{
    Add(severity, kind, 0, 0, "byte " + std::to_string(offset) + ": " + message);
}

bool
FindingLog::HasError() const
{
    return m_nErrors > 0;
}

bool
FindingLog::IsFull() const
{
    return m_nErrors >= MAX_ERRORS;
}

std::vector<Finding>
FindingLog::Take()
{
    for (const auto& [kind, tally] : m_kinds)
    {
        if (tally.count > ENOUGH)
        {
            m_findings.push_back(
                {tally.severity,
                 tally.file,
                 0,
                 0,
                 std::to_string(tally.count - ENOUGH) + " more like this: " + kind});
        }
    }
    m_kinds.clear();
    m_nErrors = 0;
    return std::exchange(m_findings, {});
}

} // namespace ns3::workload
