/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/random-variable-stream.h"
#include "ns3/test.h"
#include "ns3/workload-aicb-job.h"
#include "ns3/workload-layer-times.h"
#include "ns3/workload-volumes.h"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::workload;
using collective::CollectiveType;

namespace
{

/// Folder of real workloads, beside the repository; not part of it.
const std::string REAL_FILES = std::string(NS_TEST_SOURCEDIR) + "/../../../../shared/traces/aicb/";

/** What was read, and what was said about it. */
struct Reading
{
    AicbFile workload;             ///< what was read
    std::vector<Finding> findings; ///< what was said

    /** @return the findings as lines */
    std::string Text() const
    {
        std::ostringstream text;
        for (const auto& finding : findings)
        {
            text << finding << '\n';
        }
        return text.str();
    }

    /** @return whether a line of the findings contains a text */
    bool Says(const std::string& text) const
    {
        return Text().find(text) != std::string::npos;
    }
};

/** @return what the importer makes of a text */
Reading
Read(const std::string& text)
{
    Reading reading;
    std::istringstream input(text);
    reading.workload = AicbFile::Read(input, "w.txt", reading.findings);
    return reading;
}

/**
 * @param name name of a real file
 * @param [out] reading what the importer makes of it
 * @return false if it is not on this machine
 */
bool
ReadReal(const std::string& name, Reading& reading)
{
    std::ifstream input(REAL_FILES + name, std::ios::binary);
    if (!input)
    {
        std::clog << "skipped: no " << REAL_FILES << name << std::endl;
        return false;
    }
    reading.workload = AicbFile::Read(input, name, reading.findings);
    return true;
}

/// A workload with every kind of row that real files have.
const std::string SAMPLE =
    "HYBRID_TRANSFORMER_FWD_IN_BCKWD model_parallel_NPU_group: 2 ep: 2 pp: 1 vpp: 4 ga: 1 "
    "all_gpus: 16 checkpoints: 0 checkpoint_initiates: 0 pp_comm: 6291456.0\n"
    "7\n"
    "norm\t-1\t0\tBROADCAST\t16384\t1\tNONE\t0\t1\tNONE\t0\t100\n"
    "grad_gather -1 1 NONE 0 1 NONE 0 1 ALLGATHER 6273171456 100\n"
    "embedding_layer -1 1 ALLREDUCE 50331648 1 NONE 0 1 NONE 0 100\n"
    "attention_column -1 500 ALLGATHER 50331648 400 REDUCESCATTER 0 300 NONE 0 100\n"
    "attention_row -1 0 REDUCESCATTER 50331648 0 ALLGATHER 50331648 0 NONE 7 100\n"
    "mlp_moelayer -1 900 ALLTOALL_EP 33554432 800 ALLTOALL_EP 33554432 700 REDUCESCATTER_DP_EP 999 "
    "100\n"
    "cross_entropy -1 1 ALLREDUCE 8192 1 NONE 0 1 NONE 0 100 and more\n";

/** Everything a good file holds. */
class AicbReadTestCase : public TestCase
{
  public:
    AicbReadTestCase()
        : TestCase("an AICB workload is read with all its fields, and its oddities are told of")
    {
    }

