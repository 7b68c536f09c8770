/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_LOAD_BALANCER_H
#define FABRIC_LOAD_BALANCER_H

#include "fabric-frame.h"
#include "fabric-routing-table.h"

#include "ns3/object.h"

#include <vector>

namespace ns3::fabric
{

class Port;
class Switch;

/**
 * @ingroup fabric
 * Plug-in point: chooses the egress port of a frame among those on shortest paths. Each switch has
 * its own object. Ports whose link is down are no longer in the group when it is asked, and ports
 * have weights if it wants them (attribute Weighted).
 */
class LoadBalancer : public Object
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    LoadBalancer();
    ~LoadBalancer() override;

    /**
     * @return whether the ports of a group are to have weights, so that traffic is divided in
     *         proportion to the capacity behind them (weighted or unequal-cost multi-path); whoever
     *         computes routes asks
     */
    bool IsWeighted() const
    {
        return m_weighted;
    }

    /** @param owner the switch that asks; called once, before the first frame */
    void Setup(Switch& owner)
    {
        DoSetup(owner);
    }

    /**
     * @return whether Select depends on the frame and the ports alone and changes nothing, so that
     *         anybody may ask beforehand which way a frame would go
     */
    virtual bool IsStateless() const;

    /**
     * @return whether frames of a flow that leave close together take one way, so that they do not
     *         overtake each other unless the way changes
     */
    virtual bool KeepsOrder() const;

    /**
     * Not asked when a group has one live port.
     *
     * @param frame the frame, with its ingress port noted
     * @param ports the live ports of the group, at least two
     * @return one of them
     */
    uint16_t Select(const Frame& frame, const PortGroup& ports)
    {
        return DoSelect(frame, ports);
    }

    /**
     * @return whether Route is asked for every frame instead of Select: a balancer that writes into
     *         frames, answers or keeps them; the same from Setup on
     */
    virtual bool SeesAllFrames() const;

    /** Route: the balancer has the frame now, and sends or releases it later. */
    static constexpr uint16_t HELD = UINT16_MAX;

    /**
     * For balancers that see all frames, also those with a single way.
     *
     * @param ingress where the frame came in
     * @param frame the frame
     * @param ports the live ports of the group, at least one
     * @return the egress port, or HELD
     */
    uint16_t Route(Port& ingress, Frame* frame, const PortGroup& ports)
    {
        return DoRoute(ingress, frame, ports);
    }

    /**
     * @param stream first stream number to use
     * @return number of streams used
     */
    virtual int64_t AssignStreams(int64_t stream);

  private:
    /** @param owner the switch that asks */
    virtual void DoSetup(Switch& owner);

    /** @param frame the frame @param ports live ports, at least two @return one of them */
    virtual uint16_t DoSelect(const Frame& frame, const PortGroup& ports) = 0;

    /** See Route. */
    virtual uint16_t DoRoute(Port& ingress, Frame* frame, const PortGroup& ports);

    bool m_weighted{false}; ///< attribute Weighted
};

/**
 * @ingroup fabric
 * @param owner a switch with all its ports
 * @return by port: the rate of the fastest port over its own, 1 or more
 */
std::vector<double> SlownessOf(const Switch& owner);

} // namespace ns3::fabric

#endif /* FABRIC_LOAD_BALANCER_H */
