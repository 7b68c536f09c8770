/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_GOAL_LABELS_H
#define WORKLOAD_GOAL_LABELS_H

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * Operations of a rank of a GOAL text by their labels. Nearly all files are written by programs,
 * which call operations l1, l2, ...: such labels are kept as numbers, because the texts of millions
 * of them would take longer and need more memory than the operations.
 */
class GoalLabels
{
  public:
    /** @param label a label @return whether it is l and a number, and says nothing else */
    static bool IsNumber(const std::string& label);

    /** @param label a label @return its operation */
    std::optional<uint32_t> Find(const std::string& label) const;

    /** @param label a label that has no operation @param operation its operation */
    void Add(const std::string& label, uint32_t operation);

    /** Forget all. */
    void Clear();

  private:
    std::vector<uint32_t> m_numbered;                  ///< of l0, l1, ...: operation + 1, or 0
    uint32_t m_nNumbered{0};                           ///< those that there are
    std::unordered_map<std::string, uint32_t> m_named; ///< all others
};

} // namespace ns3::workload

#endif /* WORKLOAD_GOAL_LABELS_H */
