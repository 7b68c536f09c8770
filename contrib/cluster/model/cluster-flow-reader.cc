/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-flow-reader.h"

#include "cluster-quantity.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <unordered_map>

namespace ns3::cluster
{

namespace
{

constexpr std::size_t MAX_ERRORS = 20;

/** A field of a line. */
struct Field
{
    std::string text;   ///< without blanks around it
    uint32_t column{0}; ///< of its first character
};

/** @return the text in quotes, cut to 40 characters, with what cannot be printed as '?' */
std::string
Quote(const std::string& text)
{
    std::string quoted = "'";
    for (char c : text.substr(0, 40))
    {
        quoted += c >= ' ' && c <= '~' ? c : '?';
    }
    return quoted + (text.size() > 40 ? "...'" : "'");
}

/** @return whether the character separates words */
bool
IsBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/** @return the words of a line */
std::vector<Field>
SplitWords(const std::string& line)
{
    std::vector<Field> fields;
    for (std::size_t i = 0; i < line.size();)
    {
        if (IsBlank(line[i]))
        {
            ++i;
            continue;
        }
        const std::size_t begin = i;
        while (i < line.size() && !IsBlank(line[i]))
        {
            ++i;
        }
        fields.push_back({line.substr(begin, i - begin), static_cast<uint32_t>(begin + 1)});
    }
    return fields;
}

/** @return the fields of a line between commas, without blanks around them */
std::vector<Field>
SplitCommas(const std::string& line)
{
    std::vector<Field> fields;
    for (std::size_t begin = 0; begin <= line.size();)
    {
        const std::size_t comma = std::min(line.find(',', begin), line.size());
        std::size_t first = begin;
        std::size_t last = comma;
        while (first < last && IsBlank(line[first]))
        {
            ++first;
        }
        while (last > first && IsBlank(line[last - 1]))
        {
            --last;
        }
        fields.push_back({line.substr(first, last - first), static_cast<uint32_t>(first + 1)});
        begin = comma + 1;
    }
    return fields;
}

/** @return seconds as picoseconds, nothing if that is no time below 2^63 ps */
std::optional<int64_t>
ParseSeconds(const std::string& text)
{
    return ParseTime(text + "s");
}

/** Reads one list. */
class Parser
{
  public:
    Parser(std::istream& input, const TopologyGraph& graph, std::vector<TopologyError>& errors)
        : m_input(input),
          m_graph(graph),
          m_errors(errors),
          m_nAccelerators(graph.GetNAccelerators())
    {
    }

    std::optional<std::vector<Flow>> Parse()
    {
        const std::size_t before = m_errors.size();
        if (!NextLine())
        {
            Fail(0, "the file is empty, expected a list of flows");
        }
        else if (m_text.find_first_not_of("0123456789 \t\r") == std::string::npos)
        {
            ParseHpcc();
        }
        else
        {
            ParseCsv();
        }
        return m_errors.size() == before ? std::optional(std::move(m_flows)) : std::nullopt;
    }

  private:
    /** Columns of the CSV format. */
    enum Column
    {
        SRC,
        DST,
        BYTES,
        START,
        CLASS,
        VERB,
        N_COLUMNS,
    };

    static constexpr std::array<const char*, N_COLUMNS> COLUMNS{"src",
                                                                "dst",
                                                                "bytes",
                                                                "start",
                                                                "class",
                                                                "verb"};

    /** Where the fields of a flow are. */
    using Layout = std::array<std::size_t, N_COLUMNS>;

    static constexpr std::size_t NO_FIELD = SIZE_MAX;

    /** Report something wrong with the current line. */
    void Fail(uint32_t column, const std::string& message)
    {
        m_errors.push_back({message, {m_line, column}});
    }

    /** Get the next line that is not empty and no comment. */
    bool NextLine()
    {
        while (m_errors.size() < MAX_ERRORS && std::getline(m_input, m_text))
        {
            ++m_line;
            const auto first =
                std::find_if_not(m_text.begin(), m_text.end(), [](char c) { return IsBlank(c); });
            if (first != m_text.end() && *first != '#')
            {
                return true;
            }
        }
        return false;
    }

