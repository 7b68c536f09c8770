/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/cluster-shortest-paths.h"
#include "ns3/cluster-topology-graph.h"
#include "ns3/cluster-topology-spec.h"
#include "ns3/fabric-time.h"
#include "ns3/test.h"

#include <set>

/**
 * @ingroup cluster-tests
 * Graph, generators and shortest paths: counts, degrees, hops and numbers of equal paths, against
 * the closed forms of each topology.
 */

using namespace ns3;
using namespace ns3::cluster;

namespace
{

/** @return the graph of a description that must be right */
TopologyGraph
Make(const std::string& spec)
{
    fabric::UsePicoseconds();
    std::vector<TopologyError> errors;
    auto graph = GenerateTopology(spec, errors);
    for (const auto& error : errors)
    {
        std::cerr << error.Format(spec) << "\n";
    }
    NS_ABORT_MSG_IF(!graph, "no graph for " << spec);
    return *graph;
}

/** Counts, and hop counts between chosen pairs, of one topology. */
struct Expectation
{
    std::string spec;     ///< description
    uint32_t servers;     ///< servers
    uint32_t switches;    ///< switches
    uint32_t links;       ///< links
    uint32_t attachments; ///< NIC ports
};

/** Counts against closed forms, and the graph's own validation. */
class CountsTestCase : public TestCase
{
  public:
    explicit CountsTestCase(const Expectation& expected)
        : TestCase("counts of " + expected.spec),
          m_expected(expected)
    {
    }

  private:
    void DoRun() override
    {
        const TopologyGraph graph = Make(m_expected.spec);
        NS_TEST_ASSERT_MSG_EQ(graph.GetNServers(), m_expected.servers, "servers");
        NS_TEST_ASSERT_MSG_EQ(graph.GetNSwitches(), m_expected.switches, "switches");
        NS_TEST_ASSERT_MSG_EQ(graph.GetEdges().size(), m_expected.links, "links");
        NS_TEST_ASSERT_MSG_EQ(graph.GetNAttachments(), m_expected.attachments, "attachments");
        NS_TEST_ASSERT_MSG_EQ(graph.GetAttachments().size(), m_expected.attachments, "attachments");
        NS_TEST_ASSERT_MSG_EQ(graph.Validate().size(), 0, "errors");
    }

    Expectation m_expected; ///< what to find
};

/** Fat-tree: degree K everywhere, 2, 4 and 6 links between hosts, 1, K/2 and (K/2)^2 paths. */
class FatTreeTestCase : public TestCase
{
  public:
    explicit FatTreeTestCase(uint32_t k)
        : TestCase("fat-tree of " + std::to_string(k) + " ports"),
          m_k(k)
    {
    }

  private:
    void DoRun() override
    {
        const TopologyGraph graph = Make("fat-tree:k=" + std::to_string(m_k));
        const uint32_t half = m_k / 2;
        std::vector<uint32_t> perTier(4, 0);
        for (const auto& vertex : graph.GetVertices())
        {
            ++perTier[vertex.tier];
            NS_TEST_ASSERT_MSG_EQ(
                vertex.edges.size(), (vertex.tier == 0 ? 1 : m_k), "degree of " << vertex.name);
        }
        NS_TEST_ASSERT_MSG_EQ(perTier[1], m_k * half, "edge switches");
        NS_TEST_ASSERT_MSG_EQ(perTier[2], m_k * half, "aggregation switches");
        NS_TEST_ASSERT_MSG_EQ(perTier[3], half * half, "core switches");

        // every core switch has exactly one link into every pod
        for (uint32_t v = 0; v < graph.GetVertices().size(); ++v)
        {
            if (graph.GetVertex(v).tier != 3)
            {
                continue;
            }
            std::set<uint32_t> pods;
            for (uint32_t edge : graph.GetVertex(v).edges)
            {
                pods.insert(graph.GetVertex(graph.GetFarEnd(edge, v).vertex).group);
            }
            NS_TEST_ASSERT_MSG_EQ(pods.size(), m_k, "pods of " << graph.GetVertex(v).name);
        }

        ShortestPaths paths(graph);
        NS_TEST_ASSERT_MSG_EQ(paths.GetNLeaves(), m_k * half, "leaves");
        const uint32_t hosts = graph.GetNServers();
        for (uint32_t b = 1; b < hosts; ++b)
        {
            const bool sameEdge = b / half == 0;
            const bool samePod = b / (half * half) == 0;
            const uint32_t links = sameEdge ? 2 : samePod ? 4 : 6;
            const uint32_t ways = sameEdge ? 1 : samePod ? half : half * half;
            NS_TEST_ASSERT_MSG_EQ(paths.FindPath(0, b).size(), links, "links from 0 to " << b);
            NS_TEST_ASSERT_MSG_EQ(paths.CountPaths(0, b), ways, "paths from 0 to " << b);
            NS_TEST_ASSERT_MSG_EQ(paths.CountPaths(b, 0), ways, "paths from " << b << " to 0");
        }
    }

