/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-law-bench.h"

#include "ns3/rdma-dctcp.h"
#include "ns3/rdma-static-window.h"
#include "ns3/test.h"

#include <cmath>

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

/** Static windows: what all window laws start from. */
class StaticWindowTestCase : public TestCase
{
  public:
    StaticWindowTestCase()
        : TestCase("static window: bandwidth-delay product, and windows below one packet")
    {
    }

  private:
    void DoRun() override
    {
        // 100 Gb/s for 13 us are 162,500 bytes on the link; 1000 of 1100 are message: 147,727.
        LawBench<StaticWindow> product(100'000'000'000, {}, 1000, 1100);
        NS_TEST_EXPECT_MSG_EQ(product.law->GetWindow(), 147'727, "bandwidth-delay product");
        NS_TEST_EXPECT_MSG_EQ(product.law->GetRate(), 100'000'000'000, "line rate");
        product.Send(1000);
        product.Ack(1000, true);
        product.Nack();
        product.law->NotifyTimeout(0);
        NS_TEST_EXPECT_MSG_EQ(product.law->GetWindow(), 147'727, "reacts to nothing");
        NS_TEST_EXPECT_MSG_EQ(product.windowChanges + product.rateChanges, 0, "nothing told");

        LawBench<StaticWindow> given(100'000'000'000, {{"InitialWindow", "5500"}});
        NS_TEST_EXPECT_MSG_EQ(given.law->GetWindow(), 5500, "as given");
        LawBench<StaticWindow> least(100'000'000'000, {{"InitialWindow", "10"}});
        NS_TEST_EXPECT_MSG_EQ(least.law->GetWindow(), 1000, "one packet at least");
    }
};

/** DCTCP by hand. Packets of 1000 bytes, window of 10 packets. */
class DctcpLawTestCase : public TestCase
{
  public:
    DctcpLawTestCase()
        : TestCase("DCTCP: alpha, one cut per window of data, growth, step by step")
    {
    }

  private:
    void DoRun() override
    {
        LawBench<Dctcp> bench(100'000'000'000, {{"InitialWindow", "10000"}, {"Gain", "0.25"}});
        const auto& law = *bench.law;
        NS_TEST_EXPECT_MSG_EQ(law.UsesCnp(), false, "reads echoes, wants no CNPs");
        NS_TEST_EXPECT_MSG_EQ(law.GetWindow(), 10'000, "first window");
        NS_TEST_EXPECT_MSG_EQ(law.GetAlpha(), 1, "RFC 8257, 3.3: alpha starts at 1");

        // The first ACK ends the window of data that began before anything was sent. M = 0: alpha
        // = 3/4. No mark: growth by 1000 * 1000 / 10000 = 100.
        bench.Send(10'000);
        bench.Ack(1000);
        NS_TEST_EXPECT_MSG_EQ(law.GetAlpha(), 0.75, "alpha after a window without marks");
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 10'100, 1e-6, "one packet per window");

        // A mark: cut with the alpha at hand, 1 - 0.375. Then neither cuts nor growth until the
        // 10,000 bytes sent by now are acknowledged and one more.
        bench.Ack(1000, true);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 10'100 * 0.625, 1e-6, "cut");
        for (int i = 0; i < 3; ++i)
        {
            bench.Ack(1000, true);
        }
        for (int i = 0; i < 5; ++i)
        {
            bench.Ack(1000);
        }
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 6312.5, 1e-6, "once per window of data");
        NS_TEST_EXPECT_MSG_EQ(law.GetAlpha(), 0.75, "the window of data is not over yet");

        // The ACK of the next flight ends both: 10,000 bytes since the last update, of which 4000
        // were marked: M = 4/10; alpha = 0.75 * 0.75 + 0.25 * 0.4 = 0.6625. Growth:
        // 1000 * 1000 / 6312.5.
        bench.Send(6000);
        bench.Ack(1000);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetAlpha(), 0.6625, 1e-12, "share of marked bytes");
        const double grown = 6312.5 + 1e6 / 6312.5;
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), grown, 1e-6, "grows again");
        NS_TEST_EXPECT_MSG_EQ(
            law.GetWindow(), static_cast<uint64_t>(std::llround(grown)), "whole bytes");

        // 5000 in flight and a window of 6470 have room for a packet: it does not limit.
        bench.inFlight = 4000;
        bench.Ack(1000);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), grown, 1e-6, "unused, not grown");
        // An ACK for nothing new changes nothing.
        bench.Ack(0);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), grown, 1e-6, "repeated ACK");

        // A loss halves once; a second one of the same flight does not.
        bench.Nack();
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), grown / 2, 1e-6, "loss");
        bench.Nack();
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), grown / 2, 1e-6, "the same loss");
        bench.law->NotifyTimeout(0);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), grown / 4, 1e-6, "timeout");
        for (int i = 0; i < 10; ++i)
        {
            bench.law->NotifyTimeout(0);
        }
        NS_TEST_EXPECT_MSG_EQ(law.GetWindow(), 1000, "one packet at least");
        NS_TEST_EXPECT_MSG_EQ(law.GetRate(), 100'000'000'000, "not paced");
    }
};

/** Windows below one packet. */
class DctcpSmallWindowTestCase : public TestCase
{
  public:
    DctcpSmallWindowTestCase()
        : TestCase("DCTCP: window below one packet, if allowed, is a pace")
    {
    }

  private:
    void DoRun() override
    {
        // alpha stays 1, as every byte is marked: each cut halves.
        LawBench<Dctcp> bench(
            100'000'000'000, {{"InitialWindow", "1000"}, {"MinWindow", "0.25"}}, 1000, 1100);
        const auto& law = *bench.law;
        const auto round = [&bench](bool marked)
        {
            bench.Send(1000);
            bench.Ack(1000, marked);
        };
        round(true);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 500, 1e-9, "half a packet");
        NS_TEST_EXPECT_MSG_EQ(law.GetWindow(), 1000, "one packet may be in flight");
        // A packet of 8800 bits in two round trips of 13 us (BaseRtt): 338.46 Mb/s.
        NS_TEST_EXPECT_MSG_EQ(law.GetRate(), 338'461'538, "one packet in two round trips");
        round(true);
        round(true);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 250, 1e-9, "least window");
        NS_TEST_EXPECT_MSG_EQ(law.GetRate(), 169'230'769, "one packet in four round trips");
        // Unmarked: below a packet it grows by what is acknowledged.
        round(false);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 1250, 1e-9, "grown by a packet");
        NS_TEST_EXPECT_MSG_EQ(law.GetRate(), 100'000'000'000, "no pace any more");
        NS_TEST_EXPECT_MSG_EQ(law.GetWindow(), 1250, "window");
    }
};

/** The suite. */
class DctcpTestSuite : public TestSuite
{
  public:
    DctcpTestSuite()
        : TestSuite("weft-rdma-dctcp", TestSuite::Type::UNIT)
    {
        AddTestCase(new StaticWindowTestCase);
        AddTestCase(new DctcpLawTestCase);
        AddTestCase(new DctcpSmallWindowTestCase);
    }
};

DctcpTestSuite g_dctcpTestSuite; ///< registers the suite

} // namespace
