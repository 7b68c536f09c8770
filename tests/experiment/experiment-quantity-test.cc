/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Quantities, suggestions, JSON and command lines: the parts of ns3::experiment that stand alone.

#include "ns3/experiment-attribute-check.h"
#include "ns3/experiment-json-writer.h"
#include "ns3/experiment-program-options.h"
#include "ns3/experiment-quantity.h"
#include "ns3/experiment-suggestion.h"
#include "ns3/fabric-time.h"

#include <cmath>
#include <gtest/gtest.h>
#include <sstream>

using namespace ns3;
using namespace ns3::experiment;

namespace
{

/** Sets the time resolution once, before the first Time is made. */
class PicosecondEnvironment : public ::testing::Environment
{
  public:
    void SetUp() override
    {
        fabric::UsePicoseconds();
    }
};

const auto* const g_environment =
    ::testing::AddGlobalTestEnvironment(new PicosecondEnvironment); // owned by GoogleTest

/** @return the exit code, or -1 if the program would go on */
int
ParseLine(ProgramOptions& options, std::vector<std::string> arguments)
{
    std::vector<char*> argv{const_cast<char*>("program")};
    for (auto& argument : arguments)
    {
        argv.push_back(argument.data());
    }
    return options.Parse(static_cast<int>(argv.size()), argv.data()).value_or(-1);
}

TEST(Quantity, RatesInEveryUnit)
{
    std::string error;
    EXPECT_EQ(ParseRate("400Gbps", error)->GetBitRate(), 400'000'000'000U);
    EXPECT_EQ(ParseRate("51.2Tbps", error)->GetBitRate(), 51'200'000'000'000U);
    EXPECT_EQ(ParseRate("0.1Gb/s", error)->GetBitRate(), 100'000'000U);
    EXPECT_EQ(ParseRate("50GB/s", error)->GetBitRate(), 400'000'000'000U);
    EXPECT_EQ(ParseRate("1KiB/s", error)->GetBitRate(), 8192U);
    EXPECT_EQ(ParseRate("4e2Gbps", error)->GetBitRate(), 400'000'000'000U);
    EXPECT_EQ(error, "");
}

TEST(Quantity, BadRatesSayWhy)
{
    const std::pair<const char*, const char*> cases[] = {
        {"400Gpbs", "unknown unit 'Gpbs'"},
        {"400", "has no unit"},
        {"Gbps", "does not start with a number"},
        {"", "does not start with a number"},
        {"-1Gbps", "does not start with a number"},
        {"0Gbps", "is zero"},
        {"400 Gbps", "unknown unit ' Gbps'"},
        {"1e30Gbps", "too large"},
        {"1e999999Gbps", "too large"},
        {"nanGbps", "does not start with a number"},
        {"0x10Gbps", "unknown unit 'x10Gbps'"},
        {"1.Gbps", "does not start with a number"},
    };
    for (const auto& [text, reason] : cases)
    {
        std::string error;
        EXPECT_FALSE(ParseRate(text, error)) << text;
        EXPECT_NE(error.find(reason), std::string::npos) << text << ": " << error;
        EXPECT_NE(error.find("expected"), std::string::npos) << error;
    }
}

TEST(Quantity, TimesArePicosecondsExactly)
{
    std::string error;
    EXPECT_EQ(ParseTime("1us", error)->GetPicoSeconds(), 1'000'000);
    EXPECT_EQ(ParseTime("0.1us", error)->GetPicoSeconds(), 100'000);
    EXPECT_EQ(ParseTime("0.64ns", error)->GetPicoSeconds(), 640);
    EXPECT_EQ(ParseTime("3ps", error)->GetPicoSeconds(), 3);
    EXPECT_EQ(ParseTime("2min", error)->GetPicoSeconds(), 120'000'000'000'000);
    EXPECT_EQ(ParseTime("0", error)->GetPicoSeconds(), 0);
    EXPECT_EQ(ParseTime("0s", error)->GetPicoSeconds(), 0);
    EXPECT_EQ(error, "");
    EXPECT_FALSE(ParseTime("0.1ps", error));
    EXPECT_NE(error.find("too small"), std::string::npos) << error;
    EXPECT_FALSE(ParseTime("101d", error)); // int64 picoseconds end after 106 days
    EXPECT_NE(error.find("too large"), std::string::npos) << error;
    EXPECT_FALSE(ParseTime("5", error));
    EXPECT_FALSE(ParseTime("-5us", error));
    EXPECT_FALSE(ParseTime("5 parsecs", error));
    EXPECT_FALSE(ParseTime(std::string("1us\0x", 5), error));
    EXPECT_NE(error.find("\\x00"), std::string::npos) << error;
}

TEST(Quantity, SizesAndNumbers)
{
    std::string error;
    EXPECT_EQ(*ParseSize("2MiB", error), 2'097'152U);
    EXPECT_EQ(*ParseSize("4kB", error), 4000U);
    EXPECT_EQ(*ParseSize("1.5KiB", error), 1536U);
    EXPECT_EQ(*ParseSize("0B", error), 0U);
    EXPECT_FALSE(ParseSize("2M", error));
    EXPECT_FALSE(ParseSize("1e9TiB", error));
    EXPECT_EQ(*ParseUnsigned("18446744073709551615", error), UINT64_MAX);
    EXPECT_FALSE(ParseUnsigned("18446744073709551616", error));
    EXPECT_FALSE(ParseUnsigned("-1", error));
    EXPECT_FALSE(ParseUnsigned("1.0", error));
    EXPECT_FALSE(ParseUnsigned("7abc", error));
    EXPECT_EQ(*ParseInteger("-7", error), -7);
    EXPECT_DOUBLE_EQ(*ParseReal("-2.5e-3", error), -0.0025);
    EXPECT_FALSE(ParseReal("1e999", error));
    EXPECT_FALSE(ParseReal("inf", error));
    EXPECT_FALSE(ParseReal("0x1p3", error));
    EXPECT_TRUE(*ParseBoolean("true", error));
    EXPECT_FALSE(ParseBoolean("yes", error));
}

TEST(Suggestion, NearestName)
{
    const std::vector<std::string> known{"cluster", "network", "job", "record"};
    EXPECT_EQ(FindNearest("clutser", known), "cluster");
    EXPECT_EQ(FindNearest("Network", known), "network");
    EXPECT_EQ(FindNearest("jobs", known), "job");
    EXPECT_EQ(FindNearest("temperature", known), "");
    EXPECT_EQ(FindNearest(std::string(100000, 'a'), known), "");
    EXPECT_EQ(Suggest("temperature", known), "known: cluster, network, job, record");
}

TEST(Json, NestingEscapingAndNumbers)
{
    std::ostringstream out;
    JsonWriter json(out);
    json.BeginObject();
    json.Field("name", "a\"b\\c\nd");
    json.Field("third", 1.0 / 3.0);
    json.Field("bad", std::nan(""));
    json.Field("big", uint64_t{18446744073709551615U});
    json.BeginArray("list");
    json.Value(int64_t{-1});
    json.Value(true);
    json.EndArray();
    json.BeginObject("empty");
    json.EndObject();
    json.NullField("none");
    json.EndObject();
    EXPECT_EQ(out.str(),
              "{\n  \"name\": \"a\\\"b\\\\c\\u000ad\",\n  \"third\": 0.3333333333333333,\n"
              "  \"bad\": null,\n  \"big\": 18446744073709551615,\n"
              "  \"list\": [\n    -1,\n    true\n  ],\n  \"empty\": {},\n  \"none\": null\n}\n");
}

TEST(Options, TakesEveryKindOfValue)
{
    ProgramOptions options("test", "Tests.");
    uint32_t hosts = 16;
    uint64_t size = 1024;
    double load = 0.5;
    Time delay = MicroSeconds(1);
    DataRate rate("100Gbps");
    bool verbose = false;
    std::string stack = "a";
    std::string file;
    options.AddInteger<uint32_t>("hosts", "hosts", hosts, 2, 65536);
    options.AddSize("size", "message size", size);
    options.AddReal("load", "offered load", load, 0.0, 1.0);
    options.AddTime("delay", "link delay", delay);
    options.AddRate("rate", "link rate", rate);
    options.AddFlag("verbose", "more", verbose);
    options.AddChoice("stack", "stack", stack, {"a", "b"});
    options.AddArgument("FILE", "scenario", file);
    EXPECT_EQ(ParseLine(options,
                        {"--hosts=128",
                         "--size=2MiB",
                         "--load=0.8",
                         "--delay=650ns",
                         "--rate=400Gbps",
                         "--verbose",
                         "--stack=b",
                         "x.yaml",
                         "--seed=7",
                         "--json=out.json",
                         "--quiet"}),
              -1);
    EXPECT_EQ(hosts, 128U);
    EXPECT_EQ(size, 2'097'152U);
    EXPECT_DOUBLE_EQ(load, 0.8);
    EXPECT_EQ(delay, NanoSeconds(650));
    EXPECT_EQ(rate.GetBitRate(), 400'000'000'000U);
    EXPECT_TRUE(verbose);
    EXPECT_EQ(stack, "b");
    EXPECT_EQ(file, "x.yaml");
    EXPECT_EQ(options.GetSeed().value(), 7U);
    EXPECT_EQ(options.GetJsonFile(), "out.json");
    EXPECT_TRUE(options.IsQuiet());
}

TEST(Options, RefusesWhatIsWrong)
{
    const std::pair<const char*, const char*> cases[] = {
        {"--hots=128", "did you mean '--hosts'?"},
        {"--hosts", "value is missing"},
        {"--hosts=1", "expected an integer from 2 to 65536"},
        {"--hosts=128x", "not an integer"},
        {"--hosts=99999999999999999999", "too large"},
        {"--seed=0", "expected an integer from 1 to 4294944442"},
        {"--seed=4294944443", "out of range"},
        {"--RngSeed=0", "out of range"},
        {"--RngRun=-1", "not an integer"},
        {"--SchedulerType=ns3::Node", "ns3::Scheduler"},
        {"--quiet=maybe", "expected true or false"},
        {"--json=", "empty"},
        {"stray", "unexpected argument"},
        {"--ns3::NoSuchClass::X=1", "no class"},
        {"--ns3::Node::X=1", "no attribute"},
        {"--ns3::Node::Id=3", "cannot be set"},
        {"--ns3::ErrorModel::IsEnabled=perhaps", "expected true or false"},
        {"--ns3::RateErrorModel::ErrorUnit=ERROR_UNIT_BTI", "is not one of"},
        {"--ns3::RateErrorModel::ErrorRate=abc", "not a number"},
        {"--ns3::SimpleNetDevice::DataRate=40Gpbs", "unknown unit"},
        {"--ns3::SimpleChannel::Delay=1parsec", "unknown unit"},
        {"--ns3::SimpleNetDevice::TxQueue=ns3::Node", "expected a class derived from"},
        {"--PrintAttributes=ns3::NoSuchClass", "no class"},
    };
    for (const auto& [argument, reason] : cases)
    {
        ProgramOptions options("test", "Tests.");
        uint32_t hosts = 16;
        options.AddInteger<uint32_t>("hosts", "hosts", hosts, 2, 65536);
        testing::internal::CaptureStderr();
        EXPECT_EQ(ParseLine(options, {argument}), 2) << argument;
        const std::string said = testing::internal::GetCapturedStderr();
        EXPECT_NE(said.find(reason), std::string::npos) << argument << ": " << said;
        EXPECT_EQ(hosts, 16U);
    }
}

TEST(Options, MissingArgumentAndRepeatedOption)
{
    ProgramOptions options("test", "Tests.");
    std::string file;
    options.AddArgument("SCENARIO", "a scenario file", file);
    testing::internal::CaptureStderr();
    EXPECT_EQ(ParseLine(options, {"--seed=1", "--seed=2"}), 2);
    const std::string said = testing::internal::GetCapturedStderr();
    EXPECT_NE(said.find("argument SCENARIO is missing"), std::string::npos) << said;
    EXPECT_NE(said.find("given before"), std::string::npos) << said;
}

TEST(Options, HelpListsEveryOptionWithDefault)
{
    ProgramOptions options("test", "Tests.");
    Time delay = NanoSeconds(650);
    options.AddTime("delay", "link delay", delay);
    testing::internal::CaptureStdout();
    EXPECT_EQ(ParseLine(options, {"--help"}), 0);
    const std::string help = testing::internal::GetCapturedStdout();
    for (const char* text : {"--json:", "--output:", "--seed:", "--quiet:", "--delay:", "[650ns]"})
    {
        EXPECT_NE(help.find(text), std::string::npos) << text << " in " << help;
    }
}

TEST(Options, PrinterEndsTheProgramEvenWithoutArguments)
{
    ProgramOptions options("test", "Tests.");
    std::string file;
    options.AddArgument("SCENARIO", "a scenario file", file);
    options.AddPrinter("reference", "print the reference", [] { return std::string("text\n"); });
    testing::internal::CaptureStdout();
    EXPECT_EQ(ParseLine(options, {"--reference"}), 0);
    EXPECT_EQ(testing::internal::GetCapturedStdout(), "text\n");
}

TEST(Options, AttributeDefaultsAreApplied)
{
    ProgramOptions options("test", "Tests.");
    EXPECT_EQ(ParseLine(options, {"--ns3::RateErrorModel::ErrorRate=0.25"}), -1);
    EXPECT_EQ(CheckAttributeDefault("ns3::RateErrorModel::IsEnabled", "true"),
              "attribute 'IsEnabled' belongs to the base class, expected "
              "ns3::ErrorModel::IsEnabled");
    TypeId::AttributeInformation info;
    ASSERT_TRUE(
        TypeId::LookupByName("ns3::RateErrorModel").LookupAttributeByName("ErrorRate", &info));
    EXPECT_EQ(info.initialValue->SerializeToString(info.checker), "0.25");
}

} // namespace
