/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-scale-up-reduction.h"

#include <algorithm>
#include <utility>

namespace ns3::cluster
{

NS_OBJECT_ENSURE_REGISTERED(ScaleUpReduction);

TypeId
ScaleUpReduction::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::cluster::ScaleUpReduction")
            .SetParent<Object>()
            .SetGroupName("Cluster")
            .AddConstructor<ScaleUpReduction>()
            .AddAttribute("Rate",
                          "What the adders of a server's scale-up switches take in, contributions "
                          "of all members together. 0, the default: as much as the ports bring "
                          "(NVSwitch 3 is built for that; own choice, no rate is published per "
                          "format).",
                          DataRateValue(DataRate(0)),
                          MakeDataRateAccessor(&ScaleUpReduction::m_rate),
                          MakeDataRateChecker())
            .AddAttribute("Latency",
                          "What the switch takes for a result beyond its latency for what it "
                          "passes on (default 0: own choice, not published).",
                          TimeValue(Time(0)),
                          MakeTimeAccessor(&ScaleUpReduction::m_latency),
                          MakeTimeChecker(Time(0)));
    return tid;
}

ScaleUpReduction::ScaleUpReduction()
    : m_deliverAlarm(new DeliverAlarm(this))
{
}

ScaleUpReduction::~ScaleUpReduction()
{
    m_deliverAlarm->Detach();
    m_deliverAlarm->Unref();
}

void
ScaleUpReduction::DoDispose()
{
    m_user = nullptr;
    m_groups.clear();
    m_flowing.clear();
    m_deliverAlarm->Set(fabric::NEVER);
    Object::DoDispose();
}

void
ScaleUpReduction::Setup(uint32_t nodeId, FluidLinks& links, uint32_t accelerators, Time latency)
{
    m_links = &links;
    m_nAccelerators = accelerators;
    m_wayTime = 2 * latency.GetTimeStep() + m_latency.GetTimeStep();
    m_deliverAlarm->SetContext(nodeId);
    if (m_rate.GetBitRate() > 0)
    {
        // In results of all accelerators: a group of fewer takes a share of it.
        m_adders = links.AddLink(std::max<uint64_t>(m_rate.GetBitRate() / accelerators, 1));
    }
}

void
ScaleUpReduction::SetUser(ReductionGroupsUser* user)
{
    m_user = user;
}

void
ScaleUpReduction::AddGroup(uint32_t number, const std::vector<uint32_t>& members)
{
    m_groups[number].members = members;
}

uint32_t
ScaleUpReduction::FindStream(Group& group, const Message& message)
{
    const auto [entry, isNew] =
        group.streams.emplace(std::pair(static_cast<int>(message.use), message.root), 0);
    if (!isNew)
    {
        return entry->second;
    }
    const bool copies = message.use == fabric::ReductionUse::COPY_FROM_ROOT;
    const bool toOne = message.use == fabric::ReductionUse::SUM_TO_ROOT;
    std::vector<FluidLinks::Use> path;
    for (uint32_t place = 0; place < group.members.size(); ++place)
    {
        const uint32_t port = group.members[place];
        if (!copies || place == message.root)
        {
            path.push_back({port});
        }
        if (!toOne || place == message.root)
        {
            path.push_back({m_nAccelerators + port});
        }
    }
    if (!copies && m_rate.GetBitRate() > 0)
    {
        const uint64_t share = uint64_t{FluidLinks::WHOLE} * group.members.size() / m_nAccelerators;
        path.push_back({m_adders, static_cast<uint32_t>(share)});
    }
    entry->second = m_links->AddStream(path);
    return entry->second;
}

std::string
ScaleUpReduction::Post(const Message& message)
{
    Group& group = m_groups.at(message.destination);
    auto& sent = group.awaited[message.tag];
    if (!sent.empty() && (sent[0].bytes != message.bytes || sent[0].use != message.use ||
                          sent[0].root != message.root))
    {
        return "accelerator " + std::to_string(message.source) + " sends " +
               std::to_string(message.bytes) + " bytes to a group where accelerator " +
               std::to_string(sent[0].source) + " sends " + std::to_string(sent[0].bytes) +
               ": they posted different operations";
    }
    sent.push_back(message);
    if (sent.size() == group.members.size())
    {
        Message flow = message;
        flow.tag = m_nextCookie++;
        m_flowing.emplace(flow.tag, std::move(sent));
        group.awaited.erase(message.tag);
        m_links->Send(FindStream(group, flow), flow);
    }
    return "";
}

void
ScaleUpReduction::FlowLeft(const Message& flow)
{
    const auto it = m_flowing.find(flow.tag);
    m_deliveries.Push({fabric::NowTicks() + m_wayTime, std::move(it->second)});
    m_flowing.erase(it);
    if (m_deliveries.GetSize() == 1)
    {
        m_deliverAlarm->Set(m_deliveries[0].at);
    }
}

void
ScaleUpReduction::Deliver()
{
    const Ticks now = fabric::NowTicks();
    while (!m_deliveries.IsEmpty() && m_deliveries[0].at <= now)
    {
        const auto messages = m_deliveries.Pop().messages;
        for (const Message& message : messages)
        {
            if (m_user)
            {
                m_user->GroupCompleted(message);
            }
        }
    }
    if (!m_deliveries.IsEmpty())
    {
        m_deliverAlarm->Set(m_deliveries[0].at);
    }
}

} // namespace ns3::cluster
