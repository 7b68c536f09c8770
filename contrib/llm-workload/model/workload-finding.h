/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_FINDING_H
#define WORKLOAD_FINDING_H

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * Something worth saying about an input file.
 */
struct Finding
{
    /// What it means for the file.
    enum Severity : uint8_t
    {
        NOTE,    ///< unusual, understood
        WARNING, ///< doubtful; the message says what will be done about it
        ERROR    ///< the file cannot be used
    };

    Severity severity{NOTE}; ///< what it means
    std::string file;        ///< name of the file
    uint32_t line{0};        ///< line, from 1; 0 if it is about the whole file
    uint32_t column{0};      ///< column in bytes, from 1; 0 if it is about the whole line
    std::string message;     ///< what is there, what was expected, what will be done
};

/** Write a finding as `file:line:column: error: message`. */
std::ostream& operator<<(std::ostream& os, const Finding& finding);

/** @return true if one of the findings is an error */
bool HasError(const std::vector<Finding>& findings);

} // namespace ns3::workload

#endif /* WORKLOAD_FINDING_H */
