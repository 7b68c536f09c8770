/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_TEST_BENCH_H
#define CLUSTER_TEST_BENCH_H

#include "ns3/cluster-builder.h"
#include "ns3/cluster-cluster-network.h"

#include <memory>
#include <string>
#include <vector>

namespace ns3::cluster::tests
{

/** What became of a message. */
struct Outcome
{
    Message message;      ///< the message
    int64_t at;           ///< when, ps
    bool received{false}; ///< at its destination; otherwise at its source
    std::string failure;  ///< reason, if it failed
};

/** A cluster with messages between accelerators, and notes of what became of them. */
class TestBench
{
  public:
    /** @param spec compact description @param stack what to make it of */
    explicit TestBench(const std::string& spec, const NetworkStack& stack = NetworkStack());

    /** @param graph a graph @param stack what to make it of */
    explicit TestBench(const TopologyGraph& graph, const NetworkStack& stack = NetworkStack());

    ~TestBench();

    TestBench(const TestBench&) = delete;
    TestBench& operator=(const TestBench&) = delete;

    /** Send a message at a time. */
    void Send(int64_t at,
              uint32_t source,
              uint32_t destination,
              uint64_t bytes,
              uint64_t tag = 0,
              uint32_t channel = 0,
              uint8_t priority = 3);

    /** @return when a message was received, -1 if it was not @param tag its tag */
    int64_t ReceivedAt(uint64_t tag) const;

    /** @return when a message was confirmed, -1 if it was not @param tag its tag */
    int64_t SentAt(uint64_t tag) const;

    Ptr<Cluster> cluster;          ///< the cluster
    Ptr<ClusterNetwork> network;   ///< the messages
    std::vector<Outcome> outcomes; ///< in the order of events

  private:
    /** The user at one accelerator. */
    class Recorder : public MessageHandler
    {
      public:
        Recorder(TestBench& bench, uint32_t accelerator);
        void MessageSent(const Message& message) override;
        void MessageReceived(const Message& message) override;
        void MessageFailed(const Message& message, const std::string& reason) override;

      private:
        /** Check that the event has the context of our node. */
        void CheckContext() const;

        TestBench& m_bench;     ///< the bench
        uint32_t m_accelerator; ///< ours
    };

    std::vector<std::unique_ptr<Recorder>> m_recorders; ///< by accelerator
};

/** @return the graph of a description that must be right */
TopologyGraph MakeGraph(const std::string& spec);

} // namespace ns3::cluster::tests

#endif /* CLUSTER_TEST_BENCH_H */
