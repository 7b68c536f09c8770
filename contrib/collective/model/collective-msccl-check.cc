/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-msccl-program.h"
#include "collective-msccl-schedule.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <memory>
#include <tuple>

namespace ns3::collective
{

namespace
{

/** What a chunk is made of. */
struct Cell
{
    uint32_t id{UINT32_MAX};     ///< which chunk of the collective; none: there is no data
    std::vector<uint64_t> ranks; ///< bit r: rank r has contributed

    /** @return whether there is data */
    bool IsSet() const
    {
        return id != UINT32_MAX;
    }

    /** @return names of the ranks */
    std::string Describe() const
    {
        if (!IsSet())
        {
            return "nothing";
        }
        std::string text = "chunk " + std::to_string(id) + " of gpu";
        for (uint32_t rank = 0; rank < 64 * ranks.size(); ++rank)
        {
            text += (ranks[rank / 64] >> rank % 64 & 1) != 0 ? " " + std::to_string(rank) : "";
        }
        return text;
    }
};

using Cells = std::vector<Cell>;

/** Executes a program on chunks of one byte, in one of two orders. */
class MscclExecution
{
  public:
    /**
     * @param program the program
     * @param isReversed the last rank and the last block go first
     * @param errors what is wrong
     */
    MscclExecution(const MscclProgram& program, bool isReversed, std::vector<TextError>& errors)
        : m_program(program),
          m_isReversed(isReversed),
          m_errors(errors)
    {
        for (uint32_t rank = 0; rank < program.ranks.size(); ++rank)
        {
            State state;
            state.schedule = std::make_unique<MscclSchedule>(program, rank, program.nChunks, 1);
            state.nDone.resize(state.schedule->GetNLanes());
            for (const auto buffer : {Buffer::MAIN, Buffer::OUTPUT, Buffer::SCRATCH})
            {
                state.buffers[static_cast<size_t>(buffer)].resize(
                    state.schedule->GetNChunks(buffer));
            }
            m_states.push_back(std::move(state));
            Fill(rank);
        }
    }

    /** Run it, and look at the result. */
    void Run()
    {
        const uint32_t nRanks = m_states.size();
        for (uint32_t k = 0; k < nRanks; ++k)
        {
            Wake(m_isReversed ? nRanks - 1 - k : k);
        }
        while (!m_awake.empty() && m_errors.empty())
        {
            const uint32_t rank = m_isReversed ? m_awake.back() : m_awake.front();
            if (m_isReversed)
            {
                m_awake.pop_back();
            }
            else
            {
                m_awake.pop_front();
            }
            m_states[rank].isAwake = false;
            Advance(rank);
        }
        for (uint32_t rank = 0; rank < nRanks && m_errors.empty(); ++rank)
        {
            CheckEnd(rank);
        }
    }

  private:
    /** A rank. */
    struct State
    {
        std::unique_ptr<MscclSchedule> schedule; ///< what it does
        std::vector<uint64_t> nDone;             ///< by lane
        std::array<Cells, 3> buffers;            ///< by Buffer
        bool isAwake{false};                     ///< it may be able to go on
    };

    using Key = std::tuple<uint32_t, uint32_t, uint8_t, uint32_t>; ///< from, to, channel, key

    /** Give a rank the data that it starts with. */
    void Fill(uint32_t rank)
    {
        const bool gathers = m_program.type == CollectiveType::ALL_GATHER;
        const uint32_t nRanks = m_program.ranks.size();
        const uint32_t own = m_program.nChunks / nRanks;
        auto& cells = m_states[rank].buffers[static_cast<size_t>(Buffer::MAIN)];
        const uint32_t first = gathers ? rank * own : 0;
        for (uint32_t chunk = first; chunk < first + (gathers ? own : m_program.nChunks); ++chunk)
        {
            cells[chunk].id = chunk;
            cells[chunk].ranks.resize((nRanks + 63) / 64);
            cells[chunk].ranks[rank / 64] |= 1ULL << rank % 64;
        }
    }

    /** Let a rank have a turn. */
    void Wake(uint32_t rank)
    {
        if (!m_states[rank].isAwake)
        {
            m_states[rank].isAwake = true;
            m_awake.push_back(rank);
        }
    }

    /** Do all that a rank can do now. */
    void Advance(uint32_t rank)
    {
        auto& state = m_states[rank];
        const uint32_t nLanes = state.nDone.size();
        bool progress = true;
        while (progress && m_errors.empty())
        {
            progress = false;
            for (uint32_t k = 0; k < nLanes; ++k)
            {
                const uint32_t lane = m_isReversed ? nLanes - 1 - k : k;
                while (m_errors.empty() && Execute(rank, lane))
                {
                    progress = true;
                }
            }
        }
    }

    /** Do the next step of a lane. @return whether that was possible */
    bool Execute(uint32_t rank, uint32_t lane)
    {
        auto& state = m_states[rank];
        if (state.nDone[lane] == state.schedule->GetNSteps(lane))
        {
            return false;
        }
        Step step;
        state.schedule->GetStep(lane, state.nDone[lane], step);
        for (const auto& dependency : step.after)
        {
            if (dependency.count > state.nDone[dependency.lane])
            {
                return false;
            }
        }
        m_position = state.schedule->GetPosition(lane, state.nDone[lane]);
        switch (step.action)
        {
        case StepAction::SEND:
            m_messages.emplace(Key{rank, step.peer, step.channel, step.key},
                               Read(rank, step.ranges));
            Wake(step.peer);
            break;
        case StepAction::RECEIVE:
        case StepAction::REDUCE:
        {
            const auto message = m_messages.find({step.peer, rank, step.channel, step.key});
            if (message == m_messages.end())
            {
                return false;
            }
            Write(rank, step, message->second);
            m_messages.erase(message);
            break;
        }
        case StepAction::COPY:
        case StepAction::COMBINE:
            Write(rank, step, Read(rank, step.sources));
            break;
        }
        ++state.nDone[lane];
        return true;
    }

