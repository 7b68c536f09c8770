/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-trace-circle.h"
#include "workload-trace.h"

#include <algorithm>
#include <deque>
#include <map>
#include <tuple>

namespace ns3::workload
{

using collective::CollectiveType;

namespace
{

using Reference = TraceCircle::Reference;
using Instance = TraceCircle::Instance;

/** One check of one trace, as it goes. */
class TraceChecker
{
  public:
    TraceChecker(Trace& trace, FindingLog& log)
        : m_trace(trace),
          m_log(log)
    {
    }

    void Run()
    {
        if (m_trace.GetNOperations() == 0)
        {
            m_log.Add(Finding::ERROR, "no operation", 0, 0, "there is no operation in the trace");
            return;
        }
        CheckGroups();
        if (m_log.HasError())
        {
            return;
        }
        for (uint32_t r = 0; r < m_trace.ranks.size(); ++r)
        {
            for (uint32_t i = 0; i < m_trace.ranks[r].operations.size(); ++i)
            {
                CheckOperation(r, i);
            }
        }
        if (m_log.HasError())
        {
            return;
        }
        MatchMessages();
        MatchCollectives();
        if (!m_log.HasError())
        {
            TraceCircle(m_trace, m_log, m_partner, m_instances).Find();
        }
    }

  private:
    TraceOperation& At(const Reference& at)
    {
        return m_trace.ranks[at.rank].operations[at.operation];
    }

    void Report(Finding::Severity severity,
                const std::string& kind,
                const Reference& at,
                const std::string& message)
    {
        m_trace.Report(m_log, severity, kind, at.rank, at.operation, message);
    }

    /** Make an operation one that does nothing, so that what it orders stays ordered. */
    static void LeaveOut(TraceOperation& operation)
    {
        operation.kind = OperationKind::DELAY;
        operation.value = 0;
        operation.sizes = nullptr;
    }

    void CheckGroups()
    {
        for (const auto& group : m_trace.groups)
        {
            auto ranks = group.ranks;
            std::sort(ranks.begin(), ranks.end());
            const std::string name = "group '" + group.name + "'";
            if (ranks.empty())
            {
                m_log.Add(Finding::ERROR, "empty group", 0, 0, name + " has no members");
            }
            else if (std::adjacent_find(ranks.begin(), ranks.end()) != ranks.end())
            {
                m_log.Add(Finding::ERROR, "rank twice", 0, 0, name + " has a rank twice");
            }
            else if (ranks.back() >= m_trace.ranks.size())
            {
                m_log.Add(Finding::ERROR,
                          "group with a rank that is not in the trace",
                          0,
                          0,
                          name + " has rank " + std::to_string(ranks.back()) +
                              ", but the trace has ranks 0 to " +
                              std::to_string(m_trace.ranks.size() - 1));
            }
        }
    }

    void CheckOperation(uint32_t r, uint32_t i)
    {
        const Reference at{r, i};
        auto& operation = At(at);
        switch (operation.kind)
        {
        case OperationKind::SEND:
        case OperationKind::RECEIVE:
            if (operation.peer == r)
            {
                Report(
                    Finding::WARNING, "message to itself", at, "a message to itself is left out");
                LeaveOut(operation);
            }
            else if (operation.peer >= m_trace.ranks.size() &&
                     operation.peer != TraceOperation::ANY)
            {
                Report(Finding::ERROR,
                       "unknown peer",
                       at,
                       "peer " + std::to_string(operation.peer) + ", expected a rank, 0 to " +
                           std::to_string(m_trace.ranks.size() - 1));
            }
            break;
        case OperationKind::COLLECTIVE:
            CheckCollective(at, operation);
            break;
        default:
            break;
        }
    }

    void CheckCollective(const Reference& at, TraceOperation& operation)
    {
        const auto& group = m_trace.groups[operation.group];
        const auto& ranks = group.ranks;
        if (std::find(ranks.begin(), ranks.end(), at.rank) == ranks.end())
        {
            Report(Finding::ERROR,
                   "rank is not in the group of its collective",
                   at,
                   "the rank is no member of group '" + group.name + "'");
        }
        else if (operation.root >= ranks.size())
        {
            Report(Finding::ERROR,
                   "unknown root",
                   at,
                   "root " + std::to_string(operation.root) + " in group '" + group.name + "' of " +
                       std::to_string(ranks.size()));
        }
        else if (operation.type == CollectiveType::ALL_TO_ALL_V &&
                 (!operation.sizes || operation.sizes->sent.size() != ranks.size() ||
                  operation.sizes->received.size() != ranks.size()))
        {
            Report(Finding::ERROR,
                   "all-to-all-v without the sizes of its parts",
                   at,
                   "an all-to-all-v needs a size for each of the " + std::to_string(ranks.size()) +
                       " ranks of its group");
        }
        else if (ranks.size() == 1)
        {
            Report(Finding::NOTE,
                   "collective of one rank",
                   at,
                   "a collective of one rank moves nothing and is left out");
            LeaveOut(operation);
        }
    }

