/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-fluid-links.h"

#include "ns3/assert.h"

#include <algorithm>
#include <functional>

namespace ns3::cluster
{

FluidLinks::FluidLinks(FluidUser& user)
    : m_user(user),
      m_progressAlarm(new ProgressAlarm(this))
{
}

FluidLinks::~FluidLinks()
{
    m_progressAlarm->Detach();
    m_progressAlarm->Unref();
}

void
FluidLinks::SetContext(uint32_t context)
{
    m_progressAlarm->SetContext(context);
}

uint32_t
FluidLinks::AddLink(uint64_t bitRate)
{
    NS_ASSERT_MSG(bitRate > 0, "a link without a rate");
    m_links.emplace_back();
    m_links.back().bitRate = bitRate;
    return static_cast<uint32_t>(m_links.size() - 1);
}

uint32_t
FluidLinks::AddStream(const std::vector<Use>& path)
{
    NS_ASSERT_MSG(!path.empty(), "a stream without a link");
    m_streams.push_back(std::make_unique<Stream>());
    Stream& stream = *m_streams.back();
    stream.index = static_cast<uint32_t>(m_streams.size() - 1);
    stream.peak = UINT64_MAX;
    for (const Use& use : path)
    {
        NS_ASSERT_MSG(use.share > 0 && use.share <= WHOLE, "share " << use.share << " of a link");
        stream.path.push_back({use.link, use.share, 0});
        const Work most = Work{m_links[use.link].bitRate} * WHOLE / use.share;
        stream.peak = static_cast<uint64_t>(std::min<Work>(stream.peak, most));
    }
    return stream.index;
}

void
FluidLinks::Send(uint32_t index, const Message& message)
{
    Stream& stream = *m_streams[index];
    stream.queue.Push(message);
    if (!stream.active)
    {
        StartNext(stream);
    }
}

uint64_t
FluidLinks::GetRate(uint32_t stream) const
{
    return m_streams[stream]->active ? m_streams[stream]->rate : 0;
}

uint64_t
FluidLinks::GetNComputations() const
{
    return m_nComputations;
}

void
FluidLinks::Stop()
{
    m_progressAlarm->Set(rdma::NEVER);
}

bool
FluidLinks::IsScarce(const Link& link)
{
    return link.wanted > link.bitRate;
}

uint64_t
FluidLinks::GetPart(uint64_t rate, uint32_t share)
{
    return share == WHOLE ? rate : static_cast<uint64_t>(Work{rate} * share / WHOLE);
}

uint64_t
FluidLinks::GetLevel(const Link& link)
{
    return static_cast<uint64_t>(Work{link.free} * WHOLE / link.unfixedShares);
}

void
FluidLinks::StartNext(Stream& stream)
{
    while (!stream.queue.IsEmpty() && stream.queue[0].bytes == 0)
    {
        m_user.MessageLeft(stream.index, stream.queue.Pop());
    }
    if (stream.queue.IsEmpty())
    {
        if (stream.active)
        {
            Deactivate(stream);
        }
        return;
    }
    stream.remaining = Work{stream.queue[0].bytes} * 8'000'000'000'000ULL;
    stream.updatedAt = fabric::NowTicks();
    if (stream.active)
    {
        ScheduleFinish(stream); // the rates stay as they are
    }
    else
    {
        Activate(stream);
    }
}

void
FluidLinks::Activate(Stream& stream)
{
    stream.active = true;
    bool scarce = false;
    for (uint32_t i = 0; i < stream.path.size(); ++i)
    {
        Hop& hop = stream.path[i];
        Link& link = m_links[hop.link];
        hop.place = static_cast<uint32_t>(link.active.size());
        link.active.push_back({&stream, i});
        link.wanted += GetPart(stream.peak, hop.share);
        if (IsScarce(link))
        {
            scarce = true;
            m_dirtyLinks.push_back(hop.link);
        }
    }
    if (!scarce)
    {
        stream.rate = stream.peak;
        ScheduleFinish(stream);
        return;
    }
    // Rates are computed in an event of their own, once for all that starts at this time.
    stream.rate = 0;
    m_progressAlarm->SetNoLater(fabric::NowTicks());
}

void
FluidLinks::Deactivate(Stream& stream)
{
    stream.active = false;
    for (const Hop& hop : stream.path)
    {
        Link& link = m_links[hop.link];
        if (IsScarce(link) && link.active.size() > 1)
        {
            m_dirtyLinks.push_back(hop.link);
        }
        link.wanted -= GetPart(stream.peak, hop.share);
        const User last = link.active.back();
        link.active[hop.place] = last;
        last.stream->path[last.hop].place = hop.place;
        link.active.pop_back();
    }
}

void
FluidLinks::ScheduleFinish(Stream& stream)
{
    const Work duration = (stream.remaining + stream.rate - 1) / stream.rate;
    const Ticks at = stream.updatedAt + static_cast<Ticks>(duration);
    if (m_finishes.Contains(stream))
    {
        m_finishes.Update(stream, at);
    }
    else
    {
        m_finishes.Push(stream, at);
    }
    m_progressAlarm->SetNoLater(m_finishes.GetTopTime());
}

void
FluidLinks::Progress()
{
    const Ticks now = fabric::NowTicks();
    m_due.clear();
    while (!m_finishes.IsEmpty() && m_finishes.GetTopTime() <= now)
    {
        m_due.push_back(&m_finishes.Pop());
    }
    std::sort(m_due.begin(),
              m_due.end(),
              [](const Stream* a, const Stream* b) { return a->index < b->index; });
    for (Stream* stream : m_due)
    {
        m_user.MessageLeft(stream->index, stream->queue.Pop());
        StartNext(*stream);
    }
    if (!m_dirtyLinks.empty())
    {
        ComputeRates();
    }
    if (!m_finishes.IsEmpty())
    {
        m_progressAlarm->Set(m_finishes.GetTopTime());
    }
}

void
FluidLinks::ComputeRates()
{
    ++m_nComputations;
    CollectCoupled();
    const Ticks now = fabric::NowTicks();
    for (Stream* stream : m_coupledStreams)
    {
        stream->remaining -= Work{stream->rate} * static_cast<uint64_t>(now - stream->updatedAt);
        stream->updatedAt = now;
        stream->rate = 0;
    }
    Fill();
    for (Stream* stream : m_coupledStreams)
    {
        ScheduleFinish(*stream);
    }
}

void
FluidLinks::CollectCoupled()
{
    ++m_visit;
    m_coupledLinks.clear();
    m_coupledStreams.clear();
    const auto addLink = [this](uint32_t index)
    {
        Link& link = m_links[index];
        if (link.visit != m_visit && IsScarce(link))
        {
            link.visit = m_visit;
            link.free = link.bitRate;
            link.unfixedShares = 0;
            m_coupledLinks.push_back(index);
        }
    };
    const auto addStreams = [this, &addLink](const Link& link)
    {
        for (const User& user : link.active)
        {
            if (user.stream->visit != m_visit)
            {
                user.stream->visit = m_visit;
                m_coupledStreams.push_back(user.stream);
                for (const Hop& hop : user.stream->path)
                {
                    addLink(hop.link);
                }
            }
        }
    };
    for (const uint32_t index : m_dirtyLinks)
    {
        addLink(index);
        addStreams(m_links[index]); // also of links that are no longer scarce
    }
    m_dirtyLinks.clear();
    for (std::size_t i = 0; i < m_coupledLinks.size(); ++i)
    {
        addStreams(m_links[m_coupledLinks[i]]);
    }
}

void
FluidLinks::Fill()
{
    std::sort(m_coupledStreams.begin(),
              m_coupledStreams.end(),
              [](const Stream* a, const Stream* b)
              { return a->peak != b->peak ? a->peak < b->peak : a->index < b->index; });
    m_levels.clear();
    for (uint32_t index : m_coupledLinks)
    {
        Link& link = m_links[index];
        for (const User& user : link.active)
        {
            link.unfixedShares += user.stream->path[user.hop].share;
        }
        m_levels.emplace_back(GetLevel(link), index);
    }
    std::make_heap(m_levels.begin(), m_levels.end(), std::greater<>());
    for (Stream* stream : m_coupledStreams)
    {
        // Links that are full before this stream has its peak decide for all their streams.
        while (stream->rate == 0)
        {
            const auto* bottleneck = FindBottleneck();
            if (!bottleneck || bottleneck->first >= stream->peak)
            {
                Fix(*stream, stream->peak);
                break;
            }
            const auto [level, index] = *bottleneck;
            for (const User& user : m_links[index].active)
            {
                if (user.stream->rate == 0)
                {
                    Fix(*user.stream, std::max<uint64_t>(level, 1)); // streams always move
                }
            }
        }
    }
}

const std::pair<uint64_t, uint32_t>*
FluidLinks::FindBottleneck()
{
    while (!m_levels.empty())
    {
        const auto [level, index] = m_levels.front();
        const Link& link = m_links[index];
        if (link.unfixedShares > 0 && GetLevel(link) == level)
        {
            return &m_levels.front();
        }
        // Streams of the link got their rates from others since: its level is another now.
        std::pop_heap(m_levels.begin(), m_levels.end(), std::greater<>());
        m_levels.pop_back();
        if (link.unfixedShares > 0)
        {
            m_levels.emplace_back(GetLevel(link), index);
            std::push_heap(m_levels.begin(), m_levels.end(), std::greater<>());
        }
    }
    return nullptr;
}

void
FluidLinks::Fix(Stream& stream, uint64_t rate)
{
    stream.rate = rate;
    for (const Hop& hop : stream.path)
    {
        Link& link = m_links[hop.link];
        if (link.visit == m_visit)
        {
            link.free -= std::min(GetPart(rate, hop.share), link.free);
            link.unfixedShares -= hop.share;
        }
    }
}

} // namespace ns3::cluster
