/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-helper.h"

namespace ns3::rdma
{

RdmaHelper::RdmaHelper()
{
    m_nic.SetTypeId(Nic::GetTypeId());
}

void
RdmaHelper::SetNicAttribute(const std::string& name, const AttributeValue& value)
{
    m_nic.Set(name, value);
}

void
RdmaHelper::SetStack(const std::string& name, const ObjectFactory& factory)
{
    m_nic.Set(name, ObjectFactoryValue(factory));
}

Ptr<Nic>
RdmaHelper::Install(Ptr<Node> node, const std::vector<Ptr<fabric::Port>>& ports) const
{
    auto nic = m_nic.Create<Nic>();
    node->AggregateObject(nic);
    for (const auto& port : ports)
    {
        nic->AddPort(port);
    }
    return nic;
}

std::pair<Ptr<QueuePair>, Ptr<QueuePair>>
RdmaHelper::Connect(Ptr<Nic> a, Ptr<Nic> b, uint16_t portA, uint16_t portB)
{
    auto atA = a->CreateQueuePair(portA);
    auto atB = b->CreateQueuePair(portB);
    atA->Connect(b->GetPort(portB).GetFabricAddress(), atB->GetQpn());
    atB->Connect(a->GetPort(portA).GetFabricAddress(), atA->GetQpn());
    return {atA, atB};
}

} // namespace ns3::rdma
