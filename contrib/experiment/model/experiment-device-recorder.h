/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_DEVICE_RECORDER_H
#define EXPERIMENT_DEVICE_RECORDER_H

#include "experiment-result-store.h"

#include "ns3/cluster-cluster.h"

#include <cstdint>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * Writes what the devices of a cluster counted into a result store.
 */
class DeviceRecorder
{
  public:
    /**
     * @param store where to write; must outlive the recorder
     * @param cluster the devices
     */
    DeviceRecorder(ResultStore& store, Ptr<cluster::Cluster> cluster);

    /** Write a sample of each switch port. */
    void Sample();

    /** The run is over: write the counters of all devices. */
    void Finish();

  private:
    /** Write the counters of a vertex's ports. @param vertex which */
    void WritePorts(uint32_t vertex);
    /** Write the counters of a switch. @param vertex which */
    void WriteSwitch(uint32_t vertex);
    /** Write the counters of a NIC. @param vertex which */
    void WriteNic(uint32_t vertex);

    ResultStore& m_store;            ///< where to write
    Ptr<cluster::Cluster> m_cluster; ///< the devices
};

} // namespace ns3::experiment

#endif /* EXPERIMENT_DEVICE_RECORDER_H */
