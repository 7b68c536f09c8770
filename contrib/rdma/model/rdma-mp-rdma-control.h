/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_MP_RDMA_CONTROL_H
#define RDMA_MP_RDMA_CONTROL_H

#include "rdma-window-law.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * The window of MP-RDMA (Y. Lu et al., NSDI 2018, 3.1), one for all paths of a connection, changed
 * at each acknowledgment of n packets: by n / w packets more if its packet was not marked, by n / 2
 * packets less if it was. Paths that are given up take a packet each (DropPath).
 *
 * Differences: the first window is what the line rate carries in BaseRtt; a window that does not
 * limit the sender does not grow; a timeout halves it, of which the paper says nothing.
 */
class MpRdmaControl : public WindowLaw
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    MpRdmaControl();
    ~MpRdmaControl() override;

    /** A path is given up, and its packet is not to be replaced. */
    void DropPath();

  private:
    void DoAck(const Ack& ack) override;
    void DoTimeout(Ticks now) override;
    bool DoNeedsEcn() const override;
};

} // namespace ns3::rdma

#endif /* RDMA_MP_RDMA_CONTROL_H */
