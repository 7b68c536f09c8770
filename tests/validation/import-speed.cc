/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// How fast traces are read, and how much memory that takes. Files of 1 GB:
//
// - a Chakra execution trace whose nodes are as large as those of a real one (813 bytes: MLCommons'
//   chakra.0.et, ResNet-50 on two accelerators, has 2,978,371 bytes for 3,664 nodes),
// - a Kineto trace with the events of a real one (DLRM on eight V100: 282 bytes each, and of eleven
//   one is a kernel and two are calls of CUDA; the rest are operators of the host and arrows),
// - GOAL as text, of computations with a dependency each (35 bytes of text for an operation, which
// is
//   why its memory is told per operation);
//
// and a smaller Chakra trace of bare nodes. Each is written in a process of its own and read in
// another one, so that their memories do not mix; then checked and made a job, as replay does.
// Times are processor time.

#include "ns3/fabric-time.h"
#include "ns3/workload-chakra-writer.h"
#include "ns3/workload-trace-importer.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace ns3;
using namespace ns3::workload;

namespace
{

/** Write a trace of one rank. @param nameSize length of the names @return whether it was written */
bool
WriteTrace(const std::string& path, uint32_t nNodes, std::size_t nameSize)
{
    constexpr uint32_t nNames = 1000;
    constexpr uint16_t nStreams = 4;
    auto graph = std::make_shared<OperationGraph>(StreamOrder::AS_READY);
    for (uint32_t i = 0; i < nNodes; ++i)
    {
        std::string name = "kernel " + std::to_string(i % nNames);
        name.resize(std::max(name.size(), nameSize), 'x');
        graph->AddCompute(name, static_cast<uint16_t>(i % nStreams), 1'000'000 + i % nNames);
        for (const uint32_t distance : {1U, 7U})
        {
            if (i >= distance)
            {
                graph->AddDependency(i, i - distance);
            }
        }
    }
    graph->Seal();
    JobGraph job;
    job.ranks.push_back({graph, {}, {}});
    std::ofstream out(path, std::ios::binary);
    WriteChakraRank(job, 0, out);
    return bool(out.flush());
}

/** Write a Kineto trace of one rank. @return whether it was written */
bool
WriteKineto(const std::string& path, uint32_t nKernels)
{
    std::ofstream out(path, std::ios::binary);
    out << "{\n  \"schemaVersion\": 1,\n  \"traceEvents\": [\n";
    const std::string kernel =
        "void at::native::vectorized_elementwise_kernel<4, at::native::addcmul_cuda_kernel("
        "at::TensorIteratorBase&, c10::Scalar const&)::{lambda()#2}::operator()() const::"
        "{lambda()#7}::operator()() const::{lambda(float, float, float)#1}, at::detail::Array<"
        "char*, 4> >(int, at::native::addcmul_cuda_kernel(at::TensorIteratorBase&)";
    uint64_t now = 1694128201435377;
    for (uint32_t i = 0; i < nKernels; ++i, now += 50)
    {
        const auto event = [&](const char* category,
                               const std::string& name,
                               uint32_t tid,
                               uint64_t at) -> std::ostream&
        {
            return out << (i == 0 && at == now ? "" : ",\n")
                       << "  {\n    \"ph\": \"X\", \"cat\": \"" << category << "\", \"name\": \""
                       << name << "\", \"pid\": 59814, \"tid\": " << tid << ",\n    \"ts\": " << at
                       << ", \"dur\": 3,\n    \"args\": {\n      "
                       << "\"External id\": " << i;
        };
        for (uint64_t j = 0; j < 5; ++j)
        {
            event("cpu_op", "autograd::engine::evaluate_function: SumBackward1", 59994, now + j)
                << ",\"Ev Idx\": " << i
                << ", \"Fwd thread id\": 1, \"Sequence number\": 519, \"Input Dims\": [[2048, 64], "
                   "[2048, 64], []], \"Input type\": [\"float\", \"float\", \"Scalar\"]\n    }\n  "
                   "}";
        }
        event("cuda_runtime", "cudaPointerGetAttributes", 59814, now + 5)
            << ", \"cbid\": 151, \"correlation\": 0\n    }\n  }";
        event("cuda_runtime", "cudaLaunchKernel", 59814, now + 6)
            << ", \"cbid\": 211, \"correlation\": " << i + 1 << "\n    }\n  }";
        event("kernel", kernel, 7, now + 20)
            << ", \"queued\": 0, \"device\": 3, \"context\": 1, \"stream\": 7, \"correlation\": "
            << i + 1
            << ", \"registers per thread\": 25, \"shared memory\": 0, \"blocks per SM\": 0.0125, "
               "\"warps per SM\": 0.05, \"grid\": [1, 1, 1], \"block\": [128, 1, 1]\n    }\n  }";
        for (const char* phase : {"s", "f", "s"})
        {
            out << ",\n  {\n    \"ph\": \"" << phase << "\", \"id\": " << i
                << ", \"pid\": 3, \"tid\": 7, \"ts\": " << now
                << ",\n    \"cat\": \"ac2g\", \"name\": \"ac2g\"\n  }";
        }
    }
    out << "\n]}\n";
    return bool(out.flush());
}

/** Write GOAL. @return whether it was written */
bool
WriteGoal(const std::string& path, uint32_t nOperations)
{
    std::ofstream out(path, std::ios::binary);
    out << "num_ranks 1\nrank 0 {\n";
    for (uint32_t i = 1; i <= nOperations; ++i)
    {
        out << "l" << i << ": calc " << 1000 + i % 1000 << " cpu 0\n";
        if (i > 1)
        {
            out << "l" << i << " requires l" << i - 1 << "\n";
        }
    }
    out << "}\n";
    return bool(out.flush());
}

/** @return whether a function returned true in another process */
bool
DoElsewhere(const std::function<bool()>& work)
{
    std::cout << std::flush;
    const pid_t child = fork();
    if (child == 0)
    {
        const bool isGood = work();
        std::cout << std::flush;
        _exit(isGood ? 0 : 1);
    }
    int status = 1;
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

/** @return largest resident memory of this process so far, MB */
double
ReadPeakMegabytes()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) * 1024 / 1e6;
}

