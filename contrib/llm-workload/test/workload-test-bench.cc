/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-test-bench.h"

#include "ns3/collective-engine.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <utility>

namespace ns3::workload::test
{

Bench::Bench(JobGraph job, uint32_t nSteps, IdealNetwork::Shape shape)
    : network(CreateObject<IdealNetwork>()),
      engine(CreateObject<ReplayEngine>())
{
    shape.nAccelerators = static_cast<uint32_t>(job.ranks.size());
    network->SetShape(shape);
    const auto collectives = CreateObject<collective::CollectiveEngine>();
    // One chunk on one ring: 2 (n - 1) steps, each latency + bytes / n x beta.
    collectives->SetAttribute(
        "AllReduce",
        StringValue("ns3::collective::RingAllReduce[Channels=1|ChunkSize=1073741824]"));
    collectives->SetNetwork(network);
    engine->SetAttribute("Steps", UintegerValue(nSteps));
    engine->SetCollectiveEngine(collectives);
    engine->SetJob(std::make_shared<JobGraph>(std::move(job)));
    engine->Start();
}

Bench::~Bench()
{
    engine->GetCollectiveEngine()->Dispose();
    engine->Dispose();
    Simulator::Destroy();
}

/** @return a job of which each rank has its own graph; all ranks are in group 0 */
JobGraph
MakeJob(const std::vector<std::shared_ptr<OperationGraph>>& graphs)
{
    JobGraph job;
    job.groups.push_back({"all", Dimension::DATA, {}});
    for (uint32_t rank = 0; rank < graphs.size(); ++rank)
    {
        graphs[rank]->Seal();
        job.groups[0].ranks.push_back(rank);
        std::vector<uint32_t> peers; // slot s: the s-th of the other ranks
        for (uint32_t peer = 0; peer < graphs.size(); ++peer)
        {
            if (peer != rank)
            {
                peers.push_back(peer);
            }
        }
        job.ranks.push_back({graphs[rank], {0}, peers});
    }
    return job;
}

/** @return a number of graphs */
std::vector<std::shared_ptr<OperationGraph>>
MakeGraphs(uint32_t n)
{
    std::vector<std::shared_ptr<OperationGraph>> graphs;
    for (uint32_t i = 0; i < n; ++i)
    {
        graphs.push_back(std::make_shared<OperationGraph>());
    }
    return graphs;
}

ModelShape
MakeSmallShape(uint32_t layers)
{
    ModelShape shape;
    shape.hidden = 64;
    shape.heads = 4;
    shape.kvHeads = 4;
    shape.ffn = 256;
    shape.vocabulary = 128;
    shape.sequence = 32;
    shape.layers = layers;
    return shape;
}

} // namespace ns3::workload::test
