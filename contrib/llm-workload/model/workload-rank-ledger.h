/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_RANK_LEDGER_H
#define WORKLOAD_RANK_LEDGER_H

#include "workload-parallelism.h"

#include "ns3/fabric-time.h"

#include <array>
#include <cstdint>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * Where the time of one rank went in one step. The parts add up to end - start.
 *
 * Time in which the rank computes is computation, whatever is communicated meanwhile. Of the rest,
 * time in which a communication that has all its partners is under way is exposed communication;
 * time in which the rank is only waiting for a partner to join (a straggler, or the stage before
 * it) is waiting; what is left is idle. If several dimensions apply the first one of the
 * enumeration counts: the inner ones hold up the computation, the outer ones run beside it.
 */
struct RankAccount
{
    fabric::Ticks start{0};                            ///< when the rank began the step
    fabric::Ticks end{0};                              ///< when it was done with it
    fabric::Ticks compute{0};                          ///< computing
    std::array<fabric::Ticks, N_DIMENSIONS> exposed{}; ///< not computing, communicating
    std::array<fabric::Ticks, N_DIMENSIONS> waiting{}; ///< not computing, waiting for partners
    fabric::Ticks idle{0};                             ///< nothing under way

    /** Add the parts of another account, not its start and end. */
    RankAccount& operator+=(const RankAccount& other);
};

/**
 * @ingroup llm-workload
 * Keeps the account of one rank as operations start and end.
 */
class RankLedger
{
  public:
    /// What a communication is doing.
    enum State : uint8_t
    {
        WAITING,      ///< for a partner
        TRANSFERRING, ///< all partners are there
        SENDING,      ///< a message of our own is under way: holds up nothing but the step's end
        N_STATES
    };

    /** @param now begin of the step */
    void StartStep(fabric::Ticks now);

    /** @param now end of the step @return its account */
    RankAccount FinishStep(fabric::Ticks now);

    /** @param now when @param difference 1 when a computation starts, -1 when it ends */
    void Compute(fabric::Ticks now, int32_t difference);

    /**
     * @param now when
     * @param dimension of the communication
     * @param state what it is doing
     * @param difference 1 when it begins to, -1 when it ceases to
     */
    void Communicate(fabric::Ticks now, Dimension dimension, State state, int32_t difference);

  private:
    /** Book the time since the last change. */
    void Book(fabric::Ticks now);

    RankAccount m_account;                                              ///< of the present step
    fabric::Ticks m_last{0};                                            ///< time of the last change
    int32_t m_computing{0};                                             ///< computations under way
    std::array<std::array<int32_t, N_STATES>, N_DIMENSIONS> m_counts{}; ///< communications
    int32_t m_communicating{0};                                         ///< sum of the counts
};

} // namespace ns3::workload

#endif /* WORKLOAD_RANK_LEDGER_H */
