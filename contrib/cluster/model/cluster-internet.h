/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_INTERNET_H
#define CLUSTER_INTERNET_H

#include "cluster-cluster.h"

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * Give every server ns-3's TCP/IP stack over its NIC ports, beside RDMA. Port p has the address
 * fabric::Ipv4Of(cluster.GetAddress(server, p)) in the network 10.0.0.0/8, which is one broadcast
 * domain: ARP requests are flooded along the spanning tree of the switches, everything else follows
 * the routes of the fabric. A server with several ports sends by the first.
 *
 * The packets travel in the class that Port::PacketClass says.
 *
 * @param cluster the cluster
 */
void InstallInternet(const Cluster& cluster);

} // namespace ns3::cluster

#endif /* CLUSTER_INTERNET_H */
