/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-topology-reader.h"

#include "cluster-quantity.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>

namespace ns3::cluster
{

namespace
{

/** A word of the file. */
struct Word
{
    std::string text;        ///< the word; empty at the end of the file
    SourcePosition position; ///< its first character
};

/** A link as the file has it. */
struct FileLink
{
    uint64_t source{0};                 ///< node id
    uint64_t destination{0};            ///< node id
    TopologyGraph::LinkProperties link; ///< properties
    SourcePosition position;            ///< where it begins
};

/** What a node of the file is. */
enum class NodeKind : uint8_t
{
    HOST,
    NV_SWITCH,
    SWITCH,
};

/** @return the word in quotes, cut to 40 characters, with what cannot be printed as '?' */
std::string
Quote(const Word& word)
{
    if (word.text.empty())
    {
        return "the file ends here";
    }
    std::string quoted = "'";
    for (char c : word.text.substr(0, 40))
    {
        quoted += c >= ' ' && c <= '~' ? c : '?';
    }
    return quoted + (word.text.size() > 40 ? "...'" : "'");
}

/** Reads one topology file. */
class Parser
{
  public:
    Parser(std::istream& input, std::vector<TopologyError>& errors)
        : m_input(input),
          m_errors(errors)
    {
    }

    std::optional<TopologyGraph> Parse()
    {
        if (!ReadHeader() || !ReadIds(m_nNvSwitches, NodeKind::NV_SWITCH, "NVSwitch") ||
            !ReadIds(m_nSwitches, NodeKind::SWITCH, "switch") || !ReadLinks())
        {
            return std::nullopt;
        }
        TopologyGraph graph;
        if (m_simAi ? !BuildSimAi(graph) : !BuildHpcc(graph))
        {
            return std::nullopt;
        }
        const std::vector<TopologyError> faults = graph.Validate();
        m_errors.insert(m_errors.end(), faults.begin(), faults.end());
        return faults.empty() ? std::optional<TopologyGraph>(std::move(graph)) : std::nullopt;
    }

  private:
    static constexpr uint64_t MAX_NODES = 1U << 24;

    /** @return false always */
    bool Fail(const std::string& message, SourcePosition position)
    {
        m_errors.push_back({message, position});
        return false;
    }

    /** Get the next character, keeping count of lines. */
    int Get()
    {
        const int c = m_input.get();
        if (c == '\n')
        {
            ++m_line;
            m_column = 0;
        }
        else
        {
            ++m_column;
        }
        return c;
    }

    /** @return the next word */
    Word Next()
    {
        static constexpr const char* blanks = " \t\r\n\f\v";
        const auto isBlank = [](int c) { return c != 0 && std::strchr(blanks, c) != nullptr; };
        int c = Get();
        while (c != EOF && isBlank(c))
        {
            c = Get();
        }
        Word word;
        word.position = {m_line, m_column};
        while (c != EOF && !isBlank(c))
        {
            word.text += static_cast<char>(c);
            c = m_input.peek();
            if (c != EOF && !isBlank(c))
            {
                Get();
            }
        }
        return word;
    }

    /** @return whether another word follows on the line of the last one */
    bool MoreOnLine()
    {
        while (m_input.peek() == ' ' || m_input.peek() == '\t' || m_input.peek() == '\r')
        {
            Get();
        }
        return m_input.peek() != '\n' && m_input.peek() != EOF;
    }

    /** Turn a word into a number no larger than a limit. */
    bool ToNumber(const Word& word, const std::string& what, uint64_t limit, uint64_t& number)
    {
        const auto parsed = ParseUnsigned(word.text);
        if (!parsed || *parsed > limit)
        {
            return Fail(Quote(word) + ", expected " + what + " (a whole number" +
                            (limit == MAX_NODES ? "" : ", at most " + std::to_string(limit)) + ")",
                        word.position);
        }
        number = *parsed;
        return true;
    }

