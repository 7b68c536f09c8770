/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-json-reader.h"

#include "workload-text-fields.h"

#include <cmath>
#include <cstdlib>

namespace ns3::workload
{

namespace
{

constexpr int END = std::char_traits<char>::eof();

/** Append a character of Unicode as UTF-8. */
void
AppendUtf8(std::string& text, uint32_t code)
{
    if (code < 0x80)
    {
        text.push_back(static_cast<char>(code));
        return;
    }
    const int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static constexpr uint32_t leads[] = {0, 0xc0, 0xe0, 0xf0};
    text.push_back(static_cast<char>(leads[more] | code >> 6 * more));
    for (int i = more - 1; i >= 0; --i)
    {
        text.push_back(static_cast<char>(0x80 | (code >> 6 * i & 0x3f)));
    }
}

} // namespace

const JsonValue*
JsonValue::Find(const std::string& key) const
{
    for (const auto& [name, value] : members)
    {
        if (name == key)
        {
            return &value;
        }
    }
    return nullptr;
}

std::optional<double>
JsonValue::AsReal() const
{
    if ((kind != NUMBER && kind != STRING) || text.empty())
    {
        return std::nullopt;
    }
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (*end != '\0' || !std::isfinite(value))
    {
        return std::nullopt;
    }
    return value;
}

std::optional<uint64_t>
JsonValue::AsUnsigned() const
{
    if (kind == BOOLEAN)
    {
        return boolean ? 1 : 0;
    }
    uint64_t whole = 0;
    if ((kind == NUMBER || kind == STRING) && ParseUnsigned(text, UINT64_MAX, whole))
    {
        return whole;
    }
    const auto real = AsReal();
    constexpr double limit = 9.0e15; // doubles are exact below
    if (!real || *real < 0 || *real > limit || *real != std::floor(*real))
    {
        return std::nullopt;
    }
    return static_cast<uint64_t>(*real);
}

std::string
JsonValue::TextOf(const std::string& key) const
{
    const auto* const value = Find(key);
    return value && value->kind == STRING ? value->text : "";
}

JsonReader::JsonReader(std::istream& input, FindingLog& log)
    : m_buffer(*input.rdbuf()),
      m_log(log)
{
}

int
JsonReader::Peek()
{
    return m_buffer.sgetc();
}

int
JsonReader::Take()
{
    const int c = m_buffer.sbumpc();
    if (c == '\n')
    {
        ++m_line;
        m_column = 0;
    }
    ++m_column;
    return c;
}

void
JsonReader::SkipBlanks()
{
    for (int c = Peek(); c == ' ' || c == '\n' || c == '\t' || c == '\r'; c = Peek())
    {
        Take();
    }
}

bool
JsonReader::Fail(const std::string& message)
{
    if (!m_failed)
    {
        m_failed = true;
        const int c = Peek();
        const std::string what =
            c == END ? "the text ends" : Quote(std::string(1, static_cast<char>(c)));
        m_log.Add(Finding::ERROR, "error in JSON", m_line, m_column, what + ", " + message);
    }
    return false;
}

bool
JsonReader::Expect(char c)
{
    if (m_failed)
    {
        return false;
    }
    SkipBlanks();
    if (Peek() != std::char_traits<char>::to_int_type(c))
    {
        return Fail(std::string("expected '") + c + "'");
    }
    Take();
    return true;
}

JsonValue::Kind
JsonReader::PeekKind()
{
    SkipBlanks();
    switch (Peek())
    {
    case '{':
        return JsonValue::OBJECT;
    case '[':
        return JsonValue::ARRAY;
    case '"':
        return JsonValue::STRING;
    case 't':
    case 'f':
        return JsonValue::BOOLEAN;
    case 'n':
    case END:
        return JsonValue::NONE;
    default:
        return JsonValue::NUMBER;
    }
}

bool
JsonReader::BeginObject()
{
    if (!Expect('{'))
    {
        return false;
    }
    m_isFirst.push_back(true);
    return true;
}

bool
JsonReader::NextMember(std::string& key)
{
    if (m_failed)
    {
        return false;
    }
    SkipBlanks();
    if (Peek() == '}')
    {
        Take();
        m_isFirst.pop_back();
        return false;
    }
    if (!m_isFirst.back() && !Expect(','))
    {
        return false;
    }
    m_isFirst.back() = false;
    SkipBlanks();
    return ReadString(key) && Expect(':');
}

bool
JsonReader::BeginArray()
{
    if (!Expect('['))
    {
        return false;
    }
    m_isFirst.push_back(true);
    return true;
}

bool
JsonReader::NextElement()
{
    if (m_failed)
    {
        return false;
    }
    SkipBlanks();
    if (Peek() == ']')
    {
        Take();
        m_isFirst.pop_back();
        return false;
    }
    if (!m_isFirst.back() && !Expect(','))
    {
        return false;
    }
    m_isFirst.back() = false;
    return true;
}

bool
JsonReader::ReadHex(uint32_t& code)
{
    code = 0;
    for (int i = 0; i < 4; ++i)
    {
        const int c = Peek();
        const bool isDigit = c >= '0' && c <= '9';
        const int lower = c | 0x20;
        if (!isDigit && (lower < 'a' || lower > 'f'))
        {
            return Fail("expected a hexadecimal digit");
        }
        code = code * 16 + static_cast<uint32_t>(isDigit ? c - '0' : lower - 'a' + 10);
        Take();
    }
    return true;
}

bool
JsonReader::ReadEscape(std::string& text)
{
    static const std::string names = "\"\\/bfnrt";
    static const std::string values = "\"\\/\b\f\n\r\t";
    const int c = Peek();
    if (c != 'u')
    {
        const auto at = c == END ? std::string::npos : names.find(static_cast<char>(c));
        if (at == std::string::npos)
        {
            return Fail("expected one of \"\\/bfnrtu behind a backslash");
        }
        Take();
        text.push_back(values[at]);
        return true;
    }
    Take();
    uint32_t code = 0;
    if (!ReadHex(code))
    {
        return false;
    }
    constexpr uint32_t firstHalf = 0xd800; // of a pair, then the second halves from 0xdc00
    if (code >= firstHalf && code < 0xdc00)
    {
        uint32_t second = 0;
        if (Take() != '\\' || Take() != 'u' || !ReadHex(second) || second < 0xdc00 ||
            second > 0xdfff)
        {
            return Fail("expected the second half of a character");
        }
        code = 0x10000 + ((code - firstHalf) << 10) + (second - 0xdc00);
    }
    AppendUtf8(text, code);
    return true;
}

bool
JsonReader::ReadString(std::string& text)
{
    text.clear();
    if (Peek() != '"')
    {
        return Fail("expected '\"'");
    }
    Take();
    for (;;)
    {
        const int c = Peek();
        if (c == END || (c >= 0 && c < ' '))
        {
            return Fail("expected the end of a text, '\"'");
        }
        Take();
        if (c == '"')
        {
            return true;
        }
        if (c == '\\')
        {
            if (!ReadEscape(text))
            {
                return false;
            }
        }
        else
        {
            text.push_back(static_cast<char>(c));
        }
        if (!m_keep)
        {
            text.clear();
        }
    }
}

bool
JsonReader::ReadWord(JsonValue& value)
{
    std::string word;
    constexpr std::size_t longest = 16;
    for (int c = Peek();
         ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) && word.size() < longest;
         c = Peek())
    {
        word.push_back(static_cast<char>(Take()));
    }
    if (word == "true" || word == "false")
    {
        value.kind = JsonValue::BOOLEAN;
        value.boolean = word == "true";
    }
    else if (word == "null")
    {
        value.kind = JsonValue::NONE;
    }
    else if (word == "NaN" || word == "Infinity")
    {
        value.kind = JsonValue::NUMBER;
        value.text = word;
    }
    else
    {
        return Fail("expected a value" + (word.empty() ? "" : " instead of " + Quote(word)));
    }
    return true;
}

