/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-test-bench.h"

#include "ns3/collective-engine.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"
#include "ns3/workload-gpt-job.h"
#include "ns3/workload-step-window.h"

#include <string>
#include <utility>
#include <vector>

using namespace ns3;
using namespace ns3::workload;
using namespace ns3::workload::test;

namespace
{

/** Operations of streams with a timing, without any time. */
class WindowTestCase : public TestCase
{
  public:
    WindowTestCase()
        : TestCase("operations run ahead of their step, behind it, and in some steps only")
    {
    }

  private:
    using Index = OperationGraph::Index;

    /** Take what is ready. @return it, as text: operation@step */
    std::string Ready(StepWindow& window)
    {
        std::string text;
        while (window.HasReady())
        {
            const auto play = window.TakeReady();
            text += (text.empty() ? "" : " ") + m_names[play.operation] + "@" +
                    std::to_string(play.step);
        }
        return text;
    }

    void DoRun() override
    {
        // Per step: input I on a stream two steps ahead; computation C after it; in every second
        // step S after C, which may take one more step.
        OperationGraph graph;
        const Index input = graph.AddDelay("I", 1, 1);
        const Index compute = graph.AddCompute("C", 0, 1);
        const Index save = graph.AddDelay("S", 2, 1);
        graph.AddDependency(compute, input);
        graph.AddDependency(save, compute);
        graph.SetTiming(1, {1, 2, 0});
        graph.SetTiming(2, {2, 0, 1});
        graph.Seal();
        NS_TEST_ASSERT_MSG_EQ(graph.GetNPlayed(save, 5), 2, "steps 1 and 3");

        StepWindow window(graph, 5);
        window.BeginStep();
        NS_TEST_EXPECT_MSG_EQ(Ready(window), "I@0", "inputs one after the other");
        window.Complete({0, input});
        NS_TEST_EXPECT_MSG_EQ(Ready(window), "C@0 I@1", "next input beside the computation");
        window.Complete({1, input});
        NS_TEST_EXPECT_MSG_EQ(Ready(window), "I@2", "two steps ahead, and the next step waits");
        window.Complete({2, input});
        NS_TEST_EXPECT_MSG_EQ(Ready(window), "", "no further ahead");
        NS_TEST_EXPECT_MSG_EQ(window.IsStepDone(), false, "C@0");
        window.Complete({0, compute});
        NS_TEST_EXPECT_MSG_EQ(Ready(window), "", "no S in step 0");
        NS_TEST_EXPECT_MSG_EQ(window.IsStepDone(), true, "all of step 0");

        NS_TEST_EXPECT_MSG_EQ(window.EndStep(), true, "there is a step 1");
        window.BeginStep();
        NS_TEST_EXPECT_MSG_EQ(Ready(window), "C@1 I@3", "its input is there");
        window.Complete({1, compute});
        NS_TEST_EXPECT_MSG_EQ(Ready(window), "S@1", "in step 1");
        NS_TEST_EXPECT_MSG_EQ(window.IsStepDone(), true, "S@1 may be done later");
        window.EndStep();
        window.BeginStep();
        NS_TEST_EXPECT_MSG_EQ(Ready(window), "C@2", "I@4 waits for I@3");
        window.Complete({3, input});
        NS_TEST_EXPECT_MSG_EQ(Ready(window), "I@4", "the last one");
        window.Complete({4, input});
        window.Complete({2, compute});
        NS_TEST_EXPECT_MSG_EQ(window.IsStepDone(), false, "S@1 must be done before step 3 begins");
        window.Complete({1, save});
        NS_TEST_EXPECT_MSG_EQ(window.IsStepDone(), true, "now it is");
        window.EndStep();
        window.BeginStep();
        NS_TEST_EXPECT_MSG_EQ(Ready(window), "C@3", "no more inputs");
        window.Complete({3, compute});
        window.EndStep();
        window.BeginStep();
        NS_TEST_EXPECT_MSG_EQ(Ready(window), "C@4 S@3", "beside the last step");
        window.Complete({4, compute});
        NS_TEST_EXPECT_MSG_EQ(window.IsStepDone(), false, "at the end of step 4");
        NS_TEST_EXPECT_MSG_EQ(window.GetNLeft(), 1, "S@3");
        window.Complete({3, save});
        NS_TEST_EXPECT_MSG_EQ(window.EndStep(), false, "there is no step 5");
        NS_TEST_EXPECT_MSG_EQ(window.IsEmpty(), true, "nothing is left");
    }

