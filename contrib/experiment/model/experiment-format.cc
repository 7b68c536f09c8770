/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-format.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace ns3::experiment
{

namespace
{

/** A unit with a prefix, and its value in the base unit. */
struct Scale
{
    double factor;    ///< in base units
    const char* unit; ///< name
};

/** @return a number with four significant digits */
std::string
FourDigits(double value)
{
    std::array<char, 32> text;
    const double magnitude = std::fabs(value);
    const int digits = magnitude < 9.9995 ? 3 : magnitude < 99.995 ? 2 : magnitude < 999.95 ? 1 : 0;
    std::snprintf(text.data(), text.size(), "%.*f", digits, value);
    return text.data();
}

/**
 * @param value a value in base units
 * @param scales from the smallest to the largest unit
 * @return the value in the largest unit in which it is at least 1
 */
template <std::size_t N>
std::string
FormatScaled(double value, const std::array<Scale, N>& scales)
{
    const Scale* chosen = &scales.front();
    for (const auto& scale : scales)
    {
        // 999.96 would be printed as 1000 of the smaller unit
        chosen = std::fabs(value) >= scale.factor * 0.99995 ? &scale : chosen;
    }
    if (std::fabs(value) < scales.front().factor / 2)
    {
        return std::string("0 ") + chosen->unit;
    }
    return FourDigits(value / chosen->factor) + " " + chosen->unit;
}

} // namespace

std::string
FormatSeconds(double seconds)
{
    return FormatScaled(seconds,
                        std::array{Scale{1e-12, "ps"},
                                   Scale{1e-9, "ns"},
                                   Scale{1e-6, "us"},
                                   Scale{1e-3, "ms"},
                                   Scale{1, "s"}});
}

std::string
FormatByteRate(double bytesPerSecond)
{
    return FormatScaled(
        bytesPerSecond,
        std::array{Scale{1, "B/s"}, Scale{1e3, "kB/s"}, Scale{1e6, "MB/s"}, Scale{1e9, "GB/s"}});
}

std::string
FormatBytes(double bytes)
{
    return FormatScaled(bytes,
                        std::array{Scale{1, "B"},
                                   Scale{1e3, "kB"},
                                   Scale{1e6, "MB"},
                                   Scale{1e9, "GB"},
                                   Scale{1e12, "TB"}});
}

std::string
FormatFlops(double flops)
{
    return FormatScaled(flops,
                        std::array{Scale{1e9, "GFLOP/s"},
                                   Scale{1e12, "TFLOP/s"},
                                   Scale{1e15, "PFLOP/s"},
                                   Scale{1e18, "EFLOP/s"}});
}

std::string
FormatCount(double count)
{
    if (count < 1000)
    {
        std::array<char, 32> text;
        std::snprintf(text.data(), text.size(), "%.0f", count);
        return text.data();
    }
    return FormatScaled(count, std::array{Scale{1e3, "k"}, Scale{1e6, "M"}, Scale{1e9, "G"}});
}

std::string
FormatInteger(uint64_t number)
{
    std::string text = std::to_string(number);
    for (std::size_t i = text.size(); i > 3; i -= 3)
    {
        text.insert(i - 3, ",");
    }
    return text;
}

std::string
FormatPercent(double fraction, int digits)
{
    std::array<char, 32> text;
    const double shown = std::fabs(fraction) < 1e-9 ? 0 : fraction; // no "-0.0 %" of rounding
    std::snprintf(text.data(), text.size(), "%.*f %%", digits, 100 * shown);
    return text.data();
}

TextTable::TextTable(std::vector<Align> alignment)
    : m_alignment(std::move(alignment))
{
}

void
TextTable::AddRow(std::vector<std::string> cells)
{
    cells.resize(m_alignment.size());
    m_rows.push_back(std::move(cells));
}

void
TextTable::Print(std::ostream& out, std::size_t indent) const
{
    std::vector<std::size_t> widths(m_alignment.size());
    for (const auto& row : m_rows)
    {
        for (std::size_t i = 0; i < row.size(); ++i)
        {
            widths[i] = std::max(widths[i], row[i].size());
        }
    }
    for (const auto& row : m_rows)
    {
        std::string line(indent, ' ');
        for (std::size_t i = 0; i < row.size(); ++i)
        {
            const std::string blank(widths[i] - row[i].size(), ' ');
            line +=
                (i > 0 ? "  " : "") + (m_alignment[i] == RIGHT ? blank + row[i] : row[i] + blank);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out << line << "\n";
    }
}

} // namespace ns3::experiment
