/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_MARKER_H
#define FABRIC_MARKER_H

#include "fabric-frame.h"

#include "ns3/data-rate.h"
#include "ns3/object.h"
#include "ns3/random-variable-stream.h"

namespace ns3::fabric
{

/** Parameters of RED marking. */
struct EcnThresholds
{
    uint64_t kmin; ///< queue up to which nothing is marked, bytes
    uint64_t kmax; ///< queue above which everything is marked, bytes; not below kmin
    double pmax;   ///< probability at kmax
};

/**
 * @ingroup fabric
 * Plug-in point: decides which frames get the ECN mark CE at a switch port: when they leave, or,
 * with AtEnqueue, when they arrive, which tells of the queue earlier than they pass it, but with
 * the delay of that queue. Each port has its own object. Frames that are not ECN-capable are never
 * marked.
 */
class Marker : public Object
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /** @param bitRate rate of the port, bit/s; called once before the first frame */
    void Setup(uint64_t bitRate)
    {
        DoSetup(bitRate);
    }

    /** @return whether frames are looked at when they join the queue, not when they leave it */
    bool IsAtEnqueue() const
    {
        return m_atEnqueue;
    }

    /**
     * @param frame an ECN-capable frame at the head of its queue, or about to join it
     * @param queueBytes bytes in its class queue, the frame included
     * @return whether to mark it
     */
    bool IsMarked(const Frame& frame, uint64_t queueBytes)
    {
        return DoIsMarked(frame, queueBytes);
    }

    /**
     * @param stream first stream number to use
     * @return number of streams used
     */
    virtual int64_t AssignStreams(int64_t stream);

  protected:
    /**
     * @param bytes a threshold
     * @param referenceRate rate that it is meant for, or 0
     * @param bitRate rate of the port
     * @return the threshold of the port: in proportion to its rate if there is a reference
     */
    static uint64_t ScaleToRate(uint64_t bytes, uint64_t referenceRate, uint64_t bitRate);

  private:
    /** @param bitRate rate of the port, bit/s */
    virtual void DoSetup(uint64_t bitRate);

    /** @param frame the frame @param queueBytes bytes queued, with it @return whether to mark it */
    virtual bool DoIsMarked(const Frame& frame, uint64_t queueBytes) = 0;

    bool m_atEnqueue; ///< see IsAtEnqueue
};

/**
 * @ingroup fabric
 * Marking by the instantaneous queue as DCQCN asks for (Zhu et al., SIGCOMM 2015, section 3.1): the
 * probability is 0 up to Kmin, rises linearly to Pmax at Kmax and is 1 above. Kmin = Kmax is the
 * step marking of DCTCP.
 *
 * Thresholds are in proportion to the rate of the port if ReferenceRate is given.
 */
class RedMarker : public Marker
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    RedMarker();

    int64_t AssignStreams(int64_t stream) override;

    /** @return the thresholds of this port */
    const EcnThresholds& GetThresholds() const
    {
        return m_port;
    }

    /** @param thresholds of this port from now on (see EcnAgent); after Setup */
    void SetThresholds(const EcnThresholds& thresholds);

  private:
    void DoSetup(uint64_t bitRate) override;
    bool DoIsMarked(const Frame& frame, uint64_t queueBytes) override;

    uint64_t m_kmin;                     ///< lower threshold at the reference rate, bytes
    uint64_t m_kmax;                     ///< upper threshold at the reference rate, bytes
    double m_pmax;                       ///< probability at Kmax
    DataRate m_referenceRate;            ///< rate that the thresholds are meant for
    EcnThresholds m_port{0, 0, 0};       ///< thresholds of this port
    Ptr<UniformRandomVariable> m_random; ///< draws
};

} // namespace ns3::fabric

#endif /* FABRIC_MARKER_H */
