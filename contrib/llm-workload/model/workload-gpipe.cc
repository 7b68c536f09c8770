/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-gpipe.h"

namespace ns3::workload
{

NS_OBJECT_ENSURE_REGISTERED(Gpipe);

TypeId
Gpipe::GetTypeId()
{
    static TypeId tid = TypeId("ns3::workload::Gpipe")
                            .SetParent<PipelineSchedule>()
                            .SetGroupName("LlmWorkload")
                            .AddConstructor<Gpipe>();
    return tid;
}

std::vector<PipelineSlot>
Gpipe::DoGetOrder(uint32_t stage, uint32_t stages, uint32_t microBatches) const
{
    std::vector<PipelineSlot> order;
    order.reserve(2U * microBatches);
    for (uint32_t i = 0; i < microBatches; ++i)
    {
        order.push_back({PipelinePass::FORWARD, i, 0});
    }
    for (uint32_t i = microBatches; i > 0; --i)
    {
        order.push_back({PipelinePass::BACKWARD, i - 1, 0});
    }
    return order;
}

} // namespace ns3::workload
