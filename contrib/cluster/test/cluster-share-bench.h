/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_SHARE_BENCH_H
#define CLUSTER_SHARE_BENCH_H

#include "ns3/cluster-builder.h"
#include "ns3/cluster-cluster.h"
#include "ns3/cluster-health.h"
#include "ns3/cluster-packet-message-network.h"
#include "ns3/cluster-topology-spec.h"
#include "ns3/config.h"
#include "ns3/fabric-link.h"
#include "ns3/fabric-time.h"
#include "ns3/object-factory.h"
#include "ns3/simulator.h"
#include "ns3/string.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

namespace ns3::cluster::tests
{

/** Senders that share the link to one receiver behind one switch, without end. */
struct ShareOptions
{
    uint32_t senders{2};                                             ///< their number
    uint64_t gbps{100};                                              ///< rate of all links
    std::string delay{"1us"};                                        ///< of all links
    uint32_t mtu{4096};                                              ///< message bytes of a packet
    std::string congestionControl;                                   ///< type and attributes
    std::string reliability;                                         ///< likewise; none: default
    std::string pathSelector;                                        ///< likewise; none: default
    std::vector<std::pair<std::string, std::string>> marking;        ///< of RedMarker; none: no ECN
    std::string stampers;                                            ///< of the switch
    uint32_t signalBytes{0};                                         ///< of a frame, for them
    std::string cnpInterval{"4us"};                                  ///< of the NICs
    std::vector<std::pair<std::string, std::string>> switchDefaults; ///< further defaults
    int64_t stagger{50'000'000};                                     ///< between starts, ps
    int64_t begin{0};                                                ///< of the measurement, ps
    int64_t end{0};                                                  ///< of it, and of the run, ps
    int64_t sample{1'000'000};                                       ///< of the queue, ps
    std::vector<std::string> initialRates;    ///< by sender, of laws that have the attribute
    std::vector<std::string> delays;          ///< by sender, of its link; none: the delay of all
    uint64_t messageBytes{uint64_t{1} << 40}; ///< of a message
    uint32_t messages{1};                     ///< of a flow, posted and not confirmed
    uint32_t flows{1};                        ///< of a sender, each with its own queue pair
    bool endless{true};                       ///< each confirmed message is followed by another
};

/** What came of it, between begin and end. */
struct ShareResult
{
    std::vector<double> shares;   ///< of the payload that the link can carry, by sender
    double utilization{0};        ///< their sum
    double jain{0};               ///< Jain's index of the shares; 1 if all are equal
    std::vector<uint64_t> queues; ///< sampled queue before the link, bytes, sorted
    double meanQueue{0};          ///< its mean
    uint64_t arrived{0};          ///< messages that have come, since the start
    int64_t lastAt{0};            ///< when the last of them had, ps
    ClusterHealth health;         ///< of the whole run

