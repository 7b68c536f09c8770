/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-share-bench.h"

#include "ns3/test.h"

using namespace ns3;
using namespace ns3::cluster::tests;

namespace
{

constexpr int64_t MS = 1'000'000'000; ///< ps

/** A transport with congestion control and paths of its own. */
struct Transport
{
    std::string name;                                         ///< for the test
    std::string congestionControl;                            ///< type and attributes
    std::string reliability;                                  ///< likewise
    std::string pathSelector;                                 ///< likewise
    std::vector<std::pair<std::string, std::string>> marking; ///< of RedMarker
};

/** Flows that start one after the other share a link of 100 Gb/s; and one that has it alone. */
class TransportShareTestCase : public TestCase
{
  public:
    /** @param transport the transport @param senders number of flows */
    TransportShareTestCase(const Transport& transport, uint32_t senders)
        : TestCase(transport.name + ": " + std::to_string(senders) + " flows share a link"),
          m_transport(transport),
          m_senders(senders)
    {
    }

  private:
    void DoRun() override
    {
        ShareOptions options;
        options.senders = m_senders;
        options.congestionControl = m_transport.congestionControl;
        options.reliability = m_transport.reliability;
        options.pathSelector = m_transport.pathSelector;
        options.marking = m_transport.marking;
        options.begin = m_senders == 1 ? 0 : 4 * MS;
        options.end = m_senders == 1 ? MS : 7 * MS;
        const ShareResult result = RunShare(options);
        NS_TEST_EXPECT_MSG_GT(result.jain, 0.95, "fair");
        NS_TEST_EXPECT_MSG_GT(result.utilization, 0.99, "used");
        NS_TEST_EXPECT_MSG_LT(result.utilization, 1.002, "not more than fits");
        NS_TEST_EXPECT_MSG_EQ(result.health.pfcXoffs, 0, "no pause");
        NS_TEST_EXPECT_MSG_EQ(result.health.retransmissions, 0, "nothing for nothing");
    }

    Transport m_transport; ///< the transport
    uint32_t m_senders;    ///< number of flows
};

/** The suite. */
class ClusterTransportsTestSuite : public TestSuite
{
  public:
    ClusterTransportsTestSuite();
};

ClusterTransportsTestSuite::ClusterTransportsTestSuite()
    : TestSuite("weft-cluster-transports", TestSuite::Type::SYSTEM)
{
    const std::vector<Transport> transports = {
        {"SRD", "ns3::rdma::SrdControl", "ns3::rdma::Srd", "ns3::rdma::RttPaths", {}},
        {"Falcon",
         "ns3::rdma::FalconSwift",
         "ns3::rdma::Falcon[BitmapPackets=128]",
         "ns3::rdma::Plb[DelayLimit=60us]",
         {}},
        {"MP-RDMA",
         "ns3::rdma::MpRdmaControl",
         "ns3::rdma::MpRdma[BitmapPackets=64|TransmitWindow=1024]",
         "ns3::rdma::AckClockedPaths",
         {{"Kmin", "20000"}, {"Kmax", "20000"}, {"ReferenceRate", "40Gbps"}}},
    };
    for (const Transport& transport : transports)
    {
        for (uint32_t senders : {1, 2, 16})
        {
            AddTestCase(new TransportShareTestCase(transport, senders));
        }
    }
}

ClusterTransportsTestSuite g_clusterTransportsTestSuite; ///< registers the suite

} // namespace
