/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_ALARM_H
#define RDMA_ALARM_H

#include "ns3/fabric-alarm.h"

namespace ns3::rdma
{

using fabric::NEVER;
using fabric::Ticks;

/** See fabric::Alarm. */
template <typename T, void (T::*CALL)()>
using Alarm = fabric::Alarm<T, CALL>;

} // namespace ns3::rdma

#endif /* RDMA_ALARM_H */
