/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-flow-generator.h"

#include "ns3/enum.h"
#include "ns3/fabric-compat.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cmath>

namespace ns3::cluster
{

NS_OBJECT_ENSURE_REGISTERED(FlowGenerator);

TypeId
FlowGenerator::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::cluster::FlowGenerator")
            .SetParent<Object>()
            .SetGroupName("Cluster")
            .AddAttribute("Start",
                          "When the first flow may start.",
                          TimeValue(Time(0)),
                          MakeTimeAccessor(&FlowGenerator::m_start),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("Class",
                          "Priority class of the flows on the wire, 0 to 7.",
                          UintegerValue(3),
                          MakeUintegerAccessor(&FlowGenerator::m_priority),
                          MakeUintegerChecker<uint8_t>(0, 7))
            .AddAttribute(
                "Verb",
                "Which way the bytes go: from the source to the "
                "destination (write), from the destination to the source, "
                "which asks for them (read), or an atomic operation on "
                "eight bytes of the destination.",
                EnumValue(MessageVerb::WRITE),
                fabric::compat::MakeEnumAccessorFor<MessageVerb::Value>(&FlowGenerator::m_verb),
                MakeEnumChecker(MessageVerb::WRITE,
                                "write",
                                MessageVerb::READ,
                                "read",
                                MessageVerb::FETCH_ADD,
                                "fetch-add",
                                MessageVerb::COMPARE_SWAP,
                                "compare-swap"));
    return tid;
}

FlowGenerator::FlowGenerator() = default;

FlowGenerator::~FlowGenerator() = default;

std::optional<std::vector<Flow>>
FlowGenerator::Generate(const FlowSites& sites, std::vector<TopologyError>& errors)
{
    const std::size_t before = errors.size();
    if (sites.bitRates.size() < 2)
    {
        AddError(errors, "a cluster of one accelerator has no flows");
        return std::nullopt;
    }
    DoCheck(sites, errors);
    if (errors.size() == before && DoEstimate(sites) > static_cast<double>(MAX_FLOWS))
    {
        AddError(errors,
                 "about " + std::to_string(std::llround(DoEstimate(sites))) +
                     " flows, expected at most " + std::to_string(MAX_FLOWS));
    }
    if (errors.size() > before)
    {
        return std::nullopt;
    }
    std::vector<Flow> flows;
    DoGenerate(sites, flows);
    if (MessageVerb::IsAtomic(m_verb) &&
        std::any_of(flows.begin(),
                    flows.end(),
                    [](const Flow& flow) { return flow.bytes != MessageVerb::ATOMIC_BYTES; }))
    {
        AddError(errors, "an atomic operation is on 8 bytes, expected Size to be 8");
        return std::nullopt;
    }
    std::stable_sort(
        flows.begin(), flows.end(), [](const Flow& a, const Flow& b) { return a.start < b.start; });
    return flows;
}

int64_t
FlowGenerator::AssignStreams(int64_t stream)
{
    return 0;
}

void
FlowGenerator::AddError(std::vector<TopologyError>& errors, const std::string& message)
{
    errors.push_back({message, {}});
}

Flow
FlowGenerator::MakeFlow(uint32_t source, uint32_t destination, uint64_t bytes, int64_t after) const
{
    return {source, destination, bytes, m_start.GetPicoSeconds() + after, m_priority, m_verb};
}

} // namespace ns3::cluster
