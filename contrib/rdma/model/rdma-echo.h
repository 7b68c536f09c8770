/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_ECHO_H
#define RDMA_ECHO_H

#include "ns3/fabric-frame.h"
#include "ns3/fabric-time.h"

#include <algorithm>
#include <cstdint>

namespace ns3::rdma
{

using fabric::Ticks;

/** What an acknowledgment tells of the frame that caused it. */
struct Echo
{
    Ticks sentAt{0};     ///< when the frame started
    Ticks arrivedAt{0};  ///< when it came; meaningful at the receiver
    Ticks hold{0};       ///< from then until the acknowledgment; meaningful at the sender
    uint16_t entropy{0}; ///< its path
    uint8_t hops{0};     ///< switches that it passed
    bool ce{false};      ///< it carried CE

    Echo() = default;

    /** @param frame a data frame that is to be answered */
    explicit Echo(const fabric::Frame& frame)
        : sentAt(frame.sentAt),
          arrivedAt(fabric::NowTicks()),
          entropy(frame.entropy),
          hops(frame.hops),
          ce(frame.ecn == fabric::Ecn::CE)
    {
    }

    /** @param fields transport headers of an acknowledgment */
    explicit Echo(const fabric::RoceFields& fields)
        : sentAt(fields.echoedSentAt),
          hold(fields.echoedHold),
          entropy(fields.echoedEntropy),
          hops(fields.echoedHops),
          ce(fields.echoedCe)
    {
    }

    /** Write it into an acknowledgment. @param [out] fields its headers @param now the time */
    void Put(fabric::RoceFields& fields, Ticks now) const
    {
        fields.echoedSentAt = sentAt;
        fields.echoedEntropy = entropy;
        fields.echoedHold = static_cast<uint32_t>(std::min<Ticks>(now - arrivedAt, UINT32_MAX));
        fields.echoedHops = hops;
        fields.echoedCe = ce;
    }
};

} // namespace ns3::rdma

#endif /* RDMA_ECHO_H */
