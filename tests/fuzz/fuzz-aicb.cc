/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// libFuzzer target for the importer of AICB workloads. Not part of the ordinary build; by hand:
//
//   clang++ -std=c++17 -g -O1 -fsanitize=fuzzer,address,undefined -DNS3_LOG_ENABLE \
//     -I build/release/include tests/fuzz/fuzz-aicb.cc \
//     contrib/llm-workload/model/workload-{aicb-job,aicb-reader,finding,job-graph}.cc \
//     contrib/llm-workload/model/workload-{operation-graph,parallelism,text-fields}.cc \
//     contrib/collective/model/collective-types.cc -lns3-core -o fuzz-aicb
//   ./fuzz-aicb -max_len=4096 corpus/
//
// A corpus to start from is any workload of AICB or SimAI.

#include "ns3/workload-aicb-job.h"

#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>

extern "C" int
LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size)
{
    using namespace ns3::workload;
    std::istringstream input(std::string(reinterpret_cast<const char*>(data), size));
    std::vector<Finding> findings;
    const auto workload = AicbFile::Read(input, "fuzz", findings);
    constexpr uint32_t fewRanks = 256; // more take long and find no more
    if (!HasError(findings) && workload.allGpus <= fewRanks)
    {
        const auto job = BuildAicbJob(workload, {workload.allGpus > 0 ? 0 : 16U, true}, findings);
        if (!HasError(findings) && !job.Check().empty())
        {
            __builtin_trap(); // a job was built that cannot run
        }
    }
    return 0;
}
