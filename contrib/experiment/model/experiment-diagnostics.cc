/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-diagnostics.h"

namespace ns3::experiment
{

std::string
Diagnostics::Format(const Position& where, const std::string& message)
{
    std::string line = where.file;
    if (where.line > 0)
    {
        line += ":" + std::to_string(where.line);
        if (where.column > 0)
        {
            line += ":" + std::to_string(where.column);
        }
    }
    return line + (line.empty() ? "" : ": ") + message;
}

void
Diagnostics::Add(const Position& where, const std::string& message)
{
    m_lines.push_back(Format(where, message));
}

void
Diagnostics::AddNote(const Position& where, const std::string& message)
{
    m_notes.push_back(Format(where, "note: " + message));
}

void
Diagnostics::PrintNotes(std::ostream& out) const
{
    for (const auto& note : m_notes)
    {
        out << note << "\n";
    }
}

bool
Diagnostics::IsEmpty() const
{
    return m_lines.empty();
}

std::size_t
Diagnostics::GetN() const
{
    return m_lines.size();
}

void
Diagnostics::Print(std::ostream& out) const
{
    constexpr std::size_t MOST = 20;
    for (std::size_t i = 0; i < m_lines.size() && i < MOST; ++i)
    {
        out << m_lines[i] << "\n";
    }
    if (m_lines.size() > MOST)
    {
        out << "and " << m_lines.size() - MOST << " more errors\n";
    }
}

} // namespace ns3::experiment
