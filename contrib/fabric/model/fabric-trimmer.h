/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_TRIMMER_H
#define FABRIC_TRIMMER_H

#include "fabric-frame.h"

#include "ns3/object.h"

#include <string>

namespace ns3::fabric
{

class Switch;

/**
 * @ingroup fabric
 * Packet trimming: a frame for which a switch has no room is not dropped but cut down to its
 * headers, which go on to the receiver in another class, so that it knows at once what is missing
 * (Handley et al., NDP, SIGCOMM 2017; Ultra Ethernet 1.0, section 4.1; SONiC, packet trimming). One
 * object per switch.
 *
 * A frame is trimmed when the packet memory does not admit it, or, if Threshold is set, when the
 * queue of its class at the egress port holds more than that. It must be of one of Classes, be
 * RoCEv2, be larger than Size and not be trimmed already. What remains is admitted anew in class
 * TrimmedClass; if there is no room for that either, it is dropped.
 *
 * Different from NDP: it is always the arriving frame that is trimmed, never the last of the queue.
 */
class Trimmer : public Object
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /** @return whether any class is trimmed */
    bool IsEnabled() const
    {
        return m_classes != 0;
    }

    /** @param frame a frame @return whether it may be trimmed at all */
    bool IsEligible(const Frame& frame) const
    {
        return (m_classes & (1U << frame.priority)) && frame.bytes > m_size && !frame.trimmed &&
               frame.kind == FrameKind::ROCE;
    }

    /**
     * @param frame a frame that arrives
     * @param queueBytes bytes waiting in its class at its egress port
     * @return whether to trim it even if there is room
     */
    bool IsOverThreshold(const Frame& frame, uint64_t queueBytes) const
    {
        return m_threshold != 0 && queueBytes > m_threshold && IsEligible(frame);
    }

    /** @param frame an eligible frame, to be trimmed @param lastHop its way ends at this switch */
    void Trim(Frame& frame, bool lastHop) const;

    /**
     * To be asked before the start where the configuration is a user's.
     *
     * @param owner the switch
     * @return why trimming cannot work there, for people to read; empty if it can
     */
    std::string Check(const Switch& owner) const;

  private:
    uint32_t m_classes;     ///< bit c: class c is trimmed
    uint32_t m_size;        ///< bytes of a trimmed frame
    uint64_t m_threshold;   ///< queue above which frames are trimmed, or 0
    uint8_t m_trimmedClass; ///< class of a trimmed frame
    uint8_t m_dscp;         ///< its DSCP
    uint8_t m_lastHopDscp;  ///< its DSCP if it was trimmed at the last switch
};

} // namespace ns3::fabric

#endif /* FABRIC_TRIMMER_H */
