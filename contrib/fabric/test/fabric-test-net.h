/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_TEST_NET_H
#define FABRIC_TEST_NET_H

#include "ns3/fabric-dynamic-threshold.h"
#include "ns3/fabric-frame-pool.h"
#include "ns3/fabric-link.h"
#include "ns3/fabric-port.h"
#include "ns3/fabric-switch.h"
#include "ns3/fabric-time.h"
#include "ns3/node.h"
#include "ns3/object-factory.h"

#include <memory>
#include <string>
#include <vector>

namespace ns3::fabric::tests
{

/** A host of the tests: sends raw frames and notes those that arrive. */
class TestHost : public PortOwner
{
  public:
    /** A frame that arrived. */
    struct Arrival
    {
        Ticks at;           ///< when
        uint32_t psn;       ///< which
        Ecn ecn;            ///< how marked
        uint8_t priority;   ///< its class
        FabricAddress from; ///< from whom
    };

    /** @param rate rate of the port @param interframe preamble and gap, bytes */
    explicit TestHost(const std::string& rate, uint32_t interframe = 20);

    /** @return a frame to `to`, ECN-capable */
    Frame* Make(FabricAddress to, uint32_t bytes, uint8_t priority, uint32_t psn);

    /** @param entropy of the frames made from now on */
    void SetEntropy(uint16_t entropy);

    /** Queue n frames to `to` now, numbered from 0. */
    void Send(FabricAddress to, uint32_t n, uint32_t bytes, uint8_t priority = 3);

    /** From now on keep the port busy with frames to `to`, made one at a time when it is idle. */
    void Saturate(FabricAddress to, uint32_t n, uint32_t bytes, uint8_t priority = 3);

    void ReceiveFrame(Port& from, Frame* frame) override;
    bool MakesFrames() const override;
    Frame* PullFrame(Port& from, uint8_t eligible, Ticks at) override;
    bool WillPull(Port& from, uint8_t eligible, Ticks at) override;

    Ptr<Node> node;                ///< its node
    Ptr<Port> port;                ///< its port
    std::vector<Arrival> arrivals; ///< frames that arrived
    uint64_t arrivedBytes{0};      ///< their bytes

  private:
    FabricAddress m_to{0};    ///< destination of the saturating flow
    uint32_t m_left{0};       ///< frames it still has
    uint32_t m_bytes{0};      ///< size of its frames
    uint8_t m_priority{0};    ///< their class
    uint32_t m_nextPsn{0};    ///< number of the next
    uint16_t m_entropy{1000}; ///< of our frames
};

/** Hosts around one switch; host i has address i. */
class Star
{
  public:
    /** @param hosts number of hosts @param rate of all links @param delay of all links */
    Star(uint32_t hosts, const std::string& rate, Time delay, uint32_t interframe = 20);

    /** @return bytes in the queues and on the links */
    uint64_t BytesInside() const;

    std::vector<std::unique_ptr<TestHost>> hosts; ///< by address
    std::vector<Ptr<Link>> links;                 ///< by address
    Ptr<Node> node;                               ///< of the switch
    Ptr<Switch> sw;                               ///< the switch
    Ptr<FabricDirectory> directory;               ///< where the hosts are
};

/**
 * Leaves, each linked once to every spine, and hosts at the leaves: host h of leaf l has address
 * l * hosts + h and is at port h of its leaf, spine s at port hosts + s. Leaf l is at port l of
 * every spine.
 */
class LeafSpine
{
  public:
    /**
     * @param leaves number of leaves
     * @param spines number of spines
     * @param hosts number of hosts at each leaf
     * @param balancer makes the load balancer of each switch
     * @param device makes the switches
     */
    LeafSpine(uint32_t leaves,
              uint32_t spines,
              uint32_t hosts,
              const ObjectFactory& balancer,
              const ObjectFactory& device = ObjectFactory("ns3::fabric::Switch"));

    /** @return link between a leaf and a spine */
    Ptr<Link> GetLink(uint32_t leaf, uint32_t spine) const;

    /** @return what does not hold: bytes of switches, their memory; empty if all is well */
    std::string CheckBooks() const;

    std::vector<std::unique_ptr<TestHost>> hosts; ///< by address
    std::vector<Ptr<Switch>> leaves;              ///< by number
    std::vector<Ptr<Switch>> spines;              ///< by number
    Ptr<FabricDirectory> directory;               ///< where the hosts are

  private:
    /** @return a new switch on a node of its own */
    Ptr<Switch> MakeSwitch(const ObjectFactory& device, const ObjectFactory& balancer);

    /** @return a new port of a switch */
    Ptr<Port> MakePort(Ptr<Switch> device);

    std::vector<Ptr<Link>> m_links; ///< between leaves and spines, by leaf and spine
    int64_t m_stream{100};          ///< next random stream
};

/** Plug two ports into a new link. */
Ptr<Link> Connect(Ptr<Port> a, Ptr<Port> b, Time delay);

} // namespace ns3::fabric::tests

#endif /* FABRIC_TEST_NET_H */
