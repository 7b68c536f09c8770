/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_CNP_GENERATOR_H
#define RDMA_CNP_GENERATOR_H

#include "ns3/fabric-frame.h"
#include "ns3/fabric-time.h"
#include "ns3/object.h"

#include <vector>

namespace ns3::rdma
{

using fabric::Ticks;

/**
 * @ingroup rdma
 * Notification point of DCQCN: decides which frames marked CE are answered with a congestion
 * notification packet (CNP). One per NIC port.
 *
 * The first marked frame is answered at once; then no CNP leaves for Interval, per Scope. The
 * SIGCOMM'15 paper (section 3.1) has one CNP per flow and 50 us. NICs differ (measurements of
 * Lumina, SIGCOMM'23, section 6.2.3): ConnectX-4 Lx counts per destination IP address, ConnectX-5
 * and -6 Dx per port, E810 per queue pair; NVIDIA's min_time_between_cnps is 4 us.
 *
 * A marked frame within the interval leaves no debt: the next marked frame after it is answered.
 */
class CnpGenerator : public Object
{
  public:
    /** Which frames share one interval. */
    enum Scope
    {
        SCOPE_QP,          ///< those for one queue pair
        SCOPE_DESTINATION, ///< those whose CNPs go to one attachment
        SCOPE_PORT,        ///< all
    };

    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    CnpGenerator();
    ~CnpGenerator() override;

    /**
     * A frame marked CE has arrived.
     *
     * @param qp dense index of the local queue pair that it is for
     * @param destination attachment that sent it, to which the CNP would go
     * @param now the time
     * @return whether to send a CNP
     */
    bool Request(uint32_t qp, fabric::FabricAddress destination, Ticks now);

    /** @return number of CNPs granted so far */
    uint64_t GetNCnps() const
    {
        return m_nCnps;
    }

    /** @return number of marked frames that were not answered so far */
    uint64_t GetNSuppressed() const
    {
        return m_nSuppressed;
    }

  private:
    Time m_interval;                 ///< least time between two CNPs of a scope
    Scope m_scope{SCOPE_QP};         ///< what the interval is counted for
    std::vector<Ticks> m_quietUntil; ///< by queue pair, destination, or one; end of the interval
    uint64_t m_nCnps{0};             ///< CNPs granted
    uint64_t m_nSuppressed{0};       ///< marked frames not answered
};

} // namespace ns3::rdma

#endif /* RDMA_CNP_GENERATOR_H */
