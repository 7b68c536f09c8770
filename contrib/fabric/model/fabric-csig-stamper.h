/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_CSIG_STAMPER_H
#define FABRIC_CSIG_STAMPER_H

#include "fabric-stamper.h"

#include "ns3/data-rate.h"
#include "ns3/nstime.h"

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * Congestion signalling with a tag of fixed size (draft-ravi-ippm-csig-01; Ultra Ethernet 1.1):
 * each hop compares its own value with that of the tag and replaces it, with the locator, if its
 * own is worse. The sender chooses per frame what is compared: see CsigType.
 *
 * Bandwidth and utilisation are those of the last whole Window, counted in bytes of link time,
 * preamble and gap included, at the start of each frame. A hop whose last window was idle has its
 * whole rate available. The delay is that of the frame itself, from the arrival of its last bit
 * (before the pipeline) until it starts to leave.
 *
 * A compact tag has 5 bits for the value: it is rounded to 31 steps of CompactBandwidth (down), of
 * 1 (utilisation, up) or of CompactDelay (up), to the side of the worse. An expanded tag is exact
 * here; its 20 bits on the wire round by less than a millionth of the largest value.
 */
class CsigStamper : public Stamper
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /** @return share of the link used in the last whole window, 0 to 1 */
    double GetUtilization() const;

  private:
    void DoStamp(Frame& frame, const Departure& departure) override;

    /** Note a frame. @param frame it @param at when it starts */
    void Count(const Frame& frame, Ticks at);

    /** @param type what is compared @param delay of the frame @return our value */
    double Measure(CsigType type, Ticks delay) const;

    /** @param type what is compared @param value exact @return as 5 bits say it */
    double Round(CsigType type, double value) const;

    Time m_window;               ///< time over which the use of the link is counted
    DataRate m_compactBandwidth; ///< largest available bandwidth of a compact tag
    Time m_compactDelay;         ///< longest delay of a compact tag
    int64_t m_index{0};          ///< number of the present window
    uint64_t m_bytes{0};         ///< link bytes of the present window so far
    uint64_t m_lastBytes{0};     ///< link bytes of the window before
};

} // namespace ns3::fabric

#endif /* FABRIC_CSIG_STAMPER_H */
