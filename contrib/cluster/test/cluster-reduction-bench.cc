/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-reduction-bench.h"

#include "ns3/callback.h"
#include "ns3/double.h"
#include "ns3/fabric-frame-error-model.h"
#include "ns3/fabric-frame-pool.h"
#include "ns3/fabric-link.h"
#include "ns3/fabric-reduction-engine.h"
#include "ns3/simulator.h"

#include <algorithm>

namespace ns3::cluster::tests
{

using fabric::ReductionFields;
using fabric::ReductionUse;

ReductionBench::ReductionBench(const std::string& spec, const std::string& scheme)
    : TestBench(spec),
      m_scheme(scheme)
{
}

void
ReductionBench::LoseFrames(double rate, int64_t seed)
{
    for (uint32_t edge = 0; edge < cluster->GetGraph().GetEdges().size(); ++edge)
    {
        for (std::size_t end = 0; end < 2; ++end)
        {
            auto model = CreateObject<fabric::RandomFrameErrorModel>();
            model->SetAttribute("FrameLossRate", DoubleValue(rate));
            model->AssignStreams(1000 * seed + 2 * edge + end);
            cluster->GetLink(edge)->SetErrorModel(end, model);
        }
    }
}

void
ReductionBench::Complain(const std::string& what)
{
    if (m_error.empty())
    {
        m_error = what;
    }
}

std::string
ReductionBench::Refuse(const std::vector<uint32_t>& members)
{
    std::string reason;
    const uint32_t group = network->FindGroup(members, m_scheme, reason);
    return group == NO_GROUP ? reason : "";
}

uint32_t
ReductionBench::MakeGroup(const std::vector<uint32_t>& members)
{
    std::string reason;
    const uint32_t group = network->FindGroup(members, m_scheme, reason);
    if (group == NO_GROUP)
    {
        Complain("no group: " + reason);
        return group;
    }
    m_members[group] = members;
    for (const uint32_t tree : network->GetGroups()->GetTreeNumbers(group))
    {
        m_groupOf[tree] = group;
    }
    for (uint32_t member = 0; member < members.size(); ++member)
    {
        network->GetGroups()
            ->GetWorker(group, member)
            ->TraceConnectWithoutContext("Result", MakeCallback(&ReductionBench::TakeResult, this));
    }
    return group;
}

void
ReductionBench::PostAll(int64_t at, uint32_t group, uint64_t bytes, ReductionUse use, uint32_t root)
{
    const uint64_t tag = m_nextTag++;
    for (uint32_t member = 0; group != NO_GROUP && member < m_members[group].size(); ++member)
    {
        PostOne(at, group, member, bytes, tag, use, root);
    }
}

void
ReductionBench::PostOne(int64_t at,
                        uint32_t group,
                        uint32_t member,
                        uint64_t bytes,
                        uint64_t tag,
                        ReductionUse use,
                        uint32_t root)
{
    Message message;
    message.source = m_members[group][member];
    message.destination = group;
    message.bytes = bytes;
    message.tag = tag;
    message.use = use;
    message.root = root;
    auto& posted = m_posted.emplace(tag, Posted{group, bytes, use, root, {}}).first->second;
    posted.who.insert(member);
    Simulator::ScheduleWithContext(network->GetNodeId(message.source),
                                   TimeStep(at),
                                   [this, message]() { network->Send(message); });
}

void
ReductionBench::TakeResult(uint32_t member, const ReductionFields& fields)
{
    const uint32_t group = m_groupOf.at(fields.tree);
    const auto nMembers = static_cast<uint32_t>(m_members[group].size());
    const std::string where = "member " + std::to_string(member) + ", tree " +
                              std::to_string(fields.tree) + ", chunk " +
                              std::to_string(fields.chunk) + ": ";
    if (!m_seen.insert({fields.tree, fields.chunk, member}).second)
    {
        Complain(where + "the result is taken twice");
    }
    if (fields.contributions != nMembers)
    {
        Complain(where + "the result is there before all have contributed");
    }
    uint64_t expected = 0;
    for (uint32_t other = 0; other < nMembers; ++other)
    {
        if (fields.use != ReductionUse::COPY_FROM_ROOT || other == fields.root)
        {
            expected += fabric::ReductionWord(fields.tree, fields.chunk, other);
        }
    }
    if (fields.payloadBytes > 0 && fields.sum != expected)
    {
        Complain(where + "the sum is wrong");
    }
    m_bytes[{group, member}] += fields.payloadBytes;
}

std::string
ReductionBench::Run()
{
    Simulator::Run();
    std::map<std::pair<uint32_t, uint32_t>, uint64_t> expected;
    for (const auto& [tag, posted] : m_posted)
    {
        for (const uint32_t member : posted.who)
        {
            const bool isRoot = member == posted.root;
            const bool gets = posted.use == ReductionUse::SUM_TO_ROOT      ? isRoot
                              : posted.use == ReductionUse::COPY_FROM_ROOT ? !isRoot
                                                                           : true;
            expected[{posted.group, member}] += gets ? posted.bytes : 0;
            const uint32_t accelerator = m_members[posted.group][member];
            const auto n = std::count_if(outcomes.begin(),
                                         outcomes.end(),
                                         [&](const Outcome& outcome)
                                         {
                                             return outcome.received &&
                                                    outcome.message.tag == tag &&
                                                    outcome.message.source == posted.group &&
                                                    outcome.message.destination == accelerator;
                                         });
            if (n != 1)
            {
                Complain("transfer " + std::to_string(tag) + " came " + std::to_string(n) +
                         " times to member " + std::to_string(member));
            }
        }
    }
    if (expected != m_bytes)
    {
        Complain("the members have other amounts of data than were sent");
    }
    for (const auto& outcome : outcomes)
    {
        Complain(outcome.failure);
    }
    for (const auto& violation : cluster->CheckInvariants())
    {
        Complain(violation);
    }
    if (cluster->GetFramePool()->GetNOutstanding() != 0)
    {
        Complain("frames are left over");
    }
    return m_error;
}

int64_t
ReductionBench::GetEnd() const
{
    int64_t end = 0;
    for (const auto& outcome : outcomes)
    {
        end = std::max(end, outcome.at);
    }
    return end;
}

uint64_t
ReductionBench::GetNRepeated(uint32_t group) const
{
    uint64_t n = 0;
    for (uint32_t member = 0; member < m_members.at(group).size(); ++member)
    {
        n += network->GetGroups()->GetWorker(group, member)->GetCounters().repeated;
    }
    return n;
}

uint64_t
ReductionBench::Count(uint64_t fabric::ReductionEngine::Counters::*counter) const
{
    uint64_t n = 0;
    for (const auto& device : cluster->GetSwitches())
    {
        if (device && device->GetReductionEngine())
        {
            n += device->GetReductionEngine()->GetCounters().*counter;
        }
    }
    return n;
}

} // namespace ns3::cluster::tests
