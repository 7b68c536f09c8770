/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-job-export.h"

#include "experiment-file.h"

#include "ns3/workload-chakra-writer.h"
#include "ns3/workload-collective-expansion.h"
#include "ns3/workload-goal-writer.h"

#include <sstream>

namespace ns3::experiment
{

namespace
{

/** @return whether a text ends with another one */
bool
EndsWith(const std::string& text, const std::string& end)
{
    return text.size() >= end.size() &&
           text.compare(text.size() - end.size(), std::string::npos, end) == 0;
}

/** Write one file for each rank, and one of the groups. @return exit code */
int
WriteChakra(const workload::JobGraph& job, const std::string& directory, std::string& error)
{
    error = workload::CheckChakraExport(job);
    if (!error.empty() || !MakeDirectory(directory, error))
    {
        return EXIT_BAD_INPUT;
    }
    for (uint32_t rank = 0; rank < job.ranks.size(); ++rank)
    {
        std::ostringstream out;
        workload::WriteChakraRank(job, rank, out);
        const std::string path = directory + "/chakra." + std::to_string(rank) + ".et";
        if (!WriteWholeFile(path, out.str(), error))
        {
            return EXIT_FAILED;
        }
    }
    std::ostringstream groups;
    workload::WriteChakraGroups(job, groups);
    return WriteWholeFile(directory + "/groups.json", groups.str(), error) ? EXIT_OK : EXIT_FAILED;
}

/** Write one file. @return exit code */
int
WriteGoal(const workload::JobGraph& job, const std::string& path, std::string& error)
{
    error = workload::CheckGoalExport(job);
    if (!error.empty())
    {
        return EXIT_BAD_INPUT;
    }
    std::ostringstream out;
    const bool isBinary = EndsWith(path, ".bin") || EndsWith(path, ".goalbin");
    (isBinary ? workload::WriteGoalBinary : workload::WriteGoalText)(job, out);
    return WriteWholeFile(path, out.str(), error) ? EXIT_OK : EXIT_FAILED;
}

} // namespace

void
JobExport::AddOptions(ProgramOptions& options)
{
    options.AddText("chakra",
                    "run nothing, but write the job into this directory as Chakra execution traces "
                    "(chakra.0.et, ...) and groups.json, for ASTRA-sim; collectives that it does "
                    "not have are spelled out as messages",
                    m_chakra);
    options.AddText("goal",
                    "run nothing, but write the job into this file as GOAL, for LogGOPSim and "
                    "ATLAHS: binary if its name ends in .bin or .goalbin, else text; collectives "
                    "are spelled out as messages",
                    m_goal);
}

bool
JobExport::IsWanted() const
{
    return !m_chakra.empty() || !m_goal.empty();
}

int
JobExport::Write(const workload::JobGraph& job,
                 const std::vector<uint32_t>& domains,
                 Ptr<const collective::CollectiveEngine> engine,
                 std::string& error) const
{
    using collective::CollectiveType;
    int exitCode = EXIT_OK;
    const auto write =
        [&](const std::string& path,
            const workload::CollectiveExpansion& expansion,
            int (*writer)(const workload::JobGraph&, const std::string&, std::string&))
    {
        if (path.empty() || exitCode != EXIT_OK)
        {
            return;
        }
        workload::JobGraph expanded;
        error = expansion.Expand(job, expanded);
        exitCode = error.empty() ? writer(expanded, path, error) : static_cast<int>(EXIT_BAD_INPUT);
        error = exitCode == EXIT_OK ? "" : path + ": " + error;
    };
    workload::CollectiveExpansion some(engine, domains);
    // What ASTRA-sim refuses, or does without the network.
    some.SetTypes({CollectiveType::BROADCAST,
                   CollectiveType::REDUCE,
                   CollectiveType::BARRIER,
                   CollectiveType::ALL_TO_ALL_V});
    write(m_chakra, some, WriteChakra);
    write(m_goal, workload::CollectiveExpansion(engine, domains), WriteGoal);
    return exitCode;
}

} // namespace ns3::experiment
