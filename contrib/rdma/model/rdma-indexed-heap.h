/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_INDEXED_HEAP_H
#define RDMA_INDEXED_HEAP_H

#include "ns3/fabric-time.h"

#include <cstdint>
#include <vector>

namespace ns3::rdma
{

using fabric::Ticks;

/**
 * @ingroup rdma
 * Binary heap of items by time, the earliest first. Each item knows its place, so that its time can
 * be changed and it can be taken out in logarithmic time.
 *
 * @tparam T the items
 * @tparam PLACE a type whose static Of(T&) is a reference to the item's uint32_t place, NOWHERE
 * while it is not in the heap
 */
template <typename T, typename PLACE>
class IndexedHeap
{
  public:
    static constexpr uint32_t NOWHERE = UINT32_MAX; ///< place of an item that is not in the heap

    /** @return whether there is no item */
    bool IsEmpty() const
    {
        return m_nodes.empty();
    }

    /** @return the earliest item; there is one */
    T& GetTop() const
    {
        return *m_nodes.front().item;
    }

    /** @return time of the earliest item; there is one */
    Ticks GetTopTime() const
    {
        return m_nodes.front().time;
    }

    /** @param item an item @return whether it is in the heap */
    static bool Contains(T& item)
    {
        return PLACE::Of(item) != NOWHERE;
    }

    /** @param item an item of the heap @return its time */
    Ticks GetTime(T& item) const
    {
        return m_nodes[PLACE::Of(item)].time;
    }

    /** @param item an item that is not in the heap @param time its time */
    void Push(T& item, Ticks time)
    {
        m_nodes.push_back({time, &item});
        MoveUp(m_nodes.size() - 1);
    }

    /** @param item an item of the heap @param time its time from now on */
    void Update(T& item, Ticks time)
    {
        const uint32_t place = PLACE::Of(item);
        m_nodes[place].time = time;
        MoveUp(place);
        MoveDown(PLACE::Of(item));
    }

    /** @param item an item of the heap, to be taken out */
    void Remove(T& item)
    {
        const uint32_t place = PLACE::Of(item);
        PLACE::Of(item) = NOWHERE;
        const Node last = m_nodes.back();
        m_nodes.pop_back();
        if (place < m_nodes.size())
        {
            m_nodes[place] = last;
            MoveUp(place);
            MoveDown(PLACE::Of(*last.item));
        }
    }

    /** @return the earliest item, taken out; there is one */
    T& Pop()
    {
        T& top = GetTop();
        Remove(top);
        return top;
    }

    /** Forget all items. */
    void Clear()
    {
        for (auto& node : m_nodes)
        {
            PLACE::Of(*node.item) = NOWHERE;
        }
        m_nodes.clear();
    }

  private:
    /** An item and its time. */
    struct Node
    {
        Ticks time; ///< key
        T* item;    ///< whose
    };

    /** @param place where a node goes @param node the node */
    void Put(uint32_t place, const Node& node)
    {
        m_nodes[place] = node;
        PLACE::Of(*node.item) = place;
    }

    /** @param place a node that may be earlier than its parent */
    void MoveUp(uint32_t place)
    {
        const Node node = m_nodes[place];
        while (place > 0)
        {
            const uint32_t parent = (place - 1) / 2;
            if (m_nodes[parent].time <= node.time)
            {
                break;
            }
            Put(place, m_nodes[parent]);
            place = parent;
        }
        Put(place, node);
    }

    /** @param place a node that may be later than its children */
    void MoveDown(uint32_t place)
    {
        const Node node = m_nodes[place];
        const uint32_t size = m_nodes.size();
        for (uint32_t child = 2 * place + 1; child < size; child = 2 * place + 1)
        {
            if (child + 1 < size && m_nodes[child + 1].time < m_nodes[child].time)
            {
                ++child;
            }
            if (node.time <= m_nodes[child].time)
            {
                break;
            }
            Put(place, m_nodes[child]);
            place = child;
        }
        Put(place, node);
    }

    std::vector<Node> m_nodes; ///< the heap
};

} // namespace ns3::rdma

#endif /* RDMA_INDEXED_HEAP_H */
