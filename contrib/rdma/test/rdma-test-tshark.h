/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_TEST_TSHARK_H
#define RDMA_TEST_TSHARK_H

#include <string>
#include <vector>

namespace ns3::rdma::tests
{

/** What tshark prints of the frames of a file: a row for each frame, a cell for each field. */
using Table = std::vector<std::vector<std::string>>;

/** @param command for a shell @return its output */
std::string OutputOf(const std::string& command);

/**
 * @param file a capture
 * @param fields of tshark
 * @return fields of all frames as tshark decodes them
 */
Table Dissect(const std::string& file, const std::vector<std::string>& fields);

/** @return a number of a cell, in any notation; -1 if it is empty */
long long NumberOf(const std::string& cell);

} // namespace ns3::rdma::tests

#endif /* RDMA_TEST_TSHARK_H */