    void ParseCsv()
    {
        Layout layout;
        layout.fill(NO_FIELD);
        const std::vector<Field> header = SplitCommas(m_text);
        for (std::size_t i = 0; i < header.size(); ++i)
        {
            const auto known = std::find(COLUMNS.begin(), COLUMNS.end(), header[i].text);
            if (known == COLUMNS.end())
            {
                Fail(
                    header[i].column,
                    "column " + Quote(header[i].text) +
                        ", expected a header of src, dst, bytes, start and perhaps class and verb, "
                        "or the number of flows");
                return;
            }
            if (layout[known - COLUMNS.begin()] != NO_FIELD)
            {
                Fail(header[i].column, "column " + Quote(header[i].text) + " is there twice");
                return;
            }
            layout[known - COLUMNS.begin()] = i;
        }
        for (int column = SRC; column <= START; ++column)
        {
            if (layout[column] == NO_FIELD)
            {
                Fail(1, std::string("the header has no column '") + COLUMNS[column] + "'");
                return;
            }
        }
        m_mapNodes = false;
        while (NextLine())
        {
            const std::vector<Field> fields = SplitCommas(m_text);
            if (fields.size() != header.size())
            {
                Fail(1,
                     std::to_string(fields.size()) + " fields, expected the " +
                         std::to_string(header.size()) + " of the header");
                continue;
            }
            AddFlow(fields, layout);
        }
    }

    void ParseHpcc()
    {
        const std::vector<Field> first = SplitWords(m_text);
        const auto count = ParseUnsigned(first[0].text);
        if (first.size() != 1 || !count || *count > MAX_FLOWS)
        {
            Fail(first.size() == 1 ? first[0].column : first[1].column,
                 "expected the number of flows, at most " + std::to_string(MAX_FLOWS) +
                     ", alone on its line");
            return;
        }
        m_mapNodes = m_nAccelerators > 0 && FindFirstServerName().rfind("host-", 0) == 0;
        std::size_t width = 0;
        while (NextLine())
        {
            const std::vector<Field> fields = SplitWords(m_text);
            if (m_nRead == *count)
            {
                Fail(fields[0].column,
                     "another line after the " + std::to_string(*count) + " flows of line 1");
                return;
            }
            ++m_nRead;
            width = width == 0 ? fields.size() : width;
            if (fields.size() != width || width < 5 || width > 6)
            {
                Fail(1,
                     std::to_string(fields.size()) + " words, expected " +
                         (width == 5 || width == 6 ? std::to_string(width) + " as in the first flow"
                                                   : "src dst pg [dport] size start"));
                return;
            }
            // src dst pg dport size start, or the same without dport
            AddFlow(fields, {0, 1, width - 2, width - 1, 2, NO_FIELD});
        }
        if (m_errors.empty() && m_nRead < *count)
        {
            ++m_line;
            Fail(1,
                 "the file ends after " + std::to_string(m_nRead) + " flows, expected " +
                     std::to_string(*count));
        }
    }

    /** @return name of the first server */
    std::string FindFirstServerName() const
    {
        for (const auto& vertex : m_graph.GetVertices())
        {
            if (vertex.kind == TopologyGraph::Kind::SERVER)
            {
                return vertex.name;
            }
        }
        return "";
    }

    /**
     * @param field number of an accelerator, or a node id of a topology.txt
     * @param [out] accelerator the accelerator
     * @return whether there is one
     */
    bool ReadPlace(const Field& field, uint32_t& accelerator)
    {
        const auto number = ParseUnsigned(field.text);
        if (!number)
        {
            Fail(field.column, Quote(field.text) + ", expected the number of an accelerator");
            return false;
        }
        if (!m_mapNodes)
        {
            if (*number >= m_nAccelerators)
            {
                Fail(field.column,
                     "there is no accelerator " + field.text + ", expected 0 to " +
                         std::to_string(m_nAccelerators - 1));
                return false;
            }
            accelerator = static_cast<uint32_t>(*number);
            return true;
        }
        if (m_nodes.empty())
        {
            const auto places = m_graph.GetAccelerators();
            for (uint32_t i = 0; i < places.size(); ++i)
            {
                m_nodes.emplace(m_graph.GetVertex(places[i].server).name, i);
            }
        }
        const auto node = m_nodes.find("host-" + std::to_string(*number));
        if (node == m_nodes.end())
        {
            Fail(field.column, "node " + field.text + " is no host of the topology");
            return false;
        }
        accelerator = node->second;
        return true;
    }

