/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_SONIC_BUFFER_H
#define FABRIC_SONIC_BUFFER_H

#include "fabric-buffer-policy.h"

#include <string>
#include <vector>

namespace ns3::fabric
{

class Port;

/**
 * @ingroup fabric
 * Packet memory as production switches carve it, in the terms of SONiC's buffer model (tables
 * BUFFER_POOL, BUFFER_PROFILE, BUFFER_PG and BUFFER_QUEUE of its configuration; Bai et al., NSDI
 * 2023, listing 1).
 *
 * Every frame is counted twice. On the way in, by its priority group (PG: ingress port and class):
 *   - first in what is guaranteed to the group,
 *   - then in the shared ingress pool, up to Alpha (lossless) or LossyIngressAlpha times what is
 *     free of it,
 *   - then, if the class is lossless, in headroom, and the peer is paused. Headroom is either each
 *     group's own, or a pool that all groups share, of which a group may take its own limit.
 * On the way out, by its queue (egress port and class):
 *   - lossy: in what is guaranteed to the queue, then in the egress lossy pool, up to LossyAlpha
 *     times what is free of it,
 *   - lossless: in the egress lossless pool, which is as large as the memory and limits nothing.
 * A lossy frame that does not fit on either side is dropped, a lossless one only if the headroom is
 * exhausted.
 *
 * A paused peer may resume when the headroom of its group is empty and what the group holds of the
 * shared pool is XonOffset below its threshold, or no more than Xon.
 *
 * The memory consists of cells: a frame takes whole ones. The difference to DynamicThreshold, which
 * counts a frame on one side only and knows neither pools nor cells, is what makes lossy traffic
 * push lossless traffic into pauses.
 *
 * Named sizes and profiles of real switches are in AsicPreset.
 */
class SonicBuffer : public BufferPolicy
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /** A part of the memory that several slots share, bytes of cells. */
    struct Pool
    {
        uint64_t size{0}; ///< its size
        uint64_t used{0}; ///< how much of it is used

        /** @return bytes that nobody uses */
        uint64_t GetFree() const
        {
            return size - used;
        }
    };

    bool IsLossless(uint8_t priority) const override;

    /** @return the shared pool by ingress */
    const Pool& GetIngressPool() const;

    /** @return the headroom that groups share; of size 0 if each has its own */
    const Pool& GetHeadroomPool() const;

    /** @return the pool of the lossy classes by egress */
    const Pool& GetEgressLossyPool() const;

    /** @return the pool of the lossless classes by egress */
    const Pool& GetEgressLosslessPool() const;

    /** @return most headroom that a priority group may take, bytes */
    uint64_t GetHeadroomLimit(Slot ingress) const;

    /** @return headroom that a priority group uses, bytes of cells */
    uint64_t GetHeadroomUsed(Slot ingress) const;

    /** @return what a priority group holds of the shared ingress pool, bytes of cells */
    uint64_t GetIngressShared(Slot ingress) const;

    /** @return what a queue holds of its egress pool, bytes of cells */
    uint64_t GetEgressShared(Slot egress) const;

    /** @return whether the peer of a priority group was told to stop */
    bool IsPaused(Slot ingress) const;

    /** @param bytes size of a frame @return the cells it takes, in bytes */
    uint64_t ToCells(uint32_t bytes) const
    {
        return (uint64_t{bytes} + m_cell - 1) / m_cell * m_cell;
    }

    /** @param port a port @return headroom that each of its lossless classes gets, bytes */
    uint64_t GetPortHeadroom(const Port& port) const;

    /** @return largest frame that the headroom is made for, bytes */
    uint32_t GetMaxFrame() const;

    /**
     * @param owner a switch whose memory passes Check
     * @return what a lossless class may hold per ingress port before it pauses the peer, if nobody
     *         else holds anything, bytes
     */
    uint64_t GetLoneThreshold(const Switch& owner) const;

  private:
    std::string DoCheck(const Switch& owner) const override;
    void DoSetup(Switch& owner) override;
    bool DoAdmit(uint32_t bytes, Slot ingress, Slot egress, Signal& signal) override;
    Signal DoRelease(uint32_t bytes, Slot ingress, Slot egress) override;
    bool DoCheckIdentities(std::string& why) const override;

    /** Books of a priority group or a queue, bytes of cells. */
    struct Account
    {
        uint64_t guaranteed{0};    ///< used of what is guaranteed
        uint64_t shared{0};        ///< used of the pool
        uint64_t headroom{0};      ///< used headroom
        uint64_t headroomLimit{0}; ///< most headroom
        bool paused{false};        ///< the peer was told to stop
    };

    /** How the memory of a switch is carved, bytes. */
    struct Carving
    {
        uint64_t size{0};                     ///< whole memory
        uint64_t guarantees{0};               ///< of the priority groups
        uint64_t headroomLimits{0};           ///< sum of the limits of all groups
        uint64_t headroom{0};                 ///< set aside for headroom
        std::vector<uint64_t> headroomOfPort; ///< limit of each lossless class, by port
    };

    /** @param owner a switch @return how its memory is carved */
    Carving Carve(const Switch& owner) const;

    /** @param port a port @return headroom of each of its lossless classes, bytes */
    uint64_t HeadroomOf(const Port& port) const;

    /** @return whether a slot that holds something of a pool may have more of it */
    static bool MayTake(const Pool& pool, uint64_t holds, uint64_t more, double alpha);

    /** Put a frame into headroom, and pause the peer. @return whether there was room */
    bool TakeHeadroom(Account& group, uint64_t cells, Signal& signal);

    /** Take a frame out of a group or queue: headroom first, what is guaranteed last. */
    void Withdraw(Account& account, Pool& pool, uint64_t cells);

    uint64_t m_size;                  ///< whole memory, bytes
    uint64_t m_sizePerPort;           ///< the same for each port, if not 0
    uint32_t m_cell{1};               ///< bytes of a cell
    uint32_t m_losslessClasses;       ///< bit c: class c is lossless
    double m_alpha;                   ///< share of a lossless group
    double m_lossyIngressAlpha;       ///< share of a lossy group
    double m_lossyAlpha;              ///< share of a lossy queue
    uint64_t m_guarantee;             ///< of a lossless group, bytes
    uint64_t m_lossyIngressGuarantee; ///< of a lossy group, bytes
    uint64_t m_egressGuarantee;       ///< of a lossy queue, bytes
    double m_lossyPoolShare;          ///< size of the egress lossy pool
    uint64_t m_xon;                   ///< resume if no more than this is held
    uint64_t m_xonOffset;             ///< resume if so far below the threshold
    bool m_computeHeadroom;           ///< headroom by SONiC's formula
    uint64_t m_fixedHeadroom;         ///< headroom otherwise, bytes
    uint64_t m_headroomPoolSize;      ///< of the shared headroom, bytes
    double m_oversubscription;        ///< sum of the limits over the shared headroom
    uint32_t m_maxFrame;              ///< largest frame, bytes
    uint32_t m_smallPackets;          ///< per cent of small packets

    Pool m_ingress;                ///< shared by ingress
    Pool m_headroom;               ///< shared headroom
    Pool m_egressLossy;            ///< lossy by egress
    Pool m_egressLossless;         ///< lossless by egress
    std::vector<Account> m_groups; ///< by ingress slot
    std::vector<Account> m_queues; ///< by egress slot
    bool m_sharedHeadroom{false};  ///< headroom is a pool
};

} // namespace ns3::fabric

#endif /* FABRIC_SONIC_BUFFER_H */
