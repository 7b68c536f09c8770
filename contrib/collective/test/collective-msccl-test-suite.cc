/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-test-bench.h"

#include "ns3/collective-msccl-algorithm.h"
#include "ns3/collective-msccl-program.h"
#include "ns3/fabric-time.h"
#include "ns3/pointer.h"
#include "ns3/random-variable-stream.h"
#include "ns3/string.h"
#include "ns3/test.h"

#include <fstream>
#include <functional>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::collective;
using ns3::collective::test::IdealNetwork;
using ns3::collective::test::TestBench;

namespace
{

/** Writes files in MSCCL's format. */
class Writer
{
  public:
    /** Begin a file. */
    Writer(const std::string& collective, uint32_t nRanks, uint32_t nChunks, bool inPlace)
        : m_text("<algo name=\"test\" coll=\"" + collective + "\" proto=\"Simple\" ngpus=\"" +
                 std::to_string(nRanks) + "\" nchunksperloop=\"" + std::to_string(nChunks) +
                 "\" inplace=\"" + (inPlace ? "1" : "0") + "\">\n")
    {
    }

    /** Begin a rank. */
    void Rank(uint32_t id, uint32_t input, uint32_t output, uint32_t scratch)
    {
        EndRank();
        m_text += "<gpu id=\"" + std::to_string(id) + "\" i_chunks=\"" + std::to_string(input) +
                  "\" o_chunks=\"" + std::to_string(output) + "\" s_chunks=\"" +
                  std::to_string(scratch) + "\">\n";
        m_inRank = true;
        m_nBlocks = 0;
    }

    /** Begin a block. @return its id */
    uint32_t Block(int send, int receive)
    {
        EndBlock();
        m_text += "<tb id=\"" + std::to_string(m_nBlocks) + "\" send=\"" + std::to_string(send) +
                  "\" recv=\"" + std::to_string(receive) + "\" chan=\"0\">\n";
        m_inBlock = true;
        m_nSteps = 0;
        return m_nBlocks++;
    }

    /** Add a step. @param after block and step, or -1 @return its number */
    uint32_t Step(const std::string& type,
                  const std::string& source,
                  uint32_t from,
                  const std::string& destination,
                  uint32_t to,
                  int afterBlock = -1,
                  int afterStep = -1)
    {
        m_text += "<step s=\"" + std::to_string(m_nSteps) + "\" type=\"" + type + "\" srcbuf=\"" +
                  source + "\" srcoff=\"" + std::to_string(from) + "\" dstbuf=\"" + destination +
                  "\" dstoff=\"" + std::to_string(to) + "\" cnt=\"1\" depid=\"" +
                  std::to_string(afterBlock) + "\" deps=\"" + std::to_string(afterStep) +
                  "\" hasdep=\"0\"/>\n";
        return m_nSteps++;
    }

    /** @return the file */
    std::string Finish()
    {
        EndRank();
        return m_text + "</algo>\n";
    }

  private:
    void EndBlock()
    {
        m_text += m_inBlock ? "</tb>\n" : "";
        m_inBlock = false;
    }

    void EndRank()
    {
        EndBlock();
        m_text += m_inRank ? "</gpu>\n" : "";
        m_inRank = false;
    }

