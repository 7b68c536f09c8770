/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_FLOW_RUNNER_H
#define CLUSTER_FLOW_RUNNER_H

#include "cluster-flow.h"
#include "cluster-message-network.h"

#include "ns3/ptr.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * Sends the flows of a list over a MessageNetwork, each at its start time, and notes when they are
 * done.
 *
 * Each flow has a channel of its own: the network may send it on another path than those before it,
 * and with a fresh congestion control.
 */
class FlowRunner
{
  public:
    /** What became of a flow. */
    struct Result
    {
        int64_t receivedAt{-1}; ///< arrived whole, ps; -1 if it has not
        int64_t sentAt{-1};     ///< confirmed at its source, ps; -1 if it is not
        bool failed{false};     ///< given up
        bool finished{false};   ///< received and confirmed, or given up
    };

    /**
     * @param network the network; at simulation time 0
     * @param flows what to send
     */
    FlowRunner(Ptr<MessageNetwork> network, std::vector<Flow> flows);
    ~FlowRunner();

    FlowRunner(const FlowRunner&) = delete;
    FlowRunner& operator=(const FlowRunner&) = delete;

    /** Schedule the start of all flows. @param done called when the last one is confirmed */
    void Start(std::function<void()> done);

    /** @return the flows */
    const std::vector<Flow>& GetFlows() const
    {
        return m_flows;
    }

    /** @return what became of each flow */
    const std::vector<Result>& GetResults() const
    {
        return m_results;
    }

    /** @param flow index of a flow @return its channel */
    uint32_t GetChannel(uint32_t flow) const
    {
        return m_channels[flow];
    }

    /** @return flows received and confirmed, or given up */
    uint64_t GetNFinished() const
    {
        return m_nFinished;
    }

    /** @return bytes of the flows that have arrived */
    uint64_t GetBytesReceived() const
    {
        return m_bytesReceived;
    }

    /** @return bytes of all flows */
    uint64_t GetBytesTotal() const
    {
        return m_bytesTotal;
    }

    /** @return why flows were given up, each reason once, in order of appearance */
    const std::vector<std::string>& GetFailureReasons() const
    {
        return m_reasons;
    }

  private:
    class Site;

    /** @param flow a flow that was received, confirmed or given up */
    void CheckFinished(uint32_t flow);

    Ptr<MessageNetwork> m_network;              ///< the network
    std::vector<Flow> m_flows;                  ///< what to send
    std::vector<Result> m_results;              ///< by flow
    std::vector<uint32_t> m_channels;           ///< by flow
    std::vector<std::unique_ptr<Site>> m_sites; ///< by accelerator
    std::function<void()> m_done;               ///< whom to tell of the end
    uint64_t m_nFinished{0};                    ///< flows that are over
    uint64_t m_bytesReceived{0};                ///< of the flows that arrived
    uint64_t m_bytesTotal{0};                   ///< of all flows
    std::vector<std::string> m_reasons;         ///< of failures
};

} // namespace ns3::cluster

#endif /* CLUSTER_FLOW_RUNNER_H */
