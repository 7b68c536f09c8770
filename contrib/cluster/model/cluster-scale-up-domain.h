/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_SCALE_UP_DOMAIN_H
#define CLUSTER_SCALE_UP_DOMAIN_H

#include "cluster-fluid-links.h"
#include "cluster-message-network.h"
#include "cluster-scale-up-reduction.h"

#include "ns3/data-rate.h"
#include "ns3/fabric-time.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/ptr.h"
#include "ns3/rdma-alarm.h"
#include "ns3/rdma-ring-buffer.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * The user of a scale-up domain. Calls come at events of the server's node.
 */
class ScaleUpUser
{
  public:
    virtual ~ScaleUpUser() = default;

    /** @param message a message that is at its destination now, whole */
    virtual void TransferArrived(const Message& message) = 0;
};

/**
 * @ingroup cluster
 * The network between the accelerators inside a server (NVLink with NVSwitch, xGMI, HCCS, PCIe with
 * a switch): rate, latency and contention, without packets.
 *
 * Every accelerator has one port of the same Rate in each direction, into a switch that does not
 * block. Bytes flow as a fluid: at each moment the active transfers share the egress port of their
 * source and the ingress port of their destination max-min fairly (Bertsekas and Gallager, "Data
 * Networks", 6.5.2), which is what packet-wise arbitration at the ports of such a switch comes to
 * for transfers much longer than a packet. A transfer that has left whole arrives Latency later.
 *
 * - A transfer alone takes Latency + bytes / Rate, rounded up to the picosecond.
 * - n transfers of equal size to one accelerator, or from one, that start together take
 *   Latency + n * bytes / Rate.
 * - Both directions of a port are independent.
 *
 * Transfers of one (source, destination, channel) go one after the other, in the order sent;
 * different channels share. Rates change only when a channel falls idle or starts again, and only
 * for the transfers that share a port with it, directly or through others: a chain of chunks costs
 * two events per chunk whatever the size. Shares are whole bit/s; what is left over is not used.
 *
 * The switch can also add up and copy: see ScaleUpReduction, whose flows share the ports.
 *
 * Deliberately left out: header overhead (state a net rate), arbitration at packet level, reads,
 * and copy engines or memory as further bottlenecks.
 */
class ScaleUpDomain : public Object, private FluidUser
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    ScaleUpDomain();
    ~ScaleUpDomain() override;

    /**
     * @param nodeId node of the server: context of all events
     * @param accelerators number of accelerators
     * @param user who hears of arrivals; must outlive the use of the domain
     */
    void Setup(uint32_t nodeId, uint32_t accelerators, ScaleUpUser* user);

    /** @return number of accelerators */
    uint32_t GetNAccelerators() const;

    /** @return rate of a port, each direction */
    DataRate GetRate() const;

    /**
     * To be called at an event of the server's node.
     *
     * @param source accelerator within the server
     * @param destination another one
     * @param message what to move; its bytes and channel count, the rest is carried
     */
    void Send(uint32_t source, uint32_t destination, const Message& message);

    /** @return what the switch adds up and copies */
    Ptr<ScaleUpReduction> GetReduction() const;

    /** Totals since the start, without those of GetReduction. */
    struct Counters
    {
        uint64_t messagesSent{0};    ///< messages handed over by Send
        uint64_t bytesSent{0};       ///< their bytes
        uint64_t messagesArrived{0}; ///< messages that arrived
        uint64_t bytesArrived{0};    ///< their bytes
    };

    /** @return the totals */
    const Counters& GetCounters() const;

    /** @return times that shares were computed anew */
    uint64_t GetNComputations() const;

  protected:
    void DoDispose() override;

  private:
    /** A message that has left and arrives after the latency. */
    struct Delivery
    {
        Ticks at;        ///< when it arrives
        Message message; ///< what arrives
    };

    void MessageLeft(uint32_t stream, const Message& message) override;

    /** @return the stream of a source, destination and channel, made if there is none */
    uint32_t FindStream(uint32_t source, uint32_t destination, uint32_t channel);

    /** Messages have arrived: the event. */
    void Deliver();

    using DeliverAlarm = rdma::Alarm<ScaleUpDomain, &ScaleUpDomain::Deliver>;

    /** Channels and their streams. */
    using Channels = std::vector<std::pair<uint32_t, uint32_t>>;

    DataRate m_rate;                         ///< rate of a port
    Time m_latency;                          ///< latency
    uint32_t m_nAccelerators{0};             ///< accelerators
    ScaleUpUser* m_user{nullptr};            ///< who hears of arrivals
    FluidLinks m_links;                      ///< egress ports, then ingress ports
    std::vector<Channels> m_channelsOf;      ///< by source and destination
    rdma::RingBuffer<Delivery> m_deliveries; ///< in the order of arrival
    DeliverAlarm* m_deliverAlarm;            ///< event, reference counted
    Counters m_counters;                     ///< totals
    Ptr<ScaleUpReduction> m_reduction;       ///< sums and copies by the switch
};

} // namespace ns3::cluster

#endif /* CLUSTER_SCALE_UP_DOMAIN_H */
