/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_MESSAGE_LIST_READER_H
#define WORKLOAD_MESSAGE_LIST_READER_H

#include "workload-trace.h"

#include <istream>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * Read a list of messages between ranks: CSV with a header that names the columns, in any order:
 * - src, dst: ranks;
 * - bytes: size, a number of bytes or with a unit ("2MiB");
 * - start (optional): the message does not leave before this time since the begin of the trace,
 * with a unit ("1.5us"), or a plain number of seconds;
 * - id (optional): a name, so that others can come after it;
 * - after (optional): names of earlier messages, with semicolons between: those that come to src
 * must have arrived, those that leave it must have been confirmed;
 * - delay (optional): computation of src between these and the message, as start.
 * Empty lines and lines that begin with '#' are skipped. The trace has as many ranks as the highest
 * one named says.
 *
 * @param input the text
 * @param [out] log what is wrong, with line and column
 * @return the trace; useless if there was an error
 */
Trace ReadMessageList(std::istream& input, FindingLog& log);

} // namespace ns3::workload

#endif /* WORKLOAD_MESSAGE_LIST_READER_H */
