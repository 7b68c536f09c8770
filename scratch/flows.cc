/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Simulates a list of flows on a cluster, packet by packet, and says how long each took, how much
// longer than alone, and how the network fared.

#include "ns3/cluster-fault.h"
#include "ns3/cluster-flow-spec.h"
#include "ns3/cluster-quantity.h"
#include "ns3/cluster-topology-spec.h"
#include "ns3/experiment-attribute-check.h"
#include "ns3/experiment-file.h"
#include "ns3/experiment-flow-plan-reader.h"
#include "ns3/experiment-flow-run.h"
#include "ns3/experiment-network-stack.h"
#include "ns3/experiment-program-options.h"
#include "ns3/experiment-result-store.h"
#include "ns3/experiment-stack-fit.h"
#include "ns3/fabric-asic-preset.h"
#include "ns3/fabric-time.h"

#include <algorithm>
#include <cctype>
#include <iostream>

using namespace ns3;
using namespace ns3::experiment;

namespace
{

/**
 * Read the accelerators whose ports are to be captured.
 *
 * @param text numbers with commas between
 * @param nAccelerators of the cluster
 * @param [out] accelerators the numbers
 * @return whether all is well; otherwise it was said what is wrong
 */
bool
ReadCaptured(const std::string& text, uint32_t nAccelerators, std::vector<uint32_t>& accelerators)
{
    for (std::size_t begin = 0; begin < text.size();)
    {
        const std::size_t comma = std::min(text.find(',', begin), text.size());
        const auto number = cluster::ParseUnsigned(text.substr(begin, comma - begin));
        if (!number || *number >= nAccelerators)
        {
            std::cerr << "--pcap:1:" << begin + 1 << ": '" << text.substr(begin, comma - begin)
                      << "', expected an accelerator 0 to " << nAccelerators - 1 << "\n";
            return false;
        }
        accelerators.push_back(static_cast<uint32_t>(*number));
        begin = comma + 1;
    }
    return true;
}

/**
 * Read what goes wrong.
 *
 * @param [in,out] plan gets the faults
 * @return whether all is well; otherwise it was said what is wrong
 */
bool
ReadFaults(FlowPlan& plan)
{
    const std::string& text = plan.faultSource;
    for (std::size_t begin = 0; begin < text.size();)
    {
        const std::size_t end = std::min(text.find(';', begin), text.size());
        std::vector<cluster::TopologyError> errors;
        const auto fault =
            cluster::CreateFault(text.substr(begin, end - begin), plan.graph, errors);
        if (!fault)
        {
            for (auto& error : errors)
            {
                error.position.column += begin;
                std::cerr << error.Format("--faults") << "\n";
            }
            return false;
        }
        plan.faults.push_back(fault);
        begin = end + 1;
    }
    return true;
}

/** @return the names, and before them that of no choice */
std::vector<std::string>
WithAny(std::vector<std::string> names)
{
    names.insert(names.begin(), "any");
    return names;
}

/** @return what --marker may say */
std::vector<std::string>
GetMarkerChoices()
{
    std::vector<std::string> names = {"of-the-stack", "none"};
    for (const auto& type : ListTypes("ns3::fabric::Marker"))
    {
        names.push_back(GetShortTypeName(type));
    }
    return names;
}

/** @param choice what --marker said @param stack whose marker it is to be */
void
ChooseMarker(const std::string& choice, NetworkStack& stack)
{
    if (choice == "none")
    {
        stack.marker.clear();
    }
    for (const auto& type : ListTypes("ns3::fabric::Marker"))
    {
        stack.marker = GetShortTypeName(type) == choice ? type : stack.marker;
    }
}

/** @return the description of a run that goes into the database */
RunRow
DescribeRun(const ProgramOptions& options, const FlowPlan& plan)
{
    RunRow row;
    row.program = options.GetProgram();
    row.name = plan.flowSource + " on " + plan.topology;
    for (const auto& argument : options.GetArguments())
    {
        row.arguments += (row.arguments.empty() ? "" : " ") + argument;
    }
    row.configuration = plan.ToJson();
    row.seed = plan.seed;
    row.rngRun = options.GetRngRun();
    return row;
}

/**
 * Run a plan.
 *
 * @param options the command line
 * @param plan the plan
 * @param stack the network stack
 * @param captured accelerators whose ports are captured
 * @param stream first random stream to use
 * @return exit code
 */
int
RunFlows(const ProgramOptions& options,
         const FlowPlan& plan,
         const NetworkStack& stack,
         const std::vector<uint32_t>& captured,
         int64_t stream)
{
    FlowRun run(plan);
    const std::string problem = run.Build(stack, stream);
    if (!problem.empty())
    {
        return options.Complain(problem);
    }
    if (!captured.empty() && !run.MovesPackets())
    {
        return options.Complain("--pcap: the stack " + stack.name +
                                " moves no packets that could be captured");
    }
    for (const auto& warning : options.IsQuiet() ? std::vector<std::string>() : run.GetWarnings())
    {
        std::cerr << "flows: warning: " << warning << "\n";
    }
    const std::string& directory = options.GetOutputDirectory();
    std::string error;
    if (!directory.empty() && !MakeDirectory(directory, error))
    {
        return options.Complain("--output: " + directory + ": " + error);
    }
    run.Capture(captured, directory);
    ResultStore store(directory.empty() ? ":memory:" : directory + "/results.sqlite");
    store.BeginRun(DescribeRun(options, plan));
    run.Run(store, options.IsQuiet());
    FlowSummary& summary = run.GetSummary();
    summary.directory = directory;
    bool written = true;
    if (!directory.empty() &&
        !WriteWholeFile(directory + "/fct.txt", summary.ToFctText(plan), error))
    {
        options.Complain(directory + "/fct.txt: " + error);
        written = false;
    }
    summary.Print(plan, std::cout);
    written = options.WriteJson(summary.ToJson(plan)) && written;
    return written ? run.GetExitCode() : static_cast<int>(EXIT_FAILED);
}

} // namespace

