/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-test-bench.h"

#include "ns3/cluster-internet.h"
#include "ns3/fabric-address.h"
#include "ns3/inet-socket-address.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/test.h"

#include <algorithm>
#include <memory>

/**
 * @ingroup cluster-tests
 * ns-3's own TCP/IP stack over a fabric of Weft switches.
 */

using namespace ns3;
using namespace ns3::cluster;
using namespace ns3::cluster::tests;

namespace
{

/** One TCP connection that carries a number of bytes. */
class BulkFlow
{
  public:
    BulkFlow(const Cluster& cluster, uint32_t from, uint32_t to, uint32_t bytes)
        : m_left(bytes)
    {
        m_listener = Socket::CreateSocket(cluster.GetNode(to), TcpSocketFactory::GetTypeId());
        m_listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), 5000));
        m_listener->Listen();
        m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                      MakeCallback(&BulkFlow::Accepted, this));
        m_sender = Socket::CreateSocket(cluster.GetNode(from), TcpSocketFactory::GetTypeId());
        m_sender->SetSendCallback(MakeCallback(&BulkFlow::Fill, this));
        m_sender->Connect(InetSocketAddress(fabric::Ipv4Of(cluster.GetAddress(to, 0)), 5000));
    }

    uint32_t received{0}; ///< bytes
    Time lastAt;          ///< when the last of them came

  private:
    /** Keep the socket's buffer full. */
    void Fill(Ptr<Socket> socket, uint32_t available)
    {
        while (m_left > 0 && socket->GetTxAvailable() > 0)
        {
            const int taken =
                socket->Send(Create<Packet>(std::min(m_left, socket->GetTxAvailable())));
            if (taken <= 0)
            {
                return;
            }
            m_left -= taken;
        }
    }

    /** A connection has come in. */
    void Accepted(Ptr<Socket> socket, const Address& from)
    {
        m_accepted = socket;
        socket->SetRecvCallback(MakeCallback(&BulkFlow::Read, this));
    }

    /** Take what has arrived. */
    void Read(Ptr<Socket> socket)
    {
        while (const auto packet = socket->Recv())
        {
            received += packet->GetSize();
            lastAt = Simulator::Now();
        }
    }

    uint32_t m_left;        ///< bytes not yet given to the socket
    Ptr<Socket> m_listener; ///< waits for the connection
    Ptr<Socket> m_sender;   ///< sending end
    Ptr<Socket> m_accepted; ///< receiving end
};

/** Three TCP connections beside RDMA messages on a fat-tree. */
class TcpTestCase : public TestCase
{
  public:
    TcpTestCase()
        : TestCase("TCP and RDMA on a fat-tree")
    {
    }

  private:
    void DoRun() override
    {
        constexpr uint32_t bytes = 2'000'000;
        TestBench bench("fat-tree:k=4,rate=10Gbps");
        InstallInternet(*bench.cluster);
        std::vector<std::unique_ptr<BulkFlow>> flows;
        for (const auto& [from, to] : {std::pair(0U, 15U), {5U, 10U}, {12U, 13U}})
        {
            flows.push_back(std::make_unique<BulkFlow>(*bench.cluster, from, to, bytes));
        }
        bench.Send(0, 0, 15, 1'000'000, 1);
        Simulator::Stop(Seconds(2));
        Simulator::Run();
        for (const auto& flow : flows)
        {
            NS_TEST_EXPECT_MSG_EQ(flow->received, bytes, "every byte arrives");
            // ns-3 lets either end wait up to 10 ms before its ARP request; then 2 MB take 1.6 ms
            // at 10 Gb/s, RDMA has half of a link for a while, and TCP starts slow.
            NS_TEST_EXPECT_MSG_LT(flow->lastAt, MilliSeconds(25), "at a useful rate");
        }
        NS_TEST_EXPECT_MSG_NE(bench.SentAt(1), -1, "the RDMA message");
        // The ARP requests of both ends of three connections were flooded: each host without a
        // connection received them (frames of class 0), once each, and nothing else.
        for (const uint32_t host : {1U, 2U, 9U, 14U})
        {
            const auto& counters = bench.cluster->GetPort(host, 0)->GetCounters();
            NS_TEST_EXPECT_MSG_EQ(counters.rxFrames[0], 6, "ARP requests at host " << host);
        }
        for (const auto& violation : bench.cluster->CheckInvariants())
        {
            NS_TEST_EXPECT_MSG_EQ(violation, "", "an invariant does not hold");
        }
    }
};

/** The suite. */
class ClusterInternetTestSuite : public TestSuite
{
  public:
    ClusterInternetTestSuite();
};

ClusterInternetTestSuite::ClusterInternetTestSuite()
    : TestSuite("weft-cluster-internet", TestSuite::Type::SYSTEM)
{
    AddTestCase(new TcpTestCase);
}

ClusterInternetTestSuite g_clusterInternetTestSuite; ///< registers the suite

} // namespace
