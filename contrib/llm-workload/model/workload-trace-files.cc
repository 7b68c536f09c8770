/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-trace-files.h"

#include "workload-text-fields.h"

#include <algorithm>
#include <filesystem>
#include <fnmatch.h>
#include <fstream>
#include <sstream>

namespace ns3::workload
{

namespace
{

/// Archives are read into memory, so they have a limit: 4 GiB of files.
constexpr uint64_t MAX_ARCHIVE = 4ULL << 30;
/// A block of a tar archive.
constexpr std::size_t BLOCK = 512;

/** @return whether a name comes before another one, numbers in them counting as numbers */
bool
IsBefore(const std::string& a, const std::string& b)
{
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < a.size() && j < b.size())
    {
        if (isDigit(a[i]) && isDigit(b[j]))
        {
            std::size_t endA = i;
            std::size_t endB = j;
            for (; endA < a.size() && isDigit(a[endA]); ++endA)
            {
            }
            for (; endB < b.size() && isDigit(b[endB]); ++endB)
            {
            }
            while (i + 1 < endA && a[i] == '0')
            {
                ++i;
            }
            while (j + 1 < endB && b[j] == '0')
            {
                ++j;
            }
            const int order = endA - i != endB - j ? (endA - i < endB - j ? -1 : 1)
                                                   : a.compare(i, endA - i, b, j, endB - j);
            if (order != 0)
            {
                return order < 0;
            }
            i = endA;
            j = endB;
        }
        else if (a[i] != b[j])
        {
            return a[i] < b[j];
        }
        else
        {
            ++i;
            ++j;
        }
    }
    return a.size() - i < b.size() - j;
}

/** @return a text up to its first NUL */
std::string
UpToNul(const char* text, std::size_t most)
{
    return {text, std::find(text, text + most, '\0')};
}

/** @return whether a block is the header of a tar archive's member */
bool
IsTarHeader(const std::string& block)
{
    return block.size() >= BLOCK && block.compare(257, 5, "ustar") == 0;
}

/** Read a tar archive. */
std::vector<TraceFile>
ReadTar(std::istream& input, const std::string& path, std::string& error)
{
    std::vector<TraceFile> files;
    auto& buffer = *input.rdbuf();
    std::string block(BLOCK, '\0');
    std::string longName;
    uint64_t total = 0;
    while (buffer.sgetn(block.data(), BLOCK) == static_cast<std::streamsize>(BLOCK) &&
           IsTarHeader(block))
    {
        const std::string digits = UpToNul(block.data() + 124, 12);
        uint64_t size = 0;
        for (const char c : digits)
        {
            size = c >= '0' && c <= '7' ? size * 8 + static_cast<uint64_t>(c - '0') : size;
        }
        total += size;
        if (total > MAX_ARCHIVE)
        {
            error = path + ": the archive holds more than 4 GiB, expected less: unpack it";
            return {};
        }
        // Read it piece by piece: a damaged header may promise what is not there.
        std::string content;
        const uint64_t padded = (size + BLOCK - 1) / BLOCK * BLOCK;
        while (content.size() < padded)
        {
            constexpr std::size_t piece = 1 << 20;
            const std::size_t old = content.size();
            content.resize(old + std::min<uint64_t>(piece, padded - old));
            const auto got = buffer.sgetn(content.data() + old,
                                          static_cast<std::streamsize>(content.size() - old));
            if (static_cast<std::size_t>(got) < content.size() - old)
            {
                error = path + ": the archive is truncated";
                return {};
            }
        }
        content.resize(size);
        const char type = block[156];
        const std::string prefix = UpToNul(block.data() + 345, 155);
        std::string name = UpToNul(block.data(), 100);
        name = prefix.empty() ? name : prefix + "/" + name;
        if (type == 'L')
        {
            longName = UpToNul(content.data(), content.size());
        }
        else if (type == '0' || type == '\0')
        {
            files.emplace_back(longName.empty() ? name : longName, std::move(content));
            longName.clear();
        }
    }
    return files;
}

/** @return the files of a directory and below */
std::vector<TraceFile>
ListDirectory(const std::filesystem::path& directory)
{
    std::vector<TraceFile> files;
    std::error_code code;
    for (std::filesystem::recursive_directory_iterator at(directory, code), end; !code && at != end;
         at.increment(code))
    {
        if (at->is_regular_file(code))
        {
            files.emplace_back(at->path().string());
        }
    }
    return files;
}

/** @return files of a directory whose names match a pattern */
std::vector<TraceFile>
MatchFiles(const std::string& pattern)
{
    std::vector<TraceFile> files;
    const auto directory = std::filesystem::path(pattern).parent_path();
    std::error_code code;
    for (std::filesystem::directory_iterator at(directory.empty() ? "." : directory, code), end;
         !code && at != end;
         at.increment(code))
    {
        const auto name = directory.empty() ? at->path().filename() : at->path();
        if (at->is_regular_file(code) && fnmatch(pattern.c_str(), name.c_str(), FNM_PATHNAME) == 0)
        {
            files.emplace_back(name.string());
        }
    }
    return files;
}

/** @return files named PREFIX.NUMBER.et and the like */
std::vector<TraceFile>
MatchPrefix(const std::string& prefix)
{
    std::vector<TraceFile> files;
    for (const char* const ending : {".et", ".et.gz", ".json", ".json.gz"})
    {
        for (auto& file : MatchFiles(prefix + ".*" + ending))
        {
            if (GetRankOfName(file.GetName()) != UINT32_MAX)
            {
                files.push_back(std::move(file));
            }
        }
        if (!files.empty())
        {
            break;
        }
    }
    return files;
}

/** @return the files of a path without a pattern behind it */
std::vector<TraceFile>
FindPlain(const std::string& path, std::string& error)
{
    std::error_code code;
    if (std::filesystem::is_directory(path, code))
    {
        return ListDirectory(path);
    }
    if (!std::filesystem::exists(path, code))
    {
        return path.find_first_of("*?[") != std::string::npos ? MatchFiles(path)
                                                              : MatchPrefix(path);
    }
    TraceFile file(path);
    if (!IsTarHeader(file.Peek(BLOCK)))
    {
        return {file};
    }
    const auto stream = file.Open();
    auto files = ReadTar(*stream, path, error);
    if (!stream->GetError().empty())
    {
        error = path + ": " + stream->GetError();
        return {};
    }
    return files;
}

} // namespace

