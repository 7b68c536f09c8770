/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <unistd.h>

namespace ns3::experiment
{

std::optional<std::string>
ReadWholeFile(const std::string& path, uint64_t limit, std::string& error)
{
    std::error_code code;
    const auto status = std::filesystem::status(path, code);
    if (!std::filesystem::exists(status))
    {
        error = "file not found";
        return std::nullopt;
    }
    if (!std::filesystem::is_regular_file(status))
    {
        error = "not a regular file";
        return std::nullopt;
    }
    const uint64_t size = std::filesystem::file_size(path, code);
    if (code || size > limit)
    {
        error = code ? code.message()
                     : "the file has " + std::to_string(size) + " bytes, expected at most " +
                           std::to_string(limit);
        return std::nullopt;
    }
    std::ifstream in(path, std::ios::binary);
    std::string content(size, '\0');
    in.read(content.data(), static_cast<std::streamsize>(size));
    if (!in)
    {
        error = std::string("cannot be read: ") + std::strerror(errno);
        return std::nullopt;
    }
    return content;
}

bool
WriteWholeFile(const std::string& path, const std::string& content, std::string& error)
{
    const std::string temporary = path + ".tmp" + std::to_string(getpid());
    {
        std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
        out.write(content.data(), static_cast<std::streamsize>(content.size()));
        out.flush();
        if (!out)
        {
            error = std::string("cannot be written: ") + std::strerror(errno);
            std::remove(temporary.c_str());
            return false;
        }
    }
    std::error_code code;
    std::filesystem::rename(temporary, path, code);
    if (code)
    {
        error = "cannot be written: " + code.message();
        std::remove(temporary.c_str());
        return false;
    }
    return true;
}

bool
MakeDirectory(const std::string& path, std::string& error)
{
    std::error_code code;
    std::filesystem::create_directories(path, code);
    if (!std::filesystem::is_directory(path))
    {
        error = code ? code.message() : "not a directory";
        return false;
    }
    if (access(path.c_str(), W_OK | X_OK) != 0)
    {
        error = std::strerror(errno);
        return false;
    }
    return true;
}

} // namespace ns3::experiment
