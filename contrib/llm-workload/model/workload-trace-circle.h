/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_TRACE_CIRCLE_H
#define WORKLOAD_TRACE_CIRCLE_H

#include "workload-trace.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * Finds operations of a trace that wait in a circle, within a rank or across ranks, by running the
 * trace without time: what is left when nothing can go on waits in a circle. Used by CheckTrace.
 */
class TraceCircle
{
  public:
    /** An operation of a rank. */
    struct Reference
    {
        uint32_t rank;      ///< whose
        uint32_t operation; ///< index in the rank

        /** An order, for maps. */
        bool operator<(const Reference& other) const
        {
            return std::tie(rank, operation) < std::tie(other.rank, other.operation);
        }
    };

    /** Group and number of a collective. */
    using Instance = std::pair<uint32_t, uint32_t>;

    /**
     * @param trace the trace
     * @param log where a circle is reported
     * @param partner by receive: its send
     * @param instances the calls of each collective; all must outlive this
     */
    TraceCircle(const Trace& trace,
                FindingLog& log,
                const std::map<Reference, Reference>& partner,
                const std::map<Instance, std::vector<Reference>>& instances);

    /** Report the first circle, if there is one. */
    void Find();

  private:
    /// No operation.
    static constexpr uint32_t NOBODY = UINT32_MAX;

    void Prepare();

    /** All that an operation waits for in its rank has happened. */
    void Arrive(const Reference& at);
    void Finish(const Reference& at);
    void Release(const Reference& at);

    /** @return something not done that an operation waits for */
    Reference FindBlocker(const Reference& at) const;
    void ReportCircle(Reference at);

    const Trace& m_trace;                                          ///< what is checked
    FindingLog& m_log;                                             ///< what is found
    const std::map<Reference, Reference>& m_partner;               ///< by receive: its send
    const std::map<Instance, std::vector<Reference>>& m_instances; ///< calls of collectives
    std::map<Reference, Reference> m_receiver;                     ///< by send: its receive
    std::vector<std::vector<uint32_t>> m_waits;    ///< by operation: what it waits for
    std::vector<std::vector<bool>> m_done;         ///< by operation: has run
    std::vector<std::vector<std::size_t>> m_first; ///< by operation: first in m_next
    std::vector<std::vector<uint32_t>> m_next;     ///< those that wait
    std::vector<std::vector<uint32_t>> m_blocker;  ///< by operation: one waited for
    std::vector<std::map<uint32_t, const std::vector<Reference>*>> m_instanceOf; ///< collectives
    std::map<const std::vector<Reference>*, std::size_t> m_missing; ///< calls still to come
    std::vector<Reference> m_ready;                                 ///< may run
};

} // namespace ns3::workload

#endif /* WORKLOAD_TRACE_CIRCLE_H */
