/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-expert-popularity.h"

#include "workload-text-fields.h"

#include "ns3/random-variable-stream.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ns3::workload
{

namespace
{

constexpr const char* HEADER = "layer,expert,tokens";
/// More tokens than this is a typing error; sums of them fit into a double exactly.
constexpr uint64_t MAX_TOKENS = 1'000'000'000'000;

/** Reads one table. */
class Reader
{
  public:
    Reader(const std::string& name,
           uint32_t nLayers,
           uint32_t nExperts,
           std::vector<Finding>& findings)
        : m_file(name),
          m_nLayers(nLayers),
          m_nExperts(nExperts),
          m_findings(findings)
    {
    }

    /** @return whether all is well */
    bool Run(std::istream& input, uint32_t topK, ExpertPopularity& popularity)
    {
        bool headerSeen = false;
        std::string line;
        while (ReadLine(input, line))
        {
            ++m_line;
            if (const auto comment = line.find('#'); comment != std::string::npos)
            {
                line.resize(comment);
            }
            while (!line.empty() && (line.back() == ' ' || line.back() == '\r'))
            {
                line.pop_back();
            }
            if (line.empty())
            {
                continue;
            }
            if (!headerSeen)
            {
                headerSeen = true;
                if (line != HEADER)
                {
                    return Error(
                        1, std::string("expected the header `") + HEADER + "`, got " + Quote(line));
                }
            }
            else if (!Take(SplitFields(line, ','), popularity))
            {
                return false;
            }
        }
        m_line = 0;
        if (popularity.table.empty())
        {
            return Error(0, "no tokens of any expert, expected lines layer,expert,tokens");
        }
        for (const auto& [layer, weights] : popularity.table)
        {
            const auto n = std::count_if(
                weights.begin(), weights.end(), [](double weight) { return weight > 0; });
            if (n < topK)
            {
                return Error(0,
                             "layer " +
                                 (layer == ExpertPopularity::ANY_LAYER ? std::string("*")
                                                                       : std::to_string(layer)) +
                                 " has " + std::to_string(n) +
                                 " experts with tokens, expected at least " + std::to_string(topK) +
                                 ", to which each token goes");
            }
        }
        return true;
    }

  private:
    bool Error(std::size_t column, const std::string& message)
    {
        m_findings.push_back(
            {Finding::ERROR, m_file, m_line, static_cast<uint32_t>(column), message});
        return false;
    }

    bool Take(const std::vector<Field>& fields, ExpertPopularity& popularity)
    {
        if (fields.size() != 3)
        {
            return Error(1,
                         "expected layer,expert,tokens, got " + std::to_string(fields.size()) +
                             " fields");
        }
        uint64_t layer = ExpertPopularity::ANY_LAYER;
        if (fields[0].text != "*" && !ParseUnsigned(fields[0].text, m_nLayers - 1, layer))
        {
            return Error(fields[0].column,
                         "expected a layer from 0 to " + std::to_string(m_nLayers - 1) +
                             " or *, got " + Quote(fields[0].text));
        }
        uint64_t expert = 0;
        if (!ParseUnsigned(fields[1].text, m_nExperts - 1, expert))
        {
            return Error(fields[1].column,
                         "expected an expert from 0 to " + std::to_string(m_nExperts - 1) +
                             ", got " + Quote(fields[1].text));
        }
        uint64_t tokens = 0;
        if (!ParseUnsigned(fields[2].text, MAX_TOKENS, tokens))
        {
            return Error(fields[2].column,
                         "expected a number of tokens from 0 to 10^12, got " +
                             Quote(fields[2].text));
        }
        auto& weights = popularity.table[static_cast<uint32_t>(layer)];
        weights.resize(m_nExperts, -1);
        if (weights[expert] >= 0)
        {
            return Error(1, "layer and expert stand here for the second time");
        }
        weights[expert] = static_cast<double>(tokens);
        return true;
    }

    std::string m_file;               ///< name of the file
    uint32_t m_nLayers;               ///< layers of the model
    uint32_t m_nExperts;              ///< experts of a layer
    std::vector<Finding>& m_findings; ///< where to report
    uint32_t m_line{0};               ///< line being read
};

} // namespace

std::vector<double>
ExpertPopularity::GetWeights(uint32_t layer,
                             uint32_t nExperts,
                             const Ptr<UniformRandomVariable>& random) const
{
    std::vector<double> weights(nExperts, 1);
    if (kind == TABLE)
    {
        auto at = table.find(layer);
        at = at == table.end() ? table.find(ANY_LAYER) : at;
        if (at != table.end())
        {
            weights = at->second;
            for (auto& weight : weights)
            {
                weight = std::max(weight, 0.0); // not mentioned
            }
        }
    }
    else if (kind == ZIPF)
    {
        std::vector<uint32_t> places(nExperts);
        std::iota(places.begin(), places.end(), 1);
        for (uint32_t i = nExperts; i > 1; --i)
        {
            std::swap(places[i - 1], places[random->GetInteger(0, i - 1)]);
        }
        for (uint32_t expert = 0; expert < nExperts; ++expert)
        {
            weights[expert] = std::pow(places[expert], -exponent);
        }
    }
    return weights;
}

ExpertPopularity
ExpertPopularity::Read(std::istream& input,
                       const std::string& name,
                       uint32_t nLayers,
                       uint32_t nExperts,
                       uint32_t topK,
                       std::vector<Finding>& findings)
{
    ExpertPopularity popularity;
    popularity.kind = TABLE;
    Reader(name, nLayers, nExperts, findings).Run(input, topK, popularity);
    return popularity;
}

} // namespace ns3::workload
