/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-expert-traffic.h"

#include "ns3/random-variable-stream.h"

#include <algorithm>

namespace ns3::workload
{

namespace
{

/// Draws of which one may come twice, until the rest is drawn from what is left only.
constexpr uint32_t MOST_TRIES = 16;

bool
Contains(const std::vector<uint32_t>& values, uint32_t value)
{
    return std::find(values.begin(), values.end(), value) != values.end();
}

} // namespace

ExpertTraffic::ExpertTraffic(const ModelShape& shape,
                             const Parallelism& parallelism,
                             const ElementSizes& sizes,
                             const std::vector<double>& weights,
                             const Ptr<UniformRandomVariable>& random)
    : m_topK(shape.moe.topK),
      m_nExperts(shape.moe.experts),
      m_nGroups(std::max(1U, shape.moe.groups)),
      m_topGroups(std::max(1U, shape.moe.topGroups)),
      m_size(parallelism.expert),
      m_relay(parallelism.expertRelay),
      m_dispatchBytes(sizes.GetDispatchBytes(shape.hidden)),
      m_combineBytes(sizes.GetCombineBytes(shape.hidden)),
      m_random(random)
{
    double sum = 0;
    for (const auto weight : weights)
    {
        sum += weight;
        m_cumulative.push_back(sum);
    }
    for (uint32_t group = 0; group < m_nGroups; ++group)
    {
        m_groupCumulative.push_back(m_cumulative[(group + 1) * (m_nExperts / m_nGroups) - 1]);
    }
    const uint32_t nRanks = parallelism.GetStageSize();
    for (auto& copies : m_copies)
    {
        copies.assign(std::size_t{nRanks} * m_size, 0);
    }
    m_loads.assign(nRanks, 0);
    const uint64_t tokens = parallelism.GetTokensOfRank(shape) / parallelism.tensor;
    for (uint32_t rank = 0; rank < nRanks; ++rank)
    {
        Draw(rank, tokens);
    }
    for (auto& load : m_loads)
    {
        load /= static_cast<double>(tokens * m_topK);
    }
}

template <typename IsOpen>
uint32_t
ExpertTraffic::DrawOpen(const std::vector<double>& cumulative, const IsOpen& isOpen)
{
    const auto n = static_cast<uint32_t>(cumulative.size());
    for (uint32_t tries = 0; tries < MOST_TRIES; ++tries)
    {
        const double value = m_random->GetValue(0, cumulative.back());
        const auto at = std::upper_bound(cumulative.begin(), cumulative.end(), value);
        const auto drawn = std::min(n - 1, static_cast<uint32_t>(at - cumulative.begin()));
        if (isOpen(drawn))
        {
            return drawn;
        }
    }
    // Nearly all the weight is taken.
    const auto weightOf = [&](uint32_t i)
    { return isOpen(i) ? cumulative[i] - (i == 0 ? 0 : cumulative[i - 1]) : 0; };
    double sum = 0;
    for (uint32_t i = 0; i < n; ++i)
    {
        sum += weightOf(i);
    }
    double value = m_random->GetValue(0, sum);
    uint32_t last = n; // open and nearest to what was drawn
    for (uint32_t i = 0; i < n && (last == n || value >= 0); ++i)
    {
        if (isOpen(i) && (weightOf(i) > 0 || sum <= 0))
        {
            last = i;
            value -= weightOf(i);
        }
    }
    return last;
}

void
ExpertTraffic::Choose()
{
    m_chosen.clear();
    m_chosenGroups.clear();
    const uint32_t perGroup = m_nExperts / m_nGroups;
    const bool isLimited = m_topGroups < m_nGroups;
    while (isLimited && m_chosenGroups.size() < m_topGroups)
    {
        m_chosenGroups.push_back(DrawOpen(m_groupCumulative,
                                          [this](uint32_t group)
                                          { return !Contains(m_chosenGroups, group); }));
    }
    while (m_chosen.size() < m_topK)
    {
        m_chosen.push_back(DrawOpen(m_cumulative,
                                    [&](uint32_t expert)
                                    {
                                        return !Contains(m_chosen, expert) &&
                                               (!isLimited ||
                                                Contains(m_chosenGroups, expert / perGroup));
                                    }));
    }
}

void
ExpertTraffic::Draw(uint32_t rank, uint64_t tokens)
{
    const uint32_t perRank = m_nExperts / m_size;
    const uint32_t groupSize = m_relay ? m_size / m_nGroups : m_size;
    const uint32_t first = rank / m_size * m_size; // of the ranks that share out the experts
    const uint32_t place = (rank - first) % groupSize;
    const uint64_t drawn = std::min(tokens, MOST_DRAWN);
    std::vector<uint32_t> groups;
    std::vector<uint32_t> ranks;
    for (uint64_t token = 0; token < drawn; ++token)
    {
        // A token drawn stands for tokens / drawn of them, some for one more.
        const uint64_t n = tokens / drawn + (token < tokens % drawn ? 1 : 0);
        Choose();
        groups.clear();
        ranks.clear();
        for (const auto expert : m_chosen)
        {
            const uint32_t to = expert / perRank;
            m_loads[first + to] += static_cast<double>(n);
            m_copies[DIRECT][std::size_t{rank} * m_size + to] += n;
            if (!Contains(groups, to / groupSize))
            {
                groups.push_back(to / groupSize);
            }
            if (!Contains(ranks, to))
            {
                ranks.push_back(to);
            }
        }
        for (const auto group : groups)
        {
            m_copies[RELAY][std::size_t{rank} * m_size + group] += n;
        }
        for (const auto to : ranks)
        {
            const uint32_t relay = first + to / groupSize * groupSize + place;
            m_copies[WITHIN][std::size_t{relay} * m_size + to % groupSize] += n;
        }
    }
}

uint64_t
ExpertTraffic::GetCopies(Exchange exchange, uint32_t rank, uint32_t to) const
{
    return m_copies[exchange][std::size_t{rank} * m_size + to];
}

std::shared_ptr<const collective::ExchangeSizes>
ExpertTraffic::GetSizes(Exchange exchange, uint32_t rank, bool back) const
{
    const uint32_t groupSize = m_relay ? m_size / m_nGroups : m_size;
    const uint32_t first = rank / m_size * m_size;
    const uint32_t place = (rank - first) % groupSize;
    const uint32_t group = (rank - first) / groupSize;
    const uint32_t nPeers = exchange == RELAY ? m_nGroups : groupSize;
    const uint32_t own = exchange == RELAY ? group : place;
    auto sizes = std::make_shared<collective::ExchangeSizes>();
    for (uint32_t peer = 0; peer < nPeers; ++peer)
    {
        const uint32_t other =
            exchange == RELAY ? first + peer * groupSize + place : first + group * groupSize + peer;
        const uint64_t out = GetCopies(exchange, rank, peer);
        const uint64_t in = GetCopies(exchange, other, own);
        // The way back goes the same way, the other way round.
        sizes->sent.push_back(back ? in * m_combineBytes : out * m_dispatchBytes);
        sizes->received.push_back(back ? out * m_combineBytes : in * m_dispatchBytes);
    }
    return sizes;
}

double
ExpertTraffic::GetLoad(uint32_t rank) const
{
    return m_loads[rank];
}

} // namespace ns3::workload
