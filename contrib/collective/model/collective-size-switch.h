/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_SIZE_SWITCH_H
#define COLLECTIVE_SIZE_SWITCH_H

#include "collective-algorithm.h"

namespace ns3::collective
{

/**
 * @ingroup collective
 * One algorithm for small buffers and another one for large ones, because the former are bound by
 * latency and the latter by bandwidth. Where they break even depends on network and number of
 * ranks; measure it with collective-perf.
 *
 * The defaults are for all-reduces; for other collectives both algorithms must be set.
 */
class SizeSwitch : public Algorithm
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

  protected:
    void DoDispose() override;

  private:
    bool DoSupports(CollectiveType type) const override;
    std::string DoCheck() const override;
    Plan DoPrepare(const Communicator& communicator,
                   const Operation& operation,
                   uint32_t rank) const override;
    std::unique_ptr<Schedule> DoBuild(const Communicator& communicator,
                                      const Operation& operation,
                                      uint32_t rank) const override;

    /** @return the algorithm for an operation */
    const Ptr<Algorithm>& Choose(const Operation& operation) const;

    uint64_t m_threshold;   ///< smallest large buffer, bytes
    Ptr<Algorithm> m_small; ///< below
    Ptr<Algorithm> m_large; ///< from there on
};

} // namespace ns3::collective

#endif /* COLLECTIVE_SIZE_SWITCH_H */