    const std::vector<std::string> m_names{"I", "C", "S"}; ///< by operation
};

/** Who reads and writes how much. */
class ShareTestCase : public TestCase
{
  public:
    ShareTestCase()
        : TestCase("a checkpoint holds the state once, and samples go to first and last stage")
    {
    }

  private:
    void DoRun() override
    {
        // GPT-3 175B, T 8, P 8, D 2: 16 bytes less the gradients' 2 for each parameter, once.
        auto shape = *ModelShape::Preset("gpt-3-175b");
        Parallelism parallelism;
        parallelism.tensor = 8;
        parallelism.pipeline = 8;
        parallelism.data = 2;
        parallelism.globalBatch = 64;
        StorageOptions options;
        options.targets = 4;
        options.checkpointEvery = 10;
        options.sampleBytes = 8192;
        uint64_t parameters = 0;
        for (uint32_t stage = 0; stage < 8; ++stage)
        {
            const auto schedule = CreateObject<GptJob>()->MakeSchedule();
            const auto held = ComputeStageParameters(shape, parallelism, *schedule, stage);
            parameters += 8 * (held.common + held.experts);
        }
        for (const uint32_t zero : {0U, 1U, 3U})
        {
            const auto job = CreateObject<GptJob>();
            job->SetAttribute("ZeroStage", UintegerValue(zero));
            job->SetStorage(options);
            const auto storage = job->MakeStorage(shape, parallelism);
            NS_TEST_EXPECT_MSG_EQ(storage.GetStateBytes(), 14 * parameters, "ZeRO " << zero);
            const auto& first = storage.GetShare(8 * 2 * 3); // stage 3, replica 0
            const auto& second = storage.GetShare(8 * 2 * 3 + 8);
            const auto stage = ComputeStageParameters(shape, parallelism, *job->MakeSchedule(), 3);
            const uint64_t p = stage.common; // even
            // Adam's 12 bytes are shared by ZeRO 1, the parameters' 2 by ZeRO 3.
            const uint64_t ofFirst[] = {14 * p, 2 * p + 6 * p, 0, 7 * p};
            const uint64_t ofSecond[] = {0, 6 * p, 0, 7 * p};
            NS_TEST_EXPECT_MSG_EQ(first.state, ofFirst[zero], "replica 0, ZeRO " << zero);
            NS_TEST_EXPECT_MSG_EQ(second.state, ofSecond[zero], "replica 1, ZeRO " << zero);
            // 32 samples for each replica, at first and last stage.
            NS_TEST_EXPECT_MSG_EQ(storage.GetShare(0).input, 32 * 8192, "tensor rank 0");
            NS_TEST_EXPECT_MSG_EQ(storage.GetShare(1).input, 0, "tensor rank 1");
            NS_TEST_EXPECT_MSG_EQ(storage.GetShare(16).input, 0, "stage 1");
            NS_TEST_EXPECT_MSG_EQ(storage.GetInputBytes(), 2 * 64 * 8192, "all");
        }

        // Mixtral 8x7B, D 4, E 2: two ranks have each expert, all have the rest.
        shape = *ModelShape::Preset("mixtral-8x7b");
        parallelism = Parallelism();
        parallelism.data = 4;
        parallelism.expert = 2;
        parallelism.globalBatch = 4;
        for (const uint32_t zero : {0U, 1U, 3U})
        {
            const auto job = CreateObject<GptJob>();
            job->SetAttribute("ZeroStage", UintegerValue(zero));
            job->SetStorage(options);
            const auto storage = job->MakeStorage(shape, parallelism);
            NS_TEST_EXPECT_MSG_EQ(
                storage.GetStateBytes(), 14 * shape.GetParameters(), "Mixtral, ZeRO " << zero);
        }
    }
};

/** A small job on an ideal network with storage. */
class StorageRunTestCase : public TestCase
{
  public:
    StorageRunTestCase()
        : TestCase("samples and checkpoints take the time of the closed forms")
    {
    }

