/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_TRACE_FILES_H
#define WORKLOAD_TRACE_FILES_H

#include "workload-inflating-buffer.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * A file of a trace, on disk or within an archive; compressed with gzip or not.
 */
class TraceFile
{
  public:
    /** @param name path of the file */
    explicit TraceFile(std::string name);

    /** @param name name in the archive @param content what it holds */
    TraceFile(std::string name, std::string content);

    /** @return its name, for messages */
    const std::string& GetName() const;

    /** @return its content from the begin, inflated; at the end at once if it cannot be read */
    std::unique_ptr<InflatingStream> Open() const;

    /** @param size so many bytes at most @return the first bytes of its content, inflated */
    std::string Peek(std::size_t size) const;

  private:
    std::string m_name;                           ///< name
    std::shared_ptr<const std::string> m_content; ///< within an archive
};

/**
 * @ingroup llm-workload
 * Find the files of a trace.
 *
 * @param path
 * - a file;
 * - a tar archive, perhaps compressed: all files in it;
 * - a directory: all files in it and below;
 * - any of the last two with a colon and a pattern behind it (`traces.tgz:*`/`8npus/`*`.et`), which
 *   the names of the files must match as a whole;
 * - a pattern of the shell (`job/chakra.*.et`), where a star stands for no slash;
 * - what the names of files have in common, as ASTRA-sim takes it: `job/chakra` for
 *   job/chakra.0.et, job/chakra.1.et, ...
 * @param [out] error what is wrong
 * @return the files, in the order of the numbers in their names; empty if there was an error
 */
std::vector<TraceFile> FindTraceFiles(const std::string& path, std::string& error);

/**
 * @param name name of a file
 * @return the last number in its name proper that stands alone between points, as the rank in
 *         "chakra.3.et"; UINT32_MAX if there is none
 */
uint32_t GetRankOfName(const std::string& name);

} // namespace ns3::workload

#endif /* WORKLOAD_TRACE_FILES_H */
