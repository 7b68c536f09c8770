/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_TCP_SETUP_H
#define CLUSTER_TCP_SETUP_H

#include "ns3/cluster-builder.h"

#include <string>

namespace ns3::cluster::tests
{

/**
 * Sets defaults of ns-3's TCP, which Config::Reset takes back.
 *
 * @param law ns-3's congestion control
 * @param framing of messages in the stream
 * @param marker bytes of queue from which switches mark, or empty
 * @return what to make a cluster of
 */
NetworkStack MakeTcpStack(const std::string& law,
                          const std::string& framing,
                          const std::string& marker = "");

} // namespace ns3::cluster::tests

#endif /* CLUSTER_TCP_SETUP_H */
