/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-frame-error-model.h"

#include "ns3/double.h"

#include <algorithm>
#include <cmath>

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(FrameErrorModel);
NS_OBJECT_ENSURE_REGISTERED(RandomFrameErrorModel);
NS_OBJECT_ENSURE_REGISTERED(ListFrameErrorModel);

TypeId
FrameErrorModel::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::FrameErrorModel").SetParent<Object>().SetGroupName("Fabric");
    return tid;
}

int64_t
FrameErrorModel::AssignStreams(int64_t stream)
{
    return 0;
}

TypeId
RandomFrameErrorModel::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::RandomFrameErrorModel")
            .SetParent<FrameErrorModel>()
            .SetGroupName("Fabric")
            .AddConstructor<RandomFrameErrorModel>()
            .AddAttribute("FrameLossRate",
                          "Probability that a frame is lost, whatever its size (0..1).",
                          DoubleValue(0.0),
                          MakeDoubleAccessor(&RandomFrameErrorModel::m_frameLossRate),
                          MakeDoubleChecker<double>(0.0, 1.0))
            .AddAttribute("BitErrorRate",
                          "Probability that a bit is in error after forward error correction "
                          "(0..1); a frame is lost if any of its bits is.",
                          DoubleValue(0.0),
                          MakeDoubleAccessor(&RandomFrameErrorModel::m_bitErrorRate),
                          MakeDoubleChecker<double>(0.0, 1.0));
    return tid;
}

RandomFrameErrorModel::RandomFrameErrorModel()
    : m_random(CreateObject<UniformRandomVariable>())
{
}

int64_t
RandomFrameErrorModel::AssignStreams(int64_t stream)
{
    m_random->SetStream(stream);
    return 1;
}

bool
RandomFrameErrorModel::DoIsLost(const Frame& frame)
{
    double survives = 1.0 - m_frameLossRate;
    if (m_bitErrorRate > 0.0)
    {
        survives *= std::exp(8.0 * frame.bytes * std::log1p(-m_bitErrorRate));
    }
    return survives < 1.0 && m_random->GetValue(0.0, 1.0) >= survives;
}

TypeId
ListFrameErrorModel::GetTypeId()
{
    static TypeId tid = TypeId("ns3::fabric::ListFrameErrorModel")
                            .SetParent<FrameErrorModel>()
                            .SetGroupName("Fabric")
                            .AddConstructor<ListFrameErrorModel>();
    return tid;
}

void
ListFrameErrorModel::SetList(std::vector<uint64_t> indices)
{
    m_indices = std::move(indices);
    std::sort(m_indices.begin(), m_indices.end());
    m_next = 0;
    m_seen = 0;
}

bool
ListFrameErrorModel::DoIsLost(const Frame& frame)
{
    if (IsMacControl(frame.kind))
    {
        return false;
    }
    const uint64_t index = m_seen++;
    while (m_next < m_indices.size() && m_indices[m_next] < index)
    {
        ++m_next;
    }
    return m_next < m_indices.size() && m_indices[m_next] == index;
}

} // namespace ns3::fabric
