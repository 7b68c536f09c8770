/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-message-verb.h"

#include <array>

namespace ns3::cluster
{

namespace
{

constexpr std::array<const char*, MessageVerb::N_VALUES> NAMES = {"write",
                                                                  "read",
                                                                  "fetch-add",
                                                                  "compare-swap"};

} // namespace

const char*
MessageVerb::GetName(Value verb)
{
    return NAMES[verb];
}

std::optional<MessageVerb::Value>
MessageVerb::Find(const std::string& name)
{
    for (uint8_t verb = 0; verb < N_VALUES; ++verb)
    {
        if (name == NAMES[verb])
        {
            return static_cast<Value>(verb);
        }
    }
    return std::nullopt;
}

const char*
MessageVerb::GetNames()
{
    return "write, read, fetch-add or compare-swap";
}

} // namespace ns3::cluster
