/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TRACE_RESULT_H
#define TRACE_RESULT_H

#include "ns3/workload-finding-log.h"
#include "ns3/workload-trace.h"

#include <gtest/gtest.h>
#include <sstream>
#include <string>

namespace ns3::workload
{

/** Severity, place and message of all findings, a line each. */
inline std::string
Lines(FindingLog& log)
{
    std::ostringstream text;
    for (const auto& finding : log.Take())
    {
        text << finding << "\n";
    }
    return text.str();
}

/** A trace, checked, and what was found in it. */
struct Result
{
    Trace trace;          ///< the trace
    std::string findings; ///< a line each
    bool good{false};     ///< no error
};

template <typename Reader>
Result
Read(Reader reader, const std::string& text)
{
    std::istringstream input(text);
    FindingLog log;
    log.SetFile("x");
    Result result;
    result.trace = reader(input, log);
    if (!log.HasError())
    {
        CheckTrace(result.trace, log);
    }
    result.good = !log.HasError();
    result.findings = Lines(log);
    if (result.good)
    {
        EXPECT_TRUE(BuildTraceJob(result.trace).Check().empty());
    }
    return result;
}

} // namespace ns3::workload

#endif /* TRACE_RESULT_H */
