/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-gpt-job.h"

#include "workload-gpt-stage-builder.h"
#include "workload-pipeline-schedule.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

namespace ns3::workload
{

NS_OBJECT_ENSURE_REGISTERED(GptJob);

namespace
{

/** The groups of a job, and which of them a rank is in. */
class GroupTable
{
  public:
    GroupTable(const Parallelism& parallelism, std::vector<CommunicationGroup>& groups)
        : m_parallelism(parallelism),
          m_groups(groups)
    {
    }

    /** Add the groups of one kind: one for each set of ranks that differ in what the kind spans. */
    void Add(GptStageBuilder::Group kind)
    {
        m_first[kind] = static_cast<uint32_t>(m_groups.size());
        switch (kind)
        {
        case GptStageBuilder::TENSOR_GROUP:
            AddEach("TP ", Dimension::TENSOR, m_parallelism.data * m_parallelism.pipeline);
            break;
        case GptStageBuilder::DATA_GROUP:
            AddEach("DP ", Dimension::DATA, m_parallelism.tensor * m_parallelism.pipeline);
            break;
        case GptStageBuilder::EXPERT_GROUP:
            AddEach("EP ",
                    Dimension::EXPERT,
                    m_parallelism.tensor * m_parallelism.data / m_parallelism.expert *
                        m_parallelism.pipeline);
            break;
        case GptStageBuilder::EXPERT_DATA_GROUP:
            AddEach("DP of EP ", Dimension::DATA, m_parallelism.expert * m_parallelism.pipeline);
            break;
        case GptStageBuilder::EMBEDDING_GROUP:
            AddEach("embedding ", Dimension::PIPELINE, m_parallelism.tensor * m_parallelism.data);
            break;
        default:
            AddEach("model ",
                    m_parallelism.pipeline > 1 ? Dimension::PIPELINE : Dimension::OTHER,
                    m_parallelism.data);
            break;
        }
        for (uint32_t rank = 0; rank < m_parallelism.GetNRanks(); ++rank)
        {
            const uint32_t stage = m_parallelism.StageOf(rank);
            const bool isEdge = stage == 0 || stage + 1 == m_parallelism.pipeline;
            if (kind != GptStageBuilder::EMBEDDING_GROUP || isEdge)
            {
                m_groups[Find(kind, rank)].ranks.push_back(rank);
            }
        }
    }

    /** @return index of the group of a kind that a rank is in */
    uint32_t Find(GptStageBuilder::Group kind, uint32_t rank) const
    {
        const uint32_t t = m_parallelism.TensorIndexOf(rank);
        const uint32_t d = m_parallelism.DataIndexOf(rank);
        const uint32_t p = m_parallelism.StageOf(rank);
        switch (kind)
        {
        case GptStageBuilder::TENSOR_GROUP:
            return m_first[kind] + d + m_parallelism.data * p;
        case GptStageBuilder::DATA_GROUP:
            return m_first[kind] + t + m_parallelism.tensor * p;
        case GptStageBuilder::EXPERT_GROUP:
            return m_first[kind] + rank / m_parallelism.expert;
        case GptStageBuilder::EXPERT_DATA_GROUP:
            return m_first[kind] +
                   rank % (m_parallelism.tensor * m_parallelism.data) % m_parallelism.expert +
                   m_parallelism.expert * p;
        case GptStageBuilder::EMBEDDING_GROUP:
            return m_first[kind] + t + m_parallelism.tensor * d;
        default:
            return m_first[kind] + d;
        }
    }

  private:
    void AddEach(const char* name, Dimension dimension, uint32_t n)
    {
        for (uint32_t i = 0; i < n; ++i)
        {
            m_groups.push_back({name + std::to_string(i), dimension, {}});
        }
    }

