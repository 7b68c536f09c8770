/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-routes.h"

#include "cluster-path-weights.h"

#include "ns3/fabric-scheduled-switch.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

namespace ns3::cluster
{

namespace
{

/** @return whether the ports of a switch are to have weights */
bool
IsWeighted(const fabric::Switch& device)
{
    if (const auto scheduled = dynamic_cast<const fabric::ScheduledSwitch*>(&device))
    {
        return scheduled->IsWeighted();
    }
    return device.GetLoadBalancer() && device.GetLoadBalancer()->IsWeighted();
}

/** Bonded NIC ports and the leaves that they are at. */
class BondRoutes
{
  public:
    /** @param graph the network @param down see ComputeRoutes */
    BondRoutes(const TopologyGraph& graph, const std::vector<bool>& down)
        : m_graph(graph),
          m_down(down)
    {
        const auto attachments = graph.GetAttachments();
        for (uint32_t address = 0; address < attachments.size(); ++address)
        {
            const auto& place = attachments[address];
            const auto& vertex = graph.GetVertex(place.server);
            if (vertex.nicPorts[place.port].bond == place.port)
            {
                m_bonds.push_back({place.server, address - place.port, place.port});
            }
        }
    }

    /** @return how many there are */
    std::size_t GetN() const
    {
        return m_bonds.size();
    }

    /**
     * Add next hops to all bonds.
     *
     * @param paths of the graph; its destination changes
     * @param [in,out] routes of all switches
     */
    void AddTo(ShortestPaths& paths, std::vector<SwitchRoutes>& routes) const
    {
        auto setOfBond = std::make_shared<std::vector<uint32_t>>();
        std::map<std::vector<uint32_t>, uint32_t> sets;
        for (uint32_t bond = 0; bond < m_bonds.size(); ++bond)
        {
            const auto leaves = FindLeaves(paths, bond, routes);
            setOfBond->push_back(
                sets.emplace(leaves, static_cast<uint32_t>(sets.size())).first->second);
        }
        for (auto& route : routes)
        {
            route.bySet.resize(sets.size());
            route.setOfBond = setOfBond;
        }
        for (const auto& [leaves, set] : sets)
        {
            paths.SetDestinations(leaves);
            for (uint32_t v = 0; v < routes.size(); ++v)
            {
                if (m_graph.GetVertex(v).kind == TopologyGraph::Kind::SWITCH)
                {
                    paths.GetNextHops(v, routes[v].bySet[set].ports);
                }
            }
        }
    }

  private:
    /** The ports of a server that share an address. */
    struct Bond
    {
        uint32_t server;       ///< vertex
        uint32_t firstAddress; ///< address of the server's port 0
        uint32_t port;         ///< first port
    };

    /**
     * @return leaves that a bond can be reached by, each once, ascending; what they do with its
     *         frames is in their routes
     */
    std::vector<uint32_t> FindLeaves(const ShortestPaths& paths,
                                     uint32_t index,
                                     std::vector<SwitchRoutes>& routes) const
    {
        const Bond& bond = m_bonds[index];
        std::map<uint32_t, std::vector<uint16_t>> portsAt;
        for (const uint32_t port : m_graph.GetBond(bond.server, bond.port))
        {
            const uint32_t edge = m_graph.GetVertex(bond.server).edges[port];
            if (m_down.empty() || !m_down[edge])
            {
                const uint32_t address = bond.firstAddress + port;
                portsAt[paths.GetLeafOfAttachment(address)].push_back(paths.GetLeafPort(address));
            }
        }
        std::vector<uint32_t> leaves;
        for (auto& [leaf, ports] : portsAt)
        {
            leaves.push_back(leaf);
            std::sort(ports.begin(), ports.end());
            routes[paths.GetLeafVertex(leaf)].ownBonds.push_back({index, {ports, {}}});
        }
        return leaves;
    }