  private:
    void DoRun() override
    {
        const auto reading = Read(SAMPLE);
        const auto& workload = reading.workload;
        NS_TEST_EXPECT_MSG_EQ(HasError(reading.findings), false, reading.Text());
        NS_TEST_EXPECT_MSG_EQ(workload.tensor, 2, "tensor");
        NS_TEST_EXPECT_MSG_EQ(workload.expert, 2, "ep");
        NS_TEST_EXPECT_MSG_EQ(workload.virtualPipeline, 4, "vpp");
        NS_TEST_EXPECT_MSG_EQ(workload.allGpus, 16, "all_gpus");
        NS_TEST_EXPECT_MSG_EQ(workload.pipelineBytes, 6'291'456, "a float of Python");
        NS_TEST_ASSERT_MSG_EQ(workload.rows.size(), 7, "rows");
        const auto& moe = workload.rows[5];
        NS_TEST_EXPECT_MSG_EQ(moe.line, 8, "line");
        NS_TEST_EXPECT_MSG_EQ(moe.works[AicbFile::FORWARD].computeNs, 900, "forward");
        NS_TEST_EXPECT_MSG_EQ(
            (moe.works[AicbFile::INPUT_GRADIENT].type == CollectiveType::ALL_TO_ALL), true, "type");
        NS_TEST_EXPECT_MSG_EQ(
            (moe.works[AicbFile::WEIGHT_GRADIENT].group == AicbFile::DATA_OF_EXPERTS),
            true,
            "group");
        NS_TEST_EXPECT_MSG_EQ(moe.works[AicbFile::WEIGHT_GRADIENT].bytes, 999, "bytes");
        NS_TEST_EXPECT_MSG_EQ(moe.updateNs, 100, "update");
        NS_TEST_EXPECT_MSG_EQ(
            (workload.rows[1].works[AicbFile::WEIGHT_GRADIENT].group == AicbFile::DATA),
            true,
            "without suffix: data group");
        NS_TEST_EXPECT_MSG_EQ(reading.findings.size(), 5, reading.Text());
        NS_TEST_EXPECT_MSG_EQ(
            reading.Says("w.txt:6:62: warning: collective of 0 bytes"), true, reading.Text());
        NS_TEST_EXPECT_MSG_EQ(
            reading.Says("w.txt:7:71: note: NONE with a size"), true, reading.Text());
        NS_TEST_EXPECT_MSG_EQ(reading.Says("w.txt:3:11: note: BROADCAST"), true, reading.Text());
        NS_TEST_EXPECT_MSG_EQ(reading.Says("w.txt:9:57: note: text behind"), true, reading.Text());
        // norm 2, grad_gather 3, embedding 3, cross entropy 3
        NS_TEST_EXPECT_MSG_EQ(
            reading.Says("w.txt:3:27: note: computation of 1 ns"), true, reading.Text());
        NS_TEST_EXPECT_MSG_EQ(reading.Says("11 times in the file"), true, reading.Text());
    }
};

/** Malformed files, each with the position and reason that must be told. */
class AicbMalformedTestCase : public TestCase
{
  public:
    AicbMalformedTestCase()
        : TestCase("malformed workloads are refused with position and reason")
    {
    }

  private:
    /** @return the sample with one text replaced by another one */
    static std::string With(const std::string& what, const std::string& by)
    {
        auto text = SAMPLE;
        return text.replace(text.find(what), what.size(), by);
    }

    void Expect(const std::string& text, const std::string& message, bool isError = true)
    {
        const auto reading = Read(text);
        NS_TEST_EXPECT_MSG_EQ(HasError(reading.findings), isError, message);
        NS_TEST_EXPECT_MSG_EQ(reading.Says(message), true, message << " in " << reading.Text());
    }

