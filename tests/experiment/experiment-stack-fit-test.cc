/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/cluster-topology-spec.h"
#include "ns3/config.h"
#include "ns3/experiment-stack-fit.h"
#include "ns3/fabric-time.h"
#include "ns3/uinteger.h"

#include <gtest/gtest.h>
#include <map>
#include <string>

using namespace ns3::experiment;

namespace
{

/** @param stack a stack @param delay of a cable @return by name, what fits a fat tree at 400 Gb/s
 */
std::map<std::string, std::string>
GetFit(const NetworkStack& stack, const std::string& delay)
{
    ns3::fabric::UsePicoseconds();
    stack.Apply();
    std::vector<ns3::cluster::TopologyError> errors;
    const auto graph =
        ns3::cluster::GenerateTopology("fat-tree:k=4,rate=400Gbps,delay=" + delay, errors);
    std::map<std::string, std::string> fit;
    for (const auto& setting : FitStack(stack, *graph))
    {
        EXPECT_TRUE(fit.emplace(setting.name, setting.value).second) << setting.name;
    }
    return fit;
}

TEST(FitStack, UltraEthernetGetsTheLongestPath)
{
    // 6 cables of 1 us: 2 us, a frame of 4096 + 128 bytes, 84.48 ns, and an ACK of 128, 2.56 ns:
    // 12.52224 us. 400 Gb/s carry 626,112 bytes in that.
    auto fit = GetFit(*NetworkStack::Find("uet-nscc"), "1us");
    EXPECT_EQ(fit["ns3::rdma::Nscc::BaseRtt"], "12522240ps");
    EXPECT_EQ(fit["ns3::rdma::Rccc::BaseRtt"], "12522240ps");
    EXPECT_EQ(fit["ns3::rdma::CreditPacer::BaseRtt"], "12522240ps");
    EXPECT_EQ(fit["ns3::rdma::UetRud::BaseRtt"], "12522240ps");
    EXPECT_EQ(fit["ns3::fabric::Trimmer::Threshold"], "626112");
    EXPECT_EQ(fit["ns3::fabric::RedMarker::Kmin"], "125222");
    EXPECT_EQ(fit["ns3::fabric::RedMarker::Kmax"], "500889");
    // 1.2 * 12.52224 + 6 * 12.52224 = 90.16 us, less than the reference model's: that stays
    EXPECT_EQ(fit["ns3::rdma::UetRud::Rto"], "90380000ps");
    EXPECT_EQ(fit["ns3::rdma::WindowLaw::BaseRtt"], "13000000ps");
    // 6 cables of 10 us: 120.52224 us; 7.2 times that
    fit = GetFit(*NetworkStack::Find("uet-rudi-nscc"), "10us");
    EXPECT_EQ(fit["ns3::rdma::Nscc::BaseRtt"], "120522240ps");
    EXPECT_EQ(fit["ns3::fabric::Trimmer::Threshold"], "6026112");
    EXPECT_EQ(fit["ns3::rdma::UetRudi::Rto"], "867760128ps");
    EXPECT_EQ(fit["ns3::rdma::WindowLaw::BaseRtt"], "120522240ps");
    EXPECT_EQ(fit["ns3::fabric::PintStamper::BaseRtt"], "120522240ps");
}

TEST(FitStack, SelectiveRepeatOutlastsAFullQueue)
{
    auto stack = *NetworkStack::Find("rocev2-sr-dcqcn");
    auto fit = GetFit(stack, "1us");
    // Switches have 4 ports. Three of them with 1/8 each fill 0.375 / 1.375 of 64 MiB, 18,302,417
    // bytes: 366,048.34 ns at 400 Gb/s, and 12,522.24
    EXPECT_EQ(fit["ns3::rdma::SelectiveRepeat::RtoHigh"], "378570580ps");
    EXPECT_EQ(fit["ns3::rdma::SelectiveRepeat::RtoLow"], "118303306ps");
    EXPECT_EQ(fit.count("ns3::fabric::RedMarker::Kmin"), 0U); // not this stack's
    // memory by the port: 4 MiB, of which 1,143,901 bytes, 22,878.02 ns
    stack.bufferPolicy = "ns3::fabric::SonicBuffer";
    ns3::Config::SetDefault("ns3::fabric::SonicBuffer::SizePerPort", ns3::UintegerValue(1 << 20));
    fit = GetFit(stack, "1us");
    EXPECT_EQ(fit["ns3::rdma::SelectiveRepeat::RtoHigh"], "35400260ps");
    ns3::Config::SetDefault("ns3::fabric::SonicBuffer::SizePerPort", ns3::UintegerValue(0));
    // lossy, with LossyAlpha 1/2: a third of it, 22,369,621 bytes: 447,392.42 ns
    stack = *NetworkStack::Find("rocev2-sr-dcqcn");
    stack.UseFlowControl("none");
    fit = GetFit(stack, "1us");
    EXPECT_EQ(fit["ns3::rdma::SelectiveRepeat::RtoHigh"], "459914660ps");
    // credits: nothing is shared, all of it, 1,342,177.28 ns
    stack.bufferPolicy = "ns3::fabric::CreditBuffer";
    EXPECT_EQ(GetFit(stack, "1us")["ns3::rdma::SelectiveRepeat::RtoHigh"], "1354699520ps");
    stack.UseFlowControl("pfc");
    stack.Apply();
}

TEST(FitStack, LeavesAloneWhatTheUserChose)
{
    auto stack = *NetworkStack::Find("uet-nscc");
    stack.settings.push_back({"ns3::fabric::RedMarker::Kmin", "1000"});
    auto fit = GetFit(stack, "1us");
    EXPECT_EQ(fit.count("ns3::fabric::RedMarker::Kmin"), 0U);
    EXPECT_EQ(fit.count("ns3::fabric::RedMarker::Kmax"), 1U);
    EXPECT_TRUE(GetFit(*NetworkStack::Find("flow-level"), "1us").empty());
    EXPECT_TRUE(GetFit(*NetworkStack::Find("tcp"), "1us").empty());
    EXPECT_TRUE(FitStack(stack, ns3::cluster::TopologyGraph()).empty());
    NetworkStack::Find("rocev2-dcqcn")->Apply();
}

} // namespace
