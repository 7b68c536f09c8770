/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-goal-builder.h"
#include "workload-goal-reader.h"

#include <iterator>
#include <string>

namespace ns3::workload
{

namespace
{

/// Bytes of a node.
constexpr uint64_t RECORD = 39;
/// Kinds of nodes.
constexpr uint8_t SEND = 1;
constexpr uint8_t RECEIVE = 2;
constexpr uint8_t CALC = 3;

/** Reads one file. */
class GoalBinaryReader
{
  public:
    GoalBinaryReader(std::istream& input, FindingLog& log)
        : m_data(std::istreambuf_iterator<char>(input), {}),
          m_log(log),
          m_builder(m_trace)
    {
        m_trace.files.push_back(log.GetFile());
        m_trace.hasLines = false;
    }

    Trace Run()
    {
        constexpr uint64_t header = sizeof(uint64_t) + sizeof(uint32_t) + 2;
        constexpr uint64_t entrySize = 2 * sizeof(uint64_t);
        if (m_data.size() < header)
        {
            Fail(m_data.size(), "the file ends in its header of 14 bytes");
            return std::move(m_trace);
        }
        if (Get<uint64_t>(0) != GOAL_MAGIC)
        {
            Fail(0, "expected the number 4223 of a binary GOAL file");
            return std::move(m_trace);
        }
        const auto nRanks = Get<uint32_t>(sizeof(uint64_t));
        if (nRanks == 0 || nRanks > GoalBuilder::MAX_RANKS || !Has(header, nRanks * entrySize))
        {
            Fail(sizeof(uint64_t),
                 std::to_string(nRanks) + " ranks, expected 1 to " +
                     std::to_string(GoalBuilder::MAX_RANKS) + ", and an entry for each");
            return std::move(m_trace);
        }
        m_trace.ranks.resize(nRanks);
        for (uint32_t rank = 0; rank < nRanks && !m_log.IsFull(); ++rank)
        {
            TakeRank(rank, header + rank * entrySize);
        }
        return std::move(m_trace);
    }

  private:
    void Fail(uint64_t at, const std::string& message)
    {
        m_log.AddAtByte(Finding::ERROR, "error in binary GOAL", at, message);
    }

    bool Has(uint64_t at, uint64_t size) const
    {
        return at <= m_data.size() && size <= m_data.size() - at;
    }

    template <typename T>
    T Get(uint64_t at) const
    {
        T value = 0;
        for (std::size_t i = 0; i < sizeof(T); ++i)
        {
            value |= static_cast<T>(static_cast<T>(static_cast<uint8_t>(m_data[at + i])) << 8 * i);
        }
        return value;
    }

    void TakeRank(uint32_t rank, uint64_t entry)
    {
        const std::string who = "rank " + std::to_string(rank) + ": ";
        const auto begin = Get<uint64_t>(entry);
        const auto end = Get<uint64_t>(entry + sizeof(uint64_t));
        const uint64_t size = m_data.size() - sizeof(uint64_t);
        if (begin > end || end > size || end - begin < 2 * sizeof(uint32_t))
        {
            Fail(entry,
                 who + "bytes " + std::to_string(begin) + " to " + std::to_string(end) +
                     " behind the first number, expected a part of the " + std::to_string(size) +
                     " bytes there");
            return;
        }
        const uint64_t at = begin + sizeof(uint64_t);
        const uint64_t last = end + sizeof(uint64_t);
        const auto nNodes = Get<uint32_t>(at);
        const auto nRoots = Get<uint32_t>(at + sizeof(uint32_t));
        const uint64_t nodes = at + 2 * sizeof(uint32_t) + uint64_t{nRoots} * sizeof(uint32_t);
        m_appendix = nodes + uint64_t{nNodes} * RECORD;
        if (nRoots > nNodes || m_appendix > last)
        {
            Fail(at,
                 who + std::to_string(nNodes) + " nodes and " + std::to_string(nRoots) +
                     " roots do not fit into its part of the file");
            return;
        }
        m_nNodes += nNodes;
        if (m_nNodes * RECORD > m_data.size())
        {
            Fail(at, who + "shares its part of the file with another rank");
            return;
        }
        m_nDependents = (last - m_appendix) / sizeof(uint32_t);
        m_nDependencies.assign(nNodes, 0);
        bool good = true;
        for (uint32_t node = 0; good && node < nNodes; ++node)
        {
            good = TakeNode(rank, nodes + node * RECORD);
        }
        for (uint32_t node = 0; good && node < nNodes; ++node)
        {
            good = TakeDependents(rank, node, nNodes, nodes + node * RECORD);
        }
        if (good)
        {
            CheckCounts(who, nodes);
            m_builder.Finish(rank);
        }
        else
        {
            m_builder.Abandon();
        }
    }

