/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-message-list-reader.h"

#include "workload-text-fields.h"

#include "ns3/cluster-quantity.h"

#include <algorithm>
#include <array>
#include <optional>

namespace ns3::workload
{

namespace
{

/// No list has more ranks.
constexpr uint64_t MAX_RANKS = 1ULL << 17;
/// No message is larger: 1 PiB.
constexpr uint64_t MAX_BYTES = 1ULL << 50;
/// No time is later: 10^6 s.
constexpr int64_t MAX_TIME = 1'000'000'000'000'000'000;
/// No list has more messages.
constexpr uint32_t MAX_MESSAGES = 1U << 28;

/** Reads one list. */
class MessageListReader
{
  public:
    MessageListReader(std::istream& input, FindingLog& log)
        : m_input(input),
          m_log(log)
    {
        m_trace.files.push_back(log.GetFile());
    }

    Trace Run()
    {
        std::string line;
        if (!ReadContentLine(line))
        {
            Fail(0, "empty, expected a header such as src,dst,bytes,start");
        }
        else if (TakeHeader(SplitFields(line, ',')))
        {
            while (!m_log.IsFull() && m_nMessages < MAX_MESSAGES && ReadContentLine(line))
            {
                TakeMessage(SplitFields(line, ','));
            }
        }
        return std::move(m_trace);
    }

  private:
    /** Columns. */
    enum Column
    {
        SRC,
        DST,
        BYTES,
        START,
        ID,
        AFTER,
        DELAY,
        N_COLUMNS
    };

    static constexpr std::array<const char*, N_COLUMNS>
        NAMES{"src", "dst", "bytes", "start", "id", "after", "delay"};

    /** What of a message others can come after. */
    struct Known
    {
        uint32_t src;     ///< who sends
        uint32_t dst;     ///< who receives
        uint32_t send;    ///< operation at src
        uint32_t receive; ///< operation at dst
    };

    void Fail(uint32_t column, const std::string& message)
    {
        m_log.Add(Finding::ERROR, "error in a list of messages", m_line, column, message);
    }

    bool ReadContentLine(std::string& line)
    {
        while (ReadLine(m_input, line))
        {
            ++m_line;
            if (const auto nul = line.find('\0'); nul != std::string::npos)
            {
                Fail(static_cast<uint32_t>(nul + 1), "NUL byte: not a text file, or a damaged one");
                return false;
            }
            const auto first = line.find_first_not_of(" \t\r");
            if (first != std::string::npos && line[first] != '#')
            {
                return true;
            }
        }
        return false;
    }

    bool TakeHeader(const std::vector<Field>& fields)
    {
        for (std::size_t i = 0; i < fields.size(); ++i)
        {
            const auto known = std::find(NAMES.begin(), NAMES.end(), fields[i].text);
            if (known == NAMES.end())
            {
                Fail(fields[i].column,
                     "column " + Quote(fields[i].text) +
                         ", expected src, dst, bytes, start, id, after or delay");
                return false;
            }
            auto& place = m_places[known - NAMES.begin()];
            if (place)
            {
                Fail(fields[i].column, "column " + Quote(fields[i].text) + " is there twice");
                return false;
            }
            place = i;
        }
        for (int column = SRC; column <= BYTES; ++column)
        {
            if (!m_places[column])
            {
                Fail(1, std::string("the header has no column '") + NAMES[column] + "'");
                return false;
            }
        }
        m_nFields = fields.size();
        return true;
    }

    /** @return a field, if there is such a column and it holds something */
    const Field* Get(const std::vector<Field>& fields, Column column) const
    {
        const auto& place = m_places[column];
        return place && !fields[*place].text.empty() ? &fields[*place] : nullptr;
    }

    bool TakeRank(const Field& field, uint32_t& rank)
    {
        uint64_t number = 0;
        if (!ParseUnsigned(field.text, MAX_RANKS - 1, number))
        {
            Fail(field.column,
                 Quote(field.text) + ", expected a rank, 0 to " + std::to_string(MAX_RANKS - 1));
            return false;
        }
        rank = static_cast<uint32_t>(number);
        if (m_trace.ranks.size() <= rank)
        {
            m_trace.ranks.resize(rank + 1U);
        }
        return true;
    }

    /** @return a time in ps, 0 without field */
    std::optional<int64_t> TakeTime(const Field* field)
    {
        if (!field)
        {
            return 0;
        }
        auto time = cluster::ParseTime(field->text);
        time = time ? time : cluster::ParseTime(field->text + "s");
        if (!time || *time > MAX_TIME)
        {
            Fail(field->column,
                 Quote(field->text) + ", expected a time up to 10^6 s such as 1.5us");
            return std::nullopt;
        }
        return time;
    }

