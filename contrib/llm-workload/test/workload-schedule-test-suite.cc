/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/test.h"
#include "ns3/workload-pipeline-schedule.h"

#include <algorithm>
#include <string>

using namespace ns3;
using namespace ns3::workload;

namespace
{

/** @return the order as text: F0 F1 B0 ..., with chunks as letters behind if there are several */
std::string
OrderOf(uint32_t stage,
        uint32_t stages,
        uint32_t microBatches,
        const std::string& name = "OneForwardOneBackward")
{
    std::string error;
    const auto schedule = PipelineSchedule::Create("ns3::workload::" + name, error);
    std::string text;
    for (const auto& slot : schedule->GetOrder(stage, stages, microBatches))
    {
        text += "FBIW"[static_cast<std::size_t>(slot.pass)] + std::to_string(slot.microBatch);
        text +=
            schedule->GetNChunks() > 1 ? std::string(1, static_cast<char>('a' + slot.chunk)) : "";
        text += slot.withNext ? "+" : " ";
    }
    return text;
}

/** The order of 1F1B. */
class OneForwardOneBackwardTestCase : public TestCase
{
  public:
    OneForwardOneBackwardTestCase()
        : TestCase("1F1B does forward and backward passes in the published order")
    {
    }

  private:
    void DoRun() override
    {
        // Narayanan et al. 2021, figure 4 (top) with 4 stages, numbered from 0.
        NS_TEST_EXPECT_MSG_EQ(OrderOf(0, 4, 8),
                              "F0 F1 F2 F3 B0 F4 B1 F5 B2 F6 B3 F7 B4 B5 B6 B7 ",
                              "first stage: three forward passes ahead");
        NS_TEST_EXPECT_MSG_EQ(OrderOf(2, 4, 8),
                              "F0 F1 B0 F2 B1 F3 B2 F4 B3 F5 B4 F6 B5 F7 B6 B7 ",
                              "third stage: one ahead");
        NS_TEST_EXPECT_MSG_EQ(OrderOf(3, 4, 3), "F0 B0 F1 B1 F2 B2 ", "last stage: none ahead");
        NS_TEST_EXPECT_MSG_EQ(OrderOf(0, 4, 2), "F0 F1 B0 B1 ", "fewer than stages");
        NS_TEST_EXPECT_MSG_EQ(OrderOf(0, 1, 2), "F0 B0 F1 B1 ", "one stage");

        std::string error;
        for (const std::string text : {"ns3::workload::NoSuchThing",
                                       "ns3::workload::PipelineSchedule",
                                       "ns3::workload::GptJob",
                                       "ns3::workload::OneForwardOneBackward[X=1]",
                                       "ns3::workload::OneForwardOneBackward[",
                                       "ns3::workload::OneForwardOneBackward]",
                                       ""})
        {
            error.clear();
            NS_TEST_EXPECT_MSG_EQ(bool(PipelineSchedule::Create(text, error)), false, text);
            NS_TEST_EXPECT_MSG_EQ(error.empty(), false, "a reason for " << text);
        }
    }
};

/** The orders of GPipe and of interleaved 1F1B. */
class OtherSchedulesTestCase : public TestCase
{
  public:
    OtherSchedulesTestCase()
        : TestCase("GPipe and interleaved 1F1B have the published order")
    {
    }

