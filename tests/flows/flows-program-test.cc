/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Runs the program flows as a user does, and checks what it prints and writes.

#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sqlite3.h>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <tuple>
#include <unistd.h>
#include <vector>

namespace
{

namespace fs = std::filesystem;
using nlohmann::json;

/** A directory of its own for each test, removed at the end. */
class FlowsProgram : public testing::Test
{
  protected:
    void SetUp() override
    {
        std::string name = (fs::temp_directory_path() / "weft-flows-XXXXXX").string();
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        m_directory = name;
    }

    void TearDown() override
    {
        fs::remove_all(m_directory);
    }

    /** @return path of a file in the directory, with the content if there is one */
    std::string File(const std::string& name, const std::string& content = "")
    {
        const fs::path path = m_directory / name;
        if (!content.empty())
        {
            std::ofstream(path, std::ios::binary) << content;
        }
        return path.string();
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
    int Run(const std::string& arguments, const std::string& quiet = "--quiet ")
    {
        const std::string command = std::string(WEFT_BINARY_DIR) + "/bin/flows " + quiet +
                                    arguments + " >" + File("out") + " 2>" + File("err");
        const int status = std::system(command.c_str());
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

    /** Run the program, which must end well. @return its JSON summary */
    json Summary(const std::string& arguments)
    {
        EXPECT_EQ(Run(arguments + " --json=" + File("summary.json")), 0) << Content("err");
        return json::parse(Content("summary.json"), nullptr, false);
    }

    fs::path m_directory; ///< of this test
};

/** @return a time in picoseconds */
int64_t
Picoseconds(const json& seconds)
{
    return std::llround(seconds.get<double>() * 1e12);
}

// One flow of n packets of S = 4150 bytes over L links of rate B and delay p, acknowledgments of 64
// bytes: (n - 1 + L) 8S/B + 2Lp + L 8*64/B at the sender, to the picosecond. Several flows go one
// after the other through the idle network.
TEST_F(FlowsProgram, ClosedForm)
{
    struct Network
    {
        int links;
        const char* topology;
        int destination;
    };

    const Network networks[] = {{2, "leaf-spine:leaves=1,spines=1,hosts=2", 1},
                                {4, "leaf-spine:leaves=2,spines=2,hosts=2", 2},
                                {6, "fat-tree:k=4", 15}};
    const int64_t packets[] = {1, 256, 4096};
    for (const auto& network : networks)
    {
        std::string list = "src,dst,bytes,start\n";
        int start = 0;
        for (const int64_t n : packets)
        {
            list += "0," + std::to_string(network.destination) + "," + std::to_string(n * 4086) +
                    "," + std::to_string(start) + "ms\n";
            start += 5;
        }
        const std::string flows = File("flows.csv", list);
        for (const int64_t rate : {100, 400, 800})
        {
            const json summary =
                Summary("--stack=rocev2-none --flows=" + flows + " --topology=" + network.topology +
                        ",rate=" + std::to_string(rate) +
                        "Gbps,delay=1us --ns3::rdma::Nic::DataOverheadBytes=64 "
                        "--ns3::rdma::Nic::AckFrameBytes=64 --ns3::rdma::QueuePair::PathMtu=4086 "
                        "--ns3::fabric::Port::InterframeBytes=0");
            ASSERT_TRUE(summary.is_object());
            ASSERT_EQ(summary["fct_s"].size(), 3);
            const int64_t data = 4150 * 8000 / rate; // ps
            const int64_t ack = 64 * 8000 / rate;
            for (std::size_t i = 0; i < 3; ++i)
            {
                const int64_t expected = (packets[i] - 1 + network.links) * data +
                                         2 * network.links * 1'000'000 + network.links * ack;
                EXPECT_EQ(Picoseconds(summary["fct_s"][i]), expected)
                    << network.links << " links, " << rate << " Gb/s, " << packets[i];
                EXPECT_EQ(summary["fct_s"][i], summary["ideal_fct_s"][i]);
            }
            EXPECT_EQ(summary["slowdown_max"], 1);
        }
    }
}

// Real frames: a WRITE Only of 1000 bytes has 1078 bytes, 20 of gap; an ACK 66 and 20. Two links of
// 400 Gb/s (0.02 ns a byte) and 1 us: 2 * 21.96 + 2 * 1.72 + 4000 = 4047.36 ns.
TEST_F(FlowsProgram, RealFrames)
{
    const json summary = Summary("--topology=leaf-spine:leaves=1,hosts=2 --flows=one:size=1000");
    EXPECT_EQ(Picoseconds(summary["fct_s"][0]), 4'047'360);
    EXPECT_EQ(summary["status"], "complete");
    EXPECT_EQ(summary["flows"], 1);
    EXPECT_EQ(summary["complete_bytes"], 1000);
    EXPECT_EQ(summary["dropped_frames"], 0);
    EXPECT_EQ(summary["packet_hops"], 4);
    EXPECT_EQ(summary["stack"], "rocev2-dcqcn");
}

// A READ of n packets: the request, of 64 bytes here, goes over L links, and n packets of S = 4150
// bytes come back: 8L64/B + Lp + (n - 1 + L) 8S/B + Lp. Selective repeat acknowledges the request
// first, and the data leave behind that frame of 64 bytes.
TEST_F(FlowsProgram, ReadClosedForm)
{
    const int64_t packets[] = {1, 256, 4096};
    for (const int64_t links : {2, 6})
    {
        const std::string destination = links == 2 ? "1" : "15";
        std::string list = "src,dst,bytes,start,verb\n";
        for (int i = 0; i < 3; ++i)
        {
            list += "0," + destination + "," + std::to_string(packets[i] * 4086) + "," +
                    std::to_string(5 * i) + "ms,read\n";
        }
        for (const bool goBack : {true, false})
        {
            const json summary =
                Summary("--stack=rocev2-" + std::string(goBack ? "none" : "rack-dcqcn") +
                        " --topology=fat-tree:k=4,rate=400Gbps,delay=1us --flows=" +
                        File("reads.csv", list) +
                        " --ns3::rdma::Nic::DataOverheadBytes=64 "
                        "--ns3::rdma::Nic::AckFrameBytes=64 --ns3::rdma::QueuePair::PathMtu=4086 "
                        "--ns3::fabric::Port::InterframeBytes=0");
            ASSERT_EQ(summary["fct_s"].size(), 3);
            constexpr int64_t data = 83'000; // ps: 4150 * 8 / 400
            constexpr int64_t small = 1'280; // 64 * 8 / 400
            for (std::size_t i = 0; i < 3; ++i)
            {
                const int64_t alone =
                    links * small + 2 * links * 1'000'000 + (packets[i] - 1 + links) * data;
                EXPECT_EQ(Picoseconds(summary["ideal_fct_s"][i]), alone);
                EXPECT_EQ(Picoseconds(summary["fct_s"][i]), alone + (goBack ? 0 : small))
                    << links << " links, " << packets[i];
            }
            EXPECT_EQ(summary["complete_bytes"], 4353 * 4086);
        }
    }
}

// Real frames over two links of 400 Gb/s (0.02 ns a byte) and 1 us. READ of 10,000 bytes: the
// request has 78 and 20 bytes of gap, 1.96 ns a link; answers of 4162, 4158 and 1808 + 66 bytes
// take 83.64, 83.56 and 37.88 ns, and the second link, which begins with the first when it is
// there, is done at 2 * 83.64 + 83.56 + 37.88 = 288.72 ns: 4292.64 ns in all. FETCH_ADD: 110 there
// and 94 back, with gap: 2 * (2.20 + 1.88) + 4000 = 4008.16 ns.
TEST_F(FlowsProgram, ReadAndAtomicOfRealFrames)
{
    const std::string fabric = "--topology=leaf-spine:leaves=1,hosts=2 ";
    const json read = Summary(fabric + "--flows=one:size=10000,verb=read");
    EXPECT_EQ(Picoseconds(read["fct_s"][0]), 4'292'640);
    EXPECT_EQ(Picoseconds(read["ideal_fct_s"][0]), 4'292'640);
    const json atomic = Summary(fabric + "--flows=one:size=8,verb=fetch-add");
    EXPECT_EQ(Picoseconds(atomic["fct_s"][0]), 4'008'160);
    EXPECT_EQ(Picoseconds(atomic["ideal_fct_s"][0]), 4'008'160);
}

// Every stack of queue pairs fetches what it is asked for, however many queue pairs a connection
// has.
TEST_F(FlowsProgram, ReadsOverSeveralQueuePairs)
{
    for (const std::string use : {"RoundRobin", "Split", "LeastBytes"})
    {
        for (const std::string stack : {"rocev2-dcqcn", "uet-nscc", "uet-rudi-nscc"})
        {
            const json summary =
                Summary("--topology=leaf-spine:leaves=2,spines=4,hosts=4 --stack=" + stack +
                        " --flows=permutation:size=100KiB,verb=read "
                        "--ns3::cluster::PacketMessageNetwork::QueuePairs=4 "
                        "--ns3::cluster::PacketMessageNetwork::QueuePairUse=" +
                        use);
            EXPECT_EQ(summary["complete_flows"], 8) << use << " " << stack;
            EXPECT_EQ(summary["complete_bytes"], 8 * 102400) << use << " " << stack;
        }
    }
}

// Go-back-N acknowledges no answers: laws of acknowledgments are deaf to them, and it is said.
TEST_F(FlowsProgram, WarnsOfReadsThatNobodyControls)
{
    const std::string run = "--topology=leaf-spine:leaves=1,hosts=2 --flows=one:verb=read --stack=";
    ASSERT_EQ(Run(run + "rocev2-swift", ""), 0);
    EXPECT_NE(Content("err").find("GoBackN acknowledges no answers to READs: ns3::rdma::Swift"),
              std::string::npos)
        << Content("err");
    for (const std::string sound : {"rocev2-dcqcn", "rocev2-none", "uet-nscc", "uet-rudi-nscc"})
    {
        ASSERT_EQ(Run(run + sound, ""), 0);
        EXPECT_EQ(Content("err").find("warning"), std::string::npos) << Content("err");
    }
}

// The same without packets, and two flows of 2 MiB from one port, which share it: 512 full packets
// of 4178 bytes each, 83.56 ns, and for each of two links 16 bytes of RETH and 1 us; one more
// packet on the second link, and an acknowledgment back.
TEST_F(FlowsProgram, FlowLevel)
{
    const std::string fabric = "--stack=flow-level --topology=leaf-spine:leaves=1,hosts=3 ";
    const json one = Summary(fabric + "--flows=one:size=1000");
    EXPECT_EQ(Picoseconds(one["fct_s"][0]), 4'047'360);
    EXPECT_EQ(one["packet_hops"], 0);
    const json two = Summary(
        fabric + "--flows=" + File("two.csv", "src,dst,bytes,start\n0,1,2MiB,0\n0,2,2MiB,0\n"));
    ASSERT_EQ(two["fct_s"].size(), 2);
    for (const auto& fct : two["fct_s"])
    {
        EXPECT_NEAR(static_cast<double>(Picoseconds(fct)),
                    1025 * 83'560 + 2 * (320 + 1'000'000) + 2 * (1720 + 1'000'000),
                    100);
    }
}

// Four flows from leaf to leaf over four spines: with central paths each has a spine of its own and
// takes as long as alone; hashed, two meet. With a link that fails before, two share one of three.
TEST_F(FlowsProgram, CentralPaths)
{
    std::string list = "src,dst,bytes,start\n";
    for (int i = 0; i < 4; ++i)
    {
        list += std::to_string(i) + "," + std::to_string(4 + i) + ",2MiB,1e-3\n";
    }
    // The first frames leave before the source ports are known, and meet others of their connection
    // again out of order: go-back-N would send a round trip's worth twice.
    const std::string arguments =
        "--topology=leaf-spine:leaves=2,spines=4,hosts=4 --stack=rocev2-sr-none --flows=" +
        File("four.csv", list);
    const auto slowest = [this](const std::string& line)
    {
        const json summary = Summary(line);
        double most = 0;
        for (std::size_t i = 0; i < summary["fct_s"].size(); ++i)
        {
            most = std::max(
                most, summary["fct_s"][i].get<double>() / summary["ideal_fct_s"][i].get<double>());
        }
        return most;
    };
    const std::string failure = " --faults=link-failure:from=leaf-0,to=spine-2"
                                " --ns3::cluster::RouteController::ConvergenceTime=100us";
    EXPECT_GT(slowest(arguments), 1.8);
    for (const std::string controller : {"pinned-paths", "source-ports"})
    {
        const std::string line = arguments + " --controller=" + controller;
        EXPECT_LT(slowest(line), 1.03) << controller;
        const double two = slowest(line + failure);
        EXPECT_GT(two, 1.8) << controller;
        EXPECT_LT(two, 2.1) << controller;
    }
}

// Two flows of n full packets into one port at 100 Gb/s without congestion control: the port
// carries 2n frames without a gap, so the last bit arrives as late as if one flow had 2n packets.
TEST_F(FlowsProgram, IncastFillsThePort)
{
    const json one = Summary("--topology=leaf-spine:leaves=1,hosts=3,rate=100Gbps "
                             "--stack=rocev2-none --flows=one:src=1,dst=0,size=2MiB");
    const json two = Summary("--topology=leaf-spine:leaves=1,hosts=3,rate=100Gbps "
                             "--stack=rocev2-none --flows=incast:n=2,dst=0,size=1MiB");
    const int64_t last = std::max(Picoseconds(two["fct_s"][0]), Picoseconds(two["fct_s"][1]));
    // one RETH more in the second flow: 16 bytes, 1.28 ns
    EXPECT_EQ(last, Picoseconds(one["fct_s"][0]) + 1280);
    EXPECT_EQ(two["dropped_frames"], 0);
}

// What is written with --output, and that the database says the same as the JSON.
TEST_F(FlowsProgram, Output)
{
    const std::string topology =
        File("topology.txt", "4 1 3\n0\n1 0 100Gbps 1us 0\n3 0 100Gbps 1us 0\n2 0 100Gbps 1us 0\n");
    const std::string flows = File("flow.txt",
                                   "3\n1 3 3 100 1000 0\n1 3 3 100 5000 1e-3\n"
                                   "3 2 4 100 20000 5e-4\n");
    const json summary =
        Summary("--topology=" + topology + " --flows=" + flows + " --output=" + File("results"));
    ASSERT_EQ(summary["fct_s"].size(), 3);
    // Node n has address 11.0.n.1. In the order of completion: 1st, 3rd, 2nd. Alone on two links of
    // 100 Gb/s: 2 * 8 * 1098 + 2 * 8 * 86 bits = 189.44 ns and 4 us.
    std::istringstream fct(Content("results/fct.txt"));
    std::string line;
    std::getline(fct, line);
    EXPECT_EQ(line, "0b000101 0b000301 10000 100 1000 0 4189 4189");
    std::getline(fct, line);
    // Frames of 4194, 4178, 4178, 4178 and 3698 bytes: the second link is through at 2 * 335.52 +
    // 3 * 334.24 + 295.84 = 1969.60 ns; 4000 + 2 * 6.88 more.
    EXPECT_EQ(line, "0b000301 0b000201 10000 100 20000 500000 5983 5983");
    std::getline(fct, line);
    // 4194 and 986 bytes: 2 * 335.52 + 78.88 + 4013.76 = 4763.68 ns
    EXPECT_EQ(line, "0b000101 0b000301 10001 100 5000 1000000 4764 4764");
    EXPECT_FALSE(std::getline(fct, line));

    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open_v2((m_directory / "results/results.sqlite").c_str(),
                              &database,
                              SQLITE_OPEN_READONLY,
                              nullptr),
              SQLITE_OK);
    sqlite3_stmt* query = nullptr;
    ASSERT_EQ(sqlite3_prepare_v2(database,
                                 "SELECT acknowledged_ps - start_ps, bytes, class, verb FROM flow "
                                 "JOIN run USING (run_id) ORDER BY flow",
                                 -1,
                                 &query,
                                 nullptr),
              SQLITE_OK);
    const int64_t bytes[] = {1000, 5000, 20000};
    const int64_t classes[] = {3, 3, 4};
    for (int i = 0; i < 3; ++i)
    {
        ASSERT_EQ(sqlite3_step(query), SQLITE_ROW);
        EXPECT_EQ(sqlite3_column_int64(query, 0), Picoseconds(summary["fct_s"][i]));
        EXPECT_EQ(sqlite3_column_int64(query, 1), bytes[i]);
        EXPECT_EQ(sqlite3_column_int64(query, 2), classes[i]);
        EXPECT_STREQ(reinterpret_cast<const char*>(sqlite3_column_text(query, 3)), "write");
    }
    EXPECT_EQ(sqlite3_step(query), SQLITE_DONE);
    sqlite3_finalize(query);
    sqlite3_close(database);
}

// The same seed gives the same result, another seed another one.
TEST_F(FlowsProgram, Seed)
{
    const std::string arguments =
        "--topology=fat-tree:k=4 --flows=poisson:cdf=fb-hadoop,load=0.6,duration=20us";
    const json a = Summary(arguments + " --seed=5");
    const json b = Summary(arguments + " --seed=5");
    const json c = Summary(arguments + " --seed=6");
    EXPECT_GT(a["flows"], 50);
    EXPECT_EQ(a["fct_s"], b["fct_s"]);
    EXPECT_EQ(a["events"], b["events"]);
    EXPECT_NE(a["fct_s"], c["fct_s"]);
    EXPECT_EQ(a["complete_flows"], a["flows"]);
    for (const auto& result : a["by_size"])
    {
        EXPECT_GE(result["slowdown_p50"], 1 - 1e-12) << "nothing is faster than alone";
    }
}

// A run that the user interrupts ends with what it has.
TEST_F(FlowsProgram, Interrupt)
{
    const std::string summary = "--json=" + File("summary.json");
    const std::string output = "--output=" + File("results");
    const std::string program = std::string(WEFT_BINARY_DIR) + "/bin/flows";
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0)
    {
        freopen("/dev/null", "w", stdout);
        execl(program.c_str(),
              program.c_str(),
              "--quiet",
              "--topology=fat-tree:k=4",
              "--flows=poisson:load=0.5,duration=500ms",
              summary.c_str(),
              output.c_str(),
              nullptr);
        _exit(99);
    }
    // Its database is there when the simulation begins.
    for (int i = 0; i < 200 && !fs::exists(m_directory / "results/results.sqlite"); ++i)
    {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    kill(child, SIGINT);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 130);
    const json result = json::parse(Content("summary.json"), nullptr, false);
    ASSERT_TRUE(result.is_object());
    EXPECT_EQ(result["status"], "interrupted");
    EXPECT_LT(result["complete_flows"], result["flows"]);
    EXPECT_EQ(result["fct_s"].size(), result["flows"]);
    EXPECT_TRUE(result["fct_s"].back().is_null());
}

// Frames that meet on sprayed paths overtake each other. Go-back-N then sends again what nobody
// lost; schemes that wait, and load balancers that see flowlets, need no permission.
TEST_F(FlowsProgram, RunsSenselessStacksIfAsked)
{
    const std::string run = "--topology=leaf-spine:leaves=4,spines=4,hosts=4 "
                            "--flows=all-to-all:size=64KiB --json=" +
                            File("j") + " --load-balancing=";
    ASSERT_EQ(Run(run + "random-spray --allowSenseless", ""), 0) << Content("err");
    EXPECT_NE(Content("err").find("flows: warning: ns3::rdma::GoBackN takes a packet"),
              std::string::npos)
        << Content("err");
    const json summary = json::parse(Content("j"), nullptr, false);
    ASSERT_TRUE(summary.is_object());
    EXPECT_EQ(summary["complete_flows"], 240);
    EXPECT_EQ(summary["dropped_frames"], 0);
    EXPECT_GT(summary["retransmitted_frames"], 0);

    for (const std::string sound :
         {"adaptive --ns3::fabric::Adaptive::Gap=1us", "random-spray --stack=rocev2-rack-dcqcn"})
    {
        ASSERT_EQ(Run(run + sound, ""), 0) << sound << Content("err");
        EXPECT_EQ(Content("err").find("warning"), std::string::npos) << Content("err");
    }
}

// Sixteen servers with two ports and one address each; one port, and then a leaf with all its
// cables, fails for 200 us. Every transport delivers everything, whatever sends it by which port.
TEST_F(FlowsProgram, BondsSurviveFailures)
{
    const std::string times = ",start=20us,duration=200us";
    std::string leaf = "link-failure:from=server-0,to=leaf-1" + times;
    for (const std::string end : {"server-1", "server-2", "server-3", "spine-0", "spine-1"})
    {
        leaf += ";link-failure:from=" + end + ",to=leaf-1" + times;
    }
    for (const std::string stack : {"rocev2-rack-dcqcn", "uet-nscc-rccc", "srd", "falcon"})
    {
        for (const auto& faults : {std::string(), leaf.substr(0, leaf.find(';')), leaf})
        {
            const json summary =
                Summary("--topology=leaf-spine:leaves=4,bond=2,spines=2,hosts=4,rate=100Gbps "
                        "--flows=all-to-all:size=100KiB --stack=" +
                        stack + " --ns3::cluster::RouteController::ConvergenceTime=50us" +
                        (faults.empty() ? "" : " '--faults=" + faults + "'"));
            EXPECT_EQ(summary["flows"], 56) << stack << faults;
            EXPECT_EQ(summary["complete_flows"], 56) << stack << faults;
            EXPECT_EQ(
                summary["cable_lost_frames"].get<int>() + summary["dropped_frames"].get<int>() > 0,
                !faults.empty())
                << stack << faults;
            EXPECT_TRUE(stack != "falcon" || summary["makespan_s"] < 0.5e-3) << faults;
        }
    }
}

// A capture has the bytes of the stack: the UDP port, sizes that UDP tells, and the first of a
// WRITE of a full packet: its headers without Ethernet's 18, and 4096.
TEST_F(FlowsProgram, CapturesAreOfTheStack)
{
    const std::tuple<const char*, uint16_t, uint32_t> stacks[] = {
        {"rocev2-dcqcn", 4791, 60}, {"uet-nscc", 4793, 92}, {"falcon", 1000, 116}};
    for (const auto& [stack, port, overhead] : stacks)
    {
        ASSERT_EQ(Run("--topology=leaf-spine:leaves=2,hosts=1 --flows=one:size=12KiB --pcap=0 "
                      "--output=" +
                      File(stack) + " --stack=" + stack),
                  0)
            << Content("err");
        const std::string capture = Content(std::string(stack) + "/server-0-0.pcap");
        const auto number = [&capture](std::size_t at) { // of two bytes, in network order
            return static_cast<uint8_t>(capture[at]) << 8 | static_cast<uint8_t>(capture[at + 1]);
        };
        uint32_t frames = 0;
        std::size_t at = 24; // behind the header of the file; each frame has one of 16
        for (; at + 16 + 42 < capture.size(); at += 16 + 34 + number(at + 16 + 38), ++frames)
        {
            ASSERT_EQ(number(at + 16 + 36), port) << stack << " " << frames;
            EXPECT_TRUE(frames > 0 || number(at + 16 + 16) == overhead + 4096) << stack;
        }
        EXPECT_EQ(at, capture.size()) << stack;
        EXPECT_GE(frames, 4) << stack;
    }
}

// Anything wrong with options and files: said with its position, exit code 2, nothing written.
TEST_F(FlowsProgram, BadInput)
{
    struct Case
    {
        std::string arguments;
        std::string message;
    };

    const std::string header = "src,dst,bytes,start\n";
    const std::string fabric = "--topology=leaf-spine:leaves=2,hosts=2 ";
    const Case cases[] = {
        {"--topology=fat-tree:k=5", "--topology:1:1: K is 5"},
        {"--topology=fat-tree:k=4,rate=400", "--topology:1:19: '400' for rate"},
        {"--topology=/nonexistent", "/nonexistent: cannot be read"},
        {"--topology=" + File("topology.txt", "3 1 2\n0\n1 0 100Gbps 1us 0\n1 0 fast 1us 0\n"),
         "topology.txt:4:5: "},
        {fabric + "--flows=incast:n=4", "--flows:1:1: N is 4, expected at most 3"},
        {fabric + "--flows=one:dst=7,size=-1", "--flows:1:16: '-1' for size"},
        {fabric + "--flows=poisson:cdf=none", "--flows:1:1: Cdf is 'none'"},
        {fabric + "--flows=/nonexistent", "/nonexistent: cannot be read: No such file"},
        {fabric + "--flows=" + File("a.csv", header + "0,4,1,0\n"),
         "a.csv:2:3: there is no accelerator 4"},
        {fabric + "--flows=" + File("b.csv", header + "0,1,1,0\n0,1,x,0\n"), "b.csv:3:5: 'x'"},
        {fabric + "--flows=" + File("flow.txt", "2\n0 1 3 100 1 0\n"),
         "flow.txt:3:1: the file ends after 1 flows"},
        {fabric + "--stack=tcpx", "'tcpx' is not known"},
        {fabric + "--flow=one", "did you mean '--flows'"},
        {fabric + "--ns3::rdma::QueuePair::PathMtu=10", "PathMtu"},
        {fabric + "extra", "unexpected argument"},
        {fabric + "--flows=one --pcap=0,9", "--pcap:1:3: '9', expected an accelerator 0 to 3"},
        {fabric + "--flows=one --controller=pinned-paths --load-balancing=drill",
         "--controller=pinned-paths pins paths in switches that hash"},
        {fabric + "--flows=one --faults=link-failure:from=leaf-0,to=leaf-1",
         "there is no cable 0 between 'leaf-0' and 'leaf-1'"},
        {fabric + "--stack=flow-level --flows=one --pcap=0", "moves no packets"},
        {fabric + "--flows=one --load-balancing=round-robin-spray",
         "flows: ns3::rdma::GoBackN takes a packet that is overtaken for lost and sends again, and "
         "ns3::fabric::RoundRobinSpray sends packets of one message on many paths; expected one "
         "path per queue pair, a load balancer that keeps flows in order, or a reliability that "
         "waits (ns3::rdma::SelectiveRepeat[ReorderTime=100us], ns3::rdma::SackRack, "
         "ns3::rdma::UetRud); allowSenseless runs it all the same"},
        {fabric + "--stack=flow-level --flows=one --faults=pfc-storm:accelerator=0",
         "faults are what packets meet"},
        {fabric + "--flows=one:verb=raed", "--flows:1:10: 'raed' for verb, expected one of write|"},
        {fabric + "--flows=one:verb=fetch-add", "an atomic operation is on 8 bytes"},
        {fabric + "--stack=iwarp --flows=one:verb=read",
         "flow 0 is a read, and the network only writes; expected a stack of RDMA queue pairs"},
        {fabric + "--stack=uet-rudi-nscc --flows=one",
         "ns3::rdma::UetRudi keeps no state at the target, which cannot tell its application what "
         "has arrived: messages would never be received; expected flows of verb read alone"},
        {fabric + "--stack=uet-rudi-nscc --allowSenseless --flows=" +
             File("both.csv", "src,dst,bytes,start,verb\n0,1,8,0,read\n0,1,8,0,write\n"),
         "expected flows of verb read alone"},
        {fabric + "--stack=uet-rudi-nscc --flows=one:size=8,verb=fetch-add",
         "expected flows of verb read alone"},
        {fabric + "--stack=flow-level --flows=one:size=8,verb=compare-swap",
         "flow 0 is a compare-swap, and the network only writes"},
        {"--topology=leaf-spine:leaves=2,bond=2 --flows=one --stack=tcp",
         "of which ns3::cluster::TcpMessageNetwork does not know"},
        {"--topology=leaf-spine:leaves=2,bond=2 --flows=one --load-balancing=con-weave",
         "load balancing from leaf to leaf does not know"},
        {"--topology=leaf-spine:leaves=3,bond=2 --flows=one",
         "--topology:1:1: 3 Leaves are no groups of Bond = 2"},
        {"--topology=rail-optimized:servers=2,rails=2 --flows=one:verb=read",
         "both accelerators are in one server"},
    };
    for (const auto& item : cases)
    {
        EXPECT_EQ(Run(item.arguments + " --output=" + File("results") + " --json=" + File("j")), 2)
            << item.arguments;
        EXPECT_NE(Content("err").find(item.message), std::string::npos)
            << item.arguments << ": " << Content("err");
        EXPECT_FALSE(fs::exists(m_directory / "results")) << item.arguments;
        EXPECT_FALSE(fs::exists(m_directory / "j")) << item.arguments;
    }
}

} // namespace
