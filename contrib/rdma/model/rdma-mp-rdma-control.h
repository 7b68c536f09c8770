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
 * packets less if it was (3.2). Paths that are given up take a packet each (3.3.2), and so do
 * acknowledgments that find nothing to send ("use it or lose it", 3.5). A sender that was idle for
 * RestartAfter round trips starts with its first window again (3.5), which is what the line rate
 * carries in BaseRtt: a BDP, as in the paper's experiments (5).
 *
 * Differences: a window that does not limit the sender does not grow; a timeout halves it, of which
 * the paper says nothing.
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

    /** A path is given up, or is not used: its packet is not to be replaced. */
    void DropPath();

    /** All that there was to send is acknowledged. @param now the time */
    void NoteIdle(Ticks now);

  protected:
    void DoStart() override;
    void DoSent(const Sent& sent) override;

  private:
    void DoAck(const Ack& ack) override;
    void DoTimeout(Ticks now) override;
    bool DoNeedsEcn() const override;

    double m_restartAfter{0}; ///< see RestartAfter
    double m_firstWindow{0};  ///< message bytes
    Ticks m_rtt{0};           ///< of the last acknowledgment
    Ticks m_idleSince{0};     ///< see NoteIdle
    bool m_idle{false};       ///< nothing was sent since then
};

} // namespace ns3::rdma

#endif /* RDMA_MP_RDMA_CONTROL_H */
