/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// libFuzzer target for the importers of traces. The first byte of an input chooses the importer,
// the rest is the file. Not part of the ordinary build; by hand:
//
//   clang++ -std=c++17 -g -O1 -fsanitize=fuzzer,address,undefined -DNS3_LOG_ENABLE \
//     -I build/release/include tests/fuzz/fuzz-trace.cc \
//     contrib/llm-workload/model/workload-{chakra,goal,group,json,kineto,message-list,nccl,trace,finding,inflating}*.cc
//     \
//     contrib/llm-workload/model/workload-{aicb-job,aicb-reader,job-graph}.cc \
//     contrib/llm-workload/model/workload-{operation-graph,parallelism,text-fields}.cc \
//     contrib/collective/model/collective-types.cc contrib/cluster/model/cluster-quantity.cc \
//     -lns3-core -lz -o fuzz-trace
//   ./fuzz-trace -max_len=4096 corpus/

#include "ns3/workload-chakra-importer.h"
#include "ns3/workload-chakra-reader.h"
#include "ns3/workload-goal-reader.h"
#include "ns3/workload-group-file.h"
#include "ns3/workload-inflating-buffer.h"
#include "ns3/workload-kineto-importer.h"
#include "ns3/workload-message-list-reader.h"
#include "ns3/workload-trace-importer.h"
#include "ns3/workload-trace.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <sstream>
#include <string>

using namespace ns3::workload;

namespace
{

/** Check a trace and build its job, as TraceImporter does. */
void
Finish(Trace trace, FindingLog& log)
{
    constexpr std::size_t fewRanks = 256; // more take long and find no more
    if (log.HasError() || trace.ranks.size() > fewRanks)
    {
        return;
    }
    CheckTrace(trace, log);
    if (!log.HasError() && !BuildTraceJob(trace).Check().empty())
    {
        __builtin_trap(); // a job was built that cannot run
    }
}

/** Read a file of one rank of two. */
void
ReadChakra(bool isJson, std::istream& input, FindingLog& log)
{
    ChakraOptions options;
    options.nRanks = 2;
    options.groups["1"] = {0, 1};
    ChakraImporter importer(options, log);
    importer.BeginRank("fuzz", isJson, 0);
    const auto take = [&importer](const ChakraNode& node) { return importer.Add(node); };
    (isJson ? ReadChakraJson : ReadChakraBinary)(input, log, take);
    importer.EndRank();
    Finish(importer.Finish(), log);
}

/** Read the Kineto trace of one rank of two. */
void
ReadKineto(std::istream& input, FindingLog& log)
{
    KinetoFile kineto = KinetoFile::Read(input, log);
    if (log.HasError())
    {
        return;
    }
    kineto.nRanks = 2;
    kineto.rank = 0;
    KinetoImporter importer(2, log);
    importer.AddRank("fuzz", std::move(kineto), {});
    Finish(importer.Finish(), log);
}

} // namespace

extern "C" int
LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size)
{
    if (size == 0)
    {
        return 0;
    }
    const std::string content(reinterpret_cast<const char*>(data + 1), size - 1);
    auto plain = std::make_unique<std::istringstream>(content);
    // The buffers of the other way are large: a waste for most inputs.
    const bool isCompressed = content.compare(0, 2, "\x1f\x8b") == 0;
    const std::unique_ptr<std::istream> stream =
        isCompressed ? std::make_unique<InflatingStream>(std::move(plain))
                     : std::unique_ptr<std::istream>(std::move(plain));
    std::istream& input = *stream;
    FindingLog log;
    log.SetFile("fuzz");
    switch (data[0] % 9)
    {
    case 0:
        Finish(ReadMessageList(input, log), log);
        break;
    case 1:
        Finish(ReadGoalText(input, log), log);
        break;
    case 2:
        Finish(ReadGoalBinary(input, log), log);
        break;
    case 3:
    case 4:
        ReadChakra(data[0] % 9 == 4, input, log);
        break;
    case 5:
        ReadGroupFile(input, log);
        break;
    case 6:
        ReadKineto(input, log);
        break;
    case 7:
        ReadPyTorchCalls(input, log);
        break;
    default:
        TraceImporter::DetectFormat(content);
        break;
    }
    return 0;
}
