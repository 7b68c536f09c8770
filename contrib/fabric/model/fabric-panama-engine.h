/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_PANAMA_ENGINE_H
#define FABRIC_PANAMA_ENGINE_H

#include "fabric-pool-engine.h"

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * The engine of PANAMA (Gebara et al., MLSys 2021): a PoolEngine on switches with an FPGA, which
 * copies ECN marks of contributions to what it sends, so that the members' congestion control hears
 * of the fullest queue of the tree.
 */
class PanamaEngine : public PoolEngine
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    PanamaEngine();
    ~PanamaEngine() override;
};

} // namespace ns3::fabric

#endif /* FABRIC_PANAMA_ENGINE_H */
