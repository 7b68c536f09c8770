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

} // namespace ns3::fabric::tests
