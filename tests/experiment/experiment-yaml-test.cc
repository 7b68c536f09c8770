/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// The strict YAML layer: every fault is found, and said with its place.

#include "ns3/experiment-yaml-section.h"

#include <gtest/gtest.h>
#include <sstream>

using namespace ns3;
using namespace ns3::experiment;

namespace
{

/** @return what is said about a text */
std::string
Complaints(const std::string& content)
{
    Diagnostics diagnostics;
    const auto root = ReadYaml(content, "f.yaml", diagnostics);
    EXPECT_EQ(root == nullptr, !diagnostics.IsEmpty());
    std::ostringstream out;
    diagnostics.Print(out);
    return out.str();
}

TEST(Yaml, TreeWithPlaces)
{
    Diagnostics diagnostics;
    const auto root = ReadYaml("a: 1\nb:\n  - x\n  - {c: \"2\"}\n", "f.yaml", diagnostics);
    ASSERT_NE(root, nullptr);
    ASSERT_EQ(root->entries.size(), 2U);
    EXPECT_EQ(root->entries[1].key, "b");
    EXPECT_EQ(root->entries[1].position.line, 2U);
    const YamlNode& item = root->entries[1].value.items.at(1);
    EXPECT_EQ(item.kind, YamlNode::Kind::MAPPING);
    EXPECT_EQ(item.Find("c")->text, "2");
    EXPECT_EQ(item.Find("c")->position.line, 4U);
    EXPECT_EQ(item.Find("c")->position.column, 9U); // "  - {c: " has 8 characters
    EXPECT_EQ(item.Find("d"), nullptr);
}

TEST(Yaml, RefusesWhatItCannotVouchFor)
{
    const std::pair<std::string, const char*> cases[] = {
        {"", "f.yaml:1:1: the file is empty"},
        {"# only a comment\n", "f.yaml:1:1: the file is empty"},
        {"a: 1\nb: 2\na: 3\n", "f.yaml:3:1: key 'a' was given before"},
        {"a: &x 1\n", "f.yaml:1:4: anchors are not supported"},
        {"a: !!binary aGk=\n", "tag"},
        {"a: 1\n---\nb: 2\n", "a second document"},
        {std::string("a: 1\nb: \0\n", 10), "f.yaml:2:4: byte 0x00"},
        {"a: [1, 2\n", "not YAML"},
        {"a: \"open\n", "f.yaml:1:4: the quote is not closed"},
        {"b: \"x\"\na: 'open\n\n", "f.yaml:2:4: the quote is not closed"},
        {"a: 1\n b: 2\n", "f.yaml:2:"},
        {"? [1]\n: 2\n", "the key is not a text"},
        {std::string(33, '[') + std::string(33, ']'), "nested more than 32 levels"},
        {std::string(100000, '[') + std::string(100000, ']'), "nested more than 32 levels"},
        {"a: *x\n", "f.yaml:1:4: not YAML"},
    };
    for (const auto& [content, reason] : cases)
    {
        const std::string said = Complaints(content);
        EXPECT_NE(said.find(reason), std::string::npos) << content.substr(0, 40) << ": " << said;
        EXPECT_EQ(said.rfind("f.yaml:", 0), 0U) << said;
    }
}

TEST(Yaml, AliasBombIsRefusedAtOnce)
{
    std::string bomb = "a0: &a0 [x, x]\n";
    for (int i = 1; i < 30; ++i)
    {
        const std::string last = std::to_string(i - 1);
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + last + ", *a" +
                last + "]\n";
    }
    EXPECT_NE(Complaints(bomb).find("anchors are not supported"), std::string::npos);
}

/** What a test section reads. */
struct Sample
{
    std::string name{"none"};
    std::string kind{"one"};
    uint32_t count{4};
    double share{0.5};
    bool on{true};
    DataRate rate{400'000'000'000};
    Time delay{PicoSeconds(650000)};
    uint64_t bytes{4096};
    uint32_t inner{1};
    std::vector<uint32_t> elements;
};

/** Read the sample, or describe it. */
void
ReadSample(YamlSection& section, Sample& sample)
{
    section.Text("name", "a name", sample.name);
    section.Choice("kind", "a kind", sample.kind, {"one", "two"});
    section.Integer("count", "a count", sample.count, 1, 100);
    section.Real("share", "a share", sample.share, 0, 1);
    section.Boolean("on", "a switch", sample.on);
    section.Rate("rate", "a rate", sample.rate);
    section.Duration("delay", "a delay", sample.delay);
    section.Size("bytes", "a size", sample.bytes, 1, 1 << 20);
    YamlSection inner = section.Section("inner", "a mapping");
    inner.Integer("value", "its value", sample.inner, 0, 9);
    inner.Finish();
    section.List("elements",
                 "a list",
                 [&sample](YamlSection& element)
                 {
                     uint32_t value = 0;
                     element.Integer("value", "its value", value, 0, 9, YamlSection::REQUIRED);
                     sample.elements.push_back(value);
                 });
    section.Finish();
}

/** @return what is said about a sample */
std::string
ReadSampleText(const std::string& content, Sample& sample)
{
    Diagnostics diagnostics;
    const auto root = ReadYaml(content, "f.yaml", diagnostics);
    if (root)
    {
        YamlSection section(root.get(), "", diagnostics);
        ReadSample(section, sample);
    }
    std::ostringstream out;
    diagnostics.Print(out);
    return out.str();
}

TEST(Section, ReadsEveryKind)
{
    Sample sample;
    EXPECT_EQ(ReadSampleText("name: n\nkind: two\ncount: 7\nshare: 0.25\non: false\n"
                             "rate: 100Gbps\ndelay: 1us\nbytes: 9000B\ninner: {value: 3}\n"
                             "elements: [{value: 1}, {value: 2}]\n",
                             sample),
              "");
    EXPECT_EQ(sample.name, "n");
    EXPECT_EQ(sample.kind, "two");
    EXPECT_EQ(sample.count, 7U);
    EXPECT_DOUBLE_EQ(sample.share, 0.25);
    EXPECT_FALSE(sample.on);
    EXPECT_EQ(sample.rate.GetBitRate(), 100'000'000'000U);
    EXPECT_EQ(sample.delay.GetPicoSeconds(), 1'000'000);
    EXPECT_EQ(sample.bytes, 9000U);
    EXPECT_EQ(sample.inner, 3U);
    EXPECT_EQ(sample.elements, (std::vector<uint32_t>{1, 2}));
}

TEST(Section, KeepsDefaultsWhenNothingIsThere)
{
    Sample sample;
    EXPECT_EQ(ReadSampleText("{}", sample), "");
    EXPECT_EQ(sample.count, 4U);
    EXPECT_EQ(sample.inner, 1U);
}

TEST(Section, SaysAllThatIsWrongAtOnce)
{
    Sample sample;
    const std::string said = ReadSampleText("nmae: n\nkind: tow\ncount: 101\nshare: 2\non: yes\n"
                                            "rate: 400Gpbs\ndelay: 5\nbytes: 2MiB\ninner: 3\n"
                                            "elements: [{vlaue: 1}, 7]\n",
                                            sample);
    for (const char* line : {
             "f.yaml:1:1: unknown key 'nmae'; did you mean 'name'?\n",
             "f.yaml:2:7: kind: 'tow' is not known, expected one of one, two; did you mean "
             "'two'?\n",
             "f.yaml:3:8: count: '101' is out of range, expected an integer from 1 to 100\n",
             "f.yaml:4:8: share: '2' is out of range, expected a number from 0 to 1\n",
             "f.yaml:5:5: on: 'yes' is no truth value, expected true or false\n",
             "f.yaml:6:7: rate: '400Gpbs' has the unknown unit 'Gpbs', expected a rate above 0",
             "f.yaml:7:8: delay: '5' has no unit, expected a time such as 1us\n",
             "f.yaml:8:8: bytes: '2MiB' is out of range, expected a size from 1B to 1MiB",
             "f.yaml:9:8: inner: '3', expected a mapping\n",
             "f.yaml:10:12: elements[0].value is missing, expected an integer from 0 to 9\n",
             "f.yaml:10:13: unknown key 'vlaue' in elements[0]; did you mean 'value'?\n",
             "f.yaml:10:24: '7', expected a mapping (key: value) for elements[1]\n",
         })
    {
        EXPECT_NE(said.find(line), std::string::npos) << line << "not in\n" << said;
    }
    EXPECT_EQ(sample.count, 4U); // wrong values change nothing
}

TEST(Section, DescribesWhatItReads)
{
    Sample sample;
    Diagnostics diagnostics;
    std::vector<KeyDescription> keys;
    YamlSection section(nullptr, "", diagnostics, &keys);
    ReadSample(section, sample);
    ASSERT_EQ(keys.size(), 12U);
    EXPECT_EQ(keys[2].path, "count");
    EXPECT_EQ(keys[2].form, "an integer from 1 to 100");
    EXPECT_EQ(keys[2].defaultText, "4");
    EXPECT_EQ(keys[6].defaultText, "650ns");
    EXPECT_EQ(keys[9].path, "inner.value");
    EXPECT_EQ(keys[11].path, "elements[].value");
    EXPECT_EQ(keys[11].defaultText, "(required)");
    EXPECT_TRUE(diagnostics.IsEmpty());
}

} // namespace
