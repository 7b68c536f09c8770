/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_INT_STAMPER_H
#define FABRIC_INT_STAMPER_H

#include "fabric-stamper.h"

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * In-band network telemetry as HPCC (Li et al., SIGCOMM 2019) and PowerTCP (Addanki et al., NSDI
 * 2022) use it: each hop adds a record {time, bytes sent, queue, rate} and, beyond theirs, the time
 * that the frame spent in the switch.
 *
 * Values are exact; HPCC's wire format rounds them to ns, 128 B and 80 B.
 */
class IntStamper : public Stamper
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

  private:
    void DoStamp(Frame& frame, const Departure& departure) override;

    uint64_t m_txBytes{0}; ///< bytes that have left the port
};

} // namespace ns3::fabric

#endif /* FABRIC_INT_STAMPER_H */
