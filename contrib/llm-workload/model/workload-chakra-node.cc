/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-chakra-node.h"

#include "workload-text-fields.h"

namespace ns3::workload
{

void
ChakraNode::SetNumber(const std::string& key, uint64_t value)
{
    if (key == "is_cpu_op")
    {
        isCpu = value != 0;
    }
    else if (key == "comm_type")
    {
        commType = value;
    }
    else if (key == "comm_size")
    {
        commSize = value;
    }
    else if (key == "comm_src")
    {
        commSource = value;
    }
    else if (key == "comm_dst")
    {
        commTarget = value;
    }
    else if (key == "comm_tag")
    {
        commTag = value;
    }
    else if (key == "root" || key == "root_rank")
    {
        commRoot = value;
    }
    else if (key == "num_ops")
    {
        nOperations = value;
    }
    else if (key == "tensor_size")
    {
        tensorSize = value;
    }
    else if (key == "stream" || (key == "tid" && !stream))
    {
        stream = value;
    }
    else if (key == "duration_ps")
    {
        picoseconds = value;
    }
    else if (key == "weft_delay")
    {
        isDelay = value != 0;
    }
    else if (key == "pg_name")
    {
        group = std::to_string(value);
    }
    else if (key == "rf_id" || key == "fw_tid")
    {
        isPyTorch = true;
    }
}

void
ChakraNode::SetText(const std::string& key, const std::string& value)
{
    uint64_t number = 0;
    if (key == "pg_name")
    {
        group = value;
    }
    else if (key == "op_schema")
    {
        isPyTorch = true;
    }
    else if (ParseUnsigned(value, UINT64_MAX, number))
    {
        SetNumber(key, number); // some writers make texts of numbers
    }
}

} // namespace ns3::workload
