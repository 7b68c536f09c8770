/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_TOPOLOGY_GRAPH_H
#define CLUSTER_TOPOLOGY_GRAPH_H

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * Where in its source file something was written. Lines and columns count from 1; 0 is unknown.
 */
struct SourcePosition
{
    uint32_t line{0};   ///< line, 0 if unknown
    uint32_t column{0}; ///< column, 0 if unknown
};

/**
 * @ingroup cluster
 * Something wrong with a topology or with the text that describes it.
 */
struct TopologyError
{
    std::string message;     ///< what is wrong and what was expected
    SourcePosition position; ///< where, if it is known

    /**
     * @param source name of the file or other text that was read
     * @return "source:line:column: message", without the parts that are unknown
     */
    std::string Format(const std::string& source) const;
};

/**
 * @ingroup cluster
 * A cluster as a graph: servers with accelerators and NIC ports, switches, and cables. Plain data,
 * made by a TopologyGenerator or a reader, from which ClusterBuilder makes simulation objects.
 *
 * A vertex is a server or a switch, and has ports numbered from 0 in the order of the links added.
 * Several links between the same two vertices are allowed. A server may have several NIC ports,
 * each with the index of its rail and plane, and any number of accelerators, each of which uses one
 * or several of these ports; accelerators of a server talk through its scale-up domain.
 *
 * Everything is numbered densely in the order it was added. Derived numberings, which all other
 * classes share:
 * - an attachment is a NIC port of a server; attachments are numbered server by server, port by
 * port, and the number is the fabric::FabricAddress of the port;
 * - accelerators are numbered server by server.
 */
class TopologyGraph
{
  public:
    /** No vertex, edge or group. */
    static constexpr uint32_t NONE = UINT32_MAX;

    /** What a vertex is. */
    enum class Kind : uint8_t
    {
        SERVER,
        SWITCH,
    };

    /** One end of a link. */
    struct End
    {
        uint32_t vertex{NONE}; ///< vertex
        uint32_t port{0};      ///< port of the vertex
    };

    /** Physical properties of a cable, the same in both directions. */
    struct LinkProperties
    {
        uint64_t bitRate{0};   ///< rate, bit/s
        int64_t delay{0};      ///< one-way propagation delay, ps
        double lossRate{0};    ///< probability that a frame is lost on the cable, 0..1
        double cableMeters{0}; ///< length, m; 0: as long as the delay says, at 5 ns/m
    };

    /** A cable. */
    struct Edge
    {
        End a;                   ///< first end
        End b;                   ///< second end
        LinkProperties link;     ///< properties
        SourcePosition position; ///< where it was written
    };

    /** Place of a NIC port in the server's wiring plan. */
    struct NicPort
    {
        uint16_t rail{0};    ///< index of the rail
        uint16_t plane{0};   ///< index of the plane
        uint32_t bond{NONE}; ///< first port of the bond that it is of: its ports share the address
                             ///< of the first; NONE: an address of its own
    };

    /** An accelerator of a server. */
    struct Accelerator
    {
        std::vector<uint32_t> ports; ///< ports of the server that it sends and receives by
    };

    /** The domain through which the accelerators of one server reach each other. */
    struct ScaleUp
    {
        uint64_t bitRate{0}; ///< rate of an accelerator's port, each direction, bit/s; 0: no domain
        int64_t latency{0};  ///< one-way latency from accelerator to accelerator, ps
    };

    /** A server or a switch. */
    struct Vertex
    {
        Kind kind{Kind::SERVER};               ///< what it is
        std::string name;                      ///< unique name
        uint32_t tier{0};                      ///< 0: server, 1: leaf or edge switch, 2 and so on
        uint32_t group{NONE};                  ///< pod, scalable unit or the like, if any
        std::vector<uint32_t> edges;           ///< by port: the edge plugged in
        std::vector<NicPort> nicPorts;         ///< servers, by port: place in the wiring plan
        std::vector<Accelerator> accelerators; ///< servers: accelerators
        ScaleUp scaleUp;                       ///< servers: the domain inside
        SourcePosition position;               ///< where it was written
    };

    /** A NIC port in the numbering of attachments. */
    struct Attachment
    {
        uint32_t server{NONE}; ///< vertex of the server
        uint32_t port{0};      ///< port of the server
    };

    /** An accelerator in the numbering of accelerators. */
    struct AcceleratorPlace
    {
        uint32_t server{NONE}; ///< vertex of the server
        uint32_t index{0};     ///< index within the server
    };

