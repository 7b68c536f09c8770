/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/rdma-alarm.h"
#include "ns3/rdma-indexed-heap.h"
#include "ns3/rdma-opcode.h"
#include "ns3/rdma-psn.h"
#include "ns3/rdma-responder.h"
#include "ns3/rdma-ring-buffer.h"
#include "ns3/rdma-send-queue.h"
#include "ns3/rdma-syndrome.h"
#include "ns3/simulator.h"
#include "ns3/test.h"

#include <vector>

using namespace ns3;
using namespace ns3::rdma;

namespace
{

/** Sequence numbers and PSNs, around the wrap. */
class PsnTestCase : public TestCase
{
  public:
    PsnTestCase()
        : TestCase("PSNs wrap, sequence numbers do not")
    {
    }

  private:
    void DoRun() override
    {
        const uint64_t first = FirstSequence(0xfffffe);
        NS_TEST_EXPECT_MSG_EQ(ToPsn(first), 0xfffffe, "first");
        NS_TEST_EXPECT_MSG_EQ(ToPsn(first + 2), 0, "after the wrap");
        NS_TEST_EXPECT_MSG_EQ(ToSequence(0, first), first + 2, "ahead over the wrap");
        NS_TEST_EXPECT_MSG_EQ(ToSequence(0xfffffe, first + 2), first, "back over the wrap");
        NS_TEST_EXPECT_MSG_EQ(ToSequence(0xfffffd, first), first - 1, "before the first");
        // The largest distances that can be told apart: 2^23 - 1 ahead, 2^23 back.
        for (const uint64_t reference : {first, first + 1000, FirstSequence(0)})
        {
            const uint64_t ahead = reference + (1 << 23) - 1;
            const uint64_t back = reference - (1 << 23);
            NS_TEST_EXPECT_MSG_EQ(ToSequence(ToPsn(ahead), reference), ahead, "far ahead");
            NS_TEST_EXPECT_MSG_EQ(ToSequence(ToPsn(back), reference), back, "far back");
        }
    }
};

/** Times of RNR NAKs. */
class RnrTimerTestCase : public TestCase
{
  public:
    RnrTimerTestCase()
        : TestCase("RNR timer codes")
    {
    }

  private:
    void DoRun() override
    {
        // InfiniBand vol. 1, table 45, in units of 10 us = 10^7 ps.
        constexpr Ticks unit = 10'000'000;
        NS_TEST_EXPECT_MSG_EQ(RnrDelay(0x20 | 0), 65536 * unit, "code 0: 655.36 ms");
        NS_TEST_EXPECT_MSG_EQ(RnrDelay(0x20 | 1), unit, "code 1: 0.01 ms");
        NS_TEST_EXPECT_MSG_EQ(RnrDelay(0x20 | 12), 64 * unit, "code 12: 0.64 ms");
        NS_TEST_EXPECT_MSG_EQ(RnrDelay(0x20 | 31), 49152 * unit, "code 31: 491.52 ms");
        // From code 2 on each second code is twice the one two before it.
        for (uint8_t code = 4; code < 32; ++code)
        {
            NS_TEST_EXPECT_MSG_EQ(RnrDelay(code), 2 * RnrDelay(code - 2), "code " << +code);
        }
    }
};

/** A request as packets. */
class SegmentationTestCase : public TestCase
{
  public:
    SegmentationTestCase()
        : TestCase("Requests become packets")
    {
    }

  private:
    /** @return transport headers of a packet */
    static fabric::RoceFields Describe(const SendQueue& queue, uint64_t sequence)
    {
        fabric::RoceFields fields{};
        queue.Describe(sequence, fields);
        return fields;
    }

