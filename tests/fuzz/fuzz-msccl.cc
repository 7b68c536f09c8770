/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// libFuzzer target for the reader and the check of schedules in MSCCL's format. Not part of the
// ordinary build; by hand:
//
//   clang++ -std=c++17 -g -O1 -fsanitize=fuzzer,address,undefined -DNS3_LOG_ENABLE \
//     -I build/release/include tests/fuzz/fuzz-msccl.cc \
//     contrib/collective/model/collective-msccl-{check,reader,schedule}.cc \
//     contrib/collective/model/collective-{schedule,types,xml}.cc -lns3-core -o fuzz-msccl
//   ./fuzz-msccl -max_len=8192 corpus/
//
// A corpus to start from is tests/data/msccl.

#include "ns3/collective-msccl-program.h"
#include "ns3/collective-msccl-schedule.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

extern "C" int
LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size)
{
    using namespace ns3::collective;
    const std::string text(reinterpret_cast<const char*>(data), size);
    std::vector<TextError> errors;
    const auto program = MscclProgram::Read(text, errors);
    constexpr uint32_t fewChunks = 4096; // more take long and find no more
    uint64_t nChunks = 0;
    for (const auto& rank : program.ranks)
    {
        nChunks += rank.nChunks[0] + rank.nChunks[1] + rank.nChunks[2] + program.nChunks;
    }
    if (!errors.empty() || nChunks > fewChunks)
    {
        return 0;
    }
    program.Check(errors);
    if (!errors.empty())
    {
        return 0;
    }
    // A good program has schedules whose steps are what their ranges are.
    for (uint32_t rank = 0; rank < program.ranks.size(); ++rank)
    {
        const MscclSchedule schedule(program, rank, 8ULL * program.nChunks, 2);
        Step step;
        for (uint32_t lane = 0; lane < schedule.GetNLanes(); ++lane)
        {
            for (uint64_t index = 0; index < schedule.GetNSteps(lane); ++index)
            {
                schedule.GetStep(lane, index, step);
                uint64_t bytes = 0;
                for (const auto& range : step.ranges)
                {
                    bytes += range.bytes;
                }
                if (bytes != step.bytes || step.peer >= program.ranks.size())
                {
                    __builtin_trap();
                }
            }
        }
    }
    return 0;
}