    uint32_t m_k; ///< ports of a switch
};

/** Every shortest path is a chain of links from NIC to NIC; every pair has one. */
class AllPairsTestCase : public TestCase
{
  public:
    explicit AllPairsTestCase(const std::string& spec)
        : TestCase("all pairs of " + spec),
          m_spec(spec)
    {
    }

  private:
    void DoRun() override
    {
        const TopologyGraph graph = Make(m_spec);
        ShortestPaths paths(graph);
        const auto attachments = graph.GetAttachments();
        for (uint32_t from = 0; from < attachments.size(); ++from)
        {
            for (uint32_t to = 0; to < attachments.size(); ++to)
            {
                if (from == to)
                {
                    continue;
                }
                const auto path = paths.FindPath(from, to);
                NS_TEST_ASSERT_MSG_EQ(path.empty(), false, "no path " << from << " to " << to);
                uint32_t v = attachments[from].server;
                for (std::size_t i = 0; i < path.size(); ++i)
                {
                    const auto& edge = graph.GetEdge(path[i]);
                    NS_TEST_ASSERT_MSG_EQ(
                        (edge.a.vertex == v || edge.b.vertex == v), true, "a gap in the path");
                    v = graph.GetFarEnd(path[i], v).vertex;
                    const bool server = graph.GetVertex(v).kind == TopologyGraph::Kind::SERVER;
                    NS_TEST_ASSERT_MSG_EQ(server, (i + 1 == path.size()), "a server forwards");
                }
                NS_TEST_ASSERT_MSG_EQ(v, attachments[to].server, "the path ends elsewhere");
                NS_TEST_ASSERT_MSG_EQ(path.back(),
                                      graph.GetVertex(v).edges[attachments[to].port],
                                      "the path ends at another port");
            }
        }
    }

    std::string m_spec; ///< description
};

/** Leaf-spine: one hop count for any two leaves, spines * links equal paths, oversubscription. */
class LeafSpineTestCase : public TestCase
{
  public:
    LeafSpineTestCase()
        : TestCase("leaf-spine paths")
    {
    }

  private:
    void DoRun() override
    {
        const TopologyGraph graph = Make("leaf-spine:leaves=3,spines=5,hosts=2,links-per-pair=2,"
                                         "rate=100Gbps,fabric-rate=25Gbps");
        ShortestPaths paths(graph);
        NS_TEST_ASSERT_MSG_EQ(paths.CountPaths(0, 1), 1, "same leaf");
        NS_TEST_ASSERT_MSG_EQ(paths.FindPath(0, 1).size(), 2, "same leaf");
        NS_TEST_ASSERT_MSG_EQ(paths.CountPaths(0, 2), 20, "5 spines by 2 links up by 2 down");
        NS_TEST_ASSERT_MSG_EQ(paths.FindPath(0, 5).size(), 4, "leaf, spine, leaf");
    }
};

/** Rail-optimised: equal rails of a group are one switch apart; accelerators sit on their NIC. */
class RailTestCase : public TestCase
{
  public:
    RailTestCase()
        : TestCase("rail-optimised wiring")
    {
    }