TraceFile::TraceFile(std::string name)
    : m_name(std::move(name))
{
}

TraceFile::TraceFile(std::string name, std::string content)
    : m_name(std::move(name)),
      m_content(std::make_shared<std::string>(std::move(content)))
{
}

const std::string&
TraceFile::GetName() const
{
    return m_name;
}

std::unique_ptr<InflatingStream>
TraceFile::Open() const
{
    std::unique_ptr<std::istream> source;
    if (m_content)
    {
        source = std::make_unique<std::istringstream>(*m_content);
    }
    else
    {
        source = std::make_unique<std::ifstream>(m_name, std::ios::binary);
    }
    return std::make_unique<InflatingStream>(std::move(source));
}

std::string
TraceFile::Peek(std::size_t size) const
{
    std::string begin(size, '\0');
    const auto stream = Open();
    begin.resize(static_cast<std::size_t>(
        stream->rdbuf()->sgetn(begin.data(), static_cast<std::streamsize>(size))));
    return begin;
}

std::vector<TraceFile>
FindTraceFiles(const std::string& path, std::string& error)
{
    std::error_code code;
    auto files = FindPlain(path, error);
    const auto colon = path.rfind(':');
    if (files.empty() && error.empty() && colon != std::string::npos &&
        std::filesystem::exists(path.substr(0, colon), code))
    {
        const std::string pattern = path.substr(colon + 1);
        for (auto& file : FindPlain(path.substr(0, colon), error))
        {
            if (fnmatch(pattern.c_str(), file.GetName().c_str(), 0) == 0)
            {
                files.push_back(std::move(file));
            }
        }
    }
    if (files.empty() && error.empty())
    {
        error = path + ": there is no such file, archive, directory or pattern of files";
    }
    std::sort(files.begin(),
              files.end(),
              [](const TraceFile& a, const TraceFile& b)
              { return IsBefore(a.GetName(), b.GetName()); });
    return files;
}

uint32_t
GetRankOfName(const std::string& name)
{
    std::istringstream parts(name.substr(name.rfind('/') + 1));
    uint32_t rank = UINT32_MAX;
    for (std::string part; std::getline(parts, part, '.');)
    {
        uint64_t number = 0;
        if (ParseUnsigned(part, UINT32_MAX - 1, number))
        {
            rank = static_cast<uint32_t>(number);
        }
    }
    return rank;
}

} // namespace ns3::workload
