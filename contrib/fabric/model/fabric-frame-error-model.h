/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_FRAME_ERROR_MODEL_H
#define FABRIC_FRAME_ERROR_MODEL_H

#include "fabric-frame.h"

#include "ns3/object.h"
#include "ns3/random-variable-stream.h"

#include <vector>

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * Decides which frames do not survive a cable. A frame with a bit error fails its FCS and is
 * discarded by the receiver's MAC, so that a frame is lost or whole.
 */
class FrameErrorModel : public Object
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /**
     * @param frame a frame at the end of the cable
     * @return whether it is lost
     */
    bool IsLost(const Frame& frame)
    {
        return DoIsLost(frame);
    }

    /**
     * @param stream first stream number to use
     * @return number of streams used
     */
    virtual int64_t AssignStreams(int64_t stream);

  private:
    /**
     * @param frame a frame at the end of the cable
     * @return whether it is lost
     */
    virtual bool DoIsLost(const Frame& frame) = 0;
};

/**
 * @ingroup fabric
 * Independent losses: each frame with a given probability, and each bit with another.
 */
class RandomFrameErrorModel : public FrameErrorModel
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    RandomFrameErrorModel();

    int64_t AssignStreams(int64_t stream) override;

  private:
    bool DoIsLost(const Frame& frame) override;

    double m_frameLossRate;              ///< probability per frame
    double m_bitErrorRate;               ///< probability per bit
    Ptr<UniformRandomVariable> m_random; ///< draws
};

/**
 * @ingroup fabric
 * Loses chosen frames: for tests and demonstrations.
 */
class ListFrameErrorModel : public FrameErrorModel
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /** @param indices which frames are lost, counted from 0 over all but PFC frames, ascending */
    void SetList(std::vector<uint64_t> indices);

  private:
    bool DoIsLost(const Frame& frame) override;

    std::vector<uint64_t> m_indices; ///< frames to lose
    std::size_t m_next{0};           ///< first entry of the list still to come
    uint64_t m_seen{0};              ///< frames so far
};

} // namespace ns3::fabric

#endif /* FABRIC_FRAME_ERROR_MODEL_H */
