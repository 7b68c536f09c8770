/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_TRAINING_RECORDER_H
#define EXPERIMENT_TRAINING_RECORDER_H

#include "experiment-device-recorder.h"
#include "experiment-job-recorder.h"
#include "experiment-result-store.h"
#include "experiment-scenario.h"

#include "ns3/cluster-cluster.h"
#include "ns3/cluster-message-network.h"
#include "ns3/workload-replay-engine.h"

#include <cstdint>
#include <deque>
#include <map>
#include <tuple>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * Writes what happens in a training run into a result store. It only listens to trace sources and
 * reads counters.
 */
class TrainingRecorder
{
  public:
    /**
     * @param store where to write
     * @param record what to write
     * @param cluster the devices
     * @param network the messages
     * @param replay the job; all three must outlive the recorder's use
     */
    TrainingRecorder(ResultStore& store,
                     const RecordScenario& record,
                     Ptr<cluster::Cluster> cluster,
                     Ptr<cluster::MessageNetwork> network,
                     Ptr<workload::ReplayEngine> replay);
    ~TrainingRecorder();

    TrainingRecorder(const TrainingRecorder&) = delete;
    TrainingRecorder& operator=(const TrainingRecorder&) = delete;

    /** Write a sample of each switch port. */
    void Sample();

    /** The run is over: write the counters of all devices, and messages that never arrived. */
    void Finish();

  private:
    /** Trace sink. @param message handed to the network */
    void MessageSent(const cluster::Message& message);
    /** Trace sink. @param message that has arrived */
    void MessageReceived(const cluster::Message& message);

    /** Source, destination and channel: within these, messages keep their order. */
    using Lane = std::tuple<uint32_t, uint32_t, uint32_t>;

    /** A message under way. */
    struct Underway
    {
        uint64_t bytes; ///< its size
        int64_t sent;   ///< when it was handed to the network, ps
    };

    ResultStore& m_store;                            ///< where to write
    bool m_messages;                                 ///< whether to write messages
    DeviceRecorder m_devices;                        ///< the devices
    Ptr<cluster::MessageNetwork> m_network;          ///< the messages
    JobRecorder m_job;                               ///< the job
    std::map<Lane, std::deque<Underway>> m_underway; ///< messages that have not arrived
};

} // namespace ns3::experiment

#endif /* EXPERIMENT_TRAINING_RECORDER_H */
