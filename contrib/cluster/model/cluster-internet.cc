/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-internet.h"

#include "ns3/fabric-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-interface-address.h"
#include "ns3/ipv4.h"
#include "ns3/net-device-queue-interface.h"
#include "ns3/uinteger.h"

namespace ns3::cluster
{

void
InstallInternet(const Cluster& cluster)
{
    InternetStackHelper internet;
    internet.SetIpv6StackInstall(false);
    uint32_t installed = TopologyGraph::NONE;
    for (uint32_t address = 0; address < cluster.GetNAttachments(); ++address)
    {
        const auto& attachment = cluster.GetAttachment(address);
        const auto node = cluster.GetNode(attachment.server);
        if (attachment.server != installed)
        {
            internet.Install(node);
            installed = attachment.server;
        }
        const auto ipv4 = node->GetObject<Ipv4>();
        const auto port = cluster.GetPort(attachment.server, attachment.port);
        // a device of several queues: else ns-3 takes away the priority that the socket gave
        const auto queues = CreateObjectWithAttributes<NetDeviceQueueInterface>(
            "NTxQueues", UintegerValue(fabric::N_CLASSES));
        port->AggregateObject(queues);
        const uint32_t interface = ipv4->AddInterface(port);
        ipv4->AddAddress(interface,
                         Ipv4InterfaceAddress(fabric::Ipv4Of(address), Ipv4Mask("255.0.0.0")));
        ipv4->SetUp(interface);
    }
}

} // namespace ns3::cluster
