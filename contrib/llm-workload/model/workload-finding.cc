/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-finding.h"

#include <algorithm>

namespace ns3::workload
{

std::ostream&
operator<<(std::ostream& os, const Finding& finding)
{
    os << finding.file << ':';
    if (finding.line > 0)
    {
        os << finding.line << ':';
        if (finding.column > 0)
        {
            os << finding.column << ':';
        }
    }
    switch (finding.severity)
    {
    case Finding::NOTE:
        os << " note: ";
        break;
    case Finding::WARNING:
        os << " warning: ";
        break;
    case Finding::ERROR:
        os << " error: ";
        break;
    }
    return os << finding.message;
}

bool
HasError(const std::vector<Finding>& findings)
{
    return std::any_of(findings.begin(),
                       findings.end(),
                       [](const Finding& finding) { return finding.severity == Finding::ERROR; });
}

} // namespace ns3::workload
