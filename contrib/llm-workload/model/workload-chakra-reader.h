/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_CHAKRA_READER_H
#define WORKLOAD_CHAKRA_READER_H

#include "workload-chakra-node.h"
#include "workload-finding-log.h"

#include <functional>
#include <istream>
#include <string>

namespace ns3::workload
{

/** What takes the nodes of a Chakra trace, in the order of the file; false ends the reading. */
using ChakraNodeHandler = std::function<bool(const ChakraNode&)>;

/**
 * @ingroup llm-workload
 * Read a Chakra execution trace in its binary form: messages of protobuf, each behind its length as
 * a varint, first one GlobalMetadata, then a Node each. One node is in memory at a time.
 *
 * Fields and attributes of any type and order are read; what is unknown is passed over, as protobuf
 * asks.
 *
 * @param input the file
 * @param log where mistakes go, with the number of the byte
 * @param handler what takes the nodes
 */
void ReadChakraBinary(std::istream& input, FindingLog& log, const ChakraNodeHandler& handler);

/**
 * @ingroup llm-workload
 * Read a Chakra execution trace as JSON: an object with a list "workload_graph" or "nodes", a list,
 * or objects one behind the other. Keys are those of the schema in any usual spelling (Id, id;
 * NodeType, type; ctrlDeps, ctrl_deps; runtime, duration_micros), attributes are keys of the node
 * or stand in its list "attr".
 *
 * @param input the text
 * @param log where mistakes go, with line and column
 * @param handler what takes the nodes
 */
void ReadChakraJson(std::istream& input, FindingLog& log, const ChakraNodeHandler& handler);

} // namespace ns3::workload

#endif /* WORKLOAD_CHAKRA_READER_H */
