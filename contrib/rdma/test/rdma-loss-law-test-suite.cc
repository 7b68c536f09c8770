/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-test-net.h"

#include "ns3/double.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

/**
 * Goodput of selective schemes under random loss: 1 - p of the line rate. That of go-back-N is in
 * weft-rdma-go-back-n; the whole curves are in ./weft validate loss.
 */
class GoodputTestCase : public TestCase
{
  public:
    /** @param scheme with attributes @param loss probability per data frame */
    GoodputTestCase(const std::string& scheme, double loss)
        : TestCase(scheme + " at a loss of " + std::to_string(loss)),
          m_scheme(scheme),
          m_loss(loss)
    {
    }

  private:
    void DoRun() override
    {
        // MTU 1024 at 100 Gb/s: 62 bytes of headers, 20 of preamble and gap; slots of 88.48 ns.
        constexpr uint64_t PACKETS = 20'000;
        ChainOptions options;
        options.mtu = 1024;
        options.dataOverhead = 62;
        options.ackBytes = 66;
        options.interframe = 20;
        Chain chain(options);
        for (auto& nic : chain.nic)
        {
            nic->SetAttribute("Reliability", StringValue(m_scheme));
        }
        auto errors = CreateObject<fabric::RandomFrameErrorModel>();
        errors->SetAttribute("FrameLossRate", DoubleValue(m_loss));
        errors->AssignStreams(7);
        chain.link[0]->SetErrorModel(0, errors); // what host 0 sends
        auto [a, b] = chain.Connect();
        Recorder sender;
        a->SetHandler(&sender);
        a->PostSend(Write(PACKETS * 1024));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(sender.sent.size(), 1, "completed");
        const double goodput = PACKETS * 88'480.0 / sender.sent[0].at;
        NS_TEST_EXPECT_MSG_EQ_TOL(goodput, 1 - m_loss, 0.05 * (1 - m_loss), "share of the line");
        const auto& counters = chain.nic[0]->GetCounters();
        NS_TEST_EXPECT_MSG_EQ_TOL(
            double(counters.dataRepeated) / counters.dataSent, m_loss, 0.01, "only what was lost");
    }

    std::string m_scheme; ///< what is tested
    double m_loss;        ///< probability
};

/** The suite. */
class RdmaLossLawTestSuite : public TestSuite
{
  public:
    RdmaLossLawTestSuite()
        : TestSuite("weft-rdma-loss-law", TestSuite::Type::UNIT)
    {
        AddTestCase(new GoodputTestCase("ns3::rdma::SelectiveRepeat", 0.001));
        AddTestCase(new GoodputTestCase("ns3::rdma::SackRack", 0.001));
        AddTestCase(new GoodputTestCase("ns3::rdma::SackRack", 0.01));
        AddTestCase(new GoodputTestCase("ns3::rdma::SackRack", 0.05));
    }
};

RdmaLossLawTestSuite g_rdmaLossLawTestSuite; ///< registers the suite

} // namespace
