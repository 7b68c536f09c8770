/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_STAMPER_H
#define FABRIC_STAMPER_H

#include "fabric-frame-pool.h"
#include "fabric-frame.h"
#include "fabric-signals.h"
#include "fabric-time.h"

#include "ns3/object.h"

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * Plug-in point: writes signals into the frames that leave a switch port (FrameSignals). Each port
 * has its own objects, any number of them: see Switch::Stampers.
 *
 * All frames of the port pass, so that a stamper can count what the port sends; it writes into
 * those whose sender asked for its kind. It is called when the port takes the frame from its
 * queue, with the time when the frame starts to be sent. If the port takes it back (a higher class
 * came, or a pause), the stamp stays: it is up to one frame time, or the pause, too early.
 *
 * One that SeesArrivals is called, too, when a frame joins the queue, and may answer with a frame
 * to the source.
 */
class Stamper : public Object
{
  public:
    /** Where a stamper works. */
    struct Place
    {
        uint32_t node;            ///< node of the switch, also the context of events
        uint16_t port;            ///< index of the port at the switch
        uint64_t bitRate;         ///< rate of the port, bit/s
        uint32_t interframeBytes; ///< preamble and gap of the port
    };

    /** A frame that leaves. */
    struct Departure
    {
        Ticks at;            ///< when it starts to be sent
        uint64_t queueBytes; ///< bytes waiting behind it, in the queue of its class
    };

    /** A frame that is about to join the queue. */
    struct Arrival
    {
        Ticks at;            ///< the time
        uint64_t queueBytes; ///< bytes that wait at the port before it, in all classes
        FramePool& pool;     ///< for frames that tell its source something
    };

    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /** @param place where it works; called once before the first frame */
    void Setup(const Place& place)
    {
        m_place = place;
        DoSetup();
    }

    /** @param frame a frame that leaves @param departure when, and what waits behind it */
    void Stamp(Frame& frame, const Departure& departure)
    {
        DoStamp(frame, departure);
    }

    /** @return whether it looks at frames that join the queue, too */
    bool SeesArrivals() const
    {
        return DoSeesArrivals();
    }

    /**
     * @param frame a frame that is about to join the queue; only if SeesArrivals
     * @param arrival when, and what waits before it
     * @return a frame to be sent to its source at once, or null
     */
    Frame* Observe(Frame& frame, const Arrival& arrival)
    {
        return DoObserve(frame, arrival);
    }

  protected:
    /** @return where it works */
    const Place& GetPlace() const
    {
        return m_place;
    }

    /**
     * @param frame a frame
     * @param kind a kind of signals
     * @return where to write signals of the kind, or null if its sender did not ask for them
     */
    static FrameSignals* GetWritable(const Frame& frame, SignalKind kind)
    {
        FrameSignals* signals = frame.signals;
        return signals && (signals->request.kinds & kind) && !signals->echoed ? signals : nullptr;
    }

  private:
    /** The place is known. */
    virtual void DoSetup();

    /** @param frame a frame that leaves @param departure when, and what waits behind it */
    virtual void DoStamp(Frame& frame, const Departure& departure);

    /** @return whether it looks at frames that join the queue; not unless a class says so */
    virtual bool DoSeesArrivals() const;

    /** See Observe. */
    virtual Frame* DoObserve(Frame& frame, const Arrival& arrival);

    Place m_place{}; ///< where it works
};

} // namespace ns3::fabric

#endif /* FABRIC_STAMPER_H */
