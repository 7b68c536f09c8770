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
// NICs have no congestion control; go-back-N where frames of a flow stay in order, otherwise
// selective repeat that lets packets be overtaken by 100 us. The class is lossless. The links
// between switches of scheduled fabrics have 500 Gb/s for cells (1.11 times the bytes, and requests
// and credits) and 420 Gb/s for containers.

#include "ns3/boolean.h"
#include "ns3/cluster-builder.h"
#include "ns3/cluster-packet-message-network.h"
#include "ns3/cluster-topology-spec.h"
#include "ns3/config.h"
#include "ns3/fabric-time.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"
#include "ns3/string.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

using namespace ns3;

namespace
{

constexpr double RATE = 400e9;     // bit/s
constexpr double DELAY = 1e-6;     // s
constexpr double FRAME = 4178;     // bytes of a full packet on the link
constexpr uint64_t PAYLOAD = 4096; // of them, of the message

/** A way to divide traffic among paths, and what it must reach. */
struct Scheme
{
    std::string name;                  ///< printed
    std::string balancer;              ///< fabric::LoadBalancer
    std::string device{"Switch"};      ///< fabric::Switch
    std::string fabricRate{"400Gbps"}; ///< of links between switches
    bool weighted{false};              ///< attribute Weighted
    double limit{0};                   ///< most over the bound; 0: as it is
    bool ordered{false};               ///< frames of a flow stay in order
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
    }

    void MessageFailed(const cluster::Message& message, const std::string& reason) override
    {
        std::printf("message failed: %s\n", reason.c_str());
    }

    uint32_t received{0}; ///< messages
    double last{0};       ///< s
};

/** @return time of the last arrival, s; 0 if a message did not arrive or something is wrong */
double
Run(const cluster::TopologyGraph& graph,
    const Scheme& scheme,
    const std::vector<uint32_t>& targets,
    uint64_t bytes)
{
    Simulator::SetScheduler(ObjectFactory("ns3::fabric::WheelScheduler"));
    cluster::NetworkStack stack;
    stack.loadBalancer.SetTypeId("ns3::fabric::" + scheme.balancer);
    stack.loadBalancer.Set("Weighted", BooleanValue(scheme.weighted));
    stack.fabricSwitch.SetTypeId("ns3::fabric::" + scheme.device);
    stack.nic.Set("CongestionControl", StringValue("ns3::rdma::NoCongestionControl"));
    const std::string reliability = scheme.ordered
                                        ? "ns3::rdma::GoBackN[AckEvery=64]"
                                        : "ns3::rdma::SelectiveRepeat[ReorderTime=100us]";
    stack.nic.Set("Reliability", StringValue(reliability));
    auto devices = cluster::ClusterBuilder(stack).Build(graph);
    auto network = CreateObject<cluster::PacketMessageNetwork>();
    network->Setup(devices);
    network->AssignStreams(devices->AssignStreams(1));
    Recorder recorder;
    uint32_t sent = 0;
    for (uint32_t host = 0; host < network->GetNAccelerators(); ++host)
    {
        network->SetHandler(host, &recorder);
        if (host >= targets.size() || targets[host] == host)
        {
            continue;
        }
        cluster::Message message;
        message.source = host;
        message.destination = targets[host];
        message.bytes = bytes;
        message.priority = 3;
        ++sent;
        Simulator::ScheduleWithContext(
            network->GetNodeId(host), Time(0), [network, message]() { network->Send(message); });
    }
    Simulator::Stop(Seconds(1));
    Simulator::Run();
    const auto ills = devices->CheckInvariants();
    for (const auto& ill : ills)
    {
        std::printf("%s\n", ill.c_str());
    }
    const auto health = devices->GetHealth();
    std::printf("%s: %u of %u, %g us, %lu repeated, %lu timeouts, %lu pauses\n",
                scheme.name.c_str(),
                recorder.received,
                sent,
                recorder.last * 1e6,
                static_cast<unsigned long>(health.retransmissions),
                static_cast<unsigned long>(health.timeouts),
                static_cast<unsigned long>(health.pfcXoffs));
    network->Dispose();
    Simulator::Destroy();
    devices->Dispose();
    return recorder.received == sent && ills.empty() ? recorder.last : 0;
}

