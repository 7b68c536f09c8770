/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_FALCON_WINDOW_H
#define RDMA_FALCON_WINDOW_H

#include "rdma-psn.h"
#include "rdma-sequence-bitmap.h"

#include <algorithm>
#include <cstdint>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * One of the two sliding windows of a receiver of Falcon, that of requests or that of data (OCP
 * Falcon, rev. 0.9, 9.2.1 and 9.2.2.4). Its packets have a PSN each; those before the base are
 * acknowledged.
 */
class FalconReceiveWindow
{
  public:
    /** @param base first PSN @param packets that it has */
    void Start(uint64_t base, uint32_t packets)
    {
        m_packets = packets;
        m_arrived.Start(base);
    }

    /** @return oldest packet that is not acknowledged */
    uint64_t GetBase() const
    {
        return m_arrived.GetBegin();
    }

    /** @param psn of a frame @return its packet */
    uint64_t Find(uint32_t psn) const
    {
        return ToSequence(psn, GetBase());
    }

    /** @param packet it came @return whether it is beyond the window; the next acknowledgment says
     * so then */
    bool IsBeyond(uint64_t packet)
    {
        m_outOfWindow = m_outOfWindow || packet >= GetBase() + m_packets;
        return packet >= GetBase() + m_packets;
    }

    /** @param packet it is received, and not acknowledged */
    void Receive(uint64_t packet)
    {
        m_arrived.Set(packet);
    }

    /** @param packet it was received, and has to come again */
    void Refuse(uint64_t packet)
    {
        m_arrived.Clear(packet);
    }

    /** @param packet it is received and acknowledged; the base moves to the next that is not */
    void Acknowledge(uint64_t packet)
    {
        if (packet >= GetBase())
        {
            m_arrived.Set(packet);
            m_arrived.Advance(m_arrived.FindClear(GetBase(), packet + m_packets + 1));
        }
    }

    /** @param packet all before it are acknowledged */
    void AcknowledgeUpTo(uint64_t packet)
    {
        m_arrived.Advance(std::max(packet, GetBase()));
    }

    /** @return whether an acknowledgment has to show the bitmap, or that a packet was beyond it */
    bool HasNews() const
    {
        return m_outOfWindow || !m_arrived.IsEmpty();
    }

    /** @param word 0 or 1 @return bit i: packet base + 64 word + i has come */
    uint64_t GetBitmap(uint32_t word) const
    {
        return m_arrived.GetUpTo(GetBase() + 64 * word + 63);
    }

    /** @return whether a packet was beyond the window since this was asked last */
    bool TakeOutOfWindow()
    {
        const bool beyond = m_outOfWindow;
        m_outOfWindow = false;
        return beyond;
    }

  private:
    SequenceBitmap m_arrived;  ///< packets that are received, from the base on
    uint32_t m_packets{0};     ///< of the window
    bool m_outOfWindow{false}; ///< see TakeOutOfWindow
};

/** One of the two sliding windows of a sender of Falcon (9.1.1): see FalconReceiveWindow. */
struct FalconSendWindow
{
    uint64_t first{0}; ///< first PSN
    uint64_t base{0};  ///< PSN of the oldest packet that is not acknowledged
    uint64_t next{0};  ///< PSN of the next packet

    /** @param psn first PSN */
    void Start(uint64_t psn)
    {
        first = psn;
        base = psn;
        next = psn;
    }
};

} // namespace ns3::rdma

#endif /* RDMA_FALCON_WINDOW_H */
