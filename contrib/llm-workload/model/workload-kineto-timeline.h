/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_KINETO_TIMELINE_H
#define WORKLOAD_KINETO_TIMELINE_H

#include "workload-kineto-file.h"
#include "workload-trace.h"

#include <cstdint>
#include <map>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * Concludes what waited for what on a rank, from recorded times, and writes it down as dependencies
 * and delays. Used by KinetoImporter, whose documentation has the rules.
 */
class KinetoTimeline
{
  public:
    /**
     * @param kineto what was recorded
     * @param begin moment of the recorded clock that is 0 in the trace, ns
     * @param rank where operations go
     */
    KinetoTimeline(const KinetoFile& kineto, int64_t begin, TraceRank& rank);

    /** @param operations one for each kernel, to be appended and tied together */
    void Build(std::vector<TraceOperation> operations);

  private:
    /** Something that ends: an operation, and when it ended in the record. */
    struct Moment
    {
        uint32_t operation{NONE}; ///< index in the rank
        int64_t time{0};          ///< recorded end, ns
    };

    static constexpr uint32_t NONE = UINT32_MAX;

    void BuildCall(const KinetoFile::HostCall& call);
    void BuildKernel(uint32_t k, TraceOperation operation);

    /** @return the kernel that ended last until a time and fits a predicate */
    template <typename Predicate>
    Moment FindLast(int64_t time, Predicate predicate) const;

    /** Add a delay after some moments until a recorded time. @return its index */
    uint32_t AddDelay(const std::vector<Moment>& before, int64_t time, const TraceOperation& like);

    const KinetoFile& m_kineto;                   ///< what was recorded
    int64_t m_begin;                              ///< recorded moment that is 0
    TraceRank& m_rank;                            ///< where operations go
    std::vector<Moment> m_kernels;                ///< by kernel, once built
    std::vector<int64_t> m_launched;              ///< by kernel: when; INT64_MIN: not known
    std::vector<Moment> m_launches;               ///< by kernel: the host's moment of its launch
    std::vector<uint32_t> m_byEnd;                ///< kernels by recorded end
    std::map<uint64_t, uint32_t> m_lastOfStream;  ///< kernel built last, by stream
    std::map<uint64_t, uint32_t> m_byCorrelation; ///< kernels
    std::vector<int64_t> m_waitCalls;             ///< when the host made a stream wait for others
    Moment m_host;                                ///< the host's last moment
};

} // namespace ns3::workload

#endif /* WORKLOAD_KINETO_TIMELINE_H */
