/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// The program train as a user sees it: exit codes, files, signals, determinism.

#include "ns3/experiment-database.h"
#include "ns3/experiment-file.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace ns3::experiment;

namespace
{

/** How a program ended. */
struct Ended
{
    int exitCode{-1};     ///< exit code, or -1 if a signal ended it
    std::string output;   ///< its stdout
    std::string messages; ///< its stderr
};

/** A directory of its own for each test, and programs started in it. */
class TrainTest : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
        m_directory = std::filesystem::temp_directory_path() /
                      ("weft-train-" + std::to_string(getpid()) + "-" + info->name());
        std::filesystem::create_directories(m_directory);
    }

    void TearDown() override
    {
        std::filesystem::remove_all(m_directory);
    }

    /** @return path of a file of this test */
    std::string PathOf(const std::string& name) const
    {
        return (m_directory / name).string();
    }

    /** @return path of a scenario of the test data */
    static std::string ScenarioOf(const std::string& name)
    {
        return std::string(WEFT_SOURCE_DIR) + "/tests/data/scenarios/" + name + ".yaml";
    }

    /** @return the process of the program, started with arguments */
    pid_t Start(std::vector<std::string> arguments) const
    {
        const pid_t child = fork();
        if (child != 0)
        {
            return child;
        }
        const int flags = O_WRONLY | O_CREAT | O_TRUNC;
        dup2(open(PathOf("stdout").c_str(), flags, 0600), STDOUT_FILENO);
        dup2(open(PathOf("stderr").c_str(), flags, 0600), STDERR_FILENO);
        arguments.insert(arguments.begin(), WEFT_TRAIN);
        std::vector<char*> argv;
        for (auto& argument : arguments)
        {
            argv.push_back(argument.data());
        }
        argv.push_back(nullptr);
        execv(WEFT_TRAIN, argv.data());
        _exit(127);
    }

    /** @return how a process ended */
    Ended Wait(pid_t child) const
    {
        int status = 0;
        waitpid(child, &status, 0);
        Ended ended;
        ended.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        std::string error;
        ended.output = ReadWholeFile(PathOf("stdout"), 1 << 24, error).value_or("");
        ended.messages = ReadWholeFile(PathOf("stderr"), 1 << 24, error).value_or("");
        return ended;
    }

    /** @return how the program ended */
    Ended Run(const std::vector<std::string>& arguments) const
    {
        return Wait(Start(arguments));
    }

    /** Wait until a run has saved finished steps. @return whether that came to pass */
    bool WaitForSteps(const std::string& path) const
    {
        for (int i = 0; i < 600; ++i)
        {
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
            if (std::filesystem::exists(path) && Count(path, "rank_step") > 0)
            {
                return true;
            }
        }
        return false;
    }

    /** @return rows of a table, 0 if it is not there yet */
    static int64_t Count(const std::string& path, const std::string& table)
    {
        try
        {
            Database database(path);
            Statement query(database, "SELECT count(*) FROM " + table);
            query.Step();
            return query.GetInteger(0);
        }
        catch (const DatabaseError&)
        {
            return 0;
        }
    }

    /** @return one value of a query */
    static std::string Ask(const std::string& path, const std::string& sql)
    {
        Database database(path);
        Statement query(database, sql);
        return query.Step() ? query.GetText(0) : "no row";
    }

    /** @return all that a run wrote, but for the table run and the run's id */
    static std::string Dump(const std::string& path, int run)
    {
        const std::pair<const char*, int> tables[] = {{"rank_step", 8},
                                                      {"collective", 12},
                                                      {"message", 7},
                                                      {"port", 14},
                                                      {"switch", 8},
                                                      {"nic", 13},
                                                      {"port_sample", 8},
                                                      {"metric", 3}};
        Database database(path);
        std::string dump;
        for (const auto& [table, columns] : tables)
        {
            Statement query(database,
                            std::string("SELECT * FROM ") + table +
                                " WHERE run_id = ? ORDER BY rowid");
            query.Start(run);
            while (query.Step())
            {
                dump += table;
                for (int column = 1; column < columns; ++column)
                {
                    dump += "|" + query.GetText(column);
                }
                dump += "\n";
            }
        }
        return dump;
    }

    std::filesystem::path m_directory; ///< directory of the test
};

