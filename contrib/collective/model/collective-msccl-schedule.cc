/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-msccl-schedule.h"

#include <algorithm>
#include <array>

namespace ns3::collective
{

namespace
{

/** Lanes of a block. */
constexpr uint32_t SEND_LANE = 0;
constexpr uint32_t RECEIVE_LANE = 1;
constexpr uint32_t LOCAL_LANE = 2;
constexpr uint32_t N_BLOCK_LANES = 3;

} // namespace

struct MscclSchedule::Builder
{
    const MscclProgram::Block& block; ///< the block
    uint32_t firstLane;               ///< of its lanes
    uint8_t sendChannel;              ///< of what it sends
    Dependency last;                  ///< its last step so far; count 0: none
    Dependency wait;                  ///< what its next step waits for; count 0: nothing
    TextPosition position;            ///< of its present step
    uint32_t temporary;               ///< first of the chunks for sums that are not kept
};

MscclSchedule::MscclSchedule(const MscclProgram& program,
                             uint32_t rank,
                             uint64_t bytes,
                             uint64_t nPasses)
    : m_program(program),
      m_rank(rank),
      m_chunkBytes(bytes / program.nChunks),
      m_nPasses(nPasses),
      m_nScratch(program.ranks[rank].nChunks[MscclProgram::SCRATCH])
{
    const auto& blocks = program.ranks[rank].blocks;
    m_lanes.resize(N_BLOCK_LANES * blocks.size());
    for (uint32_t index = 0; index < blocks.size(); ++index)
    {
        Builder builder{blocks[index],
                        N_BLOCK_LANES * index,
                        static_cast<uint8_t>(index),
                        {},
                        {},
                        {},
                        m_nScratch};
        AddBlock(index, builder);
    }
    // Now that all steps have their places.
    for (uint32_t index = 0; index < blocks.size(); ++index)
    {
        const auto lanes = m_lanes.begin() + N_BLOCK_LANES * index;
        for (auto lane = lanes; lane != lanes + N_BLOCK_LANES; ++lane)
        {
            for (auto& step : *lane)
            {
                if (step.after.count > 0)
                {
                    // Until here: (block, step + 1).
                    step.after = m_ends[step.after.lane][step.after.count - 1];
                }
            }
        }
    }
}

void
MscclSchedule::AddBlock(uint32_t index, Builder& builder)
{
    m_ends.emplace_back();
    for (const auto& step : builder.block.steps)
    {
        if (step.action == MscclProgram::RECEIVE_REDUCE_SEND)
        {
            m_nScratch = std::max(m_nScratch, builder.temporary + step.count);
        }
    }
    for (const auto& step : builder.block.steps)
    {
        builder.position = step.position;
        builder.wait =
            step.waits ? Dependency{step.afterBlock, step.afterStep + 1ULL} : Dependency();
        AddStep(step, builder);
        m_ends[index].push_back(builder.last);
    }
    // The first step of a pass follows the last one of the pass before.
    for (uint32_t lane = builder.firstLane; lane < builder.firstLane + N_BLOCK_LANES; ++lane)
    {
        for (auto& step : m_lanes[lane])
        {
            if (step.isFirst)
            {
                step.before = {builder.last.lane, 0, builder.last.sent};
            }
        }
    }
}

void
MscclSchedule::AddStep(const MscclProgram::Step& step, Builder& builder)
{
    const auto source = Locate(step.source, step.count);
    const auto destination = Locate(step.destination, step.count);
    const Chunks temporary{Buffer::SCRATCH, builder.temporary, step.count};
    const auto copy = [&](const Chunks& from, const Chunks& to)
    {
        if (from.buffer != to.buffer || from.first != to.first)
        {
            Append(builder, StepAction::COPY, to, from);
        }
    };
    switch (step.action)
    {
    case MscclProgram::SEND:
        Append(builder, StepAction::SEND, source, {});
        break;
    case MscclProgram::RECEIVE:
    case MscclProgram::RECEIVE_COPY_SEND:
        Append(builder, StepAction::RECEIVE, destination, {});
        break;
    case MscclProgram::RECEIVE_REDUCE_SEND:
        copy(source, temporary);
        Append(builder, StepAction::REDUCE, temporary, {});
        Append(builder, StepAction::SEND, temporary, {});
        break;
    case MscclProgram::RECEIVE_REDUCE_COPY:
    case MscclProgram::RECEIVE_REDUCE_COPY_SEND:
        copy(source, destination);
        Append(builder, StepAction::REDUCE, destination, {});
        break;
    case MscclProgram::COPY:
        Append(builder, StepAction::COPY, destination, source);
        break;
    case MscclProgram::REDUCE:
        Append(builder, StepAction::COMBINE, destination, source);
        break;
    case MscclProgram::NOTHING:
        Append(builder, StepAction::COPY, {}, {});
        break;
    }
    if (step.action == MscclProgram::RECEIVE_COPY_SEND ||
        step.action == MscclProgram::RECEIVE_REDUCE_COPY_SEND)
    {
        Append(builder, StepAction::SEND, destination, {});
    }
}

void
MscclSchedule::Append(Builder& builder,
                      StepAction action,
                      const Chunks& chunks,
                      const Chunks& source)
{
    Template step;
    step.action = action;
    step.chunks = chunks;
    step.source = source;
    uint32_t lane = builder.firstLane + LOCAL_LANE;
    if (step.action == StepAction::SEND)
    {
        lane = builder.firstLane + SEND_LANE;
        step.peer = builder.block.sendTo;
        step.channel = builder.sendChannel;
    }
    else if (step.action == StepAction::RECEIVE || step.action == StepAction::REDUCE)
    {
        lane = builder.firstLane + RECEIVE_LANE;
        step.peer = builder.block.receiveFrom;
        step.channel = builder.block.sender;
    }
    step.position = builder.position;
    step.before = builder.last;
    step.isFirst = builder.last.count == 0;
    step.after = builder.wait;
    builder.wait = {};
    m_lanes[lane].push_back(step);
    builder.last = {lane, m_lanes[lane].size(), step.action == StepAction::SEND};
}

MscclSchedule::Chunks
MscclSchedule::Locate(const MscclProgram::Place& place, uint32_t count) const
{
    const uint32_t own = m_program.nChunks / m_program.ranks.size() * m_rank;
    const bool gathers = m_program.type == CollectiveType::ALL_GATHER;
    const bool scatters = m_program.type == CollectiveType::REDUCE_SCATTER;
    if (place.buffer == MscclProgram::INPUT)
    {
        return {Buffer::MAIN, place.offset + (gathers ? own : 0), count};
    }
    if (place.buffer == MscclProgram::OUTPUT)
    {
        return m_program.inPlace ? Chunks{Buffer::MAIN, place.offset + (scatters ? own : 0), count}
                                 : Chunks{Buffer::OUTPUT, place.offset, count};
    }
    return {Buffer::SCRATCH, place.offset, count};
}

uint32_t
MscclSchedule::GetNChunks(Buffer buffer) const
{
    return buffer == Buffer::SCRATCH ? m_nScratch : m_program.nChunks;
}

uint32_t
MscclSchedule::GetNLanes() const
{
    return m_lanes.size();
}

uint64_t
MscclSchedule::GetNSteps(uint32_t lane) const
{
    return m_nPasses * m_lanes[lane].size();
}

const TextPosition&
MscclSchedule::GetPosition(uint32_t lane, uint64_t index) const
{
    return m_lanes[lane][index % m_lanes[lane].size()].position;
}

void
MscclSchedule::GetStep(uint32_t lane, uint64_t index, Step& step) const
{
    const uint64_t pass = index / m_lanes[lane].size();
    const auto& from = m_lanes[lane][index % m_lanes[lane].size()];
    step.Reset(from.action, from.peer, from.channel, index);
    const auto inPass = [&](Dependency dependency)
    {
        dependency.count += pass * m_lanes[dependency.lane].size();
        return dependency;
    };
    step.after[0] = inPass(from.before);
    if (from.after.count > 0)
    {
        step.after[1] = inPass(from.after);
    }
    AddRanges(from.chunks, pass, step.ranges);
    AddRanges(from.source, pass, step.sources);
    for (const auto& range : step.ranges)
    {
        step.bytes += range.bytes;
    }
}

void
MscclSchedule::AddRanges(const Chunks& chunks, uint64_t pass, std::vector<Range>& ranges) const
{
    if (m_nPasses == 1 && chunks.count > 0)
    {
        ranges.push_back({chunks.buffer, chunks.first * m_chunkBytes, chunks.count * m_chunkBytes});
        return;
    }
    for (uint64_t chunk = chunks.first; chunk < uint64_t{chunks.first} + chunks.count; ++chunk)
    {
        const auto part = Part{chunk * m_chunkBytes, m_chunkBytes}.Divide(pass, m_nPasses);
        ranges.push_back({chunks.buffer, part.offset, part.bytes});
    }
}

} // namespace ns3::collective
