/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FUZZ_TARGETS_H
#define FUZZ_TARGETS_H

#include <string>
#include <vector>

/** An importer to be fed with damaged files. */
struct FuzzTarget
{
    std::string name;                      ///< for people to read
    void (*run)(const std::string& input); ///< reads a file; traps if it builds what cannot run
    std::vector<std::string> files;        ///< good files to damage, below the checkout
    std::vector<std::string> words;        ///< words of the format
};

/** @return all importers */
const std::vector<FuzzTarget>& GetFuzzTargets();

#endif /* FUZZ_TARGETS_H */
