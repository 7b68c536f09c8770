/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-loss-setup.h"

#include "ns3/rdma-falcon-window.h"
#include "ns3/rdma-falcon.h"
#include "ns3/rdma-opcode.h"
#include "ns3/rdma-syndrome.h"

/**
 * @ingroup rdma-tests
 * Falcon's windows of requests and data. Pull requests are frames of 64 bytes, A on the wire.
 */

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

constexpr uint32_t FIRST = 1000; ///< first PSN of requests, so that responses, from 0, differ

/** @return options of a chain with a meddler in it */
ChainOptions
WithMeddler()
{
    ChainOptions options;
    options.meddler = true;
    return options;
}

/** A window, packet by packet. */
class FalconWindowTestCase : public TestCase
{
  public:
    FalconWindowTestCase()
        : TestCase("A receive window: base, bitmap, what is beyond it")
    {
    }

  private:
    void DoRun() override
    {
        FalconReceiveWindow window;
        window.Start(100, 128);
        NS_TEST_EXPECT_MSG_EQ(window.HasNews(), false, "nothing came");
        window.Acknowledge(100);
        NS_TEST_EXPECT_MSG_EQ(window.GetBase(), 101, "in order");
        window.Acknowledge(103);
        window.Receive(101 + 127);
        NS_TEST_EXPECT_MSG_EQ(window.GetBase(), 101, "101 is missing");
        NS_TEST_EXPECT_MSG_EQ(window.GetBitmap(0), 0b100, "103");
        NS_TEST_EXPECT_MSG_EQ(window.GetBitmap(1), uint64_t{1} << 63, "the last one");
        NS_TEST_EXPECT_MSG_EQ(window.IsBeyond(228), false, "the last one");
        NS_TEST_EXPECT_MSG_EQ(window.TakeOutOfWindow(), false, "nothing was beyond");
        NS_TEST_EXPECT_MSG_EQ(window.IsBeyond(229), true, "one more");
        NS_TEST_EXPECT_MSG_EQ(window.TakeOutOfWindow(), true, "it is told");
        NS_TEST_EXPECT_MSG_EQ(window.TakeOutOfWindow(), false, "once");
        window.Acknowledge(101);
        NS_TEST_EXPECT_MSG_EQ(window.GetBase(), 102, "102 is missing");
        NS_TEST_EXPECT_MSG_EQ(window.GetBitmap(0), 0b10, "103, from 102 on");
        window.Acknowledge(102);
        NS_TEST_EXPECT_MSG_EQ(window.GetBase(), 104, "both");
        window.Refuse(228);
        NS_TEST_EXPECT_MSG_EQ(window.HasNews(), false, "it has to come again");
        window.Acknowledge(103);
        NS_TEST_EXPECT_MSG_EQ(window.GetBase(), 104, "it is old");
        window.Receive(105);
        window.AcknowledgeUpTo(106);
        NS_TEST_EXPECT_MSG_EQ(window.GetBase(), 106, "all before it");
        NS_TEST_EXPECT_MSG_EQ(window.Find(107), 107, "by PSN");
    }
};

/** Bitmaps of acknowledgments, step by step. */
class FalconBitmapTestCase : public TestCase
{
  public:
    FalconBitmapTestCase()
        : TestCase("Acknowledgments: bases and bitmaps of both windows")
    {
    }

  private:
    /** What an acknowledgment says. */
    struct Said
    {
        uint32_t data;     ///< base of the window of data, from 0
        uint32_t requests; ///< base of the window of requests, from 0
        int window;        ///< whose bitmap: 1 requests, 0 data, -1 none
        uint64_t bitmap;   ///< the first 64 bits
        uint32_t level;    ///< of the buffers
    };

