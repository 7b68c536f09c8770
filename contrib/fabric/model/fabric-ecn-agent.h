/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_ECN_AGENT_H
#define FABRIC_ECN_AGENT_H

#include "fabric-ecn-policy.h"

#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/object-factory.h"
#include "ns3/object.h"
#include "ns3/traced-callback.h"

#include <vector>

namespace ns3::fabric
{

class Port;
class Switch;

/**
 * @ingroup fabric
 * Tunes the ECN parameters of the ports of a switch while it runs: "AI-ECN", as switches with an
 * agent on board do. Each Interval, every port with a RedMarker that has sent something is shown to
 * its EcnPolicy, which names the parameters of the next interval.
 *
 * The queue is sampled Samples times per interval; bytes, frames and marks are differences of the
 * port's counters. The agent sleeps while the switch sends nothing.
 */
class EcnAgent : public Object
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    ~EcnAgent() override;

    /** @return whether there is an interval */
    bool IsEnabled() const
    {
        return m_interval.IsStrictlyPositive();
    }

    /** @param owner the switch, with its ports and markers; before the first frame */
    void Setup(Switch& owner);

    /** A frame leaves the switch: wake up. To be called at an event of the switch's node. */
    void NotifyActivity()
    {
        if (!m_awake)
        {
            Wake();
        }
    }

    /** TracedCallback signature: port, what was seen of it, and the parameters from now on. */
    typedef void (*TunedTracedCallback)(uint16_t port,
                                        const EcnObservation& observation,
                                        const EcnThresholds& thresholds);

  protected:
    void DoDispose() override;

  private:
    /** A port and what was seen of it in this interval. */
    struct Watch
    {
        const Port* port;      ///< the port
        Ptr<RedMarker> marker; ///< its marker
        Ptr<EcnPolicy> policy; ///< who decides
        uint64_t queueSum;     ///< sum of the samples, bytes
        uint64_t queueMax;     ///< largest sample, bytes
        uint64_t txBytes;      ///< counter at the beginning of the interval
        uint64_t txFrames;     ///< counter at the beginning of the interval
        uint64_t marks;        ///< counter at the beginning of the interval
    };

    /** Begin the first interval. */
    void Wake();

    /** Note the counters at the beginning of an interval. */
    void Begin(Watch& watch) const;

    /** Sample the queues; at the end of an interval, tune. */
    void Sample();

    /** Tune a port. @return whether it has sent anything */
    bool Tune(uint16_t index, Watch& watch);

    Time m_interval;               ///< between two decisions; 0: none
    uint32_t m_samples;            ///< of the queue, per interval
    ObjectFactory m_policyFactory; ///< makes the policies
    std::vector<Watch> m_watches;  ///< by port; without marker if it has no RedMarker
    uint32_t m_sample{0};          ///< samples taken in this interval
    bool m_awake{false};           ///< an interval runs
    EventId m_event;               ///< next sample
    TracedCallback<uint16_t, const EcnObservation&, const EcnThresholds&> m_tuned; ///< trace
};

} // namespace ns3::fabric

#endif /* FABRIC_ECN_AGENT_H */
