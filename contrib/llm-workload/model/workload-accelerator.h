/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_ACCELERATOR_H
#define WORKLOAD_ACCELERATOR_H

#include <optional>
#include <string>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * What a training step needs to know of an accelerator.
 */
struct Accelerator
{
    std::string name;      ///< for people to read
    double peakFlops{0};   ///< dense FP16/BF16 matrix operations per second, without sparsity
    double memoryRate{0};  ///< bytes per second of its memory
    double memoryBytes{0}; ///< capacity of its memory
    std::string source;    ///< where the figures are from

    /**
     * @param name name of a preset, in lower case: see GetPresetNames
     * @return the accelerator, or nothing if there is no such preset
     */
    static std::optional<Accelerator> Preset(const std::string& name);

    /** @return names of the presets */
    static std::vector<std::string> GetPresetNames();
};

} // namespace ns3::workload

#endif /* WORKLOAD_ACCELERATOR_H */
