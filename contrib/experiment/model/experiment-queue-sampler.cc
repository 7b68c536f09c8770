/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-queue-sampler.h"

#include <algorithm>

namespace ns3::experiment
{

namespace
{

constexpr std::size_t MOST_SAMPLES = 20'000;

} // namespace

QueueSampler::QueueSampler(const cluster::Cluster& cluster, Time interval)
    : m_interval(interval)
{
    for (const auto& device : cluster.GetSwitches())
    {
        const uint16_t nPorts = device ? device->GetNPorts() : 0; // null where there is a server
        for (uint16_t port = 0; port < nPorts; ++port)
        {
            m_ports.push_back(Ptr<fabric::Port>(&device->GetPort(port)));
        }
    }
}

void
QueueSampler::Sample()
{
    if (m_calls++ % m_every != 0)
    {
        return;
    }
    uint64_t longest = 0;
    for (const auto& port : m_ports)
    {
        longest = std::max<uint64_t>(longest, port->GetQueues().GetBytes());
    }
    m_samples.push_back(static_cast<double>(longest));
    if (m_samples.size() == MOST_SAMPLES)
    {
        for (std::size_t i = 0; i < MOST_SAMPLES / 2; ++i)
        {
            m_samples[i] = m_samples[2 * i];
        }
        m_samples.resize(MOST_SAMPLES / 2);
        m_every *= 2;
        m_calls = 0;
    }
}

std::optional<Distribution>
QueueSampler::GetDistribution() const
{
    return m_samples.empty() ? std::nullopt
                             : std::optional<Distribution>(Distribution::Of(m_samples));
}

} // namespace ns3::experiment
