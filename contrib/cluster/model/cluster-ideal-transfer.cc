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

/** Opcodes of the packets of a message. */
struct Opcodes
{
    uint8_t only;   ///< of one packet
    uint8_t first;  ///< of several: the first
    uint8_t middle; ///< those between
    uint8_t last;   ///< the last
};

constexpr Opcodes WRITE_OPCODES = {rdma::OP_WRITE_ONLY,
                                   rdma::OP_WRITE_FIRST,
                                   rdma::OP_WRITE_MIDDLE,
                                   rdma::OP_WRITE_LAST};
constexpr Opcodes READ_OPCODES = {rdma::OP_READ_RESPONSE_ONLY,
                                  rdma::OP_READ_RESPONSE_FIRST,
                                  rdma::OP_READ_RESPONSE_MIDDLE,
                                  rdma::OP_READ_RESPONSE_LAST};

/** @return when the last bit of a message arrives, after its first has left */
Ticks
GetArrival(const std::vector<TransferHop>& path,
           uint64_t bytes,
           const Opcodes& opcodes,
           const TransferFrames& frames)
{
    const uint32_t gap = frames.interframeBytes;
    const auto& sizes = frames.sizes;
    const uint64_t packets = std::max<uint64_t>((bytes + frames.mtuBytes - 1) / frames.mtuBytes, 1);
    const auto last = static_cast<uint32_t>(bytes - (packets - 1) * frames.mtuBytes);
    Pipeline pipeline(path, gap);
    if (packets == 1)
    {
        pipeline.Send(sizes.GetData(opcodes.only, last) + gap);
    }
    else
    {
        pipeline.Send(sizes.GetData(opcodes.first, frames.mtuBytes) + gap);
        pipeline.SendEqual(sizes.GetData(opcodes.middle, frames.mtuBytes) + gap, packets - 2);
        pipeline.Send(sizes.GetData(opcodes.last, last) + gap);
    }
    return pipeline.GetArrival();
}

/** @return when a frame without payload arrives, after its first bit has left */
Ticks
GetRequestArrival(const std::vector<TransferHop>& path,
                  uint8_t opcode,
                  const TransferFrames& frames)
{
    Pipeline pipeline(path, frames.interframeBytes);
    pipeline.Send(frames.sizes.GetData(opcode, 0) + frames.interframeBytes);
    return pipeline.GetArrival();
}

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
    TransferTimes times;
    times.arrival = GetArrival(path, bytes, WRITE_OPCODES, frames);
    times.acknowledged = times.arrival;
    for (const auto& hop : path)
    {
        times.acknowledged +=
            SerializationTicks(
                GetForwardBytes(frames.sizes.GetAck() + gap, hop.backHeaderBytes, gap),
                hop.bitRate) +
            hop.backLatency;
    }
    return times;
}

TransferTimes
GetIdealAnswer(const std::vector<TransferHop>& there,
               const std::vector<TransferHop>& back,
               uint64_t bytes,
               MessageVerb::Value verb,
               const TransferFrames& frames)
{
    TransferTimes times;
    if (verb == MessageVerb::READ)
    {
        times.arrival = GetRequestArrival(there, rdma::OP_READ_REQUEST, frames) +
                        GetArrival(back, bytes, READ_OPCODES, frames);
    }
    else
    {
        const uint8_t request =
            verb == MessageVerb::FETCH_ADD ? rdma::OP_FETCH_ADD : rdma::OP_COMPARE_SWAP;
        times.arrival = GetRequestArrival(there, request, frames) +
                        GetRequestArrival(back, rdma::OP_ATOMIC_ACKNOWLEDGE, frames);
    }
    times.acknowledged = times.arrival;
    return times;
}

} // namespace ns3::cluster
