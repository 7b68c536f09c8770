/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_JSON_WRITER_H
#define EXPERIMENT_JSON_WRITER_H

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * Writes JSON (RFC 8259) to a stream as it is told, with two-space indentation; nothing is kept in
 * memory. Numbers have the shortest form that reads back to the same value; a number that is not
 * finite becomes null, JSON has no other word for it.
 *
 * Keys state the SI unit of the value: step_time_s, busbw_bytes_per_s.
 */
class JsonWriter
{
  public:
    /** @param out where to write; must outlive the writer */
    explicit JsonWriter(std::ostream& out);

    /** Start an object, as a value. */
    void BeginObject();
    /** @param key start an object as the value of this key */
    void BeginObject(const std::string& key);
    /** End the object that was started last. */
    void EndObject();

    /** Start an array, as a value. */
    void BeginArray();
    /** @param key start an array as the value of this key */
    void BeginArray(const std::string& key);
    /** End the array that was started last; the document ends with its outermost value. */
    void EndArray();

    /** @param value an element of the current array */
    template <typename T>
    void Value(const T& value)
    {
        Separate();
        Put(value);
    }

    /**
     * @param key of the current object
     * @param value its value
     */
    template <typename T>
    void Field(const std::string& key, const T& value)
    {
        Key(key);
        Put(value);
    }

    /** @param key of the current object whose value is null: not known or not applicable */
    void NullField(const std::string& key);

  private:
    /** Write the comma and line break that go before a member. */
    void Separate();
    /** @param key write it, and what goes before */
    void Key(const std::string& key);
    /** @param bracket the bracket that opens a container */
    void Open(char bracket);
    /** @param bracket the bracket that closes the container */
    void Close(char bracket);

    /** @param value write it as JSON */
    void Put(const std::string& value);
    /** @param value write it as JSON */
    void Put(const char* value);
    /** @param value write it as JSON */
    void Put(bool value);
    /** @param value write it as JSON */
    void Put(double value);
    /** @param value write it as JSON */
    void Put(uint64_t value);
    /** @param value write it as JSON */
    void Put(int64_t value);
    /** @param value write it as JSON */
    void Put(uint32_t value);
    /** @param value write it as JSON */
    void Put(int32_t value);

    std::ostream& m_out;            ///< where to write
    std::vector<uint64_t> m_counts; ///< members written so far of each open container
};

} // namespace ns3::experiment

#endif /* EXPERIMENT_JSON_WRITER_H */
