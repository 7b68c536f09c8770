/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-text-fields.h"

#include <limits>

namespace ns3::workload
{

namespace
{

bool
IsBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

} // namespace

bool
ReadLine(std::istream& input, std::string& line)
{
    constexpr std::size_t maximum = 1 << 20;
    line.clear();
    auto* const buffer = input.rdbuf();
    bool any = false;
    for (int c = buffer->sbumpc(); c != std::char_traits<char>::eof(); c = buffer->sbumpc())
    {
        any = true;
        if (c == '\n')
        {
            return true;
        }
        if (line.size() < maximum)
        {
            line.push_back(static_cast<char>(c));
        }
    }
    return any;
}

std::vector<Field>
SplitFields(const std::string& line, char separator)
{
    std::vector<Field> fields;
    std::size_t at = 0;
    const bool byBlanks = separator == ' ';
    while (at <= line.size())
    {
        while (at < line.size() && IsBlank(line[at]))
        {
            ++at;
        }
        if (byBlanks && at == line.size())
        {
            break;
        }
        std::size_t end = at;
        while (end < line.size() && (byBlanks ? !IsBlank(line[end]) : line[end] != separator))
        {
            ++end;
        }
        std::size_t last = end;
        while (last > at && IsBlank(line[last - 1]))
        {
            --last;
        }
        fields.push_back({line.substr(at, last - at), static_cast<uint32_t>(at + 1)});
        at = end + 1;
    }
    return fields;
}

bool
ParseUnsigned(const std::string& text, uint64_t maximum, uint64_t& value)
{
    if (text.empty())
    {
        return false;
    }
    uint64_t result = 0;
    for (const char c : text)
    {
        if (c < '0' || c > '9')
        {
            return false;
        }
        const auto digit = static_cast<uint64_t>(c - '0');
        if (result > (std::numeric_limits<uint64_t>::max() - digit) / 10)
        {
            return false;
        }
        result = result * 10 + digit;
    }
    value = result;
    return result <= maximum;
}

std::string
Quote(const std::string& text)
{
    static constexpr char digits[] = "0123456789abcdef";
    std::string quoted = "'";
    for (std::size_t i = 0; i < text.size() && i < 40; ++i)
    {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c < 0x7f)
        {
            quoted.push_back(text[i]);
        }
        else
        {
            quoted += "\\x";
            quoted.push_back(digits[c >> 4]);
            quoted.push_back(digits[c & 15]);
        }
    }
    return quoted + (text.size() > 40 ? "...'" : "'");
}

} // namespace ns3::workload
