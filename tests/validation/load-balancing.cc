/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// load-balancing [K [MIB]]: what each load balancing scheme makes of traffic that would fit.
//
// Permutation: each host of a fat-tree of K (8) sends MIB (16) MiB to another one, with links of B
// = 400 Gb/s and p = 1 us. Hosts have as many paths as links, so that no link need carry more than
// one flow: the bound is that of a flow alone, (n - 1 + L) 8 S / B + L p, for n packets of 4096 B,
// S = 4178 B with headers, preamble and gap, and L = 6 links. Printed is the last arrival over it.
//
// Degraded: 16 hosts of one leaf send to 16 of another over 16 spines, and one of the 16 up-links
// has 100 Gb/s. The cut between the leaf and the spines carries 15.25 B: the bound is 16 n 8 S /
// (15.25 B) + 3 * 8 S / B + 4 p.
//
// Schemes that have no limit show what they come to; they cannot beat the bound.
//
// NICs have no congestion control; go-back-N where frames of a flow stay in order, otherwise
// selective repeat that lets packets be overtaken by 100 us, with an acknowledgment for each packet
// (2 % of a link). The class is lossless. The links between switches of scheduled fabrics have 500
// Gb/s for cells (1.11 times the bytes, and requests and credits) and 420 Gb/s for containers.
//
// Hashing: balls in bins. Polarisation: cores that flows between two pods use, of all.
//
// Victim: 31 hosts of four leaves send to one, and a host that has no part in it to another one of
// the same leaf: its time beside the incast over that alone.

#include "ns3/boolean.h"
#include "ns3/cluster-builder.h"
#include "ns3/cluster-packet-message-network.h"
#include "ns3/cluster-path-probe.h"
#include "ns3/cluster-topology-spec.h"
#include "ns3/config.h"
#include "ns3/enum.h"
#include "ns3/fabric-load-balancer.h"
#include "ns3/fabric-time.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using namespace ns3;

namespace
{

constexpr double RATE = 400e9;     // bit/s
constexpr double DELAY = 1e-6;     // s
constexpr double FRAME = 4178;     // bytes of a full packet on the link
constexpr uint64_t PAYLOAD = 4096; // of them, of the message

/** What frames of a flow do on their way. */
enum class Order
{
    KEPT, ///< they arrive in order
    LOST, ///< they overtake each other
};

/** A way to divide traffic among paths, and what it must reach. */
struct Scheme
{
    std::string name;                  ///< printed
    std::string balancer;              ///< fabric::LoadBalancer, with attributes
    Order order{Order::LOST};          ///< of the frames of a flow
    double limit{0};                   ///< most over the bound; 0: as it is
    std::string device{"Switch"};      ///< fabric::Switch, with attributes
    std::string fabricRate{"400Gbps"}; ///< of links between switches
    uint32_t queuePairs{1};            ///< of each flow, each with a part of the message
};

/** Notes the last arrival. */
class Recorder : public cluster::MessageHandler
{
  public:
    void MessageSent(const cluster::Message& message) override {}

    void MessageReceived(const cluster::Message& message) override
    {
        ++received;
        last = Simulator::Now().GetSeconds();
        arrivals[message.tag] = last;
    }

    void MessageFailed(const cluster::Message& message, const std::string& reason) override
    {
        std::printf("message failed: %s\n", reason.c_str());
    }

