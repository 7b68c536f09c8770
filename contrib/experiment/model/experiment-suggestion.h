/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_SUGGESTION_H
#define EXPERIMENT_SUGGESTION_H

#include <string>
#include <vector>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * The name that a user probably meant.
 *
 * @param name what the user wrote
 * @param known the names there are
 * @return the known name with the smallest edit distance (insertions, deletions, substitutions and
 *         swaps of neighbours, case ignored) if that is less than the name's length and at most a
 * third of it plus one, else an empty string; the first of equals
 */
std::string FindNearest(const std::string& name, const std::vector<std::string>& known);

/**
 * @ingroup experiment
 * @param name what the user wrote
 * @param known the names there are
 * @return "did you mean 'x'?" if there is a nearest name, else "known: a, b, c", shortened
 */
std::string Suggest(const std::string& name, const std::vector<std::string>& known);

} // namespace ns3::experiment

#endif /* EXPERIMENT_SUGGESTION_H */
