/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_LINK_H
#define FABRIC_LINK_H

#include "fabric-frame.h"
#include "fabric-time.h"

#include "ns3/channel.h"
#include "ns3/traced-callback.h"

#include <array>
#include <vector>

namespace ns3::fabric
{

class FrameErrorModel;
class LinkDirection;
class Port;

/**
 * @ingroup fabric
 * Full-duplex point-to-point cable between two ports.
 *
 * The sending port decides when serialisation ends; the link adds the propagation delay and hands
 * the frame to the peer in one event. Each direction keeps its frames in flight in a ring and has
 * at most one pending event, that of the frame which arrives next.
 *
 * A link that is down loses what is in flight and whatever is sent on it.
 */
class Link : public Channel
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Link();
    ~Link() override;

    /**
     * Plug a port into a free end. Both ends must have the same rate.
     *
     * @param port the port, which learns of the link by this call
     */
    void Attach(Ptr<Port> port);

    // Inherited
    std::size_t GetNDevices() const override;
    Ptr<NetDevice> GetDevice(std::size_t i) const override;

    /** @return the port at end i, 0 or 1 */
    Ptr<Port> GetPort(std::size_t i) const;

    /** @param delay one-way propagation delay; what is in flight keeps the old one */
    void SetDelay(Time delay);

    /** @return one-way propagation delay */
    Time GetDelay() const;

    /**
     * @param end the end whose frames are at risk, 0 or 1
     * @param model which of them are lost, or null for none
     */
    void SetErrorModel(std::size_t end, Ptr<FrameErrorModel> model);

    /** @param up whether the link carries frames; both ports are told at once */
    void SetUp(bool up);

    /** @return whether the link carries frames */
    bool IsUp() const;

    /**
     * Carry a PFC frame: acted upon by the MAC, ahead of the receiver's processing latency. Other
     * frames go to the LinkDirection of the sending port.
     *
     * @param end the sending end
     * @param frame the frame, owned by the link from now on
     * @param lastBitAt when the last bit leaves the sender
     * @param now the current time
     */
    void TransmitPfc(std::size_t end, Frame* frame, Ticks lastBitAt, Ticks now);

    /** @param end the end whose port has another latency now; what is in flight keeps the old one
     */
    void PortChanged(std::size_t end);

    /** @return number of frames in flight in both directions */
    std::size_t GetNInFlight() const;

    /** @return number of directions (0..2) that have frames in flight, one pending event each */
    std::size_t GetNBusyDirections() const;

    /** @return bytes in flight in both directions */
    uint64_t GetBytesInFlight() const;

    /** @return frames lost on the cable, PFC frames not counted: error model or link down */
    uint64_t GetNLost() const;

    /** @return bytes of the frames lost on the cable */
    uint64_t GetBytesLost() const;

    /**
     * TracedCallback signature for frames lost on the cable.
     *
     * @param frame the frame
     * @param end the end that sent it
     */
    typedef void (*LostTracedCallback)(const Frame& frame, std::size_t end);

  protected:
    void DoDispose() override;

  private:
    friend class LinkDirection;

    /**
     * @param end the end that sent the frame
     * @param frame the frame to give up
     */
    void Lose(std::size_t end, Frame* frame);

    /** @param model the error model of both directions */
    void SetErrorModels(Ptr<FrameErrorModel> model);

    Time m_delay;                                     ///< propagation delay
    bool m_up{true};                                  ///< whether frames pass
    std::array<Ptr<Port>, 2> m_ports;                 ///< the two ends
    std::array<Ptr<FrameErrorModel>, 2> m_errors;     ///< error model by sending end, or null
    std::array<LinkDirection*, 2> m_directions;       ///< by sending end, reference counted events
    uint64_t m_nLost{0};                              ///< frames lost on the cable
    uint64_t m_bytesLost{0};                          ///< their bytes
    TracedCallback<const Frame&, std::size_t> m_lost; ///< trace: frame lost
};

} // namespace ns3::fabric

#endif /* FABRIC_LINK_H */