  private:
    void DoRun() override
    {
        NS_TEST_EXPECT_MSG_EQ(OrderOf(1, 4, 3, "Gpipe"), "F0 F1 F2 B2 B1 B0 ", "GPipe");
        // Narayanan et al. 2021, figure 4 (bottom): 4 stages, 2 chunks (a dark, b light), 8
        // micro-batches; device 4, the last one, warms up with 4 forward passes of chunk a.
        NS_TEST_EXPECT_MSG_EQ(OrderOf(3, 4, 8, "InterleavedSchedule"),
                              "F0a F1a F2a F3a F0b B0b F1b B1b F2b B2b F3b B3b F4a B0a F5a B1a F6a "
                              "B2a F7a B3a F4b B4b F5b B5b F6b B6b F7b B7b B4a B5a B6a B7a ",
                              "last device");
        // device 1 warms up with 2 x 3 + 4 = 10 forward passes
        NS_TEST_EXPECT_MSG_EQ(OrderOf(0, 4, 8, "InterleavedSchedule").substr(0, 52),
                              "F0a F1a F2a F3a F0b F1b F2b F3b F4a F5a F6a B0b F7a ",
                              "first device");
        CheckSplitBackward();
        std::string error;
        const auto schedule = PipelineSchedule::Create("ns3::workload::InterleavedSchedule", error);
        NS_TEST_EXPECT_MSG_EQ(schedule->Check(4, 8), "", "8 micro-batches on 4 stages");
        NS_TEST_EXPECT_MSG_EQ(schedule->Check(4, 6),
                              "the interleaved schedule needs a multiple of 4 micro-batches (one "
                              "per stage), not 6",
                              "6 on 4");
        NS_TEST_EXPECT_MSG_EQ(schedule->Check(4, 0).empty(), false, "none");
        const auto dual = PipelineSchedule::Create("ns3::workload::DualPipe", error);
        NS_TEST_EXPECT_MSG_EQ(dual->Check(4, 8), "", "8 micro-batches on 4 stages");
        NS_TEST_EXPECT_MSG_EQ(
            dual->Check(3, 8), "DualPipe needs an even number of stages, not 3", "3 stages");
        NS_TEST_EXPECT_MSG_EQ(dual->Check(4, 6),
                              "DualPipe needs an even number of micro-batches, at least 8 (two per "
                              "stage), not 6",
                              "6 on 4");
        NS_TEST_EXPECT_MSG_EQ(dual->Check(4, 9).empty(), false, "9 on 4");
        // Parts of both ways: stage 1 of 4 has part 1 on the way there, part 2 on the way back.
        NS_TEST_EXPECT_MSG_EQ(dual->GetNParts(4), 4, "parts");
        NS_TEST_EXPECT_MSG_EQ(dual->GetPart(1, 4, 0), 1, "there");
        NS_TEST_EXPECT_MSG_EQ(dual->GetPart(1, 4, 1), 2, "back");
        NS_TEST_EXPECT_MSG_EQ(dual->GetStage(3, 4, 1), 0, "the way back ends at stage 0");
        NS_TEST_EXPECT_MSG_EQ(schedule->GetPart(1, 4, 1), 5, "interleaved");
        NS_TEST_EXPECT_MSG_EQ(schedule->GetStage(5, 4, 0), 1, "interleaved");
    }

    /** I: gradients of activations, W: of weights, +: together with the next one. */
    void CheckSplitBackward()
    {
        // Qi et al. 2024, figure 3: stage p puts the weights off by p micro-batches.
        NS_TEST_EXPECT_MSG_EQ(OrderOf(0, 4, 5, "ZeroBubbleH1"),
                              "F0 F1 F2 F3 I0 W0 F4 I1 W1 I2 W2 I3 W3 I4 W4 ",
                              "first stage");
        NS_TEST_EXPECT_MSG_EQ(OrderOf(1, 4, 5, "ZeroBubbleH1"),
                              "F0 F1 F2 I0 F3 I1 W0 F4 I2 W1 I3 W2 I4 W3 W4 ",
                              "second stage");
        NS_TEST_EXPECT_MSG_EQ(OrderOf(3, 4, 5, "ZeroBubbleH1"),
                              "F0 I0 F1 I1 F2 I2 F3 I3 W0 F4 I4 W1 W2 W3 W4 ",
                              "last stage");
        // DeepSeek-V3 report, figure 5, by its rules on 4 stages with 8 micro-batches, of which 4
        // to 7 (b) come from the other end. The first stage: 2 forward passes until the middle is
        // busy, one of each way, then backward ones of the other way.
        NS_TEST_EXPECT_MSG_EQ(OrderOf(0, 4, 8, "DualPipe"),
                              "F0a F1a F2a F4b I4b W4b F5b F3a+B5b F6b+B0a B6b F7b+B1a B7b I2a W2a "
                              "I3a W3a ",
                              "first stage");
        NS_TEST_EXPECT_MSG_EQ(OrderOf(1, 4, 8, "DualPipe"),
                              "F0a F4b F1a F5b F2a B4b F6b+B0a F3a+B5b F7b+B1a B6b B2a I7b I3a W7b "
                              "W3a ",
                              "second stage");
        // The other half does the same with the ways exchanged.
        NS_TEST_EXPECT_MSG_EQ(OrderOf(3, 4, 8, "DualPipe"),
                              "F4b F5b F6b F0a I0a W0a F1a F7b+B1a F2a+B4b B2a F3a+B5b B3a I6b W6b "
                              "I7b W7b ",
                              "last stage");
    }
};

/** Orders of pipeline schedules. */
class ScheduleTestSuite : public TestSuite
{
  public:
    ScheduleTestSuite()
        : TestSuite("weft-workload-schedule", TestSuite::Type::UNIT)
    {
        AddTestCase(new OneForwardOneBackwardTestCase);
        AddTestCase(new OtherSchedulesTestCase);
    }
};

ScheduleTestSuite g_scheduleTestSuite; ///< registers the suite

} // namespace
