/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-test-net.h"

#include "ns3/fabric-routing-table.h"
#include "ns3/rdma-opcode.h"
#include "ns3/rdma-syndrome.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <functional>

namespace ns3::rdma::tests
{

namespace
{

/** @return a new port of a node */
Ptr<fabric::Port>
AddPort(const ChainOptions& options, Ptr<Node> node)
{
    auto port = CreateObject<fabric::Port>();
    port->SetDataRate(DataRate(options.rate));
    port->SetAttribute("InterframeBytes", UintegerValue(options.interframe));
    node->AddDevice(port);
    return port;
}

} // namespace

Chain::Chain(const ChainOptions& o)
    : options(o)
{
    fabric::UsePicoseconds();
    if (options.meddler)
    {
        options.links = 2;
    }
    const uint32_t nSwitches = options.links - 1;
    auto directory = Create<fabric::FabricDirectory>();
    for (uint32_t i = 0; i < 2 + nSwitches; ++i)
    {
        node.push_back(CreateObject<Node>());
    }
    std::vector<Ptr<fabric::Port>> ends; // left and right end of each link
    for (uint32_t i = 0; i < 2; ++i)
    {
        nic[i] = CreateObject<Nic>();
        nic[i]->SetAttribute("DataOverheadBytes", UintegerValue(options.dataOverhead));
        nic[i]->SetAttribute("AckFrameBytes", UintegerValue(options.ackBytes));
        nic[i]->SetAttribute("Limits", StringValue("ns3::rdma::NicLimits[" + options.limits + "]"));
        node[i]->AggregateObject(nic[i]);
        port[i] = AddPort(options, node[i]);
        // Host 0 is at leaf 0, the first switch, host 1 at the last.
        port[i]->SetFabricAddress(directory->Add(i == 0 || nSwitches < 2 ? 0 : 1));
        nic[i]->AddPort(port[i]);
    }
    ends.push_back(port[0]);
    for (uint32_t i = 0; i < nSwitches; ++i)
    {
        auto left = AddPort(options, node[2 + i]);
        auto right = AddPort(options, node[2 + i]);
        ends.push_back(left);
        ends.push_back(right);
        if (options.meddler)
        {
            meddler = CreateObject<Meddler>();
            meddler->AddPort(left);
            meddler->AddPort(right);
            node[2 + i]->AggregateObject(meddler);
            continue;
        }
        auto sw = CreateObject<fabric::Switch>();
        node[2 + i]->AggregateObject(sw);
        sw->AddPort(left);
        sw->AddPort(right);
        auto& routes = sw->GetRoutingTable();
        routes.SetDirectory(directory);
        const bool first = i == 0;
        const bool last = i + 1 == nSwitches;
        if (first)
        {
            routes.SetLeaf(0);
            routes.SetHostPort(0, 0);
        }
        else
        {
            routes.SetGroup(0, routes.AddGroup({0}));
        }
        if (last)
        {
            routes.SetLeaf(nSwitches < 2 ? 0 : 1);
            routes.SetHostPort(nSwitches < 2 ? 1 : 0, 1);
        }
        else
        {
            routes.SetGroup(1, routes.AddGroup({1}));
        }
    }
    ends.push_back(port[1]);
    for (uint32_t i = 0; i < options.links; ++i)
    {
        link.push_back(CreateObject<fabric::Link>());
        link.back()->SetAttribute("Delay", TimeValue(TimeStep(options.delay)));
        link.back()->Attach(ends[2 * i]);
        link.back()->Attach(ends[2 * i + 1]);
    }
}

Chain::~Chain()
{
    Simulator::Destroy();
}

std::pair<Ptr<QueuePair>, Ptr<QueuePair>>
Chain::Connect(uint32_t sendPsn, uint32_t receivePsn)
{
    auto a = nic[0]->CreateQueuePair();
    auto b = nic[1]->CreateQueuePair();
    a->SetAttribute("PathMtu", UintegerValue(options.mtu));
    b->SetAttribute("PathMtu", UintegerValue(options.mtu));
    a->Connect(port[1]->GetFabricAddress(), b->GetQpn(), sendPsn, receivePsn);
    b->Connect(port[0]->GetFabricAddress(), a->GetQpn(), receivePsn, sendPsn);
    return {a, b};
}

void
Recorder::SendCompleted(QueuePair&, const Completion& completion)
{
    sent.push_back({fabric::NowTicks(), completion});
}

void
Recorder::MessagePlaced(QueuePair&, const Placement& placement)
{
    placed.push_back({fabric::NowTicks(), placement});
}

void
Recorder::ReceiveFlushed(QueuePair&, uint64_t receiveId)
{
    flushed.push_back(receiveId);
}

bool
Saboteur::DoIsLost(const fabric::Frame& frame)
{
    if (frame.kind != fabric::FrameKind::ROCE)
    {
        return false;
    }
    const auto kind = frame.roce.opcode != OP_ACKNOWLEDGE ? Target::DATA
                      : IsAck(frame.roce.syndrome)        ? Target::ACK
                                                          : Target::NAK;
    for (auto& target : targets)
    {
        if (target.kind == kind && target.psn == frame.roce.psn && target.times > 0 &&
            (target.opcode < 0 || target.opcode == frame.roce.opcode))
        {
            --target.times;
            ++lost;
            return true;
        }
    }
    return false;
}

std::shared_ptr<std::vector<Departure>>
Watch(Ptr<Nic> nic)
{
    auto departures = std::make_shared<std::vector<Departure>>();
    using Note = std::function<void(const QueuePair&, const fabric::Frame&)>;
    nic->TraceConnectWithoutContext(
        "DataSent",
        Callback<void, const QueuePair&, const fabric::Frame&>(Note(
            [=](const QueuePair& queuePair, const fabric::Frame& frame) {
                departures->push_back({frame.sentAt, queuePair.GetQpn(), frame.bytes});
            })));
    return departures;
}

WorkRequest
Write(uint64_t bytes, uint64_t wrId, uint64_t remoteAddress)
{
    WorkRequest request;
    request.bytes = bytes;
    request.wrId = wrId;
    request.remoteAddress = remoteAddress;
    return request;
}

WorkRequest
Read(uint64_t bytes, uint64_t wrId)
{
    WorkRequest request = Write(bytes, wrId, 0x1000);
    request.verb = Verb::READ;
    return request;
}

} // namespace ns3::rdma::tests
