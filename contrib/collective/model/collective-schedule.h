/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_SCHEDULE_H
#define COLLECTIVE_SCHEDULE_H

#include "ns3/fabric-frame.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace ns3::collective
{

/** What a step of a schedule does. */
enum class StepAction : uint8_t
{
    SEND,    ///< send bytes of an own buffer to the peer
    RECEIVE, ///< receive bytes from the peer over what an own buffer holds
    REDUCE,  ///< receive bytes from the peer and add them to what an own buffer holds
    COPY,    ///< copy bytes of an own buffer; takes no time
    COMBINE, ///< add bytes of an own buffer to those of another one
};

/** Which of its own buffers a rank works on. */
enum class Buffer : uint8_t
{
    MAIN,    ///< the only one of a collective in place; where an all-to-all's parts come from
    OUTPUT,  ///< where an all-to-all's parts go to, by the rank that they come from
    SCRATCH, ///< room for parts on their way to other ranks
};

/** A range of bytes of a buffer. */
struct Range
{
    Buffer buffer{Buffer::MAIN}; ///< which buffer
    uint64_t offset{0};          ///< first byte
    uint64_t bytes{0};           ///< number of bytes
};

/** Something that must have happened before a step: so many steps of a lane are complete. */
struct Dependency
{
    uint32_t lane{0};  ///< lane of the same rank
    uint64_t count{0}; ///< number of its steps; 0 is always fulfilled
    bool sent{false};  ///< of a sending lane: given to the network is enough
};

/**
 * @ingroup collective
 * One step of the schedule of one rank: one message out or in, or something done to own buffers.
 */
struct Step
{
    /** The peer of steps of a reduction in the network: a group of Schedule::GetGroups. */
    static constexpr uint32_t NETWORK = UINT32_MAX;

    StepAction action{StepAction::SEND}; ///< what to do
    uint32_t peer{0};                    ///< rank at the other end, or NETWORK
    uint8_t channel{0};                  ///< connection between the two ranks that is used, 0..255
    uint32_t key{0};                     ///< number that the sender's and the receiver's step have
                                         ///< in common, different for all messages of the
                                         ///< collective between the two on the channel; 22 bit
    uint64_t bytes{0};                   ///< size of the message: sum of the ranges; from and to
                                         ///< NETWORK that of the result, and there are no ranges
                                         ///< where a rank gives or gets no data
    uint32_t group{0};                   ///< to NETWORK: which group
    uint32_t root{0};                    ///< to NETWORK: place in the group that `use` speaks of
    fabric::ReductionUse use{fabric::ReductionUse::SUM_TO_ALL}; ///< to NETWORK: of the data
    std::array<Dependency, 3> after; ///< all of this must have happened before
    std::vector<Range> ranges;       ///< what is sent, or where it goes to, in this order
    std::vector<Range> sources;      ///< where it comes from (COPY, COMBINE)

    /** Make it a step without dependencies and ranges. */
    void Reset(StepAction newAction, uint32_t newPeer, uint8_t newChannel, uint32_t newKey);

    /** Append a range and count its bytes. */
    void Add(Buffer buffer, uint64_t offset, uint64_t size);
};

/** Keys of steps are below this: 22 bit. */
constexpr uint64_t MAX_KEYS = 1ULL << 22;

/**
 * @ingroup collective
 * What one rank does in one collective, told step by step on demand, because a ring over many ranks
 * with many chunks has millions of steps.
 *
 * The steps are arranged in lanes. Steps of a lane start in their order; lanes run side by side and
 * wait for each other only by the dependencies of their steps. A lane holds only SENDs, all on one
 * channel that no other sending lane of the rank uses, only RECEIVEs and REDUCEs, or only COPYs and
 * COMBINEs. A step of a receiving lane is complete when its data has come, has been reduced, and
 * all earlier steps of the lane are complete; of a sending lane those steps count as complete that
 * the network has confirmed. So a rank goes on by what it sees itself, and nothing else.
 */
class Schedule
{
  public:
    virtual ~Schedule() = default;

    /** @return number of lanes */
    virtual uint32_t GetNLanes() const = 0;

    /** @param lane a lane @return number of its steps */
    virtual uint64_t GetNSteps(uint32_t lane) const = 0;

    /**
     * @param lane a lane
     * @param index number of a step, below GetNSteps
     * @param [out] step the step; passed in so that its memory can be used again
     */
    virtual void GetStep(uint32_t lane, uint64_t index, Step& step) const = 0;

    /**
     * @return ranks of each group of a reduction in the network that takes place in the collective,
     *         the same at all ranks; none if there is no such reduction
     */
    virtual std::vector<std::vector<uint32_t>> GetGroups() const;

    /** @return how these groups reduce: TypeId name of a rdma::ReductionWorker */
    virtual std::string GetScheme() const;
};

/** A part of a buffer that is divided among ranks, channels or chunks. */
struct Part
{
    uint64_t offset{0}; ///< first byte
    uint64_t bytes{0};  ///< number of bytes

    /**
     * Divide into parts whose sizes differ by one byte at most, the larger ones first.
     *
     * @param index which one
     * @param count number of parts, greater than 0
     * @return the part
     */
    Part Divide(uint64_t index, uint64_t count) const
    {
        const uint64_t size = bytes / count;
        const uint64_t larger = bytes % count;
        return {offset + index * size + (index < larger ? index : larger),
                size + (index < larger ? 1 : 0)};
    }
};

} // namespace ns3::collective

#endif /* COLLECTIVE_SCHEDULE_H */
