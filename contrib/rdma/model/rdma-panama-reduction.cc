/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-panama-reduction.h"

#include "ns3/double.h"
#include "ns3/fabric-panama-engine.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(PanamaReduction);

TypeId
PanamaReduction::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::PanamaReduction")
            .SetParent<TimedReduction>()
            .SetGroupName("Rdma")
            .AddConstructor<PanamaReduction>()
            .AddAttribute("InitialWindow",
                          "Window of a tree at the start, chunks (TCP's, RFC 6928).",
                          UintegerValue(10),
                          MakeUintegerAccessor(&PanamaReduction::m_initialWindow),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("Gain",
                          "Weight g of the newest share of marks (DCTCP: 1/16).",
                          DoubleValue(1.0 / 16),
                          MakeDoubleAccessor(&PanamaReduction::m_gain),
                          MakeDoubleChecker<double>(0, 1));
    return tid;
}

PanamaReduction::PanamaReduction() = default;

PanamaReduction::~PanamaReduction() = default;

TypeId
PanamaReduction::GetEngineTypeId() const
{
    return fabric::PanamaEngine::GetTypeId();
}

ReductionWorker::Shape
PanamaReduction::GetShape() const
{
    // Ethernet 18, IPv4 20, UDP 8, and 12 for tree, slot and flags; 1 KiB as the paper's prototype.
    return {4, 256, 1024, 18 + 20 + 8 + 12};
}

bool
PanamaReduction::IsInOrder() const
{
    return true;
}

void
PanamaReduction::DoJoin()
{
    TimedReduction::DoJoin();
    Window window;
    window.chunks = m_initialWindow;
    window.left = m_initialWindow;
    m_windows.assign(GetStreams().size(), window);
}

double
PanamaReduction::GetWindow(uint32_t tree) const
{
    return m_windows[tree].chunks;
}

bool
PanamaReduction::MaySend(const Stream& stream) const
{
    return stream.next - stream.lowest < m_windows[stream.index].chunks;
}

void
PanamaReduction::NotifyResult(Stream& stream, uint32_t chunk, bool marked)
{
    Window& window = m_windows[stream.index];
    ++window.nResults;
    window.nMarked += marked ? 1 : 0;
    if (marked)
    {
        window.slowStart = false;
    }
    if (window.slowStart)
    {
        window.chunks += 1;
    }
    // A larger window than there are slots means nothing.
    window.chunks = std::min<double>(window.chunks, stream.chunks.size());
    if (--window.left == 0)
    {
        const double share = static_cast<double>(window.nMarked) / window.nResults;
        window.alpha = (1 - m_gain) * window.alpha + m_gain * share;
        EndRound(window);
        window.chunks = std::min<double>(window.chunks, stream.chunks.size());
    }
}

void
PanamaReduction::EndRound(Window& window)
{
    if (window.nMarked > 0)
    {
        window.chunks = std::max(1.0, window.chunks * (1 - window.alpha / 2));
    }
    else if (!window.slowStart)
    {
        window.chunks += 1;
    }
    window.nResults = 0;
    window.nMarked = 0;
    window.left = std::max(1U, static_cast<uint32_t>(window.chunks));
}

void
PanamaReduction::NotifyTimeout(Stream& stream)
{
    Window& window = m_windows[stream.index];
    window.chunks = std::max(1.0, window.chunks / 2);
    window.slowStart = false;
}

} // namespace ns3::rdma
