/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// How fast Chakra execution traces are read, and how much memory that takes: a file of 1 GB whose
// nodes are as large as those of a real trace (813 bytes: MLCommons' chakra.0.et, ResNet-50 on two
// accelerators, has 2,978,371 bytes for 3,664 nodes), and one of bare nodes. Each is written by the
// writer of this project in a process of its own, so that its memory does not count, and then read,
// checked and made a job, as replay does.

#include "ns3/fabric-time.h"
#include "ns3/workload-chakra-writer.h"
#include "ns3/workload-trace-importer.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
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

/** @return whether another process did the same */
bool
WriteTraceElsewhere(const std::string& path, uint32_t nNodes, std::size_t nameSize)
{
    const pid_t child = fork();
    if (child == 0)
    {
        _exit(WriteTrace(path, nNodes, nameSize) ? 0 : 1);
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

/** Write and read one file. @return MB/s, or 0 if it was not read */
double
Measure(const std::string& what, uint32_t nNodes, std::size_t nameSize)
{
    const std::string path = "trace.0.et";
    if (!WriteTraceElsewhere(path, nNodes, nameSize))
    {
        return 0;
    }
    const double megabytes = static_cast<double>(std::filesystem::file_size(path)) / 1e6;
    const double start = ReadProcessorSeconds();
    const auto trace = TraceImporter::Import(path, TraceOptions());
    const double seconds = ReadProcessorSeconds() - start;
    std::filesystem::remove(path);
    const bool isWhole = trace.job && trace.job->ranks[0].graph->GetN() == nNodes;
    std::cout << what << ": " << megabytes << " MB, " << nNodes << " nodes, " << seconds
              << " s, peak " << ReadPeakMegabytes() << " MB\n";
    return isWhole ? megabytes / seconds : 0;
}

} // namespace

int
main()
{
    fabric::UsePicoseconds();
    constexpr uint32_t nNodes = 1'232'000;
    constexpr std::size_t nameSize = 745;
    const double small = Measure("bare nodes", 1'000'000, 0);
    std::cout << "figure\tET of bare nodes, MB/s\t50\t" << small << "\t-\n";
    const double bareMegabytes = ReadPeakMegabytes();
    const double large = Measure("nodes as in a real trace", nNodes, nameSize);
    const double megabytes = ReadPeakMegabytes();
    std::cout << "figure\tET of 1 GB, MB/s\t50\t" << large << "\t>=\n";
    std::cout << "figure\tpeak memory for 1 M bare nodes, MB\t0\t" << bareMegabytes << "\t-\n";
    std::cout << "figure\tpeak memory for 1 GB, MB\t1000\t" << megabytes << "\t<=\n";
    return large > 0 ? 0 : 1;
}
