/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_PATH_SELECTOR_H
#define RDMA_PATH_SELECTOR_H

#include "ns3/fabric-time.h"
#include "ns3/object.h"

#include <cstdint>

namespace ns3::rdma
{

using fabric::Ticks;

/**
 * Entropy that the RDMA stack of Linux gives to a connection: the UDP source port, 0xC000 to
 * 0xFFFF, made of the flow label that follows from both queue pair numbers (rdma_calc_flow_label
 * and rdma_flow_label_to_udp_sport of include/rdma/ib_verbs.h). The same in both directions.
 *
 * @param a number of one queue pair
 * @param b number of the other
 * @return UDP source port
 */
uint16_t ConnectionEntropy(uint32_t a, uint32_t b);

/**
 * @ingroup rdma
 * Which path each data packet takes: base class of the choice at the sender. One object per queue
 * pair. A path is named by an entropy value, the UDP source port, which the load balancers of the
 * switches hash.
 *
 * The queue pair asks for the entropy of each data frame and tells what became of it by the Notify
 * functions. All calls come at events of the queue pair's node.
 */
class PathSelector : public Object
{
  public:
    /** What happened to a packet whose acknowledgment echoes its entropy. */
    struct Feedback
    {
        Ticks now;              ///< the time
        Ticks rtt;              ///< from the start of the packet until now
        uint64_t bytesInFlight; ///< message bytes sent and not known to have arrived
        uint16_t entropy;       ///< its path
        bool ecnEcho;           ///< it carried CE
    };

    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    PathSelector();
    ~PathSelector() override;

    /**
     * @param localQpn number of the queue pair
     * @param remoteQpn number of its peer
     */
    void Start(uint32_t localQpn, uint32_t remoteQpn);

    /**
     * @param sequence sequence number of a data frame that leaves now
     * @param retransmission whether it was sent before
     * @return its entropy
     */
    uint16_t Select(uint64_t sequence, bool retransmission)
    {
        return DoSelect(sequence, retransmission);
    }

    /** @param feedback an acknowledgment */
    void NotifyAck(const Feedback& feedback)
    {
        DoAck(feedback);
    }

    /** @param feedback a negative acknowledgment; its path is that of the packet that showed it */
    void NotifyNack(const Feedback& feedback)
    {
        DoNack(feedback);
    }

    /** No acknowledgment came in time. @param now the time */
    void NotifyTimeout(Ticks now)
    {
        DoTimeout(now);
    }

    /**
     * A packet is given up as lost, its path is known: schemes that note the path of each packet
     * call it, besides NotifyTimeout if a timeout was how it was found.
     *
     * @param now the time
     * @param entropy path of the packet
     */
    void NotifyLoss(Ticks now, uint16_t entropy)
    {
        DoLoss(now, entropy);
    }

    /** @return whether it hears of congestion by ECN marks alone */
    virtual bool NeedsEcn() const;

    /**
     * @param stream first stream number to use
     * @return number of streams used
     */
    virtual int64_t AssignStreams(int64_t stream);

  private:
    /** See Start. */
    virtual void DoStart(uint32_t localQpn, uint32_t remoteQpn) = 0;
    /** See Select. */
    virtual uint16_t DoSelect(uint64_t sequence, bool retransmission) = 0;
    /** See NotifyAck. */
    virtual void DoAck(const Feedback& feedback);
    /** See NotifyNack. */
    virtual void DoNack(const Feedback& feedback);
    /** See NotifyTimeout. */
    virtual void DoTimeout(Ticks now);
    /** See NotifyLoss. */
    virtual void DoLoss(Ticks now, uint16_t entropy);
};

} // namespace ns3::rdma

#endif /* RDMA_PATH_SELECTOR_H */
