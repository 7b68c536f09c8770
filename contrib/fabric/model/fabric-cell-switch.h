/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_CELL_SWITCH_H
#define FABRIC_CELL_SWITCH_H

#include "fabric-scheduled-switch.h"

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * Scheduled fabric of cells: a distributed disaggregated chassis (DDC), as of Broadcom's Jericho
 * line cards and Ramon fabric elements. Frames are cut into cells, which every switch sends over
 * all its links in turn, so that all links are loaded alike whatever the flows are.
 *
 * A cell is a frame of its own on the link, with the preamble and gap of the port
 * (Port::InterframeBytes) besides HeaderBytes; real chips have a fabric speed-up that makes good
 * for both, which the rate of the links between switches must have here.
 */
class CellSwitch : public ScheduledSwitch
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    CellSwitch();
    ~CellSwitch() override;

  private:
    void Dispatch(Voq& voq, Frame* frame, const PortGroup& ports) override;
    uint16_t ForwardPiece(const Frame& piece, const PortGroup& ports) override;

    uint32_t m_cellBytes;   ///< bytes of a frame in a cell
    uint32_t m_headerBytes; ///< that a cell has besides
};

} // namespace ns3::fabric

#endif /* FABRIC_CELL_SWITCH_H */
