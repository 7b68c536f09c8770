/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_SWITCH_ML_ENGINE_H
#define FABRIC_SWITCH_ML_ENGINE_H

#include "fabric-pool-engine.h"

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * The engine of SwitchML (Sapio et al., NSDI 2021): a PoolEngine on programmable switches. With
 * several levels of switches each one works for those below as the root does, as section 6 of the
 * paper has it.
 */
class SwitchMlEngine : public PoolEngine
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    SwitchMlEngine();
    ~SwitchMlEngine() override;
};

} // namespace ns3::fabric

#endif /* FABRIC_SWITCH_ML_ENGINE_H */
