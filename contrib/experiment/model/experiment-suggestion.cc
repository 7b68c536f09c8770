/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-suggestion.h"

#include <algorithm>
#include <cctype>

namespace ns3::experiment
{

namespace
{

/** @return whether two characters are the same letter */
bool
SameLetter(char a, char b)
{
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
}

/** @return optimal string alignment distance of two names */
std::size_t
EditDistance(const std::string& a, const std::string& b)
{
    const std::size_t columns = b.size() + 1;
    std::vector<std::size_t> table((a.size() + 1) * columns);
    for (std::size_t i = 0; i <= a.size(); ++i)
    {
        for (std::size_t j = 0; j <= b.size(); ++j)
        {
            std::size_t& cell = table[i * columns + j];
            if (i == 0 || j == 0)
            {
                cell = i + j;
                continue;
            }
            const std::size_t change = SameLetter(a[i - 1], b[j - 1]) ? 0 : 1;
            cell = std::min({table[(i - 1) * columns + j] + 1,
                             table[i * columns + j - 1] + 1,
                             table[(i - 1) * columns + j - 1] + change});
            if (i > 1 && j > 1 && SameLetter(a[i - 1], b[j - 2]) && SameLetter(a[i - 2], b[j - 1]))
            {
                cell = std::min(cell, table[(i - 2) * columns + j - 2] + 1);
            }
        }
    }
    return table.back();
}

} // namespace

std::string
FindNearest(const std::string& name, const std::vector<std::string>& known)
{
    constexpr std::size_t LONGEST = 200; // nobody misspells a longer name, but files may hold one
    std::string nearest;
    if (name.size() > LONGEST)
    {
        return nearest;
    }
    std::size_t smallest = std::min(name.size() / 3 + 2, name.size());
    for (const auto& candidate : known)
    {
        const std::size_t distance = EditDistance(name, candidate);
        if (distance < smallest)
        {
            smallest = distance;
            nearest = candidate;
        }
    }
    return nearest;
}

std::string
Suggest(const std::string& name, const std::vector<std::string>& known)
{
    const std::string nearest = FindNearest(name, known);
    if (!nearest.empty())
    {
        return "did you mean '" + nearest + "'?";
    }
    constexpr std::size_t MOST = 16;
    std::string text = "known: ";
    for (std::size_t i = 0; i < known.size() && i < MOST; ++i)
    {
        text += (i == 0 ? "" : ", ") + known[i];
    }
    return text + (known.size() > MOST ? ", ..." : "");
}

} // namespace ns3::experiment