    /** @return what is in a buffer */
    Cells Read(uint32_t rank, const std::vector<Range>& ranges)
    {
        Cells cells;
        for (const auto& range : ranges)
        {
            const auto& buffer = m_states[rank].buffers[static_cast<size_t>(range.buffer)];
            for (uint64_t k = range.offset; k < range.offset + range.bytes; ++k)
            {
                if (!buffer[k].IsSet())
                {
                    Fail(rank, k, range.buffer, "is read before there is anything in it");
                }
                cells.push_back(buffer[k]);
            }
        }
        return cells;
    }

    /** Put or add data. */
    void Write(uint32_t rank, const Step& step, const Cells& cells)
    {
        const bool copies = step.action == StepAction::RECEIVE || step.action == StepAction::COPY;
        std::size_t next = 0;
        for (const auto& range : step.ranges)
        {
            auto& buffer = m_states[rank].buffers[static_cast<size_t>(range.buffer)];
            for (uint64_t k = range.offset; k < range.offset + range.bytes; ++k, ++next)
            {
                const auto& from = cells[next];
                auto& to = buffer[k];
                if (copies || !from.IsSet())
                {
                    to = from;
                    continue;
                }
                if (to.id != from.id)
                {
                    Fail(rank,
                         k,
                         range.buffer,
                         "holds " + to.Describe() + " and has " + from.Describe() + " added");
                    return;
                }
                for (std::size_t word = 0; word < to.ranks.size(); ++word)
                {
                    if ((to.ranks[word] & from.ranks[word]) != 0)
                    {
                        Fail(rank,
                             k,
                             range.buffer,
                             "has " + from.Describe() + " added to " + to.Describe());
                        return;
                    }
                    to.ranks[word] |= from.ranks[word];
                }
            }
        }
    }

    /** Compare the result of a rank with what it has to be. */
    void CheckEnd(uint32_t rank)
    {
        const auto& state = m_states[rank];
        TextPosition stuck{UINT32_MAX, 0}; // the first step that is not done
        for (uint32_t lane = 0; lane < state.nDone.size(); ++lane)
        {
            if (state.nDone[lane] < state.schedule->GetNSteps(lane))
            {
                const auto& position = state.schedule->GetPosition(lane, state.nDone[lane]);
                stuck = position.line < stuck.line ? position : stuck;
            }
        }
        if (stuck.line < UINT32_MAX)
        {
            m_errors.push_back(
                {stuck, "gpu " + std::to_string(rank) + " waits for ever: deadlock"});
            return;
        }
        const uint32_t nRanks = m_states.size();
        const uint32_t own = m_program.nChunks / nRanks;
        const bool scatters = m_program.type == CollectiveType::REDUCE_SCATTER;
        const bool exchanges = m_program.type == CollectiveType::ALL_TO_ALL;
        m_position = m_program.ranks[rank].position;
        const uint32_t first = scatters && m_program.inPlace ? rank * own : 0;
        const auto result = m_program.inPlace ? Buffer::MAIN : Buffer::OUTPUT;
        const auto& cells = state.buffers[static_cast<size_t>(result)];
        for (uint32_t k = 0; k < (scatters ? own : m_program.nChunks); ++k)
        {
            Cell expected;
            expected.id = scatters ? rank * own + k : exchanges ? rank * own + k % own : k;
            expected.ranks.resize((nRanks + 63) / 64);
            const bool reduces = scatters || m_program.type == CollectiveType::ALL_REDUCE;
            for (uint32_t from = 0; from < nRanks; ++from)
            {
                if (reduces || from == k / own)
                {
                    expected.ranks[from / 64] |= 1ULL << from % 64;
                }
            }
            const auto& actual = cells[first + k];
            if (actual.id != expected.id || actual.ranks != expected.ranks)
            {
                Fail(rank,
                     first + k,
                     result,
                     "ends with " + actual.Describe() + ", expected " + expected.Describe());
                return;
            }
        }
    }

    /** Note an error at the present position. */
    void Fail(uint32_t rank, uint64_t chunk, Buffer buffer, const std::string& what)
    {
        static const char* const names[] = {
            "the buffer", "the output buffer", "the scratch buffer"};
        if (m_errors.empty())
        {
            m_errors.push_back({m_position,
                                "gpu " + std::to_string(rank) + ": chunk " + std::to_string(chunk) +
                                    " of " + names[static_cast<size_t>(buffer)] + " " + what});
        }
    }

    const MscclProgram& m_program;    ///< the program
    const bool m_isReversed;          ///< order
    std::vector<TextError>& m_errors; ///< what is wrong
    std::vector<State> m_states;      ///< by rank
    std::map<Key, Cells> m_messages;  ///< under way
    std::deque<uint32_t> m_awake;     ///< ranks that may be able to go on
    TextPosition m_position;          ///< of the present step
};

} // namespace

uint32_t
MscclProgram::GetNChunks(ChunkBuffer buffer) const
{
    const auto divided =
        buffer == INPUT ? CollectiveType::ALL_GATHER : CollectiveType::REDUCE_SCATTER;
    return type == divided ? nChunks / ranks.size() : nChunks;
}

void
MscclProgram::Check(std::vector<TextError>& errors) const
{
    for (const bool isReversed : {false, true})
    {
        if (errors.empty())
        {
            MscclExecution(*this, isReversed, errors).Run();
        }
    }
}

} // namespace ns3::collective
