/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_LENGTH_FRAMING_H
#define CLUSTER_LENGTH_FRAMING_H

#include "cluster-stream-framing.h"

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * The framing of a plain program over TCP: 16 bytes that say what the stream is for, and before
 * each message 16 bytes with its size and tag.
 */
class LengthFraming : public StreamFraming
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

  private:
    Ptr<Packet> DoPull(uint32_t room) override;
    void DoRead(ByteStream& stream) override;
    double DoGetEfficiency(uint32_t segmentBytes) const override;

    bool m_opened{false};    ///< the opening is sent, or read
    bool m_inMessage{false}; ///< the record of the current message is sent, or read
    uint64_t m_left{0};      ///< its bytes that are not
    Item m_arriving;         ///< message that arrives
};

} // namespace ns3::cluster

#endif /* CLUSTER_LENGTH_FRAMING_H */
