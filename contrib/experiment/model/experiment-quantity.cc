/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-quantity.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string_view>
#include <vector>

namespace ns3::experiment
{

namespace
{

/** A unit and its value in the base unit. */
struct Unit
{
    std::string_view name; ///< as the user writes it
    long double factor;    ///< in base units
};

/** The rates that ns-3 knows, and terabits, in bit/s. */
constexpr std::array RATE_UNITS{
    Unit{"bps", 1.0L},
    Unit{"b/s", 1.0L},
    Unit{"Bps", 8.0L},
    Unit{"B/s", 8.0L},
    Unit{"kbps", 1e3L},
    Unit{"kb/s", 1e3L},
    Unit{"Kbps", 1e3L},
    Unit{"Kb/s", 1e3L},
    Unit{"kBps", 8e3L},
    Unit{"kB/s", 8e3L},
    Unit{"KBps", 8e3L},
    Unit{"KB/s", 8e3L},
    Unit{"Kib/s", 1024.0L},
    Unit{"KiB/s", 8192.0L},
    Unit{"Mbps", 1e6L},
    Unit{"Mb/s", 1e6L},
    Unit{"MBps", 8e6L},
    Unit{"MB/s", 8e6L},
    Unit{"Mib/s", 1048576.0L},
    Unit{"MiB/s", 8388608.0L},
    Unit{"Gbps", 1e9L},
    Unit{"Gb/s", 1e9L},
    Unit{"GBps", 8e9L},
    Unit{"GB/s", 8e9L},
    Unit{"Gib/s", 1073741824.0L},
    Unit{"GiB/s", 8589934592.0L},
    Unit{"Tbps", 1e12L},
    Unit{"Tb/s", 1e12L},
    Unit{"TBps", 8e12L},
    Unit{"TB/s", 8e12L},
};

/** Times, in picoseconds. */
constexpr std::array TIME_UNITS{
    Unit{"ps", 1.0L},
    Unit{"ns", 1e3L},
    Unit{"us", 1e6L},
    Unit{"ms", 1e9L},
    Unit{"s", 1e12L},
    Unit{"min", 60e12L},
    Unit{"h", 3600e12L},
    Unit{"d", 86400e12L},
};

/** Sizes, in bytes. */
constexpr std::array SIZE_UNITS{
    Unit{"B", 1.0L},
    Unit{"kB", 1e3L},
    Unit{"KB", 1e3L},
    Unit{"KiB", 1024.0L},
    Unit{"MB", 1e6L},
    Unit{"MiB", 1048576.0L},
    Unit{"GB", 1e9L},
    Unit{"GiB", 1073741824.0L},
    Unit{"TB", 1e12L},
    Unit{"TiB", 1099511627776.0L},
};

/**
 * @param text a text
 * @return length of the number without sign that it starts with: digits, perhaps a fraction,
 * perhaps an exponent; 0 if it starts with none
 */
std::size_t
NumberLength(std::string_view text)
{
    auto digits = [text](std::size_t from)
    {
        std::size_t i = from;
        while (i < text.size() && text[i] >= '0' && text[i] <= '9')
        {
            ++i;
        }
        return i;
    };
    std::size_t end = digits(0);
    if (end == 0)
    {
        return 0;
    }
    if (end < text.size() && text[end] == '.')
    {
        const std::size_t fraction = digits(end + 1);
        if (fraction == end + 1)
        {
            return 0;
        }
        end = fraction;
    }
    if (end < text.size() && (text[end] == 'e' || text[end] == 'E'))
    {
        std::size_t exponent = end + 1;
        if (exponent < text.size() && (text[exponent] == '+' || text[exponent] == '-'))
        {
            ++exponent;
        }
        const std::size_t last = digits(exponent);
        end = last > exponent ? last : end;
    }
    return end;
}

/**
 * Read a number and its unit.
 *
 * @param text what the user wrote
 * @param units the units there are
 * @param expected what was expected, for the message
 * @param limit first value that is too large, base units
 * @param [out] error why it does not fit
 * @return the value in base units, rounded to an integer
 */
template <std::size_t N>
std::optional<uint64_t>
ParseWithUnit(const std::string& text,
              const std::array<Unit, N>& units,
              const std::string& expected,
              long double limit,
              std::string& error)
{
    const std::size_t length = NumberLength(text);
    if (length == 0)
    {
        error = Quote(text) + " does not start with a number, expected " + expected;
        return std::nullopt;
    }
    const std::string unit = text.substr(length);
    for (const auto& candidate : units)
    {
        if (candidate.name != unit)
        {
            continue;
        }
        const long double number = std::strtold(text.substr(0, length).c_str(), nullptr);
        const long double value = std::round(number * candidate.factor);
        if (!(value < limit))
        {
            error = Quote(text) + " is too large, expected " + expected;
            return std::nullopt;
        }
        if (value == 0 && number > 0)
        {
            error = Quote(text) + " is too small to be told from 0, expected " + expected;
            return std::nullopt;
        }
        return static_cast<uint64_t>(value);
    }
    error = Quote(text) + (unit.empty() ? " has no unit" : " has the unknown unit " + Quote(unit)) +
            ", expected " + expected;
    return std::nullopt;
}

/**
 * Read an integer with std::from_chars, as a whole.
 *
 * @param text what the user wrote
 * @param expected what was expected, for the message
 * @param [out] error why it does not fit
 * @return the number
 */
template <typename T>
std::optional<T>
ParseWhole(const std::string& text, const std::string& expected, std::string& error)
{
    T value{};
    const char* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, value);
    if (result.ec == std::errc::result_out_of_range)
    {
        error = Quote(text) + " is too large, expected " + expected;
        return std::nullopt;
    }
    if (result.ec != std::errc() || result.ptr != end)
    {
        error = Quote(text) + " is not an integer, expected " + expected;
        return std::nullopt;
    }
    return value;
}

/**
 * @param value a value in the smallest unit
 * @param base ratio of neighbouring units
 * @param units names, smallest first
 * @return the value in the largest unit in which it is a whole number
 */
std::string
FormatScaled(uint64_t value, uint64_t base, const std::vector<const char*>& units)
{
    std::size_t unit = 0;
    while (unit + 1 < units.size() && value != 0 && value % base == 0)
    {
        value /= base;
        ++unit;
    }
    return std::to_string(value) + units[unit];
}

} // namespace

