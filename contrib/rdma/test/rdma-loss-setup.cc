/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-loss-setup.h"

#include "ns3/double.h"

namespace ns3::rdma::tests
{

GoodputRun::GoodputRun(const std::string& reliability, double loss, uint64_t packets)
{
    ChainOptions options;
    options.mtu = 1024;
    options.dataOverhead = 62;
    options.ackBytes = 66;
    options.interframe = 20;
    Chain chain(options);
    for (auto& nic : chain.nic)
    {
        nic->SetAttribute("Reliability", StringValue(reliability));
    }
    auto errors = CreateObject<fabric::RandomFrameErrorModel>();
    errors->SetAttribute("FrameLossRate", DoubleValue(loss));
    errors->AssignStreams(7);
    chain.link[0]->SetErrorModel(0, errors); // what host 0 sends
    auto [a, b] = chain.Connect();
    Recorder sender;
    a->SetHandler(&sender);
    a->PostSend(Write(packets * 1024));
    Simulator::Run();
    completed =
        sender.sent.size() == 1 && sender.sent[0].completion.status == CompletionStatus::SUCCESS;
    goodput = completed ? packets * 88'480.0 / sender.sent[0].at : 0;
    const auto& counters = chain.nic[0]->GetCounters();
    repeatShare = double(counters.dataRepeated) / counters.dataSent;
}

} // namespace ns3::rdma::tests
