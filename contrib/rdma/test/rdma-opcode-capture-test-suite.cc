/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-loss-setup.h"
#include "rdma-test-tshark.h"

#include "ns3/fabric-pcap-helper.h"
#include "ns3/rdma-opcode.h"
#include "ns3/rdma-roce-codec.h"
#include "ns3/simulator.h"
#include "ns3/test.h"

#include <iostream>
#include <map>

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

/**
 * One request of each kind, of one packet and of three, with an RNR NAK and a NAK: tshark names all
 * opcodes of the Reliable Connection service, and reads what their headers say. CNPs are in
 * weft-rdma-capture.
 */
class OpcodeCaptureTestCase : public TestCase
{
  public:
    OpcodeCaptureTestCase()
        : TestCase("tshark decodes each opcode of the Reliable Connection service")
    {
    }

  private:
    static constexpr uint64_t ADDRESS = 0x1234'5678'9abc'0000; ///< of all requests
    static constexpr uint32_t KEY = 0xcafe1234;                ///< of all requests
    static constexpr uint64_t OPERAND = 0x1111'2222'3333'4444; ///< of atomics
    static constexpr uint64_t COMPARE = 0x5555'6666'7777'8888; ///< likewise
    static constexpr uint64_t WORD = 0x0102'0304'0506'0708;    ///< in memory

    void DoRun() override
    {
        const std::string prefix = CreateTempDirFilename("opcodes");
        Simulate(prefix);
        if (OutputOf("command -v tshark").empty())
        {
            std::cout << "tshark is not installed: nothing is checked\n";
            return;
        }
        const Table table = Dissect(prefix + "-0-0.pcap",
                                    {"infiniband.bth.opcode",
                                     "infiniband.reth.va",
                                     "infiniband.reth.r_key",
                                     "infiniband.reth.dmalen",
                                     "infiniband.atomiceth.swapdt",
                                     "infiniband.atomiceth.cmpdt",
                                     "infiniband.atomicacketh.origremdt",
                                     "infiniband.immdt",
                                     "infiniband.aeth.syndrome",
                                     "infiniband.aeth.msn",
                                     "_ws.malformed"});
        std::map<long long, uint32_t> seen;
        std::map<long long, uint32_t> syndromes;
        for (const auto& cells : table)
        {
            const long long opcode = NumberOf(cells[0]);
            ++seen[opcode];
            NS_TEST_EXPECT_MSG_EQ(cells[10], "", "well-formed: opcode " << opcode);
            CheckRow(static_cast<uint8_t>(opcode), cells);
            if (!cells[8].empty())
            {
                ++syndromes[NumberOf(cells[8])];
            }
        }
        for (int opcode = OP_SEND_FIRST; opcode <= OP_FETCH_ADD; ++opcode)
        {
            NS_TEST_EXPECT_MSG_GT(seen[opcode], 0, "seen: " << OpcodeName(opcode));
        }
        NS_TEST_EXPECT_MSG_EQ(seen.size(), OP_FETCH_ADD + 1, "and no others");
        NS_TEST_EXPECT_MSG_EQ(syndromes[0x20 | 12], 1, "RNR NAK, 0.64 ms");
        NS_TEST_EXPECT_MSG_EQ(syndromes[0x60], 1, "NAK, PSN sequence error");
    }

