/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-opcode.h"

#include <cstdio>

namespace ns3::rdma
{

std::string
OpcodeName(uint8_t opcode)
{
    static const char* const names[] = {
        "SEND First",
        "SEND Middle",
        "SEND Last",
        "SEND Last with Immediate",
        "SEND Only",
        "SEND Only with Immediate",
        "RDMA WRITE First",
        "RDMA WRITE Middle",
        "RDMA WRITE Last",
        "RDMA WRITE Last with Immediate",
        "RDMA WRITE Only",
        "RDMA WRITE Only with Immediate",
        "RDMA READ Request",
        "RDMA READ response First",
        "RDMA READ response Middle",
        "RDMA READ response Last",
        "RDMA READ response Only",
        "Acknowledge",
        "ATOMIC Acknowledge",
        "CmpSwap",
        "FetchAdd",
    };
    static_assert(sizeof(names) / sizeof(names[0]) == OP_FETCH_ADD + 1, "one name per opcode");
    if (opcode <= OP_FETCH_ADD)
    {
        return names[opcode];
    }
    if (opcode == OP_CNP)
    {
        return "CNP";
    }
    if (opcode == OP_NOTICE)
    {
        return "Notice of a switch";
    }
    if (opcode == OP_READ_ACKNOWLEDGE)
    {
        return "RDMA READ Acknowledge";
    }
    char text[16];
    std::snprintf(text, sizeof(text), "opcode 0x%02x", opcode);
    return text;
}

} // namespace ns3::rdma