    void DoRun() override
    {
        Expect("", "w.txt: error: empty");
        Expect("\n \n\t\n", "w.txt: error: empty");
        Expect("HYBRID_TRANSFORMER model_parallel_NPU_group: 2\n", "w.txt: error: truncated");
        Expect("HYBRID_TRANSFORMER\n0\n", "w.txt: error: truncated: no rows");
        Expect(With("HYBRID_TRANSFORMER_FWD_IN_BCKWD", "HYBRID_DLRM"),
               "w.txt:1:1: error: policy 'HYBRID_DLRM', expected");
        Expect(With("NPU_group: 2", "NPU_group: two"),
               "w.txt:1:59: error: expected a whole number");
        Expect(With("NPU_group: 2", "NPU_group: 0"), "w.txt:1:59: error: expected a whole number");
        Expect(With("all_gpus: 16", "all_gpus: 99999999999999999999999"),
               "error: expected a whole number from 1 to 1048576 behind all_gpus:");
        Expect(With("all_gpus: 16", "all_gpus: 15"),
               "w.txt:1:59: error: all_gpus 15 is not a multiple");
        Expect(With("6291456.0", "6291456.5"), "error: expected a number of bytes up to 2^50");
        Expect(With("6291456.0", "-1"), "error: expected a number of bytes up to 2^50");
        Expect(With(" 6291456.0", ""), "error: truncated: no value behind 'pp_comm:'");
        Expect(With("\n7\n", "\nseven\n"), "w.txt:2:1: error: expected the number of rows");
        Expect(With("\n7\n", "\n-7\n"), "w.txt:2:1: error: expected the number of rows");
        Expect(With("\n7\n", "\n8\n"), "w.txt:2: warning: says 8 rows, but there are 7", false);
        Expect(With("vpp: 4", "xpp: 4"), "warning: unknown key 'xpp:' is ignored", false);
        Expect(With("model_parallel_NPU_group: 2 ", ""),
               "w.txt:1: warning: no model_parallel_NPU_group",
               false);
        Expect(With("pp: 1", "pp: 4"), "w.txt:1: warning: pp: 4: the rows", false);
        Expect(With("checkpoints: 0", "checkpoints: 2 5 9"),
               "warning: activation checkpoints are not imported",
               false);
        Expect(With("checkpoints: 0", "checkpoints: x"),
               "error: expected a whole number behind 'checkpoints:'");
        Expect(With("ALLTOALL_EP", "ALLTOALL_XX"),
               "w.txt:8:21: error: unknown collective 'ALLTOALL_XX'");
        Expect(With("BROADCAST", "broadcast"), "w.txt:3:11: error: unknown collective");
        Expect(With("50331648 1", "50331648.5 1"), "w.txt:5:32: error: expected whole bytes");
        Expect(With("50331648 1", "-50331648 1"), "w.txt:5:32: error: expected whole bytes");
        Expect(With("50331648 1", "5e7 1"), "w.txt:5:32: error: expected whole bytes");
        Expect(With("50331648 1", "1125899906842625 1"), "w.txt:5:32: error: expected whole bytes");
        Expect(With(" 500 ", " 99999999999999999 "),
               "w.txt:6:21: error: expected whole nanoseconds");
        Expect(With(" 100 and", " x and"), "w.txt:9:53: error: expected whole nanoseconds");
        Expect(SAMPLE.substr(0, SAMPLE.size() - 30), "w.txt:9:");
        Expect(SAMPLE.substr(0, SAMPLE.size() - 30), "fields, expected 12: truncated");
        Expect(With("norm", std::string("no\0rm", 5)), "w.txt:3:3: error: NUL byte");
        Expect(std::string(100, '\0'), "w.txt:1:1: error: NUL byte");
        Expect(With("norm", "\xff\x01\x7f name"), "w.txt:3:");

        // A damaged file does not fill the terminal.
        std::string rows = "HYBRID_TRANSFORMER model_parallel_NPU_group: 2\n1000\n";
        for (int i = 0; i < 1000; ++i)
        {
            rows += "damaged\n";
        }
        NS_TEST_EXPECT_MSG_EQ(Read(rows).findings.size(), 20, "20 errors are enough");
    }
};

/** The job of a workload. */
class AicbJobTestCase : public TestCase
{
  public:
    AicbJobTestCase()
        : TestCase("the job of a workload has its groups, order and bytes")
    {
    }

