/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_ADAPTIVE_H
#define FABRIC_ADAPTIVE_H

#include "fabric-flow-table.h"
#include "fabric-load-balancer.h"

#include "ns3/nstime.h"
#include "ns3/random-variable-stream.h"

#include <vector>

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * Local adaptive routing, called dynamic load balancing (DLB) by switch vendors: the port with the
 * least load, taken as a quantised mixture of what it has queued and of its recent use. Ports that
 * are paused for the class of the frame come last.
 *
 * A switch sees its own ports alone, and who follows them closely drives traffic together further
 * on: hosts that send at line rate find the ports idle in the order in which they were last used,
 * so that each host keeps to a port, and what keeps to a path at this switch meets others on the
 * way down, where there is no choice. Two things are against it. Bands are wide, so that only real
 * queues count. And among the ports of the best band it is the turn of the one that has taken the
 * least to the leaf of the destination (Ties): all links down to a leaf then get the same from each
 * switch, to within some frames. Vendors do not tell how they break ties; a random choice is the
 * other one.
 *
 * Queues count by the time that they take to drain, so that a slow port is not taken for an idle
 * one; use counts in proportion to the rate of the port, or to its weight (attribute Weighted).
 *
 * Gap decides how often a flow may move: 0 chooses for each packet (as adaptive routing for NICs
 * that place data directly), a silence of that length for each flowlet, and a very long one once
 * per flow. Only the switch's own ports are looked at, not what lies behind them.
 */
class Adaptive : public LoadBalancer
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /** Which of the ports of the best band a frame takes. */
    enum Ties
    {
        RANDOM,     ///< a random one
        LEAST_SENT, ///< the one that has taken the least to the leaf of the destination
    };

    Adaptive();

    bool KeepsOrder() const override;
    int64_t AssignStreams(int64_t stream) override;

  private:
    /** Recent use of a port. */
    struct Use
    {
        double bytes{0}; ///< bytes sent there, decayed
        Ticks at{0};     ///< when it was decayed last
    };

    void DoSetup(Switch& owner) override;
    uint16_t DoSelect(const Frame& frame, const PortGroup& ports) override;

    /** @return by port: bytes sent to the leaf of a frame's destination, times their share */
    double* GetSent(const Frame& frame);

    /**
     * @param frame a frame
     * @param ports where it may go
     * @param heaviest the largest weight of a live port, 0 if they are equal
     * @param sent what ports have taken to its leaf, or null: see GetSent
     * @return the best port for it now: index among the live ones
     */
    std::size_t Choose(const Frame& frame, const PortGroup& ports, uint32_t heaviest, double* sent);

    /**
     * @param ports a group
     * @param i index of a live port
     * @param heaviest the largest weight
     * @return how much bytes count there: in inverse proportion to its weight, or else its rate
     */
    double GetShare(const PortGroup& ports, std::size_t i, uint32_t heaviest) const;

    /** @return the largest weight of a live port, 0 if they are equal */
    static uint32_t Heaviest(const PortGroup& ports);

    /**
     * @param port a port
     * @param priority class of the frame
     * @param share how much its use counts: the more, the less it should have
     * @param now the time
     * @return load of a port in bands, the paused ones behind all others
     */
    uint64_t Quality(uint16_t port, uint8_t priority, double share, Ticks now);

    Time m_gap;                          ///< silence that ends a flowlet
    Time m_window;                       ///< over which use is remembered
    double m_useWeight;                  ///< weight of use against queue
    uint32_t m_band;                     ///< bytes per band of load
    uint32_t m_tableSize;                ///< entries of the table
    Ties m_ties;                         ///< which of equal ports
    uint32_t m_memory;                   ///< bytes that a port may be behind others
    std::vector<double> m_sent;          ///< by destination leaf and port: bytes times share
    uint64_t m_salt{0};                  ///< of the hash
    Switch* m_owner{nullptr};            ///< the switch
    FlowTable m_table;                   ///< ports of recent flows
    std::vector<Use> m_use;              ///< by port
    std::vector<double> m_slowness;      ///< by port: the fastest rate over its own
    Ptr<UniformRandomVariable> m_random; ///< draws
};

} // namespace ns3::fabric

#endif /* FABRIC_ADAPTIVE_H */
