/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-zero-bubble-h1.h"

#include <algorithm>

namespace ns3::workload
{

NS_OBJECT_ENSURE_REGISTERED(ZeroBubbleH1);

TypeId
ZeroBubbleH1::GetTypeId()
{
    static TypeId tid = TypeId("ns3::workload::ZeroBubbleH1")
                            .SetParent<PipelineSchedule>()
                            .SetGroupName("LlmWorkload")
                            .AddConstructor<ZeroBubbleH1>();
    return tid;
}

double
ZeroBubbleH1::DoGetBubble(uint32_t stages, const PassTimes& times) const
{
    return (stages - 1) *
           (times.forward + std::max(0.0, times.inputGradient - times.weightGradient));
}

std::vector<PipelineSlot>
ZeroBubbleH1::DoGetOrder(uint32_t stage, uint32_t stages, uint32_t microBatches) const
{
    const uint32_t warmUp = std::min(microBatches, stages - 1 - stage);
    uint32_t nWeights = 0;
    std::vector<PipelineSlot> order;
    order.reserve(3U * microBatches);
    const auto weight = [&] { order.push_back({PipelinePass::WEIGHT_GRADIENT, nWeights++, 0}); };
    for (uint32_t i = 0; i < warmUp; ++i)
    {
        order.push_back({PipelinePass::FORWARD, i, 0});
    }
    for (uint32_t i = warmUp; i < microBatches; ++i)
    {
        order.push_back({PipelinePass::FORWARD, i, 0});
        order.push_back({PipelinePass::INPUT_GRADIENT, i - warmUp, 0});
        if (i - warmUp >= stage)
        {
            weight();
        }
    }
    for (uint32_t i = microBatches - warmUp; i < microBatches; ++i)
    {
        order.push_back({PipelinePass::INPUT_GRADIENT, i, 0});
        weight();
    }
    while (nWeights < microBatches)
    {
        weight();
    }
    return order;
}

} // namespace ns3::workload
