/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// What the check of traces finds, and what it does about it.

#include "trace-result.h"

#include "ns3/workload-goal-reader.h"
#include "ns3/workload-trace.h"

#include <gtest/gtest.h>
#include <string>

using namespace ns3;
using namespace ns3::workload;

namespace
{

TEST(TraceCheck, LeavesOutMessagesWithoutPartner)
{
    const auto result = Read(ReadGoalText,
                             "num_ranks 2\n"
                             "rank 0 {\n a: send 8b to 1 tag 1\n b: send 9b to 1 tag 2\n"
                             " c: send 4b to 0\n}\n"
                             "rank 1 {\n a: recv 7b from 0 tag 1\n b: recv 9b from 0 tag 3\n}\n");
    EXPECT_TRUE(result.good);
    EXPECT_EQ(result.findings,
              "x:5:5: warning: rank 0, 'c': a message to itself is left out\n"
              "x:8:5: warning: rank 1, 'a': receives 7 bytes, but rank 0, 'a' sends 8: the "
              "sender's size is taken\n"
              "x:9:5: warning: rank 1, 'b': receive of 9 bytes: rank 0 never sends it with tag 3; "
              "it is left out\n"
              "x:4:5: warning: rank 0, 'b': send of 9 bytes with tag 2: rank 1 never receives it; "
              "it is left out\n");
    EXPECT_EQ(result.trace.ranks[0].operations[1].kind, OperationKind::DELAY);
    EXPECT_EQ(result.trace.ranks[1].operations[0].value, 8U);
}

TEST(TraceCheck, BindsReceivesFromAnybody)
{
    const auto result = Read(ReadGoalText,
                             "num_ranks 3\n"
                             "rank 0 { recv 5b from -1 tag -1\n recv 5b from 1 tag 4 }\n"
                             "rank 1 { send 5b to 0 tag 4 }\nrank 2 { send 5b to 0 tag 6 }\n");
    EXPECT_TRUE(result.good);
    EXPECT_EQ(result.findings,
              "x:2:10: warning: rank 0, 'recv': a receive from anybody gets the first message that "
              "nobody else takes: of rank 2\n");
    EXPECT_EQ(result.trace.ranks[0].operations[0].peer, 2U);
}

TEST(TraceCheck, FindsCirclesWithinAndAcrossRanks)
{
    EXPECT_EQ(Read(ReadGoalText,
                   "num_ranks 1\nrank 0 {\na: calc 1\nb: calc 1\na requires b\nb requires a\n}")
                  .findings,
              "x:3:4: error: rank 0, 'a': waits in a circle for rank 0, 'b', which waits for rank "
              "0, 'a'\n");
    // Each rank sends only after it has received.
    EXPECT_EQ(Read(ReadGoalText,
                   "num_ranks 2\n"
                   "rank 0 {\nr: recv 1b from 1\ns: send 1b to 1\ns requires r\n}\n"
                   "rank 1 {\nr: recv 1b from 0\ns: send 1b to 0\ns requires r\n}\n")
                  .findings,
              "x:3:4: error: rank 0, 'r': waits in a circle for rank 1, 's', which waits for rank "
              "1, 'r', which waits for rank 0, 's', which waits for rank 0, 'r'\n");
}

/** A trace of ranks of which each calls some all-reduces of group 0, one after the other. */
Trace
MakeCollectives(const std::vector<std::vector<uint64_t>>& sizes)
{
    Trace trace;
    trace.files = {"x"};
    trace.ranks.resize(sizes.size());
    std::vector<uint32_t> ranks;
    for (uint32_t r = 0; r < sizes.size(); ++r)
    {
        ranks.push_back(r);
        for (const auto bytes : sizes[r])
        {
            TraceOperation operation;
            operation.kind = OperationKind::COLLECTIVE;
            operation.value = bytes;
            operation.line = 10 * (r + 1) + trace.ranks[r].operations.size();
            operation.column = 1;
            trace.ranks[r].operations.push_back(operation);
        }
    }
    trace.AddGroup("all", ranks, Dimension::DATA);
    return trace;
}

TEST(TraceCheck, MatchesCollectives)
{
    auto trace = MakeCollectives({{8, 0, 4}, {8, 0, 5}});
    FindingLog log;
    CheckTrace(trace, log);
    EXPECT_FALSE(log.HasError());
    EXPECT_EQ(Lines(log),
              "x:11:1: warning: rank 0: collective 1 of group 'all' (all-reduce) has 0 bytes: it "
              "is left out, as NCCL does\n"
              "x:21:1: warning: rank 1: collective 1 of group 'all' (all-reduce) has 0 bytes: it "
              "is left out, as NCCL does\n"
              "x:12:1: warning: rank 0: collective 2 of group 'all' has 4 bytes here and 5 "
              "elsewhere: the largest is taken\n");
    EXPECT_EQ(trace.ranks[0].operations[1].kind, OperationKind::DELAY);
    EXPECT_EQ(trace.ranks[0].operations[2].value, 5U);
    trace = MakeCollectives({{8, 4}, {8}});
    CheckTrace(trace, log);
    EXPECT_EQ(Lines(log),
              "x:11:1: error: rank 0: collective 1 of group 'all' (all-reduce): 1 of 2 ranks call "
              "it, rank 1 does not\n");
}

TEST(TraceCheck, TellsTheFirstOfManyFindings)
{
    auto trace = MakeCollectives({{0, 0, 0, 0, 0}, {0, 0, 0, 0, 0}});
    FindingLog log;
    CheckTrace(trace, log);
    const auto findings = log.Take();
    ASSERT_EQ(findings.size(), 4U);
    EXPECT_EQ(findings[3].message, "7 more like this: collective of 0 bytes");
}

} // namespace
