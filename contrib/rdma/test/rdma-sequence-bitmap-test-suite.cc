/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/random-variable-stream.h"
#include "ns3/rdma-reorder-buffer.h"
#include "ns3/rdma-reorder-gauge.h"
#include "ns3/rdma-sequence-bitmap.h"
#include "ns3/test.h"

#include <set>

using namespace ns3;
using namespace ns3::rdma;

namespace
{

/** Each function against its definition. */
class BitmapTestCase : public TestCase
{
  public:
    BitmapTestCase()
        : TestCase("SequenceBitmap against a set")
    {
    }

  private:
    void DoRun() override
    {
        auto random = CreateObject<UniformRandomVariable>();
        random->SetStream(1);
        SequenceBitmap bitmap;
        std::set<uint64_t> model;
        uint64_t begin = 1000; // in the middle of a word
        bitmap.Start(begin);
        NS_TEST_EXPECT_MSG_EQ(bitmap.FindSet(begin, begin + 10), begin + 10, "none is set");
        NS_TEST_EXPECT_MSG_EQ(bitmap.FindClear(begin, begin + 10), begin, "all are clear");
        for (uint32_t step = 0; step < 3000; ++step)
        {
            // The window is 300 packets at first, so that it wraps in 512, and 2000 in the end.
            const uint32_t width = step < 2000 ? 300 : 2000;
            const uint64_t at = begin + random->GetInteger(0, width - 1);
            switch (random->GetInteger(0, 9))
            {
            case 0:
                bitmap.Clear(at);
                model.erase(at);
                break;
            case 1:
                begin += random->GetInteger(0, 100);
                bitmap.Advance(begin);
                model.erase(model.begin(), model.lower_bound(begin));
                break;
            default:
                bitmap.Set(at);
                model.insert(at);
            }
            Compare(bitmap, model, begin, begin + random->GetInteger(0, width + 100));
        }
    }

    /** Compare all queries. @param from a place in the window */
    void Compare(const SequenceBitmap& bitmap,
                 const std::set<uint64_t>& model,
                 uint64_t begin,
                 uint64_t from)
    {
        NS_TEST_ASSERT_MSG_EQ(bitmap.GetCount(), model.size(), "count");
        NS_TEST_ASSERT_MSG_EQ(bitmap.Test(from), (model.count(from) > 0), "bit");
        const uint64_t to = from + 150;
        const auto set = model.lower_bound(from);
        const uint64_t nextSet = set == model.end() ? to : std::min(*set, to);
        NS_TEST_ASSERT_MSG_EQ(bitmap.FindSet(from, to), nextSet, "next set");
        uint64_t clear = from;
        while (clear < to && model.count(clear) > 0)
        {
            ++clear;
        }
        NS_TEST_ASSERT_MSG_EQ(bitmap.FindClear(from, to), clear, "next clear");
        if (!model.empty())
        {
            const uint64_t last = std::min(from, *model.rbegin());
            uint64_t bits = 0;
            for (uint64_t i = 0; i < 64; ++i)
            {
                bits |= uint64_t{model.count(last - 63 + i) > 0} << i;
            }
            NS_TEST_ASSERT_MSG_EQ(bitmap.GetUpTo(last), bits, "64 up to " << last - begin);
        }
    }
};

/** What is put in comes out, though the buffer grows and the window moves. */
class ReorderBufferTestCase : public TestCase
{
  public:
    ReorderBufferTestCase()
        : TestCase("ReorderBuffer")
    {
    }

  private:
    void DoRun() override
    {
        ReorderBuffer buffer;
        buffer.Start(70);
        NS_TEST_EXPECT_MSG_EQ(buffer.IsEmpty(), true, "empty");
        fabric::RoceFields fields{};
        for (const uint64_t sequence : {71, 133, 72, 700, 5000})
        {
            fields.immediate = sequence;
            buffer.Insert(sequence, fields);
        }
        for (const uint64_t sequence : {71, 133, 72, 700, 5000})
        {
            NS_TEST_EXPECT_MSG_EQ(buffer.Contains(sequence), true, "it is here");
            NS_TEST_EXPECT_MSG_EQ(buffer.Get(sequence).immediate, sequence, "the same");
        }
        NS_TEST_EXPECT_MSG_EQ(buffer.Contains(70), false, "it is not");
        buffer.Advance(700);
        NS_TEST_EXPECT_MSG_EQ(buffer.GetArrived().GetCount(), 2, "700 and 5000");
        buffer.Remove(700);
        NS_TEST_EXPECT_MSG_EQ(buffer.Contains(700), false, "forgotten");
    }
};

/** When a packet counts as lost. */
class ReorderGaugeTestCase : public TestCase
{
  public:
    ReorderGaugeTestCase()
        : TestCase("ReorderGauge")
    {
    }

  private:
    void DoRun() override
    {
        ReorderGauge packets;
        NS_TEST_EXPECT_MSG_EQ(packets.Update(10, 0, 1, 0), 9, "what one has overtaken");
        NS_TEST_EXPECT_MSG_EQ(packets.Update(10, 0, 3, 0), 7, "what three have overtaken");
        NS_TEST_EXPECT_MSG_EQ(packets.Update(2, 0, 3, 0), 0, "none");

        ReorderGauge time;
        NS_TEST_EXPECT_MSG_EQ(time.Update(10, 1000, 1, 100), 0, "seen now");
        NS_TEST_EXPECT_MSG_EQ(time.Update(15, 1099, 1, 100), 0, "99 ago");
        NS_TEST_EXPECT_MSG_EQ(time.Update(20, 1100, 1, 100), 9, "100 ago it was 10");
        NS_TEST_EXPECT_MSG_EQ(time.Update(25, 1199, 1, 100), 9, "no news");
        NS_TEST_EXPECT_MSG_EQ(time.Update(30, 1250, 1, 100), 19, "150 ago it was 20");
    }
};

/** The suite. */
class RdmaSequenceBitmapTestSuite : public TestSuite
{
  public:
    RdmaSequenceBitmapTestSuite()
        : TestSuite("weft-rdma-sequence-bitmap", TestSuite::Type::UNIT)
    {
        AddTestCase(new BitmapTestCase);
        AddTestCase(new ReorderBufferTestCase);
        AddTestCase(new ReorderGaugeTestCase);
    }
};

RdmaSequenceBitmapTestSuite g_rdmaSequenceBitmapTestSuite; ///< registers the suite

} // namespace
