/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-cpu-relay.h"

#include "ns3/simulator.h"
#include "ns3/string.h"

#include <algorithm>
#include <sstream>

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(CpuRelay);

TypeId
CpuRelay::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::collective::CpuRelay")
            .SetParent<cluster::MessageNetwork>()
            .SetGroupName("Collective")
            .AddConstructor<CpuRelay>()
            .AddAttribute("Vendors",
                          "Number of servers of each vendor, in the order of the servers, with "
                          "commas between them; servers after these are the last vendor's. "
                          "Default: all servers are one vendor's.",
                          StringValue(""),
                          MakeStringAccessor(&CpuRelay::SetVendors, &CpuRelay::GetVendors),
                          MakeStringChecker())
            .AddAttribute(
                "CopyRate",
                "Rate of an accelerator's copies to, and of those from, the memory of "
                "its server; 0 for infinite (default: PCIe 4.0 x16, 16 GT/s and 128b/130b: "
                "31.5 GB/s).",
                DataRateValue(DataRate(252061538461)),
                MakeDataRateAccessor(&CpuRelay::m_copyRate),
                MakeDataRateChecker())
            .AddAttribute("CopyLatency",
                          "Time that a copy takes besides (default: 10 us, what it takes to start "
                          "an asynchronous copy and to be told of its end).",
                          TimeValue(MicroSeconds(10)),
                          MakeTimeAccessor(&CpuRelay::m_copyLatency),
                          MakeTimeChecker(Time(0)));
    return tid;
}

CpuRelay::~CpuRelay() = default;

void
CpuRelay::DoDispose()
{
    if (m_network)
    {
        for (uint32_t accelerator = 0; accelerator < m_outEnd.size(); ++accelerator)
        {
            m_network->SetHandler(accelerator, nullptr);
        }
    }
    m_network = nullptr;
    MessageNetwork::DoDispose();
}

void
CpuRelay::SetNetwork(Ptr<cluster::MessageNetwork> network)
{
    m_network = network;
    m_outEnd.resize(network->GetNAccelerators());
    m_inEnd.resize(network->GetNAccelerators());
    for (uint32_t accelerator = 0; accelerator < network->GetNAccelerators(); ++accelerator)
    {
        network->SetHandler(accelerator, this);
    }
}

std::string
CpuRelay::Check() const
{
    return m_error;
}

void
CpuRelay::SetVendors(std::string text)
{
    m_text = std::move(text);
    m_servers.clear();
    m_error.clear();
    std::istringstream words(m_text);
    std::string word;
    while (std::getline(words, word, ','))
    {
        const bool isNumber = !word.empty() && word.size() < 7 &&
                              word.find_first_not_of("0123456789") == std::string::npos;
        if (!isNumber || std::stoul(word) == 0)
        {
            m_error = "Vendors of CpuRelay: '" + word + "', expected a number of servers";
            return;
        }
        m_servers.push_back(std::stoul(word));
    }
}

std::string
CpuRelay::GetVendors() const
{
    return m_text;
}

uint32_t
CpuRelay::GetVendor(uint32_t domain) const
{
    uint32_t vendor = 0;
    uint32_t end = 0;
    while (vendor + 1 < m_servers.size() && domain >= (end += m_servers[vendor]))
    {
        ++vendor;
    }
    return vendor;
}

bool
CpuRelay::IsRelayed(const cluster::Message& message) const
{
    return GetVendor(GetDomain(message.source)) != GetVendor(GetDomain(message.destination));
}

Time
CpuRelay::Copy(Time& end, uint64_t bytes) const
{
    const Time now = Simulator::Now();
    end = std::max(end, now);
    if (bytes > 0)
    {
        end += m_copyLatency;
        end += m_copyRate.GetBitRate() > 0 ? m_copyRate.CalculateBytesTxTime(bytes) : Time(0);
    }
    return end - now;
}

void
CpuRelay::DoSend(const cluster::Message& message)
{
    if (!IsRelayed(message))
    {
        m_network->Send(message);
        return;
    }
    Simulator::ScheduleWithContext(GetNodeId(message.source),
                                   Copy(m_outEnd[message.source], message.bytes),
                                   &CpuRelay::CopiedOut,
                                   this,
                                   message);
}

void
CpuRelay::CopiedOut(cluster::Message message)
{
    m_network->Send(message);
}

void
CpuRelay::CopiedIn(cluster::Message message)
{
    NotifyReceived(message);
}

void
CpuRelay::MessageSent(const cluster::Message& message)
{
    NotifySent(message);
}

void
CpuRelay::MessageReceived(const cluster::Message& message)
{
    if (!IsRelayed(message))
    {
        NotifyReceived(message);
        return;
    }
    Simulator::ScheduleWithContext(GetNodeId(message.destination),
                                   Copy(m_inEnd[message.destination], message.bytes),
                                   &CpuRelay::CopiedIn,
                                   this,
                                   message);
}

void
CpuRelay::MessageFailed(const cluster::Message& message, const std::string& reason)
{
    NotifyFailed(message, reason);
}

uint32_t
CpuRelay::GetNAccelerators() const
{
    return m_network->GetNAccelerators();
}

uint32_t
CpuRelay::GetNodeId(uint32_t accelerator) const
{
    return m_network->GetNodeId(accelerator);
}

uint32_t
CpuRelay::GetDomain(uint32_t accelerator) const
{
    return m_network->GetDomain(accelerator);
}

DataRate
CpuRelay::GetScaleOutRate(uint32_t accelerator) const
{
    return m_network->GetScaleOutRate(accelerator);
}

DataRate
CpuRelay::GetScaleUpRate(uint32_t accelerator) const
{
    return m_network->GetScaleUpRate(accelerator);
}

double
CpuRelay::GetScaleOutEfficiency() const
{
    return m_network->GetScaleOutEfficiency();
}

} // namespace ns3::collective
