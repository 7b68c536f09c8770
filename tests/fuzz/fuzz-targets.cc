/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fuzz-targets.h"

#include "ns3/cluster-topology-reader.h"
#include "ns3/collective-msccl-program.h"
#include "ns3/collective-msccl-schedule.h"
#include "ns3/workload-aicb-job.h"
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

using namespace ns3::workload;

namespace
{

constexpr std::size_t FEW_RANKS = 256; // more take long and find no more

/** Check a trace and build its job, as TraceImporter does. */
void
Finish(Trace trace, FindingLog& log)
{
    if (log.HasError() || trace.ranks.size() > FEW_RANKS)
    {
        return;
    }
    CheckTrace(trace, log);
    if (!log.HasError() && !BuildTraceJob(trace).Check().empty())
    {
        __builtin_trap(); // a job was built that cannot run
    }
}

/** A file that may be compressed. */
class Input
{
  public:
    explicit Input(const std::string& content)
    {
        auto plain = std::make_unique<std::istringstream>(content);
        // The buffers of the other way are large: a waste for most inputs.
        const bool isCompressed = content.compare(0, 2, "\x1f\x8b") == 0;
        m_stream = isCompressed ? std::make_unique<InflatingStream>(std::move(plain))
                                : std::unique_ptr<std::istream>(std::move(plain));
        m_log.SetFile("fuzz");
    }

    std::istream& Stream()
    {
        return *m_stream;
    }

    FindingLog& Log()
    {
        return m_log;
    }

  private:
    std::unique_ptr<std::istream> m_stream; ///< its content
    FindingLog m_log;                       ///< what is found
};

void
ReadAicb(const std::string& content)
{
    std::istringstream input(content);
    std::vector<Finding> findings;
    const auto workload = AicbFile::Read(input, "fuzz", findings);
    if (!HasError(findings) && workload.allGpus <= FEW_RANKS)
    {
        const auto job = BuildAicbJob(workload, {workload.allGpus > 0 ? 0 : 16U, true}, findings);
        if (!HasError(findings) && !job.Check().empty())
        {
            __builtin_trap(); // a job was built that cannot run
        }
    }
}

void
ReadMessages(const std::string& content)
{
    Input input(content);
    Finish(ReadMessageList(input.Stream(), input.Log()), input.Log());
}

void
ReadText(const std::string& content)
{
    Input input(content);
    Finish(ReadGoalText(input.Stream(), input.Log()), input.Log());
}

void
ReadBinary(const std::string& content)
{
    Input input(content);
    Finish(ReadGoalBinary(input.Stream(), input.Log()), input.Log());
}

/** Read a file of one rank of two. */
template <bool IS_JSON>
void
ReadChakra(const std::string& content)
{
    Input input(content);
    ChakraOptions options;
    options.nRanks = 2;
    options.groups["1"] = {0, 1};
    ChakraImporter importer(options, input.Log());
    importer.BeginRank("fuzz", IS_JSON, 0);
    const auto take = [&importer](const ChakraNode& node) { return importer.Add(node); };
    (IS_JSON ? ReadChakraJson : ReadChakraBinary)(input.Stream(), input.Log(), take);
    importer.EndRank();
    Finish(importer.Finish(), input.Log());
}

void
ReadGroups(const std::string& content)
{
    Input input(content);
    ReadGroupFile(input.Stream(), input.Log());
}

/** Read the Kineto trace of one rank of two. */
void
ReadKineto(const std::string& content)
{
    Input input(content);
    KinetoFile kineto = KinetoFile::Read(input.Stream(), input.Log());
    if (input.Log().HasError())
    {
        return;
    }
    kineto.nRanks = 2;
    kineto.rank = 0;
    KinetoImporter importer(2, input.Log());
    importer.AddRank("fuzz", std::move(kineto), {});
    Finish(importer.Finish(), input.Log());
}

void
ReadCalls(const std::string& content)
{
    Input input(content);
    ReadPyTorchCalls(input.Stream(), input.Log());
}

void
Detect(const std::string& content)
{
    TraceImporter::DetectFormat(content);
}

void
ReadTopology(const std::string& content)
{
    std::istringstream input(content);
    std::vector<ns3::cluster::TopologyError> errors;
    ns3::cluster::TopologyReader::Read(input, errors);
}

/** @return whether the steps of a rank are what their ranges are */
bool
IsConsistent(const ns3::collective::MscclProgram& program, uint32_t rank)
{
    const ns3::collective::MscclSchedule schedule(program, rank, 8ULL * program.nChunks, 2);
    ns3::collective::Step step;
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
                return false;
            }
        }
    }
    return true;
}