  private:
    void DoRun() override
    {
        auto reading = Read(SAMPLE);
        std::vector<Finding> findings;
        const auto job = BuildAicbJob(reading.workload, {}, findings);
        NS_TEST_ASSERT_MSG_EQ(findings.size(), 0, "possible");
        NS_TEST_ASSERT_MSG_EQ(job.ranks.size(), 16, "all_gpus");
        NS_TEST_EXPECT_MSG_EQ(job.Check().size(), 0, "consistent");
        CheckGroups(job);
        CheckOrder(*job.ranks[0].graph);
        // Forward 16384 + 50331648 + 50331648 (gathered) + 8192 ..., by type:
        NS_TEST_EXPECT_MSG_EQ(
            job.GetCollectiveBytes(3, Dimension::TENSOR, CollectiveType::ALL_REDUCE),
            50'331'648 + 8192,
            "tensor All-Reduce");
        NS_TEST_EXPECT_MSG_EQ(
            job.GetCollectiveBytes(3, Dimension::TENSOR, CollectiveType::ALL_GATHER),
            2 * 50'331'648,
            "column forward and row backward");
        NS_TEST_EXPECT_MSG_EQ(
            job.GetNCollectives(3, Dimension::TENSOR, CollectiveType::REDUCE_SCATTER),
            1,
            "the one of 0 bytes is left out");
        AicbOptions repair;
        repair.repairSequenceParallel = true;
        NS_TEST_EXPECT_MSG_EQ(
            BuildAicbJob(reading.workload, repair, findings)
                .GetCollectiveBytes(3, Dimension::TENSOR, CollectiveType::REDUCE_SCATTER),
            2 * 50'331'648,
            "repaired");
        CheckRefused(reading.workload);
    }

    /** 16 ranks, tensor 2, expert 2: rank = t + 2 d, d from 0 to 7. */
    void CheckGroups(const JobGraph& job)
    {
        const auto count = [&job](Dimension dimension, const std::vector<uint32_t>& ranks)
        {
            return std::count_if(job.groups.begin(),
                                 job.groups.end(),
                                 [&](const auto& group)
                                 { return group.dimension == dimension && group.ranks == ranks; });
        };
        // 8 tensor, 2 data, 8 expert groups, 4 data groups of experts
        NS_TEST_EXPECT_MSG_EQ(job.groups.size(), 22, "groups");
        NS_TEST_EXPECT_MSG_EQ(count(Dimension::TENSOR, {6, 7}), 1, "consecutive");
        NS_TEST_EXPECT_MSG_EQ(count(Dimension::DATA, {1, 3, 5, 7, 9, 11, 13, 15}), 1, "t = 1");
        NS_TEST_EXPECT_MSG_EQ(count(Dimension::EXPERT, {5, 7}), 1, "d = 2, 3 of t = 1");
        NS_TEST_EXPECT_MSG_EQ(count(Dimension::DATA, {3, 7, 11, 15}), 1, "second experts");
    }

    /** Forward in order, then backward in reverse, then the updates. */
    void CheckOrder(const OperationGraph& graph)
    {
        std::string order;
        for (OperationGraph::Index i = 0; i < graph.GetN(); ++i)
        {
            const auto& label = graph.GetLabel(i);
            order += (graph.GetKind(i) == OperationKind::COMPUTE ? "" : "*") +
                     label.substr(0, label.find('_')) + " ";
        }
        NS_TEST_EXPECT_MSG_EQ(
            order,
            "*norm grad embedding *embedding attention *attention *attention mlp *mlp cross *cross "
            "cross cross mlp *mlp mlp *mlp *attention attention attention embedding embedding grad "
            "grad *grad norm norm update update ",
            "order of operations");
    }

    void CheckRefused(AicbFile workload)
    {
        const auto refuse = [](const AicbFile& file, uint32_t nRanks)
        {
            std::vector<Finding> findings;
            const auto job = BuildAicbJob(file, {nRanks, false}, findings);
            return findings.size() == 1 && job.ranks.empty() ? findings[0].message : "";
        };
        NS_TEST_EXPECT_MSG_EQ(
            refuse(workload, 8), "all_gpus is 16, but the job has 8 ranks", "other number");
        workload.allGpus = 0;
        NS_TEST_EXPECT_MSG_EQ(refuse(workload, 0),
                              "the file does not say all_gpus: the number of ranks must be given",
                              "no number");
        NS_TEST_EXPECT_MSG_EQ(refuse(workload, 7),
                              "7 ranks are not a multiple of model_parallel_NPU_group x pp = 2",
                              "tensor groups");
        workload.expert = 3;
        NS_TEST_EXPECT_MSG_EQ(refuse(workload, 16),
                              "the data groups have 8 ranks, not a multiple of ep 3",
                              "expert groups");
    }
};

/** Real files. */
class AicbRealFilesTestCase : public TestCase
{
  public:
    AicbRealFilesTestCase()
        : TestCase("real workloads are read; their volumes against the closed form")
    {
    }

