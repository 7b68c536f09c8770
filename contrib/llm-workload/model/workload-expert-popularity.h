/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_EXPERT_POPULARITY_H
#define WORKLOAD_EXPERT_POPULARITY_H

#include "workload-finding.h"

#include "ns3/ptr.h"

#include <cstdint>
#include <istream>
#include <map>
#include <string>
#include <vector>

namespace ns3
{
class UniformRandomVariable;
}

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * How popular the experts of each layer are with the tokens.
 */
struct ExpertPopularity
{
    /// Kinds of popularity.
    enum Kind : uint8_t
    {
        EVEN,   ///< every expert gets the same number of tokens from every rank
        RANDOM, ///< all experts are alike, but each token chooses for itself
        ZIPF,   ///< the n-th of a layer has a weight of 1 / n^exponent; which one is the n-th is
                ///< random, and another one in each layer
        TABLE   ///< weights as measured
    };

    Kind kind{EVEN};                               ///< which kind
    double exponent{1};                            ///< of ZIPF
    std::map<uint32_t, std::vector<double>> table; ///< of TABLE: by layer, weights of the experts;
                                                   ///< ANY_LAYER stands for layers not mentioned

    /// Layer of the table for all that are not mentioned.
    static constexpr uint32_t ANY_LAYER = UINT32_MAX;

    /**
     * @param layer which layer, from 0
     * @param nExperts experts of a layer
     * @param random where the order of ZIPF is from
     * @return weights of the experts of a layer, not all 0
     */
    std::vector<double> GetWeights(uint32_t layer,
                                   uint32_t nExperts,
                                   const Ptr<UniformRandomVariable>& random) const;

    /**
     * Read a table: CSV with the header `layer,expert,tokens`; empty lines and everything after #
     * are skipped. Layers and experts count from 0, `*` is all layers not mentioned. Experts that
     * are not mentioned get no tokens.
     *
     * @param input the text
     * @param name name of the file, for messages
     * @param nLayers layers of the model
     * @param nExperts experts of a layer
     * @param topK experts that a token goes to: at least so many must have tokens
     * @param [out] findings errors
     * @return the popularity; useless if there were errors
     */
    static ExpertPopularity Read(std::istream& input,
                                 const std::string& name,
                                 uint32_t nLayers,
                                 uint32_t nExperts,
                                 uint32_t topK,
                                 std::vector<Finding>& findings);
};

} // namespace ns3::workload

#endif /* WORKLOAD_EXPERT_POPULARITY_H */
