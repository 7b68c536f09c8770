/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/cluster-flow-runner.h"
#include "ns3/fabric-time.h"
#include "ns3/simulator.h"
#include "ns3/test.h"

#include <algorithm>

using namespace ns3;
using namespace ns3::cluster;

namespace
{

constexpr int64_t US = 1'000'000;

/** A network that delivers everything after 10 us, confirms after 15, and fails class 7. */
class FixedNetwork : public MessageNetwork
{
  public:
    uint32_t GetNAccelerators() const override
    {
        return 4;
    }

    uint32_t GetNodeId(uint32_t accelerator) const override
    {
        return 100 + accelerator;
    }

    uint32_t GetDomain(uint32_t accelerator) const override
    {
        return accelerator;
    }

    DataRate GetScaleOutRate(uint32_t accelerator) const override
    {
        return DataRate(1'000'000'000);
    }

    DataRate GetScaleUpRate(uint32_t accelerator) const override
    {
        return DataRate(0);
    }

    double GetScaleOutEfficiency() const override
    {
        return 1;
    }

    /** A message, and when and where it was sent. */
    struct Sent
    {
        Message message;  ///< the message
        int64_t at;       ///< when
        uint32_t context; ///< node of the event
    };

    std::vector<Sent> sent; ///< messages in the order of sending

  private:
    void DoSend(const Message& message) override
    {
        sent.push_back({message, fabric::NowTicks(), Simulator::GetContext()});
        if (message.priority == 7)
        {
            Simulator::Schedule(MicroSeconds(5), [this, message] { NotifyFailed(message, "no"); });
            return;
        }
        Simulator::ScheduleWithContext(GetNodeId(message.destination),
                                       MicroSeconds(10),
                                       [this, message] { NotifyReceived(message); });
        Simulator::Schedule(MicroSeconds(15), [this, message] { NotifySent(message); });
    }
};

/** Flows start in time and place, on channels of their own, and their ends are noted. */
class FlowRunnerTestCase : public TestCase
{
  public:
    FlowRunnerTestCase()
        : TestCase("flows start when and where they should, and their ends are noted")
    {
    }

  private:
    void DoRun() override
    {
        fabric::UsePicoseconds();
        auto network = CreateObject<FixedNetwork>();
        // not in the order of time; the third and fourth are of one pair, the later one first
        const std::vector<Flow> flows = {{1, 2, 1000, 20 * US, 3},
                                         {1, 3, 2000, 10 * US, 4},
                                         {0, 2, 3000, 50 * US, 3},
                                         {0, 2, 4000, 0, 3},
                                         {2, 0, 5000, 10 * US, 7}};
        int64_t doneAt = -1;
        {
            FlowRunner runner(network, flows);
            NS_TEST_EXPECT_MSG_EQ(runner.GetBytesTotal(), 15'000, "bytes");
            runner.Start([&doneAt] { doneAt = fabric::NowTicks(); });
            Simulator::Run();
            NS_TEST_EXPECT_MSG_EQ(doneAt, 65 * US, "the last is confirmed 15 us after 50");
            NS_TEST_EXPECT_MSG_EQ(runner.GetNFinished(), 5, "all over");
            NS_TEST_EXPECT_MSG_EQ(runner.GetBytesReceived(), 10'000, "all but the failed one");
            for (std::size_t i = 0; i < 4; ++i)
            {
                const auto& result = runner.GetResults()[i];
                NS_TEST_EXPECT_MSG_EQ(result.receivedAt, flows[i].start + 10 * US, "flow " << i);
                NS_TEST_EXPECT_MSG_EQ(result.sentAt, flows[i].start + 15 * US, "flow " << i);
                NS_TEST_EXPECT_MSG_EQ(result.failed, false, "flow " << i);
            }
            NS_TEST_EXPECT_MSG_EQ(runner.GetResults()[4].failed, true, "the failed one");
            NS_TEST_EXPECT_MSG_EQ(runner.GetResults()[4].sentAt, -1, "the failed one");
            NS_TEST_ASSERT_MSG_EQ(runner.GetFailureReasons().size(), 1, "one reason");
            NS_TEST_EXPECT_MSG_EQ(runner.GetFailureReasons()[0], "no", "the reason");
        }
        NS_TEST_ASSERT_MSG_EQ(network->sent.size(), 5, "all sent");
        for (const auto& sent : network->sent)
        {
            const Flow& flow = flows[sent.message.tag];
            NS_TEST_EXPECT_MSG_EQ(sent.at, flow.start, "start");
            NS_TEST_EXPECT_MSG_EQ(sent.context, 100 + flow.source, "node of the source");
            NS_TEST_EXPECT_MSG_EQ(sent.message.bytes, flow.bytes, "bytes");
            NS_TEST_EXPECT_MSG_EQ(+sent.message.priority, +flow.priority, "class");
            // of the pair 0, 2 the flow that starts first has channel 0
            const uint32_t channel = sent.message.tag == 2 ? 1 : 0;
            NS_TEST_EXPECT_MSG_EQ(sent.message.channel, channel, "flow " << sent.message.tag);
        }
        Simulator::Destroy();

        doneAt = -1;
        FlowRunner empty(network, {});
        empty.Start([&doneAt] { doneAt = fabric::NowTicks(); });
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(doneAt, 0, "no flows are done at once");
        Simulator::Destroy();
    }
};

/** The suite. */
class FlowRunnerTestSuite : public TestSuite
{
  public:
    FlowRunnerTestSuite()
        : TestSuite("weft-cluster-flow-runner", TestSuite::Type::UNIT)
    {
        AddTestCase(new FlowRunnerTestCase);
    }
};

FlowRunnerTestSuite g_flowRunnerTestSuite; ///< registers the suite

} // namespace
