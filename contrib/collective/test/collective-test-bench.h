/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_TEST_BENCH_H
#define COLLECTIVE_TEST_BENCH_H

#include "collective-ideal-network.h"
#include "collective-symbolic-memory.h"

#include "ns3/collective-engine.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ns3::collective::test
{

/**
 * An ideal network with an engine on it, and a record of what happens.
 */
class TestBench : public OperationHandler
{
  public:
    /** What a handler heard. */
    struct Event
    {
        uint32_t accelerator; ///< who
        Operation operation;  ///< what
        Time at;              ///< when
        std::string failure;  ///< empty if it completed
    };

    /**
     * @param shape what the network is like
     * @param relay attributes of a CpuRelay in brackets, empty for none
     */
    explicit TestBench(const IdealNetwork::Shape& shape, const std::string& relay = "");
    /** @param other network to use instead of an ideal one; disposed of at the end */
    explicit TestBench(Ptr<cluster::MessageNetwork> other);
    ~TestBench() override;

    /** Add a communicator of all accelerators in the order of their numbers. @return its id */
    uint32_t AddWorld();

    /** Choose an algorithm: TypeId name without "ns3::collective::", attributes in brackets. */
    void SetAlgorithm(CollectiveType type, const std::string& text);

    /** Choose the library: TypeId name without "ns3::collective::", attributes in brackets. */
    void SetLibrary(const std::string& text);

    /** Let an accelerator post at a time. */
    void PostAt(Time at, uint32_t accelerator, const Operation& operation);

    /** Let all ranks of the operation's communicator post at time 0. */
    void PostAll(const Operation& operation);

    /**
     * Watch the data of the collective with this communicator and sequence.
     *
     * @param operation the collective
     * @param sizes for an all-to-all-v: bytes from each rank to each rank
     */
    void Watch(const Operation& operation, const std::vector<std::vector<uint64_t>>& sizes = {});

    /** Run to the end. @return what was wrong with the data of the watched collectives, or "" */
    std::string Run();

    /** @return when the last operation was over */
    Time GetEnd() const;

    void OperationCompleted(uint32_t accelerator, const Operation& operation) override;
    void OperationFailed(uint32_t accelerator,
                         const Operation& operation,
                         const std::string& reason) override;

    Ptr<IdealNetwork> network;    ///< the network, if it is an ideal one
    Ptr<CollectiveEngine> engine; ///< the engine
    std::vector<Event> events;    ///< what the handlers heard

  private:
    /** A collective whose data is watched. */
    struct Watched
    {
        Operation operation;   ///< which
        SymbolicMemory memory; ///< its data
    };

    /** Make the engine. @param relay as in the constructor */
    void MakeEngine(const std::string& relay);

    /** Trace sinks. */
    void StepSent(uint32_t accelerator, const Operation& operation, const Step& step);
    void StepReceived(uint32_t accelerator, const Operation& operation, const Step& step);
    /** @return the data of a collective, or null */
    SymbolicMemory* Find(const Operation& operation);

    Ptr<cluster::MessageNetwork> m_network;          ///< the network, of whatever kind
    std::vector<std::unique_ptr<Watched>> m_watched; ///< whose data is watched
};

/**
 * @param type what to do
 * @param bytes size
 * @param root rank of the root, where there is one
 * @return an operation of the first communicator, and its first
 */
Operation MakeOperation(CollectiveType type, uint64_t bytes, uint32_t root = 0);

} // namespace ns3::collective::test

#endif /* COLLECTIVE_TEST_BENCH_H */
