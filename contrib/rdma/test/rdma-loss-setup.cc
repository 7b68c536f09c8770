/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-loss-setup.h"

#include "ns3/double.h"
#include "ns3/pointer.h"
#include "ns3/string.h"

#include <tuple>

namespace ns3::rdma::tests
{

namespace
{

constexpr uint64_t EXCHANGED = 40; ///< messages of an exchange, each way

} // namespace

LossSetup::LossSetup(const Stack& stack, uint32_t sendPsn, const ChainOptions& options)
    : chain(options),
      saboteur(CreateObject<Saboteur>())
{
    for (auto& nic : chain.nic)
    {
        nic->SetAttribute("Reliability", StringValue(stack.reliability));
        if (!stack.pathSelector.empty())
        {
            nic->SetAttribute("PathSelector", StringValue(stack.pathSelector));
        }
    }
    if (!stack.congestionControl.empty())
    {
        chain.nic[0]->SetAttribute("CongestionControl", StringValue(stack.congestionControl));
    }
    chain.link[0]->SetAttribute("ErrorModel", PointerValue(saboteur));
    std::tie(a, b) = chain.Connect(sendPsn, 0);
    a->GetPathSelector()->AssignStreams(9);
    a->SetHandler(&sender);
    b->SetHandler(&receiver);
}

void
LossTestCase::Run(const std::string& name,
                  std::vector<Saboteur::Target> what,
                  const Expected& expected,
                  const std::string& reliability,
                  uint32_t packets)
{
    Stack stack = m_stack;
    stack.reliability = reliability.empty() ? stack.reliability : reliability;
    LossSetup setup(stack, m_first);
    uint32_t losses = 0;
    for (auto& target : what)
    {
        target.psn = (target.psn + m_first) & 0xffffff;
        losses += target.times;
    }
    setup.saboteur->targets = what;
    setup.a->PostSend(Write(uint64_t{packets} * 4086));
    Simulator::Run();
    NS_TEST_EXPECT_MSG_EQ(setup.saboteur->lost, losses, name << ": as arranged");
    NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 1, name << ": completed once");
    NS_TEST_ASSERT_MSG_EQ(setup.receiver.placed.size(), 1, name << ": placed once");
    NS_TEST_EXPECT_MSG_EQ(
        setup.receiver.placed[0].placement.bytes, uint64_t{packets} * 4086, name << ": bytes");
    NS_TEST_EXPECT_MSG_EQ(setup.sender.sent[0].at, expected.fct, name << ": time");
    NS_TEST_EXPECT_MSG_EQ(setup.Sender().dataRepeated, expected.repeated, name << ": again");
    NS_TEST_EXPECT_MSG_EQ(setup.Sender().dataSent, packets + expected.repeated, name << ": sent");
    NS_TEST_EXPECT_MSG_EQ(setup.Receiver().outOfOrder, expected.outOfOrder, name << ": gap");
    NS_TEST_EXPECT_MSG_EQ(setup.Receiver().duplicates, expected.duplicates, name << ": dup");
    NS_TEST_EXPECT_MSG_EQ(setup.Receiver().naksSent, expected.naks, name << ": NAKs");
    NS_TEST_EXPECT_MSG_EQ(setup.Sender().timeouts, expected.timeouts, name << ": timeouts");
    NS_TEST_EXPECT_MSG_EQ(
        setup.a->GetReliability()->GetBytesInFlight(), 0, name << ": nothing in flight");
    CheckScheme(name, setup);
}

void
LossTestCase::CheckScheme(const std::string&, const LossSetup&)
{
}

