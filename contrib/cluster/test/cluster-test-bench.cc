/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-test-bench.h"

#include "ns3/abort.h"
#include "ns3/cluster-topology-spec.h"
#include "ns3/fabric-time.h"
#include "ns3/simulator.h"

namespace ns3::cluster::tests
{

TopologyGraph
MakeGraph(const std::string& spec)
{
    fabric::UsePicoseconds();
    std::vector<TopologyError> errors;
    const auto graph = GenerateTopology(spec, errors);
    NS_ABORT_MSG_IF(!graph, errors[0].Format(spec));
    return *graph;
}

TestBench::TestBench(const std::string& spec, const NetworkStack& stack)
    : TestBench(MakeGraph(spec), stack)
{
}

TestBench::TestBench(const TopologyGraph& graph, const NetworkStack& stack)
{
    fabric::UsePicoseconds();
    cluster = ClusterBuilder(stack).Build(graph);
    network = stack.messageNetwork.Create<ClusterNetwork>();
    network->Setup(cluster);
    for (uint32_t i = 0; i < network->GetNAccelerators(); ++i)
    {
        m_recorders.push_back(std::make_unique<Recorder>(*this, i));
        network->SetHandler(i, m_recorders.back().get());
    }
}

TestBench::~TestBench()
{
    network->Dispose();
    Simulator::Destroy();
    cluster->Dispose();
}

void
TestBench::Send(int64_t at,
                uint32_t source,
                uint32_t destination,
                uint64_t bytes,
                uint64_t tag,
                uint32_t channel,
                uint8_t priority)
{
    Message message;
    message.source = source;
    message.destination = destination;
    message.bytes = bytes;
    message.tag = tag;
    message.channel = channel;
    message.priority = priority;
    Simulator::ScheduleWithContext(
        network->GetNodeId(source), TimeStep(at), [this, message]() { network->Send(message); });
}

int64_t
TestBench::ReceivedAt(uint64_t tag) const
{
    for (const Outcome& outcome : outcomes)
    {
        if (outcome.message.tag == tag && outcome.received)
        {
            return outcome.at;
        }
    }
    return -1;
}

int64_t
TestBench::SentAt(uint64_t tag) const
{
    for (const Outcome& outcome : outcomes)
    {
        if (outcome.message.tag == tag && !outcome.received && outcome.failure.empty())
        {
            return outcome.at;
        }
    }
    return -1;
}

TestBench::Recorder::Recorder(TestBench& bench, uint32_t accelerator)
    : m_bench(bench),
      m_accelerator(accelerator)
{
}

void
TestBench::Recorder::CheckContext() const
{
    NS_ABORT_MSG_IF(Simulator::GetContext() != m_bench.network->GetNodeId(m_accelerator),
                    "event of accelerator " << m_accelerator << " in a foreign context");
}

void
TestBench::Recorder::MessageSent(const Message& message)
{
    CheckContext();
    m_bench.outcomes.push_back({message, fabric::NowTicks(), false, ""});
}

void
TestBench::Recorder::MessageReceived(const Message& message)
{
    CheckContext();
    m_bench.outcomes.push_back({message, fabric::NowTicks(), true, ""});
}

void
TestBench::Recorder::MessageFailed(const Message& message, const std::string& reason)
{
    CheckContext();
    m_bench.outcomes.push_back({message, fabric::NowTicks(), false, reason});
}

} // namespace ns3::cluster::tests
