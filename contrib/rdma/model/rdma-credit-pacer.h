/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_CREDIT_PACER_H
#define RDMA_CREDIT_PACER_H

#include "rdma-alarm.h"

#include "ns3/fabric-frame.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/random-variable-stream.h"

#include <cstdint>
#include <deque>

namespace ns3::rdma
{

class QueuePair;

/**
 * @ingroup rdma
 * The receiving half of RCCC (see Rccc): shares the rate of a NIC port out among the senders that
 * want credit, in turn, CreditBytes at a time, at RateFraction of the link. One per port, shared by
 * its queue pairs.
 *
 * A packet that arrives trimmed must come again: if its sender wants nothing, it gets credit for
 * that, and says with it what else it wants.
 *
 * Where the fabric is oversubscribed the queues are not at the last hop, and the receiver lowers
 * its rate (Oversubscribed): every 1.5 BaseRtt, times 0.75 to 1.25 at random, with the share of
 * marked packets f, g <- (g + f) / 2; packets trimmed before the last hop take their share off the
 * rate; if g > 0.3 the rate is multiplied by 1 - 0.5 (g - 0.3), else, without such trims, it grows
 * by 0.01 2^k of the link in the kth period in a row without a mark, by 0.01 with marks; it stays
 * between MinShare and 1.
 *
 * Source: the pull pacer and OversubscribedCC of the Ultra Ethernet Consortium's reference model
 * (uet-htsim). While nobody wants credit, those who had what they wanted are given more, in turn
 * and at the same rate, until each has IdleCreditBdp beyond what it asked for ("slow pulls"): it
 * starts with that after a pause. Deliberate difference: this is off unless asked for.
 */
class CreditPacer : public Object
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    CreditPacer();
    ~CreditPacer() override;

    /** @param bitRate of the port @param context id of its node */
    void Setup(uint64_t bitRate, uint32_t context);

    /**
     * A data frame, whole or trimmed, or a probe has come.
     *
     * @param queuePair whose it is
     * @param frame it
     */
    void NotifyArrival(QueuePair& queuePair, const fabric::Frame& frame);

    /** @param queuePair to be forgotten, with all credit given */
    void Remove(QueuePair& queuePair);

    /** @param qpn number of a queue pair @return credit given it since the start, units of
     * CREDIT_UNIT_BYTES */
    uint32_t GetGranted(uint32_t qpn) const;

    /** @return rate at which credit is given, share of the link */
    double GetShare() const
    {
        return m_fraction * m_share;
    }

    /**
     * @param stream first stream number to use
     * @return number of streams used
     */
    int64_t AssignStreams(int64_t stream);

  protected:
    void DoDispose() override;

  private:
    /** What it knows of a queue pair. */
    struct State
    {
        QueuePair* queuePair{nullptr}; ///< the queue pair
        State* next{nullptr};          ///< in the ring of those that want credit
        State* nextIdle{nullptr};      ///< in the ring of those that may get more
        uint32_t granted{0};           ///< since the start, units of CREDIT_UNIT_BYTES
        uint32_t target{0};            ///< what the sender wants, likewise
        bool inRing{false};            ///< it wants credit
        bool inIdleRing{false};        ///< it may get more than it wants
    };

    /** A ring of senders: its last, whose link leads to the first. */
    using Link = State* State::*;

    /** @return what is known of a queue pair */
    State& StateOf(QueuePair& queuePair);

    /** Give credit to the next in turn. */
    void Wake();

    /** Put one behind the last. @param [in,out] tail the last @param link of the ring @param state
     * it
     */
    static void Push(State*& tail, Link link, State& state);

    /** @param [in,out] tail the last of a ring that is not empty @param link of the ring @return
     * the first, taken out */
    static State& Pop(State*& tail, Link link);

    /** @param state of a queue pair that wants credit from now on */
    void PushRing(State& state);

    /** @param state of a queue pair that may get more than it wants */
    void PushIdle(State& state);

    /** @param state of a queue pair @return what it may get beyond what it wants, units */
    uint32_t GetIdleUnits(const State& state) const;

    /** Give credit, and wait for as long as the data take. @param state whom @param units how much
     */
    void Give(State& state, uint32_t units);

    /** Count a data frame for Oversubscribed. */
    void Count(const fabric::Frame& frame);

    /** A period of Oversubscribed is over. */
    void Evaluate();

    double m_fraction{0};         ///< see RateFraction
    uint32_t m_creditBytes{0};    ///< see CreditBytes
    bool m_oversubscribed{false}; ///< see Oversubscribed
    double m_minShare{0};         ///< see MinShare
    double m_idleBdp{0};          ///< see IdleCreditBdp
    Time m_baseRtt;               ///< see BaseRtt

    uint64_t m_bitRate{0};                           ///< of the port
    Alarm<CreditPacer, &CreditPacer::Wake>* m_alarm; ///< when credit is given
    std::deque<State> m_states;          ///< by number of the queue pair, and whether it is that
                                         ///< of responses; they do not move
    State* m_tail{nullptr};              ///< last of the ring of those that want credit
    State* m_idleTail{nullptr};          ///< last of the ring of those that may get more
    Ticks m_nextAt{0};                   ///< no credit before
    Ptr<UniformRandomVariable> m_random; ///< draws
    double m_share{1};                   ///< adapted share
    double m_marks{0};                   ///< g
    uint32_t m_nWhole{0};                ///< packets of the period that came whole
    uint32_t m_nMarked{0};               ///< of these, marked
    uint32_t m_nTrimmed{0};              ///< trimmed before the last hop
    uint32_t m_nIncreases{0};            ///< in a row
    Ticks m_evaluateAt{0};               ///< end of the period
};

} // namespace ns3::rdma

#endif /* RDMA_CREDIT_PACER_H */
