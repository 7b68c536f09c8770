/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// loss: goodput of one flow under random loss, as a share of the line rate, against the laws
//
//   go-back-N          (1 - p) / (1 - p + p W)
//   selective schemes  1 - p
//
// One link of 100 Gb/s, packets of 1024 message bytes: 1106 bytes with headers, preamble and gap,
// or 88.48 ns. A loss costs go-back-N all that is sent from the lost packet until the sender goes
// back: two packets, the link forth and back, the NAK, and the NIC's NAK generation (2 us) and
// reaction (4 us). The length of the link makes that loop 25 us, W = 282.5 packets. The law leaves
// out that a packet lost again right after the sender went back waits for the timer, 32.8 us.
//
// IRN's selective repeat finds a repeat that was lost by its timer only, and then sends all again
// that it has not heard of; the law is for small losses.
//
// Hardware (SRNIC, NSDI 2023, figure 11: 100 Gb/s, 4 KB messages, loss of 1 %): 25 Gb/s with the
// go-back-N of a ConnectX-6, 75 Gb/s with selective repeat. Goodput here in message bytes.

#include "ns3/double.h"
#include "ns3/fabric-frame-error-model.h"
#include "ns3/fabric-link.h"
#include "ns3/fabric-port.h"
#include "ns3/fabric-time.h"
#include "ns3/node.h"
#include "ns3/rdma-helper.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

using namespace ns3;

namespace
{

constexpr double SLOT = 88.48e-9; // s: 1106 bytes at 100 Gb/s
constexpr double LOOP = 25e-6;    // s
// Forth and back: the loop less two slots, a NAK of 86 bytes, generation and reaction.
constexpr double DELAY = (LOOP - 2 * SLOT - 86 * 8 / 100e9 - 6e-6) / 2;

/** Waits for the one message. */
class Finish : public rdma::CompletionHandler
{
  public:
    void SendCompleted(rdma::QueuePair& queuePair, const rdma::Completion& completion) override
    {
        at = Simulator::Now().GetSeconds();
        success = completion.status == rdma::CompletionStatus::SUCCESS;
    }

    void MessagePlaced(rdma::QueuePair& queuePair, const rdma::Placement& placement) override {}

    double at{0};        ///< when it was acknowledged
    bool success{false}; ///< whether it was
};

/**
 * @param reliability scheme with attributes
 * @param loss probability per data frame
 * @param packets of the message
 * @return share of the line rate that arrives
 */
double
Run(const std::string& reliability, double loss, uint64_t packets)
{
    Ptr<rdma::Nic> nics[2];
    Ptr<fabric::Port> ports[2];
    for (uint32_t i = 0; i < 2; ++i)
    {
        auto node = CreateObject<Node>();
        ports[i] = CreateObject<fabric::Port>();
        ports[i]->SetDataRate(DataRate("100Gbps"));
        ports[i]->SetFabricAddress(i);
        node->AddDevice(ports[i]);
        nics[i] = CreateObject<rdma::Nic>();
        nics[i]->SetAttribute("Reliability", StringValue(reliability));
        node->AggregateObject(nics[i]);
        nics[i]->AddPort(ports[i]);
    }
    auto link = CreateObject<fabric::Link>();
    link->SetAttribute("Delay", TimeValue(Seconds(DELAY)));
    link->Attach(ports[0]);
    link->Attach(ports[1]);
    auto errors = CreateObject<fabric::RandomFrameErrorModel>();
    errors->SetAttribute("FrameLossRate", DoubleValue(loss));
    errors->AssignStreams(1);
    link->SetErrorModel(0, errors); // what host 0 sends
    Ptr<rdma::QueuePair> a = nics[0]->CreateQueuePair();
    Ptr<rdma::QueuePair> b = nics[1]->CreateQueuePair();
    a->SetAttribute("PathMtu", UintegerValue(1024));
    b->SetAttribute("PathMtu", UintegerValue(1024));
    a->Connect(1, b->GetQpn());
    b->Connect(0, a->GetQpn());
    Finish finish;
    a->SetHandler(&finish);
    rdma::WorkRequest request;
    request.bytes = packets * 1024;
    a->PostSend(request);
    Simulator::Run();
    Simulator::Destroy();
    if (!finish.success)
    {
        std::fprintf(stderr, "%s at a loss of %g: the message failed\n", reliability.c_str(), loss);
        std::exit(1);
    }
    return packets * SLOT / finish.at;
}

/** Print a figure for ./weft validate. */
void
Print(const std::string& name, double loss, double expected, double seen, const char* tolerance)
{
    std::printf(
        "figure\t%s, loss %g\t%.4f\t%.4f\t%s\n", name.c_str(), loss, expected, seen, tolerance);
    std::fflush(stdout);
}

} // namespace

int
main()
{
    fabric::UsePicoseconds();
    const std::string goBackN = "ns3::rdma::GoBackN[AckTimeout=3]";
    const std::string repeat = "ns3::rdma::SelectiveRepeat[BitmapPackets=8192]";
    const std::string rack = "ns3::rdma::SackRack[BitmapPackets=8192]";
    constexpr double share = 100 * 1024.0 / 1106; // Gb/s of message bytes at the line rate
    for (const double loss : {1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 5e-2})
    {
        const uint64_t packets = loss < 5e-3 ? 500'000 : loss < 2e-2 ? 200'000 : 50'000;
        const double seen = Run(goBackN, loss, packets);
        Print("go-back-N", loss, (1 - loss) / (1 - loss + loss * LOOP / SLOT), seen, "5%");
        const double selective = Run(rack, loss, packets);
        Print("SACK and RACK", loss, 1 - loss, selective, "5%");
        // The end of a message waits for the timer; it is a small part of many packets.
        Print("selective repeat", loss, 1 - loss, Run(repeat, loss, 500'000), "5%");
        if (loss == 1e-2)
        {
            Print("ConnectX-6, go-back-N, Gb/s", loss, 25, seen * share, "25%");
            Print("SRNIC, selective repeat, Gb/s", loss, 75, selective * share, "25%");
        }
    }
    return 0;
}
