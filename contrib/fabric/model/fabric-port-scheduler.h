/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_PORT_SCHEDULER_H
#define FABRIC_PORT_SCHEDULER_H

#include "fabric-class-queues.h"

#include "ns3/attribute-helper.h"
#include "ns3/object.h"

#include <array>
#include <iosfwd>

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * Plug-in point: chooses the class of the next frame of a port. Each port has its own object.
 */
class PortScheduler : public Object
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /**
     * Choose among classes that have a frame and are not paused. The first frame of the chosen
     * class is taken out right after the call. Not asked when only one class is ready.
     *
     * @param queues the class queues
     * @param ready bit c is set if class c may send; more than one bit
     * @return a class of ready
     */
    uint8_t Select(const ClassQueues& queues, uint8_t ready)
    {
        return DoSelect(queues, ready);
    }

    /**
     * @param newcomer class of a frame that has just come
     * @param chosen class of a frame that was chosen, but is not on the wire yet
     * @return whether the newcomer goes first all the same
     */
    bool Precedes(uint8_t newcomer, uint8_t chosen) const
    {
        return DoPrecedes(newcomer, chosen);
    }

  private:
    /**
     * @param queues the class queues
     * @param ready bit c is set if class c may send; more than one bit
     * @return a class of ready
     */
    virtual uint8_t DoSelect(const ClassQueues& queues, uint8_t ready) = 0;

    /** @param newcomer a class @param chosen a class @return whether newcomer goes first */
    virtual bool DoPrecedes(uint8_t newcomer, uint8_t chosen) const = 0;
};

/**
 * @ingroup fabric
 * Strict priority: the highest class first (IEEE 802.1Q, 8.6.8.1).
 */
class StrictPriorityScheduler : public PortScheduler
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

  private:
    uint8_t DoSelect(const ClassQueues& queues, uint8_t ready) override;
    bool DoPrecedes(uint8_t newcomer, uint8_t chosen) const override;
};

/** Shares of the eight classes, as an attribute: "1,1,1,1,1,1,0,0". */
struct ClassWeights
{
    std::array<uint8_t, N_CLASSES> share{}; ///< by class; 0 means strict priority

    /** @return bit c is set if class c has weight 0 */
    uint8_t GetStrict() const
    {
        uint8_t strict = 0;
        for (uint8_t priority = 0; priority < N_CLASSES; ++priority)
        {
            strict |= (share[priority] == 0) << priority;
        }
        return strict;
    }
};

/** @param os the stream @param weights what to print @return the stream */
std::ostream& operator<<(std::ostream& os, const ClassWeights& weights);
/** @param is the stream @param weights what was read @return the stream, failed if malformed */
std::istream& operator>>(std::istream& is, ClassWeights& weights);

ATTRIBUTE_HELPER_HEADER(ClassWeights);

/**
 * @ingroup fabric
 * Deficit weighted round robin (Shreedhar and Varghese, SIGCOMM 1995) over the classes with a
 * weight; classes of weight 0 are served first, by strict priority. This is the enhanced
 * transmission selection of IEEE 802.1Qaz as switches implement it.
 *
 * Over any interval in which two weighted classes are always ready, their service divided by their
 * weight differs by at most one quantum and one frame.
 */
class DwrrScheduler : public PortScheduler
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

  private:
    uint8_t DoSelect(const ClassQueues& queues, uint8_t ready) override;
    bool DoPrecedes(uint8_t newcomer, uint8_t chosen) const override;

    ClassWeights m_weights;                       ///< shares of the classes
    std::array<uint64_t, N_CLASSES> m_deficits{}; ///< bytes a class may still send in its turn
    uint32_t m_quantum;                           ///< bytes per round and unit of weight
    uint8_t m_current{0};                         ///< class whose turn it is
    bool m_granted{false};                        ///< the current class has had its quantum
};

} // namespace ns3::fabric

#endif /* FABRIC_PORT_SCHEDULER_H */
