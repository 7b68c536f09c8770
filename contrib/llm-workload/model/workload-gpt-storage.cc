/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-gpt-storage.h"

#include "workload-gpt-job.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace ns3::workload
{

namespace
{

/** @return the part of a whole that is divided among n as evenly as whole bytes permit */
uint64_t
PartOf(uint64_t whole, uint64_t n, uint64_t index)
{
    const uint64_t least = whole / n;
    return least + (index < whole % n ? 1 : 0);
}

/** @return time for so many bytes, ps */
fabric::Ticks
TimeOf(uint64_t bytes, double rate)
{
    return rate > 0 ? std::llround(static_cast<double>(bytes) / rate * 1e12) : 0;
}

} // namespace

std::vector<std::string>
StorageOptions::Check() const
{
    std::vector<std::string> problems;
    const uint32_t most = std::min(targets, GptStorage::MOST_STRIPES);
    if (targets > 0 && (stripes < 1 || stripes > most))
    {
        problems.push_back("stripes is " + std::to_string(stripes) + ", expected 1 to " +
                           std::to_string(most));
    }
    if (chunkBytes < 1)
    {
        problems.emplace_back("chunkBytes is 0, expected more");
    }
    return problems;
}

GptStorage::GptStorage(const StorageOptions& options,
                       const ModelShape& shape,
                       const Parallelism& parallelism,
                       const PipelineSchedule& schedule,
                       const MemoryOptions& memory)
    : m_options(options)
{
    uint32_t nReaders = 0;
    uint32_t nWriters = 0;
    for (uint32_t rank = 0; rank < parallelism.GetNRanks(); ++rank)
    {
        m_shares.push_back(ComputeShare(shape, parallelism, schedule, memory, rank));
        m_inputOrdinal.push_back(nReaders);
        m_stateOrdinal.push_back(nWriters);
        nReaders += m_shares.back().input > 0;
        nWriters += m_shares.back().state > 0;
    }
}

GptStorage::Share
GptStorage::ComputeShare(const ModelShape& shape,
                         const Parallelism& parallelism,
                         const PipelineSchedule& schedule,
                         const MemoryOptions& memory,
                         uint32_t rank) const
{
    const uint32_t stage = parallelism.StageOf(rank);
    Share share;
    bool isEdge = false;
    for (uint32_t chunk = 0; chunk < schedule.GetNChunks(); ++chunk)
    {
        const uint32_t part = schedule.GetPart(stage, parallelism.pipeline, chunk);
        isEdge = isEdge || part == 0 || part + 1 == schedule.GetNParts(parallelism.pipeline);
    }
    if (isEdge && parallelism.TensorIndexOf(rank) == 0)
    {
        share.input = PartOf(m_options.sampleBytes * (parallelism.globalBatch / parallelism.data),
                             parallelism.context,
                             parallelism.ContextIndexOf(rank));
    }
    if (m_options.checkpointEvery == 0)
    {
        return share;
    }
    const auto parameters = ComputeStageParameters(shape, parallelism, schedule, stage);
    const bool isTwice = schedule.HoldsPartsTwice();
    const uint64_t copies = isTwice ? 2 : 1;
    const uint64_t copy = isTwice && stage >= parallelism.pipeline / 2 ? 1 : 0;
    const uint32_t replicas = parallelism.GetNReplicas();
    const uint32_t place = rank % parallelism.GetStageSize();
    const uint64_t replica = copy * replicas + place / parallelism.tensor;
    const uint64_t expertReplicas = parallelism.GetStageSize() / parallelism.expert;
    const uint64_t expertReplica = copy * expertReplicas + place / parallelism.expert;
    const auto add = [&](uint64_t perParameter, bool isShared)
    {
        const auto part = [isShared](uint64_t bytes, uint64_t n, uint64_t index) {
            return isShared ? PartOf(bytes, n, index) : index == 0 ? bytes : 0;
        };
        share.state += part(parameters.common * perParameter, copies * replicas, replica);
        share.state +=
            part(parameters.experts * perParameter, copies * expertReplicas, expertReplica);
    };
    add(memory.sizes.activation, memory.zeroStage >= 3);
    add(memory.optimizer, memory.zeroStage >= 1);
    return share;
}

const GptStorage::Share&
GptStorage::GetShare(uint32_t rank) const
{
    return m_shares[rank];
}

uint64_t
GptStorage::GetStateBytes() const
{
    uint64_t bytes = 0;
    for (const auto& share : m_shares)
    {
        bytes += share.state;
    }
    return bytes;
}

uint64_t
GptStorage::GetInputBytes() const
{
    uint64_t bytes = 0;
    for (const auto& share : m_shares)
    {
        bytes += share.input;
    }
    return bytes;
}

uint32_t
GptStorage::GetInputTarget(uint32_t rank, uint32_t stripe) const
{
    return (m_inputOrdinal[rank] * m_options.stripes + stripe) % m_options.targets;
}

uint32_t
GptStorage::GetStateTarget(uint32_t rank, uint32_t stripe) const
{
    return (m_stateOrdinal[rank] * m_options.stripes + stripe) % m_options.targets;
}

uint32_t
GptStorage::GetBehind() const
{
    // The next checkpoint is not taken before this one is written.
    return m_options.asynchronous && m_options.checkpointEvery > 0 ? m_options.checkpointEvery - 1
                                                                   : 0;
}

std::vector<uint64_t>
GptStorage::Cut(uint64_t bytes, uint32_t stripe) const
{
    std::vector<uint64_t> chunks;
    for (uint64_t left = PartOf(bytes, m_options.stripes, stripe); left > 0; left -= chunks.back())
    {
        chunks.push_back(std::min(left, m_options.chunkBytes));
    }
    return chunks;
}

void
GptStorage::AddInput(GptGraphWriter& writer, const Share& share) const
{
    auto& graph = writer.GetGraph();
    for (uint32_t stripe = 0; stripe < m_options.stripes; ++stripe)
    {
        const auto chunks = Cut(share.input, stripe);
        if (chunks.empty())
        {
            continue;
        }
        const auto stream = static_cast<uint16_t>(GptJob::INPUT + stripe);
        const uint32_t slot =
            writer.SlotOf(GptGraphWriter::Peer{GptGraphWriter::Peer::INPUT_STORAGE, stripe});
        graph.SetTiming(stream, {1, m_options.prefetch, 0});
        graph.AddSend("request of samples", stream, Dimension::INPUT, slot, REQUEST, REQUEST_BYTES);
        OperationGraph::Index last = 0;
        for (std::size_t i = 0; i < chunks.size(); ++i)
        {
            last = graph.AddReceive("samples",
                                    stream,
                                    Dimension::INPUT,
                                    slot,
                                    static_cast<uint32_t>(i * N_KINDS + SAMPLES),
                                    chunks[i]);
        }
        writer.Now().pending.push_back(last);
    }
}

void
GptStorage::AddState(GptGraphWriter& writer,
                     const Share& share,
                     OperationGraph::Index optimizer) const
{
    auto& graph = writer.GetGraph();
    auto before = optimizer;
    const uint32_t every = m_options.checkpointEvery;
    if (m_options.asynchronous && share.state > 0)
    {
        graph.SetTiming(GptJob::SNAPSHOT, {every, 0, 0});
        before = graph.AddDelay("copy of the state",
                                GptJob::SNAPSHOT,
                                TimeOf(share.state, m_options.copyRate),
                                Dimension::CHECKPOINT);
        graph.AddDependency(before, optimizer);
    }
    for (uint32_t stripe = 0; stripe < m_options.stripes; ++stripe)
    {
        const auto chunks = Cut(share.state, stripe);
        if (chunks.empty())
        {
            continue;
        }
        const auto stream = static_cast<uint16_t>(GptJob::STATE + stripe);
        const uint32_t slot =
            writer.SlotOf(GptGraphWriter::Peer{GptGraphWriter::Peer::STATE_STORAGE, stripe});
        graph.SetTiming(stream, {every, 0, GetBehind()});
        for (std::size_t i = 0; i < chunks.size(); ++i)
        {
            const auto send = graph.AddSend("checkpoint",
                                            stream,
                                            Dimension::CHECKPOINT,
                                            slot,
                                            static_cast<uint32_t>(i * N_KINDS + STATE),
                                            chunks[i]);
            if (i == 0)
            {
                graph.AddDependency(send, before);
            }
        }
        graph.AddReceive(
            "checkpoint is written", stream, Dimension::CHECKPOINT, slot, REPLY, REPLY_BYTES);
    }
}

void
GptStorage::AddTargets(JobGraph& job) const
{
    const auto nRanks = static_cast<uint32_t>(job.ranks.size());
    // Ranks may be a step apart from each other, and ask for samples ahead.
    const uint32_t behind = GetBehind() + m_options.prefetch + 1;
    std::vector<std::shared_ptr<OperationGraph>> graphs;
    for (uint32_t target = 0; target < m_options.targets; ++target)
    {
        graphs.push_back(std::make_shared<OperationGraph>(StreamOrder::AS_READY));
        graphs.back()->SetTiming(READ, {1, 0, behind});
        graphs.back()->SetTiming(WRITE, {std::max(m_options.checkpointEvery, 1U), 0, behind});
        job.ranks.emplace_back();
    }
    const auto slotOf = [&job, nRanks](uint32_t target, uint32_t rank)
    {
        auto& peers = job.ranks[nRanks + target].peers;
        peers.push_back(rank);
        return static_cast<uint32_t>(peers.size() - 1);
    };
    for (uint32_t rank = 0; rank < nRanks; ++rank)
    {
        for (uint32_t stripe = 0; stripe < m_options.stripes; ++stripe)
        {
            if (const auto chunks = Cut(m_shares[rank].input, stripe); !chunks.empty())
            {
                const uint32_t target = GetInputTarget(rank, stripe);
                AddReads(*graphs[target], slotOf(target, rank), chunks);
            }
            if (const auto chunks = Cut(m_shares[rank].state, stripe); !chunks.empty())
            {
                const uint32_t target = GetStateTarget(rank, stripe);
                AddWrites(*graphs[target], slotOf(target, rank), chunks);
            }
        }
    }
    for (uint32_t target = 0; target < m_options.targets; ++target)
    {
        graphs[target]->Seal();
        job.ranks[nRanks + target].graph = graphs[target];
    }
    job.nServices = m_options.targets;
    for (const auto dimension : {Dimension::INPUT, Dimension::CHECKPOINT})
    {
        job.priorities[static_cast<uint8_t>(dimension)] = m_options.priority;
    }
}

void
GptStorage::AddReads(OperationGraph& graph,
                     uint32_t slot,
                     const std::vector<uint64_t>& chunks) const
{
    auto before = graph.AddReceive("request", READ, Dimension::INPUT, slot, REQUEST, REQUEST_BYTES);
    for (std::size_t i = 0; i < chunks.size(); ++i)
    {
        if (m_options.readRate > 0)
        {
            // One after the other: readers take turns at the medium.
            const auto read = graph.AddCompute("read", READ, TimeOf(chunks[i], m_options.readRate));
            graph.AddDependency(read, before);
            before = read;
        }
        const auto send = graph.AddSend("samples",
                                        READ,
                                        Dimension::INPUT,
                                        slot,
                                        static_cast<uint32_t>(i * N_KINDS + SAMPLES),
                                        chunks[i]);
        graph.AddDependency(send, before);
    }
}

void
GptStorage::AddWrites(OperationGraph& graph,
                      uint32_t slot,
                      const std::vector<uint64_t>& chunks) const
{
    std::vector<OperationGraph::Index> written;
    for (std::size_t i = 0; i < chunks.size(); ++i)
    {
        written.push_back(graph.AddReceive("checkpoint",
                                           WRITE,
                                           Dimension::CHECKPOINT,
                                           slot,
                                           static_cast<uint32_t>(i * N_KINDS + STATE),
                                           chunks[i]));
        if (m_options.writeRate > 0)
        {
            const auto write =
                graph.AddCompute("write", WRITE, TimeOf(chunks[i], m_options.writeRate));
            graph.AddDependency(write, written.back());
            written.back() = write;
        }
    }
    const auto reply = graph.AddSend(
        "checkpoint is written", WRITE, Dimension::CHECKPOINT, slot, REPLY, REPLY_BYTES);
    for (const auto operation : written)
    {
        graph.AddDependency(reply, operation);
    }
}

} // namespace ns3::workload
