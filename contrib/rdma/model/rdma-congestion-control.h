/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_CONGESTION_CONTROL_H
#define RDMA_CONGESTION_CONTROL_H

#include "ns3/fabric-signals.h"
#include "ns3/fabric-time.h"
#include "ns3/object.h"

#include <cstdint>

namespace ns3::rdma
{

using fabric::Ticks;

/** Unit of receiver credit, message bytes (Ultra Ethernet, 3.6.14). */
constexpr uint32_t CREDIT_UNIT_BYTES = 256;

/** A window without limit. */
constexpr uint64_t UNLIMITED_WINDOW = UINT64_MAX;

/**
 * @ingroup rdma
 * How fast a queue pair may send: base class of all congestion controls. One object per queue pair;
 * it serves the sending direction.
 *
 * The queue pair tells what happens by the Notify functions; they keep the books that all laws
 * share and call the private virtual Do functions, which are the law. The law answers by SetRate
 * and SetWindow, at any time: in a Do function or at a timer event of its own. All calls come at
 * events of the queue pair's node, so a law schedules its timers with Simulator::Schedule, or, for
 * a timer that runs often, with a reusable EventImpl and the nodeId of the context.
 *
 * Units. The rate is a share of the link, in bit/s: the queue pair leaves a gap of
 * 8 (frame bytes + preamble and gap) / rate between the starts of two frames, so that N senders at
 * 1/N of the line rate fill a link exactly. The window is in message bytes (payload), as are all
 * byte counts here but Sent::frameBytes.
 *
 * The notification point, the receiver's part of schemes such as DCQCN, is no part of this class: a
 * law that wants CNPs says so with DoUsesCnp, and then the receiving queue pair, whose own law is
 * of the same type, asks the CnpGenerator of its NIC at each frame marked CE whether to send one.
 * CnpGenerator owns the pacing (interval; scope queue pair, destination or port). Laws that take
 * the ECN echo of each ACK instead read Ack::ecnEcho, and no CNPs are sent.
 *
 * A law that needs more of the switches (INT, PINT, CSIG, grants, Bolt) asks for it with
 * RequestSignals and reads Ack::signals; Bolt's switches send notices, too. The switches must have
 * the stampers: see fabric::Switch::Stampers.
 */
class CongestionControl : public Object
{
  public:
    /** Where a law works; set once, before the first notification. */
    struct Context
    {
        uint64_t lineRate{0};   ///< rate of the port, bit/s
        uint32_t mtuBytes{0};   ///< message bytes of a full packet
        uint32_t frameBytes{0}; ///< a full packet on the link, with preamble and gap
        uint32_t nodeId{0};     ///< context of the law's events
    };

    /** A data frame whose first bit leaves now. */
    struct Sent
    {
        Ticks now;              ///< the time
        uint64_t bytesInFlight; ///< after it, message bytes sent and not known to have arrived
        uint32_t payloadBytes;  ///< message bytes in it
        uint32_t frameBytes;    ///< its size on the link, with preamble and gap
        uint16_t entropy;       ///< its path
        bool retransmission;    ///< whether it was sent before
    };

    /** An acknowledgment. */
    struct Ack
    {
        Ticks now;              ///< the time
        Ticks rtt;              ///< from the start of the acknowledged frame until now
        Ticks endpointDelay;    ///< of that, from its arrival until the receiver answered
        uint64_t ackedBytes;    ///< message bytes newly known to have arrived; 0 for a repeated ACK
        uint64_t bytesInFlight; ///< after it, message bytes sent and not known to have arrived
        uint16_t entropy;       ///< path of the frame that caused it
        uint8_t hops;           ///< switches on that path
        bool ecnEcho;           ///< the frame that caused it carried CE
        const fabric::FrameSignals* signals{nullptr}; ///< what switches wrote into the frame that
                                                      ///< caused it, or null; for the call only
    };

