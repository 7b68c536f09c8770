/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// libFuzzer target for the importers. The first byte of an input chooses the importer, the rest is
// the file. Not part of the ordinary build; by hand:
//
//   clang++ -std=c++17 -g -O1 -fsanitize=fuzzer,address,undefined -DNS3_LOG_ENABLE \
//     -I build/release/include tests/fuzz/fuzz-{trace,targets}.cc \
//     $(tests/fuzz/sources) -lns3-core -lz -o fuzz-trace
//   ./fuzz-trace -max_len=4096 corpus/

#include "fuzz-targets.h"

#include <cstddef>
#include <cstdint>

extern "C" int
LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size)
{
    if (size > 0)
    {
        const auto& targets = GetFuzzTargets();
        targets[data[0] % targets.size()].run(
            std::string(reinterpret_cast<const char*>(data + 1), size - 1));
    }
    return 0;
}