void
ExchangeTestCase::Exchange(LossSetup& setup)
{
    for (uint64_t i = 0; i < EXCHANGED; ++i)
    {
        setup.a->PostSend(Write(i * 777, i, 1000 + i));
        setup.b->PostSend(Write(i * 333, i, 2000 + i));
    }
    Simulator::Run();
    Check(setup.sender, 333, 2000);
    Check(setup.receiver, 777, 1000);
    for (const auto& queuePair : {setup.a, setup.b})
    {
        NS_TEST_EXPECT_MSG_EQ(queuePair->GetNPending(), 0, "nothing left");
        NS_TEST_EXPECT_MSG_EQ(
            queuePair->GetReliability()->GetBytesInFlight(), 0, "nothing in flight");
    }
}

void
ExchangeTestCase::Check(const Recorder& recorder, uint64_t unit, uint64_t base)
{
    NS_TEST_ASSERT_MSG_EQ(recorder.placed.size(), EXCHANGED, "each once");
    NS_TEST_ASSERT_MSG_EQ(recorder.sent.size(), EXCHANGED, "each once");
    for (uint64_t i = 0; i < EXCHANGED; ++i)
    {
        NS_TEST_EXPECT_MSG_EQ(recorder.placed[i].placement.bytes, i * unit, "in order");
        NS_TEST_EXPECT_MSG_EQ(recorder.placed[i].placement.remoteAddress, base + i, "where");
        NS_TEST_EXPECT_MSG_EQ(recorder.sent[i].completion.wrId, i, "in order");
    }
}

void
ExhaustionTestCase::DoRun()
{
    LossSetup setup(m_stack);
    setup.saboteur->targets = {{Saboteur::Target::DATA, 0, 100}};
    setup.a->PostSend(Write(100, 5));
    Simulator::Run();
    NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 1, "reported");
    NS_TEST_EXPECT_MSG_EQ(setup.sender.sent[0].completion.wrId, 5, "the message");
    NS_TEST_EXPECT_MSG_EQ(setup.sender.sent[0].at, m_at, "when");
    NS_TEST_EXPECT_MSG_EQ(
        (setup.sender.sent[0].completion.status == CompletionStatus::RETRY_EXCEEDED),
        true,
        "with the reason");
    NS_TEST_EXPECT_MSG_EQ(setup.saboteur->lost, m_times, "times that it was sent");
    NS_TEST_EXPECT_MSG_EQ((setup.a->GetState() == QueuePair::ERROR), true, "it failed");
}

void
IdlePathTestCase::DoRun()
{
    ChainOptions options;
    options.links = 3;
    LossSetup setup(m_stack, 0, options);
    constexpr uint32_t packets = 2000;
    setup.a->PostSend(Write(uint64_t{packets} * 4086));
    Simulator::Run();
    NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 1, "completed");
    // Packets back to back over three links, and the ACK of the last.
    NS_TEST_EXPECT_MSG_EQ(
        setup.sender.sent[0].at, (packets + 2) * S + 6 * P + 3 * A, "line rate all the time");
}

GoodputRun::GoodputRun(const std::string& reliability, double loss, uint64_t packets)
{
    ChainOptions options;
    options.mtu = 1024;
    options.dataOverhead = 62;
    options.ackBytes = 66;
    options.interframe = 20;
    Chain chain(options);
    for (auto& nic : chain.nic)
    {
        nic->SetAttribute("Reliability", StringValue(reliability));
    }
    auto errors = CreateObject<fabric::RandomFrameErrorModel>();
    errors->SetAttribute("FrameLossRate", DoubleValue(loss));
    errors->AssignStreams(7);
    chain.link[0]->SetErrorModel(0, errors); // what host 0 sends
    auto [a, b] = chain.Connect();
    Recorder sender;
    a->SetHandler(&sender);
    a->PostSend(Write(packets * 1024));
    Simulator::Run();
    completed =
        sender.sent.size() == 1 && sender.sent[0].completion.status == CompletionStatus::SUCCESS;
    goodput = completed ? packets * 88'480.0 / sender.sent[0].at : 0;
    const auto& counters = chain.nic[0]->GetCounters();
    repeatShare = double(counters.dataRepeated) / counters.dataSent;
}

} // namespace ns3::rdma::tests