    // ---- construction

    /**
     * @param name name, unique among the vertices (see Validate)
     * @param position where it was written
     * @return the vertex
     */
    uint32_t AddServer(const std::string& name, SourcePosition position = {});

    /**
     * @param name name, unique among the vertices (see Validate)
     * @param tier tier from 1 (leaf)
     * @param group pod, scalable unit or the like
     * @param position where it was written
     * @return the vertex
     */
    uint32_t AddSwitch(const std::string& name,
                       uint32_t tier,
                       uint32_t group = NONE,
                       SourcePosition position = {});

    /**
     * Plug a cable into the next port of each of two vertices.
     *
     * @param a a vertex
     * @param b another vertex
     * @param link properties
     * @param position where it was written
     * @return the edge
     */
    uint32_t AddLink(uint32_t a,
                     uint32_t b,
                     const LinkProperties& link,
                     SourcePosition position = {});

    /**
     * Put a NIC port, already there by AddLink, into the wiring plan. Without the call the rail of
     * a port is its number, and its plane 0.
     *
     * @param server a server
     * @param port one of its ports
     * @param place rail and plane
     */
    void SetNicPort(uint32_t server, uint32_t port, NicPort place);

    /**
     * @param server a server
     * @param ports its ports that the accelerator uses; the links may be added later
     * @return index of the accelerator within the server
     */
    uint32_t AddAccelerator(uint32_t server, std::vector<uint32_t> ports);

    /** @param server a server @param scaleUp the domain inside */
    void SetScaleUp(uint32_t server, ScaleUp scaleUp);

    /** @param vertex a vertex @param group its pod, scalable unit or the like */
    void SetGroup(uint32_t vertex, uint32_t group);

    // ---- reading

    /** @return all vertices */
    const std::vector<Vertex>& GetVertices() const;

    /** @return all edges */
    const std::vector<Edge>& GetEdges() const;

    /** @return a vertex */
    const Vertex& GetVertex(uint32_t vertex) const;

    /** @return an edge */
    const Edge& GetEdge(uint32_t edge) const;

    /** @return number of servers */
    uint32_t GetNServers() const;

    /** @return number of switches */
    uint32_t GetNSwitches() const;

    /** @return number of attachments */
    uint32_t GetNAttachments() const;

    /** @return number of accelerators */
    uint32_t GetNAccelerators() const;

    /** @return NIC ports in the order of their FabricAddress */
    std::vector<Attachment> GetAttachments() const;

    /** @return accelerators in their order */
    std::vector<AcceleratorPlace> GetAccelerators() const;

    /**
     * @param server a server
     * @param port one of its ports
     * @return the ports that share its address, ascending; the port alone if it is of no bond
     */
    std::vector<uint32_t> GetBond(uint32_t server, uint32_t port) const;

    /** @return whether some ports share an address */
    bool HasBonds() const;

    /** @return the vertex of a name, or NONE */
    uint32_t Find(const std::string& name) const;

    /**
     * @param edge an edge
     * @param vertex one of its vertices
     * @return the end that is not at the vertex
     */
    const End& GetFarEnd(uint32_t edge, uint32_t vertex) const;

    /** @return length of a cable, m: as given, or the delay at 5 ns/m */
    static double GetCableMeters(const LinkProperties& link);

    /**
     * Find what cannot be built or would not work: duplicate and empty names, self loops, zero
     * rates, negative delays, loss rates outside 0..1, ports that do not exist, servers without a
     * link or without a way to the others, more ports or attachments than addresses.
     *
     * @return the errors, none if the graph is good
     */
    std::vector<TopologyError> Validate() const;

  private:
    /** Check vertex by vertex. */
    void CheckVertices(std::vector<TopologyError>& errors) const;
    /** Check accelerators and scale-up domain of a server. */
    void CheckServer(const Vertex& server, std::vector<TopologyError>& errors) const;
    /** Check edge by edge. */
    void CheckEdges(std::vector<TopologyError>& errors) const;
    /** Check that every server has a way to every other one. */
    void CheckConnected(std::vector<TopologyError>& errors) const;

    std::vector<Vertex> m_vertices;                     ///< vertices
    std::vector<Edge> m_edges;                          ///< edges
    std::unordered_map<std::string, uint32_t> m_byName; ///< first vertex of each name
    uint32_t m_nServers{0};                             ///< number of servers
};

} // namespace ns3::cluster

#endif /* CLUSTER_TOPOLOGY_GRAPH_H */
