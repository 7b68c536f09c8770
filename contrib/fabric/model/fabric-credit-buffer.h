/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_CREDIT_BUFFER_H
#define FABRIC_CREDIT_BUFFER_H

#include "fabric-buffer-policy.h"

#include <string>
#include <vector>

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * Packet memory of a switch with credit-based flow control: each ingress port has a buffer of its
 * own for each virtual lane, of the size that its port gives credit for (CreditControl::Bytes).
 * Nothing is shared, and nothing is ever dropped: who sends has room. See CreditControl.
 *
 * Copies of multicast frames share the bytes of the frame that came, whose credit goes back with
 * the last of them; the occupancy counts each.
 */
class CreditBuffer : public BufferPolicy
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    bool IsLossless(uint8_t priority) const override;

  private:
    std::string DoCheck(const Switch& owner) const override;
    void DoSetup(Switch& owner) override;
    bool DoAdmit(uint32_t bytes, Slot ingress, Slot egress, Signal& signal) override;
    Signal DoRelease(uint32_t bytes, Slot ingress, Slot egress) override;
    bool DoCheckIdentities(std::string& why) const override;

    uint64_t m_size;              ///< whole memory, bytes
    std::vector<uint64_t> m_used; ///< by ingress port and class: bytes used
};

} // namespace ns3::fabric

#endif /* FABRIC_CREDIT_BUFFER_H */
