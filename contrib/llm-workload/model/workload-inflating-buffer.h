/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_INFLATING_BUFFER_H
#define WORKLOAD_INFLATING_BUFFER_H

#include <istream>
#include <memory>
#include <streambuf>
#include <string>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * Reads another stream, and inflates it if it is compressed with gzip (it begins with the bytes 1f
 * 8b); any other stream comes through as it is. Keeps no more than two pieces of 256 KiB in memory.
 * What is damaged ends the stream early, and GetError says so.
 */
class InflatingBuffer : public std::streambuf
{
  public:
    /** @param source what to read */
    explicit InflatingBuffer(std::unique_ptr<std::istream> source);
    ~InflatingBuffer() override;

    InflatingBuffer(const InflatingBuffer&) = delete;
    InflatingBuffer& operator=(const InflatingBuffer&) = delete;

    /** @return what is wrong with the compressed stream; empty if nothing is */
    const std::string& GetError() const;

  protected:
    int_type underflow() override;

  private:
    /** State of the library that inflates. */
    struct Inflater;

    /** Read a piece of the source. @return whether there is any */
    bool Fill();
    /** Inflate into the output piece. @return bytes there */
    std::size_t Inflate();

    std::unique_ptr<std::istream> m_source; ///< what is read
    std::unique_ptr<Inflater> m_inflater;   ///< if it is compressed
    std::vector<char> m_input;              ///< piece of the source
    std::size_t m_inputSize{0};             ///< bytes in it
    std::vector<char> m_output;             ///< piece that is read from
    bool m_started{false};                  ///< the first piece was looked at
    std::string m_error;                    ///< what is wrong
};

/** A stream that owns its InflatingBuffer. */
class InflatingStream : public std::istream
{
  public:
    /** @param source what to read */
    explicit InflatingStream(std::unique_ptr<std::istream> source);

    /** @return what is wrong with the compressed stream; empty if nothing is */
    const std::string& GetError() const;

  private:
    InflatingBuffer m_buffer; ///< what is read from
};

} // namespace ns3::workload

#endif /* WORKLOAD_INFLATING_BUFFER_H */
