/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-flow-runner.h"

#include "ns3/fabric-time.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace ns3::cluster
{

using fabric::NowTicks;

/** The flows that start at one accelerator, and the handler there. */
class FlowRunner::Site : public MessageHandler
{
  public:
    /** @param runner whose site this is */
    explicit Site(FlowRunner& runner)
        : m_runner(runner)
    {
    }

    /** @param flow a flow that starts here, not before those added already */
    void Add(uint32_t flow)
    {
        m_flows.push_back(flow);
    }

    /** Schedule the start of the next flow. */
    void ScheduleNext()
    {
        if (m_next < m_flows.size())
        {
            const Flow& flow = m_runner.m_flows[m_flows[m_next]];
            const uint32_t node = m_runner.m_network->GetNodeId(flow.source);
            Simulator::ScheduleWithContext(
                node, TimeStep(flow.start - NowTicks()), &Site::StartDue, this);
        }
    }

    void MessageSent(const Message& message) override
    {
        m_runner.m_results[message.tag].sentAt = NowTicks();
        if (message.verb != MessageVerb::WRITE)
        {
            // What it asked for has come to us: the other end hears nothing.
            m_runner.m_results[message.tag].receivedAt = NowTicks();
            m_runner.m_bytesReceived += message.bytes;
        }
        m_runner.CheckFinished(message.tag);
    }

    void MessageReceived(const Message& message) override
    {
        m_runner.m_results[message.tag].receivedAt = NowTicks();
        m_runner.m_bytesReceived += message.bytes;
        m_runner.CheckFinished(message.tag);
    }

    void MessageFailed(const Message& message, const std::string& reason) override
    {
        auto& reasons = m_runner.m_reasons;
        if (std::find(reasons.begin(), reasons.end(), reason) == reasons.end())
        {
            reasons.push_back(reason);
        }
        m_runner.m_results[message.tag].failed = true;
        m_runner.CheckFinished(message.tag);
    }

  private:
    /** Start all flows whose time has come. */
    void StartDue()
    {
        const int64_t now = NowTicks();
        for (; m_next < m_flows.size(); ++m_next)
        {
            const uint32_t index = m_flows[m_next];
            const Flow& flow = m_runner.m_flows[index];
            if (flow.start > now)
            {
                break;
            }
            Message message;
            message.source = flow.source;
            message.destination = flow.destination;
            message.bytes = flow.bytes;
            message.tag = index;
            message.channel = m_runner.m_channels[index];
            message.priority = flow.priority;
            message.verb = flow.verb;
            m_runner.m_network->Send(message);
        }
        ScheduleNext();
    }

    FlowRunner& m_runner;          ///< whose site this is
    std::vector<uint32_t> m_flows; ///< flows from here by start time
    std::size_t m_next{0};         ///< the first that has not started
};

FlowRunner::FlowRunner(Ptr<MessageNetwork> network, std::vector<Flow> flows)
    : m_network(network),
      m_flows(std::move(flows)),
      m_results(m_flows.size()),
      m_channels(m_flows.size())
{
    const uint32_t n = m_network->GetNAccelerators();
    for (uint32_t i = 0; i < n; ++i)
    {
        m_sites.push_back(std::make_unique<Site>(*this));
        m_network->SetHandler(i, m_sites[i].get());
    }
    std::vector<uint32_t> order(m_flows.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(),
                     order.end(),
                     [this](uint32_t a, uint32_t b)
                     { return m_flows[a].start < m_flows[b].start; });
    std::unordered_map<uint64_t, uint32_t> channels; // only looked up, never walked through
    for (uint32_t index : order)
    {
        const Flow& flow = m_flows[index];
        m_channels[index] = channels[static_cast<uint64_t>(flow.source) << 32 | flow.destination]++;
        m_sites[flow.source]->Add(index);
        m_bytesTotal += flow.bytes;
    }
}

FlowRunner::~FlowRunner()
{
    for (uint32_t i = 0; i < m_sites.size(); ++i)
    {
        m_network->SetHandler(i, nullptr);
    }
}

void
FlowRunner::Start(std::function<void()> done)
{
    m_done = std::move(done);
    for (const auto& site : m_sites)
    {
        site->ScheduleNext();
    }
    if (m_flows.empty())
    {
        Simulator::ScheduleNow([this] { m_done(); });
    }
}

void
FlowRunner::CheckFinished(uint32_t flow)
{
    Result& result = m_results[flow];
    const bool over = result.failed || (result.sentAt >= 0 && result.receivedAt >= 0);
    if (!over || result.finished)
    {
        return;
    }
    result.finished = true;
    ++m_nFinished;
    if (m_nFinished == m_flows.size())
    {
        m_done();
    }
}

} // namespace ns3::cluster
