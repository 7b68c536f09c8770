/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_GPT_STORAGE_H
#define WORKLOAD_GPT_STORAGE_H

#include "workload-gpt-graph-writer.h"
#include "workload-job-graph.h"
#include "workload-memory.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * What a job reads from storage and writes to it.
 */
struct StorageOptions
{
    uint32_t targets{0};                    ///< storage targets; 0: the job has no storage
    uint32_t stripes{1};                    ///< targets that what a rank reads or writes is spread
                                            ///< over, 1 to targets
    uint64_t chunkBytes{uint64_t{4} << 20}; ///< largest message, bytes
    double readRate{0};                     ///< of a target's medium, bytes/s; 0: no limit
    double writeRate{0};                    ///< likewise
    uint64_t sampleBytes{0};                ///< bytes of a sample; 0: nothing is read
    uint32_t prefetch{1};                   ///< steps whose samples are read ahead
    uint32_t checkpointEvery{0};            ///< steps from checkpoint to checkpoint; 0: none
    bool asynchronous{false};               ///< checkpoints are written while the next steps run
    double copyRate{0};                     ///< asynchronous: rate at which a rank copies its state
                                            ///< to where it is written from, bytes/s; 0: no limit
    uint8_t priority{3};                    ///< class on the wire

    /** @return what is impossible, for people to read; empty if nothing is */
    std::vector<std::string> Check() const;
};

/**
 * @ingroup llm-workload
 * Samples and checkpoints of a GptJob: who reads and writes how much where, and the operations for
 * it. Storage targets are ranks behind those of the model (JobGraph::nServices).
 *
 * Samples of a step are read by the tensor rank 0 of first and last stage (tokens and labels), each
 * context rank its part of each sequence; other tensor ranks get them from there, which is not
 * simulated. A step's first computation on a reader waits for them. A reader asks for its part of a
 * step when it begins the step StorageOptions::prefetch before, with a message of REQUEST_BYTES to
 * each target of a stripe.
 *
 * A checkpoint holds parameters and optimizer, once: what several ranks have alike the first one of
 * them writes; with ZeRO each writes its share. It is taken after the optimizer of every
 * checkpointEvery-th step. Synchronous, the step ends when all of it is written; asynchronous, a
 * step ends when the state is copied, and the step of the next checkpoint does not begin before it
 * is written. A target answers with REPLY_BYTES when a stripe is on its medium.
 *
 * A medium reads at one rate and writes at another, one chunk at a time, in the order in which
 * requests and chunks came.
 */
class GptStorage
{
  public:
    static constexpr uint32_t MOST_STRIPES = 256; ///< stripes
    static constexpr uint64_t REQUEST_BYTES = 64; ///< of a request: an NVMe command
    static constexpr uint64_t REPLY_BYTES = 16;   ///< of a reply: an NVMe completion

    /** What a rank exchanges with storage. */
    struct Share
    {
        uint64_t input{0}; ///< bytes that it reads for each step
        uint64_t state{0}; ///< bytes that it writes for a checkpoint

        bool operator<(const Share& other) const
        {
            return input != other.input ? input < other.input : state < other.state;
        }
    };

    /**
     * @param options what is read and written; Check finds nothing wrong
     * @param shape the model
     * @param parallelism how it is split
     * @param schedule which parts of the model a stage has
     * @param memory what is kept in memory
     */
    GptStorage(const StorageOptions& options,
               const ModelShape& shape,
               const Parallelism& parallelism,
               const PipelineSchedule& schedule,
               const MemoryOptions& memory);

    /** @param rank a rank of the model @return what it exchanges */
    const Share& GetShare(uint32_t rank) const;

    /** @return bytes of a checkpoint, of all ranks */
    uint64_t GetStateBytes() const;

    /** @return bytes that all ranks read for a step */
    uint64_t GetInputBytes() const;

    /** @param rank a rank @param stripe a stripe @return index of the target that it reads from */
    uint32_t GetInputTarget(uint32_t rank, uint32_t stripe) const;

    /** @param rank a rank @param stripe a stripe @return index of the target that it writes to */
    uint32_t GetStateTarget(uint32_t rank, uint32_t stripe) const;

    /** Begin a step with its samples. @param writer of the graph @param share of its ranks */
    void AddInput(GptGraphWriter& writer, const Share& share) const;

    /**
     * End a step with a checkpoint.
     *
     * @param writer of the graph
     * @param share of its ranks
     * @param optimizer after which
     */
    void AddState(GptGraphWriter& writer,
                  const Share& share,
                  OperationGraph::Index optimizer) const;

    /** Add the storage targets behind the ranks of the model. @param job with these ranks */
    void AddTargets(JobGraph& job) const;

  private:
    /** Streams of a target. */
    enum TargetStream : uint16_t
    {
        READ,
        WRITE
    };

    /** Kinds of messages. */
    enum Kind : uint8_t
    {
        REQUEST,
        SAMPLES,
        STATE,
        REPLY,
        N_KINDS
    };

    Share ComputeShare(const ModelShape& shape,
                       const Parallelism& parallelism,
                       const PipelineSchedule& schedule,
                       const MemoryOptions& memory,
                       uint32_t rank) const;
    uint32_t GetBehind() const;
    std::vector<uint64_t> Cut(uint64_t bytes, uint32_t stripe) const;
    void AddReads(OperationGraph& graph, uint32_t slot, const std::vector<uint64_t>& chunks) const;
    void AddWrites(OperationGraph& graph, uint32_t slot, const std::vector<uint64_t>& chunks) const;

    StorageOptions m_options;             ///< what is read and written
    std::vector<Share> m_shares;          ///< by rank
    std::vector<uint32_t> m_inputOrdinal; ///< by rank: readers before it
    std::vector<uint32_t> m_stateOrdinal; ///< by rank: writers before it
};

} // namespace ns3::workload

#endif /* WORKLOAD_GPT_STORAGE_H */