int
main(int argc, char* argv[])
{
    fabric::UsePicoseconds();
    ProgramOptions options("flows",
                           "Simulates a list of flows on a cluster, packet by packet, and prints "
                           "completion times, slowdown and network health.");
    FlowPlan plan;
    plan.topology = "fat-tree:k=8,rate=400Gbps,delay=1us";
    plan.flowSource = "permutation:size=2MiB";
    plan.stack = "rocev2-dcqcn";
    plan.asic = "any";
    options.AddText("topology",
                    "cluster: GENERATOR:key=value,... or a topology.txt of the HPCC family",
                    plan.topology);
    options.AddText("flows",
                    "flows: PATTERN:key=value,..., a CSV file with the columns src, dst, bytes, "
                    "start, or a flow.txt of the HPCC family",
                    plan.flowSource);
    options.AddChoice("stack", "network stack", plan.stack, NetworkStack::GetNames());
    plan.loadBalancing = "ecmp-hash";
    options.AddChoice(
        "load-balancing",
        "how switches divide traffic among paths: a load balancer, or the switches of "
        "a scheduled fabric",
        plan.loadBalancing,
        NetworkStack::GetLoadBalancings());
    options.AddChoice("asic",
                      "packet memory of the switches: that of a real ASIC, or any",
                      plan.asic,
                      WithAny(fabric::AsicPreset::GetNames()));
    std::string routing = "shortest";
    options.AddChoice("routing",
                      "paths: the shortest, or the shortest that go up and then down",
                      routing,
                      {"shortest", "up-down"});
    std::string flowControl = "any";
    options.AddChoice("flow-control",
                      "what makes the class of RoCE lossless: pauses of the class or of the whole "
                      "link, credits, or nothing; any: what the stack has",
                      flowControl,
                      WithAny(NetworkStack::GetFlowControls()));
    std::string controller = "none";
    options.AddChoice("controller",
                      "what looks after routes while the flows run: nothing, routes that follow "
                      "failures, or that and central paths of connections, pinned in the switches "
                      "or by source ports; times are attributes of ns3::cluster::RouteController "
                      "and ns3::cluster::TrafficEngineer",
                      controller,
                      NetworkStack::GetControllers());
    std::string watchdog = "none";
    options.AddChoice("watchdog",
                      "PFC watchdog of the switches; its times are attributes of "
                      "ns3::fabric::PfcWatchdog",
                      watchdog,
                      {"none", "drop", "forward", "alert"});
    options.AddText(
        "faults", "what goes wrong: KIND:key=value,...;KIND:key=value,...", plan.faultSource);
    std::string marker = "of-the-stack";
    options.AddChoice("marker",
                      "what sets ECN marks at switches; nothing, or a class derived from Marker",
                      marker,
                      GetMarkerChoices());
    std::string pcap;
    bool allowSenseless = false;
    options.AddFlag("allowSenseless", NetworkStack::GetSenselessHelp(), allowSenseless);
    options.AddText("pcap",
                    "accelerators, with commas between, whose NIC ports are captured into "
                    "SERVER-PORT.pcap files; needs --output",
                    pcap);
    options.AddHelpText(cluster::GetTopologyHelp());
    options.AddHelpText(cluster::GetFlowPatternHelp());
    options.AddHelpText(NetworkStack::GetHelpText());
    options.AddHelpText(fabric::AsicPreset::GetHelpText());
    options.AddHelpText(cluster::GetFaultHelp());
    options.AddHelpText(
        "With --output: results.sqlite, and fct.txt as the HPCC family of simulators writes it.\n"
        "Exit codes: 0 complete, 1 failed, 2 bad input, 130 interrupted.\n");
    if (const auto exitCode = options.Parse(argc, argv))
    {
        return *exitCode;
    }
    plan.seed = options.GetSeed().value_or(plan.seed);
    NetworkStack stack = *NetworkStack::Find(plan.stack);
    if (const auto* asic = fabric::AsicPreset::Find(plan.asic))
    {
        stack.UseAsic(*asic);
    }
    if (flowControl != "any")
    {
        stack.UseFlowControl(flowControl);
    }
    stack.UseLoadBalancing(plan.loadBalancing);
    if (const std::string error = stack.UseController(controller); !error.empty())
    {
        return options.Complain("--controller=" + controller + " " + error);
    }
    stack.upDownRouting = routing == "up-down";
    stack.pfcWatchdog = watchdog != "none";
    if (stack.pfcWatchdog)
    {
        watchdog[0] = static_cast<char>(std::toupper(watchdog[0]));
        stack.settings.push_back({"ns3::fabric::PfcWatchdog::Action", watchdog});
    }
    ChooseMarker(marker, stack);
    stack.allowSenseless = allowSenseless;
    stack.Apply();
    options.ApplyNs3Values(); // the command line wins over the stack
    int64_t stream = 0;
    if (const int exitCode = ReadFlowPlan(plan, stream, std::cerr); exitCode != EXIT_OK)
    {
        return exitCode;
    }
    ApplySettings(FitStack(stack, plan.graph));
    options.ApplyNs3Values();
    if (!ReadFaults(plan))
    {
        return EXIT_BAD_INPUT;
    }
    std::vector<uint32_t> captured;
    if (!ReadCaptured(pcap, plan.graph.GetNAccelerators(), captured))
    {
        return EXIT_BAD_INPUT;
    }
    if (!captured.empty() && options.GetOutputDirectory().empty())
    {
        return options.Complain("--pcap needs --output=DIR, where the files go");
    }
    try
    {
        return RunFlows(options, plan, stack, captured, stream);
    }
    catch (const DatabaseError& error)
    {
        options.Complain(error.what());
        return EXIT_FAILED;
    }
}
