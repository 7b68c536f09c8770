/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-size-distribution.h"

#include "cluster-quantity.h"

#include "ns3/assert.h"

#include <algorithm>
#include <cctype>
#include <cmath>

namespace ns3::cluster
{

namespace
{

/** A distribution that needs no file. */
struct BuiltIn
{
    const char* name;                            ///< as users write it
    std::vector<SizeDistribution::Point> points; ///< its points
};

/** @return the built-in distributions */
const std::vector<BuiltIn>&
GetBuiltIns()
{
    static const std::vector<BuiltIn> builtIns = {
        {"websearch",
         {{0, 0},
          {10e3, 15},
          {20e3, 20},
          {30e3, 30},
          {50e3, 40},
          {80e3, 53},
          {200e3, 60},
          {1e6, 70},
          {2e6, 80},
          {5e6, 90},
          {10e6, 97},
          {30e6, 100}}},
        {"fb-hadoop",
         {{0, 0},     {100, 1},    {200, 2},    {300, 5},    {350, 15}, {400, 20},  {500, 30},
          {600, 40},  {700, 50},   {1e3, 60},   {2e3, 67},   {7e3, 70}, {30e3, 72}, {50e3, 82},
          {80e3, 87}, {120e3, 90}, {300e3, 95}, {1e6, 97.5}, {2e6, 99}, {10e6, 100}}},
        {"ali-storage",
         {{0, 0},
          {4e3, 22.93},
          {8e3, 69.21},
          {16e3, 80.61},
          {32e3, 90.47},
          {64e3, 93.53},
          {128e3, 96.77},
          {256e3, 97.53},
          {2e6, 100}}},
    };
    return builtIns;
}

/** @return the text in small letters without hyphens and underscores */
std::string
Fold(std::string_view text)
{
    std::string folded;
    for (char c : text)
    {
        if (c != '-' && c != '_')
        {
            folded += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        }
    }
    return folded;
}

/** Reads the points of one file, line by line. */
class PointReader
{
  public:
    explicit PointReader(std::vector<TopologyError>& errors)
        : m_errors(errors)
    {
    }

    /** @param text a line @param line its number */
    void ReadLine(const std::string& text, uint32_t line)
    {
        static constexpr const char* blanks = " \t\r";
        const std::size_t first = text.find_first_not_of(blanks);
        if (first == std::string::npos || text[first] == '#')
        {
            return;
        }
        const std::size_t blank = std::min(text.find_first_of(blanks, first), text.size());
        const std::size_t second = text.find_first_not_of(blanks, blank);
        const std::size_t last = text.find_last_not_of(blanks);
        const SourcePosition here{line, static_cast<uint32_t>(first + 1)};
        if (second == std::string::npos)
        {
            m_errors.push_back(
                {"a line of one word, expected a size in bytes and a percentage", here});
            return;
        }
        const SourcePosition there{line, static_cast<uint32_t>(second + 1)};
        const auto bytes = ParseNumber(text.substr(first, blank - first));
        const auto percent = ParseNumber(text.substr(second, last + 1 - second));
        if (!bytes || *bytes > 1e18)
        {
            m_errors.push_back({"no size in bytes", here});
        }
        else if (!percent || *percent > 100)
        {
            m_errors.push_back({"no percentage, expected a number from 0 to 100", there});
        }
        else if (m_points.empty() && *percent != 0)
        {
            m_errors.push_back({"the first percentage is not 0", there});
        }
        else if (!m_points.empty() && *bytes <= m_points.back().bytes)
        {
            m_errors.push_back({"the size is not larger than the one before", here});
        }
        else if (!m_points.empty() && *percent < m_points.back().percent)
        {
            m_errors.push_back({"the percentage is smaller than the one before", there});
        }
        else
        {
            m_points.push_back({*bytes, *percent});
        }
    }

    /** @return the points read so far */
    const std::vector<SizeDistribution::Point>& GetPoints() const
    {
        return m_points;
    }

  private:
    std::vector<TopologyError>& m_errors;          ///< where to report
    std::vector<SizeDistribution::Point> m_points; ///< read so far
};

} // namespace

SizeDistribution::SizeDistribution(std::vector<Point> points)
    : m_points(std::move(points))
{
    NS_ASSERT_MSG(m_points.size() >= 2 && m_points.front().percent == 0 &&
                      m_points.back().percent == 100,
                  "a distribution runs from 0 to 100 %");
}

std::optional<SizeDistribution>
SizeDistribution::Find(std::string_view name)
{
    for (const auto& builtIn : GetBuiltIns())
    {
        if (Fold(builtIn.name) == Fold(name))
        {
            return SizeDistribution(builtIn.points);
        }
    }
    return std::nullopt;
}

std::vector<std::string>
SizeDistribution::GetNames()
{
    std::vector<std::string> names;
    for (const auto& builtIn : GetBuiltIns())
    {
        names.emplace_back(builtIn.name);
    }
    return names;
}

std::optional<SizeDistribution>
SizeDistribution::Read(std::istream& input, std::vector<TopologyError>& errors)
{
    const std::size_t before = errors.size();
    PointReader reader(errors);
    std::string text;
    uint32_t line = 0;
    while (errors.size() == before && std::getline(input, text))
    {
        reader.ReadLine(text, ++line);
    }
    if (errors.size() > before)
    {
        return std::nullopt;
    }
    const auto& points = reader.GetPoints();
    if (points.size() < 2 || points.back().percent != 100)
    {
        errors.push_back({"the file ends before 100 %", {line, 0}});
        return std::nullopt;
    }
    return SizeDistribution(points);
}

double
SizeDistribution::GetMean() const
{
    double mean = 0;
    for (std::size_t i = 1; i < m_points.size(); ++i)
    {
        const Point& from = m_points[i - 1];
        const Point& to = m_points[i];
        mean += (to.percent - from.percent) / 100 * (from.bytes + to.bytes) / 2;
    }
    return mean;
}

uint64_t
SizeDistribution::GetQuantile(double share) const
{
    const double percent = share * 100;
    const auto to =
        std::upper_bound(m_points.begin() + 1,
                         m_points.end() - 1,
                         percent,
                         [](double value, const Point& point) { return value < point.percent; });
    const auto from = to - 1;
    const double step = to->percent - from->percent;
    const double part = step > 0 ? (percent - from->percent) / step : 1;
    const double bytes = from->bytes + part * (to->bytes - from->bytes);
    return std::max<int64_t>(std::llround(bytes), 1);
}

} // namespace ns3::cluster
