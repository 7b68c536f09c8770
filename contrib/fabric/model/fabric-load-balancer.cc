/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-load-balancer.h"

#include "fabric-switch.h"

#include "ns3/boolean.h"

#include <algorithm>

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(LoadBalancer);

TypeId
LoadBalancer::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::LoadBalancer")
            .SetParent<Object>()
            .SetGroupName("Fabric")
            .AddAttribute("Weighted",
                          "Whether traffic is divided in proportion to the capacity of the paths "
                          "(UCMP), rather than evenly: links of different rates and failures far "
                          "away then count.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&LoadBalancer::m_weighted),
                          MakeBooleanChecker());
    return tid;
}

LoadBalancer::LoadBalancer() = default;

LoadBalancer::~LoadBalancer() = default;

int64_t
LoadBalancer::AssignStreams(int64_t stream)
{
    return 0;
}

bool
LoadBalancer::IsStateless() const
{
    return false;
}

bool
LoadBalancer::KeepsOrder() const
{
    return true;
}

bool
LoadBalancer::SeesAllFrames() const
{
    return false;
}

uint16_t
LoadBalancer::DoRoute(Port& ingress, Frame* frame, const PortGroup& ports)
{
    return ports.live.size() == 1 ? ports.live.front() : Select(*frame, ports);
}

void
LoadBalancer::DoSetup(Switch& owner)
{
}

std::vector<double>
SlownessOf(const Switch& owner)
{
    uint64_t fastest = 0;
    for (uint16_t port = 0; port < owner.GetNPorts(); ++port)
    {
        fastest = std::max(fastest, owner.GetPort(port).GetBitRate());
    }
    std::vector<double> slowness;
    for (uint16_t port = 0; port < owner.GetNPorts(); ++port)
    {
        const uint64_t rate = owner.GetPort(port).GetBitRate();
        slowness.push_back(rate > 0 ? static_cast<double>(fastest) / rate : 1);
    }
    return slowness;
}

} // namespace ns3::fabric