  private:
    void DoRun() override
    {
        CheckGpt13b();
        CheckGpt13bSequenceParallel();
        CheckMoe();
        for (const std::string name : {"G175B-M1-C03_GPT175B_megatron_tp8_pp1_mbs1_A100.txt",
                                       "L7B-M1-C04_Llama7B_megatron_tp2_pp1_mbs1_A100.txt"})
        {
            Reading reading;
            if (ReadReal(name, reading))
            {
                NS_TEST_EXPECT_MSG_EQ(HasError(reading.findings), false, reading.Text());
                NS_TEST_EXPECT_MSG_EQ(reading.Says("rows, but there are"), false, reading.Text());
            }
        }
    }

    /** The workload from which traces/gpt-13b-a100.csv takes its figures. */
    void CheckGpt13b()
    {
        Reading reading;
        if (!ReadReal("G13B-M1-C01_GPT13B_megatron_tp8_pp1_mbs1_A100.txt", reading))
        {
            return;
        }
        NS_TEST_EXPECT_MSG_EQ(HasError(reading.findings), false, reading.Text());
        NS_TEST_ASSERT_MSG_EQ(reading.workload.rows.size(), 92, "rows");
        std::vector<Finding> findings;
        const auto job = BuildAicbJob(reading.workload, {32, false}, findings);
        NS_TEST_ASSERT_MSG_EQ(findings.size(), 0, "possible");
        NS_TEST_EXPECT_MSG_EQ(job.Check().size(), 0, "consistent");

        const auto shape = *ModelShape::Preset("gpt-3-13b");
        Parallelism parallelism;
        parallelism.tensor = 8;
        parallelism.data = 4;
        parallelism.globalBatch = 4;
        const auto volumes = ComputeVolumes(shape, parallelism);
        // Activations: the same 2048 x 5120 x 2 bytes, 4 per layer and 2 more.
        uint64_t nActivations = 0;
        const auto& graph = *job.ranks[0].graph;
        for (OperationGraph::Index i = 0; i < graph.GetN(); ++i)
        {
            nActivations += graph.GetKind(i) == OperationKind::COLLECTIVE &&
                            graph.GetBytes(i) == volumes.tensorBytes;
        }
        NS_TEST_EXPECT_MSG_EQ(nActivations, 162, "as GptJob makes them");
        // Gradients: FP32, and its own count of parameters. It has matrices only (no norms or
        // biases), a vocabulary of 32000 instead of 51200, and counts the tied word embedding
        // twice: (40 x 12 h^2 + 2 x 32000 h) / 8 + 2048 h = 1 624 309 760 for a tensor rank.
        const uint64_t h = 5120;
        const uint64_t theirs = (40 * 12 * h * h + 2 * 32000 * h) / 8 + 2048 * h;
        NS_TEST_EXPECT_MSG_EQ(
            job.GetCollectiveBytes(0, Dimension::DATA, CollectiveType::REDUCE_SCATTER),
            4 * theirs,
            "their gradients");
        const auto rank = ComputeRankParameters(shape, parallelism);
        const uint64_t ours = 40 * (rank.attention + rank.mlp) + rank.embedding + rank.finalNorm;
        NS_TEST_EXPECT_MSG_EQ_TOL(static_cast<double>(theirs) / static_cast<double>(ours),
                                  1.0042,
                                  0.0001,
                                  "both counts differ by less than half a percent");
        CheckTimes(reading.workload);
    }

