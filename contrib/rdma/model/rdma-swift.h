/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_SWIFT_H
#define RDMA_SWIFT_H

#include "rdma-window-law.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Swift (Kumar et al., SIGCOMM 2020): a window steered by delay, towards a target that grows with
 * the length of the path and shrinks with the window. The law is that of the OCP Falcon transport
 * specification, rev. 0.9, section 10.3, which states it in full.
 *
 * Two windows, in packets: one for the fabric, by the delay of the network, and one for the
 * endpoint, by the time that the receiving host holds a frame before it answers. The smaller one
 * counts. At an acknowledgment of n packets, each window w with its delay d and target t:
 * - d < t: w grows by AdditiveIncrease n / w, or, below one packet, by AdditiveIncrease n;
 * - else, once per round trip: w is multiplied by max(1 - Beta (d - t) / d, 1 - MaxDecrease).
 * A packet that the receiver misses, and a timeout, multiply by 1 - MaxDecrease, once per round
 * trip; after RetransmitLimit timeouts without progress the window is the least.
 *
 * Target of the fabric: BaseTarget + HopTarget h + a / sqrt(w) + b, where h is the number of
 * switches on the way, and the last two terms, held to 0 and ScalingRange, are ScalingRange at w =
 * ScalingMinWindow and 0 at w = ScalingMaxWindow: a = ScalingRange / (1 / sqrt(ScalingMinWindow) -
 * 1 / sqrt(ScalingMaxWindow)), b = -a / sqrt(ScalingMaxWindow). (The Falcon text's initialization
 * has the roots themselves in the denominator of a, which would make it negative.)
 *
 * Differences: the first window is what the line rate carries in BaseTarget, since RDMA starts at
 * line rate. A window that does not limit the sender does not grow, where Swift has a greatest
 * window. The endpoint's delay is not averaged.
 */
class Swift : public WindowLaw
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Swift();
    ~Swift() override;

    /**
     * @param packets window of the fabric, packets
     * @param hops switches on the way
     * @return the target delay of the fabric
     */
    Ticks GetTarget(double packets, uint8_t hops) const;

    /** @return window of the fabric, packets */
    double GetFabricWindow() const
    {
        return m_fabric.packets;
    }

    /** @return window of the endpoint, packets */
    double GetEndpointWindow() const
    {
        return m_endpoint.packets;
    }

  protected:
    void DoStart() override;

    /** @param packets window of the endpoint from now on */
    void SetEndpointWindow(double packets);

    /** A timeout came. @param now the time @param least whether the window of the fabric becomes
     * the least; otherwise it decreases, once per round trip */
    void CutForTimeout(Ticks now, bool least);

    /** @return see RetransmitLimit */
    uint32_t GetRetransmitLimit() const
    {
        return m_retryLimit;
    }

  private:
    /** One step of the window of the endpoint. @param ack the acknowledgment */
    virtual void DoSteerEndpoint(const Ack& ack);

    void DoAck(const Ack& ack) override;
    void DoNack(const Nack& nack) override;
    void DoTimeout(Ticks now) override;

    /** A window and when it was last cut. */
    struct Window
    {
        double packets{0};     ///< its size
        Ticks lastDecrease{0}; ///< when it last became smaller
        bool decreased{false}; ///< whether it ever did
    };

    /** @param window a window @param now the time @return whether a round trip has passed */
    bool MayDecrease(const Window& window, Ticks now) const;

    /** Make a window smaller. @param window it @param factor to multiply it by @param now the time
     */
    void Decrease(Window& window, double factor, Ticks now);

    /** One step of the law. @param window its window @param delay of it @param target of it @param
     * ack the acknowledgment */
    void Steer(Window& window, Ticks delay, Ticks target, const Ack& ack);

    /** Tell the queue pair of the smaller window. */
    void Publish();

    Time m_baseTarget;        ///< target delay of a path without switches
    Time m_hopTarget;         ///< per switch
    Time m_endpointTarget;    ///< target delay of the endpoint
    Time m_scalingRange;      ///< most that flow scaling adds
    double m_scalingMin{0};   ///< window at which it adds all
    double m_scalingMax{0};   ///< window at which it adds nothing
    double m_increase{0};     ///< packets per round trip
    double m_beta{0};         ///< decrease in proportion to the excess of delay
    double m_maxDecrease{0};  ///< most of one decrease
    uint32_t m_retryLimit{0}; ///< timeouts until the least window
    double m_scalingAlpha{0}; ///< a
    double m_scalingBeta{0};  ///< b
    Window m_fabric;          ///< window of the fabric
    Window m_endpoint;        ///< window of the endpoint
    Ticks m_rtt{0};           ///< the latest round-trip time
    uint32_t m_timeouts{0};   ///< without progress
};

} // namespace ns3::rdma

#endif /* RDMA_SWIFT_H */
