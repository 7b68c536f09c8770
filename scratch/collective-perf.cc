/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Measures a collective over a range of sizes on a simulated cluster, packet by packet, and prints
// the table of nccl-tests.

#include "ns3/cluster-builder.h"
#include "ns3/cluster-configuration.h"
#include "ns3/cluster-topology-reader.h"
#include "ns3/cluster-topology-spec.h"
#include "ns3/collective-engine.h"
#include "ns3/collective-msccl-algorithm.h"
#include "ns3/collective-sweep.h"
#include "ns3/experiment-attribute-check.h"
#include "ns3/experiment-collective-table.h"
#include "ns3/experiment-file.h"
#include "ns3/experiment-json-writer.h"
#include "ns3/experiment-network-stack.h"
#include "ns3/experiment-program-options.h"
#include "ns3/experiment-result-store.h"
#include "ns3/experiment-run-monitor.h"
#include "ns3/experiment-stack-check.h"
#include "ns3/experiment-stack-fit.h"
#include "ns3/pointer.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/string.h"

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <map>
#include <numeric>
#include <optional>
#include <sstream>

using namespace ns3;
using namespace ns3::experiment;
using collective::CollectiveSweep;
using collective::CollectiveType;

namespace
{

/** Size of the elements that the table counts: float. */
constexpr uint32_t ELEMENT_BYTES = 4;

/** What the user may choose. */
struct Settings
{
    std::string collective{"all-reduce"};                         ///< name of the collective
    std::string topology{"leaf-spine:leaves=2,spines=4,hosts=4"}; ///< description or file
    std::string stack{"rocev2-dcqcn"};                            ///< name of the network stack
    bool allowSenseless{false};                                   ///< see experiment::NetworkStack
    std::string algorithm;          ///< text of the engine's attribute
    std::string library;            ///< text of the engine's attribute
    uint64_t minBytes{32ULL << 10}; ///< smallest size
    uint64_t maxBytes{32ULL << 20}; ///< largest size
    uint32_t stepFactor{2};         ///< from size to size
    uint32_t iterations{1};         ///< runs that are measured
    uint32_t warmUps{0};            ///< runs before
    uint32_t ranks{0};              ///< accelerators; 0: all
    uint32_t root{0};               ///< rank
};

/** A collective of the table. */
struct Kind
{
    CollectiveType type;   ///< the collective
    std::string attribute; ///< of the engine
    std::string operation; ///< column redop
    bool isRooted;         ///< has a root
    bool isDivided;        ///< column count is that of one rank's part
};

/** @return what can be measured, by name */
const std::map<std::string, Kind>&
GetKinds()
{
    static const std::map<std::string, Kind> kinds{
        {"all-reduce", {CollectiveType::ALL_REDUCE, "AllReduce", "sum", false, false}},
        {"reduce-scatter", {CollectiveType::REDUCE_SCATTER, "ReduceScatter", "sum", false, true}},
        {"all-gather", {CollectiveType::ALL_GATHER, "AllGather", "none", false, true}},
        {"broadcast", {CollectiveType::BROADCAST, "Broadcast", "none", true, false}},
        {"reduce", {CollectiveType::REDUCE, "Reduce", "sum", true, false}},
        {"all-to-all", {CollectiveType::ALL_TO_ALL, "AllToAll", "none", false, true}},
    };
    return kinds;
}

/** @return the graph that --topology describes; nothing after a complaint */
std::optional<cluster::TopologyGraph>
ReadTopology(const ProgramOptions& options, const std::string& text)
{
    std::vector<cluster::TopologyError> errors;
    auto graph = cluster::IsTopologySpec(text) ? cluster::GenerateTopology(text, errors)
                                               : cluster::TopologyReader::ReadFile(text, errors);
    for (const auto& error : errors)
    {
        options.Complain(error.Format(text));
    }
    return graph;
}

/** @return the sizes to measure */
std::vector<uint64_t>
ListSizes(const Settings& settings, CollectiveType type, uint32_t nRanks)
{
    std::vector<uint64_t> sizes;
    for (uint64_t bytes = settings.minBytes;; bytes *= settings.stepFactor)
    {
        const uint64_t size = CollectiveSweep::RoundSize(type, bytes, nRanks, ELEMENT_BYTES);
        if (sizes.empty() || sizes.back() != size)
        {
            sizes.push_back(size);
        }
        if (bytes > settings.maxBytes / settings.stepFactor)
        {
            return sizes;
        }
    }
}

/** @return whether the text of an algorithm is the name of a file in MSCCL's format */
bool
IsProgram(const std::string& algorithm)
{
    const std::string end = ".xml";
    return algorithm.size() > end.size() &&
           algorithm.compare(algorithm.size() - end.size(), end.size(), end) == 0;
}

/** Everything that is simulated. */
struct Simulation
{
    ~Simulation()
    {
        Simulator::Destroy();
        for (const Ptr<Object>& object :
             {Ptr<Object>(engine), Ptr<Object>(network), Ptr<Object>(cluster)})
        {
            if (object)
            {
                object->Dispose();
            }
        }
    }

