/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-msccl-program.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <tuple>

namespace ns3::collective
{

namespace
{

/** Limits that no program of use comes near. */
constexpr uint32_t MOST_RANKS = 1024;
constexpr uint32_t MOST_BLOCKS = 255;
constexpr uint32_t MOST_CHUNKS = 65536;
constexpr uint64_t MOST_CELLS = 1 << 22;
constexpr uint64_t MOST_STEPS = 1 << 20;
/** More errors tell nobody more. */
constexpr std::size_t MOST_ERRORS = 20;

/** Actions by their names in files. */
const std::map<std::string, MscclProgram::Action> ACTIONS{
    {"s", MscclProgram::SEND},
    {"r", MscclProgram::RECEIVE},
    {"rcs", MscclProgram::RECEIVE_COPY_SEND},
    {"rrs", MscclProgram::RECEIVE_REDUCE_SEND},
    {"rrc", MscclProgram::RECEIVE_REDUCE_COPY},
    {"rrcs", MscclProgram::RECEIVE_REDUCE_COPY_SEND},
    {"cpy", MscclProgram::COPY},
    {"re", MscclProgram::REDUCE},
    {"nop", MscclProgram::NOTHING},
};

/** Collectives by their names in files. */
const std::map<std::string, CollectiveType> TYPES{
    {"allreduce", CollectiveType::ALL_REDUCE},
    {"allgather", CollectiveType::ALL_GATHER},
    {"reduce_scatter", CollectiveType::REDUCE_SCATTER},
    {"alltoall", CollectiveType::ALL_TO_ALL},
};

/** Reads elements into a program. */
class MscclReader
{
  public:
    MscclReader(MscclProgram& program, std::vector<TextError>& errors)
        : m_program(program),
          m_errors(errors)
    {
    }

    /** Read the outermost element. */
    void Read(const XmlElement& root)
    {
        if (root.name != "algo")
        {
            Fail(root.position, "<" + root.name + ">, expected <algo>");
            return;
        }
        m_program.name = GetText(root, "name", "");
        m_program.protocol = GetText(root, "proto", "Simple");
        if (m_program.protocol != "LL" && m_program.protocol != "LL128" &&
            m_program.protocol != "Simple")
        {
            FailValue(root, "proto", "LL, LL128 or Simple");
        }
        const auto type = TYPES.find(GetText(root, "coll", "nothing"));
        if (type == TYPES.end())
        {
            FailValue(root, "coll", "allreduce, allgather, reduce_scatter or alltoall");
            return;
        }
        m_program.type = type->second;
        const uint32_t nRanks = GetNumber(root, "ngpus", 2, MOST_RANKS);
        m_program.nChunks = GetNumber(root, "nchunksperloop", 1, MOST_CHUNKS);
        m_program.inPlace = GetNumber(root, "inplace", 0, 1, 0) == 1;
        m_program.minBytes = GetLarge(root, "minBytes", 0);
        m_program.maxBytes = GetLarge(root, "maxBytes", 0);
        if (m_program.maxBytes == 0)
        {
            m_program.maxBytes = UINT64_MAX;
        }
        if (m_program.type != CollectiveType::ALL_REDUCE && nRanks > 0 &&
            m_program.nChunks % nRanks != 0)
        {
            FailValue(root, "nchunksperloop", "a multiple of " + std::to_string(nRanks));
        }
        if (m_program.type == CollectiveType::ALL_TO_ALL && m_program.inPlace)
        {
            FailValue(root, "inplace", "0: an alltoall has two buffers");
        }
        if (!m_errors.empty())
        {
            return;
        }
        m_program.ranks.resize(nRanks);
        m_isThere.resize(nRanks, false);
        for (const auto& child : root.children)
        {
            ReadRank(child);
        }
        for (uint32_t rank = 0; rank < nRanks; ++rank)
        {
            if (!m_isThere[rank])
            {
                Fail(root.position, "there is no <gpu> with id " + std::to_string(rank));
            }
        }
        if (m_errors.empty())
        {
            Resolve();
        }
    }

  private:
    /** Note an error. */
    void Fail(const TextPosition& position, const std::string& text)
    {
        if (m_errors.size() < MOST_ERRORS)
        {
            m_errors.push_back({position, text});
        }
    }