    std::string m_text;    ///< so far
    bool m_inRank{false};  ///< a rank has begun
    bool m_inBlock{false}; ///< a block has begun
    uint32_t m_nBlocks{0}; ///< of the rank
    uint32_t m_nSteps{0};  ///< of the block
};

/**
 * All-reduce on a ring, one block for each rank: as RingAllReduce.
 *
 * @param nRanks number of ranks
 * @param keepsNothing partial sums are not stored
 */
std::string
WriteRing(uint32_t nRanks, bool keepsNothing)
{
    Writer writer("allreduce", nRanks, nRanks, true);
    for (uint32_t rank = 0; rank < nRanks; ++rank)
    {
        writer.Rank(rank, nRanks, 0, 0);
        writer.Block((rank + 1) % nRanks, (rank + nRanks - 1) % nRanks);
        const auto add = [&](const std::string& type, uint32_t step)
        {
            const uint32_t chunk = (rank + 2 * nRanks - step) % nRanks;
            writer.Step(type, "i", chunk, "i", chunk);
        };
        add("s", 0);
        for (uint32_t step = 1; step < nRanks - 1; ++step)
        {
            add(keepsNothing ? "rrs" : "rrcs", step);
        }
        add("rrcs", nRanks - 1);
        for (uint32_t step = nRanks; step < 2 * nRanks - 2; ++step)
        {
            add("rcs", step);
        }
        add("r", 2 * nRanks - 2);
    }
    return writer.Finish();
}

/** All-gather on a ring; one block receives, another one sends on what it has, after a nop. */
std::string
WriteGather(uint32_t nRanks, bool hasDependencies = true)
{
    Writer writer("allgather", nRanks, nRanks, true);
    for (uint32_t rank = 0; rank < nRanks; ++rank)
    {
        writer.Rank(rank, 1, nRanks, 0);
        const uint32_t receiver = writer.Block(-1, (rank + nRanks - 1) % nRanks);
        for (uint32_t step = 1; step < nRanks; ++step)
        {
            const uint32_t chunk = (rank + nRanks - step) % nRanks;
            writer.Step("r", "i", 0, "o", chunk);
        }
        writer.Block((rank + 1) % nRanks, -1);
        writer.Step("s", "i", 0, "o", rank);
        for (uint32_t step = 1; step < nRanks - 1; ++step)
        {
            const uint32_t chunk = (rank + nRanks - step) % nRanks;
            const bool waits = hasDependencies;
            writer.Step("nop", "i", 0, "o", 0, waits ? receiver : -1, waits ? step - 1 : -1);
            writer.Step("s", "o", chunk, "o", chunk);
        }
    }
    return writer.Finish();
}

/** All-to-all with a block for each peer, and a copy of the own part. */
std::string
WriteExchange(uint32_t nRanks)
{
    Writer writer("alltoall", nRanks, nRanks, false);
    for (uint32_t rank = 0; rank < nRanks; ++rank)
    {
        writer.Rank(rank, nRanks, nRanks, 0);
        writer.Block(-1, -1);
        writer.Step("cpy", "i", rank, "o", rank);
        for (uint32_t peer = 0; peer < nRanks; ++peer)
        {
            if (peer != rank)
            {
                writer.Block(peer, peer);
                writer.Step("s", "i", peer, "o", rank);
                writer.Step("r", "i", 0, "o", peer);
            }
        }
    }
    return writer.Finish();
}

/** Reduce-scatter in place: peers' chunks come to the scratch buffer, one block adds them up. */
std::string
WriteScatter(uint32_t nRanks)
{
    Writer writer("reduce_scatter", nRanks, nRanks, true);
    for (uint32_t rank = 0; rank < nRanks; ++rank)
    {
        writer.Rank(rank, nRanks, 1, nRanks);
        std::vector<uint32_t> blocks;
        for (uint32_t peer = 0; peer < nRanks; ++peer)
        {
            if (peer != rank)
            {
                blocks.push_back(writer.Block(peer, peer));
                writer.Step("s", "i", peer, "i", peer);
                writer.Step("r", "s", 0, "s", peer);
            }
        }
        writer.Block(-1, -1);
        uint32_t next = 0;
        for (uint32_t peer = 0; peer < nRanks; ++peer)
        {
            if (peer != rank)
            {
                writer.Step("re", "s", peer, "o", 0, blocks[next++], 1);
            }
        }
    }
    return writer.Finish();
}

/** @return a text with the first occurrence of a part replaced */
std::string
Replace(std::string text, const std::string& part, const std::string& by)
{
    const auto found = text.find(part);
    return found == std::string::npos ? "the part is not there"
                                      : text.replace(found, part.size(), by);
}

/** @return what is wrong with a file, "" if nothing is */
std::string
GetError(const std::string& text)
{
    std::vector<TextError> errors;
    const auto program = MscclProgram::Read(text, errors);
    if (errors.empty())
    {
        program.Check(errors);
    }
    return errors.empty() ? "" : errors.front().Format("f");
}

/** Programs are executed by the engine: right data in any order, and closed forms. */
class ProgramExecutionTestCase : public TestCase
{
  public:
    /**
     * @param type the collective
     * @param name for people to read
     * @param write makes the file for a number of ranks
     */
    ProgramExecutionTestCase(CollectiveType type,
                             const std::string& name,
                             std::function<std::string(uint32_t)> write)
        : TestCase("data of " + GetTypeName(type) + " by a program: " + name),
          m_type(type),
          m_write(std::move(write))
    {
    }

