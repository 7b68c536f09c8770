/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-interleaved-schedule.h"

#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::workload
{

NS_OBJECT_ENSURE_REGISTERED(InterleavedSchedule);

TypeId
InterleavedSchedule::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::workload::InterleavedSchedule")
            .SetParent<PipelineSchedule>()
            .SetGroupName("LlmWorkload")
            .AddConstructor<InterleavedSchedule>()
            .AddAttribute("Chunks",
                          "Chunks of layers in each stage. Default: the fewest that "
                          "differ from plain 1F1B.",
                          UintegerValue(2),
                          MakeUintegerAccessor(&InterleavedSchedule::m_chunks),
                          MakeUintegerChecker<uint32_t>(1, 1024));
    return tid;
}

uint32_t
InterleavedSchedule::DoGetNChunks() const
{
    return m_chunks;
}

std::string
InterleavedSchedule::DoCheck(uint32_t stages, uint32_t microBatches) const
{
    if (microBatches % stages != 0)
    {
        return "the interleaved schedule needs a multiple of " + std::to_string(stages) +
               " micro-batches (one per stage), not " + std::to_string(microBatches);
    }
    return "";
}

std::vector<PipelineSlot>
InterleavedSchedule::DoGetOrder(uint32_t stage, uint32_t stages, uint32_t microBatches) const
{
    const uint32_t total = microBatches * m_chunks;
    const uint32_t warmUp = std::min(total, 2 * (stages - 1 - stage) + (m_chunks - 1) * stages);
    // The k-th pass in one direction: groups of P micro-batches visit one chunk after the other.
    const auto slot = [&](bool forward, uint32_t k)
    {
        const uint32_t group = k / (stages * m_chunks);
        const uint32_t chunk = k % (stages * m_chunks) / stages;
        return PipelineSlot{forward ? PipelinePass::FORWARD : PipelinePass::BACKWARD,
                            group * stages + k % stages,
                            forward ? chunk : m_chunks - 1 - chunk};
    };
    std::vector<PipelineSlot> order;
    order.reserve(2U * total);
    for (uint32_t k = 0; k < warmUp; ++k)
    {
        order.push_back(slot(true, k));
    }
    for (uint32_t k = warmUp; k < total; ++k)
    {
        order.push_back(slot(true, k));
        order.push_back(slot(false, k - warmUp));
    }
    for (uint32_t k = total - warmUp; k < total; ++k)
    {
        order.push_back(slot(false, k));
    }
    return order;
}

} // namespace ns3::workload
