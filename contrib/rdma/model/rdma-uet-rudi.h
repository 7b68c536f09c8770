/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_UET_RUDI_H
#define RDMA_UET_RUDI_H

#include "rdma-echo.h"
#include "rdma-rtt-estimator.h"
#include "rdma-unordered-reliability.h"

#include "ns3/nstime.h"

#include <cstdint>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Reliable unordered delivery of idempotent operations (RUDI) of Ultra Ethernet's packet delivery
 * sublayer (UET specification 1.0, 3.5). Each packet stands for itself: there is no packet delivery
 * context, and the target remembers no packet.
 *
 * Target. Each request that arrives is executed, whether it was before or not, and answered by a
 * response of the same number: a packet of a READ by its data, a packet of a WRITE by a response
 * without. A trimmed WRITE is answered by a NACK.
 *
 * Initiator. A READ leaves as one request for each packet of its data. What has no response within
 * a timeout is lost and sent again: the smoothed round trip and four mean deviations (RFC 6298),
 * and Rto at least, as a target that is asked by many answers late without anything being lost.
 * Each response tells when its request left, so that repeats do not blur round trips. Without
 * progress the timeout doubles, MaxBackoff times, and after RetryCount of them the queue pair
 * fails. A NACK, or a response that comes without its data, lets the request leave again at once.
 * The window of the congestion control is one of data, in either direction: what READs have asked
 * for and not got counts as in flight, so that they do not ask for more than the path takes. Marks
 * of responses count as those of requests.
 *
 * READ and WRITE without immediate data are all that it carries. As the target remembers nothing,
 * it tells nobody of a WRITE, not even when all of it has come.
 *
 * AckEvery does not apply. Deliberate differences: packet IDs have 24 bits and follow one another
 * at a queue pair; requests complete at the sender in the order posted; the timeout adapts
 * (Adaptive), where the consortium's reference model has a constant for RUD, and no RUDI.
 */
class UetRudi : public UnorderedReliability
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    UetRudi();
    ~UetRudi() override;

    ResponseStyle GetResponseStyle() const override;
    ReliabilityAbilities GetAbilities() const override;
    bool SplitsReads() const override;
    bool Carries(Verb verb) const override;

  private:
    void DoStart(uint64_t firstExpected) override;
    bool DoMaySend() const override;
    void DoLeave(fabric::Frame& frame, uint64_t sequence) override;
    void DoStartTimer() override;
    void DoReceiveData(const fabric::Frame& frame) override;
    void DoReceiveTrimmed(const fabric::Frame& frame) override;
    void DoReceiveResponse(const fabric::Frame& frame) override;
    void DoReceiveControl(const fabric::Frame& frame) override;
    void DoReceiveAck(const fabric::Frame& frame) override;
    void DoTimer() override;

    /** @param sequence of a response @return whether its request waits for one */
    bool Awaits(uint64_t sequence) const;

    /** The response to a request that waits for it has come. @param echo of the request */
    void Finish(uint64_t sequence, const Echo& echo);

    /** A request, or the response to it, was trimmed. @param lastHop whether at the last switch */
    void Repeat(uint64_t sequence, const Echo& echo, bool lastHop);

    /** @return time after which a request without response is lost, before backoff */
    Ticks GetTimeout() const;

    Time m_rto;            ///< see Rto
    bool m_adaptive{true}; ///< see Adaptive
    RttEstimator m_rtts;   ///< from requests to their responses
};

} // namespace ns3::rdma

#endif /* RDMA_UET_RUDI_H */
