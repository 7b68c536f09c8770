/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-loss-setup.h"

#include "ns3/pointer.h"
#include "ns3/rdma-opcode.h"
#include "ns3/rdma-sack-rack.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

/** Loss of single frames of a message of ten packets. */
class SackLossTestCase : public LossTestCase
{
  public:
    /** @param firstPsn of the message */
    explicit SackLossTestCase(uint32_t firstPsn)
        : LossTestCase("ns3::rdma::SackRack", firstPsn)
    {
    }

  private:
    void CheckScheme(const std::string& name, const LossSetup& setup) override
    {
        NS_TEST_EXPECT_MSG_EQ(DynamicCast<SackRack>(setup.a->GetReliability())->GetNProbes(),
                              m_probes,
                              name << ": probes");
    }

    void DoRun() override
    {
        using T = Saboteur::Target;
        Run("nothing lost", {}, {9 * S + LOOP, 0, 0, 0, 0, 0});

        // All round trips are LOOP = 2.337 us, so the reordering window is LOOP / 4 = 584 ns:
        // packet k, which left at k S, is lost at k S + 5/4 LOOP, and leaves then if the port is
        // idle; the ten end at 10 S.
        const auto judged = [](uint32_t k) { return k * S + LOOP + LOOP / 4; };
        Run("middle", {{T::DATA, 5, 1}}, {judged(5) + LOOP, 1, 4, 0, 0, 0});
        Run("two", {{T::DATA, 3, 1}, {T::DATA, 5, 1}}, {judged(5) + LOOP, 2, 5, 0, 0, 0});
        // A window of 1 us instead.
        Run("own window",
            {{T::DATA, 5, 1}},
            {5 * S + LOOP + US + LOOP, 1, 4, 0, 0, 0},
            "ns3::rdma::SackRack[ReorderTime=1us]");
        // Packet 8: packet 9 arrives and shows it.
        Run("last but one", {{T::DATA, 8, 1}}, {judged(8) + LOOP, 1, 1, 0, 0, 0});

        // The last one: two round trips after the ACK of packet 8 it is sent again as a probe.
        const Ticks ack8 = 8 * S + LOOP;
        m_probes = 1;
        Run("last", {{T::DATA, 9, 1}}, {ack8 + 2 * LOOP + LOOP, 1, 0, 0, 0, 0});
        Run("last ACK", {{T::ACK, 9, 1}}, {ack8 + 2 * LOOP + LOOP, 1, 0, 1, 0, 0});
        // The last three ACKs: the probe is packet 9, and its ACK is for all.
        Run("last three ACKs",
            {{T::ACK, 7, 1}, {T::ACK, 8, 1}, {T::ACK, 9, 1}},
            {6 * S + LOOP + 2 * LOOP + LOOP, 1, 0, 1, 0, 0});
        // The last three: the probe, packet 9, arrives; its ACK with a bitmap comes after
        // 2 LOOP + LOOP and shows that 7 and 8, which left long ago, are lost.
        Run("last three",
            {{T::DATA, 7, 1}, {T::DATA, 8, 1}, {T::DATA, 9, 1}},
            {6 * S + LOOP + 2 * LOOP + LOOP + S + LOOP, 3, 1, 0, 0, 0});
        // Lost again, with nothing behind the repeat: the probe, two round trips after the last
        // sign, the ACK of packet 9.
        Run("packet twice", {{T::DATA, 5, 2}}, {9 * S + LOOP + 2 * LOOP + LOOP, 2, 4, 0, 0, 0});
        // The probe lost, too: the timeout, MinRto = 100 us after it left.
        Run("last twice", {{T::DATA, 9, 2}}, {ack8 + 2 * LOOP + 100 * US + LOOP, 2, 0, 0, 0, 1});
        m_probes = 0;
        // Without probes the timeout does it.
        Run("no probes",
            {{T::DATA, 9, 1}},
            {ack8 + 100 * US + LOOP, 1, 0, 0, 0, 1},
            "ns3::rdma::SackRack[ProbeRoundTrips=0]");
        // The ACK of packet 4 lost, and that of packet 6, which repeats that all before 5 have
        // come: PSN 4. The bitmap of packet 7's says it all, at 8 S + 2 P + A, and nothing is sent
        // for nothing.
        Run("SACK", {{T::DATA, 5, 1}, {T::ACK, 4, 2}}, {8 * S + 2 * P + A + LOOP, 1, 4, 0, 0, 0});
        // Nothing is known of the network when the first packets are all lost: ten times MinRto.
        std::vector<T> all;
        for (uint32_t psn = 0; psn < 10; ++psn)
        {
            all.push_back({T::DATA, psn, 1});
        }
        Run("all", all, {1000 * US + 9 * S + LOOP, 10, 0, 0, 0, 1});
    }