    const Parallelism& m_parallelism;                          ///< how the model is split
    std::vector<CommunicationGroup>& m_groups;                 ///< where they are added
    std::array<uint32_t, GptStageBuilder::N_GROUPS> m_first{}; ///< by kind: its first group
};

} // namespace

TypeId
GptJob::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::workload::GptJob")
            .SetParent<Object>()
            .SetGroupName("LlmWorkload")
            .AddConstructor<GptJob>()
            .AddAttribute("Schedule",
                          "TypeId name of the pipeline schedule.",
                          StringValue("ns3::workload::OneForwardOneBackward"),
                          MakeStringAccessor(&GptJob::m_schedule),
                          MakeStringChecker())
            .AddAttribute("BucketParameters",
                          "Parameters whose gradients are reduced together; 0: all of a stage. "
                          "Default: bucket_size of Megatron-Core's distributed data parallel.",
                          UintegerValue(40'000'000),
                          MakeUintegerAccessor(&GptJob::m_bucketParameters),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute("ZeroStage",
                          "What the replicas share out: 0 nothing, 1 optimizer state, 2 gradients "
                          "too, 3 parameters too.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&GptJob::m_zeroStage),
                          MakeUintegerChecker<uint32_t>(0, 3))
            .AddAttribute("GradientElement",
                          "Bytes per element of the gradients that are reduced: 2 (FP16, BF16) or "
                          "4 (FP32).",
                          UintegerValue(2),
                          MakeUintegerAccessor(&GptJob::m_gradientElement),
                          MakeUintegerChecker<uint32_t>(1, 8))
            .AddAttribute(
                "ActivationElement",
                "Bytes per element of activations, and of parameters that replicas exchange: 2 "
                "(FP16, BF16).",
                UintegerValue(2),
                MakeUintegerAccessor(&GptJob::m_activationElement),
                MakeUintegerChecker<uint32_t>(1, 8))
            .AddAttribute("DispatchElement",
                          "Bytes per element of activations on their way to experts, and of their "
                          "gradients: 2 (FP16, BF16) or 1 (FP8).",
                          UintegerValue(2),
                          MakeUintegerAccessor(&GptJob::m_dispatchElement),
                          MakeUintegerChecker<uint32_t>(1, 8))
            .AddAttribute("DispatchScaleBlock",
                          "Elements on the way to experts that share an FP32 scale; 0: no scales. "
                          "DeepSeek-V3: 128, with 1 byte per element.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&GptJob::m_dispatchScaleBlock),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("CombineElement",
                          "Bytes per element of activations on their way back from experts: 2.",
                          UintegerValue(2),
                          MakeUintegerAccessor(&GptJob::m_combineElement),
                          MakeUintegerChecker<uint32_t>(1, 8))
            .AddAttribute("OverlapGradients",
                          "Reduce full buckets of gradients while the last backward pass goes on, "
                          "instead of after it.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&GptJob::m_overlapGradients),
                          MakeBooleanChecker())
            .AddAttribute("OverlapTensor",
                          "Compute weight gradients while the tensor group exchanges the input "
                          "gradients, instead of after it.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&GptJob::m_overlapTensor),
                          MakeBooleanChecker())
            .AddAttribute("GradientNorm",
                          "All-Reduce of the norm of the gradients over stages and tensor ranks "
                          "before the optimizer (gradient clipping).",
                          BooleanValue(true),
                          MakeBooleanAccessor(&GptJob::m_gradientNorm),
                          MakeBooleanChecker());
    return tid;
}

GptJob::GptJob() = default;

GptJob::~GptJob() = default;

std::vector<std::string>
GptJob::Check(const ModelShape& shape, const Parallelism& parallelism) const
{
    auto problems = shape.Check();
    if (!problems.empty())
    {
        return problems;
    }
    problems = parallelism.Check(shape);
    std::string error;
    const auto schedule = PipelineSchedule::Create(m_schedule, error);
    if (!schedule)
    {
        problems.push_back(error);
    }
    if (!problems.empty())
    {
        return problems;
    }
    error = schedule->Check(parallelism.pipeline, parallelism.GetNMicroBatches());
    if (!error.empty())
    {
        problems.push_back(error);
    }
    if (shape.layers % (parallelism.pipeline * schedule->GetNChunks()) != 0)
    {
        problems.push_back("layers " + std::to_string(shape.layers) +
                           " is not a multiple of pipeline x chunks " +
                           std::to_string(parallelism.pipeline * schedule->GetNChunks()));
    }
    return problems;
}

JobGraph
GptJob::Build(const ModelShape& shape,
              const Parallelism& parallelism,
              const LayerTimes& times) const
{
    std::string error;
    const auto schedule = PipelineSchedule::Create(m_schedule, error);
    NS_ABORT_MSG_UNLESS(schedule, error);

    JobGraph job;
    GroupTable table(parallelism, job.groups);
    const bool hasStages = parallelism.pipeline > 1;
    if (parallelism.tensor > 1)
    {
        table.Add(GptStageBuilder::TENSOR_GROUP);
    }
    if (parallelism.data > 1)
    {
        table.Add(GptStageBuilder::DATA_GROUP);
    }
    if (shape.moe.experts > 0 && parallelism.expert > 1)
    {
        table.Add(GptStageBuilder::EXPERT_GROUP);
    }
    if (shape.moe.experts > 0 && parallelism.tensor * parallelism.data > parallelism.expert)
    {
        table.Add(GptStageBuilder::EXPERT_DATA_GROUP);
    }
    if (shape.tiedEmbeddings && hasStages)
    {
        table.Add(GptStageBuilder::EMBEDDING_GROUP);
    }
    if (m_gradientNorm && (parallelism.tensor > 1 || hasStages))
    {
        table.Add(GptStageBuilder::MODEL_GROUP);
    }

    job.ranks.resize(parallelism.GetNRanks());
    const uint32_t perStage = parallelism.tensor * parallelism.data;
    for (uint32_t stage = 0; stage < parallelism.pipeline; ++stage)
    {
        GptStageBuilder builder(*this, *schedule, shape, parallelism, times, stage);
        const auto graph = builder.Build();
        for (uint32_t rank = stage * perStage; rank < (stage + 1) * perStage; ++rank)
        {
            auto& program = job.ranks[rank];
            program.graph = graph;
            for (const auto kind : builder.GetGroups())
            {
                program.groups.push_back(table.Find(kind, rank));
            }
            for (const auto peer : builder.GetPeerStages())
            {
                program.peers.push_back(parallelism.RankOf(
                    parallelism.TensorIndexOf(rank), parallelism.DataIndexOf(rank), peer));
            }
        }
    }
    return job;
}

ElementSizes
GptJob::GetElementSizes() const
{
    return {m_activationElement,
            m_gradientElement,
            m_dispatchElement,
            m_dispatchScaleBlock,
            m_combineElement};
}

} // namespace ns3::workload