    bool ReadHeader()
    {
        std::vector<Word> words{Next()};
        m_header = words.front().position;
        while (!words.back().text.empty() && MoreOnLine())
        {
            words.push_back(Next());
        }
        if (words.size() == 3)
        {
            return ToNumber(words[0], "the number of nodes", MAX_NODES, m_nNodes) &&
                   ToNumber(words[1], "the number of switches", m_nNodes, m_nSwitches) &&
                   ToNumber(words[2], "the number of links", MAX_LINKS, m_nLinks);
        }
        m_simAi = words.size() == 6 || words.size() == 7;
        if (!m_simAi)
        {
            return Fail("the first line has " +
                            std::to_string(words.back().text.empty() ? 0 : words.size()) +
                            " words, expected \"nodes switches links\" or \"nodes "
                            "gpus_per_server nvswitches switches links gpu_type\"",
                        m_header);
        }
        if (!ToNumber(words[0], "the number of nodes", MAX_NODES, m_nNodes) ||
            !ToNumber(words[1], "the number of GPUs per server", m_nNodes, m_gpusPerServer) ||
            !ToNumber(words[2], "the number of NVSwitches", m_nNodes, m_nNvSwitches) ||
            !ToNumber(words[3], "the number of switches", m_nNodes, m_nSwitches) ||
            !ToNumber(words[4], "the number of links", MAX_LINKS, m_nLinks))
        {
            return false;
        }
        if (m_nNvSwitches + m_nSwitches >= m_nNodes)
        {
            return Fail("no GPUs: " + std::to_string(m_nNodes) + " nodes, of which " +
                            std::to_string(m_nNvSwitches) + " NVSwitches and " +
                            std::to_string(m_nSwitches) + " switches",
                        m_header);
        }
        const uint64_t gpus = m_nNodes - m_nNvSwitches - m_nSwitches;
        if (m_gpusPerServer == 0 || gpus % m_gpusPerServer != 0)
        {
            return Fail(std::to_string(gpus) + " GPUs are no whole number of servers with " +
                            std::to_string(m_gpusPerServer),
                        words[1].position);
        }
        return true;
    }

    /** Read a number of node ids of a kind. */
    bool ReadIds(uint64_t count, NodeKind kind, const std::string& what)
    {
        m_kinds.resize(m_nNodes, NodeKind::HOST);
        m_positions.resize(m_nNodes, m_header);
        for (uint64_t i = 0; i < count; ++i)
        {
            const Word word = Next();
            uint64_t id = 0;
            if (!ToNumber(word,
                          "the id of " + what + " " + std::to_string(i + 1) + " of " +
                              std::to_string(count),
                          m_nNodes - 1,
                          id))
            {
                return false;
            }
            if (m_kinds[id] != NodeKind::HOST)
            {
                return Fail("node " + std::to_string(id) + " is listed twice", word.position);
            }
            m_kinds[id] = kind;
            m_positions[id] = word.position;
        }
        return true;
    }

    bool ReadLinks()
    {
        for (uint64_t i = 0; i < m_nLinks; ++i)
        {
            FileLink link;
            const std::string which =
                " of link " + std::to_string(i + 1) + " of " + std::to_string(m_nLinks);
            Word word = Next();
            link.position = word.position;
            if (!ToNumber(word, "the source" + which, m_nNodes - 1, link.source))
            {
                return false;
            }
            word = Next();
            if (!ToNumber(word, "the destination" + which, m_nNodes - 1, link.destination))
            {
                return false;
            }
            if (!ReadProperties(link, which))
            {
                return false;
            }
            m_links.push_back(link);
        }
        const Word word = Next();
        if (!word.text.empty())
        {
            return Fail(Quote(word) + ", expected the end of the file after " +
                            std::to_string(m_nLinks) + " links",
                        word.position);
        }
        return true;
    }

    /** Read rate, delay and error rate of a link. */
    bool ReadProperties(FileLink& link, const std::string& which)
    {
        Word word = Next();
        const auto rate = ParseRate(word.text);
        if (!rate || *rate == 0)
        {
            return Fail(Quote(word) + ", expected the rate" + which +
                            " (a rate above 0 such as 100Gbps)",
                        word.position);
        }
        word = Next();
        const auto delay = ParseTime(word.text);
        if (!delay)
        {
            return Fail(Quote(word) + ", expected the delay" + which + " (a time such as 1us)",
                        word.position);
        }
        word = Next();
        const auto loss = ParseNumber(word.text);
        if (!loss || *loss > 1)
        {
            return Fail(Quote(word) + ", expected the error rate" + which +
                            " (a probability from 0 to 1)",
                        word.position);
        }
        link.link.bitRate = *rate;
        link.link.delay = *delay;
        link.link.lossRate = *loss;
        return true;
    }

