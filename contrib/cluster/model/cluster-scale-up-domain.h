/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_SCALE_UP_DOMAIN_H
#define CLUSTER_SCALE_UP_DOMAIN_H

#include "cluster-message-network.h"

#include "ns3/data-rate.h"
#include "ns3/fabric-time.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/rdma-alarm.h"
#include "ns3/rdma-indexed-heap.h"
#include "ns3/rdma-ring-buffer.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace ns3::cluster
{

using fabric::Ticks;

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
 * Deliberately left out: header overhead (state a net rate), arbitration at packet level, reads,
 * and copy engines or memory as further bottlenecks.
 */
class ScaleUpDomain : public Object
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

    /** Totals since the start. */
    struct Counters
    {
        uint64_t messagesSent{0};     ///< messages handed over by Send
        uint64_t bytesSent{0};        ///< their bytes
        uint64_t messagesArrived{0};  ///< messages that arrived
        uint64_t bytesArrived{0};     ///< their bytes
        uint64_t rateComputations{0}; ///< times that shares were computed anew
    };

    /** @return the totals */
    const Counters& GetCounters() const;

  protected:
    void DoDispose() override;

  private:
    using Work = __uint128_t; ///< 10^-12 bit: bit/s times ps

    /** Messages of one (source, destination, channel), which go one after the other. */
    struct Stream
    {
        uint32_t index{0};               ///< number of the stream
        uint32_t channel{0};             ///< channel
        uint32_t egress{0};              ///< port of the source
        uint32_t ingress{0};             ///< port of the destination
        bool active{false};              ///< the first message of the queue is under way
        uint32_t heapPlace{UINT32_MAX};  ///< place in m_finishes
        uint32_t visit{0};               ///< last rate computation that saw the stream
        uint64_t rate{0};                ///< share, bit/s
        Work remaining{0};               ///< of the first message, at m_updatedAt
        Ticks updatedAt{0};              ///< when remaining was computed
        rdma::RingBuffer<Message> queue; ///< messages, the one under way first
    };

    /** Where a stream keeps its place in the heap. */
    struct HeapPlace
    {
        static uint32_t& Of(Stream& stream)
        {
            return stream.heapPlace;
        }
    };

    /** One direction of the port of an accelerator. */
    struct Port
    {
        std::vector<Stream*> active; ///< streams under way that use it
        uint32_t visit{0};           ///< last rate computation that saw the port
        uint64_t free{0};            ///< rate not yet given away, during a computation
        uint32_t unfixed{0};         ///< streams without a share yet, during a computation
    };

    /** A message that has left and arrives after the latency. */
    struct Delivery
    {
        Ticks at;        ///< when it arrives
        Message message; ///< what arrives
    };

    /** @return the stream of a source, destination and channel, made if there is none */
    Stream& FindStream(uint32_t source, uint32_t destination, uint32_t channel);

    /** Start the first message of the queue that has bytes; those without leave at once. */
    void StartNext(Stream& stream);

    /** A stream has no more to send. */
    void Deactivate(Stream& stream);

    /** Set the end of the first message by its remaining bytes and the rate. */
    void ScheduleFinish(Stream& stream);

    /** Take a message out of the queue and send it on its way through the latency. */
    void Leave(Stream& stream);

    /** Messages have left, or shares are to be computed: the event. */
    void Progress();

    /** Messages have arrived: the event. */
    void Deliver();

    /** Compute the shares of all streams that are coupled to the dirty ports. */
    void ComputeRates();

    /** Find the ports and streams coupled to the dirty ports. */
    void CollectCoupled();

    /** Water-filling over the collected ports. */
    void ShareFairly();

    using ProgressAlarm = rdma::Alarm<ScaleUpDomain, &ScaleUpDomain::Progress>;
    using DeliverAlarm = rdma::Alarm<ScaleUpDomain, &ScaleUpDomain::Deliver>;

    DataRate m_rate;                                 ///< rate of a port
    Time m_latency;                                  ///< latency
    uint32_t m_nAccelerators{0};                     ///< accelerators
    ScaleUpUser* m_user{nullptr};                    ///< who hears of arrivals
    std::vector<std::unique_ptr<Stream>> m_streams;  ///< by index
    std::vector<std::vector<Stream*>> m_streamsOf;   ///< by source and destination
    std::vector<Port> m_ports;                       ///< egress ports, then ingress ports
    rdma::IndexedHeap<Stream, HeapPlace> m_finishes; ///< active streams by end of the message
    rdma::RingBuffer<Delivery> m_deliveries;         ///< in the order of arrival
    std::vector<uint32_t> m_dirtyPorts;              ///< whose streams need new shares
    std::vector<uint32_t> m_coupledPorts;            ///< scratch of ComputeRates
    std::vector<Stream*> m_coupledStreams;           ///< scratch of ComputeRates
    std::vector<Stream*> m_due;                      ///< scratch of Progress
    uint32_t m_visit{0};                             ///< number of the rate computation
    ProgressAlarm* m_progressAlarm;                  ///< event, reference counted
    DeliverAlarm* m_deliverAlarm;                    ///< event, reference counted
    Counters m_counters;                             ///< totals
};

} // namespace ns3::cluster

#endif /* CLUSTER_SCALE_UP_DOMAIN_H */
