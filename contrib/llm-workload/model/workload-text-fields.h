/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_TEXT_FIELDS_H
#define WORKLOAD_TEXT_FIELDS_H

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

namespace ns3::workload
{

/** A field of a line, and where it starts. */
struct Field
{
    std::string text;   ///< the field, without blanks around it
    uint32_t column{0}; ///< column of its first byte, from 1
};

/**
 * Read a line like std::getline, but no more than a megabyte of it: the rest of a longer line is
 * skipped.
 *
 * @param input the text
 * @param [out] line the line, without the newline
 * @return false at the end of the text
 */
bool ReadLine(std::istream& input, std::string& line);

/**
 * @param line a line
 * @param separator what separates fields; a blank stands for any number of blanks and tabs
 * @return the fields; at least one with a separator that is not a blank
 */
std::vector<Field> SplitFields(const std::string& line, char separator);

/**
 * @param text decimal digits and nothing else
 * @param maximum highest value allowed
 * @param [out] value the number
 * @return whether it is one, and not above the maximum
 */
bool ParseUnsigned(const std::string& text, uint64_t maximum, uint64_t& value);

/** @return text in quotes, cut after 40 bytes, bytes outside printable ASCII as \xHH */
std::string Quote(const std::string& text);

} // namespace ns3::workload

#endif /* WORKLOAD_TEXT_FIELDS_H */
