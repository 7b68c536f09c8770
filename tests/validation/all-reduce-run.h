/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef ALL_REDUCE_RUN_H
#define ALL_REDUCE_RUN_H

#include "ns3/cluster-builder.h"
#include "ns3/cluster-cluster.h"
#include "ns3/cluster-packet-message-network.h"
#include "ns3/cluster-topology-spec.h"
#include "ns3/collective-engine.h"
#include "ns3/simulator.h"
#include "ns3/string.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <string>
#include <vector>

namespace ns3::validation
{

/** Waits until all ranks are done. */
class Finish : public collective::OperationHandler
{
  public:
    void OperationCompleted(uint32_t accelerator, const collective::Operation& operation) override
    {
        completed++;
        at = Simulator::Now();
    }

    void OperationFailed(uint32_t accelerator,
                         const collective::Operation& operation,
                         const std::string& reason) override
    {
        std::fprintf(stderr, "rank %u failed: %s\n", accelerator, reason.c_str());
        std::exit(1);
    }

    uint32_t completed{0}; ///< ranks that are done
    Time at;               ///< when the last one was
};

/**
 * One All-Reduce of all accelerators of a cluster, by go-back-N; ends the program if it fails or
 * breaks an invariant.
 *
 * @param topology what to generate
 * @param algorithm text of the engine's attribute AllReduce
 * @param bytes size
 * @param ackEvery packets for an acknowledgment
 * @return seconds that it takes
 */
inline double
RunAllReduce(const std::string& topology,
             const std::string& algorithm,
             uint64_t bytes,
             uint32_t ackEvery)
{
    std::vector<cluster::TopologyError> errors;
    const auto graph = cluster::GenerateTopology(topology, errors);
    if (!graph)
    {
        std::fprintf(stderr, "%s\n", errors.front().message.c_str());
        std::exit(1);
    }
    cluster::NetworkStack stack;
    stack.nic.Set("Reliability",
                  StringValue("ns3::rdma::GoBackN[AckEvery=" + std::to_string(ackEvery) + "]"));
    auto cluster = cluster::ClusterBuilder(stack).Build(*graph);
    auto network = CreateObject<cluster::PacketMessageNetwork>();
    network->Setup(cluster);
    auto engine = CreateObject<collective::CollectiveEngine>();
    engine->SetNetwork(network);
    engine->SetAttribute("AllReduce", StringValue("ns3::collective::" + algorithm));
    std::vector<uint32_t> members(network->GetNAccelerators());
    std::iota(members.begin(), members.end(), 0);
    collective::Operation operation;
    operation.communicator = engine->AddCommunicator(members);
    operation.bytes = bytes;
    Finish finish;
    for (const uint32_t rank : members)
    {
        Simulator::ScheduleWithContext(network->GetNodeId(rank),
                                       Time(0),
                                       [&, rank] { engine->Post(rank, operation, &finish); });
    }
    Simulator::Run();
    const auto violations = cluster->CheckInvariants();
    if (finish.completed != members.size() || !violations.empty())
    {
        std::fprintf(stderr,
                     "%u of %zu ranks completed; %s\n",
                     finish.completed,
                     members.size(),
                     violations.empty() ? "" : violations.front().c_str());
        std::exit(1);
    }
    engine->Dispose();
    network->Dispose();
    Simulator::Destroy();
    cluster->Dispose();
    return finish.at.GetSeconds();
}

} // namespace ns3::validation

#endif /* ALL_REDUCE_RUN_H */
