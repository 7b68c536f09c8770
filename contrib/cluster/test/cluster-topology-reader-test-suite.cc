/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/cluster-shortest-paths.h"
#include "ns3/cluster-topology-reader.h"
#include "ns3/test.h"

#include <sstream>

/**
 * @ingroup cluster-tests
 * topology.txt of the HPCC family and of SimAI: contents, and position and message of every kind of
 * error.
 */

using namespace ns3;
using namespace ns3::cluster;

namespace
{

/** The HPCC family's file. */
class HpccTestCase : public TestCase
{
  public:
    HpccTestCase()
        : TestCase("HPCC topology.txt")
    {
    }

  private:
    void DoRun() override
    {
        // hosts 0 and 3; switches 1, 2 and 4, where 4 has no host; two links between 1 and 4
        std::istringstream input("5 3 6\n"
                                 "1 4 2\n"
                                 "0 1 100Gbps 0.001ms 0\n"
                                 "1 4 400Gbps 1000ns 0.5\n"
                                 "4 1 400Gbps 1us 0\n"
                                 "4 2 400Gbps 1us 0\n"
                                 "2 3 100Gbps 1us 1e-5\n"
                                 "1 3 25Gbps 2us 0\n");
        std::vector<TopologyError> errors;
        const auto graph = TopologyReader::Read(input, errors);
        if (!graph)
        {
            NS_TEST_ASSERT_MSG_EQ(errors[0].Format("file"), "", "a good file");
            return;
        }
        NS_TEST_ASSERT_MSG_EQ(graph->GetNServers(), 2, "hosts");
        NS_TEST_ASSERT_MSG_EQ(graph->GetNSwitches(), 3, "switches");
        NS_TEST_ASSERT_MSG_EQ(graph->GetVertex(3).name, "host-3", "ids are vertices");
        NS_TEST_ASSERT_MSG_EQ(graph->GetVertex(2).name, "switch-2", "ids are vertices");
        NS_TEST_ASSERT_MSG_EQ(graph->GetVertex(1).tier, 1, "a switch with hosts");
        NS_TEST_ASSERT_MSG_EQ(graph->GetVertex(4).tier, 2, "a switch without");
        NS_TEST_ASSERT_MSG_EQ(graph->GetVertex(4).position.line, 2, "where it is listed");
        NS_TEST_ASSERT_MSG_EQ(graph->GetVertex(4).position.column, 3, "where it is listed");
        NS_TEST_ASSERT_MSG_EQ(graph->GetEdges().size(), 6, "parallel links stay apart");
        NS_TEST_ASSERT_MSG_EQ(graph->GetEdge(0).link.bitRate, 100'000'000'000, "rate");
        NS_TEST_ASSERT_MSG_EQ(graph->GetEdge(0).link.delay, 1'000'000, "delay");
        NS_TEST_ASSERT_MSG_EQ(graph->GetEdge(1).link.lossRate, 0.5, "error rate");
        NS_TEST_ASSERT_MSG_EQ(graph->GetEdge(1).position.line, 4, "line of a link");
        NS_TEST_ASSERT_MSG_EQ(graph->GetVertex(3).accelerators[0].ports.size(), 2, "both ports");
        // attachment 0: host 0; attachments 1 and 2: ports of host 3, at switch 2 and at switch 1
        ShortestPaths paths(*graph);
        NS_TEST_ASSERT_MSG_EQ(paths.CountPaths(0, 1), 2, "over either link between 1 and 4");
        NS_TEST_ASSERT_MSG_EQ(paths.FindPath(0, 1).size(), 4, "0 1 4 2 3");
        NS_TEST_ASSERT_MSG_EQ(paths.FindPath(0, 2).size(), 2, "0 1 3");
    }
};

/** SimAI's file. */
class SimAiTestCase : public TestCase
{
  public:
    SimAiTestCase()
        : TestCase("SimAI topology file")
    {
    }

