/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_TEST_NET_H
#define RDMA_TEST_NET_H

#include "rdma-test-meddler.h"

#include "ns3/fabric-frame-error-model.h"
#include "ns3/fabric-link.h"
#include "ns3/fabric-port.h"
#include "ns3/fabric-switch.h"
#include "ns3/node.h"
#include "ns3/rdma-nic.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ns3::rdma::tests
{

constexpr Ticks US = 1'000'000; ///< a microsecond
constexpr Ticks MS = 1000 * US; ///< a millisecond

/** What a chain of links is made of. */
struct ChainOptions
{
    uint32_t links{1};           ///< links between the two hosts; switches between them
    std::string rate{"100Gbps"}; ///< of all links
    Ticks delay{US};             ///< of each link
    uint32_t interframe{0};      ///< bytes of preamble and gap
    uint32_t dataOverhead{64};   ///< see Nic; 0: real headers
    uint32_t ackBytes{64};       ///< see Nic; 0: real size
    bool meddler{false};         ///< two links and a meddler between them
    uint32_t mtu{4086};          ///< path MTU: with 64 bytes of overhead, frames of 4150 bytes
    std::string limits;          ///< attributes of NicLimits
};

/** Two hosts, each with a NIC of one port, and a row of links between them. */
class Chain
{
  public:
    /** @param options what it is made of */
    explicit Chain(const ChainOptions& options);
    ~Chain();

    /**
     * @param sendPsn first PSN of host 0
     * @param receivePsn first PSN of host 1
     * @return a pair of connected queue pairs: at host 0, and at host 1
     */
    std::pair<Ptr<QueuePair>, Ptr<QueuePair>> Connect(uint32_t sendPsn = 0,
                                                      uint32_t receivePsn = 0);

    ChainOptions options;                ///< what it is made of
    Ptr<Nic> nic[2];                     ///< of both hosts
    Ptr<fabric::Port> port[2];           ///< of both hosts
    std::vector<Ptr<fabric::Link>> link; ///< from host 0 to host 1
    Ptr<Meddler> meddler;                ///< between the hosts, if wanted
    std::vector<Ptr<Node>> node;         ///< host 0, host 1, switches
};

/** The user at one end: notes what it is told. */
class Recorder : public CompletionHandler
{
  public:
    /** A completion and when it came. */
    struct Sent
    {
        Ticks at;              ///< when
        Completion completion; ///< what
    };

    /** A placement and when it came. */
    struct Placed
    {
        Ticks at;            ///< when
        Placement placement; ///< what
    };

    void SendCompleted(QueuePair& queuePair, const Completion& completion) override;
    void MessagePlaced(QueuePair& queuePair, const Placement& placement) override;
    void ReceiveFlushed(QueuePair& queuePair, uint64_t receiveId) override;

    std::vector<Sent> sent;     ///< completions
    std::vector<Placed> placed; ///< placements

    std::vector<uint64_t> flushed; ///< receives that were not used
};

/** Loses chosen frames: those of an opcode and a PSN, a number of times. */
class Saboteur : public fabric::FrameErrorModel
{
  public:
    /** Frames to lose. */
    struct Target
    {
        enum Kind
        {
            DATA, ///< data frames
            ACK,  ///< ACKs
            NAK,  ///< NAKs
        } kind;   ///< what they are

        uint32_t psn;   ///< their PSN
        uint32_t times; ///< how many of them
        int opcode{-1}; ///< of them, if 0 or more
    };

    std::vector<Target> targets; ///< frames to lose
    uint32_t lost{0};            ///< frames lost so far

  private:
    bool DoIsLost(const fabric::Frame& frame) override;
};

/** A data frame that left a NIC. */
struct Departure
{
    Ticks at;       ///< when
    uint32_t qpn;   ///< whose
    uint32_t bytes; ///< its size
};

/** @return what leaves a NIC from now on, filled while the simulation runs */
std::shared_ptr<std::vector<Departure>> Watch(Ptr<Nic> nic);

/**
 * @param remoteAddress where a WRITE goes
 * @param bytes of the message
 * @param wrId of the request
 * @return the request
 */
WorkRequest Write(uint64_t bytes, uint64_t wrId = 0, uint64_t remoteAddress = 0);

/** @param bytes to fetch @param wrId of the request @return the request */
WorkRequest Read(uint64_t bytes, uint64_t wrId = 0);

} // namespace ns3::rdma::tests

#endif /* RDMA_TEST_NET_H */
