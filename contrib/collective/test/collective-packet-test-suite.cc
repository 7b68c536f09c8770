/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/abort.h"
#include "ns3/cluster-builder.h"
#include "ns3/cluster-packet-message-network.h"
#include "ns3/cluster-topology-spec.h"
#include "ns3/collective-engine.h"
#include "ns3/fabric-time.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

using namespace ns3;
using namespace ns3::collective;

namespace
{

/** A packet network made from a description, and one collective over all its accelerators. */
class PacketRun : public OperationHandler
{
  public:
    /**
     * @param spec compact description of the cluster
     * @param ackEvery packets that are acknowledged together
     */
    PacketRun(const std::string& spec, uint32_t ackEvery)
    {
        fabric::UsePicoseconds();
        std::vector<cluster::TopologyError> errors;
        const auto graph = cluster::GenerateTopology(spec, errors);
        NS_ABORT_MSG_IF(!graph, errors[0].Format(spec));
        cluster::NetworkStack stack;
        stack.nic.Set("Reliability",
                      StringValue("ns3::rdma::GoBackN[AckEvery=" + std::to_string(ackEvery) + "]"));
        m_cluster = cluster::ClusterBuilder(stack).Build(*graph);
        network = CreateObject<cluster::PacketMessageNetwork>();
        network->Setup(m_cluster);
        engine = CreateObject<CollectiveEngine>();
        engine->SetNetwork(network);
    }

    ~PacketRun() override
    {
        engine->Dispose();
        network->Dispose();
        Simulator::Destroy();
        m_cluster->Dispose();
    }

    /** @return seconds until all accelerators have done a collective that all post at once */
    double Run(CollectiveType type, uint64_t bytes)
    {
        std::vector<uint32_t> accelerators(network->GetNAccelerators());
        std::iota(accelerators.begin(), accelerators.end(), 0);
        Operation operation;
        operation.type = type;
        operation.communicator = engine->AddCommunicator(accelerators);
        operation.bytes = bytes;
        for (const auto accelerator : accelerators)
        {
            Simulator::ScheduleWithContext(network->GetNodeId(accelerator),
                                           Time(0),
                                           &CollectiveEngine::Post,
                                           engine,
                                           accelerator,
                                           operation,
                                           this);
        }
        Simulator::Run();
        return m_end.GetSeconds();
    }

    void OperationCompleted(uint32_t accelerator, const Operation& operation) override
    {
        // The context of every event is the node of the accelerator.
        nForeign += Simulator::GetContext() != network->GetNodeId(accelerator) ? 1 : 0;
        ++nCompleted;
        m_end = Simulator::Now();
    }

    void OperationFailed(uint32_t accelerator,
                         const Operation& operation,
                         const std::string& reason) override
    {
        failure = reason;
    }

    /** @return what does not hold in the network */
    std::vector<std::string> Check() const
    {
        return m_cluster->CheckInvariants();
    }

    Ptr<cluster::PacketMessageNetwork> network; ///< the network
    Ptr<CollectiveEngine> engine;               ///< the engine
    uint32_t nCompleted{0};                     ///< accelerators that are done
    uint32_t nForeign{0};                       ///< calls in another node's context
    std::string failure;                        ///< the last one

  private:
    Ptr<cluster::Cluster> m_cluster; ///< nodes and devices
    Time m_end;                      ///< when the last was done
};

/** A collective over packets takes what its closed form says. */
class PacketDurationTestCase : public TestCase
{
  public:
    /**
     * @param what name of the case
     * @param spec the cluster
     * @param ackEvery packets that are acknowledged together
     * @param type the collective
     * @param attribute of the engine, name and value
     * @param bytes size of the buffer
     * @param expected closed form, seconds
     * @param tolerance relative
     */
    PacketDurationTestCase(const std::string& what,
                           const std::string& spec,
                           uint32_t ackEvery,
                           CollectiveType type,
                           std::pair<std::string, std::string> attribute,
                           uint64_t bytes,
                           double expected,
                           double tolerance)
        : TestCase(what),
          m_spec(spec),
          m_ackEvery(ackEvery),
          m_type(type),
          m_attribute(std::move(attribute)),
          m_bytes(bytes),
          m_expected(expected),
          m_tolerance(tolerance)
    {
    }

