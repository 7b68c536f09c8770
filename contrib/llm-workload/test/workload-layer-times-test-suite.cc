/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/random-variable-stream.h"
#include "ns3/test.h"
#include "ns3/workload-layer-times.h"

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::workload;

namespace
{

const std::string HEADER = "part,forward_ns,input_gradient_ns,weight_gradient_ns\n";
const std::string PARTS = "attention,100,200,300\nmlp,400,500,600\n";

/** @return GPT-13B on TP 8 with micro-batches of one */
Parallelism
DemoParallelism()
{
    Parallelism parallelism;
    parallelism.tensor = 8;
    return parallelism;
}

/** Times from operation counts. */
class FromFlopsTestCase : public TestCase
{
  public:
    FromFlopsTestCase()
        : TestCase("times from operation counts are count over tensor x peak x efficiency")
    {
    }

  private:
    void DoRun() override
    {
        const auto shape = *ModelShape::Preset("gpt-3-13b");
        auto parallelism = DemoParallelism();
        parallelism.microBatch = 2;
        Accelerator accelerator;
        accelerator.peakFlops = 200e12;
        accelerator.memoryRate = 2e12;
        const auto times = LayerTimes::FromFlops(shape, parallelism, accelerator, 0.5);
        // attention 8 s h^2 + 4 s^2 h = 515 396 075 520 per sample; x 2 / 8 / 100e12
        NS_TEST_EXPECT_MSG_EQ(times.attention.forward, 1'288'490'189, "1.288 ms");
        // MLP 16 s h^2 = 858 993 459 200
        NS_TEST_EXPECT_MSG_EQ(times.mlp.weightGradient, 2'147'483'648, "2.147 ms");
        // output 2 s h V = 1 073 741 824 000
        NS_TEST_EXPECT_MSG_EQ(times.output.inputGradient, 2'684'354'560, "2.684 ms");
        NS_TEST_EXPECT_MSG_EQ(times.embedding.forward, 0, "free");
        // 12 858 214 400 / 8 parameters x 30 bytes / 2e12
        NS_TEST_EXPECT_MSG_EQ(times.optimizer, 24'109'152'000, "24.1 ms");
    }
};

/** Times that the memory bounds. */
class RooflineTestCase : public TestCase
{
  public:
    RooflineTestCase()
        : TestCase("the roofline is the longer of computing and moving")
    {
    }

  private:
    void DoRun() override
    {
        const auto shape = *ModelShape::Preset("gpt-3-13b");
        auto parallelism = DemoParallelism();
        Accelerator accelerator;
        accelerator.peakFlops = 200e12;
        accelerator.memoryRate = 2e12;
        const auto flops = LayerTimes::FromFlops(shape, parallelism, accelerator, 0.5);
        auto times = LayerTimes::FromRoofline(shape, parallelism, accelerator, 0.5);
        // 41 943 040 000 operations per ms against 2 GB per ms: matrices are bound by operations.
        NS_TEST_EXPECT_MSG_EQ(times.attention.forward, flops.attention.forward, "attention");
        NS_TEST_EXPECT_MSG_EQ(times.mlp.weightGradient, flops.mlp.weightGradient, "MLP");
        // The embedding has no operations: 2 x 2048 x 5120 x 2 bytes at 2 TB/s.
        NS_TEST_EXPECT_MSG_EQ(times.embedding.forward, 20'971'520, "embedding");
        accelerator.memoryRate = 1e9;
        times = LayerTimes::FromRoofline(shape, parallelism, accelerator, 0.5);
        // MLP: 26 232 320 weights x 2 bytes; activations: 2048 x (4 x 5120 in all tensor ranks +
        // mask 5120, and 4 x 20 480 / 8): 52 464 640 + 73 400 320 bytes at 1 GB/s. The mask of the
        // attention is in its account too: 2048 x 5120.
        NS_TEST_EXPECT_MSG_EQ(
            times.mlp.forward, (52'464'640 + 73'400'320 + 10'485'760) * 1000LL, "MLP");
        NS_TEST_EXPECT_MSG_EQ(
            times.mlp.weightGradient - times.mlp.forward, 52'464'640 * 1000LL, "and written");
        // 13 124 480 weights; 2048 x 2 x (2 x 5120 + 4 x 5120 / 8)
        NS_TEST_EXPECT_MSG_EQ(
            times.attention.inputGradient, (26'248'960 + 52'428'800) * 1000LL, "attention");
        // 32 768 000 weights; 2048 x (2 x 5120 + 4 x 51200 / 8)
        NS_TEST_EXPECT_MSG_EQ(
            times.output.forward, (65'536'000 + 73'400'320) * 1000LL, "output layer");
    }
};

/** Reading tables. */
class ReadTableTestCase : public TestCase
{
  public:
    ReadTableTestCase()
        : TestCase("a table of times is read; whatever is wrong is refused with its position")
    {
    }

  private:
    static LayerTimesTable Read(const std::string& text, std::string& said)
    {
        std::istringstream input(text);
        std::vector<Finding> findings;
        const auto table = LayerTimesTable::Read(input, "t.csv", findings);
        std::ostringstream lines;
        for (const auto& finding : findings)
        {
            lines << finding;
        }
        said = lines.str();
        return table;
    }

    void Refuse(const std::string& text, const std::string& expected)
    {
        std::string said;
        Read(text, said);
        NS_TEST_EXPECT_MSG_EQ(said, expected, "what is wrong");
    }

    void DoRun() override
    {
        std::string said;
        const auto table = Read("# comment\n\n" + HEADER + "@tensor,8 # here\r\n" + PARTS +
                                    "output, 7, 8 ,9\noptimizer,1000,,\n",
                                said);
        NS_TEST_EXPECT_MSG_EQ(said, "", "fine");
        NS_TEST_EXPECT_MSG_EQ(table.attention->weightGradient, 300'000, "300 ns");
        NS_TEST_EXPECT_MSG_EQ(table.mlp->GetBackward(), 1'100'000, "500 + 600 ns");
        NS_TEST_EXPECT_MSG_EQ(table.output->inputGradient, 8000, "blanks do no harm");
        NS_TEST_EXPECT_MSG_EQ(*table.optimizer, 1'000'000, "1000 ns");
        NS_TEST_EXPECT_MSG_EQ(table.holdsFor[LayerTimesTable::TENSOR], 8, "condition");
        NS_TEST_EXPECT_MSG_EQ(table.holdsForLine[LayerTimesTable::TENSOR], 4, "its line");

        Refuse("",
               "t.csv: error: empty, expected the header "
               "`part,forward_ns,input_gradient_ns,weight_gradient_ns`");
        Refuse("part;forward\n",
               "t.csv:1:1: error: expected the header "
               "`part,forward_ns,input_gradient_ns,weight_gradient_ns`, got 'part;forward'");
        Refuse(HEADER + "attention,1,2,3\n",
               "t.csv: error: truncated: the parts attention and mlp must be there");
        Refuse(HEADER + "attention,1,2\n",
               "t.csv:2:1: error: expected 4 fields as in the header, got 3");
        Refuse(HEADER + "attention,1,x,3\n",
               "t.csv:2:13: error: expected whole nanoseconds from 0 to 10^12, got 'x'");
        Refuse(HEADER + "attention,1,2,-3\n",
               "t.csv:2:15: error: expected whole nanoseconds from 0 to 10^12, got '-3'");
        Refuse(HEADER + "attention,1,2,99999999999999\n",
               "t.csv:2:15: error: expected whole nanoseconds from 0 to 10^12, got "
               "'99999999999999'");
        Refuse(HEADER + PARTS + "mlp,1,2,3\n",
               "t.csv:4:1: error: part 'mlp' stands here for the second time");
        Refuse(HEADER + "head,1,2,3\n",
               "t.csv:2:1: error: unknown part 'head', expected embedding, attention, mlp, "
               "experts, output "
               "or optimizer");
        Refuse(HEADER + "optimizer,1,2,3\n",
               "t.csv:2:13: error: the optimizer has only its forward_ns");
        Refuse(HEADER + "@gpu,a100\n",
               "t.csv:2:1: error: unknown key '@gpu', expected @hidden, @sequence, @ffn, @tensor "
               "or @micro_batch");
        Refuse(HEADER + "@tensor,0\n",
               "t.csv:2:9: error: expected @tensor,N with N from 1 to 4294967295");
        Refuse(HEADER + "@tensor\n",
               "t.csv:2:1: error: expected @tensor,N with N from 1 to 4294967295");
        Refuse(HEADER + std::string("mlp,1,2\0,3\n", 11),
               "t.csv:2:7: error: expected whole nanoseconds from 0 to 10^12, got '2\\x00'");
        Mutate();
    }

    /** Whatever bytes come, there is a table or a reason. */
    void Mutate()
    {
        const auto random = CreateObject<UniformRandomVariable>();
        random->SetStream(2);
        const auto original = HEADER + "@tensor,8\n" + PARTS + "optimizer,1000,,\n";
        uint32_t nGood = 0;
        for (uint32_t i = 0; i < 10'000; ++i)
        {
            auto text = original;
            for (uint32_t n = random->GetInteger(1, 3); n > 0; --n)
            {
                const auto at = random->GetInteger(0, text.size() - 1);
                const bool isDigit = random->GetInteger(0, 1) == 0;
                text[at] = static_cast<char>(isDigit ? random->GetInteger('0', '9')
                                                     : random->GetInteger(0, 255));
                text.resize(random->GetInteger(0, 9) == 0 ? at + 1 : text.size());
            }
            std::string said;
            const auto table = Read(text, said);
            NS_TEST_ASSERT_MSG_EQ(
                (table.attention && table.mlp) || !said.empty(), true, "a table or a reason");
            nGood += said.empty();
        }
        NS_TEST_EXPECT_MSG_GT(nGood, 100, "some are still good");
        NS_TEST_EXPECT_MSG_LT(nGood, 5000, "most are not");
    }
};

/** Use of tables. */
class ApplyTableTestCase : public TestCase
{
  public:
    ApplyTableTestCase()
        : TestCase("a table is used only for what it was measured, gaps are estimated")
    {
    }

  private:
    void DoRun() override
    {
        std::ifstream input(std::string(NS_TEST_SOURCEDIR) + "/../../../traces/gpt-13b-a100.csv");
        NS_TEST_ASSERT_MSG_EQ(bool(input), true, "the table of the demo is there");
        std::vector<Finding> findings;
        const auto table = LayerTimesTable::Read(input, "gpt-13b-a100.csv", findings);
        NS_TEST_ASSERT_MSG_EQ(findings.size(), 0, "and fine");
        const auto shape = *ModelShape::Preset("gpt-3-13b");
        const auto accelerator = *Accelerator::Preset("a100");
        const auto times = table.Apply(shape, DemoParallelism(), accelerator, findings);
        NS_TEST_EXPECT_MSG_EQ(times.attention.forward, 752'000'000, "0.752 ms");
        NS_TEST_EXPECT_MSG_EQ(times.optimizer, 27'956'000'000, "27.956 ms");
        // Attention and MLP do (515 396 075 520 + 858 993 459 200) / 8 operations in 1.502 ms; the
        // output layer's 1 073 741 824 000 / 8 take 1.502 ms x 1 073.741824 / 1 374.38953472.
        NS_TEST_EXPECT_MSG_EQ(times.output.forward, 1'173'437'500, "1.173 ms");
        NS_TEST_ASSERT_MSG_EQ(findings.size(), 1, "the estimate is told of");
        NS_TEST_EXPECT_MSG_EQ(findings[0].message,
                              "no part output: estimated as 1173437 ns forward from operation "
                              "counts at the efficiency of attention and mlp",
                              "how");

        findings.clear();
        auto parallelism = DemoParallelism();
        parallelism.tensor = 4;
        auto other = shape;
        other.sequence = 4096;
        table.Apply(other, parallelism, accelerator, findings);
        NS_TEST_ASSERT_MSG_EQ(findings.size(), 3, "two conditions fail, one estimate");
        NS_TEST_EXPECT_MSG_EQ(HasError(findings), true, "refused");
        NS_TEST_EXPECT_MSG_EQ(
            findings[1].message, "measured for tensor 8, but the job has 4", "why");
        NS_TEST_EXPECT_MSG_EQ(findings[1].line, 17, "where");
    }
};

/** Times of the parts of a model. */
class LayerTimesTestSuite : public TestSuite
{
  public:
    LayerTimesTestSuite()
        : TestSuite("weft-workload-layer-times", TestSuite::Type::UNIT)
    {
        AddTestCase(new FromFlopsTestCase);
        AddTestCase(new RooflineTestCase);
        AddTestCase(new ReadTableTestCase);
        AddTestCase(new ApplyTableTestCase);
    }
};

LayerTimesTestSuite g_layerTimesTestSuite; ///< registers the suite

} // namespace
