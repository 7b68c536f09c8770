/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-gpt-data-parallel.h"

#include "workload-gpt-job.h"

#include <algorithm>

namespace ns3::workload
{

using collective::CollectiveType;

GptDataParallel::GptDataParallel(OperationGraph& graph, const Options& options)
    : m_graph(graph),
      m_options(options)
{
}

std::optional<GptDataParallel::Index>
GptDataParallel::BeginPart(uint64_t parameters, std::optional<Index> lastCompute)
{
    if (m_options.zeroStage < 3)
    {
        return std::nullopt;
    }
    const auto gather = m_graph.AddCollective("parameters",
                                              GptJob::PARAMETERS,
                                              Dimension::DATA,
                                              CollectiveType::ALL_GATHER,
                                              m_options.groupSlot,
                                              parameters * m_options.parameterElement);
    // One part ahead: memory has room for the part in use and the next one.
    if (m_beforeLastPart)
    {
        m_graph.AddDependency(gather, *m_beforeLastPart);
    }
    m_beforeLastPart = lastCompute;
    return gather;
}

void
GptDataParallel::AddGradients(uint64_t parameters, bool isLast, Index lastCompute)
{
    if (m_options.zeroStage == 3)
    {
        // No replica has room for the sums of all parameters: each part is reduced at once.
        m_bucket = parameters;
        Reduce(lastCompute);
        return;
    }
    if (!isLast)
    {
        return;
    }
    m_bucket += parameters;
    if (m_options.overlap && m_options.bucketParameters > 0 &&
        m_bucket >= m_options.bucketParameters)
    {
        Reduce(lastCompute);
    }
}

std::vector<GptDataParallel::Index>
GptDataParallel::FinishGradients(Index lastCompute)
{
    // Without overlap the buckets are as large as asked, but wait for the last gradient.
    const uint64_t size = m_options.bucketParameters > 0 ? m_options.bucketParameters : m_bucket;
    for (uint64_t left = m_bucket; left > 0; left -= std::min(left, size))
    {
        m_bucket = std::min(left, size);
        Reduce(lastCompute);
    }
    return m_reductions;
}

void
GptDataParallel::Reduce(Index lastCompute)
{
    const auto reduce = m_graph.AddCollective(
        "gradients",
        GptJob::DATA,
        Dimension::DATA,
        m_options.zeroStage == 0 ? CollectiveType::ALL_REDUCE : CollectiveType::REDUCE_SCATTER,
        m_options.groupSlot,
        m_bucket * m_options.gradientElement);
    m_graph.AddDependency(reduce, lastCompute);
    m_reductions.push_back(reduce);
    m_buckets.push_back(m_bucket);
    m_bucket = 0;
}

void
GptDataParallel::GatherParameters(Index optimizer)
{
    if (m_options.zeroStage != 1 && m_options.zeroStage != 2)
    {
        return;
    }
    for (const auto parameters : m_buckets)
    {
        const auto gather = m_graph.AddCollective("parameters",
                                                  GptJob::PARAMETERS,
                                                  Dimension::DATA,
                                                  CollectiveType::ALL_GATHER,
                                                  m_options.groupSlot,
                                                  parameters * m_options.parameterElement);
        m_graph.AddDependency(gather, optimizer);
    }
}

} // namespace ns3::workload
