/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Runs the same flows on the same cluster under several network stacks, one after the other, and
// prints what each came to side by side.

#include "ns3/cluster-flow-spec.h"
#include "ns3/cluster-topology-spec.h"
#include "ns3/experiment-comparison.h"
#include "ns3/experiment-file.h"
#include "ns3/experiment-flow-plan-reader.h"
#include "ns3/experiment-flow-run.h"
#include "ns3/experiment-network-stack.h"
#include "ns3/experiment-program-options.h"
#include "ns3/experiment-result-store.h"
#include "ns3/experiment-stack-fit.h"
#include "ns3/experiment-suggestion.h"
#include "ns3/fabric-time.h"

#include <algorithm>
#include <iostream>
#include <set>

using namespace ns3;
using namespace ns3::experiment;

namespace
{

/**
 * Read the list of stacks.
 *
 * @param text names with commas between
 * @param [out] stacks the stacks
 * @return whether all is well; otherwise it was said what is wrong
 */
bool
ReadStacks(const std::string& text, std::vector<NetworkStack>& stacks)
{
    std::set<std::string> seen;
    for (std::size_t begin = 0; begin <= text.size();)
    {
        const std::size_t comma = std::min(text.find(',', begin), text.size());
        const std::string name = text.substr(begin, comma - begin);
        const auto stack = NetworkStack::Find(name);
        if (!stack || !seen.insert(name).second)
        {
            std::cerr << "--stacks:1:" << begin + 1 << ": '" << name << "' "
                      << (stack ? "is named twice, expected each stack once"
                                : "is no network stack, expected names with commas between; " +
                                      Suggest(name, NetworkStack::GetNames()))
                      << "\n";
            return false;
        }
        stacks.push_back(*stack);
        begin = comma + 1;
    }
    return true;
}

/** @return the description of a run that goes into the database */
RunRow
DescribeRun(const ProgramOptions& options, const FlowPlan& plan)
{
    RunRow row;
    row.program = options.GetProgram();
    row.name = plan.flowSource + " on " + plan.topology + " under " + plan.stack;
    for (const auto& argument : options.GetArguments())
    {
        row.arguments += (row.arguments.empty() ? "" : " ") + argument;
    }
    row.configuration = plan.ToJson();
    row.seed = plan.seed;
    row.rngRun = options.GetRngRun();
    return row;
}

/** @param options the command line @param run a run @return what to warn of */
std::vector<std::string>
GetWarnings(const ProgramOptions& options, const FlowRun& run)
{
    return options.IsQuiet() ? std::vector<std::string>() : run.GetWarnings();
}

/**
 * Run the flows under each stack, and print what came of it.
 *
 * @param options the command line
 * @param plan the plan; its stack is set here
 * @param stacks the stacks
 * @param interval between two looks at the queues
 * @param stream first random stream to use
 * @return exit code
 */
int
RunAll(const ProgramOptions& options,
       FlowPlan& plan,
       const std::vector<NetworkStack>& stacks,
       Time interval,
       int64_t stream)
{
    const auto prepare = [&](const NetworkStack& stack)
    {
        plan.stack = stack.name;
        stack.Apply();
        options.ApplyNs3Values(); // the fit looks at them
        ApplySettings(FitStack(stack, plan.graph));
        options.ApplyNs3Values(); // the command line wins over the stack
    };
    for (const auto& stack : stacks) // all are checked before the first is run
    {
        prepare(stack);
        const std::string problem = FlowRun(plan).Build(stack, stream);
        if (!problem.empty())
        {
            return options.Complain(stack.name + ": " + problem);
        }
    }
    const std::string& directory = options.GetOutputDirectory();
    std::string error;
    if (!directory.empty() && !MakeDirectory(directory, error))
    {
        return options.Complain("--output: " + directory + ": " + error);
    }
    ResultStore store(directory.empty() ? ":memory:" : directory + "/results.sqlite");
    Comparison comparison(plan);
    int exitCode = EXIT_OK;
    for (const auto& stack : stacks)
    {
        prepare(stack);
        if (!options.IsQuiet())
        {
            std::cerr << stack.name << "\n";
        }
        FlowRun run(plan);
        run.Build(stack, stream);
        for (const auto& warning : GetWarnings(options, run))
        {
            std::cerr << "compare: warning: " << stack.name << ": " << warning << "\n";
        }
        run.SampleQueues(interval);
        store.BeginRun(DescribeRun(options, plan));
        run.Run(store, options.IsQuiet());
        comparison.Add(stack.name, run.GetSummary());
        exitCode = run.GetExitCode() == EXIT_OK ? exitCode : run.GetExitCode();
        if (run.GetExitCode() == EXIT_INTERRUPTED)
        {
            break;
        }
    }
    comparison.Print(std::cout);
    const bool written = options.WriteJson(comparison.ToJson());
    return written ? exitCode : static_cast<int>(EXIT_FAILED);
}

} // namespace

int
main(int argc, char* argv[])
{
    fabric::UsePicoseconds();
    ProgramOptions options("compare",
                           "Simulates the same flows on the same cluster under several network "
                           "stacks and prints one table: completion times, slowdown, goodput, "
                           "fairness, queues, pauses, marks, losses.");
    FlowPlan plan;
    plan.topology = "leaf-spine:leaves=4,spines=4,hosts=8,rate=100Gbps,delay=1us";
    plan.flowSource = "incast:n=16,size=1MiB";
    std::string names = "rocev2-dcqcn,rocev2-dctcp,rocev2-swift,rocev2-hpcc,rocev2-powertcp";
    Time interval = MicroSeconds(1);
    options.AddText("topology",
                    "cluster: GENERATOR:key=value,... or a topology.txt of the HPCC family",
                    plan.topology);
    options.AddText("flows",
                    "flows: PATTERN:key=value,..., a CSV file with the columns src, dst, bytes, "
                    "start, or a flow.txt of the HPCC family",
                    plan.flowSource);
    options.AddText("stacks", "network stacks, with commas between", names);
    options.AddTime(
        "sample", "simulated time between two looks at the queues of all switch ports", interval);
    bool allowSenseless = false;
    options.AddFlag("allowSenseless", NetworkStack::GetSenselessHelp(), allowSenseless);
    options.AddHelpText(cluster::GetTopologyHelp());
    options.AddHelpText(cluster::GetFlowPatternHelp());
    options.AddHelpText(NetworkStack::GetHelpText());
    options.AddHelpText(
        "Fairness is Jain's index of the flows' rates, each over the rate that it has alone. The\n"
        "longest queue is that of any switch port at a time. With --output: results.sqlite, with\n"
        "a run for each stack.\n"
        "Exit codes: 0 complete, 1 failed, 2 bad input, 130 interrupted.\n");
    if (const auto exitCode = options.Parse(argc, argv))
    {
        return *exitCode;
    }
    std::vector<NetworkStack> stacks;
    if (!ReadStacks(names, stacks))
    {
        return EXIT_BAD_INPUT;
    }
    for (auto& stack : stacks)
    {
        stack.allowSenseless = allowSenseless;
    }
    if (!interval.IsStrictlyPositive())
    {
        return options.Complain("--sample: expected a time above 0");
    }
    plan.seed = options.GetSeed().value_or(plan.seed);
    int64_t stream = 0;
    if (const int exitCode = ReadFlowPlan(plan, stream, std::cerr); exitCode != EXIT_OK)
    {
        return exitCode;
    }
    try
    {
        return RunAll(options, plan, stacks, interval, stream);
    }
    catch (const DatabaseError& error)
    {
        options.Complain(error.what());
        return EXIT_FAILED;
    }
}
