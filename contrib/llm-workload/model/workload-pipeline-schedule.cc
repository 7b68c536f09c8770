/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-pipeline-schedule.h"

#include "ns3/object-factory.h"

#include <sstream>

namespace ns3::workload
{

NS_OBJECT_ENSURE_REGISTERED(PipelineSchedule);

TypeId
PipelineSchedule::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::workload::PipelineSchedule").SetParent<Object>().SetGroupName("LlmWorkload");
    return tid;
}

Ptr<PipelineSchedule>
PipelineSchedule::Create(const std::string& text, std::string& error)
{
    const std::string name = text.substr(0, text.find('['));
    TypeId tid;
    if (!TypeId::LookupByNameFailSafe(name, &tid) || !tid.IsChildOf(GetTypeId()) ||
        !tid.HasConstructor())
    {
        error = "'" + name + "' is no pipeline schedule";
        return nullptr;
    }
    const bool isClosed = text.find(']') == text.size() - 1;
    if ((name.size() == text.size()) != (text.find(']') == std::string::npos) ||
        (name.size() < text.size() && !isClosed))
    {
        error = "'" + text + "' has unbalanced brackets";
        return nullptr;
    }
    ObjectFactory factory;
    std::istringstream stream(text);
    stream >> factory;
    if (stream.fail())
    {
        error = "'" + text + "' has an unknown attribute or an impossible value";
        return nullptr;
    }
    return factory.Create<PipelineSchedule>();
}

uint32_t
PipelineSchedule::GetNChunks() const
{
    return DoGetNChunks();
}

std::string
PipelineSchedule::Check(uint32_t stages, uint32_t microBatches) const
{
    if (stages < 1 || microBatches < 1)
    {
        return "there must be at least one stage and one micro-batch";
    }
    return DoCheck(stages, microBatches);
}

std::vector<PipelineSlot>
PipelineSchedule::GetOrder(uint32_t stage, uint32_t stages, uint32_t microBatches) const
{
    return DoGetOrder(stage, stages, microBatches);
}

uint32_t
PipelineSchedule::DoGetNChunks() const
{
    return 1;
}

std::string
PipelineSchedule::DoCheck(uint32_t stages, uint32_t microBatches) const
{
    return "";
}

} // namespace ns3::workload
