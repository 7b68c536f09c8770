/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-rank-reader.h"

#include "experiment-quantity.h"

#include <algorithm>
#include <sstream>

namespace ns3::experiment
{

namespace
{

constexpr uint32_t MOST_ACCELERATORS = 1U << 20; ///< more is a typing error

/** @return a number, if a text is one below MOST_ACCELERATORS and nothing else */
bool
ParseNumber(const std::string& text, uint32_t& value)
{
    if (text.empty() || text.size() > 7 ||
        !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
    {
        return false;
    }
    value = static_cast<uint32_t>(std::stoul(text));
    return value < MOST_ACCELERATORS;
}

} // namespace

std::vector<uint32_t>
ReadNumbers(YamlSection& section, const std::string& key, const std::string& help)
{
    std::string text;
    section.Text(key, help, text);
    std::vector<uint32_t> numbers;
    std::istringstream parts(text);
    std::string part;
    while (std::getline(parts, part, ','))
    {
        part.erase(std::remove(part.begin(), part.end(), ' '), part.end());
        const auto dash = part.find('-');
        uint32_t first = 0;
        uint32_t last = 0;
        const bool isGood =
            ParseNumber(part.substr(0, dash), first) &&
            ParseNumber(dash == std::string::npos ? part : part.substr(dash + 1), last) &&
            first <= last;
        if (!isGood)
        {
            section.Fail(key,
                         Quote(part) + " is no number or range of accelerators, such as 0-7,12");
            return {};
        }
        for (uint32_t number = first; number <= last; ++number)
        {
            numbers.push_back(number);
        }
    }
    return numbers;
}

PlacementScenario
ReadPlacement(YamlSection& job)
{
    PlacementScenario placement;
    YamlSection section =
        job.Section("placement",
                    "Which accelerators the ranks take. With it, the job may have fewer ranks "
                    "than the cluster has accelerators.");
    const auto& names = workload::GetPlacementNames();
    std::string name = names[0];
    section.Choice("policy",
                   "packed: server by server. affinity: likewise, next to each other in the "
                   "topology. rail: tensor groups dealt out to servers in turn, so that data "
                   "groups are on one rail. spread: ranks dealt out to servers in turn. random: "
                   "anywhere, by the seed.",
                   name,
                   names);
    placement.policy = static_cast<workload::PlacementPolicy>(
        std::min<std::ptrdiff_t>(std::find(names.begin(), names.end(), name) - names.begin(),
                                 static_cast<std::ptrdiff_t>(names.size()) - 1));
    placement.accelerators =
        ReadNumbers(section,
                    "accelerators",
                    "Instead of a policy: the accelerator of each rank, in their order, such as "
                    "0-7,16-23.");
    auto sorted = placement.accelerators;
    std::sort(sorted.begin(), sorted.end());
    if (const auto twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end())
    {
        section.Fail("accelerators",
                     "accelerator " + std::to_string(*twice) + " stands there twice");
    }
    if (section.Has("policy") && section.Has("accelerators"))
    {
        section.Fail("accelerators",
                     "both policy and accelerators are given, expected one of them");
    }
    section.Finish();
    placement.given = section.IsPresent();
    placement.position = section.GetPosition();
    return placement;
}

ComputationScenario
ReadComputation(YamlSection& job)
{
    ComputationScenario computation;
    YamlSection section =
        job.Section("computation", "What makes computations longer than the times say.");
    section.Duration("launchLatency",
                     "Time at the start of each computation in which it does nothing.",
                     computation.launchLatency);
    section.Real("deviation",
                 "Standard deviation of durations over their mean (log-normal, seeded).",
                 computation.deviation,
                 0,
                 10);
    section.Real("sharingSlowdown",
                 "How many times as long a computation takes while the rank communicates.",
                 computation.sharingSlowdown,
                 1,
                 100);
    section.List("stragglers",
                 "Accelerators that are slower than the others, or faster, such as other models.",
                 [&computation](YamlSection& element)
                 {
                     StragglerScenario straggler;
                     straggler.accelerators =
                         ReadNumbers(element, "accelerators", "Which ones, such as 0-7,12.");
                     element.Integer("random",
                                     "Instead: so many ranks at random, by the seed.",
                                     straggler.random,
                                     1,
                                     MOST_ACCELERATORS);
                     element.Real("slowdown",
                                  "How many times as long their computations take.",
                                  straggler.slowdown,
                                  0.001,
                                  1000,
                                  YamlSection::REQUIRED);
                     straggler.position = element.GetPosition();
                     if (!element.IsDescribing() &&
                         element.Has("accelerators") == element.Has("random"))
                     {
                         element.Fail("slowdown", "expected one of accelerators and random");
                     }
                     computation.stragglers.push_back(straggler);
                 });
    section.Finish();
    return computation;
}

} // namespace ns3::experiment
