/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-one-forward-one-backward.h"

#include <algorithm>

namespace ns3::workload
{

NS_OBJECT_ENSURE_REGISTERED(OneForwardOneBackward);

TypeId
OneForwardOneBackward::GetTypeId()
{
    static TypeId tid = TypeId("ns3::workload::OneForwardOneBackward")
                            .SetParent<PipelineSchedule>()
                            .SetGroupName("LlmWorkload")
                            .AddConstructor<OneForwardOneBackward>();
    return tid;
}

std::vector<PipelineSlot>
OneForwardOneBackward::DoGetOrder(uint32_t stage, uint32_t stages, uint32_t microBatches) const
{
    const uint32_t warmUp = std::min(microBatches, stages - 1 - stage);
    std::vector<PipelineSlot> order;
    order.reserve(2U * microBatches);
    for (uint32_t i = 0; i < warmUp; ++i)
    {
        order.push_back({PipelinePass::FORWARD, i, 0});
    }
    for (uint32_t i = warmUp; i < microBatches; ++i)
    {
        order.push_back({PipelinePass::FORWARD, i, 0});
        order.push_back({PipelinePass::BACKWARD, i - warmUp, 0});
    }
    for (uint32_t i = microBatches - warmUp; i < microBatches; ++i)
    {
        order.push_back({PipelinePass::BACKWARD, i, 0});
    }
    return order;
}

} // namespace ns3::workload
