/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_DYNAMIC_THRESHOLD_H
#define FABRIC_DYNAMIC_THRESHOLD_H

#include "fabric-buffer-policy.h"

namespace ns3::fabric
{

class Port;

/**
 * @ingroup fabric
 * Shared buffer with dynamic thresholds (Choudhury and Hahne, IEEE/ACM ToN 1998), as RoCE switches
 * use it (Guo et al., SIGCOMM 2016; SONiC's buffer model).
 *
 * The memory is carved into a guaranteed part for each (ingress port, class), headroom for each
 * (ingress port, lossless class), and the shared rest of size B. Of the shared part,
 *   - a lossless class may hold, per ingress port, up to Alpha times what is free. Beyond, its peer
 *     is paused, and what still arrives goes into the headroom. A full headroom drops.
 *   - a lossy class may hold, per egress port, up to LossyAlpha times what is free. Beyond, frames
 *     are dropped.
 * N slots that all want more hold Alpha B / (1 + Alpha N) each.
 *
 * A paused peer may resume when the headroom is empty and the shared part is ResumeOffset below the
 * threshold.
 *
 * Space is given back when a frame starts to leave.
 */
class DynamicThreshold : public BufferPolicy
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    bool IsLossless(uint8_t priority) const override;

    /** @return size of the shared part, bytes */
    uint64_t GetSharedSize() const;

    /** @return used bytes of the shared part */
    uint64_t GetSharedUsed() const;

    /** @return headroom of an ingress slot, bytes */
    uint64_t GetHeadroomSize(Slot ingress) const;

    /** @return used headroom of an ingress slot, bytes */
    uint64_t GetHeadroomUsed(Slot ingress) const;

    /** @return bytes that an ingress slot holds of the shared part */
    uint64_t GetIngressShared(Slot ingress) const;

    /** @param port a port @return headroom that each of its lossless classes gets, bytes */
    uint64_t GetPortHeadroom(const Port& port) const;

    /** @return largest frame that the headroom is made for, bytes */
    uint32_t GetMaxFrame() const;

    /**
     * @param owner a switch whose memory passes Check
     * @return what a lossless class may hold per ingress port before it pauses the peer, if nobody
     *         else holds anything, bytes
     */
    uint64_t GetLoneThreshold(const Switch& owner) const;

  private:
    std::string DoCheck(const Switch& owner) const override;
    void DoSetup(Switch& owner) override;
    bool DoAdmit(uint32_t bytes, Slot ingress, Slot egress, Signal& signal) override;
    Signal DoRelease(uint32_t bytes, Slot ingress, Slot egress) override;
    bool DoCheckIdentities(std::string& why) const override;

    /** @param owner a switch @return guarantees and headroom of all its ports, bytes */
    uint64_t GetReserved(const Switch& owner) const;

    /** @param port a port @return headroom of each of its lossless classes, bytes */
    uint64_t HeadroomOf(const Port& port) const;

    /** @param alpha a share @return the threshold now: alpha times what is free, bytes */
    uint64_t Threshold(double alpha) const;

    /** Take bytes from an account: from its headroom first, its guaranteed part last. */
    void Withdraw(Account& account, uint64_t bytes);

    uint64_t m_size;            ///< whole memory, bytes
    double m_alpha;             ///< share of the free memory per lossless ingress
    double m_lossyAlpha;        ///< share of the free memory per lossy egress
    uint32_t m_losslessClasses; ///< bit c: class c is lossless
    uint64_t m_guarantee;       ///< guaranteed bytes per account
    uint64_t m_resumeOffset;    ///< hysteresis of the pause, bytes
    uint64_t m_fixedHeadroom;   ///< headroom per account, bytes, if not computed
    bool m_computeHeadroom;     ///< whether headroom follows from rate, cable and frame size
    uint32_t m_maxFrame;        ///< largest frame on the links, bytes
    uint64_t m_sharedSize{0};   ///< shared part, bytes
    uint64_t m_sharedUsed{0};   ///< used bytes of it
};

} // namespace ns3::fabric

#endif /* FABRIC_DYNAMIC_THRESHOLD_H */
