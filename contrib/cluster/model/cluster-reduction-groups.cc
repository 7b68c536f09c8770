/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-reduction-groups.h"

#include "ns3/fabric-link.h"
#include "ns3/object-factory.h"
#include "ns3/string.h"

#include <algorithm>
#include <set>
#include <sstream>
#include <utility>

namespace ns3::cluster
{

NS_OBJECT_ENSURE_REGISTERED(ReductionGroups);

namespace
{

constexpr uint32_t NONE = TopologyGraph::NONE;

/** @return the numbers of a list joined by commas */
std::set<uint32_t>
ReadNumbers(const std::string& text)
{
    std::set<uint32_t> numbers;
    std::istringstream stream(text);
    for (std::string item; std::getline(stream, item, ',');)
    {
        numbers.insert(std::strtoul(item.c_str(), nullptr, 10));
    }
    return numbers;
}

} // namespace

TypeId
ReductionGroups::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::cluster::ReductionGroups")
            .SetParent<Object>()
            .SetGroupName("Cluster")
            .AddConstructor<ReductionGroups>()
            .AddAttribute("EngineTiers",
                          "Tiers of the switches that have reduction engines, joined by commas: 1 "
                          "for leaves, 2 for what is above, and so on. Empty, the default: all.",
                          StringValue(""),
                          MakeStringAccessor(&ReductionGroups::m_engineTiers),
                          MakeStringChecker());
    return tid;
}

ReductionGroups::ReductionGroups() = default;

ReductionGroups::~ReductionGroups() = default;

void
ReductionGroups::DoDispose()
{
    for (auto& group : m_groups)
    {
        for (auto& worker : group->workers)
        {
            worker->Dispose();
        }
    }
    m_groups.clear();
    m_ports.clear();
    m_messages.clear();
    m_cluster = nullptr;
    Object::DoDispose();
}

void
ReductionGroups::Setup(Ptr<Cluster> cluster, ReductionGroupsUser* user)
{
    m_cluster = cluster;
    m_user = user;
    m_planner = std::make_unique<AggregationPlanner>(cluster->GetGraph());
}

const std::vector<AggregationTree>&
ReductionGroups::GetTrees(uint32_t group) const
{
    return m_groups[group - FIRST_GROUP]->trees;
}

const std::vector<uint32_t>&
ReductionGroups::GetTreeNumbers(uint32_t group) const
{
    return m_groups[group - FIRST_GROUP]->numbers;
}

Ptr<rdma::ReductionWorker>
ReductionGroups::GetWorker(uint32_t group, uint32_t member) const
{
    return m_groups[group - FIRST_GROUP]->workers[member];
}

std::vector<bool>
ReductionGroups::FindEngines(const rdma::ReductionWorker& worker) const
{
    const TypeId engine = worker.GetEngineTypeId();
    const auto tiers = ReadNumbers(m_engineTiers);
    const auto& vertices = m_cluster->GetGraph().GetVertices();
    std::vector<bool> has(vertices.size(), false);
    for (uint32_t v = 0; v < vertices.size(); ++v)
    {
        const auto device = m_cluster->GetSwitch(v);
        // Where trees end at hosts, the switches above the leaves only pass frames on.
        const bool passes = worker.UsesServers() && vertices[v].tier > 1;
        if (!device || !(tiers.empty() || passes || tiers.count(vertices[v].tier) > 0))
        {
            continue;
        }
        const auto present = device->GetReductionEngine();
        has[v] = !present || present->GetInstanceTypeId() == engine;
    }
    return has;
}

std::vector<bool>
ReductionGroups::FindDown() const
{
    std::vector<bool> down(m_cluster->GetGraph().GetEdges().size());
    for (uint32_t edge = 0; edge < down.size(); ++edge)
    {
        down[edge] = !m_cluster->GetLink(edge)->IsUp();
    }
    return down;
}

bool
ReductionGroups::IsBroken(const Group& group) const
{
    bool broken = false;
    for (const auto& worker : group.workers)
    {
        if (worker->GetNPending() > 0)
        {
            return false;
        }
        broken |= !worker->GetFailure().empty();
    }
    const auto& graph = m_cluster->GetGraph();
    for (std::size_t t = 0; t < group.trees.size(); ++t)
    {
        for (const auto& node : group.trees[t].nodes)
        {
            broken |=
                node.parent != NONE &&
                !m_cluster->GetLink(graph.GetVertex(node.vertex).edges[node.parentPort])->IsUp();
        }
    }
    return broken;
}