/** @return processor time of this process, s: other load does not count */
double
ReadProcessorSeconds()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time)
    { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/**
 * Write and read a file, and print what that took.
 *
 * @param what what the file is
 * @param path its name
 * @param write writes it
 * @param nOperations operations that the job must have
 * @param isJudged whether 50 MB/s are asked for
 * @param memory MB that it may take; 0: told
 * @return whether it was read
 */
bool
Measure(const std::string& what,
        const std::string& path,
        const std::function<bool(const std::string&)>& write,
        uint32_t nOperations,
        bool isJudged,
        double memory)
{
    const auto read = [&]()
    {
        const double megabytes = static_cast<double>(std::filesystem::file_size(path)) / 1e6;
        const double before = ReadPeakMegabytes();
        const double start = ReadProcessorSeconds();
        const auto trace = TraceImporter::Import(path, TraceOptions());
        const double seconds = ReadProcessorSeconds() - start;
        for (const auto& finding : trace.findings)
        {
            std::cout << finding.line << ": " << finding.message << "\n";
        }
        const uint32_t n = trace.job ? trace.job->ranks[0].graph->GetN() : 0;
        const double peak = ReadPeakMegabytes() - before;
        std::cout << what << ": " << megabytes << " MB, " << n << " operations, " << seconds
                  << " s, " << peak * 1e6 / nOperations << " bytes of memory for an operation\n"
                  << "figure\t" << what << ", MB/s\t50\t" << megabytes / seconds << "\t"
                  << (isJudged ? ">=" : "-") << "\n"
                  << "figure\t" << what << ", peak memory, MB\t" << memory << "\t" << peak << "\t"
                  << (memory > 0 ? "<=" : "-") << "\n";
        return n >= nOperations;
    };
    const bool isGood = DoElsewhere([&]() { return write(path); }) && DoElsewhere(read);
    std::filesystem::remove(path);
    return isGood;
}

} // namespace

int
main()
{
    fabric::UsePicoseconds();
    constexpr uint32_t bare = 1'000'000;
    constexpr uint32_t real = 1'232'000;
    constexpr std::size_t nameSize = 745;
    constexpr uint32_t kernels = 325'000;
    constexpr uint32_t calcs = 24'000'000;
    bool isGood = Measure(
        "ET of bare nodes",
        "trace.0.et",
        [](const auto& path) { return WriteTrace(path, bare, 0); },
        bare,
        false,
        0);
    isGood &= Measure(
        "ET of 1 GB",
        "trace.0.et",
        [](const auto& path) { return WriteTrace(path, real, nameSize); },
        real,
        true,
        1000);
    isGood &= Measure(
        "Kineto of 1 GB",
        "trace.json",
        [](const auto& path) { return WriteKineto(path, kernels); },
        kernels,
        true,
        1000);
    isGood &= Measure(
        "GOAL text of 1 GB",
        "trace.goal",
        [](const auto& path) { return WriteGoal(path, calcs); },
        calcs,
        true,
        0);
    return isGood ? 0 : 1;
}
