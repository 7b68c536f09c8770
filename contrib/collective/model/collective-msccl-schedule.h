/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_MSCCL_SCHEDULE_H
#define COLLECTIVE_MSCCL_SCHEDULE_H

#include "collective-msccl-program.h"
#include "collective-schedule.h"

#include <cstdint>
#include <vector>

namespace ns3::collective
{

/**
 * @ingroup collective
 * What one rank does in an MscclProgram. A thread block has up to three lanes: what it sends, what
 * it receives, and what it does by itself; its steps depend on each other, so that they go one
 * after the other as in the block, which goes on behind a send when the network has it.
 *
 * If a chunk is larger than a message may be, the program is executed as often as is needed, each
 * time on a part of every chunk, one pass behind the other as the blocks get on.
 */
class MscclSchedule : public Schedule
{
  public:
    /**
     * @param program the program; must live as long as the schedule, and have no errors
     * @param rank whose schedule it is
     * @param bytes size of the buffer, a multiple of the program's number of chunks
     * @param nPasses how often the program is executed, at least 1
     */
    MscclSchedule(const MscclProgram& program, uint32_t rank, uint64_t bytes, uint64_t nPasses);

    uint32_t GetNLanes() const override;
    uint64_t GetNSteps(uint32_t lane) const override;
    void GetStep(uint32_t lane, uint64_t index, Step& step) const override;

    /** @return where in the file a step of a lane is */
    const TextPosition& GetPosition(uint32_t lane, uint64_t index) const;

    /** @return number of chunks of a buffer that the schedule uses */
    uint32_t GetNChunks(Buffer buffer) const;

  private:
    /** Chunks of a buffer. */
    struct Chunks
    {
        Buffer buffer{Buffer::MAIN}; ///< which buffer
        uint32_t first{0};           ///< first chunk
        uint32_t count{0};           ///< number of chunks
    };

    /** A step of one pass. */
    struct Template
    {
        StepAction action{StepAction::SEND}; ///< what to do
        uint32_t peer{0};                    ///< rank at the other end
        uint8_t channel{0};                  ///< of the connection
        Chunks chunks;                       ///< what is sent or written
        Chunks source;                       ///< what is copied or added
        Dependency before;                   ///< the step of the block before it, in a pass
        bool isFirst{false};                 ///< that one is of the pass before
        Dependency after;                    ///< the step of another block that it waits for
        TextPosition position;               ///< in the file
    };

    /** What a block is made of while it is built. */
    struct Builder;

    /** Make lanes of the blocks. */
    void AddBlock(uint32_t index, Builder& builder);

    /** Make templates of a step. */
    void AddStep(const MscclProgram::Step& step, Builder& builder);

    /** Add a template to a lane of the block. @param source of a COPY or COMBINE */
    void Append(Builder& builder, StepAction action, const Chunks& chunks, const Chunks& source);

    /** @return chunks of the engine's buffers that a step means */
    Chunks Locate(const MscclProgram::Place& place, uint32_t count) const;

    /** Add the part of chunks that a pass works on. */
    void AddRanges(const Chunks& chunks, uint64_t pass, std::vector<Range>& ranges) const;

    const MscclProgram& m_program;               ///< the program
    const uint32_t m_rank;                       ///< whose schedule it is
    const uint64_t m_chunkBytes;                 ///< size of a chunk
    const uint64_t m_nPasses;                    ///< how often the program is executed
    uint32_t m_nScratch;                         ///< chunks of the scratch buffer
    std::vector<std::vector<Template>> m_lanes;  ///< steps of a pass
    std::vector<std::vector<Dependency>> m_ends; ///< by block and step: when it is done
};

} // namespace ns3::collective

#endif /* COLLECTIVE_MSCCL_SCHEDULE_H */