    /** @return tier by node id: 1 with a host, then by the distance from such a switch */
    std::vector<uint32_t> FindTiers() const
    {
        constexpr uint32_t unknown = std::numeric_limits<uint32_t>::max();
        std::vector<std::vector<uint64_t>> neighbours(m_nNodes);
        std::vector<uint32_t> tiers(m_nNodes, unknown);
        std::vector<uint64_t> queue;
        for (uint64_t id = 0; id < m_nNodes; ++id)
        {
            if (m_kinds[id] == NodeKind::HOST)
            {
                tiers[id] = 0;
                queue.push_back(id);
            }
        }
        for (const FileLink& link : m_links)
        {
            neighbours[link.source].push_back(link.destination);
            neighbours[link.destination].push_back(link.source);
        }
        for (std::size_t i = 0; i < queue.size(); ++i)
        {
            for (uint64_t id : neighbours[queue[i]])
            {
                if (tiers[id] == unknown)
                {
                    tiers[id] = tiers[queue[i]] + 1;
                    queue.push_back(id);
                }
            }
        }
        std::replace(tiers.begin(), tiers.end(), unknown, 1U); // a switch without any link
        return tiers;
    }

    /** Every node id becomes the vertex of the same number. */
    bool BuildHpcc(TopologyGraph& graph)
    {
        if (m_nNodes > 2 * m_links.size() && m_nNodes - m_nSwitches > 1)
        {
            return Fail(std::to_string(m_nNodes) + " nodes, but " + std::to_string(m_links.size()) +
                            " links: at least one host is disconnected",
                        m_header);
        }
        const std::vector<uint32_t> tiers = FindTiers();
        std::vector<std::vector<uint32_t>> ports(m_nNodes);
        for (const FileLink& link : m_links)
        {
            for (uint64_t id : {link.source, link.destination})
            {
                ports[id].push_back(static_cast<uint32_t>(ports[id].size()));
            }
        }
        for (uint32_t id = 0; id < m_nNodes; ++id)
        {
            if (m_kinds[id] == NodeKind::HOST)
            {
                graph.AddServer("host-" + std::to_string(id), m_positions[id]);
                graph.AddAccelerator(id, ports[id]);
            }
            else
            {
                graph.AddSwitch("switch-" + std::to_string(id),
                                tiers[id],
                                TopologyGraph::NONE,
                                m_positions[id]);
            }
        }
        for (const FileLink& link : m_links)
        {
            graph.AddLink(static_cast<uint32_t>(link.source),
                          static_cast<uint32_t>(link.destination),
                          link.link,
                          link.position);
        }
        return true;
    }

    /** Servers first, in the order of their GPUs, then the switches. */
    bool BuildSimAi(TopologyGraph& graph)
    {
        const uint64_t gpus = m_nNodes - m_nNvSwitches - m_nSwitches;
        for (uint64_t id = 0; id < gpus; ++id)
        {
            if (m_kinds[id] != NodeKind::HOST)
            {
                return Fail("node " + std::to_string(id) + " is a switch, but ids 0 to " +
                                std::to_string(gpus - 1) + " are GPUs",
                            m_positions[id]);
            }
        }
        if (gpus > 2 * m_links.size() && gpus > 1)
        {
            return Fail(std::to_string(gpus) + " GPUs, but " + std::to_string(m_links.size()) +
                            " links: at least one GPU is disconnected",
                        m_header);
        }
        std::vector<std::vector<uint32_t>> ports(gpus);
        std::vector<TopologyGraph::ScaleUp> scaleUp(gpus);
        if (!SortSimAiLinks(ports, scaleUp))
        {
            return false;
        }
        const std::vector<uint32_t> tiers = FindTiers();
        for (uint32_t server = 0; server < gpus / m_gpusPerServer; ++server)
        {
            graph.AddServer("server-" + std::to_string(server), m_header);
            const uint64_t first = server * m_gpusPerServer;
            for (uint64_t gpu = first; gpu < first + m_gpusPerServer; ++gpu)
            {
                graph.AddAccelerator(server, ports[gpu]);
                if (scaleUp[gpu].bitRate != scaleUp[first].bitRate ||
                    scaleUp[gpu].latency != scaleUp[first].latency)
                {
                    return Fail("the links of GPUs " + std::to_string(first) + " and " +
                                    std::to_string(gpu) +
                                    " to the NVSwitches of their server differ",
                                m_header);
                }
            }
            graph.SetScaleUp(server, scaleUp[first]);
        }
        std::vector<uint32_t> vertexOf(m_nNodes, TopologyGraph::NONE);
        for (uint32_t id = 0; id < m_nNodes; ++id)
        {
            if (m_kinds[id] == NodeKind::SWITCH)
            {
                vertexOf[id] = graph.AddSwitch("switch-" + std::to_string(id),
                                               tiers[id],
                                               TopologyGraph::NONE,
                                               m_positions[id]);
            }
            else if (m_kinds[id] == NodeKind::HOST)
            {
                vertexOf[id] = static_cast<uint32_t>(id / m_gpusPerServer);
            }
        }
        for (const FileLink& link : m_links)
        {
            if (vertexOf[link.source] != TopologyGraph::NONE &&
                vertexOf[link.destination] != TopologyGraph::NONE)
            {
                graph.AddLink(
                    vertexOf[link.source], vertexOf[link.destination], link.link, link.position);
            }
        }
        return true;
    }

