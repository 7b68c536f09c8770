/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_PROTOCOL_H
#define COLLECTIVE_PROTOCOL_H

#include "ns3/nstime.h"
#include "ns3/object.h"

#include <cstdint>

namespace ns3::collective
{

/**
 * @ingroup collective
 * How a library moves the data of a step from one accelerator to the next: what of a message is
 * data, how much fits into one, and how long the two sides take to agree.
 *
 * Data goes in lines of LineBytes, DataBytes of which are data and the rest flags, so that the
 * receiver sees by itself when it is there. A protocol without flags has to synchronize otherwise,
 * which takes longer: ScaleUpLatency inside a server, ScaleOutLatency between servers for each
 * message, on top of what the network takes and of CollectiveEngine::StepLatency.
 *
 * The leaves have the constants of NCCL, doc of NCCL 2.26, src/graph/tuning.cc (latencies) and
 * src/include/device.h (lines and buffers). NCCL gives the latency of a whole hop. That of LL,
 * whose flags come with the data, is taken as what the hardware needs, which here the network
 * simulates; what LL128 and Simple take longer than LL is the latency of the protocol.
 */
class Protocol : public Object
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    ~Protocol() override;

    /** @param bytes of data @return bytes of the message that carries them; lines are whole */
    uint64_t GetWireBytes(uint64_t bytes) const;

    /** @return share of data in a long message, 0..1 */
    double GetEfficiency() const;

    /** @return largest number of data bytes in a message */
    uint64_t GetMessageSize() const;

    /** @return slots of the receiver's buffer that a message fills */
    uint32_t GetSliceSlots() const;

    /** @return time from the post of an operation to its first step */
    Time GetLaunchLatency() const;

    /** @param isLocal inside a server @return time that a message takes longer */
    Time GetStepLatency(bool isLocal) const;

  protected:
    /** Defaults of the attributes of a leaf. */
    struct Defaults
    {
        uint64_t lineBytes;   ///< LineBytes
        uint64_t dataBytes;   ///< DataBytes
        uint64_t slotBytes;   ///< SlotBytes
        uint32_t sliceSlots;  ///< SliceSlots
        Time launchLatency;   ///< LaunchLatency
        Time scaleUpLatency;  ///< ScaleUpLatency
        Time scaleOutLatency; ///< ScaleOutLatency
    };

    /** @param tid TypeId of a leaf @param defaults of its attributes @return it, with these */
    static TypeId AddAttributes(TypeId tid, const Defaults& defaults);

  private:
    uint64_t m_lineBytes;   ///< bytes of a line
    uint64_t m_dataBytes;   ///< of which data
    uint64_t m_slotBytes;   ///< bytes of a slot, lines included
    uint32_t m_sliceSlots;  ///< slots of a message
    Time m_launchLatency;   ///< of an operation
    Time m_scaleUpLatency;  ///< of a message inside a server
    Time m_scaleOutLatency; ///< of a message between servers
};

} // namespace ns3::collective

#endif /* COLLECTIVE_PROTOCOL_H */
