/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-astra-sim-files.h"

#include "experiment-yaml-node.h"

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>

namespace ns3::experiment
{

namespace
{

/// Most accelerators of a server.
constexpr double MOST_IN_SERVER = 64;

/** @return a number in a text, if it is one and nothing else, and above or equal to 0 */
std::optional<double>
ParseNumber(const std::string& text)
{
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (text.empty() || *end != '\0' || !std::isfinite(value) || value < 0)
    {
        return std::nullopt;
    }
    return value;
}

/** Reads one network file. */
class NetworkReader
{
  public:
    NetworkReader(const YamlNode& root, Diagnostics& diagnostics)
        : m_root(root),
          m_diagnostics(diagnostics)
    {
    }

    std::string Run()
    {
        const std::size_t before = m_diagnostics.GetN();
        for (const auto& entry : m_root.entries)
        {
            if (entry.key != "topology" && entry.key != "npus_count" && entry.key != "bandwidth" &&
                entry.key != "latency")
            {
                m_diagnostics.AddNote(entry.position, entry.key + " has no meaning here: ignored");
            }
        }
        const auto kinds = Texts("topology");
        const auto counts = Numbers("npus_count", 1, 65535);
        const auto bandwidths = Numbers("bandwidth", 1e-6, 1e6);
        const auto latencies = Numbers("latency", 0, 1e9);
        if (m_diagnostics.GetN() > before)
        {
            return "";
        }
        const std::size_t n = kinds.size();
        if (n > 2 || counts.size() != n || bandwidths.size() != n || latencies.size() != n)
        {
            m_diagnostics.Add(
                m_root.position,
                "lists of " + std::to_string(n) + ", " + std::to_string(counts.size()) + ", " +
                    std::to_string(bandwidths.size()) + " and " + std::to_string(latencies.size()) +
                    " dimensions, expected four of 1 (a server) or of 2 (servers and "
                    "rails)");
            return "";
        }
        return Describe(kinds, counts, bandwidths, latencies);
    }

  private:
    std::vector<std::string> Texts(const std::string& key)
    {
        const auto* node = m_root.Find(key);
        if (!node || node->kind != YamlNode::Kind::LIST || node->items.empty())
        {
            m_diagnostics.Add(node ? node->position : m_root.position,
                              "expected " + key + ", a list with an entry for each dimension");
            return {};
        }
        std::vector<std::string> texts;
        for (const auto& item : node->items)
        {
            texts.push_back(item.text);
            if (key == "topology" && item.text != "Ring" && item.text != "Switch" &&
                item.text != "FullyConnected")
            {
                m_diagnostics.Add(item.position,
                                  "'" + item.text + "', expected Ring, Switch or FullyConnected");
            }
        }
        return texts;
    }

    std::vector<double> Numbers(const std::string& key, double least, double most)
    {
        std::vector<double> numbers;
        for (const auto& text : Texts(key))
        {
            const auto number = ParseNumber(text);
            if (!number || *number < least || *number > most ||
                (key == "npus_count" && *number != std::floor(*number)))
            {
                m_diagnostics.Add(m_root.Find(key)->items[numbers.size()].position,
                                  key + ": '" + text + "', expected a number from " +
                                      std::to_string(least) + " to " + std::to_string(most));
                return {};
            }
            numbers.push_back(*number);
        }
        return numbers;
    }

    std::string Describe(const std::vector<std::string>& kinds,
                         const std::vector<double>& counts,
                         const std::vector<double>& bandwidths,
                         const std::vector<double>& latencies)
    {
        const auto& where = m_root.Find("topology")->items;
        for (std::size_t dimension = 0; dimension < kinds.size(); ++dimension)
        {
            if (kinds[dimension] != "Switch")
            {
                m_diagnostics.AddNote(where[dimension].position,
                                      kinds[dimension] +
                                          " becomes a switch, with one port of the bandwidth for "
                                          "each accelerator: the same for rings, not for others");
            }
        }
        if (counts[0] > MOST_IN_SERVER)
        {
            m_diagnostics.Add(m_root.Find("npus_count")->items[0].position,
                              "a first dimension of more than 64: it would be a server");
            return "";
        }
        const auto whole = [](double value) { return std::to_string(std::llround(value)); };
        // GB are 2^30 bytes there.
        const auto rate = [&whole](double gigabytes)
        { return whole(gigabytes * 1073741824.0 * 8) + "bps"; };
        const double hops = kinds[0] == "Switch" ? 2 : 1;
        std::string text = "rail-optimized:servers=" + whole(counts.size() > 1 ? counts[1] : 1) +
                           ",rails=" + whole(counts[0]) +
                           ",spines=0,scale-up-rate=" + rate(bandwidths[0]) +
                           ",scale-up-latency=" + whole(latencies[0] * hops * 1000) + "ps";
        if (counts.size() > 1)
        {
            text += ",rate=" + rate(bandwidths[1]) + ",delay=" + whole(latencies[1] * 1000) + "ps";
        }
        return text;
    }

    const YamlNode& m_root;     ///< the file
    Diagnostics& m_diagnostics; ///< where to report
};

/** Reads one system file. */
class SystemReader
{
  public:
    SystemReader(const YamlNode& root, Diagnostics& diagnostics)
        : m_root(root),
          m_diagnostics(diagnostics)
    {
    }