  private:
    void DoRun() override
    {
        PacketRun run(m_spec, m_ackEvery);
        run.engine->SetAttribute(m_attribute.first, StringValue(m_attribute.second));
        const double seconds = run.Run(m_type, m_bytes);
        NS_TEST_ASSERT_MSG_EQ(run.failure, "", "no failure");
        NS_TEST_ASSERT_MSG_EQ(run.nCompleted, run.network->GetNAccelerators(), "all complete");
        NS_TEST_ASSERT_MSG_EQ(run.nForeign, 0, "context");
        NS_TEST_ASSERT_MSG_EQ(run.network->GetNPending(), 0, "no message is left");
        NS_TEST_ASSERT_MSG_EQ(run.Check().size(), 0, "books of the network");
        NS_TEST_ASSERT_MSG_EQ_TOL(seconds, m_expected, m_tolerance * m_expected, "closed form");
    }

    const std::string m_spec;    ///< the cluster
    const uint32_t m_ackEvery;   ///< packets that are acknowledged together
    const CollectiveType m_type; ///< the collective
    const std::pair<std::string, std::string> m_attribute; ///< of the engine
    const uint64_t m_bytes;                                ///< size of the buffer
    const double m_expected;                               ///< closed form
    const double m_tolerance;                              ///< relative
};

/**
 * @param ackEvery packets that are acknowledged together
 * @return time for a byte of data, seconds, at 400 Gb/s: 4096 bytes of data take 4178 on the wire,
 * and as every rank receives as much as it sends, the ACKs (86 bytes) share the way with them
 */
double
GetTimePerByte(uint32_t ackEvery)
{
    return 8 / 400e9 * (4178 + 86.0 / ackEvery) / 4096;
}

/** The system test suite: collectives packet by packet, over 400 Gb/s links of 1 us. */
class PacketTestSuite : public TestSuite
{
  public:
    PacketTestSuite()
        : TestSuite("weft-collective-packets", TestSuite::Type::SYSTEM)
    {
        AddRingCases();
        AddServerCases();
        AddTestCase(new PacketDurationTestCase("pairwise all-to-all",
                                               "leaf-spine:leaves=1,spines=0,hosts=8",
                                               16,
                                               CollectiveType::ALL_TO_ALL,
                                               {"AllToAll", "ns3::collective::PairwiseAllToAll"},
                                               16 << 20,
                                               7 * ((2 << 20) * GetTimePerByte(16) + 4e-6),
                                               0.02));
    }

  private:
    /** Rings over servers with one NIC. */
    void AddRingCases()
    {
        const double bytes = 16 << 20;
        const auto add = [&](uint32_t n, uint32_t ackEvery, double expected, double tolerance)
        {
            AddTestCase(new PacketDurationTestCase(
                "ring all-reduce of " + std::to_string(n) + " servers, " +
                    std::to_string(ackEvery) + " packets per ACK",
                "leaf-spine:leaves=" + std::to_string(n / 4) + ",spines=4,hosts=4",
                ackEvery,
                CollectiveType::ALL_REDUCE,
                {"AllReduce", "ns3::collective::RingAllReduce"},
                16 << 20,
                expected,
                tolerance));
        };
        for (const uint32_t n : {8, 16})
        {
            // The last chunk of the last step passes up to 4 links of 1 us; all others arrive while
            // the port is still busy with later chunks of their step.
            const double steps = 2 * (n - 1) * bytes / n;
            add(n, 1, steps * GetTimePerByte(1) + 4e-6, 0.01);
            // As in the closed form of nccl-tests' bus bandwidth: without ACKs, 0.9804 of the rate.
            add(n, 16, steps * 8 / (400e9 * 0.9804) + 4e-6, 0.02);
        }
    }

    /** Servers of 4 accelerators with a NIC each. */
    void AddServerCases()
    {
        const double bytes = 64 << 20;
        const std::string rails = "rail-optimized:servers=4,rails=4,spines=4";
        // Every channel's ring uses other NICs: four times the rate.
        AddTestCase(new PacketDurationTestCase("ring all-reduce on rails",
                                               rails,
                                               16,
                                               CollectiveType::ALL_REDUCE,
                                               {"AllReduce", "ns3::collective::RingAllReduce"},
                                               64 << 20,
                                               2 * 15 / 16.0 * bytes / 4 * GetTimePerByte(16),
                                               0.05));
        // Only 2 (m-1)/m S/g bytes leave a NIC; the two phases in the server overlap with that.
        AddTestCase(
            new PacketDurationTestCase("hierarchical all-reduce on rails",
                                       rails,
                                       16,
                                       CollectiveType::ALL_REDUCE,
                                       {"AllReduce", "ns3::collective::HierarchicalAllReduce"},
                                       64 << 20,
                                       2 * 3 / 4.0 * bytes / 4 * GetTimePerByte(16),
                                       0.05));
    }
};

PacketTestSuite g_packetTestSuite; ///< registers the suite

} // namespace
