/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_IDEAL_TRANSFER_H
#define CLUSTER_IDEAL_TRANSFER_H

#include "cluster-message-verb.h"

#include "ns3/fabric-time.h"
#include "ns3/rdma-frame-sizes.h"

#include <cstdint>
#include <vector>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * How a message is cut into frames.
 */
struct TransferFrames
{
    uint32_t mtuBytes{4096};      ///< message bytes of a full packet
    uint32_t interframeBytes{20}; ///< preamble and gap of the links
    rdma::FrameSizes sizes{};     ///< sizes of the frames

    /** @return message bytes over link bytes of full packets, preamble and gap included */
    double GetEfficiency() const;
};

/**
 * @ingroup cluster
 * A link on the way of a message, and what is behind it.
 */
struct TransferHop
{
    uint64_t bitRate{0};          ///< rate, bit/s
    fabric::Ticks latency{0};     ///< propagation, and processing before the next link, ps
    fabric::Ticks backLatency{0}; ///< the same in the other direction, ps
    uint32_t headerBytes{0};      ///< cut-through: bytes, preamble and gap apart, after which the
                                  ///< next link may start; 0: the whole frame
    uint32_t backHeaderBytes{0};  ///< the same in the other direction
};

/**
 * @ingroup cluster
 * Times of a message that has the network for itself, after its first bit leaves.
 */
struct TransferTimes
{
    fabric::Ticks arrival{0};      ///< its last bit has arrived
    fabric::Ticks acknowledged{0}; ///< the acknowledgment of its last packet has arrived
};

/**
 * @ingroup cluster
 * How long an RDMA WRITE takes on links that carry nothing else, at line rate,
 * with an acknowledgment of its last packet: the denominator of slowdown.
 *
 * For n equal frames of S bytes on L links of rate B and latency p, and acknowledgments of A bytes,
 * that is (n - 1 + L) 8S/B + Lp for the arrival, and Lp + L 8A/B more for the acknowledgment, if
 * all switches store and forward; each that cuts through after H bytes saves 8(S - H)/B of the
 * arrival. In general the frames of first, middle and last packets and the links differ; the
 * packets are followed from link to link until each link has come to its steady step per packet,
 * and the rest of the equal ones is a multiplication.
 *
 * @param path links from NIC to NIC, at least one
 * @param bytes size of the message
 * @param frames how it is cut
 * @return the times
 */
TransferTimes GetIdealTransfer(const std::vector<TransferHop>& path,
                               uint64_t bytes,
                               const TransferFrames& frames);

/**
 * @ingroup cluster
 * How long an RDMA READ or an atomic operation takes on links that carry nothing else: the request,
 * a frame without payload, goes there, and what it asks for comes back at line rate. It is over
 * when that is here.
 *
 * @param there links from the NIC that asks to the other
 * @param back links the other way
 * @param bytes asked for
 * @param verb READ or an atomic operation
 * @param frames how messages are cut
 * @return the times, which are the same
 */
TransferTimes GetIdealAnswer(const std::vector<TransferHop>& there,
                             const std::vector<TransferHop>& back,
                             uint64_t bytes,
                             MessageVerb::Value verb,
                             const TransferFrames& frames);

} // namespace ns3::cluster

#endif /* CLUSTER_IDEAL_TRANSFER_H */
