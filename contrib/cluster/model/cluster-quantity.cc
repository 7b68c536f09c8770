/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-quantity.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>

namespace ns3::cluster
{

namespace
{

constexpr long double LIMIT = 9223372036854775807.0L; // 2^63 - 1

bool
IsDigit(char c)
{
    return c >= '0' && c <= '9';
}

/**
 * Take digits [. digits] [e [sign] digits] off the front of a text.
 *
 * @param [in,out] text the text
 * @param [out] number its value
 * @return false if there is no number
 */
bool
TakeNumber(std::string_view& text, long double& number)
{
    std::size_t i = 0;
    std::size_t digits = 0;
    for (; i < text.size() && (IsDigit(text[i]) || text[i] == '.'); ++i)
    {
        digits += IsDigit(text[i]);
        if (text[i] == '.' && text.find('.') != i)
        {
            return false; // a second point
        }
    }
    if (digits == 0)
    {
        return false;
    }
    if (i < text.size() && (text[i] == 'e' || text[i] == 'E'))
    {
        std::size_t j = i + 1;
        j += j < text.size() && (text[j] == '+' || text[j] == '-');
        if (j < text.size() && IsDigit(text[j]))
        {
            for (i = j; i < text.size() && IsDigit(text[i]); ++i)
            {
            }
        }
    }
    const std::string copy(text.substr(0, i));
    number = std::strtold(copy.c_str(), nullptr);
    text.remove_prefix(i);
    return std::isfinite(number);
}

/** @return bit/s of a unit such as "Gbps", 0 if it is none */
long double
BitsPerSecondOf(std::string_view unit)
{
    long double factor = 1;
    if (unit.size() > 3)
    {
        static constexpr std::string_view prefixes = "kMGT";
        const char letter = unit.front() == 'K' ? 'k' : unit.front();
        const std::size_t power = prefixes.find(letter);
        if (power == std::string_view::npos)
        {
            return 0;
        }
        unit.remove_prefix(1);
        const bool binary = unit.front() == 'i';
        if (binary)
        {
            unit.remove_prefix(1);
        }
        factor = std::pow(binary ? 1024.0L : 1000.0L, static_cast<long double>(power + 1));
    }
    if (unit == "bps" || unit == "b/s")
    {
        return factor;
    }
    if (unit == "Bps" || unit == "B/s")
    {
        return factor * 8;
    }
    return 0;
}

/** @return picoseconds of a unit such as "us", 0 if it is none */
long double
PicosecondsOf(std::string_view unit)
{
    struct Unit
    {
        std::string_view name;
        long double picoseconds;
    };

    static constexpr Unit units[] = {{"s", 1e12L},
                                     {"ms", 1e9L},
                                     {"us", 1e6L},
                                     {"ns", 1e3L},
                                     {"ps", 1},
                                     {"min", 60e12L},
                                     {"h", 3600e12L}};
    for (const Unit& candidate : units)
    {
        if (candidate.name == unit)
        {
            return candidate.picoseconds;
        }
    }
    return 0;
}

/** @return bytes of a unit such as "MiB", 0 if it is none */
long double
BytesOf(std::string_view unit)
{
    if (unit.empty() || unit.back() != 'B')
    {
        return 0;
    }
    unit.remove_suffix(1);
    const bool binary = unit.size() == 2 && unit.back() == 'i';
    if (binary)
    {
        unit.remove_suffix(1);
    }
    if (unit.empty())
    {
        return 1;
    }
    static constexpr std::string_view prefixes = "kMGT";
    const char letter = unit.front() == 'K' ? 'k' : unit.front();
    const std::size_t power = prefixes.find(letter);
    if (unit.size() > 1 || power == std::string_view::npos)
    {
        return 0;
    }
    return std::pow(binary ? 1024.0L : 1000.0L, static_cast<long double>(power + 1));
}

} // namespace

std::optional<uint64_t>
ParseSize(std::string_view text)
{
    if (const auto bytes = ParseUnsigned(text))
    {
        return *bytes < static_cast<uint64_t>(INT64_MAX) ? bytes : std::nullopt;
    }
    long double number = 0;
    if (!TakeNumber(text, number))
    {
        return std::nullopt;
    }
    const long double bytes = number * BytesOf(text);
    if (BytesOf(text) == 0 || bytes >= LIMIT)
    {
        return std::nullopt;
    }
    return static_cast<uint64_t>(std::llround(bytes));
}

std::optional<uint64_t>
ParseRate(std::string_view text)
{
    long double number = 0;
    if (!TakeNumber(text, number))
    {
        return std::nullopt;
    }
    const long double rate = number * BitsPerSecondOf(text);
    if (BitsPerSecondOf(text) == 0 || rate >= LIMIT)
    {
        return std::nullopt;
    }
    return static_cast<uint64_t>(std::llround(rate));
}

std::optional<int64_t>
ParseTime(std::string_view text)
{
    long double number = 0;
    if (!TakeNumber(text, number))
    {
        return std::nullopt;
    }
    const long double time = number * PicosecondsOf(text);
    if (PicosecondsOf(text) == 0 || time >= LIMIT)
    {
        return std::nullopt;
    }
    return static_cast<int64_t>(std::llround(time));
}

std::optional<uint64_t>
ParseUnsigned(std::string_view text)
{
    uint64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [last, error] = std::from_chars(text.data(), end, number);
    if (text.empty() || error != std::errc() || last != end)
    {
        return std::nullopt;
    }
    return number;
}

std::optional<double>
ParseNumber(std::string_view text)
{
    long double number = 0;
    if (!TakeNumber(text, number) || !text.empty() || !std::isfinite(static_cast<double>(number)))
    {
        return std::nullopt;
    }
    return static_cast<double>(number);
}

} // namespace ns3::cluster
