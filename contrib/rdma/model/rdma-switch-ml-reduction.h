/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_SWITCH_ML_REDUCTION_H
#define RDMA_SWITCH_ML_REDUCTION_H

#include "rdma-timed-reduction.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Worker of SwitchML (Sapio et al., NSDI 2021): a window of as many packets as the switch has
 * slots, clocked by the results; a packet that is lost costs its slot a timeout of 1 ms.
 *
 * The packets carry 1 KiB as those of SwitchML-RDMA's sub-messages (of SwitchML over UDP: 256 B).
 */
class SwitchMlReduction : public TimedReduction
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    SwitchMlReduction();
    ~SwitchMlReduction() override;

    TypeId GetEngineTypeId() const override;

  private:
    Shape GetShape() const override;
};

} // namespace ns3::rdma

#endif /* RDMA_SWITCH_ML_REDUCTION_H */