    void TakeMessage(const std::vector<Field>& fields)
    {
        if (fields.size() != m_nFields)
        {
            Fail(1,
                 std::to_string(fields.size()) + " fields, expected the " +
                     std::to_string(m_nFields) + " of the header");
            return;
        }
        Known message{};
        if (!TakeRank(fields[*m_places[SRC]], message.src) ||
            !TakeRank(fields[*m_places[DST]], message.dst))
        {
            return;
        }
        if (message.src == message.dst)
        {
            Fail(fields[*m_places[DST]].column, "a message to itself, expected another rank");
            return;
        }
        const Field& bytesField = fields[*m_places[BYTES]];
        const auto bytes = cluster::ParseSize(bytesField.text);
        if (!bytes || *bytes == 0 || *bytes > MAX_BYTES)
        {
            Fail(bytesField.column,
                 Quote(bytesField.text) + ", expected a size from 1 byte to 1 PiB such as 2MiB");
            return;
        }
        const auto start = TakeTime(Get(fields, START));
        const auto delay = TakeTime(Get(fields, DELAY));
        if (start && delay)
        {
            AddMessage(fields, message, *bytes, *start, *delay);
        }
    }

    void AddMessage(const std::vector<Field>& fields,
                    Known& message,
                    uint64_t bytes,
                    int64_t start,
                    int64_t delay)
    {
        auto& source = m_trace.ranks[message.src];
        const Field* id = Get(fields, ID);
        std::vector<uint32_t> before;
        if (const Field* after = Get(fields, AFTER); after && !TakeAfter(*after, message, before))
        {
            return;
        }
        if (start > 0)
        {
            before.push_back(Add(source, OperationKind::DELAY, "start", start));
        }
        if (delay > 0)
        {
            const auto compute = Add(source, OperationKind::COMPUTE, "delay", delay);
            AddEdges(source, before, compute);
            before = {compute};
        }
        const std::string name = id ? id->text : "message " + std::to_string(m_nMessages);
        message.send = Add(source, OperationKind::SEND, name, static_cast<int64_t>(bytes));
        source.operations[message.send].peer = message.dst;
        source.operations[message.send].tag = m_nMessages;
        AddEdges(source, before, message.send);
        auto& destination = m_trace.ranks[message.dst];
        message.receive =
            Add(destination, OperationKind::RECEIVE, name, static_cast<int64_t>(bytes));
        destination.operations[message.receive].peer = message.src;
        destination.operations[message.receive].tag = m_nMessages++;
        if (id && !m_known.emplace(id->text, message).second)
        {
            Fail(id->column, "there is a message " + Quote(id->text) + " already");
        }
    }

    static void AddEdges(TraceRank& rank, const std::vector<uint32_t>& before, uint32_t operation)
    {
        for (const auto from : before)
        {
            rank.edges.push_back({from, operation});
        }
    }

    uint32_t Add(TraceRank& rank, OperationKind kind, const std::string& label, int64_t value)
    {
        TraceOperation operation;
        operation.kind = kind;
        operation.label = m_trace.AddLabel(label);
        operation.value = static_cast<uint64_t>(value);
        operation.line = m_line;
        operation.column = 1;
        rank.operations.push_back(operation);
        return static_cast<uint32_t>(rank.operations.size() - 1);
    }

    bool TakeAfter(const Field& field, const Known& message, std::vector<uint32_t>& before)
    {
        for (const auto& name : SplitFields(field.text, ';'))
        {
            const uint32_t column = field.column + name.column - 1;
            const auto known = m_known.find(name.text);
            if (known == m_known.end())
            {
                Fail(column, "there is no earlier message " + Quote(name.text));
                return false;
            }
            const auto& other = known->second;
            if (other.dst != message.src && other.src != message.src)
            {
                Fail(column,
                     "message " + Quote(name.text) + " neither comes to rank " +
                         std::to_string(message.src) +
                         " nor leaves it, so nothing there can come after it");
                return false;
            }
            before.push_back(other.dst == message.src ? other.receive : other.send);
        }
        return true;
    }

    std::istream& m_input;                                        ///< the text
    FindingLog& m_log;                                            ///< what is found
    Trace m_trace;                                                ///< what is read
    uint32_t m_line{0};                                           ///< the present line
    std::array<std::optional<std::size_t>, N_COLUMNS> m_places{}; ///< of columns
    std::size_t m_nFields{0};                                     ///< columns of the header
    uint32_t m_nMessages{0};                                      ///< messages so far
    std::map<std::string, Known> m_known;                         ///< by id
};

} // namespace

Trace
ReadMessageList(std::istream& input, FindingLog& log)
{
    return MessageListReader(input, log).Run();
}

} // namespace ns3::workload