    void DoRun() override
    {
        // Transactions 0 to 7: data D0 D1 D2, requests R0 R1 R2, data D3 D4. D1 and R1 are lost
        // once. BufferPackets 32: the level is the number of packets held.
        ChainOptions options = WithMeddler();
        LossSetup setup("ns3::rdma::Falcon[BitmapPackets=128|BufferPackets=32|ReorderDistance=2]",
                        FIRST,
                        options);
        uint32_t lost = 0;
        std::vector<Said> said;
        std::vector<uint32_t> sizes;
        setup.chain.meddler->SetRule(
            [&](fabric::Frame& frame, std::vector<Ticks>& delays)
            {
                const fabric::RoceFields& roce = frame.roce;
                if (roce.response)
                {
                    return;
                }
                if (roce.opcode != OP_ACKNOWLEDGE)
                {
                    const uint32_t number = roce.psn - FIRST;
                    if ((number == 1 || number == 4) && !(lost & 1U << number))
                    {
                        lost |= 1U << number;
                        delays.clear();
                    }
                    return;
                }
                const bool extended = roce.payloadBytes > 0;
                said.push_back({roce.psn - FIRST,
                                roce.msn - FIRST,
                                extended ? (roce.hasImmediate ? 1 : 0) : -1,
                                extended ? roce.sackBitmap : 0,
                                roce.syndrome});
                sizes.push_back(frame.bytes);
            });
        setup.a->PostSend(Write(3 * 4086, 0));
        setup.a->PostSend(Read(3 * 4086, 1));
        setup.a->PostSend(Write(2 * 4086, 2));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 3, "all complete");
        const std::vector<Said> expected = {
            {1, 0, -1, 0, 0},     // D0
            {1, 0, 0, 0b10, 1},   // D2, from D1 on
            {1, 1, 0, 0b10, 2},   // R0 is acknowledged at once; of requests nothing is to be shown
            {1, 1, 1, 0b10, 3},   // R2, from R1 on
            {1, 1, 0, 0b110, 4},  // D3: D1 is missing, D2 and D3 came
            {1, 1, 0, 0b1110, 5}, // D4: more than 2 above D1, which is sent again
            {3, 1, 0, 0b11, 3},   // D1: D2 and R0 have their turn; D3, D4 wait for R1
            {5, 3, -1, 0, 0},     // R1, by its timeout
        };
        NS_TEST_ASSERT_MSG_EQ(said.size(), expected.size(), "one for each packet that came");
        for (std::size_t i = 0; i < said.size(); ++i)
        {
            NS_TEST_EXPECT_MSG_EQ(said[i].data, expected[i].data, i << ": data");
            NS_TEST_EXPECT_MSG_EQ(said[i].requests, expected[i].requests, i << ": requests");
            NS_TEST_EXPECT_MSG_EQ(said[i].window, expected[i].window, i << ": window");
            NS_TEST_EXPECT_MSG_EQ(said[i].bitmap, expected[i].bitmap, i << ": bitmap");
            NS_TEST_EXPECT_MSG_EQ(said[i].level, expected[i].level, i << ": level");
            const uint32_t bytes = 64 + (expected[i].window < 0 ? 0 : 40);
            NS_TEST_EXPECT_MSG_EQ(sizes[i], bytes, i << ": size");
        }
        NS_TEST_EXPECT_MSG_EQ(setup.Sender().timeouts, 1, "R1");
        NS_TEST_EXPECT_MSG_EQ(setup.Sender().dataRepeated, 2, "D1 and R1");
        NS_TEST_EXPECT_MSG_EQ(setup.Receiver().duplicates, 0, "nothing for nothing");
    }
};

/** A window of requests that is full. */
class FalconFullWindowTestCase : public TestCase
{
  public:
    FalconFullWindowTestCase()
        : TestCase("A full window of requests holds back requests, and what is behind them")
    {
    }

