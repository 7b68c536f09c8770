/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-credit-pacer.h"

#include "rdma-nic.h"
#include "rdma-opcode.h"
#include "rdma-queue-pair.h"
#include "rdma-syndrome.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(CreditPacer);

TypeId
CreditPacer::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::CreditPacer")
            .SetParent<Object>()
            .SetGroupName("Rdma")
            .AddConstructor<CreditPacer>()
            .AddAttribute("RateFraction",
                          "Rate of the data that credit is given for, share of the link, above 0 "
                          "to 1. Defaults of all attributes: those of the Ultra Ethernet "
                          "Consortium's reference model.",
                          DoubleValue(0.99),
                          MakeDoubleAccessor(&CreditPacer::m_fraction),
                          MakeDoubleChecker<double>(0.01, 1))
            .AddAttribute("CreditBytes",
                          "Message bytes of a credit, a multiple of 256.",
                          UintegerValue(16384),
                          MakeUintegerAccessor(&CreditPacer::m_creditBytes),
                          MakeUintegerChecker<uint32_t>(CREDIT_UNIT_BYTES, 1U << 24))
            .AddAttribute("Oversubscribed",
                          "Whether the rate is adapted to marks and trims before the last hop.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&CreditPacer::m_oversubscribed),
                          MakeBooleanChecker())
            .AddAttribute("MinShare",
                          "Least rate when it is adapted, share of the link; the reference model "
                          "takes 0.9 over the oversubscription.",
                          DoubleValue(0.01),
                          MakeDoubleAccessor(&CreditPacer::m_minShare),
                          MakeDoubleChecker<double>(0.001, 1))
            .AddAttribute("IdleCreditBdp",
                          "Credit beyond what was asked for that a sender is given while nobody "
                          "wants any, over what the link carries in BaseRtt (\"slow pulls\"). "
                          "Default: none; the reference model has 1.5.",
                          DoubleValue(0),
                          MakeDoubleAccessor(&CreditPacer::m_idleBdp),
                          MakeDoubleChecker<double>(0, 100))
            .AddAttribute("BaseRtt",
                          "Round-trip time without queues: unit of the periods of adaptation, and "
                          "of IdleCreditBdp.",
                          TimeValue(NanoSeconds(12507)),
                          MakeTimeAccessor(&CreditPacer::m_baseRtt),
                          MakeTimeChecker(NanoSeconds(1)));
    return tid;
}

CreditPacer::CreditPacer()
    : m_alarm(new Alarm<CreditPacer, &CreditPacer::Wake>(this)),
      m_random(CreateObject<UniformRandomVariable>())
{
}

CreditPacer::~CreditPacer()
{
    m_alarm->Detach();
    m_alarm->Unref();
}

void
CreditPacer::DoDispose()
{
    m_tail = nullptr;
    m_idleTail = nullptr;
    m_states.clear();
    m_alarm->Set(NEVER);
    Object::DoDispose();
}

void
CreditPacer::Setup(uint64_t bitRate, uint32_t context)
{
    m_bitRate = bitRate;
    m_alarm->SetContext(context);
}

int64_t
CreditPacer::AssignStreams(int64_t stream)
{
    m_random->SetStream(stream);
    return 1;
}

CreditPacer::State&
CreditPacer::StateOf(QueuePair& queuePair)
{
    const uint32_t index =
        2 * (queuePair.GetQpn() - Nic::FIRST_QPN) + (queuePair.IsOfResponses() ? 1 : 0);
    if (index >= m_states.size())
    {
        m_states.resize(index + 1);
    }
    State& state = m_states[index];
    state.queuePair = &queuePair;
    return state;
}

uint32_t
CreditPacer::GetGranted(uint32_t qpn) const
{
    const uint32_t index = 2 * (qpn - Nic::FIRST_QPN);
    return index < m_states.size() ? m_states[index].granted : 0;
}

void
CreditPacer::Remove(QueuePair& queuePair)
{
    State& state = StateOf(queuePair);
    state.queuePair = nullptr;
    state.granted = 0;
    state.target = 0;
}

void
CreditPacer::NotifyArrival(QueuePair& queuePair, const fabric::Frame& frame)
{
    State& state = StateOf(queuePair);
    if (static_cast<int32_t>(frame.roce.credit - state.target) > 0)
    {
        state.target = frame.roce.credit;
    }
    if (frame.trimmed && static_cast<int32_t>(state.target - state.granted) <= 0)
    {
        state.target =
            state.granted + (frame.roce.payloadBytes + CREDIT_UNIT_BYTES - 1) / CREDIT_UNIT_BYTES;
    }
    if (m_oversubscribed && frame.roce.opcode != OP_PROBE)
    {
        Count(frame);
    }
    const bool owed = static_cast<int32_t>(state.target - state.granted) > 0;
    if (frame.roce.opcode == OP_PROBE && !owed && state.granted > 0)
    {
        // It waits, and asks for no more than it was given: the word of that was lost.
        queuePair.SendControl(OP_CREDIT, 0, SYNDROME_ACK, state.granted);
    }
    if (!state.inRing && owed)
    {
        PushRing(state);
        m_alarm->SetNoLater(std::max(m_nextAt, fabric::NowTicks()));
    }
}

