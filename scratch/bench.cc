/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Speed of the simulator itself: a permutation on a k-ary fat-tree, RoCEv2 with go-back-N, PFC and
// ECMP, an acknowledgment for each packet, no congestion control. Reports packet-hops per second of
// processor time (a packet-hop is a frame crossing a link), events per hop, memory, and ns-3's raw
// event rate with as many pending events, measured in the same run: the ratio survives a change of
// machine.

#include "ns3/cluster-builder.h"
#include "ns3/cluster-cluster.h"
#include "ns3/cluster-topology-spec.h"
#include "ns3/config.h"
#include "ns3/event-impl.h"
#include "ns3/experiment-json-writer.h"
#include "ns3/experiment-network-stack.h"
#include "ns3/experiment-program-options.h"
#include "ns3/fabric-time.h"
#include "ns3/fabric-wheel-scheduler.h"
#include "ns3/rdma-nic.h"
#include "ns3/rdma-queue-pair.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <numeric>
#include <sstream>
#include <unistd.h>
#include <vector>

using namespace ns3;

namespace
{

/**
 * Measures an interval by the processor time of this process, which other load on the machine
 * disturbs less than wall time, and by wall time.
 */
class Stopwatch
{
  public:
    /** @return seconds of processor time since construction */
    double GetCpuSeconds() const
    {
        return static_cast<double>(std::clock() - m_cpu) / CLOCKS_PER_SEC;
    }

    /** @return seconds of wall time since construction */
    double GetWallSeconds() const
    {
        return std::chrono::duration<double>(Clock::now() - m_wall).count();
    }

  private:
    using Clock = std::chrono::steady_clock; ///< of wall time

    std::clock_t m_cpu{std::clock()};       ///< processor time at construction
    Clock::time_point m_wall{Clock::now()}; ///< wall time at construction
};

/** @return bytes of memory that the process has resident (Linux) */
uint64_t
ResidentBytes()
{
    std::ifstream statm("/proc/self/statm");
    uint64_t size = 0;
    uint64_t resident = 0;
    statm >> size >> resident;
    return resident * sysconf(_SC_PAGESIZE);
}

/** What the user may choose. */
struct Settings
{
    uint32_t hosts{128};                    ///< hosts of the fat-tree
    uint64_t size{2ULL << 20};              ///< bytes per flow
    uint64_t mtu{4096};                     ///< path MTU, bytes
    DataRate rate{"400Gbps"};               ///< of all links
    Time delay{MicroSeconds(1)};            ///< of all links
    std::string loadBalancing{"ecmp-hash"}; ///< how switches divide traffic among paths
    std::string stack;                      ///< network stack; empty: go-back-N, see help
    uint64_t holdEvents{2'000'000};         ///< events of a measurement of the raw event rate
};

/** What is reported. */
struct Report
{
    uint64_t hops{0};              ///< frames times links
    uint64_t events{0};            ///< events executed
    double cpu{0};                 ///< processor seconds of the run
    double wall{0};                ///< wall seconds of the run
    double setup{0};               ///< wall seconds before
    double simulated{0};           ///< simulated seconds
    uint64_t resident{0};          ///< bytes
    uint64_t dropped{0};           ///< frames dropped
    uint64_t incomplete{0};        ///< flows that did not end
    uint32_t pending{0};           ///< mean number of pending events
    double rawStock{0};            ///< events per second, ns-3's PriorityQueueScheduler
    double rawWheel{0};            ///< events per second, WheelSimulatorImpl
    std::vector<std::string> ills; ///< violated invariants
};

/** An event of the hold model: on execution schedules itself again after a random time. */
class HoldEvent : public EventImpl
{
  public:
    /** State that all events of a measurement share. */
    struct Shared
    {
        std::vector<uint32_t> increments; ///< time steps, a table of random numbers
        uint64_t left;                    ///< events still to execute
    };

    /** @param shared the shared state */
    explicit HoldEvent(Shared& shared)
        : m_shared(shared)
    {
    }

    /** Schedule the next occurrence. */
    void Arm()
    {
        Ref();
        const auto step = m_shared.increments[m_shared.left % m_shared.increments.size()];
        Simulator::ScheduleWithContext(0, TimeStep(step), this);
    }

  private:
    void Notify() override
    {
        if (m_shared.left > 0)
        {
            --m_shared.left;
            Arm();
        }
    }

