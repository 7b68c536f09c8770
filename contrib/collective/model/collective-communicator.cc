/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-communicator.h"

#include "ns3/abort.h"

#include <algorithm>
#include <map>

namespace ns3::collective
{

std::string
Communicator::Check(const std::vector<uint32_t>& accelerators, uint32_t nAccelerators)
{
    if (accelerators.empty())
    {
        return "a communicator needs at least one accelerator";
    }
    std::vector<uint32_t> sorted = accelerators;
    std::sort(sorted.begin(), sorted.end());
    if (sorted.back() >= nAccelerators)
    {
        return "accelerator " + std::to_string(sorted.back()) + " does not exist, expected 0 to " +
               std::to_string(nAccelerators - 1);
    }
    const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
    if (twice != sorted.end())
    {
        return "accelerator " + std::to_string(*twice) + " is listed twice in a communicator";
    }
    return "";
}

Communicator::Communicator(uint32_t id,
                           std::vector<uint32_t> accelerators,
                           const std::vector<uint32_t>& domains,
                           const MemberRates& rates)
    : m_id(id),
      m_rates(rates),
      m_accelerators(std::move(accelerators))
{
    NS_ABORT_MSG_IF(m_accelerators.empty() || domains.size() != m_accelerators.size(),
                    "a communicator of " << m_accelerators.size() << " accelerators with "
                                         << domains.size() << " domains");
    std::map<uint32_t, uint32_t> serverOfDomain;
    for (uint32_t rank = 0; rank < m_accelerators.size(); ++rank)
    {
        m_ranks.emplace_back(m_accelerators[rank], rank);
        const auto server = serverOfDomain.emplace(domains[rank], m_servers.size()).first->second;
        if (server == m_servers.size())
        {
            m_servers.emplace_back();
        }
        m_places.emplace_back(server, m_servers[server].size());
        m_servers[server].push_back(rank);
    }
    std::sort(m_ranks.begin(), m_ranks.end());
    uint32_t nRings = 1;
    if (m_servers.size() > 1)
    {
        const auto smallest =
            std::min_element(m_servers.begin(),
                             m_servers.end(),
                             [](const auto& a, const auto& b) { return a.size() < b.size(); });
        nRings = smallest->size();
    }
    for (uint32_t channel = 0; channel < nRings; ++channel)
    {
        m_rings.push_back(BuildRing(channel));
    }
}

uint32_t
Communicator::GetId() const
{
    return m_id;
}

uint32_t
Communicator::GetSize() const
{
    return m_accelerators.size();
}

uint32_t
Communicator::GetAccelerator(uint32_t rank) const
{
    return m_accelerators[rank];
}

uint32_t
Communicator::GetRank(uint32_t accelerator) const
{
    const auto it =
        std::lower_bound(m_ranks.begin(), m_ranks.end(), std::make_pair(accelerator, 0U));
    return it != m_ranks.end() && it->first == accelerator ? it->second : NO_RANK;
}

const std::vector<std::vector<uint32_t>>&
Communicator::GetServers() const
{
    return m_servers;
}

std::pair<uint32_t, uint32_t>
Communicator::GetPlace(uint32_t rank) const
{
    return m_places[rank];
}

const MemberRates&
Communicator::GetRates() const
{
    return m_rates;
}

uint32_t
Communicator::GetServerSize() const
{
    const uint32_t size = m_servers[0].size();
    const bool isEven = std::all_of(m_servers.begin(),
                                    m_servers.end(),
                                    [&](const auto& server) { return server.size() == size; });
    return isEven ? size : 0;
}

uint32_t
Communicator::GetNRings() const
{
    return m_rings.size();
}

const Ring&
Communicator::GetRing(uint32_t channel) const
{
    return m_rings[channel % m_rings.size()];
}

Ring
Communicator::BuildRing(uint32_t channel) const
{
    const uint32_t nServers = m_servers.size();
    // Which rank of its server a hop leaves by: neighbouring hops differ, so does the last from the
    // first.
    const auto getRail = [&](uint32_t hop)
    {
        const bool oddOneOut = hop + 1 == nServers && nServers % 2 == 1;
        return channel + (oddOneOut ? 2 : hop % 2);
    };
    Ring ring;
    for (uint32_t server = 0; server < nServers; ++server)
    {
        const auto& members = m_servers[server];
        const uint32_t size = members.size();
        const uint32_t exit = getRail(server) % size;
        uint32_t entry = getRail((server + nServers - 1) % nServers) % size;
        if (entry == exit)
        {
            entry = (exit + 1) % size;
        }
        // Entry first, exit last, the others between them in the order of their ranks.
        if (entry != exit)
        {
            ring.ranks.push_back(members[entry]);
        }
        for (uint32_t k = 1; k < size; ++k)
        {
            const uint32_t index = (entry + k) % size;
            if (index != exit)
            {
                ring.ranks.push_back(members[index]);
            }
        }
        ring.ranks.push_back(members[exit]);
    }
    ring.positions.resize(ring.ranks.size());
    for (uint32_t position = 0; position < ring.ranks.size(); ++position)
    {
        ring.positions[ring.ranks[position]] = position;
    }
    return ring;
}

} // namespace ns3::collective