  private:
    void DoRun() override
    {
        // 6 servers in 2 groups of 3, 4 rails: leaves 0-0 .. 0-3 and 1-0 .. 1-3
        const TopologyGraph graph =
            Make("rail-optimized:servers=6,servers-per-group=3,rails=4,spines=2");
        ShortestPaths paths(graph);
        const auto at = [](uint32_t server, uint32_t rail) { return server * 4 + rail; };
        for (uint32_t rail = 0; rail < 4; ++rail)
        {
            NS_TEST_ASSERT_MSG_EQ(paths.FindPath(at(0, rail), at(2, rail)).size(), 2, "same leaf");
            NS_TEST_ASSERT_MSG_EQ(paths.FindPath(at(0, rail), at(3, rail)).size(), 4, "via spine");
            NS_TEST_ASSERT_MSG_EQ(paths.CountPaths(at(0, rail), at(3, rail)), 2, "two spines");
        }
        NS_TEST_ASSERT_MSG_EQ(paths.FindPath(at(0, 0), at(2, 1)).size(), 4, "rails meet above");
        for (uint32_t server = 0; server < 6; ++server)
        {
            const auto& vertex = graph.GetVertex(server);
            NS_TEST_ASSERT_MSG_EQ(vertex.accelerators.size(), 4, "one for each NIC");
            NS_TEST_ASSERT_MSG_EQ(vertex.scaleUp.bitRate, 2'400'000'000'000, "A100 NVLink");
            NS_TEST_ASSERT_MSG_EQ(vertex.scaleUp.latency, 500'000, "0.5 us");
            for (uint32_t i = 0; i < 4; ++i)
            {
                NS_TEST_ASSERT_MSG_EQ(vertex.nicPorts[i].rail, i, "rail of port");
                NS_TEST_ASSERT_MSG_EQ(vertex.accelerators[i].ports.size(), 1, "one NIC");
                NS_TEST_ASSERT_MSG_EQ(vertex.accelerators[i].ports[0], i, "its own NIC");
                const uint32_t leaf = graph.GetFarEnd(vertex.edges[i], server).vertex;
                NS_TEST_ASSERT_MSG_EQ(graph.GetVertex(leaf).name,
                                      "leaf-" + std::to_string(server / 3) + "-" +
                                          std::to_string(i),
                                      "leaf of a NIC");
            }
        }

        // rails without spines have no path between them, and that is no error
        const TopologyGraph railOnly = Make("rail-optimized:servers=2,rails=2,spines=0");
        ShortestPaths separate(railOnly);
        NS_TEST_ASSERT_MSG_EQ(separate.FindPath(0, 2).size(), 2, "same rail");
        NS_TEST_ASSERT_MSG_EQ(separate.FindPath(0, 3).size(), 0, "no path between rails");
        NS_TEST_ASSERT_MSG_EQ(separate.CountPaths(0, 3), 0, "no path between rails");
    }
};

/** Accelerators and NICs of a server: shared NIC, own NIC, several NICs. */
class AcceleratorTestCase : public TestCase
{
  public:
    AcceleratorTestCase()
        : TestCase("accelerators and NICs")
    {
    }