std::string
FormatReal(double value)
{
    std::array<char, 32> digits;
    const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    return std::string(digits.data(), result.ptr);
}

std::string
FormatRate(const DataRate& rate)
{
    return FormatScaled(rate.GetBitRate(), 1000, {"bps", "kbps", "Mbps", "Gbps"});
}

std::string
FormatTime(const Time& time)
{
    const int64_t ps = time.GetPicoSeconds();
    return (ps < 0 ? "-" : "") + FormatScaled(std::abs(ps), 1000, {"ps", "ns", "us", "ms", "s"});
}

std::string
FormatSize(uint64_t bytes)
{
    return FormatScaled(bytes, 1024, {"B", "KiB", "MiB", "GiB"});
}

std::string
Quote(const std::string& text)
{
    constexpr std::size_t LIMIT = 60;
    std::string quoted = "'";
    for (std::size_t i = 0; i < text.size() && i < LIMIT; ++i)
    {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c < 0x20 || c == 0x7f)
        {
            std::array<char, 8> code;
            std::snprintf(code.data(), code.size(), "\\x%02x", static_cast<unsigned>(c));
            quoted += code.data();
        }
        else
        {
            quoted += text[i];
        }
    }
    return quoted + (text.size() > LIMIT ? "...'" : "'");
}

std::optional<DataRate>
ParseRate(const std::string& text, std::string& error)
{
    const std::string expected = "a rate above 0 such as 400Gbps";
    const auto bps = ParseWithUnit(text, RATE_UNITS, expected, 1e16L, error);
    if (!bps)
    {
        return std::nullopt;
    }
    if (*bps == 0)
    {
        error = Quote(text) + " is zero, expected " + expected;
        return std::nullopt;
    }
    return DataRate(*bps);
}

std::optional<Time>
ParseTime(const std::string& text, std::string& error)
{
    if (text == "0")
    {
        return Time(0);
    }
    const auto ps = ParseWithUnit(text, TIME_UNITS, "a time such as 1us", 86400e14L, error);
    return ps ? std::optional<Time>(PicoSeconds(*ps)) : std::nullopt;
}

std::optional<uint64_t>
ParseSize(const std::string& text, std::string& error)
{
    return ParseWithUnit(text, SIZE_UNITS, "a size such as 2MiB", 0x1p62L, error);
}

std::optional<uint64_t>
ParseUnsigned(const std::string& text, std::string& error)
{
    return ParseWhole<uint64_t>(text, "an integer from 0", error);
}

std::optional<int64_t>
ParseInteger(const std::string& text, std::string& error)
{
    return ParseWhole<int64_t>(text, "an integer", error);
}

std::optional<double>
ParseReal(const std::string& text, std::string& error)
{
    const bool sign = !text.empty() && (text[0] == '-' || text[0] == '+');
    const std::string_view magnitude = std::string_view(text).substr(sign ? 1 : 0);
    if (magnitude.empty() || NumberLength(magnitude) != magnitude.size())
    {
        error = Quote(text) + " is not a number, expected a number such as 0.5";
        return std::nullopt;
    }
    const double value = std::strtod(text.c_str(), nullptr);
    if (!std::isfinite(value))
    {
        error = Quote(text) + " is too large, expected a number such as 0.5";
        return std::nullopt;
    }
    return value;
}

std::optional<bool>
ParseBoolean(const std::string& text, std::string& error)
{
    if (text == "true")
    {
        return true;
    }
    if (text == "false")
    {
        return false;
    }
    error = Quote(text) + " is no truth value, expected true or false";
    return std::nullopt;
}

} // namespace ns3::experiment
