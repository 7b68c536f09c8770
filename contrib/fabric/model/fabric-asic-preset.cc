/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-asic-preset.h"

namespace ns3::fabric
{

namespace
{

constexpr uint64_t GBPS = 1'000'000'000;
constexpr uint64_t MIB = uint64_t{1} << 20;
constexpr uint64_t GIB = uint64_t{1} << 30;

/** @return a preset of a single ASIC, without a profile of its own */
AsicPreset
Single(const std::string& name,
       const std::string& description,
       const std::string& source,
       uint32_t ports,
       uint64_t bitRate,
       uint64_t memory,
       uint32_t cellBytes)
{
    AsicPreset preset;
    preset.name = name;
    preset.description = description;
    preset.source = source;
    preset.ports = ports;
    preset.bitRate = bitRate;
    preset.bytesPerPort = memory / ports;
    preset.cellBytes = cellBytes;
    preset.settings = {{"Size", std::to_string(memory)},
                       {"SizePerPort", "0"},
                       {"CellBytes", std::to_string(cellBytes)}};
    return preset;
}

/** @return the presets */
std::vector<AsicPreset>
MakeAll()
{
    std::vector<AsicPreset> presets;
    presets.push_back(Single("tomahawk-3",
                             "Broadcom Tomahawk 3, 32 x 400 Gb/s, 64 MiB",
                             "memory: DCP (SIGCOMM 2025), table 1; cells of 254 B: SONiC's buffer "
                             "tables for Broadcom",
                             32,
                             400 * GBPS,
                             64 * MIB,
                             254));

    AsicPreset tomahawk5 = Single("tomahawk-5",
                                  "Broadcom Tomahawk 5, 64 x 800 Gb/s, 167.5 MB",
                                  "sonic-buildimage, Arista-7060X6-64PE-O128S2: static_th is the "
                                  "whole memory, xoff the headroom pool, threshold 0 alpha 1",
                                  64,
                                  800 * GBPS,
                                  167'546'528,
                                  254);
    tomahawk5.settings.insert(tomahawk5.settings.end(),
                              {{"Alpha", "1"},
                               {"LossyAlpha", "1"},
                               {"LossyPoolShare", "1"},
                               {"Guarantee", "18796"},
                               {"EgressGuarantee", "1778"},
                               {"XonOffset", "3556"},
                               {"HeadroomPool", "29423360"}});
    presets.push_back(tomahawk5);

    AsicPreset spectrum4 = Single("spectrum-4",
                                  "NVIDIA Spectrum-4, 64 x 800 Gb/s, 158.2 MB",
                                  "sonic-buildimage, Mellanox-SN5600: egress_lossless_pool is the "
                                  "whole memory, both other pools are equal; over_subscribe_ratio "
                                  "2 and dynamic_th 0: SONiC's defaults for NVIDIA; cells of "
                                  "192 B: platform/mellanox/asic_table.j2",
                                  64,
                                  800 * GBPS,
                                  158'229'504,
                                  192);
    spectrum4.settings.insert(spectrum4.settings.end(),
                              {{"Alpha", "1"},
                               {"LossyAlpha", "1"},
                               {"LossyIngressAlpha", "128"},
                               {"LossyPoolShare", "1"},
                               {"HeadroomOversubscription", "2"}});
    presets.push_back(spectrum4);

    presets.push_back(Single("tofino-2",
                             "Intel Tofino 2, 32 x 400 Gb/s, 64 MiB",
                             "memory: DCP (SIGCOMM 2025), table 1",
                             32,
                             400 * GBPS,
                             64 * MIB,
                             1));

    AsicPreset chassis = Single("jericho-2-chassis",
                                "chassis of Broadcom Jericho 2, 12 x 400 Gb/s and 8 GiB each",
                                "Arista 7800R3: 288 x 400 Gb/s of 24 processors with 8 GB of HBM "
                                "each; modelled as one memory that grows with the ports",
                                288,
                                400 * GBPS,
                                24 * 8 * GIB,
                                1);
    chassis.settings[1].second = std::to_string(chassis.bytesPerPort);
    presets.push_back(chassis);
    return presets;
}

} // namespace

const std::vector<AsicPreset>&
AsicPreset::GetAll()
{
    static const std::vector<AsicPreset> presets = MakeAll();
    return presets;
}

std::vector<std::string>
AsicPreset::GetNames()
{
    std::vector<std::string> names;
    for (const auto& preset : GetAll())
    {
        names.push_back(preset.name);
    }
    return names;
}

const AsicPreset*
AsicPreset::Find(const std::string& name)
{
    for (const auto& preset : GetAll())
    {
        if (preset.name == name)
        {
            return &preset;
        }
    }
    return nullptr;
}

std::string
AsicPreset::GetHelpText()
{
    std::string text = "Switching ASICs, for --asic:\n";
    for (const auto& preset : GetAll())
    {
        text += "    " + preset.name + ": " + preset.description + "\n";
    }
    return text;
}

} // namespace ns3::fabric