  private:
    void DoRun() override
    {
        // 8 accelerators, 2 NICs: 0 to 3 share NIC 0, 4 to 7 share NIC 1
        TopologyGraph graph = Make("leaf-spine:leaves=1,spines=0,hosts=2,nics=2,accelerators=8");
        NS_TEST_ASSERT_MSG_EQ(graph.GetNAccelerators(), 16, "accelerators");
        NS_TEST_ASSERT_MSG_EQ(graph.GetVertex(1).accelerators[3].ports[0], 0, "NIC 0");
        NS_TEST_ASSERT_MSG_EQ(graph.GetVertex(1).accelerators[4].ports[0], 1, "NIC 1");
        NS_TEST_ASSERT_MSG_EQ(graph.GetVertex(1).nicPorts[1].rail, 0, "one leaf, one rail");
        const auto places = graph.GetAccelerators();
        NS_TEST_ASSERT_MSG_EQ(places[8].server, 1, "server by server");
        NS_TEST_ASSERT_MSG_EQ(places[15].index, 7, "index in the server");

        // 2 accelerators, 4 NICs: two each
        graph = Make("leaf-spine:leaves=1,spines=0,hosts=2,nics=4,accelerators=2");
        const auto& ports = graph.GetVertex(0).accelerators[1].ports;
        NS_TEST_ASSERT_MSG_EQ(ports.size(), 2, "two NICs");
        NS_TEST_ASSERT_MSG_EQ(ports[0], 2, "the third");
        NS_TEST_ASSERT_MSG_EQ(ports[1], 3, "and the fourth");
    }
};

/** What Validate must find in graphs made by hand, with the position of the culprit. */
class ValidationTestCase : public TestCase
{
  public:
    ValidationTestCase()
        : TestCase("faults of a graph")
    {
    }

  private:
    /** Assert that the only error contains a text and has a line. */
    void Expect(const TopologyGraph& graph, const std::string& text, uint32_t line)
    {
        const auto errors = graph.Validate();
        NS_TEST_ASSERT_MSG_EQ(errors.size(), 1, "number of errors, expected: " << text);
        NS_TEST_ASSERT_MSG_NE(errors[0].message.find(text),
                              std::string::npos,
                              "'" << errors[0].message << "' should contain: " << text);
        NS_TEST_ASSERT_MSG_EQ(errors[0].position.line, line, errors[0].message);
    }

    /** @return two servers at a switch */
    static TopologyGraph Good()
    {
        TopologyGraph graph;
        graph.AddServer("a", {1, 1});
        graph.AddServer("b", {2, 1});
        graph.AddSwitch("s", 1, TopologyGraph::NONE, {3, 1});
        graph.AddLink(0, 2, GoodLink(), {4, 1});
        graph.AddLink(1, 2, GoodLink(), {5, 1});
        return graph;
    }

