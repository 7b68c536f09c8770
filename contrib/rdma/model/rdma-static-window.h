/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_STATIC_WINDOW_H
#define RDMA_STATIC_WINDOW_H

#include "rdma-window-law.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * A window that never changes: InitialWindow, or what the line rate carries in BaseRtt. The latter
 * is the BDP flow control of IRN (Mittal et al., SIGCOMM 2018, section 3.2), which bounds what a
 * sender can put into queues to one bandwidth-delay product and reacts to nothing.
 */
class StaticWindow : public WindowLaw
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    StaticWindow();
    ~StaticWindow() override;
};

} // namespace ns3::rdma

#endif /* RDMA_STATIC_WINDOW_H */
