/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_CLASS_RATES_H
#define FABRIC_CLASS_RATES_H

#include "fabric-frame.h"

#include "ns3/attribute-helper.h"

#include <array>
#include <cstdint>
#include <iosfwd>

namespace ns3::fabric
{

/**
 * Rates of the eight classes, as an attribute: eight rates joined by commas, for example
 * "0,0,0,50Gbps,0,0,0,0bps"; 0 means no limit.
 */
struct ClassRates
{
    std::array<uint64_t, N_CLASSES> bitRate{}; ///< by class, bit/s
};

/** @param os the stream @param rates what to print @return the stream */
std::ostream& operator<<(std::ostream& os, const ClassRates& rates);
/** @param is the stream @param rates what was read @return the stream, failed if malformed */
std::istream& operator>>(std::istream& is, ClassRates& rates);

ATTRIBUTE_HELPER_HEADER(ClassRates);

} // namespace ns3::fabric

#endif /* FABRIC_CLASS_RATES_H */
