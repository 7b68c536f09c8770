/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// What the importers of traces make of small texts, and what they say about them.

#include "trace-result.h"

#include "ns3/workload-chakra-importer.h"
#include "ns3/workload-chakra-reader.h"
#include "ns3/workload-goal-reader.h"
#include "ns3/workload-json-reader.h"
#include "ns3/workload-message-list-reader.h"
#include "ns3/workload-trace-files.h"
#include "ns3/workload-trace-importer.h"
#include "ns3/workload-trace.h"

#include <gtest/gtest.h>
#include <sstream>
#include <string>

using namespace ns3;
using namespace ns3::workload;

namespace
{

/** @return whether a rank has a dependency */
bool
HasEdge(const Trace& trace, uint32_t rank, uint32_t from, uint32_t to)
{
    for (const auto& edge : trace.ranks[rank].edges)
    {
        if (edge.from == from && edge.to == to)
        {
            return true;
        }
    }
    return false;
}

TEST(MessageList, MakesSendsReceivesAndDependencies)
{
    const auto result = Read(ReadMessageList,
                             "dst, src, bytes, id, after, delay, start\n"
                             "1, 0, 1KiB, a, , , 2us\n"
                             "\n# back again, after 3 us\n"
                             "0, 1, 7, b, a, 3us, \n"
                             "2, 1, 8, , a;b, , \n");
    ASSERT_EQ(result.findings, "");
    const auto& ranks = result.trace.ranks;
    ASSERT_EQ(ranks.size(), 3U);
    // Rank 0: waits until 2 us, sends 1024 bytes, receives 7.
    ASSERT_EQ(ranks[0].operations.size(), 3U);
    EXPECT_EQ(ranks[0].operations[0].kind, OperationKind::DELAY);
    EXPECT_EQ(ranks[0].operations[0].value, 2'000'000U);
    EXPECT_EQ(ranks[0].operations[1].kind, OperationKind::SEND);
    EXPECT_EQ(ranks[0].operations[1].value, 1024U);
    EXPECT_EQ(ranks[0].operations[1].peer, 1U);
    EXPECT_EQ(ranks[0].operations[1].line, 2U);
    EXPECT_TRUE(HasEdge(result.trace, 0, 0, 1));
    // Rank 1: receives a (0), computes (1), sends b (2), then the third (3) after a and b.
    ASSERT_EQ(ranks[1].operations.size(), 4U);
    EXPECT_EQ(ranks[1].operations[1].kind, OperationKind::COMPUTE);
    EXPECT_EQ(ranks[1].operations[1].value, 3'000'000U);
    EXPECT_TRUE(HasEdge(result.trace, 1, 0, 1));
    EXPECT_TRUE(HasEdge(result.trace, 1, 1, 2));
    EXPECT_TRUE(HasEdge(result.trace, 1, 0, 3));
    EXPECT_TRUE(HasEdge(result.trace, 1, 2, 3));
}

TEST(MessageList, SaysWhatIsWrongAndWhere)
{
    const std::string header = "src,dst,bytes,id,after\n";
    const auto find = [&header](const std::string& rows)
    { return Read(ReadMessageList, header + rows).findings; };
    EXPECT_EQ(find("0,1,10,a\n"), "x:2:1: error: 4 fields, expected the 5 of the header\n");
    EXPECT_EQ(find("0,0,10,,\n"), "x:2:3: error: a message to itself, expected another rank\n");
    EXPECT_EQ(find("0,-1,10,,\n"), "x:2:3: error: '-1', expected a rank, 0 to 131071\n");
    EXPECT_EQ(find("0,1,0,,\n"),
              "x:2:5: error: '0', expected a size from 1 byte to 1 PiB such as 2MiB\n");
    EXPECT_EQ(find("0,1,1,,b\n"), "x:2:8: error: there is no earlier message 'b'\n");
    EXPECT_EQ(find("0,1,1,a,\n2,3,1,,a\n"),
              "x:3:8: error: message 'a' neither comes to rank 2 nor leaves it, so nothing there "
              "can come after it\n");
    EXPECT_EQ(find("0,1,1,a,\n0,1,1,a,\n"), "x:3:7: error: there is a message 'a' already\n");
    EXPECT_EQ(Read(ReadMessageList, "src,dst\n").findings,
              "x:1:1: error: the header has no column 'bytes'\n");
    EXPECT_EQ(Read(ReadMessageList, "").findings,
              "x: error: empty, expected a header such as src,dst,bytes,start\n");
}

TEST(GoalText, ReadsWhatTheLanguageHas)
{
    const auto result = Read(ReadGoalText,
                             "num_ranks 2 /* two\n ranks */\n"
                             "rank 1 { recv 8b from 0 tag 3 cpu 0 nic 1 }\n"
                             "rank 0 {\n"
                             "l1: calc 1000 cpu 2 // a microsecond\n"
                             "l2: send 8b to 1 tag 3\n"
                             "l2 requires l1\n"
                             "l3: calc 5\n"
                             "l3 irequires l2\n"
                             "}\n");
    ASSERT_EQ(result.findings, "");
    const auto& operations = result.trace.ranks[0].operations;
    ASSERT_EQ(operations.size(), 4U);
    EXPECT_EQ(operations[0].kind, OperationKind::COMPUTE);
    EXPECT_EQ(operations[0].value, 1'000'000U);
    EXPECT_EQ(operations[0].stream, 2U);
    EXPECT_EQ(operations[0].line, 5U);
    EXPECT_EQ(operations[0].column, 5U);
    EXPECT_EQ(operations[1].kind, OperationKind::SEND);
    EXPECT_EQ(operations[2].stream, 0U);
    // The moment before l2 takes over l1, and l2 and l3 wait for the moment.
    EXPECT_EQ(operations[3].kind, OperationKind::DELAY);
    EXPECT_EQ(operations[3].value, 0U);
    EXPECT_TRUE(HasEdge(result.trace, 0, 0, 3));
    EXPECT_TRUE(HasEdge(result.trace, 0, 3, 1));
    EXPECT_TRUE(HasEdge(result.trace, 0, 3, 2));
    EXPECT_FALSE(HasEdge(result.trace, 0, 0, 1));
}

TEST(GoalText, KnowsLabelsThatAreNumbersAndOthers)
{
    // l1 and l01 are two labels; l900000000 is far from all other numbers; l12345678901 too long.
    const std::string text =
        "num_ranks 1\nrank 0 {\n"
        "l1: calc 1\nl01: calc 2\nl900000000: calc 3\nmul: calc 4\n"
        "l12345678901: calc 5\nl2: calc 6\nl0: calc 7\n"
        "l01 requires l1\nl900000000 requires l01\nmul requires l900000000\n"
        "l12345678901 requires mul\nl2 requires l12345678901\nl0 requires l2\n";
    const auto result = Read(ReadGoalText, text + "}\n");
    ASSERT_EQ(result.findings, "");
    for (uint32_t i = 0; i < 6; ++i)
    {
        EXPECT_TRUE(HasEdge(result.trace, 0, i, i + 1)) << i;
    }
    // A number is no name.
    const auto& operations = result.trace.ranks[0].operations;
    EXPECT_EQ(result.trace.labels[operations[0].label], "calc");
    EXPECT_EQ(result.trace.labels[operations[1].label], "l01");
    EXPECT_EQ(result.trace.labels[operations[3].label], "mul");
    for (const std::string label : {"l1", "l900000000", "l0", "l12345678901"})
    {
        EXPECT_EQ(Read(ReadGoalText, text + label + ": calc 1\n}").findings,
                  "x:16:1: error: '" + label + "', this label is there twice in the rank\n");
    }
    EXPECT_EQ(Read(ReadGoalText, text + "l1 requires l3\n}").findings,
              "x:16:13: error: 'l3', there is no such label before this line in the rank\n");
    // Labels are those of their rank.
    EXPECT_EQ(Read(ReadGoalText,
                   "num_ranks 2\nrank 0 {\nl1: calc 1\n}\nrank 1 {\nl2: calc 1\nl2 "
                   "requires l1\n}")
                  .findings,
              "x:7:13: error: 'l1', there is no such label before this line in the rank\n");
    // A text longer than what is read at once, with a word across.
    std::string longText = "num_ranks 1 /* " + std::string(4081, ' ') + "*/ rank 0 {\n// ";
    longText += std::string(4000, 'x') + "\nfirst: calc 1 }";
    EXPECT_EQ(Read(ReadGoalText, longText).findings, "");
}

TEST(GoalText, SaysWhatIsWrongAndWhere)
{
    const auto find = [](const std::string& text) { return Read(ReadGoalText, text).findings; };
    EXPECT_EQ(find(""), "x:1:1: error: the text ends, expected 'num_ranks'\n");
    EXPECT_EQ(find("num_ranks 0"),
              "x:1:11: error: '0', expected the number of ranks, 1 to 131072\n");
    EXPECT_EQ(find("num_ranks 1\nrank 1 {"), "x:2:6: error: '1', expected a rank, 0 to 0\n");
    EXPECT_EQ(find("num_ranks 1\nrank 0 {"),
              "x:2:9: error: the text ends, expected a label, send, recv, calc or '}'\n");
    EXPECT_EQ(find("num_ranks 2\nrank 0 {\n send 5 to 1\n}"),
              "x:3:7: error: '5', expected bytes up to 2^50 such as 1048576b\n");
    EXPECT_EQ(find("num_ranks 2\nrank 0 {\n send 5b to -1\n}"),
              "x:3:13: error: '-1', expected a rank, 0 to 1\n");
    EXPECT_EQ(find("num_ranks 1\nrank 0 {\na: calc 1\na requires b\n}"),
              "x:4:12: error: 'b', there is no such label before this line in the rank\n");
    EXPECT_EQ(find("num_ranks 1\nrank 0 {\na: calc 1\na: calc 1\n}"),
              "x:4:1: error: 'a', this label is there twice in the rank\n");
}

/** Append a number to a file, little endian. */
template <typename T>
void
Append(std::string& file, T value)
{
    for (std::size_t i = 0; i < sizeof(T); ++i)
    {
        file.push_back(static_cast<char>(static_cast<uint64_t>(value) >> 8 * i));
    }
}

/** Append a node of a binary GOAL file, with dependents on its end. */
void
AppendNode(std::string& file,
           uint32_t nDependencies,
           uint8_t kind,
           uint32_t peer,
           uint64_t value,
           uint32_t nDependents,
           uint32_t first)
{
    Append(file, nDependencies);
    Append(file, kind);
    Append(file, peer);
    Append(file, value);
    Append(file, uint32_t{7}); // tag
    Append(file, uint8_t{1});  // cpu
    Append(file, uint8_t{0});  // nic
    Append(file, nDependents);
    Append(file, first);
    Append(file, uint32_t{0});
    Append(file, uint32_t{0});
}

/** Two ranks: the first computes 1000 ns, then sends 64 bytes to the second. */
std::string
MakeGoalBinary()
{
    std::string first;
    Append(first, uint32_t{2});
    Append(first, uint32_t{1});
    Append(first, uint32_t{0});
    AppendNode(first, 0, 3, 0, 1000, 1, 0);
    AppendNode(first, 1, 1, 1, 64, 0, 0);
    Append(first, uint32_t{1}); // the dependent of node 0
    std::string second;
    Append(second, uint32_t{1});
    Append(second, uint32_t{1});
    Append(second, uint32_t{0});
    AppendNode(second, 0, 2, 0, 64, 0, 0);
    std::string file;
    Append(file, GOAL_MAGIC);
    Append(file, uint32_t{2});
    Append(file, uint8_t{2});
    Append(file, uint8_t{1});
    const uint64_t begin = 6 + 2 * 16; // behind the magic: the rest of the header and the entries
    Append(file, begin);
    Append(file, begin + first.size());
    Append(file, begin + first.size());
    Append(file, begin + first.size() + second.size());
    return file + first + second;
}

TEST(GoalBinary, ReadsRanksNodesAndDependents)
{
    const std::string file = MakeGoalBinary();
    EXPECT_EQ(TraceImporter::DetectFormat(file), "goal-binary");
    const auto result = Read(ReadGoalBinary, file);
    ASSERT_EQ(result.findings, "");
    ASSERT_EQ(result.trace.ranks.size(), 2U);
    const auto& operations = result.trace.ranks[0].operations;
    ASSERT_EQ(operations.size(), 2U);
    EXPECT_EQ(operations[0].kind, OperationKind::COMPUTE);
    EXPECT_EQ(operations[0].value, 1'000'000U);
    EXPECT_EQ(operations[0].stream, 1U);
    EXPECT_EQ(operations[1].kind, OperationKind::SEND);
    EXPECT_EQ(operations[1].value, 64U);
    EXPECT_TRUE(HasEdge(result.trace, 0, 0, 1));
    EXPECT_EQ(result.trace.ranks[1].operations[0].kind, OperationKind::RECEIVE);
}

TEST(GoalBinary, EndsWellWhereverTheFileIsCutOrBitsAreTurned)
{
    const std::string file = MakeGoalBinary();
    for (std::size_t size = 0; size < file.size(); ++size)
    {
        EXPECT_FALSE(Read(ReadGoalBinary, file.substr(0, size)).good) << size;
    }
    for (std::size_t bit = 0; bit < 8 * file.size(); ++bit)
    {
        std::string damaged = file;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
        Read(ReadGoalBinary, damaged);
    }
    std::string damaged = file;
    damaged[8 + 6 + 32 + 12 + 4] = 9; // kind of the first node
    EXPECT_EQ(Read(ReadGoalBinary, damaged).findings,
              "x: error: byte 62: kind 9, expected 1 (send), 2 (recv) or 3 (calc)\n");
}

/** @return a Chakra trace in JSON, as of one rank of several that do the same */
Trace
ReadJsonTrace(const std::string& text, ChakraOptions options, FindingLog& log)
{
    std::istringstream input(text);
    ChakraImporter importer(options, log);
    importer.BeginRank("x", true, 0);
    ReadChakraJson(input, log, [&importer](const ChakraNode& node) { return importer.Add(node); });
    importer.EndRank();
    return importer.Finish();
}

TEST(Chakra, KnowsWhatSizesMean)
{
    const std::string text =
        R"([{"id": 1, "type": "COMM_COLL_NODE", "comm_type": "ALL_GATHER", "comm_size": 100},)"
        R"( {"id": 2, "type": 7, "comm_type": 0, "comm_size": 100, "ctrlDeps": [1]}])";
    const auto sizes = [&text](const std::string& producer)
    {
        ChakraOptions options;
        options.producer = producer;
        options.nRanks = 4;
        options.elementBytes = 2;
        FindingLog log;
        const auto trace = ReadJsonTrace(text, options, log);
        EXPECT_FALSE(log.HasError());
        const auto& operations = trace.ranks[3].operations; // as the first rank
        return std::pair(operations[0].value, operations[1].value);
    };
    EXPECT_EQ(sizes("auto"), (std::pair<uint64_t, uint64_t>(400, 100)));
    EXPECT_EQ(sizes("astra-sim"), (std::pair<uint64_t, uint64_t>(400, 100)));
    EXPECT_EQ(sizes("stg"), (std::pair<uint64_t, uint64_t>(800, 200)));
    EXPECT_EQ(sizes("text"), (std::pair<uint64_t, uint64_t>(100, 100)));
}

TEST(Chakra, NoticesElementsAndCirclesAndMissingNodes)
{
    FindingLog log;
    ChakraOptions options;
    options.nRanks = 2;
    // Three tensors of four bytes each, whose elements are given as bytes.
    const auto trace = ReadJsonTrace(
        R"({"workload_graph": [)"
        "\n"
        R"({"Id": 1, "Name": "a", "NodeType": 7, "comm_type": 0, "comm_size": 30, "is_cpu_op": false,)"
        R"( "inputs": {"values": "[[7, 8, 0, 10, 4, 'cuda:0'], [9, 8, 0, 20, 4, 'cuda:0']]"}},)"
        "\n"
        R"({"Id": 2, "Name": "b", "NodeType": 4, "runtime": 3, "data_deps": [3, 9, 2]},)"
        "\n"
        R"({"Id": 3, "Name": "c", "NodeType": 4, "runtime": 2.5, "data_deps": [2]}]})",
        options,
        log);
    EXPECT_EQ(trace.ranks[0].operations[0].value, 120U);
    EXPECT_EQ(trace.ranks[0].operations[2].value, 2'500'000U);
    EXPECT_TRUE(HasEdge(trace, 0, 1, 2));
    EXPECT_FALSE(HasEdge(trace, 0, 2, 1));
    EXPECT_EQ(Lines(log),
              "x:2:1: warning: node 1 'a': comm_size 30 is the number of elements of its tensors, "
              "not of bytes: 120 is taken\n"
              "x:3:1: warning: node 2 'b': waits for itself: this dependency is left out\n"
              "x:3:1: warning: rank 0, 'b': waits for node 9, which is not in the file: this "
              "dependency is left out\n"
              "x:3:1: warning: rank 0, 'b': waits in a circle for node 3, which comes later in the "
              "file: this dependency is left out\n"
              "x: note: sizes are taken as ASTRA-sim does: bytes, of an all-gather what a rank "
              "contributes (--producer says otherwise; STG counts elements)\n");
}

TEST(Chakra, CopiesARankOnlyWhereThatIsDefined)
{
    const std::string text =
        R"([{"id": 1, "type": 7, "comm_type": 0, "comm_size": 8, "pg_name": "g"}])";
    ChakraOptions options;
    options.nRanks = 8;
    options.groups["g"] = {0, 2}; // with 8 ranks: {0,2} {1,3} {4,6} {5,7}
    FindingLog log;
    const auto trace = ReadJsonTrace(text, options, log);
    EXPECT_FALSE(log.HasError());
    ASSERT_EQ(trace.ranks.size(), 8U);
    EXPECT_EQ(trace.groups[trace.ranks[2].operations[0].group].ranks,
              (std::vector<uint32_t>{0, 2}));
    EXPECT_EQ(trace.groups[trace.ranks[5].operations[0].group].ranks,
              (std::vector<uint32_t>{5, 7}));
    options.groups["g"] = {0, 1, 4};
    FindingLog refused;
    ReadJsonTrace(text, options, refused);
    EXPECT_NE(Lines(refused).find("x:1:2: error: rank 0: group 'g' is no row of a grid of 8 ranks: "
                                  "the other ranks cannot be assumed alike"),
              std::string::npos);
}

TEST(Json, ReadsAndSaysWhereItIsWrong)
{
    const auto find = [](const std::string& text)
    {
        std::istringstream input(text);
        FindingLog log;
        log.SetFile("x");
        JsonReader json(input, log);
        JsonValue value;
        json.ReadValue(value);
        return Lines(log);
    };
    EXPECT_EQ(find(R"({"a": [1, -2.5e3, true, null, NaN, "\u00e9\ud83d\ude00\n"], "b": {}})"), "");
    EXPECT_EQ(find("{\n \"a\" 1}"), "x:2:6: error: '1', expected ':'\n");
    EXPECT_EQ(find("[1 2]"), "x:1:4: error: '2', expected ','\n");
    EXPECT_EQ(find("[1, tru]"), "x:1:8: error: ']', expected a value instead of 'tru'\n");
    EXPECT_EQ(find("\"a"), "x:1:3: error: the text ends, expected the end of a text, '\"'\n");
    EXPECT_EQ(find(std::string(70, '[')),
              "x:1:66: error: '[', expected no more than 64 values within each other\n");
    std::istringstream input(R"(["\u00e9\ud83d\ude00", 18446744073709551615, 2.5, 1e3])");
    FindingLog log;
    JsonReader json(input, log);
    JsonValue value;
    ASSERT_TRUE(json.ReadValue(value));
    EXPECT_EQ(value.elements[0].text, "\xc3\xa9\xf0\x9f\x98\x80");
    EXPECT_EQ(value.elements[1].AsUnsigned(), UINT64_MAX);
    EXPECT_FALSE(value.elements[2].AsUnsigned());
    EXPECT_EQ(value.elements[3].AsUnsigned(), 1000U);
}

TEST(TraceFiles, KnowRanksInNames)
{
    EXPECT_EQ(GetRankOfName("a/b.1/chakra.12.et"), 12U);
    EXPECT_EQ(GetRankOfName("chakra.12.json.gz"), 12U);
    EXPECT_EQ(GetRankOfName("chakra.et"), UINT32_MAX);
}

TEST(TraceFiles, AreFoundInTheOrderOfTheirNumbers)
{
    const std::string data = std::string(WEFT_SOURCE_DIR) + "/tests/data/traces/";
    std::string error;
    const auto files = FindTraceFiles(data + "*.goal", error);
    ASSERT_EQ(error, "");
    ASSERT_FALSE(files.empty());
    EXPECT_EQ(files[0].Peek(3), "// ");
    FindTraceFiles(data + "nothing", error);
    EXPECT_NE(error.find("there is no such file"), std::string::npos);
}

TEST(TraceImporter, DetectsFormats)
{
    EXPECT_EQ(TraceImporter::DetectFormat("// c\n/* d */ num_ranks 3"), "goal");
    EXPECT_EQ(TraceImporter::DetectFormat("# c\nid,src,dst,bytes\n"), "csv");
    EXPECT_EQ(TraceImporter::DetectFormat("HYBRID_TRANSFORMER_FWD_IN_BCKWD ep: 1"), "aicb");
    EXPECT_EQ(TraceImporter::DetectFormat("what"), "");
    EXPECT_EQ(TraceImporter::DetectFormat(""), "");
}

TEST(TraceImporter, ReadsTheGoalFileOfLogGopSim)
{
    const std::string path =
        std::string(WEFT_SOURCE_DIR) + "/../shared/traces/goal/binary_tree_32.goal";
    if (TraceFile(path).Peek(1).empty())
    {
        GTEST_SKIP() << path << " is not there";
    }
    const auto trace = TraceImporter::Import(path, {});
    ASSERT_TRUE(trace.job);
    EXPECT_EQ(trace.format, "goal");
    EXPECT_TRUE(trace.findings.empty());
    // A binary tree over 32 ranks has 31 edges: a send and a receive each.
    ASSERT_EQ(trace.job->ranks.size(), 32U);
    uint64_t n = 0;
    for (const auto& rank : trace.job->ranks)
    {
        n += rank.graph->GetN();
    }
    EXPECT_EQ(n, 62U);
}

} // namespace