    /** Add the flow of the current line, or report what is wrong with it. */
    void AddFlow(const std::vector<Field>& fields, const Layout& layout)
    {
        Flow flow;
        if (!ReadPlace(fields[layout[SRC]], flow.source) ||
            !ReadPlace(fields[layout[DST]], flow.destination))
        {
            return;
        }
        const Field& bytesField = fields[layout[BYTES]];
        const Field& startField = fields[layout[START]];
        const auto bytes = ParseSize(bytesField.text);
        auto start = ParseTime(startField.text);
        if (!start)
        {
            start = ParseSeconds(startField.text);
        }
        if (flow.source == flow.destination)
        {
            Fail(fields[layout[DST]].column, "the flow goes to its own source");
        }
        else if (!bytes)
        {
            Fail(bytesField.column,
                 Quote(bytesField.text) + ", expected a size in bytes, perhaps with a unit (2MiB)");
        }
        else if (!start)
        {
            Fail(startField.column,
                 Quote(startField.text) + ", expected a time such as 1.5us, or seconds");
        }
        else if (m_flows.size() == MAX_FLOWS)
        {
            Fail(1, "more than " + std::to_string(MAX_FLOWS) + " flows");
        }
        else
        {
            flow.bytes = *bytes;
            flow.start = *start;
            if ((layout[CLASS] == NO_FIELD || ReadClass(fields[layout[CLASS]], flow.priority)) &&
                (layout[VERB] == NO_FIELD || ReadVerb(fields[layout[VERB]], bytesField, flow)))
            {
                m_flows.push_back(flow);
            }
        }
    }

    /** @param field verb @param bytes its size, for messages @return whether the verb is good */
    bool ReadVerb(const Field& field, const Field& bytes, Flow& flow)
    {
        const auto verb = MessageVerb::Find(field.text);
        if (!verb)
        {
            Fail(field.column,
                 Quote(field.text) + ", expected " + std::string(MessageVerb::GetNames()));
            return false;
        }
        flow.verb = *verb;
        if (MessageVerb::IsAtomic(*verb) && flow.bytes != MessageVerb::ATOMIC_BYTES)
        {
            Fail(bytes.column, Quote(bytes.text) + ", expected the 8 bytes of an atomic operation");
            return false;
        }
        return true;
    }

    /** @return whether the field is a class */
    bool ReadClass(const Field& field, uint8_t& priority)
    {
        const auto number = ParseUnsigned(field.text);
        if (!number || *number > 7)
        {
            Fail(field.column, Quote(field.text) + ", expected a priority class 0 to 7");
            return false;
        }
        priority = static_cast<uint8_t>(*number);
        return true;
    }

    std::istream& m_input;                             ///< the text
    const TopologyGraph& m_graph;                      ///< the cluster
    std::vector<TopologyError>& m_errors;              ///< where to report
    uint64_t m_nAccelerators;                          ///< of the cluster
    std::string m_text;                                ///< current line
    uint32_t m_line{0};                                ///< its number
    uint64_t m_nRead{0};                               ///< flows read, good or not
    bool m_mapNodes{false};                            ///< places are node ids of a topology.txt
    std::unordered_map<std::string, uint32_t> m_nodes; ///< accelerator of each host
    std::vector<Flow> m_flows;                         ///< flows so far
};

} // namespace

std::optional<std::vector<Flow>>
FlowReader::Read(std::istream& input,
                 const TopologyGraph& graph,
                 std::vector<TopologyError>& errors)
{
    return Parser(input, graph, errors).Parse();
}

std::optional<std::vector<Flow>>
FlowReader::ReadFile(const std::string& fileName,
                     const TopologyGraph& graph,
                     std::vector<TopologyError>& errors)
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
    return Read(input, graph, errors);
}

} // namespace ns3::cluster
