/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-test-net.h"

#include "ns3/uinteger.h"

namespace ns3::fabric::tests
{

Ptr<Link>
Connect(Ptr<Port> a, Ptr<Port> b, Time delay)
{
    auto link = CreateObject<Link>();
    link->SetAttribute("Delay", TimeValue(delay));
    link->Attach(a);
    link->Attach(b);
    return link;
}

TestHost::TestHost(const std::string& rate, uint32_t interframe)
    : node(CreateObject<Node>()),
      port(CreateObject<Port>())
{
    port->SetDataRate(DataRate(rate));
    port->SetAttribute("InterframeBytes", UintegerValue(interframe));
    node->AddDevice(port);
    port->SetOwner(this);
}

Frame*
TestHost::Make(FabricAddress to, uint32_t bytes, uint8_t priority, uint32_t psn)
{
    Frame* frame = port->GetFramePool().Allocate();
    frame->kind = FrameKind::ROCE;
    frame->bytes = bytes;
    frame->source = port->GetFabricAddress();
    frame->destination = to;
    frame->priority = priority;
    frame->entropy = m_entropy;
    frame->ecn = Ecn::ECT0;
    frame->roce.psn = psn;
    return frame;
}

void
TestHost::SetEntropy(uint16_t entropy)
{
    m_entropy = entropy;
}

void
TestHost::Send(FabricAddress to, uint32_t n, uint32_t bytes, uint8_t priority)
{
    for (uint32_t i = 0; i < n; ++i)
    {
        port->Enqueue(Make(to, bytes, priority, i));
    }
}

void
TestHost::Saturate(FabricAddress to, uint32_t n, uint32_t bytes, uint8_t priority)
{
    m_to = to;
    m_left = n;
    m_bytes = bytes;
    m_priority = priority;
    m_nextPsn = 0;
    port->Kick();
}

void
TestHost::ReceiveFrame(Port& from, Frame* frame)
{
    arrivals.push_back({NowTicks(), frame->roce.psn, frame->ecn, frame->priority, frame->source});
    arrivedBytes += frame->bytes;
    FramePool::Release(frame);
}

bool
TestHost::MakesFrames() const
{
    return true;
}

Frame*
TestHost::PullFrame(Port& from, uint8_t eligible, Ticks at)
{
    if (m_left == 0 || !(eligible & (1U << m_priority)))
    {
        return nullptr;
    }
    --m_left;
    return Make(m_to, m_bytes, m_priority, m_nextPsn++);
}

bool
TestHost::WillPull(Port& from, uint8_t eligible, Ticks at)
{
    return m_left > 0 && (eligible & (1U << m_priority));
}

Star::Star(uint32_t n, const std::string& rate, Time delay, uint32_t interframe)
    : node(CreateObject<Node>()),
      sw(CreateObject<Switch>()),
      directory(Create<FabricDirectory>())
{
    node->AggregateObject(sw);
    auto& routes = sw->GetRoutingTable();
    routes.SetDirectory(directory);
    routes.SetLeaf(0);
    for (uint32_t i = 0; i < n; ++i)
    {
        hosts.push_back(std::make_unique<TestHost>(rate, interframe));
        auto port = CreateObject<Port>();
        port->SetDataRate(DataRate(rate));
        port->SetAttribute("InterframeBytes", UintegerValue(interframe));
        node->AddDevice(port);
        const uint16_t index = sw->AddPort(port);
        hosts[i]->port->SetFabricAddress(directory->Add(0));
        routes.SetHostPort(i, index);
        links.push_back(Connect(hosts[i]->port, port, delay));
    }
}

uint64_t
Star::BytesInside() const
{
    uint64_t bytes = 0;
    for (const auto& link : links)
    {
        bytes += link->GetBytesInFlight();
        bytes += link->GetPort(0)->GetQueues().GetBytes();
        bytes += link->GetPort(1)->GetQueues().GetBytes();
    }
    return bytes;
}

LeafSpine::LeafSpine(uint32_t nLeaves,
                     uint32_t nSpines,
                     uint32_t nHosts,
                     const ObjectFactory& balancer,
                     const ObjectFactory& device)
    : directory(Create<FabricDirectory>())
{
    for (uint32_t s = 0; s < nSpines; ++s)
    {
        spines.push_back(MakeSwitch(device, balancer));
    }
    for (uint32_t l = 0; l < nLeaves; ++l)
    {
        leaves.push_back(MakeSwitch(device, balancer));
        auto& table = leaves[l]->GetRoutingTable();
        table.SetLeaf(l);
        for (uint32_t h = 0; h < nHosts; ++h)
        {
            hosts.push_back(std::make_unique<TestHost>("100Gbps"));
            auto port = MakePort(leaves[l]);
            hosts.back()->port->SetFabricAddress(directory->Add(l));
            table.SetHostPort(h, port->GetOwnerIndex());
            Connect(hosts.back()->port, port, MicroSeconds(1));
        }
        std::vector<uint16_t> up;
        for (uint32_t s = 0; s < nSpines; ++s)
        {
            auto port = MakePort(leaves[l]);
            up.push_back(port->GetOwnerIndex());
            auto down = MakePort(spines[s]);
            m_links.push_back(Connect(port, down, MicroSeconds(1)));
            auto& routes = spines[s]->GetRoutingTable();
            routes.SetGroup(l, routes.AddGroup({down->GetOwnerIndex()}));
        }
        for (uint32_t other = 0; other < nLeaves; ++other)
        {
            if (other != l)
            {
                table.SetGroup(other, table.AddGroup(up));
            }
        }
    }
}

Ptr<Switch>
LeafSpine::MakeSwitch(const ObjectFactory& device, const ObjectFactory& balancer)
{
    auto node = CreateObject<Node>();
    auto made = device.Create<Switch>();
    made->SetLoadBalancer(balancer.Create<LoadBalancer>());
    node->AggregateObject(made);
    made->GetRoutingTable().SetDirectory(directory);
    m_stream += made->AssignStreams(m_stream);
    return made;
}

Ptr<Port>
LeafSpine::MakePort(Ptr<Switch> device)
{
    auto port = CreateObject<Port>();
    port->SetDataRate(DataRate("100Gbps"));
    device->GetObject<Node>()->AddDevice(port);
    device->AddPort(port);
    return port;
}

Ptr<Link>
LeafSpine::GetLink(uint32_t leaf, uint32_t spine) const
{
    return m_links[leaf * spines.size() + spine];
}

std::string
LeafSpine::CheckBooks() const
{
    for (const auto* group : {&leaves, &spines})
    {
        for (const auto& device : *group)
        {
            const std::string name = "node " + std::to_string(device->GetNodeId()) + ": ";
            uint64_t all = 0;
            for (uint8_t c = 0; c < N_CLASSES; ++c)
            {
                int64_t balance = device->GetCounters().bytesMade[c];
                uint64_t inside = device->GetHeldBytes(c);
                for (uint16_t i = 0; i < device->GetNPorts(); ++i)
                {
                    const auto counters = device->GetPort(i).GetCounters();
                    balance += static_cast<int64_t>(counters.rxBytes[c]);
                    balance -= static_cast<int64_t>(counters.txBytes[c] + counters.dropBytes[c]);
                    inside += device->GetPort(i).GetQueues().GetBytes(c);
                }
                if (balance != static_cast<int64_t>(inside))
                {
                    return name + std::to_string(balance) + " bytes should be inside, but " +
                           std::to_string(inside) + " are";
                }
                all += inside;
            }
            std::string why;
            if (device->GetBufferPolicy()->GetOccupancy() != all)
            {
                return name + "the memory counts otherwise";
            }
            if (!device->GetBufferPolicy()->CheckIdentities(why))
            {
                return name + why;
            }
        }
    }
    return "";
}

} // namespace ns3::fabric::tests
