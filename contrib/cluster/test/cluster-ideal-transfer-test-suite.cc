/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/cluster-ideal-transfer.h"
#include "ns3/test.h"

#include <algorithm>

using namespace ns3;
using namespace ns3::cluster;
using ns3::fabric::SerializationTicks;
using ns3::fabric::Ticks;

namespace
{

constexpr Ticks US = 1'000'000;
constexpr uint64_t GBPS = 1'000'000'000;

/** @return n links of one kind */
std::vector<TransferHop>
Links(std::size_t n, uint64_t bitRate, Ticks latency)
{
    return std::vector<TransferHop>(n, {bitRate, latency, latency});
}

/** Links and frames that are all equal. */
class EqualLinksTestCase : public TestCase
{
  public:
    EqualLinksTestCase()
        : TestCase("equal frames on equal links: the closed form, and published figures")
    {
    }

  private:
    void DoRun() override
    {
        // A frame of 4150 bytes on 6 links of 100 Gb/s and 1 us: 332 ns each; acknowledgments of 64
        // bytes: 5.12 ns. 10 packets: (10 + 5) 332 + 6000 = 10980 ns; and 6000 + 6 * 5.12 =
        // 6030.72 ns back: 17.01072 us, which the htsim of the Ultra Ethernet Consortium prints as
        // 17.0107; its 46.8907 and 176.2 are for 100 packets and for 2 MB.
        TransferFrames frames;
        frames.mtuBytes = 4086;
        frames.interframeBytes = 0;
        frames.sizes.SetDataOverhead(64);
        frames.sizes.SetAck(64);
        const auto path = Links(6, 100 * GBPS, US);
        auto times = GetIdealTransfer(path, 40'860, frames);
        NS_TEST_EXPECT_MSG_EQ(times.arrival, 10'980'000, "10 packets, arrival");
        NS_TEST_EXPECT_MSG_EQ(times.acknowledged, 17'010'720, "10 packets");
        times = GetIdealTransfer(path, 408'600, frames);
        NS_TEST_EXPECT_MSG_EQ(times.acknowledged, 46'890'720, "100 packets");
        // 489 full packets and one of 1946 + 64 bytes: 494 * 332 + 160.8 + 12030.72 ns
        times = GetIdealTransfer(path, 2'000'000, frames);
        NS_TEST_EXPECT_MSG_EQ(times.acknowledged, 176'199'520, "2 MB");
        // Five switches that cut through after 64 bytes, 5.12 ns, or let a shorter ACK of 40 go
        // when it has come, 3.2 ns: 10 * 332 + 5 * 5.12 + 6000 ns; 6 * 3.2 + 6000 back.
        auto cut = path;
        for (std::size_t i = 0; i < 5; ++i)
        {
            cut[i].headerBytes = 64;
            cut[i + 1].backHeaderBytes = 64;
        }
        TransferFrames shortAcks = frames;
        shortAcks.sizes.SetAck(40);
        times = GetIdealTransfer(cut, 40'860, shortAcks);
        NS_TEST_EXPECT_MSG_EQ(times.arrival, 9'345'600, "10 packets cut through");
        NS_TEST_EXPECT_MSG_EQ(times.acknowledged - times.arrival, 6'019'200, "short ACKs");
        shortAcks.sizes.SetAck(128); // 10.24 ns on the last link, 5.12 on the others
        times = GetIdealTransfer(cut, 40'860, shortAcks);
        NS_TEST_EXPECT_MSG_EQ(times.acknowledged - times.arrival, 6'035'840, "long ACKs");
        for (uint64_t rate : {100, 400, 800})
        {
            for (std::size_t links : {2, 4, 6})
            {
                for (uint64_t n : {1, 256, 4096, 1'000'000})
                {
                    const Ticks step = 4150 * 8000 / rate;
                    const Ticks ack = 64 * 8000 / rate;
                    const auto got =
                        GetIdealTransfer(Links(links, rate * GBPS, US), n * 4086, frames);
                    const auto l = static_cast<Ticks>(links);
                    NS_TEST_EXPECT_MSG_EQ(got.acknowledged,
                                          (static_cast<Ticks>(n) - 1 + l) * step + 2 * l * US +
                                              l * ack,
                                          n << " packets, " << links << " links, " << rate);
                }
            }
        }
    }
};

/** Links of different rates, and the frames of RoCEv2. */
class UnequalTestCase : public TestCase
{
  public:
    UnequalTestCase()
        : TestCase("links and frames that differ")
    {
    }

  private:
    void DoRun() override
    {
        // Frames of 1000 bytes: 80 ns at 100 Gb/s, 160 ns at 50 Gb/s. 1000 of them:
        // 80 + 1000 * 160 + 2 * 1000 ns in either order.
        TransferFrames frames;
        frames.mtuBytes = 999;
        frames.interframeBytes = 0;
        frames.sizes.SetDataOverhead(1);
        const TransferHop fast{100 * GBPS, US, US};
        const TransferHop slow{50 * GBPS, US, 3 * US};
        NS_TEST_EXPECT_MSG_EQ(
            GetIdealTransfer({fast, slow}, 999'000, frames).arrival, 162'080'000, "slower behind");
        const auto times = GetIdealTransfer({slow, fast}, 999'000, frames);
        NS_TEST_EXPECT_MSG_EQ(times.arrival, 162'080'000, "faster behind");
        // An ACK of 66 bytes: 10.56 + 5.28 ns, and 3 + 1 us.
        NS_TEST_EXPECT_MSG_EQ(times.acknowledged - times.arrival, 4'015'840, "way back");

        // 999 of them and one of 101 bytes over fast, slow, fast. The slow link is through with the
        // full ones at 80 + 999 * 160 = 159920 ns, the third link 80 ns later, at 160000. The short
        // one is through the slow link at 159936.16, and waits for the third: 160008.08, and 3 us.
        NS_TEST_EXPECT_MSG_EQ(GetIdealTransfer({fast, slow, fast}, 998'101, frames).arrival,
                              163'008'080,
                              "a short last packet waits");

        // RoCEv2: WRITE Only of 64 bytes, 142 bytes and 20 of gap: 12.96 ns at 100 Gb/s. A message
        // without bytes is a packet too: 78 and 20.
        NS_TEST_EXPECT_MSG_EQ(
            GetIdealTransfer({fast}, 64, TransferFrames()).arrival, US + 12'960, "one packet");
        NS_TEST_EXPECT_MSG_EQ(
            GetIdealTransfer({fast}, 0, TransferFrames()).arrival, US + 7'840, "no bytes");
        CompareWithRecurrence();
    }

    /** Follow every packet over every link, without the short cut. */
    void CompareWithRecurrence()
    {
        const std::vector<TransferHop> path = {{400 * GBPS, 300, 300},
                                               {100 * GBPS, 7, 7},
                                               {99 * GBPS, 500'000, 0},
                                               {800 * GBPS, 1, 1}};
        const TransferFrames frames;
        for (uint64_t packets = 2; packets < 3000; packets += 1 + packets / 4)
        {
            std::vector<Ticks> free(path.size(), 0);
            Ticks ready = 0;
            for (uint64_t i = 0; i < packets; ++i)
            {
                // 4096 + 62 + 20, 16 more in the first; the last has 100 bytes
                const uint32_t bytes = i == 0 ? 4194 : i + 1 < packets ? 4178 : 182;
                ready = 0;
                for (std::size_t hop = 0; hop < path.size(); ++hop)
                {
                    free[hop] =
                        std::max(ready, free[hop]) + SerializationTicks(bytes, path[hop].bitRate);
                    ready = free[hop] + path[hop].latency;
                }
            }
            NS_TEST_EXPECT_MSG_EQ(
                GetIdealTransfer(path, (packets - 1) * 4096 + 100, frames).arrival,
                ready,
                packets << " packets");
        }
    }
};

/** The suite. */
class IdealTransferTestSuite : public TestSuite
{
  public:
    IdealTransferTestSuite()
        : TestSuite("weft-cluster-ideal-transfer", TestSuite::Type::UNIT)
    {
        AddTestCase(new EqualLinksTestCase);
        AddTestCase(new UnequalTestCase);
    }
};

IdealTransferTestSuite g_idealTransferTestSuite; ///< registers the suite

} // namespace