  private:
    void DoRun() override
    {
        // 2 servers of 2 GPUs; NVSwitches 4, 5 and 6 (server 1 has two); leaves 7 and 8, one per
        // rail
        std::istringstream input("9 2 3 2 10 H100 2\n"
                                 "4 5 6 7 8\n"
                                 "0 4 2880Gbps 0.000025ms 0\n"
                                 "1 4 2880Gbps 0.000025ms 0\n"
                                 "2 5 1440Gbps 0.000025ms 0\n"
                                 "2 6 1440Gbps 0.000025ms 0\n"
                                 "3 5 1440Gbps 0.000025ms 0\n"
                                 "6 3 1440Gbps 0.000025ms 0\n"
                                 "1 8 400Gbps 0.0005ms 0\n"
                                 "0 7 400Gbps 0.0005ms 0\n"
                                 "2 7 400Gbps 0.0005ms 0\n"
                                 "3 8 400Gbps 0.0005ms 0");
        std::vector<TopologyError> errors;
        const auto graph = TopologyReader::Read(input, errors);
        if (!graph)
        {
            NS_TEST_ASSERT_MSG_EQ(errors[0].Format("file"), "", "a good file");
            return;
        }
        NS_TEST_ASSERT_MSG_EQ(graph->GetNServers(), 2, "servers");
        NS_TEST_ASSERT_MSG_EQ(graph->GetNSwitches(), 2, "NVSwitches are inside the servers");
        NS_TEST_ASSERT_MSG_EQ(graph->GetNAccelerators(), 4, "GPUs");
        NS_TEST_ASSERT_MSG_EQ(graph->GetEdges().size(), 4, "scale-out links");
        NS_TEST_ASSERT_MSG_EQ(graph->GetVertex(0).scaleUp.bitRate, 2'880'000'000'000, "NVLink");
        NS_TEST_ASSERT_MSG_EQ(graph->GetVertex(1).scaleUp.bitRate, 2'880'000'000'000, "summed");
        NS_TEST_ASSERT_MSG_EQ(graph->GetVertex(1).scaleUp.latency, 50'000, "two hops of 25 ns");
        // the first link of server 0 belongs to GPU 1
        NS_TEST_ASSERT_MSG_EQ(graph->GetVertex(0).accelerators[0].ports[0], 1, "GPU 0");
        NS_TEST_ASSERT_MSG_EQ(graph->GetVertex(0).accelerators[1].ports[0], 0, "GPU 1");
        const uint32_t leaf = graph->GetFarEnd(graph->GetVertex(0).edges[1], 0).vertex;
        NS_TEST_ASSERT_MSG_EQ(graph->GetVertex(leaf).name, "switch-7", "leaf of GPU 0");
    }
};

/** A malformed file, and the one error it must give. */
class ReaderErrorTestCase : public TestCase
{
  public:
    ReaderErrorTestCase(const std::string& text,
                        uint32_t line,
                        uint32_t column,
                        const std::string& message)
        : TestCase("error: " + message),
          m_text(text),
          m_line(line),
          m_column(column),
          m_message(message)
    {
    }

  private:
    void DoRun() override
    {
        std::istringstream input(m_text);
        std::vector<TopologyError> errors;
        const auto graph = TopologyReader::Read(input, errors);
        NS_TEST_ASSERT_MSG_EQ(graph.has_value(), false, "no graph expected");
        NS_TEST_ASSERT_MSG_EQ(errors.size(), 1, "errors");
        if (errors.empty())
        {
            return;
        }
        NS_TEST_ASSERT_MSG_NE(errors[0].message.find(m_message),
                              std::string::npos,
                              "'" << errors[0].message << "' should contain: " << m_message);
        NS_TEST_ASSERT_MSG_EQ(errors[0].position.line, m_line, errors[0].message);
        NS_TEST_ASSERT_MSG_EQ(errors[0].position.column, m_column, errors[0].message);
    }

    std::string m_text;    ///< the file
    uint32_t m_line;       ///< line of the error
    uint32_t m_column;     ///< column of the error
    std::string m_message; ///< part of its message
};

/** Files that cannot be read. */
class NoFileTestCase : public TestCase
{
  public:
    NoFileTestCase()
        : TestCase("missing file, directory")
    {
    }

