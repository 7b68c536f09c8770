/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-test-meddler.h"

#include "ns3/fabric-frame-pool.h"
#include "ns3/simulator.h"

namespace ns3::rdma::tests
{

NS_OBJECT_ENSURE_REGISTERED(Meddler);

TypeId
Meddler::GetTypeId()
{
    static TypeId tid = TypeId("ns3::rdma::tests::Meddler")
                            .SetParent<Object>()
                            .SetGroupName("Rdma")
                            .AddConstructor<Meddler>();
    return tid;
}

void
Meddler::AddPort(Ptr<fabric::Port> port)
{
    port->SetOwner(this);
    port->SetOwnerIndex(m_ports.size());
    m_ports.push_back(port);
}

void
Meddler::SetRule(Rule rule)
{
    m_rule = rule;
}

uint64_t
Meddler::GetNMeddled() const
{
    return m_meddled;
}

void
Meddler::ReceiveFrame(fabric::Port& port, fabric::Frame* frame)
{
    fabric::Port* out = PeekPointer(m_ports[1 - port.GetOwnerIndex()]);
    m_delays.assign(1, 0);
    if (m_rule)
    {
        m_rule(*frame, m_delays);
    }
    m_meddled += m_delays.size() != 1 || m_delays[0] != 0;
    for (const Ticks delay : m_delays)
    {
        fabric::Frame* copy = out->GetFramePool().Allocate();
        fabric::FramePool* pool = copy->pool;
        *copy = *frame;
        copy->pool = pool;
        if (delay == 0)
        {
            out->Enqueue(copy);
        }
        else
        {
            Simulator::Schedule(TimeStep(delay), [out, copy]() { out->Enqueue(copy); });
        }
    }
    fabric::FramePool::Release(frame);
}

void
Meddler::DoDispose()
{
    m_ports.clear();
    m_rule = nullptr;
    Object::DoDispose();
}

} // namespace ns3::rdma::tests
