/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_LOSS_SETUP_H
#define RDMA_LOSS_SETUP_H

#include "rdma-test-net.h"

#include "ns3/simulator.h"
#include "ns3/test.h"

#include <string>
#include <vector>

namespace ns3::rdma::tests
{

// Links of 100 Gb/s and 1 us; data frames of 4150 bytes, frames without data of 64.
constexpr Ticks S = 332'000;          ///< a data frame
constexpr Ticks A = 5'120;            ///< a frame without data
constexpr Ticks P = US;               ///< propagation
constexpr Ticks LOOP = S + 2 * P + A; ///< one link: from the start of a frame to its ACK

/** Objects of a stack with their attributes; the NIC's own where empty. */
struct Stack
{
    /** @param reliability scheme @param pathSelector of both hosts @param congestionControl of host
     * 0 */
    template <typename Text>
    Stack(const Text& reliability,
          const std::string& pathSelector = "",
          const std::string& congestionControl = "")
        : reliability(reliability),
          pathSelector(pathSelector),
          congestionControl(congestionControl)
    {
    }

    std::string reliability;       ///< scheme
    std::string pathSelector;      ///< of both hosts
    std::string congestionControl; ///< of host 0
};

/** Two connected hosts under a stack, with what is lost arranged. */
struct LossSetup
{
    /**
     * @param stack of the hosts
     * @param sendPsn first PSN of host 0
     * @param options of the network
     */
    explicit LossSetup(const Stack& stack,
                       uint32_t sendPsn = 0,
                       const ChainOptions& options = ChainOptions());

    /** @return counters of host 0 */
    const Nic::Counters& Sender() const
    {
        return chain.nic[0]->GetCounters();
    }

    /** @return counters of host 1 */
    const Nic::Counters& Receiver() const
    {
        return chain.nic[1]->GetCounters();
    }

    Chain chain;            ///< the network
    Ptr<Saboteur> saboteur; ///< what is lost
    Ptr<QueuePair> a;       ///< at host 0
    Ptr<QueuePair> b;       ///< at host 1
    Recorder sender;        ///< user of a
    Recorder receiver;      ///< user of b
};

/** A message of which single frames are lost. */
class LossTestCase : public TestCase
{
  public:
    /** @param stack of the hosts @param firstPsn of the message */
    LossTestCase(const Stack& stack, uint32_t firstPsn)
        : TestCase("Loss of single frames, first PSN " + std::to_string(firstPsn)),
          m_stack(stack),
          m_first(firstPsn)
    {
    }

  protected:
    /** What is expected of a run. */
    struct Expected
    {
        Ticks fct;           ///< completion at the sender
        uint32_t repeated;   ///< data frames sent again
        uint32_t outOfOrder; ///< at the receiver
        uint32_t duplicates; ///< at the receiver
        uint32_t naks;       ///< sent
        uint32_t timeouts;   ///< at the sender
    };

    /** Send a message. @param name of the run @param what is lost, PSNs counted from 0
     * @param expected what happens @param reliability scheme, if it is not that of the stack
     * @param packets of the message */
    void Run(const std::string& name,
             std::vector<Saboteur::Target> what,
             const Expected& expected,
             const std::string& reliability = "",
             uint32_t packets = 10);

  private:
    /** Check what only the scheme knows. @param name of the run @param setup after it */
    virtual void CheckScheme(const std::string& name, const LossSetup& setup);

    Stack m_stack;    ///< of the hosts
    uint32_t m_first; ///< first PSN
};

/** Two hosts send each other messages: what arrives is what was sent, in order. */
class ExchangeTestCase : public TestCase
{
  protected:
    using TestCase::TestCase;

    /** Have both hosts send 40 messages, of 0 to 8 packets, and check both ends.
     * @param setup the hosts */
    void Exchange(LossSetup& setup);

  private:
    /** Check what one end was told. @param recorder its user @param unit bytes of message 1
     * @param base address of message 0 */
    void Check(const Recorder& recorder, uint64_t unit, uint64_t base);
};

/** Nothing arrives: the message ends in failure. */
class ExhaustionTestCase : public TestCase
{
  public:
    /** @param stack with few retries @param at when it fails @param times that it is sent */
    ExhaustionTestCase(const Stack& stack, Ticks at, uint32_t times)
        : TestCase("Retries end in failure"),
          m_stack(stack),
          m_at(at),
          m_times(times)
    {
    }

  private:
    void DoRun() override;

    Stack m_stack;    ///< of the hosts
    Ticks m_at;       ///< when it fails
    uint32_t m_times; ///< that it is sent
};

/** A long message alone on three links takes no longer than it must. */
class IdlePathTestCase : public TestCase
{
  public:
    /** @param stack that starts at line rate */
    explicit IdlePathTestCase(const Stack& stack)
        : TestCase("One flow over three links takes no longer than it must"),
          m_stack(stack)
    {
    }

  private:
    void DoRun() override;

    Stack m_stack; ///< of the hosts
};

/**
 * One message under random loss of what host 0 sends: packets of 1024 bytes at 100 Gb/s; with 62
 * bytes of headers and 20 of preamble and gap, slots of 88.48 ns.
 */
struct GoodputRun
{
    /**
     * @param reliability scheme with attributes
     * @param loss probability per data frame
     * @param packets of the message
     */
    GoodputRun(const std::string& reliability, double loss, uint64_t packets);

    bool completed;     ///< with success
    double goodput;     ///< packets per slot
    double repeatShare; ///< of the data frames sent
};

} // namespace ns3::rdma::tests

#endif /* RDMA_LOSS_SETUP_H */
