/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_PAUSE_H
#define FABRIC_PAUSE_H

#include "fabric-frame.h"
#include "fabric-time.h"

#include "ns3/nstime.h"

#include <array>

namespace ns3::fabric
{

class Port;
class PauseTimerEvent;

/** Bytes of a PFC frame, destination address to FCS. */
constexpr uint32_t PFC_FRAME_BYTES = 64;

/**
 * @param quanta pause quanta of 512 bit times (IEEE 802.3 Annex 31B)
 * @param bitsPerSecond rate of the link
 * @return the time they last: 335.5 us for 65535 quanta at 100 Gb/s
 */
inline Ticks
PauseTicks(uint16_t quanta, uint64_t bitsPerSecond)
{
    // 65535 quanta in picosecond bits exceed 64 bit.
    const auto bits = static_cast<__uint128_t>(quanta) * 512 * 1'000'000'000'000ULL;
    return static_cast<Ticks>((bits + bitsPerSecond - 1) / bitsPerSecond);
}

/**
 * @ingroup fabric
 * The side of priority flow control that obeys: which of our classes the peer has paused, until
 * when, and for how long in all. A pause ends by an XON or by the expiry of its timer.
 */
class PauseReceiver
{
  public:
    /** @param port the port that obeys */
    explicit PauseReceiver(Port& port);
    ~PauseReceiver();

    PauseReceiver(const PauseReceiver&) = delete;
    PauseReceiver& operator=(const PauseReceiver&) = delete;

    /** A PFC frame came: it takes effect after the response time. @param fields what it says */
    void Receive(const PfcFields& fields);

    /** End every pause: the link went down. */
    void Reset();

    /** @param time between the arrival of a PFC frame and its effect, unless SetStandard asks more
     */
    void SetResponse(Time time)
    {
        m_response = time;
    }

    /** @return what SetResponse was given */
    Time GetResponse() const
    {
        return m_response;
    }

    /** @param standard whether PFC frames take effect as late as IEEE 802.3 allows at the rate */
    void SetStandard(bool standard)
    {
        m_standard = standard;
    }

    /** @return what SetStandard was given */
    bool IsStandard() const
    {
        return m_standard;
    }

    /** @return time between the arrival of a PFC frame and its effect */
    Ticks GetResponseTicks() const;

    /** @return PFC frames received that pause some class */
    uint64_t GetNXoff() const
    {
        return m_nXoff;
    }

    /** @return PFC frames received that only resume */
    uint64_t GetNXon() const
    {
        return m_nXon;
    }

    /** @param priority a class @param ignore whether its pauses are without effect from now on */
    void Ignore(uint8_t priority, bool ignore);

    /** @return PFC frames that asked to pause a class, obeyed or not */
    uint64_t GetXoffs(uint8_t priority) const
    {
        return m_xoffs[priority];
    }

    /** @return until when the peer last asked to pause a class, obeyed or not */
    Ticks GetPausedUntil(uint8_t priority) const
    {
        return m_until[priority];
    }

    /** @return how long a class has been paused so far */
    Ticks GetPausedTicks(uint8_t priority) const;

    /** The expiry event: ends the pauses that are over and waits for the next. */
    void Expire();

  private:
    /** @param fields a PFC frame that takes effect now */
    void Apply(const PfcFields& fields);

    /** Schedule the expiry event for the earliest end of a pause. */
    void Arm();

    /** @param priority the class whose pause ends now */
    void End(uint8_t priority);

    Port& m_port;                              ///< the port that obeys
    Time m_response;                           ///< see SetResponse
    bool m_standard{false};                    ///< see SetStandard
    bool m_armed{false};                       ///< the expiry event is scheduled
    uint8_t m_ignored{0};                      ///< bit c: pauses of class c are without effect
    uint64_t m_nXoff{0};                       ///< PFC frames that pause some class
    uint64_t m_nXon{0};                        ///< PFC frames that only resume
    std::array<uint64_t, N_CLASSES> m_xoffs{}; ///< PFC frames that pause a class
    std::array<Ticks, N_CLASSES> m_until{};    ///< when the pause of a class ends by itself
    std::array<Ticks, N_CLASSES> m_since{};    ///< when the current pause began
    std::array<Ticks, N_CLASSES> m_total{};    ///< length of the pauses that are over
    PauseTimerEvent* m_event;                  ///< reference counted
};

/**
 * @ingroup fabric
 * The side of priority flow control that asks: keeps classes of the peer paused, refreshing each
 * pause when half of its time is over, until told to resume.
 *
 * Requests made while another frame is on the wire are merged: the PFC frame that goes out says
 * what holds at that moment.
 */
class PauseGenerator
{
  public:
    /** @param port the port that asks */
    explicit PauseGenerator(Port& port);
    ~PauseGenerator();

    PauseGenerator(const PauseGenerator&) = delete;
    PauseGenerator& operator=(const PauseGenerator&) = delete;

    /** @param quanta pause time to ask for, 1..65535 */
    void SetQuanta(uint16_t quanta);

    /** @return pause time to ask for */
    uint16_t GetQuanta() const;

    /** @param priority class that the peer shall stop to send */
    void Pause(uint8_t priority);

    /** @param priority class that the peer may send again */
    void Resume(uint8_t priority);

    /** Forget everything: the link went down. */
    void Reset();

    /** @return bit c is set if we keep class c of the peer paused */
    uint8_t GetPaused() const
    {
        return m_paused;
    }

    /** @return the PFC frame that waits; only if Port::m_pfcPending is not 0 */
    Frame* MakeFrame();

    /** @return PFC frames sent that pause some class */
    uint64_t GetNXoff() const
    {
        return m_nXoff;
    }

    /** @return PFC frames sent that only resume */
    uint64_t GetNXon() const
    {
        return m_nXon;
    }

    /** The refresh event. */
    void Refresh();

  private:
    /** Schedule the refresh event. */
    void Arm();

    Port& m_port;             ///< the port that asks
    uint16_t m_quanta{65535}; ///< pause time to ask for
    uint8_t m_paused{0};      ///< bit c: the peer shall not send class c
    bool m_armed{false};      ///< the refresh event is scheduled
    uint64_t m_nXoff{0};      ///< PFC frames sent that pause some class
    uint64_t m_nXon{0};       ///< PFC frames sent that only resume
    PauseTimerEvent* m_event; ///< reference counted
};

} // namespace ns3::fabric

#endif /* FABRIC_PAUSE_H */