    /** Note a wrong value of an attribute. */
    void FailValue(const XmlElement& element, const std::string& name, const std::string& expected)
    {
        const auto* attribute = element.Find(name);
        Fail(attribute ? attribute->position : element.position,
             attribute ? name + " is '" + attribute->value.substr(0, 40) + "', expected " + expected
                       : "<" + element.name + "> has no " + name + ", expected " + expected);
    }

    /** @return value of an attribute, or what it is without */
    static std::string GetText(const XmlElement& element,
                               const std::string& name,
                               const std::string& otherwise)
    {
        const auto* attribute = element.Find(name);
        return attribute ? attribute->value : otherwise;
    }

    /** @return value of an attribute that is an integer; -1 is possible if least is */
    int64_t GetNumber(const XmlElement& element,
                      const std::string& name,
                      int64_t least,
                      int64_t most,
                      int64_t otherwise = std::numeric_limits<int64_t>::min())
    {
        const auto* attribute = element.Find(name);
        if (!attribute && otherwise >= least)
        {
            return otherwise;
        }
        const std::string text = attribute ? attribute->value : "";
        const bool isNegative = text == "-1";
        const bool isNumber = !text.empty() && text.size() < 19 &&
                              text.find_first_not_of("0123456789") == std::string::npos;
        const int64_t value = isNegative ? -1 : isNumber ? std::stoll(text) : most + 1;
        if (value < least || value > most)
        {
            FailValue(element,
                      name,
                      "an integer from " + std::to_string(least) + " to " + std::to_string(most));
            return std::max<int64_t>(least, 0);
        }
        return value;
    }

    /** @return value of an attribute that is a number of bytes */
    uint64_t GetLarge(const XmlElement& element, const std::string& name, uint64_t otherwise)
    {
        return GetNumber(element, name, 0, std::numeric_limits<int64_t>::max() - 1, otherwise);
    }

    /** Read a <gpu>. */
    void ReadRank(const XmlElement& element)
    {
        if (element.name != "gpu")
        {
            Fail(element.position, "<" + element.name + ">, expected <gpu>");
            return;
        }
        const uint32_t nRanks = m_program.ranks.size();
        const uint32_t id = GetNumber(element, "id", 0, nRanks - 1);
        if (m_isThere[id])
        {
            FailValue(element, "id", "a number that no other <gpu> has");
            return;
        }
        m_isThere[id] = true;
        auto& rank = m_program.ranks[id];
        rank.position = element.position;
        const char* const names[] = {"i_chunks", "o_chunks", "s_chunks"};
        for (const auto buffer : {MscclProgram::INPUT, MscclProgram::OUTPUT, MscclProgram::SCRATCH})
        {
            const uint32_t most =
                buffer == MscclProgram::SCRATCH ? MOST_CHUNKS : m_program.GetNChunks(buffer);
            rank.nChunks[buffer] = GetNumber(element, names[buffer], 0, most);
            m_nCells += rank.nChunks[buffer];
        }
        if (m_nCells > MOST_CELLS)
        {
            Fail(element.position, "more than " + std::to_string(MOST_CELLS) + " chunks in all");
        }
        for (const auto& child : element.children)
        {
            if (child.name != "tb")
            {
                Fail(child.position, "<" + child.name + ">, expected <tb>");
                continue;
            }
            if (rank.blocks.size() == MOST_BLOCKS)
            {
                Fail(child.position, "more than " + std::to_string(MOST_BLOCKS) + " <tb>");
                return;
            }
            rank.blocks.push_back(ReadBlock(child, id));
        }
    }

    /** Read a <tb>. */
    MscclProgram::Block ReadBlock(const XmlElement& element, uint32_t rank)
    {
        const int64_t last = m_program.ranks.size() - 1;
        MscclProgram::Block block;
        block.position = element.position;
        block.id = GetNumber(element, "id", 0, MOST_CHUNKS);
        block.channel = GetNumber(element, "chan", 0, 255, 0);
        const int64_t sendTo = GetNumber(element, "send", -1, last, -1);
        const int64_t receiveFrom = GetNumber(element, "recv", -1, last, -1);
        for (const auto* name : {"send", "recv"})
        {
            if (GetText(element, name, "") == std::to_string(rank))
            {
                FailValue(element, name, "another rank");
            }
        }
        block.sendTo = sendTo < 0 ? MscclProgram::NOBODY : sendTo;
        block.receiveFrom = receiveFrom < 0 ? MscclProgram::NOBODY : receiveFrom;
        for (const auto& child : element.children)
        {
            if (child.name != "step")
            {
                Fail(child.position, "<" + child.name + ">, expected <step>");
                continue;
            }
            if (++m_nSteps > MOST_STEPS || m_errors.size() == MOST_ERRORS)
            {
                Fail(child.position, "more than " + std::to_string(MOST_STEPS) + " steps");
                return block;
            }
            block.steps.push_back(ReadStep(child, block, rank));
        }
        return block;
    }

