/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_SHARE_GRANT_STAMPER_H
#define FABRIC_SHARE_GRANT_STAMPER_H

#include "fabric-grant-stamper.h"

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * Window grants that converge to equal shares: another rule of the switch for the C, I and Hint
 * fields of the Unified Bus base specification (CAQM, section 6.6.1.3), which leaves it open.
 *
 * GrantStamper gives what is spare to whoever asks first and takes nothing back as long as the
 * queue is short, so that flows which come later get nothing. Here a part of the traffic is always
 * shuffled, as XCP does (Katabi et al., SIGCOMM 2002, 3.5). At the beginning of each Period, with
 * arrivals A and requests R of the period before and a queue Q, all in bytes,
 *
 *     F = SpareGain (TargetUtilization x rate x Period - A) - QueueGain Q
 *     S = max(min(Shuffle A - |F|, R), 0)
 *     to give: max(F, 0) + S + L     to take: max(-F, 0) + S
 *
 * where L is what of the last S found no taker. Of the requests the share (to give) / R is granted,
 * evenly spread, so that all flows have the same chance. What is to be taken is taken from all
 * bytes alike: a mark C on a frame takes Decrease of its bytes, and C is set on so many frames,
 * evenly spread, that this adds up. As requests of a window are of one size, and marks go by bytes,
 * increase is additive and decrease multiplicative: shares become equal.
 *
 * Where the queue is longer than Threshold, C is set on all frames.
 */
class ShareGrantStamper : public GrantStamper
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /** @return bytes that marks are still to take in this period */
    double GetToTake() const
    {
        return m_toTake;
    }

    /** @return bytes to give in this period */
    double GetToGive() const
    {
        return m_toGive;
    }

  private:
    void DoSetup() override;
    void DoStamp(Frame& frame, const Departure& departure) override;

    /** Begin a period. @param queueBytes with the frame that leaves @param index its number */
    void BeginPeriod(uint64_t queueBytes, int64_t index);

    double m_spareGain;       ///< of what is spare
    double m_queueGain;       ///< of the queue
    double m_shuffle;         ///< share of the traffic that changes hands in a period
    double m_decrease;        ///< share of a marked frame that its sender takes off its window
    int64_t m_period{-1};     ///< number of the present period
    uint64_t m_sent{0};       ///< bytes that left in it
    uint64_t m_queue{0};      ///< queue at its beginning
    double m_asked{0};        ///< bytes asked for in it
    double m_given{0};        ///< bytes granted in it
    double m_shuffled{0};     ///< bytes to take from some and to give to others in it
    double m_toGive{0};       ///< bytes to give in it
    double m_toTake{0};       ///< bytes to take in it
    double m_grantShare{1};   ///< share of requests to grant
    double m_markShare{0};    ///< share of bytes to mark
    double m_grantBalance{0}; ///< bytes of requests passed over
    double m_markBalance{0};  ///< bytes of frames passed over
};

} // namespace ns3::fabric

#endif /* FABRIC_SHARE_GRANT_STAMPER_H */
