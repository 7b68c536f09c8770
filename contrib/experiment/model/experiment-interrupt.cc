/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-interrupt.h"

namespace ns3::experiment
{

namespace
{

/** Set by the signal handler, which can reach nothing else. */
volatile std::sig_atomic_t g_requested = 0;

/** Signal handler. SA_RESETHAND has restored the default for the next signal. */
void
Note(int)
{
    g_requested = 1;
}

} // namespace

Interrupt::Interrupt()
{
    g_requested = 0;
    struct sigaction action = {};
    action.sa_handler = Note;
    action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, &m_oldInt);
    sigaction(SIGTERM, &action, &m_oldTerm);
}

Interrupt::~Interrupt()
{
    sigaction(SIGINT, &m_oldInt, nullptr);
    sigaction(SIGTERM, &m_oldTerm, nullptr);
}

bool
Interrupt::IsRequested() const
{
    return g_requested != 0;
}

} // namespace ns3::experiment