  private:
    void DoRun() override
    {
        // Four requests may be unacknowledged, and no acknowledgment comes in the first 200 us but
        // of responses and of the WRITE in front. Both sides READ; b WRITEs, too.
        LossSetup setup(
            "ns3::rdma::Falcon[BitmapPackets=128|RequestPackets=4]", FIRST, WithMeddler());
        uint32_t requests = 0;
        setup.chain.meddler->SetRule(
            [&](fabric::Frame& frame, std::vector<Ticks>& delays)
            {
                const fabric::RoceFields& roce = frame.roce;
                const bool toA = frame.destination == 0;
                requests += roce.opcode == OP_READ_REQUEST && !toA;
                if (toA && roce.opcode == OP_ACKNOWLEDGE && !roce.response && roce.msn > FIRST &&
                    fabric::NowTicks() < 200 * US)
                {
                    delays.clear();
                }
            });
        setup.a->PostSend(Write(4086, 0));
        setup.a->PostSend(Read(10 * 4086, 1));
        setup.a->PostSend(Write(4086, 2));
        setup.b->PostSend(Read(3 * 4086, 3));
        setup.b->PostSend(Write(20 * 4086, 4));
        Simulator::Schedule(
            MicroSeconds(100),
            [&]
            {
                NS_TEST_EXPECT_MSG_EQ(requests, 4, "the window");
                NS_TEST_EXPECT_MSG_EQ(setup.a->GetNAnswers(), 4, "their data are not held back");
                NS_TEST_EXPECT_MSG_EQ(setup.sender.sent.size(), 1, "the WRITE in front");
                NS_TEST_EXPECT_MSG_EQ(setup.receiver.placed.size(), 1, "the WRITE behind waits");
                NS_TEST_EXPECT_MSG_EQ(setup.b->GetNAnswers(), 3, "data of a to b");
                NS_TEST_EXPECT_MSG_EQ(setup.receiver.sent.size(), 2, "b's READ and WRITE");
                NS_TEST_EXPECT_MSG_EQ(setup.sender.placed.size(), 1, "b's WRITE");
            });
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 3, "all complete");
        NS_TEST_EXPECT_MSG_EQ(setup.receiver.placed.size(), 2, "both WRITEs");
        // 0 to 3 come again at their timeouts, 500 us each while no round trip was known, of 100 us
        // when one is: that of the WRITE in front.
        NS_TEST_EXPECT_MSG_EQ(requests, 14 + setup.Receiver().duplicates - 4, "the rest");
        NS_TEST_EXPECT_MSG_GT(setup.Receiver().duplicates, 3, "four came again at least");

        RunBuffers();
    }

    /** No more data are asked for than the buffers hold. */
    void RunBuffers()
    {
        // Responses need 200 us: then four requests, and no more, wait for them, though the
        // requests are acknowledged at once.
        LossSetup setup("ns3::rdma::Falcon[BitmapPackets=128|BufferPackets=4|MinRto=1ms]",
                        FIRST,
                        WithMeddler());
        uint32_t requests = 0;
        setup.chain.meddler->SetRule(
            [&](fabric::Frame& frame, std::vector<Ticks>& delays)
            {
                requests += frame.roce.opcode == OP_READ_REQUEST;
                if (frame.destination == 0 && frame.roce.response)
                {
                    delays[0] = 200 * US;
                }
            });
        setup.a->PostSend(Read(10 * 4086, 1));
        uint32_t after[3];
        for (uint32_t i = 0; i < 3; ++i)
        {
            Simulator::Schedule(MicroSeconds(150 + 210 * i), [&, i] { after[i] = requests; });
        }
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(after[0], 4, "the buffers");
        NS_TEST_EXPECT_MSG_EQ(after[1], 8, "four more when they are free");
        NS_TEST_EXPECT_MSG_EQ(after[2], 10, "and the last");
        NS_TEST_EXPECT_MSG_EQ(setup.sender.sent.size(), 1, "complete");
    }
};

/** READs and atomics with losses. */
class FalconPullTestCase : public TestCase
{
  public:
    FalconPullTestCase()
        : TestCase("Pull transactions: a READ of ten packets, losses of each kind")
    {
    }

  private:
    /** What is lost. */
    struct Loss
    {
        bool toB;      ///< on the way of requests, or of their answers
        bool response; ///< a response, or what acknowledges one
        bool ack;      ///< an acknowledgment
        uint32_t psn;  ///< its number, from 0
    };