    void MatchMessages()
    {
        // By sender and receiver: what is sent and not received yet, in the order of the file.
        std::map<std::pair<uint32_t, uint32_t>, std::deque<Reference>> sent;
        for (uint32_t r = 0; r < m_trace.ranks.size(); ++r)
        {
            for (uint32_t i = 0; i < m_trace.ranks[r].operations.size(); ++i)
            {
                const auto& operation = At({r, i});
                if (operation.kind == OperationKind::SEND)
                {
                    sent[{r, operation.peer}].push_back({r, i});
                }
            }
        }
        std::map<std::pair<uint32_t, uint32_t>, uint32_t> nextTag;
        // First those that know whom they wait for, then those that take anything.
        for (const bool any : {false, true})
        {
            for (uint32_t r = 0; r < m_trace.ranks.size(); ++r)
            {
                for (uint32_t i = 0; i < m_trace.ranks[r].operations.size(); ++i)
                {
                    const auto& operation = At({r, i});
                    const bool isAny = operation.peer == TraceOperation::ANY ||
                                       operation.tag == TraceOperation::ANY;
                    if (operation.kind == OperationKind::RECEIVE && isAny == any &&
                        !m_partner.count({r, i}))
                    {
                        MatchReceive({r, i}, sent, nextTag);
                    }
                }
            }
        }
        for (const auto& [pair, left] : sent)
        {
            for (const auto& at : left)
            {
                Report(Finding::WARNING,
                       "unmatched send",
                       at,
                       "send of " + std::to_string(At(at).value) + " bytes with tag " +
                           std::to_string(At(at).tag) + ": rank " + std::to_string(pair.second) +
                           " never receives it; it is left out");
                LeaveOut(At(at));
            }
        }
    }

    void MatchReceive(const Reference& at,
                      std::map<std::pair<uint32_t, uint32_t>, std::deque<Reference>>& sent,
                      std::map<std::pair<uint32_t, uint32_t>, uint32_t>& nextTag)
    {
        auto& receive = At(at);
        const bool anyPeer = receive.peer == TraceOperation::ANY;
        const uint32_t nCandidates =
            anyPeer ? static_cast<uint32_t>(m_trace.ranks.size()) : receive.peer + 1;
        for (uint32_t peer = anyPeer ? 0 : receive.peer; peer < nCandidates; ++peer)
        {
            const auto found = sent.find({peer, at.rank});
            if (found == sent.end())
            {
                continue;
            }
            auto& queue = found->second;
            const auto match = std::find_if(queue.begin(),
                                            queue.end(),
                                            [&](const Reference& candidate) {
                                                return receive.tag == TraceOperation::ANY ||
                                                       At(candidate).tag == receive.tag;
                                            });
            if (match == queue.end())
            {
                continue;
            }
            auto& send = At(*match);
            if (anyPeer)
            {
                Report(Finding::WARNING,
                       "receive from anybody",
                       at,
                       "a receive from anybody gets the first message that nobody else takes: of "
                       "rank " +
                           std::to_string(peer));
                receive.peer = peer;
            }
            if (send.value != receive.value)
            {
                Report(Finding::WARNING,
                       "sizes sent and received differ",
                       at,
                       "receives " + std::to_string(receive.value) + " bytes, but " +
                           m_trace.Describe(match->rank, match->operation) + " sends " +
                           std::to_string(send.value) + ": the sender's size is taken");
                receive.value = send.value;
            }
            receive.tag = send.tag = nextTag[{peer, at.rank}]++;
            m_partner[at] = *match;
            queue.erase(match);
            return;
        }
        Report(Finding::WARNING,
               "unmatched receive",
               at,
               "receive of " + std::to_string(receive.value) + " bytes: " +
                   (anyPeer ? std::string("nobody")
                            : "rank " + std::to_string(receive.peer) + " never") +
                   " sends it" +
                   (receive.tag == TraceOperation::ANY
                        ? ""
                        : " with tag " + std::to_string(receive.tag)) +
                   "; it is left out");
        LeaveOut(receive);
    }

    void MatchCollectives()
    {
        std::map<Instance, std::vector<Reference>> instances;
        std::map<std::pair<uint32_t, uint32_t>, uint32_t> counts; // by group and rank
        for (uint32_t r = 0; r < m_trace.ranks.size(); ++r)
        {
            for (uint32_t i = 0; i < m_trace.ranks[r].operations.size(); ++i)
            {
                const auto& operation = At({r, i});
                if (operation.kind == OperationKind::COLLECTIVE)
                {
                    const uint32_t number = counts[{operation.group, r}]++;
                    instances[{operation.group, number}].push_back({r, i});
                }
            }
        }
        for (const auto& [instance, members] : instances)
        {
            CheckInstance(instance, members);
            if (At(members.front()).kind == OperationKind::COLLECTIVE)
            {
                m_instances.emplace(instance, members);
            }
        }
    }

