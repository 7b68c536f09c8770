/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Replays a trace of a job on a simulated cluster, packet by packet: what the ranks compute takes
// the time that the trace says, what they communicate is simulated.

#include "ns3/cluster-topology-reader.h"
#include "ns3/cluster-topology-spec.h"
#include "ns3/experiment-astra-sim-files.h"
#include "ns3/experiment-file.h"
#include "ns3/experiment-job-export.h"
#include "ns3/experiment-kineto-writer.h"
#include "ns3/experiment-network-stack.h"
#include "ns3/experiment-program-options.h"
#include "ns3/experiment-replay-run.h"
#include "ns3/experiment-result-store.h"
#include "ns3/experiment-stack-check.h"
#include "ns3/experiment-stack-fit.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/workload-job-scaling.h"
#include "ns3/workload-trace-importer.h"

#include <iostream>
#include <memory>
#include <numeric>
#include <sstream>

using namespace ns3;
using namespace ns3::experiment;

namespace
{

/// What a trace runs on if the user does not say.
constexpr const char* DEFAULT_TOPOLOGY = "leaf-spine:leaves=2,spines=4,hosts=4";

/** What the user may choose besides the plan. */
struct Settings
{
    workload::TraceOptions trace; ///< how the trace is read
    uint32_t replicas{1};         ///< how many times as many ranks
    std::string dataGroups;       ///< names of groups between commas
    bool check{false};            ///< only say what is found in the trace
    bool volumes{false};          ///< only say what ranks move
    bool allowSenseless{false};   ///< see NetworkStack
    JobExport jobExport;          ///< what other formats the trace is written in
    std::string astraSystem;      ///< system file of ASTRA-sim, or empty
    std::string timeline;         ///< file for a timeline of all ranks, or empty
    std::string kineto;           ///< directory for a file of each rank, or empty
};

/** Options of Chakra traces. */
void
AddChakraOptions(ProgramOptions& options, workload::TraceOptions& trace)
{
    options.AddText("groups", "Chakra: file of groups, {\"1\": [0, 1], ...}", trace.groupFile);
    options.AddChoice("producer",
                      "Chakra: who wrote the trace, which decides what its sizes mean: astra-sim "
                      "(bytes; of an all-gather what a rank contributes), stg (the same in "
                      "elements), pytorch, text (bytes of the whole tensor)",
                      trace.chakra.producer,
                      {"auto", "astra-sim", "stg", "pytorch", "text"});
    options.AddInteger("elementBytes",
                       "Chakra, --producer=stg: bytes of an element",
                       trace.chakra.elementBytes,
                       1U,
                       16U);
    options.AddReal("peakFlops",
                    "Chakra: operations/s of computations that say operations and no time; 0: they "
                    "take no time",
                    trace.chakra.peakFlops,
                    0,
                    1e21);
    options.AddReal("memoryRate",
                    "Chakra: bytes/s of the accelerator's memory for these; 0: bytes take no time",
                    trace.chakra.memoryRate,
                    0,
                    1e18);
}

/** Print what was found in the trace. @param all whether notes and warnings too */
void
PrintFindings(const std::vector<workload::Finding>& findings, bool all, std::ostream& out)
{
    for (const auto& finding : findings)
    {
        if (all || finding.severity == workload::Finding::ERROR)
        {
            out << finding << "\n";
        }
    }
}

/** @return exit code; EXIT_OK if the graph of the plan is good */
int
ReadTopology(ReplayPlan& plan)
{
    std::vector<cluster::TopologyError> errors;
    std::string topology = plan.topology;
    if (IsAstraSimNetwork(topology))
    {
        Diagnostics diagnostics;
        topology = ReadAstraSimNetwork(topology, diagnostics);
        diagnostics.PrintNotes(std::cerr);
        if (topology.empty())
        {
            diagnostics.Print(std::cerr);
            return EXIT_BAD_INPUT;
        }
    }
    const bool isSpec = cluster::IsTopologySpec(topology);
    auto graph = isSpec ? cluster::GenerateTopology(topology, errors)
                        : cluster::TopologyReader::ReadFile(topology, errors);
    for (const auto& error : errors)
    {
        std::cerr << error.Format(isSpec ? "--topology" : plan.topology) << "\n";
    }
    if (!graph)
    {
        return EXIT_BAD_INPUT;
    }
    plan.graph = std::move(*graph);
    return EXIT_OK;
}

/** Give the job the replicas that the user wants. @return exit code */
int
Scale(const ProgramOptions& options, ReplayPlan& plan, const Settings& settings)
{
    if (!plan.trace.job || (settings.replicas == 1 && settings.dataGroups.empty()))
    {
        return EXIT_OK;
    }
    workload::ScalingOptions scaling;
    scaling.replicas = settings.replicas;
    std::istringstream names(settings.dataGroups);
    for (std::string name; std::getline(names, name, ',');)
    {
        scaling.dataGroups.push_back(name);
    }
    auto scaled = std::make_shared<workload::JobGraph>();
    const std::string error = workload::ScaleJob(*plan.trace.job, scaling, *scaled);
    if (!error.empty())
    {
        return options.Complain("--replicas: " + error);
    }
    plan.trace.job = scaled;
    return EXIT_OK;
}

/** Write the job in other formats. @return exit code */
int
Export(const ProgramOptions& options, ReplayPlan& plan, const Settings& settings)
{
    // Which ranks share a server says the topology, if there is one: it decides the rings.
    const auto& job = *plan.trace.job;
    std::vector<uint32_t> domains(job.ranks.size());
    std::iota(domains.begin(), domains.end(), 0);
    if (plan.topology != DEFAULT_TOPOLOGY)
    {
        if (const int exitCode = ReadTopology(plan); exitCode != EXIT_OK)
        {
            return exitCode;
        }
        const auto accelerators = plan.graph.GetAccelerators();
        if (job.ranks.size() > accelerators.size())
        {
            return options.Complain("the trace has " + std::to_string(job.ranks.size()) +
                                    " ranks, but the topology only " +
                                    std::to_string(accelerators.size()) + " accelerators");
        }
        for (std::size_t rank = 0; rank < domains.size(); ++rank)
        {
            domains[rank] = accelerators[rank].server;
        }
    }
    const auto engine = CreateObject<collective::CollectiveEngine>();
    std::string error = engine->CheckAlgorithms();
    if (!error.empty())
    {
        return options.Complain(error);
    }
    const int exitCode = settings.jobExport.Write(job, domains, engine, error);
    if (exitCode != EXIT_OK)
    {
        options.Complain(error);
    }
    return exitCode;
}

/** Say what is found in the trace, and what it moves. @return exit code */
int
Check(const ProgramOptions& options, ReplayPlan& plan, const Settings& settings)
{
    const auto& trace = plan.trace;
    PrintFindings(trace.findings, true, trace.job ? std::cout : std::cerr);
    if (!trace.job)
    {
        return EXIT_BAD_INPUT;
    }
    uint64_t nOperations = 0;
    for (const auto& rank : trace.job->ranks)
    {
        nOperations += rank.graph->GetN();
    }
    std::cout << plan.traceSource << ": " << trace.format << ", " << trace.files.size()
              << (trace.files.size() == 1 ? " file, " : " files, ") << trace.job->ranks.size()
              << " ranks, " << trace.job->groups.size() << " groups, " << nOperations
              << " operations, " << trace.findings.size() << " findings; it can be replayed\n";
    if (settings.volumes)
    {
        PrintVolumes(*trace.job, std::cout);
    }
    return settings.jobExport.IsWanted() ? Export(options, plan, settings)
                                         : static_cast<int>(EXIT_OK);
}

/** Do what a system file of ASTRA-sim says. @return exit code */
int
ApplyAstraSystem(Settings& settings)
{
    if (settings.astraSystem.empty())
    {
        return EXIT_OK;
    }
    Diagnostics diagnostics;
    const auto system = ReadAstraSimSystem(settings.astraSystem, diagnostics);
    diagnostics.PrintNotes(std::cerr);
    if (!diagnostics.IsEmpty())
    {
        diagnostics.Print(std::cerr);
        return EXIT_BAD_INPUT;
    }
    ApplySettings(system.settings);
    auto& chakra = settings.trace.chakra;
    chakra.peakFlops = chakra.peakFlops > 0 ? chakra.peakFlops : system.peakFlops;
    chakra.memoryRate = chakra.memoryRate > 0 ? chakra.memoryRate : system.memoryRate;
    return EXIT_OK;
}

/** @return the description of a run that goes into the database */
RunRow
DescribeRun(const ProgramOptions& options, const ReplayPlan& plan)
{
    RunRow row;
    row.program = options.GetProgram();
    row.name = plan.traceSource + " on " + plan.topology;
    for (const auto& argument : options.GetArguments())
    {
        row.arguments += (row.arguments.empty() ? "" : " ") + argument;
    }
    row.configuration = plan.ToJson();
    row.seed = plan.seed;
    row.rngRun = options.GetRngRun();
    return row;
}

/** Write what was recorded. @return whether nothing failed */
bool
WriteTimelines(const ProgramOptions& options,
               const Settings& settings,
               const Timeline& timeline,
               std::size_t nRanks)
{
    std::string error;
    bool good = true;
    const auto write = [&](const std::string& path, const std::string& content)
    {
        if (!WriteWholeFile(path, content, error))
        {
            options.Complain(path + ": " + error);
            good = false;
        }
    };
    if (!settings.timeline.empty())
    {
        std::ostringstream out;
        timeline.WriteTraceEvents(out);
        write(settings.timeline, out.str());
    }
    for (uint32_t rank = 0; rank < nRanks && good && !settings.kineto.empty(); ++rank)
    {
        std::ostringstream out;
        WriteKineto(timeline.GetJob(0), rank, out);
        write(settings.kineto + "/rank" + std::to_string(rank) + ".json", out.str());
    }
    return good;
}

/** Run a plan. @return exit code */
int
RunReplay(const ProgramOptions& options,
          const ReplayPlan& plan,
          const NetworkStack& stack,
          const Settings& settings)
{
    ReplayRun run(plan);
    const std::string problem = run.Build(stack);
    if (!problem.empty())
    {
        return options.Complain(problem);
    }
    for (const auto& doubt :
         options.IsQuiet() ? std::vector<std::string>() : FindStackDoubts(stack))
    {
        std::cerr << "replay: warning: " << doubt << "\n";
    }
    const std::string& directory = options.GetOutputDirectory();
    std::string error;
    if (!directory.empty() && !MakeDirectory(directory, error))
    {
        return options.Complain("--output: " + directory + ": " + error);
    }
    if (!settings.kineto.empty() && !MakeDirectory(settings.kineto, error))
    {
        return options.Complain("--kineto: " + settings.kineto + ": " + error);
    }
    const std::string database = directory.empty() ? "" : directory + "/results.sqlite";
    ResultStore store(database.empty() ? ":memory:" : database);
    store.BeginRun(DescribeRun(options, plan));
    std::unique_ptr<Timeline> timeline;
    if (!settings.timeline.empty() || !settings.kineto.empty())
    {
        timeline = std::make_unique<Timeline>(run.GetCluster());
        timeline->AddJob("", run.GetReplay());
    }
    run.Run(store, options.IsQuiet(), timeline.get());
    ReplaySummary& summary = run.GetSummary();
    summary.database = database;
    summary.Print(plan, std::cout);
    bool written = options.WriteJson(summary.ToJson(plan));
    if (timeline)
    {
        written =
            WriteTimelines(options, settings, *timeline, plan.trace.job->ranks.size()) && written;
    }
    return written ? run.GetExitCode() : static_cast<int>(EXIT_FAILED);
}

} // namespace

