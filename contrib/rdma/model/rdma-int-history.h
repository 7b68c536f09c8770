/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_INT_HISTORY_H
#define RDMA_INT_HISTORY_H

#include "ns3/fabric-signals.h"

#include <array>
#include <cstdint>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * The INT records of the last acknowledgment, against which laws take differences. Those of another
 * path, or older ones, cannot be compared.
 */
class IntHistory
{
  public:
    /** What is remembered of a hop; see fabric::IntHop. */
    struct Hop
    {
        fabric::Ticks timestamp; ///< when the frame started to leave
        uint64_t txBytes;        ///< bytes that had left the port
        uint32_t queueBytes;     ///< bytes waiting
        uint32_t node;           ///< the switch
    };

    /** @param signals a new record @return whether it is of the same hops, and later at each */
    bool Matches(const fabric::FrameSignals& signals) const
    {
        if (signals.nHops != m_nHops)
        {
            return false;
        }
        for (uint8_t i = 0; i < m_nHops; ++i)
        {
            if (signals.hops[i].node != m_hops[i].node ||
                signals.hops[i].timestamp <= m_hops[i].timestamp ||
                signals.hops[i].txBytes < m_hops[i].txBytes)
            {
                return false;
            }
        }
        return m_nHops > 0;
    }

    /** @param index of a hop @return what is remembered of it */
    const Hop& Get(uint8_t index) const
    {
        return m_hops[index];
    }

    /** @param signals a record to remember */
    void Keep(const fabric::FrameSignals& signals)
    {
        m_nHops = signals.nHops;
        for (uint8_t i = 0; i < m_nHops; ++i)
        {
            const fabric::IntHop& hop = signals.hops[i];
            m_hops[i] = {hop.timestamp, hop.txBytes, hop.queueBytes, hop.node};
        }
    }

    /** Forget everything. */
    void Clear()
    {
        m_nHops = 0;
    }

  private:
    std::array<Hop, fabric::SignalRequest::MAX_HOPS> m_hops{}; ///< hops in the order of the way
    uint8_t m_nHops{0};                                        ///< number of them
};

} // namespace ns3::rdma

#endif /* RDMA_INT_HISTORY_H */
