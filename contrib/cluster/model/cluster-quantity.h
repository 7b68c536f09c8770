/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_QUANTITY_H
#define CLUSTER_QUANTITY_H

#include <cstdint>
#include <optional>
#include <string_view>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * @param text "400Gbps": a number and a unit [k|M|G|T][i](bps|b/s|Bps|B/s), as in ns-3 (which has
 * no T); no sign, no blank
 * @return bit/s, rounded to the nearest; nothing if the text is no rate below 2^63 bit/s
 */
std::optional<uint64_t> ParseRate(std::string_view text);

/**
 * @ingroup cluster
 * @param text "1.5us": a number and a unit, one of s, ms, us, ns, ps, min, h as in ns-3; no sign,
 * no blank
 * @return picoseconds, rounded to the nearest; nothing if the text is no time below 2^63 ps
 */
std::optional<int64_t> ParseTime(std::string_view text);

/**
 * @ingroup cluster
 * @param text "2MiB" (2^21), "4kB" (4000), "64B", or plain digits for bytes; no sign, no blank
 * @return bytes, rounded to the nearest; nothing if the text is no size below 2^63 bytes
 */
std::optional<uint64_t> ParseSize(std::string_view text);

/**
 * @ingroup cluster
 * @param text decimal digits, nothing else
 * @return the number; nothing if the text is no number below 2^64
 */
std::optional<uint64_t> ParseUnsigned(std::string_view text);

/**
 * @ingroup cluster
 * @param text a decimal number, not negative, with point and exponent if wanted
 * @return the number; nothing if the text is none, or not finite
 */
std::optional<double> ParseNumber(std::string_view text);

} // namespace ns3::cluster

#endif /* CLUSTER_QUANTITY_H */