    static TopologyGraph::LinkProperties GoodLink()
    {
        return {100'000'000'000, 1'000'000, 0, 0};
    }

    void DoRun() override
    {
        NS_TEST_ASSERT_MSG_EQ(Good().Validate().size(), 0, "a good graph");
        Expect(TopologyGraph(), "no server", 0);

        TopologyGraph graph = Good();
        graph.AddServer("c", {7, 3});
        Expect(graph, "server 'c' is disconnected: it has no link", 7);

        graph = Good();
        graph.AddServer("c", {7, 3});
        graph.AddSwitch("t", 1, TopologyGraph::NONE, {8, 3});
        graph.AddLink(3, 4, GoodLink(), {9, 3});
        Expect(graph, "server 'c' is disconnected: it has no path to server 'a'", 7);

        graph = Good();
        graph.AddSwitch("a", 1, TopologyGraph::NONE, {6, 1});
        Expect(graph, "duplicate name 'a', first used in line 1", 6);

        graph = Good();
        graph.AddLink(2, 2, GoodLink(), {6, 1});
        Expect(graph, "connects switch 's' to itself", 6);

        auto link = GoodLink();
        link.bitRate = 0;
        graph = Good();
        graph.AddLink(0, 2, link, {6, 1});
        Expect(graph, "link a - s has rate 0", 6);

        link = GoodLink();
        link.lossRate = 1.5;
        graph = Good();
        graph.AddLink(0, 2, link, {6, 1});
        Expect(graph, "loss rate 1.5", 6);

        link = GoodLink();
        link.delay = -1;
        graph = Good();
        graph.AddLink(0, 2, link, {6, 1});
        Expect(graph, "negative delay", 6);

        graph = Good();
        graph.AddAccelerator(1, {0, 1});
        Expect(graph, "uses NIC port 1, but the server has 1", 2);

        graph = Good();
        graph.AddAccelerator(1, {});
        Expect(graph, "uses no NIC port", 2);

        graph = Good();
        graph.AddAccelerator(1, {0});
        graph.AddAccelerator(1, {0});
        Expect(graph, "no scale-up domain", 2);

        NS_TEST_ASSERT_MSG_EQ(
            (TopologyError{"wrong", {3, 4}}.Format("a.txt")), "a.txt:3:4: wrong", "position");
        NS_TEST_ASSERT_MSG_EQ(
            (TopologyError{"wrong", {}}.Format("a.txt")), "a.txt: wrong", "no position");
    }
};

/** The suite. */
class TopologyTestSuite : public TestSuite
{
  public:
    TopologyTestSuite();
};

TopologyTestSuite::TopologyTestSuite()
    : TestSuite("weft-cluster-topology", TestSuite::Type::UNIT)
{
    // fat-tree K: K^3/4 hosts, 5K^2/4 switches, 3 * K^3/4 links
    for (uint32_t k : {2U, 4U, 6U, 8U, 16U})
    {
        const uint32_t hosts = k * k * k / 4;
        AddTestCase(new CountsTestCase(
            {"fat-tree:k=" + std::to_string(k), hosts, 5 * k * k / 4, 3 * hosts, hosts}));
    }
    // 2:1 at the edge: 2 * K^3/4 hosts, each with a link, above them as before
    AddTestCase(new CountsTestCase({"fat-tree:k=4,oversubscription=2", 32, 20, 32 + 32, 32}));
    AddTestCase(new CountsTestCase({"fat-tree:k=4,oversubscription=0.5", 8, 20, 8 + 32, 8}));
    AddTestCase(new CountsTestCase({"fat-tree:k=8,nics=2", 64, 80, 384, 128}));
    // L leaves, S spines, H hosts of N NICs: L*H servers, L*H*N + L*S*P links
    AddTestCase(new CountsTestCase({"leaf-spine:leaves=3,spines=5,hosts=7", 21, 8, 36, 21}));
    AddTestCase(new CountsTestCase(
        {"leaf-spine:leaves=4,spines=2,hosts=3,nics=2,links-per-pair=3", 12, 6, 48, 24}));
    AddTestCase(new CountsTestCase({"leaf-spine:leaves=1,spines=0,hosts=5", 5, 1, 5, 5}));
    // DGX SuperPOD: 4 scalable units of 32 servers: 1,024 GPUs, 8 leaves each
    AddTestCase(new CountsTestCase({"rail-optimized:servers=128,servers-per-group=32,spines=16",
                                    128,
                                    32 + 16,
                                    1024 + 512,
                                    1024}));
    for (uint32_t k : {2U, 4U, 6U})
    {
        AddTestCase(new FatTreeTestCase(k));
    }
    AddTestCase(new LeafSpineTestCase);
    AddTestCase(new RailTestCase);
    AddTestCase(new AcceleratorTestCase);
    for (const auto* spec : {"fat-tree:k=4,oversubscription=1.5",
                             "leaf-spine:leaves=3,spines=2,hosts=5,links-per-pair=3",
                             "leaf-spine:leaves=7,spines=1,hosts=1",
                             "rail-optimized:servers=5,rails=3,spines=2",
                             "rail-optimized:servers=6,servers-per-group=2,rails=1,spines=3"})
    {
        AddTestCase(new AllPairsTestCase(spec));
    }
    AddTestCase(new ValidationTestCase);
}

TopologyTestSuite g_topologyTestSuite; ///< registers the suite

} // namespace