    /** Check the headers of a frame. @param opcode of it @param cells what tshark says */
    void CheckRow(uint8_t opcode, const std::vector<std::string>& cells)
    {
        const std::string name = OpcodeName(opcode);
        const auto number = [&cells](uint32_t i)
        { return cells[i].empty() ? 0 : std::stoull(cells[i], nullptr, 0); };
        NS_TEST_EXPECT_MSG_EQ(
            cells[1].empty(), !(HasReth(opcode) || IsAtomic(opcode)), name << " has an address");
        NS_TEST_EXPECT_MSG_EQ(cells[3].empty(), !HasReth(opcode), name << " has a length");
        NS_TEST_EXPECT_MSG_EQ(cells[4].empty(), !IsAtomic(opcode), name << " has operands");
        NS_TEST_EXPECT_MSG_EQ(
            cells[6].empty(), (opcode != OP_ATOMIC_ACKNOWLEDGE), name << " has a result");
        NS_TEST_EXPECT_MSG_EQ(cells[7].empty(), !HasImmediate(opcode), name << " immediate data");
        NS_TEST_EXPECT_MSG_EQ(cells[8].empty(), !HasAeth(opcode), name << " has an AETH");
        if (!cells[1].empty())
        {
            NS_TEST_EXPECT_MSG_EQ(number(1), ADDRESS, name << ": address");
            NS_TEST_EXPECT_MSG_EQ(number(2), KEY, name << ": key");
        }
        if (HasReth(opcode))
        {
            const uint64_t length = number(3);
            NS_TEST_EXPECT_MSG_EQ((length == 100 || length == 2500), true, name << ": length");
        }
        if (IsAtomic(opcode))
        {
            NS_TEST_EXPECT_MSG_EQ(number(4), OPERAND, name << ": operand");
            NS_TEST_EXPECT_MSG_EQ(number(5), COMPARE, name << ": compare");
        }
        if (opcode == OP_ATOMIC_ACKNOWLEDGE)
        {
            NS_TEST_EXPECT_MSG_EQ(
                (number(6) == WORD || number(6) == WORD + OPERAND), true, name << ": result");
        }
        if (HasImmediate(opcode))
        {
            NS_TEST_EXPECT_MSG_NE(cells[7].find("abcd1234"), std::string::npos, name << cells[7]);
        }
    }

    /** Make the capture. @param prefix of its name */
    void Simulate(const std::string& prefix)
    {
        ChainOptions options;
        options.dataOverhead = 0;
        options.ackBytes = 0;
        options.mtu = 1024;
        LossSetup setup("ns3::rdma::GoBackN", 0, options);
        setup.chain.nic[1]->GetAtomicMemory().Set(ADDRESS, WORD);
        fabric::FabricPcapHelper pcap(CreateObject<RoceCodec>());
        pcap.EnablePcap(prefix, setup.chain.port[0]);
        // The second packet of the first message is lost once; the SENDs find receives at 1 ms.
        setup.saboteur->targets = {{Saboteur::Target::DATA, 1, 1}};
        for (const uint64_t bytes : {2500, 100})
        {
            for (const Verb verb : {Verb::WRITE,
                                    Verb::READ,
                                    Verb::WRITE_WITH_IMMEDIATE,
                                    Verb::SEND,
                                    Verb::SEND_WITH_IMMEDIATE,
                                    Verb::FETCH_ADD,
                                    Verb::COMPARE_SWAP})
            {
                if (IsAtomic(verb) && bytes > 100)
                {
                    continue; // they have one size
                }
                WorkRequest request = Write(bytes, 0, ADDRESS);
                request.verb = verb;
                request.remoteKey = KEY;
                request.immediate = 0xabcd1234;
                request.operand = OPERAND;
                request.compare = COMPARE;
                setup.a->PostSend(request);
            }
        }
        Simulator::Schedule(MicroSeconds(500),
                            [&]()
                            {
                                for (uint64_t i = 0; i < 6; ++i)
                                {
                                    setup.b->PostReceive(i);
                                }
                            });
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(setup.sender.sent.size(), 12, "all complete");
        NS_TEST_EXPECT_MSG_EQ(setup.a->IsReady(), true, "well");
    }
};

/** The suite. */
class OpcodeCaptureTestSuite : public TestSuite
{
  public:
    OpcodeCaptureTestSuite()
        : TestSuite("weft-rdma-opcode-capture", TestSuite::Type::SYSTEM)
    {
        AddTestCase(new OpcodeCaptureTestCase);
    }
};

OpcodeCaptureTestSuite g_opcodeCaptureTestSuite; ///< registers the suite

} // namespace
