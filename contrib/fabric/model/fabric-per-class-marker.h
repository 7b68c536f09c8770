/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_PER_CLASS_MARKER_H
#define FABRIC_PER_CLASS_MARKER_H

#include "fabric-marker.h"

#include "ns3/object-factory.h"

#include <array>

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * A marker of its own for each class, as switches have a WRED profile for each queue. When a frame
 * is looked at, on arrival or when it leaves, is a property of this marker, not of those of the
 * classes.
 */
class PerClassMarker : public Marker
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    int64_t AssignStreams(int64_t stream) override;

    /** @param priority a class @return its marker; after Setup */
    Ptr<Marker> GetMarker(uint8_t priority) const
    {
        return m_markers[priority];
    }

  protected:
    void DoDispose() override;

  private:
    /** Add the attribute of a class. @param tid our TypeId */
    template <uint8_t CLASS>
    static void AddClassAttribute(TypeId& tid);
    /** @param factory of the marker of a class */
    template <uint8_t CLASS>
    void SetFactory(ObjectFactory factory);
    /** @return factory of the marker of a class */
    template <uint8_t CLASS>
    ObjectFactory GetFactory() const;

    void DoSetup(uint64_t bitRate) override;
    bool DoIsMarked(const Frame& frame, uint64_t queueBytes) override;

    std::array<ObjectFactory, N_CLASSES> m_factories; ///< of the markers, by class
    std::array<Ptr<Marker>, N_CLASSES> m_markers;     ///< by class
};

} // namespace ns3::fabric

#endif /* FABRIC_PER_CLASS_MARKER_H */
