/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-edge-coloring.h"

#include <algorithm>

namespace ns3::cluster
{

EdgeColoring::EdgeColoring(uint32_t left, uint32_t right, uint32_t colors)
    : m_left(left),
      m_colors(colors),
      m_forbidden(left + right, std::vector<bool>(colors, false))
{
}

void
EdgeColoring::ForbidLeft(uint32_t vertex, uint32_t color)
{
    m_forbidden[vertex][color] = true;
}

void
EdgeColoring::ForbidRight(uint32_t vertex, uint32_t color)
{
    m_forbidden[m_left + vertex][color] = true;
}

void
EdgeColoring::AddEdge(uint32_t left, uint32_t right)
{
    m_ends.emplace_back(left, m_left + right);
}

void
EdgeColoring::Divide()
{
    m_parts.clear();
    m_at.clear();
    std::vector<uint32_t> current(m_forbidden.size(), NONE); // by vertex: part with room
    std::vector<uint32_t> room(m_forbidden.size(), 0);       // by vertex: edges it still takes
    const auto place = [&](uint32_t vertex)
    {
        if (room[vertex] == 0)
        {
            const auto& forbidden = m_forbidden[vertex];
            const auto allowed = std::count(forbidden.begin(), forbidden.end(), false);
            room[vertex] = std::max<uint32_t>(1, allowed);
            current[vertex] = m_parts.size();
            m_parts.push_back({vertex, std::vector<uint32_t>(m_colors, NONE)});
        }
        --room[vertex];
        return current[vertex];
    };
    for (const auto& [left, right] : m_ends)
    {
        const uint32_t from = place(left);
        m_at.emplace_back(from, place(right));
    }
}

bool
EdgeColoring::IsFree(uint32_t part, uint32_t color) const
{
    return m_parts[part].edges[color] == NONE && !m_forbidden[m_parts[part].vertex][color];
}

uint32_t
EdgeColoring::GetFarPart(uint32_t edge, uint32_t part) const
{
    return m_at[edge].first == part ? m_at[edge].second : m_at[edge].first;
}

bool
EdgeColoring::ColorDirectly(uint32_t edge)
{
    const auto [left, right] = m_at[edge];
    for (uint32_t i = 0; i < m_colors; ++i)
    {
        // The search begins at another colour for each edge, so that few edges use all of them.
        const uint32_t color = (edge + i) % m_colors;
        if (IsFree(left, color) && IsFree(right, color))
        {
            m_color[edge] = color;
            m_parts[left].edges[color] = edge;
            m_parts[right].edges[color] = edge;
            return true;
        }
    }
    return false;
}

bool
EdgeColoring::Exchange(uint32_t part, uint32_t used, uint32_t free)
{
    std::vector<uint32_t> chain;
    uint32_t at = part;
    uint32_t next = used;
    uint32_t other = free;
    while (m_parts[at].edges[next] != NONE)
    {
        chain.push_back(m_parts[at].edges[next]);
        at = GetFarPart(chain.back(), at);
        std::swap(next, other);
    }
    // The last edge has the colour `other` and is to have `next`.
    if (m_forbidden[m_parts[at].vertex][next])
    {
        return false;
    }
    for (const uint32_t edge : chain)
    {
        m_parts[m_at[edge].first].edges[m_color[edge]] = NONE;
        m_parts[m_at[edge].second].edges[m_color[edge]] = NONE;
    }
    for (const uint32_t edge : chain)
    {
        m_color[edge] = m_color[edge] == used ? free : used;
        m_parts[m_at[edge].first].edges[m_color[edge]] = edge;
        m_parts[m_at[edge].second].edges[m_color[edge]] = edge;
    }
    return true;
}

bool
EdgeColoring::ColorByChain(uint32_t edge)
{
    // A colour that is free on the left and one that is free on the right: the chain of both that
    // begins on the right comes to the left side by edges of the first colour only, so that it
    // never meets our left end, which has none.
    const auto [left, right] = m_at[edge];
    for (uint32_t wanted = 0; wanted < m_colors; ++wanted)
    {
        if (!IsFree(left, wanted) || m_parts[right].edges[wanted] == NONE)
        {
            continue;
        }
        for (uint32_t spare = 0; spare < m_colors; ++spare)
        {
            if (IsFree(right, spare) && Exchange(right, wanted, spare))
            {
                return ColorDirectly(edge);
            }
        }
    }
    return false;
}

std::vector<uint32_t>
EdgeColoring::Color()
{
    Divide();
    m_color.assign(m_ends.size(), NONE);
    for (uint32_t edge = 0; edge < m_ends.size(); ++edge)
    {
        if (!ColorDirectly(edge))
        {
            ColorByChain(edge);
        }
    }
    return m_color;
}

} // namespace ns3::cluster