    /** READ ten packets. @param name of the run @param losses once each
     * @param repeated by both sides @param timeouts of both sides @return when it completed */
    Ticks Run(const std::string& name,
              std::vector<Loss> losses,
              uint32_t repeated,
              uint32_t timeouts)
    {
        LossSetup setup("ns3::rdma::Falcon[BitmapPackets=128]", FIRST, WithMeddler());
        setup.chain.meddler->SetRule(
            [&](fabric::Frame& frame, std::vector<Ticks>& delays)
            {
                const fabric::RoceFields& roce = frame.roce;
                const bool ack = roce.opcode == OP_ACKNOWLEDGE;
                const uint32_t number = !ack ? roce.psn : roce.response ? roce.psn : roce.msn;
                for (auto at = losses.begin(); at != losses.end(); ++at)
                {
                    if ((frame.destination == 1) == at->toB && roce.response == at->response &&
                        ack == at->ack &&
                        number == at->psn + (ack ? 1 : 0) + (roce.response ? 0 : FIRST))
                    {
                        losses.erase(at);
                        delays.clear();
                        return;
                    }
                }
            });
        setup.a->PostSend(Read(10 * 4086, 1));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(losses.size(), 0, name << ": as arranged");
        NS_TEST_EXPECT_MSG_EQ(setup.sender.sent.size(), 1, name << ": completed once");
        NS_TEST_EXPECT_MSG_EQ(setup.a->GetNAnswers(), 10, name << ": ten answers");
        NS_TEST_EXPECT_MSG_EQ(setup.Receiver().readsServed, 10, name << ": executed once each");
        NS_TEST_EXPECT_MSG_EQ(setup.Sender().dataRepeated + setup.Receiver().dataRepeated,
                              repeated,
                              name << ": again");
        NS_TEST_EXPECT_MSG_EQ(
            setup.Sender().timeouts + setup.Receiver().timeouts, timeouts, name << ": timeouts");
        return setup.sender.sent.empty() ? 0 : setup.sender.sent[0].at;
    }

    void DoRun() override
    {
        // Over two links the first request is there after 2 (A + P); acknowledgments and responses
        // share the way back: ten of A and ten of S, one after the other on the first link, the
        // last response once more on the second.
        const Ticks best = Run("nothing lost", {}, 0, 0);
        NS_TEST_EXPECT_MSG_EQ(best, 2 * (A + P) + 10 * (A + S) + S + 2 * P, "closed form");

        // Request 2: 7 is the first more than three above it.
        NS_TEST_EXPECT_MSG_LT(
            Run("request", {{true, false, false, 2}}, 1, 0), best + 20 * US, "early");
        NS_TEST_EXPECT_MSG_GT(
            Run("last request", {{true, false, false, 9}}, 1, 1), 100 * US, "its timeout");
        // Their acknowledgments: later ones say it too, but for the last.
        NS_TEST_EXPECT_MSG_EQ(
            Run("acknowledgment", {{false, false, true, 2}}, 0, 0), best, "nobody waits");
        Run("last acknowledgment", {{false, false, true, 9}}, 1, 1);
        // Pull data, as push data.
        NS_TEST_EXPECT_MSG_LT(
            Run("data", {{false, true, false, 2}}, 1, 0), best + 20 * US, "early");
        NS_TEST_EXPECT_MSG_GT(
            Run("last data", {{false, true, false, 9}}, 1, 1), 100 * US, "its timeout");
        NS_TEST_EXPECT_MSG_EQ(
            Run("acknowledgment of data", {{true, true, true, 2}}, 0, 0), best, "nobody waits");
        NS_TEST_EXPECT_MSG_EQ(
            Run("last acknowledgment of data", {{true, true, true, 9}}, 1, 1), best, "nor here");
        Run("a request and its data twice",
            {{true, false, false, 2},
             {false, true, false, 2},
             {false, true, false, 2},
             {true, true, true, 1}},
            3,
            1);
    }
};

/** The suite. */
class FalconWindowsTestSuite : public TestSuite
{
  public:
    FalconWindowsTestSuite()
        : TestSuite("weft-rdma-falcon-windows", TestSuite::Type::UNIT)
    {
        AddTestCase(new FalconWindowTestCase);
        AddTestCase(new FalconBitmapTestCase);
        AddTestCase(new FalconFullWindowTestCase);
        AddTestCase(new FalconPullTestCase);
    }
};

FalconWindowsTestSuite g_falconWindowsTestSuite; ///< registers the suite

} // namespace