  private:
    static constexpr fabric::Ticks LATENCY = 2 * US;
    static constexpr fabric::Ticks PER_BYTE = 100; ///< 10 GB/s
    static constexpr fabric::Ticks COMPUTE = 3 * 1000 * US;

    /** @return a job of independent steps: one replica of one layer, or two */
    JobGraph Make(const StorageOptions& options, uint32_t nReplicas)
    {
        m_shape = ModelShape();
        m_shape = MakeSmallShape(1);
        m_parallelism = Parallelism();
        m_parallelism.data = nReplicas;
        m_parallelism.globalBatch = nReplicas;
        LayerTimes times;
        times.attention = {COMPUTE / 3, COMPUTE / 3, COMPUTE / 3};
        const auto job = CreateObject<GptJob>();
        job->SetStorage(options);
        const auto storage = job->MakeStorage(m_shape, m_parallelism);
        m_state = storage.GetStateBytes();
        const auto graph = job->Build(m_shape, m_parallelism, times);
        NS_TEST_EXPECT_MSG_EQ(graph.Check().size(), 0, "a good job");
        return graph;
    }

    static IdealNetwork::Shape Network()
    {
        IdealNetwork::Shape network;
        network.latency = Time(LATENCY);
        network.perByte = Time(PER_BYTE);
        return network;
    }

    /** @return time of a message alone */
    static fabric::Ticks Transfer(uint64_t bytes)
    {
        return LATENCY + static_cast<fabric::Ticks>(bytes) * PER_BYTE;
    }

    void DoRun() override
    {
        fabric::UsePicoseconds();
        CheckInput();
        CheckSlowInput();
        CheckSynchronous();
        CheckAsynchronous();
        CheckStripes();
        CheckPriority();
        CheckMistakes();
    }

    /** Samples of 1 MB: the first step waits for them, the others have theirs in time. */
    void CheckInput()
    {
        StorageOptions options;
        options.targets = 1;
        options.sampleBytes = 1'000'000;
        options.prefetch = 1;
        Bench bench(Make(options, 1), 3, Network());
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(bench.engine->IsFinished(), true, "finished");
        const auto& ledger = bench.engine->GetLedger();
        const fabric::Ticks wait = Transfer(GptStorage::REQUEST_BYTES) + Transfer(1'000'000);
        for (uint32_t step = 0; step < 3; ++step)
        {
            const auto& account = ledger.GetAccount(0, step);
            const auto i = static_cast<uint8_t>(Dimension::INPUT);
            NS_TEST_EXPECT_MSG_EQ(account.exposed[i] + account.waiting[i],
                                  (step == 0 ? wait : 0),
                                  "wait for samples in step " << step);
            NS_TEST_EXPECT_MSG_EQ(
                account.end - account.start, COMPUTE + (step == 0 ? wait : 0), "step " << step);
        }
        NS_TEST_EXPECT_MSG_EQ(bench.network->GetBytesSent(1), 3'000'000, "samples of three steps");
        NS_TEST_EXPECT_MSG_EQ(
            bench.network->GetBytesSent(0), 3 * GptStorage::REQUEST_BYTES, "three requests");
        NS_TEST_EXPECT_MSG_EQ(
            bench.engine->GetNOperationsDone(), bench.engine->GetNOperations(), "operations");
    }

    /** A medium of 100 MB/s: 1 MB takes 10 ms, which is what a step takes in the end. */
    void CheckSlowInput()
    {
        StorageOptions options;
        options.targets = 1;
        options.sampleBytes = 1'000'000;
        options.readRate = 1e8;
        options.prefetch = 2;
        Bench bench(Make(options, 1), 4, Network());
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(bench.engine->IsFinished(), true, "finished");
        const auto& ledger = bench.engine->GetLedger();
        // Requests, readings and samples one after the other: the computations are hidden.
        const fabric::Ticks period =
            Transfer(GptStorage::REQUEST_BYTES) + 10'000 * US + Transfer(1'000'000);
        for (uint32_t step = 0; step < 4; ++step)
        {
            NS_TEST_EXPECT_MSG_EQ(
                ledger.GetStepEnd(step), (step + 1) * period + COMPUTE, "end of step " << step);
        }
    }