    Ptr<cluster::Cluster> cluster;            ///< nodes and devices
    Ptr<cluster::ClusterNetwork> network;     ///< messages
    Ptr<collective::CollectiveEngine> engine; ///< collectives
    std::optional<CollectiveSweep> sweep;     ///< what is measured
    std::vector<uint64_t> sizes;              ///< sizes measured
    uint32_t nRanks{0};                       ///< accelerators that take part
    std::string status;                       ///< how the run ended
    std::string trouble;                      ///< why it failed
    double wallSeconds{0};                    ///< of the run
    uint64_t nEvents{0};                      ///< of the run
};

/** Make the objects. @return an exit code if that is not possible */
std::optional<int>
Build(const ProgramOptions& options, const Settings& settings, Simulation& simulation)
{
    const auto graph = ReadTopology(options, settings.topology);
    if (!graph)
    {
        return EXIT_BAD_INPUT;
    }
    auto stack = NetworkStack::Find(settings.stack);
    stack->allowSenseless = settings.allowSenseless;
    RngSeedManager::SetSeed(options.GetSeed().value_or(1));
    stack->Apply();
    options.ApplyNs3Values(); // the fit looks at them
    ApplySettings(FitStack(*stack, *graph));
    options.ApplyNs3Values(); // the command line wins over the stack
    if (const std::string reason = CheckStack(*stack); !reason.empty())
    {
        return options.Complain(reason);
    }
    for (const auto& doubt :
         options.IsQuiet() ? std::vector<std::string>() : FindStackDoubts(*stack))
    {
        std::cerr << "collective-perf: warning: " << doubt << "\n";
    }
    const cluster::ClusterBuilder builder(stack->GetDevices());
    simulation.cluster = builder.Build(*graph);
    if (const auto problems = simulation.cluster->CheckConfiguration(); !problems.empty())
    {
        return options.Complain(problems.front());
    }
    const int64_t streams = simulation.cluster->AssignStreams(0);
    simulation.network = builder.BuildNetwork(simulation.cluster, streams);
    if (const std::string reason = cluster::CheckBonds(*simulation.cluster, *simulation.network);
        !reason.empty())
    {
        return options.Complain(reason);
    }
    simulation.engine = CreateObject<collective::CollectiveEngine>();
    const auto& kind = GetKinds().at(settings.collective);
    if (IsProgram(settings.algorithm))
    {
        auto program = CreateObject<collective::MscclAlgorithm>();
        program->SetAttribute("File", StringValue(settings.algorithm));
        simulation.engine->SetAttribute(kind.attribute, PointerValue(program));
    }
    else if (!settings.algorithm.empty())
    {
        simulation.engine->SetAttribute(kind.attribute, StringValue(settings.algorithm));
    }
    if (!settings.library.empty())
    {
        simulation.engine->SetAttribute("Library", StringValue(settings.library));
    }
    const std::string error = simulation.engine->CheckAlgorithms();
    if (!error.empty())
    {
        return options.Complain(error);
    }
    simulation.engine->SetNetwork(simulation.network);
    const uint32_t nAccelerators = simulation.network->GetNAccelerators();
    simulation.nRanks = settings.ranks > 0 ? settings.ranks : nAccelerators;
    if (simulation.nRanks > nAccelerators || simulation.nRanks < 2)
    {
        return options.Complain("--ranks=" + std::to_string(simulation.nRanks) +
                                ": the topology has " + std::to_string(nAccelerators) +
                                " accelerators, expected 2 to so many");
    }
    if (const auto program = DynamicCast<const collective::MscclAlgorithm>(
            simulation.engine->GetAlgorithm(kind.type));
        program && program->GetNRanks() != simulation.nRanks)
    {
        return options.Complain("--algorithm: the program is for " +
                                std::to_string(program->GetNRanks()) + " ranks, here are " +
                                std::to_string(simulation.nRanks));
    }
    if (settings.root >= simulation.nRanks)
    {
        return options.Complain("--root=" + std::to_string(settings.root) +
                                ": expected a rank, 0 to " + std::to_string(simulation.nRanks - 1));
    }
    std::vector<uint32_t> accelerators(simulation.nRanks);
    std::iota(accelerators.begin(), accelerators.end(), 0);
    simulation.sizes = ListSizes(settings, kind.type, simulation.nRanks);
    CollectiveSweep::Settings plan;
    plan.type = kind.type;
    plan.sizes = simulation.sizes;
    plan.warmUps = settings.warmUps;
    plan.iterations = settings.iterations;
    plan.root = kind.isRooted ? settings.root : 0;
    simulation.sweep.emplace(
        simulation.engine, simulation.engine->AddCommunicator(accelerators), plan);
    return std::nullopt;
}

/** Run the sweep. */
void
Run(const ProgramOptions& options, Simulation& simulation)
{
    auto& sweep = *simulation.sweep;
    RunMonitor::Work work;
    work.fraction = [&sweep]()
    { return static_cast<double>(sweep.GetNRunsDone()) / sweep.GetNRuns(); };
    work.hops = [&simulation]() { return simulation.cluster->GetHealth().framesHopped; };
    RunMonitor monitor = RunMonitor::ForStderr(work, options.IsQuiet());
    sweep.SetFinishedCallback([&monitor]() { monitor.Finish(); });
    sweep.Start();
    const auto outcome = monitor.Run();
    simulation.wallSeconds = monitor.GetWallSeconds();
    simulation.nEvents = monitor.GetNEvents();
    simulation.trouble = sweep.GetFailure();
    for (const auto& violation : simulation.cluster->CheckInvariants())
    {
        simulation.trouble += (simulation.trouble.empty() ? "" : "; ") + violation;
    }
    const bool isComplete = outcome == RunMonitor::COMPLETE && simulation.trouble.empty();
    simulation.status = outcome == RunMonitor::INTERRUPTED ? "interrupted"
                        : isComplete                       ? "complete"
                                                           : "failed";
}

/** @return name of the algorithm, or of the library that chooses it */
std::string
GetChooser(const Settings& settings, const Simulation& simulation)
{
    const auto& kind = GetKinds().at(settings.collective);
    return simulation.engine->GetAlgorithm(kind.type)->GetInstanceTypeId().GetName();
}

/** @return measured bandwidth, mean over the sizes, bytes/s */
double
GetMeanBusBandwidth(const Simulation& simulation)
{
    double sum = 0;
    uint32_t n = 0;
    for (uint32_t index = 0; index < simulation.sizes.size(); ++index)
    {
        const auto point = simulation.sweep->GetPoint(index);
        sum += point.busBandwidth;
        n += point.nRanks == simulation.nRanks ? 1 : 0;
    }
    return n > 0 ? sum / n : 0;
}

/** @return what was measured */
CollectiveTable
GetTable(const Settings& settings, const Simulation& simulation)
{
    const auto& kind = GetKinds().at(settings.collective);
    CollectiveTable table;
    table.operation = kind.operation;
    table.root = kind.isRooted ? static_cast<int32_t>(settings.root) : -1;
    for (uint32_t index = 0; index < simulation.sizes.size(); ++index)
    {
        const auto point = simulation.sweep->GetPoint(index);
        if (point.nRanks < simulation.nRanks)
        {
            break; // interrupted
        }
        table.rows.push_back(
            {point, point.bytes / ELEMENT_BYTES / (kind.isDivided ? simulation.nRanks : 1)});
    }
    return table;
}

/** Print the table of nccl-tests. */
void
PrintTable(const Settings& settings, const Simulation& simulation)
{
    const auto& network = *simulation.network;
    std::printf("# %s on %s, %s\n",
                settings.collective.c_str(),
                settings.topology.c_str(),
                settings.stack.c_str());
    std::printf("# %s, %u ranks, minBytes %llu maxBytes %llu step: %u(factor) warmup "
                "iters: %u iters: %u\n",
                GetChooser(settings, simulation).c_str(),
                simulation.nRanks,
                static_cast<unsigned long long>(settings.minBytes),
                static_cast<unsigned long long>(settings.maxBytes),
                settings.stepFactor,
                settings.warmUps,
                settings.iterations);
    std::printf("# network rate per rank %.2f GB/s, of which data %.2f GB/s\n#\n",
                network.GetScaleOutRate(0).GetBitRate() / 8e9,
                network.GetScaleOutRate(0).GetBitRate() / 8e9 * network.GetScaleOutEfficiency());
    std::cout << std::flush;
    GetTable(settings, simulation).Print(std::cout);
    std::printf("# Avg bus bandwidth    : %g \n#\n", GetMeanBusBandwidth(simulation) / 1e9);
}

/** Print how the network fared and what the run took. */
void
PrintEnd(const Simulation& simulation)
{
    const auto health = simulation.cluster->GetHealth();
    const uint64_t drops =
        std::accumulate(health.dropFrames.begin(), health.dropFrames.end(), health.cableLosses);
    std::printf("# network: %llu ECN marks, %llu CNPs, %llu PFC pauses, %llu drops, %llu "
                "retransmissions\n",
                static_cast<unsigned long long>(health.ecnMarks),
                static_cast<unsigned long long>(health.cnpsSent),
                static_cast<unsigned long long>(health.pfcXoffs),
                static_cast<unsigned long long>(drops),
                static_cast<unsigned long long>(health.retransmissions));
    std::printf("# %s: %.6f s simulated in %.2f s, %llu packet-hops, %llu events\n",
                simulation.status.c_str(),
                Simulator::Now().GetSeconds(),
                simulation.wallSeconds,
                static_cast<unsigned long long>(health.framesHopped),
                static_cast<unsigned long long>(simulation.nEvents));
}

/** @return the results: the keys of nccl-tests' JSON (us and GB/s), and the same in SI units */
std::string
ToJson(const Settings& settings, const Simulation& simulation)
{
    const auto health = simulation.cluster->GetHealth();
    std::ostringstream text;
    JsonWriter json(text);
    json.BeginObject();
    json.Field("status", simulation.status);
    json.Field("collective", settings.collective);
    json.Field("algorithm", GetChooser(settings, simulation));
    json.Field("topology", settings.topology);
    json.Field("stack", settings.stack);
    json.Field("ranks", simulation.nRanks);
    GetTable(settings, simulation).Write(json);
    json.Field("mean_busbw_bytes_per_s", GetMeanBusBandwidth(simulation));
    json.Field("network_rate_bytes_per_s",
               simulation.network->GetScaleOutRate(0).GetBitRate() / 8.0);
    json.Field("network_efficiency", simulation.network->GetScaleOutEfficiency());
    json.Field("ecn_marks", health.ecnMarks);
    json.Field("cnps", health.cnpsSent);
    json.Field("pfc_pauses", health.pfcXoffs);
    json.Field(
        "drops",
        std::accumulate(health.dropFrames.begin(), health.dropFrames.end(), health.cableLosses));
    json.Field("retransmissions", health.retransmissions);
    json.Field("packet_hops", health.framesHopped);
    json.Field("events", simulation.nEvents);
    json.Field("sim_time_s", Simulator::Now().GetSeconds());
    json.Field("wall_s", simulation.wallSeconds);
    json.EndObject();
    return text.str();
}

/** Write the results into the database of --output. */
void
Store(const ProgramOptions& options, const Settings& settings, const Simulation& simulation)
{
    ResultStore store(options.GetOutputDirectory() + "/results.sqlite");
    RunRow row;
    row.program = options.GetProgram();
    row.name = settings.collective;
    for (const auto& argument : options.GetArguments())
    {
        row.arguments += (row.arguments.empty() ? "" : " ") + argument;
    }
    row.seed = options.GetSeed().value_or(1);
    row.rngRun = options.GetRngRun();
    store.BeginRun(row);
    for (uint32_t index = 0; index < simulation.sizes.size(); ++index)
    {
        const auto point = simulation.sweep->GetPoint(index);
        if (point.nRanks == simulation.nRanks)
        {
            const std::string size = std::to_string(point.bytes) + "_bytes";
            store.Add(MetricRow{"time_s_of_" + size, point.seconds});
            store.Add(MetricRow{"busbw_bytes_per_s_of_" + size, point.busBandwidth});
        }
    }
    RunEndRow end;
    end.status = simulation.status;
    end.wallSeconds = simulation.wallSeconds;
    end.nEvents = simulation.nEvents;
    end.packetHops = simulation.cluster->GetHealth().framesHopped;
    end.simulatedTime = Simulator::Now().GetPicoSeconds();
    store.EndRun(end);
}

/** @return what is wrong with the value of an option for an attribute of the engine, or nothing */
std::string
CheckSetting(const std::string& option, const std::string& name, const std::string& value)
{
    if (value.empty())
    {
        return "";
    }
    TypeId::AttributeInformation attribute;
    collective::CollectiveEngine::GetTypeId().LookupAttributeByName(name, &attribute);
    const auto error = CheckAttributeValue(attribute.checker, value);
    return error.empty() ? "" : "--" + option + ": " + error;
}

/** @return what is wrong with the values of options, or nothing */
std::string
Check(const Settings& settings)
{
    if (settings.maxBytes < settings.minBytes)
    {
        return "--max-bytes is less than --min-bytes";
    }
    const auto& kind = GetKinds().at(settings.collective);
    std::string error;
    if (!IsProgram(settings.algorithm))
    {
        error = CheckSetting("algorithm", kind.attribute, settings.algorithm);
    }
    if (error.empty())
    {
        error = CheckSetting("library", "Library", settings.library);
    }
    return error;
}

} // namespace