    void CheckCounts(const std::string& who, uint64_t nodes)
    {
        for (std::size_t node = 0; node < m_nDependencies.size(); ++node)
        {
            const uint64_t at = nodes + node * RECORD;
            const auto said = Get<uint32_t>(at);
            if (said != m_nDependencies[node])
            {
                m_log.AddAtByte(Finding::WARNING,
                                "number of dependencies",
                                at,
                                who + "node " + std::to_string(node) + " says it has " +
                                    std::to_string(said) + " dependencies, but " +
                                    std::to_string(m_nDependencies[node]) +
                                    " are listed: these count");
            }
        }
    }

    bool TakeNode(uint32_t rank, uint64_t at)
    {
        const auto kind = Get<uint8_t>(at + 4);
        TraceOperation operation;
        operation.peer = Get<uint32_t>(at + 5);
        operation.value = Get<uint64_t>(at + 9);
        operation.tag = Get<uint32_t>(at + 17);
        operation.line = at;
        if (kind < SEND || kind > CALC)
        {
            Fail(at + 4,
                 "kind " + std::to_string(kind) + ", expected 1 (send), 2 (recv) or 3 (calc)");
            return false;
        }
        const bool isCalc = kind == CALC;
        if (operation.value > (isCalc ? GoalBuilder::MAX_NANOSECONDS : GoalBuilder::MAX_BYTES))
        {
            Fail(at + 9,
                 std::to_string(operation.value) + ", expected " +
                     (isCalc ? "nanoseconds up to 10^15" : "bytes up to 2^50"));
            return false;
        }
        const bool isAny = kind == RECEIVE && operation.peer == TraceOperation::ANY;
        if (!isCalc && operation.peer >= m_trace.ranks.size() && !isAny)
        {
            Fail(at + 5,
                 "peer " + std::to_string(operation.peer) + ", expected a rank, 0 to " +
                     std::to_string(m_trace.ranks.size() - 1));
            return false;
        }
        operation.kind = isCalc         ? OperationKind::COMPUTE
                         : kind == SEND ? OperationKind::SEND
                                        : OperationKind::RECEIVE;
        operation.label = m_trace.AddLabel(isCalc ? "calc" : kind == SEND ? "send" : "recv");
        if (isCalc)
        {
            operation.stream = Get<uint8_t>(at + 21);
            operation.peer = 0;
            operation.tag = 0;
        }
        m_builder.Add(rank, std::move(operation));
        return true;
    }

    bool TakeDependents(uint32_t rank, uint32_t node, uint32_t nNodes, uint64_t at)
    {
        constexpr uint64_t ends = 23; // in the record: dependents on the end, then on the start
        for (const bool isStart : {false, true})
        {
            const uint64_t place = at + ends + (isStart ? 2 * sizeof(uint32_t) : 0);
            const uint64_t count = Get<uint32_t>(place);
            const uint64_t first = Get<uint32_t>(place + sizeof(uint32_t));
            if (count > 0 && first + count > m_nDependents)
            {
                Fail(place,
                     "dependents " + std::to_string(first) + " to " +
                         std::to_string(first + count - 1) + " of " +
                         std::to_string(m_nDependents));
                return false;
            }
            for (uint64_t i = first; i < first + count; ++i)
            {
                const uint64_t entry = m_appendix + i * sizeof(uint32_t);
                const auto dependent = Get<uint32_t>(entry);
                if (dependent >= nNodes)
                {
                    Fail(entry,
                         "dependent " + std::to_string(dependent) + ", expected a node, 0 to " +
                             std::to_string(nNodes - 1));
                    return false;
                }
                if (++m_nEdges > m_data.size())
                {
                    Fail(entry, "more dependents than the file has room for");
                    return false;
                }
                ++m_nDependencies[dependent];
                if (isStart)
                {
                    m_builder.RequireStart(rank, dependent, node);
                }
                else
                {
                    m_builder.Require(rank, dependent, node);
                }
            }
        }
        return true;
    }

    std::string m_data;                    ///< the file
    FindingLog& m_log;                     ///< what is found
    Trace m_trace;                         ///< what is read
    GoalBuilder m_builder;                 ///< puts it together
    uint64_t m_appendix{0};                ///< where the dependents of the rank are
    uint64_t m_nDependents{0};             ///< how many there are
    uint64_t m_nNodes{0};                  ///< of all ranks
    uint64_t m_nEdges{0};                  ///< of all ranks; nodes may share dependents
    std::vector<uint32_t> m_nDependencies; ///< by node
};

} // namespace

Trace
ReadGoalBinary(std::istream& input, FindingLog& log)
{
    return GoalBinaryReader(input, log).Run();
}

} // namespace ns3::workload
