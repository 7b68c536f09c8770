/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_KINETO_IMPORTER_H
#define WORKLOAD_KINETO_IMPORTER_H

#include "workload-kineto-file.h"
#include "workload-trace.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * Makes a Trace of the Kineto traces of the ranks of a PyTorch job, such that a replay in which
 * every collective takes as long as it took repeats the recorded times exactly, and one in which
 * they take other times moves what depends on them.
 *
 * What waits for what is not in these traces; it is concluded:
 * - the host does one thing after the other, with the recorded time between them, whatever its
 *   threads; a kernel begins no earlier than its launch;
 * - kernels of a stream run one after the other;
 * - a kernel of NCCL waits for what was launched before it on other streams and was over when it
 *   began; another kernel does so only if the host had made a stream wait since
 * (cudaStreamWaitEvent that is not part of a call of NCCL);
 * - a host that synchronizes waits for what was launched before and over by then;
 * - what is left between the last of these and the recorded begin is kept as a delay.
 * Without records of the host, a kernel waits for the last one that was over before it.
 *
 * A collective of NCCL takes the time that the simulated network needs from the arrival of the last
 * rank; the recorded duration of its kernel, which is mostly waiting, is not used. Sizes and groups
 * are from the kernel's arguments or, in the order of calls, from the PyTorch execution trace of
 * the rank. A kernel of NCCL about which nothing is known keeps its recorded time, as a warning
 * says.
 *
 * The clocks of all ranks must be one, as in a single server, or be aligned; if they are not, the
 * ranks begin apart by the difference.
 */
class KinetoImporter
{
  public:
    /** @param nRanks ranks to make of one; 0: as many as the trace says @param log for findings */
    KinetoImporter(uint32_t nRanks, FindingLog& log);

    /**
     * Add the trace of a rank.
     *
     * @param file name of the file
     * @param kineto the trace
     * @param calls calls of NCCL in the execution trace of the rank; empty if there is none
     */
    void AddRank(const std::string& file, KinetoFile kineto, const std::vector<NcclCall>& calls);

    /** @return the trace; useless if there was an error */
    Trace Finish();

  private:
    void TakeCalls(KinetoFile& kineto, const std::vector<NcclCall>& calls);
    void BuildRank(uint32_t rank, const KinetoFile& kineto);
    TraceOperation Convert(uint32_t rank, const KinetoFile::Kernel& kernel);
    void ConvertCall(uint32_t rank, const KinetoFile::Kernel& kernel, TraceOperation& operation);
    void ConvertExchange(const NcclCall& call, uint32_t nRanks, TraceOperation& operation);
    uint32_t FindGroup(const KinetoFile::Kernel& kernel);

    uint32_t m_wanted;                 ///< ranks to make of one
    FindingLog& m_log;                 ///< where findings go
    Trace m_trace;                     ///< what is made
    std::vector<std::string> m_files;  ///< names, in the order added
    std::vector<KinetoFile> m_kinetos; ///< in the order added
    GroupMembers m_groups;             ///< by name
    uint32_t m_nRanks{0};              ///< ranks of the job
    int64_t m_begin{0};                ///< first kernel of all ranks, ns
};

} // namespace ns3::workload

#endif /* WORKLOAD_KINETO_IMPORTER_H */