    /**
     * Give the ports of their server to the GPUs, and add up their links to NVSwitches.
     *
     * @param [out] ports by GPU
     * @param [out] scaleUp by GPU
     * @return false if a link is impossible
     */
    bool SortSimAiLinks(std::vector<std::vector<uint32_t>>& ports,
                        std::vector<TopologyGraph::ScaleUp>& scaleUp)
    {
        constexpr uint64_t none = std::numeric_limits<uint64_t>::max();
        std::vector<uint32_t> portsOfServer(ports.size() / m_gpusPerServer, 0);
        std::vector<uint64_t> serverOfNvSwitch(m_nNodes, none);
        for (const FileLink& link : m_links)
        {
            uint64_t gpu = link.source;
            uint64_t other = link.destination;
            if (m_kinds[gpu] != NodeKind::HOST)
            {
                std::swap(gpu, other);
            }
            if (m_kinds[gpu] != NodeKind::HOST)
            {
                if (m_kinds[gpu] == NodeKind::NV_SWITCH || m_kinds[other] == NodeKind::NV_SWITCH)
                {
                    return Fail("link between switches " + std::to_string(gpu) + " and " +
                                    std::to_string(other) +
                                    ", but an NVSwitch links GPUs of one server only",
                                link.position);
                }
                continue;
            }
            const uint64_t server = gpu / m_gpusPerServer;
            if (m_kinds[other] == NodeKind::HOST)
            {
                return Fail("link between GPUs " + std::to_string(gpu) + " and " +
                                std::to_string(other) + ", expected a switch at one end",
                            link.position);
            }
            if (m_kinds[other] == NodeKind::SWITCH)
            {
                ports[gpu].push_back(portsOfServer[server]++);
                continue;
            }
            if (serverOfNvSwitch[other] != none && serverOfNvSwitch[other] != server)
            {
                return Fail("NVSwitch " + std::to_string(other) + " links GPUs of servers " +
                                std::to_string(serverOfNvSwitch[other]) + " and " +
                                std::to_string(server) + ", expected GPUs of one server",
                            link.position);
            }
            serverOfNvSwitch[other] = server;
            scaleUp[gpu].bitRate += link.link.bitRate;
            scaleUp[gpu].latency = std::max(scaleUp[gpu].latency, 2 * link.link.delay);
        }
        return true;
    }

    static constexpr uint64_t MAX_LINKS = 1U << 26;

    std::istream& m_input;                   ///< text
    std::vector<TopologyError>& m_errors;    ///< where to report
    uint32_t m_line{1};                      ///< line of the last character
    uint32_t m_column{0};                    ///< column of the last character
    bool m_simAi{false};                     ///< SimAI's header
    SourcePosition m_header;                 ///< where the file begins
    uint64_t m_nNodes{0};                    ///< nodes
    uint64_t m_gpusPerServer{0};             ///< SimAI: GPUs of a server
    uint64_t m_nNvSwitches{0};               ///< SimAI: NVSwitches
    uint64_t m_nSwitches{0};                 ///< switches
    uint64_t m_nLinks{0};                    ///< links
    std::vector<NodeKind> m_kinds;           ///< by node id
    std::vector<SourcePosition> m_positions; ///< by node id: where it is listed
    std::vector<FileLink> m_links;           ///< links
};

} // namespace

std::optional<TopologyGraph>
TopologyReader::Read(std::istream& input, std::vector<TopologyError>& errors)
{
    return Parser(input, errors).Parse();
}

std::optional<TopologyGraph>
TopologyReader::ReadFile(const std::string& fileName, std::vector<TopologyError>& errors)
{
    errno = 0;
    std::ifstream input(fileName);
    if (!input)
    {
        errors.push_back({std::string("cannot be read: ") + std::strerror(errno), {}});
        return std::nullopt;
    }
    // opening a directory succeeds, reading it does not
    if (input.peek() == EOF && input.bad())
    {
        errors.push_back({"cannot be read: it is no regular file", {}});
        return std::nullopt;
    }
    return Read(input, errors);
}

} // namespace ns3::cluster
