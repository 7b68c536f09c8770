/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-dual-pipe.h"

#include <algorithm>
#include <array>

namespace ns3::workload
{

NS_OBJECT_ENSURE_REGISTERED(DualPipe);

namespace
{

/** Writes the order of one stage. Ways are seen from the stage: 0 begins at its nearer end. */
class OrderWriter
{
  public:
    OrderWriter(uint32_t stage, uint32_t stages, uint32_t microBatches)
        : m_isFar(stage >= stages / 2),
          m_half(microBatches / 2)
    {
        m_order.reserve(3U * microBatches);
    }

    void Forward(uint32_t way)
    {
        Add(PipelinePass::FORWARD, way, m_nForward);
    }

    void Backward(uint32_t way, bool split)
    {
        Add(split ? PipelinePass::INPUT_GRADIENT : PipelinePass::BACKWARD, way, m_nBackward);
        if (split)
        {
            m_weights.push_back(m_order.back());
        }
    }

    void Both(uint32_t forwardWay)
    {
        Forward(forwardWay);
        m_order.back().withNext = true;
        Backward(1 - forwardWay, false);
    }

    /** The oldest weight gradient that was put off. */
    void Weight()
    {
        auto slot = m_weights[m_nWeights++];
        slot.pass = PipelinePass::WEIGHT_GRADIENT;
        m_order.push_back(slot);
    }

    std::vector<PipelineSlot> Finish()
    {
        while (m_nWeights < m_weights.size())
        {
            Weight();
        }
        return std::move(m_order);
    }

  private:
    void Add(PipelinePass pass, uint32_t way, std::array<uint32_t, 2>& counts)
    {
        const uint32_t chunk = m_isFar ? 1 - way : way;
        m_order.push_back({pass, chunk * m_half + counts[way]++, chunk});
    }

    bool m_isFar;                          ///< nearer to the last stage
    uint32_t m_half;                       ///< micro-batches of one way
    std::array<uint32_t, 2> m_nForward{};  ///< by way: forward passes so far
    std::array<uint32_t, 2> m_nBackward{}; ///< by way: backward passes so far
    std::vector<PipelineSlot> m_weights;   ///< put off
    std::size_t m_nWeights{0};             ///< of these, done
    std::vector<PipelineSlot> m_order;     ///< so far
};

} // namespace

TypeId
DualPipe::GetTypeId()
{
    static TypeId tid = TypeId("ns3::workload::DualPipe")
                            .SetParent<PipelineSchedule>()
                            .SetGroupName("LlmWorkload")
                            .AddConstructor<DualPipe>();
    return tid;
}

uint32_t
DualPipe::DoGetNChunks() const
{
    return 2;
}

bool
DualPipe::DoHoldsPartsTwice() const
{
    return true;
}

double
DualPipe::DoGetBubble(uint32_t stages, const PassTimes& times) const
{
    return (stages / 2 - 1) * (times.forward + 2 * times.inputGradient - times.weightGradient);
}

std::string
DualPipe::DoCheck(uint32_t stages, uint32_t microBatches) const
{
    if (stages % 2 != 0)
    {
        return "DualPipe needs an even number of stages, not " + std::to_string(stages);
    }
    if (microBatches % 2 != 0 || microBatches < 2 * stages)
    {
        return "DualPipe needs an even number of micro-batches, at least " +
               std::to_string(2 * stages) + " (two per stage), not " + std::to_string(microBatches);
    }
    return "";
}

std::vector<PipelineSlot>
DualPipe::DoGetOrder(uint32_t stage, uint32_t stages, uint32_t microBatches) const
{
    // Both halves of the pipeline do the same, mirrored. `inner` counts from the nearer end.
    const uint32_t inner = std::min(stage, stages - 1 - stage);
    const uint32_t outside = stages / 2 - 1 - inner; // stages between this one and the middle
    const bool isMiddle = outside == 0;
    OrderWriter order(stage, stages, microBatches);
    for (uint32_t i = 0; i < 2 * outside; ++i)
    {
        order.Forward(0);
    }
    for (uint32_t i = 0; i < inner + 1; ++i)
    {
        order.Forward(0);
        order.Forward(1);
    }
    for (uint32_t i = 0; i < outside; ++i)
    {
        order.Backward(1, true);
        order.Weight();
        order.Forward(1);
    }
    for (uint32_t i = 0; i < microBatches / 2 - stages + inner + 1; ++i)
    {
        if (i == 0 && isMiddle)
        {
            // Done together these would begin later: the gradient comes after the activation.
            order.Forward(0);
            order.Backward(1, false);
        }
        else
        {
            order.Both(0);
        }
        order.Both(1);
    }
    for (uint32_t i = 0; i < outside; ++i)
    {
        order.Backward(1, false);
        order.Both(1);
    }
    // The second half of the last backward passes leaves its weights for the bubble behind it.
    for (uint32_t i = 0; i < 2 * (inner + 1); ++i)
    {
        order.Backward(1 - i % 2, i > inner);
    }
    for (uint32_t i = 0; i < outside; ++i)
    {
        order.Weight();
        order.Backward(0, true);
    }
    return order.Finish();
}

} // namespace ns3::workload