    uint32_t received{0};                ///< messages
    double last{0};                      ///< s
    std::map<uint64_t, double> arrivals; ///< by tag, s
};

/** A class with attributes. @param text of the class in fabric */
ObjectFactory
MakeFactory(const std::string& text)
{
    ObjectFactory factory;
    std::istringstream in("ns3::fabric::" + text);
    in >> factory;
    return factory;
}

/** A network of a scheme. */
class Network
{
  public:
    /** @param graph its topology @param scheme how it divides traffic */
    Network(const cluster::TopologyGraph& graph, const Scheme& scheme)
    {
        Simulator::SetScheduler(ObjectFactory("ns3::fabric::WheelScheduler"));
        cluster::NetworkStack stack;
        stack.loadBalancer = MakeFactory(scheme.balancer);
        stack.fabricSwitch = MakeFactory(scheme.device);
        stack.nic.Set("CongestionControl", StringValue("ns3::rdma::NoCongestionControl"));
        stack.nic.Set("Reliability",
                      StringValue(scheme.order == Order::KEPT
                                      ? "ns3::rdma::GoBackN[AckEvery=64]"
                                      : "ns3::rdma::SelectiveRepeat[ReorderTime=100us]"));
        devices = cluster::ClusterBuilder(stack).Build(graph);
        network->SetAttribute("QueuePairs", UintegerValue(scheme.queuePairs));
        network->SetAttribute("QueuePairUse", EnumValue(cluster::PacketMessageNetwork::SPLIT));
        network->Setup(devices);
        network->AssignStreams(devices->AssignStreams(1));
        for (uint32_t host = 0; host < network->GetNAccelerators(); ++host)
        {
            network->SetHandler(host, &recorder);
        }
    }

    ~Network()
    {
        network->Dispose();
        Simulator::Destroy();
        devices->Dispose();
    }

    Network(const Network&) = delete;
    Network& operator=(const Network&) = delete;

    /** Send a message at a time, s. */
    void Send(double at, uint32_t source, uint32_t destination, uint64_t bytes)
    {
        cluster::Message message;
        message.source = source;
        message.destination = destination;
        message.bytes = bytes;
        message.priority = 3;
        message.tag = source;
        ++m_sent;
        const auto send = [this, message]() { network->Send(message); };
        Simulator::ScheduleWithContext(network->GetNodeId(source), Seconds(at), send);
    }

    /** Let all messages arrive. @param name printed @return whether they did, and all is well */
    bool Run(const std::string& name)
    {
        Simulator::Stop(Seconds(1));
        Simulator::Run();
        const auto ills = devices->CheckInvariants();
        for (const auto& ill : ills)
        {
            std::printf("%s\n", ill.c_str());
        }
        const auto health = devices->GetHealth();
        std::printf("%s: %u of %u, %g us, %lu repeated, %lu timeouts, %lu pauses\n",
                    name.c_str(),
                    recorder.received,
                    m_sent,
                    recorder.last * 1e6,
                    static_cast<unsigned long>(health.retransmissions),
                    static_cast<unsigned long>(health.timeouts),
                    static_cast<unsigned long>(health.pfcXoffs));
        return recorder.received == m_sent && ills.empty();
    }

    Ptr<cluster::PacketMessageNetwork> network{
        CreateObject<cluster::PacketMessageNetwork>()}; ///< of messages
    Ptr<cluster::Cluster> devices;                      ///< switches and NICs
    Recorder recorder;                                  ///< arrivals

