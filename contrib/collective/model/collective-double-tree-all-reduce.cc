/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-double-tree-all-reduce.h"

#include "collective-double-tree.h"

#include <algorithm>
#include <vector>

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(DoubleTreeAllReduce);

namespace
{

/** Lanes of a rank in one tree of one channel. */
enum TreeLane
{
    FROM_CHILD = 0, ///< and the two after it: receive from a child and add
    TO_PARENT = 3,  ///< send to the parent
    FROM_PARENT,    ///< receive the result from the parent
    TO_CHILD,       ///< and the two after it: send the result to a child
    N_TREE_LANES = 8,
};

/** At most two servers and the next rank of the chain. */
constexpr uint32_t MAX_CHILDREN = 3;

/** A tree uses 4 of the 256 channels that steps can have: one up, one down to each child. */
constexpr uint32_t MAX_CHANNELS = 32;

/** Where a rank is in one tree. */
struct TreePlace
{
    uint32_t parent{DoubleTree::NOBODY}; ///< rank
    uint32_t index{0};                   ///< which child of the parent this one is
    std::vector<uint32_t> children;      ///< ranks
};

/** One rank's schedule. Tree t of channel c is number 2c + t and has N_TREE_LANES lanes. */
class DoubleTreeSchedule : public Schedule
{
  public:
    DoubleTreeSchedule(const Communicator& communicator,
                       uint32_t rank,
                       uint64_t bytes,
                       uint32_t nChannels,
                       uint64_t nChunks)
        : m_bytes(bytes),
          m_nChunks(nChunks)
    {
        for (uint32_t tree = 0; tree < 2 * nChannels; ++tree)
        {
            m_places.push_back(FindPlace(communicator, rank, tree));
        }
    }

    uint32_t GetNLanes() const override
    {
        return m_places.size() * N_TREE_LANES;
    }

    uint64_t GetNSteps(uint32_t lane) const override
    {
        const auto& place = m_places[lane / N_TREE_LANES];
        const uint32_t kind = lane % N_TREE_LANES;
        bool exists = place.parent != DoubleTree::NOBODY;
        if (kind < FROM_CHILD + MAX_CHILDREN)
        {
            exists = kind - FROM_CHILD < place.children.size();
        }
        else if (kind >= TO_CHILD)
        {
            exists = kind - TO_CHILD < place.children.size();
        }
        return exists ? m_nChunks : 0;
    }

    void GetStep(uint32_t lane, uint64_t index, Step& step) const override
    {
        const uint32_t tree = lane / N_TREE_LANES;
        const auto& place = m_places[tree];
        const uint32_t kind = lane % N_TREE_LANES;
        const uint8_t up = 4 * tree;
        if (kind < FROM_CHILD + MAX_CHILDREN)
        {
            step.Reset(StepAction::REDUCE, place.children[kind - FROM_CHILD], up, index);
        }
        else if (kind == TO_PARENT)
        {
            step.Reset(StepAction::SEND, place.parent, up, index);
            WaitForChildren(tree, index, step);
        }
        else if (kind == FROM_PARENT)
        {
            step.Reset(StepAction::RECEIVE, place.parent, up + 1 + place.index, index);
        }
        else
        {
            const uint32_t child = kind - TO_CHILD;
            step.Reset(StepAction::SEND, place.children[child], up + 1 + child, index);
            if (place.parent == DoubleTree::NOBODY)
            {
                WaitForChildren(tree, index, step);
            }
            else
            {
                step.after[0] = {tree * N_TREE_LANES + FROM_PARENT, index + 1};
            }
        }
        const auto part = Part{0, m_bytes}.Divide(tree, m_places.size()).Divide(index, m_nChunks);
        step.Add(Buffer::MAIN, part.offset, part.bytes);
    }

  private:
    /** Let a step of a chunk wait for the chunk of all children. */
    void WaitForChildren(uint32_t tree, uint64_t chunk, Step& step) const
    {
        for (uint32_t child = 0; child < m_places[tree].children.size(); ++child)
        {
            step.after[child] = {tree * N_TREE_LANES + FROM_CHILD + child, chunk + 1};
        }
    }

    /** @return the place of a rank in tree number `tree` */
    static TreePlace FindPlace(const Communicator& communicator, uint32_t rank, uint32_t tree)
    {
        const auto& servers = communicator.GetServers();
        const DoubleTree servertree(servers.size());
        const auto [server, index] = communicator.GetPlace(rank);
        // The first rank of each server's chain, which has its NIC used.
        const auto getHead = [&](uint32_t other)
        { return servers[other][tree / 2 % servers[other].size()]; };
        const uint32_t size = servers[server].size();
        const uint32_t inChain = (index + size - tree / 2 % size) % size;
        const auto below = servertree.GetChildren(tree % 2, server);
        TreePlace place;
        if (inChain == 0)
        {
            for (const auto child : below)
            {
                place.children.push_back(getHead(child));
            }
            const uint32_t above = servertree.GetParent(tree % 2, server);
            if (above != DoubleTree::NOBODY)
            {
                place.parent = getHead(above);
                const auto siblings = servertree.GetChildren(tree % 2, above);
                place.index =
                    std::find(siblings.begin(), siblings.end(), server) - siblings.begin();
            }
        }
        else
        {
            place.parent = servers[server][(index + size - 1) % size];
            place.index = inChain == 1 ? below.size() : 0;
        }
        if (inChain + 1 < size)
        {
            place.children.push_back(servers[server][(index + 1) % size]);
        }
        return place;
    }

    const uint64_t m_bytes;          ///< size of the buffer
    const uint64_t m_nChunks;        ///< number of chunks of a tree's share
    std::vector<TreePlace> m_places; ///< by tree
};

} // namespace

TypeId
DoubleTreeAllReduce::GetTypeId()
{
    static TypeId tid = TypeId("ns3::collective::DoubleTreeAllReduce")
                            .SetParent<ChunkedAlgorithm>()
                            .SetGroupName("Collective")
                            .AddConstructor<DoubleTreeAllReduce>();
    return tid;
}

bool
DoubleTreeAllReduce::DoSupports(CollectiveType type) const
{
    return type == CollectiveType::ALL_REDUCE;
}

std::unique_ptr<Schedule>
DoubleTreeAllReduce::DoBuild(const Communicator& communicator,
                             const Operation& operation,
                             uint32_t rank) const
{
    const uint32_t nChannels = std::min(GetNChannels(communicator), MAX_CHANNELS);
    const uint64_t nChunks = GetNChunks(Part{0, operation.bytes}.Divide(0, 2 * nChannels).bytes, 1);
    return std::make_unique<DoubleTreeSchedule>(
        communicator, rank, operation.bytes, nChannels, nChunks);
}

} // namespace ns3::collective
