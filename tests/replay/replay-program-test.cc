/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Runs the program replay as a user does, and checks what it prints and writes.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <utility>
#include <vector>

namespace
{

namespace fs = std::filesystem;
using nlohmann::json;

/** A directory of its own for each test, removed at the end. */
class ReplayProgram : public testing::Test
{
  protected:
    void SetUp() override
    {
        std::string name = (fs::temp_directory_path() / "weft-replay-XXXXXX").string();
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        m_directory = name;
    }

    void TearDown() override
    {
        fs::remove_all(m_directory);
    }

    /** @return path of a file in the directory */
    std::string File(const std::string& name) const
    {
        return (m_directory / name).string();
    }

    /** @return path of a trace of ours */
    static std::string Trace(const std::string& name)
    {
        return std::string(WEFT_SOURCE_DIR) + "/tests/data/traces/" + name;
    }

    /** @return content of a file in the directory */
    std::string Content(const std::string& name) const
    {
        std::ifstream file(m_directory / name, std::ios::binary);
        std::ostringstream text;
        text << file.rdbuf();
        return text.str();
    }

    /** Run the program. @return its exit code; what it said is in out and err */
    int Run(const std::string& arguments) const
    {
        const std::string command = std::string(WEFT_BINARY_DIR) + "/bin/replay --quiet " +
                                    arguments + " >" + File("out") + " 2>" + File("err");
        const int status = std::system(command.c_str());
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

    /** Run the program, which must end well. @return its JSON summary */
    json Summary(const std::string& arguments) const
    {
        EXPECT_EQ(Run(arguments + " --json=" + File("summary.json")), 0) << Content("err");
        return json::parse(Content("summary.json"), nullptr, false);
    }

    fs::path m_directory; ///< the directory
};

/// Four accelerators on one switch.
const std::string STAR = " --topology=leaf-spine:leaves=1,spines=1,hosts=4";

TEST_F(ReplayProgram, TakesTheTimeThatTheTraceSays)
{
    // Rank 0 computes for 1 us, then for 20 us on the same processor, since the send that it waits
    // for may begin after the first; the answer is back by then.
    const auto summary = Summary("--trace=" + Trace("pair.goal") + STAR);
    EXPECT_EQ(summary["status"], "complete");
    EXPECT_EQ(summary["ranks"], 2);
    EXPECT_EQ(summary["messages"], 2);
    EXPECT_EQ(summary["message_bytes"], 65536 + 4096);
    EXPECT_DOUBLE_EQ(summary["step_time_s"], 21e-6);
    // (21 us + 5 us of rank 1) / 2 ranks.
    EXPECT_DOUBLE_EQ(summary["compute_time_s"], 13e-6);
}

TEST_F(ReplayProgram, RepeatsAndIsDeterministic)
{
    const auto one = Summary("--trace=" + Trace("relay.csv") + STAR);
    const auto again = Summary("--trace=" + Trace("relay.csv") + STAR);
    EXPECT_EQ(one["step_time_s"], again["step_time_s"]);
    EXPECT_GT(one["step_time_s"], 6e-6); // starts at 1 us, computes 5 us
    const auto three = Summary("--trace=" + Trace("relay.csv") + " --steps=3" + STAR);
    EXPECT_EQ(three["finished_steps"], 3);
}

TEST_F(ReplayProgram, OnlyChecksWhenAsked)
{
    EXPECT_EQ(Run("--check --trace=" + Trace("pair.goal") + " --json=" + File("none")), 0);
    EXPECT_NE(Content("out").find("pair.goal:9:11: warning: rank 0, 'answer': a receive from "
                                  "anybody"),
              std::string::npos);
    EXPECT_NE(Content("out").find("2 ranks, 0 groups, 9 operations"), std::string::npos);
    EXPECT_FALSE(fs::exists(m_directory / "none"));
    EXPECT_EQ(Run("--volumes --trace=" + Trace("relay.csv")), 0);
    EXPECT_NE(Content("out").find("other send"), std::string::npos);
}

TEST_F(ReplayProgram, WritesTheDatabase)
{
    EXPECT_EQ(Run("--trace=" + Trace("relay.csv") + STAR + " --output=" + File("results")), 0);
    EXPECT_TRUE(fs::exists(m_directory / "results" / "results.sqlite"));
}

TEST_F(ReplayProgram, ReadsChakraOfSeveralRanks)
{
    const auto summary = Summary("--trace=" + Trace("chakra/pair") +
                                 " --groups=" + Trace("chakra/groups.json") + STAR);
    EXPECT_EQ(summary["format"], "chakra");
    ASSERT_EQ(summary["collectives"].size(), 1U);
    const auto& gather = summary["collectives"][0];
    EXPECT_EQ(gather["type"], "all-gather");
    EXPECT_EQ(gather["bytes"], 8192); // 4096 of each of the two
    EXPECT_EQ(gather["group"], "1");
    EXPECT_DOUBLE_EQ(gather["first_start_s"], 10e-6); // the computation before
    EXPECT_EQ(summary["message_bytes"], 65536);
    EXPECT_EQ(Run("--check --trace=" + Trace("chakra/pair.*.et")), 2);
    EXPECT_NE(Content("err").find("pair.0.et: error: byte 19: rank 0, node 1, 'gather': group '1' "
                                  "is not known"),
              std::string::npos)
        << Content("err");
}

/// Time of a byte of data at 400 Gb/s: 4096 bytes take 4178 on the wire.
constexpr double BYTE_TIME = 8 / 400e9 * 4178 / 4096;
/// From the last byte sent to its arrival two links of 1 us and a switch later.
constexpr double PATH_TIME = 2e-6 + 4096 * BYTE_TIME;
/// The way back of an acknowledgment of 86 bytes on the wire, through a switch.
constexpr double ACK_TIME = 2e-6 + 2 * 86 * 8 / 400e9;

TEST_F(ReplayProgram, RunsTheMicrobenchmarksOfAstraSim)
{
    const std::string traces = std::string(WEFT_SOURCE_DIR) + "/../shared/traces/astra-sim/";
    if (!fs::exists(traces))
    {
        GTEST_SKIP() << traces << " is not there";
    }
    const std::string on8 = " --topology=leaf-spine:leaves=1,spines=1,hosts=8";
    const auto run = [&](const std::string& what)
    {
        return Summary("--trace='" + traces + "microbenchmarks_et.tgz:*/" + what +
                       "/8npus_1MB/*.et'" + on8);
    };
    // A ring of 8: 7 steps of reduction, 7 of distribution, of an eighth each; then the last
    // message is confirmed.
    const double step = 131072 * BYTE_TIME + PATH_TIME;
    EXPECT_NEAR(run("all_reduce")["step_time_s"], 14 * step + ACK_TIME, 0.01 * 14 * step);
    EXPECT_NEAR(run("reduce_scatter")["step_time_s"], 7 * step + ACK_TIME, 0.01 * 7 * step);
    // ASTRA-sim's all-gather of 1 MiB: 1 MiB of each rank.
    const auto gather = run("all_gather");
    EXPECT_EQ(gather["collectives"][0]["bytes"], 8 << 20);
    const auto exchange = run("all_to_all");
    EXPECT_EQ(exchange["collectives"][0]["bytes"], 1 << 20);
}

TEST_F(ReplayProgram, RunsTheRingThatAstraSimSpellsOut)
{
    const std::string trace = std::string(WEFT_SOURCE_DIR) +
                              "/../shared/traces/astra-sim/custom_ring_allreduce_8npus_1MB.tgz";
    if (!fs::exists(trace))
    {
        GTEST_SKIP() << trace << " is not there";
    }
    const auto summary = Summary("--trace='" + trace + ":*.et'" +
                                 " --topology=leaf-spine:leaves=1,spines=1,hosts=8");
    EXPECT_EQ(summary["messages"], 8 * 14);
    // In this trace a receive waits for the send before it to be confirmed, and each of the seven
    // steps of reduction is followed by 7 us of computation.
    const double expected = 14 * (131072 * BYTE_TIME + PATH_TIME + ACK_TIME) + 7 * 7e-6;
    EXPECT_NEAR(summary["step_time_s"], expected, 0.01 * expected);
}

TEST_F(ReplayProgram, GrowsAnAicbWorkloadByReplicas)
{
    const std::string workload = std::string(WEFT_SOURCE_DIR) + "/tests/fuzz/small.aicb";
    EXPECT_EQ(Run("--check --trace=" + workload), 0) << Content("err");
    EXPECT_NE(Content("out").find("8 ranks"), std::string::npos) << Content("out");
    EXPECT_EQ(Run("--check --replicas=3 --trace=" + workload), 0) << Content("err");
    EXPECT_NE(Content("out").find("24 ranks"), std::string::npos) << Content("out");
    EXPECT_EQ(Run("--check --replicas=2 --trace=" + Trace("relay.csv")), 2);
    EXPECT_NE(Content("err").find("the job has no groups, only messages"), std::string::npos);
}

TEST_F(ReplayProgram, ReadsTheRealChakraTrace)
{
    const std::string trace =
        std::string(WEFT_SOURCE_DIR) + "/../shared/traces/chakra/feeder_tests_trace.tar.gz";
    if (!fs::exists(trace))
    {
        GTEST_SKIP() << trace << " is not there";
    }
    EXPECT_EQ(Run("--volumes --ranks=2 --trace=" + trace), 0) << Content("err");
    // Gradients of ResNet-50, as the manifest of the trace says.
    EXPECT_NE(Content("out").find("other all-reduce       5  102,228,128"), std::string::npos);
    EXPECT_NE(Content("out").find("other broadcast        2      212,904"), std::string::npos);
}

TEST_F(ReplayProgram, KeepsTheGapsOfKinetoAndReplacesItsCollectives)
{
    const std::string server =
        " --topology=rail-optimized:servers=1,spines=0,rails=2,scale-up-rate=400Gbps";
    for (const std::string trace :
         {"--trace=" + Trace("kineto/rank*.json"),
          "--trace=" + Trace("kineto/old*.json") + " --et=" + Trace("pytorch-et/et*.json")})
    {
        const auto summary = Summary(trace + server);
        EXPECT_EQ(summary["format"], "kineto");
        ASSERT_EQ(summary["collectives"].size(), 1U);
        const auto& reduce = summary["collectives"][0];
        EXPECT_EQ(reduce["bytes"], 1 << 20);
        // Recorded from the first kernel at 110 us on: rank 0 joins when its kernel is over at 160,
        // rank 1 at 400, and until 460 they exchanged data.
        EXPECT_DOUBLE_EQ(reduce["first_start_s"], 50e-6);
        EXPECT_DOUBLE_EQ(reduce["last_start_s"], 290e-6);
        const double time = reduce["last_finish_s"].get<double>() - 290e-6;
        // A ring of two moves 512 KiB twice at 50 GB/s: 21 us, and latencies.
        EXPECT_NEAR(time, 21e-6, 3e-6);
        // The host is back 10 us after the kernel, launches 10 us later, the kernel begins after
        // another 10 us and takes 50 us at rank 0.
        EXPECT_NEAR(summary["step_time_s"], 290e-6 + time + 80e-6, 1e-9);
    }
}

TEST_F(ReplayProgram, TakesOneRankOfKinetoForAll)
{
    EXPECT_EQ(Run("--check --trace=" + Trace("kineto/rank0.json")), 0) << Content("err");
    EXPECT_NE(Content("out").find("the others of the 2 ranks are assumed alike"),
              std::string::npos);
    EXPECT_NE(Content("out").find("2 ranks, 1 groups"), std::string::npos);
    // Without sizes the kernel keeps its time, as a warning says.
    EXPECT_EQ(Run("--check --trace=" + Trace("kineto/old*.json")), 0) << Content("err");
    EXPECT_NE(Content("out").find("the trace does not say what it moves"), std::string::npos);
    EXPECT_EQ(
        Run("--check --trace=" + Trace("kineto/old*.json") + " --et=" + Trace("kineto/rank*.json")),
        2);
    EXPECT_NE(Content("err").find("no list 'nodes'"), std::string::npos);
}

TEST_F(ReplayProgram, ReplaysDlrmOnEightV100)
{
    const std::string traces = std::string(WEFT_SOURCE_DIR) + "/../shared/traces/";
    if (!fs::exists(traces))
    {
        GTEST_SKIP() << traces << " is not there";
    }
    const auto summary =
        Summary("--trace=" + traces + "kineto/dlrm_kineto.tar.gz --et=" + traces +
                "pytorch_et/dlrm_pytorch_et.tar.gz"
                " --topology=rail-optimized:servers=1,spines=0,scale-up-rate=335Gbps,"
                "scale-up-latency=1500ns");
    // Bytes of a rank and measured exit, us after the first kernel of any rank.
    const std::vector<std::pair<uint64_t, double>> measured{{24576, 9698},
                                                            {192, 12475},
                                                            {1536, 12876},
                                                            {0, 13009}, // uneven
                                                            {1576964, 14307},
                                                            {24576, 16060},
                                                            {448, 16667},
                                                            {907840, 18095}};
    ASSERT_EQ(summary["collectives"].size(), measured.size());
    for (std::size_t i = 0; i < measured.size(); ++i)
    {
        const auto& collective = summary["collectives"][i];
        if (measured[i].first > 0)
        {
            EXPECT_EQ(collective["bytes"], measured[i].first) << i;
        }
        const double exit = collective["last_finish_s"].get<double>() * 1e6;
        EXPECT_NEAR(exit, measured[i].second, std::max(50.0, 0.05 * measured[i].second)) << i;
    }
}

TEST_F(ReplayProgram, WritesChakraThatReadsAsTheSame)
{
    // What is read from what was written is written as the same bytes, and takes the same time.
    for (const std::string trace :
         {"--trace=" + Trace("relay.csv"),
          "--trace=" + Trace("pair.goal"),
          "--trace=" + Trace("chakra/pair") + " --groups=" + Trace("chakra/groups.json")})
    {
        fs::remove_all(m_directory / "one");
        fs::remove_all(m_directory / "two");
        EXPECT_EQ(Run(trace + " --chakra=" + File("one")), 0) << Content("err");
        const std::string one =
            "--trace=" + File("one/chakra") + " --groups=" + File("one/groups.json");
        EXPECT_EQ(Run(one + " --chakra=" + File("two")), 0) << Content("err");
        EXPECT_EQ(Content("one/chakra.0.et"), Content("two/chakra.0.et"));
        EXPECT_EQ(Content("one/chakra.1.et"), Content("two/chakra.1.et"));
        EXPECT_FALSE(Content("one/chakra.1.et").empty());
        EXPECT_EQ(Summary(trace + STAR)["step_time_s"], Summary(one + STAR)["step_time_s"]);
    }
}

TEST_F(ReplayProgram, WritesProfilesThatTellWhatOtherNetworksDo)
{
    // What a profile says on any network is what its job does there: the host runs ahead, and makes
    // streams wait for collectives. Times of a profile are whole nanoseconds: one is lost for each
    // of 22 operations of a rank at most.
    const std::string job = "--trace=" + std::string(WEFT_SOURCE_DIR) + "/tests/fuzz/small.aicb";
    const std::string network =
        " --stack=flow-level --topology=leaf-spine:leaves=1,spines=1,hosts=8";
    ASSERT_EQ(Run(job + network + " --kineto=" + File("profile")), 0) << Content("err");
    for (const std::string rate : {"400Gbps", "40Gbps", "800Gbps"})
    {
        const double expected = Summary(job + network + ",rate=" + rate)["step_time_s"];
        const auto seen = Summary("--trace=" + File("profile") + network + ",rate=" + rate);
        EXPECT_NEAR(seen["step_time_s"], expected, 22e-9) << rate;
    }
}

TEST_F(ReplayProgram, WritesGoalThatReadsAsTheSame)
{
    const std::string groups = " --groups=" + Trace("chakra/groups.json");
    for (const std::string trace : {"--trace=" + Trace("relay.csv"),
                                    "--trace=" + Trace("pair.goal"),
                                    "--trace=" + Trace("chakra/pair") + groups})
    {
        EXPECT_EQ(Run(trace + " --goal=" + File("one.goal")), 0) << Content("err");
        EXPECT_EQ(Run(trace + " --goal=" + File("one.goalbin")), 0) << Content("err");
        EXPECT_EQ(Run("--trace=" + File("one.goal") + " --goal=" + File("two.goal")), 0);
        EXPECT_EQ(Run("--trace=" + File("one.goalbin") + " --goal=" + File("three.goal")), 0);
        EXPECT_EQ(Content("two.goal"), Content("three.goal"));
        EXPECT_FALSE(Content("two.goal").empty());
        const auto time = Summary(trace + STAR)["step_time_s"];
        EXPECT_EQ(Summary("--trace=" + File("one.goal") + STAR)["step_time_s"], time);
        EXPECT_EQ(Summary("--trace=" + File("one.goalbin") + STAR)["step_time_s"], time);
    }
    // The gather of two ranks is a message each way, of 4,096 bytes in place of the collective.
    EXPECT_EQ(Summary("--trace=" + File("one.goal") + STAR)["messages"], 3);
    EXPECT_EQ(Run("--trace=" + Trace("relay.csv") +
                  " --goal=x --topology=leaf-spine:leaves=1,spines=1,hosts=2"),
              2);
    EXPECT_NE(Content("err").find("the trace has 3 ranks, but the topology only 2 accelerators"),
              std::string::npos);
}

TEST_F(ReplayProgram, WritesATimelineWhoseEventsDoNotOverlap)
{
    EXPECT_EQ(Run("--trace=" + Trace("chakra/pair") + " --groups=" + Trace("chakra/groups.json") +
                  STAR + " --timeline=" + File("timeline.json")),
              0)
        << Content("err");
    const auto timeline = json::parse(Content("timeline.json"), nullptr, false);
    ASSERT_TRUE(timeline.contains("traceEvents"));
    std::map<std::pair<int, int>, std::vector<std::pair<double, double>>> threads;
    std::set<std::string> names;
    std::size_t nCounters = 0;
    for (const auto& event : timeline["traceEvents"])
    {
        nCounters += event["ph"] == "C";
        if (event["ph"] == "X")
        {
            threads[{event["pid"], event["tid"]}].emplace_back(
                event["ts"].get<double>(), event["ts"].get<double>() + event["dur"].get<double>());
            names.insert(event["name"]);
        }
    }
    EXPECT_EQ(names, (std::set<std::string>{"work", "gather", "tell", "hear", "step 0"}));
    EXPECT_GT(nCounters, 0U);
    ASSERT_EQ(threads.size(), 6U); // steps, computation and communication of two ranks
    for (auto& [thread, events] : threads)
    {
        std::sort(events.begin(), events.end());
        for (std::size_t i = 1; i < events.size(); ++i)
        {
            EXPECT_GE(events[i].first, events[i - 1].second - 1e-6);
        }
    }
    EXPECT_EQ((threads[{0, 0}][0]), (std::pair<double, double>(0, 10))); // the computation
}

TEST_F(ReplayProgram, WritesKinetoThatItReadsItself)
{
    const std::string server =
        " --topology=rail-optimized:servers=1,spines=0,rails=2,scale-up-rate=400Gbps";
    const auto first =
        Summary("--trace=" + Trace("kineto/rank*.json") + server + " --kineto=" + File("ranks"));
    const auto again = Summary("--trace=" + File("ranks") + server);
    EXPECT_EQ(again["format"], "kineto");
    ASSERT_EQ(again["collectives"].size(), 1U);
    for (const char* const key : {"type", "bytes", "group"})
    {
        EXPECT_EQ(first["collectives"][0][key], again["collectives"][0][key]) << key;
    }
    // Times are written as microseconds with a fraction and read as whole nanoseconds.
    for (const char* const key : {"first_start_s", "last_start_s", "last_finish_s"})
    {
        EXPECT_NEAR(first["collectives"][0][key].get<double>(),
                    again["collectives"][0][key].get<double>(),
                    5e-9)
            << key;
    }
    EXPECT_NEAR(first["step_time_s"].get<double>(), again["step_time_s"].get<double>(), 5e-9);
}

TEST_F(ReplayProgram, PrintsTheVolumesOfTheMoeOn9216Gpus)
{
    const std::string trace = std::string(WEFT_SOURCE_DIR) +
                              "/../shared/traces/aicb/simai_example_moe_9216gpu_tp2_ep16_pp12.txt";
    if (!fs::exists(trace))
    {
        GTEST_SKIP() << trace << " is not there";
    }
    EXPECT_EQ(Run("--volumes --trace=" + trace), 0) << Content("err");
    // Sums of the columns of the file, taken by awk: 768 exchanges of experts of 77,309,411,328
    // bytes in all; gradients of 5,615,517,696 (dense) and 38,654,705,664 bytes (experts).
    for (const char* const text : {"0-9215",
                                   "EP all-to-all         768  77,309,411,328",
                                   "DP reduce-scatter       2  44,270,223,360",
                                   "DP all-gather           2  22,135,111,680"})
    {
        EXPECT_NE(Content("out").find(text), std::string::npos) << Content("out");
    }
}

TEST_F(ReplayProgram, ReadsNetworkAndSystemOfAstraSim)
{
    const auto write = [&](const std::string& name, const std::string& text)
    {
        std::ofstream(m_directory / name) << text;
        return File(name);
    };
    const auto network = write("network.yml",
                               "topology: [ Switch, Ring ]\nnpus_count: [ 2, 2 ]\n"
                               "bandwidth: [ 50, 25 ] # GB/s\nlatency: [ 500, 1000 ] # ns\n");
    const auto system = write("system.json",
                              R"({"endpoint-delay": 10, "all-gather-implementation": ["ring"],
                                  "scheduling-policy": "LIFO"})");
    const std::string trace =
        "--trace=" + Trace("chakra/pair") + " --groups=" + Trace("chakra/groups.json");
    const auto summary = Summary(trace + " --topology=" + network + " --astraSystem=" + system);
    EXPECT_EQ(summary["accelerators"], 4);
    EXPECT_NE(Content("err").find("network.yml:1:21: note: Ring becomes a switch"),
              std::string::npos)
        << Content("err");
    EXPECT_NE(Content("err").find("scheduling-policy has no meaning here"), std::string::npos);
    // An all-gather of 4,096 bytes from each of two in one server: 10 ns, two latencies of 500 ns,
    // and 4,096 bytes at 50 x 2^30 bytes/s.
    const auto& gather = summary["collectives"][0];
    const double time =
        gather["last_finish_s"].get<double>() - gather["last_start_s"].get<double>();
    EXPECT_NEAR(time, 10e-9 + 2 * 500e-9 + 4096 / (50 * 1073741824.0), 1e-9);
    const auto bad = write("bad.yml", "topology: [ Torus ]\nnpus_count: [ 8 ]\n");
    EXPECT_EQ(Run(trace + " --topology=" + bad), 2);
    EXPECT_NE(Content("err").find("bad.yml:1:13: 'Torus', expected Ring, Switch or FullyConnected"),
              std::string::npos)
        << Content("err");
    const auto tree = write("tree.json", R"({"all-reduce-implementation": ["magic"]})");
    EXPECT_EQ(Run(trace + " --astraSystem=" + tree), 2);
    EXPECT_NE(Content("err").find("all-reduce-implementation: 'magic', expected a list"),
              std::string::npos);
}

TEST_F(ReplayProgram, RefusesWhatItCannotDo)
{
    EXPECT_EQ(Run(STAR), 2);
    EXPECT_NE(Content("err").find("--trace=PATH is missing"), std::string::npos);
    EXPECT_EQ(Run("--trace=" + Trace("relay.csv") + " --topology=leaf-spine:leaves=1,hosts=2"), 2);
    EXPECT_NE(Content("err").find("the trace has 3 ranks, but the topology only 2 accelerators"),
              std::string::npos);
    EXPECT_EQ(Run("--trace=/nothing/there"), 2);
    EXPECT_NE(Content("err").find("/nothing/there: error: there is no such file"),
              std::string::npos);
    EXPECT_EQ(Run("--trace=" + Trace("relay.csv") + " --format=goal"), 2);
    EXPECT_NE(Content("err").find("relay.csv:1:1: error: '#', expected 'num_ranks'"),
              std::string::npos);
}

} // namespace
