/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-static-window.h"

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(StaticWindow);

TypeId
StaticWindow::GetTypeId()
{
    static TypeId tid = TypeId("ns3::rdma::StaticWindow")
                            .SetParent<WindowLaw>()
                            .SetGroupName("Rdma")
                            .AddConstructor<StaticWindow>();
    return tid;
}

StaticWindow::StaticWindow() = default;

StaticWindow::~StaticWindow() = default;

} // namespace ns3::rdma
