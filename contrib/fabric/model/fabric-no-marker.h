/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_NO_MARKER_H
#define FABRIC_NO_MARKER_H

#include "fabric-marker.h"

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * Marks nothing: for the classes of a PerClassMarker that have no ECN.
 */
class NoMarker : public Marker
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

  private:
    bool DoIsMarked(const Frame& frame, uint64_t queueBytes) override;
};

} // namespace ns3::fabric

#endif /* FABRIC_NO_MARKER_H */