    /** Read a <step>. */
    MscclProgram::Step ReadStep(const XmlElement& element,
                                const MscclProgram::Block& block,
                                uint32_t rank)
    {
        MscclProgram::Step step;
        step.position = element.position;
        GetNumber(element, "s", block.steps.size(), block.steps.size(), block.steps.size());
        const auto action = ACTIONS.find(GetText(element, "type", ""));
        if (action == ACTIONS.end())
        {
            FailValue(element, "type", "s, r, rcs, rrs, rrc, rrcs, cpy, re or nop");
            return step;
        }
        step.action = action->second;
        if (step.Sends() && block.sendTo == MscclProgram::NOBODY)
        {
            FailValue(element, "type", "one that does not send: its <tb> has no peer for it");
        }
        if (step.Receives() && block.receiveFrom == MscclProgram::NOBODY)
        {
            FailValue(element, "type", "one that does not receive: its <tb> has no peer for it");
        }
        const int64_t afterBlock = GetNumber(element, "depid", -1, MOST_CHUNKS, -1);
        if (afterBlock >= 0)
        {
            step.waits = true;
            step.afterBlock = afterBlock; // its id, until Resolve
            step.afterStep = GetNumber(element, "deps", 0, MOST_STEPS);
        }
        if (step.action == MscclProgram::NOTHING)
        {
            return step;
        }
        step.count = GetNumber(element, "cnt", 1, MOST_CHUNKS);
        const bool readsSource =
            step.action != MscclProgram::RECEIVE && step.action != MscclProgram::RECEIVE_COPY_SEND;
        const bool writes =
            step.action != MscclProgram::SEND && step.action != MscclProgram::RECEIVE_REDUCE_SEND;
        if (readsSource)
        {
            step.source = ReadPlace(element, "src", step.count, rank);
        }
        if (writes)
        {
            step.destination = ReadPlace(element, "dst", step.count, rank);
        }
        return step;
    }

    /** Read where a step works. */
    MscclProgram::Place ReadPlace(const XmlElement& element,
                                  const std::string& which,
                                  uint32_t count,
                                  uint32_t rank)
    {
        MscclProgram::Place place;
        const std::string buffer = GetText(element, which + "buf", "");
        if (buffer != "i" && buffer != "o" && buffer != "s")
        {
            FailValue(element, which + "buf", "i, o or s");
            return place;
        }
        place.buffer = buffer == "i"   ? MscclProgram::INPUT
                       : buffer == "o" ? MscclProgram::OUTPUT
                                       : MscclProgram::SCRATCH;
        place.offset = GetNumber(element, which + "off", 0, MOST_CHUNKS);
        const uint32_t nChunks = m_program.ranks[rank].nChunks[place.buffer];
        if (place.offset + count > nChunks)
        {
            FailValue(element,
                      which + "off",
                      "room for " + std::to_string(count) + " of the " + std::to_string(nChunks) +
                          " chunks of buffer " + buffer);
        }
        return place;
    }