uint32_t
ReductionGroups::Find(const std::vector<Member>& members,
                      const std::string& scheme,
                      std::string& reason)
{
    std::vector<uint32_t> accelerators;
    for (const auto& member : members)
    {
        accelerators.push_back(member.accelerator);
    }
    const auto known = m_byMembers.find({accelerators, scheme});
    if (known != m_byMembers.end())
    {
        Group& group = *m_groups[known->second - FIRST_GROUP];
        if (!group.workers.empty() && !IsBroken(group))
        {
            return known->second;
        }
        TearDown(group);
        reason = Build(group);
        return reason.empty() ? known->second : NO_GROUP;
    }
    auto group = std::make_unique<Group>();
    if (!TypeId::LookupByNameFailSafe(scheme, &group->scheme) ||
        !group->scheme.IsChildOf(rdma::ReductionWorker::GetTypeId()))
    {
        reason = "no scheme " + scheme;
        return NO_GROUP;
    }
    group->members = members;
    for (uint32_t member = 0; member < members.size(); ++member)
    {
        group->places[accelerators[member]] = member;
    }
    reason = Build(*group);
    const uint32_t number = FIRST_GROUP + m_groups.size();
    m_byMembers[{accelerators, scheme}] = number;
    m_groups.push_back(std::move(group));
    return reason.empty() ? number : NO_GROUP;
}

std::string
ReductionGroups::Build(Group& group)
{
    ObjectFactory factory;
    factory.SetTypeId(group.scheme);
    auto worker = factory.Create<rdma::ReductionWorker>();
    std::string reason = PlanTrees(group, *worker);
    for (std::size_t t = 0; reason.empty() && t < group.trees.size(); ++t)
    {
        group.numbers.push_back(m_nextTree++);
        reason = InstallTree(group, t, *worker);
        if (!reason.empty())
        {
            group.numbers.pop_back();
        }
    }
    if (!reason.empty())
    {
        TearDown(group);
        return reason;
    }
    MakeWorkers(group, worker);
    return "";
}

std::string
ReductionGroups::PlanTrees(Group& group, const rdma::ReductionWorker& worker)
{
    m_planner->SetEngines(FindEngines(worker));
    m_planner->SetDown(FindDown());
    // As many trees as wanted, and at least one for each port that the members have.
    const std::size_t nPorts = group.members[0].ports.size();
    const bool servers = worker.UsesServers();
    const std::size_t nTrees =
        servers ? group.members.size() : std::max<std::size_t>(worker.GetNTrees(), nPorts);
    for (std::size_t port = 0; port < (servers ? nTrees : nPorts); ++port)
    {
        AggregationPlanner::Request request;
        std::set<std::pair<uint32_t, uint32_t>> places;
        for (const auto& member : group.members)
        {
            if (member.ports.size() != nPorts || nPorts == 0)
            {
                return "the members have different numbers of NIC ports, or none";
            }
            const auto place = GetPlace(member, port);
            request.members.push_back(place);
            places.insert({place.server, place.port});
        }
        if (places.size() < request.members.size())
        {
            return "two members share a NIC port";
        }
        request.nTrees = servers ? 1 : (nTrees + nPorts - 1 - port) / nPorts;
        request.root = servers ? port : NONE;
        std::string reason;
        const auto trees = m_planner->Plan(request, reason);
        if (trees.empty())
        {
            return reason;
        }
        group.trees.insert(group.trees.end(), trees.begin(), trees.end());
    }
    return "";
}

