/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-chakra-reader.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace ns3::workload
{

namespace
{

/// No message is longer: 256 MiB.
constexpr uint64_t MAX_MESSAGE = 256ULL << 20;

/** Types of fields of protobuf. */
enum WireType : uint8_t
{
    VARINT = 0,
    FIXED64 = 1,
    BYTES = 2,
    FIXED32 = 5
};

/** Walks over the fields of a message. */
class FieldCursor
{
  public:
    FieldCursor(const char* begin, const char* end)
        : m_at(begin),
          m_end(end)
    {
    }

    /** Go to the next field. @return false at the end, or if the message is damaged */
    bool Next()
    {
        if (m_at == m_end || m_isDamaged)
        {
            return false;
        }
        uint64_t key = 0;
        if (!TakeVarint(key))
        {
            return Damaged();
        }
        number = static_cast<uint32_t>(key >> 3);
        type = static_cast<WireType>(key & 7);
        switch (type)
        {
        case VARINT:
            return TakeVarint(value) ? true : Damaged();
        case FIXED64:
            return TakeFixed(8);
        case FIXED32:
            return TakeFixed(4);
        case BYTES:
        {
            uint64_t length = 0;
            if (!TakeVarint(length) || length > static_cast<uint64_t>(m_end - m_at))
            {
                return Damaged();
            }
            begin = m_at;
            end = m_at + length;
            m_at = end;
            return true;
        }
        default:
            return Damaged();
        }
    }

    bool TakeVarint(uint64_t& result)
    {
        result = 0;
        for (int shift = 0; shift < 64 && m_at < m_end; shift += 7)
        {
            const auto byte = static_cast<uint8_t>(*m_at++);
            result |= uint64_t{byte & 0x7fU} << shift;
            if (byte < 0x80)
            {
                return true;
            }
        }
        return false;
    }

    bool IsAtEnd() const
    {
        return m_at == m_end;
    }

    bool IsDamaged() const
    {
        return m_isDamaged;
    }

    /** @return the bytes of the field */
    std::string Text() const
    {
        return {begin, end};
    }

    uint32_t number{0};         ///< of the field
    WireType type{};            ///< of the field
    uint64_t value{0};          ///< VARINT, FIXED64, FIXED32
    const char* begin{nullptr}; ///< BYTES
    const char* end{nullptr};   ///< BYTES

  private:
    bool Damaged()
    {
        m_isDamaged = true;
        return false;
    }

    bool TakeFixed(std::ptrdiff_t size)
    {
        if (m_end - m_at < size)
        {
            return Damaged();
        }
        value = 0;
        for (std::ptrdiff_t i = 0; i < size; ++i)
        {
            value |= uint64_t{static_cast<uint8_t>(m_at[i])} << 8 * i;
        }
        m_at += size;
        return true;
    }

    const char* m_at;        ///< what comes next
    const char* m_end;       ///< end of the message
    bool m_isDamaged{false}; ///< it makes no sense
};

/** @return a real number as a whole one; 0 if it is none */
uint64_t
ToWhole(double value)
{
    constexpr double limit = 1.8e19;
    return value > 0 && value < limit ? static_cast<uint64_t>(std::llround(std::min(value, 9e18)))
                                      : 0;
}

/** Take an attribute. @return whether it makes sense */
bool
TakeAttribute(const char* begin, const char* end, ChakraNode& node)
{
    // Numbers of the fields of AttributeProto.
    constexpr uint32_t name = 1;
    constexpr uint32_t real = 3;
    constexpr uint32_t single = 5;
    constexpr uint32_t zigZag32 = 15;
    constexpr uint32_t zigZag64 = 17;
    constexpr uint32_t text = 29;
    std::string key;
    FieldCursor field(begin, end);
    while (field.Next())
    {
        if (field.number == name && field.type == BYTES)
        {
            key = field.Text();
        }
        else if (field.number == text && field.type == BYTES)
        {
            node.SetText(key, field.Text());
        }
        else if (field.number == real && field.type == FIXED64)
        {
            double value = 0;
            std::memcpy(&value, &field.value, sizeof(value));
            node.SetNumber(key, ToWhole(value));
        }
        else if (field.number == single && field.type == FIXED32)
        {
            const auto bits = static_cast<uint32_t>(field.value);
            float value = 0;
            std::memcpy(&value, &bits, sizeof(value));
            node.SetNumber(key, ToWhole(value));
        }
        else if (field.number == zigZag32 || field.number == zigZag64)
        {
            node.SetNumber(key, field.value >> 1); // none of ours is negative
        }
        else if (field.number > 2 && field.type != BYTES)
        {
            node.SetNumber(key, field.value);
        }
    }
    return !field.IsDamaged();
}

/** Take dependencies, packed or not. @return whether they make sense */
bool
TakeDependencies(const FieldCursor& field, ChakraNode& node)
{
    if (field.type != BYTES)
    {
        node.dependencies.push_back(field.value);
        return true;
    }
    FieldCursor packed(field.begin, field.end);
    while (!packed.IsAtEnd())
    {
        uint64_t id = 0;
        if (!packed.TakeVarint(id))
        {
            return false;
        }
        node.dependencies.push_back(id);
    }
    return true;
}

/** Take a node. @return whether it makes sense */
bool
TakeNode(const std::string& message, ChakraNode& node)
{
    // Numbers of the fields of Node.
    enum Field : uint32_t
    {
        ID = 1,
        NAME = 2,
        TYPE = 3,
        CONTROL = 4,
        DATA = 5,
        DURATION = 7,
        INPUTS = 8,
        ATTRIBUTE = 10
    };

    bool good = true;
    FieldCursor field(message.data(), message.data() + message.size());
    while (good && field.Next())
    {
        const bool isBytes = field.type == BYTES;
        if (field.number == ID && !isBytes)
        {
            node.id = field.value;
        }
        else if (field.number == NAME && isBytes)
        {
            node.name = field.Text();
        }
        else if (field.number == TYPE && !isBytes)
        {
            node.type = field.value;
        }
        else if (field.number == CONTROL || field.number == DATA)
        {
            good = TakeDependencies(field, node);
        }
        else if (field.number == DURATION && !isBytes)
        {
            node.durationMicros = static_cast<double>(field.value);
        }
        else if (field.number == INPUTS && isBytes)
        {
            FieldCursor part(field.begin, field.end);
            if (part.Next() && part.number == 1 && part.type == BYTES)
            {
                node.inputs = part.Text();
            }
        }
        else if (field.number == ATTRIBUTE && isBytes)
        {
            good = TakeAttribute(field.begin, field.end, node);
        }
    }
    return good && !field.IsDamaged();
}

/** Cuts the file into messages. */
class MessageCutter
{
  public:
    MessageCutter(std::istream& input, FindingLog& log)
        : m_buffer(*input.rdbuf()),
          m_log(log)
    {
    }

    /** Read the next message. @return false at the end, or after a mistake */
    bool Next(std::string& message)
    {
        uint64_t length = 0;
        m_begin = m_offset;
        if (!TakeLength(length))
        {
            return false;
        }
        if (length > MAX_MESSAGE)
        {
            Fail("a message of " + std::to_string(length) +
                 " bytes, expected at most 256 MiB: no Chakra trace, or a damaged one");
            return false;
        }
        // Piece by piece: a damaged length may promise what is not there.
        message.clear();
        while (message.size() < length)
        {
            constexpr uint64_t piece = 1 << 20;
            const std::size_t old = message.size();
            message.resize(old + std::min(piece, length - old));
            const auto got = m_buffer.sgetn(message.data() + old,
                                            static_cast<std::streamsize>(message.size() - old));
            if (static_cast<std::size_t>(got) < message.size() - old)
            {
                Fail("truncated: a message of " + std::to_string(length) + " bytes has only " +
                     std::to_string(old + static_cast<std::size_t>(got)));
                return false;
            }
        }
        m_offset += length;
        return true;
    }

    void Fail(const std::string& text)
    {
        m_log.AddAtByte(Finding::ERROR, "error in Chakra trace", m_begin, text);
    }

    /** @return where the message began */
    uint64_t GetBegin() const
    {
        return m_begin;
    }

  private:
    bool TakeLength(uint64_t& length)
    {
        length = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            const int c = m_buffer.sbumpc();
            if (c == std::char_traits<char>::eof())
            {
                if (shift > 0)
                {
                    Fail("truncated in the length of a message");
                }
                return false;
            }
            ++m_offset;
            length |= (static_cast<uint64_t>(c) & 0x7f) << shift;
            if (c < 0x80)
            {
                return true;
            }
        }
        Fail("a length of more than 64 bits: no Chakra trace, or a damaged one");
        return false;
    }

    std::streambuf& m_buffer; ///< the file
    FindingLog& m_log;        ///< where mistakes go
    uint64_t m_offset{0};     ///< bytes read
    uint64_t m_begin{0};      ///< first byte of the present message
};

} // namespace

void
ReadChakraBinary(std::istream& input, FindingLog& log, const ChakraNodeHandler& handler)
{
    MessageCutter cutter(input, log);
    std::string message;
    if (!cutter.Next(message))
    {
        if (!log.HasError())
        {
            cutter.Fail("empty, expected the metadata of a Chakra trace");
        }
        return;
    }
    FieldCursor metadata(message.data(), message.data() + message.size());
    while (metadata.Next())
    {
    }
    if (metadata.IsDamaged())
    {
        cutter.Fail("the metadata makes no sense: no Chakra trace, or a damaged one");
        return;
    }
    while (cutter.Next(message))
    {
        ChakraNode node;
        node.line = cutter.GetBegin();
        if (!TakeNode(message, node))
        {
            cutter.Fail("a node that makes no sense: the file is damaged here");
            return;
        }
        if (!handler(node))
        {
            return;
        }
    }
}

} // namespace ns3::workload