    /** @param share 0 to 1 @return that percentile of the queue, bytes */
    uint64_t GetQueue(double share) const
    {
        return queues[static_cast<std::size_t>(share * static_cast<double>(queues.size() - 1))];
    }
};

/** @param shares some shares @return Jain's index */
inline double
Jain(const std::vector<double>& shares)
{
    double sum = 0;
    double squares = 0;
    for (double share : shares)
    {
        sum += share;
        squares += share * share;
    }
    return squares > 0 ? sum * sum / (static_cast<double>(shares.size()) * squares) : 0;
}

/** @param options what to run @return what came of it */
inline ShareResult
RunShare(const ShareOptions& options)
{
    fabric::UsePicoseconds();
    NetworkStack stack;
    stack.nic.Set("CongestionControl", StringValue(options.congestionControl));
    if (!options.reliability.empty())
    {
        stack.nic.Set("Reliability", StringValue(options.reliability));
    }
    if (!options.pathSelector.empty())
    {
        stack.nic.Set("PathSelector", StringValue(options.pathSelector));
    }
    stack.nic.Set("CnpGenerator",
                  StringValue("ns3::rdma::CnpGenerator[Interval=" + options.cnpInterval + "]"));
    if (!options.marking.empty())
    {
        stack.marker = ObjectFactory("ns3::fabric::RedMarker");
        for (const auto& [name, value] : options.marking)
        {
            stack.marker.Set(name, StringValue(value));
        }
    }
    if (!options.stampers.empty())
    {
        stack.fabricSwitch.Set("Stampers", StringValue(options.stampers));
    }
    for (const auto& [name, value] : options.switchDefaults)
    {
        Config::SetDefault(name, StringValue(value));
    }
    Config::SetDefault("ns3::rdma::QueuePair::PathMtu", StringValue(std::to_string(options.mtu)));
    std::vector<TopologyError> errors;
    const auto graph = GenerateTopology(
        "leaf-spine:leaves=1,spines=1,hosts=" + std::to_string(options.senders + 1) +
            ",delay=" + options.delay + ",rate=" + std::to_string(options.gbps) + "Gbps",
        errors);
    if (!graph)
    {
        std::cerr << errors.front().message << "\n";
        std::abort();
    }
    auto cluster = ClusterBuilder(stack).Build(*graph);
    auto network = CreateObject<PacketMessageNetwork>();
    network->Setup(cluster);
    cluster->AssignStreams(1);
    network->AssignStreams(1000);
    for (uint32_t i = 0; i < options.initialRates.size(); ++i)
    {
        std::string law = options.congestionControl;
        const bool bare = law.find('[') == std::string::npos;
        law = (bare ? law + "[" : law.substr(0, law.size() - 1) + "|") +
              "InitialRate=" + options.initialRates[i] + "]";
        cluster->GetNic(i + 1)->SetAttribute("CongestionControl", StringValue(law));
    }
    for (uint32_t i = 0; i < options.delays.size(); ++i)
    {
        cluster->GetPort(i + 1, 0)->GetLink()->SetAttribute("Delay",
                                                            StringValue(options.delays[i]));
    }

    /** Posts a message for each that is confirmed. */
    ShareResult result;

    class Endless : public MessageHandler
    {
      public:
        Endless(PacketMessageNetwork& network, bool again, ShareResult& result)
            : m_network(network),
              m_again(again),
              m_result(result)
        {
        }

        void MessageSent(const Message& message) override
        {
            if (m_again)
            {
                m_network.Send(message);
            }
        }

        void MessageReceived(const Message&) override
        {
            ++m_result.arrived;
            m_result.lastAt = fabric::NowTicks();
        }

        void MessageFailed(const Message&, const std::string&) override {}

      private:
        PacketMessageNetwork& m_network;
        bool m_again;
        ShareResult& m_result;
    } endless(*network, options.endless, result);

    for (uint32_t i = 0; i <= options.senders; ++i)
    {
        network->SetHandler(i, &endless);
    }
    for (uint32_t i = 1; i <= options.senders; ++i)
    {
        Message message;
        message.source = i;
        message.destination = 0;
        message.bytes = options.messageBytes;
        message.priority = 3;
        Simulator::ScheduleWithContext(network->GetNodeId(i),
                                       TimeStep((i - 1) * options.stagger),
                                       [&network, &options, message]() mutable
                                       {
                                           for (uint32_t k = 0; k < options.messages; ++k)
                                           {
                                               for (uint32_t f = 0; f < options.flows; ++f)
                                               {
                                                   message.channel = f;
                                                   network->Send(message);
                                               }
                                           }
                                       });
    }

    const auto sent = [&]
    {
        std::vector<double> bytes;
        for (uint32_t i = 1; i <= options.senders; ++i)
        {
            bytes.push_back(
                static_cast<double>(cluster->GetNic(i)->GetCounters().payloadBytesSent));
        }
        return bytes;
    };
    std::vector<double> before;
    Simulator::Schedule(TimeStep(options.begin), [&] { before = sent(); });
    auto port = cluster->GetPort(0, 0)->GetPeer();
    for (int64_t at = options.begin; at < options.end; at += options.sample)
    {
        Simulator::Schedule(TimeStep(at),
                            [&result, port]
                            { result.queues.push_back(port->GetQueues().GetBytes()); });
    }
    Simulator::Stop(TimeStep(options.end));
    Simulator::Run();

    const auto after = sent();
    const double most = static_cast<double>(options.gbps) * 0.125e-3 *
                        static_cast<double>(options.end - options.begin) * options.mtu /
                        (options.mtu + 82 + options.signalBytes);
    for (std::size_t i = 0; i < after.size(); ++i)
    {
        result.shares.push_back((after[i] - before[i]) / most);
        result.utilization += result.shares.back();
    }
    result.jain = Jain(result.shares);
    std::sort(result.queues.begin(), result.queues.end());
    for (uint64_t queue : result.queues)
    {
        result.meanQueue += static_cast<double>(queue) / static_cast<double>(result.queues.size());
    }
    result.health = cluster->GetHealth();
    network->Dispose();
    Simulator::Destroy();
    cluster->Dispose();
    Config::Reset();
    return result;
}

} // namespace ns3::cluster::tests

#endif /* CLUSTER_SHARE_BENCH_H */
