/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_FILE_H
#define EXPERIMENT_FILE_H

#include <cstdint>
#include <optional>
#include <string>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * Read a whole regular file.
 *
 * @param path the file
 * @param limit most bytes to accept
 * @param [out] error why it could not be read
 * @return the content
 */
std::optional<std::string> ReadWholeFile(const std::string& path,
                                         uint64_t limit,
                                         std::string& error);

/**
 * @ingroup experiment
 * Write a file so that a reader sees either all of the new content or what was there before: into a
 * temporary file next to it, which is then renamed.
 *
 * @param path the file
 * @param content its new content
 * @param [out] error why it could not be written
 * @return whether it was written
 */
bool WriteWholeFile(const std::string& path, const std::string& content, std::string& error);

/**
 * @ingroup experiment
 * Make a directory and those above it, if they are not there.
 *
 * @param path the directory
 * @param [out] error why it cannot be used
 * @return whether the directory is there and can be written to
 */
bool MakeDirectory(const std::string& path, std::string& error);

} // namespace ns3::experiment

#endif /* EXPERIMENT_FILE_H */
