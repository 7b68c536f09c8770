/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-gpt-job.h"

#include "workload-gpt-stage-builder.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/random-variable-stream.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <map>
#include <optional>

namespace ns3::workload
{

NS_OBJECT_ENSURE_REGISTERED(GptJob);

namespace
{

/** @return the rank that a peer is, seen from another one */
uint32_t
RankOf(const GptGraphWriter::Peer& peer,
       uint32_t rank,
       const Parallelism& parallelism,
       const std::optional<GptStorage>& storage)
{
    using Peer = GptGraphWriter::Peer;
    const uint32_t n = parallelism.context;
    const uint32_t own = parallelism.ContextIndexOf(rank);
    if (peer.kind == Peer::INPUT_STORAGE || peer.kind == Peer::STATE_STORAGE)
    {
        return static_cast<uint32_t>(parallelism.GetNRanks()) +
               (peer.kind == Peer::INPUT_STORAGE ? storage->GetInputTarget(rank, peer.stage)
                                                 : storage->GetStateTarget(rank, peer.stage));
    }
    const uint32_t stage = peer.kind == Peer::STAGE ? peer.stage : parallelism.StageOf(rank);
    const uint32_t context = peer.kind == Peer::NEXT_CONTEXT       ? (own + 1) % n
                             : peer.kind == Peer::PREVIOUS_CONTEXT ? (own + n - 1) % n
                                                                   : own;
    return parallelism.RankOf(
        parallelism.TensorIndexOf(rank), parallelism.DataIndexOf(rank), stage, context);
}

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
                          MakeBooleanChecker())
            .AddAttribute("OptimizerElement",
                          "Bytes of the optimizer's state per parameter, for the account of "
                          "memory. Default: Adam with FP32 parameter and two moments.",
                          UintegerValue(12),
                          MakeUintegerAccessor(&GptJob::m_optimizerElement),
                          MakeUintegerChecker<uint32_t>(0, 64))
            .AddAttribute("KeepScores",
                          "Attention scores stay in memory for the backward pass, for the account "
                          "of memory; otherwise they are computed again (FlashAttention).",
                          BooleanValue(false),
                          MakeBooleanAccessor(&GptJob::m_keepsScores),
                          MakeBooleanChecker());
    return tid;
}

GptJob::GptJob()
    : m_random(CreateObject<UniformRandomVariable>())
{
}

GptJob::~GptJob() = default;

void
GptJob::SetPopularity(ExpertPopularity popularity)
{
    m_popularity = std::move(popularity);
}

int64_t
GptJob::AssignStreams(int64_t stream)
{
    m_random->SetStream(stream);
    return 1;
}

void
GptJob::SetStorage(const StorageOptions& storage)
{
    m_storage = storage;
}

GptStorage
GptJob::MakeStorage(const ModelShape& shape, const Parallelism& parallelism) const
{
    return {m_storage, shape, parallelism, *MakeSchedule(), GetMemoryOptions()};
}

MemoryOptions
GptJob::GetMemoryOptions() const
{
    MemoryOptions options;
    options.zeroStage = m_zeroStage;
    options.sizes = GetElementSizes();
    options.optimizer = m_optimizerElement;
    options.keepsScores = m_keepsScores;
    return options;
}

MemoryUse
GptJob::GetMemory(const ModelShape& shape, const Parallelism& parallelism) const
{
    return ComputeLargestMemory(shape, parallelism, *MakeSchedule(), GetMemoryOptions());
}

