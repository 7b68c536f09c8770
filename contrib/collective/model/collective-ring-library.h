/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_RING_LIBRARY_H
#define COLLECTIVE_RING_LIBRARY_H

#include "collective-library.h"

namespace ns3::collective
{

/**
 * @ingroup collective
 * The plainest choice: rings for everything that can be done by rings, pairwise exchanges for the
 * all-to-alls, and a barrier by dissemination, at all sizes. Closed forms hold.
 */
class RingLibrary : public Library
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

  protected:
    Choice DoChoose(const Communicator& communicator, const Operation& operation) const override;
};

} // namespace ns3::collective

#endif /* COLLECTIVE_RING_LIBRARY_H */
