/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-topology-graph.h"

#include "ns3/assert.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace ns3::cluster
{

namespace
{

constexpr double PICOSECONDS_PER_METER = 5000;       // light in fibre and copper: about 2/3 c
constexpr uint32_t MAX_PORTS = UINT16_MAX;           // frames carry the number of the ingress port
constexpr uint32_t MAX_ATTACHMENTS = (1U << 24) - 3; // 10.0.0.0/8 numbers them

/** Sets of vertices that reach each other. */
class DisjointSets
{
  public:
    explicit DisjointSets(std::size_t size)
        : m_parent(size)
    {
        std::iota(m_parent.begin(), m_parent.end(), 0U);
    }

    uint32_t Find(uint32_t x)
    {
        while (m_parent[x] != x)
        {
            m_parent[x] = m_parent[m_parent[x]];
            x = m_parent[x];
        }
        return x;
    }

    void Join(uint32_t x, uint32_t y)
    {
        m_parent[Find(x)] = Find(y);
    }

  private:
    std::vector<uint32_t> m_parent;
};

/** @return "server 'a'" or "switch 'b'" */
std::string
NameOf(const TopologyGraph::Vertex& vertex)
{
    return (vertex.kind == TopologyGraph::Kind::SERVER ? "server '" : "switch '") + vertex.name +
           "'";
}

} // namespace

std::string
TopologyError::Format(const std::string& source) const
{
    std::string text = source;
    if (position.line > 0)
    {
        text += ":" + std::to_string(position.line);
    }
    if (position.column > 0)
    {
        text += ":" + std::to_string(position.column);
    }
    return text + ": " + message;
}

uint32_t
TopologyGraph::AddServer(const std::string& name, SourcePosition position)
{
    const auto vertex = static_cast<uint32_t>(m_vertices.size());
    m_vertices.emplace_back();
    m_vertices.back().kind = Kind::SERVER;
    m_vertices.back().name = name;
    m_vertices.back().position = position;
    m_byName.emplace(name, vertex);
    ++m_nServers;
    return vertex;
}

uint32_t
TopologyGraph::AddSwitch(const std::string& name,
                         uint32_t tier,
                         uint32_t group,
                         SourcePosition position)
{
    const auto vertex = static_cast<uint32_t>(m_vertices.size());
    m_vertices.emplace_back();
    m_vertices.back().kind = Kind::SWITCH;
    m_vertices.back().name = name;
    m_vertices.back().tier = tier;
    m_vertices.back().group = group;
    m_vertices.back().position = position;
    m_byName.emplace(name, vertex);
    return vertex;
}

uint32_t
TopologyGraph::AddLink(uint32_t a, uint32_t b, const LinkProperties& link, SourcePosition position)
{
    NS_ASSERT_MSG(a < m_vertices.size() && b < m_vertices.size(),
                  "link between vertices " << a << " and " << b << " of " << m_vertices.size());
    const auto index = static_cast<uint32_t>(m_edges.size());
    Edge edge;
    edge.link = link;
    edge.position = position;
    for (auto [end, vertex] : {std::make_pair(&edge.a, a), std::make_pair(&edge.b, b)})
    {
        Vertex& v = m_vertices[vertex];
        end->vertex = vertex;
        end->port = static_cast<uint32_t>(v.edges.size());
        v.edges.push_back(index);
        if (v.kind == Kind::SERVER)
        {
            v.nicPorts.push_back({static_cast<uint16_t>(end->port), 0});
        }
    }
    m_edges.push_back(edge);
    return index;
}

void
TopologyGraph::SetNicPort(uint32_t server, uint32_t port, NicPort place)
{
    NS_ASSERT_MSG(port < m_vertices[server].nicPorts.size(),
                  "no port " << port << " at " << NameOf(m_vertices[server]));
    m_vertices[server].nicPorts[port] = place;
}

std::vector<uint32_t>
TopologyGraph::GetBond(uint32_t server, uint32_t port) const
{
    const auto& places = m_vertices[server].nicPorts;
    if (places[port].bond == NONE)
    {
        return {port};
    }
    std::vector<uint32_t> ports;
    for (uint32_t other = 0; other < places.size(); ++other)
    {
        if (places[other].bond == places[port].bond)
        {
            ports.push_back(other);
        }
    }
    return ports;
}

bool
TopologyGraph::HasBonds() const
{
    return std::any_of(m_vertices.begin(),
                       m_vertices.end(),
                       [](const Vertex& vertex)
                       {
                           return std::any_of(vertex.nicPorts.begin(),
                                              vertex.nicPorts.end(),
                                              [](const NicPort& place)
                                              { return place.bond != NONE; });
                       });
}

uint32_t
TopologyGraph::AddAccelerator(uint32_t server, std::vector<uint32_t> ports)
{
    NS_ASSERT_MSG(m_vertices[server].kind == Kind::SERVER, "accelerator in a switch");
    m_vertices[server].accelerators.push_back({std::move(ports)});
    return static_cast<uint32_t>(m_vertices[server].accelerators.size() - 1);
}

void
TopologyGraph::SetScaleUp(uint32_t server, ScaleUp scaleUp)
{
    m_vertices[server].scaleUp = scaleUp;
}

void
TopologyGraph::SetGroup(uint32_t vertex, uint32_t group)
{
    m_vertices[vertex].group = group;
}

const std::vector<TopologyGraph::Vertex>&
TopologyGraph::GetVertices() const
{
    return m_vertices;
}

const std::vector<TopologyGraph::Edge>&
TopologyGraph::GetEdges() const
{
    return m_edges;
}

const TopologyGraph::Vertex&
TopologyGraph::GetVertex(uint32_t vertex) const
{
    NS_ASSERT_MSG(vertex < m_vertices.size(), "no vertex " << vertex);
    return m_vertices[vertex];
}

const TopologyGraph::Edge&
TopologyGraph::GetEdge(uint32_t edge) const
{
    NS_ASSERT_MSG(edge < m_edges.size(), "no edge " << edge);
    return m_edges[edge];
}

uint32_t
TopologyGraph::GetNServers() const
{
    return m_nServers;
}

uint32_t
TopologyGraph::GetNSwitches() const
{
    return static_cast<uint32_t>(m_vertices.size()) - m_nServers;
}

uint32_t
TopologyGraph::GetNAttachments() const
{
    uint32_t count = 0;
    for (const auto& vertex : m_vertices)
    {
        count += static_cast<uint32_t>(vertex.nicPorts.size());
    }
    return count;
}

uint32_t
TopologyGraph::GetNAccelerators() const
{
    uint32_t count = 0;
    for (const auto& vertex : m_vertices)
    {
        count += static_cast<uint32_t>(vertex.accelerators.size());
    }
    return count;
}

std::vector<TopologyGraph::Attachment>
TopologyGraph::GetAttachments() const
{
    std::vector<Attachment> attachments;
    attachments.reserve(GetNAttachments());
    for (uint32_t v = 0; v < m_vertices.size(); ++v)
    {
        for (uint32_t port = 0; port < m_vertices[v].nicPorts.size(); ++port)
        {
            attachments.push_back({v, port});
        }
    }
    return attachments;
}

std::vector<TopologyGraph::AcceleratorPlace>
TopologyGraph::GetAccelerators() const
{
    std::vector<AcceleratorPlace> places;
    places.reserve(GetNAccelerators());
    for (uint32_t v = 0; v < m_vertices.size(); ++v)
    {
        for (uint32_t index = 0; index < m_vertices[v].accelerators.size(); ++index)
        {
            places.push_back({v, index});
        }
    }
    return places;
}

uint32_t
TopologyGraph::Find(const std::string& name) const
{
    const auto it = m_byName.find(name);
    return it == m_byName.end() ? NONE : it->second;
}

const TopologyGraph::End&
TopologyGraph::GetFarEnd(uint32_t edge, uint32_t vertex) const
{
    const Edge& e = GetEdge(edge);
    return e.a.vertex == vertex ? e.b : e.a;
}

double
TopologyGraph::GetCableMeters(const LinkProperties& link)
{
    return link.cableMeters > 0 ? link.cableMeters
                                : static_cast<double>(link.delay) / PICOSECONDS_PER_METER;
}

std::vector<TopologyError>
TopologyGraph::Validate() const
{
    std::vector<TopologyError> errors;
    if (m_nServers == 0)
    {
        errors.push_back({"the topology has no server", {}});
    }
    CheckVertices(errors);
    CheckEdges(errors);
    CheckConnected(errors);
    return errors;
}

void
TopologyGraph::CheckVertices(std::vector<TopologyError>& errors) const
{
    uint64_t attachments = 0;
    for (uint32_t v = 0; v < m_vertices.size(); ++v)
    {
        const Vertex& vertex = m_vertices[v];
        const bool server = vertex.kind == Kind::SERVER;
        if (vertex.name.empty())
        {
            errors.push_back(
                {std::string(server ? "server " : "switch ") + std::to_string(v) + " has no name",
                 vertex.position});
        }
        const uint32_t first = Find(vertex.name);
        if (first != v)
        {
            const uint32_t line = m_vertices[first].position.line;
            errors.push_back(
                {"duplicate name '" + vertex.name + "'" +
                     (line > 0 ? ", first used in line " + std::to_string(line) : std::string()),
                 vertex.position});
        }
        if (vertex.edges.size() > MAX_PORTS)
        {
            errors.push_back({NameOf(vertex) + " has " + std::to_string(vertex.edges.size()) +
                                  " ports; a device has at most " + std::to_string(MAX_PORTS),
                              vertex.position});
        }
        if (!server)
        {
            if (vertex.tier == 0)
            {
                errors.push_back({NameOf(vertex) + " has tier 0; switches count from 1 (leaf)",
                                  vertex.position});
            }
            continue;
        }
        attachments += vertex.nicPorts.size();
        CheckServer(vertex, errors);
    }
    if (attachments > MAX_ATTACHMENTS)
    {
        errors.push_back({std::to_string(attachments) + " NIC ports; there are addresses for " +
                              std::to_string(MAX_ATTACHMENTS),
                          {}});
    }
}

void
TopologyGraph::CheckServer(const Vertex& server, std::vector<TopologyError>& errors) const
{
    for (std::size_t i = 0; i < server.accelerators.size(); ++i)
    {
        const std::string name = "accelerator " + std::to_string(i) + " of " + NameOf(server);
        const std::vector<uint32_t>& ports = server.accelerators[i].ports;
        for (uint32_t port : ports)
        {
            if (port >= server.edges.size())
            {
                errors.push_back({name + " uses NIC port " + std::to_string(port) +
                                      ", but the server has " +
                                      std::to_string(server.edges.size()) + " (from 0)",
                                  server.position});
            }
        }
        if (ports.empty() && m_nServers > 1 && !server.edges.empty())
        {
            errors.push_back(
                {name + " uses no NIC port: it cannot reach other servers", server.position});
        }
    }
    for (uint32_t port = 0; port < server.nicPorts.size(); ++port)
    {
        const uint32_t first = server.nicPorts[port].bond;
        if (first == NONE)
        {
            continue;
        }
        const std::string name =
            "NIC port " + std::to_string(port) + " of " + NameOf(server) + " is in a bond ";
        if (first >= server.nicPorts.size() || server.nicPorts[first].bond != first || first > port)
        {
            errors.push_back(
                {name + "whose first port " + std::to_string(first) + " is not", server.position});
        }
        else if (m_edges[server.edges[port]].link.bitRate !=
                 m_edges[server.edges[first]].link.bitRate)
        {
            errors.push_back({name + "with a port of another rate", server.position});
        }
        else if (const Edge& edge = m_edges[server.edges[port]];
                 m_vertices[edge.a.vertex].kind == m_vertices[edge.b.vertex].kind)
        {
            errors.push_back({name + "and not cabled to a switch", server.position});
        }
    }
    if (server.accelerators.size() > 1 && server.scaleUp.bitRate == 0)
    {
        errors.push_back({NameOf(server) + " has " + std::to_string(server.accelerators.size()) +
                              " accelerators but no scale-up domain (its rate is 0)",
                          server.position});
    }
    if (server.scaleUp.latency < 0)
    {
        errors.push_back(
            {"the scale-up latency of " + NameOf(server) + " is negative", server.position});
    }
}

void
TopologyGraph::CheckEdges(std::vector<TopologyError>& errors) const
{
    for (const Edge& edge : m_edges)
    {
        const Vertex& a = m_vertices[edge.a.vertex];
        const Vertex& b = m_vertices[edge.b.vertex];
        const std::string name = "link " + a.name + " - " + b.name;
        if (edge.a.vertex == edge.b.vertex)
        {
            errors.push_back({name + " connects " + NameOf(a) + " to itself", edge.position});
        }
        if (edge.link.bitRate == 0)
        {
            errors.push_back({name + " has rate 0", edge.position});
        }
        if (edge.link.delay < 0)
        {
            errors.push_back({name + " has a negative delay", edge.position});
        }
        if (!(edge.link.lossRate >= 0 && edge.link.lossRate <= 1))
        {
            errors.push_back({name + " has loss rate " + std::to_string(edge.link.lossRate) +
                                  ", expected a probability from 0 to 1",
                              edge.position});
        }
        if (!(edge.link.cableMeters >= 0))
        {
            errors.push_back({name + " has a negative length", edge.position});
        }
    }
}

void
TopologyGraph::CheckConnected(std::vector<TopologyError>& errors) const
{
    if (m_nServers < 2)
    {
        return;
    }
    // Servers join what they are plugged into although they do not forward: rails without spines
    // are a valid fabric, as traffic between them goes through the scale-up domain.
    DisjointSets sets(m_vertices.size());
    for (const Edge& edge : m_edges)
    {
        sets.Join(edge.a.vertex, edge.b.vertex);
    }
    uint32_t first = NONE;
    for (uint32_t v = 0; v < m_vertices.size(); ++v)
    {
        const Vertex& vertex = m_vertices[v];
        if (vertex.kind != Kind::SERVER)
        {
            continue;
        }
        if (vertex.edges.empty())
        {
            errors.push_back(
                {NameOf(vertex) + " is disconnected: it has no link", vertex.position});
        }
        else if (first == NONE)
        {
            first = v;
        }
        else if (sets.Find(v) != sets.Find(first))
        {
            errors.push_back({NameOf(vertex) + " is disconnected: it has no path to " +
                                  NameOf(m_vertices[first]),
                              vertex.position});
        }
    }
}

} // namespace ns3::cluster
