/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_FLAT_TABLE_H
#define FABRIC_FLAT_TABLE_H

#include "fabric-flow-table.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * An exact-match table from 64-bit keys to values, as ASICs have for connections: an array that is
 * searched from the place that the key's hash says, and doubled when it is half full. Keys are not
 * removed.
 *
 * @tparam T type of the values, with a default
 */
template <typename T>
class FlatTable
{
  public:
    FlatTable()
        : m_entries(INITIAL)
    {
    }

    /** @param key a key @return its value, or null; until the next key is added */
    T* Find(uint64_t key)
    {
        Entry& entry = Locate(key);
        return entry.used ? &entry.value : nullptr;
    }

    /** @param key a key @return its value, a new one if there was none; until the next is added */
    T& Get(uint64_t key)
    {
        Entry* entry = &Locate(key);
        if (!entry->used)
        {
            if (2 * ++m_size > m_entries.size())
            {
                Grow();
                entry = &Locate(key);
            }
            entry->used = true;
            entry->key = key;
        }
        return entry->value;
    }

    /** @return number of keys */
    std::size_t GetN() const
    {
        return m_size;
    }

    /** Forget all keys. */
    void Clear()
    {
        m_entries = std::vector<Entry>(INITIAL);
        m_size = 0;
    }

    /** @param visit called with each value */
    template <typename F>
    void ForEach(F visit)
    {
        for (Entry& entry : m_entries)
        {
            if (entry.used)
            {
                visit(entry.value);
            }
        }
    }

  private:
    /** A place in the array. */
    struct Entry
    {
        uint64_t key{0};  ///< key
        bool used{false}; ///< there is a key
        T value{};        ///< its value
    };

    static constexpr std::size_t INITIAL = 64; ///< places at first, a power of 2

    /** @return where a key is, or the place where it would be */
    Entry& Locate(uint64_t key)
    {
        const std::size_t mask = m_entries.size() - 1;
        std::size_t i = MixBits(key) & mask;
        while (m_entries[i].used && m_entries[i].key != key)
        {
            i = (i + 1) & mask;
        }
        return m_entries[i];
    }

    /** Double the array. */
    void Grow()
    {
        std::vector<Entry> old(2 * m_entries.size());
        old.swap(m_entries);
        for (Entry& entry : old)
        {
            if (entry.used)
            {
                Locate(entry.key) = std::move(entry);
            }
        }
    }

    std::vector<Entry> m_entries; ///< places, a power of 2
    std::size_t m_size{0};        ///< keys
};

} // namespace ns3::fabric

#endif /* FABRIC_FLAT_TABLE_H */
