/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// in-network: All-Reduce by the switches of a leaf-spine fabric, packet by packet, against its
// bounds: 32 hosts of 400 Gb/s under four leaves, every link 1 us.
//
// Every host sends its S bytes once and gets the result once, so that T = S / (B e) + 2 d hops: the
// algorithm bandwidth S/T comes near B e, with e = payload / wire size of a frame of the scheme;
// that of a ring is B e n / (2 (n-1)), with its own e. ATP's hosts are servers, too: a host sends
// the results of 1/n of the chunks, and gets their sums, besides its own data: B e / (1 + 1/n).
//
// With s slots a host may have s frames of b bytes under way: T = S R / (s b), where R is the round
// trip of a frame, four links up and down with p propagation and t serialisation each: 4 (p + t).

#include "all-reduce-run.h"

#include "ns3/config.h"
#include "ns3/fabric-time.h"
#include "ns3/uinteger.h"

#include <cstdio>
#include <string>
#include <vector>

using namespace ns3;

namespace
{

constexpr uint32_t HOSTS = 32;
constexpr double RATE = 400e9;    // bit/s
constexpr double DELAY = 1e-6;    // s
constexpr double INTERFRAME = 20; // preamble 8 + gap 12

/** @param algorithm text of the engine's attribute @param bytes size @return seconds it takes */
double
Run(const std::string& algorithm, uint64_t bytes)
{
    constexpr uint32_t ACK_EVERY = 256; // as NVIDIA's drivers ask
    return validation::RunAllReduce(
        "leaf-spine:leaves=4,spines=8,hosts=8,rate=400Gbps,delay=1us", algorithm, bytes, ACK_EVERY);
}

/** @param scheme of InNetwork @return how the engine is told */
std::string
InNetwork(const std::string& scheme)
{
    return "InNetwork[Scheme=ns3::rdma::" + scheme + "|Fallback=false]";
}

/** A scheme, and what its frames are like. */
struct Scheme
{
    std::string name; ///< name of the worker
    double payload;   ///< data of a frame
    double header;    ///< other bytes, FCS included
    double share;     ///< of the link that is left for the data of all-reduces
};

} // namespace

int
main()
{
    fabric::UsePicoseconds();
    constexpr uint64_t BYTES = 256 * 1024 * 1024;
    const std::vector<Scheme> schemes = {
        {"SharpReduction", 4096, 78, 1},
        {"SwitchMlReduction", 1024, 58, 1},
        {"NetReduceReduction", 4096, 62, 1},
        {"PanamaReduction", 1024, 58, 1},
        {"AtpReduction", 1024, 62, 1 / (1 + 1.0 / HOSTS)},
    };
    for (const auto& scheme : schemes)
    {
        const double efficiency = scheme.payload / (scheme.payload + scheme.header + INTERFRAME);
        std::printf("figure\talgbw / rate of %s, 256 MiB\t%.4f\t%.4f\t3%%\n",
                    scheme.name.c_str(),
                    efficiency * scheme.share,
                    BYTES * 8 / RATE / Run(InNetwork(scheme.name), BYTES));
        std::fflush(stdout);
    }
    const double ring = 4096.0 / (4096 + 62 + INTERFRAME) * HOSTS / (2.0 * (HOSTS - 1));
    std::printf("figure\talgbw / rate of RingAllReduce, 256 MiB\t%.4f\t%.4f\t3%%\n",
                ring,
                BYTES * 8 / RATE / Run("RingAllReduce", BYTES));
    std::fflush(stdout);
    constexpr uint64_t LESS = 16 * 1024 * 1024;
    for (const auto& scheme : {schemes[0], schemes[1]})
    {
        const double frame = (scheme.payload + scheme.header + INTERFRAME) * 8 / RATE;
        const double round = 4 * (DELAY + frame);
        for (const uint32_t slots : {4, 16})
        {
            Config::SetDefault("ns3::rdma::ReductionWorker::Slots", UintegerValue(slots));
            std::printf("figure\t16 MiB, %s, %u slots, ms\t%.4f\t%.4f\t3%%\n",
                        scheme.name.c_str(),
                        slots,
                        LESS * round / (slots * scheme.payload) * 1e3,
                        Run(InNetwork(scheme.name), LESS) * 1e3);
            std::fflush(stdout);
        }
        Config::SetDefault("ns3::rdma::ReductionWorker::Slots", UintegerValue(0));
    }
    return 0;
}
