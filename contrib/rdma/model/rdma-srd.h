/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_SRD_H
#define RDMA_SRD_H

#include "rdma-rtt-estimator.h"
#include "rdma-unordered-reliability.h"

#include "ns3/nstime.h"

#include <cstdint>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Scalable Reliable Datagram of Amazon's Nitro cards (L. Shalev et al., "A Cloud-Optimized
 * Transport Protocol for Elastic and Scalable HPC", IEEE Micro 40(6), 2020): packets arrive
 * reliably and in any order, over many paths, and the order is a matter of the layer above.
 *
 * Receiver: answers each packet at once; the acknowledgment says which packet is the next missing
 * one and which of the 64 up to the packet that caused it have come.
 *
 * Sender: each packet has its own timeout, smoothed round trip and four mean deviations of the
 * connection (RFC 6298), MinRto at least. A packet that is sent again takes another path than
 * before, if the path selector has one: that is how SRD gets around links that fail or drop,
 * in microseconds and without routing.
 *
 * The paper gives no law, no constant and no frame. Ours: the timeout, the acknowledgment, and that
 * lost packets leave before new ones. With RttPaths and SrdControl it makes the stack `srd`.
 */
class Srd : public UnorderedReliability
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Srd();
    ~Srd() override;

    /** @return timeout of a packet without backoff */
    Ticks GetTimeout() const;

  private:
    void DoReceiveData(const fabric::Frame& frame) override;
    void DoReceiveAck(const fabric::Frame& frame) override;
    void DoLeave(fabric::Frame& frame, uint64_t sequence) override;
    void DoStartTimer() override;
    void DoTimer() override;

    /** Answer a packet. @param frame it @param sequence its number */
    void Answer(const fabric::Frame& frame, uint64_t sequence);

    Time m_minRto;       ///< see MinRto
    Time m_initialRto;   ///< see InitialRto
    RttEstimator m_rtts; ///< of all paths
};

} // namespace ns3::rdma

#endif /* RDMA_SRD_H */
