/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_FINDING_LOG_H
#define WORKLOAD_FINDING_LOG_H

#include "workload-finding.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * Collects findings about a trace, and keeps their number within reason: of each kind the first few
 * are told in full, of the others only how many there are.
 */
class FindingLog
{
  public:
    /** @param file name of the file that the next findings are about */
    void SetFile(const std::string& file);

    /** @return name of that file */
    const std::string& GetFile() const;

    /**
     * @param severity what it means
     * @param kind what findings of one kind have in common, in a few words that are not printed
     * @param line line, from 1; 0 if it is about the whole file
     * @param column column, from 1; 0 if it is about the whole line
     * @param message what is there, what was expected, what will be done
     */
    void Add(Finding::Severity severity,
             const std::string& kind,
             uint64_t line,
             uint64_t column,
             const std::string& message);

    /** The same for a file without lines. @param severity @param kind @param offset of the byte,
     *  from 0 @param message */
    void AddAtByte(Finding::Severity severity,
                   const std::string& kind,
                   uint64_t offset,
                   const std::string& message);

    /** @return whether there was an error */
    bool HasError() const;

    /** @return whether there were so many errors that more would help nobody */
    bool IsFull() const;

    /** @return all findings, and how many were left out of each kind */
    std::vector<Finding> Take();

  private:
    /** How often a kind came. */
    struct Tally
    {
        uint64_t count{0};                         ///< findings
        Finding::Severity severity{Finding::NOTE}; ///< of them
        std::string file;                          ///< where the last one was
    };

    std::string m_file;                   ///< the present file
    std::vector<Finding> m_findings;      ///< told in full
    std::map<std::string, Tally> m_kinds; ///< by kind
    uint64_t m_nErrors{0};                ///< errors
};

} // namespace ns3::workload

#endif /* WORKLOAD_FINDING_LOG_H */
