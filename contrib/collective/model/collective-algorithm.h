/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_ALGORITHM_H
#define COLLECTIVE_ALGORITHM_H

#include "collective-communicator.h"
#include "collective-protocol.h"
#include "collective-schedule.h"
#include "collective-types.h"

#include "ns3/object.h"

#include <cstdint>
#include <memory>
#include <string>

namespace ns3::collective
{

class Algorithm;

/**
 * @ingroup collective
 * How one rank takes part in one operation.
 */
struct Plan
{
    std::unique_ptr<Schedule> schedule; ///< what it does
    Ptr<const Protocol> protocol;       ///< how its messages go; null: as they are
    std::string algorithm;              ///< TypeId name of the algorithm that it follows
    uint32_t nChannels{1};              ///< channels that it uses
    Ptr<const Algorithm> fallback;      ///< how it is done where the network cannot make the groups
                                        ///< of the schedule; null if it fails then
};

/**
 * @ingroup collective
 * How a collective is done: turns it into the schedule of each rank.
 *
 * A leaf holds only the law. It must give all ranks of an operation schedules that fit each other:
 * it knows nothing but its attributes, the communicator and the operation.
 */
class Algorithm : public Object
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    ~Algorithm() override;

    /** @param type a collective @return whether this algorithm does it */
    bool Supports(CollectiveType type) const;

    /**
     * @param communicator who takes part; at least two ranks
     * @param operation what is done; of a type that is supported
     * @param rank whose schedule is wanted
     * @return the schedule
     */
    std::unique_ptr<Schedule> Build(const Communicator& communicator,
                                    const Operation& operation,
                                    uint32_t rank) const;

    /**
     * As Build, with what else an engine has to know. An algorithm that leaves it to others has
     * their plan.
     *
     * @param communicator who takes part; at least two ranks
     * @param operation what is done; of a type that is supported
     * @param rank whose plan is wanted
     * @return the plan
     */
    Plan Prepare(const Communicator& communicator, const Operation& operation, uint32_t rank) const;

    /** @return what is wrong with the settings, for people to read; empty if nothing is */
    std::string Check() const;

    /** @return how messages go; null: as they are */
    Ptr<const Protocol> GetProtocol() const;

    /** @param communicator who takes part @return number of channels that it uses */
    virtual uint32_t GetNChannels(const Communicator& communicator) const;

  protected:
    void DoDispose() override;

  private:
    /** @return see Plan::fallback */
    virtual Ptr<const Algorithm> DoGetFallback(CollectiveType type) const;

    /** @param type a collective @return whether this algorithm does it */
    virtual bool DoSupports(CollectiveType type) const = 0;

    /** As Check; by default nothing is wrong. */
    virtual std::string DoCheck() const;

    /** As Prepare; by default with the own schedule and protocol. */
    virtual Plan DoPrepare(const Communicator& communicator,
                           const Operation& operation,
                           uint32_t rank) const;

    /** As Build. */
    virtual std::unique_ptr<Schedule> DoBuild(const Communicator& communicator,
                                              const Operation& operation,
                                              uint32_t rank) const = 0;

    Ptr<Protocol> m_protocol; ///< how messages go, or null
};

/**
 * @ingroup collective
 * Base of the algorithms that split a buffer over channels, each with its own connections, and what
 * a channel moves in a step into chunks that follow each other through the pipeline.
 */
class ChunkedAlgorithm : public Algorithm
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    uint32_t GetNChannels(const Communicator& communicator) const override;

  protected:
    /**
     * @param bytes size of the largest part that has to be moved at once
     * @param nSteps number of keys needed for each chunk
     * @return number of chunks that the part is divided into, at least 1
     */
    uint64_t GetNChunks(uint64_t bytes, uint64_t nSteps) const;

  private:
    uint32_t m_channels;  ///< number of channels; 0: one per ring of the communicator
    uint64_t m_chunkSize; ///< bytes
};

} // namespace ns3::collective

#endif /* COLLECTIVE_ALGORITHM_H */
