/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Simulates training steps of a large model on a cluster, as a scenario file describes them, and
// says how long a step takes, what share of the hardware it uses, and how the network fared.

#include "ns3/experiment-file.h"
#include "ns3/experiment-job-export.h"
#include "ns3/experiment-network-stack.h"
#include "ns3/experiment-program-options.h"
#include "ns3/experiment-result-store.h"
#include "ns3/experiment-scenario.h"
#include "ns3/experiment-training-run.h"

#include <iostream>
#include <sstream>

using namespace ns3;
using namespace ns3::experiment;

namespace
{

/** What the user may want besides the results. */
struct Extras
{
    JobExport jobExport;  ///< the job in other formats, instead of a run
    std::string timeline; ///< file for a timeline of all ranks, or empty
};

/** @return the description of a run that goes into the database */
RunRow
DescribeRun(const ProgramOptions& options, const Scenario& scenario)
{
    RunRow row;
    row.program = options.GetProgram();
    row.name = scenario.name;
    for (const auto& argument : options.GetArguments())
    {
        row.arguments += (row.arguments.empty() ? "" : " ") + argument;
    }
    row.configuration = scenario.ToJson();
    row.seed = scenario.seed;
    row.rngRun = options.GetRngRun();
    return row;
}

/** Write the job in other formats. @return exit code */
int
Export(const ProgramOptions& options, const TrainingRun& run, const JobExport& jobExport)
{
    if (run.GetNJobs() > 1)
    {
        return options.Complain("several jobs cannot be exported: expected a scenario with one");
    }
    std::string error;
    const int exitCode = run.Export(jobExport, error);
    if (exitCode != EXIT_OK)
    {
        options.Complain(error);
    }
    return exitCode;
}

/** Run a scenario. @return exit code */
int
Train(const ProgramOptions& options,
      const Scenario& scenario,
      const Extras& extras,
      Diagnostics& diagnostics)
{
    TrainingRun run(scenario);
    options.ApplyNs3Values(); // the fit of the stack to the network looks at them
    run.ApplyDefaults();
    options.ApplyNs3Values(); // the command line wins over the scenario
    if (!run.Build(diagnostics))
    {
        diagnostics.Print(std::cerr);
        return EXIT_BAD_INPUT;
    }
    if (!options.IsQuiet())
    {
        diagnostics.PrintNotes(std::cerr);
    }
    if (extras.jobExport.IsWanted())
    {
        return Export(options, run, extras.jobExport);
    }
    const std::string& directory = options.GetOutputDirectory();
    std::string error;
    if (!directory.empty() && !MakeDirectory(directory, error))
    {
        return options.Complain("--output: " + directory + ": " + error);
    }
    const std::string database = directory.empty() ? "" : directory + "/results.sqlite";
    ResultStore store(database.empty() ? ":memory:" : database);
    store.BeginRun(DescribeRun(options, scenario));
    const auto timeline = extras.timeline.empty() ? nullptr : run.MakeTimeline();
    run.Run(store, options.IsQuiet(), timeline.get());
    TrainingSummary summary = run.GetSummary();
    summary.database = database;
    summary.Print(scenario, std::cout);
    bool written = options.WriteJson(summary.ToJson(scenario));
    if (timeline)
    {
        std::ostringstream out;
        timeline->WriteTraceEvents(out);
        if (!WriteWholeFile(extras.timeline, out.str(), error))
        {
            options.Complain("--timeline: " + extras.timeline + ": " + error);
            written = false;
        }
    }
    return written ? run.GetExitCode() : static_cast<int>(EXIT_FAILED);
}

} // namespace

int
main(int argc, char* argv[])
{
    ProgramOptions options("train",
                           "Simulates training steps of a large model on a cluster, packet by "
                           "packet, and prints step time, MFU, communication and network health.");
    std::string file;
    options.AddArgument("SCENARIO", "a scenario file: see docs/scenario-reference.md", file);
    Extras extras;
    options.AddText("timeline",
                    "file for a timeline of ranks, steps, streams, communication and network "
                    "counters, to be opened with ui.perfetto.dev",
                    extras.timeline);
    extras.jobExport.AddOptions(options);
    options.AddPrinter(
        "reference", "print the reference of scenario files (Markdown)", WriteScenarioReference);
    options.AddHelpText(NetworkStack::GetHelpText());
    options.AddHelpText("Exit codes: 0 complete, 1 failed, 2 bad input, 130 interrupted.\n");
    if (const auto exitCode = options.Parse(argc, argv))
    {
        return *exitCode;
    }
    Diagnostics diagnostics;
    auto scenario = ReadScenario(file, diagnostics);
    if (!scenario)
    {
        diagnostics.Print(std::cerr);
        return EXIT_BAD_INPUT;
    }
    scenario->seed = options.GetSeed().value_or(scenario->seed);
    try
    {
        return Train(options, *scenario, extras, diagnostics);
    }
    catch (const DatabaseError& error)
    {
        options.Complain(error.what());
        return EXIT_FAILED;
    }
}
