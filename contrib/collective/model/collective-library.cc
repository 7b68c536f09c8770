/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-library.h"

#include "ns3/object-factory.h"
#include "ns3/pointer.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(Library);

TypeId
Library::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::collective::Library").SetParent<Algorithm>().SetGroupName("Collective");
    return tid;
}

void
Library::DoDispose()
{
    m_algorithms.clear();
    Algorithm::DoDispose();
}

bool
Library::DoSupports(CollectiveType type) const
{
    return type < CollectiveType::SEND;
}

Library::Choice
Library::Choose(const Communicator& communicator, const Operation& operation) const
{
    return DoChoose(communicator, operation);
}

std::unique_ptr<Schedule>
Library::DoBuild(const Communicator& communicator, const Operation& operation, uint32_t rank) const
{
    return Find(DoChoose(communicator, operation))->Build(communicator, operation, rank);
}

Plan
Library::DoPrepare(const Communicator& communicator,
                   const Operation& operation,
                   uint32_t rank) const
{
    auto plan = Find(DoChoose(communicator, operation))->Prepare(communicator, operation, rank);
    if (plan.fallback)
    {
        plan.fallback = Find(DoChooseOtherwise(communicator, operation));
    }
    return plan;
}

Library::Choice
Library::DoChooseOtherwise(const Communicator& communicator, const Operation& operation) const
{
    return DoChoose(communicator, operation);
}

Ptr<const Algorithm>
Library::Find(const Choice& choice) const
{
    const Key key{choice.algorithm,
                  choice.scheme,
                  PeekPointer(choice.protocol),
                  choice.nChannels,
                  choice.nExchanges};
    auto& algorithm = m_algorithms[key];
    if (!algorithm)
    {
        ObjectFactory factory;
        factory.SetTypeId("ns3::collective::" + choice.algorithm);
        algorithm = factory.Create<Algorithm>();
        if (choice.protocol)
        {
            algorithm->SetAttribute("Protocol", PointerValue(ConstCast<Protocol>(choice.protocol)));
        }
        if (!choice.scheme.empty())
        {
            algorithm->SetAttribute("Scheme", StringValue(choice.scheme));
        }
        // Those without channels or exchanges have no such attribute.
        if (choice.nChannels > 0)
        {
            algorithm->SetAttributeFailSafe("Channels", UintegerValue(choice.nChannels));
            // The protocol says how large messages are.
            algorithm->SetAttributeFailSafe("ChunkSize", UintegerValue(UINT32_MAX));
        }
        if (choice.nExchanges > 0)
        {
            algorithm->SetAttribute("Exchanges", UintegerValue(choice.nExchanges));
        }
    }
    return algorithm;
}

} // namespace ns3::collective