    void DoRun() override
    {
        SendQueue queue;
        queue.Start(1024, 100);
        WorkRequest request;
        request.bytes = 2500; // 1024 + 1024 + 452
        request.remoteAddress = 0xabcdef0123456789;
        request.remoteKey = 5;
        queue.Post(request); // packets 100..102
        request.bytes = 0;
        request.verb = Verb::SEND;
        queue.Post(request); // 103
        request.bytes = 1025;
        request.verb = Verb::SEND_WITH_IMMEDIATE;
        request.immediate = 77;
        queue.Post(request); // 104, 105
        request.bytes = 1024;
        request.verb = Verb::WRITE_WITH_IMMEDIATE;
        queue.Post(request); // 106
        NS_TEST_EXPECT_MSG_EQ(queue.GetEnd(), 107, "seven packets");
        NS_TEST_EXPECT_MSG_EQ(queue.GetNMessages(), 4, "four messages");

        const uint8_t opcodes[] = {OP_WRITE_FIRST,
                                   OP_WRITE_MIDDLE,
                                   OP_WRITE_LAST,
                                   OP_SEND_ONLY,
                                   OP_SEND_FIRST,
                                   OP_SEND_LAST_IMM,
                                   OP_WRITE_ONLY_IMM};
        const uint32_t payloads[] = {1024, 1024, 452, 0, 1024, 1, 1024};
        const uint64_t offsets[] = {0, 1024, 2048, 2500, 2500, 3524, 3525};
        const bool solicited[] = {false, false, true, true, false, true, true};
        // Forwards and backwards: a look-up must not depend on the one before.
        for (uint32_t i = 0; i < 14; ++i)
        {
            const uint32_t k = i < 7 ? i : 13 - i;
            const auto fields = Describe(queue, 100 + k);
            NS_TEST_EXPECT_MSG_EQ(+fields.opcode, +opcodes[k], "opcode of packet " << k);
            NS_TEST_EXPECT_MSG_EQ(fields.payloadBytes, payloads[k], "payload of packet " << k);
            NS_TEST_EXPECT_MSG_EQ(queue.GetPayload(100 + k), payloads[k], "payload again");
            NS_TEST_EXPECT_MSG_EQ(fields.solicited, solicited[k], "SE of packet " << k);
            NS_TEST_EXPECT_MSG_EQ(queue.GetOffset(100 + k), offsets[k], "bytes before " << k);
        }
        NS_TEST_EXPECT_MSG_EQ(queue.GetOffset(107), 4549, "all bytes");
        NS_TEST_EXPECT_MSG_EQ(Describe(queue, 100).remoteAddress, 0xabcdef0123456789, "RETH");
        NS_TEST_EXPECT_MSG_EQ(Describe(queue, 100).dmaLength, 2500, "RETH");
        NS_TEST_EXPECT_MSG_EQ(Describe(queue, 100).remoteKey, 5, "RETH");
        NS_TEST_EXPECT_MSG_EQ(Describe(queue, 101).dmaLength, 0, "no RETH");
        NS_TEST_EXPECT_MSG_EQ(Describe(queue, 105).immediate, 77, "immediate");
        NS_TEST_EXPECT_MSG_EQ(Describe(queue, 106).immediate, 77, "immediate");

        queue.Pop();
        NS_TEST_EXPECT_MSG_EQ(queue.GetFront().firstSequence, 103, "the next message");
        NS_TEST_EXPECT_MSG_EQ(+Describe(queue, 105).opcode, +OP_SEND_LAST_IMM, "after a pop");
        NS_TEST_EXPECT_MSG_EQ(queue.GetOffset(105), 3524, "after a pop");
    }
};

/** A request that is larger than a message of the wire. */
class HugeRequestTestCase : public TestCase
{
  public:
    HugeRequestTestCase()
        : TestCase("5 GiB are three messages and one request")
    {
    }

