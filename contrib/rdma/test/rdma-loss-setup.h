/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_LOSS_SETUP_H
#define RDMA_LOSS_SETUP_H

#include "rdma-test-net.h"

#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"

#include <string>
#include <tuple>
#include <vector>

namespace ns3::rdma::tests
{

// Links of 100 Gb/s and 1 us; data frames of 4150 bytes, frames without data of 64.
constexpr Ticks S = 332'000;          ///< a data frame
constexpr Ticks A = 5'120;            ///< a frame without data
constexpr Ticks P = US;               ///< propagation
constexpr Ticks LOOP = S + 2 * P + A; ///< one link: from the start of a frame to its ACK

/** Two connected hosts under a reliability scheme, with what is lost arranged. */
struct LossSetup
{
    /**
     * @param reliability scheme with attributes
     * @param sendPsn first PSN of host 0
     * @param options of the network
     */
    explicit LossSetup(const std::string& reliability,
                       uint32_t sendPsn = 0,
                       const ChainOptions& options = ChainOptions())
        : chain(options),
          saboteur(CreateObject<Saboteur>())
    {
        for (auto& nic : chain.nic)
        {
            nic->SetAttribute("Reliability", StringValue(reliability));
        }
        chain.link[0]->SetAttribute("ErrorModel", PointerValue(saboteur));
        std::tie(a, b) = chain.Connect(sendPsn, 0);
        a->SetHandler(&sender);
        b->SetHandler(&receiver);
    }

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

/** A message of ten packets of which single frames are lost. */
class LossTestCase : public TestCase
{
  public:
    /** @param reliability scheme with attributes @param firstPsn of the message */
    LossTestCase(const std::string& reliability, uint32_t firstPsn)
        : TestCase("Loss of single frames, first PSN " + std::to_string(firstPsn)),
          m_reliability(reliability),
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

    /** Send ten packets. @param what is lost, PSNs counted from 0 @param expected what happens */
    void Run(const std::string& name, std::vector<Saboteur::Target> what, const Expected& expected)
    {
        LossSetup setup(m_reliability, m_first);
        uint32_t losses = 0;
        for (auto& target : what)
        {
            target.psn = (target.psn + m_first) & 0xffffff;
            losses += target.times;
        }
        setup.saboteur->targets = what;
        setup.a->PostSend(Write(10 * 4086));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(setup.saboteur->lost, losses, name << ": as arranged");
        NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 1, name << ": completed once");
        NS_TEST_ASSERT_MSG_EQ(setup.receiver.placed.size(), 1, name << ": placed once");
        NS_TEST_EXPECT_MSG_EQ(setup.receiver.placed[0].placement.bytes, 40'860, name << ": bytes");
        NS_TEST_EXPECT_MSG_EQ(setup.sender.sent[0].at, expected.fct, name << ": time");
        NS_TEST_EXPECT_MSG_EQ(setup.Sender().dataRepeated, expected.repeated, name << ": again");
        NS_TEST_EXPECT_MSG_EQ(setup.Sender().dataSent, 10 + expected.repeated, name << ": sent");
        NS_TEST_EXPECT_MSG_EQ(setup.Receiver().outOfOrder, expected.outOfOrder, name << ": gap");
        NS_TEST_EXPECT_MSG_EQ(setup.Receiver().duplicates, expected.duplicates, name << ": dup");
        NS_TEST_EXPECT_MSG_EQ(setup.Receiver().naksSent, expected.naks, name << ": NAKs");
        NS_TEST_EXPECT_MSG_EQ(setup.Sender().timeouts, expected.timeouts, name << ": timeouts");
        NS_TEST_EXPECT_MSG_EQ(
            setup.a->GetReliability()->GetBytesInFlight(), 0, name << ": nothing in flight");
    }

  private:
    std::string m_reliability; ///< scheme with attributes
    uint32_t m_first;          ///< first PSN
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
