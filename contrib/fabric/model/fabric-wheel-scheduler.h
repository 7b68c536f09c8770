/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_WHEEL_SCHEDULER_H
#define FABRIC_WHEEL_SCHEDULER_H

#include "fabric-event-wheel.h"

#include "ns3/scheduler.h"

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * An EventWheel as event list of any ns-3 simulator. A WheelSimulatorImpl recognises it and uses
 * the wheel itself.
 */
class WheelScheduler : public Scheduler
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    WheelScheduler();
    ~WheelScheduler() override;

    void Insert(const Event& ev) override;
    bool IsEmpty() const override;
    Event PeekNext() const override;
    Event RemoveNext() override;
    void Remove(const Event& ev) override;

  private:
    mutable EventWheel m_wheel; ///< the list; becoming current does not change what it holds
};

} // namespace ns3::fabric

#endif /* FABRIC_WHEEL_SCHEDULER_H */
