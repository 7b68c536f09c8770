/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_FORMAT_H
#define EXPERIMENT_FORMAT_H

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

namespace ns3::experiment
{

/** @return a time with a fitting unit and four digits: "12.35 ms"; below half a picosecond 0 @param
 * seconds the time, s */
std::string FormatSeconds(double seconds);

/** @return a data rate with a fitting unit: "48.97 GB/s" @param bytesPerSecond the rate, bytes/s */
std::string FormatByteRate(double bytesPerSecond);

/** @return a size with a fitting decimal unit: "5.457 GB" @param bytes the size */
std::string FormatBytes(double bytes);

/** @return operations per second with a fitting unit: "123.4 TFLOP/s" @param flops the rate */
std::string FormatFlops(double flops);

/** @return a large number with a fitting suffix: "3.1 M" @param count the number */
std::string FormatCount(double count);

/** @return an integer with commas between thousands: "1,234,567" @param number the number */
std::string FormatInteger(uint64_t number);

/** @return "42.1 %" @param fraction 0.421 @param digits behind the point */
std::string FormatPercent(double fraction, int digits = 1);

/**
 * @ingroup experiment
 * A table for people: columns as wide as they need to be, texts to the left and figures to the
 * right.
 */
class TextTable
{
  public:
    /** Where the cells of a column stand. */
    enum Align
    {
        LEFT,
        RIGHT,
    };

    /** @param alignment of each column */
    explicit TextTable(std::vector<Align> alignment);

    /** @param cells a row; empty cells at the end may be left out */
    void AddRow(std::vector<std::string> cells);

    /** @param out where to print @param indent blanks before each row */
    void Print(std::ostream& out, std::size_t indent = 0) const;

  private:
    std::vector<Align> m_alignment;               ///< by column
    std::vector<std::vector<std::string>> m_rows; ///< cells
};

} // namespace ns3::experiment

#endif /* EXPERIMENT_FORMAT_H */
