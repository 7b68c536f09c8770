/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Runs the program compare as a user does, and checks what it prints and writes.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sqlite3.h>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace
{

namespace fs = std::filesystem;
using nlohmann::json;

/** A directory of its own for each test, removed at the end. */
class CompareProgram : public testing::Test
{
  protected:
    void SetUp() override
    {
        std::string name = (fs::temp_directory_path() / "weft-compare-XXXXXX").string();
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        m_directory = name;
    }

    void TearDown() override
    {
        fs::remove_all(m_directory);
    }

    /** @return content of a file in the directory */
    std::string Content(const std::string& name)
    {
        std::ifstream file(m_directory / name, std::ios::binary);
        std::ostringstream text;
        text << file.rdbuf();
        return text.str();
    }

    /** Run the program. @return its exit code; what it said is in out and err */
    int Run(const std::string& arguments)
    {
        const std::string path = m_directory.string();
        const std::string command = std::string(WEFT_BINARY_DIR) + "/bin/compare --quiet " +
                                    arguments + " >" + path + "/out 2>" + path + "/err";
        const int status = std::system(command.c_str());
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

    fs::path m_directory; ///< of this test
};

constexpr const char* INCAST = "--topology=leaf-spine:leaves=1,spines=1,hosts=5,rate=100Gbps,"
                               "delay=1us --flows=incast:n=4,dst=0,size=1000000 ";

// Four senders of 1 MB into one link of 100 Gb/s: 4e6 * 8 / (100e9 * 4096/4178) = 326.4 us.
TEST_F(CompareProgram, NamesTheLimit)
{
    const std::string out = (m_directory / "a.json").string();
    ASSERT_EQ(
        Run(INCAST + std::string("--stacks=rocev2-none,rocev2-swift,rocev2-hpcc --json=") + out), 0)
        << Content("err");
    const auto summary = json::parse(Content("a.json"), nullptr, false);
    ASSERT_FALSE(summary.is_discarded());
    EXPECT_NEAR(summary["limit_s"].get<double>(), 4e6 * 8 / (100e9 * 4096 / 4178), 1e-9);
    const std::string reason = summary["limit_reason"];
    EXPECT_NE(reason.find("accelerator 0 has to receive"), std::string::npos) << reason;
    ASSERT_EQ(summary["stacks"].size(), 3U);
    for (const auto& stack : summary["stacks"])
    {
        EXPECT_EQ(stack["status"], "complete");
        EXPECT_EQ(stack["complete_flows"], 4);
        EXPECT_GT(stack["share_of_limit"].get<double>(), 0.75);
        EXPECT_LE(stack["share_of_limit"].get<double>(), 1);
        EXPECT_GT(stack["fairness_jain"].get<double>(), 0.9);
        EXPECT_EQ(stack["out_of_order_share"], 0);
        EXPECT_GE(stack["longest_queue_p99_bytes"], stack["longest_queue_p95_bytes"]);
    }
    // What the laws are for: without one the queue holds nearly all, with HPCC nearly nothing.
    const auto queue = [&summary](int i)
    { return summary["stacks"][i]["longest_queue_p95_bytes"].get<double>(); };
    EXPECT_GT(queue(0), 2e6);
    EXPECT_LT(queue(1), queue(0) / 3);
    EXPECT_LT(queue(2), queue(0) / 3);
    EXPECT_NE(Content("out").find("Limit: 326.4 us, since accelerator 0 has to receive"),
              std::string::npos)
        << Content("out");
}

// The same four fetch from accelerator 0 instead: it has to send what it received before, and 4 MB
// at its rate is the limit again.
TEST_F(CompareProgram, Reads)
{
    const std::string out = (m_directory / "a.json").string();
    ASSERT_EQ(Run("--topology=leaf-spine:leaves=1,spines=1,hosts=5,rate=100Gbps,delay=1us "
                  "--flows=incast:n=4,dst=0,size=1000000,verb=read "
                  "--stacks=rocev2-none,rocev2-rack-dcqcn,uet-nscc --json=" +
                  out),
              0)
        << Content("err");
    const auto summary = json::parse(Content("a.json"), nullptr, false);
    ASSERT_FALSE(summary.is_discarded());
    EXPECT_NEAR(summary["limit_s"].get<double>(), 4e6 * 8 / (100e9 * 4096 / 4178), 1e-9);
    const std::string reason = summary["limit_reason"];
    EXPECT_NE(reason.find("accelerator 0 has to send"), std::string::npos) << reason;
    for (const auto& stack : summary["stacks"])
    {
        EXPECT_EQ(stack["complete_flows"], 4);
        EXPECT_GT(stack["share_of_limit"].get<double>(), 0.95);
        EXPECT_LE(stack["share_of_limit"].get<double>(), 1);
    }
}

// The default workload: timers outlast its queues, and the ways that PFC holds back. What was not
// trimmed is sent once.
TEST_F(CompareProgram, RepeatsNothingInVain)
{
    const std::string out = (m_directory / "a.json").string();
    ASSERT_EQ(Run("--stacks=rocev2-sr-dcqcn,rocev2-sr-spray-dcqcn,rocev2-rack-dcqcn,uet-nscc,"
                  "uet-rccc --json=" +
                  out),
              0)
        << Content("err");
    const auto summary = json::parse(Content("a.json"), nullptr, false);
    ASSERT_FALSE(summary.is_discarded());
    for (const auto& stack : summary["stacks"])
    {
        EXPECT_EQ(stack["complete_flows"], 16) << stack["stack"];
        EXPECT_EQ(stack["dropped_frames"], 0) << stack["stack"];
        EXPECT_EQ(stack["retransmitted_frames"], stack["trimmed_frames"]) << stack["stack"];
        EXPECT_EQ(stack["timeouts"], 0) << stack["stack"];
    }
    // but the user's own timers are kept
    ASSERT_EQ(Run("--stacks=rocev2-sr-dcqcn --ns3::rdma::SelectiveRepeat::RtoHigh=320us "
                  "--ns3::rdma::SelectiveRepeat::RtoLow=100us --json=" +
                  out),
              0)
        << Content("err");
    const auto own = json::parse(Content("a.json"), nullptr, false);
    ASSERT_FALSE(own.is_discarded());
    EXPECT_GT(own["stacks"][0]["retransmitted_frames"], 0);
}

// Every line of the table has as many columns as the header, and each stack stands above its own.
TEST_F(CompareProgram, Table)
{
    ASSERT_EQ(Run(INCAST + std::string("--stacks=rocev2-dctcp,rocev2-none")), 0) << Content("err");
    std::istringstream lines(Content("out"));
    std::string line;
    std::size_t width = 0;
    std::size_t rows = 0;
    while (std::getline(lines, line))
    {
        if (line.find("rocev2-dctcp  rocev2-none") != std::string::npos)
        {
            width = line.size();
        }
        else if (width > 0 && !line.empty())
        {
            EXPECT_EQ(line.size(), width) << line;
            ++rows;
        }
    }
    EXPECT_GT(rows, 15U);
}

// The same command gives the same figures, and a stack's figures do not depend on those before it.
TEST_F(CompareProgram, OrderDoesNotMatter)
{
    const std::string a = (m_directory / "a.json").string();
    const std::string b = (m_directory / "b.json").string();
    ASSERT_EQ(Run(INCAST + std::string("--stacks=rocev2-dctcp,rocev2-dcqcn --json=") + a), 0);
    ASSERT_EQ(Run(INCAST + std::string("--stacks=rocev2-dcqcn,rocev2-dctcp --json=") + b), 0);
    const auto first = json::parse(Content("a.json"), nullptr, false);
    const auto second = json::parse(Content("b.json"), nullptr, false);
    ASSERT_FALSE(first.is_discarded() || second.is_discarded());
    EXPECT_EQ(first["stacks"][0], second["stacks"][1]);
    EXPECT_EQ(first["stacks"][1], second["stacks"][0]);
}

// The same flows over TCP, plain and as iWARP; a stack of queue pairs between them is not touched.
TEST_F(CompareProgram, Tcp)
{
    const std::string a = (m_directory / "a.json").string();
    const std::string b = (m_directory / "b.json").string();
    ASSERT_EQ(Run(INCAST + std::string("--stacks=tcp-dctcp,rocev2-dctcp,iwarp --json=") + a), 0)
        << Content("err");
    ASSERT_EQ(Run(INCAST + std::string("--stacks=iwarp,rocev2-dctcp,tcp-dctcp --json=") + b), 0);
    const auto first = json::parse(Content("a.json"), nullptr, false);
    const auto second = json::parse(Content("b.json"), nullptr, false);
    ASSERT_FALSE(first.is_discarded() || second.is_discarded());
    for (std::size_t i = 0; i < 3; ++i)
    {
        EXPECT_EQ(first["stacks"][i], second["stacks"][2 - i]);
        EXPECT_EQ(first["stacks"][i]["status"], "complete");
        EXPECT_LT(first["stacks"][i]["share_of_limit"], 1.0);
    }
    // 4 MB in segments with iWARP's headers and behind its handshakes take longer
    EXPECT_GT(first["stacks"][0]["share_of_limit"], first["stacks"][2]["share_of_limit"]);
    EXPECT_GT(first["stacks"][0]["ecn_marks"], 0);
    EXPECT_EQ(first["stacks"][2]["ecn_marks"], 0);
}

// A run for each stack in the database.
TEST_F(CompareProgram, Database)
{
    const std::string out = (m_directory / "results").string();
    ASSERT_EQ(Run(INCAST + std::string("--stacks=rocev2-swift,rocev2-none --output=") + out), 0)
        << Content("err");
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open((out + "/results.sqlite").c_str(), &db), SQLITE_OK);
    sqlite3_stmt* statement = nullptr;
    ASSERT_EQ(
        sqlite3_prepare_v2(
            db, "select count(*) from run where program = 'compare'", -1, &statement, nullptr),
        SQLITE_OK);
    ASSERT_EQ(sqlite3_step(statement), SQLITE_ROW);
    EXPECT_EQ(sqlite3_column_int(statement, 0), 2);
    sqlite3_finalize(statement);
    sqlite3_close(db);
}

// Bad input: said where and what, exit code 2, nothing run.
TEST_F(CompareProgram, BadInput)
{
    struct Case
    {
        const char* arguments; ///< command line
        const char* message;   ///< part of what is said
    };

    const Case cases[] = {
        {"--stacks=rocev2-dctcp,rocev2-swfit", "--stacks:1:14: 'rocev2-swfit' is no network stack"},
        {"--stacks=rocev2-swfit", "did you mean 'rocev2-swift'?"},
        {"--stacks=", "the value is empty, expected a text"},
        {"--stacks=rocev2-none,", "--stacks:1:13: '' is no network stack"},
        {"--stacks=rocev2-none,rocev2-none", "--stacks:1:13: 'rocev2-none' is named twice"},
        {"--sample=0us", "--sample: expected a time above 0"},
        {"--flows=incast:n=0", "--flows:1:"},
        {"--stack=rocev2-none", "--stack"},
        {"--stacks=rocev2-hpcc --ns3::fabric::Switch::Stampers=none",
         "rocev2-hpcc: the congestion control ns3::rdma::Hpcc needs INT records"},
        {"--stacks=rocev2-none --ns3::rdma::Nic::CongestionControl=ns3::rdma::Dctcp",
         "rocev2-none: the congestion control ns3::rdma::Dctcp needs ECN marks"},
        {"--stacks=rocev2-hpcc --ns3::rdma::Nic::PathSelector=ns3::rdma::ObliviousSpray",
         "compares the INT records of one path"},
        {"--stacks=rocev2-sr-dcqcn,rocev2-none --ns3::rdma::Nic::PathSelector=ns3::rdma::Reps",
         "rocev2-sr-dcqcn: ns3::rdma::SelectiveRepeat takes a packet that is overtaken for lost"},
        {"--stacks=rocev2-none,tcp --flows=incast:n=2,verb=read",
         "tcp: flow 0 is a read, and the network only writes"},
        {"--stacks=uet-rccc --ns3::rdma::Nic::Reliability=ns3::rdma::SackRack --allowSenseless",
         "uet-rccc: the congestion control ns3::rdma::Rccc sends on credit of the receiver"},
    };
    for (const auto& test : cases)
    {
        EXPECT_EQ(Run(test.arguments), 2) << test.arguments;
        EXPECT_NE(Content("err").find(test.message), std::string::npos) << test.arguments << "\n"
                                                                        << Content("err");
        EXPECT_EQ(Content("out"), "") << test.arguments;
    }
}

} // namespace