std::vector<fabric::ReductionNode>
ReductionGroups::Describe(const AggregationTree& tree, bool hasServer)
{
    std::vector<fabric::ReductionNode> nodes(tree.nodes.size());
    std::vector<uint32_t> above(tree.nodes.size(), NONE); // the next node that does not relay
    for (std::size_t i = 0; i < nodes.size(); ++i)
    {
        const auto& from = tree.nodes[i];
        auto& node = nodes[i];
        node.scope = i;
        // Where trees end at hosts only leaves add up: the switches between them pass frames on.
        node.relays = hasServer && i > 0 && from.members.empty();
        if (from.parent == NONE)
        {
            continue;
        }
        node.parentPort = from.parentPort;
        above[i] = nodes[from.parent].relays ? above[from.parent] : from.parent;
        if (!node.relays)
        {
            node.place = nodes[above[i]].children.size();
            fabric::ReductionNode::Child child;
            child.port = from.portOfParent;
            for (uint32_t via = from.parent; via != above[i]; via = tree.nodes[via].parent)
            {
                child.port = tree.nodes[via].portOfParent;
            }
            nodes[above[i]].children.push_back(child);
        }
    }
    for (std::size_t i = 0; i < nodes.size(); ++i)
    {
        for (std::size_t k = 0; k < tree.nodes[i].members.size(); ++k)
        {
            nodes[i].children.push_back(
                {tree.nodes[i].memberPorts[k], true, {tree.nodes[i].members[k]}});
        }
    }
    for (std::size_t i = nodes.size(); i-- > 1;)
    {
        if (nodes[i].relays)
        {
            continue;
        }
        auto& there = nodes[above[i]].children[nodes[i].place].members;
        for (const auto& child : nodes[i].children)
        {
            there.insert(there.end(), child.members.begin(), child.members.end());
        }
    }
    // A relay knows the children of the switch above it, and by which port it reaches its own.
    for (std::size_t i = 1; i < nodes.size(); ++i)
    {
        if (nodes[i].relays)
        {
            nodes[i].children = nodes[above[i]].children;
        }
    }
    for (std::size_t i = 1; i < nodes.size(); ++i)
    {
        if (!nodes[i].relays)
        {
            uint16_t port = tree.nodes[i].portOfParent;
            for (uint32_t via = tree.nodes[i].parent; via != above[i]; via = tree.nodes[via].parent)
            {
                nodes[via].children[nodes[i].place].port = port;
                port = tree.nodes[via].portOfParent;
            }
        }
    }
    return nodes;
}

std::string
ReductionGroups::InstallTree(const Group& group, std::size_t t, const rdma::ReductionWorker& worker)
{
    const AggregationTree& tree = group.trees[t];
    const bool hasServer = worker.UsesServers();
    auto nodes = Describe(tree, hasServer);
    if (hasServer)
    {
        const auto& root = tree.nodes[0];
        const auto host = std::find(root.members.begin(), root.members.end(), t);
        nodes[0].parentPort = root.memberPorts[host - root.members.begin()];
    }
    for (std::size_t i = 0; i < nodes.size(); ++i)
    {
        const auto device = m_cluster->GetSwitch(tree.nodes[i].vertex);
        if (!device->GetReductionEngine())
        {
            ObjectFactory factory;
            factory.SetTypeId(worker.GetEngineTypeId());
            device->SetReductionEngine(factory.Create<fabric::ReductionEngine>());
        }
        nodes[i].tree = group.numbers[t];
        nodes[i].firstTree = group.numbers[0];
        nodes[i].nTrees = group.trees.size();
        nodes[i].nMembers = group.members.size();
        nodes[i].slots = worker.GetNSlots();
        nodes[i].headerBytes = worker.GetHeaderBytes();
        nodes[i].payloadBytes = worker.GetPayloadBytes();
        const std::string reason = device->GetReductionEngine()->Install(nodes[i]);
        if (!reason.empty())
        {
            for (std::size_t k = 0; k < i; ++k)
            {
                m_cluster->GetSwitch(tree.nodes[k].vertex)
                    ->GetReductionEngine()
                    ->Remove(group.numbers[t]);
            }
            return m_cluster->GetGraph().GetVertex(tree.nodes[i].vertex).name + ": " + reason;
        }
    }
    return "";
}

