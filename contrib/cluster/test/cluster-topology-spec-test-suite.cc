/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/cluster-quantity.h"
#include "ns3/cluster-topology-spec.h"
#include "ns3/fabric-time.h"
#include "ns3/test.h"

/**
 * @ingroup cluster-tests
 * Compact topology descriptions: values, and the message and column of every kind of error.
 */

using namespace ns3;
using namespace ns3::cluster;

namespace
{

/** Numbers with units. */
class QuantityTestCase : public TestCase
{
  public:
    QuantityTestCase()
        : TestCase("quantities")
    {
    }

  private:
    void DoRun() override
    {
        NS_TEST_ASSERT_MSG_EQ(ParseRate("400Gbps").value_or(0), 400'000'000'000, "Gbps");
        NS_TEST_ASSERT_MSG_EQ(ParseRate("0.1Gb/s").value_or(0), 100'000'000, "fraction");
        NS_TEST_ASSERT_MSG_EQ(ParseRate("25GB/s").value_or(0), 200'000'000'000, "bytes");
        NS_TEST_ASSERT_MSG_EQ(ParseRate("1KiBps").value_or(0), 8192, "binary");
        NS_TEST_ASSERT_MSG_EQ(ParseRate("7.2Tbps").value_or(0), 7'200'000'000'000, "tera");
        NS_TEST_ASSERT_MSG_EQ(ParseRate("1e3bps").value_or(0), 1000, "exponent");
        for (const auto* text : {"",
                                 "400",
                                 "Gbps",
                                 "400 Gbps",
                                 "-1Gbps",
                                 "400Gbit",
                                 "1.2.3Gbps",
                                 "1e30bps",
                                 "0x10bps",
                                 "infbps",
                                 "nanbps",
                                 "400gbps"})
        {
            NS_TEST_ASSERT_MSG_EQ(ParseRate(text).has_value(), false, "rate '" << text << "'");
        }
        NS_TEST_ASSERT_MSG_EQ(ParseTime("0.0005ms").value_or(0), 500'000, "SimAI's style");
        NS_TEST_ASSERT_MSG_EQ(ParseTime("25ns").value_or(0), 25'000, "ns");
        NS_TEST_ASSERT_MSG_EQ(ParseTime("1.5us").value_or(0), 1'500'000, "us");
        NS_TEST_ASSERT_MSG_EQ(ParseTime("2s").value_or(0), 2'000'000'000'000, "s");
        NS_TEST_ASSERT_MSG_EQ(ParseTime("7ps").value_or(0), 7, "ps");
        for (const auto* text : {"", "1", "us", "1 us", "-1us", "1usec", "1e300s", "1e9h"})
        {
            NS_TEST_ASSERT_MSG_EQ(ParseTime(text).has_value(), false, "time '" << text << "'");
        }
        NS_TEST_ASSERT_MSG_EQ(
            ParseUnsigned("18446744073709551615").value_or(0), UINT64_MAX, "largest");
        for (const auto* text : {"", "18446744073709551616", "-1", "+1", "1.0", " 1", "1x"})
        {
            NS_TEST_ASSERT_MSG_EQ(ParseUnsigned(text).has_value(), false, "'" << text << "'");
        }
        NS_TEST_ASSERT_MSG_EQ(ParseNumber("1e-3").value_or(0), 1e-3, "number");
        for (const auto* text : {"", "-1", "1e", "1e999", "nan", "1,5", "."})
        {
            NS_TEST_ASSERT_MSG_EQ(ParseNumber(text).has_value(), false, "'" << text << "'");
        }
        NS_TEST_ASSERT_MSG_EQ(ParseSize("2MiB").value_or(0), 2'097'152, "binary size");
        NS_TEST_ASSERT_MSG_EQ(ParseSize("1.5kB").value_or(0), 1'500, "decimal size");
        NS_TEST_ASSERT_MSG_EQ(ParseSize("0B").value_or(1), 0, "no bytes");
        NS_TEST_ASSERT_MSG_EQ(ParseSize("4096").value_or(0), 4'096, "plain bytes");
        NS_TEST_ASSERT_MSG_EQ(ParseSize("3TiB").value_or(0), 3'298'534'883'328, "large size");
        for (const auto* text : {"",
                                 "-1",
                                 "1.5",
                                 "2M",
                                 "2Mib",
                                 "1 kB",
                                 "9EB",
                                 "9999999TiB",
                                 "kB",
                                 "99999999999999999999",
                                 "18446744073709551615"})
        {
            NS_TEST_ASSERT_MSG_EQ(ParseSize(text).has_value(), false, "'" << text << "'");
        }
    }
};

/** Parameters reach the graph. */
class SpecTestCase : public TestCase
{
  public:
    SpecTestCase()
        : TestCase("parameters of a description")
    {
    }

  private:
    void DoRun() override
    {
        fabric::UsePicoseconds();
        std::vector<TopologyError> errors;
        const auto graph = GenerateTopology("leaf-spine:leaves=2,spines=1,Hosts=1,rate=100Gbps,"
                                            "fabric-rate=0.4Tbps,delay=500ns,FabricDelay=1.5us",
                                            errors);
        if (!graph)
        {
            NS_TEST_ASSERT_MSG_EQ(errors[0].message, "", "a good description");
            return;
        }
        const auto& host = graph->GetEdge(graph->GetVertex(0).edges[0]).link;
        NS_TEST_ASSERT_MSG_EQ(host.bitRate, 100'000'000'000, "rate");
        NS_TEST_ASSERT_MSG_EQ(host.delay, 500'000, "delay");
        NS_TEST_ASSERT_MSG_EQ(TopologyGraph::GetCableMeters(host), 100, "500 ns at 5 ns/m");
        const auto& fabric = graph->GetEdge(graph->GetVertex(4).edges[0]).link;
        NS_TEST_ASSERT_MSG_EQ(graph->GetVertex(4).name, "spine-0", "the spine");
        NS_TEST_ASSERT_MSG_EQ(fabric.bitRate, 400'000'000'000, "fabric rate");
        NS_TEST_ASSERT_MSG_EQ(fabric.delay, 1'500'000, "fabric delay");

        NS_TEST_ASSERT_MSG_EQ(GenerateTopology("fat-tree", errors).has_value(), true, "defaults");
        NS_TEST_ASSERT_MSG_EQ(GenerateTopology("fat-tree:", errors).has_value(), true, "defaults");
        NS_TEST_ASSERT_MSG_EQ(
            GenerateTopology("ns3::cluster::FatTree:k=4", errors).has_value(), true, "full name");
        NS_TEST_ASSERT_MSG_EQ(errors.size(), 0, "errors");

        NS_TEST_ASSERT_MSG_EQ(IsTopologySpec("fat-tree:k=oops"), true, "meant as a description");
        NS_TEST_ASSERT_MSG_EQ(IsTopologySpec("leaf-spine"), true, "meant as a description");
        NS_TEST_ASSERT_MSG_EQ(IsTopologySpec("topology.txt"), false, "a file");
        NS_TEST_ASSERT_MSG_EQ(IsTopologySpec(""), false, "nothing");
        const auto names = GetTopologyNames();
        NS_TEST_ASSERT_MSG_EQ((names.size() >= 3), true, "names");
        NS_TEST_ASSERT_MSG_EQ(names[0], "fat-tree", "in the order of the alphabet");
    }
};

/** A wrong description, and the one error it must give. */
class SpecErrorTestCase : public TestCase
{
  public:
    SpecErrorTestCase(const std::string& spec, uint32_t column, const std::string& message)
        : TestCase("error in " + spec),
          m_spec(spec),
          m_column(column),
          m_message(message)
    {
    }

  private:
    void DoRun() override
    {
        fabric::UsePicoseconds();
        std::vector<TopologyError> errors;
        const auto graph = GenerateTopology(m_spec, errors);
        NS_TEST_ASSERT_MSG_EQ(graph.has_value(), false, "no graph expected");
        NS_TEST_ASSERT_MSG_EQ(errors.size(), 1, "errors");
        if (errors.empty())
        {
            return;
        }
        NS_TEST_ASSERT_MSG_EQ(errors[0].position.line, 1, "line");
        NS_TEST_ASSERT_MSG_EQ(errors[0].position.column, m_column, errors[0].message);
        NS_TEST_ASSERT_MSG_NE(errors[0].message.find(m_message),
                              std::string::npos,
                              "'" << errors[0].message << "' should contain: " << m_message);
    }

    std::string m_spec;    ///< description
    uint32_t m_column;     ///< column of the error
    std::string m_message; ///< part of its message
};

/** The suite. */
class TopologySpecTestSuite : public TestSuite
{
  public:
    TopologySpecTestSuite();
};

TopologySpecTestSuite::TopologySpecTestSuite()
    : TestSuite("weft-cluster-topology-spec", TestSuite::Type::UNIT)
{
    AddTestCase(new QuantityTestCase);
    AddTestCase(new SpecTestCase);
    const auto wrong = [this](const std::string& spec, uint32_t column, const std::string& text)
    { AddTestCase(new SpecErrorTestCase(spec, column, text)); };
    wrong("", 1, "unknown topology ''");
    wrong("fat-three:k=4", 1, "expected one of: fat-tree, leaf-spine");
    wrong("fat-tree:k", 10, "'k', expected a parameter in the form key=value");
    wrong("fat-tree:k=4,", 13, "',' at the end");
    wrong("fat-tree:k=4,,rate=1Gbps", 14, "'', expected a parameter");
    wrong("fat-tree:k=4,kk=5", 14, "unknown parameter 'kk', expected one of: k, ");
    wrong("fat-tree:k=4,rate=1Gbps,K=6", 25, "parameter 'K' is given twice");
    wrong("fat-tree:k=", 12, "'' for k, expected a whole number");
    wrong("fat-tree:k=4x", 12, "'4x' for k, expected a whole number");
    wrong("fat-tree:k=1", 12, "'1' for k, expected a whole number in the range 2:1024");
    wrong("fat-tree:k=99999999999999999999", 12, "expected a whole number");
    wrong("fat-tree:k=4,rate=400", 19, "'400' for rate, expected a rate such as 400Gbps");
    wrong("fat-tree:k=4,delay=1", 20, "'1' for delay, expected a time such as 1us");
    wrong("fat-tree:k=4,delay=-1us", 20, "'-1us' for delay, expected a time");
    // parameters that do not fit together
    wrong("fat-tree:k=5", 1, "K is 5, expected an even number");
    wrong("fat-tree:k=4,oversubscription=1.3", 1, "expected a whole number from 1");
    wrong("fat-tree:k=4,oversubscription=0", 1, "expected a whole number from 1");
    wrong("fat-tree:k=6,nics=2", 1, "no whole number of servers");
    wrong("fat-tree:k=1024", 1, "more than 1048576 NICs");
    wrong("fat-tree:rate=0bps", 1, "Rate is 0");
    wrong("leaf-spine:spines=0", 1, "Spines is 0, but 4 Leaves need one");
    wrong("leaf-spine:hosts=65000,spines=1000", 1, "a switch has at most 65535");
    wrong("leaf-spine:nics=2,accelerators=3", 1, "do not divide one another");
    wrong("leaf-spine:accelerators=8,scale-up-rate=0bps", 1, "ScaleUpRate is 0");
    wrong("rail-optimized:servers=5,servers-per-group=2", 1, "no whole number of groups");
    wrong("rail-optimized:rails=4,nics=2", 1, "one NIC for each rail");
}

TopologySpecTestSuite g_topologySpecTestSuite; ///< registers the suite

} // namespace
