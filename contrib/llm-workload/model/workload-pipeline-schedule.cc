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

bool
PipelineSchedule::HoldsPartsTwice() const
{
    return DoHoldsPartsTwice();
}

uint32_t
PipelineSchedule::GetNParts(uint32_t stages) const
{
    return HoldsPartsTwice() ? stages : stages * GetNChunks();
}

uint32_t
PipelineSchedule::GetPart(uint32_t stage, uint32_t stages, uint32_t chunk) const
{
    if (HoldsPartsTwice())
    {
        return chunk == 0 ? stage : stages - 1 - stage;
    }
    return chunk * stages + stage;
}

uint32_t
PipelineSchedule::GetStage(uint32_t part, uint32_t stages, uint32_t chunk) const
{
    if (HoldsPartsTwice())
    {
        return chunk == 0 ? part : stages - 1 - part;
    }
    return part % stages;
}

double
PipelineSchedule::GetBubble(uint32_t stages, const PassTimes& times) const
{
    return DoGetBubble(stages, times);
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

bool
PipelineSchedule::DoHoldsPartsTwice() const
{
    return false;
}

double
PipelineSchedule::DoGetBubble(uint32_t stages, const PassTimes& times) const
{
    return (stages - 1) * (times.forward + times.inputGradient + times.weightGradient);
}

std::string
PipelineSchedule::DoCheck(uint32_t stages, uint32_t microBatches) const
{
    return "";
}

} // namespace ns3::workload
