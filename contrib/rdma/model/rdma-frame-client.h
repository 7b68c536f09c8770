/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_FRAME_CLIENT_H
#define RDMA_FRAME_CLIENT_H

#include "ns3/fabric-frame.h"
#include "ns3/fabric-time.h"

#include <cstdint>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Something besides the queue pairs that sends and receives frames by a port of a NIC: frames of
 * kind REDUCTION. All calls come at events of the NIC's node.
 */
class FrameClient
{
  public:
    virtual ~FrameClient() = default;

    /** A frame has arrived. @param frame the frame, still owned by the caller */
    virtual void ReceiveFrame(const fabric::Frame& frame) = 0;

    /** As fabric::PortOwner::WillPull: Port::Kick is to be called later if not. */
    virtual bool WillPull(uint8_t eligible, fabric::Ticks at) = 0;

    /** As fabric::PortOwner::PullFrame. */
    virtual fabric::Frame* Pull(uint8_t eligible, fabric::Ticks at) = 0;
};

} // namespace ns3::rdma

#endif /* RDMA_FRAME_CLIENT_H */
