/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_ASIC_PRESET_H
#define FABRIC_ASIC_PRESET_H

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * The packet memory of a switching ASIC: what to set in a SonicBuffer to get it.
 *
 * Vendors publish the size of the memory, hardly more. Profiles (guarantees, alphas, headroom
 * pools) are those that SONiC ships for a switch with the ASIC where it does, otherwise the
 * defaults of SonicBuffer. The source says which.
 */
struct AsicPreset
{
    std::string name;         ///< as the user writes it
    std::string description;  ///< what it is, in a line
    std::string source;       ///< where the figures come from
    uint32_t ports{0};        ///< ports of a switch with one such ASIC
    uint64_t bitRate{0};      ///< their rate, bit/s
    uint64_t bytesPerPort{0}; ///< packet memory for each of them, bytes
    uint32_t cellBytes{1};    ///< bytes of a cell; 1 if not published

    /** Attributes of SonicBuffer and their values. */
    std::vector<std::pair<std::string, std::string>> settings;

    /** @return all presets there are */
    static const std::vector<AsicPreset>& GetAll();

    /** @return names of all presets */
    static std::vector<std::string> GetNames();

    /** @param name of a preset @return the preset, or null */
    static const AsicPreset* Find(const std::string& name);

    /** @return the list for the help of programs, a line per preset */
    static std::string GetHelpText();
};

} // namespace ns3::fabric

#endif /* FABRIC_ASIC_PRESET_H */
