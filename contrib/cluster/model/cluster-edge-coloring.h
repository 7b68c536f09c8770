/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_EDGE_COLORING_H
#define CLUSTER_EDGE_COLORING_H

#include <cstdint>
#include <utility>
#include <vector>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * Colours the edges of a bipartite multigraph evenly: with k colours, a vertex of degree d has each
 * colour floor(d / k) or ceil(d / k) times. With k at least the largest degree no two edges of a
 * vertex share one (D. Koenig, Ueber Graphen und ihre Anwendung auf Determinantentheorie und
 * Mengenlehre, Mathematische Annalen 77, 1916).
 *
 * Edges are coloured one after the other. If no colour is free at both ends, the colours of an
 * alternating chain are exchanged (A. Kempe), which in a bipartite graph always makes one free. A
 * vertex of more than k edges counts as several of k edges each.
 *
 * Colours may be forbidden at vertices. Then it does what it can, and may leave edges without a
 * colour.
 */
class EdgeColoring
{
  public:
    /** No colour. */
    static constexpr uint32_t NONE = UINT32_MAX;

    /**
     * @param left number of vertices on the left, numbered from 0
     * @param right number of vertices on the right, numbered from 0
     * @param colors number of colours
     */
    EdgeColoring(uint32_t left, uint32_t right, uint32_t colors);

    /** @param vertex on the left @param color that its edges must not have */
    void ForbidLeft(uint32_t vertex, uint32_t color);

    /** @param vertex on the right @param color that its edges must not have */
    void ForbidRight(uint32_t vertex, uint32_t color);

    /** @param left a vertex on the left @param right one on the right */
    void AddEdge(uint32_t left, uint32_t right);

    /** @return by edge, in the order of AddEdge: its colour, or NONE */
    std::vector<uint32_t> Color();

  private:
    /** Part of a vertex: it has each colour once at most. */
    struct Part
    {
        uint32_t vertex;             ///< whose
        std::vector<uint32_t> edges; ///< by colour: the edge that has it, or NONE
    };

    /** Divide the vertices into parts, and note the parts that each edge is at. */
    void Divide();

    /** @return whether an edge of a part may get a colour that none has yet */
    bool IsFree(uint32_t part, uint32_t color) const;

    /** @return the other part of an edge */
    uint32_t GetFarPart(uint32_t edge, uint32_t part) const;

    /** Give an edge a colour that is free at both ends. @return whether there is one */
    bool ColorDirectly(uint32_t edge);

    /** Make a colour free at both ends by an alternating chain. @return whether it could */
    bool ColorByChain(uint32_t edge);

    /**
     * Exchange two colours along the chain that begins at a part.
     *
     * @param part where the chain begins
     * @param used colour of its first edge
     * @param free colour that is free there
     * @return whether the colours are allowed where the chain ends
     */
    bool Exchange(uint32_t part, uint32_t used, uint32_t free);

    uint32_t m_left;                                   ///< vertices on the left
    uint32_t m_colors;                                 ///< colours
    std::vector<std::vector<bool>> m_forbidden;        ///< by vertex, the right ones last: colours
    std::vector<std::pair<uint32_t, uint32_t>> m_ends; ///< by edge: vertices
    std::vector<Part> m_parts;                         ///< parts of all vertices
    std::vector<std::pair<uint32_t, uint32_t>> m_at;   ///< by edge: parts
    std::vector<uint32_t> m_color;                     ///< by edge
};

} // namespace ns3::cluster

#endif /* CLUSTER_EDGE_COLORING_H */