  private:
    void DoRun() override
    {
        for (const auto* name : {"no/such/topology.txt", "/"})
        {
            std::vector<TopologyError> errors;
            NS_TEST_ASSERT_MSG_EQ(TopologyReader::ReadFile(name, errors).has_value(), false, name);
            NS_TEST_ASSERT_MSG_EQ(errors.size(), 1, name);
            NS_TEST_ASSERT_MSG_EQ(errors[0].message.rfind("cannot be read: ", 0), 0, name);
        }
    }
};

/** The suite. */
class TopologyReaderTestSuite : public TestSuite
{
  public:
    TopologyReaderTestSuite();
};

TopologyReaderTestSuite::TopologyReaderTestSuite()
    : TestSuite("weft-cluster-topology-reader", TestSuite::Type::UNIT)
{
    AddTestCase(new HpccTestCase);
    AddTestCase(new SimAiTestCase);
    AddTestCase(new NoFileTestCase);
    const auto wrong =
        [this](const std::string& text, uint32_t line, uint32_t column, const std::string& message)
    { AddTestCase(new ReaderErrorTestCase(text, line, column, message)); };
    const std::string links = "0 2 1Gbps 1us 0\n1 2 1Gbps 1us 0\n";
    wrong("", 1, 1, "the first line has 0 words");
    wrong("\n\n  3 1\n", 3, 3, "the first line has 2 words");
    wrong("3 x 2\n2\n" + links, 1, 3, "'x', expected the number of switches");
    wrong("3 4 2\n2\n" + links, 1, 3, "at most 3");
    wrong("3 1 99999999999999999999\n2\n" + links, 1, 5, "expected the number of links");
    wrong("99999999 1 2\n2\n" + links, 1, 1, "expected the number of nodes");
    wrong("3 1 2\n3\n" + links, 2, 1, "'3', expected the id of switch 1 of 1");
    wrong("4 2 2\n2 2\n" + links, 2, 3, "node 2 is listed twice");
    wrong("3 1 2\n2\n0 2 1Gbps 1us 0\n1 3 1Gbps 1us 0\n", 4, 3, "'3', expected the destination");
    wrong("3 1 2\n2\n0 2 1Gbit 1us 0\n", 3, 5, "'1Gbit', expected the rate of link 1 of 2");
    wrong("3 1 2\n2\n0 2 0Gbps 1us 0\n", 3, 5, "'0Gbps', expected the rate");
    wrong("3 1 2\n2\n0 2 1Gbps 1 0\n", 3, 11, "'1', expected the delay");
    wrong("3 1 2\n2\n0 2 1Gbps 1us 1.5\n", 3, 15, "'1.5', expected the error rate");
    wrong("3 1 2\n2\n0 2 1Gbps 1us 0\n", 4, 1, "the file ends here, expected the source");
    wrong("3 1 2\n2\n0 2 1Gbps", 3, 10, "the file ends here, expected the delay");
    wrong("3 1 2\n2\n" + links + "7", 5, 1, "expected the end of the file after 2 links");
    wrong(std::string("3 1 2\n2\n0 2 1G\0ps 1us 0\n", 24), 3, 5, "ps', expected the rate");
    wrong("3 1 2\n2\n0 2 1Gbps 1us 0\n0 2 1Gbps 1us 0\n", 1, 1, "server 'host-1' is disconnected");
    wrong("9000000 1 2\n2\n" + links, 1, 1, "at least one host is disconnected");
    wrong("4 3 1 1 2 H100\n2 3\n", 1, 3, "2 GPUs are no whole number of servers with 3");
    wrong("4 0 1 1 2 H100\n2 3\n", 1, 3, "no whole number of servers with 0");
    wrong("4 1 2 2 2 H100\n0 1 2 3\n", 1, 1, "no GPUs");
    wrong("4 2 1 1 1 H100\n0 3\n0 3 1Gbps 1us 0\n", 2, 1, "ids 0 to 1 are GPUs");
    wrong("4 2 1 1 1 H100\n2 3\n0 1 1Gbps 1us 0\n", 3, 1, "link between GPUs 0 and 1");
    wrong("4 2 1 1 1 H100\n2 3\n2 3 1Gbps 1us 0\n", 3, 1, "an NVSwitch links GPUs of one server");
    wrong("4 1 1 1 2 H100\n2 3\n0 2 1Gbps 1us 0\n1 2 1Gbps 1us 0\n",
          4,
          1,
          "NVSwitch 2 links GPUs of servers 0 and 1");
    wrong("4 2 1 1 2 H100\n2 3\n0 2 1Gbps 1us 0\n1 2 2Gbps 1us 0\n",
          1,
          1,
          "to the NVSwitches of their server");
    wrong("6 4 1 1 1 H100\n4 5\n0 4 1Gbps 1us 0\n", 1, 1, "at least one GPU is disconnected");
}

TopologyReaderTestSuite g_topologyReaderTestSuite; ///< registers the suite

} // namespace
