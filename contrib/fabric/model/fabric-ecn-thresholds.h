/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_ECN_THRESHOLDS_H
#define FABRIC_ECN_THRESHOLDS_H

#include <cstdint>

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * Where ECN marking has to begin so that it comes before PFC (Zhu et al., DCQCN, SIGCOMM 2015,
 * section 4). A switch of n ports with 8 classes, all of them lossless, keeps t_flight bytes of
 * headroom for each and shares the rest, B - 8 n t_flight, under a dynamic PFC threshold with
 * factor beta.
 */
struct EcnPfcParameters
{
    uint64_t bufferBytes;   ///< B: packet memory
    uint32_t ports;         ///< n
    uint32_t headroomBytes; ///< t_flight: headroom per port and class
    double beta;            ///< PFC at beta times the free memory, divided by 8 n
};

/**
 * @param parameters of the switch; B greater than 8 n t_flight
 * @return the largest static PFC threshold that cannot overflow the memory, bytes:
 *         (B - 8 n t_flight) / 8 n
 */
double StaticPfcThreshold(const EcnPfcParameters& parameters);

/**
 * @param parameters of the switch; B greater than 8 n t_flight
 * @return the bound that an ECN threshold must stay below so that a queue is marked before the port
 *         that feeds it is paused, bytes: beta (B - 8 n t_flight) / (8 n (beta + 1)). The worst
 *         case is that all ports feed the one queue that ECN looks at.
 */
double EcnThresholdBound(const EcnPfcParameters& parameters);

} // namespace ns3::fabric

#endif /* FABRIC_ECN_THRESHOLDS_H */
