/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_FLOW_READER_H
#define CLUSTER_FLOW_READER_H

#include "cluster-flow.h"
#include "cluster-topology-graph.h"

#include <istream>
#include <optional>
#include <string>
#include <vector>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * Reads lists of flows in one of two formats, told apart by the first line.
 *
 * CSV: a header that names the columns in any order, then a line for each flow:
 * - src, dst: numbers of accelerators, 0 to N-1;
 * - bytes: size, a number of bytes or with a unit ("2MiB");
 * - start: time with a unit ("1.5us"), or a plain number of seconds;
 * - class (optional): priority class on the wire, 0 to 7, 3 if there is no such column.
 * Empty lines and lines that begin with '#' are skipped.
 *
 * The flow.txt of the HPCC family of simulators: the number of flows, then for each "src dst pg
 * dport size_bytes start_s", or, as ConWeave has it, the same without dport. src and dst are node
 * ids of the topology.txt, or numbers of accelerators if the topology came from elsewhere; pg is
 * the class; dport is not used, every flow has a queue pair of its own anyway. Lines behind the
 * number of flows given are an error.
 *
 * Flows may be in any order of time.
 */
class FlowReader
{
  public:
    /**
     * @param input the text
     * @param graph the cluster that the flows are for
     * @param [out] errors what is wrong with it, with positions
     * @return the flows in the order of the text, or nothing if there are errors
     */
    static std::optional<std::vector<Flow>> Read(std::istream& input,
                                                 const TopologyGraph& graph,
                                                 std::vector<TopologyError>& errors);

    /**
     * @param fileName file to read
     * @param graph the cluster that the flows are for
     * @param [out] errors what is wrong with it; without a position if it cannot be read at all
     * @return the flows in the order of the file, or nothing if there are errors
     */
    static std::optional<std::vector<Flow>> ReadFile(const std::string& fileName,
                                                     const TopologyGraph& graph,
                                                     std::vector<TopologyError>& errors);
};

} // namespace ns3::cluster

#endif /* CLUSTER_FLOW_READER_H */
