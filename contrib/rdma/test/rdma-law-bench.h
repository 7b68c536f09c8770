/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_LAW_BENCH_H
#define RDMA_LAW_BENCH_H

#include "ns3/fabric-time.h"
#include "ns3/rdma-congestion-control.h"
#include "ns3/simulator.h"
#include "ns3/string.h"

#include <string>
#include <utility>
#include <vector>

namespace ns3::rdma::tests
{

/**
 * A congestion control without queue pair: what happens to it is called by hand, at times that the
 * test says. A full packet has 1000 message bytes and takes 1000 bytes on the link unless told
 * otherwise, so that figures can be followed in the head.
 */
template <typename L>
class LawBench : public CongestionControl::Listener
{
  public:
    /**
     * @param lineRate rate of the port, bit/s
     * @param attributes what differs from the law's defaults
     * @param mtuBytes message bytes of a full packet
     * @param frameBytes a full packet on the link
     */
    explicit LawBench(uint64_t lineRate,
                      const std::vector<std::pair<std::string, std::string>>& attributes = {},
                      uint32_t mtuBytes = 1000,
                      uint32_t frameBytes = 1000)
    {
        fabric::UsePicoseconds();
        for (const auto& [name, value] : attributes)
        {
            law->SetAttribute(name, StringValue(value));
        }
        context.lineRate = lineRate;
        context.mtuBytes = mtuBytes;
        context.frameBytes = frameBytes;
        context.nodeId = 3;
        law->Start(context, this);
        law->NotifyActive();
    }

    ~LawBench() override
    {
        law->Dispose();
        Simulator::Destroy();
    }

    void RateChanged(uint64_t) override
    {
        ++rateChanges;
    }

    void WindowChanged(uint64_t) override
    {
        ++windowChanges;
    }

    /** Packets leave. @param bytes message bytes @param again whether they left before */
    void Send(uint64_t bytes, bool again = false)
    {
        inFlight += bytes;
        CongestionControl::Sent sent{};
        sent.now = now;
        sent.bytesInFlight = inFlight;
        sent.payloadBytes = static_cast<uint32_t>(bytes);
        sent.frameBytes = static_cast<uint32_t>(bytes);
        sent.retransmission = again;
        law->NotifySent(sent);
    }

    /** @param bytes newly acknowledged @return an acknowledgment of them, to be changed and given
     * to Take */
    CongestionControl::Ack MakeAck(uint64_t bytes)
    {
        CongestionControl::Ack ack{};
        ack.now = now;
        ack.rtt = rtt;
        ack.ackedBytes = bytes;
        inFlight -= bytes;
        ack.bytesInFlight = inFlight;
        return ack;
    }

    /** An acknowledgment comes. @param bytes newly acknowledged @param marked it echoes a mark */
    void Ack(uint64_t bytes, bool marked = false)
    {
        auto ack = MakeAck(bytes);
        ack.ecnEcho = marked;
        law->NotifyAck(ack);
    }

    /** An acknowledgment comes that echoes signals. @param bytes newly acknowledged @param signals
     * what switches wrote */
    void Ack(uint64_t bytes, const fabric::FrameSignals& signals)
    {
        auto ack = MakeAck(bytes);
        ack.signals = &signals;
        law->NotifyAck(ack);
    }

    /** A packet is missed. */
    void Nack()
    {
        law->NotifyNack({now, inFlight});
    }

    Ptr<L> law{CreateObject<L>()};      ///< the law
    CongestionControl::Context context; ///< where it works
    Ticks now{0};                       ///< the time
    Ticks rtt{10'000'000};              ///< round-trip time of the next acknowledgments
    uint64_t inFlight{0};               ///< message bytes in flight
    uint32_t rateChanges{0};            ///< changes of the rate so far
    uint32_t windowChanges{0};          ///< changes of the window so far
};

} // namespace ns3::rdma::tests

#endif /* RDMA_LAW_BENCH_H */
