/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_REORDER_GAUGE_H
#define RDMA_REORDER_GAUGE_H

#include "ns3/fabric-time.h"

#include <cstdint>

namespace ns3::rdma
{

using fabric::Ticks;

/**
 * @ingroup rdma
 * Says which missing packets were overtaken by so much that they count as lost: by a number of
 * packets, and for a time. Both must be exceeded.
 *
 * It does not keep the time of each packet: it looks at the highest one in intervals of the time
 * given, so that a packet counts as lost once or twice that time after it was overtaken.
 */
class ReorderGauge
{
  public:
    /**
     * Note how far packets have come.
     *
     * @param end one past the highest packet that came
     * @param now the time
     * @param packets by how many a packet is overtaken before it counts as lost, at least 1
     * @param time for how long
     * @return one past the last packet that counts as lost if it is missing
     */
    uint64_t Update(uint64_t end, Ticks now, uint32_t packets, Ticks time)
    {
        if (time == 0)
        {
            return end > packets ? end - packets : 0;
        }
        if (now - m_since >= time)
        {
            m_old = m_young;
            m_young = end;
            m_since = now;
        }
        return m_old > packets ? m_old - packets : 0;
    }

  private:
    uint64_t m_old{0};   ///< how far they had come the last time but one that we looked
    uint64_t m_young{0}; ///< how far they had come the last time
    Ticks m_since{0};    ///< when that was
};

} // namespace ns3::rdma

#endif /* RDMA_REORDER_GAUGE_H */