bool
JsonReader::ReadNumber(JsonValue& value)
{
    value.kind = JsonValue::NUMBER;
    for (int c = Peek();
         (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
         c = Peek())
    {
        const char digit = static_cast<char>(Take());
        constexpr std::size_t longest = 400;
        if (value.text.size() < longest)
        {
            value.text.push_back(digit);
        }
    }
    if (value.text == "-")
    {
        return ReadWord(value); // -Infinity
    }
    char* end = nullptr;
    std::strtod(value.text.c_str(), &end);
    return value.text.empty() || *end != '\0' ? Fail("expected a value") : true;
}

bool
JsonReader::ReadMembers(JsonValue& value, uint32_t depth)
{
    if (!BeginObject())
    {
        return false;
    }
    std::string key;
    while (NextMember(key))
    {
        JsonValue member;
        if (!ReadDeep(member, depth + 1))
        {
            return false;
        }
        if (m_keep)
        {
            value.members.emplace_back(key, std::move(member));
        }
    }
    return !m_failed;
}

bool
JsonReader::ReadElements(JsonValue& value, uint32_t depth)
{
    if (!BeginArray())
    {
        return false;
    }
    while (NextElement())
    {
        JsonValue element;
        if (!ReadDeep(element, depth + 1))
        {
            return false;
        }
        if (m_keep)
        {
            value.elements.push_back(std::move(element));
        }
    }
    return !m_failed;
}

bool
JsonReader::ReadDeep(JsonValue& value, uint32_t depth)
{
    if (m_failed)
    {
        return false;
    }
    SkipBlanks();
    value.line = m_line;
    value.column = m_column;
    if (depth > MAX_DEPTH)
    {
        return Fail("expected no more than " + std::to_string(MAX_DEPTH) +
                    " values within each other");
    }
    const int c = Peek();
    switch (c)
    {
    case '{':
        value.kind = JsonValue::OBJECT;
        return ReadMembers(value, depth);
    case '[':
        value.kind = JsonValue::ARRAY;
        return ReadElements(value, depth);
    case '"':
        value.kind = JsonValue::STRING;
        return ReadString(value.text);
    default:
        return (c >= '0' && c <= '9') || c == '-' ? ReadNumber(value) : ReadWord(value);
    }
}

bool
JsonReader::ReadValue(JsonValue& value)
{
    value = JsonValue();
    m_keep = true;
    return ReadDeep(value, 0);
}

bool
JsonReader::SkipValue()
{
    JsonValue value;
    m_keep = false;
    const bool good = ReadDeep(value, 0);
    m_keep = true;
    return good;
}

bool
JsonReader::IsAtEnd()
{
    SkipBlanks();
    return Peek() == END;
}

bool
JsonReader::HasFailed() const
{
    return m_failed;
}

uint32_t
JsonReader::GetLine() const
{
    return m_line;
}

uint32_t
JsonReader::GetColumn() const
{
    return m_column;
}

} // namespace ns3::workload
