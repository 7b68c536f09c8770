/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-ideal-transfer.h"

#include "ns3/assert.h"
#include "ns3/rdma-opcode.h"

#include <algorithm>

namespace ns3::cluster
{

using fabric::SerializationTicks;
using fabric::Ticks;

namespace
{

/**
 * @param bytes size of a frame with preamble and gap
 * @param headerBytes see TransferHop
 * @param gap preamble and gap
 * @return link bytes that must have arrived before the next link may start
 */
uint32_t
GetForwardBytes(uint32_t bytes, uint32_t headerBytes, uint32_t gap)
{
    return headerBytes == 0 ? bytes : std::min(bytes, headerBytes + gap);
}

/** When each link of a path has sent the last bit of the packet before. */
class Pipeline
{
  public:
    /** @param path the links @param gap preamble and gap, bytes */
    Pipeline(const std::vector<TransferHop>& path, uint32_t gap)
        : m_path(path),
          m_gap(gap),
          m_free(path.size(), 0),
          m_steps(path.size(), 0)
    {
    }

    /**
     * Send a packet as soon as the first link is free.
     *
     * @param bytes its size with preamble and gap
     */
    void Send(uint32_t bytes)
    {
        Ticks ready = 0;
        for (std::size_t i = 0; i < m_path.size(); ++i)
        {
            const Ticks start = std::max(ready, m_free[i]);
            const Ticks end = start + SerializationTicks(bytes, m_path[i].bitRate);
            m_steps[i] = end - m_free[i];
            m_free[i] = end;
            ready = start + m_path[i].latency +
                    SerializationTicks(GetForwardBytes(bytes, m_path[i].headerBytes, m_gap),
                                       m_path[i].bitRate);
        }
        m_arrival = ready;
    }

    /**
     * Send many packets of one size.
     *
     * @param bytes size with preamble and gap
     * @param count how many
     */
    void SendEqual(uint32_t bytes, uint64_t count)
    {
        while (count > 0)
        {
            Send(bytes);
            --count;
            if (count > 0 && IsSteady(bytes))
            {
                for (std::size_t i = 0; i < m_path.size(); ++i)
                {
                    m_free[i] += static_cast<Ticks>(count) * m_steps[i];
                }
                m_arrival = m_free.back() + m_path.back().latency;
                return;
            }
        }
    }

    /** @return when the last packet sent arrives at the end */
    Ticks GetArrival() const
    {
        return m_arrival;
    }

  private:
    /**
     * Whether each link took as long for the last packet as the slowest link up to it: then it does
     * so for all that follow.
     *
     * @param bytes size of the packets
     */
    bool IsSteady(uint32_t bytes) const
    {
        Ticks slowest = 0;
        for (std::size_t i = 0; i < m_path.size(); ++i)
        {
            slowest = std::max(slowest, SerializationTicks(bytes, m_path[i].bitRate));
            if (m_steps[i] != slowest)
            {
                return false;
            }
        }
        return true;
    }

    const std::vector<TransferHop>& m_path; ///< the links
    uint32_t m_gap;                         ///< preamble and gap, bytes
    std::vector<Ticks> m_free;              ///< by link: end of the last packet
    std::vector<Ticks> m_steps; ///< by link: end of the last packet after the one before
    Ticks m_arrival{0};         ///< of the last packet at the end of the path
};

} // namespace

double
TransferFrames::GetEfficiency() const
{
    return mtuBytes /
           static_cast<double>(sizes.GetData(rdma::OP_WRITE_MIDDLE, mtuBytes) + interframeBytes);
}

TransferTimes
GetIdealTransfer(const std::vector<TransferHop>& path, uint64_t bytes, const TransferFrames& frames)
{
    NS_ASSERT_MSG(!path.empty() && frames.mtuBytes > 0, "nothing to transfer over");
    const uint32_t gap = frames.interframeBytes;
    const auto& sizes = frames.sizes;
    const uint64_t packets = std::max<uint64_t>((bytes + frames.mtuBytes - 1) / frames.mtuBytes, 1);
    const auto last = static_cast<uint32_t>(bytes - (packets - 1) * frames.mtuBytes);
    Pipeline pipeline(path, gap);
    if (packets == 1)
    {
        pipeline.Send(sizes.GetData(rdma::OP_WRITE_ONLY, last) + gap);
    }
    else
    {
        pipeline.Send(sizes.GetData(rdma::OP_WRITE_FIRST, frames.mtuBytes) + gap);
        pipeline.SendEqual(sizes.GetData(rdma::OP_WRITE_MIDDLE, frames.mtuBytes) + gap,
                           packets - 2);
        pipeline.Send(sizes.GetData(rdma::OP_WRITE_LAST, last) + gap);
    }
    TransferTimes times;
    times.arrival = pipeline.GetArrival();
    times.acknowledged = times.arrival;
    for (const auto& hop : path)
    {
        times.acknowledged +=
            SerializationTicks(GetForwardBytes(sizes.GetAck() + gap, hop.backHeaderBytes, gap),
                               hop.bitRate) +
            hop.backLatency;
    }
    return times;
}

} // namespace ns3::cluster
