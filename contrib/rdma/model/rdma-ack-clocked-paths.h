/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_ACK_CLOCKED_PATHS_H
#define RDMA_ACK_CLOCKED_PATHS_H

#include "rdma-path-selector.h"
#include "rdma-ring-buffer.h"

#include "ns3/random-variable-stream.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * The multi-path clock of MP-RDMA (Y. Lu et al., NSDI 2018, 3.1): an acknowledgment lets the next
 * packet leave on the path that it is for, so that a path carries as much as comes back on it, and
 * no path has a state. Without an acknowledgment (the first window, or after a pause) each packet
 * takes a path at random; the packet by which a window grows takes the path of the last
 * acknowledgment. Once per round trip (3.5), with ProbeChance, an acknowledgment gives a new path
 * at random instead.
 *
 * A path is a UDP source port, 0xc000 to 0xffff. MpRdma tells which paths are given up and which
 * acknowledgments let nothing leave.
 */
class AckClockedPaths : public PathSelector
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    AckClockedPaths();
    ~AckClockedPaths() override;

    int64_t AssignStreams(int64_t stream) override;

    /** The path of the acknowledgment that is told next is not to be used again for it. */
    void DropNext()
    {
        m_dropNext = true;
    }

    /** Acknowledgments so far let nothing more leave. */
    void ForgetUnused();

    /** @return paths that wait for a packet */
    uint32_t GetNReady() const
    {
        return m_ready.GetSize();
    }

  private:
    void DoStart(uint32_t localQpn, uint32_t remoteQpn) override;
    uint16_t DoSelect(uint64_t sequence, bool retransmission) override;
    void DoAck(const Feedback& feedback) override;
    void DoTimeout(Ticks now) override;

    /** @return a path at random */
    uint16_t Draw();

    Ptr<UniformRandomVariable> m_random; ///< draws
    double m_probeChance{0};             ///< see ProbeChance
    Ticks m_nextProbe{0};                ///< when one may be next
    RingBuffer<uint16_t> m_ready;        ///< paths that wait for a packet, oldest first
    uint16_t m_last{0};                  ///< path of the last acknowledgment
    bool m_mayRepeat{false};             ///< m_last may take a packet besides
    bool m_dropNext{false};              ///< see DropNext
};

} // namespace ns3::rdma

#endif /* RDMA_ACK_CLOCKED_PATHS_H */
