/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_GRANT_STAMPER_H
#define FABRIC_GRANT_STAMPER_H

#include "fabric-stamper.h"

#include "ns3/nstime.h"

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * Window grants for zero-queue congestion control, as of the C, I and Hint fields of the Unified
 * Bus base specification (CAQM, section 6.6.1.3): a sender asks for a larger window (I and hint),
 * each switch of the way lets that pass or refuses it (clears I), and says (sets C) if the window
 * should shrink. The receiver echoes what is left.
 *
 * The specification leaves the switch's rule open; this is ours. Time is cut in Periods. At the
 * beginning of one a port has
 *
 *     TargetUtilization x rate x Period - (bytes that arrived for it in the period before) - queue
 *
 * bytes to grant, and grants hints, of Unit bytes each, in the order in which frames leave while
 * they last. It sets C while the queue behind the frame is longer than Threshold.
 */
class GrantStamper : public Stamper
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /** @return bytes that may still be granted in this period; not above 0 if none */
    double GetAvailable() const
    {
        return m_available;
    }

  protected:
    /** @return bytes that may arrive in a period: its share of the rate */
    double GetTargetBytes() const;

    /** @return number of the period of a time */
    int64_t GetPeriodIndex(Ticks at) const
    {
        return at / m_period.GetTimeStep();
    }

    /** @return bytes of a hint of 1 */
    uint32_t GetUnit() const
    {
        return m_unit;
    }

    /** @return queue above which all senders are told to shrink their windows, bytes */
    uint64_t GetThreshold() const
    {
        return m_threshold;
    }

  private:
    void DoSetup() override;
    void DoStamp(Frame& frame, const Departure& departure) override;

    /** Begin a period. @param queueBytes with the frame that leaves @param index its number */
    void Begin(uint64_t queueBytes, int64_t index);

    Time m_period;              ///< length of a period
    double m_targetUtilization; ///< share of the rate that is granted
    uint32_t m_unit;            ///< bytes of a hint of 1
    uint64_t m_threshold;       ///< queue above which C is set, bytes
    int64_t m_index{0};         ///< number of the present period
    uint64_t m_departed{0};     ///< bytes that left in it
    uint64_t m_queueBytes{0};   ///< queue at its beginning
    double m_available{0};      ///< bytes that may still be granted
};

} // namespace ns3::fabric

#endif /* FABRIC_GRANT_STAMPER_H */
