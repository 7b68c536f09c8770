/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/rdma-cnp-generator.h"
#include "ns3/string.h"
#include "ns3/test.h"

using namespace ns3;
using namespace ns3::rdma;

namespace
{

/** Pacing of CNPs in each scope. */
class CnpGeneratorTestCase : public TestCase
{
  public:
    CnpGeneratorTestCase()
        : TestCase("at most one CNP per interval and scope, the first at once")
    {
    }

  private:
    void DoRun() override
    {
        fabric::UsePicoseconds();
        constexpr Ticks us = 1'000'000;

        auto perQp = Make("QueuePair", "4us");
        NS_TEST_EXPECT_MSG_EQ(perQp->Request(2, 9, 10 * us), true, "the first at once");
        NS_TEST_EXPECT_MSG_EQ(perQp->Request(2, 9, 10 * us), false, "in the same instant");
        NS_TEST_EXPECT_MSG_EQ(perQp->Request(2, 9, 14 * us - 1), false, "1 ps too early");
        NS_TEST_EXPECT_MSG_EQ(perQp->Request(3, 9, 14 * us - 1), true, "another queue pair");
        NS_TEST_EXPECT_MSG_EQ(perQp->Request(2, 9, 14 * us), true, "when the interval is over");
        NS_TEST_EXPECT_MSG_EQ(perQp->Request(2, 9, 18 * us - 1), false, "a new interval");
        NS_TEST_EXPECT_MSG_EQ(perQp->GetNCnps(), 3, "granted");
        NS_TEST_EXPECT_MSG_EQ(perQp->GetNSuppressed(), 3, "suppressed");

        auto perDestination = Make("Destination", "4us");
        NS_TEST_EXPECT_MSG_EQ(perDestination->Request(2, 9, 0), true, "at time 0");
        NS_TEST_EXPECT_MSG_EQ(perDestination->Request(3, 9, us), false, "the same destination");
        NS_TEST_EXPECT_MSG_EQ(perDestination->Request(2, 8, us), true, "another destination");

        auto perPort = Make("Port", "4us");
        NS_TEST_EXPECT_MSG_EQ(perPort->Request(2, 9, 0), true, "at time 0");
        NS_TEST_EXPECT_MSG_EQ(perPort->Request(3, 8, 4 * us - 1), false, "any other");
        NS_TEST_EXPECT_MSG_EQ(perPort->Request(3, 8, 4 * us), true, "after the interval");

        auto always = Make("QueuePair", "0s");
        NS_TEST_EXPECT_MSG_EQ(always->Request(2, 9, 0), true, "interval 0");
        NS_TEST_EXPECT_MSG_EQ(always->Request(2, 9, 0), true, "interval 0");
    }

    /** @return a generator with these attributes */
    static Ptr<CnpGenerator> Make(const std::string& scope, const std::string& interval)
    {
        auto generator = CreateObject<CnpGenerator>();
        generator->SetAttribute("Scope", StringValue(scope));
        generator->SetAttribute("Interval", StringValue(interval));
        return generator;
    }
};

/** The suite. */
class CnpGeneratorTestSuite : public TestSuite
{
  public:
    CnpGeneratorTestSuite()
        : TestSuite("weft-rdma-cnp-generator", TestSuite::Type::UNIT)
    {
        AddTestCase(new CnpGeneratorTestCase);
    }
};

CnpGeneratorTestSuite g_cnpGeneratorTestSuite; ///< registers the suite

} // namespace