Ptr<PipelineSchedule>
GptJob::MakeSchedule() const
{
    std::string error;
    return PipelineSchedule::Create(m_schedule, error);
}

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
    const uint32_t nParts = schedule->GetNParts(parallelism.pipeline);
    if (shape.layers % nParts != 0)
    {
        problems.push_back("layers " + std::to_string(shape.layers) +
                           " is not a multiple of pipeline x chunks " + std::to_string(nParts));
    }
    for (const auto& problem : m_storage.Check())
    {
        problems.push_back("storage: " + problem);
    }
    // Tags of messages are 32 bits.
    if (2.0 * nParts * (parallelism.GetNMicroBatches() + 1.0) >= UINT32_MAX)
    {
        problems.push_back("pipeline x micro-batches is more than " +
                           std::to_string(UINT32_MAX / 2));
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
    GptGroups table(shape, parallelism, schedule->HoldsPartsTwice(), job.groups);
    AddGroups(table, shape, parallelism, schedule->HoldsPartsTwice());

    // By layer: where its tokens go, if not everywhere alike.
    std::vector<std::unique_ptr<ExpertTraffic>> traffic(shape.layers);
    const auto trafficOf = [&](uint32_t layer) -> const ExpertTraffic&
    {
        if (!traffic[layer])
        {
            const auto weights = m_popularity.GetWeights(layer, shape.moe.experts, m_random);
            traffic[layer] = std::make_unique<ExpertTraffic>(
                shape, parallelism, GetElementSizes(), weights, m_random);
        }
        return *traffic[layer];
    };
    std::optional<GptStorage> storage;
    if (m_storage.targets > 0)
    {
        storage.emplace(MakeStorage(shape, parallelism));
    }
    job.ranks.resize(parallelism.GetNRanks());
    const uint32_t perStage = parallelism.GetStageSize();
    for (uint32_t stage = 0; stage < parallelism.pipeline; ++stage)
    {
        // Ranks of a stage that exchange the same with storage share a graph.
        std::map<GptStorage::Share, std::unique_ptr<GptStageBuilder>> builders;
        std::map<GptStorage::Share, std::shared_ptr<const OperationGraph>> graphs;
        for (uint32_t place = 0; place < perStage; ++place)
        {
            const uint32_t rank = stage * perStage + place;
            auto& program = job.ranks[rank];
            const auto share = storage ? storage->GetShare(rank) : GptStorage::Share();
            auto& builder = builders[share];
            if (!builder)
            {
                builder = std::make_unique<GptStageBuilder>(
                    *this, *schedule, shape, parallelism, times, stage);
                graphs[share] = builder->Build(storage ? &*storage : nullptr, share);
            }
            const auto& writer = builder->GetWriter();
            program.graph = graphs[share];
            for (const auto kind : writer.GetGroups())
            {
                program.groups.push_back(table.Find(kind, rank));
            }
            for (const auto& peer : writer.GetPeers())
            {
                program.peers.push_back(RankOf(peer, rank, parallelism, storage));
            }
            for (const auto layer : writer.GetLoads())
            {
                program.loads.push_back(trafficOf(layer).GetLoad(place));
            }
            for (const auto& parts : writer.GetExchanges())
            {
                program.exchanges.push_back(
                    trafficOf(parts.layer).GetSizes(parts.what, place, parts.back));
            }
        }
    }
    if (storage)
    {
        storage->AddTargets(job);
    }
    return job;
}

void
GptJob::AddGroups(GptGroups& table,
                  const ModelShape& shape,
                  const Parallelism& parallelism,
                  bool partsTwice) const
{
    const bool hasStages = parallelism.pipeline > 1;
    const uint32_t copies = partsTwice ? 2 : 1;
    const auto addIf = [&table](bool condition, GptGroups::Kind kind)
    {
        if (condition)
        {
            table.Add(kind);
        }
    };
    addIf(parallelism.tensor > 1, GptGroups::TENSOR);
    addIf(copies * parallelism.GetNReplicas() > 1, GptGroups::DATA);
    const bool sharesExperts = shape.moe.experts > 0 && parallelism.expert > 1;
    addIf(sharesExperts && !parallelism.expertRelay, GptGroups::EXPERT);
    addIf(sharesExperts && parallelism.expertRelay, GptGroups::EXPERT_RELAY);
    addIf(sharesExperts && parallelism.expertRelay, GptGroups::EXPERT_WITHIN);
    addIf(shape.moe.experts > 0 && copies * parallelism.GetStageSize() > parallelism.expert,
          GptGroups::EXPERT_DATA);
    addIf(shape.tiedEmbeddings && hasStages && !partsTwice, GptGroups::EMBEDDING);
    addIf(m_gradientNorm && (parallelism.tensor > 1 || hasStages), GptGroups::MODEL);
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
