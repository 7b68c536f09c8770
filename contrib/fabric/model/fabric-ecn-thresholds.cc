/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-ecn-thresholds.h"

#include "fabric-frame.h"

namespace ns3::fabric
{

double
StaticPfcThreshold(const EcnPfcParameters& parameters)
{
    const double queues = static_cast<double>(N_CLASSES) * parameters.ports;
    return (static_cast<double>(parameters.bufferBytes) - queues * parameters.headroomBytes) /
           queues;
}

double
EcnThresholdBound(const EcnPfcParameters& parameters)
{
    return parameters.beta / (parameters.beta + 1) * StaticPfcThreshold(parameters);
}

} // namespace ns3::fabric
