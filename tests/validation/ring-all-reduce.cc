/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// ring-all-reduce: Ring All-Reduce of 256 MiB on 8 to 64 single-NIC hosts of a non-blocking fabric,
// packet by packet, against its closed form.
//
// Each host has a leaf switch of its own, and one spine with a port for each leaf connects them, so
// that all hosts are L = 4 links apart and no two flows share a link. With n ranks, S bytes, rate
// B, efficiency e = payload / wire size of a full frame, delay p and serialisation t of a full
// frame:
//
// - Each rank sends 2(n-1) messages of S/n bytes, one a step. If a step is one message, the next
//   step can begin only when it has arrived whole: T = 2(n-1) (S/(n B e) + (L-1) t + L p). The
//   first term is what the sender's link takes; the last frame then crosses L - 1 more links.
// - In chunks, which is the default, a step begins with the first chunk of the one before, and the
//   latency is hidden: bus bandwidth 2(n-1)/n S/T comes near B e.
//
// Each host also acknowledges what it receives, on the link that it sends on. NVIDIA's drivers ask
// for an ACK every 256 packets, which costs nothing to speak of. With an ACK for each packet, 66
// bytes plus gap are added to every frame, and e falls from 0.9804 to 0.9606.

#include "all-reduce-run.h"

#include "ns3/fabric-time.h"

#include <cstdio>
#include <string>

using namespace ns3;

namespace
{

constexpr uint64_t BYTES = 256 * 1024 * 1024;
constexpr double RATE = 400e9; // bit/s
constexpr double DELAY = 1e-6; // s
constexpr double LINKS = 4;
constexpr double PAYLOAD = 4096;
// Ethernet 14 + IPv4 20 + UDP 8 + BTH 12 + ICRC 4 + FCS 4, and preamble 8 + gap 12
constexpr double FRAME = PAYLOAD + 62 + 20;
// Ethernet 14 + IPv4 20 + UDP 8 + BTH 12 + AETH 4 + ICRC 4 + FCS 4, and preamble 8 + gap 12
constexpr double ACK = 66 + 20;

/**
 * @param ranks number of hosts
 * @param chunkBytes largest message
 * @param ackEvery packets for an ACK
 * @return seconds that the All-Reduce takes
 */
double
Run(uint32_t ranks, uint64_t chunkBytes, uint32_t ackEvery)
{
    return validation::RunAllReduce("leaf-spine:leaves=" + std::to_string(ranks) +
                                        ",spines=1,hosts=1,rate=400Gbps,delay=1us",
                                    "RingAllReduce[ChunkSize=" + std::to_string(chunkBytes) + "]",
                                    BYTES,
                                    ackEvery);
}

} // namespace

int
main()
{
    fabric::UsePicoseconds();
    const double efficiency = PAYLOAD / FRAME;
    const double serialization = FRAME * 8 / RATE;
    constexpr uint64_t CHUNK = 512 * 1024;
    constexpr uint32_t ACK_EVERY = 256;
    for (uint32_t ranks : {8, 16, 32, 64})
    {
        const double share = static_cast<double>(BYTES) / ranks;
        const double steps = 2.0 * (ranks - 1);
        const double expected =
            steps * (share * 8 / (RATE * efficiency) + (LINKS - 1) * serialization + LINKS * DELAY);
        std::printf("figure\t256 MiB on %u hosts, step by step, ms\t%.4f\t%.4f\t1%%\n",
                    ranks,
                    expected * 1e3,
                    Run(ranks, BYTES, ACK_EVERY) * 1e3);
        std::printf("figure\tbusbw / rate on %u hosts, in chunks\t%.4f\t%.4f\t1%%\n",
                    ranks,
                    efficiency,
                    steps * share * 8 / RATE / Run(ranks, CHUNK, ACK_EVERY));
        std::fflush(stdout);
    }
    constexpr uint32_t RANKS = 8;
    std::printf("figure\tbusbw / rate on %u hosts, an ACK a packet\t%.4f\t%.4f\t1%%\n",
                RANKS,
                PAYLOAD / (FRAME + ACK),
                2.0 * (RANKS - 1) / RANKS * BYTES * 8 / RATE / Run(RANKS, CHUNK, 1));
    return 0;
}
