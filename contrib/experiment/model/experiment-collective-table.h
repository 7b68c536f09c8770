/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_COLLECTIVE_TABLE_H
#define EXPERIMENT_COLLECTIVE_TABLE_H

#include "experiment-json-writer.h"

#include "ns3/collective-sweep.h"

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * The table of nccl-tests and its JSON: one row for each size.
 */
struct CollectiveTable
{
    /** A size. */
    struct Row
    {
        collective::CollectiveSweep::Point point; ///< what was measured
        uint64_t count;                           ///< elements, as nccl-tests count them
    };

    std::string operation; ///< column redop
    int32_t root{-1};      ///< column root; -1: none
    std::vector<Row> rows; ///< by size

    /**
     * Print columns, widths and comments as nccl-tests do, so that its parsers read them, and in
     * further comments how each size was done.
     *
     * @param out where to
     */
    void Print(std::ostream& out) const;

    /** @param json where the array "results" goes: the keys of nccl-tests (us, GB/s), and in SI */
    void Write(JsonWriter& json) const;
};

} // namespace ns3::experiment

#endif /* EXPERIMENT_COLLECTIVE_TABLE_H */