    /** Every second step ends with its checkpoint. */
    void CheckSynchronous()
    {
        StorageOptions options;
        options.targets = 1;
        options.checkpointEvery = 2;
        options.writeRate = 1e9;
        options.chunkBytes = uint64_t{1} << 40;
        Bench bench(Make(options, 1), 5, Network());
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(bench.engine->IsFinished(), true, "finished");
        const auto& ledger = bench.engine->GetLedger();
        const fabric::Ticks write = Transfer(m_state) + static_cast<fabric::Ticks>(m_state) * 1000 +
                                    Transfer(GptStorage::REPLY_BYTES);
        for (uint32_t step = 0; step < 5; ++step)
        {
            const auto& account = ledger.GetAccount(0, step);
            const auto i = static_cast<uint8_t>(Dimension::CHECKPOINT);
            const fabric::Ticks stall = step % 2 == 1 ? write : 0;
            NS_TEST_EXPECT_MSG_EQ(account.end - account.start, COMPUTE + stall, "step " << step);
            NS_TEST_EXPECT_MSG_EQ(
                account.exposed[i] + account.waiting[i], stall, "stall in step " << step);
        }
        NS_TEST_EXPECT_MSG_EQ(bench.network->GetBytesSent(0), 2 * m_state, "two checkpoints");
        NS_TEST_EXPECT_MSG_EQ(m_state, 14 * m_shape.GetParameters(), "what is written");
    }

    /** The copy holds the step up, and the next checkpoint waits for what is not written. */
    void CheckAsynchronous()
    {
        StorageOptions options;
        options.targets = 1;
        options.checkpointEvery = 2;
        options.asynchronous = true;
        options.copyRate = 2e9;
        options.chunkBytes = uint64_t{1} << 40;
        // A medium so slow that writing takes 4 computations: one more than there is time for.
        Make(options, 1);
        options.writeRate = static_cast<double>(m_state) / 12e-3;
        Bench bench(Make(options, 1), 6, Network());
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(bench.engine->IsFinished(), true, "finished");
        const auto& ledger = bench.engine->GetLedger();
        const auto copy = static_cast<fabric::Ticks>(m_state) * 500;
        const fabric::Ticks written =
            Transfer(m_state) + 4 * COMPUTE + Transfer(GptStorage::REPLY_BYTES);
        // Steps 0 and 1 and the copy; step 2 ends when the checkpoint of step 1 is written; step 3
        // and the copy; likewise.
        const fabric::Ticks first = 2 * COMPUTE + copy;
        const fabric::Ticks second = first + written + COMPUTE + copy;
        const std::vector<fabric::Ticks> ends{
            COMPUTE, first, first + written, second, second + written};
        for (uint32_t step = 0; step < ends.size(); ++step)
        {
            NS_TEST_EXPECT_MSG_EQ(ledger.GetStepEnd(step), ends[step], "end of step " << step);
        }
        NS_TEST_EXPECT_MSG_EQ(Simulator::Now().GetTimeStep(),
                              second + written + COMPUTE + copy + written,
                              "the last one is written behind the last step");
        NS_TEST_EXPECT_MSG_EQ(bench.network->GetBytesSent(0), 3 * m_state, "three checkpoints");
    }

