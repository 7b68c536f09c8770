/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-one-sided.h"

#include "rdma-atomic-memory.h"
#include "rdma-nic.h"

#include "ns3/simulator.h"

namespace ns3::rdma
{

OneSided::OneSided(QueuePair& owner, uint32_t limit)
    : m_owner(owner),
      m_requests(limit),
      m_responses(owner.GetPathMtu(), limit)
{
}

OneSided::~OneSided()
{
    m_watch.Cancel();
    if (m_channel)
    {
        m_channel->Dispose();
    }
}

void
OneSided::Serve(const Placement& placement)
{
    Nic& nic = m_owner.GetNic();
    WorkRequest response;
    response.immediate = static_cast<uint32_t>(placement.number);
    if (placement.verb == Verb::READ)
    {
        response.verb = Verb::READ_RESPONSE;
        response.bytes = placement.bytes;
        response.remoteAddress = placement.remoteAddress;
        nic.CountRead();
    }
    else
    {
        AtomicMemory& memory = nic.GetAtomicMemory();
        response.verb = Verb::ATOMIC_RESPONSE;
        response.remoteAddress =
            placement.verb == Verb::FETCH_ADD
                ? memory.FetchAdd(placement.remoteAddress, placement.operand)
                : memory.CompareSwap(placement.remoteAddress, placement.compare, placement.operand);
        nic.CountAtomic();
    }
    MakeChannel().PostSend(response);
}

QueuePair&
OneSided::MakeChannel()
{
    if (!m_channel)
    {
        m_channel = m_owner.GetNic().MakeResponseChannel(m_owner);
        m_channel->SetHandler(this);
    }
    return *m_channel;
}

void
OneSided::StartWatch()
{
    if (m_watch.IsExpired())
    {
        NoteSign();
        m_watch =
            Simulator::Schedule(TimeStep(RetransmissionTimers::HORIZON), &OneSided::Watch, this);
    }
}

void
OneSided::Watch()
{
    if (m_requests.GetNOutstanding() == 0 || !m_owner.IsReady())
    {
        return;
    }
    if (fabric::NowTicks() - m_lastSign >= m_owner.GetNic().GetResponseTimeout())
    {
        m_owner.Fail(CompletionStatus::RETRY_EXCEEDED);
        return;
    }
    m_watch = Simulator::Schedule(TimeStep(RetransmissionTimers::HORIZON), &OneSided::Watch, this);
}

void
OneSided::SendCompleted(QueuePair& queuePair, const Completion& completion)
{
    // The responder has nobody to tell.
}

void
OneSided::MessagePlaced(QueuePair& queuePair, const Placement& placement)
{
    const bool atomic = placement.verb == Verb::ATOMIC_RESPONSE;
    const uint64_t original = atomic ? placement.remoteAddress : 0;
    if (m_owner.GetReliability()->IsUnordered())
    {
        m_requests.NoteAnswer(placement.immediate, original);
    }
    else
    {
        m_requests.NoteAnswer(original);
    }
    m_owner.NotifyDataArrived();
}

} // namespace ns3::rdma