    /** The table of the demo holds the figures of the real file. */
    void CheckTimes(const AicbFile& workload)
    {
        std::ifstream input(std::string(NS_TEST_SOURCEDIR) + "/../../../traces/gpt-13b-a100.csv");
        std::vector<Finding> findings;
        const auto table = LayerTimesTable::Read(input, "gpt-13b-a100.csv", findings);
        NS_TEST_ASSERT_MSG_EQ(findings.size(), 0, "the table is fine");
        const auto inTicks = [](uint64_t ns) { return static_cast<fabric::Ticks>(1000 * ns); };
        uint64_t optimizer = 0;
        for (const auto& row : workload.rows)
        {
            const auto& part = row.name == "attention_layer" ? table.attention : table.mlp;
            if (row.name == "attention_layer" || row.name == "mlp_layer")
            {
                NS_TEST_EXPECT_MSG_EQ(
                    part->forward, inTicks(row.works[AicbFile::FORWARD].computeNs), row.name);
                NS_TEST_EXPECT_MSG_EQ(part->inputGradient,
                                      inTicks(row.works[AicbFile::INPUT_GRADIENT].computeNs),
                                      row.name);
                NS_TEST_EXPECT_MSG_EQ(part->weightGradient,
                                      inTicks(row.works[AicbFile::WEIGHT_GRADIENT].computeNs),
                                      row.name);
            }
            if (row.name == "grad_norm")
            {
                optimizer = row.works[AicbFile::FORWARD].computeNs +
                            row.works[AicbFile::INPUT_GRADIENT].computeNs;
            }
        }
        NS_TEST_EXPECT_MSG_EQ(*table.optimizer, inTicks(optimizer), "optimizer");
    }

    void CheckGpt13bSequenceParallel()
    {
        Reading reading;
        if (!ReadReal("G13B-M1-C02_GPT13B_megatron_tp8_pp1_mbs1_sp_A100.txt", reading))
        {
            return;
        }
        std::vector<Finding> findings;
        const auto job = BuildAicbJob(reading.workload, {32, false}, findings);
        // Per layer forward 2 AG + 2 RS, backward 2 + 2; and one AG of 3 248 619 520 bytes in the
        // row grad_norm.
        NS_TEST_EXPECT_MSG_EQ(job.GetNCollectives(0, Dimension::TENSOR, CollectiveType::ALL_GATHER),
                              4 * 40 + 1,
                              "All-Gathers");
        NS_TEST_EXPECT_MSG_EQ(
            job.GetCollectiveBytes(0, Dimension::TENSOR, CollectiveType::REDUCE_SCATTER),
            160 * 20'971'520ULL,
            "Reduce-Scatters");
    }

    /** A mixture of experts on 9,216 GPUs. */
    void CheckMoe()
    {
        Reading reading;
        if (!ReadReal("simai_example_moe_9216gpu_tp2_ep16_pp12.txt", reading))
        {
            return;
        }
        NS_TEST_EXPECT_MSG_EQ(HasError(reading.findings), false, reading.Text());
        NS_TEST_EXPECT_MSG_EQ(reading.workload.rows.size(), 1789, "rows");
        NS_TEST_EXPECT_MSG_EQ(reading.workload.pipelineBytes, 50'331'648, "without a colon");
        NS_TEST_EXPECT_MSG_EQ(reading.Says("collective of 0 bytes"), true, reading.Text());
        std::vector<Finding> findings;
        const auto job = BuildAicbJob(reading.workload, {}, findings);
        NS_TEST_ASSERT_MSG_EQ(job.ranks.size(), 9216, "ranks");
        NS_TEST_EXPECT_MSG_EQ(job.Check().size(), 0, "consistent");
        NS_TEST_EXPECT_MSG_EQ(job.ranks[0].graph.get(), job.ranks[9215].graph.get(), "one graph");
        // 384 rows, forward and backward, of 100 663 296 bytes
        NS_TEST_EXPECT_MSG_EQ(
            job.GetCollectiveBytes(0, Dimension::EXPERT, CollectiveType::ALL_TO_ALL),
            2 * 384 * 100'663'296ULL,
            "experts");
    }
};

/** Whatever bytes come, the importer neither crashes nor builds a job that cannot run. */
class AicbMutationTestCase : public TestCase
{
  public:
    AicbMutationTestCase()
        : TestCase("20,000 damaged workloads are read or refused, never anything else")
    {
    }

