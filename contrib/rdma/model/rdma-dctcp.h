/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_DCTCP_H
#define RDMA_DCTCP_H

#include "rdma-window-law.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * DCTCP (RFC 8257; Alizadeh et al., SIGCOMM 2010): a window cut in proportion to the share of bytes
 * that were marked.
 *
 * Once per window of data, alpha becomes (1-g) alpha + g M, where M is the share of the bytes
 * acknowledged in it whose acknowledgments echo a mark. At the first echo the window is multiplied
 * by 1 - alpha/2, and not again before all that was in flight is acknowledged; until then it does
 * not grow. Otherwise it grows by one packet per round trip, if it is what limits the sender.
 *
 * Switches are to mark every frame that finds more than K bytes queued (RedMarker with Kmin = Kmax
 * = K). K of C RTT / 7 at least (SIGCOMM 2010, section 3.4).
 *
 * Differences from TCP: the first window is InitialWindow and there is no slow start, since RDMA
 * starts at line rate. A packet that the receiver misses halves the window (RFC 8257, 3.5), and so
 * does a timeout. The least window is one packet. An acknowledgment for several packets
 * echoes whether any of them was marked, without the delayed-ACK state machine of RFC 8257, 3.2:
 * with AckEvery above 1 the share of marked bytes is overstated.
 */
class Dctcp : public WindowLaw
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Dctcp();
    ~Dctcp() override;

    /** @return estimate of the share of bytes marked, 0 to 1 */
    double GetAlpha() const
    {
        return m_alpha;
    }

  protected:
    void DoStart() override;

  private:
    bool DoNeedsEcn() const override;
    void DoAck(const Ack& ack) override;
    void DoNack(const Nack& nack) override;
    void DoTimeout(Ticks now) override;

    /** @return whether a cut may come: what was in flight at the last one is acknowledged */
    bool MayCut();

    /** @param factor what to multiply the window by */
    void Cut(double factor);

    double m_gain{0};          ///< weight g of a new observation in alpha
    double m_alpha{1};         ///< share of bytes marked
    uint64_t m_ackedBytes{0};  ///< in this window of data
    uint64_t m_markedBytes{0}; ///< of these, marked
    uint64_t m_windowEnd{0};   ///< mark of the AckClock: end of this window of data
    uint64_t m_cutEnd{0};      ///< likewise: what was in flight at the last cut
    bool m_cut{false};         ///< m_cutEnd is not past yet
};

} // namespace ns3::rdma

#endif /* RDMA_DCTCP_H */
