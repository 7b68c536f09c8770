/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-placement.h"

#include "ns3/random-variable-stream.h"

#include <algorithm>
#include <map>

namespace ns3::workload
{

namespace
{

/** @return servers in the order in which AFFINITY fills them */
std::vector<PlacementServer>
SortByAffinity(const std::vector<PlacementServer>& servers, uint32_t nRanks)
{
    std::map<uint32_t, uint64_t> room; // by locality
    for (const auto& server : servers)
    {
        room[server.locality] += server.accelerators.size();
    }
    std::vector<std::pair<uint32_t, uint64_t>> order(room.begin(), room.end());
    // Those that hold the job first, the tightest one in front; then the largest ones.
    std::stable_sort(order.begin(),
                     order.end(),
                     [nRanks](const auto& a, const auto& b)
                     {
                         const bool aHolds = a.second >= nRanks;
                         const bool bHolds = b.second >= nRanks;
                         if (aHolds != bHolds)
                         {
                             return aHolds;
                         }
                         return aHolds ? a.second < b.second : a.second > b.second;
                     });
    std::vector<PlacementServer> sorted;
    for (const auto& place : order)
    {
        for (const auto& server : servers)
        {
            if (server.locality == place.first)
            {
                sorted.push_back(server);
            }
        }
    }
    return sorted;
}

/** @return all accelerators, server by server */
std::vector<uint32_t>
Concatenate(const std::vector<PlacementServer>& servers)
{
    std::vector<uint32_t> all;
    for (const auto& server : servers)
    {
        all.insert(all.end(), server.accelerators.begin(), server.accelerators.end());
    }
    return all;
}

/** @return accelerators in blocks, dealt out by servers in turn, as few servers as hold them */
std::vector<uint32_t>
Deal(const std::vector<PlacementServer>& servers, uint32_t nRanks, uint32_t block, bool few)
{
    std::vector<const PlacementServer*> used;
    uint64_t room = 0;
    for (const auto& server : servers)
    {
        const auto whole = server.accelerators.size() / block * block;
        if (whole > 0 && (!few || room < nRanks))
        {
            used.push_back(&server);
            room += whole;
        }
    }
    std::vector<uint32_t> dealt;
    for (std::size_t turn = 0; dealt.size() < nRanks && room >= nRanks; ++turn)
    {
        for (const auto* const server : used)
        {
            const auto first = turn * block;
            if (first + block <= server->accelerators.size() && dealt.size() < nRanks)
            {
                const auto begin = server->accelerators.begin();
                dealt.insert(dealt.end(),
                             begin + static_cast<std::ptrdiff_t>(first),
                             begin + static_cast<std::ptrdiff_t>(first + block));
            }
        }
    }
    return dealt;
}

} // namespace

std::vector<uint32_t>
PlaceRanks(PlacementPolicy policy,
           uint32_t nRanks,
           uint32_t block,
           const std::vector<PlacementServer>& servers,
           const Ptr<UniformRandomVariable>& random)
{
    std::vector<uint32_t> order;
    switch (policy)
    {
    case PlacementPolicy::PACKED:
        order = Concatenate(servers);
        break;
    case PlacementPolicy::AFFINITY:
        order = Concatenate(SortByAffinity(servers, nRanks));
        break;
    case PlacementPolicy::RAIL:
        order = Deal(servers, nRanks, block, true);
        break;
    case PlacementPolicy::SPREAD:
        order = Deal(servers, nRanks, 1, false);
        break;
    case PlacementPolicy::RANDOM:
        order = Concatenate(servers);
        for (auto i = static_cast<uint32_t>(order.size()); i > 1; --i)
        {
            std::swap(order[i - 1], order[random->GetInteger(0, i - 1)]);
        }
        break;
    }
    if (order.size() < nRanks)
    {
        return {};
    }
    order.resize(nRanks);
    return order;
}

const std::vector<std::string>&
GetPlacementNames()
{
    static const std::vector<std::string> names{"packed", "affinity", "rail", "spread", "random"};
    return names;
}

} // namespace ns3::workload