    /** The receiver misses a packet. */
    struct Nack
    {
        Ticks now;              ///< the time
        uint64_t bytesInFlight; ///< before anything is sent again
        uint32_t bytes{0};      ///< message bytes of the packet, if a switch trimmed it
        bool trimmed{false};    ///< a switch trimmed it
        bool lastHop{false};    ///< that was the last switch of its way
    };

    /** Packets that are given up as lost: without trimming, or after a timeout. */
    struct Loss
    {
        Ticks now;      ///< the time
        uint64_t bytes; ///< message bytes of them
    };

    /** A congestion notification packet. */
    struct Cnp
    {
        Ticks now; ///< the time
    };

    /** A switch says how long its queue is that a data frame of ours joins. */
    struct Notice
    {
        Ticks now;        ///< the time
        Ticks rtt;        ///< from the start of that frame until now
        Ticks drainTime;  ///< time that the queue before it takes to drain
        uint64_t bitRate; ///< rate of the port that it waits for, bit/s
    };

    /** Who must hear of a new rate or window: the queue pair. */
    class Listener
    {
      public:
        virtual ~Listener() = default;

        /** The rate changed. @param before the rate until now, bit/s */
        virtual void RateChanged(uint64_t before) = 0;

        /** The window changed. @param before the window until now, bytes */
        virtual void WindowChanged(uint64_t before) = 0;
    };

    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    CongestionControl();
    ~CongestionControl() override;

    /**
     * Prepare to control. The rate is the line rate and the window unlimited unless the law says
     * otherwise.
     *
     * @param context where the law works
     * @param listener who hears of changes from now on, or null
     */
    void Start(const Context& context, Listener* listener);

    /**
     * @param stream first random stream to use
     * @return number of streams used
     */
    virtual int64_t AssignStreams(int64_t stream);

    /** @return rate allowed, bit/s, 1 to the line rate */
    uint64_t GetRate() const
    {
        return m_rate;
    }

    /** @return message bytes allowed in flight; UNLIMITED_WINDOW if the law sets no window */
    uint64_t GetWindow() const
    {
        return m_window;
    }

    /** @return whether credit is left; always if the law works without */
    bool HasCredit() const
    {
        return m_hasCredit;
    }

    /** @return whether the sender needs credit of the receiver: see CreditPacer */
    bool UsesCredit() const;

    /**
     * The receiver gave credit.
     *
     * @param now the time
     * @param granted since the start, units of CREDIT_UNIT_BYTES modulo 2^32
     */
    void NotifyCredit(Ticks now, uint32_t granted)
    {
        DoCredit(now, granted);
    }

    /**
     * @param backlog message bytes that wait to be sent, for the first time or again
     * @return credit to ask for, since the start, units of CREDIT_UNIT_BYTES modulo 2^32
     */
    uint32_t GetCreditTarget(uint64_t backlog) const
    {
        return DoGetCreditTarget(backlog);
    }

    /** @return what the next data frame asks the switches for */
    const fabric::SignalRequest& GetSignalRequest() const
    {
        return m_signalRequest;
    }

    /**
     * A data frame is about to be made: what it asks the switches for may depend on what comes
     * after it. Called by a law's own request of fabric::SIGNAL_BOLT only.
     *
     * @param backlog message bytes posted from the beginning of that frame on
     */
    void NotifyBacklog(uint64_t backlog)
    {
        DoBacklog(backlog);
    }

    /** @return whether the receiver is to answer CE marks with CNPs */
    bool UsesCnp() const;

    /** @return whether the law cannot work unless switches mark frames */
    bool NeedsEcn() const;

    /** @return where the law works */
    const Context& GetContext() const
    {
        return m_context;
    }

    /** The queue pair has something to send after it had nothing in flight or waiting. */
    void NotifyActive()
    {
        m_active = true;
        DoActive();
    }

    /** Everything the queue pair had to send is acknowledged (or given up). */
    void NotifyIdle()
    {
        m_active = false;
        DoIdle();
    }