  private:
    void DoRun() override
    {
        for (const uint32_t n : {2, 3, 5, 8, 16, 33})
        {
            // Chunks of 9 bytes, in messages of 9 and of 2: 5 passes.
            Execute(n, "524288");
            Execute(n, "2");
        }
    }

    /** Execute it on n ranks. */
    void Execute(uint32_t n, const std::string& messageSize)
    {
        const std::string name = CreateTempDirFilename("program.xml");
        std::ofstream(name) << m_write(n);
        IdealNetwork::Shape shape;
        shape.nAccelerators = n;
        shape.latency = NanoSeconds(100);
        shape.jitter = MicroSeconds(30);
        shape.stream = n;
        TestBench bench(shape);
        auto algorithm = CreateObject<MscclAlgorithm>();
        algorithm->SetAttribute("File", StringValue(name));
        algorithm->SetAttribute("MessageSize", StringValue(messageSize));
        NS_TEST_ASSERT_MSG_EQ(algorithm->Check(), "", n << " ranks");
        NS_TEST_ASSERT_MSG_EQ(algorithm->GetNRanks(), n, "ranks");
        bench.engine->SetAlgorithm(m_type, algorithm);
        Operation operation;
        operation.type = m_type;
        operation.communicator = bench.AddWorld();
        operation.bytes = 9 * n;
        auto random = CreateObject<UniformRandomVariable>();
        random->SetStream(n);
        for (operation.sequence = 0; operation.sequence < 2; ++operation.sequence)
        {
            bench.Watch(operation);
            for (uint32_t rank = 0; rank < n; ++rank)
            {
                bench.PostAt(MicroSeconds(random->GetInteger(0, 300)), rank, operation);
            }
        }
        NS_TEST_ASSERT_MSG_EQ(bench.Run(), "", n << " ranks");
        NS_TEST_ASSERT_MSG_EQ(bench.events.size(), 2 * n, n << " ranks: complete");
    }

    const CollectiveType m_type;                        ///< the collective
    const std::function<std::string(uint32_t)> m_write; ///< makes the file
};

/** A ring from a file takes as long as a ring; sizes and ranks that it is not for go elsewhere. */
class ProgramCostTestCase : public TestCase
{
  public:
    ProgramCostTestCase()
        : TestCase("cost of a program, and what it is not for")
    {
    }

  private:
    /** @return when an all-reduce is over */
    Time Measure(Ptr<Algorithm> algorithm, uint32_t n, uint64_t bytes, const std::string& expected)
    {
        IdealNetwork::Shape shape;
        shape.nAccelerators = n;
        shape.latency = MicroSeconds(1);
        shape.perByte = PicoSeconds(100);
        TestBench bench(shape);
        bench.engine->SetAlgorithm(CollectiveType::ALL_REDUCE, algorithm);
        bench.engine->TraceConnectWithoutContext(
            "Finished", MakeCallback(&ProgramCostTestCase::NoteFinished, this));
        Operation operation;
        operation.communicator = bench.AddWorld();
        operation.bytes = bytes;
        bench.PostAll(operation);
        bench.Run();
        NS_TEST_EXPECT_MSG_EQ(bench.events.size(), n, "complete");
        NS_TEST_EXPECT_MSG_EQ(m_record.algorithm, "ns3::collective::" + expected, "record");
        return bench.GetEnd();
    }

