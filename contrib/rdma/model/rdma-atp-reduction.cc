/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-atp-reduction.h"

#include "rdma-atp-server.h"

#include "ns3/fabric-atp-engine.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(AtpReduction);

TypeId
AtpReduction::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::AtpReduction")
            .SetParent<TimedReduction>()
            .SetGroupName("Rdma")
            .AddConstructor<AtpReduction>()
            .AddAttribute("InitialWindow",
                          "Window at the start, chunks of all trees. Own choice: one "
                          "bandwidth-delay product of 100 Gb/s and 16 us.",
                          UintegerValue(200),
                          MakeUintegerAccessor(&AtpReduction::m_initialWindow),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("LossThreshold",
                          "Results of later chunks of a tree after which a missing one is taken "
                          "for lost (as TCP's three duplicate acknowledgments).",
                          UintegerValue(3),
                          MakeUintegerAccessor(&AtpReduction::m_threshold),
                          MakeUintegerChecker<uint32_t>(1));
    return tid;
}

AtpReduction::AtpReduction() = default;

AtpReduction::~AtpReduction() = default;

TypeId
AtpReduction::GetEngineTypeId() const
{
    return fabric::AtpEngine::GetTypeId();
}

bool
AtpReduction::UsesServers() const
{
    return true;
}

std::unique_ptr<ReductionEndpoint>
AtpReduction::MakeServer(ReductionPort& port, const ReductionServerNode& node) const
{
    return std::make_unique<AtpServer>(port, node, GetHeaderBytes());
}

ReductionWorker::Shape
AtpReduction::GetShape() const
{
    // Ethernet 18, IPv4 20, UDP 8, and 16 for job, sequence, two bitmaps and flags. Each tree may
    // have all of the window.
    return {1, 1024, 1024, 18 + 20 + 8 + 16};
}

bool
AtpReduction::IsInOrder() const
{
    return true;
}

void
AtpReduction::DoJoin()
{
    TimedReduction::DoJoin();
    m_window = m_initialWindow;
    m_progress.resize(GetStreams().size());
}

double
AtpReduction::GetWindow() const
{
    return m_window;
}

bool
AtpReduction::MaySend(const Stream& stream) const
{
    const uint64_t number = static_cast<uint64_t>(stream.next) * m_progress.size() + stream.index;
    return number < m_lowest + m_window;
}

void
AtpReduction::NotifyResult(Stream& stream, uint32_t chunk, bool marked)
{
    m_hold -= m_hold > 0 ? 1 : 0;
    if (marked)
    {
        Shrink();
    }
    else
    {
        m_window += m_slowStart ? 1 : 1 / m_window;
    }
    // A larger window than the slots of a tree means nothing.
    m_window = std::min<double>(m_window, stream.chunks.size());
    FindLoss(stream, chunk);
}

void
AtpReduction::FindLoss(Stream& stream, uint32_t chunk)
{
    Progress& progress = m_progress[stream.index];
    if (progress.lowest != stream.lowest)
    {
        progress = {stream.lowest, 0, false};
        m_lowest = UINT64_MAX;
        for (const auto& each : GetStreams())
        {
            m_lowest = std::min(m_lowest, uint64_t{each.lowest} * m_progress.size() + each.index);
        }
    }
    if (chunk > progress.lowest && ++progress.later >= m_threshold && !progress.again &&
        IsOutstanding(stream, progress.lowest))
    {
        progress.again = true;
        Shrink();
        Repeat(stream, progress.lowest);
    }
}

void
AtpReduction::Shrink()
{
    m_slowStart = false;
    if (m_hold == 0)
    {
        m_window = std::max(1.0, m_window / 2);
        m_hold = static_cast<uint32_t>(m_window);
    }
}

void
AtpReduction::NotifyTimeout(Stream& stream)
{
    Shrink();
}

} // namespace ns3::rdma
