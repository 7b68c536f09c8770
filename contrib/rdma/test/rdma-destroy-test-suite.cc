/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-loss-setup.h"

#include "ns3/fabric-frame-pool.h"
#include "ns3/test.h"

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

/** A queue pair ends while it is busy in both directions, as requester and responder. */
class DestroyTestCase : public TestCase
{
  public:
    /** @param scheme reliability scheme @param reset it is connected anew instead of destroyed */
    DestroyTestCase(const std::string& scheme, bool reset)
        : TestCase(std::string(reset ? "Reset" : "Destroy") + " a busy queue pair, " + scheme),
          m_scheme(scheme),
          m_reset(reset)
    {
    }

  private:
    void DoRun() override
    {
        LossSetup setup(m_scheme);
        for (uint64_t i = 0; i < 30; ++i)
        {
            setup.a->PostSend(i % 3 == 1 ? Read(3 * 4086, i) : Write(3 * 4086, i));
            setup.b->PostSend(i % 3 == 1 ? Read(3 * 4086, i) : Write(3 * 4086, i));
            setup.a->PostReceive(100 + i);
        }
        Simulator::Schedule(MicroSeconds(10), [&]() { End(setup); });
        Simulator::Stop(Seconds(20));
        Simulator::Run();

        // At the one that ended: the first requests with success, then all others, flushed.
        const auto& sent = setup.sender.sent;
        NS_TEST_ASSERT_MSG_EQ((sent.size() >= 30), true, "each request ends");
        NS_TEST_EXPECT_MSG_EQ((m_done > 0 && m_done < 30), true, "it was busy");
        for (std::size_t i = 0; i < 30; ++i)
        {
            NS_TEST_EXPECT_MSG_EQ(sent[i].completion.wrId, i, "in order");
            NS_TEST_EXPECT_MSG_EQ((sent[i].completion.status == CompletionStatus::SUCCESS),
                                  (i < m_done),
                                  "flushed from there on: " << i);
            NS_TEST_EXPECT_MSG_EQ((sent[i].completion.status == CompletionStatus::FLUSHED),
                                  (i >= m_done),
                                  "likewise");
        }
        NS_TEST_EXPECT_MSG_EQ(setup.sender.flushed.size(), 30, "all receives come back");
        NS_TEST_EXPECT_MSG_GT(setup.Sender().discarded, 0, "late frames are counted");
        NS_TEST_EXPECT_MSG_EQ(setup.Sender().qpErrors, 0, "that is no error");
        // The peer gives up by itself.
        const auto& peer = setup.receiver.sent;
        NS_TEST_ASSERT_MSG_EQ(peer.size(), 30, "each request of the peer ends");
        NS_TEST_EXPECT_MSG_EQ(
            (peer.back().completion.status == CompletionStatus::FLUSHED), true, "with an error");
        NS_TEST_EXPECT_MSG_EQ((setup.b->GetState() == QueuePair::ERROR), true, "the peer fails");
        if (m_reset)
        {
            CheckAgain(setup);
        }
        else
        {
            NS_TEST_EXPECT_MSG_EQ(setup.chain.nic[0]->GetNQueuePairs(), 0, "gone");
            NS_TEST_EXPECT_MSG_EQ(setup.chain.nic[0]->GetQueuePair(m_qpn), nullptr, "gone");
            NS_TEST_EXPECT_MSG_EQ(m_held, 1, "nobody else holds it");
        }
    }

    /** Half way. */
    void End(LossSetup& setup)
    {
        m_done = setup.sender.sent.size();
        m_qpn = setup.a->GetQpn();
        if (m_reset)
        {
            setup.a->Reset();
            NS_TEST_EXPECT_MSG_EQ((setup.a->GetState() == QueuePair::RESET), true, "reset");
        }
        else
        {
            setup.chain.nic[0]->DestroyQueuePair(setup.a);
            Simulator::Schedule(MicroSeconds(1), [&]() { m_held = setup.a->GetReferenceCount(); });
        }
        NS_TEST_EXPECT_MSG_EQ(setup.a->PostSend(Write(1)), false, "takes no work");
    }

