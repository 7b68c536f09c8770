/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-bolt-stamper.h"

#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(BoltStamper);

TypeId
BoltStamper::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::BoltStamper")
            .SetParent<Stamper>()
            .SetGroupName("Fabric")
            .AddConstructor<BoltStamper>()
            .AddAttribute("Threshold",
                          "Queue of the port from which on sources are told to slow down, bytes. "
                          "Default: two frames of 5 kB, as in the authors' simulations.",
                          UintegerValue(10'000),
                          MakeUintegerAccessor(&BoltStamper::m_threshold),
                          MakeUintegerChecker<uint64_t>(1))
            .AddAttribute("MostTokens",
                          "Most increases kept for the flows that end; 0: no proactive ramp-up. "
                          "Default: the authors' simulator.",
                          UintegerValue(256),
                          MakeUintegerAccessor(&BoltStamper::m_mostTokens),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("NoticeClass",
                          "Priority class of notices, 0 to 7. Default: that of CNPs.",
                          UintegerValue(6),
                          MakeUintegerAccessor(&BoltStamper::m_noticeClass),
                          MakeUintegerChecker<uint8_t>(0, N_CLASSES - 1))
            .AddAttribute("NoticeDscp",
                          "DSCP of notices, 0 to 63. Default: that of CNPs.",
                          UintegerValue(48),
                          MakeUintegerAccessor(&BoltStamper::m_noticeDscp),
                          MakeUintegerChecker<uint8_t>(0, 63))
            .AddTraceSource("Notice",
                            "The source of a frame is told of the queue: the frame, and the bytes "
                            "that wait before it.",
                            MakeTraceSourceAccessor(&BoltStamper::m_noticeTrace),
                            "ns3::fabric::BoltStamper::NoticeTracedCallback");
    return tid;
}

BoltStamper::BoltStamper() = default;

BoltStamper::~BoltStamper() = default;

bool
BoltStamper::DoSeesArrivals() const
{
    return true;
}

Ticks
BoltStamper::GetLinkTime(const Frame& frame) const
{
    return SerializationTicks(frame.bytes + GetPlace().interframeBytes, GetPlace().bitRate);
}

void
BoltStamper::UpdateSupply(Ticks cost, Ticks now)
{
    m_supply = std::min(m_supply + (now - m_at) - cost, m_packet);
    m_at = now;
}

Frame*
BoltStamper::DoObserve(Frame& frame, const Arrival& arrival)
{
    const Ticks cost = GetLinkTime(frame);
    FrameSignals* signals = frame.trimmed ? nullptr : GetWritable(frame, SIGNAL_BOLT);
    if (signals)
    {
        m_packet = std::max(m_packet, cost);
    }
    UpdateSupply(cost, arrival.at);
    if (!signals)
    {
        return nullptr;
    }
    BoltTag& tag = signals->bolt;
    if (arrival.queueBytes >= m_threshold)
    {
        tag.increase = false;
        const bool news = !tag.decrease;
        tag.decrease = true;
        return news ? MakeNotice(frame, arrival) : nullptr;
    }
    if (signals->request.bolt & BOLT_LAST)
    {
        const bool begun = !(signals->request.bolt & BOLT_FIRST);
        m_tokens = begun ? std::min(m_tokens + 1, m_mostTokens) : m_tokens;
        return nullptr;
    }
    Decide(tag, cost);
    return nullptr;
}

void
BoltStamper::Decide(BoltTag& tag, Ticks cost)
{
    if (!tag.increase)
    {
        return;
    }
    if (m_tokens > 0)
    {
        --m_tokens;
    }
    else if (m_supply >= cost)
    {
        m_supply -= cost;
    }
    else
    {
        tag.increase = false;
    }
}

Frame*
BoltStamper::MakeNotice(const Frame& frame, const Arrival& arrival)
{
    constexpr Ticks TICKS_PER_NS = 1000;
    constexpr uint64_t BITS_PER_MBIT = 1'000'000;
    Frame* notice = arrival.pool.Allocate();
    notice->kind = FrameKind::ROCE;
    notice->bytes = NOTICE_BYTES;
    notice->source = frame.destination; // it looks like an answer of the peer
    notice->destination = frame.source;
    notice->entropy = frame.entropy;
    notice->priority = m_noticeClass;
    notice->dscp = m_noticeDscp;
    notice->sentAt = arrival.at;
    notice->roce.opcode = NOTICE_OPCODE;
    notice->roce.destinationQp = frame.signals->bolt.sourceQp;
    notice->roce.psn = frame.roce.psn;
    notice->roce.response = frame.roce.response;
    notice->roce.echoedSentAt = frame.sentAt;
    notice->roce.drainTime =
        SerializationTicks(arrival.queueBytes, GetPlace().bitRate) / TICKS_PER_NS;
    notice->roce.rateMbps = static_cast<uint32_t>(GetPlace().bitRate / BITS_PER_MBIT);
    ++m_nNotices;
    if (!m_noticeTrace.IsEmpty())
    {
        m_noticeTrace(frame, arrival.queueBytes);
    }
    return notice;
}

} // namespace ns3::fabric
