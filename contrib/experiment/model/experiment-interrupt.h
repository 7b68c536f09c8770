/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_INTERRUPT_H
#define EXPERIMENT_INTERRUPT_H

#include <csignal>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * While it lives, the first SIGINT or SIGTERM is only noted, so that a run can be ended cleanly;
 * the second one ends the program at once, as usual. One object at a time.
 */
class Interrupt
{
  public:
    Interrupt();
    ~Interrupt();

    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    /** @return whether a signal has come */
    bool IsRequested() const;

  private:
    struct sigaction m_oldInt;  ///< handling of SIGINT before
    struct sigaction m_oldTerm; ///< handling of SIGTERM before
};

} // namespace ns3::experiment

#endif /* EXPERIMENT_INTERRUPT_H */