    AstraSimSystem Run()
    {
        const auto* roofline = m_root.Find("roofline-enabled");
        const bool hasRoofline = roofline && roofline->text != "0";
        for (const auto& [key, position, value] : m_root.entries)
        {
            if (key == "endpoint-delay")
            {
                const auto delay = Number(key, value);
                Set("StepLatency", std::to_string(std::llround(delay * 1000)) + "ps");
            }
            else if (key == "peak-perf" && hasRoofline)
            {
                m_system.peakFlops = Number(key, value) * 1e12;
            }
            else if (key == "local-mem-bw" && hasRoofline)
            {
                m_system.memoryRate = Number(key, value) * 1e9;
            }
            else if (key == "all-reduce-implementation" || key == "all-gather-implementation" ||
                     key == "reduce-scatter-implementation" || key == "all-to-all-implementation")
            {
                TakeImplementation(key, value);
            }
            else if (key != "roofline-enabled")
            {
                m_diagnostics.AddNote(position, key + " has no meaning here: ignored");
            }
        }
        return m_system;
    }

  private:
    double Number(const std::string& key, const YamlNode& value)
    {
        const auto number = ParseNumber(value.text);
        if (!number || *number > 1e9)
        {
            m_diagnostics.Add(value.position, key + ": expected a number from 0 to 10^9");
            return 0;
        }
        return *number;
    }

    void Set(const std::string& attribute, const std::string& value)
    {
        m_system.settings.push_back({"ns3::collective::CollectiveEngine::" + attribute, value});
    }

    /** @return what is nearest to an implementation, or nothing */
    static std::string FindAlgorithm(const std::string& key, const std::string& name)
    {
        // Names of a collective in keys, its attribute, and what it is called in algorithms.
        static const std::map<std::pair<std::string, std::string>, std::string> algorithms{
            {{"all-reduce", "ring"}, "RingAllReduce"},
            {{"all-reduce", "direct"}, "DirectAllReduce"},
            {{"all-reduce", "halvingDoubling"}, "HalvingDoublingAllReduce"},
            {{"all-reduce", "doubleBinaryTree"}, "DoubleTreeAllReduce"},
            {{"all-gather", "ring"}, "RingAllGather"},
            {{"all-gather", "direct"}, "DirectAllGather"},
            {{"all-gather", "halvingDoubling"}, "BruckAllGather"},
            {{"reduce-scatter", "ring"}, "RingReduceScatter"},
            {{"reduce-scatter", "direct"}, "DirectReduceScatter"},
            {{"reduce-scatter", "halvingDoubling"}, "BruckReduceScatter"},
            {{"all-to-all", "ring"}, "PairwiseAllToAll"},
            {{"all-to-all", "direct"}, "PairwiseAllToAll"}};
        // oneRing and oneDirect are the same on one dimension; directN has a window of N.
        const std::string plain = name == "oneRing"                                     ? "ring"
                                  : name == "oneDirect" || name.rfind("direct", 0) == 0 ? "direct"
                                                                                        : name;
        const auto at = algorithms.find({key.substr(0, key.find("-implementation")), plain});
        return at == algorithms.end() ? "" : at->second;
    }

    void TakeImplementation(const std::string& key, const YamlNode& value)
    {
        static const std::map<std::string, std::string> attributes{
            {"all-reduce-implementation", "AllReduce"},
            {"all-gather-implementation", "AllGather"},
            {"reduce-scatter-implementation", "ReduceScatter"},
            {"all-to-all-implementation", "AllToAll"}};
        const bool isList = value.kind == YamlNode::Kind::LIST && !value.items.empty();
        const std::string name = isList ? value.items[0].text : "";
        std::string algorithm = FindAlgorithm(key, name);
        if (algorithm.empty())
        {
            m_diagnostics.Add(value.position,
                              key + ": '" + name +
                                  "', expected a list that begins with ring, oneRing, direct, "
                                  "oneDirect, halvingDoubling or doubleBinaryTree");
            return;
        }
        if (value.items.size() > 1)
        {
            const bool isAllReduce = key == "all-reduce-implementation";
            algorithm = isAllReduce ? "HierarchicalAllReduce" : algorithm;
            m_diagnostics.AddNote(
                value.position,
                key + " of several dimensions: " + algorithm +
                    (isAllReduce ? ", rings within and across servers" : " over all of them"));
        }
        Set(attributes.at(key), "ns3::collective::" + algorithm);
    }

    const YamlNode& m_root;     ///< the file
    Diagnostics& m_diagnostics; ///< where to report
    AstraSimSystem m_system;    ///< what it says
};

/** @return the file, if it is a mapping */
std::unique_ptr<YamlNode>
ReadMapping(const std::string& path, Diagnostics& diagnostics)
{
    auto root = ReadYamlFile(path, path, diagnostics);
    if (root && root->kind != YamlNode::Kind::MAPPING)
    {
        diagnostics.Add(root->position, "expected keys and values");
        return nullptr;
    }
    return root;
}

} // namespace

bool
IsAstraSimNetwork(const std::string& path)
{
    const auto dot = path.rfind('.');
    const std::string end = dot == std::string::npos ? "" : path.substr(dot);
    return end == ".yml" || end == ".yaml" || end == ".json";
}

std::string
ReadAstraSimNetwork(const std::string& path, Diagnostics& diagnostics)
{
    const auto root = ReadMapping(path, diagnostics);
    return root ? NetworkReader(*root, diagnostics).Run() : "";
}

AstraSimSystem
ReadAstraSimSystem(const std::string& path, Diagnostics& diagnostics)
{
    const auto root = ReadMapping(path, diagnostics);
    return root ? SystemReader(*root, diagnostics).Run() : AstraSimSystem();
}

} // namespace ns3::experiment
