/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-loss-setup.h"

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
        const GoodputRun run(m_scheme, m_loss, 20'000);
        NS_TEST_ASSERT_MSG_EQ(run.completed, true, "with success");
        NS_TEST_EXPECT_MSG_EQ_TOL(
            run.goodput, 1 - m_loss, 0.05 * (1 - m_loss), "share of the line rate");
        NS_TEST_EXPECT_MSG_EQ_TOL(run.repeatShare, m_loss, 0.01, "only what was lost");
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
        AddTestCase(new GoodputTestCase("ns3::rdma::SelectiveRepeat", 0.01));
        AddTestCase(new GoodputTestCase("ns3::rdma::SelectiveRepeat", 0.05));
        AddTestCase(new GoodputTestCase("ns3::rdma::SackRack", 0.001));
        AddTestCase(new GoodputTestCase("ns3::rdma::SackRack", 0.01));
        AddTestCase(new GoodputTestCase("ns3::rdma::SackRack", 0.05));
    }
};

RdmaLossLawTestSuite g_rdmaLossLawTestSuite; ///< registers the suite

} // namespace