    /** Connect both anew, far away in PSNs. */
    void CheckAgain(LossSetup& setup)
    {
        setup.b->Reset();
        setup.a->Connect(setup.chain.port[1]->GetFabricAddress(), setup.b->GetQpn(), 0x500000, 7);
        setup.b->Connect(setup.chain.port[0]->GetFabricAddress(), setup.a->GetQpn(), 7, 0x500000);
        const std::size_t placed = setup.receiver.placed.size();
        const std::size_t sent = setup.sender.sent.size();
        setup.a->PostSend(Write(10 * 4086, 77));
        setup.a->PostSend(Read(10 * 4086, 78));
        Simulator::Stop(Seconds(1));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(setup.receiver.placed.size(), placed + 1, "works again");
        NS_TEST_EXPECT_MSG_EQ(setup.receiver.placed.back().placement.number, 0, "from the start");
        NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), sent + 2, "both complete");
        NS_TEST_EXPECT_MSG_EQ(
            (setup.sender.sent.back().completion.status == CompletionStatus::SUCCESS),
            true,
            "well");
    }

    std::string m_scheme;  ///< reliability scheme
    bool m_reset;          ///< it is connected anew
    std::size_t m_done{0}; ///< requests complete at the end
    uint32_t m_qpn{0};     ///< its number
    uint32_t m_held{0};    ///< references to it, at the end
};

/** A handler destroys the queue pair that calls it, and others of the same port go on. */
class DestroyInCallTestCase : public TestCase
{
  public:
    DestroyInCallTestCase()
        : TestCase("Destroy in a call, with others in turn")
    {
    }

  private:
    /** Destroys its queue pair at the first completion. */
    class Destroyer : public Recorder
    {
      public:
        void SendCompleted(QueuePair& queuePair, const Completion& completion) override
        {
            Recorder::SendCompleted(queuePair, completion);
            if (sent.size() == 1)
            {
                queuePair.GetNic().DestroyQueuePair(&queuePair);
            }
        }
    };

    void DoRun() override
    {
        Chain chain{ChainOptions()};
        std::vector<std::pair<Ptr<QueuePair>, Ptr<QueuePair>>> pairs;
        std::vector<std::unique_ptr<Recorder>> users;
        for (uint32_t i = 0; i < 5; ++i)
        {
            pairs.push_back(chain.Connect());
            users.push_back(i == 2 ? std::make_unique<Destroyer>() : std::make_unique<Recorder>());
            pairs[i].first->SetHandler(users[i].get());
            for (uint32_t k = 0; k < 10; ++k)
            {
                pairs[i].first->PostSend(Write(4 * 4086, k));
            }
        }
        Simulator::Run();
        for (uint32_t i = 0; i < 5; ++i)
        {
            NS_TEST_ASSERT_MSG_EQ(users[i]->sent.size(), 10, "all end at " << i);
            for (uint32_t k = 0; k < 10; ++k)
            {
                NS_TEST_EXPECT_MSG_EQ(
                    (users[i]->sent[k].completion.status == CompletionStatus::SUCCESS),
                    (i != 2 || k == 0),
                    "request " << k << " of " << i);
            }
        }
        NS_TEST_EXPECT_MSG_EQ(chain.nic[0]->GetNQueuePairs(), 4, "one less");
        auto next = chain.nic[0]->CreateQueuePair();
        NS_TEST_EXPECT_MSG_EQ(next->GetQpn(), 7, "a new number");
    }
};

/** The suite. */
class RdmaDestroyTestSuite : public TestSuite
{
  public:
    RdmaDestroyTestSuite()
        : TestSuite("weft-rdma-destroy", TestSuite::Type::UNIT)
    {
        for (const std::string scheme : {"ns3::rdma::GoBackN[AckTimeout=3]",
                                         "ns3::rdma::SelectiveRepeat",
                                         "ns3::rdma::SackRack",
                                         "ns3::rdma::UetRud"})
        {
            AddTestCase(new DestroyTestCase(scheme, false));
            AddTestCase(new DestroyTestCase(scheme, true));
        }
        AddTestCase(new DestroyInCallTestCase);
    }
};

RdmaDestroyTestSuite g_rdmaDestroyTestSuite; ///< registers the suite

} // namespace
