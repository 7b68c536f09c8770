/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-reduction-port.h"

#include "rdma-nic.h"

#include "ns3/fabric-frame-pool.h"
#include "ns3/fabric-reduction-engine.h"
#include "ns3/node.h"

#include <algorithm>

namespace ns3::rdma
{

using fabric::Frame;
using fabric::ReductionFields;
using fabric::Ticks;

ReductionPort::ReductionPort(Nic& nic, uint16_t port)
    : m_nic(nic),
      m_port(port)
{
    nic.SetFrameClient(port, this);
}

ReductionPort::~ReductionPort() = default;

void
ReductionPort::Add(ReductionEndpoint* endpoint,
                   const std::vector<uint32_t>& trees,
                   bool contributions)
{
    if (std::find(m_endpoints.begin(), m_endpoints.end(), endpoint) == m_endpoints.end())
    {
        m_endpoints.push_back(endpoint);
    }
    auto& table = contributions ? m_servers : m_workers;
    for (const uint32_t tree : trees)
    {
        table.resize(std::max<std::size_t>(table.size(), tree + 1));
        table[tree] = endpoint;
    }
}

void
ReductionPort::Remove(ReductionEndpoint* endpoint)
{
    m_endpoints.erase(std::remove(m_endpoints.begin(), m_endpoints.end(), endpoint),
                      m_endpoints.end());
    std::replace(
        m_workers.begin(), m_workers.end(), endpoint, static_cast<ReductionEndpoint*>(nullptr));
    std::replace(
        m_servers.begin(), m_servers.end(), endpoint, static_cast<ReductionEndpoint*>(nullptr));
}

void
ReductionPort::Kick()
{
    m_nic.GetPort(m_port).Kick();
}

uint32_t
ReductionPort::GetNodeId() const
{
    return m_nic.GetPort(m_port).GetNode()->GetId();
}

void
ReductionPort::ReceiveFrame(const Frame& frame)
{
    const bool contribution = frame.reduction.type == ReductionFields::CONTRIBUTION;
    const auto& table = contribution ? m_servers : m_workers;
    const uint32_t tree = frame.reduction.tree;
    if (tree < table.size() && table[tree])
    {
        table[tree]->Receive(frame);
    }
}

bool
ReductionPort::WillPull(uint8_t eligible, Ticks at)
{
    return std::any_of(m_endpoints.begin(),
                       m_endpoints.end(),
                       [this, eligible, at](ReductionEndpoint* endpoint) {
                           return (eligible >> endpoint->GetPriority() & 1) &&
                                  endpoint->HasNext(*this, at);
                       });
}

Frame*
ReductionPort::Pull(uint8_t eligible, Ticks at)
{
    for (std::size_t i = 0; i < m_endpoints.size(); ++i)
    {
        m_turn = m_turn + 1 < m_endpoints.size() ? m_turn + 1 : 0;
        ReductionEndpoint& endpoint = *m_endpoints[m_turn];
        ReductionFields fields;
        uint32_t bytes;
        if (!(eligible >> endpoint.GetPriority() & 1) || !endpoint.Next(*this, fields, bytes, at))
        {
            continue;
        }
        fabric::Port& port = m_nic.GetPort(m_port);
        Frame* frame = port.GetFramePool().Allocate();
        frame->kind = fabric::FrameKind::REDUCTION;
        frame->bytes = std::max(fabric::MIN_FRAME_BYTES, bytes);
        frame->source = port.GetFabricAddress();
        frame->destination = fabric::REDUCTION_ADDRESS;
        frame->entropy = static_cast<uint16_t>(fields.tree);
        frame->priority = endpoint.GetPriority();
        frame->dscp = 8 * endpoint.GetPriority();
        frame->ecn = fabric::Ecn::ECT0;
        frame->sentAt = at;
        frame->reduction = fields;
        return frame;
    }
    return nullptr;
}

} // namespace ns3::rdma
