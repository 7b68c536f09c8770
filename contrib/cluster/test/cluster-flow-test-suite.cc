/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/cluster-flow-reader.h"
#include "ns3/cluster-flow-spec.h"
#include "ns3/cluster-size-distribution.h"
#include "ns3/cluster-topology-reader.h"
#include "ns3/cluster-topology-spec.h"
#include "ns3/test.h"

#include <cmath>
#include <fstream>
#include <set>
#include <sstream>

using namespace ns3;
using namespace ns3::cluster;

namespace
{

/** @return a cluster of n accelerators of 100 Gb/s */
FlowSites
Sites(std::size_t n)
{
    return {std::vector<uint64_t>(n, 100'000'000'000)};
}

/** Built-in and other distributions of sizes. */
class SizeDistributionTestCase : public TestCase
{
  public:
    SizeDistributionTestCase()
        : TestCase("distributions of sizes")
    {
    }

  private:
    void DoRun() override
    {
        // Sum over the pieces of (share of the piece) * (middle of the piece):
        // WebSearch, 750 + 750 + 2500 + 4000 + 8450 + 9800 + 60000 + 150000 + 350000 + 525000 +
        // 600000 = 1711250; the others likewise.
        CheckMean("websearch", 1'711'250);
        CheckMean("WebSearch", 1'711'250);
        CheckMean("FB_Hadoop", 120'420.75);
        CheckMean("ali-storage", 40'869.8);
        NS_TEST_EXPECT_MSG_EQ(SizeDistribution::Find("web").has_value(), false, "unknown name");

        const auto web = *SizeDistribution::Find("websearch");
        NS_TEST_EXPECT_MSG_EQ(web.GetQuantile(0), 1, "at least one byte");
        NS_TEST_EXPECT_MSG_EQ(web.GetQuantile(0.15), 10'000, "a point");
        NS_TEST_EXPECT_MSG_EQ(web.GetQuantile(0.65), 600'000, "between points");
        NS_TEST_EXPECT_MSG_EQ(web.GetQuantile(0.985), 20'000'000, "last piece");

        // half of all are 100 bytes: two points of one size are not allowed, but almost
        std::istringstream text("# bytes percent\n100 0\n\n100.5 50\r\n 200\t100 \n");
        std::vector<TopologyError> errors;
        const auto read = SizeDistribution::Read(text, errors);
        NS_TEST_ASSERT_MSG_EQ(read.has_value(), true, "read");
        NS_TEST_EXPECT_MSG_EQ_TOL(read->GetMean(), 0.5 * 100.25 + 0.5 * 150.25, 1e-9, "mean");

        CheckWrong("100\n", 1, 1, "one word");
        CheckWrong("x 0\n", 1, 1, "no size");
        CheckWrong("1 101\n", 1, 3, "no percentage");
        CheckWrong("1 5\n", 1, 3, "first percentage is not 0");
        CheckWrong("1 0\n1 100\n", 2, 1, "not larger");
        CheckWrong("1 0\n2 50\n3 40\n", 3, 3, "smaller");
        CheckWrong("1 0\n2 50\n", 2, 0, "before 100 %");
        CheckWrong("", 0, 0, "before 100 %");
    }

    /** Check the mean of a built-in distribution. */
    void CheckMean(const std::string& name, double mean)
    {
        const auto sizes = SizeDistribution::Find(name);
        NS_TEST_ASSERT_MSG_EQ(sizes.has_value(), true, name);
        NS_TEST_EXPECT_MSG_EQ_TOL(sizes->GetMean(), mean, 1e-6, name);
        double sum = 0;
        for (int i = 0; i < 100'000; ++i)
        {
            sum += static_cast<double>(sizes->GetQuantile((i + 0.5) / 100'000));
        }
        NS_TEST_EXPECT_MSG_EQ_TOL(sum / 100'000, mean, mean / 1000, name << " by quantiles");
    }

    /** Check the error of a text. */
    void CheckWrong(const std::string& text,
                    uint32_t line,
                    uint32_t column,
                    const std::string& part)
    {
        std::istringstream input(text);
        std::vector<TopologyError> errors;
        NS_TEST_ASSERT_MSG_EQ(SizeDistribution::Read(input, errors).has_value(), false, text);
        NS_TEST_ASSERT_MSG_EQ(errors.size(), 1, text);
        NS_TEST_EXPECT_MSG_EQ(errors[0].position.line, line, text);
        NS_TEST_EXPECT_MSG_EQ(errors[0].position.column, column, text);
        NS_TEST_EXPECT_MSG_NE(errors[0].message.find(part), std::string::npos, errors[0].message);
    }
};

/** Patterns. */
class FlowPatternTestCase : public TestCase
{
  public:
    FlowPatternTestCase()
        : TestCase("flow patterns")
    {
    }

  private:
    void DoRun() override
    {
        auto flows = Make("one:src=0,dst=127,size=2MiB,start=1.5us,class=5", 128);
        NS_TEST_ASSERT_MSG_EQ(flows.size(), 1, "one");
        NS_TEST_EXPECT_MSG_EQ(flows[0].source, 0, "one");
        NS_TEST_EXPECT_MSG_EQ(flows[0].destination, 127, "one");
        NS_TEST_EXPECT_MSG_EQ(flows[0].bytes, 2'097'152, "one");
        NS_TEST_EXPECT_MSG_EQ(flows[0].start, 1'500'000, "one");
        NS_TEST_EXPECT_MSG_EQ(+flows[0].priority, 5, "one");
        NS_TEST_EXPECT_MSG_EQ(+flows[0].verb, +MessageVerb::WRITE, "one");
        flows = Make("all-to-all:size=8,verb=compare-swap", 3);
        NS_TEST_ASSERT_MSG_EQ(flows.size(), 6, "all to all");
        NS_TEST_EXPECT_MSG_EQ(+flows[5].verb, +MessageVerb::COMPARE_SWAP, "all to all");

        // 4 senders among the 8 accelerators other than 3: 4 + 0, 2, 4, 6 modulo 9.
        flows = Make("incast:n=4,dst=3,size=1MiB", 9);
        NS_TEST_ASSERT_MSG_EQ(flows.size(), 4, "incast");
        const uint32_t senders[] = {4, 6, 8, 1};
        for (std::size_t i = 0; i < flows.size(); ++i)
        {
            NS_TEST_EXPECT_MSG_EQ(flows[i].source, senders[i], "sender " << i);
            NS_TEST_EXPECT_MSG_EQ(flows[i].destination, 3, "receiver");
        }
        flows = Make("incast:n=8,dst=8", 9);
        std::set<uint32_t> all;
        for (const auto& flow : flows)
        {
            all.insert(flow.source);
        }
        NS_TEST_EXPECT_MSG_EQ(all.size(), 8, "everybody sends");
        NS_TEST_EXPECT_MSG_EQ(all.count(8), 0, "but the receiver");

        flows = Make("all-to-all:size=64KiB", 5);
        std::set<std::pair<uint32_t, uint32_t>> pairs;
        for (const auto& flow : flows)
        {
            pairs.insert({flow.source, flow.destination});
            NS_TEST_EXPECT_MSG_NE(flow.source, flow.destination, "all to all others");
        }
        NS_TEST_EXPECT_MSG_EQ(flows.size(), 20, "all to all");
        NS_TEST_EXPECT_MSG_EQ(pairs.size(), 20, "each pair once");

        Permutation();
        Poisson();
    }

    /** Everybody once at either end, and the same with the same stream. */
    void Permutation()
    {
        const auto flows = Make("permutation:size=2MiB", 128);
        std::set<uint32_t> destinations;
        for (std::size_t i = 0; i < flows.size(); ++i)
        {
            NS_TEST_EXPECT_MSG_EQ(flows[i].source, i, "in the order of the senders");
            NS_TEST_EXPECT_MSG_NE(flows[i].destination, i, "not to oneself");
            destinations.insert(flows[i].destination);
        }
        NS_TEST_EXPECT_MSG_EQ(destinations.size(), 128, "everybody receives once");
        const auto again = Make("permutation:size=2MiB", 128);
        const auto other = Make("permutation:size=2MiB", 128, 17);
        bool same = true;
        bool different = false;
        for (std::size_t i = 0; i < flows.size(); ++i)
        {
            same = same && flows[i].destination == again[i].destination;
            different = different || flows[i].destination != other[i].destination;
        }
        NS_TEST_EXPECT_MSG_EQ(same, true, "the same stream");
        NS_TEST_EXPECT_MSG_EQ(different, true, "another stream");
    }

    /** Load, pairs and times of a Poisson process. */
    void Poisson()
    {
        // 16 accelerators of 100 Gb/s at 50 %: 0.8 Tb/s = 1e11 bytes/s; AliStorage, mean 40869.8:
        // 2446794 flows/s. In 20 ms: 48936, and within 4 sigma (221 each) of that.
        const auto flows = Make("poisson:cdf=ali_storage,load=0.5,duration=20ms", 16);
        NS_TEST_EXPECT_MSG_EQ_TOL(static_cast<double>(flows.size()), 48'936, 885, "number");
        double bytes = 0;
        std::vector<uint32_t> sent(16, 0);
        std::vector<uint32_t> received(16, 0);
        int64_t before = 0;
        for (const auto& flow : flows)
        {
            bytes += static_cast<double>(flow.bytes);
            NS_TEST_EXPECT_MSG_NE(flow.source, flow.destination, "not to oneself");
            ++sent[flow.source];
            ++received[flow.destination];
            NS_TEST_EXPECT_MSG_EQ((flow.start >= before), true, "ascending");
            before = flow.start;
        }
        // The standard deviation of a size is about 142 kB: 4 sigma of the sum are 6.3 %.
        NS_TEST_EXPECT_MSG_EQ_TOL(bytes / 2e9, 1, 0.08, "load");
        NS_TEST_EXPECT_MSG_LT(before, 20'000'000'000, "within the duration");
        NS_TEST_EXPECT_MSG_GT(before, 19'900'000'000, "until the end of the duration");
        for (int i = 0; i < 16; ++i)
        {
            NS_TEST_EXPECT_MSG_EQ_TOL(sent[i], 3058, 250, "sent by " << i);
            NS_TEST_EXPECT_MSG_EQ_TOL(received[i], 3058, 250, "received by " << i);
        }
        const auto again = Make("poisson:cdf=ali_storage,load=0.5,duration=20ms", 16);
        NS_TEST_EXPECT_MSG_EQ(again.size(), flows.size(), "the same stream");
        NS_TEST_EXPECT_MSG_EQ(again.back().start, flows.back().start, "the same stream");
    }

    /** @return the flows of a description that is good */
    std::vector<Flow> Make(const std::string& spec, std::size_t n, int64_t stream = 0)
    {
        std::vector<TopologyError> errors;
        auto flows = GenerateFlows(spec, Sites(n), stream, errors);
        for (const auto& error : errors)
        {
            NS_TEST_EXPECT_MSG_EQ(error.Format(spec), "", "no error");
        }
        return flows.value_or(std::vector<Flow>());
    }
};

/** Descriptions with something wrong. */
class FlowPatternErrorTestCase : public TestCase
{
  public:
    FlowPatternErrorTestCase()
        : TestCase("flow patterns with something wrong")
    {
    }

  private:
    void DoRun() override
    {
        Check("incost:n=4", 4, 1, "expected one of: all-to-all, incast, one, permutation, poisson");
        Check("incast:n=4,sise=1MiB", 9, 12, "unknown parameter 'sise'");
        Check("incast:size=1Mb", 9, 13, "'1Mb' for size, expected a size such as 2MiB");
        Check("incast:n=0", 9, 10, "expected a whole number");
        Check("incast:n=9", 9, 1, "N is 9, expected at most 8 senders");
        Check("incast:n=2,dst=9", 9, 1, "Dst is 9, expected an accelerator 0 to 8");
        Check("one:dst=9", 9, 1, "expected accelerators 0 to 8");
        Check("one:src=1,dst=1", 9, 1, "Src and Dst are both 1");
        Check("one:size=0.5", 9, 10, "expected a size");
        Check("permutation:size=1MiB", 1, 1, "one accelerator has no flows");
        Check("all-to-all", 4000, 1, "flows, expected at most 10000000");
        Check("poisson:cdf=nosuch", 9, 1, "Cdf is 'nosuch', expected websearch, fb-hadoop");
        Check("poisson:load=0", 9, 1, "Load is 0");
        Check("poisson:load=-1", 9, 14, "expected a number");
        Check("poisson:duration=0s", 9, 1, "Duration is 0");
        Check("poisson:duration=100h", 9, 1, "flows, expected at most");
        Check("one:class=8", 9, 11, "expected a whole number");
        Check("one:verb=raed", 9, 10, "expected one of write|read|fetch-add|compare-swap");
        Check("one:size=9,verb=fetch-add", 9, 1, "an atomic operation is on 8 bytes");

        const std::string file = CreateTempDirFilename("sizes.txt");
        std::ofstream(file) << "0 0\n10 50\nten 60\n";
        Check("poisson:cdf=" + file, 9, 1, file + ":3:1: no size");
    }

    /** Check the error of a description. */
    void Check(const std::string& spec, std::size_t n, uint32_t column, const std::string& part)
    {
        int64_t stream = 0;
        std::vector<TopologyError> errors;
        NS_TEST_EXPECT_MSG_EQ(
            GenerateFlows(spec, Sites(n), stream, errors).has_value(), false, spec);
        NS_TEST_ASSERT_MSG_EQ(errors.empty(), false, spec);
        NS_TEST_EXPECT_MSG_EQ(errors[0].position.column, column, spec);
        NS_TEST_EXPECT_MSG_NE(
            errors[0].message.find(part), std::string::npos, spec << ": " << errors[0].message);
    }
};

/** Files of flows. */
class FlowReaderTestCase : public TestCase
{
  public:
    FlowReaderTestCase()
        : TestCase("lists of flows in CSV and of the HPCC family")
    {
    }

  private:
    void DoRun() override
    {
        std::vector<TopologyError> errors;
        const auto fabric = *GenerateTopology("leaf-spine:leaves=2,spines=1,hosts=4", errors);
        auto flows = Read("# flows\n"
                          "dst, bytes ,src,start\r\n"
                          "\n"
                          "1,2MiB,0,1.5us\r\n"
                          "0, 100, 7, 0.25\n",
                          fabric);
        NS_TEST_ASSERT_MSG_EQ(flows.size(), 2, "CSV");
        Expect(flows[0], {0, 1, 2'097'152, 1'500'000, 3});
        Expect(flows[1], {7, 0, 100, 250'000'000'000, 3});
        flows = Read("src,dst,bytes,start,class\n0,1,0,0,6", fabric);
        NS_TEST_ASSERT_MSG_EQ(flows.size(), 1, "CSV with class");
        Expect(flows[0], {0, 1, 0, 0, 6});
        NS_TEST_EXPECT_MSG_EQ(Read("src,dst,bytes,start\n", fabric).size(), 0, "no flows");
        flows = Read("src,dst,bytes,start,verb\n0,1,5,0,read\n0,1,8,0,fetch-add\n0,1,5,0,write\n"
                     "0,1,8,0,compare-swap\n",
                     fabric);
        NS_TEST_ASSERT_MSG_EQ(flows.size(), 4, "CSV with verbs");
        Expect(flows[0], {0, 1, 5, 0, 3, MessageVerb::READ});
        Expect(flows[1], {0, 1, 8, 0, 3, MessageVerb::FETCH_ADD});
        Expect(flows[2], {0, 1, 5, 0, 3, MessageVerb::WRITE});
        Expect(flows[3], {0, 1, 8, 0, 3, MessageVerb::COMPARE_SWAP});
        Wrong("src,dst,bytes,start,verb\n0,1,5,0,raed\n", fabric, 2, 9, "expected write, read,");
        Wrong("src,dst,bytes,start,verb\n0,1,9,0,fetch-add\n", fabric, 2, 5, "the 8 bytes");

        // flow.txt of HPCC, of ConWeave; the same ids since the topology is another
        flows = Read("2\n0 7 3 100 4000000000 2.000000001\n7 1 4 100 1000 2\n", fabric);
        NS_TEST_ASSERT_MSG_EQ(flows.size(), 2, "HPCC");
        Expect(flows[0], {0, 7, 4'000'000'000, 2'000'000'001'000, 3});
        Expect(flows[1], {7, 1, 1000, 2'000'000'000'000, 4});
        flows = Read("1\n0 7 3 5000 1e-3\n", fabric);
        NS_TEST_ASSERT_MSG_EQ(flows.size(), 1, "ConWeave");
        Expect(flows[0], {0, 7, 5000, 1'000'000'000, 3});

        // With a topology.txt the places are its node ids: 0 is the switch, so host 1 is
        // accelerator 0.
        std::istringstream text("3 1 2\n0\n1 0 100Gbps 1us 0\n2 0 100Gbps 1us 0\n");
        const auto hpcc = *TopologyReader::Read(text, errors);
        flows = Read("1\n2 1 3 100 5000 0\n", hpcc);
        NS_TEST_ASSERT_MSG_EQ(flows.size(), 1, "HPCC with its topology");
        Expect(flows[0], {1, 0, 5000, 0, 3});
        Wrong("1\n2 0 3 100 5000 0\n", hpcc, 2, 3, "node 0 is no host");
        // In CSV they are accelerators.
        Expect(Read("src,dst,bytes,start\n0,1,5,0\n", hpcc)[0], {0, 1, 5, 0, 3});

        Wrong("", fabric, 0, 0, "the file is empty");
        Wrong("\n \n# nothing\n", fabric, 3, 0, "the file is empty");
        Wrong("0,1,100,0\n", fabric, 1, 1, "column '0', expected a header of src, dst");
        Wrong("src,dst,size,start\n", fabric, 1, 9, "column 'size'");
        Wrong("src,dst,bytes,src\n", fabric, 1, 15, "there twice");
        Wrong("src,dst,bytes\n", fabric, 1, 1, "no column 'start'");
        const std::string header = "src,dst,bytes,start\n";
        Wrong(header + "0,1,100\n", fabric, 2, 1, "3 fields, expected the 4");
        Wrong(header + "0,8,100,0\n", fabric, 2, 3, "no accelerator 8, expected 0 to 7");
        Wrong(header + "0, -1,100,0\n", fabric, 2, 4, "expected the number of an accelerator");
        Wrong(header + "0,0,100,0\n", fabric, 2, 3, "its own source");
        Wrong(header + "0,1,1e6,0\n", fabric, 2, 5, "'1e6', expected a size");
        Wrong(header + "0,1,99999999999999999999,0\n", fabric, 2, 5, "expected a size");
        Wrong(header + "0,1,100,-1us\n", fabric, 2, 9, "expected a time");
        Wrong(header + "0,1,100,soon\n", fabric, 2, 9, "'soon', expected a time");
        Wrong(header + std::string("0,1,1\0,0\n", 9), fabric, 2, 5, "'1?', expected a size");
        Wrong("src,dst,bytes,start,class\n0,1,1,0,8\n", fabric, 2, 9, "class 0 to 7");
        Wrong("2 3\n", fabric, 1, 3, "alone on its line");
        Wrong("99999999999\n", fabric, 1, 1, "the number of flows, at most 10000000");
        Wrong("2\n0 1 3 100 5 0\n", fabric, 3, 1, "ends after 1 flows, expected 2");
        Wrong("1\n0 1 3 100 5 0\n0 1 3 100 5 0\n", fabric, 3, 1, "after the 1 flows");
        Wrong("1\n0 1 3 5\n", fabric, 2, 1, "4 words, expected src dst pg [dport] size start");
        Wrong("2\n0 1 3 100 5 0\n0 1 3 5 0\n", fabric, 3, 1, "expected 6 as in the first");
        Wrong("1\n0 1 9 100 5 0\n", fabric, 2, 5, "class 0 to 7");

        errors.clear();
        NS_TEST_EXPECT_MSG_EQ(
            FlowReader::ReadFile("/nonexistent", fabric, errors).has_value(), false, "no file");
        NS_TEST_EXPECT_MSG_EQ(errors[0].Format("/nonexistent"),
                              "/nonexistent: cannot be read: No such file or directory",
                              "no file");
        errors.clear();
        NS_TEST_EXPECT_MSG_EQ(FlowReader::ReadFile("/", fabric, errors).has_value(), false, "/");
        // At most twenty errors, however many there are.
        std::string many = header;
        for (int i = 0; i < 100; ++i)
        {
            many += "x,1,1,0\n";
        }
        errors.clear();
        std::istringstream input(many);
        FlowReader::Read(input, fabric, errors);
        NS_TEST_EXPECT_MSG_EQ(errors.size(), 20, "not too many errors");
    }

    /** @return the flows of a text that is good */
    std::vector<Flow> Read(const std::string& text, const TopologyGraph& graph)
    {
        std::istringstream input(text);
        std::vector<TopologyError> errors;
        auto flows = FlowReader::Read(input, graph, errors);
        for (const auto& error : errors)
        {
            NS_TEST_EXPECT_MSG_EQ(error.Format(text), "", "no error");
        }
        return flows.value_or(std::vector<Flow>());
    }

    /** Compare a flow. */
    void Expect(const Flow& flow, const Flow& expected)
    {
        NS_TEST_EXPECT_MSG_EQ(flow.source, expected.source, "source");
        NS_TEST_EXPECT_MSG_EQ(flow.destination, expected.destination, "destination");
        NS_TEST_EXPECT_MSG_EQ(flow.bytes, expected.bytes, "bytes");
        NS_TEST_EXPECT_MSG_EQ(flow.start, expected.start, "start");
        NS_TEST_EXPECT_MSG_EQ(+flow.priority, +expected.priority, "class");
        NS_TEST_EXPECT_MSG_EQ(+flow.verb, +expected.verb, "verb");
    }

    /** Check the first error of a text. */
    void Wrong(const std::string& text,
               const TopologyGraph& graph,
               uint32_t line,
               uint32_t column,
               const std::string& part)
    {
        std::istringstream input(text);
        std::vector<TopologyError> errors;
        NS_TEST_EXPECT_MSG_EQ(FlowReader::Read(input, graph, errors).has_value(), false, text);
        NS_TEST_ASSERT_MSG_EQ(errors.empty(), false, text);
        NS_TEST_EXPECT_MSG_EQ(errors[0].position.line, line, text << errors[0].message);
        NS_TEST_EXPECT_MSG_EQ(errors[0].position.column, column, text << errors[0].message);
        NS_TEST_EXPECT_MSG_NE(
            errors[0].message.find(part), std::string::npos, text << errors[0].message);
    }
};

/** The suite. */
class FlowTestSuite : public TestSuite
{
  public:
    FlowTestSuite()
        : TestSuite("weft-cluster-flow", TestSuite::Type::UNIT)
    {
        AddTestCase(new SizeDistributionTestCase);
        AddTestCase(new FlowPatternTestCase);
        AddTestCase(new FlowPatternErrorTestCase);
        AddTestCase(new FlowReaderTestCase);
    }
};

FlowTestSuite g_flowTestSuite; ///< registers the suite

} // namespace
