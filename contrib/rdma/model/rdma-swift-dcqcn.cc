/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-swift-dcqcn.h"

#include "rdma-dcqcn-vendor.h"
#include "rdma-swift.h"

#include "ns3/abort.h"
#include "ns3/pointer.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(SwiftDcqcn);

namespace
{

/** @return a factory of a type with its default attributes */
template <typename T>
ObjectFactory
FactoryOf()
{
    ObjectFactory factory;
    factory.SetTypeId(T::GetTypeId());
    return factory;
}

/** @param factory a factory @return what it makes, which must be a congestion control */
Ptr<CongestionControl>
Make(const ObjectFactory& factory)
{
    auto law = factory.Create()->GetObject<CongestionControl>();
    NS_ABORT_MSG_IF(!law, factory.GetTypeId().GetName() << " is no congestion control");
    return law;
}

} // namespace

TypeId
SwiftDcqcn::GetTypeId()
{
    static TypeId tid = TypeId("ns3::rdma::SwiftDcqcn")
                            .SetParent<CongestionControl>()
                            .SetGroupName("Rdma")
                            .AddConstructor<SwiftDcqcn>()
                            .AddAttribute("Window",
                                          "The first law, for its window: type and attributes.",
                                          ObjectFactoryValue(FactoryOf<Swift>()),
                                          MakeObjectFactoryAccessor(&SwiftDcqcn::m_windowFactory),
                                          MakeObjectFactoryChecker())
                            .AddAttribute("Rate",
                                          "The second law, for its rate: type and attributes.",
                                          ObjectFactoryValue(FactoryOf<DcqcnVendor>()),
                                          MakeObjectFactoryAccessor(&SwiftDcqcn::m_rateFactory),
                                          MakeObjectFactoryChecker())
                            .AddAttribute("WindowLaw",
                                          "The first law.",
                                          TypeId::ATTR_GET,
                                          PointerValue(),
                                          MakePointerAccessor(&SwiftDcqcn::GetWindowLaw),
                                          MakePointerChecker<CongestionControl>())
                            .AddAttribute("RateLaw",
                                          "The second law.",
                                          TypeId::ATTR_GET,
                                          PointerValue(),
                                          MakePointerAccessor(&SwiftDcqcn::GetRateLaw),
                                          MakePointerChecker<CongestionControl>());
    return tid;
}

SwiftDcqcn::SwiftDcqcn() = default;

SwiftDcqcn::~SwiftDcqcn() = default;

void
SwiftDcqcn::DoDispose()
{
    for (auto* law : {&m_windowLaw, &m_rateLaw})
    {
        if (*law)
        {
            (*law)->Dispose();
            *law = nullptr;
        }
    }
    CongestionControl::DoDispose();
}

void
SwiftDcqcn::MakeLaws() const
{
    if (!m_windowLaw)
    {
        m_windowLaw = Make(m_windowFactory);
        m_rateLaw = Make(m_rateFactory);
    }
}

int64_t
SwiftDcqcn::AssignStreams(int64_t stream)
{
    MakeLaws();
    const int64_t used = m_windowLaw->AssignStreams(stream);
    return used + m_rateLaw->AssignStreams(stream + used);
}

Ptr<CongestionControl>
SwiftDcqcn::GetWindowLaw() const
{
    return m_windowLaw;
}

Ptr<CongestionControl>
SwiftDcqcn::GetRateLaw() const
{
    return m_rateLaw;
}

void
SwiftDcqcn::DoStart()
{
    MakeLaws();
    m_windowLaw->Start(GetContext(), this);
    m_rateLaw->Start(GetContext(), this);
    MergeRequests();
    RateChanged(0);
    WindowChanged(0);
}

void
SwiftDcqcn::MergeRequests()
{
    const fabric::SignalRequest& first = m_windowLaw->GetSignalRequest();
    const fabric::SignalRequest& second = m_rateLaw->GetSignalRequest();
    fabric::SignalRequest request = first.kinds ? first : second;
    request.kinds = first.kinds | second.kinds;
    request.intHops = std::max(first.intHops, second.intHops);
    request.grantHint = std::max(first.grantHint, second.grantHint);
    request.bolt = first.bolt | second.bolt;
    RequestSignals(request);
}

bool
SwiftDcqcn::DoUsesCnp() const
{
    MakeLaws();
    return m_windowLaw->UsesCnp() || m_rateLaw->UsesCnp();
}

bool
SwiftDcqcn::DoNeedsEcn() const
{
    MakeLaws();
    return m_windowLaw->NeedsEcn() || m_rateLaw->NeedsEcn();
}

void
SwiftDcqcn::RateChanged(uint64_t)
{
    SetRate(std::min(m_windowLaw->GetRate(), m_rateLaw->GetRate()));
}

void
SwiftDcqcn::WindowChanged(uint64_t)
{
    SetWindow(std::min(m_windowLaw->GetWindow(), m_rateLaw->GetWindow()));
}

void
SwiftDcqcn::DoActive()
{
    m_windowLaw->NotifyActive();
    m_rateLaw->NotifyActive();
}

void
SwiftDcqcn::DoIdle()
{
    m_windowLaw->NotifyIdle();
    m_rateLaw->NotifyIdle();
}

void
SwiftDcqcn::DoSent(const Sent& sent)
{
    m_windowLaw->NotifySent(sent);
    m_rateLaw->NotifySent(sent);
    if (GetSignalRequest().kinds)
    {
        MergeRequests(); // the next frame may ask for something else
    }
}

void
SwiftDcqcn::DoBacklog(uint64_t backlog)
{
    m_windowLaw->NotifyBacklog(backlog);
    m_rateLaw->NotifyBacklog(backlog);
    MergeRequests();
}

void
SwiftDcqcn::DoNotice(const Notice& notice)
{
    m_windowLaw->NotifyNotice(notice);
    m_rateLaw->NotifyNotice(notice);
}

void
SwiftDcqcn::DoLoss(const Loss& loss)
{
    m_windowLaw->NotifyLoss(loss);
    m_rateLaw->NotifyLoss(loss);
}

void
SwiftDcqcn::DoAck(const Ack& ack)
{
    m_windowLaw->NotifyAck(ack);
    m_rateLaw->NotifyAck(ack);
}

void
SwiftDcqcn::DoNack(const Nack& nack)
{
    m_windowLaw->NotifyNack(nack);
    m_rateLaw->NotifyNack(nack);
}

void
SwiftDcqcn::DoCnp(const Cnp& cnp)
{
    m_windowLaw->NotifyCnp(cnp);
    m_rateLaw->NotifyCnp(cnp);
}

void
SwiftDcqcn::DoTimeout(Ticks now)
{
    m_windowLaw->NotifyTimeout(now);
    m_rateLaw->NotifyTimeout(now);
}

} // namespace ns3::rdma
