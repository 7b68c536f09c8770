/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_CONTEXT_CACHE_H
#define RDMA_CONTEXT_CACHE_H

#include <cstdint>
#include <vector>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Which queue pair contexts a NIC has on its chip: those used last. A list by indices, so that a
 * use costs the same whatever the number of queue pairs.
 */
class ContextCache
{
  public:
    /** @param entries contexts that fit; at least 1 */
    explicit ContextCache(uint32_t entries)
        : m_entries(entries)
    {
    }

    /**
     * Use a context; if it is not there it takes the place of the one not used for longest.
     *
     * @param index of a queue pair
     * @return whether it was there
     */
    bool Use(uint32_t index);

    /** @return contexts that are there */
    uint32_t GetSize() const
    {
        return m_size;
    }

  private:
    static constexpr uint32_t NONE = UINT32_MAX; ///< no queue pair

    /** A queue pair in the list. */
    struct Link
    {
        uint32_t newer{NONE}; ///< used after it
        uint32_t older{NONE}; ///< used before it
        bool isHere{false};   ///< its context is in the cache
    };

    /** @param index of a queue pair in the list, to be taken out */
    void Remove(uint32_t index);

    std::vector<Link> m_links; ///< by queue pair
    uint32_t m_newest{NONE};   ///< used last
    uint32_t m_oldest{NONE};   ///< not used for longest
    uint32_t m_entries;        ///< see ContextCache
    uint32_t m_size{0};        ///< see GetSize
};

} // namespace ns3::rdma

#endif /* RDMA_CONTEXT_CACHE_H */
