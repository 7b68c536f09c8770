/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// congestion-control: published figures of the laws, on one switch between all hosts.
//
// - HPCC (SIGCOMM 2019, 5.4, figure 14): 16 flows into 100 Gb/s, round trip 4 us, packets of 1000
//   bytes. With W_AI up to 150 bytes the 95th percentile of the queue is a few packets; with 300 it
//   is about 13 KB. The link carries eta, 0.95.
// - DCQCN, fixed point of the fluid model (Zhu et al., CoNEXT 2016): p* = (R_AI N^2 / (tau' C^2)
//   (1 / B + N / (T C))^2)^(1/3) in packets, q* = Kmin + p* / Pmax (Kmax - Kmin). With the
//   parameters of SIGCOMM 2015 at 40 Gb/s and packets of 1 KB 23 KB for 2 flows and 158 KB for 10.
// - DCQCN over a short and a long way (Bai et al., NSDI 2023, appendix B): round trips of 2 us and
//   1.77 ms, 40 Gb/s, writes of 64 KB and 10 MB under way, marking 1 MB, 2 MB, 5 %: both flows near
//   17 Gb/s, the queue near 1.36 MB, below 2 MB. The parameters of the reaction point are not
//   published: those of the figure are fitted to it, and the log tells how far others are.
// - DCTCP (SIGCOMM 2010, 3.3): 10 Gb/s, round trip 100 us, K = 40 packets of 1.5 KB. The queue
//   swings by A = sqrt(2 N (C RTT + K)) / 2 below K + N.
// - Convergence of 2 and 16 flows, each 50 us after the last, from line rate, at 100 Gb/s.
// - Bolt (NSDI 2023): the incast of the authors' simulator.
// - Patched TIMELY's fixed point: round trips of T_low (1 + N delta / (beta C)).
// - One flow alone for 1 ms, over its share of the link.

#include "../../contrib/cluster/test/cluster-share-bench.h"

#include <cmath>
#include <cstdio>

using namespace ns3::cluster::tests;