void
ReadMsccl(const std::string& content)
{
    std::vector<ns3::collective::TextError> errors;
    const auto program = ns3::collective::MscclProgram::Read(content, errors);
    constexpr uint32_t fewChunks = 4096; // more take long and find no more
    uint64_t nChunks = 0;
    for (const auto& rank : program.ranks)
    {
        nChunks += rank.nChunks[0] + rank.nChunks[1] + rank.nChunks[2] + program.nChunks;
    }
    if (!errors.empty() || nChunks > fewChunks)
    {
        return;
    }
    program.Check(errors);
    for (uint32_t rank = 0; errors.empty() && rank < program.ranks.size(); ++rank)
    {
        if (!IsConsistent(program, rank))
        {
            __builtin_trap();
        }
    }
}

} // namespace

const std::vector<FuzzTarget>&
GetFuzzTargets()
{
    static const std::string traces = "tests/data/traces/";
    static const std::vector<std::string> numbers{
        "0", "1", "-1", "255", "65536", "4294967295", "18446744073709551615", "1e300", "nan"};
    static const std::vector<std::string> json{
        "{", "}", "[", "]", ",", ":", "\"", "\\u0000", "null", "true", "0", "-1", "1e999"};
    static const std::vector<FuzzTarget> targets{
        {"csv", ReadMessages, {traces + "relay.csv"}, numbers},
        {"goal-text",
         ReadText,
         {traces + "pair.goal"},
         {"calc", "send", "recv", "requires", "irequires", "tag", "cpu", "-1", "{", "}", "rank"}},
        {"goal-binary",
         ReadBinary,
         {traces + "pair.goalbin"},
         {std::string(4, '\0'), "\xff\xff\xff\xff", {"\x7f\x10\0\0\0\0\0\0", 8}}},
        {"chakra-binary",
         ReadChakra<false>,
         {traces + "chakra/pair.0.et", traces + "chakra/pair.1.et"},
         {"\x80\x80", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "comm_size", "pg_name"}},
        {"chakra-json", ReadChakra<true>, {"tests/fuzz/chakra.json"}, json},
        {"chakra-groups", ReadGroups, {traces + "chakra/groups.json"}, json},
        {"kineto", ReadKineto, {traces + "kineto/rank0.json", traces + "kineto/old0.json"}, json},
        {"pytorch-et", ReadCalls, {traces + "pytorch-et/et0.json"}, json},
        {"aicb",
         ReadAicb,
         {"tests/fuzz/small.aicb"},
         {"ALLREDUCE", "ALLTOALL_EP", "REDUCESCATTER", "NONE", "BROADCAST", "_DP_EP", "0", "-1"}},
        {"msccl",
         ReadMsccl,
         {"tests/data/msccl/all-reduce-ring-4.xml", "tests/data/msccl/wrong-data-4.xml"},
         {"<step s=\"0\"",
          "<tb id=\"0\"",
          "rrc",
          "nop",
          "depid=\"0\"",
          "-1",
          "0",
          "/>",
          ">",
          "\""}},
        {"topology",
         ReadTopology,
         {"tests/fuzz/hpcc.topology", "tests/fuzz/simai.topology"},
         numbers},
        {"detection", Detect, {traces + "pair.goal", traces + "kineto/rank0.json"}, json}};
    return targets;
}