/** Print a figure. */
void
Print(const std::string& what, const Scheme& scheme, double seen)
{
    const double limit = scheme.limit > 0 ? scheme.limit : 1000;
    std::printf("figure\t%s: %s\t%g\t%.4f\t%s\n",
                what.c_str(),
                scheme.name.c_str(),
                limit,
                seen > 0 ? seen : 1e9,
                "<=");
    std::fflush(stdout);
}

/** The permutation, with each scheme. */
void
RunPermutations(uint32_t k, uint64_t bytes)
{
    const std::vector<Scheme> schemes = {
        {"ECMP", "EcmpHash", "Switch", "400Gbps", false, 0, true},
        {"LetFlow", "LetFlow"},
        {"CONGA", "Conga"},
        {"ConWeave", "ConWeave", "Switch", "400Gbps", false, 0, true},
        {"random spray", "RandomSpray", "Switch", "400Gbps", false, 1.10},
        {"round-robin spray", "RoundRobinSpray", "Switch", "400Gbps", false, 1.10},
        {"DRILL", "Drill", "Switch", "400Gbps", false, 1.10},
        {"adaptive, per packet", "Adaptive", "Switch", "400Gbps", false, 1.05},
        {"cells (DDC)", "EcmpHash", "CellSwitch", "500Gbps", false, 1.05, true},
        {"containers (GSE)", "EcmpHash", "ContainerSwitch", "420Gbps", false, 1.05, true},
        {"central paths", "PinnedPaths", "Switch", "400Gbps", false, 1.02, true}};
    const uint32_t hosts = k * k * k / 4;
    auto random = CreateObject<UniformRandomVariable>();
    random->SetStream(1);
    std::vector<uint32_t> order(hosts);
    for (uint32_t i = 0; i < hosts; ++i)
    {
        order[i] = i;
        std::swap(order[i], order[random->GetInteger(0, i)]);
    }
    std::vector<uint32_t> targets(hosts);
    for (uint32_t i = 0; i < hosts; ++i)
    {
        targets[order[i]] = order[(i + 1) % hosts];
    }
    const double packets = static_cast<double>(bytes) / PAYLOAD;
    const double bound = (packets - 1 + 6) * 8 * FRAME / RATE + 6 * DELAY;
    for (const Scheme& scheme : schemes)
    {
        std::vector<cluster::TopologyError> errors;
        const auto graph = cluster::GenerateTopology(
            "fat-tree:k=" + std::to_string(k) + ",fabric-rate=" + scheme.fabricRate, errors);
        Print("permutation", scheme, Run(*graph, scheme, targets, bytes) / bound);
    }
}

/** One of 16 up-links with a quarter of its rate, with each scheme that can see it. */
void
RunDegraded(uint64_t bytes)
{
    const std::vector<Scheme> schemes = {
        {"ECMP", "EcmpHash", "Switch", "400Gbps", false, 0, true},
        {"round-robin spray", "RoundRobinSpray"},
        {"round-robin spray, weighted", "RoundRobinSpray", "Switch", "", true, 1.15},
        {"random spray, weighted", "RandomSpray", "Switch", "", true, 1.15},
        {"adaptive, per packet", "Adaptive", "Switch", "", false, 1.15},
        {"adaptive, weighted", "Adaptive", "Switch", "", true, 1.15}};
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
    std::vector<uint32_t> targets;
    for (uint32_t i = 0; i < SIDE; ++i)
    {
        targets.push_back(SIDE + i);
    }
    const double packets = static_cast<double>(bytes) / PAYLOAD;
    const double bound =
        SIDE * packets * 8 * FRAME / (15.25 * RATE) + 3 * 8 * FRAME / RATE + 4 * DELAY;
    for (const Scheme& scheme : schemes)
    {
        Print("degraded", scheme, Run(graph, scheme, targets, bytes) / bound);
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
    return 0;
}