  private:
    uint32_t m_sent{0}; ///< messages
};

/** @return the graph of a description */
cluster::TopologyGraph
MakeGraph(const std::string& text)
{
    std::vector<cluster::TopologyError> errors;
    return *cluster::GenerateTopology(text, errors);
}

/** @return time of the last arrival, s; 0 if a message did not arrive or something is wrong */
double
SendAll(const cluster::TopologyGraph& graph,
        const Scheme& scheme,
        const std::vector<uint32_t>& targets,
        uint64_t bytes)
{
    Network network(graph, scheme);
    for (uint32_t host = 0; host < targets.size(); ++host)
    {
        if (targets[host] != host)
        {
            network.Send(0, host, targets[host], bytes);
        }
    }
    return network.Run(scheme.name) ? network.recorder.last : 0;
}

/** Print a figure. @param tolerance as ./weft validate reads it */
void
Print(const std::string& what, double expected, double seen, const std::string& tolerance)
{
    std::printf("figure\t%s\t%g\t%.4f\t%s\n", what.c_str(), expected, seen, tolerance.c_str());
    std::fflush(stdout);
}

/** Print what a scheme has come to. @param ratio over the bound, 0 if it went wrong */
void
Print(const std::string& what, const Scheme& scheme, double ratio)
{
    // A scheme without a limit is only told of; but a run that went wrong fails in any case.
    const bool limited = scheme.limit > 0;
    const double limit = limited ? scheme.limit : 1;
    const double seen = ratio == 0 ? 1e9 : ratio;
    Print(what + ": " + scheme.name, limit, seen, limited || ratio == 0 ? "<=" : "-");
}

/** @return a random order of 0..n - 1 */
std::vector<uint32_t>
Shuffle(uint32_t n, Ptr<UniformRandomVariable> random)
{
    std::vector<uint32_t> order(n);
    for (uint32_t i = 0; i < n; ++i)
    {
        order[i] = i;
        std::swap(order[i], order[random->GetInteger(0, i)]);
    }
    return order;
}

/** The permutation, with each scheme. */
void
RunPermutations(uint32_t k, uint64_t bytes)
{
    const std::vector<Scheme> schemes = {
        {"ECMP", "EcmpHash", Order::KEPT},
        {"E-ECMP, 16 queue pairs", "EcmpHash[Fields=qp]", Order::KEPT, 0, "Switch", "400Gbps", 16},
        {"UCMP", "EcmpHash[Weighted=true]", Order::KEPT},
        {"flowlet (LetFlow)", "LetFlow", Order::LOST},
        {"CONGA", "Conga", Order::LOST},
        {"ConWeave", "ConWeave", Order::KEPT},
        {"adaptive, per flow", "Adaptive[Gap=1s]", Order::KEPT},
        {"adaptive, per flowlet", "Adaptive[Gap=1us]", Order::LOST},
        {"adaptive, per packet", "Adaptive", Order::LOST, 1.05},
        {"DRILL", "Drill", Order::LOST, 1.10},
        {"random spray", "RandomSpray", Order::LOST, 1.10},
        {"round-robin spray", "RoundRobinSpray", Order::LOST, 1.10},
        {"cells (DDC)", "EcmpHash", Order::KEPT, 1.05, "CellSwitch", "500Gbps"},
        {"containers (GSE)", "EcmpHash", Order::KEPT, 1.05, "ContainerSwitch", "420Gbps"},
        {"central paths", "PinnedPaths", Order::KEPT, 1.02}};
    const uint32_t hosts = k * k * k / 4;
    auto random = CreateObject<UniformRandomVariable>();
    random->SetStream(1);
    const auto order = Shuffle(hosts, random);
    std::vector<uint32_t> targets(hosts);
    for (uint32_t i = 0; i < hosts; ++i)
    {
        targets[order[i]] = order[(i + 1) % hosts];
    }
    const double packets = static_cast<double>(bytes) / PAYLOAD;
    const double bound = (packets - 1 + 6) * 8 * FRAME / RATE + 6 * DELAY;
    for (const Scheme& scheme : schemes)
    {
        const auto graph =
            MakeGraph("fat-tree:k=" + std::to_string(k) + ",fabric-rate=" + scheme.fabricRate);
        Print("permutation", scheme, SendAll(graph, scheme, targets, bytes) / bound);
    }
}

/** @return two leaves with 16 hosts each, 16 spines, and one slow up-link of the first leaf */
cluster::TopologyGraph
MakeDegraded()
{
    constexpr uint32_t SIDE = 16; // hosts of a leaf, and spines
    cluster::TopologyGraph graph;
    std::vector<uint32_t> leaves;
    for (uint32_t i = 0; i < 2 * SIDE; ++i)
    {
        graph.AddServer("host" + std::to_string(i));
    }
    cluster::TopologyGraph::LinkProperties link;
    link.bitRate = static_cast<uint64_t>(RATE);
    link.delay = 1'000'000;
    for (uint32_t leaf = 0; leaf < 2; ++leaf)
    {
        leaves.push_back(graph.AddSwitch("leaf" + std::to_string(leaf), 1));
        for (uint32_t i = 0; i < SIDE; ++i)
        {
            graph.AddLink(leaf * SIDE + i, leaves[leaf], link);
            graph.AddAccelerator(leaf * SIDE + i, {0});
        }
    }
    for (uint32_t i = 0; i < SIDE; ++i)
    {
        const uint32_t spine = graph.AddSwitch("spine" + std::to_string(i), 2);
        for (uint32_t leaf = 0; leaf < 2; ++leaf)
        {
            link.bitRate = static_cast<uint64_t>(leaf == 0 && i == 0 ? RATE / 4 : RATE);
            graph.AddLink(leaves[leaf], spine, link);
        }
    }
    return graph;
}

/** One of 16 up-links with a quarter of its rate. */
void
RunDegraded(uint64_t bytes)
{
    const std::string any = "400Gbps";
    const std::vector<Scheme> schemes = {
        {"ECMP", "EcmpHash", Order::KEPT},
        {"UCMP, 64 queue pairs", "EcmpHash[Weighted=true]", Order::KEPT, 0, "Switch", any, 64},
        {"round-robin spray", "RoundRobinSpray", Order::LOST},
        {"DRILL", "Drill", Order::LOST, 1.15},
        {"adaptive, per packet", "Adaptive", Order::LOST, 1.15},
        {"adaptive, weighted", "Adaptive[Weighted=true]", Order::LOST, 1.15},
        {"random spray, weighted", "RandomSpray[Weighted=true]", Order::LOST, 1.15},
        {"round-robin spray, weighted", "RoundRobinSpray[Weighted=true]", Order::LOST, 1.15},
        {"DRILL, weighted", "Drill[Weighted=true]", Order::LOST, 1.15},
        {"central paths, 16 queue pairs", "PinnedPaths", Order::KEPT, 1.15, "Switch", any, 16}};
    const auto graph = MakeDegraded();
    std::vector<uint32_t> targets;
    for (uint32_t i = 0; i < 16; ++i)
    {
        targets.push_back(16 + i);
    }
    const double packets = static_cast<double>(bytes) / PAYLOAD;
    const double bound =
        16 * packets * 8 * FRAME / (15.25 * RATE) + 3 * 8 * FRAME / RATE + 4 * DELAY;
    for (const Scheme& scheme : schemes)
    {
        Print("degraded", scheme, SendAll(graph, scheme, targets, bytes) / bound);
    }
}

/**
 * Flows over 16 links.
 *
 * @param nics source ports and addresses, one each
 * @param queuePairs of each of them
 * @return load of the most loaded link over the mean, on the mean of 600 draws
 */
double
GetImbalance(Network& network, uint32_t nics, uint32_t queuePairs)
{
    constexpr uint32_t LINKS = 16;
    constexpr uint32_t DRAWS = 600;
    auto random = CreateObject<UniformRandomVariable>();
    random->SetStream(7);
    const auto leaf = network.devices->GetSwitch(network.devices->GetGraph().Find("leaf-0"));
    const fabric::FabricAddress far = network.devices->GetNAttachments() - 1;
    const auto& group = *leaf->GetRoutingTable().Find(far);
    double sum = 0;
    for (uint32_t draw = 0; draw < DRAWS; ++draw)
    {
        std::map<uint16_t, uint32_t> loads;
        uint32_t most = 0;
        for (uint32_t nic = 0; nic < nics; ++nic)
        {
            fabric::Frame frame{};
            frame.kind = fabric::FrameKind::ROCE;
            frame.source = nic;
            frame.destination = far;
            frame.entropy = static_cast<uint16_t>(random->GetInteger(0xc000, 0xffff));
            for (uint32_t qp = 0; qp < queuePairs; ++qp)
            {
                frame.roce.destinationQp = random->GetInteger(1, (1U << 24) - 1);
                most = std::max(most, ++loads[leaf->GetLoadBalancer()->Select(frame, group)]);
            }
        }
        sum += most * double{LINKS} / (nics * queuePairs);
    }
    return sum / DRAWS;
}

/** What hashing comes to: balls in bins. */
void
RunHashing()
{
    const auto graph = MakeGraph("leaf-spine:leaves=2,spines=16,hosts=16");
    const auto inside =
        [&graph](const std::string& balancer, const std::function<void(Network&)>& look)
    {
        Network network(graph, {"", balancer, Order::KEPT});
        Simulator::Schedule(NanoSeconds(1), [&]() { look(network); });
        Simulator::Run();
    };
    inside("EcmpHash",
           [](Network& network)
           {
               Print("ECMP: 1,000 flows on 16 links, most over mean",
                     1.224,
                     GetImbalance(network, 1000, 1),
                     "0.03");
               Print("ECMP: 16 NICs of 64 queue pairs", 3.12, GetImbalance(network, 16, 64), "3%");
           });
    // Means of 600 runs of balls in bins; one of them is 3.12 +- 0.75 for a queue pair.
    const std::map<uint32_t, double> table = {
        {1, 3.12}, {2, 2.44}, {4, 1.97}, {8, 1.68}, {16, 1.47}, {32, 1.32}, {64, 1.22}};
    inside("EcmpHash[Fields=source,destination,entropy,qp]",
           [&table](Network& network)
           {
               for (const auto& [queuePairs, expected] : table)
               {
                   Print("E-ECMP: 16 NICs of " + std::to_string(queuePairs) + " queue pairs",
                         expected,
                         GetImbalance(network, 16, queuePairs),
                         "3%");
               }
           });
}

/** Cores of a fat-tree that flows between two pods use. */
void
RunPolarisation(uint32_t k)
{
    const auto graph = MakeGraph("fat-tree:k=" + std::to_string(k));
    for (const bool alike : {true, false})
    {
        Network network(graph,
                        {"", alike ? "EcmpHash[SeedByNode=false]" : "EcmpHash", Order::KEPT});
        std::set<uint32_t> cores;
        const auto look = [&]()
        {
            const cluster::PathProbe probe(*network.devices);
            for (uint32_t port = 0xc000; port < 0xc400; ++port)
            {
                const auto path = probe.Trace(0, graph.GetNAttachments() - 1, port);
                // Host, leaf, aggregation switch: the third link leads to a core.
                cores.insert(path->at(2));
            }
        };
        Simulator::Schedule(NanoSeconds(1), look);
        Simulator::Run();
        Print(alike ? "ECMP, one seed: part of the paths used" : "ECMP: part of the paths used",
              alike ? 2.0 / k : 1,
              cores.size() / (k * k / 4.0),
              "0");
    }
}

/** A flow that has no part in an incast. */
void
RunVictim()
{
    const std::vector<Scheme> schemes = {
        {"cells (DDC)", "EcmpHash", Order::KEPT, 1.01, "CellSwitch", "500Gbps"},
        {"containers (GSE)", "EcmpHash", Order::KEPT, 1.01, "ContainerSwitch", "420Gbps"},
        {"priority flow control", "EcmpHash", Order::KEPT}};
    constexpr uint32_t VICTIM = 35;
    constexpr double START = 1e-3; // of the victim, s
    for (const Scheme& scheme : schemes)
    {
        const auto graph =
            MakeGraph("leaf-spine:leaves=4,spines=4,hosts=9,fabric-rate=" + scheme.fabricRate);
        double times[2] = {0, 0}; // alone, beside the incast
        for (const bool incast : {false, true})
        {
            Network network(graph, scheme);
            for (uint32_t host = 1; incast && host < 35; ++host)
            {
                if (host < 8 || host > 10) // 31 hosts
                {
                    network.Send(0, host, 0, 8 << 20);
                }
            }
            network.Send(START, VICTIM, 8, 4 << 20);
            times[incast] =
                network.Run(scheme.name) ? network.recorder.arrivals[VICTIM] - START : 0;
        }
        const bool limited = scheme.limit > 0;
        Print("victim beside an incast over alone: " + scheme.name,
              limited ? scheme.limit : 2,
              times[1] > 0 ? times[1] / times[0] : (limited ? 1e9 : 0),
              limited ? "<=" : ">=");
    }
}

} // namespace

int
main(int argc, char* argv[])
{
    Config::SetGlobal("SimulatorImplementationType",
                      StringValue("ns3::fabric::WheelSimulatorImpl"));
    fabric::UsePicoseconds();
    const uint32_t k = argc > 1 ? std::atoi(argv[1]) : 8;
    const uint64_t bytes = (argc > 2 ? std::atoi(argv[2]) : 16) * uint64_t{1} << 20;
    RunPermutations(k, bytes);
    RunDegraded(bytes);
    RunHashing();
    RunPolarisation(k);
    RunVictim();
    return 0;
}
