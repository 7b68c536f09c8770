/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// ultra-ethernet: the stacks of Ultra Ethernet, packet by packet, against closed forms, on
// fat-trees of 400 Gb/s links of 1 us.
//
// - One flow of 8 MiB on an idle path of L = 6 links. Its n frames of S bytes (4096 of payload, 110
//   of headers, 20 of preamble and gap) arrive after (n - 1 + L) 8 S / B + L p, the least time
//   there is.
// - A permutation of 128 hosts, 2 MiB each: the same bound for the last flow, if no link between
//   switches were shared.
// - An incast, 64 senders to one host, 1 MiB each: the last link carries all frames, the first of
//   which has crossed the links before it; the senders are up to 6 links away.
// - Two and 16 senders to one host, 8 MiB each: Jain's index of the rates at which they finish.
// - NSCC, 2, 4 and 16 senders without end behind one switch that marks from 0.2 to 0.8 of what the
//   link carries in a round trip: the mean queueing delay and its target, 0.75 round trips (no
//   tolerance is published).

#include "../../contrib/cluster/test/cluster-share-bench.h"

#include "ns3/cluster-builder.h"
#include "ns3/cluster-cluster.h"
#include "ns3/cluster-packet-message-network.h"
#include "ns3/cluster-topology-spec.h"
#include "ns3/experiment-network-stack.h"
#include "ns3/fabric-time.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

using namespace ns3;

namespace
{

constexpr double RATE = 400e9; // bit/s
constexpr double DELAY = 1e-6; // s
constexpr double PAYLOAD = 4096;
constexpr double FRAME = PAYLOAD + 110 + 20;

/** A message to send at time 0. */
struct Flow
{
    uint32_t source;      ///< accelerator
    uint32_t destination; ///< accelerator
    uint64_t bytes;       ///< how many
};

/** Notes when messages arrive. */
class Sink : public cluster::MessageHandler
{
  public:
    void MessageSent(const cluster::Message& message) override {}

    void MessageReceived(const cluster::Message& message) override
    {
        times[message.tag] = Simulator::Now().GetSeconds();
    }

    void MessageFailed(const cluster::Message& message, const std::string& reason) override
    {
        std::fprintf(stderr, "flow %lu failed: %s\n", message.tag, reason.c_str());
        std::exit(1);
    }

    std::vector<double> times; ///< by flow
};

/**
 * @param name of the stack
 * @param topology compact description
 * @param flows messages
 * @return when each arrived, s
 */
std::vector<double>
Run(const std::string& name, const std::string& topology, const std::vector<Flow>& flows)
{
    const auto stack = experiment::NetworkStack::Find(name);
    std::vector<cluster::TopologyError> errors;
    const auto graph = cluster::GenerateTopology(topology, errors);
    if (!stack || !graph)
    {
        std::fprintf(stderr, "no stack %s or no topology %s\n", name.c_str(), topology.c_str());
        std::exit(1);
    }
    stack->Apply();
    auto cluster = cluster::ClusterBuilder(stack->GetDevices()).Build(*graph);
    auto network = CreateObject<cluster::PacketMessageNetwork>();
    network->Setup(cluster);
    network->AssignStreams(1 + cluster->AssignStreams(1));
    Sink sink;
    sink.times.resize(flows.size(), NAN);
    for (uint32_t i = 0; i < network->GetNAccelerators(); ++i)
    {
        network->SetHandler(i, &sink);
    }
    for (std::size_t i = 0; i < flows.size(); ++i)
    {
        cluster::Message message;
        message.source = flows[i].source;
        message.destination = flows[i].destination;
        message.bytes = flows[i].bytes;
        message.tag = i;
        Simulator::ScheduleWithContext(network->GetNodeId(message.source),
                                       Time(0),
                                       [network, message] { network->Send(message); });
    }
    Simulator::Run();
    const auto health = cluster->CheckInvariants();
    if (!health.empty())
    {
        std::fprintf(stderr, "%s\n", health.front().c_str());
        std::exit(1);
    }
    network->Dispose();
    Simulator::Destroy();
    cluster->Dispose();
    return sink.times;
}

/** @return time of n frames back to back, and of the first one over the other links, s */
double
Bound(double bytes, double links)
{
    const double frames = std::ceil(bytes / PAYLOAD);
    return (frames - 1 + links) * 8 * FRAME / RATE + links * DELAY;
}

/** @return Jain's index of the rates */
double
Jain(const std::vector<double>& times)
{
    double sum = 0;
    double squares = 0;
    for (const double time : times)
    {
        sum += 1 / time;
        squares += 1 / (time * time);
    }
    return sum * sum / (static_cast<double>(times.size()) * squares);
}

/** @return flows of so many senders, far ones first, to host 0 */
std::vector<Flow>
Incast(uint32_t senders, uint64_t bytes)
{
    std::vector<Flow> flows;
    for (uint32_t i = 0; i < senders; ++i)
    {
        flows.push_back({127 - i, 0, bytes});
    }
    return flows;
}

/** Print the queueing delay that NSCC keeps. @param senders their number */
void
NsccQueue(uint32_t senders)
{
    // 400 Gb/s, 2 us a link: four links of 2 us and 0.4 us for frames and acknowledgments.
    constexpr double rtt = 8.4e-6;
    const auto share = [](double part)
    { return std::to_string(static_cast<uint64_t>(part * RATE / 8 * rtt)); };
    cluster::tests::ShareOptions options;
    options.senders = senders;
    options.gbps = 400;
    options.delay = "2us";
    options.congestionControl = "ns3::rdma::Nscc[BaseRtt=8400ns]";
    options.reliability = "ns3::rdma::UetRud[BaseRtt=8400ns]";
    options.pathSelector = "ns3::rdma::ObliviousSpray";
    options.marking = {
        {"Kmin", share(0.2)}, {"Kmax", share(0.8)}, {"Pmax", "1"}, {"ReferenceRate", "0bps"}};
    options.switchDefaults = {{"ns3::rdma::Nic::AckClass", "6"},
                              {"ns3::rdma::Nic::WireFormat", "UltraEthernet"},
                              {"ns3::fabric::DynamicThreshold::LosslessClasses", "0"},
                              {"ns3::fabric::DynamicThreshold::LossyAlpha", "8"}};
    options.begin = 2'000'000'000;
    options.end = 5'000'000'000;
    const auto result = cluster::tests::RunShare(options);
    std::printf("figure\tNSCC, %u senders: queueing delay, us\t%.2f\t%.2f\t-\n",
                senders,
                0.75 * rtt * 1e6,
                result.meanQueue * 8 / RATE * 1e6);
}

} // namespace

