/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_TIME_H
#define FABRIC_TIME_H

#include "ns3/data-rate.h"
#include "ns3/nstime.h"
#include "ns3/simulator.h"

#include <cstdint>

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * Simulation time in ns-3 time steps, which Weft requires to be picoseconds: 64 bytes at 800 Gb/s
 * take 0.64 ns, and a whole nanosecond would make links up to 5 % too fast.
 */
using Ticks = int64_t;

/** Later than any event of a simulation (106 days). */
constexpr Ticks NEVER = INT64_MAX;

/**
 * Set the resolution of ns-3's Time to picoseconds. To be called at the start of every program and
 * test, before the first Time object; calling it again does no harm.
 */
void UsePicoseconds();

/** Abort, with the remedy, unless the resolution is picoseconds. Called when a device starts. */
void RequirePicoseconds();

/** Where the time stands, if a WheelSimulatorImpl runs the simulation. */
class Clock
{
  public:
    /** @return the current simulation time */
    static Ticks Now()
    {
        return s_now ? *s_now : Simulator::Now().GetTimeStep();
    }

  private:
    friend class WheelSimulatorImpl;

    static const Ticks* s_now; ///< null if another SimulatorImpl runs
};

/** @return the current simulation time */
inline Ticks
NowTicks()
{
    return Clock::Now();
}

/**
 * Time to serialise a number of bytes, rounded up to the next picosecond so that a link is never
 * faster than its nominal rate.
 *
 * @param bytes number of bytes, less than 2.3 MB
 * @param bitsPerSecond rate of the link, greater than 0
 * @return the serialisation time
 */
inline Ticks
SerializationTicks(uint64_t bytes, uint64_t bitsPerSecond)
{
    return static_cast<Ticks>((bytes * 8'000'000'000'000ULL + bitsPerSecond - 1) / bitsPerSecond);
}

} // namespace ns3::fabric

#endif /* FABRIC_TIME_H */
