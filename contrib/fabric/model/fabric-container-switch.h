/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_CONTAINER_SWITCH_H
#define FABRIC_CONTAINER_SWITCH_H

#include "fabric-scheduled-switch.h"

#include <cstdint>
#include <vector>

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * Globally scheduled Ethernet (GSE; China Mobile, white paper of 2023): frames stay whole but are
 * counted into containers of a fixed size, and the frames of a container take one path. The
 * containers of a virtual output queue take the paths in turn, each of the n up-links of a tier
 * once in n containers, and the destination brings the frames into order.
 */
class ContainerSwitch : public ScheduledSwitch
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    ContainerSwitch();
    ~ContainerSwitch() override;

  private:
    void Dispatch(Voq& voq, Frame* frame, const PortGroup& ports) override;
    uint16_t ForwardPiece(const Frame& piece, const PortGroup& ports) override;

    /** From turn to turn among ports with weights. */
    struct Stride
    {
        uint32_t total{0}; ///< sum of the weights that it is for
        uint32_t step{1};  ///< turns ahead
    };

    /** @return turns from one container to the next */
    uint32_t GetStride(const PortGroup& ports);

    uint32_t m_containerBytes;     ///< of a container
    uint32_t m_headerBytes;        ///< that a frame gets in the fabric
    std::vector<Stride> m_strides; ///< by id of the group
};

} // namespace ns3::fabric

#endif /* FABRIC_CONTAINER_SWITCH_H */