int
main(int argc, char* argv[])
{
    fabric::UsePicoseconds();
    ProgramOptions options("replay",
                           "Replays a trace of a job on a cluster: computations take the time of "
                           "the trace, communication is simulated packet by packet.");
    ReplayPlan plan;
    plan.topology = DEFAULT_TOPOLOGY;
    plan.stack = "rocev2-dcqcn";
    Settings settings;
    options.AddText("trace",
                    "the trace: a file, a directory, a tar archive (with :PATTERN for some of its "
                    "files), a pattern, or what the names of its files begin with; all may be "
                    "compressed with gzip",
                    plan.traceSource);
    options.AddChoice("format",
                      "format of the trace",
                      settings.trace.format,
                      workload::TraceImporter::GetFormats());
    options.AddText("topology",
                    "cluster: GENERATOR:key=value,..., a topology.txt of the HPCC family or SimAI, "
                    "or a network file of ASTRA-sim (.yml, .yaml, .json)",
                    plan.topology);
    options.AddChoice("stack", "network stack", plan.stack, NetworkStack::GetNames());
    options.AddFlag("allowSenseless", NetworkStack::GetSenselessHelp(), settings.allowSenseless);
    options.AddInteger("steps", "times to run the trace, one after the other", plan.steps, 1U);
    options.AddFlag("check",
                    "only read the trace and say what is found in it, and what would be done",
                    settings.check);
    options.AddFlag(
        "volumes", "as --check, and print the bytes that each rank moves", settings.volumes);
    options.AddInteger("ranks",
                       "ranks of an AICB workload that does not say how many (0: one on each "
                       "accelerator of the cluster); of a trace of one rank: make so many that do "
                       "the same",
                       settings.trace.nRanks,
                       0U,
                       1U << 17);
    options.AddInteger("replicas",
                       "make the job so many times larger by data-parallel replicas",
                       settings.replicas,
                       1U,
                       1U << 17);
    options.AddText("dataGroups",
                    "names of the groups that are data parallel, between commas, for --replicas; "
                    "AICB's are known",
                    settings.dataGroups);
    options.AddFlag("repairSequenceParallel",
                    "give a backward Reduce-Scatter of 0 bytes in an AICB workload the size of its "
                    "row's forward All-Gather",
                    settings.trace.repairSequenceParallel);
    options.AddText("et",
                    "Kineto: PyTorch execution traces of the ranks, in the same order, for sizes "
                    "that the Kineto traces do not have",
                    settings.trace.executionTraces);
    AddChakraOptions(options, settings.trace);
    options.AddText("astraSystem",
                    "system file of ASTRA-sim: algorithms of collectives, delay of an endpoint, "
                    "roofline",
                    settings.astraSystem);
    settings.jobExport.AddOptions(options);
    options.AddText("timeline",
                    "file for a timeline of ranks, streams, communication and network counters, to "
                    "be opened with ui.perfetto.dev",
                    settings.timeline);
    options.AddText("kineto",
                    "directory for a timeline of each rank as the PyTorch profiler writes it "
                    "(rank0.json, ...)",
                    settings.kineto);
    options.AddHelpText(workload::TraceImporter::GetHelpText());
    options.AddHelpText(cluster::GetTopologyHelp());
    options.AddHelpText(NetworkStack::GetHelpText());
    options.AddHelpText("Exit codes: 0 complete, 1 failed, 2 bad input, 130 interrupted.\n");
    if (const auto exitCode = options.Parse(argc, argv))
    {
        return *exitCode;
    }
    if (plan.traceSource.empty())
    {
        return options.Complain("--trace=PATH is missing: the trace to replay");
    }
    plan.seed = options.GetSeed().value_or(plan.seed);
    RngSeedManager::SetSeed(plan.seed);
    NetworkStack stack = *NetworkStack::Find(plan.stack);
    stack.allowSenseless = settings.allowSenseless;
    stack.Apply();
    if (const int exitCode = ApplyAstraSystem(settings); exitCode != EXIT_OK)
    {
        return exitCode;
    }
    options.ApplyNs3Values(); // the command line wins over the stack and the system file
    const bool isCheck = settings.check || settings.volumes || settings.jobExport.IsWanted();
    if (const int exitCode = isCheck ? EXIT_OK : ReadTopology(plan); exitCode != EXIT_OK)
    {
        return exitCode;
    }
    ApplySettings(FitStack(stack, plan.graph));
    options.ApplyNs3Values();
    settings.trace.nAccelerators = isCheck ? 0 : plan.graph.GetNAccelerators();
    plan.trace = workload::TraceImporter::Import(plan.traceSource, settings.trace);
    if (const int exitCode = Scale(options, plan, settings); exitCode != EXIT_OK)
    {
        return exitCode;
    }
    if (isCheck)
    {
        return Check(options, plan, settings);
    }
    PrintFindings(plan.trace.findings, !options.IsQuiet(), std::cerr);
    if (!plan.trace.job)
    {
        return EXIT_BAD_INPUT;
    }
    try
    {
        return RunReplay(options, plan, stack, settings);
    }
    catch (const DatabaseError& error)
    {
        options.Complain(error.what());
        return EXIT_FAILED;
    }
}
