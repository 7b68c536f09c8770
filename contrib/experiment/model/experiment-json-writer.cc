/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-json-writer.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace ns3::experiment
{

JsonWriter::JsonWriter(std::ostream& out)
    : m_out(out)
{
}

void
JsonWriter::BeginObject()
{
    Separate();
    Open('{');
}

void
JsonWriter::BeginObject(const std::string& key)
{
    Key(key);
    Open('{');
}

void
JsonWriter::EndObject()
{
    Close('}');
}

void
JsonWriter::BeginArray()
{
    Separate();
    Open('[');
}

void
JsonWriter::BeginArray(const std::string& key)
{
    Key(key);
    Open('[');
}

void
JsonWriter::EndArray()
{
    Close(']');
}

void
JsonWriter::NullField(const std::string& key)
{
    Key(key);
    m_out << "null";
}

void
JsonWriter::Separate()
{
    if (m_counts.empty())
    {
        return;
    }
    m_out << (m_counts.back() > 0 ? ",\n" : "\n") << std::string(2 * m_counts.size(), ' ');
    ++m_counts.back();
}

void
JsonWriter::Key(const std::string& key)
{
    Separate();
    Put(key);
    m_out << ": ";
}

void
JsonWriter::Open(char bracket)
{
    m_out << bracket;
    m_counts.push_back(0);
}

void
JsonWriter::Close(char bracket)
{
    const bool empty = m_counts.back() == 0;
    m_counts.pop_back();
    if (!empty)
    {
        m_out << '\n' << std::string(2 * m_counts.size(), ' ');
    }
    m_out << bracket;
    if (m_counts.empty())
    {
        m_out << '\n';
    }
}

void
JsonWriter::Put(const std::string& value)
{
    m_out << '"';
    for (const char c : value)
    {
        if (c == '"' || c == '\\')
        {
            m_out << '\\' << c;
        }
        else if (static_cast<unsigned char>(c) < 0x20)
        {
            std::array<char, 8> code;
            std::snprintf(code.data(), code.size(), "\\u%04x", static_cast<unsigned>(c));
            m_out << code.data();
        }
        else
        {
            m_out << c;
        }
    }
    m_out << '"';
}

void
JsonWriter::Put(const char* value)
{
    Put(std::string(value));
}

void
JsonWriter::Put(bool value)
{
    m_out << (value ? "true" : "false");
}

void
JsonWriter::Put(double value)
{
    if (!std::isfinite(value))
    {
        m_out << "null";
        return;
    }
    std::array<char, 32> digits;
    const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    m_out.write(digits.data(), result.ptr - digits.data());
}

void
JsonWriter::Put(uint64_t value)
{
    m_out << value;
}

void
JsonWriter::Put(int64_t value)
{
    m_out << value;
}

void
JsonWriter::Put(uint32_t value)
{
    m_out << value;
}

void
JsonWriter::Put(int32_t value)
{
    m_out << value;
}

} // namespace ns3::experiment
