/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_CREDIT_SCHEDULER_H
#define FABRIC_CREDIT_SCHEDULER_H

#include "fabric-frame.h"
#include "fabric-time.h"

#include "ns3/event-id.h"

#include <array>
#include <cstdint>
#include <deque>

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * The scheduler of one egress port of a scheduled fabric: grants credit to the virtual output
 * queues that have frames for the port, one credit at a time in turn, higher classes first, at the
 * rate at which the port can send.
 */
class CreditScheduler
{
  public:
    /** A virtual output queue somewhere. */
    struct Client
    {
        uint64_t requested{0}; ///< bytes asked for since the start
        uint64_t granted{0};   ///< bytes granted since the start
        void* owner{nullptr};  ///< whose it is
        uint8_t priority{0};   ///< class
        bool active{false};    ///< it waits for its turn
    };

    /** Who tells clients of grants. */
    class Granter
    {
      public:
        virtual ~Granter() = default;

        /** @param client who may send more @param granted bytes since the start */
        virtual void Grant(Client& client, uint64_t granted) = 0;

        /** @param port a port of ours @return whether it is ready for more */
        virtual bool IsReady(uint16_t port) const = 0;
    };

    /**
     * @param granter told of grants
     * @param port the port, as the granter knows it
     * @param bitRate rate of grants, bit/s
     * @param creditBytes most bytes of a grant
     */
    CreditScheduler(Granter& granter, uint16_t port, uint64_t bitRate, uint32_t creditBytes);

    ~CreditScheduler();

    CreditScheduler(const CreditScheduler&) = delete;
    CreditScheduler& operator=(const CreditScheduler&) = delete;

    /** @param client who wants more than it was granted @param requested bytes since the start */
    void Request(Client& client, uint64_t requested);

    /** The port may have become ready. */
    void Kick();

    /** The same after this event: for a port in the middle of sending, which a credit would enter.
     */
    void KickSoon();

  private:
    /** Grant one credit if it is time and the port is ready, and arrange the next. */
    void Run();

    Granter& m_granter;                                 ///< told of grants
    uint64_t m_bitRate;                                 ///< rate of grants
    Ticks m_next{0};                                    ///< when the next one may be
    EventId m_event;                                    ///< then
    uint32_t m_creditBytes;                             ///< most bytes of a grant
    uint16_t m_port;                                    ///< as the granter knows it
    uint8_t m_occupied{0};                              ///< bit c: class c has clients
    std::array<std::deque<Client*>, N_CLASSES> m_turns; ///< by class: clients in turn
};

} // namespace ns3::fabric

#endif /* FABRIC_CREDIT_SCHEDULER_H */
