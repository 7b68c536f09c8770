/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-inflating-buffer.h"

#include <zlib.h>

namespace ns3::workload
{

namespace
{

constexpr std::size_t PIECE = 256 * 1024;

} // namespace

struct InflatingBuffer::Inflater
{
    z_stream stream{};   ///< of zlib
    bool isActive{true}; ///< a member of the file is being inflated
};

InflatingBuffer::InflatingBuffer(std::unique_ptr<std::istream> source)
    : m_source(std::move(source)),
      m_input(PIECE)
{
}

InflatingBuffer::~InflatingBuffer()
{
    if (m_inflater)
    {
        inflateEnd(&m_inflater->stream);
    }
}

const std::string&
InflatingBuffer::GetError() const
{
    return m_error;
}

bool
InflatingBuffer::Fill()
{
    auto& buffer = *m_source->rdbuf();
    m_inputSize = static_cast<std::size_t>(
        buffer.sgetn(m_input.data(), static_cast<std::streamsize>(m_input.size())));
    return m_inputSize > 0;
}

InflatingBuffer::int_type
InflatingBuffer::underflow()
{
    if (!m_started)
    {
        m_started = true;
        if (!Fill())
        {
            return traits_type::eof();
        }
        if (m_inputSize >= 2 && m_input[0] == '\x1f' && m_input[1] == '\x8b')
        {
            m_inflater = std::make_unique<Inflater>();
            constexpr int gzip = 16; // of zlib: expect a header of gzip
            inflateInit2(&m_inflater->stream, MAX_WBITS + gzip);
            m_inflater->stream.next_in = reinterpret_cast<Bytef*>(m_input.data());
            m_inflater->stream.avail_in = static_cast<uInt>(m_inputSize);
            m_output.resize(PIECE);
        }
        else
        {
            setg(m_input.data(), m_input.data(), m_input.data() + m_inputSize);
            return traits_type::to_int_type(*gptr());
        }
    }
    if (m_inflater)
    {
        const std::size_t size = Inflate();
        setg(m_output.data(), m_output.data(), m_output.data() + size);
    }
    else
    {
        Fill();
        setg(m_input.data(), m_input.data(), m_input.data() + m_inputSize);
    }
    return gptr() == egptr() ? traits_type::eof() : traits_type::to_int_type(*gptr());
}

std::size_t
InflatingBuffer::Inflate()
{
    auto& stream = m_inflater->stream;
    stream.next_out = reinterpret_cast<Bytef*>(m_output.data());
    stream.avail_out = static_cast<uInt>(m_output.size());
    while (stream.avail_out == m_output.size() && m_error.empty())
    {
        if (stream.avail_in == 0)
        {
            if (!Fill())
            {
                if (m_inflater->isActive)
                {
                    m_error = "the compressed file is truncated";
                }
                break;
            }
            stream.next_in = reinterpret_cast<Bytef*>(m_input.data());
            stream.avail_in = static_cast<uInt>(m_inputSize);
        }
        if (!m_inflater->isActive)
        {
            // A file may consist of several members; zeros behind the last one fill up a block.
            if (*stream.next_in == 0)
            {
                stream.avail_in = 0;
                continue;
            }
            inflateReset(&stream);
            m_inflater->isActive = true;
        }
        const int result = inflate(&stream, Z_NO_FLUSH);
        if (result == Z_STREAM_END)
        {
            m_inflater->isActive = false;
        }
        else if (result != Z_OK && result != Z_BUF_ERROR)
        {
            m_error = "the compressed file is damaged";
        }
    }
    return m_output.size() - stream.avail_out;
}

InflatingStream::InflatingStream(std::unique_ptr<std::istream> source)
    : std::istream(nullptr),
      m_buffer(std::move(source))
{
    rdbuf(&m_buffer);
}

const std::string&
InflatingStream::GetError() const
{
    return m_buffer.GetError();
}

} // namespace ns3::workload
