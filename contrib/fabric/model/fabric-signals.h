/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_SIGNALS_H
#define FABRIC_SIGNALS_H

#include "fabric-time.h"

#include <array>
#include <cstdint>

namespace ns3::fabric
{

class FramePool;

/** Kinds of signals that switches write into frames; bits of SignalRequest::kinds. */
enum SignalKind : uint8_t
{
    SIGNAL_INT = 1,   ///< a record of each hop (in-band network telemetry)
    SIGNAL_PINT = 2,  ///< the highest utilisation of the way, as one byte
    SIGNAL_CSIG = 4,  ///< a compare-and-replace tag
    SIGNAL_GRANT = 8, ///< a window grant of the switches (zero-queue control)
    SIGNAL_BOLT = 16, ///< Bolt's flags: the source hears of queues at once
};

/** What a sender says of a frame under Bolt; bits of SignalRequest::bolt. */
enum BoltFlag : uint8_t
{
    BOLT_FIRST = 1,    ///< of a flow that has not heard of the receiver yet
    BOLT_LAST = 2,     ///< its acknowledgment will not let another packet leave
    BOLT_INCREASE = 4, ///< it would like to send one packet more per round trip
};

/** What a CSIG tag compares (draft-ravi-ippm-csig-01, section 4). */
enum class CsigType : uint8_t
{
    MIN_AVAILABLE_BANDWIDTH, ///< smallest unused rate of a hop, bit/s
    MAX_UTILIZATION,         ///< largest used share of a hop, 0 to 1: 1 - min(ABW/C) of the draft
    MAX_HOP_DELAY,           ///< longest time in a switch, time steps
};

/**
 * @ingroup fabric
 * What a sender asks the switches to write into a frame. Space for it is in the frame from the
 * start, as in HPCC's simulations, so that a frame does not grow on its way.
 */
struct SignalRequest
{
    /** Most hops that INT can record. */
    static constexpr uint8_t MAX_HOPS = 8;

    uint8_t kinds{0};        ///< SignalKind bits; 0: nothing
    uint8_t intHops{5};      ///< hops that there is space for, 1 to MAX_HOPS
    uint8_t grantHint{0};    ///< increase of the window that is asked for, units of the law
    uint8_t bolt{0};         ///< BoltFlag bits
    bool csigExpanded{true}; ///< CSIG tag of 8 bytes with exact values, or of 4 with 5-bit ones
    CsigType csigType{CsigType::MIN_AVAILABLE_BANDWIDTH}; ///< what the tag compares

    /**
     * Bytes that the request adds to a data frame and to the acknowledgment that echoes it.
     *
     * INT: 2 and 8 per hop, 42 for 5 hops, as in HPCC (Li et al., SIGCOMM 2019). PINT: 1 (Ben Basat
     * et al., SIGCOMM 2020, with 8 bits). CSIG: 8, or 4 if compact. A grant: 2, for the 10 bits of
     * C, I and hint (Unified Bus base specification, 6.6.1.3). Bolt: 8, for flags (2), the number
     * of the sender's queue pair (3), which BTH does not have, and, in acknowledgments, the
     * increases that are granted (1), padded.
     *
     * @return the bytes
     */
    constexpr uint32_t GetWireBytes() const
    {
        return (kinds & SIGNAL_INT ? 2 + 8 * intHops : 0) + (kinds & SIGNAL_PINT ? 1 : 0) +
               (kinds & SIGNAL_CSIG ? (csigExpanded ? 8 : 4) : 0) + (kinds & SIGNAL_GRANT ? 2 : 0) +
               (kinds & SIGNAL_BOLT ? 8 : 0);
    }
};

/**
 * @ingroup fabric
 * INT record of one hop, taken when the frame starts to leave the switch.
 */
struct IntHop
{
    Ticks timestamp;     ///< when the frame starts to leave
    Ticks delay;         ///< time between the arrival of its last bit and that
    uint64_t txBytes;    ///< bytes that left the port before it, all classes, FCS included
    uint64_t bitRate;    ///< rate of the port
    uint32_t queueBytes; ///< bytes waiting behind it, in the queue of its class
    uint32_t node;       ///< the switch
};

/** A CSIG tag: the worst value on the way so far, and where it was. */
struct CsigTag
{
    double value;  ///< see CsigType; valid if isSet
    uint32_t node; ///< locator: switch of that value
    uint16_t port; ///< locator: egress port of that value
    uint8_t hop;   ///< locator: which switch of the way, 1 for the first
    bool isSet;    ///< some switch has written it
};

/** A window grant: what the switches think of an increase (see GrantStamper). */
struct GrantTag
{
    bool congested; ///< C: some switch wants less to be sent
    bool increase;  ///< I: an increase is asked for, and no switch has refused it
    uint8_t hint;   ///< size of the increase, units of the law
};

/** Bolt's part of a frame (see BoltStamper). */
struct BoltTag
{
    uint32_t sourceQp; ///< queue pair that sent it: who is to be told of queues
    bool increase;     ///< one packet more is asked for, and no switch has refused it
    bool decrease;     ///< a switch has told the source of its queue: no other does
    uint8_t increases; ///< acknowledgments: packets granted to the frames that they are for
};

/**
 * @ingroup fabric
 * What switches write into a frame besides ECN, and receivers echo in acknowledgments. A side
 * object of a frame, which most frames have not; see FramePool::AttachSignals.
 */
struct alignas(64) FrameSignals
{
    FrameSignals* next; ///< free list
    FramePool* pool;    ///< where it returns to

    SignalRequest request; ///< what was asked for
    bool echoed;           ///< it travels back: nobody writes any more
    uint8_t nHops;         ///< INT: records that are valid
    bool overflow;         ///< INT: there were more hops than space
    GrantTag grant;        ///< grant
    BoltTag bolt;          ///< Bolt
    Ticks arrivedAt;       ///< when the frame arrived at the present switch
    double utilization;    ///< PINT: highest utilisation of the way, as the byte says it
    CsigTag csig;          ///< CSIG

    std::array<IntHop, SignalRequest::MAX_HOPS> hops; ///< INT: hops in the order of the way
};

} // namespace ns3::fabric

#endif /* FABRIC_SIGNALS_H */
