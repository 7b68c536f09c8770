/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_CLASS_SHAPER_H
#define FABRIC_CLASS_SHAPER_H

#include "fabric-class-rates.h"
#include "fabric-time.h"

#include "ns3/event-impl.h"

#include <array>
#include <cstdint>

namespace ns3::fabric
{

class Port;

/**
 * @ingroup fabric
 * Token buckets of a port, one for each class with a rate limit. A class may start a frame while
 * its bucket is not overdrawn; the frame then takes its link bytes, preamble and gap included, out
 * of the bucket, which refills at the rate of the class up to the burst. With a burst of 0, frames
 * start link bytes / rate apart, to the picosecond.
 *
 * A bucket is kept as the time when it will be full again (the virtual scheduling form of the
 * generic cell rate algorithm, ITU-T I.371). The shaper is its own event: the end of the wait of
 * the class that may send next.
 */
class ClassShaper : public EventImpl
{
  public:
    /** @param port whose frames */
    explicit ClassShaper(Port& port);

    /** @param rates limits of the classes @param burstBytes link bytes that may leave at once */
    void Configure(const ClassRates& rates, uint64_t burstBytes);

    /** @return whether any class has a limit */
    bool IsActive() const
    {
        return m_active;
    }

    /** @return bit c is set while class c has to wait */
    uint8_t GetWaiting() const
    {
        return m_waiting;
    }

    /**
     * A frame was chosen.
     *
     * @param priority its class
     * @param linkBytes its size, with preamble and gap
     * @param at when it starts
     * @param now the current time
     */
    void Charge(uint8_t priority, uint32_t linkBytes, Ticks at, Ticks now);

    /** The frame charged last does not start after all. @param now the current time */
    void Refund(Ticks now);

    /** The port is gone. */
    void Detach()
    {
        m_port = nullptr;
    }

  private:
    /** Bucket of a class. */
    struct Bucket
    {
        uint64_t bitRate{0}; ///< limit, bit/s; 0: none
        Ticks burst{0};      ///< time in which an empty bucket fills
        Ticks notBefore{0};  ///< when the next frame may start
    };

    void Notify() override;

    /** Set a bucket. @param priority class @param notBefore when it may go on @param now the time
     */
    void SetBucket(uint8_t priority, Ticks notBefore, Ticks now);

    /** @param at wake up then, unless earlier @param now the current time */
    void Schedule(Ticks at, Ticks now);

    std::array<Bucket, N_CLASSES> m_buckets; ///< by class
    Port* m_port;                            ///< the port, null once it is gone
    Ticks m_scheduled{NEVER};                ///< when the event that counts happens
    Ticks m_before{0};                       ///< notBefore of the bucket charged last, before that
    uint8_t m_charged{N_CLASSES};            ///< class charged last
    uint8_t m_waiting{0};                    ///< see GetWaiting
    bool m_active{false};                    ///< see IsActive
};

} // namespace ns3::fabric

#endif /* FABRIC_CLASS_SHAPER_H */
