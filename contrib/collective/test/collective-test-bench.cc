/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-test-bench.h"

#include "ns3/object-factory.h"
#include "ns3/simulator.h"
#include "ns3/string.h"

#include <algorithm>
#include <numeric>
#include <sstream>

namespace ns3::collective::test
{

TestBench::TestBench(const IdealNetwork::Shape& shape, const std::string& relay)
{
    network = CreateObject<IdealNetwork>();
    network->SetShape(shape);
    m_network = network;
    MakeEngine(relay);
}

TestBench::TestBench(Ptr<cluster::MessageNetwork> other)
    : m_network(other)
{
    MakeEngine("");
}

void
TestBench::MakeEngine(const std::string& relay)
{
    engine = CreateObject<CollectiveEngine>();
    if (!relay.empty())
    {
        engine->SetAttribute("Relay", StringValue("ns3::collective::CpuRelay" + relay));
    }
    engine->SetNetwork(m_network);
    engine->TraceConnectWithoutContext("StepSent", MakeCallback(&TestBench::StepSent, this));
    engine->TraceConnectWithoutContext("StepReceived",
                                       MakeCallback(&TestBench::StepReceived, this));
}

TestBench::~TestBench()
{
    engine->Dispose();
    m_network->Dispose();
    Simulator::Destroy();
}

uint32_t
TestBench::AddWorld()
{
    std::vector<uint32_t> accelerators(m_network->GetNAccelerators());
    std::iota(accelerators.begin(), accelerators.end(), 0);
    return engine->AddCommunicator(accelerators);
}

void
TestBench::SetAlgorithm(CollectiveType type, const std::string& text)
{
    ObjectFactory factory;
    std::istringstream("ns3::collective::" + text) >> factory;
    engine->SetAlgorithm(type, factory.Create<Algorithm>());
}

void
TestBench::SetLibrary(const std::string& text)
{
    engine->SetAttribute("Library", StringValue("ns3::collective::" + text));
}

void
TestBench::PostAt(Time at, uint32_t accelerator, const Operation& operation)
{
    Simulator::ScheduleWithContext(m_network->GetNodeId(accelerator),
                                   at,
                                   &CollectiveEngine::Post,
                                   engine,
                                   accelerator,
                                   operation,
                                   this);
}

void
TestBench::PostAll(const Operation& operation)
{
    const auto& communicator = engine->GetCommunicator(operation.communicator);
    for (uint32_t rank = 0; rank < communicator.GetSize(); ++rank)
    {
        PostAt(Time(0), communicator.GetAccelerator(rank), operation);
    }
}

void
TestBench::Watch(const Operation& operation, const std::vector<std::vector<uint64_t>>& sizes)
{
    const auto& communicator = engine->GetCommunicator(operation.communicator);
    m_watched.push_back(std::make_unique<Watched>(
        Watched{operation, SymbolicMemory(operation, communicator.GetSize(), sizes)}));
}

std::string
TestBench::Run()
{
    Simulator::Run();
    for (const auto& watched : m_watched)
    {
        const auto error = watched->memory.Check();
        if (!error.empty())
        {
            return GetTypeName(watched->operation.type) + " of " +
                   std::to_string(watched->operation.bytes) + " bytes: " + error;
        }
    }
    return "";
}

Time
TestBench::GetEnd() const
{
    Time end;
    for (const auto& event : events)
    {
        end = std::max(end, event.at);
    }
    return end;
}

void
TestBench::OperationCompleted(uint32_t accelerator, const Operation& operation)
{
    events.push_back({accelerator, operation, Simulator::Now(), ""});
}

void
TestBench::OperationFailed(uint32_t accelerator,
                           const Operation& operation,
                           const std::string& reason)
{
    events.push_back({accelerator, operation, Simulator::Now(), reason});
}

SymbolicMemory*
TestBench::Find(const Operation& operation)
{
    for (const auto& watched : m_watched)
    {
        if (watched->operation.communicator == operation.communicator &&
            watched->operation.sequence == operation.sequence)
        {
            return &watched->memory;
        }
    }
    return nullptr;
}

void
TestBench::StepSent(uint32_t accelerator, const Operation& operation, const Step& step)
{
    if (auto* memory = Find(operation))
    {
        memory->Send(engine->GetCommunicator(operation.communicator).GetRank(accelerator), step);
    }
}

void
TestBench::StepReceived(uint32_t accelerator, const Operation& operation, const Step& step)
{
    if (auto* memory = Find(operation))
    {
        memory->Receive(engine->GetCommunicator(operation.communicator).GetRank(accelerator), step);
    }
}

Operation
MakeOperation(CollectiveType type, uint64_t bytes, uint32_t root)
{
    Operation operation;
    operation.type = type;
    operation.bytes = bytes;
    operation.root = root;
    operation.sequence = 0;
    return operation;
}

} // namespace ns3::collective::test
