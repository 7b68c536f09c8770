/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_CHAKRA_IMPORTER_H
#define WORKLOAD_CHAKRA_IMPORTER_H

#include "workload-chakra-node.h"
#include "workload-group-file.h"
#include "workload-trace.h"

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * How Chakra execution traces are understood. The schema leaves open what the sizes of collectives
 * mean, and those who write traces differ:
 *
 * - "astra-sim": bytes; of an all-gather what a rank contributes, of everything else the whole
 *   buffer of a rank;
 * - "stg" (symbolic tensor graph): the same in elements;
 * - "pytorch" (the converter from PyTorch): as astra-sim; sends and receives without peer are of no
 *   use;
 * - "text": bytes of the whole tensor for everything.
 */
struct ChakraOptions
{
    std::string producer{"auto"}; ///< one of these, or "auto": pytorch if there are attributes that
                                  ///< only it writes, else astra-sim
    uint32_t elementBytes{2};     ///< stg: bytes of an element
    double peakFlops{0};          ///< operations/s of computations that say operations and no time
    double memoryRate{0};         ///< bytes/s for those that say bytes; 0: bytes take no time
    GroupMembers groups;          ///< groups by name, if a file was given
    uint32_t nRanks{0};           ///< ranks to make of one; 0: as many as there are files
};

/**
 * @ingroup llm-workload
 * Makes a Trace of the nodes of Chakra execution traces, of whatever encoding.
 *
 * Host operations (is_cpu_op) are computations on a processor of their thread, kernels on one of
 * their stream. A collective or message takes part in communication, whatever time it took when it
 * was recorded; the host's call of a collective is a computation.
 *
 * Use: for each file BeginRank, Add for each node, EndRank; then Finish.
 */
class ChakraImporter
{
  public:
    /** @param options how to understand the nodes @param log where findings go */
    ChakraImporter(const ChakraOptions& options, FindingLog& log);

    /** @param file name of the file of the next rank @param hasLines whether places are lines
     *  @param rank which rank it is */
    void BeginRank(const std::string& file, bool hasLines, uint32_t rank);

    /** @param node the next node of the file @return whether more are wanted */
    bool Add(const ChakraNode& node);

    /** The file is at its end: dependencies are known. */
    void EndRank();

    /** @return the trace; useless if there was an error */
    Trace Finish();

  private:
    /** A dependency by the numbers of the file. */
    struct Wanted
    {
        uint32_t operation; ///< index of the one that waits
        uint64_t id;        ///< number of the one waited for
    };

    TraceOperation Convert(const ChakraNode& node);
    void ConvertComputation(const ChakraNode& node, TraceOperation& operation);
    void ConvertMessage(const ChakraNode& node, TraceOperation& operation);
    void ConvertCollective(const ChakraNode& node, TraceOperation& operation);
    void TakeMetadata(const ChakraNode& node);
    uint64_t TakeSize(const ChakraNode& node);
    void Report(Finding::Severity severity,
                const std::string& kind,
                const ChakraNode& node,
                const std::string& message);
    void CheckRanks();
    void ResolveGroups(uint32_t nRanks);

    ChakraOptions m_options;                          ///< how to understand nodes
    FindingLog& m_log;                                ///< where findings go
    Trace m_trace;                                    ///< what is made
    uint32_t m_rank{0};                               ///< the present rank
    std::vector<uint32_t> m_ranks;                    ///< those there are, in the order of files
    std::unordered_map<uint64_t, uint32_t> m_indices; ///< of the rank: by number in the file
    std::vector<Wanted> m_wanted;                     ///< of the rank
    std::vector<std::string> m_groupNames;            ///< by TraceOperation::group until Finish
    std::map<std::string, uint32_t> m_groupIndices;   ///< by name
    GroupMembers m_groups;                            ///< known groups
    bool m_isPyTorch{false};                          ///< there were its attributes
};

} // namespace ns3::workload

#endif /* WORKLOAD_CHAKRA_IMPORTER_H */
