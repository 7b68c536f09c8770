/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-participation.h"

#include "collective-protocol.h"

#include "ns3/log.h"

namespace ns3::collective
{

NS_LOG_COMPONENT_DEFINE("CollectiveParticipation");

void
Participation::Prepare(const Algorithm& algorithm,
                       Ptr<const Algorithm> library,
                       cluster::MessageNetwork& network)
{
    const Algorithm* how = &algorithm;
    Ptr<const Algorithm> fallback; // keeps the one that is tried
    Plan plan;
    for (;;)
    {
        plan = how->Prepare(*communicator, record.operation, record.rank);
        schedule = std::move(plan.schedule);
        groups.clear();
        obstacle = FindGroups(network);
        if (obstacle.empty() || !plan.fallback)
        {
            break;
        }
        NS_LOG_INFO("fallback: " << obstacle);
        // Whoever was told to use the network leaves the rest to the library; that knows itself.
        const bool isTold = how == &algorithm && how != PeekPointer(library);
        fallback = isTold && library ? library : plan.fallback;
        how = PeekPointer(fallback);
    }
    record.algorithm = std::move(plan.algorithm);
    record.nChannels = plan.nChannels;
    protocol = plan.protocol;
}

std::string
Participation::FindGroups(cluster::MessageNetwork& network)
{
    for (const auto& ranks : schedule->GetGroups())
    {
        std::vector<uint32_t> members;
        members.reserve(ranks.size());
        for (const uint32_t rank : ranks)
        {
            members.push_back(communicator->GetAccelerator(rank));
        }
        std::string reason;
        const uint32_t group = network.FindGroup(members, schedule->GetScheme(), reason);
        if (group == cluster::NO_GROUP)
        {
            return reason;
        }
        groups.push_back(group);
    }
    return "";
}

void
Participation::OpenLanes()
{
    lanes.resize(schedule->GetNLanes());
    for (uint32_t index = 0; index < lanes.size(); ++index)
    {
        auto& lane = lanes[index];
        lane.nSteps = schedule->GetNSteps(index);
        if (lane.nSteps > 0)
        {
            schedule->GetStep(index, 0, lane.head);
            lane.loaded = true;
            lane.sends = lane.head.action == StepAction::SEND;
            lane.local = lane.head.action >= StepAction::COPY;
            ++nLanesLeft;
        }
    }
}

bool
Participation::HasReadyHead(uint32_t index)
{
    auto& lane = lanes[index];
    if (failed || lane.nStarted == lane.nSteps)
    {
        return false;
    }
    if (!lane.loaded)
    {
        schedule->GetStep(index, lane.nStarted, lane.head);
        lane.loaded = true;
    }
    for (const auto& dependency : lane.head.after)
    {
        const auto& other = lanes[dependency.lane];
        if (dependency.count > (dependency.sent ? other.nSent : other.nComplete))
        {
            lane.blocked = true;
            lane.blockedOn = dependency.lane;
            return false;
        }
    }
    lane.blocked = false;
    return true;
}

uint32_t
Participation::GetFarEnd(const Step& step) const
{
    return step.peer == Step::NETWORK ? groups[step.group]
                                      : communicator->GetAccelerator(step.peer);
}

uint64_t
Participation::GetMessageBytes(uint64_t bytes) const
{
    return protocol ? protocol->GetWireBytes(bytes) : bytes;
}

Time
Participation::GetProtocolLatency(const Step& step) const
{
    if (!protocol)
    {
        return Time(0);
    }
    const auto server = communicator->GetPlace(record.rank).first;
    const bool isLocal = step.peer == Step::NETWORK
                             ? communicator->GetServers().size() == 1
                             : communicator->GetPlace(step.peer).first == server;
    return protocol->GetStepLatency(isLocal);
}

MessageTag
Participation::GetTag() const
{
    MessageTag tag;
    tag.communicator = record.operation.communicator;
    tag.sequence = record.operation.sequence;
    return tag;
}

} // namespace ns3::collective
