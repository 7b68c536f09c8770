/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_SWIFT_DCQCN_H
#define RDMA_SWIFT_DCQCN_H

#include "rdma-congestion-control.h"

#include "ns3/object-factory.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Two laws at once, the stricter of which counts: by default Swift's window and DCQCN's rate.
 *
 * MegaScale (Jiang et al., NSDI 2024, section 3.6) reports an algorithm that combines the
 * principles of Swift and DCQCN: round-trip times for the window, and the fast reaction of ECN. It
 * is not published. This is the plain mix: both laws hear of everything, each keeps its own books,
 * and the sender obeys the smaller window and the smaller rate.
 */
class SwiftDcqcn : public CongestionControl, private CongestionControl::Listener
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    SwiftDcqcn();
    ~SwiftDcqcn() override;

    int64_t AssignStreams(int64_t stream) override;

    /** @return the law of the window */
    Ptr<CongestionControl> GetWindowLaw() const;

    /** @return the law of the rate */
    Ptr<CongestionControl> GetRateLaw() const;

  protected:
    void DoDispose() override;

  private:
    void DoStart() override;
    bool DoUsesCnp() const override;
    bool DoNeedsEcn() const override;
    void DoActive() override;
    void DoIdle() override;
    void DoSent(const Sent& sent) override;
    void DoBacklog(uint64_t backlog) override;
    void DoNotice(const Notice& notice) override;
    void DoLoss(const Loss& loss) override;
    void DoAck(const Ack& ack) override;
    void DoNack(const Nack& nack) override;
    void DoCnp(const Cnp& cnp) override;
    void DoTimeout(Ticks now) override;

    // CongestionControl::Listener, of both
    void RateChanged(uint64_t before) override;
    void WindowChanged(uint64_t before) override;

    /** Ask the switches for what either law asks for. */
    void MergeRequests();

    /** Make the laws, if they are not made yet. */
    void MakeLaws() const;

    ObjectFactory m_windowFactory;              ///< first law
    ObjectFactory m_rateFactory;                ///< second law
    mutable Ptr<CongestionControl> m_windowLaw; ///< first law
    mutable Ptr<CongestionControl> m_rateLaw;   ///< second law
};

} // namespace ns3::rdma

#endif /* RDMA_SWIFT_DCQCN_H */
