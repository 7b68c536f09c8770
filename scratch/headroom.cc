/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Computes the PFC headroom of a link, and how long a lossless link each switching ASIC could have.

#include "ns3/experiment-format.h"
#include "ns3/experiment-json-writer.h"
#include "ns3/experiment-program-options.h"
#include "ns3/fabric-asic-preset.h"
#include "ns3/fabric-headroom.h"
#include "ns3/fabric-pause.h"
#include "ns3/fabric-time.h"

#include <array>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <sstream>

using namespace ns3;
using namespace ns3::experiment;
using fabric::Ticks;

namespace
{

constexpr double PICOSECONDS_PER_METRE = 5000; ///< light in fibre or copper, 2e8 m/s
constexpr std::array<uint32_t, 4> CLASS_COUNTS = {1, 2, 4, 8};

/** What the user asks for. */
struct Question
{
    fabric::HeadroomParameters link; ///< link and peer
    double metres{0};                ///< length of the cable
    uint32_t cellBytes{1};           ///< of the ASIC
    uint32_t smallPackets{100};      ///< per cent
};

/** The answer for one ASIC. */
struct LongestLinks
{
    const fabric::AsicPreset* asic; ///< which
    std::array<double, 4> metres;   ///< by number of lossless classes
    double closedForm;              ///< 8 b v / 2 C for one class, m
};

/** @return SONiC's xoff for the link, bytes */
uint64_t
GetSonicHeadroom(const Question& question)
{
    fabric::SonicHeadroom formula;
    formula.cellBytes = question.cellBytes;
    formula.smallPacketPercent = question.cellBytes > 1 ? question.smallPackets : 0;
    return formula.Compute(question.link);
}

/** @return the longest lossless link of each ASIC at its own rate */
std::vector<LongestLinks>
GetLongestLinks(const Question& question)
{
    std::vector<LongestLinks> all;
    for (const auto& asic : fabric::AsicPreset::GetAll())
    {
        LongestLinks links;
        links.asic = &asic;
        fabric::HeadroomParameters parameters = question.link;
        parameters.bitRate = asic.bitRate;
        for (std::size_t i = 0; i < CLASS_COUNTS.size(); ++i)
        {
            const Ticks delay =
                fabric::LongestLosslessDelay(asic.bytesPerPort / CLASS_COUNTS[i], parameters);
            links.metres[i] = std::max<Ticks>(delay, 0) / PICOSECONDS_PER_METRE;
        }
        links.closedForm = 8e12 * asic.bytesPerPort / (2.0 * asic.bitRate) / PICOSECONDS_PER_METRE;
        all.push_back(links);
    }
    return all;
}

/** @return a length for people: "4.19 km" */
std::string
FormatMetres(double metres)
{
    std::ostringstream text;
    text << std::setprecision(4) << (metres < 1000 ? metres : metres / 1000)
         << (metres < 1000 ? " m" : " km");
    return text.str();
}

/** Print the answer for people. */
void
Print(const Question& question)
{
    const auto& link = question.link;
    const uint64_t least = fabric::MinimumHeadroom(link);
    const Ticks standard =
        fabric::PauseTicks(fabric::PauseResponseQuanta(link.bitRate), link.bitRate);
    const auto seconds = [](Ticks ticks) { return FormatSeconds(ticks * 1e-12); };
    std::cout << "Headroom of one lossless class, " << link.bitRate / 1e9 << " Gb/s, "
              << FormatMetres(question.metres) << " of cable (" << seconds(link.propagation)
              << "), frames of " << link.peerFrameBytes << " B\n";
    TextTable table({TextTable::LEFT, TextTable::RIGHT, TextTable::LEFT});
    table.AddRow({"least that never drops",
                  FormatInteger(least) + " B",
                  FormatInteger(least / link.peerFrameBytes) + " frames"});
    table.AddRow(
        {"SONiC's xoff",
         FormatInteger(GetSonicHeadroom(question)) + " B",
         "cells of " + std::to_string(question.cellBytes) + " B, response of IEEE 802.3 at least"});
    table.AddRow({"response time counted", seconds(link.responseTime), ""});
    table.AddRow({"response time of IEEE 802.3",
                  seconds(standard),
                  std::to_string(fabric::PauseResponseQuanta(link.bitRate)) + " quanta"});
    table.AddRow(
        {"longest pause", seconds(fabric::PauseTicks(65535, link.bitRate)), "65535 quanta"});
    table.Print(std::cout, 2);
    std::cout << "\nLongest lossless link, all memory of a port as headroom\n";
    TextTable longest({TextTable::LEFT,
                       TextTable::RIGHT,
                       TextTable::RIGHT,
                       TextTable::RIGHT,
                       TextTable::RIGHT,
                       TextTable::RIGHT,
                       TextTable::RIGHT});
    longest.AddRow({"ASIC", "rate", "per port", "1 class", "2 classes", "4 classes", "8 classes"});
    for (const auto& links : GetLongestLinks(question))
    {
        std::ostringstream rate;
        rate << links.asic->bitRate / 1e9 << " Gb/s";
        longest.AddRow({links.asic->name,
                        rate.str(),
                        FormatBytes(static_cast<double>(links.asic->bytesPerPort)),
                        FormatMetres(links.metres[0]),
                        FormatMetres(links.metres[1]),
                        FormatMetres(links.metres[2]),
                        FormatMetres(links.metres[3])});
    }
    longest.Print(std::cout, 2);
}

/** @return the answer as JSON */
std::string
ToJson(const Question& question)
{
    const auto& link = question.link;
    std::ostringstream out;
    JsonWriter json(out);
    json.BeginObject();
    json.Field("rate_bps", link.bitRate);
    json.Field("length_m", question.metres);
    json.Field("frame_bytes", link.peerFrameBytes);
    json.Field("least_headroom_bytes", fabric::MinimumHeadroom(link));
    json.Field("sonic_headroom_bytes", GetSonicHeadroom(question));
    json.Field("response_s", link.responseTime * 1e-12);
    json.BeginArray("longest_links");
    for (const auto& links : GetLongestLinks(question))
    {
        json.BeginObject();
        json.Field("asic", links.asic->name);
        json.Field("bytes_per_port", links.asic->bytesPerPort);
        json.Field("closed_form_m", links.closedForm);
        for (std::size_t i = 0; i < CLASS_COUNTS.size(); ++i)
        {
            json.Field("length_m_" + std::to_string(CLASS_COUNTS[i]), links.metres[i]);
        }
        json.EndObject();
    }
    json.EndArray();
    json.EndObject();
    return out.str();
}

} // namespace