    /** Two replicas share four targets: a quarter of the state to each, at the rate of a port. */
    void CheckStripes()
    {
        StorageOptions options;
        options.targets = 4;
        options.stripes = 4;
        options.checkpointEvery = 1;
        options.chunkBytes = 10'000;
        Bench bench(Make(options, 2), 1, Network());
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(bench.engine->IsFinished(), true, "finished");
        // Without ZeRO replica 0 writes all: by its one port, at its rate.
        const auto& account = bench.engine->GetLedger().GetAccount(0, 0);
        const auto i = static_cast<uint8_t>(Dimension::CHECKPOINT);
        const auto stall = static_cast<double>(account.exposed[i] + account.waiting[i]);
        const auto wire = static_cast<double>(m_state) * PER_BYTE;
        NS_TEST_EXPECT_MSG_GT(stall, wire, "not above the rate of a port");
        NS_TEST_EXPECT_MSG_LT(stall, 1.01 * wire + 4.0 * LATENCY, "nor much below it");
        // Of targets, only the replies: of 16 bytes.
        for (uint32_t target = 0; target < 4; ++target)
        {
            NS_TEST_EXPECT_MSG_EQ(bench.network->GetBytesSent(2 + target),
                                  GptStorage::REPLY_BYTES,
                                  "one stripe each");
        }
    }

    /** Storage has its class on the wire. */
    void CheckPriority()
    {
        StorageOptions options;
        options.targets = 1;
        options.sampleBytes = 1000;
        options.checkpointEvery = 1;
        options.priority = 5;
        Bench bench(Make(options, 2), 1, Network());
        m_classes.assign(8, 0);
        bench.network->TraceConnectWithoutContext("Send",
                                                  MakeCallback(&StorageRunTestCase::Sent, this));
        Simulator::Run();
        bench.network->TraceDisconnectWithoutContext("Send",
                                                     MakeCallback(&StorageRunTestCase::Sent, this));
        NS_TEST_ASSERT_MSG_EQ(bench.engine->IsFinished(), true, "finished");
        NS_TEST_EXPECT_MSG_EQ(m_classes[5],
                              2 * (1000 + GptStorage::REQUEST_BYTES) + m_state +
                                  GptStorage::REPLY_BYTES,
                              "bytes of storage");
        // Gradients: an All-Reduce of 2 bytes per parameter on a ring of two.
        NS_TEST_EXPECT_MSG_EQ(m_classes[3], 2 * 2 * m_shape.GetParameters(), "bytes of gradients");
    }

    void Sent(const cluster::Message& message)
    {
        m_classes[message.priority] += message.bytes;
    }

    void CheckMistakes()
    {
        StorageOptions options;
        options.targets = 2;
        options.stripes = 3;
        const auto problems = options.Check();
        NS_TEST_ASSERT_MSG_EQ(problems.size(), 1, "more stripes than targets");
        NS_TEST_EXPECT_MSG_EQ(problems[0], "stripes is 3, expected 1 to 2", "what is wrong");

        // A collective on a stream that is not played in every step.
        auto graphs = MakeGraphs(2);
        for (const auto& graph : graphs)
        {
            graph->AddCollective(
                "sum", 4, Dimension::DATA, collective::CollectiveType::ALL_REDUCE, 0, 8);
            graph->SetTiming(4, {2, 0, 0});
        }
        NS_TEST_EXPECT_MSG_EQ(MakeJob(graphs).Check().size(), 2, "both ranks");

        // A message that is sent in every second step and received in each.
        graphs = MakeGraphs(2);
        graphs[0]->AddSend("data", 1, Dimension::OTHER, 0, 0, 8);
        graphs[0]->SetTiming(1, {2, 0, 0});
        graphs[1]->AddReceive("data", 1, Dimension::OTHER, 0, 0, 8);
        NS_TEST_EXPECT_MSG_EQ(MakeJob(graphs).Check().size(), 1, "in different steps");
    }

    ModelShape m_shape;              ///< of the last job
    Parallelism m_parallelism;       ///< of the last job
    uint64_t m_state{0};             ///< bytes of its checkpoint
    std::vector<uint64_t> m_classes; ///< bytes sent, by class
};

/** Timings of streams, and storage. */
class WorkloadStorageTestSuite : public TestSuite
{
  public:
    WorkloadStorageTestSuite()
        : TestSuite("weft-workload-storage", TestSuite::Type::UNIT)
    {
        AddTestCase(new WindowTestCase);
        AddTestCase(new ShareTestCase);
        AddTestCase(new StorageRunTestCase);
    }
};

WorkloadStorageTestSuite g_workloadStorageTestSuite; ///< the suite

} // namespace
