/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_PORT_OWNER_H
#define FABRIC_PORT_OWNER_H

#include "fabric-frame.h"
#include "fabric-time.h"

namespace ns3::fabric
{

class Port;

/**
 * @ingroup fabric
 * What stands behind a port: a switch, or a NIC. All calls come at events of the port's node.
 */
class PortOwner
{
  public:
    virtual ~PortOwner() = default;

    /**
     * A frame has arrived whole. PFC frames never come here: the port obeys them itself.
     *
     * @param port where it came in
     * @param frame the frame, owned by the callee
     */
    virtual void ReceiveFrame(Port& port, Frame* frame) = 0;

    /**
     * A frame is about to arrive, in some events' time: the chance to ask for the memory that
     * ReceiveFrame will touch. It may not arrive after all, and nothing may change.
     *
     * @param port where it will come in
     * @param frame the frame
     */
    virtual void Prefetch(const Port& port, const Frame& frame) const {}

    /**
     * Some events later, to an owner that makes frames: what Prefetch asked for is there, and may
     * lead to more.
     *
     * @param port where it will come in
     * @param frame the frame
     */
    virtual void PrefetchDeep(const Port& port, const Frame& frame) const {}

    /**
     * Likewise before FrameDequeued.
     *
     * @param port the port that will send it
     * @param frame the frame
     */
    virtual void PrefetchDequeue(const Port& port, const Frame& frame) const {}

    /**
     * Likewise before PullFrame.
     *
     * @param port the port that will ask
     * @param deep called for the second time, some events later
     */
    virtual void PrefetchPull(const Port& port, bool deep) const {}

    /**
     * The port takes a frame from its queues to send it, now or right after the frame on the wire.
     * The place to release buffer space and to mark ECN.
     *
     * @param port the port that sends it
     * @param frame the frame, still owned by the port
     */
    virtual void FrameDequeued(Port& port, Frame* frame) {}

    /**
     * A frame of the port's queues will never be sent (the link went down). The place to release
     * buffer space; the port drops the frame afterwards.
     *
     * @param port the port that held it
     * @param frame the frame, still owned by the port
     */
    virtual void FrameFlushed(Port& port, Frame* frame) {}

    /** @return whether the owner makes frames when the port asks for them, by PullFrame */
    virtual bool MakesFrames() const
    {
        return false;
    }

    /**
     * The port's own queues hold nothing that it may send: the chance of an owner that makes its
     * frames at the last moment (a NIC).
     *
     * @param port the port
     * @param eligible bit c is set if class c is not paused
     * @param at when the frame will start: now, or at the end of the frame on the wire
     * @return a frame of an eligible class, or null
     */
    virtual Frame* PullFrame(Port& port, uint8_t eligible, Ticks at)
    {
        return nullptr;
    }

    /**
     * Asked before each call of PullFrame, and after each frame that the port starts to send.
     *
     * @param port the sending port
     * @param eligible bit c is set if class c is not paused
     * @param at when the port will be idle
     * @return whether PullFrame is worth a call then. If not, the owner calls Port::Kick when it
     *         has something later.
     */
    virtual bool WillPull(Port& port, uint8_t eligible, Ticks at)
    {
        return false;
    }

    /**
     * The link of a port went up or down.
     *
     * @param port the port
     */
    virtual void LinkChanged(Port& port) {}
};

} // namespace ns3::fabric

#endif /* FABRIC_PORT_OWNER_H */
