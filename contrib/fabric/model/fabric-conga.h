/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_CONGA_H
#define FABRIC_CONGA_H

#include "fabric-flow-table.h"
#include "fabric-load-balancer.h"
#include "fabric-rate-estimator.h"

#include "ns3/nstime.h"
#include "ns3/random-variable-stream.h"

#include <vector>

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * CONGA: flowlets take the up-link whose whole path to the destination leaf is least congested
 * (Alizadeh et al., CONGA: Distributed congestion-aware load balancing for datacenters, SIGCOMM
 * 2014).
 *
 * Every switch measures its links by a RateEstimator and writes the highest value on the way into
 * the frame. The destination leaf remembers it by source leaf and up-link, and feeds one value back
 * with each frame that goes the other way. The source leaf takes for each new flowlet the up-link
 * with the least maximum of its own measure and the value fed back; a flowlet stays where the last
 * one was unless another is strictly better, and otherwise ties are broken at random. Values that
 * were not renewed for Aging count as 0.
 *
 * Made for two tiers, as in the paper: switches between the leaves that have a choice hash. Traffic
 * counts when it is queued, not when it is sent. The header's bits are not counted as bytes, and
 * up-links beyond 256 share their values with others.
 */
class Conga : public LoadBalancer
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Conga();
    ~Conga() override;

    bool SeesAllFrames() const override;
    int64_t AssignStreams(int64_t stream) override;

    /**
     * @param leaf a leaf
     * @param port an up-link of this leaf
     * @return congestion of the paths there by this up-link as that leaf has told, now
     */
    uint8_t GetRemoteMetric(uint32_t leaf, uint16_t port) const;

    /** @param port a port @return its congestion as this switch measures it, now */
    uint8_t GetLocalMetric(uint16_t port);

  private:
    /** An up-link that is as good as the best. */
    struct Candidate
    {
        uint16_t port; ///< port
        uint32_t end;  ///< sum of the weights up to and with it
    };

    /** A value and how old it is. */
    struct Metric
    {
        Ticks at{0};         ///< when it was set
        uint8_t value{0};    ///< congestion
        bool known{false};   ///< it was ever set
        bool changed{false}; ///< it has not been fed back since it changed
    };

    /** What is known of another leaf. */
    struct Peer
    {
        std::vector<Metric> to;   ///< by up-link of ours: congestion on the way there
        std::vector<Metric> from; ///< by up-link of theirs: congestion on the way here
        uint8_t next{0};          ///< whose value of `from` is fed back next
    };

    void DoSetup(Switch& owner) override;
    uint16_t DoSelect(const Frame& frame, const PortGroup& ports) override;
    uint16_t DoRoute(Port& ingress, Frame* frame, const PortGroup& ports) override;

    /** @return up-link for a frame of a host of this leaf @param leaf its destination */
    uint16_t ChooseUplink(const Frame& frame, const PortGroup& ports, uint32_t leaf);

    /** @return the best up-link for a new flowlet @param last where the last one was */
    uint16_t ChooseBest(const PortGroup& ports, const Peer& peer, uint16_t last);

    /** Learn from a frame that arrives at its leaf. @param peer the leaf it comes from */
    void Learn(const Frame& frame, Peer& peer);

    /** Write the value whose turn it is into a frame. @param peer the leaf it goes to */
    static void FeedBack(Frame& frame, Peer& peer);

    /** @return the value, or 0 if it is too old */
    uint8_t ValueOf(const Metric& metric, Ticks now) const;

    Time m_gap;                              ///< silence that ends a flowlet
    Time m_period;                           ///< T of the estimators
    double m_alpha;                          ///< alpha of the estimators
    uint8_t m_bits;                          ///< Q
    Time m_aging;                            ///< age at which a value counts as 0
    uint32_t m_tableSize;                    ///< entries of the flowlet table
    Switch* m_owner{nullptr};                ///< the switch
    uint64_t m_salt{0};                      ///< of the hash
    FlowTable m_table;                       ///< ports of recent flowlets
    std::vector<RateEstimator> m_estimators; ///< by port
    std::vector<Peer> m_peers;               ///< by leaf
    std::vector<Candidate> m_best;           ///< up-links that are equally good
    Ptr<UniformRandomVariable> m_random;     ///< draws
};

} // namespace ns3::fabric

#endif /* FABRIC_CONGA_H */