int
main()
{
    fabric::UsePicoseconds();
    const std::string tree = "fat-tree:k=8,rate=400Gbps,delay=1us";
    constexpr uint64_t MIB = 1024 * 1024;
    std::vector<Flow> permutation;
    for (uint32_t i = 0; i < 128; ++i)
    {
        // All leave their pod; the neighbours of a switch go to different pods.
        permutation.push_back({i, (i + 16 * (1 + i % 7)) % 128, 2 * MIB});
    }
    // i -> i + 16 (1 + i mod 7) is no permutation everywhere: sort the destinations out.
    std::vector<bool> taken(128, false);
    for (auto& flow : permutation)
    {
        while (taken[flow.destination] || flow.destination / 16 == flow.source / 16)
        {
            flow.destination = (flow.destination + 1) % 128;
        }
        taken[flow.destination] = true;
    }
    for (const std::string stack : {"uet-nscc", "uet-rccc", "uet-nscc-rccc"})
    {
        const double one = Run(stack, tree, {{0, 127, 8 * MIB}})[0];
        std::printf("figure\t%s: one flow, bound / time\t0.99\t%.4f\t>=\n",
                    stack.c_str(),
                    Bound(8 * MIB, 6) / one);
        const auto all = Run(stack, tree, permutation);
        std::printf("figure\t%s: permutation, last / bound\t1.2\t%.4f\t<=\n",
                    stack.c_str(),
                    *std::max_element(all.begin(), all.end()) / Bound(2 * MIB, 6));
        const auto incast = Run(stack, tree, Incast(64, MIB));
        std::printf("figure\t%s: 64 to 1, last / bound\t%s\t%.4f\t<=\n",
                    stack.c_str(),
                    stack == "uet-nscc" ? "1.2" : "1.03",
                    *std::max_element(incast.begin(), incast.end()) / Bound(64 * MIB, 6));
        for (const uint32_t senders : {2, 16})
        {
            std::printf("figure\t%s: %u to 1, Jain's index\t0.95\t%.4f\t>=\n",
                        stack.c_str(),
                        senders,
                        Jain(Run(stack, tree, Incast(senders, 8 * MIB))));
        }
        std::fflush(stdout);
    }
    for (const uint32_t senders : {2, 4, 16})
    {
        NsccQueue(senders);
    }
    return 0;
}