    /** Trace sink. */
    void NoteFinished(const OperationRecord& record)
    {
        m_record = record;
    }

    void DoRun() override
    {
        const std::string name = CreateTempDirFilename("ring.xml");
        std::ofstream(name) << Replace(WriteRing(4, false), "ngpus", "maxBytes=\"8000\" ngpus");
        auto algorithm = CreateObject<MscclAlgorithm>();
        algorithm->SetAttribute("File", StringValue(name));
        // Simple between servers: base latency 8.4 us, 6 steps of 11.3 us + 1 us + 1000 * 100 ps.
        NS_TEST_ASSERT_MSG_EQ(Measure(algorithm, 4, 4000, "MscclAlgorithm"),
                              NanoSeconds(8400 + 6 * 12400),
                              "closed form");
        NS_TEST_ASSERT_MSG_EQ(
            m_record.protocol, "ns3::collective::SimpleProtocol", "protocol of the file");
        // 4 passes of 250 bytes, 25 ns each: the last one is 3 * 25 ns behind the first, with one
        // block doing one step after the other.
        algorithm->SetAttribute("MessageSize", StringValue("250"));
        const Time passes = Measure(algorithm, 4, 4000, "MscclAlgorithm");
        NS_TEST_ASSERT_MSG_GT(passes, NanoSeconds(8400 + 6 * 12325 + 3 * 25), "several passes");
        algorithm->SetAttribute("MessageSize", StringValue("524288"));
        // Not a multiple of 4 chunks, too large, other ranks: rings without protocol, 2 (n-1)
        // steps.
        NS_TEST_ASSERT_MSG_EQ_TOL(Measure(algorithm, 4, 4001, "RingAllReduce"),
                                  NanoSeconds(6 * 1100),
                                  NanoSeconds(1),
                                  "size");
        NS_TEST_ASSERT_MSG_EQ(
            Measure(algorithm, 4, 16000, "RingAllReduce"), NanoSeconds(6 * 1400), "too large");
        NS_TEST_ASSERT_MSG_EQ(
            Measure(algorithm, 2, 4000, "RingAllReduce"), NanoSeconds(2 * 1200), "ranks");
    }

    OperationRecord m_record; ///< the last one
};

/** Files with mistakes: where and what. */
class BadProgramTestCase : public TestCase
{
  public:
    BadProgramTestCase()
        : TestCase("bad programs")
    {
    }

  private:
    /** Expect an error that begins so. */
    void Expect(const std::string& text, const std::string& expected)
    {
        NS_TEST_EXPECT_MSG_EQ(GetError(text).substr(0, expected.size()), expected, "error");
    }

    void ExpectBadXml()
    {
        Expect("", "f:1:1: 'the end of the file', expected an element");
        Expect("algo", "f:1:1: 'a', expected an element");
        Expect("<algo\n  coll=allreduce>", "f:2:8: 'a', expected the value of coll in quotes");
        Expect("<algo coll=\"a\" coll=\"b\"/>", "f:1:16: attribute coll is there twice");
        Expect("<algo coll=\"a", "f:1:14: expected the quote that ends the value of coll");
        Expect("<algo coll=\"&x;\"/>", "f:1:13: expected one of &amp;");
        Expect("<algo>\n</gpu>", "f:2:1: </gpu>, expected </algo> for the element in line 1");
        Expect("<algo>\n", "f:2:1: expected </algo> for the element in line 1");
        Expect("<!-- a", "f:1:5: expected the end of the comment");
        Expect("<!DOCTYPE a>", "f:1:1: document types, marked sections");
        Expect("<a/><b/>", "f:1:5: '<' behind the outermost element");
        std::string deep;
        for (int depth = 0; depth < 17; ++depth)
        {
            deep += "<a>";
        }
        Expect(deep, "f:1:50: more than 16 elements in each other");
    }

