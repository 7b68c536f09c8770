/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Scenarios that are good, and the named network stacks.

#include "ns3/experiment-attribute-check.h"
#include "ns3/experiment-file.h"
#include "ns3/experiment-scenario.h"
#include "ns3/type-id.h"

#include <filesystem>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <sstream>
#include <unistd.h>

using namespace ns3;
using namespace ns3::experiment;

namespace
{

/** @return a scenario of the source tree */
std::optional<Scenario>
Read(const std::string& name)
{
    Diagnostics diagnostics;
    auto scenario = ReadScenario(std::string(WEFT_SOURCE_DIR) + "/" + name, diagnostics);
    std::ostringstream said;
    diagnostics.Print(said);
    EXPECT_EQ(said.str(), "");
    return scenario;
}

TEST(Scenario, TheDemoIsWhatItSays)
{
    const auto scenario = Read("scenarios/demo-gpt13b.yaml");
    ASSERT_TRUE(scenario);
    EXPECT_EQ(scenario->cluster.graph.GetNAccelerators(), 32U);
    EXPECT_EQ(scenario->cluster.graph.GetNServers(), 4U);
    EXPECT_EQ(scenario->cluster.graph.GetNAttachments(), 32U);
    EXPECT_EQ(scenario->job.shape.hidden, 5120U);
    EXPECT_EQ(scenario->job.shape.layers, 40U);
    EXPECT_EQ(scenario->job.parallelism.tensor, 8U);
    EXPECT_EQ(scenario->job.parallelism.data, 4U);
    EXPECT_EQ(scenario->job.parallelism.GetNMicroBatches(), 8U);
    // AICB's figure for the attention of a layer, forward: 752 us
    EXPECT_EQ(scenario->job.times.attention.forward, 752'000'000);
    for (const auto& edge : scenario->cluster.graph.GetEdges())
    {
        EXPECT_EQ(edge.link.bitRate, 400'000'000'000U);
    }
}

TEST(Scenario, EveryShippedScenarioIsGood)
{
    int count = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::string(WEFT_SOURCE_DIR) + "/scenarios"))
    {
        if (entry.path().extension() == ".yaml")
        {
            EXPECT_TRUE(Read("scenarios/" + entry.path().filename().string()));
            ++count;
        }
    }
    EXPECT_GE(count, 1);
}

TEST(Scenario, ConfigurationTellsEverythingApart)
{
    const auto one = Read("tests/data/scenarios/small.yaml");
    const auto two = Read("tests/data/scenarios/long.yaml");
    ASSERT_TRUE(one && two);
    EXPECT_NE(one->ToJson(), two->ToJson());
    EXPECT_EQ(one->ToJson(), Read("tests/data/scenarios/small.yaml")->ToJson());
    EXPECT_NE(
        one->ToJson().find("\"ns3::rdma::Nic::CongestionControl\": \"ns3::rdma::DcqcnVendor\""),
        std::string::npos);
}

/** @return a text changed at a random place in a random way */
std::string
Mutate(std::string text, std::mt19937& random)
{
    const std::string meaningful = "{}[]:,-&*!|>'\"%@`#\n\t 0919eE.+";
    auto place = [&text, &random]() { return random() % (text.size() + 1); };
    const std::size_t at = place();
    switch (random() % 6)
    {
    case 0: // cut off
        return text.substr(0, at);
    case 1: // a part is missing
        return text.erase(at, random() % 20);
    case 2: // another character
        return text.replace(at, at < text.size() ? 1 : 0, 1, static_cast<char>(random() % 256));
    case 3: // a character that means something to YAML or to a number
        return text.insert(at, 1, meaningful[random() % meaningful.size()]);
    case 4: // a part comes twice
        return text.insert(at, text.substr(place(), random() % 40));
    default: // a large number
        return text.insert(at, "99999999999999999999");
    }
}

TEST(Scenario, NoMutationGetsThroughTheReaderUnseen)
{
    // Whatever the file: the reader ends, and gives either a scenario or a complaint.
    const std::string good = std::string(WEFT_SOURCE_DIR) + "/tests/data/scenarios/explicit.yaml";
    std::string error;
    const auto original = ReadWholeFile(good, 1 << 20, error);
    ASSERT_TRUE(original) << error;
    const std::string path =
        ::testing::TempDir() + "weft-mutation-" + std::to_string(getpid()) + ".yaml";
    std::mt19937 random(20261122);
    int refused = 0;
    constexpr int N = 1500;
    for (int i = 0; i < N; ++i)
    {
        const std::string once = Mutate(*original, random);
        ASSERT_TRUE(WriteWholeFile(path, i % 2 == 0 ? once : Mutate(once, random), error));
        Diagnostics diagnostics;
        const auto scenario = ReadScenario(path, diagnostics);
        EXPECT_EQ(scenario.has_value(), diagnostics.IsEmpty());
        refused += scenario ? 0 : 1;
    }
    std::remove(path.c_str());
    EXPECT_GT(refused, N / 2);
}

TEST(NetworkStack, EverySettingIsGood)
{
    EXPECT_GE(NetworkStack::GetAll().size(), 3U);
    for (const auto& stack : NetworkStack::GetAll())
    {
        for (const auto& setting : stack.settings)
        {
            EXPECT_EQ(CheckAttributeDefault(setting.name, setting.value), "") << setting.name;
        }
        if (!stack.marker.empty())
        {
            EXPECT_EQ(CheckTypeName(stack.marker, "ns3::fabric::Marker"), "");
        }
        EXPECT_NE(NetworkStack::GetHelpText().find(stack.name), std::string::npos);
    }
    EXPECT_FALSE(NetworkStack::Find("rocev3"));
}

/** @return defaults, as text, of all attributes that some stack sets */
std::map<std::string, std::string>
GetDefaults()
{
    std::map<std::string, std::string> defaults;
    for (const auto& stack : NetworkStack::GetAll())
    {
        for (const auto& setting : stack.settings)
        {
            const auto end = setting.name.rfind("::");
            TypeId::AttributeInformation info;
            EXPECT_TRUE(TypeId::LookupByName(setting.name.substr(0, end))
                            .LookupAttributeByName(setting.name.substr(end + 2), &info));
            defaults[setting.name] = info.initialValue->SerializeToString(info.checker);
        }
    }
    return defaults;
}

TEST(NetworkStack, OneCanBeAppliedAfterTheOther)
{
    // What a stack leaves alone is as it was declared, whichever stack was applied before.
    for (const auto& two : NetworkStack::GetAll())
    {
        two.Apply();
        const auto expected = GetDefaults();
        for (const auto& one : NetworkStack::GetAll())
        {
            one.Apply();
            two.Apply();
            EXPECT_EQ(GetDefaults(), expected) << two.name << " after " << one.name;
        }
        for (const auto& setting : two.settings)
        {
            EXPECT_FALSE(expected.at(setting.name).empty()) << setting.name;
        }
    }
    NetworkStack::Find("rocev2-dcqcn")->Apply();
}

} // namespace