void
CreditPacer::Push(State*& tail, Link link, State& state)
{
    if (tail)
    {
        state.*link = tail->*link;
        tail->*link = &state;
    }
    else
    {
        state.*link = &state;
    }
    tail = &state;
}

CreditPacer::State&
CreditPacer::Pop(State*& tail, Link link)
{
    State& state = *(tail->*link);
    if (&state == tail)
    {
        tail = nullptr;
    }
    else
    {
        tail->*link = state.*link;
    }
    return state;
}

void
CreditPacer::PushRing(State& state)
{
    state.inRing = true;
    Push(m_tail, &State::next, state);
}

void
CreditPacer::PushIdle(State& state)
{
    if (!state.inIdleRing && GetIdleUnits(state) > 0)
    {
        state.inIdleRing = true;
        Push(m_idleTail, &State::nextIdle, state);
    }
}

uint32_t
CreditPacer::GetIdleUnits(const State& state) const
{
    const auto limit = static_cast<int32_t>(std::min(
        m_idleBdp * m_baseRtt.GetSeconds() * static_cast<double>(m_bitRate) / 8 / CREDIT_UNIT_BYTES,
        static_cast<double>(1 << 24)));
    const int32_t held = std::max(static_cast<int32_t>(state.granted - state.target), 0);
    return static_cast<uint32_t>(std::max(limit - held, 0));
}

void
CreditPacer::Give(State& state, uint32_t units)
{
    QueuePair& queuePair = *state.queuePair;
    state.granted += units;
    queuePair.SendControl(OP_CREDIT, 0, SYNDROME_ACK, state.granted);
    // The time that the data take on the link, headers included.
    const auto& context = queuePair.GetCongestionControl()->GetContext();
    const double bits = 8.0 * units * CREDIT_UNIT_BYTES * context.frameBytes / context.mtuBytes;
    m_nextAt = fabric::NowTicks() +
               static_cast<Ticks>(bits * 1e12 / (GetShare() * static_cast<double>(m_bitRate)));
}

void
CreditPacer::Wake()
{
    if (!m_tail && !m_idleTail)
    {
        return;
    }
    const bool wanted = m_tail;
    State& state = wanted ? Pop(m_tail, &State::next) : Pop(m_idleTail, &State::nextIdle);
    (wanted ? state.inRing : state.inIdleRing) = false;
    const uint32_t most = wanted ? state.target - state.granted : GetIdleUnits(state);
    const uint32_t units = std::min(most, m_creditBytes / CREDIT_UNIT_BYTES);
    if (units > 0 && state.queuePair && state.queuePair->IsReady())
    {
        Give(state, units);
        if (wanted && state.granted != state.target)
        {
            PushRing(state);
        }
        else
        {
            PushIdle(state);
        }
    }
    if (m_tail || m_idleTail)
    {
        m_alarm->Set(std::max(m_nextAt, fabric::NowTicks()));
    }
}

void
CreditPacer::Count(const fabric::Frame& frame)
{
    const Ticks now = fabric::NowTicks();
    if (m_evaluateAt > 0 && now >= m_evaluateAt)
    {
        Evaluate();
    }
    if (m_evaluateAt == 0)
    {
        m_evaluateAt = now + static_cast<Ticks>(m_random->GetValue(0.75, 1.25) * 1.5 *
                                                static_cast<double>(m_baseRtt.GetTimeStep()));
    }
    if (!frame.trimmed)
    {
        ++m_nWhole;
        m_nMarked += frame.ecn == fabric::Ecn::CE ? 1 : 0;
    }
    else if (!frame.lastHop)
    {
        ++m_nTrimmed;
    }
}

void
CreditPacer::Evaluate()
{
    constexpr double limit = 0.3; // of g
    constexpr double step = 0.01;
    const double marked = m_nWhole > 0 ? static_cast<double>(m_nMarked) / m_nWhole : 0;
    m_marks = 0.5 * m_marks + 0.5 * marked;
    if (m_nTrimmed > 0)
    {
        m_share -= static_cast<double>(m_nTrimmed) / (m_nTrimmed + m_nWhole);
    }
    if (m_marks > limit)
    {
        m_share *= 1 - 0.5 * (m_marks - limit);
        m_nIncreases = 0;
    }
    else if (m_nTrimmed > 0)
    {
        m_nIncreases = 0;
    }
    else
    {
        m_share += m_nMarked > 0 ? step : step * static_cast<double>(1U << m_nIncreases);
        m_nIncreases = m_nMarked > 0 ? 0 : std::min(m_nIncreases + 1, 7U);
    }
    m_share = std::clamp(m_share, m_minShare, 1.0);
    m_nWhole = 0;
    m_nMarked = 0;
    m_nTrimmed = 0;
    m_evaluateAt = 0;
}

} // namespace ns3::rdma