    void ExpectBadProgram()
    {
        const std::string ring = WriteRing(3, false);
        Expect("<a/>", "f:1:2: <a>, expected <algo>");
        Expect(Replace(ring, "allreduce", "custom"),
               "f:1:25: coll is 'custom', expected allreduce");
        Expect(Replace(ring, "Simple", "Fast"), "f:1:43: proto is 'Fast', expected LL, LL128");
        Expect(Replace(ring, "ngpus=\"3\"", "ngpus=\"x\""),
               "f:1:58: ngpus is 'x', expected an integer from 2 to 1024");
        Expect(Replace(ring, " ngpus=\"3\"", ""), "f:1:2: <algo> has no ngpus, expected");
        Expect(Replace(ring, "ngpus=\"3\"", "ngpus=\"4\""), "f:1:2: there is no <gpu> with id 3");
        Expect(Replace(ring, "gpu id=\"1\"", "gpu id=\"0\""),
               "f:11:10: id is '0', expected a number that no other <gpu> has");
        Expect(Replace(ring, "i_chunks=\"3\"", "i_chunks=\"4\""),
               "f:2:23: i_chunks is '4', expected an integer from 0 to 3");
        Expect(Replace(ring, "send=\"1\"", "send=\"0\""), "f:3:18: send is '0', expected another");
        Expect(Replace(ring, "send=\"1\"", "send=\"-1\""),
               "f:4:19: type is 's', expected one that does not send");
        Expect(Replace(ring, "recv=\"2\"", "recv=\"1\""),
               "f:3:2: no other <tb> of gpu 1 sends to 0");
        Expect(Replace(ring, "type=\"s\"", "type=\"send\""),
               "f:4:19: type is 'send', expected s, r");
        Expect(Replace(ring, "s=\"1\"", "s=\"2\""),
               "f:5:10: s is '2', expected an integer from 1 to 1");
        Expect(Replace(ring, "srcbuf=\"i\"", "srcbuf=\"x\""),
               "f:4:30: srcbuf is 'x', expected i, o");
        Expect(Replace(ring, "srcoff=\"0\"", "srcoff=\"3\""),
               "f:4:41: srcoff is '3', expected room for 1 of the 3 chunks of buffer i");
        Expect(Replace(ring, "depid=\"-1\" deps=\"-1\"", "depid=\"7\" deps=\"0\""),
               "f:4:2: depends on step 0 of <tb> 7, which does not exist");
        // Line 7 is a step that receives and sends: without it fewer messages than expected.
        const auto seventh = ring.find("<step s=\"3\"");
        Expect(Replace(ring, ring.substr(seventh, ring.find('\n', seventh) + 1 - seventh), ""),
               "f:7:10: s is '4', expected an integer from 3 to 3");
        Expect(Replace(ring, "cnt=\"1\"", "cnt=\"2\""),
               "f:14:2: receives 1 chunks, but the step in line 4 sends 2");
        Expect(Replace(WriteExchange(2), "inplace=\"0\"", "inplace=\"1\""),
               "f:1:88: inplace is '1', expected 0: an alltoall has two buffers");
        Expect(Replace(WriteGather(3), "nchunksperloop=\"3\"", "nchunksperloop=\"4\""),
               "f:1:77: nchunksperloop is '4', expected a multiple of 3");
    }

