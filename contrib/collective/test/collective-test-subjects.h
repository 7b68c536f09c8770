/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_TEST_SUBJECTS_H
#define COLLECTIVE_TEST_SUBJECTS_H

#include "ns3/collective-types.h"

#include <string>
#include <vector>

namespace ns3::collective::test
{

/** An algorithm and what it is used for. */
struct Subject
{
    CollectiveType type; ///< the collective
    std::string text;    ///< TypeId name without "ns3::collective::", attributes in brackets

    /** @return a name for a test case */
    std::string GetName() const;
};

/** @return every algorithm, with the defaults and with settings that split small buffers finely */
const std::vector<Subject>& GetSubjects();

/** @return libraries that choose among these */
const std::vector<Subject>& GetLibrarySubjects();

} // namespace ns3::collective::test

#endif /* COLLECTIVE_TEST_SUBJECTS_H */
