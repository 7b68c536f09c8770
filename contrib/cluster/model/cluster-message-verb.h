/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_MESSAGE_VERB_H
#define CLUSTER_MESSAGE_VERB_H

#include <cstdint>
#include <optional>
#include <string>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * How a message moves its bytes, seen from the accelerator that posts it: its source.
 */
class MessageVerb
{
  public:
    /** What there is. */
    enum Value : uint8_t
    {
        WRITE,        ///< from the source to the destination
        READ,         ///< from the destination to the source, which asks for them
        FETCH_ADD,    ///< eight bytes at the destination are added to, and what was there fetched
        COMPARE_SWAP, ///< eight bytes at the destination are replaced if they are as expected, and
                      ///< what was there fetched
        N_VALUES,     ///< how many there are
    };

    /** Bytes that an atomic operation fetches. */
    static constexpr uint64_t ATOMIC_BYTES = 8;

    /** @param verb a verb @return whether it is an atomic operation */
    static constexpr bool IsAtomic(Value verb)
    {
        return verb == FETCH_ADD || verb == COMPARE_SWAP;
    }

    /** @param verb a verb @return as users write it: write, read, fetch-add, compare-swap */
    static const char* GetName(Value verb);

    /** @param name as users write it @return the verb, or nothing */
    static std::optional<Value> Find(const std::string& name);

    /** @return the names, for messages, with "or" before the last */
    static const char* GetNames();
};

} // namespace ns3::cluster

#endif /* CLUSTER_MESSAGE_VERB_H */
