/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_TRACE_H
#define WORKLOAD_TRACE_H

#include "workload-finding-log.h"
#include "workload-job-graph.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * An operation of a trace, and where it stands in its file.
 */
struct TraceOperation
{
    /** Any peer or tag of a receive. */
    static constexpr uint32_t ANY = UINT32_MAX;

    OperationKind kind{OperationKind::DELAY};   ///< what it does
    collective::CollectiveType type{};          ///< COLLECTIVE: which
    Dimension dimension{Dimension::OTHER};      ///< what a communication is for
    uint16_t stream{OperationGraph::UNLIMITED}; ///< COMPUTE: the processor; else to show it
    uint32_t label{0};                          ///< index into Trace::labels
    uint64_t value{0}; ///< ps of COMPUTE and DELAY; bytes of the others, of a collective as
                       ///< collective::Operation::bytes
    uint32_t group{0}; ///< COLLECTIVE: index into Trace::groups
    uint32_t root{0};  ///< BROADCAST and REDUCE: place in the group
    uint32_t peer{0};  ///< SEND and RECEIVE: rank, or ANY
    uint32_t tag{0};   ///< SEND and RECEIVE: tag, or ANY
    std::shared_ptr<const collective::ExchangeSizes> sizes; ///< ALL_TO_ALL_V: by place in the group
    uint64_t line{0};   ///< line, from 1; in a file without lines the number of the byte, from 0
    uint32_t column{0}; ///< column, from 1; 0 in a file without lines
    uint64_t node{0};   ///< what the file calls the operation, if anything
};

/**
 * @ingroup llm-workload
 * What one rank of a trace does.
 */
struct TraceRank
{
    /** An operation that waits for another one. */
    struct Edge
    {
        uint32_t from; ///< the one waited for
        uint32_t to;   ///< the one that waits
    };

    uint32_t file{0};                       ///< index into Trace::files
    std::vector<TraceOperation> operations; ///< in the order of the file
    std::vector<Edge> edges;                ///< dependencies
};

/**
 * @ingroup llm-workload
 * A trace in memory, as any importer leaves it: what each rank does, where that stands in the file,
 * and nothing checked across operations yet. Only dependencies order operations; computations of
 * one stream run one at a time.
 */
struct Trace
{
    std::vector<std::string> files;         ///< names
    bool hasLines{true};                    ///< whether positions are lines, or bytes
    std::vector<TraceRank> ranks;           ///< by rank
    std::vector<CommunicationGroup> groups; ///< who communicates together
    std::vector<std::string> labels{""};    ///< names of operations

    /** @param label a name @return its index in labels */
    uint32_t AddLabel(const std::string& label);

    /**
     * @param name of the group
     * @param ranks its members
     * @param dimension what it is for
     * @return index of the group of that name and these members, a new one if there was none
     */
    uint32_t AddGroup(const std::string& name,
                      const std::vector<uint32_t>& ranks,
                      Dimension dimension);

    /** @return operations of all ranks */
    uint64_t GetNOperations() const;

    /**
     * Report something about an operation at its place.
     *
     * @param log where to
     * @param severity what it means
     * @param kind see FindingLog
     * @param rank whose operation
     * @param operation which one
     * @param message what is there, what will be done
     */
    void Report(FindingLog& log,
                Finding::Severity severity,
                const std::string& kind,
                uint32_t rank,
                uint32_t operation,
                const std::string& message) const;

    /** @return "rank 3, 'name'" of an operation, for messages */
    std::string Describe(uint32_t rank, uint32_t operation) const;

  private:
    std::map<std::string, uint32_t> m_labelIndex;                                   ///< by label
    std::map<std::pair<std::string, std::vector<uint32_t>>, uint32_t> m_groupIndex; ///< of groups
};

/**
 * @ingroup llm-workload
 * Find out whether a trace fits together, and mend what can be mended, saying so:
 * - messages are matched, in the order of the file, by sender, receiver and tag, and get tags that
 *   say which belong together; those without partner are left out, if their sizes differ the
 *   sender's counts;
 * - collectives of a group are matched in order; if sizes differ the largest counts; those of no
 *   bytes, and those of one rank, are left out;
 * - operations that wait in a circle, within a rank or across ranks, are an error, as is a group of
 *   which a member is missing, or whose members call different collectives.
 *
 * What is left out keeps its place among the dependencies.
 *
 * @param trace the trace
 * @param [out] log what is found
 */
void CheckTrace(Trace& trace, FindingLog& log);

/**
 * @ingroup llm-workload
 * @param trace a trace in which CheckTrace found no error
 * @return the job, in which JobGraph::Check finds nothing
 */
JobGraph BuildTraceJob(const Trace& trace);

} // namespace ns3::workload

#endif /* WORKLOAD_TRACE_H */
