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
     * @param stream first stream number to use
     * @return number of streams used
     */
    virtual int64_t AssignStreams(int64_t stream);

  private:
    /** @param owner the switch that asks */
    virtual void DoSetup(Switch& owner);

    /** @param frame the frame @param ports live ports, at least two @return one of them */
    virtual uint16_t DoSelect(const Frame& frame, const PortGroup& ports) = 0;

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
