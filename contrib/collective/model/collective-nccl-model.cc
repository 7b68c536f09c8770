/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-nccl-model.h"

#include <algorithm>
#include <array>
#include <limits>

namespace ns3::collective
{

namespace
{

/** Constants by protocol: LL, LL128, Simple. */
using ByProtocol = std::array<double, 3>;

/** Constants by number of servers: one, two, more. */
using ByScale = std::array<double, 3>;

/** Latency of an operation by algorithm (ring, tree), us. */
constexpr std::array<ByProtocol, 2> BASE_LATENCY{{{6.6, 14.0, 8.4}, {6.8, 14.0, 8.4}}};
/** Latency of a hop over NVLink by algorithm (ring, tree), us. */
constexpr std::array<ByProtocol, 2> NVLINK_LATENCY{{{0.6, 1.9, 3.4}, {0.6, 1.25, 4.0}}};
/** Latency of a hop over the network by algorithm (ring, tree), us. */
constexpr std::array<ByProtocol, 2> NETWORK_LATENCY{{{2.7, 4.0, 14.0}, {5.0, 8.5, 14.0}}};
/** What PAT takes: for an operation and for each rank, us. */
constexpr double PAT_BASE_LATENCY = 8;
constexpr double PAT_RANK_LATENCY = 2.8;
/** Least time that a step of a ring takes that crosses servers somewhere, us; three with Simple. */
constexpr double NETWORK_OVERHEAD = 1;

/** Most that LL does in one server by generation, GB/s. */
constexpr std::array<double, 4> LL_RATE{39.0, 87.7, 141.0, 282.0};
/** The same between two and between more servers with Intel's CPUs. */
constexpr ByScale LL_NETWORK_RATE{0, 39.0, 20.4};
/** Most that a channel of a ring does with LL128 by generation, GB/s. */
constexpr std::array<double, 4> RING_LL128_RATE{20.0, 20.0, 36.7, 73.4};
/** Most that a channel of a tree does with LL128, GB/s. */
constexpr std::array<ByScale, 4> TREE_LL128_RATE{
    {{20.0, 20.0, 20.0}, {20.0, 20.0, 20.0}, {36.7, 36.7, 29.0}, {73.4, 73.4, 58.0}}};
/** Most that a channel of a tree does, GB/s. */
constexpr std::array<ByScale, 4> TREE_RATE{
    {{26.5, 18.5, 10.0}, {24.0, 23.6, 17.8}, {38.7, 41.4, 36.0}, {77.4, 82.8, 72.0}}};

/** Latency of NVLS, us. */
constexpr double NVLS_LATENCY = 25;
/** Share of the bandwidth that NVLS has by generation. */
constexpr std::array<double, 4> NVLS_SHARE{0, 0, 0.85, 0.74};
/** Channels of NVLS in one server by generation, one of which is lost. */
constexpr std::array<double, 4> NVLS_CHANNELS{1, 1, 16, 24};
/** Latency of CollNet: of a hop in the server, for each other rank of it, of the network, us. */
constexpr double COLLNET_LOCAL_LATENCY = 3.7;
constexpr double COLLNET_RANK_LATENCY = 0.4;
constexpr double COLLNET_NETWORK_LATENCY = 31;
/** Share of the bandwidth that CollNet has from Hopper on, with several ranks in a server. */
constexpr double COLLNET_SHARE = 0.85;

/** Bytes/us of a GB/s. */
constexpr double GIGA = 1000;

/** Share of their bandwidth that trees have, for buffers of 64 B, 128 B, ... 256 MiB. */
constexpr uint32_t N_TREE_SHARES = 23;
constexpr std::array<std::array<double, N_TREE_SHARES>, 3> TREE_SHARE{
    {{1, 1, 1, 1, .9, .8, .7, .7, .7, .7, .6, .5, .4, .4, .5, .6, .7, .8, .9, 1, 1, 1, 1},
     {1, 1, 1, 1, 1, .9, .8, .8, .8, .7, .6, .6, .6, .6, .6, .6, .8, .9, .9, .9, .9, 1, 1},
     {.9, .9, .9, .9, .9, .9, .9, .8, .7, .6, .6, .5, .5, .5, .5, .6, .7, .8, .7, .7, .8, .9, .9}}};

/** @return floor of the logarithm, base 2, of a number above 0 */
uint32_t
FloorLog(uint64_t number)
{
    uint32_t log = 0;
    while (number >>= 1)
    {
        ++log;
    }
    return log;
}

} // namespace

NcclModel::NcclModel(const Communicator& communicator, uint32_t nChannels, Generation generation)
    : m_nRanks(communicator.GetSize()),
      m_nServers(communicator.GetServers().size()),
      m_nChannels(nChannels),
      m_generation(generation)
{
    const auto& rates = communicator.GetRates();
    m_rate = rates.scaleUp / 1e6;
    if (m_nServers > 1)
    {
        const double out = rates.scaleOut / 1e6 * communicator.GetNRings();
        m_rate = m_nServers == m_nRanks ? out : std::min(m_rate, out);
    }
    if (m_rate == 0)
    {
        m_rate = std::numeric_limits<double>::infinity(); // unknown: latencies decide
    }
}

uint32_t
NcclModel::GetNSteps(CollectiveType type) const
{
    switch (type)
    {
    case CollectiveType::ALL_REDUCE:
        return 2 * (m_nRanks - 1);
    case CollectiveType::REDUCE_SCATTER:
    case CollectiveType::ALL_GATHER:
        return m_nRanks - 1;
    default:
        return m_nRanks;
    }
}

bool
NcclModel::IsPossible(CollectiveType type, NcclAlgorithm algorithm, NcclProtocol protocol) const
{
    switch (algorithm)
    {
    case RING:
        return type < CollectiveType::ALL_TO_ALL;
    case TREE:
        return type == CollectiveType::ALL_REDUCE;
    case PAT:
        return (type == CollectiveType::ALL_GATHER || type == CollectiveType::REDUCE_SCATTER) &&
               protocol == SIMPLE && m_nServers == m_nRanks;
    case NVLS:
        return (type == CollectiveType::ALL_REDUCE || type == CollectiveType::ALL_GATHER ||
                type == CollectiveType::REDUCE_SCATTER) &&
               protocol == SIMPLE && m_nServers == 1 && NVLS_SHARE[m_generation] > 0;
    case COLLNET:
        return type == CollectiveType::ALL_REDUCE && protocol == SIMPLE && m_nServers > 1;
    }
    return false;
}

double
NcclModel::GetBandwidth(CollectiveType type, NcclAlgorithm algorithm, NcclProtocol protocol) const
{
    const uint32_t scale = std::min(m_nServers, 3U) - 1;
    const double mostLl = (scale == 0 ? LL_RATE[m_generation] : LL_NETWORK_RATE[scale]) * GIGA;
    const double channels = m_nChannels * GIGA;
    switch (algorithm)
    {
    case PAT:
        return 0.75 * m_rate;
    case NVLS:
    {
        const double nvls = NVLS_CHANNELS[m_generation];
        const double rate = m_rate * NVLS_SHARE[m_generation] * (nvls - 1) / nvls;
        // An all-reduce reduces and copies at the same time; its bus bandwidth is that of a ring.
        return type == CollectiveType::ALL_REDUCE ? 2 * rate * m_nRanks / GetNSteps(type)
                                                  : rate * (m_nRanks - 1) / m_nRanks;
    }
    case COLLNET:
        return m_rate / 2 * (m_nServers < m_nRanks && m_generation >= HOPPER ? COLLNET_SHARE : 1.0);
    default:
        break;
    }
    if (algorithm == RING)
    {
        double rate = m_rate;
        if (protocol == LL)
        {
            rate = std::min(mostLl, 0.5 * rate);
        }
        else if (protocol == LL128)
        {
            rate = std::min(0.92 * rate, channels * RING_LL128_RATE[m_generation]);
        }
        return rate * m_nRanks / GetNSteps(type);
    }
    double rate = std::min(0.92 * m_rate, channels * TREE_RATE[m_generation][scale]);
    if (protocol == LL)
    {
        rate = std::min(rate / 3.8, mostLl);
    }
    else if (protocol == LL128)
    {
        rate = std::min(rate * (scale == 0 ? 7.0 / 9 : 120.0 / 128),
                        channels * TREE_LL128_RATE[m_generation][scale]);
    }
    return rate / 2;
}

double
NcclModel::GetLatency(CollectiveType type, NcclAlgorithm algorithm, NcclProtocol protocol) const
{
    // With one rank in each server no hop is hidden behind another.
    const bool isExposed = m_nServers == m_nRanks;
    const double network = NETWORK_LATENCY[isExposed || algorithm == TREE ? 1 : 0][protocol];
    if (algorithm == PAT)
    {
        return PAT_BASE_LATENCY + FloorLog(m_nServers) * network / 3.5 +
               m_nRanks * PAT_RANK_LATENCY;
    }
    const uint32_t perServer = m_nRanks / m_nServers;
    if (algorithm == NVLS)
    {
        return NVLS_LATENCY;
    }
    if (algorithm == COLLNET)
    {
        return perServer == 1
                   ? NETWORK_LATENCY[1][SIMPLE]
                   : 2 * (COLLNET_LOCAL_LATENCY + (perServer - 1) * COLLNET_RANK_LATENCY) +
                         COLLNET_NETWORK_LATENCY;
    }
    const double base = BASE_LATENCY[algorithm][protocol];
    double local = NVLINK_LATENCY[algorithm][protocol];
    if (algorithm == TREE)
    {
        return base + 2 * ((perServer - 1) * local + FloorLog(m_nServers) * network);
    }
    if (type == CollectiveType::BROADCAST || type == CollectiveType::REDUCE)
    {
        // The latency of a chunk of Simple is that of trees.
        const auto& hop = m_nServers > 1 ? NETWORK_LATENCY : NVLINK_LATENCY;
        return base + GetNSteps(type) * hop[protocol == SIMPLE ? TREE : RING][protocol];
    }
    uint32_t nNetworkSteps = 0;
    if (m_nServers > 1)
    {
        local = std::max(local, NETWORK_OVERHEAD * (protocol == SIMPLE ? 3 : 1));
        nNetworkSteps = (type == CollectiveType::ALL_REDUCE ? 2 : 1) * (m_nServers - 1);
    }
    return base + (GetNSteps(type) - nNetworkSteps) * local + nNetworkSteps * network;
}

double
NcclModel::GetSeconds(CollectiveType type,
                      NcclAlgorithm algorithm,
                      NcclProtocol protocol,
                      uint64_t bytes) const
{
    if (!IsPossible(type, algorithm, protocol))
    {
        return std::numeric_limits<double>::infinity();
    }
    const double bandwidth = GetBandwidth(type, algorithm, protocol);
    double latency = GetLatency(type, algorithm, protocol);
    double share = 1;
    if (algorithm == TREE && bytes >= 64)
    {
        const uint32_t log = FloorLog(bytes / 64);
        share = log < N_TREE_SHARES ? TREE_SHARE[protocol][log] : 1;
    }
    const bool isPlateau = algorithm == RING && protocol == SIMPLE && m_nServers > 1 &&
                           type == CollectiveType::ALL_REDUCE &&
                           bytes / (m_nChannels * m_nRanks) >= 64;
    if (isPlateau)
    {
        latency *= m_generation == VOLTA ? 1.9 : 1.4;
    }
    return (latency + bytes / (bandwidth * share)) / 1e6;
}

uint32_t
NcclModel::GetNChannels(NcclAlgorithm algorithm, NcclProtocol protocol, uint64_t bytes) const
{
    uint64_t threshold = (protocol == LL128 ? 640 : 512) * (protocol == SIMPLE ? 64 : 8);
    if (algorithm == RING && protocol == LL)
    {
        threshold *= m_nRanks;
    }
    return std::clamp<uint64_t>(bytes / threshold, 1, m_nChannels);
}

} // namespace ns3::collective
