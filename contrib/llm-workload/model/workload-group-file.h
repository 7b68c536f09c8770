/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_GROUP_FILE_H
#define WORKLOAD_GROUP_FILE_H

#include "workload-json-reader.h"

#include <cstdint>
#include <istream>
#include <map>
#include <string>
#include <vector>

namespace ns3::workload
{

/** Members of groups, by name. */
using GroupMembers = std::map<std::string, std::vector<uint32_t>>;

/**
 * @ingroup llm-workload
 * Read the file in which ASTRA-sim keeps groups: {"1": [0, 1], "2": [2, 3], ...}.
 *
 * @param input the file
 * @param log where mistakes go
 * @return the groups
 */
GroupMembers ReadGroupFile(std::istream& input, FindingLog& log);

/**
 * @ingroup llm-workload
 * Add groups as PyTorch lists them, in the metadata of its traces: [{"pg_name": "0", "ranks": [0,
 * 1],
 * ...}, ...].
 *
 * @param list the list
 * @param [in,out] groups where they are added; those without ranks are left out
 */
void AddPyTorchGroups(const JsonValue& list, GroupMembers& groups);

} // namespace ns3::workload

#endif /* WORKLOAD_GROUP_FILE_H */
