/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_FRAME_SIZES_H
#define RDMA_FRAME_SIZES_H

#include "rdma-opcode.h"

#include <cstdint>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Sizes of the frames that a NIC makes, destination MAC address to frame check sequence. Those of
 * RoCEv2 over IPv4 (see RoceFrameBytes) unless overridden, which serves comparison with closed
 * forms and with simulators that count one fixed header; such frames have no bytes for pcap.
 */
class FrameSizes
{
  public:
    /** @param bytes that every data frame has besides its payload; 0 for RoCEv2's */
    void SetDataOverhead(uint32_t bytes)
    {
        m_dataOverhead = bytes;
    }

    /** @return what SetDataOverhead was given */
    uint32_t GetDataOverhead() const
    {
        return m_dataOverhead;
    }

    /** @param bytes size of an acknowledgment; 0 for RoCEv2's */
    void SetAck(uint32_t bytes)
    {
        m_ackBytes = bytes;
    }

    /** @param opcode of a data frame @param payloadBytes of a data frame @return its size */
    uint32_t GetData(uint8_t opcode, uint32_t payloadBytes) const
    {
        return m_dataOverhead ? payloadBytes + m_dataOverhead
                              : RoceFrameBytes(opcode, payloadBytes);
    }

    /** @param extension bytes of its SackHeader @return size of an ACK or NAK */
    uint32_t GetAck(uint32_t extension = 0) const
    {
        return m_ackBytes ? m_ackBytes : RoceFrameBytes(OP_ACKNOWLEDGE, extension);
    }

    /** @return size of a congestion notification */
    static constexpr uint32_t GetCnp()
    {
        return RoceFrameBytes(OP_CNP, 0);
    }

  private:
    uint32_t m_dataOverhead{0}; ///< 0: real sizes
    uint32_t m_ackBytes{0};     ///< size of an acknowledgment; 0: real sizes
};

} // namespace ns3::rdma

#endif /* RDMA_FRAME_SIZES_H */