void
ReductionGroups::MakeWorkers(Group& group, Ptr<rdma::ReductionWorker> first)
{
    const uint32_t nMembers = group.members.size();
    std::vector<std::vector<rdma::ReductionWorker::TreeEnd>> ends(nMembers);
    for (std::size_t t = 0; t < group.trees.size(); ++t)
    {
        const auto nodes = Describe(group.trees[t], first->UsesServers());
        rdma::ReductionServerNode server{group.numbers[t], nMembers, first->GetNSlots(), {}};
        for (const auto& node : nodes)
        {
            server.members.emplace_back();
            for (uint16_t place = 0; place < node.children.size(); ++place)
            {
                server.members.back().push_back(node.children[place].members);
                if (node.children[place].isMember && !node.relays)
                {
                    ends[node.children[place].members[0]].push_back(
                        {group.numbers[t], place, node.scope});
                }
            }
        }
        if (first->UsesServers())
        {
            group.servers.push_back(
                first->MakeServer(GetPort(GetPlace(group.members[t], t)), server));
        }
    }
    ObjectFactory factory;
    factory.SetTypeId(group.scheme);
    for (uint32_t member = 0; member < nMembers; ++member)
    {
        auto worker = member == 0 ? first : factory.Create<rdma::ReductionWorker>();
        std::vector<rdma::ReductionPort*> ports;
        for (std::size_t t = 0; t < group.trees.size(); ++t)
        {
            ports.push_back(&GetPort(GetPlace(group.members[member], t)));
        }
        worker->Join(ports, ends[member], member, nMembers, this);
        group.workers.push_back(worker);
    }
}

void
ReductionGroups::TearDown(Group& group)
{
    for (auto& worker : group.workers)
    {
        worker->Dispose();
    }
    group.workers.clear();
    group.servers.clear();
    for (std::size_t t = 0; t < group.trees.size(); ++t)
    {
        m_planner->Release(group.trees[t]);
        for (const auto& node : group.trees[t].nodes)
        {
            if (t < group.numbers.size())
            {
                m_cluster->GetSwitch(node.vertex)->GetReductionEngine()->Remove(group.numbers[t]);
            }
        }
    }
    group.trees.clear();
    group.numbers.clear();
    group.orders.clear();
    group.nOrdinals = 0;
}

rdma::ReductionPort&
ReductionGroups::GetPort(const TopologyGraph::Attachment& place)
{
    const auto address = m_cluster->GetAddress(place.server, place.port);
    m_ports.resize(std::max<std::size_t>(m_ports.size(), address + 1));
    if (!m_ports[address])
    {
        m_ports[address] =
            std::make_unique<rdma::ReductionPort>(*m_cluster->GetNic(place.server), place.port);
    }
    return *m_ports[address];
}

std::string
ReductionGroups::Post(const Message& message)
{
    Group& group = *m_groups[message.destination - FIRST_GROUP];
    const uint32_t member = group.places.at(message.source);
    auto& worker = *group.workers[member];
    if (!worker.GetFailure().empty())
    {
        return worker.GetFailure();
    }
    const auto [order, isNew] =
        group.orders.emplace(message.tag, Order{group.nOrdinals, 0, message});
    group.nOrdinals += isNew ? 1 : 0;
    const Message& first = order->second.first;
    if (first.bytes != message.bytes || first.use != message.use || first.root != message.root)
    {
        return "accelerator " + std::to_string(message.source) + " sends " +
               std::to_string(message.bytes) + " bytes to a group where accelerator " +
               std::to_string(first.source) + " sends " + std::to_string(first.bytes) +
               ": they posted different operations";
    }
    const uint32_t ordinal = order->second.ordinal;
    if (++order->second.posted == group.members.size())
    {
        group.orders.erase(order);
    }
    rdma::ReductionTransfer transfer;
    transfer.bytes = message.bytes;
    transfer.use = message.use;
    transfer.root = message.root;
    transfer.priority = message.priority;
    transfer.cookie = m_nextCookie++;
    m_messages.emplace(transfer.cookie, message);
    worker.Post(ordinal, transfer);
    return "";
}

Message
ReductionGroups::Take(const rdma::ReductionTransfer& transfer)
{
    const auto it = m_messages.find(transfer.cookie);
    const Message message = it->second;
    m_messages.erase(it);
    return message;
}

void
ReductionGroups::TransferCompleted(rdma::ReductionWorker& worker,
                                   const rdma::ReductionTransfer& transfer)
{
    m_user->GroupCompleted(Take(transfer));
}

void
ReductionGroups::TransferFailed(rdma::ReductionWorker& worker,
                                const rdma::ReductionTransfer& transfer,
                                const std::string& reason)
{
    m_user->GroupFailed(Take(transfer), reason);
}

} // namespace ns3::cluster