int
main(int argc, char* argv[])
{
    Settings settings;
    ProgramOptions options("collective-perf",
                           "Measures a collective over a range of sizes on a simulated cluster, "
                           "packet by packet, and prints the table of nccl-tests.");
    std::vector<std::string> names;
    for (const auto& kind : GetKinds())
    {
        names.push_back(kind.first);
    }
    options.AddChoice("collective", "what to measure", settings.collective, names);
    options.AddText("topology",
                    "cluster: a description such as rail-optimized:servers=4,rails=8, or a "
                    "topology.txt of the HPCC family or of SimAI",
                    settings.topology);
    options.AddChoice("stack", "network stack", settings.stack, NetworkStack::GetNames());
    options.AddFlag("allowSenseless", NetworkStack::GetSenselessHelp(), settings.allowSenseless);
    options.AddText("algorithm",
                    "how it is done, such as ns3::collective::DoubleTreeAllReduce[Channels=2]; "
                    "or a file in MSCCL's format (name.xml); empty for the choice of the library",
                    settings.algorithm);
    options.AddText("library",
                    "what chooses algorithm, protocol and channels, such as "
                    "ns3::collective::NcclLibrary; empty for the default",
                    settings.library);
    options.AddSize("min-bytes", "smallest size, as -b of nccl-tests", settings.minBytes);
    options.AddSize("max-bytes", "largest size, as -e of nccl-tests", settings.maxBytes);
    options.AddInteger(
        "step-factor", "factor from size to size, as -f of nccl-tests", settings.stepFactor, 2U);
    options.AddInteger(
        "iters", "runs of each size that are measured, as -n", settings.iterations, 1U);
    options.AddInteger("warmup-iters", "runs of each size before, as -w", settings.warmUps);
    options.AddInteger("ranks", "number of accelerators that take part, 0 for all", settings.ranks);
    options.AddInteger(
        "root", "rank that a broadcast comes from or a reduce goes to", settings.root);
    options.AddHelpText(cluster::GetTopologyHelp());
    options.AddHelpText(NetworkStack::GetHelpText());
    if (const auto exitCode = options.Parse(argc, argv))
    {
        return *exitCode;
    }
    const std::string error = Check(settings);
    if (!error.empty())
    {
        return options.Complain(error);
    }
    Simulation simulation;
    if (const auto exitCode = Build(options, settings, simulation))
    {
        return *exitCode;
    }
    Run(options, simulation);
    PrintTable(settings, simulation);
    PrintEnd(simulation);
    if (!simulation.trouble.empty())
    {
        options.Complain(simulation.trouble);
    }
    bool written = options.WriteJson(ToJson(settings, simulation));
    if (!options.GetOutputDirectory().empty())
    {
        try
        {
            std::string reason;
            written &= MakeDirectory(options.GetOutputDirectory(), reason);
            Store(options, settings, simulation);
        }
        catch (const DatabaseError& databaseError)
        {
            options.Complain(databaseError.what());
            written = false;
        }
    }
    if (simulation.status == "interrupted")
    {
        return EXIT_INTERRUPTED;
    }
    return written && simulation.status == "complete" ? EXIT_OK : EXIT_FAILED;
}