  private:
    /** @return the text with a random damage */
    std::string Damage(std::string text)
    {
        static const std::vector<std::string> pieces{"0",
                                                     "-1",
                                                     "4294967296",
                                                     "18446744073709551616",
                                                     "1e9",
                                                     "\n",
                                                     "\t",
                                                     std::string(1, '\0'),
                                                     "ALLREDUCE",
                                                     "NONE",
                                                     ":",
                                                     "checkpoints: 1000000",
                                                     "\xc3\x28"};
        if (text.empty())
        {
            return text;
        }
        const auto at = m_random->GetInteger(0, static_cast<uint32_t>(text.size()) - 1);
        switch (m_random->GetInteger(0, 4))
        {
        case 0:
            text[at] = static_cast<char>(m_random->GetInteger(0, 255));
            break;
        case 1:
            text.erase(at, m_random->GetInteger(1, 40));
            break;
        case 2:
            text.insert(at, pieces[m_random->GetInteger(0, pieces.size() - 1)]);
            break;
        case 3:
            text.insert(at, text.substr(m_random->GetInteger(0, at), 100));
            break;
        default:
            text.resize(at + 1);
            break;
        }
        return text;
    }

    void DoRun() override
    {
        m_random = CreateObject<UniformRandomVariable>();
        m_random->SetStream(1);
        uint32_t nGood = 0;
        uint32_t nJobs = 0;
        for (uint32_t i = 0; i < 20'000; ++i)
        {
            auto text = SAMPLE;
            for (uint32_t n = m_random->GetInteger(1, 4); n > 0; --n)
            {
                text = Damage(text);
            }
            const auto reading = Read(text);
            const auto nLines = std::count(text.begin(), text.end(), '\n') + 1;
            for (const auto& finding : reading.findings)
            {
                NS_TEST_ASSERT_MSG_EQ((finding.line <= nLines), true, "position in the file");
                NS_TEST_ASSERT_MSG_EQ(finding.message.empty(), false, "a reason");
            }
            if (HasError(reading.findings) || reading.workload.allGpus > 1024)
            {
                continue;
            }
            ++nGood;
            NS_TEST_ASSERT_MSG_EQ(reading.workload.rows.empty(), false, "rows");
            std::vector<Finding> findings;
            const auto job = BuildAicbJob(reading.workload, {}, findings);
            NS_TEST_ASSERT_MSG_EQ(job.ranks.empty(), HasError(findings), "a job or a reason");
            nJobs += !job.ranks.empty();
            if (i % 10 == 0)
            {
                NS_TEST_ASSERT_MSG_EQ(job.Check().size(), 0, "the job can run");
            }
        }
        // The damage is neither so small nor so large that only one side is tested.
        NS_TEST_EXPECT_MSG_GT(nGood, 1000, "many are still good");
        NS_TEST_EXPECT_MSG_LT(nGood, 15'000, "many are not");
        NS_TEST_EXPECT_MSG_LT(nJobs, nGood, "some good files describe no job");
    }

    Ptr<UniformRandomVariable> m_random; ///< the damage
};

/** Importer of AICB workloads. */
class AicbTestSuite : public TestSuite
{
  public:
    AicbTestSuite()
        : TestSuite("weft-workload-aicb", TestSuite::Type::UNIT)
    {
        AddTestCase(new AicbReadTestCase);
        AddTestCase(new AicbMalformedTestCase);
        AddTestCase(new AicbJobTestCase);
        AddTestCase(new AicbRealFilesTestCase);
        AddTestCase(new AicbMutationTestCase);
    }
};

AicbTestSuite g_aicbTestSuite; ///< registers the suite

} // namespace
