/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_FALCON_SWIFT_H
#define RDMA_FALCON_SWIFT_H

#include "rdma-swift.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Swift as Falcon runs it (OCP Falcon transport specification, rev. 0.9, 10.3): the window of the
 * fabric by the delay of the network, (T4 - T1) - (T3 - T2), and instead of Swift's window of the
 * endpoint one of the NIC, ncwnd, by the level of the receiver's buffers (0 to 31) that each
 * acknowledgment tells:
 * - level < TargetLevel: ncwnd grows by NicIncrease, once per round trip, and at once after a
 *   decrease;
 * - else, once per round trip: ncwnd is multiplied by max(1 - (level - TargetLevel) / level,
 *   1 - NicMaxDecrease).
 *
 *
 * A timeout (10.3.2) has a number, that of the timeouts of the packet that is sent again for it:
 * the first halves the window of the fabric (1 - MaxDecrease), once per round trip, and from
 * RetransmitLimit on the window is the least; those between leave it. That the number is the
 * packet's, and not one of events of the connection in a row, of which a burst has as many as it
 * has packets, is how the simulator of Falcon's authors has it (Isekai, google/isekai).
 *
 * The specification names the parameters and gives no values; those of the fabric are Swift's here,
 * those of the NIC ours. The stack `falcon` takes RetransmitLimit 3 and MinWindow 0.01 from the
 * defaults of Isekai. Difference: the specification moves the mark of the last change at every
 * acknowledgment while ncwnd is at its most, with which it could come down only after a round trip
 * without acknowledgments; here changes move it.
 */
class FalconSwift : public Swift
{
  public:
    /** Levels that a receiver tells apart. */
    static constexpr uint32_t N_LEVELS = 32;

    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    FalconSwift();
    ~FalconSwift() override;

    /** The next acknowledgment tells this. @param level of the receiver's buffers, 0 to 31 */
    void SetBufferLevel(uint32_t level)
    {
        m_level = level;
    }

    /** The next timeout is of this. @param timeouts of the packet that is sent again, this one
     * included */
    void SetTimeouts(uint32_t timeouts)
    {
        m_timeouts = timeouts;
    }

    /** @return level that the last acknowledgment told */
    uint32_t GetBufferLevel() const
    {
        return m_level;
    }

  protected:
    void DoStart() override;

  private:
    void DoSteerEndpoint(const Ack& ack) override;
    void DoTimeout(Ticks now) override;

    uint32_t m_targetLevel{0};   ///< see TargetLevel
    double m_nicIncrease{0};     ///< see NicIncrease
    double m_nicMaxDecrease{0};  ///< see NicMaxDecrease
    uint32_t m_nicMaxWindow{0};  ///< see NicMaxWindow
    uint32_t m_level{0};         ///< see GetBufferLevel
    uint32_t m_timeouts{1};      ///< see SetTimeouts
    Ticks m_nicChange{0};        ///< when ncwnd last changed
    bool m_nicIncreasing{false}; ///< the direction of that
};

} // namespace ns3::rdma

#endif /* RDMA_FALCON_SWIFT_H */