int
main(int argc, char* argv[])
{
    fabric::UsePicoseconds();
    ProgramOptions options("headroom",
                           "Computes the PFC headroom of a link, and the longest lossless link of "
                           "each switching ASIC.");
    Question question;
    question.metres = 40;
    DataRate rate("400Gbps");
    Time latency(0);
    std::string response = "none";
    uint32_t frame = 4158;
    uint32_t ownFrame = 4158;
    options.AddRate("rate", "rate of the link", rate);
    options.AddReal("length", "length of the cable, m, 5 ns each", question.metres, 0, 1e7);
    options.AddInteger<uint32_t>(
        "frame", "largest frame of the class that the peer sends, bytes", frame, 64, 65536);
    options.AddInteger<uint32_t>("own-frame",
                                 "largest frame of ours that may delay the PFC frame, bytes",
                                 ownFrame,
                                 0,
                                 65536);
    options.AddTime("latency", "our pipeline, before a frame is counted", latency);
    options.AddChoice("response",
                      "response time of the peer: none, or what IEEE 802.3 Annex 31B allows",
                      response,
                      {"none", "standard"});
    options.AddInteger<uint32_t>(
        "cell", "cell of the ASIC for SONiC's formula, bytes", question.cellBytes, 1, 4096);
    options.AddInteger<uint32_t>("small-packets",
                                 "share of small packets for SONiC's formula, per cent",
                                 question.smallPackets,
                                 0,
                                 100);
    options.AddHelpText(fabric::AsicPreset::GetHelpText());
    if (const auto exitCode = options.Parse(argc, argv))
    {
        return *exitCode;
    }
    if (latency < Time(0))
    {
        return options.Complain("--latency is negative, expected a time from 0");
    }
    auto& link = question.link;
    link.bitRate = rate.GetBitRate();
    link.propagation = std::llround(question.metres * PICOSECONDS_PER_METRE);
    link.receiveLatency = latency.GetTimeStep();
    link.peerFrameBytes = frame;
    link.ownFrameBytes = ownFrame;
    link.responseTime =
        response == "standard"
            ? fabric::PauseTicks(fabric::PauseResponseQuanta(link.bitRate), link.bitRate)
            : 0;
    Print(question);
    return options.WriteJson(ToJson(question)) ? EXIT_OK : EXIT_FAILED;
}
