/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_MSCCL_PROGRAM_H
#define COLLECTIVE_MSCCL_PROGRAM_H

#include "collective-types.h"
#include "collective-xml.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3::collective
{

/**
 * @ingroup collective
 * A schedule in the format of MSCCL (Cowan et al., "MSCCLang: Microsoft Collective Communication
 * Language", ASPLOS 2023; github.com/microsoft/msccl-tools): for each rank thread blocks, each with
 * at most one peer that it sends to and one that it receives from, that do one step after the other
 * on chunks of the rank's buffers.
 */
struct MscclProgram
{
    /** What a step does. */
    enum Action : uint8_t
    {
        SEND,                     ///< s
        RECEIVE,                  ///< r
        RECEIVE_COPY_SEND,        ///< rcs: to the destination, and on
        RECEIVE_REDUCE_SEND,      ///< rrs: add the source, and on
        RECEIVE_REDUCE_COPY,      ///< rrc: add the source, to the destination
        RECEIVE_REDUCE_COPY_SEND, ///< rrcs: add the source, to the destination, and on
        COPY,                     ///< cpy: from the source to the destination
        REDUCE,                   ///< re: add the source to the destination
        NOTHING,                  ///< nop: only wait
    };

    /** Which buffer of a rank. */
    enum ChunkBuffer : uint8_t
    {
        INPUT,   ///< i
        OUTPUT,  ///< o
        SCRATCH, ///< s
    };

    /** Chunks of a buffer: the first of as many as the step has. */
    struct Place
    {
        ChunkBuffer buffer{INPUT}; ///< which buffer
        uint32_t offset{0};        ///< first chunk
    };

    /** A step. */
    struct Step
    {
        Action action{NOTHING}; ///< what to do
        Place source;           ///< from where
        Place destination;      ///< to where
        uint32_t count{1};      ///< number of chunks
        bool waits{false};      ///< for a step of another block
        uint32_t afterBlock{0}; ///< index of that block
        uint32_t afterStep{0};  ///< index of that step
        TextPosition position;  ///< in the file

        /** @return whether it takes a message in */
        bool Receives() const
        {
            return action >= RECEIVE && action <= RECEIVE_REDUCE_COPY_SEND;
        }

        /** @return whether it sends a message */
        bool Sends() const
        {
            return action == SEND || action == RECEIVE_COPY_SEND || action == RECEIVE_REDUCE_SEND ||
                   action == RECEIVE_REDUCE_COPY_SEND;
        }
    };

    /** No peer. */
    static constexpr uint32_t NOBODY = UINT32_MAX;

    /** A thread block. */
    struct Block
    {
        uint32_t id{0};               ///< its number in the file
        uint32_t sendTo{NOBODY};      ///< rank, or NOBODY
        uint32_t receiveFrom{NOBODY}; ///< rank, or NOBODY
        uint32_t channel{0};          ///< tells blocks with the same peer apart
        uint32_t sender{0};           ///< index of the block at receiveFrom that sends to this one
        std::vector<Step> steps;      ///< in their order
        TextPosition position;        ///< in the file
    };

    /** A rank. */
    struct Rank
    {
        uint32_t nChunks[3]{0, 0, 0}; ///< by ChunkBuffer
        std::vector<Block> blocks;    ///< its thread blocks
        TextPosition position;        ///< in the file
    };

    std::string name;                                ///< for people to read
    CollectiveType type{CollectiveType::ALL_REDUCE}; ///< what it does
    std::string protocol;                            ///< LL, LL128, Simple
    bool inPlace{false};     ///< input and output overlap, as NCCL's collectives in place have it
    uint32_t nChunks{0};     ///< chunks of the buffer (Operation::bytes)
    uint64_t minBytes{0};    ///< smallest buffer that it is for
    uint64_t maxBytes{0};    ///< largest buffer that it is for
    std::vector<Rank> ranks; ///< by rank

    /**
     * Read a file and see whether it hangs together: peers, chunks and dependencies exist, what is
     * sent is received.
     *
     * @param text the file
     * @param [out] errors what is wrong
     * @return the program; of no use if there are errors
     */
    static MscclProgram Read(const std::string& text, std::vector<TextError>& errors);

    /** @param buffer INPUT or OUTPUT @return chunks that it has at most */
    uint32_t GetNChunks(ChunkBuffer buffer) const;

    /**
     * Execute it symbolically: every rank must end with the right data, whatever block goes first.
     *
     * @param [out] errors what is wrong
     */
    void Check(std::vector<TextError>& errors) const;
};

} // namespace ns3::collective

#endif /* COLLECTIVE_MSCCL_PROGRAM_H */