    Shared& m_shared; ///< the shared state
};

/**
 * The hold model: a constant number of pending events, each of which schedules itself anew when
 * executed, at a time uniform over 0 to 2 us.
 *
 * @param simulator type of the simulator
 * @param scheduler type of its event list
 * @param pending number of pending events
 * @param events number of events to execute
 * @return events per second of processor time
 */
double
MeasureRawEvents(const std::string& simulator,
                 const std::string& scheduler,
                 uint32_t pending,
                 uint64_t events)
{
    Config::SetGlobal("SimulatorImplementationType", StringValue(simulator));
    Simulator::SetScheduler(ObjectFactory(scheduler));
    HoldEvent::Shared shared;
    shared.left = events;
    auto random = CreateObject<UniformRandomVariable>();
    random->SetStream(0);
    for (int i = 0; i < 65'521; ++i) // a prime, so that the table is out of step with the events
    {
        shared.increments.push_back(random->GetInteger(1, 2'000'000));
    }
    std::vector<HoldEvent*> all;
    for (uint32_t i = 0; i < pending; ++i)
    {
        all.push_back(new HoldEvent(shared));
        shared.left = events + i;
        all.back()->Arm();
    }
    shared.left = events;
    const Stopwatch stopwatch;
    Simulator::Run();
    const double seconds = stopwatch.GetCpuSeconds();
    for (auto* event : all)
    {
        event->Unref();
    }
    Simulator::Destroy();
    return events / seconds;
}

/** Counts flows that end. */
class FlowCounter : public rdma::CompletionHandler
{
  public:
    /** @return flows acknowledged in full */
    uint64_t GetNCompleted() const
    {
        return m_completed;
    }

  private:
    void SendCompleted(rdma::QueuePair& queuePair, const rdma::Completion& completion) override
    {
        m_completed += completion.status == rdma::CompletionStatus::SUCCESS;
    }

    void MessagePlaced(rdma::QueuePair& queuePair, const rdma::Placement& placement) override {}

    uint64_t m_completed{0}; ///< flows acknowledged in full
};

/** Estimates the number of pending events: one per busy direction of a link, one per busy port. */
class PendingSampler
{
  public:
    /** @param cluster the network @param interval between samples */
    PendingSampler(Ptr<cluster::Cluster> cluster, Time interval)
        : m_cluster(cluster),
          m_interval(interval)
    {
        Simulator::Schedule(m_interval, &PendingSampler::Sample, this);
    }

    /** @return mean of the samples */
    uint32_t GetMean() const
    {
        return m_samples ? m_sum / m_samples : 0;
    }

  private:
    /** Take a sample, and go on while something is under way. */
    void Sample()
    {
        uint64_t pending = 0;
        const auto& edges = m_cluster->GetGraph().GetEdges();
        for (uint32_t edge = 0; edge < edges.size(); ++edge)
        {
            const auto link = m_cluster->GetLink(edge);
            pending += link->GetNBusyDirections();
            for (const std::size_t end : {0, 1})
            {
                pending += link->GetPort(end)->IsWakePending();
            }
        }
        if (pending > 0)
        {
            m_sum += pending;
            ++m_samples;
            Simulator::Schedule(m_interval, &PendingSampler::Sample, this);
        }
    }

    Ptr<cluster::Cluster> m_cluster; ///< the network
    Time m_interval;                 ///< between samples
    uint64_t m_sum{0};               ///< of the samples
    uint64_t m_samples{0};           ///< number of samples
};

/** @return a permutation of the hosts in which nobody sends to itself: a random cycle */
std::vector<uint32_t>
RandomCycle(uint32_t n)
{
    auto random = CreateObject<UniformRandomVariable>();
    random->SetStream(1);
    std::vector<uint32_t> order(n);
    std::iota(order.begin(), order.end(), 0);
    for (uint32_t i = n - 1; i > 0; --i)
    {
        std::swap(order[i], order[random->GetInteger(0, i)]);
    }
    std::vector<uint32_t> target(n);
    for (uint32_t i = 0; i < n; ++i)
    {
        target[order[i]] = order[(i + 1) % n];
    }
    return target;
}

/** Post one WRITE from each host to its partner. */
void
PostPermutation(Ptr<cluster::Cluster> cluster, const Settings& settings, FlowCounter& counter)
{
    const std::vector<uint32_t> target = RandomCycle(settings.hosts);
    for (uint32_t host = 0; host < settings.hosts; ++host)
    {
        const auto& from = cluster->GetAttachment(host);
        const auto& to = cluster->GetAttachment(target[host]);
        auto sender = cluster->GetNic(from.server)->CreateQueuePair();
        auto receiver = cluster->GetNic(to.server)->CreateQueuePair();
        sender->SetAttribute("PathMtu", UintegerValue(settings.mtu));
        receiver->SetAttribute("PathMtu", UintegerValue(settings.mtu));
        sender->Connect(target[host], receiver->GetQpn());
        receiver->Connect(host, sender->GetQpn());
        sender->SetHandler(&counter);
        rdma::WorkRequest request;
        request.bytes = settings.size;
        // At an event of the host's node, as a program on it would.
        Simulator::ScheduleWithContext(cluster->GetNode(from.server)->GetId(),
                                       Time(0),
                                       [sender, request]() { sender->PostSend(request); });
    }
}

/** @return frames times links so far: every port's frames sent */
uint64_t
CountHops(Ptr<cluster::Cluster> cluster)
{
    uint64_t hops = 0;
    for (uint32_t edge = 0; edge < cluster->GetGraph().GetEdges().size(); ++edge)
    {
        for (const std::size_t end : {0, 1})
        {
            const auto& frames = cluster->GetLink(edge)->GetPort(end)->GetCounters().txFrames;
            hops = std::accumulate(frames.begin(), frames.end(), hops);
        }
    }
    return hops;
}

/** @return what the network is built of */
cluster::NetworkStack
DevicesOf(const Settings& settings)
{
    if (!settings.stack.empty())
    {
        const auto named = experiment::NetworkStack::Find(settings.stack);
        named->Apply();
        return named->GetDevices();
    }
    experiment::NetworkStack named;
    named.UseLoadBalancing(settings.loadBalancing);
    cluster::NetworkStack stack = named.GetDevices();
    stack.bufferPolicy = ObjectFactory("ns3::fabric::DynamicThreshold");
    stack.nic.Set("CongestionControl", StringValue("ns3::rdma::NoCongestionControl"));
    // What may overtake on its way needs a receiver that takes any order.
    stack.nic.Set("Reliability",
                  StringValue(settings.loadBalancing == "ecmp-hash"
                                  ? "ns3::rdma::GoBackN[AckEvery=1]"
                                  : "ns3::rdma::SelectiveRepeat"));
    return stack;
}

/** @return names of the stacks that send packets by queue pairs */
std::vector<std::string>
StacksOfQueuePairs()
{
    std::vector<std::string> names;
    for (const auto& stack : experiment::NetworkStack::GetAll())
    {
        if (stack.messageNetwork == "ns3::cluster::PacketMessageNetwork")
        {
            names.push_back(stack.name);
        }
    }
    return names;
}

/** Run the permutation. @param settings what @param k arity of the fat-tree @return figures */
Report
RunPermutation(const Settings& settings, uint32_t k)
{
    Report report;
    const Stopwatch setup;
    std::ostringstream spec;
    spec << "fat-tree:k=" << k << ",rate=" << settings.rate.GetBitRate()
         << "bps,delay=" << settings.delay.GetTimeStep() << "ps";
    std::vector<cluster::TopologyError> errors;
    const auto graph = cluster::GenerateTopology(spec.str(), errors);
    NS_ABORT_MSG_UNLESS(graph, "the fat-tree of the benchmark is valid");

    cluster::NetworkStack stack = DevicesOf(settings);
    // 165 MB of memory for 128 ports of 400 Gb/s, as of a Tomahawk 5: 1.29 MB a port.
    stack.bufferPolicy.Set("Size", UintegerValue(k * 1'290'000));
    auto network = cluster::ClusterBuilder(stack).Build(*graph);
    network->AssignStreams(1000);
    FlowCounter counter;
    PostPermutation(network, settings, counter);
    // Ten samples of a run without any contention; each looks at all links, which takes time.
    const Time ideal = settings.rate.CalculateBytesTxTime(settings.size);
    PendingSampler sampler(network, std::max(ideal / 10, NanoSeconds(10)));
    report.setup = setup.GetWallSeconds();

    const Stopwatch run;
    Simulator::Run();
    report.cpu = run.GetCpuSeconds();
    report.wall = run.GetWallSeconds();
    report.events = Simulator::GetEventCount();
    report.simulated = Simulator::Now().GetSeconds();
    report.hops = CountHops(network);
    report.pending = sampler.GetMean();
    report.resident = ResidentBytes();
    report.incomplete = settings.hosts - counter.GetNCompleted();
    report.ills = network->CheckInvariants();
    network->Dispose();
    Simulator::Destroy();
    return report;
}

/** Print the figures for people. */
void
Print(const Report& report, const Settings& settings)
{
    const double hopRate = report.hops / report.cpu;
    const auto line = [](const std::string& what, double value, const std::string& unit)
    {
        std::cout << std::left << std::setw(34) << what << std::right << std::setw(12) << std::fixed
                  << std::setprecision(2) << value << "  " << unit << "\n";
    };
    std::cout << "permutation of " << settings.hosts << " hosts, " << settings.size
              << " B a flow, MTU " << settings.mtu << " B\n";
    line("packet-hops per second", hopRate / 1e6, "million/s");
    line("hops per raw ns-3 event", hopRate / report.rawStock, "");
    line("events per packet-hop", static_cast<double>(report.events) / report.hops, "");
    line("packet-hops", report.hops / 1e6, "million");
    line("processor time", report.cpu, "s");
    line("wall time", report.wall, "s");
    line("simulated time", report.simulated * 1e6, "us");
    line("set-up", report.setup, "s");
    line("resident memory", report.resident / 1e6, "MB");
    line("resident memory per host", report.resident / 1e3 / settings.hosts, "kB");
    line("raw events, PriorityQueueScheduler", report.rawStock / 1e6, "million/s");
    line("raw events, WheelSimulatorImpl", report.rawWheel / 1e6, "million/s");
    line("pending events, mean", report.pending, "");
}

/** @return the figures with stable keys */
std::string
ToJson(const Report& report, const Settings& settings)
{
    std::ostringstream text;
    experiment::JsonWriter json(text);
    json.BeginObject();
    json.Field("packet_hops_per_s", report.hops / report.cpu);
    json.Field("events_per_packet_hop", static_cast<double>(report.events) / report.hops);
    json.Field("raw_events_per_s", report.rawStock);
    json.Field("raw_events_per_s_wheel", report.rawWheel);
    json.Field("hops_per_raw_event", report.hops / report.cpu / report.rawStock);
    json.Field("resident_bytes", report.resident);
    json.Field("setup_s", report.setup);
    json.Field("sim_time_s", report.simulated);
    json.Field("hosts", settings.hosts);
    json.Field("packet_hops", report.hops);
    json.Field("events", report.events);
    json.Field("pending_events", report.pending);
    json.Field("cpu_s", report.cpu);
    json.Field("wall_s", report.wall);
    json.EndObject();
    return text.str();
}

} // namespace

int
main(int argc, char* argv[])
{
    Settings settings;
    experiment::ProgramOptions options(
        "bench",
        "Measures the speed of the simulator: a permutation on a fat-tree, packet by packet.");
    options.AddInteger(
        "hosts",
        "hosts of the fat-tree, k^3/4 for an even k: 16, 54, 128, 250, 432, 1024 ...",
        settings.hosts,
        2U,
        65'536U);
    options.AddSize("size", "bytes that each host sends", settings.size);
    options.AddSize("mtu", "path MTU, bytes", settings.mtu);
    options.AddRate("rate", "rate of all links", settings.rate);
    options.AddTime("delay", "delay of all links", settings.delay);
    options.AddChoice("load-balancing",
                      "how switches divide traffic among paths; other than ecmp-hash with "
                      "selective repeat instead of go-back-N",
                      settings.loadBalancing,
                      experiment::NetworkStack::GetLoadBalancings());
    options.AddChoice("stack",
                      "network stack, instead of go-back-N without congestion control",
                      settings.stack,
                      StacksOfQueuePairs());
    options.AddInteger("hold-events",
                       "events in each measurement of ns-3's raw event rate",
                       settings.holdEvents,
                       uint64_t{1000});
    if (const auto exitCode = options.Parse(argc, argv))
    {
        return *exitCode;
    }
    const auto k = static_cast<uint32_t>(std::lround(std::cbrt(4.0 * settings.hosts)));
    if (k % 2 != 0 || k * k * k / 4 != settings.hosts)
    {
        return options.Complain("--hosts=" + std::to_string(settings.hosts) +
                                ": no fat-tree has so many hosts, expected k^3/4 for an even k: "
                                "2, 16, 54, 128, 250, 432, 686, 1024, 1458, 2000 ...");
    }
    Report report = RunPermutation(settings, k);
    const uint32_t pending = std::max<uint32_t>(report.pending, 1);
    report.rawStock = MeasureRawEvents(
        "ns3::DefaultSimulatorImpl", "ns3::PriorityQueueScheduler", pending, settings.holdEvents);
    report.rawWheel = MeasureRawEvents("ns3::fabric::WheelSimulatorImpl",
                                       "ns3::fabric::WheelScheduler",
                                       pending,
                                       settings.holdEvents);
    Print(report, settings);
    bool ok = report.incomplete == 0;
    if (!ok)
    {
        std::cerr << "bench: " << report.incomplete << " flows did not complete\n";
    }
    for (const auto& ill : report.ills)
    {
        std::cerr << "bench: " << ill << "\n";
        ok = false;
    }
    ok = options.WriteJson(ToJson(report, settings)) && ok;
    return ok ? experiment::EXIT_OK : experiment::EXIT_FAILED;
}
