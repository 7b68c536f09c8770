/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_FRAME_SIZES_H
#define RDMA_FRAME_SIZES_H

#include "rdma-falcon-format.h"
#include "rdma-opcode.h"

#include <cstdint>

namespace ns3::rdma
{

/** Bytes of Ultra Ethernet's headers: see UetCodec. */
constexpr uint32_t UET_LINK_BYTES = 14 + 20 + 8 + 4 + 4; ///< Ethernet, IPv4, UDP, CRC, FCS
constexpr uint32_t UET_REQUEST_BYTES = 16;               ///< request with congestion control state
constexpr uint32_t UET_SEMANTICS_BYTES = 44;             ///< standard semantic header
constexpr uint32_t UET_FETCH_ADD_BYTES = 4 + 8;          ///< atomic extension header, operand
constexpr uint32_t UET_COMPARE_SWAP_BYTES = 4 + 16 + 16; ///< the same, with what must be there
constexpr uint32_t UET_ORIGINAL_BYTES = 8;               ///< what an atomic brings back
constexpr uint32_t UET_ACK_BYTES = 32;                   ///< ACK_CC
constexpr uint32_t UET_RUDI_BYTES = 8;                   ///< RUDI request or response
constexpr uint32_t UET_CONTROL_BYTES = 16;               ///< NACK and control packets

/** An Ethernet frame has no fewer; a RUDI response without data would, with UET_RUDI_BYTES. */
constexpr uint32_t UET_MIN_FRAME_BYTES = 64;

/**
 * @ingroup rdma
 * Sizes of the frames that a NIC makes, destination MAC address to frame check sequence: those of
 * its wire format over IPv4, unless overridden, which serves comparison with closed forms and with
 * simulators that count one fixed header; such frames have no bytes for pcap.
 */
class FrameSizes
{
  public:
    /** What the frames of a NIC look like on the wire. */
    enum Format : uint8_t
    {
        ROCE,                ///< RoCEv2
        ULTRA_ETHERNET,      ///< Ultra Ethernet transport over UDP
        ULTRA_ETHERNET_RUDI, ///< the same with the headers of RUDI
        FALCON,              ///< RDMA over OCP Falcon over PSP
    };

    /** @param format what the frames look like */
    void SetFormat(Format format)
    {
        m_format = format;
        Update();
    }

    /** @return what the frames look like */
    Format GetFormat() const
    {
        return m_format;
    }

    /** @param bytes that every data frame has besides its payload; 0 for those of the format */
    void SetDataOverhead(uint32_t bytes)
    {
        m_ownDataOverhead = bytes;
        Update();
    }

    /** @return what SetDataOverhead was given */
    uint32_t GetDataOverhead() const
    {
        return m_ownDataOverhead;
    }

    /** @param bytes size of frames without payload but CNPs; 0 for those of the format */
    void SetAck(uint32_t bytes)
    {
        m_ownAckBytes = bytes;
        Update();
    }

    /** @return what SetAck was given */
    uint32_t GetOwnAck() const
    {
        return m_ownAckBytes;
    }

    /** @param opcode of a data frame @param payloadBytes of a data frame @return its size */
    uint32_t GetData(uint8_t opcode, uint32_t payloadBytes) const
    {
        return m_dataOverhead       ? payloadBytes + m_dataOverhead + GetAtomic(opcode)
               : m_format == FALCON ? FalconFrameBytes(opcode, payloadBytes)
                                    : RoceFrameBytes(opcode, payloadBytes);
    }

    /** @param extension bytes of its SackHeader @return size of an ACK, or of a NAK that is as long
     */
    uint32_t GetAck(uint32_t extension = 0) const
    {
        return m_ackBytes ? m_ackBytes : RoceFrameBytes(OP_ACKNOWLEDGE, extension);
    }

    /** @return size of a NAK */
    uint32_t GetNak() const
    {
        return m_nakBytes;
    }

    /** @return size of a frame that says nothing but what SendControl tells */
    uint32_t GetControl() const
    {
        return m_controlBytes;
    }

    /** @return size of a congestion notification */
    static constexpr uint32_t GetCnp()
    {
        return RoceFrameBytes(OP_CNP, 0);
    }

  private:
    /** @return bytes of operands and results of an atomic of Ultra Ethernet */
    uint32_t GetAtomic(uint8_t opcode) const
    {
        return m_format != ULTRA_ETHERNET || m_ownDataOverhead ? 0
               : opcode == OP_FETCH_ADD                        ? UET_FETCH_ADD_BYTES
               : opcode == OP_COMPARE_SWAP                     ? UET_COMPARE_SWAP_BYTES
               : opcode == OP_ATOMIC_ACKNOWLEDGE               ? UET_ORIGINAL_BYTES
                                                               : 0;
    }

    /** Put together what is asked for each frame. */
    void Update()
    {
        const bool uet = m_format == ULTRA_ETHERNET || m_format == ULTRA_ETHERNET_RUDI;
        const bool falcon = m_format == FALCON;
        const bool rudi = m_format == ULTRA_ETHERNET_RUDI;
        m_dataOverhead = m_ownDataOverhead ? m_ownDataOverhead
                         : uet             ? UET_LINK_BYTES + UET_SEMANTICS_BYTES +
                                     (rudi ? UET_RUDI_BYTES : UET_REQUEST_BYTES)
                               : 0;
        m_ackBytes = m_ownAckBytes ? m_ownAckBytes
                     : rudi        ? UET_MIN_FRAME_BYTES
                     : uet         ? UET_LINK_BYTES + UET_ACK_BYTES
                     : falcon      ? FALCON_LINK_BYTES + FALCON_BACK_BYTES
                                   : 0;
        m_nakBytes = m_ownAckBytes ? m_ownAckBytes
                     : falcon      ? FALCON_LINK_BYTES + FALCON_NACK_BYTES
                                   : GetAck();
        m_controlBytes = m_ownAckBytes ? m_ownAckBytes
                         : uet         ? UET_LINK_BYTES + UET_CONTROL_BYTES
                         : falcon      ? m_nakBytes
                                       : RoceFrameBytes(OP_ACKNOWLEDGE, 0);
    }

    Format m_format{ROCE};         ///< what the frames look like
    uint32_t m_ownDataOverhead{0}; ///< the user's, 0 for that of the format
    uint32_t m_ownAckBytes{0};     ///< the user's, 0 for that of the format
    uint32_t m_dataOverhead{0};    ///< 0: by opcode
    uint32_t m_ackBytes{0};        ///< size of an acknowledgment; 0: by extension
    uint32_t m_nakBytes{RoceFrameBytes(OP_ACKNOWLEDGE, 0)};     ///< see GetNak
    uint32_t m_controlBytes{RoceFrameBytes(OP_ACKNOWLEDGE, 0)}; ///< see GetControl
};

} // namespace ns3::rdma

#endif /* RDMA_FRAME_SIZES_H */