    uint32_t m_probes{0}; ///< expected
};

/** A packet that comes late. */
class ReorderTestCase : public TestCase
{
  public:
    ReorderTestCase()
        : TestCase("A packet that is late, and one that is late again")
    {
    }

  private:
    void DoRun() override
    {
        // Over two links round trips are RTT = 2 (S + 2 P + A) = 4.674 us, the window 1.169 us.
        // Packet 10 of 2000 is 0.5 us late, and up to a frame more for the port behind: nothing
        // happens. Packet 100 is 1.6 us late: sent again for nothing, which makes the window 2.337
        // us. Packet 1000, as late, is waited for.
        ChainOptions options;
        options.meddler = true;
        Chain chain(options);
        for (auto& nic : chain.nic)
        {
            nic->SetAttribute("Reliability", StringValue("ns3::rdma::SackRack"));
        }
        uint32_t late = 0;
        chain.meddler->SetRule(
            [&](fabric::Frame& frame, std::vector<Ticks>& delays)
            {
                const uint32_t psn = frame.roce.psn;
                if (frame.roce.opcode != OP_ACKNOWLEDGE &&
                    ((psn == 10 && late == 0) || (psn == 100 && late == 1) ||
                     (psn == 1000 && late == 2)))
                {
                    ++late;
                    delays[0] = psn == 10 ? US / 2 : US * 8 / 5;
                }
            });
        auto [a, b] = chain.Connect();
        Recorder sender;
        a->SetHandler(&sender);
        a->PostSend(Write(2000 * 4086));
        uint64_t repeated[2] = {0, 0};
        Simulator::Schedule(MicroSeconds(20),
                            [&] { repeated[0] = chain.nic[0]->GetCounters().dataRepeated; });
        Simulator::Schedule(MicroSeconds(100),
                            [&] { repeated[1] = chain.nic[0]->GetCounters().dataRepeated; });
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(late, 3, "as arranged");
        NS_TEST_EXPECT_MSG_EQ(sender.sent.size(), 1, "completed");
        NS_TEST_EXPECT_MSG_EQ(repeated[0], 0, "waited for");
        NS_TEST_EXPECT_MSG_EQ(repeated[1], 1, "for nothing");
        NS_TEST_EXPECT_MSG_EQ(chain.nic[0]->GetCounters().dataRepeated, 1, "waited for again");
        NS_TEST_EXPECT_MSG_EQ(chain.nic[1]->GetCounters().duplicates, 1, "it came twice");
    }
};

/** The suite. */
class RdmaSackRackTestSuite : public TestSuite
{
  public:
    RdmaSackRackTestSuite()
        : TestSuite("weft-rdma-sack-rack", TestSuite::Type::UNIT)
    {
        AddTestCase(new SackLossTestCase(0));
        AddTestCase(new SackLossTestCase(0xfffffa)); // the wrap is inside of the message
        AddTestCase(new ReorderTestCase);
    }
};

RdmaSackRackTestSuite g_rdmaSackRackTestSuite; ///< registers the suite

} // namespace