TEST_F(TrainTest, ComputationAloneTakesWhatTheTableSays)
{
    // A micro-batch: embedding 5 + 6 ns; two layers of attention 6000 ns and MLP 60 ns; output
    // 600 ns: 12,731 ns. Three of them and the optimizer: 3 x 12,731 + 7 = 38,200 ns.
    const auto ended = Run({ScenarioOf("alone"), "--json=" + PathOf("json"), "--quiet"});
    EXPECT_EQ(ended.exitCode, 0) << ended.messages;
    EXPECT_EQ(ended.messages, "");
    EXPECT_EQ(ended.output.rfind("Step time 38.20 us, MFU ", 0), 0U) << ended.output;
    std::string error;
    const auto json = ReadWholeFile(PathOf("json"), 1 << 20, error).value_or("");
    EXPECT_NE(json.find("\"step_time_s\": 3.82e-05,"), std::string::npos) << json;
    EXPECT_NE(json.find("\"compute_time_s\": 3.82e-05,"), std::string::npos) << json;
}

TEST_F(TrainTest, JsonHasItsKeys)
{
    const auto ended = Run({ScenarioOf("small"), "--json=" + PathOf("json")});
    EXPECT_EQ(ended.exitCode, 0) << ended.messages;
    std::string error;
    const auto json = ReadWholeFile(PathOf("json"), 1 << 20, error).value_or("");
    for (const char* key : {"status",
                            "seed",
                            "step_time_s",
                            "mfu",
                            "tokens_per_s",
                            "compute_time_s",
                            "exposed_communication_time_s",
                            "busbw_bytes_per_s",
                            "busbw_limit_bytes_per_s",
                            "ecn_marks",
                            "cnps",
                            "pfc_paused_time_s",
                            "dropped_frames",
                            "retransmitted_frames",
                            "packet_hops_per_s",
                            "gradient_collective"})
    {
        EXPECT_NE(json.find("\"" + std::string(key) + "\": "), std::string::npos) << key;
    }
    EXPECT_NE(json.find("\"dropped_frames\": 0,"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(PathOf("results.sqlite")));
}

TEST_F(TrainTest, SameScenarioAndSeedSameDatabase)
{
    for (const char* directory : {"uneven-one", "uneven-two"})
    {
        // All dimensions, and experts that tokens choose at random.
        const auto ended = Run(
            {ScenarioOf("small-parallel"), "--output=" + PathOf(directory), "--seed=7", "--quiet"});
        EXPECT_EQ(ended.exitCode, 0) << ended.messages;
    }
    EXPECT_EQ(Dump(PathOf("uneven-one/results.sqlite"), 1),
              Dump(PathOf("uneven-two/results.sqlite"), 1));
    EXPECT_NE(Ask(PathOf("uneven-one/results.sqlite"),
                  "SELECT count(*) FROM collective WHERE type = 'all-to-all-v'"),
              "0");
    for (const char* directory : {"one", "two", "two"})
    {
        const auto ended =
            Run({ScenarioOf("small"), "--output=" + PathOf(directory), "--seed=7", "--quiet"});
        EXPECT_EQ(ended.exitCode, 0) << ended.messages;
    }
    const std::string dump = Dump(PathOf("one/results.sqlite"), 1);
    EXPECT_GT(dump.size(), 10000U);
    EXPECT_EQ(Dump(PathOf("two/results.sqlite"), 1), dump);
    EXPECT_EQ(Dump(PathOf("two/results.sqlite"), 2), dump); // runs share a file
    EXPECT_EQ(
        Ask(PathOf("two/results.sqlite"), "SELECT group_concat(run_id || status || seed) FROM run"),
        "1complete7,2complete7");
}

TEST_F(TrainTest, GraphWrittenOutIsTheGeneratedOne)
{
    for (const char* name : {"small", "explicit"})
    {
        EXPECT_EQ(Run({ScenarioOf(name), "--output=" + PathOf(name), "--quiet"}).exitCode, 0);
    }
    for (const char* sql : {"SELECT group_concat(name || value) FROM metric",
                            "SELECT group_concat(node || peer || tx_bytes) FROM port"})
    {
        EXPECT_EQ(Ask(PathOf("small/results.sqlite"), sql),
                  Ask(PathOf("explicit/results.sqlite"), sql));
    }
}

TEST_F(TrainTest, OptionsReachTheObjects)
{
    const auto ended =
        Run({ScenarioOf("small-direct"), "--output=" + m_directory.string(), "--quiet"});
    EXPECT_EQ(ended.exitCode, 0) << ended.messages;
    EXPECT_NE(ended.output.find("rocev2-dcqcn with changes"), std::string::npos) << ended.output;
    const std::string path = PathOf("results.sqlite");
    // ZeRO 1: gradients are scattered, parameters gathered, nothing is all-reduced but the norm.
    EXPECT_EQ(Ask(path, "SELECT count(*) FROM collective WHERE type = 'reduce-scatter'"), "2");
    EXPECT_EQ(Ask(path, "SELECT count(*) FROM collective WHERE type = 'all-gather'"), "2");
    EXPECT_EQ(
        Ask(path, "SELECT count(*) FROM collective WHERE type = 'all-reduce' AND dimension = 'DP'"),
        "0");
}

TEST_F(TrainTest, PathsAreChosenCentrally)
{
    // A link fails while the job runs: new routes 20 us later, and new paths after both.
    const auto ended = Run({ScenarioOf("central-paths"),
                            "--output=" + m_directory.string(),
                            "--json=" + PathOf("json"),
                            "--quiet"});
    EXPECT_EQ(ended.exitCode, 0) << ended.messages;
    EXPECT_NE(ended.output.find("central paths"), std::string::npos) << ended.output;
    EXPECT_NE(ended.output.find("new routes"), std::string::npos) << ended.output;
    const auto metric = [this](const std::string& name)
    {
        const std::string sql = "SELECT value FROM metric WHERE name = '" + name + "'";
        return std::stod(Ask(PathOf("results.sqlite"), sql));
    };
    EXPECT_EQ(metric("route_computations"), 1);
    EXPECT_GE(metric("path_computations"), 2);
    // Ring of four ranks, of which two connections cross from leaf to leaf, in both channels; one
    // spine is left for them.
    EXPECT_GE(metric("path_utilization"), 1);
    EXPECT_GE(metric("path_utilization"), metric("path_utilization_bound") * 0.98);
}

TEST_F(TrainTest, RanksCanBePlacedAndSlow)
{
    // Four ranks on eight accelerators of four servers; the one on accelerator 5 is slow.
    const auto ended = Run({ScenarioOf("placed"), "--output=" + m_directory.string(), "--quiet"});
    EXPECT_EQ(ended.exitCode, 0) << ended.messages;
    const std::string path = PathOf("results.sqlite");
    EXPECT_EQ(Ask(path,
                  "SELECT group_concat(s) FROM (SELECT DISTINCT source AS s FROM message "
                  "ORDER BY s)"),
              "1,3,5,7");
    // 3 x as long, and everybody waits for it but itself.
    EXPECT_EQ(Ask(path,
                  "SELECT (SELECT sum(compute_ps) FROM rank_step WHERE rank = 2) = "
                  "3 * (SELECT sum(compute_ps) FROM rank_step WHERE rank = 0)"),
              "1");
    EXPECT_EQ(Ask(path,
                  "SELECT group_concat(r) FROM (SELECT DISTINCT rank AS r FROM rank_time WHERE "
                  "waiting_ps > 0 AND dimension = 'DP' AND step = 0 ORDER BY r)"),
              "0,1,3");
}

TEST_F(TrainTest, StorageTakesWhatItMust)
{
    const auto ended = Run({ScenarioOf("storage"), "--output=" + m_directory.string(), "--quiet"});
    EXPECT_EQ(ended.exitCode, 0) << ended.messages;
    EXPECT_NE(ended.output.find("\nStorage\n"), std::string::npos) << ended.output;
    const std::string path = PathOf("results.sqlite");
    // Parameters: 2 layers of 4 h^2 + 4 h + 2 h (attention, norm) and 8 h^2 + 5 h + 2 h (MLP,
    // norm), h 256: 789,760 each; embeddings (1024 + 128) h; 2 h. 14 bytes for each of 1,874,944,
    // by rank 0 alone, half of it on each target, after the second and the fourth step.
    EXPECT_EQ(Ask(path, "SELECT group_concat(step || ':' || bytes) FROM checkpoint"),
              "1:26249216,3:26249216");
    // A request of 64 bytes to each target for each of four steps; samples of 10 kB for each
    // replica, half from each target; an answer of 16 bytes to each half of a checkpoint.
    const std::string sum = "SELECT sum(bytes) FROM message WHERE ";
    for (const char* const target : {"1", "3"})
    {
        const std::string name = target;
        EXPECT_EQ(Ask(path, sum + "source = 0 AND destination = " + name), "26249472");
        EXPECT_EQ(Ask(path, sum + "source = 2 AND destination = " + name), "256");
        EXPECT_EQ(Ask(path, sum + "destination = 0 AND source = " + name), "20032");
        EXPECT_EQ(Ask(path, sum + "destination = 2 AND source = " + name), "20000");
    }
    // Not faster than the 400 Gb/s of the writer less headers: 535.5 us; at most 5 % more.
    EXPECT_EQ(Ask(path,
                  "SELECT count(*) FROM checkpoint WHERE end_ps - start_ps BETWEEN 535500000 AND "
                  "1.05 * 535500000 AND stall_ps BETWEEN 535500000 AND 1.05 * 535500000"),
              "2");
    // Targets are in no account of the job.
    EXPECT_EQ(Ask(path, "SELECT count(*) FROM rank_step"), "8");
    EXPECT_EQ(Ask(path, "SELECT max(rank) FROM rank_step"), "1");
}

TEST_F(TrainTest, JobsShareTheCluster)
{
    const auto ended = Run({ScenarioOf("two-jobs"),
                            "--output=" + m_directory.string(),
                            "--json=" + PathOf("json"),
                            "--quiet"});
    EXPECT_EQ(ended.exitCode, 0) << ended.messages;
    EXPECT_NE(ended.output.find("Jobs; below, the first one"), std::string::npos) << ended.output;
    const std::string path = PathOf("results.sqlite");
    // Three steps of 4 ranks, two of 2 ranks, which begin 100 us later; each on its own ones.
    EXPECT_EQ(Ask(path, "SELECT count(*) FROM rank_step WHERE job = 0"), "12");
    EXPECT_EQ(Ask(path, "SELECT count(*) FROM rank_step WHERE job = 1"), "4");
    EXPECT_EQ(Ask(path, "SELECT min(first_start_ps) >= 100000000 FROM collective WHERE job = 1"),
              "1");
    // ZeRO 1 in one job only.
    EXPECT_EQ(Ask(path,
                  "SELECT group_concat(DISTINCT type) FROM collective WHERE job = 0 AND "
                  "dimension = 'DP'"),
              "all-reduce");
    EXPECT_EQ(Ask(path,
                  "SELECT count(*) FROM collective WHERE job = 1 AND dimension = 'DP' AND "
                  "type = 'all-reduce'"),
              "0");
    EXPECT_EQ(Ask(path,
                  "SELECT group_concat(source) FROM (SELECT DISTINCT source FROM message "
                  "ORDER BY source)"),
              "0,1,2,3,4,5");
    EXPECT_EQ(Ask(path, "SELECT count(*) FROM metric WHERE name = 'job_1_step_time_s'"), "1");
}

TEST_F(TrainTest, JobsMayBeTracesOfAnyFormat)
{
    const auto ended =
        Run({ScenarioOf("traced-jobs"), "--json=" + PathOf("json"), "--timeline=" + PathOf("t")});
    EXPECT_EQ(ended.exitCode, 0) << ended.messages;
    std::string error;
    const auto json = ReadWholeFile(PathOf("json"), 1 << 20, error).value_or("");
    // The GOAL trace takes 21 us by its calcs, whatever else there is.
    EXPECT_NE(json.find("\"step_time_s\": 2.1e-05"), std::string::npos) << json;
    const auto timeline = ReadWholeFile(PathOf("t"), 1 << 24, error).value_or("");
    // Two replicas of a trace of two ranks.
    for (const char* const name : {"goal, rank 1", "csv, rank 2", "chakra, rank 3"})
    {
        EXPECT_NE(timeline.find("\"" + std::string(name) + "\""), std::string::npos) << name;
    }
}

TEST_F(TrainTest, WritesATimelineOfAllJobs)
{
    const auto ended = Run({ScenarioOf("two-jobs"), "--timeline=" + PathOf("timeline"), "--quiet"});
    EXPECT_EQ(ended.exitCode, 0) << ended.messages;
    std::string error;
    const auto json = ReadWholeFile(PathOf("timeline"), 1 << 24, error).value_or("");
    for (const char* const name :
         {"early, rank 3", "late, rank 1", "network", "stream 0", "step 1", "packet-hops/us"})
    {
        EXPECT_NE(json.find("\"" + std::string(name) + "\""), std::string::npos) << name;
    }
}

TEST_F(TrainTest, WritesTheJobForOtherSimulators)
{
    const auto ended = Run({ScenarioOf("small"),
                            "--goal=" + PathOf("job.goal"),
                            "--chakra=" + PathOf("chakra"),
                            "--json=" + PathOf("json"),
                            "--quiet"});
    EXPECT_EQ(ended.exitCode, 0) << ended.messages;
    std::string error;
    const auto goal = ReadWholeFile(PathOf("job.goal"), 1 << 24, error).value_or("");
    EXPECT_EQ(goal.rfind("num_ranks 4\n", 0), 0U) << goal.substr(0, 40);
    EXPECT_TRUE(std::filesystem::exists(PathOf("chakra") + "/chakra.3.et"));
    EXPECT_FALSE(std::filesystem::exists(PathOf("json"))); // nothing ran
    EXPECT_EQ(Run({ScenarioOf("two-jobs"), "--goal=" + PathOf("job.goal")}).exitCode, 2);
}

TEST_F(TrainTest, RecordsAgreeWithEachOther)
{
    EXPECT_EQ(Run({ScenarioOf("small"), "--output=" + m_directory.string(), "--quiet"}).exitCode,
              0);
    const std::string path = PathOf("results.sqlite");
    // Ring All-Reduce of S bytes among 4: each rank sends 2 x 3/4 S; two steps.
    EXPECT_EQ(Ask(path,
                  "SELECT (SELECT sum(bytes) FROM message) = "
                  "(SELECT sum(bytes) * 4 * 2 * 3 / 4 FROM collective)"),
              "1");
    EXPECT_EQ(Ask(path, "SELECT count(*) FROM message WHERE received_ps IS NULL"), "0");
    // Nothing is lost: what the ports sent has arrived, but for what is in flight at the end.
    EXPECT_EQ(Ask(path, "SELECT sum(tx_frames) - sum(rx_frames) < 10 FROM port"), "1");
    // Every data frame is acknowledged: AckEvery is 1.
    EXPECT_EQ(Ask(path, "SELECT sum(data_frames) = sum(acks_sent) FROM nic"), "1");
    EXPECT_EQ(Ask(path,
                  "SELECT min(compute_ps + exposed_ps + waiting_ps + idle_ps = duration_ps) "
                  "FROM rank_step"),
              "1");
    EXPECT_EQ(Ask(path,
                  "SELECT (SELECT sum(exposed_ps + waiting_ps) FROM rank_step) = "
                  "(SELECT sum(exposed_ps + waiting_ps) FROM rank_time)"),
              "1");
    EXPECT_NE(Ask(path, "SELECT count(*) FROM port_sample"), "0");
    EXPECT_EQ(Ask(path, "SELECT group_concat(part.key) FROM run, json_each(configuration) part"),
              "name,seed,cluster,network,job,collectives,faults,record,attributes");
}

TEST_F(TrainTest, JobThatCannotGoOnIsReported)
{
    // Also the sampler must not keep a dead simulation going.
    const auto ended = Run({ScenarioOf("cut"), "--output=" + m_directory.string(), "--quiet"});
    EXPECT_EQ(ended.exitCode, 1) << ended.messages;
    EXPECT_EQ(ended.output.rfind("No step was finished (run failed)\n", 0), 0U) << ended.output;
    EXPECT_NE(ended.output.find("retry counter exceeded"), std::string::npos) << ended.output;
    const std::string path = PathOf("results.sqlite");
    EXPECT_EQ(Ask(path, "SELECT status FROM run"), "failed");
    EXPECT_EQ(Ask(path, "SELECT value FROM metric WHERE name = 'failed_queue_pairs'"), "2.0");
}

TEST_F(TrainTest, InterruptEndsTheRunCleanly)
{
    for (const int signal : {SIGINT, SIGTERM})
    {
        const std::string path = PathOf("results.sqlite");
        const pid_t child = Start(
            {ScenarioOf("long"), "--output=" + m_directory.string(), "--json=" + PathOf("json")});
        ASSERT_TRUE(WaitForSteps(path));
        kill(child, signal);
        const auto ended = Wait(child);
        EXPECT_EQ(ended.exitCode, 130) << ended.messages;
        EXPECT_NE(ended.output.find("(run interrupted)"), std::string::npos) << ended.output;
        EXPECT_NE(ended.output.find("of 100000 steps finished"), std::string::npos);
        EXPECT_EQ(Ask(path, "SELECT status FROM run"), "interrupted");
        EXPECT_EQ(Ask(path, "PRAGMA integrity_check"), "ok");
        EXPECT_EQ(Ask(path, "SELECT value > 0 FROM metric WHERE name = 'step_time_s'"), "1");
        std::string error;
        const auto json = ReadWholeFile(PathOf("json"), 1 << 20, error).value_or("");
        EXPECT_NE(json.find("\"status\": \"interrupted\""), std::string::npos) << json;
        std::filesystem::remove(path);
    }
}

TEST_F(TrainTest, DatabaseIsReadableAfterKill)
{
    const std::string path = PathOf("results.sqlite");
    const pid_t child = Start({ScenarioOf("long"), "--output=" + m_directory.string()});
    ASSERT_TRUE(WaitForSteps(path));
    std::this_thread::sleep_for(std::chrono::milliseconds(700)); // into the next batch
    kill(child, SIGKILL);
    EXPECT_EQ(Wait(child).exitCode, -1);
    EXPECT_EQ(Ask(path, "PRAGMA integrity_check"), "ok");
    EXPECT_EQ(Ask(path, "SELECT status FROM run"), "running");
    EXPECT_GT(Count(path, "collective"), 0);
}

TEST_F(TrainTest, HelpListsTheOptions)
{
    const auto ended = Run({"--help"});
    EXPECT_EQ(ended.exitCode, 0);
    for (const char* text :
         {"--json:", "--output:", "--seed:", "--quiet:", "SCENARIO", "rocev2-dcqcn-paper:"})
    {
        EXPECT_NE(ended.output.find(text), std::string::npos) << text;
    }
}

TEST_F(TrainTest, SaysWhatCannotBeWritten)
{
    const std::string blocker = PathOf("blocker");
    std::string error;
    ASSERT_TRUE(WriteWholeFile(blocker, "not a directory, nor a database\n", error));
    auto ended = Run({ScenarioOf("alone"), "--output=" + blocker, "--quiet"});
    EXPECT_EQ(ended.exitCode, 2);
    EXPECT_NE(ended.messages.find("train: --output: " + blocker), std::string::npos);
    ended = Run({ScenarioOf("alone"), "--json=" + blocker + "/x", "--quiet"});
    EXPECT_EQ(ended.exitCode, 1);
    EXPECT_NE(ended.messages.find("train: --json: " + blocker), std::string::npos);
    std::filesystem::create_directories(PathOf("other"));
    std::filesystem::copy_file(blocker, PathOf("other/results.sqlite"));
    ended = Run({ScenarioOf("alone"), "--output=" + PathOf("other"), "--quiet"});
    EXPECT_EQ(ended.exitCode, 1);
    EXPECT_NE(ended.messages.find("file is not a database"), std::string::npos) << ended.messages;
}

TEST_F(TrainTest, CommandLineWinsOverTheScenario)
{
    const auto ended = Run({ScenarioOf("small"),
                            "--ns3::rdma::QueuePair::PathMtu=1024",
                            "--output=" + m_directory.string(),
                            "--quiet"});
    EXPECT_EQ(ended.exitCode, 0) << ended.messages;
    // 22,499,328 message bytes of two steps leave the NICs (see RecordsAgreeWithEachOther), in
    // frames of 1024 instead of 4096 bytes of payload: about four times as many as with the
    // default.
    EXPECT_EQ(Ask(PathOf("results.sqlite"),
                  "SELECT sum(data_frames) >= (SELECT sum(bytes) FROM message) / 1024 FROM nic"),
              "1");
}

TEST_F(TrainTest, ReferenceOfScenariosIsUpToDate)
{
    const auto ended = Run({"--reference"});
    EXPECT_EQ(ended.exitCode, 0);
    std::string error;
    const auto reference =
        ReadWholeFile(std::string(WEFT_SOURCE_DIR) + "/docs/scenario-reference.md", 1 << 20, error);
    EXPECT_EQ(reference.value_or(error), ended.output)
        << "make it anew: ./weft run train --reference > docs/scenario-reference.md";
}

} // namespace