    void ExpectBadSchedule()
    {
        NS_TEST_EXPECT_MSG_EQ(GetError(WriteRing(3, false)), "", "a good ring");
        // Rank 0 sends chunk 1 instead of 0: rank 1 adds it to chunk 0.
        Expect(Replace(WriteRing(3, false), "srcoff=\"0\"", "srcoff=\"1\""),
               "f:14:2: gpu 1: chunk 0 of the buffer holds chunk 0 of gpu 1 and has chunk 1 of gpu "
               "0 added");
        // The last step writes elsewhere: chunk 2 has all by then.
        Expect(Replace(WriteRing(3, false),
                       "type=\"r\" srcbuf=\"i\" srcoff=\"2\" dstbuf=\"i\" dstoff=\"2\"",
                       "type=\"r\" srcbuf=\"i\" srcoff=\"2\" dstbuf=\"i\" dstoff=\"0\""),
               "f:2:2: gpu 0: chunk 0 of the buffer ends with chunk 2 of gpu 0 1 2, expected chunk "
               "0 of gpu 0 1 2");
        // Added twice: rank 0 gets chunk 2 back from rank 2 complete, and adds it to its own.
        Expect(
            Replace(WriteRing(2, false), "type=\"r\"", "type=\"rrc\""),
            "f:6:2: gpu 0: chunk 0 of the buffer has chunk 0 of gpu 0 1 added to chunk 0 of gpu 0");
        // Without dependencies blocks send what they do not have.
        Expect(WriteGather(3, false), "f:");
        NS_TEST_EXPECT_MSG_NE(GetError(WriteGather(3, false))
                                  .find("of the buffer is read before there is anything in it"),
                              std::string::npos,
                              "a race");
        // Two ranks that both receive first.
        Writer writer("allreduce", 2, 1, true);
        for (const int rank : {0, 1})
        {
            writer.Rank(rank, 1, 0, 0);
            writer.Block(1 - rank, 1 - rank);
            writer.Step("rrc", "i", 0, "i", 0);
            writer.Step("s", "i", 0, "i", 0);
        }
        Expect(writer.Finish(), "f:4:2: gpu 0 waits for ever: deadlock");
    }

    void DoRun() override
    {
        ExpectBadXml();
        ExpectBadProgram();
        ExpectBadSchedule();
        auto algorithm = CreateObject<MscclAlgorithm>();
        NS_TEST_EXPECT_MSG_EQ(algorithm->Check(), "MscclAlgorithm needs a File", "no file");
        algorithm->SetAttribute("File", StringValue("no/such/file"));
        NS_TEST_EXPECT_MSG_EQ(
            algorithm->Check(), "no/such/file: the file cannot be read", "no such file");
        NS_TEST_EXPECT_MSG_EQ(algorithm->Supports(CollectiveType::ALL_REDUCE), false, "nothing");
    }
};

/** The unit test suite of programs from files. */
class MscclTestSuite : public TestSuite
{
  public:
    MscclTestSuite()
        : TestSuite("weft-collective-msccl", TestSuite::Type::UNIT)
    {
        fabric::UsePicoseconds();
        AddTestCase(new ProgramExecutionTestCase(
            CollectiveType::ALL_REDUCE, "ring", [](uint32_t n) { return WriteRing(n, false); }));
        AddTestCase(new ProgramExecutionTestCase(CollectiveType::ALL_REDUCE,
                                                 "ring that keeps no partial sums",
                                                 [](uint32_t n) { return WriteRing(n, true); }));
        AddTestCase(new ProgramExecutionTestCase(
            CollectiveType::ALL_GATHER, "two blocks", [](uint32_t n) { return WriteGather(n); }));
        AddTestCase(
            new ProgramExecutionTestCase(CollectiveType::ALL_TO_ALL, "direct", WriteExchange));
        AddTestCase(
            new ProgramExecutionTestCase(CollectiveType::REDUCE_SCATTER, "direct", WriteScatter));
        AddTestCase(new ProgramCostTestCase());
        AddTestCase(new BadProgramTestCase());
    }
};

MscclTestSuite g_mscclTestSuite; ///< registers the suite

} // namespace
