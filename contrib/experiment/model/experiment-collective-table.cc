/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-collective-table.h"

#include <cstdio>

namespace ns3::experiment
{

namespace
{

/** @return text of a figure with a format of one double */
std::string
Format(const char* format, double value)
{
    char text[64];
    std::snprintf(text, sizeof(text), format, value);
    return text;
}

/** @return a time as nccl-tests print it */
std::string
FormatMicroseconds(double microseconds)
{
    return Format(microseconds >= 10000 ? "%.0f"
                  : microseconds >= 100 ? "%.1f"
                                        : "%.2f",
                  microseconds);
}

/** @return a text, right-aligned in a column */
std::string
Align(const std::string& text, std::size_t width)
{
    return (text.size() < width ? std::string(width - text.size(), ' ') : "") + text;
}

/** @return name of a class without namespaces */
std::string
Shorten(const std::string& name)
{
    const auto colon = name.rfind(':');
    return colon == std::string::npos ? name : name.substr(colon + 1);
}

/** Print a line of the head. @param columns size to root @param figures time to #wrong */
void
PrintHead(std::ostream& out,
          const std::vector<std::string>& columns,
          const std::vector<std::string>& figures)
{
    out << "# " << Align(columns[0], 10) << "  " << Align(columns[1], 12) << "  "
        << Align(columns[2], 8) << "  " << Align(columns[3], 6) << "  " << Align(columns[4], 6);
    for (int place = 0; place < 2; ++place)
    {
        out << "  " << Align(figures[0], 7) << "  " << Align(figures[1], 6) << "  "
            << Align(figures[2], 6) << " " << Align(figures[3], 6);
    }
    out << "\n";
}

} // namespace

void
CollectiveTable::Print(std::ostream& out) const
{
    out << "# " << std::string(50, ' ')
        << "           out-of-place                       in-place          \n";
    PrintHead(
        out, {"size", "count", "type", "redop", "root"}, {"time", "algbw", "busbw", "#wrong"});
    PrintHead(out, {"(B)", "(elements)", "", "", ""}, {"(us)", "(GB/s)", "(GB/s)", ""});
    for (const auto& row : rows)
    {
        out << Align(std::to_string(row.point.bytes), 12) << "  "
            << Align(std::to_string(row.count), 12) << "  " << Align("float", 8) << "  "
            << Align(operation, 6) << "  " << Align(std::to_string(root), 6);
        // The simulated collective does not care where its result goes: in-place is the same run.
        for (int place = 0; place < 2; ++place)
        {
            out << "  " << Align(FormatMicroseconds(row.point.seconds * 1e6), 7) << "  "
                << Align(Format("%.2f", row.point.algorithmBandwidth / 1e9), 6) << "  "
                << Align(Format("%.2f", row.point.busBandwidth / 1e9), 6) << " " << Align("N/A", 6);
        }
        out << "\n";
    }
    out << "# Out of bounds values : 0 OK\n";
    for (const auto& row : rows)
    {
        const auto& point = row.point;
        out << "# " << Align(std::to_string(point.bytes), 10) << "  " << Shorten(point.algorithm)
            << "  " << (point.protocol.empty() ? "plain" : Shorten(point.protocol)) << "  "
            << point.nChannels << (point.nChannels == 1 ? " channel\n" : " channels\n");
    }
}

void
CollectiveTable::Write(JsonWriter& json) const
{
    json.BeginArray("results");
    for (const auto& row : rows)
    {
        const auto& point = row.point;
        json.BeginObject();
        json.Field("size", point.bytes);
        json.Field("count", row.count);
        json.Field("type", "float");
        json.Field("redop", operation);
        json.Field("root", root);
        json.BeginObject("out_of_place");
        json.Field("time", point.seconds * 1e6);
        json.Field("alg_bw", point.algorithmBandwidth / 1e9);
        json.Field("bus_bw", point.busBandwidth / 1e9);
        json.NullField("nwrong");
        json.EndObject();
        json.Field("time_s", point.seconds);
        json.Field("algbw_bytes_per_s", point.algorithmBandwidth);
        json.Field("busbw_bytes_per_s", point.busBandwidth);
        json.Field("algorithm", point.algorithm);
        json.Field("protocol", point.protocol);
        json.Field("channels", point.nChannels);
        json.EndObject();
    }
    json.EndArray();
}

} // namespace ns3::experiment