    void CheckInstance(const Instance& instance, const std::vector<Reference>& members)
    {
        const auto& group = m_trace.groups[instance.first];
        const auto& first = At(members.front());
        const std::string what =
            "collective " + std::to_string(instance.second) + " of group '" + group.name + "'";
        if (members.size() != group.ranks.size())
        {
            Report(Finding::ERROR,
                   "collective that members of its group do not call",
                   members.front(),
                   what + " (" + collective::GetTypeName(first.type) +
                       "): " + std::to_string(members.size()) + " of " +
                       std::to_string(group.ranks.size()) + " ranks call it, rank " +
                       std::to_string(FindMissing(group, members)) + " does not");
            return;
        }
        uint64_t bytes = 0;
        for (const auto& at : members)
        {
            const auto& operation = At(at);
            if (operation.type != first.type || operation.root != first.root)
            {
                Report(Finding::ERROR,
                       "ranks of a group call different collectives",
                       at,
                       what + " is " + collective::GetTypeName(operation.type) + " with root " +
                           std::to_string(operation.root) + " here, but " +
                           collective::GetTypeName(first.type) + " with root " +
                           std::to_string(first.root) + " at rank " +
                           std::to_string(members.front().rank));
                return;
            }
            bytes = std::max(bytes, operation.value);
        }
        if (first.type == CollectiveType::ALL_TO_ALL_V)
        {
            CheckExchange(what, group, members);
            return;
        }
        for (const auto& at : members)
        {
            if (At(at).value != bytes)
            {
                Report(Finding::WARNING,
                       "sizes of a collective differ between ranks",
                       at,
                       what + " has " + std::to_string(At(at).value) + " bytes here and " +
                           std::to_string(bytes) + " elsewhere: the largest is taken");
                At(at).value = bytes;
            }
            if (bytes == 0 && first.type != CollectiveType::BARRIER)
            {
                Report(Finding::WARNING,
                       "collective of 0 bytes",
                       at,
                       what + " (" + collective::GetTypeName(first.type) +
                           ") has 0 bytes: it is left out, as NCCL does");
                LeaveOut(At(at));
            }
        }
    }

    uint32_t FindMissing(const CommunicationGroup& group, const std::vector<Reference>& members)
    {
        for (const auto rank : group.ranks)
        {
            if (std::none_of(members.begin(),
                             members.end(),
                             [rank](const Reference& at) { return at.rank == rank; }))
            {
                return rank;
            }
        }
        return 0;
    }

    /** What a rank sends counts; all ranks get the mean size, for bandwidths. */
    void CheckExchange(const std::string& what,
                       const CommunicationGroup& group,
                       const std::vector<Reference>& members)
    {
        const std::size_t n = group.ranks.size();
        std::vector<const Reference*> byPlace(n, nullptr);
        for (const auto& at : members)
        {
            byPlace[std::find(group.ranks.begin(), group.ranks.end(), at.rank) -
                    group.ranks.begin()] = &at;
        }
        uint64_t total = 0;
        for (const auto* at : byPlace)
        {
            for (const auto bytes : At(*at).sizes->sent)
            {
                total += bytes;
            }
        }
        for (std::size_t b = 0; b < n; ++b)
        {
            auto& operation = At(*byPlace[b]);
            auto sizes = std::make_shared<collective::ExchangeSizes>(*operation.sizes);
            bool differs = false;
            for (std::size_t a = 0; a < n; ++a)
            {
                const uint64_t sent = At(*byPlace[a]).sizes->sent[b];
                differs = differs || sizes->received[a] != sent;
                sizes->received[a] = sent;
            }
            if (differs)
            {
                Report(Finding::WARNING,
                       "parts of an exchange differ between sender and receiver",
                       *byPlace[b],
                       what + " expects other sizes than the other ranks send: what they send is "
                              "taken");
            }
            operation.value = total / n;
            operation.sizes = sizes;
        }
    }

    Trace& m_trace;                                         ///< what is checked
    FindingLog& m_log;                                      ///< what is found
    std::map<Reference, Reference> m_partner;               ///< by receive: its send
    std::map<Instance, std::vector<Reference>> m_instances; ///< calls of each collective
};

} // namespace

void
CheckTrace(Trace& trace, FindingLog& log)
{
    TraceChecker(trace, log).Run();
}

} // namespace ns3::workload
