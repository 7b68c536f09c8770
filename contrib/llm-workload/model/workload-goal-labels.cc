/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-goal-labels.h"

#include <algorithm>

namespace ns3::workload
{

namespace
{

/** @return the number of a label that IsNumber */
uint64_t
GetNumber(const std::string& label)
{
    uint64_t number = 0;
    for (std::size_t i = 1; i < label.size(); ++i)
    {
        number = 10 * number + static_cast<uint64_t>(label[i] - '0');
    }
    return number;
}

} // namespace

bool
GoalLabels::IsNumber(const std::string& label)
{
    constexpr std::size_t longest = 10;
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    return label.size() >= 2 && label.size() <= longest && label[0] == 'l' &&
           (label[1] != '0' || label.size() == 2) &&
           std::all_of(label.begin() + 1, label.end(), isDigit);
}

std::optional<uint32_t>
GoalLabels::Find(const std::string& label) const
{
    if (IsNumber(label))
    {
        const uint64_t number = GetNumber(label);
        if (number < m_numbered.size() && m_numbered[number] > 0)
        {
            return m_numbered[number] - 1;
        }
    }
    const auto it = m_named.find(label);
    return it != m_named.end() ? std::optional<uint32_t>(it->second) : std::nullopt;
}

void
GoalLabels::Add(const std::string& label, uint32_t operation)
{
    // A table that would stay mostly empty is not worth it.
    constexpr uint64_t few = 1024;
    const uint64_t number = IsNumber(label) ? GetNumber(label) : UINT64_MAX;
    if (number >= few + 4 * static_cast<uint64_t>(m_nNumbered))
    {
        m_named.emplace(label, operation);
        return;
    }
    if (number >= m_numbered.size())
    {
        m_numbered.resize(std::max<uint64_t>(number + 1, 2 * m_numbered.size()), 0);
    }
    m_numbered[number] = operation + 1;
    ++m_nNumbered;
}

void
GoalLabels::Clear()
{
    m_numbered.clear();
    m_nNumbered = 0;
    m_named.clear();
}

} // namespace ns3::workload