namespace
{

constexpr int64_t MS = 1'000'000'000; // ps

/** Print a figure. */
void
Figure(const std::string& name, double expected, double seen, const std::string& tolerance)
{
    std::printf("figure\t%s\t%.6g\t%.6g\t%s\n", name.c_str(), expected, seen, tolerance.c_str());
    std::fflush(stdout);
}

void
Hpcc()
{
    for (int step : {25, 80, 150, 300})
    {
        ShareOptions options;
        options.senders = 16;
        options.mtu = 1000;
        options.congestionControl =
            "ns3::rdma::Hpcc[BaseRtt=4.2us|AdditiveIncrease=" + std::to_string(step) + "]";
        options.stampers = "ns3::fabric::IntStamper";
        options.signalBytes = 42;
        options.begin = 5 * MS;
        options.end = 15 * MS;
        options.sample = 200'000;
        const auto result = RunShare(options);
        const std::string name = "HPCC 16 to 1, W_AI " + std::to_string(step) + " B: ";
        const auto p95 = static_cast<double>(result.GetQueue(0.95));
        if (step <= 150)
        {
            Figure(name + "queue p95, B", 6000, p95, "<=");
        }
        else
        {
            Figure(name + "queue p95, B", 13000, p95, "50%");
        }
        Figure(name + "use of payload share", 0.95, result.utilization, ">=");
    }
}

void
DcqcnFixedPoint()
{
    for (uint32_t n : {2, 10})
    {
        // packets of 1 KB: C = 5e6 a second, R_AI = 5000 a second, B = 10,000, T = tau' = 55 us
        constexpr double rate = 5e6;
        const double per = 1 / 1e4 + n / (55e-6 * rate);
        const double p = std::cbrt(5000 * n * n / (55e-6 * rate * rate) * per * per);
        ShareOptions options;
        options.senders = n;
        options.gbps = 40;
        options.mtu = 1024;
        options.congestionControl = "ns3::rdma::Dcqcn";
        options.cnpInterval = "50us";
        options.marking = {
            {"Kmin", "5000"}, {"Kmax", "200000"}, {"Pmax", "0.01"}, {"ReferenceRate", "40Gbps"}};
        options.begin = 30 * MS;
        options.end = 100 * MS;
        const auto result = RunShare(options);
        const std::string name = "DCQCN " + std::to_string(n) + " flows: ";
        Figure(name + "queue, KB", 5 + p / 0.01 * 195, result.meanQueue / 1000, "25%");
        Figure(name + "Jain's index", 0.98, result.jain, ">=");
    }
}

/** A set of parameters of DCQCN. */
struct Preset
{
    const char* name; ///< of it
    const char* law;  ///< type and attributes
    const char* cnp;  ///< interval of CNPs
};

/** @param preset parameters of DCQCN @return two flows with round trips of 2 us and 1.77 ms */
ShareResult
RunShortAndLong(const Preset& preset)
{
    ShareOptions options;
    options.senders = 2;
    options.gbps = 40;
    options.mtu = 1024;
    options.congestionControl = preset.law;
    options.cnpInterval = preset.cnp;
    options.marking = {
        {"Kmin", "1000000"}, {"Kmax", "2000000"}, {"Pmax", "0.05"}, {"ReferenceRate", "0bps"}};
    // no pause: its headroom would be for the short way
    options.switchDefaults = {{"ns3::fabric::DynamicThreshold::Alpha", "8"}};
    options.delay = "500ns";
    options.delays = {"500ns", "884500ns"};
    // writes of 64 KB, at most 10 MB of them under way
    options.messageBytes = 65536;
    options.messages = 160;
    options.begin = 200 * MS;
    options.end = 600 * MS;
    options.sample = 10'000'000;
    return RunShare(options);
}

void
DcqcnShortAndLong()
{
    const Preset presets[] = {
        {"fitted to this figure",
         "ns3::rdma::Dcqcn[IncreaseTimer=7us|AdditiveIncrease=4Mbps|HyperIncrease=40Mbps]",
         "50us"},
        {"SIGCOMM 2015", "ns3::rdma::Dcqcn", "50us"},
        {"SIGCOMM 2015, CNPs 4 us", "ns3::rdma::Dcqcn", "4us"},
        {"ns3-rdma",
         "ns3::rdma::Dcqcn[AlphaGain=0.0625|IncreaseTimer=1500us|ByteCounter=150000|"
         "AdditiveIncrease=5Mbps|HyperIncrease=50Mbps|ReferenceRate=0bps]",
         "50us"},
        {"NVIDIA", "ns3::rdma::DcqcnVendor[ReferenceRate=0bps]", "4us"},
        {"NVIDIA, scaled", "ns3::rdma::DcqcnVendor", "4us"},
        {"HPCC's dcqcn_paper",
         "ns3::rdma::DcqcnVendor[IncreaseTimer=55us|RateReductionPeriod=50us|AlphaPeriod=50us]",
         "50us"},
        {"SimAI",
         "ns3::rdma::DcqcnVendor[IncreaseTimer=900us|AdditiveIncrease=50Mbps|"
         "HyperIncrease=100Mbps|ReferenceRate=0bps]",
         "4us"},
        {"tuned in production",
         "ns3::rdma::DcqcnVendor[IncreaseTimer=60us|AdditiveIncrease=14Mbps|"
         "MinDecreaseFactor=0.9|ReferenceRate=0bps]",
         "1us"},
        {"tuned, other end",
         "ns3::rdma::DcqcnVendor[IncreaseTimer=80us|AdditiveIncrease=14Mbps|"
         "MinDecreaseFactor=0.8|ReferenceRate=0bps]",
         "0us"},
    };
    for (const Preset& preset : presets)
    {
        const auto result = RunShortAndLong(preset);
        constexpr double payload = 40.0 * 1024 / 1106;
        const double near = result.shares[0] * payload;
        const double far = result.shares[1] * payload;
        const double p95 = static_cast<double>(result.GetQueue(0.95));
        std::printf("DCQCN 2 us and 1.77 ms, %-24s %5.2f and %5.2f Gb/s, Jain %.3f, queue mean "
                    "%4.0f, p5 %4.0f, p50 %4.0f, p95 %4.0f KB, %lu drops, %lu pauses\n",
                    preset.name,
                    near,
                    far,
                    result.jain,
                    result.meanQueue / 1000,
                    static_cast<double>(result.GetQueue(0.05)) / 1000,
                    static_cast<double>(result.GetQueue(0.5)) / 1000,
                    p95 / 1000,
                    static_cast<unsigned long>(result.health.losslessDrops),
                    static_cast<unsigned long>(result.health.pfcXoffs));
        if (&preset == presets)
        {
            Figure("DCQCN, fitted, round trip 2 us, Gb/s", 17, near, "10%");
            Figure("DCQCN, fitted, round trip 1.77 ms, Gb/s", 17, far, "10%");
            Figure("DCQCN, fitted, queue, MB", 1.36, result.meanQueue / 1e6, "25%");
            Figure("DCQCN, fitted, queue p95 below Kmax, MB", 2, p95 / 1e6, "<=");
        }
    }
}

void
DctcpSawtooth()
{
    for (uint32_t n : {2, 10})
    {
        ShareOptions options;
        options.senders = n;
        options.gbps = 10;
        options.delay = "25us";
        options.mtu = 1418; // frames of 1480 bytes, 1500 on the link
        options.congestionControl = "ns3::rdma::Dctcp[BaseRtt=100us]";
        options.marking = {{"Kmin", "59200"}, {"Kmax", "59200"}, {"ReferenceRate", "0bps"}};
        options.begin = 200 * MS;
        options.end = 400 * MS;
        const auto result = RunShare(options);
        const double product = 10e9 / 8 * 100e-6 / 1500;
        const double swing = static_cast<double>(result.GetQueue(1) - result.GetQueue(0)) / 1480;
        const std::string name = "DCTCP " + std::to_string(n) + " flows: ";
        Figure(name + "swing of the queue, packets",
               0.5 * std::sqrt(2 * n * (product + 40)),
               swing,
               "20%");
        Figure(name + "longest queue, packets",
               40 + n,
               static_cast<double>(result.GetQueue(1)) / 1480,
               "10%");
    }
}

/**
 * Bolt (Arslan et al., NSDI 2023), the incast of the authors' repository (bolt_cc_ns3,
 * bolt-star-topo-incast and the output of its notebook): 50 hosts send 100 flows each, of 100
 * packets, to one, at 100 Gb/s, 1048 ns a link, in memory enough for all. Published: 99.178 Gb/s of
 * frames, all that there is, and 13,720 us of queue at the 99th percentile. Packets of 5000 bytes
 * above the link have 4959 of message, windows begin with 62,420, and senders are not paced.
 */
void
BoltIncast()
{
    ShareOptions options;
    options.senders = 50;
    options.flows = 100;
    options.messageBytes = 495'900;
    options.endless = false;
    options.stagger = 0;
    options.mtu = 4959;
    options.delay = "1048ns";
    options.congestionControl = "ns3::rdma::Bolt[InitialWindow=62420|MaxWindow=62420|Paced=false]";
    options.stampers = "ns3::fabric::BoltStamper";
    options.signalBytes = 8;
    options.switchDefaults = {{"ns3::fabric::DynamicThreshold::Size", "400000000"},
                              {"ns3::fabric::DynamicThreshold::LosslessClasses", "0"},
                              {"ns3::fabric::DynamicThreshold::LossyAlpha", "100"},
                              {"ns3::rdma::Nic::AckClass", "6"}};
    options.end = 220 * MS;
    const auto result = RunShare(options);
    constexpr double bits = 5000 * 495'900.0 * 8;
    const double share = 100.0 * options.mtu / (options.mtu + 90);
    const double queue = static_cast<double>(result.GetQueue(0.99)) / 12'500;
    std::printf(
        "Bolt, 5000 flows: %lu arrived, the last at %.3f ms; queue p50 %.1f p99 %.1f us, %lu "
        "notices, %lu retransmissions\n",
        static_cast<unsigned long>(result.arrived),
        static_cast<double>(result.lastAt) / 1e9,
        static_cast<double>(result.GetQueue(0.5)) / 12'500,
        queue,
        static_cast<unsigned long>(result.health.notices),
        static_cast<unsigned long>(result.health.retransmissions));
    Figure("Bolt, 5000 flows: use of the link",
           1,
           bits / static_cast<double>(result.lastAt) * 1e3 / share,
           "2%");
    Figure("Bolt, 5000 flows: queue p99, us", 13'720, queue, "25%");
}

/** A law and what it needs. */
struct Law
{
    const char* name;                                         ///< of it
    const char* type;                                         ///< TypeId
    std::vector<std::pair<std::string, std::string>> marking; ///< of RedMarker
    const char* stampers;                                     ///< of the switch
    uint32_t signalBytes;                                     ///< of a frame
    double alone; ///< least share of one flow alone; 0: it promises none
    bool fair;    ///< whether it claims to be fair
    std::vector<std::pair<std::string, std::string>> defaults; ///< of the switch
    const char* reliability{""};                               ///< its own, if it has one
    const char* pathSelector{""};                              ///< likewise
    int64_t after{10};                                         ///< ms, when it has converged
};

const std::vector<Law>&
Laws()
{
    static const std::vector<Law> laws = {
        {"none", "ns3::rdma::NoCongestionControl", {}, "", 0, 0.99, false, {}},
        {"static window", "ns3::rdma::StaticWindow", {}, "", 0, 0.99, true, {}},
        {"DCQCN",
         "ns3::rdma::Dcqcn",
         {{"Kmin", "5000"}, {"Kmax", "200000"}, {"Pmax", "0.01"}, {"ReferenceRate", "40Gbps"}},
         "",
         0,
         0.99,
         false,
         {}},
        {"DCQCN of NICs",
         "ns3::rdma::DcqcnVendor",
         {{"Kmin", "100000"}, {"Kmax", "400000"}},
         "",
         0,
         0.99,
         false,
         {}},
        {"DCTCP",
         "ns3::rdma::Dctcp",
         {{"Kmin", "30000"}, {"Kmax", "30000"}, {"ReferenceRate", "10Gbps"}},
         "",
         0,
         0.99,
         true,
         {}},
        {"Swift", "ns3::rdma::Swift", {}, "", 0, 0.99, true, {}},
        {"TIMELY", "ns3::rdma::Timely", {}, "", 0, 0.99, false, {}},
        {"patched TIMELY", "ns3::rdma::PatchedTimely", {}, "", 0, 0.99, false, {}},
        {"HPCC", "ns3::rdma::Hpcc", {}, "ns3::fabric::IntStamper", 42, 0.95, true, {}},
        {"HPCC-PINT", "ns3::rdma::HpccPint", {}, "ns3::fabric::PintStamper", 1, 0.95, true, {}},
        {"PowerTCP", "ns3::rdma::PowerTcp", {}, "ns3::fabric::IntStamper", 42, 0.99, true, {}},
        {"theta-PowerTCP", "ns3::rdma::ThetaPowerTcp", {}, "", 0, 0.99, true, {}},
        {"CSIG", "ns3::rdma::CsigControl", {}, "ns3::fabric::CsigStamper", 8, 0, true, {}},
        {"CAQM",
         "ns3::rdma::Caqm",
         {},
         "ns3::fabric::ShareGrantStamper",
         2,
         0,
         true,
         {{"ns3::fabric::GrantStamper::Threshold", "40000"}}},
        {"Bolt", "ns3::rdma::Bolt", {}, "ns3::fabric::BoltStamper", 8, 0.99, true, {}},
        {"BBR", "ns3::rdma::Bbr", {}, "", 0, 0.99, true, {}, "", "", 30},
        {"SRD",
         "ns3::rdma::SrdControl",
         {},
         "",
         0,
         0.99,
         true,
         {},
         "ns3::rdma::Srd",
         "ns3::rdma::RttPaths"},
        {"Falcon",
         "ns3::rdma::FalconSwift",
         {},
         "",
         0,
         0.99,
         true,
         {},
         "ns3::rdma::Falcon[BitmapPackets=128]",
         "ns3::rdma::Plb[DelayLimit=60us]"},
        {"MP-RDMA",
         "ns3::rdma::MpRdmaControl",
         {{"Kmin", "20000"}, {"Kmax", "20000"}, {"ReferenceRate", "40Gbps"}},
         "",
         0,
         0.99,
         true,
         {},
         "ns3::rdma::MpRdma[BitmapPackets=64|TransmitWindow=1024]",
         "ns3::rdma::AckClockedPaths"},
    };
    return laws;
}

/** @param law a law @return how to run it */
ShareOptions
OptionsOf(const Law& law)
{
    ShareOptions options;
    options.congestionControl = law.type;
    options.marking = law.marking;
    options.stampers = law.stampers;
    options.signalBytes = law.signalBytes;
    options.switchDefaults = law.defaults;
    options.reliability = law.reliability;
    options.pathSelector = law.pathSelector;
    return options;
}

void
Convergence()
{
    for (const Law& law : Laws())
    {
        for (uint32_t n : {2, 16})
        {
            ShareOptions options = OptionsOf(law);
            options.senders = n;
            options.begin = law.after * MS;
            options.end = options.begin + 10 * MS;
            const auto result = RunShare(options);
            std::printf("%-16s %2u to 1: Jain %.4f, use %.4f, queue mean %.1f p95 %.1f KB, %lu "
                        "pauses\n",
                        law.name,
                        n,
                        result.jain,
                        result.utilization,
                        result.meanQueue / 1000,
                        static_cast<double>(result.GetQueue(0.95)) / 1000,
                        static_cast<unsigned long>(result.health.pfcXoffs));
            if (law.fair)
            {
                Figure(std::string(law.name) + " " + std::to_string(n) + " to 1: Jain's index",
                       0.95,
                       result.jain,
                       ">=");
            }
        }
    }
}

void
Timely()
{
    for (const char* law : {"ns3::rdma::Timely", "ns3::rdma::PatchedTimely"})
    {
        ShareOptions options;
        options.gbps = 10;
        options.mtu = 1024;
        options.congestionControl = law;
        options.initialRates = {"7Gbps", "3Gbps"};
        options.stagger = 0;
        options.begin = 300 * MS;
        options.end = 500 * MS;
        const auto result = RunShare(options);
        std::printf("%s from 7 and 3 Gb/s: shares %.3f and %.3f, queue mean %.0f KB\n",
                    law,
                    result.shares[0],
                    result.shares[1],
                    result.meanQueue / 1000);
        if (std::string(law) == "ns3::rdma::PatchedTimely")
        {
            Figure("patched TIMELY from 7 and 3 Gb/s: Jain", 0.99, result.jain, ">=");
            // 62.5 us, of which 5.9 us are no queue
            Figure(
                "patched TIMELY: queue, KB", 1.25 * (62.5 - 5.9), result.meanQueue / 1000, "20%");
        }
        else
        {
            Figure("TIMELY from 7 and 3 Gb/s, unfair: Jain", 0.98, result.jain, "<=");
        }
    }
}

void
Alone()
{
    for (const Law& law : Laws())
    {
        ShareOptions options = OptionsOf(law);
        options.senders = 1;
        options.begin = 0;
        options.end = MS;
        const auto result = RunShare(options);
        std::printf("%-16s alone: use %.4f\n", law.name, result.utilization);
        if (law.alone > 0)
        {
            Figure(std::string("alone, ") + law.name + ": use of payload share",
                   law.alone,
                   result.utilization,
                   ">=");
        }
    }
}

} // namespace

int
main()
{
    Hpcc();
    DcqcnFixedPoint();
    DcqcnShortAndLong();
    DctcpSawtooth();
    BoltIncast();
    Convergence();
    Timely();
    Alone();
    return 0;
}