    const TopologyGraph& m_graph;    ///< the network
    const std::vector<bool>& m_down; ///< by edge: it is down
    std::vector<Bond> m_bonds;       ///< in the order of their first attachments
};

} // namespace

Ptr<fabric::FabricDirectory>
InstallRoutes(const TopologyGraph& graph,
              const std::vector<Ptr<fabric::Switch>>& switches,
              ShortestPaths::Rule rule)
{
    ShortestPaths paths(graph);
    auto directory = Create<fabric::FabricDirectory>();
    for (uint32_t v = 0; v < switches.size(); ++v)
    {
        if (switches[v])
        {
            fabric::RoutingTable& table = switches[v]->GetRoutingTable();
            table.SetDirectory(directory);
            if (paths.GetLeafOfVertex(v) != ShortestPaths::NONE)
            {
                table.SetLeaf(paths.GetLeafOfVertex(v));
            }
        }
    }
    const auto attachments = graph.GetAttachments();
    uint32_t bondLeaf = paths.GetNLeaves(); // one leaf before theirs is nowhere
    for (uint32_t address = 0; address < graph.GetNAttachments(); ++address)
    {
        const uint32_t leaf = paths.GetLeafOfAttachment(address);
        const auto& place = attachments[address];
        const uint32_t first = graph.GetVertex(place.server).nicPorts[place.port].bond;
        if (first != TopologyGraph::NONE)
        {
            // Nobody sends to the others of a bond.
            directory->Add(first == place.port ? ++bondLeaf : paths.GetNLeaves());
            continue;
        }
        if (leaf == ShortestPaths::NONE)
        {
            directory->Add(paths.GetNLeaves());
            continue;
        }
        directory->Add(leaf);
        switches[paths.GetLeafVertex(leaf)]->GetRoutingTable().SetHostPort(
            directory->Find(address).slot, paths.GetLeafPort(address));
    }
    const auto routes = ComputeRoutes(graph, switches, {}, rule);
    for (uint32_t v = 0; v < switches.size(); ++v)
    {
        if (switches[v])
        {
            ApplyRoutes(*switches[v], routes[v]);
        }
    }
    return directory;
}

std::vector<SwitchRoutes>
ComputeRoutes(const TopologyGraph& graph,
              const std::vector<Ptr<fabric::Switch>>& switches,
              const std::vector<bool>& down,
              ShortestPaths::Rule rule)
{
    ShortestPaths paths(graph, down, rule);
    std::optional<PathWeights> weights;
    for (const auto& device : switches)
    {
        if (!weights && device && IsWeighted(*device))
        {
            weights.emplace(graph, paths);
        }
    }
    std::vector<SwitchRoutes> routes(switches.size());
    for (uint32_t leaf = 0; leaf < paths.GetNLeaves(); ++leaf)
    {
        paths.SetDestination(leaf);
        if (weights)
        {
            weights->SetDestination(leaf);
        }
        for (uint32_t v = 0; v < switches.size(); ++v)
        {
            if (!switches[v])
            {
                continue;
            }
            routes[v].byLeaf.emplace_back();
            auto& hops = routes[v].byLeaf.back();
            paths.GetNextHops(v, hops.ports);
            if (weights && IsWeighted(*switches[v]))
            {
                hops.weights = weights->GetWeights(v);
            }
        }
    }
    if (const BondRoutes bonds(graph, down); bonds.GetN() > 0)
    {
        bonds.AddTo(paths, routes);
    }
    return routes;
}

void
ApplyRoutes(fabric::Switch& device, const SwitchRoutes& routes)
{
    fabric::RoutingTable& table = device.GetRoutingTable();
    table.ClearRoutes();
    const auto set = [&table](std::size_t leaf, const SwitchRoutes::NextHops& hops)
    {
        if (!hops.ports.empty())
        {
            table.SetGroup(static_cast<uint32_t>(leaf), table.AddGroup(hops.ports, hops.weights));
        }
    };
    for (std::size_t leaf = 0; leaf < routes.byLeaf.size(); ++leaf)
    {
        set(leaf, routes.byLeaf[leaf]);
    }
    const std::size_t firstBond = routes.byLeaf.size() + 1;
    for (std::size_t bond = 0; routes.setOfBond && bond < routes.setOfBond->size(); ++bond)
    {
        set(firstBond + bond, routes.bySet[(*routes.setOfBond)[bond]]);
    }
    for (const auto& own : routes.ownBonds)
    {
        set(firstBond + own.bond, own.hops);
    }
}

std::vector<std::vector<uint16_t>>
FindFloodPorts(const TopologyGraph& graph)
{
    const auto& vertices = graph.GetVertices();
    std::vector<std::vector<uint16_t>> flood(vertices.size());
    std::vector<bool> reached(vertices.size(), false);
    std::vector<uint32_t> queue;
    for (uint32_t root = 0; root < vertices.size(); ++root)
    {
        if (reached[root] || vertices[root].kind != TopologyGraph::Kind::SWITCH)
        {
            continue;
        }
        reached[root] = true;
        queue.assign(1, root);
        for (std::size_t i = 0; i < queue.size(); ++i)
        {
            const uint32_t v = queue[i];
            for (uint32_t port = 0; port < vertices[v].edges.size(); ++port)
            {
                const TopologyGraph::End& far = graph.GetFarEnd(vertices[v].edges[port], v);
                const bool server = vertices[far.vertex].kind == TopologyGraph::Kind::SERVER;
                if (server || !reached[far.vertex])
                {
                    flood[v].push_back(static_cast<uint16_t>(port));
                }
                if (!server && !reached[far.vertex])
                {
                    flood[far.vertex].push_back(static_cast<uint16_t>(far.port));
                    reached[far.vertex] = true;
                    queue.push_back(far.vertex);
                }
            }
        }
    }
    for (auto& ports : flood)
    {
        std::sort(ports.begin(), ports.end());
    }
    return flood;
}

} // namespace ns3::cluster
