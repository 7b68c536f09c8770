/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_PFC_STORM_H
#define CLUSTER_PFC_STORM_H

#include "cluster-fault.h"

#include <string>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * PFC storm: the NIC of an accelerator is stuck and pauses a class of its switch for ever, or for
 * Duration, on all ports of the accelerator (Guo et al., RDMA over commodity Ethernet at scale,
 * SIGCOMM 2016, 6.2). Lossless frames for it fill the memory of the switch, which pauses others in
 * turn: see fabric::PfcWatchdog.
 *
 * The NIC still takes what reaches it and still sends: only the pause is wrong.
 */
class PfcStorm : public Fault
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

  private:
    std::string DoCheck(const TopologyGraph& graph) const override;
    uint32_t DoGetNode(const Cluster& cluster) const override;
    void DoBegin(Cluster& cluster) override;
    void DoEnd(Cluster& cluster) override;

    uint32_t m_accelerator; ///< whose NIC is stuck
    uint8_t m_class;        ///< class that it pauses
};

} // namespace ns3::cluster

#endif /* CLUSTER_PFC_STORM_H */