  private:
    void DoRun() override
    {
        constexpr uint64_t GIB = uint64_t{1} << 30;
        WorkRequest request;
        request.bytes = 5 * GIB;
        request.verb = Verb::WRITE_WITH_IMMEDIATE;
        request.immediate = 9;
        request.remoteAddress = 1000;
        {
            // MTU 4096: 2 GiB, 2 GiB, 1 GiB; 524,288, 524,288 and 262,144 packets.
            SendQueue queue;
            queue.Start(4096, 0);
            queue.Post(request);
            NS_TEST_EXPECT_MSG_EQ(queue.GetNMessages(), 3, "messages");
            NS_TEST_EXPECT_MSG_EQ(queue.GetEnd(), 5 * GIB / 4096, "packets");
            NS_TEST_EXPECT_MSG_EQ(queue.GetOffset(1'000'000), 4'096'000'000, "offset");
            Expect(queue, 0, OP_WRITE_FIRST, false, 2 * GIB, 1000);
            Expect(queue, 524'287, OP_WRITE_LAST, false, 0, 0);
            Expect(queue, 524'288, OP_WRITE_FIRST, false, 2 * GIB, 1000 + 2 * GIB);
            Expect(queue, 1'048'576, OP_WRITE_FIRST, false, GIB, 1000 + 4 * GIB);
            Expect(queue, 1'310'719, OP_WRITE_LAST_IMM, true, 0, 0);
            NS_TEST_EXPECT_MSG_EQ(queue.Pop().last, false, "a part");
            NS_TEST_EXPECT_MSG_EQ(queue.Pop().last, false, "a part");
            const SendMessage last = queue.Pop();
            NS_TEST_EXPECT_MSG_EQ(last.last, true, "the last part");
            NS_TEST_EXPECT_MSG_EQ(last.requestBytes, 5 * GIB, "of the whole");
        }
        {
            // MTU 9000: parts end where packets end: 238,609 * 9000 = 2,147,481,000 bytes twice,
            // and 1,073,747,120 bytes, which are 119,305 * 9000 + 2120.
            SendQueue queue;
            queue.Start(9000, 0);
            queue.Post(request);
            NS_TEST_EXPECT_MSG_EQ(queue.GetEnd(), 2 * 238'609 + 119'306, "packets");
            Expect(queue, 238'609, OP_WRITE_FIRST, false, 2'147'481'000, 1000 + 2'147'481'000);
            NS_TEST_EXPECT_MSG_EQ(queue.GetPayload(238'608), 9000, "no packet is cut");
            NS_TEST_EXPECT_MSG_EQ(queue.GetPayload(queue.GetEnd() - 1), 2120, "but the last");
        }
    }

    /** Check the transport headers of a packet. */
    void Expect(const SendQueue& queue,
                uint64_t sequence,
                uint8_t opcode,
                bool solicited,
                uint64_t dmaLength,
                uint64_t address)
    {
        fabric::RoceFields fields{};
        queue.Describe(sequence, fields);
        NS_TEST_EXPECT_MSG_EQ(+fields.opcode, +opcode, "opcode of " << sequence);
        NS_TEST_EXPECT_MSG_EQ(fields.solicited, solicited, "SE of " << sequence);
        NS_TEST_EXPECT_MSG_EQ(fields.dmaLength, dmaLength, "length in RETH of " << sequence);
        NS_TEST_EXPECT_MSG_EQ(fields.remoteAddress, address, "address in RETH of " << sequence);
    }
};

/** Packets as messages. */
class ResponderTestCase : public TestCase
{
  public:
    ResponderTestCase()
        : TestCase("Packets become messages")
    {
    }

  private:
    /** Hand over a packet and check what becomes of it. */
    void Expect(Responder& responder,
                uint8_t opcode,
                uint32_t bytes,
                AcceptResult result,
                bool solicited = true)
    {
        fabric::RoceFields fields{};
        fields.opcode = opcode;
        fields.payloadBytes = bytes;
        fields.solicited = IsLast(opcode) && solicited;
        fields.remoteAddress = 500;
        fields.immediate = 3;
        NS_TEST_EXPECT_MSG_EQ(
            int(responder.Accept(fields, m_placement)), int(result), "opcode " << +opcode);
    }

    void DoRun() override
    {
        using R = AcceptResult;
        Responder responder;
        Expect(responder, OP_WRITE_MIDDLE, 1, R::INVALID);
        Expect(responder, OP_WRITE_LAST, 1, R::INVALID);
        Expect(responder, OP_ACKNOWLEDGE, 0, R::INVALID);
        Expect(responder, OP_READ_RESPONSE_MIDDLE, 1, R::INVALID);
        Expect(responder, OP_WRITE_FIRST, 10, R::PARTIAL);
        Expect(responder, OP_WRITE_FIRST, 10, R::INVALID); // has begun
        Expect(responder, OP_SEND_LAST, 10, R::INVALID);   // another operation
        Expect(responder, OP_READ_REQUEST, 0, R::INVALID); // likewise
        Expect(responder, OP_FETCH_ADD, 0, R::INVALID);    // likewise
        Expect(responder, OP_WRITE_MIDDLE, 10, R::PARTIAL);
        Expect(responder, OP_WRITE_LAST, 5, R::COMPLETED);
        NS_TEST_EXPECT_MSG_EQ(m_placement.bytes, 25, "refused packets do not count");
        NS_TEST_EXPECT_MSG_EQ(m_placement.remoteAddress, 500, "where");
        NS_TEST_EXPECT_MSG_EQ((m_placement.verb == Verb::WRITE), true, "what");
        NS_TEST_EXPECT_MSG_EQ(responder.GetMsn(), 1, "messages");

        // A SEND needs a receive at its first packet, immediate data of a WRITE at the last.
        Expect(responder, OP_SEND_FIRST, 10, R::NOT_READY);
        responder.PostReceive(41);
        Expect(responder, OP_SEND_FIRST, 10, R::PARTIAL);
        NS_TEST_EXPECT_MSG_EQ(responder.GetNReceives(), 0, "consumed");
        Expect(responder, OP_SEND_LAST, 1, R::COMPLETED);
        NS_TEST_EXPECT_MSG_EQ(m_placement.receiveId, 41, "the receive");
        NS_TEST_EXPECT_MSG_EQ(m_placement.bytes, 11, "size");
        Expect(responder, OP_WRITE_FIRST, 10, R::PARTIAL);
        Expect(responder, OP_WRITE_LAST_IMM, 1, R::NOT_READY);
        Expect(responder, OP_WRITE_LAST_IMM, 1, R::NOT_READY);
        responder.PostReceive(42);
        Expect(responder, OP_WRITE_LAST_IMM, 1, R::COMPLETED);
        NS_TEST_EXPECT_MSG_EQ(m_placement.receiveId, 42, "the receive");
        NS_TEST_EXPECT_MSG_EQ(m_placement.immediate, 3, "immediate data");
        NS_TEST_EXPECT_MSG_EQ(m_placement.bytes, 11, "size");

        // Two messages of the wire that are one request: one receive, one placement.
        responder.PostReceive(43);
        Expect(responder, OP_SEND_FIRST, 10, R::PARTIAL);
        Expect(responder, OP_SEND_LAST, 10, R::PARTIAL, false);
        Expect(responder, OP_WRITE_ONLY, 10, R::INVALID); // the SEND is not over
        Expect(responder, OP_SEND_ONLY, 10, R::COMPLETED);
        NS_TEST_EXPECT_MSG_EQ(m_placement.bytes, 30, "both parts");
        NS_TEST_EXPECT_MSG_EQ(m_placement.receiveId, 43, "the receive");
        NS_TEST_EXPECT_MSG_EQ(responder.GetMsn(), 5, "the parts are messages of the wire");

        // READs and atomics are messages too.
        Expect(responder, OP_READ_REQUEST, 0, R::COMPLETED);
        NS_TEST_EXPECT_MSG_EQ((m_placement.verb == Verb::READ), true, "what");
        NS_TEST_EXPECT_MSG_EQ(m_placement.number, 4, "the fifth request");
        Expect(responder, OP_COMPARE_SWAP, 0, R::COMPLETED);
        NS_TEST_EXPECT_MSG_EQ((m_placement.verb == Verb::COMPARE_SWAP), true, "what");
        NS_TEST_EXPECT_MSG_EQ(responder.GetMsn(), 7, "messages");

        // And the packets of a response, where they have a sequence of their own.
        Responder responses;
        Expect(responses, OP_READ_RESPONSE_FIRST, 10, R::PARTIAL);
        Expect(responses, OP_READ_RESPONSE_ONLY, 10, R::INVALID); // has begun
        Expect(responses, OP_READ_RESPONSE_MIDDLE, 10, R::PARTIAL);
        Expect(responses, OP_READ_RESPONSE_LAST, 3, R::COMPLETED);
        NS_TEST_EXPECT_MSG_EQ(m_placement.bytes, 23, "size");
        Expect(responses, OP_READ_RESPONSE_ONLY, 7, R::COMPLETED);
        NS_TEST_EXPECT_MSG_EQ(m_placement.bytes, 7, "size");
        Expect(responses, OP_ATOMIC_ACKNOWLEDGE, 0, R::COMPLETED);
        NS_TEST_EXPECT_MSG_EQ((m_placement.verb == Verb::ATOMIC_RESPONSE), true, "what");
    }

    Placement m_placement{}; ///< what was completed last
};

/** An item of a heap. */
struct Item
{
    uint32_t place{UINT32_MAX}; ///< in the heap
    Ticks time{0};              ///< what it should have there
};

/** Where an item keeps its place. */
struct ItemPlace
{
    /** @return the place */
    static uint32_t& Of(Item& item)
    {
        return item.place;
    }
};

/** The containers. */
class ContainersTestCase : public TestCase
{
  public:
    ContainersTestCase()
        : TestCase("Ring buffer and indexed heap")
    {
    }

  private:
    void DoRun() override
    {
        RingBuffer<int> ring;
        int next = 0;
        int expected = 0;
        // Grow while the content is wrapped around the end: 3 in, 2 out, again and again.
        for (int round = 0; round < 20; ++round)
        {
            ring.Push(next++);
            ring.Push(next++);
            ring.Push(next++);
            NS_TEST_EXPECT_MSG_EQ(ring.Pop(), expected++, "in order");
            NS_TEST_EXPECT_MSG_EQ(ring.Pop(), expected++, "in order");
        }
        NS_TEST_EXPECT_MSG_EQ(ring.GetSize(), 20, "60 in, 40 out");
        for (uint32_t i = 0; i < ring.GetSize(); ++i)
        {
            NS_TEST_EXPECT_MSG_EQ(ring[i], 40 + int(i), "by index");
        }

        // Items pushed, changed and removed in an order without pattern come out sorted.
        IndexedHeap<Item, ItemPlace> heap;
        std::vector<Item> items(100);
        uint32_t x = 1;
        const auto draw = [&x]() { return (x = x * 1664525 + 1013904223) >> 16; };
        for (auto& item : items)
        {
            item.time = draw() % 50;
            heap.Push(item, item.time);
        }
        for (int i = 0; i < 1000; ++i)
        {
            Item& item = items[draw() % items.size()];
            item.time = draw() % 50;
            if (!heap.Contains(item))
            {
                heap.Push(item, item.time);
            }
            else if (draw() % 2)
            {
                heap.Update(item, item.time);
            }
            else
            {
                heap.Remove(item);
            }
        }
        uint32_t inside = 0;
        for (auto& item : items)
        {
            inside += heap.Contains(item);
        }
        Ticks last = 0;
        uint32_t popped = 0;
        while (!heap.IsEmpty())
        {
            const Ticks time = heap.GetTopTime();
            NS_TEST_EXPECT_MSG_EQ((time >= last), true, "sorted");
            last = time;
            Item& item = heap.Pop();
            NS_TEST_EXPECT_MSG_EQ(item.time, time, "its time");
            NS_TEST_EXPECT_MSG_EQ(heap.Contains(item), false, "it knows that it left");
            ++popped;
        }
        NS_TEST_EXPECT_MSG_EQ(popped, inside, "all of them");
    }
};

/** The alarm. */
class AlarmTestCase : public TestCase
{
  public:
    AlarmTestCase()
        : TestCase("Alarm rings at its deadline, wherever that moves")
    {
    }

  private:
    /** Note the time. */
    void Ring()
    {
        m_rang.push_back(fabric::NowTicks());
    }

    void DoRun() override
    {
        fabric::UsePicoseconds();
        auto alarm = new Alarm<AlarmTestCase, &AlarmTestCase::Ring>(this);
        const auto at = [](Ticks time, auto&& what) { Simulator::Schedule(TimeStep(time), what); };
        at(0, [=]() { alarm->Set(100); }); // moved later at 50: rings at 200
        at(50, [=]() { alarm->Set(200); });
        at(300, [=]() { alarm->Set(500); }); // moved earlier at 350: rings at 400, not at 500
        at(350, [=]() { alarm->Set(400); });
        at(600, [=]() { alarm->Set(700); }); // stopped at 650
        at(650, [=]() { alarm->Set(NEVER); });
        at(800, [=]() { alarm->Set(900); }); // no later than 950, then than 850: rings at 850
        at(810, [=]() { alarm->SetNoLater(950); });
        at(820, [=]() { alarm->SetNoLater(850); });
        at(1000, [=]() { alarm->Set(1100); }); // the owner leaves
        at(1050, [=]() { alarm->Detach(); });
        Simulator::Run();
        const std::vector<Ticks> expected{200, 400, 850};
        NS_TEST_EXPECT_MSG_EQ((m_rang == expected), true, "when it rang");
        alarm->Unref();
        Simulator::Destroy();
    }

    std::vector<Ticks> m_rang; ///< when it rang
};

/** The suite. */
class RdmaQueuesTestSuite : public TestSuite
{
  public:
    RdmaQueuesTestSuite()
        : TestSuite("weft-rdma-queues", TestSuite::Type::UNIT)
    {
        AddTestCase(new PsnTestCase);
        AddTestCase(new RnrTimerTestCase);
        AddTestCase(new SegmentationTestCase);
        AddTestCase(new HugeRequestTestCase);
        AddTestCase(new ResponderTestCase);
        AddTestCase(new ContainersTestCase);
        AddTestCase(new AlarmTestCase);
    }
};

RdmaQueuesTestSuite g_rdmaQueuesTestSuite; ///< registers the suite

} // namespace
