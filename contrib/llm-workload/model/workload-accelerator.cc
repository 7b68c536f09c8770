/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-accelerator.h"

namespace ns3::workload
{

namespace
{

const std::vector<Accelerator>&
GetPresets()
{
    static const std::vector<Accelerator> presets{
        {"v100", 125e12, 900e9, 32e9, "NVIDIA V100 datasheet (SXM2, 32 GB): 125 TFLOPS tensor"},
        {"a100", 312e12, 2039e9, 80e9, "NVIDIA A100 datasheet (SXM, 80 GB): 312 TFLOPS BF16"},
        {"h100", 989.4e12, 3350e9, 80e9, "NVIDIA H100 datasheet (SXM): half of 1,979 sparse"},
        {"h800", 989.4e12, 3350e9, 80e9, "as h100, with 400 GB/s of NVLink (DeepSeek-V3 report)"},
        {"h200", 989.4e12, 4800e9, 141e9, "NVIDIA H200 datasheet (SXM): half of 1,979 sparse"},
        {"b200", 2250e12, 8000e9, 180e9, "NVIDIA DGX B200 datasheet: an eighth, dense BF16"},
        {"ascend-910b",
         353.9e12,
         1600e9,
         64e9,
         "Huawei CANN: 24 cores of 16 x 16 x 16 at 1.8 GHz (platform_config/Ascend910B2C.ini); 64 "
         "GB "
         "at 1.6 TB/s (Atlas A2 in ops-cv, cross_platform_migration_guide.md)"},
    };
    return presets;
}

} // namespace

std::optional<Accelerator>
Accelerator::Preset(const std::string& name)
{
    for (const auto& accelerator : GetPresets())
    {
        if (accelerator.name == name)
        {
            return accelerator;
        }
    }
    return std::nullopt;
}

std::vector<std::string>
Accelerator::GetPresetNames()
{
    std::vector<std::string> names;
    for (const auto& accelerator : GetPresets())
    {
        names.push_back(accelerator.name);
    }
    return names;
}

} // namespace ns3::workload
