/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_QUANTITY_H
#define EXPERIMENT_QUANTITY_H

#include "ns3/data-rate.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <optional>
#include <string>

namespace ns3::experiment
{

/**
 * @defgroup experiment Scenario files, run control, recorders and summaries
 *
 * Strict readers of quantities that a user wrote. ns-3's own parsers of Time and DataRate abort on
 * text they do not understand, and those of numbers ignore what follows the number, so user input
 * passes through these first. Each returns nothing for a text that is not the quantity as a whole,
 * and says why in a sentence that continues "what is wrong, what was expected".
 */

/**
 * @ingroup experiment
 * @param text a number without sign and a unit: 400Gbps, 3.2Tbps, 50GB/s
 * @param [out] error why the text is no rate
 * @return the rate, at least 1 bit/s
 */
std::optional<DataRate> ParseRate(const std::string& text, std::string& error);

/**
 * @ingroup experiment
 * @param text a number without sign and a unit: 1us, 0.5ms, 650ns; or plain 0
 * @param [out] error why the text is no time
 * @return the time, less than 100 days, a multiple of 1 ps
 */
std::optional<Time> ParseTime(const std::string& text, std::string& error);

/**
 * @ingroup experiment
 * @param text a number without sign and a unit: 2MiB (2^20 bytes), 4kB (1000 bytes), 64B
 * @param [out] error why the text is no size
 * @return the size, bytes
 */
std::optional<uint64_t> ParseSize(const std::string& text, std::string& error);

/**
 * @ingroup experiment
 * @param text decimal digits
 * @param [out] error why the text is no count
 * @return the number
 */
std::optional<uint64_t> ParseUnsigned(const std::string& text, std::string& error);

/**
 * @ingroup experiment
 * @param text decimal digits, perhaps after a minus sign
 * @param [out] error why the text is no integer
 * @return the number
 */
std::optional<int64_t> ParseInteger(const std::string& text, std::string& error);

/**
 * @ingroup experiment
 * @param text a decimal number, perhaps with sign, fraction and exponent
 * @param [out] error why the text is no number
 * @return the number, finite
 */
std::optional<double> ParseReal(const std::string& text, std::string& error);

/**
 * @ingroup experiment
 * @param text true or false
 * @param [out] error why the text is neither
 * @return the truth value
 */
std::optional<bool> ParseBoolean(const std::string& text, std::string& error);

/** @return a number, in the shortest form that reads back to the same value */
std::string FormatReal(double value);
/** @return a rate in the form that ParseRate reads, exactly */
std::string FormatRate(const DataRate& rate);
/** @return a time in the form that ParseTime reads, exactly to the picosecond */
std::string FormatTime(const Time& time);
/** @return a size in the form that ParseSize reads, exactly */
std::string FormatSize(uint64_t bytes);

/**
 * @ingroup experiment
 * A user's text for messages: in single quotes, control characters made visible, cut after 60
 * characters.
 *
 * @param text what the user wrote
 * @return the quoted text
 */
std::string Quote(const std::string& text);

} // namespace ns3::experiment

#endif /* EXPERIMENT_QUANTITY_H */
