/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_ATOMIC_MEMORY_H
#define RDMA_ATOMIC_MEMORY_H

#include <cstdint>
#include <unordered_map>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * The words of a host's memory that atomics work on. Everything else that RDMA moves has no content
 * here; what atomics return depends on it. A word is zero until it is set.
 */
class AtomicMemory
{
  public:
    /** @param address of a word @return what is there */
    uint64_t Get(uint64_t address) const
    {
        const auto found = m_words.find(address);
        return found == m_words.end() ? 0 : found->second;
    }

    /** @param address of a word @param value what is there from now on */
    void Set(uint64_t address, uint64_t value)
    {
        m_words[address] = value;
    }

    /** @param address of a word @param operand what to add, modulo 2^64 @return what was there */
    uint64_t FetchAdd(uint64_t address, uint64_t operand)
    {
        uint64_t& word = m_words[address];
        const uint64_t original = word;
        word += operand;
        return original;
    }

    /**
     * @param address of a word
     * @param compare what must be there
     * @param operand what to put there then
     * @return what was there
     */
    uint64_t CompareSwap(uint64_t address, uint64_t compare, uint64_t operand)
    {
        uint64_t& word = m_words[address];
        const uint64_t original = word;
        if (original == compare)
        {
            word = operand;
        }
        return original;
    }

  private:
    std::unordered_map<uint64_t, uint64_t> m_words; ///< by address; never iterated
};

} // namespace ns3::rdma

#endif /* RDMA_ATOMIC_MEMORY_H */