    /** Find the blocks that steps and connections speak of. */
    void Resolve()
    {
        std::map<std::tuple<uint32_t, uint32_t, uint32_t>, uint32_t> senders;
        for (uint32_t rank = 0; rank < m_program.ranks.size(); ++rank)
        {
            ResolveDependencies(rank);
            auto& blocks = m_program.ranks[rank].blocks;
            for (uint32_t index = 0; index < blocks.size(); ++index)
            {
                const auto& block = blocks[index];
                if (block.sendTo != MscclProgram::NOBODY &&
                    !senders.emplace(std::make_tuple(rank, block.sendTo, block.channel), index)
                         .second)
                {
                    Fail(block.position,
                         "another <tb> of gpu " + std::to_string(rank) + " sends to " +
                             std::to_string(block.sendTo) + " on channel " +
                             std::to_string(block.channel));
                }
            }
        }
        for (uint32_t rank = 0; rank < m_program.ranks.size(); ++rank)
        {
            for (auto& block : m_program.ranks[rank].blocks)
            {
                if (block.receiveFrom != MscclProgram::NOBODY)
                {
                    const auto it = senders.find({block.receiveFrom, rank, block.channel});
                    Join(rank, block, it != senders.end() ? &it->second : nullptr);
                    if (it != senders.end())
                    {
                        senders.erase(it);
                    }
                }
            }
        }
        for (const auto& [key, index] : senders)
        {
            const auto& block = m_program.ranks[std::get<0>(key)].blocks[index];
            const bool sends = std::any_of(block.steps.begin(),
                                           block.steps.end(),
                                           [](const auto& step) { return step.Sends(); });
            if (sends)
            {
                Fail(block.position,
                     "no <tb> of gpu " + std::to_string(block.sendTo) + " receives from " +
                         std::to_string(std::get<0>(key)) + " on channel " +
                         std::to_string(block.channel));
            }
        }
    }

    /** Compare what is sent with what is received on a connection. */
    void Join(uint32_t rank, MscclProgram::Block& block, const uint32_t* sender)
    {
        std::vector<const MscclProgram::Step*> received;
        for (const auto& step : block.steps)
        {
            if (step.Receives())
            {
                received.push_back(&step);
            }
        }
        if (!sender)
        {
            if (!received.empty())
            {
                Fail(block.position,
                     "no other <tb> of gpu " + std::to_string(block.receiveFrom) + " sends to " +
                         std::to_string(rank) + " on channel " + std::to_string(block.channel));
            }
            return;
        }
        block.sender = *sender;
        const auto& other = m_program.ranks[block.receiveFrom].blocks[*sender];
        std::size_t nSent = 0;
        for (const auto& step : other.steps)
        {
            if (!step.Sends())
            {
                continue;
            }
            if (nSent < received.size() && received[nSent]->count != step.count)
            {
                Fail(received[nSent]->position,
                     "receives " + std::to_string(received[nSent]->count) +
                         " chunks, but the step in line " + std::to_string(step.position.line) +
                         " sends " + std::to_string(step.count));
            }
            ++nSent;
        }
        if (nSent != received.size())
        {
            Fail(block.position,
                 "receives " + std::to_string(received.size()) +
                     " messages, but the <tb> in line " + std::to_string(other.position.line) +
                     " sends " + std::to_string(nSent));
        }
    }

    /** Replace ids by indices. */
    void ResolveDependencies(uint32_t rank)
    {
        auto& blocks = m_program.ranks[rank].blocks;
        std::map<uint32_t, uint32_t> indices;
        for (uint32_t index = 0; index < blocks.size(); ++index)
        {
            if (!indices.emplace(blocks[index].id, index).second)
            {
                Fail(blocks[index].position,
                     "another <tb> of gpu " + std::to_string(rank) + " has id " +
                         std::to_string(blocks[index].id));
            }
        }
        for (auto& block : blocks)
        {
            for (auto& step : block.steps)
            {
                if (!step.waits)
                {
                    continue;
                }
                const auto it = indices.find(step.afterBlock);
                if (it == indices.end() || step.afterStep >= blocks[it->second].steps.size())
                {
                    Fail(step.position,
                         "depends on step " + std::to_string(step.afterStep) + " of <tb> " +
                             std::to_string(step.afterBlock) + ", which does not exist");
                    continue;
                }
                step.afterBlock = it->second;
            }
        }
    }

    MscclProgram& m_program;          ///< what is read
    std::vector<TextError>& m_errors; ///< what is wrong
    std::vector<bool> m_isThere;      ///< ranks read
    uint64_t m_nCells{0};             ///< chunks of all buffers so far
    uint64_t m_nSteps{0};             ///< steps so far
};

} // namespace

MscclProgram
MscclProgram::Read(const std::string& text, std::vector<TextError>& errors)
{
    MscclProgram program;
    XmlElement root;
    TextError error;
    if (!ReadXml(text, root, error))
    {
        errors.push_back(error);
        return program;
    }
    MscclReader(program, errors).Read(root);
    return program;
}

} // namespace ns3::collective
