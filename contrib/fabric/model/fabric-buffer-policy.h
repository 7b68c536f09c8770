/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_BUFFER_POLICY_H
#define FABRIC_BUFFER_POLICY_H

#include "fabric-frame.h"

#include "ns3/object.h"

#include <string>
#include <vector>

namespace ns3::fabric
{

class Switch;

/**
 * @ingroup fabric
 * Plug-in point: the packet memory of a switch. Decides whether a frame is admitted, and when a
 * class of an upstream peer has to pause.
 *
 * The base keeps the books, by (ingress port, class) and by (egress port, class), and these
 * identities hold after every call: the sum over ingress and the sum over egress are both the total
 * occupancy; admitted = released + occupancy.
 */
class BufferPolicy : public Object
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /** Place of a frame: a port and a class, as an index of the books. */
    using Slot = uint32_t;

    /** @param port a port @param priority a class @return index of the books */
    static constexpr Slot SlotOf(uint16_t port, uint8_t priority)
    {
        return uint32_t{port} * N_CLASSES + priority;
    }

    /** What to tell the upstream peer about the class of the frame just handled. */
    enum class Signal : uint8_t
    {
        NONE,   ///< nothing
        XOFF,   ///< stop sending
        XON,    ///< go on
        CREDIT, ///< the bytes of the frame are free again
    };

    /**
     * To be asked before the start where the configuration is a user's.
     *
     * @param owner the switch, with all its ports and links
     * @return why the policy cannot work there, for people to read; empty if it can
     */
    std::string Check(const Switch& owner) const
    {
        return DoCheck(owner);
    }

    /** Called once before the first frame. @param owner the switch, with all its ports */
    void Setup(Switch& owner);

    /**
     * Account for a frame, if there is room.
     *
     * @param bytes its size
     * @param ingress where it came in
     * @param egress where it will wait
     * @param [out] signal what to tell the upstream peer of ingress
     * @return whether it is admitted
     */
    bool Admit(uint32_t bytes, Slot ingress, Slot egress, Signal& signal)
    {
        signal = Signal::NONE;
        if (!DoAdmit(bytes, ingress, egress, signal))
        {
            return false;
        }
        m_books[ingress].ingress += bytes;
        m_books[egress].egress += bytes;
        m_occupancy += bytes;
        m_peak = m_occupancy > m_peak ? m_occupancy : m_peak;
        return true;
    }

    /**
     * A frame that was admitted leaves.
     *
     * @param bytes its size
     * @param ingress where it came in
     * @param egress where it waited
     * @return what to tell the upstream peer of ingress
     */
    Signal Release(uint32_t bytes, Slot ingress, Slot egress)
    {
        m_books[ingress].ingress -= bytes;
        m_books[egress].egress -= bytes;
        m_occupancy -= bytes;
        return DoRelease(bytes, ingress, egress);
    }

    /** Ask for the memory that Admit will touch. @param ingress a slot @param egress a slot */
    void Prefetch(Slot ingress, Slot egress) const
    {
        __builtin_prefetch(&m_books[ingress]);
        __builtin_prefetch(&m_books[egress]);
    }

    /** @return bytes held by frames that came in at a slot */
    uint64_t GetIngressBytes(Slot ingress) const
    {
        return m_books[ingress].ingress;
    }

    /** @return bytes held by frames that wait at a slot */
    uint64_t GetEgressBytes(Slot egress) const
    {
        return m_books[egress].egress;
    }

    /** @return bytes held by all frames */
    uint64_t GetOccupancy() const
    {
        return m_occupancy;
    }

    /** @return the largest occupancy so far, bytes */
    uint64_t GetPeakOccupancy() const
    {
        return m_peak;
    }

    /** @return whether a class is lossless: paused rather than dropped */
    virtual bool IsLossless(uint8_t priority) const = 0;

    /**
     * @param [out] why what is wrong, if anything
     * @return whether the identities of the books hold
     */
    bool CheckIdentities(std::string& why) const;

  protected:
    /** What a policy may note of a slot. */
    struct Account
    {
        uint64_t guaranteed{0};   ///< used bytes of the guaranteed part
        uint64_t shared{0};       ///< used bytes of the shared part
        uint64_t headroom{0};     ///< used bytes of the headroom
        uint64_t headroomSize{0}; ///< bytes of headroom
        bool paused{false};       ///< the peer was told to stop
    };

    /** @return the account of a slot, empty after Setup unless DoSetup changes it */
    Account& GetAccount(Slot slot)
    {
        return m_books[slot].account;
    }

    /** @return the account of a slot */
    const Account& GetAccount(Slot slot) const
    {
        return m_books[slot].account;
    }

    /** @return number of slots */
    Slot GetNSlots() const
    {
        return m_books.size();
    }

  private:
    /** The books of a slot in one cache line with the account, since a frame touches both. */
    struct alignas(64) Book
    {
        uint64_t ingress{0}; ///< bytes that came in there
        uint64_t egress{0};  ///< bytes that wait there
        Account account;     ///< the policy's
    };

    static_assert(sizeof(Book) == 64, "a frame touches one line");

    /** @see Check */
    virtual std::string DoCheck(const Switch& owner) const;

    /** Set up the own state. @param owner the switch, with all its ports */
    virtual void DoSetup(Switch& owner) = 0;

    /** Decide on a frame, before the books of the base change. @see Admit */
    virtual bool DoAdmit(uint32_t bytes, Slot ingress, Slot egress, Signal& signal) = 0;

    /** A frame has left, the books of the base are up to date. @see Release */
    virtual Signal DoRelease(uint32_t bytes, Slot ingress, Slot egress) = 0;

    /** @param [out] why what is wrong @return whether the own books agree with those of the base */
    virtual bool DoCheckIdentities(std::string& why) const = 0;

    std::vector<Book> m_books; ///< by slot
    uint64_t m_occupancy{0};   ///< bytes in all
    uint64_t m_peak{0};        ///< largest occupancy
};

} // namespace ns3::fabric

#endif /* FABRIC_BUFFER_POLICY_H */
