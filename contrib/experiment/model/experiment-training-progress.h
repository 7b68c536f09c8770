/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_TRAINING_PROGRESS_H
#define EXPERIMENT_TRAINING_PROGRESS_H

#include "ns3/cluster-cluster.h"
#include "ns3/cluster-message-network.h"
#include "ns3/workload-replay-engine.h"

#include <cstdint>
#include <string>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * How far a training run is, in terms of the wall time that it takes: almost all of it goes into
 * the packets between servers, so that the bytes which the NICs have sent count for most, and
 * finished operations for the rest.
 */
class TrainingProgress
{
  public:
    /**
     * @param cluster the devices
     * @param network where the accelerators are
     * @param replay the job, set
     */
    TrainingProgress(Ptr<cluster::Cluster> cluster,
                     Ptr<cluster::MessageNetwork> network,
                     Ptr<workload::ReplayEngine> replay);

    /** @return share of the work that is done, 0..1; an estimate */
    double GetFraction() const;

    /** @return the step that runs: "step 2/3" */
    std::string GetDetail() const;

    /** @return packet-hops so far */
    uint64_t GetPacketHops() const;

  private:
    /** @return bytes that a rank's program sends to other servers in a step, by estimate */
    double EstimateBytes(uint32_t rank) const;

    /** @return servers that a group of ranks is spread over */
    uint32_t CountDomains(const workload::CommunicationGroup& group) const;

    Ptr<cluster::Cluster> m_cluster;        ///< devices
    Ptr<cluster::MessageNetwork> m_network; ///< where the accelerators are
    Ptr<workload::ReplayEngine> m_replay;   ///< job
    std::vector<uint32_t> m_domains;        ///< by group: servers that it is spread over
    double m_expectedBytes{0};              ///< message bytes that NICs will have sent in the end
};

} // namespace ns3::experiment

#endif /* EXPERIMENT_TRAINING_PROGRESS_H */
