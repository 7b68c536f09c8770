/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_NIC_LIMITS_H
#define RDMA_NIC_LIMITS_H

#include "rdma-alarm.h"
#include "rdma-context-cache.h"

#include "ns3/data-rate.h"
#include "ns3/fabric-frame.h"
#include "ns3/fabric-port.h"
#include "ns3/nstime.h"
#include "ns3/object.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace ns3::rdma
{

class QueuePair;
class TransmitScheduler;

/**
 * @ingroup rdma
 * What a NIC can do at most, besides the rate of its ports; shared by all of them. Each limit is
 * off by default, and a NIC without limits has none of this.
 *
 * The limits are on data frames that leave, READ responses included:
 *
 * - messages per second: the first frame of each message takes its share of a second;
 * - bytes per second over the host's bus (PCIe): message bytes; those that arrive take part of the
 *   same if the bus is BusShared, though they are not held up themselves;
 * - bytes per second of the NIC: frames with preamble and gap;
 * - contexts of queue pairs on the chip: a frame of a queue pair whose context is not there is held
 *   while it is fetched, and its port with it. The one not used for longest makes room. Arriving
 *   frames use no context here.
 *
 * A frame leaves when none of these is busy with the frames before. One that is held for its
 * message or its context holds up its port: what the scheduler has chosen is not chosen again.
 */
class NicLimits : public Object
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    NicLimits();
    ~NicLimits() override;

    /** @return whether there is any limit */
    bool IsActive() const;

    /** @param port a port of the NIC, in the order of their indices @param context its node */
    void AddPort(fabric::Port& port, uint32_t context);

    /**
     * @param index of the port
     * @param scheduler who sends at the port
     * @param eligible bit c is set if class c is not paused
     * @param at when the frame will start
     * @return the next frame, or null; then the port is kicked later
     */
    fabric::Frame* Pull(uint16_t index, TransmitScheduler& scheduler, uint8_t eligible, Ticks at);

    /** See fabric::PortOwner::WillPull. */
    bool WillPull(uint16_t index, TransmitScheduler& scheduler, uint8_t eligible, Ticks at);

    /** A data frame has come. @param payloadBytes its message bytes */
    void NoteArrival(uint32_t payloadBytes);

    /** @return frames whose context was fetched */
    uint64_t GetNMisses() const
    {
        return m_misses;
    }

  protected:
    void DoDispose() override;

  private:
    /** A port of the NIC. */
    struct PortState
    {
        fabric::Port* port{nullptr};  ///< the port
        fabric::Frame* held{nullptr}; ///< waits for its context or its message
        Ticks until{0};               ///< when that is done
    };

    /** @return when a frame of the port may leave @param state the port */
    Ticks GetFreeAt(const PortState& state) const;

    /** Kick the ports, and set the alarm anew. */
    void Wake();

    /** A frame leaves. @param frame it @param at when @param port the port */
    void Charge(const fabric::Frame& frame, Ticks at, const fabric::Port& port);

    uint32_t m_cacheEntries{0};                  ///< see CacheEntries
    Time m_missPenalty;                          ///< see MissPenalty
    uint64_t m_messageRate{0};                   ///< see MessageRate
    DataRate m_busRate;                          ///< see BusRate
    bool m_busShared{false};                     ///< see BusShared
    DataRate m_rate;                             ///< see Rate
    std::vector<PortState> m_ports;              ///< by index
    std::unique_ptr<ContextCache> m_cache;       ///< contexts on the chip
    Ticks m_messagesAt{0};                       ///< when a message may begin
    Ticks m_busAt{0};                            ///< when the bus is free
    Ticks m_rateAt{0};                           ///< when the NIC is free
    uint64_t m_misses{0};                        ///< see GetNMisses
    Alarm<NicLimits, &NicLimits::Wake>* m_alarm; ///< when a port may have something
};

} // namespace ns3::rdma

#endif /* RDMA_NIC_LIMITS_H */