    /** @return whether there is something to send or in flight */
    bool IsActive() const
    {
        return m_active;
    }

    /** @param sent a data frame that leaves now */
    void NotifySent(const Sent& sent)
    {
        DoSent(sent);
    }

    /** @param ack an acknowledgment */
    void NotifyAck(const Ack& ack)
    {
        DoAck(ack);
    }

    /** @param nack a packet that the receiver misses */
    void NotifyNack(const Nack& nack)
    {
        DoNack(nack);
    }

    /** @param cnp a congestion notification */
    void NotifyCnp(const Cnp& cnp)
    {
        DoCnp(cnp);
    }

    /** @param notice what a switch says of its queue */
    void NotifyNotice(const Notice& notice)
    {
        DoNotice(notice);
    }

    /**
     * Schemes that send single packets again call it for what they give up, besides NotifyTimeout
     * if that was how it was found.
     *
     * @param loss what is lost
     */
    void NotifyLoss(const Loss& loss)
    {
        DoLoss(loss);
    }

    /** No acknowledgment came in time. @param now the time */
    void NotifyTimeout(Ticks now)
    {
        DoTimeout(now);
    }

  protected:
    void DoDispose() override;

    /** @param rate the rate from now on, bit/s; held to 1 bit/s at least and the line rate at most
     */
    void SetRate(uint64_t rate);

    /** @param hasCredit whether credit is left */
    void SetHasCredit(bool hasCredit);

    /** @param window the message bytes allowed in flight from now on */
    void SetWindow(uint64_t window);

    /**
     * @param request what data frames ask the switches for from now on; it adds GetWireBytes to
     *        their size, which is not in Context::frameBytes
     */
    void RequestSignals(const fabric::SignalRequest& request)
    {
        m_signalRequest = request;
    }

  private:
    /** Set the law to its initial state; the context is known. */
    virtual void DoStart();
    /** @return whether the law reacts to CNPs */
    virtual bool DoUsesCnp() const;
    /** @return whether the law works with credit */
    virtual bool DoUsesCredit() const;
    /** See NotifyCredit. */
    virtual void DoCredit(Ticks now, uint32_t granted);
    /** See GetCreditTarget. */
    virtual uint32_t DoGetCreditTarget(uint64_t backlog) const;
    /** @return whether it needs ECN marks; by default, if it reacts to CNPs */
    virtual bool DoNeedsEcn() const;
    /** See NotifyActive. */
    virtual void DoActive();
    /** See NotifyIdle. A law stops its timers here if it does not need them. */
    virtual void DoIdle();
    /** See NotifySent. */
    virtual void DoSent(const Sent& sent);
    /** See NotifyAck. */
    virtual void DoAck(const Ack& ack);
    /** See NotifyNack. */
    virtual void DoNack(const Nack& nack);
    /** See NotifyCnp. */
    virtual void DoCnp(const Cnp& cnp);
    /** See NotifyNotice. */
    virtual void DoNotice(const Notice& notice);
    /** See NotifyBacklog. */
    virtual void DoBacklog(uint64_t backlog);
    /** See NotifyLoss. */
    virtual void DoLoss(const Loss& loss);
    /** See NotifyTimeout. */
    virtual void DoTimeout(Ticks now);

    uint64_t m_rate{0};                    ///< rate allowed, bit/s
    uint64_t m_window{UNLIMITED_WINDOW};   ///< message bytes allowed in flight
    fabric::SignalRequest m_signalRequest; ///< what data frames ask the switches for
    Listener* m_listener{nullptr};         ///< who hears of changes
    Context m_context;                     ///< where the law works
    bool m_hasCredit{true};                ///< see HasCredit
    bool m_active{false};                  ///< something to send or in flight
};

} // namespace ns3::rdma

#endif /* RDMA_CONGESTION_CONTROL_H */
