/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-per-class-marker.h"

#include "fabric-no-marker.h"

#include "ns3/abort.h"

#include <string>

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(PerClassMarker);

namespace
{

/** @return a factory of markers that mark nothing */
ObjectFactory
Nothing()
{
    ObjectFactory factory;
    factory.SetTypeId(NoMarker::GetTypeId());
    return factory;
}

} // namespace

template <uint8_t CLASS>
void
PerClassMarker::SetFactory(ObjectFactory factory)
{
    m_factories[CLASS] = factory;
}

template <uint8_t CLASS>
ObjectFactory
PerClassMarker::GetFactory() const
{
    return m_factories[CLASS];
}

template <uint8_t CLASS>
void
PerClassMarker::AddClassAttribute(TypeId& tid)
{
    tid.AddAttribute("Class" + std::to_string(CLASS),
                     "Marker of class " + std::to_string(CLASS) + ": type and attributes.",
                     ObjectFactoryValue(Nothing()),
                     MakeObjectFactoryAccessor(&PerClassMarker::SetFactory<CLASS>,
                                               &PerClassMarker::GetFactory<CLASS>),
                     MakeObjectFactoryChecker());
}

TypeId
PerClassMarker::GetTypeId()
{
    static TypeId tid = []
    {
        TypeId type = TypeId("ns3::fabric::PerClassMarker")
                          .SetParent<Marker>()
                          .SetGroupName("Fabric")
                          .AddConstructor<PerClassMarker>();
        AddClassAttribute<0>(type);
        AddClassAttribute<1>(type);
        AddClassAttribute<2>(type);
        AddClassAttribute<3>(type);
        AddClassAttribute<4>(type);
        AddClassAttribute<5>(type);
        AddClassAttribute<6>(type);
        AddClassAttribute<7>(type);
        return type;
    }();
    return tid;
}

void
PerClassMarker::DoDispose()
{
    m_markers.fill(nullptr);
    Marker::DoDispose();
}

int64_t
PerClassMarker::AssignStreams(int64_t stream)
{
    // A port has one number for its marker. Those of the classes lie far above all others.
    for (uint8_t priority = 0; priority < N_CLASSES; ++priority)
    {
        if (m_markers[priority])
        {
            m_markers[priority]->AssignStreams(stream + (int64_t{priority} << 40));
        }
    }
    return 1;
}

void
PerClassMarker::DoSetup(uint64_t bitRate)
{
    for (uint8_t priority = 0; priority < N_CLASSES; ++priority)
    {
        const ObjectFactory& factory = m_factories[priority];
        m_markers[priority] = factory.Create()->GetObject<Marker>();
        NS_ABORT_MSG_IF(!m_markers[priority],
                        factory.GetTypeId().GetName()
                            << " is no " << Marker::GetTypeId().GetName());
        m_markers[priority]->Setup(bitRate);
    }
}

bool
PerClassMarker::DoIsMarked(const Frame& frame, uint64_t queueBytes)
{
    return m_markers[frame.priority]->IsMarked(frame, queueBytes);
}

} // namespace ns3::fabric
