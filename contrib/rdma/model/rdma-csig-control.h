/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_CSIG_CONTROL_H
#define RDMA_CSIG_CONTROL_H

#include "rdma-hpcc-law.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * HPCC's window (see HpccLaw) steered by CSIG tags (draft-ravi-ippm-csig-01), which have a fixed
 * size of 8 bytes, whatever the length of the path.
 *
 * HPCC's utilization of a link is its used share plus its queue over B T. A tag carries one value
 * at a time, so the frames of a sender ask in turn for the largest used share of a hop and for the
 * longest delay of a hop, D, which is the queue over B: U = share + D / T, each as last heard.
 *
 * A combination of this simulator: the draft defines the tag and leaves the use to the transport.
 * Share and delay may be of different hops, and U is then higher than that of any of them. The
 * additive step is for 25 flows on a link, not HPCC's 100, with which two flows are not equal after
 * 50 ms.
 */
class CsigControl : public HpccLaw
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    CsigControl();
    ~CsigControl() override;

  protected:
    void DoStart() override;

  private:
    uint32_t DoGetFlows() const override;
    void DoSent(const Sent& sent) override;
    void DoAck(const Ack& ack) override;

    /** @param type what the next frames ask for */
    void Ask(fabric::CsigType type);

    double m_share{0}; ///< largest used share of a hop
    double m_delay{0}; ///< longest delay of a hop, ticks
};

} // namespace ns3::rdma

#endif /* RDMA_CSIG_CONTROL_H */
