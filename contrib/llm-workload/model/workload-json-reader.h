/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_JSON_READER_H
#define WORKLOAD_JSON_READER_H

#include "workload-finding-log.h"

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * A value of a JSON text, with its place.
 */
struct JsonValue
{
    /// What it is.
    enum Kind : uint8_t
    {
        NONE, ///< null
        BOOLEAN,
        NUMBER,
        STRING,
        ARRAY,
        OBJECT
    };

    Kind kind{NONE};                                          ///< what it is
    uint32_t line{0};                                         ///< where it begins, from 1
    uint32_t column{0};                                       ///< where it begins, from 1
    std::string text;                                         ///< of STRING; NUMBER as written
    bool boolean{false};                                      ///< of BOOLEAN
    std::vector<JsonValue> elements;                          ///< of ARRAY
    std::vector<std::pair<std::string, JsonValue>> members{}; ///< of OBJECT, in order

    /** @param key a key @return its value, or null if there is none or this is no object */
    const JsonValue* Find(const std::string& key) const;

    /** @return the number of NUMBER, or of a STRING that holds one */
    std::optional<double> AsReal() const;

    /** @return the number if it is whole and below 2^64, of NUMBER, STRING or BOOLEAN */
    std::optional<uint64_t> AsUnsigned() const;

    /** @param key a key @return the text of its value; empty if it is no text */
    std::string TextOf(const std::string& key) const;
};

/**
 * @ingroup llm-workload
 * Reads a JSON text piece by piece, so that only what is asked for is in memory: large arrays are
 * entered, and their elements read one by one.
 *
 * NaN and Infinity, which Python writes, are taken as numbers. After the first mistake in the text
 * all functions return false.
 */
class JsonReader
{
  public:
    /** @param input the text @param log where mistakes are reported */
    JsonReader(std::istream& input, FindingLog& log);

    /** @return kind of the next value, without reading it */
    JsonValue::Kind PeekKind();

    /** Enter an object. @return whether there is one */
    bool BeginObject();

    /** Go to the next member of the object entered last. @param [out] key its key @return false at
     *  the end of the object, which is left */
    bool NextMember(std::string& key);

    /** Enter an array. @return whether there is one */
    bool BeginArray();

    /** Go to the next element of the array entered last. @return false at the end of the array,
     *  which is left */
    bool NextElement();

    /** Read a whole value. @param [out] value the value @return whether it could be read */
    bool ReadValue(JsonValue& value);

    /** Read over a value. @return whether that was possible */
    bool SkipValue();

    /** @return whether nothing but blanks is left */
    bool IsAtEnd();

    /** @return whether there was a mistake */
    bool HasFailed() const;

    /** @return line of what comes next, from 1 */
    uint32_t GetLine() const;

    /** @return column of what comes next, from 1 */
    uint32_t GetColumn() const;

  private:
    /// Values within values.
    static constexpr uint32_t MAX_DEPTH = 64;

    int Peek();
    int Take();
    void SkipBlanks();
    bool Fail(const std::string& message);
    bool Expect(char c);
    bool ReadString(std::string& text);
    bool ReadEscape(std::string& text);
    bool ReadHex(uint32_t& code);
    bool ReadWord(JsonValue& value);
    bool ReadNumber(JsonValue& value);
    bool ReadMembers(JsonValue& value, uint32_t depth);
    bool ReadElements(JsonValue& value, uint32_t depth);
    bool ReadDeep(JsonValue& value, uint32_t depth);

    std::streambuf& m_buffer;    ///< the text
    FindingLog& m_log;           ///< where mistakes go
    uint32_t m_line{1};          ///< of the next character
    uint32_t m_column{1};        ///< of the next character
    std::vector<bool> m_isFirst; ///< by container entered: nothing was read in it
    bool m_failed{false};        ///< there was a mistake
    bool m_keep{true};           ///< whether texts are wanted, or only read over
};

} // namespace ns3::workload

#endif /* WORKLOAD_JSON_READER_H */
